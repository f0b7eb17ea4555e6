//! What the lab's owner puts around accounts, beside the wire: an organization with its policies, and VPC endpoints.

use super::{BadFixture, Lab};
use crate::base::{AccountId, Region, gathered};
use crate::policy::{Kind, PolicyError};
use crate::report::policies_of;
use crate::world::identity::Document;
use crate::world::network::{FULL_ACCESS, VpcEndpoint};
use crate::world::organization::{Limit, Limits, Organization, Unit};
use alloc::boxed::Box;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What ids are made of.
const ID: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The form of an organization.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Option<String>,
    management_account: String,
    #[serde(default)]
    outside: Vec<String>,
    #[serde(default)]
    units: BTreeMap<String, Box<WrittenUnit>>,
    #[serde(default)]
    accounts: BTreeMap<String, Box<WrittenLimits>>,
    scps: Option<Value>,
    rcps: Option<Value>,
    full_aws_access: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnit {
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    units: BTreeMap<String, Box<WrittenUnit>>,
    scps: Option<Value>,
    rcps: Option<Value>,
    full_aws_access: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimits {
    scps: Option<Value>,
    rcps: Option<Value>,
    full_aws_access: Option<bool>,
}

/// A VPC endpoint to be put into a lab. What is `None` is made up.
#[derive(Debug, Clone, Default)]
pub struct EndpointFixture {
    /// `vpce-…`; an endpoint with this id is replaced.
    pub id: Option<String>,
    /// `vpc-…`
    pub vpc: Option<String>,
    /// The service behind it; `kms` without it.
    pub service: Option<String>,
    /// The account that owns it; the lab's first without it.
    pub account: Option<AccountId>,
    /// Its Region; the lab's without it.
    pub region: Option<Region>,
    /// Its policy; one that lets everything through without it.
    pub policy: Option<String>,
}

impl EndpointFixture {
    /// From JSON: `id`, `vpc`, `service`, `account`, `region` and `policy` (a document, or its text), each of which may be
    /// missing.
    ///
    /// # Errors
    /// [`BadFixture`] for what is not of this form.
    pub fn parse(text: &str) -> Result<Self, BadFixture> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Form {
            id: Option<String>,
            vpc: Option<String>,
            service: Option<String>,
            account: Option<String>,
            region: Option<String>,
            policy: Option<Value>,
        }
        let Form { id, vpc, service, account, region, policy } =
            serde_json::from_str(text).map_err(|error| BadFixture(error.to_string()))?;
        let account = account.map(|account| parsed(&account)).transpose()?;
        let region = region.map(|name| name.parse().map_err(|_| BadFixture(format!("{name:?} is no Region"))));
        let policy = policy.map(|policy| match policy {
            Value::String(text) => text,
            document => document.to_string(),
        });
        Ok(Self { id, vpc, service, account, region: region.transpose()?, policy })
    }
}

impl Lab {
    /// Puts the lab's accounts into an organization, whose policies limit them from then on, in the place of the one they
    /// were in. JSON:
    ///
    /// ```json
    /// {"management_account": "999988887777",
    ///  "scps": [], "rcps": [],
    ///  "units": {"workloads": {"accounts": ["111122223333"], "scps": {"no-deletion": {"Version": "2012-10-17", "Statement": []}}}},
    ///  "accounts": {"111122223333": {"scps": [], "full_aws_access": false}},
    ///  "outside": ["444455556666"]}
    /// ```
    ///
    /// Policies are documents or their texts: one, a list, or an object of names. They hang on the root, on a unit (which
    /// may have `units` of its own) or on an account, beside `FullAWSAccess` unless `full_aws_access` is false. Every account
    /// of the lab is a member, but those `outside`. Service control policies spare the management account, and resource
    /// control policies what it owns. The ids of the organization, its root and its units stay as they were.
    ///
    /// # Errors
    /// [`BadFixture`] for what is not of this form, and for a policy that AWS would refuse, with AWS's sentence. Nothing has
    /// changed then.
    pub fn set_organization(&mut self, text: &str) -> Result<(), BadFixture> {
        let written: Written = serde_json::from_str(text).map_err(|error| BadFixture(error.to_string()))?;
        let before = self.gateway.world.identity.organizations.get().cloned();
        let id = match (written.id, &before) {
            (Some(id), _) => id,
            (None, Some(before)) => before.id.clone(),
            (None, None) => format!("o-{}", self.letters::<10>(ID)?),
        };
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !id.strip_prefix("o-").is_some_and(|rest| (10..=32).contains(&rest.len()) && rest.bytes().all(good)) {
            return Err(BadFixture(format!("{id:?} is no id of an organization: o- and 10 to 32 letters and digits")));
        }
        let root_id = match &before {
            Some(before) => before.root_id.clone(),
            None => format!("r-{}", self.letters::<4>(ID)?),
        };
        let mut units = BTreeMap::new();
        let known = before.map(|before| before.units).unwrap_or_default();
        self.add_units("", written.units, &root_id, &known, &mut units)?;
        let mut seen = BTreeSet::new();
        if let Some(twice) = units.values().flat_map(|unit| &unit.members).find(|member| !seen.insert(**member)) {
            return Err(BadFixture(format!("account {twice} is in two units")));
        }
        let mut accounts = BTreeMap::new();
        for (account, limits) in written.accounts {
            let part = format!("accounts[{account:?}]");
            let limits = limits_of(&part, limits.scps, limits.rcps, limits.full_aws_access)?;
            accounts.insert(parsed(&account)?, Box::new(limits));
        }
        let organization = Organization {
            id,
            root_id,
            management: parsed(&written.management_account)?,
            outside: several(&written.outside)?,
            root: limits_of("", written.scps, written.rcps, written.full_aws_access)?,
            units,
            accounts,
        };
        self.gateway.world.identity.organizations.set(Some(organization));
        self.gateway.world.commit();
        Ok(())
    }

    /// Takes the lab's accounts out of their organization.
    pub fn dissolve_organization(&mut self) {
        self.gateway.world.identity.organizations.set(None);
        self.gateway.world.commit();
    }

    /// The organization as [`set_organization`](Self::set_organization) takes it, with its id; `None` outside of one.
    #[must_use]
    pub fn organization(&self) -> Option<String> {
        let organization = self.gateway.world.identity.organizations.get()?;
        let mut shown = shown(&organization.root);
        shown.insert("id".into(), organization.id.as_str().into());
        shown.insert("management_account".into(), organization.management.as_str().into());
        let texts = |accounts: &BTreeSet<AccountId>| -> Value { accounts.iter().map(AccountId::as_str).collect() };
        if !organization.outside.is_empty() {
            shown.insert("outside".into(), texts(&organization.outside));
        }
        // Deeper units come first, so that each finds its parent's place untouched.
        let mut units: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for (path, unit) in organization.units.iter().rev() {
            let mut own = self::shown(&unit.limits);
            if !unit.members.is_empty() {
                own.insert("accounts".into(), texts(&unit.members));
            }
            if let Some(children) = units.remove(path.as_str()) {
                own.insert("units".into(), Value::Object(children));
            }
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            units.entry(parent).or_default().insert(name.into(), Value::Object(own));
        }
        if let Some(units) = units.remove("") {
            shown.insert("units".into(), Value::Object(units));
        }
        if !organization.accounts.is_empty() {
            let accounts = organization.accounts.iter();
            let accounts = accounts.map(|(id, limits)| (id.to_string(), Value::Object(self::shown(limits))));
            shown.insert("accounts".into(), Value::Object(gathered(accounts)));
        }
        Some(Value::Object(shown).to_string())
    }

    /// Puts a VPC endpoint into the lab. Calls to its [host name](VpcEndpoint::host) come through it.
    ///
    /// # Errors
    /// [`BadFixture`] when there can be no such endpoint, or AWS would refuse its policy.
    pub fn add_vpc_endpoint(&mut self, fixture: EndpointFixture) -> Result<VpcEndpoint, BadFixture> {
        let named = |given: Option<String>, prefix: &str, made: String| {
            let id = given.unwrap_or_else(|| format!("{prefix}{made}"));
            let rest = id.strip_prefix(prefix).unwrap_or_default();
            let good = (4..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
            if good { Ok(id) } else { Err(BadFixture(format!("{id:?} is not {prefix} and 4 to 32 hex digits"))) }
        };
        let made = base16ct::lower::encode_string(&self.random::<17>()?);
        let (first, second) = made.split_at_checked(17).unwrap_or((&made, &made));
        let text = fixture.policy.unwrap_or_else(|| FULL_ACCESS.into());
        let document = Document::parse(Kind::Endpoint, &text).map_err(|error| refused("policy", &error))?;
        let service = fixture.service.unwrap_or_else(|| "kms".into());
        if !["kms", "sts", "iam"].contains(&service.as_str()) {
            return Err(BadFixture(format!("a lab answers kms, sts and iam, not {service:?}")));
        }
        let endpoint = VpcEndpoint {
            id: named(fixture.id, "vpce-", first.into())?,
            vpc: named(fixture.vpc, "vpc-", second.into())?,
            service,
            region: fixture.region.unwrap_or_else(|| self.region.clone()),
            account: fixture.account.unwrap_or_else(|| self.account()),
            document,
        };
        self.gateway.world.network.set(endpoint.clone());
        self.gateway.world.commit();
        Ok(endpoint)
    }

    /// The VPC endpoints of the lab, by id.
    pub fn vpc_endpoints(&self) -> impl Iterator<Item = &VpcEndpoint> {
        self.gateway.world.network.endpoints()
    }

    fn add_units(
        &mut self,
        parent: &str,
        written: BTreeMap<String, Box<WrittenUnit>>,
        root: &str,
        known: &BTreeMap<String, Box<Unit>>,
        out: &mut BTreeMap<String, Box<Unit>>,
    ) -> Result<(), BadFixture> {
        for (name, unit) in written {
            if name.is_empty() || name.contains('/') || parent.matches('/').count() >= 4 {
                return Err(BadFixture(format!(
                    "{name:?}: a unit has a name without slashes, and lies at most five deep"
                )));
            }
            let path = if parent.is_empty() { name } else { format!("{parent}/{name}") };
            let id = match known.get(&path) {
                Some(known) => known.id.clone(),
                None => format!("ou-{}-{}", root.trim_start_matches("r-"), self.letters::<8>(ID)?),
            };
            let members = several(&unit.accounts)?;
            let part = format!("units[{path:?}]");
            let limits = limits_of(&part, unit.scps, unit.rcps, unit.full_aws_access)?;
            self.add_units(&path, unit.units, root, known, out)?;
            out.insert(path, Box::new(Unit { id, members, limits }));
        }
        Ok(())
    }
}

fn several(given: &[String]) -> Result<BTreeSet<AccountId>, BadFixture> {
    given.iter().map(|account| parsed(account)).collect::<Result<Vec<_>, _>>().map(gathered)
}

fn parsed(account: &str) -> Result<AccountId, BadFixture> {
    account.parse().map_err(|_| BadFixture(format!("{account:?} is no account: 12 digits")))
}

fn refused(part: &str, error: &PolicyError) -> BadFixture {
    BadFixture(format!("{part}: {error}"))
}

fn limits_of(
    part: &str,
    scps: Option<Value>,
    rcps: Option<Value>,
    full_access: Option<bool>,
) -> Result<Limits, BadFixture> {
    let read = |kind: Kind, word: &str, value: Option<Value>| -> Result<Vec<Limit>, BadFixture> {
        let Some(value) = value else { return Ok(Vec::new()) };
        let part = if part.is_empty() { word.to_string() } else { format!("{part}.{word}") };
        let named = policies_of(kind, &part, word.trim_end_matches('s'), value);
        let named = named.map_err(|bad| BadFixture(bad.to_string()))?;
        let limits = named.into_iter().map(|named| {
            let document = Document::parse(kind, named.policy.text()).map_err(|error| refused(&part, &error))?;
            Ok(Limit { name: named.name.to_string(), document })
        });
        limits.collect()
    };
    Ok(Limits {
        full_access: full_access.unwrap_or(true),
        scps: read(Kind::Scp, "scps", scps)?,
        rcps: read(Kind::Rcp, "rcps", rcps)?,
    })
}

fn shown(limits: &Limits) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, policies) in [("scps", &limits.scps), ("rcps", &limits.rcps)] {
        if !policies.is_empty() {
            let document = |limit: &Limit| serde_json::from_str(limit.document.text()).unwrap_or(Value::Null);
            let each = policies.iter().map(|limit| (limit.name.clone(), document(limit)));
            map.insert(name.into(), Value::Object(gathered(each)));
        }
    }
    if !limits.full_access {
        map.insert("full_aws_access".into(), json!(false));
    }
    map
}
