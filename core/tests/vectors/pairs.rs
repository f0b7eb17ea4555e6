//! RSA and the NIST curves against Project Wycheproof's vectors, the attacks that implementations have fallen to, and
//! against NIST's (ACVP): over the provider that is tested.
//!
//! The choices where a standard leaves one, or Wycheproof says `acceptable`:
//! - ECDH: a compressed point is a public key as good as any; other encodings that DER does not allow are refused.
//! - OAEP: the `rsa` crate does not look at the first octet, against Manger's attack; the one case about it opens with it.
//! - RSASSA-PKCS1-v1_5: a DigestInfo without the NULL is refused, as RFC 8017 makes it.
//! - Hashes that KMS does not sign with, salts of another length and labels are not ours, and neither are other curves and
//!   moduli.

use crate::support::{Given, acvp, bytes, count, element, hex, integer, passes, private, public, signatures, valid};
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, Message, PairSpec, PrivateKey, PublicKey, Refusal, Signing};
use serde_json::Value;

fn hash(name: &Value) -> Option<Hash> {
    Some(match name.as_str()? {
        "SHA-224" => Hash::Sha224,
        "SHA-256" => Hash::Sha256,
        "SHA-384" => Hash::Sha384,
        "SHA-512" => Hash::Sha512,
        _ => return None,
    })
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
        let key = public(PairSpec::Rsa2048, &bytes(group, "publicKeyDer"));
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
            let key = private(spec, &bytes(group, "privateKeyPkcs8"));
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
            let key = private(spec, &bytes(group, "privateKeyPkcs8"));
            let chance = &mut Given(vec![7; 1 << 16]);
            let opened = key.decrypt(Encryption::Oaep(hash), &bytes(test, "ct"), chance);
            if let Ok(text) = &opened {
                assert_eq!(text.expose(), bytes(test, "msg"), "{file} {test}");
            }
            let want = valid(test) || (!crate::LOOKS_AT_FIRST_OCTET && test["comment"] == "First byte is 1");
            count.note(opened.is_ok(), want, &format!("{file} {test}"));
        });
        if let Some(counted) = counted {
            let first = usize::from(crate::LOOKS_AT_FIRST_OCTET);
            counted.settle(file, held - first, refused + first, foreign);
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
    private(spec, &der)
}

#[test]
fn ecdsa_agrees_with_nist() {
    let file = "ECDSA";
    let counted = acvp(file, |mode, group, test, answer, count| {
        let (spec, own) = match group["curve"].as_str().unwrap() {
            "P-256" => (PairSpec::P256, "SHA2-256"),
            "P-384" => (PairSpec::P384, "SHA2-384"),
            "P-521" => (PairSpec::P521, "SHA2-512"),
            _ => {
                count.foreign += 1;
                return;
            }
        };
        let key = at(spec, &[bytes(test, "qx"), bytes(test, "qy")].concat());
        if mode == "keyVer" {
            count.note(key.is_some(), passes(answer), &format!("{test}"));
            return;
        }
        if group["hashAlg"] != own {
            count.foreign += 1;
            return;
        }
        let hash = match spec {
            PairSpec::P256 => Hash::Sha256,
            PairSpec::P384 => Hash::Sha384,
            _ => Hash::Sha512,
        };
        let signature = element(0x30, &[integer(&bytes(test, "r")), integer(&bytes(test, "s"))].concat());
        let message = bytes(test, "message");
        let good =
            key.is_some_and(|key| key.verify(Signing::Ecdsa(hash), Message::Whole(&message), &signature).is_ok());
        count.note(good, passes(answer), &format!("{test}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, 1, 5, 18);
    }
}

#[test]
fn rsa_agrees_with_nist() {
    let file = "RSA";
    let counted = acvp(file, |_, group, test, answer, count| {
        let spec = match group["modulo"].as_u64().unwrap() {
            2048 => PairSpec::Rsa2048,
            3072 => PairSpec::Rsa3072,
            4096 => PairSpec::Rsa4096,
            _ => {
                count.foreign += 1;
                return;
            }
        };
        let hash = match group["hashAlg"].as_str().unwrap() {
            "SHA2-224" => Hash::Sha224,
            "SHA2-256" => Hash::Sha256,
            "SHA2-384" => Hash::Sha384,
            "SHA2-512" => Hash::Sha512,
            _ => {
                count.foreign += 1;
                return;
            }
        };
        let by = match group["sigType"].as_str().unwrap() {
            "pkcs1v1.5" => Signing::Pkcs1(hash),
            "pss" if group["saltLen"] == hash.size() => Signing::Pss(hash),
            _ => {
                count.foreign += 1;
                return;
            }
        };
        let numbers = element(0x30, &[integer(&bytes(group, "n")), integer(&bytes(group, "e"))].concat());
        let algorithm = hex("300d06092a864886f70d0101010500");
        let spki = element(0x30, &[algorithm, element(0x03, &[vec![0], numbers].concat())].concat());
        let key = public(spec, &spki);
        let good = key.verify(by, Message::Whole(&bytes(test, "message")), &bytes(test, "signature"));
        count.note(good.is_ok(), passes(answer), &format!("{group}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, 9, 63, 33);
    }
}

/// The public key at a point of a curve, if it is on it.
fn at(spec: PairSpec, point: &[u8]) -> Option<PublicKey> {
    let any = PrivateKey::generate(spec, &mut Given(vec![0x42; 1 << 10])).unwrap().public().to_spki().unwrap();
    let head = any.get(..any.len().checked_sub(point.len())?)?;
    PublicKey::from_spki(spec, &[head, point].concat()).ok().map(|key| key.with(crate::PROVIDER.pairs))
}
