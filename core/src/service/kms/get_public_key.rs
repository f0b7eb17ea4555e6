//! `GetPublicKey`: the public key of a pair, for use outside of KMS.
//! Source: KMS API Reference, `GetPublicKey`; kms.md 6.6.

use super::encryption::{self, Tokens};
use super::key_id::{self, Forms};
use crate::base::{Fault, KeyArn};
use crate::service::{Audit, Call, Operation, Quota};
use crate::wire::{Blob, view};
use crate::world::keys::{KeyUsage, absent};
use crate::world::{Needs, Permit};
use alloc::{string::String, vec::Vec};

view! {
    in Input { key_id: String = "KeyId", grant_tokens: Tokens = "GrantTokens" }
    out Output {
        key_id: KeyArn = "KeyId",
        public_key: Blob = "PublicKey",
        customer_master_key_spec: Option<&'static str> = "CustomerMasterKeySpec",
        key_spec: &'static str = "KeySpec",
        key_usage: &'static str = "KeyUsage",
        encryption_algorithms: Option<Vec<&'static str>> = "EncryptionAlgorithms",
        signing_algorithms: Option<Vec<&'static str>> = "SigningAlgorithms",
        key_agreement_algorithms: Option<Vec<&'static str>> = "KeyAgreementAlgorithms",
        encapsulation_algorithms: Option<Vec<&'static str>> = "EncapsulationAlgorithms",
    }
}

/// The row of `GetPublicKey`.
#[derive(Debug)]
pub(super) struct GetPublicKey;

impl Operation for GetPublicKey {
    const NAME: &'static str = "GetPublicKey";
    const QUOTA: Quota = Quota::Own(2000);
    const AUDIT: Audit = Audit::READ.hiding(&["GrantTokens"]);
    type Input = Input;
    type Output = Output;
    type Target = KeyArn;

    fn needs(input: &Input, call: &Call<'_>) -> Result<Needs<KeyArn>, Fault> {
        let found = key_id::find(&input.key_id, Forms::KeyOrAlias, call)?;
        encryption::check_tokens(&input.grant_tokens, call)?;
        Ok(found.needs("kms:GetPublicKey"))
    }

    fn run(call: &mut Call<'_>, arn: Permit<KeyArn>, _: Input) -> Result<Output, Fault> {
        let keys = &call.world.keys;
        let public_key = keys.public_key(&arn, call.asking.now)?;
        let key = keys.find(&arn, call.asking.now).ok_or_else(|| absent(&arn))?;
        let (spec, usage) = (key.spec, key.usage);
        let algorithms = |of| (usage == of).then(|| spec.algorithms(of).to_vec());
        Ok(Output {
            key_id: arn.into_target(),
            public_key: public_key.into(),
            customer_master_key_spec: spec.is_old().then_some(spec.as_str()),
            key_spec: spec.as_str(),
            key_usage: usage.as_str(),
            encryption_algorithms: algorithms(KeyUsage::EncryptDecrypt),
            signing_algorithms: algorithms(KeyUsage::SignVerify),
            key_agreement_algorithms: algorithms(KeyUsage::KeyAgreement),
            encapsulation_algorithms: algorithms(KeyUsage::EncapsulateDecapsulate),
        })
    }
}
