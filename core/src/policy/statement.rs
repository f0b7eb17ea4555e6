//! A statement, compiled, and what it is held against.

use super::{
    Context, Requester, StatementEffect, Values,
    action::{Action, Actions},
    condition::Clause,
    pattern::{Form, Pattern, Reading},
    principal::{Grain, Principals},
    seen::Seen,
};
use alloc::{boxed::Box, rc::Rc, sync::Arc};

/// One statement of a policy.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) effect: StatementEffect,
    pub(super) sid: Option<Box<str>>,
    /// Line and column of its brace, from 1.
    pub(super) place: (u32, u32),
    pub(super) principals: Principals,
    /// `None`: the element is missing, and the statement has no effect.
    pub(super) actions: Option<Actions>,
    /// `None`: the element is missing; no effect, but in trust policies, which have none.
    pub(super) resources: Option<Arc<Resources>>,
    pub(super) conditions: Box<[Arc<Clause>]>,
    /// Whether the statement cannot match: an element that cannot be read, in a policy that was read leniently.
    pub(super) broken: bool,
}

/// A request, as statements see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) action: Action<'a>,
    /// An ARN or `*`.
    pub(super) resource: &'a str,
    pub(super) requester: &'a Requester,
    pub(super) context: &'a Context,
    /// Whether a permissions boundary is attached to the requester.
    pub(super) has_boundary: bool,
    /// What was found about it so far, where it is decided more than once.
    pub(super) seen: Option<&'a Rc<Seen>>,
}

impl Request<'_> {
    /// Whether it meets a condition.
    pub(super) fn meets(&self, clause: &Arc<Clause>) -> bool {
        self.seen.map_or_else(|| clause.matches(self.context), |seen| seen.clause(clause, self.context))
    }

    /// Whether its resource is among those of a statement.
    pub(super) fn is_on(&self, resources: Option<&Arc<Resources>>) -> bool {
        let Some(resources) = resources else { return false };
        self.seen.map_or_else(|| resources.matches(self), |seen| seen.resources(resources, self))
    }
}

impl Statement {
    /// Whether it has an effect, and `action` is among its actions.
    pub(super) fn is_about(&self, action: &Action<'_>) -> bool {
        !self.broken && self.actions.as_ref().is_some_and(|actions| actions.matches(action))
    }

    /// How closely the statement, which is about the action, matches; [`Grain::None`] when some element does not match.
    ///
    /// `least`: what is not closer than this is not worth the work.
    #[inline]
    pub(super) fn grain(&self, request: &Request<'_>, least: Grain) -> Grain {
        let grain = self.principal_grain(request);
        let matches = grain > least
            && request.is_on(self.resources.as_ref())
            && self.conditions.iter().all(|clause| request.meets(clause));
        if matches { grain } else { Grain::None }
    }

    /// Whether it matches every request for the actions it is about.
    pub(super) fn is_total(&self) -> bool {
        !self.broken
            && self.principals.are_everyone()
            && self.resources.as_ref().is_some_and(|resources| resources.are_all())
            && self.conditions.is_empty()
    }

    /// The texts of its resources that may have wildcards and variables.
    pub(super) fn resource_patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.resources.iter().flat_map(|resources| resources.patterns())
    }

    pub(super) fn principal_grain(&self, request: &Request<'_>) -> Grain {
        self.principals.grain(request.requester, request.has_boundary, self.effect == StatementEffect::Deny)
    }
}

/// What a `Resource` or `NotResource` element says.
#[derive(Debug, Clone)]
pub(super) struct Resources {
    /// Whether it is `NotResource`.
    pub(super) negated: bool,
    /// The entries as written.
    pub(super) entries: Box<[Box<str>]>,
    patterns: Box<[Resource]>,
}

#[derive(Debug, Clone)]
enum Resource {
    /// `*`
    Any,
    /// An ARN with or without wildcards and variables.
    Arn(Pattern),
    /// Matches nothing: no ARN, or a wildcard in the service's segment.
    Nothing,
}

impl Resources {
    /// `variables`: whether the document's version has policy variables.
    pub(super) fn new(negated: bool, entries: Box<[Box<str>]>, variables: bool) -> Self {
        let patterns = entries.iter().map(|text| resource(text, variables)).collect();
        Self { negated, entries, patterns }
    }

    /// The resource of a policy that has no such element: a trust policy is about its role.
    pub(super) fn own() -> Self {
        Self { negated: false, entries: Box::default(), patterns: Box::new([Resource::Any]) }
    }

    /// Whether they cover every resource.
    fn are_all(&self) -> bool {
        !self.negated && self.have_any()
    }

    /// Whether one of them is `*`.
    fn have_any(&self) -> bool {
        self.patterns.iter().any(|pattern| matches!(pattern, Resource::Any))
    }

    pub(super) fn matches(&self, request: &Request<'_>) -> bool {
        let one = Values::One(request.resource);
        let covered = self.have_any() || Pattern::covered(self.patterns(), one, Form::Text, request.context) != 0;
        covered != self.negated
    }

    /// Whether condition keys count for what they cover.
    pub(super) fn has_variables(&self) -> bool {
        self.patterns().any(Pattern::is_template)
    }

    /// How long the entries are together.
    pub(super) fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.len()).sum()
    }

    /// The entries that may have wildcards and variables.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().filter_map(|resource| match resource {
            Resource::Arn(pattern) => Some(pattern),
            _ => None,
        })
    }
}

fn resource(text: &str, variables: bool) -> Resource {
    if text == "*" {
        return Resource::Any;
    }
    let service = text.split(':').nth(2);
    if !text.starts_with("arn:") || service.is_none_or(|service| service.contains(['*', '?'])) {
        return Resource::Nothing;
    }
    // Variables work only after the fifth colon.
    match text.match_indices(':').nth(4) {
        Some((colon, _)) => Resource::Arn(Pattern::with_variables_after(colon.saturating_add(1), text, variables)),
        None => Resource::Arn(Pattern::new(text, Reading { variables: false, wildcards: true })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::RequesterKind;

    #[test]
    fn resources() {
        let mut context = Context::new();
        context.set("aws:PrincipalTag/key", "1234");
        context.set("aws:PrincipalAccount", "111122223333");
        let requester = Requester::new(RequesterKind::User, None, "");
        let key = "arn:aws:kms:us-east-1:111122223333:key/1234";
        let cases = [
            (false, "*", key, true),
            (false, "*", "*", true),
            (false, key, "*", false),
            (true, key, "*", true),
            (false, "arn:aws:kms:us-east-1:*", key, true),
            (false, "arn:aws:kms:*:111122223333:key/*", key, true),
            (false, "arn:*:kms:us-east-1:111122223333:key/123?", key, true),
            (false, "arn:aws:*", key, false),
            (false, "arn:aws:k*:us-east-1:111122223333:key/1234", key, false),
            (false, "arn:aws-cn:kms:us-east-1:111122223333:key/1234", key, false),
            (false, "arn:aws:kms:us-east-1:111122223333:key/${aws:PrincipalTag/key}", key, true),
            (false, "arn:aws:kms:us-east-1:111122223333:key/${aws:PrincipalTag/no}*", key, false),
            (true, "arn:aws:kms:us-east-1:111122223333:key/${aws:PrincipalTag/no}*", key, true),
            (false, "arn:aws:kms:us-east-1:${aws:PrincipalAccount}:key/*", key, false),
            (false, "key/1234", key, false),
            (false, "arn:*", "arn:aws:kms:us-east-1:111122223333:key/1234", false),
        ];
        for (negated, entry, resource, want) in cases {
            let resources = Resources::new(negated, Box::new([entry.into()]), true);
            let request = Request {
                action: Action::of("kms:Decrypt"),
                resource,
                requester: &requester,
                context: &context,
                has_boundary: false,
                seen: None,
            };
            assert_eq!(resources.matches(&request), want, "{negated} {entry} {resource}");
        }
    }
}
