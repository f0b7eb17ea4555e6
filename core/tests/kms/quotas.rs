//! Quotas: of resources always, of requests when the lab is told to. Source: kms.md, section 17.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Refused, Standing, TestLab, lab};
use kmslab::base::Timespan;
use kmslab::lab::{BadQuota, Lab};
use serde_json::json;

const TOO_FAST: &str = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.";

fn throttled() -> Refused {
    Refused { status: 400, code: "ThrottlingException".into(), message: TOO_FAST.into() }
}

fn enforcing() -> TestLab {
    let lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).request_quotas(true).build().unwrap();
    let admin = lab.credentials();
    TestLab { lab, admin }
}

#[test]
fn resource_quotas_are_enforced_as_they_are_set() {
    let mut t = lab();
    let key = t.key();
    let grant =
        json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"] });
    let cases = [
        (
            "keys",
            "CreateKey",
            vec![json!({}), json!({})],
            "Key quota for this account in this region is 2 but the current usage is 2.",
        ),
        (
            "aliases_per_key",
            "CreateAlias",
            vec![
                json!({ "AliasName": "alias/a", "TargetKeyId": key }),
                json!({ "AliasName": "alias/b", "TargetKeyId": key }),
                json!({ "AliasName": "alias/c", "TargetKeyId": key }),
            ],
            "Aliases per key quota for this account in this region is 2, current usage is 2.",
        ),
        (
            "grants_per_key",
            "CreateGrant",
            vec![grant.clone(), grant.clone(), grant],
            "Grants per key quota for this account in this region is 2, current usage is 2.",
        ),
    ];
    for (quota, operation, bodies, message) in cases {
        t.lab.set_quota(quota, Some(2.0)).unwrap();
        let (last, first) = bodies.split_last().unwrap();
        for body in first {
            t.kms(operation, body.clone()).unwrap();
        }
        let refused = t.kms(operation, last.clone()).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.message.as_str()), ("LimitExceededException", message), "{quota}");
        t.lab.set_quota(quota, None).unwrap();
        t.kms(operation, last.clone()).unwrap();
    }
}

#[test]
fn nobody_is_throttled_unless_the_lab_is_told_to() {
    let mut t = lab();
    for _ in 0..20 {
        t.kms("CreateKey", json!({})).unwrap();
    }
    t.lab.set_quota("CreateKey", Some(1.0)).unwrap();
    t.kms("CreateKey", json!({})).unwrap();
    assert_eq!(t.kms("CreateKey", json!({})), Err(throttled()));
    t.lab.set_quota("CreateKey", None).unwrap();
    t.kms("CreateKey", json!({})).unwrap();
}

#[test]
fn an_operation_is_throttled_by_account_and_region_until_time_has_passed() {
    let mut t = enforcing();
    let other = t.lab.add_account("444455556666".parse().unwrap()).unwrap();
    for _ in 0..5 {
        t.kms("CreateKey", json!({})).unwrap();
    }
    assert_eq!(t.kms("CreateKey", json!({})), Err(throttled()));
    // Quotas are independent of each other, and so are Regions and accounts.
    t.kms("ListKeys", json!({})).unwrap();
    let admin = t.admin.clone();
    t.kms_as(&admin, "eu-west-1", "CreateKey", json!({})).unwrap();
    t.kms_as(&other, "us-east-1", "CreateKey", json!({})).unwrap();
    // A request that is refused for another reason counts, too.
    for _ in 0..4 {
        t.kms_as(&other, "us-east-1", "CreateKey", json!({ "KeySpec": "RSA_2048" })).unwrap_err();
    }
    assert_eq!(t.kms_as(&other, "us-east-1", "CreateKey", json!({})), Err(throttled()));
    t.lab.advance(Timespan::millis(200)).unwrap();
    t.kms("CreateKey", json!({})).unwrap();
    assert_eq!(t.kms("CreateKey", json!({})), Err(throttled()));
    let last: serde_json::Value = serde_json::from_str(&t.lab.trail(0).pop().unwrap()).unwrap();
    assert_eq!((&last["errorCode"], &last["errorMessage"]), (&json!("ThrottlingException"), &json!(TOO_FAST)));
}

#[test]
fn cryptographic_operations_share_a_quota() {
    let mut t = enforcing();
    t.lab.set_quota("crypto_symmetric", Some(3.0)).unwrap();
    let key = t.key();
    let sealed = t.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    t.kms("GenerateRandom", json!({ "NumberOfBytes": 8 })).unwrap();
    // A dry run counts as any other.
    let dry = json!({ "KeyId": key, "KeySpec": "AES_256", "DryRun": true });
    assert_eq!(t.kms("GenerateDataKey", dry).unwrap_err().code, "DryRunOperationException");
    let open = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
    assert_eq!(t.kms("Decrypt", open.clone()), Err(throttled()));
    t.lab.advance(Timespan::millis(334)).unwrap();
    t.kms("Decrypt", open).unwrap();
}

#[test]
fn cryptography_counts_against_the_quota_of_its_kind_of_key() {
    let mut t = enforcing();
    let key = |t: &mut TestLab, spec: &str, usage: &str| {
        t.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap()["KeyMetadata"]["KeyId"].clone()
    };
    let (ecc, hmac) = (key(&mut t, "ECC_NIST_P256", "SIGN_VERIFY"), key(&mut t, "HMAC_256", "GENERATE_VERIFY_MAC"));
    let symmetric = t.key();
    let pair = |spec: &str| json!({ "KeyId": symmetric, "KeyPairSpec": spec });
    // Quota, what counts against it, what does not.
    let cases = [
        (
            "crypto_ecc_sm2",
            ("Sign", json!({ "KeyId": ecc, "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256" })),
            ("GenerateMac", json!({ "KeyId": hmac, "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256" })),
        ),
        (
            "crypto_symmetric",
            ("GenerateMac", json!({ "KeyId": hmac, "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_256" })),
            ("GenerateDataKeyPair", pair("ECC_NIST_P256")),
        ),
        (
            "generate_data_key_pair:ECC_NIST_P256",
            ("GenerateDataKeyPairWithoutPlaintext", pair("ECC_NIST_P256")),
            ("GenerateDataKeyPair", pair("ECC_NIST_P384")),
        ),
    ];
    for (quota, (operation, body), (other, free)) in cases {
        t.lab.set_quota(quota, Some(1.0)).unwrap();
        t.kms(operation, body.clone()).unwrap();
        assert_eq!(t.kms(operation, body), Err(throttled()), "{quota}");
        t.kms(other, free).unwrap();
        t.lab.set_quota(quota, None).unwrap();
    }
}

#[test]
fn what_is_done_in_two_regions_counts_in_both() {
    let mut t = lab();
    let admin = t.admin.clone();
    let make =
        |t: &mut TestLab| t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap()["KeyMetadata"]["KeyId"].clone();
    let (one, two) = (make(&mut t), make(&mut t));
    t.lab.set_quota("CreateKey", Some(1.0)).unwrap();
    t.kms("ReplicateKey", json!({ "KeyId": one, "ReplicaRegion": "eu-west-1" })).unwrap();
    assert_eq!(t.kms_as(&admin, "eu-west-1", "CreateKey", json!({})), Err(throttled()));
    t.kms("CreateKey", json!({})).unwrap();
    t.lab.set_quota("CreateKey", None).unwrap();
    t.lab.set_quota("UpdatePrimaryRegion", Some(1.0)).unwrap();
    t.kms("UpdatePrimaryRegion", json!({ "KeyId": one, "PrimaryRegion": "eu-west-1" })).unwrap();
    let back = json!({ "KeyId": one, "PrimaryRegion": "us-east-1" });
    assert_eq!(t.kms_as(&admin, "eu-west-1", "UpdatePrimaryRegion", back), Err(throttled()));
    // Replicas are keys of their Region, and count against its quota of keys.
    t.lab.set_quota("keys", Some(1.0)).unwrap();
    let refused = t.kms("ReplicateKey", json!({ "KeyId": two, "ReplicaRegion": "eu-west-1" })).unwrap_err();
    assert_eq!(refused.code, "LimitExceededException");
    assert_eq!(refused.message, "Key quota for this account in this region is 1 but the current usage is 1.");
    t.kms("ReplicateKey", json!({ "KeyId": two, "ReplicaRegion": "eu-central-1" })).unwrap();
}

#[test]
fn quotas_are_listed_checked_and_saved() {
    let mut t = enforcing();
    t.lab.set_quota("CreateKey", Some(0.5)).unwrap();
    t.lab.set_quota("keys", Some(7.0)).unwrap();
    t.lab.set_quota("ListKeys", Some(f64::INFINITY)).unwrap();
    let saved = t.lab.save();
    let lab = Lab::open(&saved, Box::new(Standing), Box::new(NoChance)).unwrap();
    assert!(lab.throttles());
    let line = |name: &str| {
        let lines = lab.quotas();
        let line = lines.iter().find(|line| line.name == name).unwrap();
        (line.per_second, line.default, line.value)
    };
    assert_eq!(line("CreateKey"), (true, 5.0, Some(0.5)));
    assert_eq!(line("keys"), (false, 100_000.0, Some(7.0)));
    assert_eq!(line("ListKeys"), (true, 500.0, None));
    assert_eq!(line("crypto_symmetric"), (true, 100_000.0, Some(100_000.0)), "us-east-1 has more than the others");
    assert_eq!(t.lab.set_quota("cheese", Some(1.0)), Err(BadQuota::Unknown("cheese".into())));
    assert!(matches!(t.lab.set_quota("keys", Some(-1.0)), Err(BadQuota::Value(_))));
}
