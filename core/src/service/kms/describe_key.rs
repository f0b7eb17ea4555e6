//! `DescribeKey`: everything about a key but its policy, tags, aliases and grants.
//! Source: KMS API Reference, `DescribeKey`.

use super::encryption::{self, Tokens};
use super::key_id::{self, Forms};
use super::key_metadata::KeyMetadata;
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::view;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input { key_id: String = "KeyId", grant_tokens: Tokens = "GrantTokens" }
    out Output { key_metadata: KeyMetadata = "KeyMetadata" }
}

/// The row of `DescribeKey`.
#[derive(Debug)]
pub(super) struct DescribeKey;

impl Operation for DescribeKey {
    const NAME: &'static str = "DescribeKey";
    const QUOTA: Quota = Quota::Own(2000);
    const AUDIT: Audit = Audit::READ.hiding(&["GrantTokens"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        Ok(found.needs("kms:DescribeKey"))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        Ok(Output { key_metadata: KeyMetadata::of(&key, call)? })
    }
}
