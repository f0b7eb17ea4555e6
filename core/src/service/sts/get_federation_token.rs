//! `GetFederationToken`: temporary credentials for somebody who is no IAM user, with at most the caller's permissions.
//! Source: STS API Reference, `GetFederationToken`: without a session policy the session has no permissions but those
//! of resource policies that name it.

use alloc::{format, string::String, vec::Vec};

use super::get_session_token::DEFAULT;
use super::session::{Credentials, HOUR, PolicyArn, QUOTA, Tag, narrowing, packed, request_tags, tags};
use crate::base::{Fault, Timespan};
use crate::policy::RequesterKind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Making, Subject};
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        name: String = "Name",
        policy: Option<String> = "Policy",
        policy_arns: Vec<PolicyArn> = "PolicyArns",
        duration: Option<i64> = "DurationSeconds",
        tags: Vec<Tag> = "Tags",
    }
    out Output {
        credentials: Credentials = "Credentials",
        user: FederatedUser = "FederatedUser",
        packed: i64 = "PackedPolicySize",
    }
    out FederatedUser { id: String = "FederatedUserId", arn: String = "Arn" }
}

#[derive(Debug)]
pub(crate) struct GetFederationToken;

impl Operation for GetFederationToken {
    const NAME: &'static str = "GetFederationToken";
    const QUOTA: Quota = QUOTA;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = String;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<String>, Fault> {
        let arn = call.world.identity.federated_arn(call.account(), &input.name);
        let needs = Needs::one("sts:GetFederationToken", Resource::Plain(arn.clone()), arn.clone());
        let needs = request_tags(needs, &input.tags);
        if input.tags.is_empty() {
            return Ok(needs);
        }
        Ok(request_tags(needs.and("sts:TagSession", Resource::Plain(arn)), &input.tags))
    }

    fn run(call: &mut Call<'_>, target: Permit<String>, input: Input) -> Result<Output, Fault> {
        let account = call.account();
        let narrowing = narrowing(call, account, input.policy.as_deref(), input.policy_arns)?;
        let tags = tags(&input.tags)?;
        let packed = packed(&narrowing, &tags)?.unwrap_or(0); // recorded
        let requester = &call.caller().requester;
        let seconds = input.duration.unwrap_or(DEFAULT);
        let (user, seconds) = match requester.kind {
            RequesterKind::Root => (None, seconds.min(HOUR)),
            _ => (Some(requester.unique_id.clone()), seconds),
        };
        let user_id = format!("{account}:{}", input.name);
        let subject = Subject::Federated { user, name: input.name, narrowing, tags };
        let making = &mut Making { now: call.now(), entropy: call.entropy };
        let length = Timespan::seconds(seconds);
        let issued = call.world.identity.open_session(&target, account, subject, length, making)?;
        let user = FederatedUser { id: user_id, arn: target.into_target() };
        Ok(Output { credentials: Credentials::of(issued)?, user, packed })
    }
}
