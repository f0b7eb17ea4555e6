//! `GetParametersForImport`: a public key to wrap material with, and the token that goes with it. Good for 24 hours.
//! Source: KMS API Reference, `GetParametersForImport`; kms.md, section 7.

use super::constraint;
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn, Timestamp};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::Wrap;
use crate::world::{Needs, Permit};
use alloc::string::String;

view! {
    in Input {
        key_id: String = "KeyId",
        algorithm: String = "WrappingAlgorithm",
        spec: String = "WrappingKeySpec",
    }
    out Output {
        key_id: KeyArn = "KeyId",
        import_token: Blob = "ImportToken",
        public_key: Blob = "PublicKey",
        valid_to: Timestamp = "ParametersValidTo",
    }
}

/// The row of `GetParametersForImport`.
#[derive(Debug)]
pub(super) struct GetParametersForImport;

impl Operation for GetParametersForImport {
    const NAME: &'static str = "GetParametersForImport";
    const QUOTA: Quota = Quota::Own(1);
    const AUDIT: Audit = Audit::READ;
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        if input.spec == "SM2" && call.region().partition() != "aws-cn" {
            // There it is not in the enumeration.
            let rule = "Member must satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096]";
            return Err(constraint(&"SM2", "wrappingKeySpec", rule));
        }
        Wrap::named(&input.algorithm, &input.spec)?;
        let needs = key_id::find(&input.key_id, Forms::Key, call)?.needs("kms:GetParametersForImport");
        Ok(needs.fact("kms:WrappingAlgorithm", &input.algorithm).fact("kms:WrappingKeySpec", &input.spec))
    }

    fn run(call: &mut Call<'_>, key: Permit<KeyArn>, input: Input) -> Result<Output, Fault> {
        let wrap = Wrap::named(&input.algorithm, &input.spec)?;
        let made = call.world.keys.import_parameters(&key, wrap, call.asking.now, call.pairs, call.entropy)?;
        Ok(Output {
            key_id: key.into_target(),
            import_token: made.token.into(),
            public_key: made.public_key.into(),
            valid_to: made.valid_to,
        })
    }
}
