//! `GetContextKeysForPrincipalPolicy`: the condition keys that the policies of a user, group or role name.
//! Source: IAM API Reference, `GetContextKeysForPrincipalPolicy`. The boundary is not asked.

use alloc::{string::String, vec::Vec};

use super::get_context_keys_for_custom_policy::Output;
use super::simulator::{
    context_keys, inputs,
    source::{Source, on},
};
use crate::base::Fault;
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::identity::EntityKey;
use crate::world::{Needs, Permit};

view! {
    in Input { source: String = "PolicySourceArn", policies: Vec<String> = "PolicyInputList" }
}

#[derive(Debug)]
pub(crate) struct GetContextKeysForPrincipalPolicy;

impl Operation for GetContextKeysForPrincipalPolicy {
    const NAME: &'static str = "GetContextKeysForPrincipalPolicy";
    const QUOTA: Quota = Quota::Unpublished;
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = EntityKey;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<EntityKey>, Fault> {
        on(call, "iam:GetContextKeysForPrincipalPolicy", &input.source)
    }

    fn run(call: &mut Call<'_>, _: Permit<EntityKey>, input: Input) -> Result<Output, Fault> {
        let source = Source::find(call, &input.source)?;
        let given = inputs(call, &input.policies)?;
        let held = source.held.iter().map(|held| &held.policy);
        Ok(Output { keys: context_keys(held.chain(given.iter().map(|(_, policy)| policy))) })
    }
}
