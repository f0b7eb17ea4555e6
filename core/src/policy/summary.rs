//! One plain sentence: what decided, and why.

use super::{
    Finding, Kind, Outcome, Reason, Requester, RequesterKind, Stage, StatementEffect,
    scene::{Scene, Target},
    stages::{absence, resource_policy},
};
use alloc::{borrow::ToOwned, format, string::String};

pub(super) fn summary(scene: &Scene<'_>, reason: Reason, stages: &[Stage]) -> String {
    let says = Says { scene, stages };
    let (who, action, what) = (says.who(), scene.query.action, resource_policy(scene));
    match reason {
        Reason::AllowResourceDirect => {
            let statement = says.deciding("resource");
            if says.names_everyone() {
                format!(
                    "The {what}{statement} allows {action} to everybody whom its conditions let in, {who} included."
                )
            } else {
                format!("The {what}{statement} names {who} and allows {action}; no other Allow is needed.")
            }
        }
        Reason::AllowResourceRole => {
            let statement = says.deciding("resource");
            format!("The {what}{statement} allows {action} to {}, and so to {who}.", says.issuer())
        }
        Reason::AllowIdentity if scene.retires() => {
            format!("{} allows {action} to {who}, whose account created the grant.", says.policy("identity", "An"))
        }
        Reason::AllowIdentity => {
            format!("{} allows {action} to {who}, and nothing denies it.", says.policy("identity", "An"))
        }
        Reason::AllowIdentityDelegated if absence(scene).is_some() => format!(
            "{} allows {action} to {who}; {}, so the IAM policies of the account decide.",
            says.policy("identity", "An"),
            absence(scene).unwrap_or_default()
        ),
        Reason::AllowIdentityDelegated => format!(
            "{} allows {action} to {who}, and the {what}{} leaves the decision to the account.",
            says.policy("identity", "An"),
            says.deciding("resource")
        ),
        Reason::AllowGrant if scene.retires() => format!("The grant lets {who} end it; no policy is needed."),
        Reason::AllowGrant => {
            format!("Grant {} allows {} to {who}; no policy has to.", says.grant(), scene.request.action.name())
        }
        Reason::AllowCrossAccount => format!(
            "Both sides allow {action}: the {what}{} of account {}, and {}.",
            says.deciding("resource"),
            says.owner(),
            says.own_side()
        ),
        Reason::AllowRoot if absence(scene).is_some() => format!(
            "{}, so its account decides; to {who} everything in the account is allowed.",
            capital(absence(scene).unwrap_or_default())
        ),
        Reason::AllowRoot if scene.target == Target::Key && !scene.retires() => format!(
            "The key policy{} allows {action} to the account, and so to its root user.",
            says.deciding("resource")
        ),
        Reason::AllowRoot => format!("To {who} everything in the account is allowed, and nothing denies {action}."),
        Reason::AllowServicePrincipal => {
            format!("The {what}{} allows {action} to {who}.", says.deciding("resource"))
        }
        Reason::AllowAnonymous => {
            format!("The {what}{} allows {action} to everybody, signed or not.", says.deciding("resource"))
        }
        Reason::AllowNoPermissionRequired => format!("{action} needs no permission, so no policy can deny it."),
        Reason::DenyScp
        | Reason::DenyRcp
        | Reason::DenyVpce
        | Reason::DenyResource
        | Reason::DenyIdentity
        | Reason::DenyBoundary
        | Reason::DenySession => {
            format!("{} denies {action} to {who}; an explicit Deny wins over every Allow.", says.denying())
        }
        Reason::NoScpAllow => {
            format!("{}; every level must allow it before any other policy counts.", capital(says.note("organization")))
        }
        Reason::NoVpceAllow => {
            format!(
                "The policy of the VPC endpoint does not allow {action} to {who}, so the call does not get through."
            )
        }
        Reason::NoResourceAllow => says.no_resource_allow(),
        Reason::NoIdentityAllow => says.no_identity_allow(),
        Reason::NoBoundaryAllow => {
            let boundary = scene.boundary().map_or("", |named| &*named.name);
            format!(
                "The {} of {who} does not allow {action}; an Allow elsewhere cannot go beyond it.",
                called(Kind::Boundary, boundary)
            )
        }
        Reason::NoSessionAllow if scene.lacks_session() => format!(
            "{} was made without a session policy, and such a session gets nothing from identity-based policies.",
            capital(&who)
        ),
        Reason::NoSessionAllow => {
            format!("The session policy of {who} does not allow {action}; a session can do no more than it says.")
        }
        Reason::NoGrantAllow => format!(
            "{} is neither retiring principal of the grant nor a grantee who may retire it, and no identity-based policy \
             of the account that created it allows {action}.",
            capital(&who)
        ),
        Reason::CrossAccountNotSupported => {
            format!("{action} does not work on keys of other accounts, whatever the policies say.")
        }
    }
}

struct Says<'a> {
    scene: &'a Scene<'a>,
    stages: &'a [Stage],
}

impl Says<'_> {
    fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    fn note(&self, name: &str) -> &str {
        self.stage(name).map_or("", |stage| &stage.note)
    }

    fn first(&self, stage: &str) -> Option<&Finding> {
        self.stage(stage)?.statements.iter().find(|finding| finding.decided)
    }

    fn who(&self) -> String {
        who(self.scene.query.requester)
    }

    fn issuer(&self) -> String {
        let requester = self.scene.query.requester;
        let last = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
        match requester.kind {
            RequesterKind::FederatedUser => format!("user {}", last(&requester.user_arn)),
            _ => format!("role {}", last(&requester.role_arn)),
        }
    }

    fn owner(&self) -> String {
        let owner = self.scene.side.map(|side| side.owner).or(self.scene.query.resource_account);
        owner.map_or_else(String::new, |account| format!("{account}"))
    }

    fn account(&self) -> String {
        self.scene.account().map_or_else(String::new, |account| format!("{account}"))
    }

    /// ` (statement 'Sid')` of the statement that decided in `stage`, or nothing.
    fn deciding(&self, stage: &str) -> String {
        self.first(stage).map_or_else(String::new, |finding| format!(" ({})", statement(finding)))
    }

    fn names_everyone(&self) -> bool {
        let principal = self.first("resource").and_then(|finding| finding.elements.first());
        principal.is_some_and(|element| element.wanted.iter().any(|name| name == "*"))
    }

    /// `An identity-based policy`, or the one that decided, with its statement.
    fn policy(&self, stage: &str, article: &str) -> String {
        match self.first(stage) {
            Some(finding) => capital(&format!("{} ({})", definite(finding), statement(finding))),
            None => format!("{article} identity-based policy"),
        }
    }

    fn own_side(&self) -> String {
        match self.first("identity") {
            Some(finding) => {
                format!("{} ({}) of {}", definite(finding), statement(finding), self.who())
            }
            None => format!("account {}, for its root user", self.account()),
        }
    }

    fn grant(&self) -> &str {
        self.first("grants").map_or("", |finding| &finding.policy)
    }

    /// The policy and statement that deny.
    fn denying(&self) -> String {
        let decided = |finding: &&Finding| finding.decided && finding.effect == StatementEffect::Deny;
        let Some(finding) = self.stages.iter().flat_map(|stage| &stage.statements).find(decided) else {
            return "A policy".to_owned();
        };
        capital(&format!("{} of {}", statement(finding), definite_name(finding.kind, &finding.policy)))
    }

    fn no_resource_allow(&self) -> String {
        let (who, action) = (self.who(), self.scene.query.action);
        let what = resource_policy(self.scene);
        if let Some(absence) = absence(self.scene) {
            let (absence, whose) = (capital(absence), self.account());
            let whose = if whose.is_empty() { whose } else { format!(" of account {whose}") };
            return format!("{absence}, and nothing in account {} lets {who}{whose} in.", self.owner());
        }
        if self.scene.cross && self.scene.side.is_none() {
            return format!(
                "The resource belongs to account {} and has no policy that would let {who} of account {} in.",
                self.owner(),
                self.account()
            );
        }
        if self.scene.cross {
            return format!(
                "The {what} of account {} does not allow {action} to {who}, who belongs to account {}.",
                self.owner(),
                self.account()
            );
        }
        let void = self.stage("identity").is_some_and(|stage| stage.outcome == Outcome::Allows)
            && self.scene.kind() != RequesterKind::Root;
        let account = self.scene.has_identity() && self.scene.target != Target::Other;
        let nor = if account { format!(", nor does it delegate to account {}", self.owner()) } else { String::new() };
        let end = if void { "; the Allow in an identity-based policy has no effect without that" } else { "" };
        match self.scene.target {
            Target::Key | Target::Role => format!("The {what} does not allow {action} to {who}{nor}{end}."),
            Target::Other => format!("No {what} allows {action} to {who}."),
        }
    }

    fn no_identity_allow(&self) -> String {
        let (who, action) = (self.who(), self.scene.query.action);
        let what = resource_policy(self.scene);
        let delegates = self.stage("resource").map(|stage| (stage.outcome, stage));
        let reason = match delegates {
            Some((Outcome::Delegates, _)) if absence(self.scene).is_some() => {
                let absence = absence(self.scene).unwrap_or_default();
                format!("; {absence}, so the IAM policies of the account decide")
            }
            Some((Outcome::Delegates, stage)) => {
                let by = stage.statements.iter().find(|finding| finding.matched);
                let by = by.map_or_else(String::new, |finding| format!(" ({})", statement(finding)));
                format!("; the {what} delegates to the account{by}, so an identity-based policy must allow it")
            }
            Some((Outcome::Allows, _)) if self.scene.cross => {
                format!("; the {what} of account {} allows it, but across accounts both sides must", self.owner())
            }
            _ => String::new(),
        };
        format!("No identity-based policy of {who} allows {action}{reason}.")
    }
}

/// As somebody would name the requester in a policy: `role App` for its session, `user Alice` for a federated user.
pub(super) fn whom(requester: &Requester) -> String {
    let last = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    match requester.kind {
        RequesterKind::RoleSession if !requester.role_arn.is_empty() => format!("role {}", last(&requester.role_arn)),
        RequesterKind::FederatedUser if !requester.user_arn.is_empty() => format!("user {}", last(&requester.user_arn)),
        _ => who(requester),
    }
}

/// `user Alice`, `session s1 of role App`, and the like.
pub(super) fn who(requester: &Requester) -> String {
    let last = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    match requester.kind {
        RequesterKind::Root => match requester.account {
            Some(account) => format!("the root user of account {account}"),
            None => "the root user".to_owned(),
        },
        RequesterKind::User => format!("user {}", last(&requester.arn)),
        RequesterKind::RoleSession => {
            let role = if requester.role_arn.is_empty() { &requester.arn } else { &requester.role_arn };
            format!("session {} of role {}", last(&requester.arn), last(role))
        }
        RequesterKind::FederatedUser => format!("federated user {}", last(&requester.arn)),
        RequesterKind::Service => format!("service {}", requester.arn),
        RequesterKind::Anonymous => "a caller without credentials".to_owned(),
        RequesterKind::FederatedIdp => format!("a caller from {}", requester.arn),
    }
}

/// `statement 'Sid'`, or its number.
pub(super) fn statement(finding: &Finding) -> String {
    match &finding.sid {
        Some(sid) => format!("statement '{sid}'"),
        None => format!("statement {}", finding.index),
    }
}

/// What a kind of policy is called.
pub(super) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity | Kind::Managed => "identity-based policy",
        Kind::Boundary => "permissions boundary",
        Kind::Session => "session policy",
        Kind::Scp => "service control policy",
        Kind::Rcp => "resource control policy",
        Kind::Trust => "trust policy",
        Kind::Key => "key policy",
        Kind::Bucket => "bucket policy",
        Kind::Endpoint => "endpoint policy",
    }
}

/// Kind and name of a policy: `identity-based policy alice-kms`; where the name repeats the kind, that once.
pub(super) fn called(kind: Kind, name: &str) -> String {
    let short = match kind {
        Kind::Identity => "identity policy",
        Kind::Boundary => "boundary",
        _ => kind_name(kind),
    };
    let kind = kind_name(kind);
    let repeated = [kind, short].iter().find_map(|own| name.strip_prefix(own));
    match repeated {
        Some("") => kind.to_owned(),
        // One of several that have no names: `session policy 2`.
        Some(number) if number.trim_start().bytes().all(|byte| byte.is_ascii_digit()) => format!("{kind}{number}"),
        _ if name.is_empty() => kind.to_owned(),
        _ => format!("{kind} {name}"),
    }
}

/// A policy in a sentence: a resource has one, so that its name tells nothing.
pub(super) fn definite_name(kind: Kind, name: &str) -> String {
    let called = match kind {
        Kind::Key | Kind::Bucket | Kind::Trust => kind_name(kind).to_owned(),
        Kind::Endpoint => return "the policy of the VPC endpoint".to_owned(),
        _ => called(kind, name),
    };
    if called == kind_name(kind) { format!("the {called}") } else { called }
}

/// The same in a sentence: `the session policy`, but `identity-based policy alice-kms`.
fn definite(finding: &Finding) -> String {
    let called = called(finding.kind, &finding.policy);
    if called == kind_name(finding.kind) { format!("the {called}") } else { called }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let mut capital: String = first.collect();
    capital.push_str(characters.as_str());
    capital
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_repeat_its_kind() {
        let cases = [
            (Kind::Identity, "alice-kms", "identity-based policy alice-kms"),
            (Kind::Identity, "identity policy", "identity-based policy"),
            (Kind::Identity, "identity policy 2", "identity-based policy 2"),
            (Kind::Identity, "identity policy of alice", "identity-based policy identity policy of alice"),
            (Kind::Session, "session policy", "session policy"),
            (Kind::Trust, "trust policy", "trust policy"),
            (Kind::Boundary, "boundary", "permissions boundary"),
            (Kind::Boundary, "", "permissions boundary"),
            (Kind::Key, "default", "key policy default"),
            (Kind::Scp, "guard (at root)", "service control policy guard (at root)"),
        ];
        for (kind, name, want) in cases {
            assert_eq!(called(kind, name), want);
        }
    }
}
