//! One request, put to policies.

use super::BadQuestion;
use crate::base::{AccountId, BadArn};
use crate::policy::{self, Context, Name, Query, Requester, RequesterKind};
use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// One request: who asks for what, under which condition keys.
#[derive(Debug, Clone)]
pub struct Question {
    requester: Requester,
    action: String,
    resource: String,
    owner: Option<AccountId>,
    context: Context,
}

impl Question {
    /// `principal` is the ARN of a user, a role (a session of it is meant), a role session, a federated user or a root
    /// user; an account id (its root user); the name of a service; or `*`, nobody in particular.
    ///
    /// Sets the condition keys that follow from the principal and the resource alone (`aws:PrincipalArn`,
    /// `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:PrincipalIsAWSService`, `aws:ResourceAccount`,
    /// `kms:CallerAccount`); the others are absent until [`Self::set`]. Source: authorization.md 4.1.
    ///
    /// # Errors
    /// [`BadQuestion`] when the principal is none of these, the action is no single action or none of its service's (as
    /// far as kmslab knows them), or the resource is neither an ARN nor `*`.
    pub fn new(principal: &str, action: &str, resource: &str) -> Result<Self, BadQuestion> {
        let requester = requester(principal).ok_or_else(|| no_principal(principal))?;
        check_action(action)?;
        let owner = match resource {
            "*" => requester.account,
            _ => {
                let arn = Segments::of(resource).ok_or_else(|| no_resource(resource))?;
                // Buckets have no account in their ARN; the requester's own is assumed.
                arn.account.parse().ok().or(requester.account)
            }
        };
        let mut context = implied(&requester, is_of_kms(action));
        if let Some(owner) = owner {
            context.put(OWNER, owner.as_str());
        }
        Ok(Self { requester, action: action.to_owned(), resource: resource.to_owned(), owner, context })
    }

    /// Gives a condition key its value, or several, in place of what followed from the request.
    pub fn set(&mut self, key: &str, mut values: Vec<String>, single: bool) {
        match (single, values.len()) {
            (true, 1) => self.context.set(key, values.pop().unwrap_or_default()),
            _ => self.context.set_list(key, values),
        }
    }

    /// Adds an encryption context, as `kms:EncryptionContext:…` and `kms:EncryptionContextKeys`.
    pub fn encryption_context(&mut self, pairs: Vec<(String, String)>) {
        for (key, value) in &pairs {
            self.context.set(&["kms:EncryptionContext:", key].concat(), value);
        }
        self.context.set_list("kms:EncryptionContextKeys", pairs.into_iter().map(|(key, _)| key));
    }

    /// The resource's ARN, or `*`.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The account that owns the resource.
    #[must_use]
    pub fn owner(&self) -> Option<AccountId> {
        self.owner
    }

    /// As the policy engine takes it.
    #[must_use]
    pub fn query(&self) -> Query<'_> {
        Query {
            requester: &self.requester,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.owner,
            context: &self.context,
            retire_grant: None,
            via_service: false,
        }
    }
}

/// What says that the text is no principal.
pub(super) fn no_principal(text: &str) -> BadQuestion {
    let message = format!(
        "{text:?} is not the ARN of a user, role, session or root user, nor an account id, the name of a service, or \
         \"*\""
    );
    BadQuestion { part: "principal".into(), message }
}

/// What says that the text is no resource.
pub(super) fn no_resource(text: &str) -> BadQuestion {
    BadQuestion { part: "resource".into(), message: format!("{text:?} is {BadArn}, or \"*\"") }
}

/// Whether the text is one action, and none that its service is known not to have.
pub(super) fn check_action(text: &str) -> Result<(), BadQuestion> {
    let no_action = |message| BadQuestion { part: "action".into(), message };
    match text.split_once(':') {
        Some((service, name)) if !service.is_empty() && !name.is_empty() && !text.contains(['*', '?']) => {}
        _ => return Err(no_action(format!("{text:?} is not one action, such as kms:Decrypt"))),
    }
    if policy::is_misspelt(text) {
        return Err(no_action(format!("there is no action {text}")));
    }
    Ok(())
}

/// Whether the action is one of KMS.
pub(super) fn is_of_kms(action: &str) -> bool {
    action.get(..4).is_some_and(|service| service.eq_ignore_ascii_case("kms:"))
}

/// The condition key of who owns the resource.
pub(super) const OWNER: Name<'static> = Name::new("aws:ResourceAccount");

/// The condition keys that are known from the principal alone, for an action of KMS or another.
pub(super) fn implied(requester: &Requester, kms: bool) -> Context {
    let mut context = Context::roomy();
    let kind = match requester.kind {
        RequesterKind::Root => Some("Account"),
        RequesterKind::User => Some("User"),
        RequesterKind::RoleSession => Some("AssumedRole"),
        RequesterKind::FederatedUser => Some("FederatedUser"),
        _ => None,
    };
    if let Some(kind) = kind {
        let session = requester.kind == RequesterKind::RoleSession;
        context.set("aws:PrincipalArn", if session { &requester.role_arn } else { &requester.arn }.as_str());
        context.set("aws:PrincipalType", kind);
    }
    if requester.kind == RequesterKind::User {
        context.set("aws:username", requester.user_name.as_str());
    }
    let account = requester.account.as_ref().map(AccountId::as_str);
    if let Some(account) = account {
        context.set("aws:PrincipalAccount", account);
        // Operations on a key have it; kms-condition-keys.csv.
        if kms {
            context.set("kms:CallerAccount", account);
        }
    }
    let service = requester.kind == RequesterKind::Service;
    context.set("aws:PrincipalIsAWSService", if service { "true" } else { "false" });
    context
}

/// The segments of an ARN, for questions that are asked often: read in one pass, where they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segments<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Segments<'a> {
    /// `None` for what [`Arn`](crate::base::Arn) would refuse.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let mut rest = text.strip_prefix("arn:")?;
        let mut next = || {
            // The segments are short: looking at each byte is quicker than a search that is made for long texts.
            let (segment, tail) = rest.split_at_checked(rest.bytes().position(|byte| byte == b':')?)?;
            rest = tail.get(1..)?;
            Some(segment)
        };
        let (partition, service, _, account) = (next()?, next()?, next()?, next()?);
        let whole = !partition.is_empty() && !service.is_empty() && !rest.is_empty();
        whole.then_some(Self { partition, service, account, resource: rest })
    }
}

/// Reads who asks. Source: IAM User Guide, "IAM identifiers".
pub(super) fn requester(text: &str) -> Option<Requester> {
    let nobody = |kind, account| Requester::new(kind, account, text);
    if text == "*" {
        return Some(nobody(RequesterKind::Anonymous, None));
    }
    if let Ok(account) = text.parse::<AccountId>() {
        let arn = ["arn:aws:iam::", text, ":root"].concat();
        return Some(Requester { arn, ..nobody(RequesterKind::Root, Some(account)) });
    }
    let Some(arn) = Segments::of(text) else {
        let service = text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn");
        return service.then(|| nobody(RequesterKind::Service, None));
    };
    let account = arn.account.parse::<AccountId>().ok()?;
    let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
    let name = rest.rsplit('/').next().unwrap_or_default();
    let mut asks = nobody(RequesterKind::Root, Some(account));
    match (arn.service, kind) {
        ("iam", "root") if rest.is_empty() => {}
        ("iam", "user") if !name.is_empty() => {
            asks.kind = RequesterKind::User;
            name.clone_into(&mut asks.user_name);
        }
        ("iam", "role") if !name.is_empty() => {
            asks.kind = RequesterKind::RoleSession;
            let session = ["arn:", arn.partition, ":sts::", arn.account, ":assumed-role/", name, "/session"].concat();
            asks.role_arn = core::mem::replace(&mut asks.arn, session);
            "session".clone_into(&mut asks.session_name);
            asks.service_linked = rest.starts_with("aws-service-role/");
        }
        ("sts", "assumed-role") => {
            let (role, session) = rest.split_once('/').filter(|(role, name)| !role.is_empty() && !name.is_empty())?;
            asks.kind = RequesterKind::RoleSession;
            // The role's path does not show in a session's ARN.
            asks.role_arn = ["arn:", arn.partition, ":iam::", arn.account, ":role/", role].concat();
            session.clone_into(&mut asks.session_name);
        }
        ("sts", "federated-user") if !name.is_empty() => {
            asks.kind = RequesterKind::FederatedUser;
            // The user who called GetFederationToken is not known from the session's ARN.
            rest.clone_into(&mut asks.federated_name);
        }
        _ => return None,
    }
    Some(asks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Arn;
    use alloc::string::ToString;

    #[test]
    fn principals_are_read() {
        use RequesterKind::{Anonymous, FederatedUser, RoleSession, Root, Service, User};
        let cases = [
            ("arn:aws:iam::111122223333:root", Root, "", "arn:aws:iam::111122223333:root"),
            ("111122223333", Root, "", "arn:aws:iam::111122223333:root"),
            ("arn:aws:iam::111122223333:user/a/b/Alice", User, "", "arn:aws:iam::111122223333:user/a/b/Alice"),
            (
                "arn:aws:iam::111122223333:role/x/App",
                RoleSession,
                "arn:aws:iam::111122223333:role/x/App",
                "arn:aws:sts::111122223333:assumed-role/App/session",
            ),
            (
                "arn:aws-cn:sts::111122223333:assumed-role/App/s1",
                RoleSession,
                "arn:aws-cn:iam::111122223333:role/App",
                "arn:aws-cn:sts::111122223333:assumed-role/App/s1",
            ),
            (
                "arn:aws:sts::111122223333:federated-user/Bob",
                FederatedUser,
                "",
                "arn:aws:sts::111122223333:federated-user/Bob",
            ),
            ("s3.amazonaws.com", Service, "", "s3.amazonaws.com"),
            ("*", Anonymous, "", "*"),
        ];
        for (text, kind, role, arn) in cases {
            let found = requester(text).unwrap();
            assert_eq!((found.kind, found.role_arn.as_str(), found.arn.as_str()), (kind, role, arn), "{text}");
        }
    }

    #[test]
    fn what_nobody_can_be_is_refused() {
        for text in [
            "",
            "alice",
            "11112222333",
            "arn:aws:iam::111122223333:group/Admins",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::x:user/Alice",
            "arn:aws:sts::111122223333:assumed-role/App",
            "arn:aws:sts::111122223333:assumed-role/App/",
            "arn:aws:kms:us-east-1:111122223333:key/1",
        ] {
            assert_eq!(Question::new(text, "kms:Decrypt", "*").unwrap_err().part, "principal", "{text}");
        }
        let error = Question::new("*", "kms:Decrypt", "key/1").unwrap_err();
        assert!(error.to_string().starts_with("resource: \"key/1\" is not an ARN"), "{error}");
    }

    #[test]
    fn what_is_no_action_is_refused() {
        let asked = |action| Question::new("111122223333", action, "*").map(|_| ()).map_err(|bad| bad.message);
        for (action, says) in [
            ("", "\"\" is not one action, such as kms:Decrypt"),
            ("nonsense", "\"nonsense\" is not one action, such as kms:Decrypt"),
            ("kms:", "\"kms:\" is not one action, such as kms:Decrypt"),
            (":Decrypt", "\":Decrypt\" is not one action, such as kms:Decrypt"),
            ("kms:De*", "\"kms:De*\" is not one action, such as kms:Decrypt"),
            ("kms:Dcrypt", "there is no action kms:Dcrypt"),
        ] {
            assert_eq!(asked(action), Err(says.into()), "{action}");
        }
        for action in ["kms:Decrypt", "KMS:decrypt", "sqs:SendMessage"] {
            assert_eq!(asked(action), Ok(()), "{action}");
        }
    }

    #[test]
    fn segments_are_those_of_an_arn() {
        for text in [
            "arn:aws:iam::111122223333:user/Alice",
            "arn:aws:s3:::bucket/key:with:colons",
            "arn:aws:kms:us-east-1:1:key/é",
            "arn:aws:kms:us-east-1:1:",
            "arn::kms:us-east-1:1:key/1",
            "arn:aws::us-east-1:1:key/1",
            "arn:aws:kms:us-east-1:1",
            "arn",
            "arn:",
            "",
            "key/1",
        ] {
            let arn = text.parse::<Arn>().ok();
            let want = arn.as_ref().map(|arn| (arn.partition(), arn.service(), arn.account(), arn.resource()));
            let got = Segments::of(text).map(|arn| (arn.partition, arn.service, arn.account, arn.resource));
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn condition_keys_follow_from_principal_and_resource() {
        let key = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let mut asked = Question::new("arn:aws:iam::111122223333:role/App", "kms:Decrypt", key).unwrap();
        asked.set("aws:PrincipalType", alloc::vec!["Mine".into()], true);
        asked.encryption_context(alloc::vec![("app".into(), "shop".into())]);
        let cases = [
            ("aws:principalarn", "arn:aws:iam::111122223333:role/App"),
            ("aws:PrincipalAccount", "111122223333"),
            ("aws:PrincipalType", "Mine"),
            ("aws:ResourceAccount", "444455556666"),
            ("kms:CallerAccount", "111122223333"),
            ("kms:EncryptionContext:app", "shop"),
            ("kms:EncryptionContextKeys", "app"),
        ];
        for (name, want) in cases {
            assert_eq!(asked.query().context.get(name).unwrap().to_vec(), [want], "{name}");
        }
        assert_eq!(asked.owner(), "444455556666".parse().ok());
        assert!(asked.query().context.get("aws:username").is_none());
    }
}
