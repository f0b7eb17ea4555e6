//! `CreatePolicy`: makes a customer managed policy; its document is version `v1`.
//! Source: IAM API Reference, `CreatePolicy`.

use alloc::{format, string::String, vec::Vec};

use super::lookup::{identity_policy, request_tags};
use super::shapes::{Detail, Policy, Tag, read_tags};
use crate::base::Fault;
use crate::policy::Kind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{Case, Making, PolicyKey};
use crate::world::{Needs, Permit, Resource};

view! {
    in Input {
        name: String = "PolicyName",
        path: Option<String> = "Path",
        document: String = "PolicyDocument",
        description: Option<String> = "Description",
        tags: Vec<Tag> = "Tags",
    }
    out Output { policy: Policy = "Policy" }
}

#[derive(Debug)]
pub(crate) struct CreatePolicy;

impl Operation for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        let account = call.account();
        let arn = call.world.identity.policy_arn(Some(account), input.path.as_deref().unwrap_or("/"), &input.name);
        let shown = format!("policy {}", input.name);
        let key = PolicyKey::new(account, &input.name);
        let needs = Needs::one("iam:CreatePolicy", Resource::Plain(arn.clone()), key).shown(shown.clone());
        let needs = request_tags(needs, &input.tags);
        if input.tags.is_empty() {
            return Ok(needs);
        }
        Ok(request_tags(needs.and("iam:TagPolicy", Resource::Plain(arn)).shown(shown), &input.tags))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        let document = identity_policy(call, Kind::Managed, &input.document)?;
        let tags = read_tags(&input.tags, Case::Kept)?;
        let now = call.now();
        let identity = &mut call.world.identity;
        let names = (input.path.unwrap_or_else(|| "/".into()), input.name, input.description);
        let making = &mut Making { entropy: call.entropy, now };
        let arn = identity.create_policy(&target, names, document, tags, making)?;
        let account = target.account();
        let (owner, policy) = identity.managed_for(account, &arn)?;
        let mut policy = Policy::of(identity, account, owner, policy, Detail::Made);
        policy.tags = policy.tags.and(Some(input.tags)); // in the order in which they came (recorded)
        Ok(Output { policy })
    }
}
