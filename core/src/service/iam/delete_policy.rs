//! `DeletePolicy`: deletes a customer managed policy that hangs nowhere and has one version.
//! Source: IAM API Reference, `DeletePolicy`.

use alloc::string::String;

use super::lookup::on_policy;
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::PolicyKey;
use crate::world::{Needs, Permit};

view! { in Input { arn: String = "PolicyArn" } }

#[derive(Debug)]
pub(crate) struct DeletePolicy;

impl Operation for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::WRITE;
    type Input = Input;
    type Output = ();
    type Target = PolicyKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<PolicyKey>, Fault> {
        on_policy(call, "iam:DeletePolicy", &input.arn)
    }

    fn run(call: &mut Call<'_>, target: Permit<PolicyKey>, input: Input) -> Result<(), Fault> {
        call.world.identity.delete_policy(&target, &input.arn)
    }
}
