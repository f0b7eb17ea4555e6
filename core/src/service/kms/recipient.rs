//! `Recipient`: an answer that only an attested environment can read, a Nitro enclave or an instance with NitroTPM.
//! Source: kms.md 6.5; the document: aws-nitro-enclaves-nsm-api, "Attestation process", 3.1 and 3.2.

use super::missing;
use crate::base::Fault;
use crate::service::Call;
use crate::wire::{Blob, view};
use crate::world::Needs;
use alloc::string::String;

view! {
    /// The environment that the plaintext is for.
    in Recipient {
        algorithm: Option<String> = "KeyEncryptionAlgorithm",
        document: Option<Blob> = "AttestationDocument",
    }
}

/// The plaintext as the answer has it: in the clear, or for the recipient.
#[derive(Debug)]
pub(super) struct Answer {
    /// `Plaintext`, `SharedSecret`, `PrivateKeyPlaintext`.
    pub(super) plaintext: Option<Blob>,
    /// `CiphertextForRecipient`.
    pub(super) for_recipient: Option<Blob>,
}

impl Recipient {
    /// The document. Both members are optional in the model, and neither is here (unconfirmed; the model's own sentence).
    fn document(&self) -> Result<&[u8], Fault> {
        let document = self.document.as_deref().ok_or_else(|| missing("recipient.attestationDocument"))?;
        // Of the enumeration's one value the model has made sure.
        self.algorithm.as_ref().ok_or_else(|| missing("recipient.keyEncryptionAlgorithm"))?;
        Ok(document)
    }
}

/// Checks the document, and adds its condition keys to the last check. It comes before authorization, which needs them.
pub(super) fn facts<T>(needs: Needs<T>, recipient: Option<&Recipient>, call: &Call<'_>) -> Result<Needs<T>, Fault> {
    match recipient {
        Some(recipient) => attested::facts(needs, recipient.document()?, call),
        None => Ok(needs),
    }
}

/// `plaintext` for the recipient, if there is one. Its document has been checked in this request.
pub(super) fn answer(recipient: Option<&Recipient>, plaintext: &[u8], call: &mut Call<'_>) -> Result<Answer, Fault> {
    let Some(recipient) = recipient else {
        return Ok(Answer { plaintext: Some(plaintext.into()), for_recipient: None });
    };
    let sealed = attested::seal(recipient.document()?, plaintext, call)?;
    Ok(Answer { plaintext: None, for_recipient: Some(sealed.into()) })
}

#[cfg(not(feature = "attestation"))]
mod attested {
    use super::{Call, Fault, Needs};
    use alloc::vec::Vec;

    pub(super) fn facts<T>(_: Needs<T>, _: &[u8], _: &Call<'_>) -> Result<Needs<T>, Fault> {
        let message = "kmslab does not have Recipient, the answer to attested environments, in this build.".into();
        Err(Fault::UnsupportedOperation { message })
    }

    pub(super) fn seal(_: &[u8], _: &[u8], _: &mut Call<'_>) -> Result<Vec<u8>, Fault> {
        Err(Fault::Internal)
    }
}

#[cfg(feature = "attestation")]
mod attested {
    use super::{Call, Fault, Needs};
    use crate::crypto::cose::{BadMessage, Members, Signed};
    use crate::crypto::{chain, cms, pair::Refusal};
    use alloc::{
        format,
        string::{String, ToString},
        vec::Vec,
    };

    /// What KMS reads of a document.
    struct Document {
        module_id: String,
        /// The registers, and whether they are those of a NitroTPM.
        registers: Vec<(u8, Vec<u8>)>,
        tpm: bool,
        /// Where its recipient's key stands.
        public_key: Vec<u8>,
    }

    pub(super) fn facts<T>(mut needs: Needs<T>, bytes: &[u8], call: &Call<'_>) -> Result<Needs<T>, Fault> {
        let (signed, members) = read(bytes)?;
        let (certificate, bundle) = (part(members.bytes("certificate"))?, part(members.list("cabundle"))?);
        if call.world.attestation_roots.is_empty() {
            return Err(refused(
                "this lab trusts no root of such documents: lab.trust_attestation_root(...) names one",
            ));
        }
        let now = u64::try_from(call.now().as_secs()).unwrap_or_default();
        let key = chain::verify(&call.world.attestation_roots, &bundle, certificate, now)
            .map_err(|bad| refused(&bad.to_string()))?;
        signed.verify_es384(&key).map_err(|_| refused("its signature is not that of its certificate"))?;
        let document = Document::of(&members)?;
        let name = if document.tpm { "NitroTPMPCR" } else { "PCR" };
        for (index, value) in &document.registers {
            needs = needs.fact(&format!("kms:RecipientAttestation:{name}{index}"), hex(value));
        }
        Ok(match document.image() {
            Some(image) => needs.fact("kms:RecipientAttestation:ImageSha384", image),
            None => needs,
        })
    }

    pub(super) fn seal(bytes: &[u8], plaintext: &[u8], call: &mut Call<'_>) -> Result<Vec<u8>, Fault> {
        let document = Document::of(&read(bytes)?.1)?;
        let sealed = cms::seal(&document.public_key, plaintext, call.entropy).map_err(|refusal| match refusal {
            Refusal::NoEntropy => Fault::Internal,
            _ => no_key(),
        })?;
        // Source: kms.md 20.4.
        let image = document.image();
        call.trail.additional.push(("recipient.attestationDocumentModuleId", document.module_id));
        if let Some(image) = image {
            call.trail.additional.push(("recipient.attestationDocumentEnclaveImageDigest", image));
        }
        Ok(sealed)
    }

    impl Document {
        fn of(members: &Members) -> Result<Self, Fault> {
            let module_id: String = part(members.text("module_id").filter(|id| !id.is_empty()))?.into();
            part(members.text("digest").filter(|digest| *digest == "SHA384"))?;
            part(members.integer("timestamp").filter(|at| *at > 0))?;
            let (registers, tpm, most) = match members.numbered("pcrs") {
                Some(registers) => (registers, false, 32),
                None => (part(members.numbered("nitrotpm_pcrs"))?, true, 24),
            };
            let fits = |(index, value): &(u8, &[u8])| *index < most && matches!(value.len(), 32 | 48 | 64);
            if registers.is_empty() || !registers.iter().all(fits) {
                return Err(malformed());
            }
            let registers = registers.into_iter().map(|(index, value)| (index, value.to_vec())).collect();
            let public_key = members.bytes("public_key").ok_or_else(no_key)?.to_vec();
            cms::recipient(&public_key).map_err(|_| no_key())?;
            Ok(Self { module_id, registers, tpm, public_key })
        }

        /// The digest of the enclave's image: register 0. Source: kms-condition-keys.csv.
        fn image(&self) -> Option<String> {
            let first = self.registers.iter().find(|(index, _)| *index == 0 && !self.tpm)?;
            Some(hex(&first.1))
        }
    }

    fn read(bytes: &[u8]) -> Result<(Signed, Members), Fault> {
        let read = |bytes| -> Result<_, BadMessage> {
            let signed = Signed::parse(bytes)?;
            let members = signed.payload()?;
            Ok((signed, members))
        };
        read(bytes).map_err(|_| malformed())
    }

    fn part<T>(found: Option<T>) -> Result<T, Fault> {
        found.ok_or_else(malformed)
    }

    /// Code and sentence of all these are unconfirmed (kms.md 6.5).
    fn refused(why: &str) -> Fault {
        Fault::Validation { message: format!("The attestation document is not valid: {why}.") }
    }

    fn malformed() -> Fault {
        refused("it is malformed")
    }

    fn no_key() -> Fault {
        refused("it has no RSA public key of 2048, 3072 or 4096 bits")
    }

    fn hex(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(bytes)
    }
}
