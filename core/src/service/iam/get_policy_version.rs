//! `GetPolicyVersion`: a version of a managed policy with its document, percent-encoded.
//! Source: IAM API Reference, `GetPolicyVersion`. Of AWS's policies kmslab has the version in force.

use alloc::string::String;

use super::lookup::{no_version, on_version};
use super::shapes::PolicyVersion;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::{ManagedPolicy, PolicyKey};
use crate::world::{Needs, Permit};

view! {
    in Input { arn: String = "PolicyArn", version: String = "VersionId" }
    out Output { version: PolicyVersion = "PolicyVersion" }
}

#[derive(Debug)]
pub(crate) struct GetPolicyVersion;

impl Operation for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_version(call, "iam:GetPolicyVersion", (&input.arn, &input.version))
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        let missing = || no_version(&input.arn, &input.version);
        let (_, policy) = call.world.identity.managed_for(target.account(), &input.arn).map_err(|_| missing())?;
        let number = ManagedPolicy::number(&input.version);
        let version = number.and_then(|number| Some((number, policy.versions.get(&number)?)));
        let (number, version) = version.ok_or_else(missing)?;
        Ok(Output { version: PolicyVersion::of(policy, number, version, true) })
    }
}
