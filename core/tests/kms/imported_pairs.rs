//! Imported key pairs and HMAC keys: one material for life, under every wrapping that goes with it. Source: kms.md 7.2.

use crate::import_support::{Dice, HOME, bytes, external, here, metadata, wrapped};
use crate::support::{TestLab, lab};
use base64ct::{Base64, Encoding};
use kmslab::crypto::pair::{PairSpec, PrivateKey};
use serde_json::{Value, json};

#[test]
fn key_pairs_and_hmac_keys_are_imported_once_and_for_all() {
    let mut lab = lab();
    let pair = |spec, chance: u64| PrivateKey::generate(spec, &mut Dice(0x9e37_79b9_7f4a_7c15 ^ chance)).unwrap();
    let pkcs8 = |spec, chance: u64| pair(spec, chance).to_pkcs8().unwrap().expose().to_vec();
    let hmac = |length: usize, byte: u8| vec![byte; length];
    let (oaep, aes) = ("RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256");
    let (home, china) = (HOME, "cn-north-1");
    let rsa = PairSpec::Rsa2048;
    // Region, KeySpec, KeyUsage, WrappingAlgorithm, WrappingKeySpec, the material, and another one.
    let cases = [
        (home, "HMAC_256", "GENERATE_VERIFY_MAC", "RSAES_OAEP_SHA_1", rsa, hmac(32, 1), hmac(32, 2)),
        (home, "HMAC_512", "GENERATE_VERIFY_MAC", oaep, rsa, hmac(128, 1), hmac(64, 2)),
        (home, "RSA_2048", "ENCRYPT_DECRYPT", aes, rsa, pkcs8(rsa, 5), pkcs8(rsa, 6)),
        (home, "RSA_2048", "SIGN_VERIFY", "RSA_AES_KEY_WRAP_SHA_1", rsa, pkcs8(rsa, 5), pkcs8(rsa, 6)),
        (home, "ECC_NIST_P256", "SIGN_VERIFY", oaep, rsa, pkcs8(PairSpec::P256, 5), pkcs8(PairSpec::P256, 6)),
        (home, "ECC_NIST_P384", "KEY_AGREEMENT", aes, rsa, pkcs8(PairSpec::P384, 5), pkcs8(PairSpec::P384, 6)),
        (home, "ECC_NIST_P521", "SIGN_VERIFY", aes, rsa, pkcs8(PairSpec::P521, 5), pkcs8(PairSpec::P521, 6)),
        (home, "ECC_SECG_P256K1", "SIGN_VERIFY", oaep, rsa, pkcs8(PairSpec::K256, 5), pkcs8(PairSpec::K256, 6)),
        (
            home,
            "ECC_NIST_EDWARDS25519",
            "SIGN_VERIFY",
            oaep,
            rsa,
            pkcs8(PairSpec::Ed25519, 5),
            pkcs8(PairSpec::Ed25519, 6),
        ),
        (china, "SM2", "SIGN_VERIFY", "SM2PKE", PairSpec::Sm2, pkcs8(PairSpec::Sm2, 5), pkcs8(PairSpec::Sm2, 6)),
        (china, "SM2", "ENCRYPT_DECRYPT", oaep, rsa, pkcs8(PairSpec::Sm2, 5), pkcs8(PairSpec::Sm2, 6)),
    ];
    for (region, spec, usage, algorithm, wrapping, material, other) in cases {
        let about = format!("{spec} {usage} {algorithm}");
        let body = json!({ "Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage });
        let made = here(&mut lab, region, "CreateKey", body).unwrap()["KeyMetadata"].clone();
        assert_eq!((&made["KeyState"], made.get("CurrentKeyMaterialId")), (&json!("PendingImport"), None), "{about}");
        let key = made["KeyId"].as_str().unwrap().to_owned();
        let name = if wrapping == rsa { "RSA_2048" } else { "SM2" };
        let body = json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": name });
        let parameters = here(&mut lab, region, "GetParametersForImport", body).unwrap();
        let import = |lab: &mut TestLab, material: &[u8], more: Value| {
            let sealed = wrapped(algorithm, wrapping, &bytes(&parameters["PublicKey"]), material);
            let mut body = json!({
                "KeyId": key,
                "ImportToken": parameters["ImportToken"],
                "EncryptedKeyMaterial": Base64::encode_string(&sealed),
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
            });
            for (name, value) in more.as_object().unwrap() {
                body[name] = value.clone();
            }
            here(lab, region, "ImportKeyMaterial", body)
        };
        for more in [
            json!({ "ImportType": "NEW_KEY_MATERIAL" }),
            json!({ "KeyMaterialDescription": "x" }),
            json!({ "KeyMaterialId": "0".repeat(64) }),
        ] {
            assert_eq!(import(&mut lab, &material, more).unwrap_err().code, "ValidationException", "{about}");
        }
        let short = &material[..material.len().min(27)];
        assert_eq!(import(&mut lab, short, json!({})).unwrap_err().code, "IncorrectKeyMaterialException", "{about}");
        let answer = import(&mut lab, &material, json!({})).unwrap();
        assert_eq!(answer.get("KeyMaterialId"), None, "{about}");
        let there = metadata(&mut lab, region, &key);
        assert_eq!((&there["KeyState"], there.get("CurrentKeyMaterialId")), (&json!("Enabled"), None), "{about}");
        let uses = |lab: &mut TestLab| match usage {
            "GENERATE_VERIFY_MAC" => {
                let name = spec.replace("HMAC_", "HMAC_SHA_");
                here(lab, region, "GenerateMac", json!({ "KeyId": key, "Message": "aGk=", "MacAlgorithm": name }))
            }
            "SIGN_VERIFY" => {
                let algorithm = &there["SigningAlgorithms"][0];
                here(lab, region, "Sign", json!({ "KeyId": key, "Message": "aGk=", "SigningAlgorithm": algorithm }))
            }
            "ENCRYPT_DECRYPT" => {
                let algorithm = &there["EncryptionAlgorithms"][0];
                here(
                    lab,
                    region,
                    "Encrypt",
                    json!({ "KeyId": key, "Plaintext": "aGk=", "EncryptionAlgorithm": algorithm }),
                )
            }
            _ => {
                let peer = Base64::encode_string(&pair(PairSpec::P384, 9).public().to_spki().unwrap());
                let body = json!({ "KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer });
                here(lab, region, "DeriveSharedSecret", body)
            }
        };
        uses(&mut lab).unwrap();
        let public = here(&mut lab, region, "GetPublicKey", json!({ "KeyId": key }));
        let rotation = here(&mut lab, region, "RotateKeyOnDemand", json!({ "KeyId": key })).unwrap_err();
        assert_eq!(
            (rotation.code.as_str(), rotation.message.as_str()),
            ("UnsupportedOperationException", ""),
            "{about}"
        );
        assert_eq!(import(&mut lab, &other, json!({})).unwrap_err().code, "IncorrectKeyMaterialException", "{about}");
        let deleted = here(&mut lab, region, "DeleteImportedKeyMaterial", json!({ "KeyId": key })).unwrap();
        assert_eq!(deleted.get("KeyMaterialId"), None, "{about}");
        assert_eq!(uses(&mut lab).unwrap_err().code, "KMSInvalidStateException", "{about}");
        // The public key stays known, while the key waits and in a saved lab. What has none tells that it waits.
        let waiting = here(&mut lab, region, "GetPublicKey", json!({ "KeyId": key }));
        match spec.starts_with("HMAC") {
            true => assert_eq!(waiting.unwrap_err().code, "KMSInvalidStateException", "{about}"),
            false => assert_eq!(waiting, public, "{about}"),
        }
        assert_eq!(import(&mut lab, &other, json!({})).unwrap_err().code, "IncorrectKeyMaterialException", "{about}");
        import(&mut lab, &material, json!({})).unwrap();
        uses(&mut lab).unwrap();
        assert_eq!(here(&mut lab, region, "GetPublicKey", json!({ "KeyId": key })), public, "{about}");
    }
}

#[test]
fn not_every_material_goes_under_every_wrapping() {
    // Source: kms.md 7.2.
    let mut lab = lab();
    let cases = [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "RSA_AES_KEY_WRAP_SHA_256", false),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "RSA_AES_KEY_WRAP_SHA_1", false),
        ("RSA_2048", "SIGN_VERIFY", "RSAES_OAEP_SHA_256", false),
        ("ECC_NIST_P521", "SIGN_VERIFY", "RSAES_OAEP_SHA_256", false),
        ("ECC_NIST_P521", "SIGN_VERIFY", "RSA_AES_KEY_WRAP_SHA_256", true),
    ];
    for (spec, usage, algorithm, good) in cases {
        let key = external(&mut lab, json!({ "KeySpec": spec, "KeyUsage": usage }));
        let body = json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048" });
        let got = lab.kms("GetParametersForImport", body);
        assert_eq!(got.is_ok(), good, "{spec} {algorithm}: {got:?}");
    }
    for spec in ["ML_DSA_44", "ML_KEM_512"] {
        let usage = if spec == "ML_DSA_44" { "SIGN_VERIFY" } else { "ENCAPSULATE_DECAPSULATE" };
        let body = json!({ "Origin": "EXTERNAL", "KeySpec": spec, "KeyUsage": usage });
        assert_eq!(lab.kms("CreateKey", body).unwrap_err().code, "ValidationException", "{spec}");
    }
}
