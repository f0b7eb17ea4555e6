//! What the two simulations answer.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use super::{
    given::Given,
    judge::{Judged, Simulation},
};
use crate::base::{Arn, Fault};
use crate::policy::{Effect, Extent};
use crate::service::iam::page::page;
use crate::wire::view;

view! {
    out Output {
        results: Vec<EvaluationResult> = "EvaluationResults",
        truncated: bool = "IsTruncated",
        marker: Option<String> = "Marker",
    }
    out EvaluationResult {
        action: String = "EvalActionName",
        resource: String = "EvalResourceName",
        decision: &'static str = "EvalDecision",
        matched: Vec<Statement> = "MatchedStatements",
        missing: Vec<String> = "MissingContextValues",
        organization: Option<OrganizationDetail> = "OrganizationsDecisionDetail",
        boundary: Option<BoundaryDetail> = "PermissionsBoundaryDecisionDetail",
        details: Option<BTreeMap<String, String>> = "EvalDecisionDetails",
        specific: Option<Vec<ResourceResult>> = "ResourceSpecificResults",
    }
    out ResourceResult {
        resource: String = "EvalResourceName",
        decision: &'static str = "EvalResourceDecision",
        matched: Vec<Statement> = "MatchedStatements",
        missing: Vec<String> = "MissingContextValues",
        details: Option<BTreeMap<String, String>> = "EvalDecisionDetails",
        boundary: Option<BoundaryDetail> = "PermissionsBoundaryDecisionDetail",
    }
    #[derive(PartialEq)]
    out Statement {
        policy: String = "SourcePolicyId",
        kind: &'static str = "SourcePolicyType",
        start: Position = "StartPosition",
        end: Position = "EndPosition",
    }
    #[derive(PartialEq)]
    out Position { line: i64 = "Line", column: i64 = "Column" }
    out OrganizationDetail { allowed: bool = "AllowedByOrganizations" }
    out BoundaryDetail { allowed: bool = "AllowedByPermissionsBoundary" }
}

/// How many pairs of an action and a resource one page holds, whatever `MaxItems` says: IAM "might return fewer results,
/// even when there are more results available". The number is ours.
const PAIRS: usize = 5_000;

/// One page of results, one for each action.
///
/// # Errors
/// [`Fault::Validation`] for a marker that no page had.
pub(crate) fn answer(
    simulation: &Simulation,
    given: &Given,
    (marker, max_items): (Option<String>, Option<u32>),
) -> Result<Output, Fault> {
    let most = PAIRS.checked_div(given.resources.len()).unwrap_or(PAIRS).clamp(1, 1000);
    let most = u32::try_from(most).unwrap_or(1);
    // Of equal actions each has its place.
    let actions = given.actions.iter().enumerate().map(|(at, action)| (format!("{at:08}"), action));
    let found = page(actions, marker.as_deref(), Some(max_items.unwrap_or(100).min(most)))?;
    let result = |action: &String| {
        let judged = given.resources.iter().map(|resource| simulation.judge(action, resource)).collect();
        EvaluationResult::of(action, judged, &simulation.missing)
    };
    let results = found.items.into_iter().map(result).collect();
    Ok(Output { results, truncated: found.truncated, marker: found.marker })
}

impl EvaluationResult {
    /// The result of an action on all resources: the most restrictive decision, and the statements that made it.
    fn of(action: &str, all: Vec<Judged>, missing: &[String]) -> Self {
        let effect = all.iter().map(|one| one.effect).max_by_key(|effect| severity(*effect));
        let effect = effect.unwrap_or(Effect::ImplicitDeny);
        let mut matched: Vec<Statement> = Vec::new();
        for statement in all.iter().filter(|one| one.effect == effect).flat_map(|one| &one.matched) {
            if !matched.contains(statement) {
                matched.push(statement.clone());
            }
        }
        let all_of = |says: fn(&Judged) -> Option<bool>| {
            all.iter().filter_map(says).fold(None, |so_far, yes| Some(yes && so_far.unwrap_or(true)))
        };
        let any = all.iter().all(|one| one.resource == "*");
        let stopped = all.iter().any(|one| one.stopped);
        Self {
            action: action.into(),
            resource: template(&all),
            decision: word(effect),
            matched,
            missing: missing.into(),
            organization: all_of(|one| one.by_organization).map(|allowed| OrganizationDetail { allowed }),
            boundary: all_of(|one| one.by_boundary).map(|allowed| BoundaryDetail { allowed }),
            details: if stopped { None } else { details(&all, any) },
            specific: (!any).then(|| all.into_iter().map(|one| ResourceResult::of(one, missing)).collect()),
        }
    }
}

impl ResourceResult {
    fn of(one: Judged, missing: &[String]) -> Self {
        Self {
            resource: one.resource,
            decision: word(one.effect),
            matched: one.matched,
            missing: missing.into(),
            details: one.details.filter(|_| !one.stopped).map(worded),
            boundary: one.by_boundary.map(|allowed| BoundaryDetail { allowed }),
        }
    }
}

impl Statement {
    /// The statement of that extent.
    pub(crate) fn of(policy: &str, kind: &'static str, extent: Extent) -> Self {
        let position = |(line, column)| Position { line: i64::from(line), column: i64::from(column) };
        Self { policy: policy.into(), kind, start: position(extent.start), end: position(extent.end) }
    }
}

/// The most restrictive decision of each policy type. Within an account nothing for `*` and an empty map for ARNs.
/// Source: IAM API Reference, `EvaluationResult`, `EvalDecisionDetails`.
fn details(all: &[Judged], any: bool) -> Option<BTreeMap<String, String>> {
    let mut worst: Vec<(&'static str, Effect)> = Vec::new();
    for (kind, says) in all.iter().filter_map(|one| one.details.as_ref()).flatten() {
        match worst.iter_mut().find(|(known, _)| known == kind) {
            Some((_, known)) if severity(*says) > severity(*known) => *known = *says,
            Some(_) => {}
            None => worst.push((kind, *says)),
        }
    }
    let crosses = !worst.is_empty();
    (crosses || !any).then(|| worded(worst))
}

/// What each policy type says, in words.
fn worded(details: Vec<(&'static str, Effect)>) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    for (kind, says) in details {
        words.insert(kind.into(), word(says).into());
    }
    words
}

const fn severity(effect: Effect) -> u8 {
    match effect {
        Effect::Allow => 0,
        Effect::ImplicitDeny => 1,
        Effect::ExplicitDeny => 2,
    }
}

const fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "allowed",
        Effect::ExplicitDeny => "explicitDeny",
        Effect::ImplicitDeny => "implicitDeny",
    }
}

/// The forms of ARNs: service, beginning of the resource, what follows the service. Source: Service Authorization
/// Reference, "Resource types defined by …"; the names of S3 as in the API Reference of `EvaluationResult`.
const TEMPLATES: &[(&str, &str, &str)] = &[
    ("ec2", "instance/", "${Region}:${Account}:instance/${InstanceId}"),
    ("ec2", "snapshot/", "${Region}::snapshot/${SnapshotId}"),
    ("ec2", "volume/", "${Region}:${Account}:volume/${VolumeId}"),
    ("iam", "group/", ":${Account}:group/${GroupNameWithPath}"),
    ("iam", "instance-profile/", ":${Account}:instance-profile/${InstanceProfileNameWithPath}"),
    ("iam", "mfa/", ":${Account}:mfa/${MfaTokenIdWithPath}"),
    ("iam", "policy/", ":${Account}:policy/${PolicyNameWithPath}"),
    ("iam", "role/", ":${Account}:role/${RoleNameWithPath}"),
    ("iam", "user/", ":${Account}:user/${UserNameWithPath}"),
    ("kms", "alias/", "${Region}:${Account}:alias/${Alias}"),
    ("kms", "key/", "${Region}:${Account}:key/${KeyId}"),
    ("sts", "federated-user/", ":${Account}:federated-user/${FederatedUserName}"),
];

/// `EvalResourceName` of an action: the form of the ARN that it acts on, `*` for actions without one and for ARNs whose
/// form the lab does not know. (Until 2025 AWS gave the first ARN itself.)
fn template(all: &[Judged]) -> String {
    let Some(arn) = all.iter().map(|one| one.acts_on.as_str()).find(|arn| *arn != "*") else { return "*".into() };
    let Ok(arn) = arn.parse::<Arn>() else { return "*".into() };
    let (service, resource) = (arn.service(), arn.resource());
    let form = match service {
        "s3" if resource.contains('/') => Some("::${BucketName}/${KeyName}"),
        "s3" => Some("::${BucketName}"),
        _ => {
            let fits = |form: &&(&str, &str, &str)| form.0 == service && resource.starts_with(form.1);
            TEMPLATES.iter().find(fits).map(|form| form.2)
        }
    };
    form.map_or_else(|| "*".into(), |form| format!("arn:${{Partition}}:{service}:{form}"))
}
