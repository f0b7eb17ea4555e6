//! `CreatePolicyVersion`: adds a version to a customer managed policy, and can put it in force.
//! Source: IAM API Reference, `CreatePolicyVersion`.

use alloc::string::String;

use super::lookup::{identity_policy, no_version, on_policy};
use super::shapes::PolicyVersion;
use crate::base::Fault;
use crate::policy::Kind;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::PolicyKey;
use crate::world::{Needs, Permit};

view! {
    in Input {
        arn: String = "PolicyArn",
        document: String = "PolicyDocument",
        set_as_default: bool = "SetAsDefault",
    }
    out Output { version: PolicyVersion = "PolicyVersion" }
}

#[derive(Debug)]
pub(crate) struct CreatePolicyVersion;

impl Operation for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:CreatePolicyVersion", &input.arn)
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        call.world.identity.find_policy(target.account(), &input.arn)?;
        let document = identity_policy(call, Kind::Managed, &input.document)?;
        let now = call.now();
        let policy = call.world.identity.policy_mut(&target, &input.arn)?;
        let number = policy.add_version(document, input.set_as_default, now)?;
        let version = policy.versions.get(&number).ok_or_else(|| no_version(&input.arn, ""))?;
        Ok(Output { version: PolicyVersion::of(policy, number, version, false) })
    }
}
