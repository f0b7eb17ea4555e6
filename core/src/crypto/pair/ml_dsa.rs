//! ML-DSA: FIPS 204. Pure, not prehashed; hedged, with an empty context.

use super::{Chance, Message, Private, Public, Refusal, Signing, shown, written};
use crate::base::Secret;
use ::ml_dsa::{B32, MlDsaParams, Signature, SigningKey, VerifyingKey};
use alloc::{boxed::Box, vec::Vec};
use pkcs8::der::AnyRef;
use pkcs8::spki::AssociatedAlgorithmIdentifier;
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use rand_core::TryRng;
use zeroize::Zeroizing;

/// A private key.
pub(super) struct Dsa<P: MlDsaParams>(SigningKey<P>);

/// A public key.
pub(super) struct DsaPublic<P: MlDsaParams>(VerifyingKey<P>);

impl<P> Dsa<P>
where
    P: MlDsaParams + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>>,
{
    pub(super) fn generate(chance: &mut Chance<'_>) -> Result<Self, Refusal> {
        let mut seed = Zeroizing::new(B32::default());
        chance.try_fill_bytes(&mut seed)?;
        Ok(Self(SigningKey::from_seed(&seed)))
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, Refusal> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl<P> Private for Dsa<P>
where
    P: MlDsaParams + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>> + Send + Sync + 'static,
{
    fn pkcs8(&self) -> Result<Secret, Refusal> {
        written(self.0.to_pkcs8_der())
    }

    fn public(&self) -> Box<dyn Public> {
        Box::new(DsaPublic(self.0.expanded_key().verifying_key()))
    }

    fn sign(&self, by: Signing, message: Message<'_>, chance: &mut Chance<'_>) -> Result<Vec<u8>, Refusal> {
        if by != Signing::MlDsa {
            return Err(Refusal::Unfit);
        }
        let key = self.0.expanded_key();
        let signature = match message {
            Message::Whole(message) => key.sign_randomized(message, &[], chance),
            Message::Mu(mu) => key.sign_mu_randomized(mu.try_into().map_err(|_| Refusal::Unfit)?, chance),
            Message::Digest(_) => return Err(Refusal::Unfit),
        };
        signature.map(|signature| signature.encode().to_vec()).map_err(|_| Refusal::NoEntropy)
    }
}

impl<P> DsaPublic<P>
where
    P: MlDsaParams + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>>,
{
    pub(super) fn from_spki(der: &[u8]) -> Result<Self, Refusal> {
        VerifyingKey::from_public_key_der(der).map(Self).map_err(|_| Refusal::BadKey)
    }
}

impl<P> Public for DsaPublic<P>
where
    P: MlDsaParams + AssociatedAlgorithmIdentifier<Params = AnyRef<'static>> + Send + Sync + 'static,
{
    fn spki(&self) -> Result<Vec<u8>, Refusal> {
        shown(self.0.to_public_key_der())
    }

    fn verify(&self, by: Signing, message: Message<'_>, signature: &[u8]) -> Result<(), Refusal> {
        if by != Signing::MlDsa {
            return Err(Refusal::Unfit);
        }
        let signature = Signature::try_from(signature).map_err(|_| Refusal::BadSignature);
        let verified = match message {
            Message::Whole(message) => self.0.verify_with_context(message, &[], &signature?),
            Message::Mu(mu) => {
                let mu = mu.try_into().map_err(|_| Refusal::Unfit)?;
                self.0.verify_mu(mu, &signature?)
            }
            Message::Digest(_) => return Err(Refusal::Unfit),
        };
        if verified { Ok(()) } else { Err(Refusal::BadSignature) }
    }
}
