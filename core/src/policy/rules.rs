//! What each kind of policy may contain, checked when a policy is stored.
//!
//! The order of the checks decides which mistake is reported first. AWS documents none; this one fits the recordings of
//! `CreatePolicy`: syntax, version, dates and ARNs with holes, Sids, which elements there are, resources, actions; then,
//! unconfirmed, conditions and principals. Each check is of all statements.
//!
//! `Id` is taken in every kind: the IAM guide gives it to resource-based policies only, but identity policies that have
//! one are in use in public infrastructure code.
//!
//! Source: authorization.md 1.2 to 1.10.

use super::{
    Kind,
    condition::{Operator, Set},
    glob::is_wild,
    grammar::{Document, Draft, Either, Fail, List, Word},
    sentence::{Problem, is_effect},
};
use crate::base::AccountId;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

pub(super) fn check(kind: Kind, document: &Document<'_>, drafts: &[&Draft<'_>]) -> Result<(), Fail> {
    drafts.iter().try_for_each(|draft| shape(draft))?;
    version(kind, document)?;
    drafts.iter().try_for_each(|draft| legacy(kind, draft))?;
    sids(kind, drafts)?;
    drafts.iter().try_for_each(|draft| elements(kind, draft))?;
    drafts.iter().try_for_each(|draft| resources(kind, draft))?;
    drafts.iter().try_for_each(|draft| actions(kind, draft))?;
    conditions(kind, drafts)?;
    drafts.iter().try_for_each(|draft| principals(kind, draft))
}

/// What is left of the syntax.
fn shape(draft: &Draft<'_>) -> Result<(), Fail> {
    let at = draft.at;
    if let Some(at) = draft.both {
        return Err(Fail::new(at, Problem::Syntax, "an element and its Not form exclude each other"));
    }
    match draft.effect {
        Some((_, text)) if is_effect(text) => {}
        Some(effect) => return Err(no_effect(effect)),
        None => return Err(Fail::new(at, Problem::Missing("Effect"), "the statement has no Effect")),
    }
    for (at, name) in draft.conditions.iter().map(|condition| condition.operator) {
        if Operator::of(name).is_none() {
            return Err(Fail::new(at, Problem::Operator(name.into()), format!("there is no operator {name}")));
        }
    }
    Ok(())
}

fn no_effect((at, text): Word<'_>) -> Fail {
    Fail::new(at, Problem::Effect(text.into()), "Effect is Allow or Deny")
}

fn version(kind: Kind, document: &Document<'_>) -> Result<(), Fail> {
    let (at, version) = document.version.unwrap_or((document.at, "2008-10-17"));
    match version {
        "2012-10-17" => Ok(()),
        "2008-10-17" if !matches!(kind, Kind::Managed | Kind::Rcp) => Ok(()),
        "2008-10-17" => Err(Fail::new(at, Problem::Old, "this kind of policy needs version 2012-10-17")),
        _ => Err(Fail::new(at, Problem::Version, "the version is 2012-10-17, or the older 2008-10-17")),
    }
}

/// What IAM looks at before it looks for actions and resources.
fn legacy(kind: Kind, draft: &Draft<'_>) -> Result<(), Fail> {
    if let Some(effect) = draft.effect.filter(|(_, text)| !matches!(*text, "Allow" | "Deny")) {
        return Err(no_effect(effect));
    }
    for condition in &draft.conditions {
        let operator = Operator::of(condition.operator.1);
        let refused = |value: &str| operator.is_some_and(|operator| operator.refuses(value));
        if let Some((at, value)) = condition.values.iter().find(|(_, value)| refused(value)) {
            return Err(Fail::new(*at, Problem::Legacy, format!("{value} is no date")));
        }
    }
    for (at, text) in words(&draft.resource) {
        let mut segments = text.split(':').skip(1);
        let known = segments.next().is_some_and(is_partition);
        let short = text.contains("::") && text.split(':').count() < 6 && !text.ends_with('*');
        if known && (short || segments.next() == Some("")) && kind != Kind::Bucket {
            return Err(Fail::new(*at, Problem::Legacy, format!("{text}: the ARN lacks a part")));
        }
    }
    Ok(())
}

fn words<'a, 'b>(element: &'b Option<Either<Vec<Word<'a>>>>) -> &'b [Word<'a>] {
    element.as_ref().map(|(_, _, entries)| entries.as_slice()).unwrap_or_default()
}

fn sids(kind: Kind, drafts: &[&Draft<'_>]) -> Result<(), Fail> {
    if matches!(kind, Kind::Key | Kind::Bucket | Kind::Endpoint) {
        return Ok(());
    }
    let mut sids: Vec<&str> = Vec::new();
    for (at, sid) in drafts.iter().filter_map(|draft| draft.sid).filter(|(_, sid)| !sid.is_empty()) {
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Fail::new(at, Problem::Sid, "a Sid has letters and digits only"));
        }
        if sids.contains(&sid) {
            return Err(Fail::new(at, Problem::SidTwice, format!("the Sid {sid} occurs twice")));
        }
        sids.push(sid);
    }
    Ok(())
}

/// Which elements the kind needs and which it refuses.
fn elements(kind: Kind, draft: &Draft<'_>) -> Result<(), Fail> {
    let at = draft.at;
    let allows = draft.effect.is_some_and(|(_, effect)| effect == "Allow");
    match (&draft.principal, kind.has_principals()) {
        (Some((at, ..)), false) => {
            return Err(Fail::new(
                *at,
                Problem::PrincipalForbidden,
                "the principal is whom this policy is attached to",
            ));
        }
        (None, true) => return Err(Fail::new(at, Problem::NoPrincipal, "the statement has no Principal")),
        (Some((at, true, _)), true) if matches!(kind, Kind::Trust | Kind::Rcp) => {
            return Err(Fail::new(*at, Problem::Prohibited("NotPrincipal"), "this kind of policy has no NotPrincipal"));
        }
        (Some((at, true, entries)), true) if kind == Kind::Bucket && allows => {
            let first = entries.first().map_or_else(String::new, |(_, (_, text))| (*text).to_string());
            return Err(Fail::new(*at, Problem::Principal("AWS", first), "NotPrincipal goes with Deny only"));
        }
        _ => {}
    }
    match &draft.action {
        Some((_, _, entries)) if !entries.is_empty() => {}
        _ => return Err(Fail::new(at, Problem::NoActions, "the statement has neither Action nor NotAction")),
    }
    if let Some((at, true, _)) = draft.action
        && matches!(kind, Kind::Trust | Kind::Rcp)
    {
        return Err(Fail::new(at, Problem::Prohibited("NotAction"), "this kind of policy has no NotAction"));
    }
    match &draft.resource {
        Some((at, negated, _)) if kind == Kind::Trust => {
            let element = if *negated { "NotResource" } else { "Resource" };
            return Err(Fail::new(*at, Problem::Prohibited(element), "the resource of a trust policy is its role"));
        }
        Some((at, true, _)) if kind == Kind::Key => {
            return Err(Fail::new(*at, Problem::Prohibited("NotResource"), "the resource of a key policy is its key"));
        }
        Some((_, _, entries)) if !entries.is_empty() => {}
        _ if kind == Kind::Trust => {}
        _ => return Err(Fail::new(at, Problem::NoResources, "the statement has neither Resource nor NotResource")),
    }
    if kind == Kind::Rcp && allows {
        return Err(Fail::new(at, Problem::Organization, "a resource control policy only denies"));
    }
    Ok(())
}

fn actions(kind: Kind, draft: &Draft<'_>) -> Result<(), Fail> {
    let lax = kind.is_permissions();
    for (at, text) in words(&draft.action) {
        let fail = |problem, detail: &str| Err(Fail::new(*at, problem, format!("{text}: {detail}")));
        if *text == "*" {
            match kind {
                Kind::Rcp => return fail(Problem::Organization, "each action names a service"),
                Kind::Trust => return fail(Problem::TrustAction, "not an action that assumes a role"),
                _ => continue,
            }
        }
        let Some((vendor, name)) = text.split_once(':') else {
            return fail(Problem::NoVendor, "an action is service:Name");
        };
        if name.contains(':') {
            return fail(Problem::Colons, "an action has one colon");
        }
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || (lax && byte == b'.');
        if vendor.is_empty() || !vendor.bytes().all(good) {
            return fail(Problem::Vendor(vendor.into()), "a service's name has letters, digits and hyphens");
        }
        let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-' | b'_');
        if name.is_empty() || !(lax || name.bytes().all(good)) {
            return fail(Problem::Action, "an action's name has letters, digits and wildcards");
        }
        if kind == Kind::Trust && !assumes_roles(vendor, name) {
            return fail(Problem::TrustAction, "not an action that assumes a role");
        }
        if kind == Kind::Bucket && !vendor.to_ascii_lowercase().starts_with("s3") {
            return fail(Problem::Action, "not an action of S3");
        }
    }
    Ok(())
}

fn assumes_roles(vendor: &str, name: &str) -> bool {
    let starts = name.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("AssumeRole"));
    let extra = ["TagSession", "SetSourceIdentity", "SetContext"].iter().any(|extra| extra.eq_ignore_ascii_case(name));
    vendor.eq_ignore_ascii_case("sts") && (starts || extra)
}

fn is_partition(text: &str) -> bool {
    is_wild(text) || PARTITIONS.contains(&text)
}

/// Partitions of AWS.
const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// How the path of an IAM resource begins.
const IAM_PATHS: &[&str] = &[
    "user",
    "federated-user",
    "role",
    "group",
    "instance-profile",
    "mfa",
    "server-certificate",
    "policy",
    "sms-mfa",
    "saml-provider",
    "oidc-provider",
    "report",
    "access-report",
    "root",
];

fn resources(kind: Kind, draft: &Draft<'_>) -> Result<(), Fail> {
    for (at, text) in words(&draft.resource).iter().filter(|(_, text)| *text != "*") {
        let fail = |problem, detail: &str| Err(Fail::new(*at, problem, format!("{text}: {detail}")));
        let form = || fail(Problem::ResourceForm((*text).into()), "a resource is an ARN or \"*\"");
        let mut segments = text.splitn(6, ':');
        let (first, Some(partition)) = (segments.next(), segments.next()) else { return form() };
        if !is_partition(partition) {
            let parts: Vec<&str> = text.splitn(6, ':').skip(1).chain(["*"; 4]).take(5).collect();
            return fail(Problem::Partition(format!("arn:{}", parts.join(":"))), "there is no such partition");
        }
        if first != Some("arn") {
            return form();
        }
        let vendor = segments.next().unwrap_or_default();
        if vendor.is_empty() || is_wild(vendor) {
            return fail(Problem::ResourceVendor, "the service is written in full");
        }
        let (region, account, path) = (segments.next(), segments.next(), segments.next());
        if path.map_or(kind == Kind::Bucket, str::is_empty) && !text.ends_with('*') {
            return form();
        }
        let region = region.unwrap_or_default();
        let path = path.unwrap_or("*");
        let fixed_region = !region.is_empty() && region != "*";
        if vendor == "iam" {
            if fixed_region {
                return fail(Problem::IamRegion((*text).into()), "IAM has no Regions");
            }
            let start = path.split('/').next().unwrap_or_default();
            if !is_wild(start) && !start.contains('$') && !IAM_PATHS.contains(&start) {
                return fail(Problem::IamPath, "unknown kind of IAM resource");
            }
        }
        if vendor == "s3" && fixed_region && account.is_some_and(str::is_empty) {
            return fail(Problem::ResourceRegion((*text).into()), "buckets and objects have no Region in their ARN");
        }
        if kind == Kind::Bucket && !vendor.starts_with("s3") {
            return fail(Problem::BucketResource, "not a bucket, and not an object in one");
        }
    }
    Ok(())
}

fn conditions(kind: Kind, drafts: &[&Draft<'_>]) -> Result<(), Fail> {
    let mut refused: Option<(usize, Vec<String>)> = None;
    for condition in drafts.iter().flat_map(|draft| &draft.conditions) {
        let (at, key) = condition.key;
        if !key.contains(':') && !kind.is_permissions() {
            return Err(Fail::new(at, Problem::NoVendor, format!("{key}: a condition key is service:name")));
        }
        if kind != Kind::Key {
            continue;
        }
        let is = |prefix: &str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        let whole = |name: &str| key.eq_ignore_ascii_case(name);
        if is("aws:ResourceTag/") || is("kms:ResourceTag") || whole("aws:ResourceTag") || whole("kms:ResourceAliases") {
            let (_, keys) = refused.get_or_insert_with(|| (at, Vec::new()));
            if !keys.iter().any(|seen| seen == key) {
                keys.push(key.into());
            }
        }
        if Operator::of(condition.operator.1).is_some_and(|operator| operator.set == Set::All) {
            let what = if is("kms:EncryptionContext:") {
                "encryption context"
            } else if is("aws:RequestTag/") {
                "tag"
            } else {
                continue;
            };
            let problem = Problem::OverlyPermissive(what);
            return Err(Fail::new(at, problem, format!("{key} has one value: use the operator without ForAllValues")));
        }
    }
    match refused {
        Some((at, keys)) => {
            let detail = "a key policy cannot use what is attached to the key itself; an IAM policy can";
            Err(Fail::new(at, Problem::KeysNotPermitted(keys), detail))
        }
        None => Ok(()),
    }
}

fn principals(kind: Kind, draft: &Draft<'_>) -> Result<(), Fail> {
    let Some((at, _, entries)) = &draft.principal else { return Ok(()) };
    if entries.is_empty() {
        return Err(Fail::new(*at, Problem::Principal("AWS", String::new()), "nobody is named"));
    }
    for (list, (at, text)) in entries {
        let wrong = match list {
            List::Everyone => None,
            _ if kind == Kind::Rcp => Some("the principal of a resource control policy is \"*\""),
            List::Aws => aws_principal(kind, text),
            List::Service => (!is_service(text)).then_some("not the name of a service"),
            List::Federated if kind == Kind::Key => Some("a key policy cannot name an identity provider"),
            List::Federated => text.is_empty().then_some("not an identity provider"),
            List::Canonical => {
                let hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                (kind != Kind::Bucket || !hex).then_some("not a canonical user id of S3")
            }
        };
        if let Some(detail) = wrong {
            let problem = Problem::Principal(list.name(), (*text).into());
            return Err(Fail::new(*at, problem, format!("{text}: {detail}")));
        }
    }
    Ok(())
}

/// What is wrong with an entry of the `AWS` list.
fn aws_principal(kind: Kind, text: &str) -> Option<&'static str> {
    if text == "*" || text.parse::<AccountId>().is_ok() || is_unique_id(text) {
        return None;
    }
    if is_wild(text) {
        return Some("a principal has no wildcards; use a condition on aws:PrincipalArn");
    }
    if !text.starts_with("arn:") {
        return Some("a principal is an account, an ARN or \"*\"");
    }
    let Some((service, path)) = owned(kind, text) else {
        return Some("a principal's ARN has a partition, no Region, an account and a path");
    };
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let good = match (service, first) {
        ("iam", "root") => path == "root",
        ("iam", "user" | "role") | ("sts", "federated-user") => !rest.is_empty(),
        ("sts", "assumed-role") => {
            rest.split_once('/').is_some_and(|(role, session)| !role.is_empty() && !session.is_empty())
        }
        ("iam", "group") => return Some("a group cannot be a principal"),
        _ => false,
    };
    (!good).then_some("not the ARN of a principal")
}

/// Service and path of an ARN of IAM or STS, in an account.
fn owned(kind: Kind, text: &str) -> Option<(&str, &str)> {
    let mut segments = text.splitn(6, ':').skip(1);
    let (partition, service, region) = (segments.next()?, segments.next()?, segments.next()?);
    let (account, path) = (segments.next()?, segments.next()?);
    // CloudFront's origin access identities are users of an account of that name.
    let owner = account.parse::<AccountId>().is_ok() || (kind == Kind::Bucket && account == "cloudfront");
    (PARTITIONS.contains(&partition) && region.is_empty() && owner).then_some((service, path))
}

/// Whether a principal of a key policy begins as an ARN, and is none.
pub(super) fn is_bad_arn(text: &str) -> bool {
    text.starts_with("arn:") && !is_wild(text) && owned(Kind::Key, text).is_none()
}

/// `AIDA…` of a user, `AROA…` of a role.
fn is_unique_id(text: &str) -> bool {
    let digits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (16..=128).contains(&text.len())
        && (text.starts_with("AIDA") || text.starts_with("AROA"))
        && text.bytes().all(digits)
}

/// `cloudtrail.amazonaws.com` and the like; never a wildcard.
fn is_service(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    text.contains('.') && text.bytes().all(good)
}
