//! Ed25519, ML-DSA and ML-KEM against Project Wycheproof's vectors.

use crate::support::{Given, bytes, count, signatures, valid};
use kmslab::crypto::pair::{Message, PairSpec, PrivateKey, PublicKey, Signing};
use serde_json::Value;

#[test]
fn ed25519_agrees_with_wycheproof() {
    signatures("ed25519", PairSpec::Ed25519, Signing::Ed25519, (88, 63, 0));
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
