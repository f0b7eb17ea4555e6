//! `AssumeRole`: temporary credentials of a role, for whom its trust policy admits.
//! Source: STS API Reference, `AssumeRole`; authorization.md 7.2; storage.md 4.4.

use alloc::{format, string::String, vec::Vec};

use super::session::{
    Credentials, HOUR, PolicyArn, QUOTA, Tag, narrowing, no_mfa, packed, request_tags, session_tags, source_identity,
};
use crate::base::{AccountId, Fault, Timespan};
use crate::policy::RequesterKind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Making, Nature, RoleSession, Subject};
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        role_arn: String = "RoleArn",
        name: String = "RoleSessionName",
        policy_arns: Vec<PolicyArn> = "PolicyArns",
        policy: Option<String> = "Policy",
        duration: Option<i64> = "DurationSeconds",
        tags: Vec<Tag> = "Tags",
        transitive: Vec<String> = "TransitiveTagKeys",
        external_id: Option<String> = "ExternalId",
        serial: Option<String> = "SerialNumber",
        code: Option<String> = "TokenCode",
        source_identity: Option<String> = "SourceIdentity",
    }
    out Output {
        credentials: Credentials = "Credentials",
        user: AssumedRoleUser = "AssumedRoleUser",
        packed: Option<i64> = "PackedPolicySize",
        source_identity: Option<String> = "SourceIdentity",
    }
    out AssumedRoleUser { id: String = "AssumedRoleId", arn: String = "Arn" }
}

/// The role's ARN, proven to be assumable by the caller.
#[derive(Debug)]
pub(crate) struct RoleArn(String);

#[derive(Debug)]
pub(crate) struct AssumeRole;

impl Operation for AssumeRole {
    const NAME: &'static str = "AssumeRole";
    const QUOTA: Quota = QUOTA;
    const AUDIT: Audit = Audit { read_only: true, ..Audit::WRITE };
    type Input = Input;
    type Output = Output;
    type Target = RoleArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<RoleArn>, Fault> {
        if call.world.identity.trust_side(&input.role_arn).is_none() {
            return Err(Fault::Validation { message: format!("{} is invalid", input.role_arn) });
        }
        let caller = call.caller();
        if caller.requester.kind == RequesterKind::Root {
            return Err(Fault::AccessDenied { message: "Roles may not be assumed by root accounts.".into() });
        }
        no_mfa(input.serial.as_deref(), input.code.as_deref())?;
        session_tags(&input.tags, &input.transitive, caller)?;
        let source = source_identity(input.source_identity.as_ref(), caller, &input.role_arn)?;
        let mut needs = Needs::nothing(RoleArn(input.role_arn.clone()));
        let tagging = !input.tags.is_empty() || !input.transitive.is_empty();
        let actions =
            [("sts:AssumeRole", true), ("sts:TagSession", tagging), ("sts:SetSourceIdentity", source.is_some())];
        for (action, _) in actions.into_iter().filter(|(_, asked)| *asked) {
            needs = needs.and(action, Resource::Role(input.role_arn.clone()));
            needs = needs.fact("sts:RoleSessionName", input.name.as_str());
            for (key, value) in [("sts:ExternalId", input.external_id.as_ref()), ("sts:SourceIdentity", source)] {
                if let Some(value) = value {
                    needs = needs.fact(key, value.as_str());
                }
            }
            needs = request_tags(needs, &input.tags).list("sts:TransitiveTagKeys", &input.transitive);
            if let Some((_, role)) = call.world.identity.role(&input.role_arn) {
                for (key, value) in role.tags.iter() {
                    needs = needs.fact(&format!("iam:ResourceTag/{key}"), value);
                    needs = needs.fact(&format!("aws:ResourceTag/{key}"), value);
                }
            }
        }
        Ok(needs)
    }

    fn run(call: &mut Call<'_>, target: Permit<RoleArn>, input: Input) -> Result<Output, Fault> {
        let caller = call.caller();
        let (tags, transitive) = session_tags(&input.tags, &input.transitive, caller)?;
        let source_identity = source_identity(input.source_identity.as_ref(), caller, &input.role_arn)?.cloned();
        let seconds = input.duration.unwrap_or(HOUR);
        let invalid = |message: &str| Fault::Validation { message: message.into() };
        if caller.requester.kind == RequesterKind::RoleSession && seconds > HOUR {
            return Err(invalid(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            ));
        }
        let by_user = caller.requester.kind == RequesterKind::User;
        let identity = &call.world.identity;
        let (key, role) = identity.role(&target.0).ok_or(Fault::Internal)?;
        let account: AccountId = key.account();
        if let Nature::Role { max_session, .. } = &role.nature
            && Timespan::seconds(seconds) > *max_session
        {
            return Err(invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
        }
        let narrowing = narrowing(call, account, input.policy.as_deref(), input.policy_arns)?;
        let packed = packed(&narrowing, &tags)?;
        let identity = &call.world.identity;
        let (_, role) = identity.role(&target.0).ok_or(Fault::Internal)?;
        let user = AssumedRoleUser {
            id: format!("{}:{}", role.id, input.name),
            arn: identity.session_arn(account, &role.name, &input.name),
        };
        let session = RoleSession {
            role: role.id.clone(),
            name: input.name,
            narrowing: (!narrowing.is_empty()).then_some(narrowing),
            tags,
            transitive,
            source_identity: source_identity.clone(),
            by_user,
        };
        let making = &mut Making { now: call.now(), entropy: call.entropy };
        let (subject, length) = (Subject::Role(session), Timespan::seconds(seconds));
        let issued = call.world.identity.open_session(&target, account, subject, length, making)?;
        Ok(Output { credentials: Credentials::of(issued)?, user, packed, source_identity })
    }
}
