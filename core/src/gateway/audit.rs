//! From a served request to its CloudTrail records. Source: kms.md, section 20.

use crate::base::{AccountId, Dialect, Fault, Region, Timestamp, Uuid, quote};
use crate::service::{self, Audit, Elsewhere, Filled, Remarks};
use crate::wire::Doc;
use crate::wire::model::{ServiceModel, is_sensitive, lower_camel};
use crate::world::keys::default_policy;
use crate::world::{Asking, Decisions, Entry, Trail};
use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde_json::{Map, Value};

/// A request that has been served.
pub(super) struct Event<'a> {
    pub(super) asking: &'a Asking,
    pub(super) service: &'static ServiceModel,
    /// The operation.
    pub(super) name: &'static str,
    pub(super) audit: Audit,
    pub(super) parameters: Cow<'static, str>,
    pub(super) trail: Remarks,
    pub(super) result: &'a Result<Option<Doc>, Fault>,
}

impl Event<'_> {
    /// Writes the caller's record, and for a successful cross-account call also that of every owner: ReEncrypt may be about
    /// keys of two. Source: kms.md 20.1: a refused cross-account call is logged only in the caller's account.
    pub(super) fn write(self, decisions: &Decisions, mut uuid: impl FnMut() -> Uuid, trail: &mut Trail) {
        let caller = &self.asking.caller;
        let mut resources: Vec<(AccountId, String)> = decisions.current().filter_map(resource).collect();
        resources.dedup();
        resources.shrink_to_fit();
        resources.extend(self.trail.resources.iter().map(|arn| (caller.account, arn.clone())));
        let mut owners: Vec<AccountId> = Vec::new();
        for (owner, _) in resources.iter().filter(|_| self.result.is_ok()) {
            if *owner != caller.account && !owners.contains(owner) {
                owners.push(*owner);
            }
        }
        let shared = (!owners.is_empty()).then(&mut uuid);
        let mut entry = Entry {
            event_id: uuid(),
            at: self.asking.now,
            service: Cow::Borrowed(self.service.name),
            name: Cow::Borrowed(self.name),
            region: self.asking.region.clone(),
            identity: caller.user_identity(),
            source: self.asking.source_ip.map_or(Cow::Borrowed("127.0.0.1"), |ip| Cow::Owned(ip.to_string())),
            user_agent: self.asking.user_agent.clone(),
            error: self.result.as_ref().err().map(|fault| self.error(fault)),
            parameters: with(self.parameters, &self.trail.parameters),
            response: match self.result {
                Ok(output) if self.audit.response => {
                    let hides = [self.audit.hides_output, self.trail.hides_output].concat();
                    with(members(output.as_ref(), &hides, &[], String::new), &self.trail.response)
                }
                _ => Cow::Borrowed("null"),
            },
            additional: self.trail.additional.into_iter().map(|(key, value)| (Cow::Borrowed(key), value)).collect(),
            request_id: Some(self.asking.request_id),
            read_only: self.audit.read_only,
            resources,
            recipient: caller.account,
            shared_event_id: shared,
            details: Vec::new(),
            service_event: false,
            endpoint: self.asking.endpoint.as_ref().map(|endpoint| (endpoint.id.clone(), endpoint.account)),
        };
        let elsewhere = if self.result.is_ok() { self.trail.elsewhere } else { Vec::new() };
        let others: Vec<Entry> =
            elsewhere.into_iter().map(|other| in_region(other, &entry, self.asking, uuid())).collect();
        if !others.is_empty() {
            entry.resources.retain(|(_, arn)| is_in(arn, &entry.region));
        }
        // An owner sees the same event under an id of its own.
        let of_owner = |recipient| Entry { event_id: uuid(), recipient, ..entry.clone() };
        let copies: Vec<Entry> = owners.into_iter().map(of_owner).collect();
        trail.push(entry);
        copies.into_iter().chain(others).for_each(|copy| trail.push(copy));
    }

    /// `errorCode` and `errorMessage`: refusals are `AccessDenied` in the trail of every service. Errors of the model of
    /// a query service stand there by the name of their shape, not by the code that clients see: recorded for
    /// `NoSuchEntityException` and `LimitExceededException` of IAM.
    fn error(&self, fault: &Fault) -> (String, String) {
        let code = match fault {
            Fault::AccessDenied { .. } => fault.code(Dialect::Query),
            _ => fault.code(self.service.dialect),
        };
        let modelled = matches!(
            fault,
            Fault::NoSuchEntity { .. }
                | Fault::EntityAlreadyExists { .. }
                | Fault::DeleteConflict { .. }
                | Fault::LimitExceeded { .. }
                | Fault::InvalidInput { .. }
                | Fault::MalformedPolicy { .. }
                | Fault::PackedPolicyTooLarge { .. }
                | Fault::PolicyEvaluation { .. }
        );
        let suffix = if modelled && self.service.dialect == Dialect::Query { "Exception" } else { "" };
        (format!("{code}{suffix}"), fault.to_string())
    }
}

/// The record of the call of `entry` in another Region.
fn in_region(other: Elsewhere, entry: &Entry, asking: &Asking, event_id: Uuid) -> Entry {
    let mut copy = Entry { event_id, region: other.region, ..entry.clone() };
    copy.resources.retain(|(_, arn)| is_in(arn, &copy.region));
    if let Some((name, input, output)) = other.call {
        let audit = service::find(&entry.service, name).map_or(Audit::WRITE, |row| row.audit);
        copy.name = Cow::Borrowed(name);
        copy.parameters = parameters(&input, &audit, asking);
        copy.response = members(Some(&output), audit.hides_output, &[], String::new);
    }
    copy
}

fn is_in(arn: &str, region: &Region) -> bool {
    arn.split(':').nth(3) == Some(region.as_str())
}

/// What CloudTrail lists under `resources`: KMS keys and aliases, and roles that are assumed.
fn resource(check: &crate::world::Evaluation) -> Option<(AccountId, String)> {
    let arn = &check.resource;
    // A key that is yet to be made has the ARN `…:key/*`; once it is there it is listed by itself.
    let key_or_alias = check.action.starts_with("kms:") && arn.starts_with("arn:") && !arn.ends_with("/*");
    let listed = key_or_alias || check.action == "sts:AssumeRole";
    listed.then(|| (check.resource_account, arn.clone()))
}

/// `requestParameters` of what `asking` sent.
pub(super) fn parameters(doc: &Doc, audit: &Audit, asking: &Asking) -> Cow<'static, str> {
    let policy = || default_policy(asking.region.partition(), asking.caller.account);
    members(Some(doc), audit.hides, audit.fills, policy)
}

/// The members of `doc` as CloudTrail writes them, or `null`: lower camel case, dates as text, without `hides`, and with
/// the defaults of `fills` where they were not sent. `policy` makes the default key policy.
fn members(
    doc: Option<&Doc>,
    hides: &[&str],
    fills: &[(&str, Filled)],
    policy: impl Fn() -> String,
) -> Cow<'static, str> {
    let Some(Doc::Struct(members)) = doc else {
        return Cow::Borrowed("null");
    };
    let sent = |name: &str| members.iter().find(|(sent, _)| *sent == name).map(|(_, value)| value);
    let mut out = String::with_capacity(256);
    for (name, value) in members.iter().filter(|(name, _)| !hides.contains(name) && !is_sensitive(name)) {
        member(&mut out, name);
        write(&mut out, value);
    }
    for (name, default) in fills.iter().filter(|(name, _)| sent(name).is_none()) {
        member(&mut out, name);
        match default {
            Filled::Text(value) => quote(value, &mut out),
            Filled::Int(value) => out.push_str(&value.to_string()),
            Filled::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Filled::Like(other) => match (sent(other), fills.iter().find(|(name, _)| name == other)) {
                (Some(value), _) => write(&mut out, value),
                (None, Some((_, Filled::Text(value)))) => quote(value, &mut out),
                _ => out.push_str("null"),
            },
            Filled::KeyPolicy => quote(&policy(), &mut out),
            Filled::Nothing => out.push_str("[]"),
        }
    }
    if out.is_empty() {
        return Cow::Borrowed("null");
    }
    out.push('}');
    // A hundred thousand of these are kept.
    out.shrink_to_fit();
    Cow::Owned(out)
}

/// Begins a member of the object that `out` is.
fn member(out: &mut String, name: &str) {
    out.push(if out.is_empty() { '{' } else { ',' });
    named(out, name);
}

/// A member's name as the trail writes it.
fn named(out: &mut String, name: &str) {
    out.push('"');
    lower_camel(name, out);
    out.push_str("\":");
}

/// `text`, a JSON object or `null`, with more members.
fn with(text: Cow<'static, str>, more: &[(&'static str, String)]) -> Cow<'static, str> {
    if more.is_empty() {
        return text;
    }
    let mut object = match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    };
    for (key, value) in more {
        object.entry(*key).or_insert_with(|| value.as_str().into());
    }
    Cow::Owned(Value::Object(object).to_string())
}

/// Writes `doc` as the trail does.
fn write(out: &mut String, doc: &Doc) {
    match doc {
        Doc::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Doc::Int(value) => out.push_str(&value.to_string()),
        Doc::Text(value) => quote(value, out),
        // No operation logs bytes; what a new one would log is its length.
        Doc::Blob(value) => quote(&format!("{} bytes", value.len()), out),
        Doc::Time(value) => quote(&written(*value), out),
        Doc::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write(out, item);
            }
            out.push(']');
        }
        Doc::Map(pairs) => {
            out.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                quote(key, out);
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
        // The trail keeps no secret, however deep it stands: the secret access key in CreateAccessKey's answer.
        Doc::Struct(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().filter(|(name, _)| !is_sensitive(name)).enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                named(out, name);
                write(out, value);
            }
            out.push('}');
        }
    }
}

/// `Apr 12, 2021, 6:58:30 PM`: dates inside parameters.
fn written(moment: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day, hour, minute, second) = moment.civil();
    let month = MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default();
    let (half, hour) = match hour {
        0 => ("AM", 12),
        1..12 => ("AM", hour),
        12 => ("PM", 12),
        _ => ("PM", hour.saturating_sub(12)),
    };
    format!("{month} {day}, {year}, {hour}:{minute:02}:{second:02} {half}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_cloudtrail_writes_them() {
        let cases = [
            ((2021, 4, 12, 18, 58, 30), "Apr 12, 2021, 6:58:30 PM"),
            ((2026, 1, 1, 0, 0, 5), "Jan 1, 2026, 12:00:05 AM"),
            ((2026, 12, 31, 12, 0, 0), "Dec 31, 2026, 12:00:00 PM"),
        ];
        for (civil, want) in cases {
            assert_eq!(written(Timestamp::from_civil(civil).unwrap()), want);
        }
    }

    #[test]
    fn hidden_members_never_enter_the_record() {
        let doc =
            Doc::Struct(alloc::vec![("KeyId", Doc::Text("k".into())), ("Plaintext", Doc::Blob(b"secret".to_vec())),]);
        let members = |hides: &[&str], fills: &[_]| members(Some(&doc), hides, fills, || "{}".into());
        assert_eq!(members(&["Plaintext"], &[]), r#"{"keyId":"k"}"#);
        assert_eq!(members(&["Plaintext", "KeyId"], &[]), "null");
        let fills = [("KeyId", Filled::Text("not this")), ("MultiRegion", Filled::Bool(false))];
        assert_eq!(members(&["Plaintext"], &fills), r#"{"keyId":"k","multiRegion":false}"#);
        assert_eq!(members(&["Plaintext"], &[("Policy", Filled::KeyPolicy)]), r#"{"keyId":"k","policy":"{}"}"#);
    }
}
