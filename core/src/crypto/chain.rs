//! Certificate chains of ECDSA keys on P-384 (RFC 5280, section 6, as far as such chains need it).
//!
//! No names are constrained, no policies mapped, no revocation asked: those who sign with such chains live for hours.

use super::hash::Hash;
use super::pair::{Message, PairSpec, PublicKey, Signing};
use alloc::{vec, vec::Vec};
use core::fmt;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode, oid::ObjectIdentifier};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

/// ecdsa-with-SHA384 (RFC 5758, 3.2).
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");

/// Extensions that are looked at; another one that is critical makes a certificate one that nobody here understands.
const KNOWN: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("2.5.29.19"), ObjectIdentifier::new_unwrap("2.5.29.15")];

/// Why a chain is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadChain {
    /// A certificate is none, or not one for P-384.
    Malformed,
    /// It does not begin with a root that is trusted.
    Untrusted,
    /// A certificate is not valid at that moment.
    Expired,
    /// A certificate was not signed by the one before it, which would have to be an authority.
    Unsigned,
}

impl fmt::Display for BadChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "a certificate is malformed",
            Self::Untrusted => "the chain of certificates does not begin with a root that is trusted",
            Self::Expired => "a certificate has expired or is not valid yet",
            Self::Unsigned => "a certificate was not signed by the one before it",
        })
    }
}

impl core::error::Error for BadChain {}

/// Checks that `bytes` is a certificate of a key on P-384, which a root can be.
///
/// # Errors
/// [`BadChain::Malformed`].
pub fn check_root(bytes: &[u8]) -> Result<(), BadChain> {
    let root = parse(bytes)?;
    public_key(&root)?;
    may_sign(&root, 0)
}

/// Checks the certificates from the root to the one before `leaf`, and `leaf`, at `now` (seconds since 1970). Gives the
/// public key of `leaf` as SubjectPublicKeyInfo.
///
/// # Errors
/// [`BadChain`].
pub fn verify(roots: &[Vec<u8>], bundle: &[&[u8]], leaf: &[u8], now: u64) -> Result<Vec<u8>, BadChain> {
    let root = bundle.first().ok_or(BadChain::Untrusted)?;
    let certificates: Vec<Certificate> =
        bundle.iter().chain([&leaf]).map(|bytes| parse(bytes)).collect::<Result<_, _>>()?;
    if !roots.iter().any(|trusted| trusted == root) {
        return Err(BadChain::Untrusted);
    }
    for certificate in &certificates {
        let validity = certificate.tbs_certificate().validity();
        let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        if now < from.as_secs() || now > to.as_secs() {
            return Err(BadChain::Expired);
        }
    }
    for (at, pair) in certificates.windows(2).enumerate() {
        let [issuer, subject] = pair else { continue };
        // Certificates between this authority and the leaf.
        let below = certificates.len().saturating_sub(at).saturating_sub(2);
        may_sign(issuer, below)?;
        signed_by(issuer, subject)?;
    }
    certificates.last().map_or(Err(BadChain::Malformed), public_key)
}

fn parse(bytes: &[u8]) -> Result<Certificate, BadChain> {
    let certificate = Certificate::from_der(bytes).map_err(|_| BadChain::Malformed)?;
    let extensions = certificate.tbs_certificate().extensions().map(Vec::as_slice).unwrap_or_default();
    let strange = extensions.iter().any(|extension| extension.critical && !KNOWN.contains(&extension.extn_id));
    if strange { Err(BadChain::Malformed) } else { Ok(certificate) }
}

fn public_key(certificate: &Certificate) -> Result<Vec<u8>, BadChain> {
    let spki = certificate.tbs_certificate().subject_public_key_info().to_der().map_err(|_| BadChain::Malformed)?;
    PublicKey::from_spki(PairSpec::P384, &spki).map_err(|_| BadChain::Malformed)?;
    Ok(spki)
}

/// Whether a certificate is that of an authority with so many authorities below it.
fn may_sign(certificate: &Certificate, below: usize) -> Result<(), BadChain> {
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>().map_err(|_| BadChain::Malformed)?;
    let Some((_, BasicConstraints { ca: true, path_len_constraint })) = constraints else {
        return Err(BadChain::Unsigned);
    };
    if path_len_constraint.is_some_and(|most| below > usize::from(most)) {
        return Err(BadChain::Unsigned);
    }
    let usage = tbs.get_extension::<KeyUsage>().map_err(|_| BadChain::Malformed)?;
    if usage.is_some_and(|(_, usage)| !usage.key_cert_sign()) {
        return Err(BadChain::Unsigned);
    }
    Ok(())
}

fn signed_by(issuer: &Certificate, subject: &Certificate) -> Result<(), BadChain> {
    let tbs = subject.tbs_certificate();
    if tbs.issuer() != issuer.tbs_certificate().subject()
        || subject.signature_algorithm().oid != ECDSA_SHA384
        || tbs.signature() != subject.signature_algorithm()
    {
        return Err(BadChain::Unsigned);
    }
    let key = PublicKey::from_spki(PairSpec::P384, &public_key(issuer)?).map_err(|_| BadChain::Malformed)?;
    // DER has one form, so what was read and written again is what was signed; other forms fail here.
    let signed = tbs.to_der().map_err(|_| BadChain::Malformed)?;
    let signature = subject.signature().as_bytes().ok_or(BadChain::Malformed)?;
    key.verify(Signing::Ecdsa(Hash::Sha384), Message::Whole(&signed), signature).map_err(|_| BadChain::Unsigned)
}

/// The certificates in a PEM text or in DER.
///
/// # Errors
/// [`BadChain::Malformed`] when there is none.
pub fn read(given: &[u8]) -> Result<Vec<u8>, BadChain> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let Some(text) = core::str::from_utf8(given).ok().filter(|text| text.contains(BEGIN)) else {
        return Ok(given.to_vec());
    };
    use base64ct::{Base64, Encoding};
    let body = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).ok_or(BadChain::Malformed)?.0;
    let letters: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut der = vec![0; letters.len()];
    let length = Base64::decode(&letters, &mut der).map_err(|_| BadChain::Malformed)?.len();
    der.truncate(length);
    Ok(der)
}
