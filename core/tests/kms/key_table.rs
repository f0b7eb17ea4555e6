//! The keys of a lab at a glance, and the life of one.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{TestLab, lab};
use kmslab::base::Timespan;
use kmslab::lab::Timeline;
use serde_json::{Value, json};

fn lives(t: &mut TestLab, key: &str, region: &str) -> Timeline {
    t.lab.timeline(&format!("arn:aws:kms:{region}:111122223333:key/{key}")).unwrap()
}

/// States with their first days.
fn states(timeline: &Timeline) -> Vec<(&'static str, String)> {
    timeline.states.iter().map(|span| (span.state, span.from.to_iso()[..10].to_owned())).collect()
}

fn was(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(state, day)| (*state, (*day).to_owned())).collect()
}

#[test]
fn the_table_tells_what_describe_key_and_its_kin_tell() {
    let mut t = lab();
    let plain = t.key();
    let rsa = json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "MultiRegion": true, "Description": "<b>" });
    let pair = t.kms("CreateKey", rsa).unwrap()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    t.kms("CreateAlias", json!({ "AliasName": "alias/b", "TargetKeyId": plain })).unwrap();
    t.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": plain })).unwrap();
    t.kms("EnableKeyRotation", json!({ "KeyId": plain, "RotationPeriodInDays": 100 })).unwrap();
    t.kms("ScheduleKeyDeletion", json!({ "KeyId": pair, "PendingWindowInDays": 9 })).unwrap();
    let table = t.lab.keys();
    let found: Value = serde_json::from_str(&table.to_json()).unwrap();
    let row = |id: &str| found.as_array().unwrap().iter().find(|row| row["key_id"] == id).unwrap().clone();
    let (one, other) = (row(&plain), row(&pair));
    assert_eq!(one["aliases"], json!(["alias/a", "alias/b"]));
    assert_eq!(one["rotation"], json!({ "days": 100, "next": "2026-04-11T00:00:00Z" }));
    for key in [&plain, &pair] {
        let told = t.kms("DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"].clone();
        for (ours, theirs) in [
            ("spec", "KeySpec"),
            ("usage", "KeyUsage"),
            ("state", "KeyState"),
            ("origin", "Origin"),
            ("arn", "Arn"),
            ("manager", "KeyManager"),
            ("account", "AWSAccountId"),
            ("description", "Description"),
        ] {
            assert_eq!(row(key)[ours], told[theirs], "{key} {ours}");
        }
    }
    assert_eq!((&other["deletion_date"], &other["multi_region"]), (&json!("2026-01-10T00:00:00Z"), &json!("PRIMARY")));
    let html = table.to_html();
    assert!(html.contains("alias/a, alias/b") && html.contains("&lt;b&gt;") && !html.contains("<b>\""));
    t.advance_days(10);
    assert_eq!(t.lab.keys().keys.len(), 1, "a key that is deleted is in the table no more");
}

#[test]
fn text_is_aligned_at_every_width() {
    let mut t = lab();
    for alias in ["alias/a", "alias/a-long-name"] {
        let key = t.key();
        t.kms("CreateAlias", json!({ "AliasName": alias, "TargetKeyId": key })).unwrap();
    }
    for width in [40, 80, 100, 140, 240] {
        let text = t.lab.keys().to_text(width, false);
        let states: Vec<usize> = text.lines().filter_map(|line| line.find("Enabled")).collect();
        assert_eq!(states.len(), 2, "{text}");
        assert_eq!(states[0], states[1], "{text}");
        let heading = text.lines().find(|line| line.contains("state")).unwrap();
        assert_eq!(heading.find("state"), Some(states[0]), "{text}");
    }
    assert!(lab().lab.keys().to_text(80, false).starts_with("no keys"));
}

#[test]
fn a_life_has_the_states_that_the_key_had() {
    let mut t = lab();
    let key = t.key();
    for (operation, more) in [
        ("DisableKey", json!({})),
        ("EnableKey", json!({})),
        ("ScheduleKeyDeletion", json!({ "PendingWindowInDays": 30 })),
        ("CancelKeyDeletion", json!({})),
        ("EnableKey", json!({})),
    ] {
        t.advance_days(10);
        let mut body = json!({ "KeyId": key });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        t.kms(operation, body).unwrap();
    }
    t.advance_days(1);
    let life = lives(&mut t, &key, "us-east-1");
    let want = [
        ("Enabled", "2026-01-01"),
        ("Disabled", "2026-01-11"),
        ("Enabled", "2026-01-21"),
        ("PendingDeletion", "2026-01-31"),
        ("Disabled", "2026-02-10"),
        ("Enabled", "2026-02-20"),
    ];
    assert_eq!(states(&life), was(&want));
    assert!(life.states.windows(2).all(|pair| pair[0].to == pair[1].from), "no gap");
    assert_eq!(life.states.last().unwrap().to, life.now);
    t.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    let life = lives(&mut t, &key, "us-east-1");
    assert_eq!(life.states.last().unwrap().state, "PendingDeletion");
    assert!(life.events.iter().any(|event| event.planned && event.what == "to be deleted"));
    t.advance_days(7);
    assert!(t.lab.timeline(&life.arn).is_none());
}

#[test]
fn a_life_has_every_material_and_rotation() {
    let mut t = lab();
    let key = t.key();
    t.kms("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 100 })).unwrap();
    t.advance_days(50);
    t.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    t.advance_days(55);
    let life = lives(&mut t, &key, "us-east-1");
    let told = t.kms("ListKeyRotations", json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" })).unwrap();
    let told: Vec<&str> =
        told["Rotations"].as_array().unwrap().iter().map(|it| it["KeyMaterialId"].as_str().unwrap()).collect();
    let ids: Vec<&str> = life.materials.iter().map(|material| material.id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| told.contains(id)));
    let kinds: Vec<_> = life.materials.iter().map(|material| material.rotation).collect();
    assert_eq!(kinds, [None, Some("ON_DEMAND"), Some("AUTOMATIC")]);
    let days: Vec<String> = life.materials.iter().map(|material| material.from.to_iso()[..10].to_owned()).collect();
    assert_eq!(days, ["2026-01-01", "2026-02-20", "2026-04-11"]);
    let what: Vec<&str> = life.events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(what, ["created", "rotation turned on", "rotated on demand", "rotated", "to be rotated"]);
}

#[test]
fn a_primary_waits_for_its_replica_and_then_for_itself() {
    let mut t = lab();
    let admin = t.admin.clone();
    let made = t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap();
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    t.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-west-1" })).unwrap();
    t.advance_days(1);
    t.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 20 })).unwrap();
    let window = json!({ "KeyId": key, "PendingWindowInDays": 7 });
    t.kms_as(&admin, "eu-west-1", "ScheduleKeyDeletion", window).unwrap();
    t.advance_days(8);
    let life = lives(&mut t, &key, "us-east-1");
    let want = [("Enabled", "2026-01-01"), ("PendingReplicaDeletion", "2026-01-02"), ("PendingDeletion", "2026-01-09")];
    assert_eq!(states(&life), was(&want));
}

#[test]
fn every_form_of_a_life_can_be_read_right_after_the_key_was_made() {
    let mut t = lab();
    let key = t.key();
    for _ in 0..2 {
        let life = lives(&mut t, &key, "us-east-1");
        let (text, html) = (life.to_text(80, false), life.to_html());
        assert!(text.contains("created") && text.contains("Enabled") && html.contains("<svg"), "{text}");
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        t.lab.advance(Timespan::millis(1)).unwrap();
    }
}
