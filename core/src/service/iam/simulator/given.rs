//! What a simulation is given, read and checked.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::invalid;
use crate::base::{AccountId, Arn, Fault};
use crate::policy::{Context, ValueType};
use crate::wire::view;

view! {
    /// A condition key and its values.
    in ContextEntry {
        name: Option<String> = "ContextKeyName",
        values: Vec<String> = "ContextKeyValues",
        kind: Option<String> = "ContextKeyType",
    }
    /// A level of an organization.
    in OrganizationLevel { policies: Vec<String> = "ServiceControlPolicyInputList" }
}

/// What both simulations take, but for the policies.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) actions: Vec<String>,
    /// Never empty: `*` when none was named.
    pub(crate) resources: Vec<String>,
    pub(crate) boundary: Option<String>,
    pub(crate) resource_policy: Option<String>,
    /// The account that owns what does not name its owner.
    pub(crate) owner: Option<AccountId>,
    pub(crate) context: Context,
}

/// The members as they were sent.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) actions: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) boundary: Vec<String>,
    pub(crate) resource_policy: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) entries: Vec<ContextEntry>,
    pub(crate) handling: Option<String>,
}

/// The scenarios of EC2. They ask for certain resources and change no decision. Source: IAM API Reference,
/// `SimulateCustomPolicy`, `ResourceHandlingOption`.
const SCENARIOS: &[&str] =
    &["EC2-VPC-InstanceStore", "EC2-VPC-InstanceStore-Subnet", "EC2-VPC-EBS", "EC2-VPC-EBS-Subnet"];

impl Given {
    /// Checks the members that need no world.
    ///
    /// # Errors
    /// [`Fault::InvalidInput`]. Recorded are the sentences about resources and their owner; the others are unconfirmed.
    pub(crate) fn read(members: Members) -> Result<Self, Fault> {
        let Members { actions, mut resources, mut boundary, resource_policy, owner, entries, handling } = members;
        if let Some(bad) = actions.iter().find(|action| !is_action(action)) {
            return Err(invalid(format!("Invalid action name: {bad}")));
        }
        if actions.is_empty() {
            return Err(invalid("ActionNames must not be empty."));
        }
        if let Some(bad) = resources.iter().find(|name| *name != "*" && name.parse::<Arn>().is_err()) {
            return Err(invalid(format!("ResourceNames are not in a valid ARN format: {bad}.")));
        }
        if resources.is_empty() {
            resources.push("*".into());
        }
        if boundary.len() > 1 {
            return Err(invalid("Only one permissions boundary policy can be simulated."));
        }
        if let Some(bad) = handling.filter(|option| !SCENARIOS.contains(&option.as_str())) {
            return Err(invalid(format!("Invalid Resource Handling Option: {bad}")));
        }
        Ok(Self {
            actions,
            resources,
            boundary: boundary.pop(),
            resource_policy,
            owner: owner.as_deref().map(account_of).transpose()?,
            context: context(&entries)?,
        })
    }
}

/// `service:Name`, without wildcards.
fn is_action(name: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(['*', '?', ':', ' ']);
    name.split_once(':').is_some_and(|(service, name)| plain(service) && plain(name))
}

/// The account of `arn:aws:iam::111122223333:root`. A bare number is refused (recorded: botocore issue 1346).
fn account_of(owner: &str) -> Result<AccountId, Fault> {
    let arn = owner.parse::<Arn>().ok().filter(|arn| arn.service() == "iam" && arn.resource() == "root");
    let account = arn.and_then(|arn| arn.account().parse().ok());
    account.ok_or_else(|| invalid(format!("'{owner}' is not a valid as a Resource Owner.")))
}

/// The condition keys of the request that is simulated.
fn context(entries: &[ContextEntry]) -> Result<Context, Fault> {
    let mut context = Context::new();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let name = entry.name.as_deref().ok_or_else(|| invalid("A context entry has no ContextKeyName."))?;
        if !seen.insert(name.to_lowercase()) {
            return Err(invalid(format!("Duplicate context key: {name}")));
        }
        // Without a type, several values make a list.
        let kind = entry.kind.as_deref().unwrap_or(if entry.values.len() == 1 { "string" } else { "stringList" });
        let (kind, many) = kind.strip_suffix("List").map_or((kind, false), |kind| (kind, true));
        let wrong = |value: &&String| !type_of(kind).is_some_and(|kind| kind.holds(value));
        if let Some(bad) = entry.values.iter().find(wrong) {
            return Err(invalid(format!("Context key {name}: '{bad}' is not a valid {kind}")));
        }
        match entry.values.as_slice() {
            values if many => context.set_list(name, values),
            [value] => context.set(name, value),
            _ => return Err(invalid(format!("Context key {name}: the type {kind} takes one value"))),
        }
    }
    Ok(context)
}

fn type_of(kind: &str) -> Option<ValueType> {
    Some(match kind {
        "string" => ValueType::Text,
        "numeric" => ValueType::Number,
        "boolean" => ValueType::Boolean,
        "ip" => ValueType::Address,
        "binary" => ValueType::Binary,
        "date" => ValueType::Date,
        _ => return None,
    })
}
