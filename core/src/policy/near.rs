//! Statements that do not match: which of them are worth a line, and what would be decided if one did match.

use super::{
    Element, Finding, Grant, Kind, Named, Outcome, Policies, Policy, Reason, RequesterKind, Stage, StatementEffect,
    Values, action::Action, principal::Grain, scene::Scene, statement::Statement,
};
use alloc::{format, sync::Arc, vec::Vec};

/// Where a policy stands among all that count.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// A level of the organization, by its number and name; `allows`: whether it needs no further Allow.
    Level {
        at: usize,
        name: &'a str,
        allows: bool,
    },
    Endpoint,
    Resource,
    Identity,
    Boundary,
    Session,
}

impl<'a> Place<'a> {
    /// The name of the level.
    pub(super) const fn level(&self) -> Option<&'a str> {
        match self {
            Self::Level { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Tells it from the others of its stage.
    pub(super) const fn number(&self) -> usize {
        match self {
            Self::Level { at, .. } => *at,
            _ => 0,
        }
    }

    /// Whether a further Allow makes no difference here.
    pub(super) const fn is_content(&self) -> bool {
        matches!(self, Self::Level { allows: true, .. })
    }
}

/// What the decision would be if an Allow at `place`, which names the requester with this grain, matched as well.
///
/// Nothing is guessed: the decision is made again, with a further statement that allows everything.
pub(super) fn if_matched(scene: &Scene<'_>, place: Place<'_>, grain: Grain) -> Option<Reason> {
    let named = Named { name: "".into(), arn: None, policy: Arc::new(allowing(scene, grain)?) };
    let mut policies = scene.policies.clone();
    let own = Arc::make_mut(&mut policies.principal);
    // Without an explicit Deny, an Allow for everything in place of a policy is as good as one beside it.
    match place {
        Place::Level { at, .. } => own.scp.as_mut()?.get_mut(at)?.policies.push(named),
        Place::Endpoint => policies.endpoint = Some(named),
        Place::Resource => Arc::make_mut(policies.resource.as_mut()?).policies.push(named),
        Place::Identity => own.identity.push(named),
        Place::Boundary => own.boundary = Some(named),
        Place::Session => own.session.as_mut()?.push(named),
    }
    Some(scene.reason_by(&policies))
}

/// A policy that allows everything and names the requester with this grain; with none, as somebody would who adds the
/// requester to the list: by its own ARN, or that of the role or user behind its session.
fn allowing(scene: &Scene<'_>, grain: Grain) -> Option<Policy> {
    let requester = scene.query.requester;
    let behind = [&*requester.role_arn, &*requester.user_arn, &*requester.unique_id];
    let behind: Vec<&str> = behind.into_iter().filter(|name| !name.is_empty()).take(1).collect();
    let session = matches!(requester.kind, RequesterKind::RoleSession | RequesterKind::FederatedUser);
    let names = match grain {
        Grain::Account => Vec::from([requester.account.as_ref()?.as_str()]),
        Grain::Issuer => behind,
        Grain::None if session && !behind.is_empty() => behind,
        Grain::Exact | Grain::None => Vec::from(["*"]),
    };
    let names = serde_json::to_string(&names).ok()?;
    let text =
        format!(r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":{names}}},"Action":"*","Resource":"*"}}}}"#);
    Policy::parse_lenient(Kind::Key, &text).ok()
}

/// What the decision would be if grant number `at` matched in every element.
pub(super) fn if_granted(scene: &Scene<'_>, at: usize) -> Option<Reason> {
    let requester = scene.query.requester;
    let service = requester.kind == RequesterKind::Service;
    let (principal, service) =
        if service { (None, Some(requester.arn.clone())) } else { (Some(requester.arn.clone()), None) };
    let mut policies: Policies = scene.policies.clone();
    let grant = policies.grants.get_mut(at)?;
    let changed = if scene.retires() {
        Grant { retiring_principal: principal, retiring_id: None, retiring_service: service, ..(**grant).clone() }
    } else {
        let asked = scene.query.context.get("kms:GrantOperations").map(Values::to_vec).unwrap_or_default();
        let mut operations = grant.operations.clone();
        operations.extend(asked);
        operations.push(scene.request.action.name().into());
        Grant {
            operations,
            grantee_principal: principal,
            grantee_id: None,
            grantee_service: service,
            context_equals: None,
            context_subset: None,
            source_arn: None,
            ..(**grant).clone()
        }
    };
    *grant = Arc::new(changed);
    Some(scene.reason_by(&policies))
}

/// The stages of an implicit deny in which an Allow is missing.
const fn wants_allow(stage: &Stage, reason: Reason) -> bool {
    use Reason as R;
    matches!(
        (stage.name.as_bytes(), reason),
        (b"organization", R::NoScpAllow)
            | (b"endpoint", R::NoVpceAllow)
            | (b"resource", R::NoResourceAllow)
            | (b"identity", R::NoIdentityAllow)
            | (b"grants", R::NoResourceAllow | R::NoIdentityAllow)
            | (b"boundary", R::NoBoundaryAllow)
            | (b"session", R::NoSessionAllow)
    )
}

/// Drops the closest statement (one that is neither near nor matches) from a stage that has something better to show,
/// or that is not to blame.
pub(super) fn without_needless_closest(mut stage: Stage, reason: Reason) -> Stage {
    let told = stage
        .statements
        .iter()
        .filter(|finding| finding.effect == StatementEffect::Allow)
        .any(|finding| finding.matched || weight(finding, &stage, reason).is_some());
    let needed = stage.outcome == Outcome::Silent && wants_allow(&stage, reason) && !told;
    stage.statements.retain(|finding| needed || finding.matched || finding.near);
    stage
}

/// How little the element tells that keeps a near statement away; nothing when it is not worth a line: most statements
/// of a long policy name somebody else.
pub(super) fn weight(finding: &Finding, stage: &Stage, reason: Reason) -> Option<u8> {
    if !finding.near || finding.effect == StatementEffect::Deny {
        return None;
    }
    let element = finding.elements.iter().find(|element| !element.matched)?;
    // Keys and roles let nobody in whom their policy does not name, be it by the account.
    let names = matches!(finding.kind, Kind::Key | Kind::Trust) || reason == Reason::NoResourceAllow;
    match element.element {
        "Condition" | "Constraint" => Some(0),
        "Resource" | "NotResource" => Some(1),
        "Action" if element.note.is_empty() && !same_service(element) => None,
        "Action" | "NotAction" | "Operations" => Some(2),
        _ if !element.note.is_empty() => Some(1),
        "Principal" | "NotPrincipal" if stage.outcome == Outcome::Silent && names => Some(3),
        _ => None,
    }
}

/// Whether the statement is about the service that was asked for at all.
fn same_service(action: &Element) -> bool {
    let asked = action.got.iter().flatten().next();
    asked.is_some_and(|asked| action.wanted.iter().any(|entry| one_service(entry, asked)))
}

fn one_service(entry: &str, asked: &str) -> bool {
    let service = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    service(entry) == service(asked)
}

/// Whether a statement whose action does not match is about another service, and so about another matter.
pub(super) fn is_of_another_service(statement: &Statement, action: &Action<'_>) -> bool {
    let Some(actions) = &statement.actions else { return false };
    let about = |entry: &str| entry == "*" || one_service(entry, action.text()) || Action::of(entry).is_misspelt();
    !actions.negated && !actions.entries.iter().any(|entry| about(entry))
}
