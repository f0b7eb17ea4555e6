//! What a lab would have cost in AWS. Source: kms.md, section 18.

use crate::support::{TestLab, lab};
use serde_json::json;

/// Month, item, quantity, amount of every line.
fn bill(t: &TestLab) -> Vec<(String, &'static str, f64, f64)> {
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let lines = t.lab.cost().lines;
    lines.into_iter().map(|line| (line.month, line.item, round(line.quantity), round(line.amount))).collect()
}

#[test]
fn keys_are_charged_by_month_and_requests_beyond_the_free_tier() {
    let mut t = lab();
    let key = t.key();
    t.advance_days(31);
    t.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    t.advance_days(14);
    let january = || "2026-01".to_owned();
    let february = || "2026-02".to_owned();
    assert_eq!(
        bill(&t),
        [
            (january(), "keys", 1.0, 1.0),
            (january(), "requests", 1.0, 0.0),
            (february(), "keys", 0.5, 0.5),
            (february(), "requests", 1.0, 0.0),
        ]
    );
    assert!((t.lab.cost().total - 1.5).abs() < 1e-9);
    let text = t.lab.cost().text();
    assert!(text.contains("2026-02  111122223333  keys, a month") && text.contains("total 1.500000"), "{text}");
}

#[test]
fn a_key_pending_deletion_costs_nothing_unless_deletion_is_cancelled() {
    let mut t = lab();
    let (kept, gone) = (t.key(), t.key());
    t.advance_days(10);
    for key in [&kept, &gone] {
        t.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 10 })).unwrap();
    }
    t.advance_days(9);
    let keys = |t: &TestLab| bill(t).into_iter().find(|line| line.1 == "keys").unwrap().2;
    let days = |days: f64| (days / 31.0 * 1e6).round() / 1e6;
    assert_eq!(keys(&t), days(20.0), "ten days each");
    t.kms("CancelKeyDeletion", json!({ "KeyId": kept })).unwrap();
    assert_eq!(keys(&t), days(19.0 + 10.0));
    t.advance_days(2);
    t.kms("ListKeys", json!({})).unwrap();
    assert!(t.kms("DescribeKey", json!({ "KeyId": gone })).is_err(), "it is gone, and its ten days stay on the bill");
    assert_eq!(keys(&t), days(21.0 + 10.0));
}

#[test]
fn the_caller_pays_for_requests_and_the_owner_for_keys() {
    let mut t = lab();
    let other = t.lab.add_account("444455556666".parse().unwrap()).unwrap();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": ["111122223333", "444455556666"] }, "Action": "kms:*", "Resource": "*" },
    ] });
    let key = t.kms("CreateKey", json!({ "Policy": policy.to_string() })).unwrap();
    let arn = &key["KeyMetadata"]["Arn"];
    t.kms_as(&other, "us-east-1", "Encrypt", json!({ "KeyId": arn, "Plaintext": "aGk=" })).unwrap();
    let dry = json!({ "KeyId": arn, "Plaintext": "aGk=", "DryRun": true });
    t.kms_as(&other, "us-east-1", "Encrypt", dry).unwrap_err();
    t.kms_as(&other, "us-east-1", "Encrypt", json!({ "KeyId": "none", "Plaintext": "aGk=" })).unwrap_err();
    t.advance_days(1);
    let lines = t.lab.cost().lines;
    let paid: Vec<_> = lines.iter().map(|line| (line.account.as_str(), line.item, line.quantity.round())).collect();
    // A dry run is a request, one that is refused is none.
    assert_eq!(
        paid,
        [("111122223333", "keys", 0.0), ("111122223333", "requests", 1.0), ("444455556666", "requests", 2.0)]
    );
}

#[test]
fn the_first_two_rotations_of_a_key_add_to_its_price() {
    let mut t = lab();
    let key = t.key();
    for _ in 0..3 {
        t.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    }
    t.advance_days(31);
    let january = || "2026-01".to_owned();
    let lines = bill(&t);
    assert_eq!(lines[..2], [(january(), "keys", 1.0, 1.0), (january(), "requests", 4.0, 0.0)]);
    assert_eq!(lines[2..], [(january(), "rotations", 2.0, 2.0)]);
}

#[test]
fn every_replica_is_a_key_on_the_bill_and_synchronization_is_no_request() {
    let mut t = lab();
    let key = t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap()["KeyMetadata"]["KeyId"].clone();
    t.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-west-1" })).unwrap();
    t.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    t.advance_days(31);
    let lines = bill(&t);
    let quantity = |item: &str| lines.iter().find(|line| line.1 == item).map(|line| line.2);
    assert_eq!(quantity("keys"), Some(2.0));
    // CreateKey, ReplicateKey with the CreateKey that it is in the other Region, RotateKeyOnDemand.
    assert_eq!(quantity("requests"), Some(4.0));
    assert_eq!(quantity("rotations"), Some(1.0));
}

#[test]
fn requests_are_priced_by_the_key_that_they_use() {
    let mut t = lab();
    let make = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" });
    let key = t.kms("CreateKey", make).unwrap()["KeyMetadata"]["KeyId"].clone();
    t.kms("Sign", json!({ "KeyId": key, "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256" })).unwrap();
    let symmetric = t.key();
    t.kms("GenerateDataKeyPair", json!({ "KeyId": symmetric, "KeyPairSpec": "ECC_NIST_P256" })).unwrap();
    let items: Vec<_> = bill(&t).into_iter().map(|line| (line.1, line.2)).collect();
    assert_eq!(items, [("data_key_pairs_ecc", 1.0), ("requests", 2.0), ("requests_asymmetric", 1.0)]);
}

#[test]
fn aws_managed_keys_have_no_monthly_fee() {
    let mut t = lab();
    t.kms("DescribeKey", json!({ "KeyId": "alias/aws/s3" })).unwrap();
    t.advance_days(31);
    assert_eq!(bill(&t), [("2026-01".to_owned(), "requests", 1.0, 0.0)]);
}

#[test]
fn a_bill_changes_nothing() {
    let mut t = lab();
    t.key();
    let before = (t.lab.trail_len(), t.lab.save());
    let _ = t.lab.cost();
    assert_eq!(t.lab.trail_len(), before.0);
}
