//! The ciphers and what they stand on against published vectors, from their texts alone: so that the same runners work
//! where there are no files, in WebAssembly. What is not ours is counted, too: other lengths of keys, IVs and tags, key
//! wrap without padding, other pseudorandom functions.

use crate::PROVIDER;
use crate::support::{Count, acvp_in, bytes, count_in, hex, records};
use kmslab::base::same;
use kmslab::crypto::hash::Hash;
use kmslab::crypto::provider::PreparedXts;
use kmslab::crypto::{aead, kdf, mac, wrap};

/// The files of a runner, and what has to come of them.
pub(crate) struct Runner {
    pub(crate) files: &'static [&'static str],
    run: fn(&[String]) -> Count,
    want: Count,
}

impl Runner {
    const fn new(
        files: &'static [&'static str],
        run: fn(&[String]) -> Count,
        held: usize,
        refused: usize,
        foreign: usize,
    ) -> Self {
        Self { files, run, want: Count { held, refused, foreign } }
    }

    /// Runs it over the texts of its files, and compares the count.
    pub(crate) fn settle(&self, texts: &[String]) -> String {
        let Count { held, refused, foreign } = self.want;
        (self.run)(texts).settle(self.files[0], held, refused, foreign)
    }
}

/// Every runner.
pub(crate) static RUNNERS: &[Runner] = &[
    Runner::new(&["nist/gcm-encrypt-256-iv96-tag128.rsp"], gcm_of_nist, 375, 0, 0),
    Runner::new(&["nist/gcm-decrypt-256-iv96-tag128.rsp"], gcm_of_nist, 184, 191, 0),
    Runner::new(&["wycheproof/aes_gcm_test.json"], gcm_of_wycheproof, 116, 81, 119),
    Runner::new(&["acvp/ACVP-AES-GCM.vectors.json", "acvp/ACVP-AES-GCM.expected.json"], gcm_of_acvp, 5, 1, 36),
    Runner::new(&["nist/xts-aes256-tweak128.rsp"], xts_of_nist, 600, 0, 400),
    Runner::new(&["nist/xts-aes256-seqno.rsp"], xts_of_nist, 600, 0, 400),
    Runner::new(&["wycheproof/aes_xts_test.json"], xts_of_wycheproof, 41, 0, 82),
    Runner::new(&["acvp/ACVP-AES-XTS.vectors.json", "acvp/ACVP-AES-XTS.expected.json"], xts_of_acvp, 2, 0, 2),
    Runner::new(&["nist/KWP_AD_256.txt"], kwp_of_nist, 400, 100, 0),
    Runner::new(&["nist/KWP_AE_256.txt"], kwp_of_nist, 500, 0, 0),
    Runner::new(&["wycheproof/aes_kwp_test.json"], kwp_of_wycheproof, 25, 69, 160),
    Runner::new(&["acvp/ACVP-AES-KWP.vectors.json", "acvp/ACVP-AES-KWP.expected.json"], kwp_of_acvp, 8, 0, 16),
    Runner::new(&["nist/kbkdf-ctr-hmac-sha2-before-fixed.txt"], kbkdf_of_nist, 40, 0, 440),
    Runner::new(&["wycheproof/hkdf_sha256_test.json"], hkdf_of_wycheproof, 83, 3, 0),
    Runner::new(&["wycheproof/hkdf_sha384_test.json"], hkdf_of_wycheproof, 80, 3, 0),
    Runner::new(&["wycheproof/hkdf_sha512_test.json"], hkdf_of_wycheproof, 80, 3, 0),
    Runner::new(&["acvp/HKDF.vectors.json", "acvp/HKDF.expected.json"], hkdf_of_acvp, 8, 0, 2),
    Runner::new(&["wycheproof/hmac_sha224_test.json"], hmac_of_wycheproof, 33, 54, 85),
    Runner::new(&["wycheproof/hmac_sha256_test.json"], hmac_of_wycheproof, 33, 54, 87),
    Runner::new(&["wycheproof/hmac_sha384_test.json"], hmac_of_wycheproof, 33, 54, 87),
    Runner::new(&["wycheproof/hmac_sha512_test.json"], hmac_of_wycheproof, 33, 54, 87),
    Runner::new(&["acvp/HMAC-SHA2-224.vectors.json", "acvp/HMAC-SHA2-224.expected.json"], hmac_of_acvp, 7, 0, 0),
    Runner::new(&["acvp/HMAC-SHA2-256.vectors.json", "acvp/HMAC-SHA2-256.expected.json"], hmac_of_acvp, 8, 0, 0),
    Runner::new(&["acvp/HMAC-SHA2-384.vectors.json", "acvp/HMAC-SHA2-384.expected.json"], hmac_of_acvp, 7, 0, 0),
    Runner::new(&["acvp/HMAC-SHA2-512.vectors.json", "acvp/HMAC-SHA2-512.expected.json"], hmac_of_acvp, 7, 0, 0),
    Runner::new(&["nist/rfc-4231-sha224.txt"], hmac_of_the_rfc, 6, 0, 0),
    Runner::new(&["nist/rfc-4231-sha256.txt"], hmac_of_the_rfc, 6, 0, 0),
    Runner::new(&["nist/rfc-4231-sha384.txt"], hmac_of_the_rfc, 6, 0, 0),
    Runner::new(&["nist/rfc-4231-sha512.txt"], hmac_of_the_rfc, 6, 0, 0),
];

#[test]
fn every_file_is_held_to() {
    for runner in RUNNERS {
        let texts: Option<Vec<_>> = runner.files.iter().map(|file| crate::support::text(file)).collect();
        if let Some(texts) = texts {
            runner.settle(&texts);
        }
    }
}

/// One sealed message.
struct Sealed {
    key: Vec<u8>,
    iv: Vec<u8>,
    aad: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl Sealed {
    /// The plaintext, if it opens; sealing it again has to give the same.
    fn open(&self) -> Option<Vec<u8>> {
        let (iv, tag) = (self.iv[..].try_into().unwrap(), self.tag[..].try_into().unwrap());
        let key = PROVIDER.aes_gcm.prepare(&self.key).unwrap();
        let mut text = self.ciphertext.clone();
        let opened = key.open(iv, &self.aad, &mut text, tag);
        let mut beside = vec![0; text.len()];
        assert_eq!(key.open_to(iv, &self.aad, &self.ciphertext, tag, &mut beside).is_ok(), opened.is_ok());
        self.agrees_with_one_message(opened.is_ok().then_some(&text));
        opened.ok()?;
        let plaintext = text.clone();
        assert_eq!(beside, plaintext);
        assert_eq!(&key.seal(iv, &self.aad, &mut text).unwrap(), tag);
        assert_eq!(text, self.ciphertext);
        let mut beside = vec![0; text.len() + tag.len()];
        key.seal_to(iv, &self.aad, &plaintext, &mut beside).unwrap();
        assert_eq!(beside, [&text[..], tag].concat());
        // Places of another length are refused.
        assert!(key.seal_to(iv, &self.aad, &plaintext, &mut beside[1..]).is_err());
        assert!(key.open_to(iv, &self.aad, &self.ciphertext, tag, &mut beside).is_err());
        Some(plaintext)
    }

    /// The functions for a message with an AES-256 key of its own say the same.
    fn agrees_with_one_message(&self, plaintext: Option<&Vec<u8>>) {
        let (iv, tag) = (self.iv[..].try_into().unwrap(), self.tag[..].try_into().unwrap());
        let Ok(key) = self.key[..].try_into() else { return };
        let mut text = self.ciphertext.clone();
        let opened = aead::open(key, iv, &self.aad, &mut text, tag);
        assert_eq!(opened.is_ok(), plaintext.is_some());
        assert_eq!(&text, plaintext.unwrap_or(&self.ciphertext), "what is forged stays as it was");
        if opened.is_ok() {
            assert_eq!(&aead::seal(key, iv, &self.aad, &mut text).unwrap(), tag);
            assert_eq!(text, self.ciphertext);
        }
    }

    /// Compares with what has to come of it.
    fn note(&self, want: Option<Vec<u8>>, count: &mut Count, what: &str) {
        let opened = self.open();
        count.note(opened.is_some(), want.is_some(), what);
        assert_eq!(opened, want, "{what}");
    }
}

fn gcm_of_nist(texts: &[String]) -> Count {
    let mut count = Count::default();
    for record in records(&texts[0]) {
        let [key, iv, aad, ciphertext, tag] = ["Key", "IV", "AAD", "CT", "Tag"].map(|name| hex(&record[name]));
        let want = (!record.contains_key("FAIL")).then(|| hex(&record["PT"]));
        Sealed { key, iv, aad, ciphertext, tag }.note(want, &mut count, &format!("{record:?}"));
    }
    count
}

fn gcm_of_wycheproof(texts: &[String]) -> Count {
    count_in(&texts[0], |group, test, count| {
        if group["ivSize"] != 96 || group["tagSize"] != 128 {
            count.foreign += 1;
            return;
        }
        let [key, iv, aad, ciphertext, tag] = ["key", "iv", "aad", "ct", "tag"].map(|name| bytes(test, name));
        let want = (test["result"] == "valid").then(|| bytes(test, "msg"));
        Sealed { key, iv, aad, ciphertext, tag }.note(want, count, &test.to_string());
    })
}

fn gcm_of_acvp(texts: &[String]) -> Count {
    acvp_in(&texts[0], &texts[1], |_, group, test, answer, count| {
        if group["ivLen"] != 96 || group["tagLen"] != 128 || group["ivGen"] != "external" {
            count.foreign += 1;
            return;
        }
        let (sealed, opened) = if group["direction"] == "encrypt" { (answer, test) } else { (test, answer) };
        let [key, iv, aad] = ["key", "iv", "aad"].map(|name| bytes(test, name));
        let [ciphertext, tag] = ["ct", "tag"].map(|name| bytes(sealed, name));
        let want = opened["pt"].as_str().map(hex);
        Sealed { key, iv, aad, ciphertext, tag }.note(want, count, &test.to_string());
    })
}

/// Whether a data unit is encrypted and decrypted as it has to be.
fn unit(key: &[u8], number: u128, plaintext: &[u8], ciphertext: &[u8]) -> bool {
    let key: Box<dyn PreparedXts> = PROVIDER.aes_xts.prepare(key).unwrap();
    let (mut there, mut back) = (plaintext.to_vec(), ciphertext.to_vec());
    key.encrypt(number, plaintext.len(), &mut there).unwrap();
    key.decrypt(number, ciphertext.len(), &mut back).unwrap();
    there == ciphertext && back == plaintext
}

/// The number of a data unit whose tweak is written down; what is missing of it is zero.
fn number(tweak: &[u8]) -> u128 {
    let mut whole = [0; 16];
    whole[..tweak.len()].copy_from_slice(tweak);
    u128::from_le_bytes(whole)
}

fn xts_of_nist(texts: &[String]) -> Count {
    let mut count = Count::default();
    for record in records(&texts[0]) {
        if record["DataUnitLen"].parse::<usize>().unwrap() % 8 != 0 {
            count.foreign += 1;
            continue;
        }
        let number = match record.get("i") {
            Some(tweak) => number(&hex(tweak)),
            None => record["DataUnitSeqNumber"].parse().unwrap(),
        };
        let [key, plaintext, ciphertext] = ["Key", "PT", "CT"].map(|name| hex(&record[name]));
        count.note(unit(&key, number, &plaintext, &ciphertext), true, &format!("{record:?}"));
    }
    count
}

fn xts_of_wycheproof(texts: &[String]) -> Count {
    count_in(&texts[0], |group, test, count| {
        if group["keySize"] != 512 {
            count.foreign += 1;
            return;
        }
        let [key, iv, plaintext, ciphertext] = ["key", "iv", "msg", "ct"].map(|name| bytes(test, name));
        let good = unit(&key, number(&iv), &plaintext, &ciphertext);
        count.note(good, test["result"] == "valid", &test.to_string());
    })
}

fn xts_of_acvp(texts: &[String]) -> Count {
    acvp_in(&texts[0], &texts[1], |_, group, test, answer, count| {
        if group["keyLen"] != 256 {
            count.foreign += 1;
            return;
        }
        let (sealed, opened) = if group["direction"] == "encrypt" { (answer, test) } else { (test, answer) };
        let number = match test["sequenceNumber"].as_u64() {
            Some(number) => number.into(),
            None => number(&bytes(test, "tweakValue")),
        };
        let good = unit(&bytes(test, "key"), number, &bytes(opened, "pt"), &bytes(sealed, "ct"));
        count.note(good, true, &test.to_string());
    })
}

/// Compares what a wrapped key unwraps to with what it has to.
fn unwrapped(key: &[u8], wrapped: &[u8], want: Option<Vec<u8>>, count: &mut Count, what: &str) {
    let plain = wrap::unwrap_padded(key, wrapped).ok().map(|plain| plain.expose().to_vec());
    count.note(plain.is_some(), want.is_some(), what);
    assert_eq!(plain, want, "{what}");
}

fn kwp_of_nist(texts: &[String]) -> Count {
    let mut count = Count::default();
    for record in records(&texts[0]) {
        let want = (!record.contains_key("FAIL")).then(|| hex(&record["P"]));
        unwrapped(&hex(&record["K"]), &hex(&record["C"]), want, &mut count, &format!("{record:?}"));
    }
    count
}

fn kwp_of_wycheproof(texts: &[String]) -> Count {
    count_in(&texts[0], |group, test, count| {
        if group["keySize"] != 256 {
            count.foreign += 1;
            return;
        }
        // "Acceptable" are keys that are weak, not ones that are wrapped wrongly: they open.
        let want = (test["result"] != "invalid").then(|| bytes(test, "msg"));
        unwrapped(&bytes(test, "key"), &bytes(test, "ct"), want, count, &test.to_string());
    })
}

fn kwp_of_acvp(texts: &[String]) -> Count {
    acvp_in(&texts[0], &texts[1], |_, group, test, answer, count| {
        if group["keyLen"] != 256 || group["kwCipher"] != "cipher" {
            count.foreign += 1;
            return;
        }
        let (sealed, opened) = if group["direction"] == "encrypt" { (answer, test) } else { (test, answer) };
        if answer["testPassed"] != false {
            assert!(opened["pt"].is_string());
        }
        let want = opened["pt"].as_str().map(hex);
        unwrapped(&bytes(test, "key"), &bytes(sealed, "ct"), want, count, &test.to_string());
    })
}

fn kbkdf_of_nist(texts: &[String]) -> Count {
    let mut count = Count::default();
    for record in records(&texts[0]) {
        let ours = record["PRF"] == "HMAC_SHA256" && record["RLEN"] == "32_BITS";
        if !ours || record["CTRLOCATION"] != "BEFORE_FIXED" {
            count.foreign += 1;
            continue;
        }
        let want = hex(&record["KO"]);
        let mut derived = vec![0; want.len()];
        kdf::counter_hmac_sha256(&hex(&record["KI"]), &[&hex(&record["FixedInputData"])], &mut derived);
        count.note(derived == want, true, &format!("{record:?}"));
    }
    count
}

/// The hash whose digests have so many bits.
fn hash(bits: u64) -> Hash {
    match bits {
        224 => Hash::Sha224,
        256 => Hash::Sha256,
        384 => Hash::Sha384,
        _ => Hash::Sha512,
    }
}

fn hkdf_of_wycheproof(texts: &[String]) -> Count {
    let set: serde_json::Value = serde_json::from_str(&texts[0]).unwrap();
    let hash = hash(set["algorithm"].as_str().unwrap().trim_start_matches("HKDF-SHA-").parse().unwrap());
    count_in(&texts[0], |_, test, count| {
        let [key, salt, info] = ["ikm", "salt", "info"].map(|name| bytes(test, name));
        let mut derived = vec![0; usize::try_from(test["size"].as_u64().unwrap()).unwrap()];
        let good = kdf::hkdf(hash, Some(&salt), &key, &[&info], &mut derived).is_ok();
        assert!(!good || derived == bytes(test, "okm"), "{test}");
        count.note(good, test["result"] == "valid", &test.to_string());
    })
}

fn hkdf_of_acvp(texts: &[String]) -> Count {
    acvp_in(&texts[0], &texts[1], |_, group, test, answer, count| {
        let name = group["kdfConfiguration"]["hmacAlg"].as_str().unwrap();
        let Ok(bits) = name.trim_start_matches("SHA2-").parse() else {
            // Hashes that are cut, such as SHA2-512/256.
            count.foreign += 1;
            return;
        };
        let part = |party: &str, name: &str| test[party][name].as_str().map(hex).unwrap_or_default();
        let [u, v] = ["fixedInfoPartyU", "fixedInfoPartyV"];
        let info =
            [part(u, "partyId"), part(u, "ephemeralData"), part(v, "partyId"), part(v, "ephemeralData")].concat();
        let (want, given) = (bytes(answer, "dkm"), &test["kdfParameter"]);
        let mut derived = vec![0; want.len()];
        kdf::hkdf(hash(bits), Some(&bytes(given, "salt")), &bytes(given, "z"), &[&info], &mut derived).unwrap();
        count.note(derived == want, true, &test.to_string());
    })
}

fn hmac_of_wycheproof(texts: &[String]) -> Count {
    let set: serde_json::Value = serde_json::from_str(&texts[0]).unwrap();
    let hash = hash(set["algorithm"].as_str().unwrap().trim_start_matches("HMACSHA").parse().unwrap());
    count_in(&texts[0], |group, test, count| {
        if group["tagSize"] != hash.size() * 8 {
            count.foreign += 1;
            return;
        }
        let made = mac::hmac(hash, &bytes(test, "key"), &bytes(test, "msg"));
        count.note(same(&made, &bytes(test, "tag")), test["result"] == "valid", &test.to_string());
    })
}

fn hmac_of_acvp(texts: &[String]) -> Count {
    acvp_in(&texts[0], &texts[1], |_, _, test, answer, count| {
        let mac = bytes(answer, "mac");
        let made = mac::hmac(hash(8 * mac.len() as u64), &bytes(test, "key"), &bytes(test, "msg"));
        count.note(made == mac, true, &test.to_string());
    })
}

fn hmac_of_the_rfc(texts: &[String]) -> Count {
    let mut count = Count::default();
    for record in records(&texts[0]) {
        let digest = hex(&record["MD"]);
        let made = mac::hmac(hash(8 * digest.len() as u64), &hex(&record["Key"]), &hex(&record["Msg"]));
        count.note(made == digest, true, &format!("{record:?}"));
    }
    count
}
