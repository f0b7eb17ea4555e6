//! The ciphertext blob of symmetric keys: self-describing, bound to its encryption context, byte for byte strict.
//!
//! Construction: "AWS KMS Cryptographic Details", `Encrypt`. Each message has a nonce `N` of 128 random bits and a key
//! of its own, `K = KDF(backing key, N)`, so that no bound on the number of messages under one key matters.
//!
//! Layout: as observed on AWS's blobs, so that programs which measure or peek see what they know:
//!
//! | Offset | Bytes | Content |
//! |---|---|---|
//! | 0 | 5 | `01 02 02 00 78` |
//! | 5 | 32 | id of the backing key |
//! | 37 | 17 | `01` and the nonce |
//! | 54 | 4 | length of the rest, big endian |
//! | 58 | … | DER: PKCS #7 EncryptedData of aes256-GCM with a 12-byte IV; the content is `FRAME`, plaintext, tag |
//!
//! The associated data is every byte before the encrypted content, then the canonical encryption context.
//!
//! Ours, because AWS publishes none of it: the KDF's label, the form of the context, the content's 11 leading bytes, and
//! the IV. The IV is a hash of the backing key's id and the nonce. That is safe, since each key serves one message, and
//! it lets a reader who has no key tell a damaged header from a blob of a key that it does not know: AWS answers the
//! first with InvalidCiphertextException and the second with AccessDeniedException.
//!
//! A blob is read by writing: its head must be, byte for byte, the head that [`seal`] writes for the same id, nonce and
//! length. So no two blobs mean the same, and no bit can be turned.

use super::{aead, kdf, mac};
use crate::base::Secret;
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;
use zeroize::Zeroizing;

/// The pairs that a ciphertext is bound to. Order is by key, so the same pairs are always the same bytes.
pub type EncryptionContext = BTreeMap<String, String>;

/// The longest plaintext. Its blob has 6,144 bytes, the longest that the KMS API takes (`CiphertextType`).
pub const MAX_PLAINTEXT: usize = 5_982;

/// Seals `plaintext` (at most [`MAX_PLAINTEXT`] bytes) under the backing key `key` (32 bytes) that is known as `id`.
///
/// # Errors
/// [`BadBlob`] when key or plaintext have another length.
pub fn seal(
    id: &[u8; 32],
    key: &Secret,
    nonce: [u8; 16],
    context: &EncryptionContext,
    plaintext: &[u8],
) -> Result<Vec<u8>, BadBlob> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(BadBlob);
    }
    let key = message_key(key, &nonce)?;
    let iv = iv(id, &nonce);
    let mut blob = head(id, &nonce, &iv, plaintext.len());
    let aad = associated(&blob, context);
    let at = blob.len();
    blob.extend_from_slice(&FRAME);
    blob.extend_from_slice(plaintext);
    let (_, content) = blob.split_at_mut_checked(at).ok_or(BadBlob)?;
    let tag = aead::seal(&key, &iv, &aad, content).map_err(|_| BadBlob)?;
    blob.extend_from_slice(&tag);
    Ok(blob)
}

/// A blob that is well formed. Whether it is authentic, only [`open`](Self::open) can tell.
#[derive(Debug, Clone, Copy)]
pub struct Blob<'a> {
    id: &'a [u8; 32],
    nonce: &'a [u8; 16],
    iv: [u8; aead::IV],
    head: &'a [u8],
    content: &'a [u8],
    tag: &'a [u8; aead::TAG],
}

impl<'a> Blob<'a> {
    /// Reads `bytes`, strictly, without any key.
    ///
    /// # Errors
    /// [`BadBlob`] for whatever [`seal`] would not have written.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadBlob> {
        let blob = Self::split(bytes)?;
        let iv = iv(blob.id, blob.nonce);
        let length = blob.content.len().saturating_sub(FRAME.len());
        if blob.iv == iv && blob.head == head(blob.id, blob.nonce, &iv, length) { Ok(blob) } else { Err(BadBlob) }
    }

    /// Takes `bytes` apart and leaves it to [`open`](Self::open) to find that [`seal`] has not written them: it does, for
    /// every byte before the encrypted content is associated data. Quicker than [`parse`](Self::parse), for who has a key.
    ///
    /// # Errors
    /// [`BadBlob`] for a length that no blob has.
    pub fn split(bytes: &'a [u8]) -> Result<Self, BadBlob> {
        let sizes = Sizes::of(plaintext_length(bytes.len()).ok_or(BadBlob)?);
        let (head, sealed) = bytes.split_at_checked(sizes.head()).ok_or(BadBlob)?;
        let at = |from: usize| head.get(from..).ok_or(BadBlob);
        Ok(Self {
            id: at(ID)?.first_chunk().ok_or(BadBlob)?,
            nonce: at(NONCE)?.first_chunk().ok_or(BadBlob)?,
            iv: *at(sizes.iv())?.first_chunk().ok_or(BadBlob)?,
            head,
            content: sealed.get(..sealed.len().saturating_sub(aead::TAG)).ok_or(BadBlob)?,
            tag: sealed.last_chunk().ok_or(BadBlob)?,
        })
    }

    /// The id of the backing key that sealed it.
    #[must_use]
    pub const fn id(&self) -> &'a [u8; 32] {
        self.id
    }

    /// The plaintext.
    ///
    /// # Errors
    /// [`BadBlob`] when `key` is another key, `context` another context, or any byte has been changed.
    pub fn open(&self, key: &Secret, context: &EncryptionContext) -> Result<Vec<u8>, BadBlob> {
        let key = message_key(key, self.nonce)?;
        let aad = associated(self.head, context);
        let mut text = Zeroizing::new(self.content.to_vec());
        aead::open(&key, &self.iv, &aad, &mut text, self.tag).map_err(|_| BadBlob)?;
        text.strip_prefix(&FRAME).map(<[u8]>::to_vec).ok_or(BadBlob)
    }
}

/// The bytes are no blob, or not an authentic one, or were sealed under another key or context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBlob;

impl fmt::Display for BadBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a valid ciphertext")
    }
}

impl core::error::Error for BadBlob {}

/// `K = KDF(HBK, N)`, 256 bits: SP 800-108, with the fixed input `Label || 0x00 || Context || [L]`.
fn message_key(key: &Secret, nonce: &[u8; 16]) -> Result<Zeroizing<[u8; aead::KEY]>, BadBlob> {
    let key: &[u8; 32] = key.expose().try_into().map_err(|_| BadBlob)?;
    let fixed: &[&[u8]] = &[b"kmslab message key\0", nonce, &256_u32.to_be_bytes()];
    let mut derived = Zeroizing::new([0; aead::KEY]);
    kdf::counter_hmac_sha256(key, fixed, &mut *derived);
    Ok(derived)
}

/// The IV of the message: see the top of this file.
fn iv(id: &[u8; 32], nonce: &[u8; 16]) -> [u8; aead::IV] {
    let hash = mac::sha256(&[b"kmslab message iv\0", id, nonce]);
    hash.first_chunk().copied().unwrap_or_default()
}

/// The head of the blob, then the number of pairs and each pair's key and value, every one after its length: so
/// `{ab: c}` is not `{a: bc}`.
fn associated(head: &[u8], context: &EncryptionContext) -> Vec<u8> {
    let texts = || context.iter().flat_map(|(key, value)| [key, value]);
    let size =
        texts().fold(head.len().saturating_add(8), |size, text| size.saturating_add(8).saturating_add(text.len()));
    let mut aad = Vec::with_capacity(size);
    aad.extend_from_slice(head);
    let length = |aad: &mut Vec<u8>, n: usize| aad.extend_from_slice(&(n as u64).to_be_bytes());
    length(&mut aad, context.len());
    for text in texts() {
        length(&mut aad, text.len());
        aad.extend_from_slice(text.as_bytes());
    }
    aad
}

/// Everything before the encrypted content, for a plaintext of `length` bytes.
fn head(id: &[u8; 32], nonce: &[u8; 16], iv: &[u8; aead::IV], length: usize) -> Vec<u8> {
    let sizes = Sizes::of(length);
    let mut out = Vec::with_capacity(sizes.blob);
    out.extend_from_slice(&START);
    out.extend_from_slice(id);
    out.push(0x01);
    out.extend_from_slice(nonce);
    out.extend_from_slice(&be(sizes.rest));
    element(&mut out, 0x30, sizes.info); // ContentInfo
    out.extend_from_slice(&ENCRYPTED_DATA);
    element(&mut out, 0xa0, tlv(sizes.data));
    element(&mut out, 0x30, sizes.data); // EncryptedData
    out.extend_from_slice(&[0x02, 0x01, 0x00]); // version 0
    element(&mut out, 0x30, sizes.encrypted); // EncryptedContentInfo
    out.extend_from_slice(&DATA);
    out.extend_from_slice(&AES256_GCM);
    out.extend_from_slice(iv);
    out.extend_from_slice(&[0x02, 0x01, 0x10]); // ICV of 16 bytes
    element(&mut out, 0x80, sizes.content);
    out
}

/// The contents' sizes of the nested elements, from the inside out.
struct Sizes {
    content: usize,
    encrypted: usize,
    data: usize,
    info: usize,
    rest: usize,
    blob: usize,
}

impl Sizes {
    const fn of(plaintext: usize) -> Self {
        let content = plaintext.saturating_add(FRAME.len()).saturating_add(aead::TAG);
        let encrypted = tlv(content).saturating_add(43);
        let data = tlv(encrypted).saturating_add(3);
        let info = tlv(tlv(data)).saturating_add(ENCRYPTED_DATA.len());
        let rest = tlv(info);
        Self { content, encrypted, data, info, rest, blob: rest.saturating_add(58) }
    }

    /// Bytes before the encrypted content.
    const fn head(&self) -> usize {
        self.blob.saturating_sub(self.content)
    }

    /// Where the IV stands: before the ICV's length and the head of the content.
    const fn iv(&self) -> usize {
        let around = tlv(self.content).saturating_sub(self.content);
        self.head().saturating_sub(around).saturating_sub(3).saturating_sub(aead::IV)
    }
}

/// The plaintext's length in a blob of `blob` bytes, if a blob can have so many. What is around a plaintext are
/// 152 to 162 bytes.
fn plaintext_length(blob: usize) -> Option<usize> {
    (152..=162)
        .filter_map(|around| blob.checked_sub(around))
        .find(|length| *length <= MAX_PLAINTEXT && Sizes::of(*length).blob == blob)
}

/// Bytes of a DER element with so many bytes of content (X.690, 8.1.3 and 10.1).
const fn tlv(content: usize) -> usize {
    let around = match content {
        0..0x80 => 2,
        0x80..0x100 => 3,
        _ => 4,
    };
    content.saturating_add(around)
}

/// Tag and length of an element. Its content is at most 6,144 bytes.
fn element(out: &mut Vec<u8>, tag: u8, content: usize) {
    out.push(tag);
    let [_, _, high, low] = be(content);
    match content {
        0..0x80 => out.push(low),
        0x80..0x100 => out.extend_from_slice(&[0x81, low]),
        _ => out.extend_from_slice(&[0x82, high, low]),
    }
}

/// A length in four bytes.
fn be(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// How every blob starts. AWS's third byte varies; most are 02.
const START: [u8; 5] = [0x01, 0x02, 0x02, 0x00, 0x78];
/// Where the backing key's id stands.
const ID: usize = 5;
/// Where the nonce stands.
const NONCE: usize = 38;
/// What stands before the plaintext, encrypted with it: a version and zeros.
pub(super) const FRAME: [u8; 11] = [0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// OBJECT IDENTIFIER 1.2.840.113549.1.7.6, pkcs7-encryptedData.
pub(super) const ENCRYPTED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
/// OBJECT IDENTIFIER 1.2.840.113549.1.7.1, pkcs7-data.
pub(super) const DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// AlgorithmIdentifier up to the IV: 2.16.840.1.101.3.4.1.46 (aes256-GCM), GCMParameters (RFC 5084, 3.2).
const AES256_GCM: [u8; 17] =
    [0x30, 0x1e, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e, 0x30, 0x11, 0x04, 0x0c];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    const ID: [u8; 32] = [0x5a; 32];

    fn key() -> Secret {
        Secret::new(vec![7; 32])
    }

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    fn sealed(length: usize) -> Vec<u8> {
        seal(&ID, &key(), [9; 16], &context(&[("a", "b")]), &vec![0x61; length]).unwrap()
    }

    /// Read strictly or not, the same opens.
    fn opened(blob: &[u8]) -> Result<Vec<u8>, BadBlob> {
        let open = |blob: Blob<'_>| blob.open(&key(), &context(&[("a", "b")]));
        let strictly = Blob::parse(blob).and_then(open);
        assert_eq!(Blob::split(blob).and_then(open), strictly);
        strictly
    }

    #[test]
    fn blobs_have_the_sizes_of_aws() {
        // kms.md 5.2; 16, 24, 31 and 32 are observed, the others computed from the layout.
        let cases = [
            (1, 153),
            (16, 168),
            (24, 176),
            (31, 183),
            (32, 184),
            (64, 220),
            (100, 256),
            (256, 418),
            (512, 674),
            (1024, 1186),
            (4096, 4258),
            (MAX_PLAINTEXT, 6144),
        ];
        for (plaintext, blob) in cases {
            assert_eq!(sealed(plaintext).len(), blob, "{plaintext}");
        }
    }

    #[test]
    fn every_length_opens_again() {
        for length in (0..700).chain([4096, MAX_PLAINTEXT]) {
            assert_eq!(opened(&sealed(length)).unwrap(), vec![0x61; length], "{length}");
        }
        assert_eq!(seal(&ID, &key(), [9; 16], &context(&[]), &vec![0; MAX_PLAINTEXT + 1]), Err(BadBlob));
    }

    #[test]
    fn a_blob_looks_as_on_aws() {
        use base64ct::Encoding;
        let text = base64ct::Base64::encode_string(&sealed(32));
        assert!(text.starts_with("AQICAH"), "{text}");
        // From the length of the rest to the IV: the same text in every published example of a 32-byte data key.
        assert!(text.contains("AAAAfjB8BgkqhkiG9w0BBwagbzBtAgEAMGgGCSqGSIb3DQEHATAeBglghkgBZQMEAS4wEQQM"), "{text}");
        // Then the end of the parameters and the content of 59 bytes; its last letter also holds ciphertext.
        assert!(["s", "t", "u", "v"].iter().any(|last| text.contains(&alloc::format!("AgEQgD{last}"))), "{text}");
    }

    #[test]
    fn no_bit_can_be_turned() {
        for length in [1, 32, 101, 300] {
            let blob = sealed(length);
            for bit in 0..blob.len() * 8 {
                let mut turned = blob.clone();
                turned[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(opened(&turned), Err(BadBlob), "length {length}, bit {bit}");
                let before_content = bit / 8 < blob.len() - length - FRAME.len() - aead::TAG;
                assert_eq!(Blob::parse(&turned).is_err(), before_content, "length {length}, bit {bit}");
            }
        }
    }

    #[test]
    fn no_byte_can_be_cut_or_added() {
        for length in [1, 32, 101, 300] {
            let blob = sealed(length);
            for end in 0..blob.len() {
                assert_eq!(opened(&blob[..end]), Err(BadBlob), "{length} cut to {end}");
                assert_eq!(opened(&blob[end + 1..]), Err(BadBlob), "{length} without the first {end}");
            }
            for more in 1..40 {
                let mut longer = blob.clone();
                longer.resize(blob.len() + more, 0);
                assert_eq!(opened(&longer), Err(BadBlob), "{length} and {more} more");
            }
        }
    }

    #[test]
    fn only_the_same_context_opens() {
        let contexts: Vec<EncryptionContext> = [
            &[][..],
            &[("", "")],
            &[("a", "b")],
            &[("A", "b")],
            &[("a", "B")],
            &[("ab", "c")],
            &[("a", "bc")],
            &[("abc", "")],
            &[("", "abc")],
            &[("a", "b"), ("c", "d")],
            &[("a", "bc"), ("d", "")],
            &[("a", "b"), ("cd", "")],
            &[("a", "d"), ("c", "b")],
        ]
        .map(context)
        .into();
        for sealing in &contexts {
            let blob = seal(&ID, &key(), [1; 16], sealing, b"secret").unwrap();
            for opening in &contexts {
                let result = Blob::parse(&blob).unwrap().open(&key(), opening);
                assert_eq!(result.is_ok(), sealing == opening, "{sealing:?} opened with {opening:?}");
            }
        }
    }

    #[test]
    fn another_key_or_nonce_is_another_message() {
        let blob = sealed(5);
        let parsed = Blob::parse(&blob).unwrap();
        assert_eq!(parsed.id(), &ID);
        assert_eq!(parsed.open(&Secret::new(vec![8; 32]), &context(&[("a", "b")])), Err(BadBlob));
        assert_eq!(parsed.open(&Secret::new(vec![7; 31]), &context(&[("a", "b")])), Err(BadBlob));
        let other = seal(&ID, &key(), [10; 16], &context(&[("a", "b")]), &[0x61; 5]).unwrap();
        assert_ne!(blob[blob.len() - 32..], other[other.len() - 32..]);
    }
}
