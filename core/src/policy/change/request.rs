//! Changes of the request: another value of a condition key.

use crate::base::gathered;
use crate::policy::{
    Context, Grant, Values,
    action::Action,
    condition::Clause,
    grant::{self, Constraint},
    scene::Scene,
    seen::Seen,
};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Another value of a condition key.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) key: String,
    /// None: the key is absent.
    pub(super) values: Vec<String>,
    /// `call with aws:SourceVpce = vpce-1`
    pub(super) what: String,
    pub(super) note: &'static str,
    pub(super) context: Context,
}

/// How many of the values that a condition tells apart are tried.
const SAMPLES: usize = 200;
const PAIR: &str = "kms:EncryptionContext:";
const PAIRS: &str = "kms:EncryptionContextKeys";

/// The first value that makes `clause` match, or fail to; `None` when nobody who calls could send one.
pub(super) fn other(clause: &Clause, want: bool, scene: &Scene<'_>, seen: &Seen) -> Option<Other> {
    let (key, before) = (&*clause.key.name, scene.query.context);
    if !is_sent(key, &scene.request.action) {
        return None;
    }
    let several = match before.get(key) {
        Some(Values::Many(_)) => true,
        Some(Values::One(_)) => false,
        None => clause.takes_several(),
    };
    let mut samples = clause.samples(before);
    // The last one is like none of the policy's; of many, those beside it would be told apart in vain.
    if let Some(last) = samples.pop() {
        if samples.len() > SAMPLES {
            samples.truncate(SAMPLES);
            seen.cut();
        }
        samples.push(last);
    }
    // An absent key is the smallest change of a request that should not match, and a value where one is missing.
    let texts = samples.into_iter().map(|text| Vec::from([text]));
    let all: Vec<Vec<String>> =
        if want { texts.chain([Vec::new()]).collect() } else { [Vec::new()].into_iter().chain(texts).collect() };
    let variables = clause.has_variables();
    let bytes = clause.bytes();
    let fits = |values: &Vec<String>| {
        seen.compare(bytes, values.iter().map(String::len).sum());
        let met = match values.first() {
            _ if variables => clause.matches(&with(before, key, values, several)),
            Some(value) => Values::only(value, several, |value| clause.takes(Some(value), before)),
            None => clause.takes(None, before),
        };
        met == want
    };
    let values = all.into_iter().find(fits)?;
    let context = with(before, key, &values, several);
    Some(Other { key: key.to_owned(), what: told(clause, want, &values), note: note(key, scene), values, context })
}

/// The encryption context that a grant's constraint asks for.
pub(super) fn for_grant(grant: &Grant, scene: &Scene<'_>) -> Option<Other> {
    let failing: Vec<Constraint<'_>> =
        grant::constraints(grant, scene).filter(|constraint| !constraint.holds(scene)).collect();
    let [constraint] = *failing else { return None };
    let before = scene.query.context;
    let (pairs, whole): (&BTreeMap<String, String>, bool) = match constraint {
        Constraint::Equals(pairs) => (pairs, true),
        Constraint::Subset(pairs) => (pairs, false),
        _ => return None,
    };
    let own = before.encryption_context().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mut all: BTreeMap<String, String> = gathered(own.filter(|_| !whole));
    all.extend(pairs.clone());
    let values: Vec<String> = all.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let mut context = without(before, |name| starts_with(name, PAIR) || name.eq_ignore_ascii_case(PAIRS));
    for (key, value) in &all {
        context.set(&format!("{PAIR}{key}"), value);
    }
    context.set_list(PAIRS, all.keys());
    let what = format!("call with the encryption context {}, as grant {} asks", values.join(", "), grant.id);
    Some(Other { key: "kms:EncryptionContext".into(), values, what, note: note(PAIR, scene), context })
}

/// What is done, for people.
fn told(clause: &Clause, want: bool, values: &[String]) -> String {
    let key = &*clause.key.name;
    let tag =
        |prefix: &str| key.split_at_checked(prefix.len()).filter(|_| starts_with(key, prefix)).map(|(_, tag)| tag);
    let Some(value) = values.first() else { return format!("call without {key}") };
    let wanted = clause.wanted.iter().map(|text| &**text).collect::<Vec<_>>().join(", ");
    let literal = clause.wanted.iter().any(|text| **text == **value) || clause.compares_booleans();
    let of_resource = tag("aws:ResourceTag/");
    let whose = of_resource.map(|_| "the resource");
    match (of_resource.or(tag("aws:PrincipalTag/")), literal) {
        (Some(tag), true) => format!("tag {} {tag} = {value}", whose.unwrap_or("the requester")),
        (_, true) => format!("call with {key} = {value}"),
        _ if clause.is_negated() == want && clause.is_about_text() => format!("call with {key} other than {wanted}"),
        _ if want => format!("call with {key} such that {} {wanted}", clause.operator),
        _ => format!("call with {key} not such that {} {wanted}", clause.operator),
    }
}

fn note(key: &str, scene: &Scene<'_>) -> &'static str {
    let opens = ["kms:Decrypt", "kms:ReEncryptFrom"].iter().any(|name| scene.request.action.is(name));
    if opens && starts_with(key, PAIR) {
        "what was encrypted under another encryption context does not open"
    } else {
        ""
    }
}

/// Whether a caller (or who tags) can choose the key's value, in calls of this action.
fn is_sent(key: &str, action: &Action<'_>) -> bool {
    // What follows from who asks, and from what the key is.
    const FIXED: &[&str] = &[
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalType",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:userid",
        "aws:username",
        "kms:CallerAccount",
        "kms:CustomerMasterKeySpec",
        "kms:CustomerMasterKeyUsage",
        "kms:KeyOrigin",
        "kms:KeySpec",
        "kms:KeyUsage",
        "kms:MultiRegion",
        "kms:MultiRegionKeyType",
    ];
    if FIXED.iter().any(|fixed| fixed.eq_ignore_ascii_case(key)) {
        return false;
    }
    let granting = action.is("kms:CreateGrant");
    if starts_with(key, "kms:EncryptionContext") {
        return granting || grant::has_encryption_context(action);
    }
    if starts_with(key, "kms:Grant") {
        return granting || key.eq_ignore_ascii_case("kms:GrantIsForAWSResource");
    }
    true
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.split_at_checked(prefix.len()).is_some_and(|(start, _)| start.eq_ignore_ascii_case(prefix))
}

/// The context with other values of a key; the keys of the encryption context follow its pairs.
fn with(before: &Context, key: &str, values: &[String], several: bool) -> Context {
    let mut context = without(before, |name| name.eq_ignore_ascii_case(key));
    match values {
        [] => {}
        [value] if !several => context.set(key, value),
        values => context.set_list(key, values),
    }
    if starts_with(key, PAIR) {
        let keys: Vec<String> = context.encryption_context().map(|(key, _)| key.to_string()).collect();
        context.set_list(PAIRS, keys);
    }
    context
}

/// The keys but for those that `leaves` names.
fn without(before: &Context, leaves: impl Fn(&str) -> bool) -> Context {
    let mut context = Context::roomy();
    for (name, values) in before.iter().filter(|(name, _)| !leaves(name)) {
        match values {
            Values::One(value) => context.set(name, value),
            values @ Values::Many(_) => context.set_list(name, values.iter()),
        }
    }
    context
}
