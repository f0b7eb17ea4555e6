//! `DeletePolicyVersion`: deletes a version that is not in force. Its number does not come back.
//! Source: IAM API Reference, `DeletePolicyVersion`.

use alloc::string::String;

use super::lookup::{no_version, on_version};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{ManagedPolicy, PolicyKey};
use crate::world::{Needs, Permit};

view! { in Input { arn: String = "PolicyArn", version: String = "VersionId" } }

#[derive(Debug)]
pub(crate) struct DeletePolicyVersion;

impl Operation for DeletePolicyVersion {
    const NAME: &'static str = "DeletePolicyVersion";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_version(call, "iam:DeletePolicyVersion", (&input.arn, &input.version))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<(), Fault> {
        let missing = || no_version(&input.arn, &input.version);
        let number = ManagedPolicy::number(&input.version).ok_or_else(missing)?;
        let policy = call.world.identity.policy_mut(&target, &input.arn)?;
        if policy.default == number {
            return Err(Fault::DeleteConflict { message: "Cannot delete the default version of a policy." });
        }
        policy.versions.remove(&number).map(drop).ok_or_else(missing)
    }
}
