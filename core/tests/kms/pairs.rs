//! Key pairs and HMAC keys: what is made, what is shown of it, what it does, and what it refuses.
//! Source: kms.md, section 4. Recorded sentences are named so; the others are compared with the page's own choice.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use base64ct::{Base64, Encoding};
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, Message, PairSpec, PrivateKey, PublicKey, Signing};
use serde_json::{Value, json};

fn arn(key: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{key}")
}

fn refused(code: &str, message: &str) -> Refused {
    Refused { status: 400, code: code.into(), message: message.into() }
}

fn b64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

fn bytes(of: &Value, member: &str) -> Vec<u8> {
    Base64::decode_vec(of[member].as_str().unwrap()).unwrap()
}

/// A key of a spec and usage: its id.
fn key(lab: &mut TestLab, spec: &str, usage: &str) -> String {
    let made = lab.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap();
    made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

/// Every spec and usage but the long RSA, the name of its list of algorithms and that list. Source: kms.md 4.1.
const KINDS: &[(&str, &str, &str, &[&str])] = &[
    ("HMAC_224", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_224"]),
    ("HMAC_256", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_256"]),
    ("HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_384"]),
    ("HMAC_512", "GENERATE_VERIFY_MAC", "MacAlgorithms", &["HMAC_SHA_512"]),
    ("RSA_2048", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
    (
        "RSA_2048",
        "SIGN_VERIFY",
        "SigningAlgorithms",
        &[
            "RSASSA_PKCS1_V1_5_SHA_256",
            "RSASSA_PKCS1_V1_5_SHA_384",
            "RSASSA_PKCS1_V1_5_SHA_512",
            "RSASSA_PSS_SHA_256",
            "RSASSA_PSS_SHA_384",
            "RSASSA_PSS_SHA_512",
        ],
    ),
    ("ECC_NIST_P256", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_256"]),
    ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_NIST_P384", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_384"]),
    ("ECC_NIST_P384", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_NIST_P521", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_512"]),
    ("ECC_NIST_P521", "KEY_AGREEMENT", "KeyAgreementAlgorithms", &["ECDH"]),
    ("ECC_SECG_P256K1", "SIGN_VERIFY", "SigningAlgorithms", &["ECDSA_SHA_256"]),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "SigningAlgorithms", &["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
    ("ML_DSA_44", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_DSA_65", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_DSA_87", "SIGN_VERIFY", "SigningAlgorithms", &["ML_DSA_SHAKE_256"]),
    ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
    ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
    ("ML_KEM_1024", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", &["ML_KEM"]),
];

#[test]
fn metadata_and_public_key_name_the_algorithms_of_the_usage() {
    let mut lab = lab();
    for (spec, usage, list, algorithms) in KINDS {
        let made = lab.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap()["KeyMetadata"].clone();
        let id = made["KeyId"].as_str().unwrap();
        let mut want = json!({
            "AWSAccountId": "111122223333",
            "KeyId": id,
            "Arn": arn(id),
            "CreationDate": 1_767_225_600.0,
            "Enabled": true,
            "Description": "",
            "KeyUsage": usage,
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "KeyManager": "CUSTOMER",
            "KeySpec": spec,
            "MultiRegion": false,
            *list: algorithms,
        });
        let old = !["ML_", "ECC_NIST_EDWARDS25519"].iter().any(|new| spec.starts_with(new));
        if old {
            want["CustomerMasterKeySpec"] = json!(spec);
        }
        want["CreationDate"] = made["CreationDate"].clone();
        assert_eq!(made, want, "{spec} {usage}");
        assert_eq!(lab.kms("DescribeKey", json!({ "KeyId": id })).unwrap()["KeyMetadata"], want, "{spec} {usage}");
        let shown = lab.kms("GetPublicKey", json!({ "KeyId": id }));
        if spec.starts_with("HMAC") {
            assert_eq!(shown, Err(refused("UnsupportedOperationException", "")));
            continue;
        }
        let mut shown = shown.unwrap();
        assert!(!bytes(&shown, "PublicKey").is_empty());
        shown.as_object_mut().unwrap().remove("PublicKey");
        let mut want = json!({ "KeyId": arn(id), "KeySpec": spec, "KeyUsage": usage, *list: algorithms });
        if old {
            want["CustomerMasterKeySpec"] = json!(spec);
        }
        assert_eq!(shown, want, "{spec} {usage}");
    }
    let symmetric = lab.key();
    let body = json!({ "KeyId": symmetric });
    assert_eq!(lab.kms("GetPublicKey", body.clone()), Err(refused("UnsupportedOperationException", "")));
    lab.kms("DisableKey", body.clone()).unwrap();
    assert_eq!(lab.kms("GetPublicKey", body.clone()), Err(refused("UnsupportedOperationException", "")));
    // Its state is told before: measured in us-east-1, 2026.
    lab.kms("ScheduleKeyDeletion", body.clone()).unwrap();
    let state = |key: &str, state: &str| refused("KMSInvalidStateException", &format!("{} is {state}.", arn(key)));
    assert_eq!(lab.kms("GetPublicKey", body), Err(state(&symmetric, "pending deletion")));
    let made = lab.kms("CreateKey", json!({ "Origin": "EXTERNAL" })).unwrap();
    let waiting = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    assert_eq!(lab.kms("GetPublicKey", json!({ "KeyId": waiting })), Err(state(waiting, "pending import")));
}

#[test]
fn a_partition_has_the_specs_that_it_has() {
    let mut lab = lab();
    let symmetric = lab.key();
    let refusal = lab.kms("GenerateDataKeyPair", json!({ "KeyId": symmetric, "KeyPairSpec": "SM2" })).unwrap_err();
    assert!(refusal.message.contains("'keyPairSpec'") && !refusal.message.contains("ML_DSA"), "{}", refusal.message);
    let admin = lab.admin.clone();
    let body = json!({ "KeySpec": "ML_KEM_512", "KeyUsage": "ENCAPSULATE_DECAPSULATE" });
    assert_eq!(lab.kms_as(&admin, "cn-north-1", "CreateKey", body).unwrap_err().code, "ValidationException");
}

/// SM2 is in China alone.
fn region(spec: &str) -> &'static str {
    if spec == "SM2" { "cn-north-1" } else { "us-east-1" }
}

/// Each signing algorithm, a spec, the types of message, the pair and how the standard calls the algorithm.
const SIGNERS: &[(&str, &str, &[&str], PairSpec, Signing)] = &[
    ("RSASSA_PSS_SHA_256", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pss(Hash::Sha256)),
    ("RSASSA_PSS_SHA_384", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pss(Hash::Sha384)),
    ("RSASSA_PSS_SHA_512", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pss(Hash::Sha512)),
    ("RSASSA_PKCS1_V1_5_SHA_256", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pkcs1(Hash::Sha256)),
    ("RSASSA_PKCS1_V1_5_SHA_384", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pkcs1(Hash::Sha384)),
    ("RSASSA_PKCS1_V1_5_SHA_512", "RSA_2048", &["RAW", "DIGEST"], PairSpec::Rsa2048, Signing::Pkcs1(Hash::Sha512)),
    ("ECDSA_SHA_256", "ECC_NIST_P256", &["RAW", "DIGEST"], PairSpec::P256, Signing::Ecdsa(Hash::Sha256)),
    ("ECDSA_SHA_256", "ECC_SECG_P256K1", &["RAW", "DIGEST"], PairSpec::K256, Signing::Ecdsa(Hash::Sha256)),
    ("ECDSA_SHA_384", "ECC_NIST_P384", &["RAW", "DIGEST"], PairSpec::P384, Signing::Ecdsa(Hash::Sha384)),
    ("ECDSA_SHA_512", "ECC_NIST_P521", &["RAW", "DIGEST"], PairSpec::P521, Signing::Ecdsa(Hash::Sha512)),
    ("SM2DSA", "SM2", &["RAW", "DIGEST"], PairSpec::Sm2, Signing::Sm2),
    ("ED25519_SHA_512", "ECC_NIST_EDWARDS25519", &["RAW"], PairSpec::Ed25519, Signing::Ed25519),
    ("ED25519_PH_SHA_512", "ECC_NIST_EDWARDS25519", &["DIGEST"], PairSpec::Ed25519, Signing::Ed25519ph),
    ("ML_DSA_SHAKE_256", "ML_DSA_44", &["RAW", "EXTERNAL_MU"], PairSpec::MlDsa44, Signing::MlDsa),
    ("ML_DSA_SHAKE_256", "ML_DSA_65", &["RAW", "EXTERNAL_MU"], PairSpec::MlDsa65, Signing::MlDsa),
    ("ML_DSA_SHAKE_256", "ML_DSA_87", &["RAW", "EXTERNAL_MU"], PairSpec::MlDsa87, Signing::MlDsa),
];

#[test]
fn signatures_verify_here_and_under_the_public_key_and_nothing_else_does() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    for (algorithm, spec, types, pair, by) in SIGNERS {
        let body = json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" });
        let made = lab.kms_as(&admin, region(spec), "CreateKey", body).unwrap();
        let (id, arn) = (&made["KeyMetadata"]["KeyId"], &made["KeyMetadata"]["Arn"]);
        let mut call = |operation: &str, body: Value| lab.kms_as(&admin, region(spec), operation, body);
        let public = bytes(&call("GetPublicKey", json!({ "KeyId": id })).unwrap(), "PublicKey");
        let public = PublicKey::from_spki(*pair, &public).unwrap();
        for form in ["RAW", "DIGEST", "EXTERNAL_MU"] {
            let message = match (form, by.hash()) {
                ("DIGEST", Some(hash)) => hash.of(&[b"message"]),
                ("RAW", _) => b"message".to_vec(),
                _ => vec![0x61; 64],
            };
            let body =
                json!({ "KeyId": id, "Message": b64(&message), "MessageType": form, "SigningAlgorithm": algorithm });
            let signed = call("Sign", body.clone());
            if !types.contains(&form) {
                // Reported of AWS for DIGEST with ML-DSA and for both algorithms of Ed25519.
                let with = match *spec {
                    "ECC_NIST_EDWARDS25519" => format!("algorithm {algorithm}"),
                    spec => format!("key spec {spec}"),
                };
                let sentence = format!("Message type {form} is incompatible with {with}.");
                assert_eq!(signed, Err(refused("ValidationException", &sentence)), "{algorithm} {form}");
                continue;
            }
            let mut signed = signed.unwrap();
            let signature = bytes(&signed, "Signature");
            signed.as_object_mut().unwrap().remove("Signature");
            assert_eq!(signed, json!({ "KeyId": arn, "SigningAlgorithm": algorithm }));
            let standard = match (form, by) {
                ("RAW", _) | ("DIGEST", Signing::Ed25519ph) => Message::Whole(&message),
                ("DIGEST", _) => Message::Digest(&message),
                _ => Message::Mu(&message),
            };
            assert_eq!(public.verify(*by, standard, &signature), Ok(()), "{algorithm} {form}");

            let mut verify = body;
            verify["Signature"] = json!(b64(&signature));
            let valid = json!({ "KeyId": arn, "SignatureValid": true, "SigningAlgorithm": algorithm });
            assert_eq!(call("Verify", verify.clone()).unwrap(), valid, "{algorithm} {form}");
            // Recorded, without a sentence.
            let invalid = refused("KMSInvalidSignatureException", "");
            let other = [&[message[0] ^ 1], &message[1..]].concat();
            let mut turned = signature.clone();
            turned[signature.len() - 1] ^= 1;
            for (member, value) in [("Message", &other), ("Signature", &turned)] {
                let mut body = verify.clone();
                body[member] = json!(b64(value));
                assert_eq!(call("Verify", body), Err(invalid.clone()), "{algorithm} {form} {member}");
            }
            // What is signed as a message verifies as its digest, and the other way round.
            if by.hash().is_some() && *spec != "SM2" {
                let (form, message) = match form {
                    "RAW" => ("DIGEST", by.hash().unwrap().of(&[b"message"])),
                    _ => ("RAW", b"message".to_vec()),
                };
                let mut body = verify;
                (body["Message"], body["MessageType"]) = (json!(b64(&message)), json!(form));
                assert_eq!(call("Verify", body).unwrap(), valid, "{algorithm} as {form}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_not_signed() {
    let mut lab = lab();
    let hmac = key(&mut lab, "HMAC_256", "GENERATE_VERIFY_MAC");
    let symmetric = lab.key();
    let curve = key(&mut lab, "ECC_NIST_P256", "SIGN_VERIFY");
    let edwards = key(&mut lab, "ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
    let lattice = key(&mut lab, "ML_DSA_44", "SIGN_VERIFY");
    let usage = |key: &str, usage: &str, operation: &str| {
        refused(
            "InvalidKeyUsageException",
            &format!("{} key usage is {usage} which is not valid for {operation}.", arn(key)),
        )
    };
    let algorithm = |algorithm: &str, spec: &str| {
        refused("InvalidKeyUsageException", &format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
    };
    let digest = |algorithm: &str| {
        refused("ValidationException", &format!("Digest is invalid length for algorithm {algorithm}."))
    };
    let cases = [
        // Measured: the enumeration lets it through.
        (&curve, "SYMMETRIC_DEFAULT", "RAW", 7, algorithm("SYMMETRIC_DEFAULT", "ECC_NIST_P256")),
        // Recorded: usage before algorithm.
        (&hmac, "ECDSA_SHA_256", "RAW", 7, usage(&hmac, "GENERATE_VERIFY_MAC", "Sign")),
        (&symmetric, "ECDSA_SHA_256", "RAW", 7, usage(&symmetric, "ENCRYPT_DECRYPT", "Sign")),
        (&curve, "ECDSA_SHA_384", "RAW", 7, algorithm("ECDSA_SHA_384", "ECC_NIST_P256")),
        (&curve, "RSASSA_PSS_SHA_256", "DIGEST", 7, algorithm("RSASSA_PSS_SHA_256", "ECC_NIST_P256")),
        (&edwards, "ECDSA_SHA_512", "RAW", 7, algorithm("ECDSA_SHA_512", "ECC_NIST_EDWARDS25519")),
        // Recorded.
        (&curve, "ECDSA_SHA_256", "DIGEST", 31, digest("ECDSA_SHA_256")),
        (&curve, "ECDSA_SHA_256", "DIGEST", 33, digest("ECDSA_SHA_256")),
        // Reported.
        (&edwards, "ED25519_PH_SHA_512", "DIGEST", 20, digest("ED25519_PH_SHA_512")),
        (&lattice, "ML_DSA_SHAKE_256", "EXTERNAL_MU", 63, digest("ML_DSA_SHAKE_256")),
    ];
    for (key, algorithm, form, length, want) in cases {
        let mut body = json!({ "KeyId": key, "Message": b64(&vec![1; length]), "MessageType": form, "SigningAlgorithm": algorithm });
        assert_eq!(lab.kms("Sign", body.clone()), Err(want.clone()), "{algorithm} {form}");
        body["Signature"] = json!("AAAA");
        let verified = lab.kms("Verify", body.clone()).unwrap_err();
        assert_eq!((verified.code, verified.message), (want.code, want.message.replace("for Sign.", "for Verify.")));
        body["DryRun"] = json!(true);
        assert_ne!(lab.kms("Verify", body).unwrap_err().code, "DryRunOperationException", "{algorithm} {form}");
    }
    let body = |length: usize| json!({ "KeyId": curve, "Message": b64(&vec![1; length]), "SigningAlgorithm": "ECDSA_SHA_256" });
    assert!(lab.kms("Sign", body(4096)).is_ok());
    let long = "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less \
                than or equal to 4096";
    assert_eq!(lab.kms("Sign", body(4097)), Err(refused("ValidationException", long)));
}

#[test]
fn macs_are_the_keys_own() {
    let mut lab = lab();
    for (bits, size) in [(224, 28), (256, 32), (384, 48), (512, 64)] {
        let id = key(&mut lab, &format!("HMAC_{bits}"), "GENERATE_VERIFY_MAC");
        let other = key(&mut lab, &format!("HMAC_{bits}"), "GENERATE_VERIFY_MAC");
        let algorithm = format!("HMAC_SHA_{bits}");
        let body = json!({ "KeyId": id, "Message": b64(b"message"), "MacAlgorithm": algorithm });
        let made = lab.kms("GenerateMac", body.clone()).unwrap();
        assert_eq!(made, lab.kms("GenerateMac", body.clone()).unwrap());
        assert_eq!(made["KeyId"], arn(&id));
        assert_eq!(made["MacAlgorithm"], algorithm);
        let mac = bytes(&made, "Mac");
        assert_eq!(mac.len(), size);
        let mut verify = body.clone();
        verify["Mac"] = made["Mac"].clone();
        let valid = json!({ "KeyId": arn(&id), "MacValid": true, "MacAlgorithm": algorithm });
        assert_eq!(lab.kms("VerifyMac", verify.clone()).unwrap(), valid);
        // Recorded, without a sentence.
        let invalid = Err(refused("KMSInvalidMacException", ""));
        for (member, value) in [
            ("Message", json!(b64(b"massage"))),
            ("KeyId", json!(other)),
            ("Mac", json!(b64(&mac[..size - 1]))),
            ("Mac", json!(b64(&[&mac[..], &[0]].concat()))),
        ] {
            let mut body = verify.clone();
            body[member] = value;
            assert_eq!(lab.kms("VerifyMac", body), invalid, "{member}");
        }
        let foreign = if bits == 256 { "HMAC_SHA_512" } else { "HMAC_SHA_256" };
        verify["MacAlgorithm"] = json!(foreign);
        // Recorded.
        let message = format!("Algorithm {foreign} is incompatible with key spec HMAC_{bits}.");
        assert_eq!(lab.kms("VerifyMac", verify), Err(refused("InvalidKeyUsageException", &message)));
    }
    let symmetric = lab.key();
    let body = json!({ "KeyId": symmetric, "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256" });
    // Recorded.
    let message = format!("{} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.", arn(&symmetric));
    assert_eq!(lab.kms("GenerateMac", body), Err(refused("InvalidKeyUsageException", &message)));
}

#[test]
fn rsa_ciphertext_is_the_standards_and_has_its_limits() {
    let mut lab = lab();
    let id = key(&mut lab, "RSA_2048", "ENCRYPT_DECRYPT");
    let public = bytes(&lab.kms("GetPublicKey", json!({ "KeyId": id })).unwrap(), "PublicKey");
    let public = PublicKey::from_spki(PairSpec::Rsa2048, &public).unwrap();
    for (algorithm, hash, longest) in [("RSAES_OAEP_SHA_1", Hash::Sha1, 214), ("RSAES_OAEP_SHA_256", Hash::Sha256, 190)]
    {
        let body = |length: usize| json!({ "KeyId": id, "Plaintext": b64(&vec![0x61; length]), "EncryptionAlgorithm": algorithm });
        let sealed = lab.kms("Encrypt", body(longest)).unwrap();
        assert_eq!((&sealed["KeyId"], &sealed["EncryptionAlgorithm"]), (&json!(arn(&id)), &json!(algorithm)));
        assert_eq!(bytes(&sealed, "CiphertextBlob").len(), 256);
        let decrypt = |blob: &Value| json!({ "KeyId": id, "CiphertextBlob": blob, "EncryptionAlgorithm": algorithm });
        let opened = lab.kms("Decrypt", decrypt(&sealed["CiphertextBlob"])).unwrap();
        let want =
            json!({ "KeyId": arn(&id), "Plaintext": b64(&vec![0x61; longest]), "EncryptionAlgorithm": algorithm });
        assert_eq!(opened, want);
        // Recorded.
        let message =
            format!("Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {longest} bytes.");
        assert_eq!(lab.kms("Encrypt", body(longest + 1)), Err(refused("ValidationException", &message)));
        let mut dry = body(longest + 1);
        dry["DryRun"] = json!(true);
        assert_eq!(lab.kms("Encrypt", dry), Err(refused("ValidationException", &message)));
        // What was encrypted elsewhere opens here.
        let chance = &mut Counting(0);
        let outside = public.encrypt(Encryption::Oaep(hash), b"outside", chance).unwrap();
        assert_eq!(bytes(&lab.kms("Decrypt", decrypt(&json!(b64(&outside)))).unwrap(), "Plaintext"), b"outside");
        let other = if longest == 214 { "RSAES_OAEP_SHA_256" } else { "RSAES_OAEP_SHA_1" };
        let invalid = Err(refused("InvalidCiphertextException", ""));
        for (member, value) in [
            ("EncryptionAlgorithm", json!(other)),
            ("CiphertextBlob", json!("aGk=")),
            // Reported: the algorithm of symmetric keys takes the bytes for a blob first.
            ("EncryptionAlgorithm", json!("SYMMETRIC_DEFAULT")),
        ] {
            let mut body = decrypt(&json!(b64(&outside)));
            body[member] = value;
            assert_eq!(lab.kms("Decrypt", body), invalid, "{member}");
        }
        let mut nameless = decrypt(&json!(b64(&outside)));
        nameless.as_object_mut().unwrap().remove("KeyId");
        assert_eq!(lab.kms("Decrypt", nameless), Err(refused("ValidationException", "KeyId must not be null")));
        let mut with_context = decrypt(&json!(b64(&outside)));
        with_context["EncryptionContext"] = json!({ "a": "b" });
        assert_eq!(lab.kms("Decrypt", with_context), Err(refused("ValidationException", CONTEXT)));
    }
    // Reported by many users.
    let message = "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.";
    let body = json!({ "KeyId": id, "Plaintext": "aGk=" });
    assert_eq!(lab.kms("Encrypt", body), Err(refused("InvalidKeyUsageException", message)));
    let body = json!({ "KeyId": id, "Plaintext": "aGk=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1", "EncryptionContext": { "a": "b" } });
    assert_eq!(lab.kms("Encrypt", body), Err(refused("ValidationException", CONTEXT)));
}

const CONTEXT: &str = "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.";

#[test]
fn the_wrong_key_for_a_symmetric_ciphertext_is_that_whatever_it_is() {
    let mut lab = lab();
    let symmetric = lab.key();
    let sealed = lab.kms("Encrypt", json!({ "KeyId": symmetric, "Plaintext": "aGk=" })).unwrap();
    let sentence = "The key ID in the request does not identify a CMK that can perform this operation.";
    let mut disabled = |spec: &str, usage: &str| {
        let id = key(&mut lab, spec, usage);
        lab.kms("DisableKey", json!({ "KeyId": id })).unwrap();
        id
    };
    let mut wrong = vec![
        ("disabled", disabled("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")),
        ("disabled HMAC", disabled("HMAC_256", "GENERATE_VERIFY_MAC")),
    ];
    for (spec, usage) in
        [("HMAC_256", "GENERATE_VERIFY_MAC"), ("ECC_NIST_P256", "SIGN_VERIFY"), ("RSA_2048", "ENCRYPT_DECRYPT")]
    {
        wrong.push((spec, key(&mut lab, spec, usage)));
    }
    let made = lab.kms("CreateKey", json!({ "Origin": "EXTERNAL" })).unwrap();
    // Measured in us-east-1, 2026.
    wrong.push(("waiting for material", made["KeyMetadata"]["KeyId"].as_str().unwrap().into()));
    for (spec, id) in wrong {
        let body = json!({ "KeyId": id, "CiphertextBlob": sealed["CiphertextBlob"] });
        // Recorded with an HMAC key.
        assert_eq!(lab.kms("Decrypt", body), Err(refused("IncorrectKeyException", sentence)), "{spec}");
        let body =
            json!({ "SourceKeyId": id, "CiphertextBlob": sealed["CiphertextBlob"], "DestinationKeyId": symmetric });
        assert_eq!(lab.kms("ReEncrypt", body), Err(refused("IncorrectKeyException", sentence)), "{spec}");
    }
}

#[test]
fn re_encryption_goes_from_symmetric_to_rsa_and_back() {
    let mut lab = lab();
    let (symmetric, pair) = (lab.key(), key(&mut lab, "RSA_2048", "ENCRYPT_DECRYPT"));
    let sealed = lab.kms("Encrypt", json!({ "KeyId": symmetric, "Plaintext": "aGk=" })).unwrap();
    let body = json!({
        "CiphertextBlob": sealed["CiphertextBlob"],
        "DestinationKeyId": pair,
        "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    });
    let there = lab.kms("ReEncrypt", body).unwrap();
    assert_eq!(bytes(&there, "CiphertextBlob").len(), 256);
    assert_eq!((&there["SourceKeyId"], &there["KeyId"]), (&json!(arn(&symmetric)), &json!(arn(&pair))));
    assert_eq!(there["SourceEncryptionAlgorithm"], "SYMMETRIC_DEFAULT");
    assert_eq!(there["DestinationEncryptionAlgorithm"], "RSAES_OAEP_SHA_256");
    assert!(there["SourceKeyMaterialId"].is_string() && there.get("DestinationKeyMaterialId").is_none(), "{there}");
    let body = json!({
        "CiphertextBlob": there["CiphertextBlob"],
        "SourceKeyId": pair,
        "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        "DestinationKeyId": symmetric,
        "DestinationEncryptionContext": { "a": "b" },
    });
    let back = lab.kms("ReEncrypt", body).unwrap();
    assert!(back.get("SourceKeyMaterialId").is_none() && back["DestinationKeyMaterialId"].is_string(), "{back}");
    let body = json!({ "CiphertextBlob": back["CiphertextBlob"], "EncryptionContext": { "a": "b" } });
    assert_eq!(lab.kms("Decrypt", body).unwrap()["Plaintext"], "aGk=");
}

#[test]
fn sm2_encrypts_in_china() {
    let mut lab = lab();
    let admin = lab.admin.clone();
    let mut call = |operation: &str, body: Value| lab.kms_as(&admin, "cn-north-1", operation, body);
    let made = call("CreateKey", json!({ "KeySpec": "SM2", "KeyUsage": "ENCRYPT_DECRYPT" })).unwrap();
    let id = &made["KeyMetadata"]["KeyId"];
    assert_eq!(made["KeyMetadata"]["EncryptionAlgorithms"], json!(["SM2PKE"]));
    let body =
        |length: usize| json!({ "KeyId": id, "Plaintext": b64(&vec![5; length]), "EncryptionAlgorithm": "SM2PKE" });
    let sealed = call("Encrypt", body(1024)).unwrap();
    let open = json!({ "KeyId": id, "CiphertextBlob": sealed["CiphertextBlob"], "EncryptionAlgorithm": "SM2PKE" });
    assert_eq!(bytes(&call("Decrypt", open).unwrap(), "Plaintext"), vec![5; 1024]);
    let message = "Algorithm SM2PKE and key spec SM2 cannot encrypt data larger than 1024 bytes.";
    assert_eq!(call("Encrypt", body(1025)), Err(refused("ValidationException", message)));
}

#[test]
fn both_sides_derive_one_secret() {
    let mut lab = lab();
    for (spec, pair, size) in [
        ("ECC_NIST_P256", PairSpec::P256, 32),
        ("ECC_NIST_P384", PairSpec::P384, 48),
        ("ECC_NIST_P521", PairSpec::P521, 66),
    ] {
        let id = key(&mut lab, spec, "KEY_AGREEMENT");
        let peer = PrivateKey::generate(pair, &mut Counting(3)).unwrap();
        let public = bytes(&lab.kms("GetPublicKey", json!({ "KeyId": id })).unwrap(), "PublicKey");
        let body = |public: &[u8]| json!({ "KeyId": id, "PublicKey": b64(public), "KeyAgreementAlgorithm": "ECDH" });
        let derived = lab.kms("DeriveSharedSecret", body(&peer.public().to_spki().unwrap())).unwrap();
        let secret = peer.agree(&public).unwrap();
        assert_eq!(secret.expose().len(), size);
        let want = json!({
            "KeyId": arn(&id),
            "SharedSecret": b64(secret.expose()),
            "KeyAgreementAlgorithm": "ECDH",
            "KeyOrigin": "AWS_KMS",
        });
        assert_eq!(derived, want, "{spec}");
        // Recorded, without a sentence.
        let invalid = Err(refused("ValidationException", ""));
        let foreign = PrivateKey::generate(PairSpec::K256, &mut Counting(3)).unwrap();
        assert_eq!(lab.kms("DeriveSharedSecret", body(&foreign.public().to_spki().unwrap())), invalid);
        assert_eq!(lab.kms("DeriveSharedSecret", body(b"no key")), invalid);
    }
    let signs = key(&mut lab, "ECC_NIST_P256", "SIGN_VERIFY");
    let body = json!({ "KeyId": signs, "PublicKey": "aGk=", "KeyAgreementAlgorithm": "ECDH" });
    // Recorded.
    let message = format!("{} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.", arn(&signs));
    assert_eq!(lab.kms("DeriveSharedSecret", body), Err(refused("InvalidKeyUsageException", &message)));
}

#[test]
fn an_encapsulated_secret_comes_out_again() {
    let mut lab = lab();
    for (spec, size) in [("ML_KEM_512", 768), ("ML_KEM_768", 1088), ("ML_KEM_1024", 1568)] {
        let id = key(&mut lab, spec, "ENCAPSULATE_DECAPSULATE");
        let made = lab.kms("Encapsulate", json!({ "KeyId": id, "EncapsulationAlgorithm": "ML_KEM" })).unwrap();
        let (secret, blob) = (bytes(&made, "SharedSecret"), bytes(&made, "SharedSecretCiphertextBlob"));
        assert_eq!((secret.len(), blob.len()), (32, size));
        let body = |blob: &[u8]| json!({ "KeyId": id, "SharedSecretCiphertextBlob": b64(blob), "EncapsulationAlgorithm": "ML_KEM" });
        let want = json!({ "KeyId": arn(&id), "SharedSecret": b64(&secret), "EncapsulationAlgorithm": "ML_KEM" });
        assert_eq!(lab.kms("Decapsulate", body(&blob)).unwrap(), want, "{spec}");
        let mut turned = blob.clone();
        turned[0] ^= 1;
        let rejected = lab.kms("Decapsulate", body(&turned)).unwrap();
        assert_ne!(rejected["SharedSecret"], want["SharedSecret"], "{spec}");
        assert_eq!(lab.kms("Decapsulate", body(&turned)).unwrap(), rejected, "{spec}");
        let short = lab.kms("Decapsulate", body(&blob[1..]));
        assert_eq!(short, Err(refused("InvalidCiphertextException", "")), "{spec}");
    }
}

#[test]
fn data_key_pairs_open_again_under_their_key() {
    let mut lab = lab();
    let id = lab.key();
    let specs = [
        ("RSA_2048", PairSpec::Rsa2048),
        ("ECC_NIST_P256", PairSpec::P256),
        ("ECC_NIST_P384", PairSpec::P384),
        ("ECC_NIST_P521", PairSpec::P521),
        ("ECC_SECG_P256K1", PairSpec::K256),
        ("ECC_NIST_EDWARDS25519", PairSpec::Ed25519),
        ("ML_KEM_512", PairSpec::MlKem512),
        ("ML_KEM_768", PairSpec::MlKem768),
        ("ML_KEM_1024", PairSpec::MlKem1024),
    ];
    let context = json!({ "app": "shop" });
    for (spec, pair) in specs {
        let body = json!({ "KeyId": id, "KeyPairSpec": spec, "EncryptionContext": context });
        for operation in ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"] {
            let made = lab.kms(operation, body.clone()).unwrap();
            assert_eq!((&made["KeyId"], &made["KeyPairSpec"]), (&json!(arn(&id)), &json!(spec)));
            let open = json!({ "CiphertextBlob": made["PrivateKeyCiphertextBlob"], "EncryptionContext": context });
            let opened = lab.kms("Decrypt", open).unwrap();
            assert_eq!(opened["KeyMaterialId"], made["KeyMaterialId"]);
            match operation {
                "GenerateDataKeyPair" => assert_eq!(opened["Plaintext"], made["PrivateKeyPlaintext"], "{spec}"),
                _ => assert!(made.get("PrivateKeyPlaintext").is_none(), "{spec}"),
            }
            let private = PrivateKey::from_pkcs8(pair, &bytes(&opened, "Plaintext")).unwrap();
            assert_eq!(private.public().to_spki().unwrap(), bytes(&made, "PublicKey"), "{spec}");
            let wrong = json!({ "CiphertextBlob": made["PrivateKeyCiphertextBlob"] });
            assert_eq!(lab.kms("Decrypt", wrong), Err(refused("InvalidCiphertextException", "")), "{spec}");
        }
    }
    let pair = key(&mut lab, "RSA_2048", "ENCRYPT_DECRYPT");
    let body = json!({ "KeyId": pair, "KeyPairSpec": "ECC_NIST_P256" });
    let message = "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.";
    assert_eq!(lab.kms("GenerateDataKeyPair", body), Err(refused("InvalidKeyUsageException", message)));
    let signs = key(&mut lab, "ECC_NIST_P256", "SIGN_VERIFY");
    let body = json!({ "KeyId": signs, "KeyPairSpec": "ECC_NIST_P256" });
    let message = format!("{} key usage is SIGN_VERIFY which is not valid for GenerateDataKeyPair.", arn(&signs));
    assert_eq!(lab.kms("GenerateDataKeyPair", body), Err(refused("InvalidKeyUsageException", &message)));
}

#[test]
fn usage_comes_before_state_and_that_before_the_algorithm() {
    // Measured in us-east-1, 2026.
    let mut lab = lab();
    let symmetric = lab.key();
    let sealed = lab.kms("Encrypt", json!({ "KeyId": symmetric, "Plaintext": "aGk=" })).unwrap();
    let (encrypts, signs) = ("ENCRYPT_DECRYPT", "SIGN_VERIFY");
    let (usage, state, rest) = ("usage", "state", "algorithm");
    let made = |algorithm: &str| json!({ "Message": "aGk=", "SigningAlgorithm": algorithm });
    let mac = |algorithm: &str| json!({ "Message": "aGk=", "MacAlgorithm": algorithm });
    let plain = |algorithm: &str| json!({ "Plaintext": "aGk=", "EncryptionAlgorithm": algorithm });
    let data_key = || json!({ "KeySpec": "AES_256" });
    let cases = [
        // Spec and usage of the key, operation, what is wrong: first while it is usable, then while it is not.
        ("HMAC_256", "GENERATE_VERIFY_MAC", "Sign", made("RSASSA_PSS_SHA_256"), usage, usage),
        ("RSA_2048", signs, "Encrypt", plain("RSAES_OAEP_SHA_256"), usage, usage),
        ("RSA_2048", signs, "Sign", made("ECDSA_SHA_256"), rest, state),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "GenerateMac", mac("HMAC_SHA_512"), rest, state),
        ("ECC_NIST_P256", signs, "GenerateMac", mac("HMAC_SHA_256"), usage, usage),
        ("ECC_NIST_P256", signs, "GenerateDataKey", data_key(), usage, usage),
        ("RSA_2048", encrypts, "GenerateDataKey", data_key(), "data key", state),
        ("RSA_2048", encrypts, "GenerateDataKeyWithoutPlaintext", data_key(), "data key", state),
        (
            "ECC_NIST_P256",
            signs,
            "DeriveSharedSecret",
            json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": "aGk=" }),
            usage,
            usage,
        ),
        ("ECC_NIST_P256", signs, "ReEncrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] }), usage, usage),
        ("RSA_2048", encrypts, "ReEncrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] }), rest, state),
        (
            "ECC_NIST_P256",
            signs,
            "Decrypt",
            json!({ "CiphertextBlob": "aGk=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" }),
            usage,
            usage,
        ),
    ];
    for (spec, of, operation, mut body, usable, unusable) in cases {
        let id = key(&mut lab, spec, of);
        body[if operation == "ReEncrypt" { "DestinationKeyId" } else { "KeyId" }] = json!(id);
        let algorithms = ["SigningAlgorithm", "MacAlgorithm", "EncryptionAlgorithm"];
        let algorithm = algorithms.iter().find_map(|member| body[*member].as_str()).unwrap_or("SYMMETRIC_DEFAULT");
        let by = if operation == "ReEncrypt" { "ReEncryptTo" } else { operation };
        let refusal = |what: &str, now: &str| match what {
            "usage" => refused(
                "InvalidKeyUsageException",
                &format!("{} key usage is {of} which is not valid for {by}.", arn(&id)),
            ),
            "data key" => refused("InvalidKeyUsageException", "You cannot generate a data key with an asymmetric CMK"),
            "algorithm" => refused(
                "InvalidKeyUsageException",
                &format!("Algorithm {algorithm} is incompatible with key spec {spec}."),
            ),
            _ => refused(
                if now == "disabled" { "DisabledException" } else { "KMSInvalidStateException" },
                &format!("{} is {now}.", arn(&id)),
            ),
        };
        let steps = [
            ("enabled", None, usable),
            ("disabled", Some("DisableKey"), unusable),
            ("pending deletion", Some("ScheduleKeyDeletion"), unusable),
        ];
        for (now, step, want) in steps {
            if let Some(step) = step {
                lab.kms(step, json!({ "KeyId": id })).unwrap();
            }
            assert_eq!(lab.kms(operation, body.clone()), Err(refusal(want, now)), "{operation} with {spec}, {now}");
        }
    }
}

/// Not chance, and different bytes each time.
#[derive(Debug)]
struct Counting(u8);

impl kmslab::base::Entropy for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), kmslab::base::NoEntropy> {
        for byte in out {
            self.0 = self.0.wrapping_add(7);
            *byte = self.0;
        }
        Ok(())
    }
}
