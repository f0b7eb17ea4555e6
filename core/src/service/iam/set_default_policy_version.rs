//! `SetDefaultPolicyVersion`: puts another version of a customer managed policy in force.
//! Source: IAM API Reference, `SetDefaultPolicyVersion`.

use alloc::string::String;

use super::lookup::{no_version, on_version};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{ManagedPolicy, PolicyKey};
use crate::world::{Needs, Permit};

view! { in Input { arn: String = "PolicyArn", version: String = "VersionId" } }

#[derive(Debug)]
pub(crate) struct SetDefaultPolicyVersion;

impl Operation for SetDefaultPolicyVersion {
    const NAME: &'static str = "SetDefaultPolicyVersion";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_version(call, "iam:SetDefaultPolicyVersion", (&input.arn, &input.version))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<(), Fault> {
        let now = call.now();
        let missing = || no_version(&input.arn, &input.version);
        let policy = call.world.identity.policy_mut(&target, &input.arn).map_err(|_| missing())?;
        let number = ManagedPolicy::number(&input.version).filter(|number| policy.versions.contains_key(number));
        policy.default = number.ok_or_else(missing)?;
        policy.updated = now;
        Ok(())
    }
}
