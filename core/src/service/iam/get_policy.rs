//! `GetPolicy`: a managed policy without its document.
//! Source: IAM API Reference, `GetPolicy`.

use alloc::string::String;

use super::lookup::on_policy;
use super::shapes::{Detail, Policy};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::PolicyKey;
use crate::world::{Needs, Permit};

view! {
    in Input { arn: String = "PolicyArn" }
    out Output { policy: Policy = "Policy" }
}

#[derive(Debug)]
pub(crate) struct GetPolicy;

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:GetPolicy", &input.arn)
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<Output, Fault> {
        let identity = &call.world.identity;
        let account = target.account();
        let (owner, policy) = identity.managed_for(account, &input.arn)?;
        Ok(Output { policy: Policy::of(identity, account, owner, policy, Detail::Full) })
    }
}
