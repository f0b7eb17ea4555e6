//! AES-GCM: NIST SP 800-38D.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use kmslab::crypto::aead::{Forged, IV, TAG, TooLong};
use kmslab::crypto::provider::{AesGcm, BadKey, PreparedGcm};

/// AES-GCM by AWS-LC.
#[derive(Debug)]
pub(crate) struct AwsLc;

/// A key. Its IVs are the caller's, which `less safe` says.
#[derive(Debug)]
struct Key(LessSafeKey);

impl AesGcm for AwsLc {
    fn prepare(&self, key: &[u8]) -> Result<Box<dyn PreparedGcm>, BadKey> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            24 => &AES_192_GCM,
            32 => &AES_256_GCM,
            _ => return Err(BadKey),
        };
        let key = UnboundKey::new(algorithm, key).map_err(|_| BadKey)?;
        Ok(Box::new(Key(LessSafeKey::new(key))))
    }
}

impl PreparedGcm for Key {
    fn seal(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG], TooLong> {
        let tag = self.0.seal_in_place_separate_tag(Nonce::from(iv), Aad::from(aad), text).map_err(|_| TooLong)?;
        tag.as_ref().try_into().map_err(|_| TooLong)
    }

    fn open(&self, iv: &[u8; IV], aad: &[u8], text: &mut [u8], tag: &[u8; TAG]) -> Result<(), Forged> {
        let opened = self.0.open_in_place_separate_tag(Nonce::from(iv), Aad::from(aad), tag, text);
        opened.map(drop).map_err(|_| Forged)
    }

    fn seal_to(&self, iv: &[u8; IV], aad: &[u8], text: &[u8], out: &mut [u8]) -> Result<(), TooLong> {
        let (sealed, tag) = out.split_at_mut_checked(text.len()).ok_or(TooLong)?;
        let done = self.0.seal_out_of_place_scatter(Nonce::from(iv), Aad::from(aad), text, sealed, &[], tag);
        done.map_err(|_| TooLong)
    }

    fn open_to(&self, iv: &[u8; IV], aad: &[u8], sealed: &[u8], tag: &[u8; TAG], out: &mut [u8]) -> Result<(), Forged> {
        if sealed.len() != out.len() {
            return Err(Forged);
        }
        self.0.open_separate_gather(Nonce::from(iv), Aad::from(aad), sealed, tag, out).map_err(|_| Forged)
    }
}
