//! Rotation: by schedule and on demand, told by the lab's clock alone. Source: kms.md, section 8.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab};
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z, where the lab's clock starts.
const START: f64 = 1_767_225_600.0;
const DAY: f64 = 86_400.0;

fn refused(code: &str, message: impl Into<String>) -> Refused {
    Refused { status: 400, code: code.into(), message: message.into() }
}

fn arn(id: &str) -> String {
    format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
}

fn status(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("GetKeyRotationStatus", json!({ "KeyId": key })).unwrap()
}

fn rotations(lab: &mut TestLab, key: &str, include: &str) -> Vec<Value> {
    let body = json!({ "KeyId": key, "IncludeKeyMaterial": include });
    lab.kms("ListKeyRotations", body).unwrap()["Rotations"].as_array().unwrap().clone()
}

fn current(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"]["CurrentKeyMaterialId"].clone()
}

fn seal(lab: &mut TestLab, key: &str) -> Value {
    lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap()["CiphertextBlob"].clone()
}

/// The plaintext, and the material that opened it.
fn open(lab: &mut TestLab, blob: &Value) -> (Value, Value) {
    let answer = lab.kms("Decrypt", json!({ "CiphertextBlob": blob })).unwrap();
    (answer["Plaintext"].clone(), answer["KeyMaterialId"].clone())
}

#[test]
fn the_schedule_rotates_and_everything_sealed_before_still_opens() {
    let mut lab = lab();
    let key = lab.key();
    assert_eq!(status(&mut lab, &key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 100 })).unwrap();
    let want = json!({ "KeyId": key, "KeyRotationEnabled": true, "RotationPeriodInDays": 100, "NextRotationDate": START + 100.0 * DAY });
    assert_eq!(status(&mut lab, &key), want);
    let first = current(&mut lab, &key);
    let mut sealed = vec![(seal(&mut lab, &key), first.clone())];
    lab.advance_days(99);
    assert_eq!(current(&mut lab, &key), first);
    // Two rotations are due at the next look; both are dated when they were due.
    lab.advance_days(150);
    sealed.push((seal(&mut lab, &key), current(&mut lab, &key)));
    let made = rotations(&mut lab, &key, "ROTATIONS_ONLY");
    let dates: Vec<&Value> = made.iter().map(|rotation| &rotation["RotationDate"]).collect();
    assert_eq!(dates, [&json!(START + 100.0 * DAY), &json!(START + 200.0 * DAY)]);
    assert_eq!(
        made[1],
        json!({
            "KeyId": key,
            "KeyMaterialId": current(&mut lab, &key),
            "KeyMaterialState": "CURRENT",
            "RotationDate": START + 200.0 * DAY,
            "RotationType": "AUTOMATIC",
        })
    );
    assert_eq!(made[0]["KeyMaterialState"], "NON_CURRENT");
    assert_eq!(status(&mut lab, &key)["NextRotationDate"], START + 300.0 * DAY);
    let all = rotations(&mut lab, &key, "ALL_KEY_MATERIAL");
    assert_eq!(all[0], json!({ "KeyId": key, "KeyMaterialId": first, "KeyMaterialState": "NON_CURRENT" }));
    assert_eq!(all[1..], made);
    for (blob, material) in &sealed {
        assert_eq!(open(&mut lab, blob), (json!("aGk="), material.clone()));
    }
    assert_ne!(sealed[0].1, sealed[1].1);
    let data_key = lab.kms("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_128" })).unwrap();
    assert_eq!(data_key["KeyMaterialId"], current(&mut lab, &key));
}

#[test]
fn a_schedule_is_set_changed_and_taken_away() {
    let mut lab = lab();
    let key = lab.key();
    let enable = |lab: &mut TestLab, days: Value| {
        let mut body = json!({ "KeyId": key });
        if !days.is_null() {
            body["RotationPeriodInDays"] = days;
        }
        lab.kms("EnableKeyRotation", body)
    };
    let outside = |days: i64, rule: &str| {
        refused(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{days}' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value {rule}"
            ),
        )
    };
    assert_eq!(enable(&mut lab, json!(89)), Err(outside(89, "greater than or equal to 90")));
    assert_eq!(enable(&mut lab, json!(2561)), Err(outside(2561, "less than or equal to 2560")));
    // What is asked, after so many days; the period and the next date from the start.
    let cases = [
        (json!(null), 10, 365, 365),
        (json!(365), 10, 365, 365),
        (json!(90), 10, 90, 110),
        (json!(2560), 0, 2560, 2590),
    ];
    for (days, later, period, next) in cases {
        enable(&mut lab, days.clone()).unwrap();
        let got = status(&mut lab, &key);
        let want = (json!(period), json!(START + f64::from(next) * DAY));
        assert_eq!((got["RotationPeriodInDays"].clone(), got["NextRotationDate"].clone()), want, "{days}");
        lab.advance_days(later);
    }
    lab.kms("DisableKeyRotation", json!({ "KeyId": key })).unwrap();
    assert_eq!(status(&mut lab, &key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    lab.advance_days(3000);
    assert_eq!(rotations(&mut lab, &key, "ROTATIONS_ONLY"), [] as [Value; 0]);
    enable(&mut lab, json!(null)).unwrap();
    assert_eq!(status(&mut lab, &key)["RotationPeriodInDays"], 365);
}

#[test]
fn a_key_that_is_not_enabled_waits_and_catches_up() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
    lab.advance_days(200);
    assert_eq!(status(&mut lab, &key)["KeyRotationEnabled"], true);
    assert_eq!(rotations(&mut lab, &key, "ROTATIONS_ONLY").len(), 0);
    lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    // At once, and every period thereafter.
    assert_eq!(rotations(&mut lab, &key, "ROTATIONS_ONLY")[0]["RotationDate"], START + 200.0 * DAY);
    assert_eq!(status(&mut lab, &key)["NextRotationDate"], START + 290.0 * DAY);
    // Less than a period: the schedule goes on.
    lab.kms("DisableKey", json!({ "KeyId": key })).unwrap();
    lab.advance_days(10);
    lab.kms("EnableKey", json!({ "KeyId": key })).unwrap();
    assert_eq!(status(&mut lab, &key)["NextRotationDate"], START + 290.0 * DAY);
    // Pending deletion it reads as off, and is back when that is cancelled.
    lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 30 })).unwrap();
    assert_eq!(status(&mut lab, &key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    lab.kms("CancelKeyDeletion", json!({ "KeyId": key })).unwrap();
    assert_eq!(status(&mut lab, &key)["KeyRotationEnabled"], true);
}

#[test]
fn rotation_on_demand_leaves_the_schedule_and_ends_after_25() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key })).unwrap();
    let sealed = seal(&mut lab, &key);
    let first = current(&mut lab, &key);
    for _ in 0..25 {
        assert_eq!(lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap(), json!({ "KeyId": arn(&key) }));
    }
    let beyond = lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap_err();
    let message = format!(
        "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: {}",
        arn(&key)
    );
    assert_eq!(beyond, refused("LimitExceededException", message));
    assert_eq!(status(&mut lab, &key)["NextRotationDate"], START + 365.0 * DAY);
    assert_eq!(open(&mut lab, &sealed), (json!("aGk="), first));
    let made = rotations(&mut lab, &key, "ROTATIONS_ONLY");
    assert_eq!(made.len(), 25);
    assert!(made.iter().all(|rotation| rotation["RotationType"] == "ON_DEMAND"));

    // In pages.
    let mut paged = Vec::new();
    let mut body = json!({ "KeyId": key, "Limit": 10 });
    loop {
        let page = lab.kms("ListKeyRotations", body.clone()).unwrap();
        paged.extend(page["Rotations"].as_array().unwrap().clone());
        assert_eq!(page["Truncated"], page["NextMarker"].is_string());
        if page["Truncated"] == false {
            break;
        }
        body["Marker"] = page["NextMarker"].clone();
    }
    assert_eq!(paged, made);
    let other = json!({ "KeyId": key, "Marker": body["Marker"], "IncludeKeyMaterial": "ALL_KEY_MATERIAL" });
    assert_eq!(lab.kms("ListKeyRotations", other).unwrap_err().code, "InvalidMarkerException");
}

#[test]
fn nobody_rotates_on_demand_just_before_the_schedule_does() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    lab.advance_days(89);
    lab.lab.advance(kmslab::base::Timespan::seconds(86_400 - 20 * 60 - 1)).unwrap();
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    lab.lab.advance(kmslab::base::Timespan::seconds(1)).unwrap();
    assert_eq!(lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap_err().code, "ConflictException");
    lab.lab.advance(kmslab::base::Timespan::seconds(20 * 60)).unwrap();
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    let kinds: Vec<Value> =
        rotations(&mut lab, &key, "ROTATIONS_ONLY").iter().map(|rotation| rotation["RotationType"].clone()).collect();
    assert_eq!(kinds, ["ON_DEMAND", "AUTOMATIC", "ON_DEMAND"]);
}

#[test]
fn aws_managed_keys_rotate_every_year_and_by_nobodys_order() {
    let mut lab = lab();
    let made = lab.kms("DescribeKey", json!({ "KeyId": "alias/aws/s3" })).unwrap();
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let want = json!({ "KeyId": key, "KeyRotationEnabled": true, "RotationPeriodInDays": 365, "NextRotationDate": START + 365.0 * DAY });
    assert_eq!(status(&mut lab, &key), want);
    lab.advance_days(800);
    assert_ne!(current(&mut lab, &key), made["KeyMetadata"]["CurrentKeyMaterialId"]);
    assert_eq!(rotations(&mut lab, &key, "ROTATIONS_ONLY").len(), 2);
    for operation in ["EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"] {
        assert_eq!(
            lab.kms(operation, json!({ "KeyId": key })).unwrap_err().code,
            "AccessDeniedException",
            "{operation}"
        );
    }
}

#[test]
fn only_symmetric_keys_rotate_and_any_may_be_told_not_to() {
    // Measured in us-east-1, 2026.
    let mut lab = lab();
    for (spec, usage) in [
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("RSA_2048", "ENCRYPT_DECRYPT"),
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("ML_DSA_44", "SIGN_VERIFY"),
    ] {
        let made = lab.kms("CreateKey", json!({ "KeySpec": spec, "KeyUsage": usage })).unwrap();
        let body = json!({ "KeyId": made["KeyMetadata"]["KeyId"] });
        let disabled =
            refused("DisabledException", format!("{} is disabled.", made["KeyMetadata"]["Arn"].as_str().unwrap()));
        let cases = [
            ("DisableKeyRotation", None),
            ("EnableKeyRotation", Some(refused("UnsupportedOperationException", ""))),
            ("RotateKeyOnDemand", Some(refused("UnsupportedOperationException", ""))),
        ];
        for (operation, want) in cases {
            assert_eq!(lab.kms(operation, body.clone()).err(), want, "{operation} {spec}");
            lab.kms("DisableKey", body.clone()).unwrap();
            assert_eq!(lab.kms(operation, body.clone()).err(), Some(disabled.clone()), "{operation} {spec}");
            lab.kms("EnableKey", body.clone()).unwrap();
        }
    }
}

#[test]
fn the_period_is_a_condition_key() {
    let mut lab = lab();
    let key = lab.key();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:EnableKeyRotation","Resource":"*","Condition":{"NumericLessThanEquals":{"kms:RotationPeriodInDays":"180"}}}}"#;
    let alice = lab.user("alice", Some(policy));
    for (days, allowed) in [(json!(180), true), (json!(181), false), (json!(null), false)] {
        let mut body = json!({ "KeyId": key });
        if !days.is_null() {
            body["RotationPeriodInDays"] = days.clone();
        }
        let answer = lab.kms_as(&alice, "us-east-1", "EnableKeyRotation", body);
        assert_eq!(answer.is_ok(), allowed, "{days}: {answer:?}");
    }
}

#[test]
fn rotations_are_in_the_trail_as_what_kms_does_itself() {
    let mut lab = lab();
    let key = lab.key();
    let first = current(&mut lab, &key);
    let before = lab.lab.trail_len();
    lab.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    let second = current(&mut lab, &key);
    lab.advance_days(91);
    let third = current(&mut lab, &key);
    let records: Vec<Value> = lab.lab.trail(before).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let names: Vec<&Value> = records.iter().map(|record| &record["eventName"]).collect();
    assert_eq!(
        names,
        ["RotateKeyOnDemand", "RotateKey", "EnableKeyRotation", "DescribeKey", "RotateKey", "DescribeKey"]
    );
    assert_eq!(records[0]["responseElements"], json!({ "keyId": arn(&key) }));
    for (at, kind, previous, next) in [(1, "ON_DEMAND", &first, &second), (4, "AUTOMATIC", &second, &third)] {
        let record = &records[at];
        let details = json!({
            "keyId": key,
            "rotationType": kind,
            "keyOrigin": "AWS_KMS",
            "previousKeyMaterialId": previous,
            "currentKeyMaterialId": next,
        });
        assert_eq!(record["serviceEventDetails"], details);
        assert_eq!((&record["eventType"], &record["readOnly"]), (&json!("AwsServiceEvent"), &json!(false)));
        assert_eq!(record["resources"][0]["ARN"], arn(&key));
    }
    assert_eq!(records[4]["eventTime"], "2026-04-01T00:00:00Z", "when it was due");
}

#[test]
fn a_saved_lab_keeps_its_schedules_and_its_materials() {
    use kmslab::lab::Lab;
    let mut lab = lab();
    let key = lab.key();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    let sealed = seal(&mut lab, &key);
    lab.advance_days(100);
    let text = lab.lab.save();
    let opened = Lab::open(&text, Box::new(crate::support::Standing), Box::new(crate::support::NoChance)).unwrap();
    let mut again = TestLab { admin: opened.credentials(), lab: opened };
    assert_eq!(open(&mut again, &sealed).0, "aGk=");
    assert_eq!(rotations(&mut again, &key, "ROTATIONS_ONLY").len(), 1);
    assert_eq!(current(&mut again, &key), current(&mut lab, &key), "a seeded lab repeats");
}

#[test]
fn a_lab_that_sleeps_until_the_end_of_time_wakes_up() {
    let mut lab = lab();
    let key = lab.key();
    lab.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 })).unwrap();
    let sealed = seal(&mut lab, &key);
    for days in [365 * 1000, 365 * 9000] {
        lab.advance_days(days);
        assert_eq!(open(&mut lab, &sealed).0, "aGk=");
    }
    let page = lab.kms("ListKeyRotations", json!({ "KeyId": key, "Limit": 1000 })).unwrap();
    assert_eq!(page["Rotations"].as_array().unwrap().len(), 1000);
    lab.kms("DisableKeyRotation", json!({ "KeyId": key })).unwrap();
    assert_eq!(open(&mut lab, &sealed).0, "aGk=");
}
