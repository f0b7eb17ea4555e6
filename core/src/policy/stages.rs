//! Every policy type in the order of evaluation: what it says, and which of its statements say so.

use super::{
    Assumed, Effect, Finding, Grant, Named, Outcome, Reason, RequesterKind, Stage, StatementEffect,
    document::Verdict,
    finding::{self, Miss},
    grant,
    near::{self, Place},
    principal::Grain,
    scene::{Scene, Target},
    statement::Statement,
};
use crate::base::sort_by_rank;
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// How many statements that nearly match are kept for a stage.
const NEAR: usize = 10;
/// How many statements that match are kept for a stage.
const MATCHING: usize = 50;

/// `reason` and `granted` are the decision's.
pub(super) fn stages(scene: &Scene<'_>, reason: Reason, granted: Option<&Arc<Grant>>) -> Vec<Stage> {
    if scene.is_free() {
        let names = ["organization", "endpoint", "resource", "grants", "identity", "boundary", "session"];
        let note = "the operation needs no permission: no policy is looked at";
        return names.map(|name| not_applicable(name, note)).into();
    }
    let stages = [
        organization(scene, reason),
        endpoint(scene, reason),
        resource(scene, reason),
        grants(scene, reason, granted),
        identity(scene, reason),
        boundary(scene, reason),
        session(scene, reason),
    ];
    let stages = stages.into_iter().map(|stage| decided(stage, scene, reason, granted));
    stages.map(|stage| near::without_needless_closest(stage, reason)).collect()
}

fn not_applicable(name: &'static str, note: &str) -> Stage {
    Stage { name, outcome: Outcome::NotApplicable, note: note.to_owned(), statements: Vec::new() }
}

/// Marks the statements that made the decision.
fn decided(mut stage: Stage, scene: &Scene<'_>, reason: Reason, granted: Option<&Arc<Grant>>) -> Stage {
    use Reason as R;
    let effect = if reason.effect() == Effect::ExplicitDeny { StatementEffect::Deny } else { StatementEffect::Allow };
    for finding in stage.statements.iter_mut().filter(|finding| finding.matched && finding.effect == effect) {
        finding.decided = match (stage.name, reason) {
            ("organization", R::DenyScp) => finding.kind == super::Kind::Scp,
            ("organization", R::DenyRcp) => finding.kind == super::Kind::Rcp,
            ("endpoint", R::DenyVpce) | ("boundary", R::DenyBoundary) | ("session", R::DenySession) => true,
            ("identity", R::DenyIdentity | R::AllowIdentity | R::AllowIdentityDelegated | R::AllowCrossAccount) => true,
            // A statement that names the account only delegates, and did not make these.
            ("resource", R::AllowResourceDirect) => grain(scene, finding) == Grain::Exact,
            ("resource", R::AllowResourceRole) => grain(scene, finding) == Grain::Issuer,
            (
                "resource",
                R::DenyResource
                | R::AllowIdentityDelegated
                | R::AllowCrossAccount
                | R::AllowServicePrincipal
                | R::AllowAnonymous
                | R::AllowRoot,
            ) => true,
            ("grants", R::AllowGrant) => granted.is_some_and(|grant| grant.id == finding.policy),
            ("grants", R::AllowRoot | R::AllowIdentity) => true,
            _ => false,
        };
    }
    stage
}

/// How closely a statement of the resource's policy names the requester.
fn grain(scene: &Scene<'_>, finding: &Finding) -> Grain {
    let policies = scene.resource().iter().filter(|named| *named.name == *finding.policy);
    let statements = policies.filter_map(|named| named.policy.statements().get(finding.index.checked_sub(1)?));
    statements.map(|statement| statement.principal_grain(&scene.request)).max().unwrap_or(Grain::None)
}

/// A statement, and where it stands.
type Placed<'a> = (&'a Named, Place<'a>, usize, &'a Statement);

/// The statements that match or nearly match, matching ones first, then the most telling near misses, and last the
/// Allow that is the closest of all others.
fn findings<'a>(
    scene: &Scene<'_>,
    reason: Reason,
    policies: impl Iterator<Item = (&'a Named, Place<'a>)>,
) -> Vec<Finding> {
    let mut found: Vec<(Miss, Placed<'a>)> = Vec::new();
    let mut closest: Option<((usize, bool), Placed<'a>)> = None;
    for (named, place) in policies {
        for (at, statement) in named.policy.statements().iter().enumerate() {
            let Some(misses) = finding::misses(statement, &scene.request) else { continue };
            let denies = statement.effect == StatementEffect::Deny;
            let placed = (named, place, at, statement);
            match *misses {
                [] => found.push((Miss::None, placed)),
                // A Deny that nearly matches is of interest when a condition keeps it away, an Allow where one is missing.
                [miss] if (denies && miss <= Miss::Condition) || (!denies && !place.is_content()) => {
                    found.push((miss, placed));
                }
                [_] => {}
                _ if denies || place.is_content() => {}
                _ if misses.contains(&Miss::Action)
                    && near::is_of_another_service(statement, &scene.request.action) => {}
                _ => {
                    // The fewest misses; then who is named tells less than what is asked.
                    let distance = (misses.len(), misses.contains(&Miss::Principal));
                    if closest.as_ref().is_none_or(|(least, _)| distance < *least) {
                        closest = Some((distance, placed));
                    }
                }
            }
        }
    }
    sort_by_rank(&mut found, |(miss, _)| *miss as u64); // within a rank in the order of the documents
    let matching = found.iter().filter(|(miss, _)| *miss == Miss::None).count();
    let kept = found.iter().take(matching.min(MATCHING)).chain(found.iter().skip(matching).take(NEAR));
    let kept = kept.map(|(_, placed)| placed).chain(closest.as_ref().map(|(_, placed)| placed));
    // Two statements at one place that name the requester alike would decide alike.
    let mut decided: Vec<((usize, Grain), Option<Reason>)> = Vec::new();
    kept.map(|(named, place, at, statement)| {
        let mut finding = finding::of_statement(named, place.level(), *at, statement, &scene.request);
        if finding.near && !settled(reason) && finding.effect == StatementEffect::Allow {
            let like = (place.number(), statement.principal_grain(&scene.request));
            let same = decided.iter().find(|(other, _)| *other == like).map(|(_, reason)| *reason);
            finding.if_matched = same.unwrap_or_else(|| near::if_matched(scene, *place, like.1));
            decided.push((like, finding.if_matched));
        }
        finding
    })
    .collect()
}

/// Whether no further Allow could change the decision, or none is needed.
fn settled(reason: Reason) -> bool {
    reason.effect() != Effect::ImplicitDeny
}

fn plain<'a>(scene: &Scene<'_>, reason: Reason, place: Place<'a>, policies: &'a [Named]) -> Vec<Finding> {
    findings(scene, reason, policies.iter().map(|named: &'a Named| (named, place)))
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict { denies: true, .. } => Outcome::Denies,
        Verdict { allows: Grain::None, .. } => Outcome::Silent,
        _ => Outcome::Allows,
    }
}

/// `one policy`, `3 policies`, with the statements in them.
fn counted(policies: &[Named]) -> String {
    let statements: usize = policies.iter().map(|named| named.policy.statements().len()).sum();
    let plural = |count: usize, one: &str, many: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
    };
    format!("{}, {}", plural(policies.len(), "policy", "policies"), plural(statements, "statement", "statements"))
}

fn organization(scene: &Scene<'_>, reason: Reason) -> Stage {
    let (scp, rcp) = (scene.scp(), scene.rcp());
    if scp.is_empty() && rcp.is_empty() {
        let side = &scene.policies.principal;
        let note = match (&side.scp, scene.side) {
            (Some(_), _) if side.in_management_account => "service control policies spare the management account",
            (Some(_), _) if scene.query.requester.service_linked => {
                "the policies of the organization spare service-linked roles"
            }
            (Some(_), _) if scene.kind() == RequesterKind::Service => "service control policies spare services",
            (_, Some(side)) if !side.rcp.is_empty() => "resource control policies do not count here",
            _ => "no policies of an organization",
        };
        return not_applicable("organization", note);
    }
    let limiting = scp.iter().enumerate().map(|(at, level)| (at, level, scene.allows(&level.policies)));
    // Resource control policies only deny.
    let all = limiting.chain(rcp.iter().map(|level| (0, level, true)));
    let placed = all.flat_map(|(at, level, allows)| {
        level.policies.iter().map(move |named| (named, Place::Level { at, name: &level.name, allows }))
    });
    let statements = findings(scene, reason, placed);
    let denies = scp.iter().chain(rcp).any(|level| scene.weigh(&level.policies).denies);
    let silent = scp.iter().find(|level| !scene.allows(&level.policies));
    let (outcome, note) = match silent {
        _ if denies => (Outcome::Denies, "a policy of the organization denies".to_owned()),
        Some(level) => (
            Outcome::Silent,
            format!("at level {} no service control policy allows {}", level.name, scene.query.action),
        ),
        None if scp.is_empty() => (Outcome::Allows, "no resource control policy denies".to_owned()),
        None => (Outcome::Allows, "every level of service control policies allows, and nothing denies".to_owned()),
    };
    Stage { name: "organization", outcome, note, statements }
}

fn endpoint(scene: &Scene<'_>, reason: Reason) -> Stage {
    let Some(named) = scene.endpoint() else {
        let note = match scene.policies.endpoint {
            Some(_) => "the call is made by a service; the endpoint's policy counted for the call before it",
            None => "the call did not come through a VPC endpoint",
        };
        return not_applicable("endpoint", note);
    };
    let policies = core::slice::from_ref(named);
    let outcome = outcome(scene.weigh(policies));
    let note = match outcome {
        Outcome::Denies => "the endpoint's policy denies",
        Outcome::Allows => "the endpoint's policy allows",
        _ => "the endpoint's policy does not allow, so the call does not get through",
    };
    let statements = plain(scene, reason, Place::Endpoint, policies);
    Stage { name: "endpoint", outcome, note: note.to_owned(), statements }
}

/// What the policy of the resource is called.
pub(super) fn resource_policy(scene: &Scene<'_>) -> &'static str {
    match scene.target {
        Target::Key => "key policy",
        Target::Role => "trust policy",
        Target::Other if scene.request.action.belongs_to("s3") => "bucket policy",
        Target::Other => "resource policy",
    }
}

/// Why the resource's policy is only assumed, where it is.
pub(super) fn absence(scene: &Scene<'_>) -> Option<&'static str> {
    let side = scene.side?;
    Some(match side.assumed? {
        Assumed::NoSuchKey if side.arn.contains(":alias/") => "there is no such alias",
        Assumed::NoSuchKey => "there is no such key",
        Assumed::NewKey => "the key does not exist yet",
        Assumed::NotGiven => "no key policy was given",
    })
}

fn resource(scene: &Scene<'_>, reason: Reason) -> Stage {
    let policies = scene.resource();
    let what = resource_policy(scene);
    if policies.is_empty() && (scene.target == Target::Other || scene.retires()) {
        let note = if scene.retires() {
            "kms:RetireGrant in a key policy has no effect"
        } else if scene.request.resource == "*" {
            "the action acts on no resource with a policy"
        } else {
            "the resource has no policy"
        };
        return not_applicable("resource", note);
    }
    let verdict = scene.weigh(policies);
    let spared = verdict.denies && !scene.resource_denies_count();
    let verdict = Verdict { denies: verdict.denies && !spared, ..verdict };
    let (outcome, note) = match verdict {
        Verdict { denies: true, .. } => (Outcome::Denies, format!("the {what} denies")),
        Verdict { allows: Grain::None, .. } if spared => {
            (Outcome::Silent, "its Deny spares the root user of the owner, who has to be able to repair it".to_owned())
        }
        Verdict { allows: Grain::None, .. } if policies.is_empty() => {
            (Outcome::Silent, format!("there is no {what}, and nothing is allowed without one"))
        }
        Verdict { allows: Grain::None, .. } => (Outcome::Silent, format!("the {what} allows nothing of this")),
        Verdict { .. } if scene.cross => {
            (Outcome::Allows, format!("the {what} allows; the account of the requester must allow as well"))
        }
        Verdict { allows: Grain::Exact, .. } => (Outcome::Allows, format!("the {what} allows the requester itself")),
        Verdict { allows: Grain::Issuer, .. } => {
            (Outcome::Allows, format!("the {what} allows the role or user behind the session"))
        }
        Verdict { allows: Grain::Account, .. } => {
            (Outcome::Delegates, format!("the {what} leaves the decision to the IAM policies of the account"))
        }
    };
    if let Some(absence) = absence(scene) {
        let note = match outcome {
            Outcome::Silent => format!("{absence}, and nothing lets the requester in"),
            _ => format!("{absence}: the IAM policies of the account decide"),
        };
        return Stage { name: "resource", outcome, note, statements: Vec::new() };
    }
    Stage { name: "resource", outcome, note, statements: plain(scene, reason, Place::Resource, policies) }
}

fn grants(scene: &Scene<'_>, reason: Reason, granted: Option<&Arc<Grant>>) -> Stage {
    let all = &scene.policies.grants;
    if scene.retires() {
        let allowed = reason.effect() == Effect::Allow;
        let mut statements = scene.retired_grant().map(|grant| finding::of_retired(grant, allowed, scene));
        if let Some(finding) = statements.as_mut().filter(|finding| finding.near && !settled(reason)) {
            let at = all.iter().position(|grant| grant.id == finding.policy);
            finding.if_matched = at.and_then(|at| near::if_granted(scene, at));
        }
        let (outcome, note) = match (&statements, granted) {
            (None, _) => (Outcome::Silent, "the grant is not among those of this key"),
            (Some(_), Some(_)) => (Outcome::Allows, "the grant lets the requester end it"),
            (Some(_), None) if allowed => (Outcome::Delegates, "the account that created the grant may end it"),
            (Some(_), None) => (Outcome::Silent, "the grant does not let the requester end it"),
        };
        let statements = statements.into_iter().collect();
        return Stage { name: "grants", outcome, note: note.to_owned(), statements };
    }
    if scene.target != Target::Key || all.is_empty() {
        let note = if scene.target == Target::Key { "no grants on this key" } else { "grants are for KMS keys" };
        return not_applicable("grants", note);
    }
    if !scene.request.action.is_grantable() {
        return not_applicable("grants", "no grant can give this operation");
    }
    let mut statements: Vec<Finding> =
        all.iter().enumerate().map(|(at, grant)| finding::of_grant(grant, at, scene)).collect();
    let misses = |finding: &Finding| finding.elements.iter().filter(|element| !element.matched).count();
    // Grants for others are not close, whatever they allow.
    let is_for = |finding: &Finding| finding.elements.first().is_some_and(|grantee| grantee.matched);
    let others = statements.iter().filter(|finding| misses(finding) > 1 && is_for(finding));
    let closest = others.min_by_key(|finding| misses(finding)).cloned();
    statements.retain(|finding| finding.matched || finding.near);
    sort_by_rank(&mut statements, |finding| u64::from(!finding.matched));
    statements.truncate(NEAR);
    for finding in statements.iter_mut().filter(|finding| finding.near && !settled(reason)) {
        finding.if_matched = near::if_granted(scene, finding.index.saturating_sub(1));
    }
    statements.extend(closest);
    let (outcome, note) = if all.iter().any(|grant| grant::allows(grant, scene)) {
        (Outcome::Allows, "a grant allows; no other Allow is needed".to_owned())
    } else {
        (Outcome::Silent, "no grant allows".to_owned())
    };
    Stage { name: "grants", outcome, note, statements }
}

fn identity(scene: &Scene<'_>, reason: Reason) -> Stage {
    match scene.kind() {
        RequesterKind::Root => {
            return Stage {
                name: "identity",
                outcome: Outcome::Allows,
                note: "for a root user everything counts as allowed here".to_owned(),
                statements: Vec::new(),
            };
        }
        RequesterKind::Service => return not_applicable("identity", "a service has no identity-based policies"),
        RequesterKind::Anonymous => return not_applicable("identity", "the request is not signed"),
        RequesterKind::FederatedIdp => {
            return not_applicable("identity", "who comes from an identity provider has no policies yet");
        }
        _ => {}
    }
    let policies = scene.identity();
    let outcome = outcome(scene.weigh(policies));
    let needs_key_policy = scene.target == Target::Key
        && !scene.cross
        && !scene.retires()
        && scene.weigh(scene.resource()).allows == Grain::None;
    let note = match outcome {
        Outcome::Denies => "an identity-based policy denies".to_owned(),
        Outcome::Allows if needs_key_policy => {
            "an identity-based policy allows, but without an Allow of the key policy that has no effect".to_owned()
        }
        Outcome::Allows => "an identity-based policy allows".to_owned(),
        _ if policies.is_empty() => "no identity-based policies are attached".to_owned(),
        _ => format!("no identity-based policy allows ({})", counted(policies)),
    };
    Stage { name: "identity", outcome, note, statements: plain(scene, reason, Place::Identity, policies) }
}

fn boundary(scene: &Scene<'_>, reason: Reason) -> Stage {
    let Some(named) = scene.boundary() else { return not_applicable("boundary", "no permissions boundary") };
    let policies = core::slice::from_ref(named);
    let outcome = outcome(scene.weigh(policies));
    let note = match outcome {
        Outcome::Denies => "the permissions boundary denies",
        Outcome::Allows => "the permissions boundary allows",
        _ => "the permissions boundary does not allow",
    };
    let statements = plain(scene, reason, Place::Boundary, policies);
    Stage { name: "boundary", outcome, note: note.to_owned(), statements }
}

fn session(scene: &Scene<'_>, reason: Reason) -> Stage {
    let Some(policies) = scene.session() else {
        if scene.lacks_session() {
            return Stage {
                name: "session",
                outcome: Outcome::Silent,
                note: "a federated user session without a session policy gets nothing from identity policies"
                    .to_string(),
                statements: Vec::new(),
            };
        }
        return not_applicable("session", "no session policy was passed");
    };
    let outcome = outcome(scene.weigh(policies));
    let note = match outcome {
        Outcome::Denies => "a session policy denies",
        Outcome::Allows => "a session policy allows",
        _ => "no session policy allows",
    };
    let statements = plain(scene, reason, Place::Session, policies);
    Stage { name: "session", outcome, note: note.to_owned(), statements }
}
