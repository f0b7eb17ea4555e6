//! `GetContextKeysForCustomPolicy`: the condition keys that policies given as text name.
//! Source: IAM API Reference, `GetContextKeysForCustomPolicy`.

use alloc::{string::String, vec::Vec};

use super::simulator::{context_keys, inputs};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit, Resource};

view! {
    in Input { policies: Vec<String> = "PolicyInputList" }
    out Output { keys: Vec<String> = "ContextKeyNames" }
}

#[derive(Debug)]
pub(crate) struct GetContextKeysForCustomPolicy;

impl Operation for GetContextKeysForCustomPolicy {
    const NAME: &'static str = "GetContextKeysForCustomPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = ();

    fn needs(_: &Input, _: &Call<'_>) -> Result<Needs<()>, Fault> {
        Ok(Needs::one("iam:GetContextKeysForCustomPolicy", Resource::Any, ()))
    }

    fn run(call: &mut Call<'_>, _: Permit<()>, input: Input) -> Result<Output, Fault> {
        let policies = inputs(call, &input.policies)?;
        Ok(Output { keys: context_keys(policies.iter().map(|(_, policy)| policy)) })
    }
}
