//! CMS EnvelopedData (RFC 5652, section 6) for one recipient that is known by its key alone: RSAES-OAEP with SHA-256
//! (RFC 4055, 4.1) around an AES-256-CBC key (RFC 3565).

use super::hash::Hash;
use super::pair::{Encryption, PairSpec, PublicKey, Refusal};
use crate::base::Entropy;
use aes::Aes256;
use alloc::{vec, vec::Vec};
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use sha1::{Digest, Sha1};
use x509_cert::der::Decode;
use x509_cert::spki::SubjectPublicKeyInfoRef;
use zeroize::Zeroizing;

/// Seals `plaintext` for the holder of the RSA key whose public half is `spki`.
///
/// # Errors
/// [`Refusal::BadKey`] when that is no RSA key of 2,048, 3,072 or 4,096 bits; [`Refusal::NoEntropy`].
pub fn seal(spki: &[u8], plaintext: &[u8], entropy: &mut dyn Entropy) -> Result<Vec<u8>, Refusal> {
    let key = recipient(spki)?;
    let mut secret = Zeroizing::new([0; 32]);
    entropy.fill(&mut *secret)?;
    let mut iv = [0; 16];
    entropy.fill(&mut iv)?;
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&*secret, &iv).map_err(|_| Refusal::Unfit)?;
    let content = cipher.encrypt_padded_vec::<Pkcs7>(plaintext);
    let wrapped = key.encrypt(Encryption::Oaep(Hash::Sha256), &*secret, entropy)?;

    // KeyTransRecipientInfo, version 2: a recipient by subject key identifier (6.2.1).
    let by = element(0x80, &[&key_identifier(spki)?]);
    let recipient = sequence(&[&VERSION_2, &by, &OAEP_SHA256, &element(0x04, &[&wrapped])]);
    let algorithm = sequence(&[&AES256_CBC, &element(0x04, &[&iv])]);
    let encrypted = sequence(&[&DATA, &algorithm, &element(0x80, &[&content])]);
    let enveloped = sequence(&[&VERSION_2, &element(0x31, &[&recipient]), &encrypted]);
    Ok(sequence(&[&ENVELOPED_DATA, &element(0xa0, &[&enveloped])]))
}

/// The public key of a recipient, of any size that KMS knows.
///
/// # Errors
/// [`Refusal::BadKey`].
pub fn recipient(spki: &[u8]) -> Result<PublicKey, Refusal> {
    let sizes = [PairSpec::Rsa2048, PairSpec::Rsa3072, PairSpec::Rsa4096];
    sizes.into_iter().find_map(|spec| PublicKey::from_spki(spec, spki).ok()).ok_or(Refusal::BadKey)
}

/// SHA-1 of the key's bits: RFC 5280, 4.2.1.2, method 1. Which one AWS takes is unconfirmed; its SDK for enclaves does not
/// look.
fn key_identifier(spki: &[u8]) -> Result<Vec<u8>, Refusal> {
    let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| Refusal::BadKey)?;
    let bits = info.subject_public_key.as_bytes().ok_or(Refusal::BadKey)?;
    Ok(Sha1::digest(bits).to_vec())
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, parts)
}

/// A DER element (X.690, 8.1 and 10.1).
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (content.len(), u8::try_from(length.len())) {
        (0..0x80, _) => out.push(length.first().copied().unwrap_or_default()),
        (_, Ok(bytes)) => {
            out.push(0x80 | bytes);
            out.extend_from_slice(&length);
        }
        (_, Err(_)) => {}
    }
    out.extend_from_slice(&content);
    out
}

/// INTEGER 2.
const VERSION_2: [u8; 3] = [0x02, 0x01, 0x02];
/// OBJECT IDENTIFIER 1.2.840.113549.1.7.3, id-envelopedData.
const ENVELOPED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
/// OBJECT IDENTIFIER 1.2.840.113549.1.7.1, id-data.
const DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// OBJECT IDENTIFIER 2.16.840.1.101.3.4.1.42, aes256-CBC.
const AES256_CBC: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
/// AlgorithmIdentifier of id-RSAES-OAEP (1.2.840.113549.1.1.7) with SHA-256 as hash, and MGF1 with SHA-256.
const OAEP_SHA256: [u8; 62] = [
    0x30, 0x3c, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07, 0x30, 0x2f, // id-RSAES-OAEP
    0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, // SHA-256
    0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, // id-mgf1
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, // SHA-256
];
