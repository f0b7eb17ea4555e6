//! Who there is and what there is, with their policies.

use crate::base::{AccountId, Timestamp, gathered};
use crate::policy::{Context, Named, Party, Policies, PrincipalSide, Requester, RequesterKind, ResourceSide, Subject};
use crate::report::{BadQuestion, PolicySet, Question};
use crate::world::World;
use crate::world::identity::Kind;
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Principals and resources with all policies and grants that count for them: those of a lab, or given as JSON.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    pub(super) parties: Vec<Party>,
    pub(super) subjects: Vec<Subject>,
}

/// The JSON form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    principals: Vec<Map<String, Value>>,
    #[serde(default)]
    resources: Vec<Map<String, Value>>,
    #[serde(default)]
    scps: BTreeMap<String, Value>,
    #[serde(default)]
    rcps: BTreeMap<String, Value>,
}

impl Estate {
    /// Reads principals and resources:
    ///
    /// ```
    /// use kmslab::report::{Estate, who_can};
    ///
    /// let estate = Estate::parse(r#"{
    ///     "principals": [{"arn": "arn:aws:iam::111122223333:user/alice", "identity_policies": {"Version": "2012-10-17",
    ///         "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}}],
    ///     "resources": [{"arn": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]
    /// }"#)?;
    /// let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    /// let found = who_can(&estate, "kms:Decrypt", key, &[])?;
    /// assert_eq!(found.principals.len(), 1);
    /// # Ok::<(), kmslab::report::BadQuestion>(())
    /// ```
    ///
    /// A principal has `arn`, and may have `identity_policies`, `permissions_boundary`, `session_policies`, `scps` (as
    /// [`PolicySet`] takes them), `tags`, and `context` (further condition keys that follow from it). A resource has
    /// `arn`, and may have `key_policy`, `trust_policy` or `bucket_policy`, `grants`, `rcps`, `tags`, `context`. Beside
    /// them may stand `scps` and `rcps` by account.
    ///
    /// # Errors
    /// [`BadQuestion`] for what is not of this form, and for a policy that AWS would refuse, with AWS's sentence.
    pub fn parse(text: &str) -> Result<Self, BadQuestion> {
        let bad = |message: String| BadQuestion { part: "policies".into(), message };
        let written: Written = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        let set = |members: Map<String, Value>| PolicySet::parse(&Value::Object(members).to_string());
        let mut scps = BTreeMap::new();
        for (account, levels) in written.scps {
            let members: Map<_, _> = gathered([("scps".to_string(), levels)]);
            let set = set(members).map_err(|bad| within(&format!("scps[{account:?}]"), bad))?;
            scps.insert(account, set.principal_side().scp.clone());
        }
        let mut estate = Self::default();
        for (at, mut members) in written.principals.into_iter().enumerate() {
            let part = format!("principals[{at}]");
            let party = (|| {
                let arn = text_of(&mut members, "arn")?;
                let mut keys = keys_of(&mut members, "aws:PrincipalTag/")?;
                let set = set(members)?;
                let asked = Question::new(&arn, "kms:Decrypt", "*")?;
                let requester = asked.query().requester.clone();
                let mut side = Arc::clone(set.principal_side());
                let levels = requester.account.and_then(|account| scps.get(account.as_str())).cloned().flatten();
                if side.scp.is_none() && levels.is_some() {
                    Arc::make_mut(&mut side).scp = levels;
                }
                let mut context = asked.query().context.clone();
                core::mem::swap(&mut keys, &mut context);
                keys.absorb(&context);
                Ok(Party { requester, side, keys, stranger: false })
            })();
            estate.parties.push(party.map_err(|bad| within(&part, bad))?);
        }
        for (at, mut members) in written.resources.into_iter().enumerate() {
            let part = format!("resources[{at}]");
            let subject = (|| {
                let arn = text_of(&mut members, "arn")?;
                let keys = keys_of(&mut members, "aws:ResourceTag/")?;
                let owner = arn.split(':').nth(4).unwrap_or_default();
                if let (false, Some(levels)) = (members.contains_key("rcps"), written.rcps.get(owner)) {
                    members.insert("rcps".into(), levels.clone());
                }
                let asked = Question::new("111122223333", "kms:Decrypt", &arn)?;
                let set = set(members)?;
                let Policies { resource, grants, .. } = set.completed(&asked).unwrap_or(set).policies(&asked);
                Ok(Subject { owner: owner.parse().ok(), arn, side: resource, grants, keys })
            })();
            estate.subjects.push(subject.map_err(|bad| within(&part, bad))?);
        }
        Ok(estate)
    }

    /// The root users, users and roles of a lab, and its keys and roles, as they are. A role stands for its sessions that
    /// were made without session policies and tags.
    #[must_use]
    pub fn of(world: &World, now: Timestamp) -> Self {
        let identity = &world.identity;
        let mut estate = Self::default();
        for account in identity.accounts() {
            let root = identity.root_arn(account);
            let of = |kind| identity.entities(account, kind).map(|(_, entity)| identity.arn(account, entity));
            let roles: Vec<String> = of(Kind::Role).collect();
            for arn in [root].into_iter().chain(of(Kind::User)).chain(roles.iter().cloned()) {
                let Some(caller) = identity.caller_as(&arn) else { continue };
                let mut keys = caller.condition_keys();
                keys.set("kms:CallerAccount", account.as_str());
                let side = Arc::clone(&caller.principal_side);
                estate.parties.push(Party { requester: caller.requester, side, keys, stranger: false });
            }
            for arn in roles {
                let side = world.limited(identity.trust_side(&arn));
                let owner = Some(account);
                estate.subjects.push(Subject { arn, owner, side, grants: Vec::new(), keys: owned(world, account) });
            }
        }
        for key in world.keys.all(now) {
            let mut keys = owned(world, key.account);
            world.keys.context(key, now, &mut keys);
            keys.set("aws:RequestedRegion", key.region.as_str());
            estate.subjects.push(Subject {
                arn: key.to_string(),
                owner: Some(key.account),
                side: world.limited(world.keys.resource_side(key)),
                grants: world.keys.all_grants(key),
                keys,
            });
        }
        estate
    }

    /// The ARNs of those who may ask. Roles stand for their sessions.
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        self.parties.iter().map(|party| name(&party.requester))
    }

    /// The ARNs of what may be asked for.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.subjects.iter().map(|subject| subject.arn.as_str())
    }
}

/// The ARN that people know a requester by: of a session, its role's.
pub(super) fn name(requester: &Requester) -> &str {
    let role = &requester.role_arn;
    if requester.kind == RequesterKind::RoleSession && !role.is_empty() && requester.session_name == "session" {
        role
    } else {
        &requester.arn
    }
}

/// The condition keys that tell of the owner's organization.
fn owned(world: &World, account: AccountId) -> Context {
    let mut keys = Context::new();
    if let Some(owner) = world.identity.organizations.membership(account) {
        keys.set("aws:ResourceOrgID", &owner.organization);
        keys.set_list("aws:ResourceOrgPaths", [&owner.path]);
    }
    keys
}

fn within(part: &str, bad: BadQuestion) -> BadQuestion {
    let inner = if bad.part == "policies" { String::new() } else { format!(".{}", bad.part) };
    BadQuestion { part: format!("{part}{inner}"), message: bad.message }
}

fn text_of(members: &mut Map<String, Value>, name: &str) -> Result<String, BadQuestion> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(BadQuestion { part: name.into(), message: "an ARN is needed".into() }),
    }
}

/// The condition keys in `tags` and `context`.
fn keys_of(members: &mut Map<String, Value>, prefix: &str) -> Result<Context, BadQuestion> {
    let mut keys = Context::new();
    for (member, prefix) in [("tags", prefix), ("context", "")] {
        let Some(value) = members.remove(member) else { continue };
        let bad = || BadQuestion { part: member.into(), message: "an object of names and texts is needed".into() };
        let Value::Object(all) = value else { return Err(bad()) };
        for (key, value) in all {
            match value {
                Value::String(text) => keys.set(&format!("{prefix}{key}"), text),
                Value::Array(values) if prefix.is_empty() => {
                    let values: Option<Vec<String>> =
                        values.iter().map(|value| value.as_str().map(String::from)).collect();
                    keys.set_list(&key, values.ok_or_else(bad)?);
                }
                _ => return Err(bad()),
            }
        }
    }
    Ok(keys)
}

/// Condition keys that are the same in every call: those given, and that AWS's endpoints speak TLS alone.
pub(super) fn fixed(context: &[(String, Vec<String>, bool)]) -> Context {
    let mut fixed = Context::new();
    fixed.set("aws:SecureTransport", "true");
    for (key, values, single) in context {
        match (&**values, single) {
            ([value], true) => fixed.set(key, value),
            (values, _) => fixed.set_list(key, values),
        }
    }
    fixed
}

/// Requesters that the policies and grants of a resource name and the estate lacks: other accounts and their users and
/// roles, services, everybody. What their own policies say is not known; they are taken to allow everything.
pub(super) fn strangers(estate: &Estate, subject: &Subject) -> Vec<(Party, &'static str)> {
    let mut names: Vec<String> = Vec::new();
    let side = subject.side.as_deref();
    for named in side.iter().flat_map(|side| &side.policies) {
        names.extend(named.policy.allowed_principals().map(String::from));
    }
    for grant in &subject.grants {
        names.extend(grant.grantee_principal.iter().chain(&grant.grantee_service).cloned());
    }
    names.sort_unstable();
    names.dedup();
    let known: Vec<&str> = estate
        .parties
        .iter()
        .flat_map(|party| {
            let requester = &party.requester;
            [&*requester.arn, &*requester.role_arn, &*requester.unique_id]
        })
        .collect();
    let account_known =
        |account: AccountId| estate.parties.iter().any(|party| party.requester.account == Some(account));
    let mut found = Vec::new();
    for name in names {
        let account: Option<AccountId> = name.split(':').nth(4).unwrap_or(&name).parse().ok();
        let whole = name.ends_with(":root") || name.parse::<AccountId>().is_ok();
        let (requester, note) = if name == "*" {
            (
                Requester::new(RequesterKind::User, None, "*"),
                "everybody with credentials of AWS, as far as their accounts allow",
            )
        } else if known.contains(&&*name) || (whole && account.is_some_and(account_known)) {
            continue;
        } else {
            let Ok(asked) = Question::new(&name, "kms:Decrypt", "*") else { continue };
            let mut requester = asked.query().requester.clone();
            if whole {
                // Any of its principals.
                requester.kind = RequesterKind::User;
            }
            let note = if requester.kind == RequesterKind::Service {
                "a service of AWS"
            } else {
                "as far as its account allows"
            };
            (requester, note)
        };
        let mut keys = Context::new();
        let service = requester.kind == RequesterKind::Service;
        keys.set("aws:PrincipalIsAWSService", if service { "true" } else { "false" });
        if let Some(account) = requester.account {
            keys.set("aws:PrincipalAccount", account.as_str());
            keys.set("kms:CallerAccount", account.as_str());
        }
        if !whole && !service && name != "*" {
            let arn = if requester.role_arn.is_empty() { &requester.arn } else { &requester.role_arn };
            keys.set("aws:PrincipalArn", arn);
        }
        let side = everything().into_iter().collect();
        let side = PrincipalSide { identity: side, ..PrincipalSide::default() };
        found.push((Party { requester, side: Arc::new(side), keys, stranger: !service }, note));
    }
    found
}

fn everything() -> Option<Named> {
    let text = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let policy = crate::policy::Policy::parse_lenient(crate::policy::Kind::Identity, text).ok()?;
    Some(Named { name: "unknown".into(), arn: None, policy: Arc::new(policy) })
}

/// What has no resource of its own.
pub(super) fn nothing(account: Option<AccountId>) -> Subject {
    let side: Option<Arc<ResourceSide>> = None;
    Subject { arn: "*".into(), owner: account, side, grants: Vec::new(), keys: Context::new() }
}
