//! Eventual consistency: grants and aliases take effect five minutes later. Source: KMS Developer Guide, "Eventual
//! consistency" and "Grant tokens"; kms.md 16.6.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab};
use kmslab::base::Timespan;
use kmslab::lab::{Consistency, Lab};
use serde_json::{Value, json};

fn eventual() -> TestLab {
    let builder = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1);
    let lab = builder.consistency(Consistency::Eventual).build().unwrap();
    let admin = lab.credentials();
    TestLab { lab, admin }
}

fn pass(t: &mut TestLab, seconds: i64) {
    t.lab.advance(Timespan::millis(seconds.saturating_mul(1000))).unwrap();
}

#[test]
fn a_grant_counts_five_minutes_later_and_at_once_with_its_token() {
    let mut t = eventual();
    let key = t.key();
    let alice = t.user("alice", None);
    let grant = json!({
        "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/alice", "Operations": ["Encrypt", "DescribeKey"],
    });
    let token = t.kms("CreateGrant", grant).unwrap()["GrantToken"].as_str().unwrap().to_owned();
    let encrypt = |tokens: &[&str]| json!({ "KeyId": key, "Plaintext": "aGk=", "GrantTokens": tokens });
    let refused = t.kms_as(&alice, "us-east-1", "Encrypt", encrypt(&[])).unwrap_err();
    assert_eq!(refused.code, "AccessDeniedException");
    let explained = t.lab.explain(None).unwrap();
    assert_eq!(
        explained.notes,
        ["a grant for this caller takes effect at 2026-01-01T00:05:00Z, with its token at once"]
    );
    t.kms_as(&alice, "us-east-1", "Encrypt", encrypt(&[&token])).unwrap();
    let describe = json!({ "KeyId": key, "GrantTokens": [token] });
    t.kms_as(&alice, "us-east-1", "DescribeKey", describe).unwrap();
    pass(&mut t, 299);
    t.kms_as(&alice, "us-east-1", "Encrypt", encrypt(&[])).unwrap_err();
    pass(&mut t, 1);
    t.kms_as(&alice, "us-east-1", "Encrypt", encrypt(&[])).unwrap();
}

#[test]
fn a_grant_is_retired_by_its_token_before_it_counts() {
    let mut t = eventual();
    let key = t.key();
    let alice = t.user("alice", None);
    let arn = "arn:aws:iam::111122223333:user/alice";
    let grant = json!({ "KeyId": key, "GranteePrincipal": arn, "RetiringPrincipal": arn, "Operations": ["Encrypt"] });
    let token = t.kms("CreateGrant", grant).unwrap()["GrantToken"].clone();
    t.kms_as(&alice, "us-east-1", "RetireGrant", json!({ "GrantToken": token })).unwrap();
}

#[test]
fn an_alias_leads_to_its_new_key_five_minutes_later() {
    let mut t = eventual();
    let (first, second) = (t.key(), t.key());
    let point = |operation: &str, key: &str, t: &mut TestLab| {
        t.kms(operation, json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    };
    let led = |t: &mut TestLab| -> Result<Value, String> {
        let answer = t.kms("DescribeKey", json!({ "KeyId": "alias/a" }));
        answer.map(|answer| answer["KeyMetadata"]["KeyId"].clone()).map_err(|refused| refused.code)
    };
    point("CreateAlias", &first, &mut t);
    assert_eq!(led(&mut t), Err("NotFoundException".into()));
    // Lists show it, and the name is taken.
    assert_eq!(t.kms("ListAliases", json!({ "KeyId": first })).unwrap()["Aliases"].as_array().unwrap().len(), 1);
    t.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": first })).unwrap_err();
    pass(&mut t, 300);
    assert_eq!(led(&mut t), Ok(json!(first)));
    point("UpdateAlias", &second, &mut t);
    assert_eq!(led(&mut t), Ok(json!(first)), "until then it leads to the key before");
    pass(&mut t, 150);
    point("UpdateAlias", &second, &mut t);
    pass(&mut t, 150);
    assert_eq!(led(&mut t), Ok(json!(first)), "the last change counts");
    let saved = t.lab.save();
    let lab = Lab::open(&saved, Box::new(Standing), Box::new(NoChance)).unwrap();
    let mut t = TestLab { admin: t.admin, lab };
    assert_eq!(led(&mut t), Ok(json!(first)));
    pass(&mut t, 150);
    assert_eq!(led(&mut t), Ok(json!(second)));
}

#[test]
fn conditions_on_aliases_see_them_when_they_have_taken_effect() {
    let mut t = eventual();
    let key = t.key();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",
        "Condition":{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/a"}}}]}"#;
    let alice = t.user("alice", Some(policy));
    t.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    let describe = json!({ "KeyId": key });
    t.kms_as(&alice, "us-east-1", "DescribeKey", describe.clone()).unwrap_err();
    pass(&mut t, 300);
    t.kms_as(&alice, "us-east-1", "DescribeKey", describe).unwrap();
}

#[test]
fn related_multi_region_keys_have_aliases_and_grants_of_their_own() {
    let mut t = eventual();
    let admin = t.admin.clone();
    let key = t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap()["KeyMetadata"]["KeyId"].clone();
    t.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-west-1" })).unwrap();
    let alias = json!({ "AliasName": "alias/a", "TargetKeyId": key });
    t.kms("CreateAlias", alias.clone()).unwrap();
    pass(&mut t, 200);
    t.kms_as(&admin, "eu-west-1", "CreateAlias", alias).unwrap();
    let alice = t.user("alice", None);
    let grant = json!({
        "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/alice", "Operations": ["DescribeKey"],
    });
    t.kms_as(&admin, "eu-west-1", "CreateGrant", grant).unwrap();
    pass(&mut t, 100);
    let describe = json!({ "KeyId": "alias/a" });
    assert_eq!(t.kms("DescribeKey", describe.clone()).unwrap()["KeyMetadata"]["KeyId"], key);
    let there = t.kms_as(&admin, "eu-west-1", "DescribeKey", describe.clone());
    assert_eq!(there.unwrap_err().code, "NotFoundException", "two hundred seconds more");
    t.kms_as(&alice, "eu-west-1", "DescribeKey", json!({ "KeyId": key })).unwrap_err();
    pass(&mut t, 200);
    t.kms_as(&alice, "eu-west-1", "DescribeKey", describe).unwrap();
    t.kms_as(&alice, "us-east-1", "DescribeKey", json!({ "KeyId": key })).unwrap_err();
}

#[test]
fn a_lab_is_strongly_consistent_unless_it_is_told_otherwise() {
    let mut t = crate::support::lab();
    let key = t.key();
    t.kms("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": key })).unwrap();
    t.kms("DescribeKey", json!({ "KeyId": "alias/a" })).unwrap();
}

#[test]
fn a_replica_is_made_and_a_primary_moves_in_some_seconds() {
    let mut t = eventual();
    let admin = t.admin.clone();
    let made = t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap();
    let key = made["KeyMetadata"]["KeyId"].clone();
    t.kms("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-west-1" })).unwrap();
    let call = |t: &mut TestLab, region: &str, operation: &str, body: Value| t.kms_as(&admin, region, operation, body);
    let state = |t: &mut TestLab, region: &str| {
        let answer = call(t, region, "DescribeKey", json!({ "KeyId": key })).unwrap();
        (answer["KeyMetadata"]["KeyState"].clone(), answer["KeyMetadata"]["Enabled"].clone())
    };
    let sealing = json!({ "KeyId": key, "Plaintext": "aGk=" });
    assert_eq!(state(&mut t, "eu-west-1"), (json!("Creating"), json!(false)));
    let refused = call(&mut t, "eu-west-1", "Encrypt", sealing.clone()).unwrap_err();
    assert!(refused.message.ends_with(" is creating."), "{refused:?}");
    pass(&mut t, 5);
    call(&mut t, "eu-west-1", "Encrypt", sealing.clone()).unwrap();

    let moved = |region: &str| json!({ "KeyId": key, "PrimaryRegion": region });
    call(&mut t, "us-east-1", "UpdatePrimaryRegion", moved("eu-west-1")).unwrap();
    for region in ["us-east-1", "eu-west-1"] {
        assert_eq!(state(&mut t, region), (json!("Updating"), json!(false)), "{region}");
        call(&mut t, region, "Encrypt", sealing.clone()).unwrap();
        let refused = call(&mut t, region, "DisableKey", json!({ "KeyId": key })).unwrap_err();
        assert!(refused.message.ends_with(" is updating."), "{refused:?}");
    }
    let more = json!({ "KeyId": key, "ReplicaRegion": "ap-south-1" });
    let refused = call(&mut t, "eu-west-1", "ReplicateKey", more).unwrap_err();
    assert!(refused.message.ends_with(" is updating."), "{refused:?}");
    call(&mut t, "eu-west-1", "UpdatePrimaryRegion", moved("us-east-1")).unwrap();
    pass(&mut t, 5);
    assert_eq!(state(&mut t, "us-east-1"), (json!("Enabled"), json!(true)));
}

#[test]
fn a_rotation_on_demand_is_under_way_for_some_seconds() {
    let mut t = eventual();
    let key = t.key();
    let material = |t: &mut TestLab| {
        t.kms("DescribeKey", json!({ "KeyId": key })).unwrap()["KeyMetadata"]["CurrentKeyMaterialId"].clone()
    };
    let status = |t: &mut TestLab| t.kms("GetKeyRotationStatus", json!({ "KeyId": key })).unwrap();
    let first = material(&mut t);
    t.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap();
    assert_eq!(status(&mut t)["OnDemandRotationStartDate"], json!(1_767_225_600.0));
    assert_eq!(material(&mut t), first);
    assert_eq!(t.kms("RotateKeyOnDemand", json!({ "KeyId": key })).unwrap_err().code, "ConflictException");
    t.lab.advance(Timespan::seconds(5)).unwrap();
    assert_eq!(status(&mut t), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    assert_ne!(material(&mut t), first);
    let rotations = t.kms("ListKeyRotations", json!({ "KeyId": key })).unwrap();
    assert_eq!(rotations["Rotations"][0]["RotationDate"], json!(1_767_225_605.0));
    assert_eq!(rotations["Rotations"][0]["RotationType"], "ON_DEMAND");
}

#[test]
fn replicas_are_rotated_with_their_primary_and_show_it_under_way() {
    let mut t = eventual();
    let admin = t.admin.clone();
    let made = t.kms("CreateKey", json!({ "MultiRegion": true })).unwrap();
    let body = json!({ "KeyId": made["KeyMetadata"]["KeyId"] });
    let mut replica = body.clone();
    replica["ReplicaRegion"] = json!("eu-west-1");
    t.kms("ReplicateKey", replica).unwrap();
    t.lab.advance(Timespan::seconds(5)).unwrap();
    t.kms("RotateKeyOnDemand", body.clone()).unwrap();
    let there = t.kms_as(&admin, "eu-west-1", "GetKeyRotationStatus", body.clone()).unwrap();
    assert!(there["OnDemandRotationStartDate"].is_number(), "{there}");
    t.lab.advance(Timespan::seconds(5)).unwrap();
    let there = t.kms_as(&admin, "eu-west-1", "GetKeyRotationStatus", body.clone()).unwrap();
    assert!(there.get("OnDemandRotationStartDate").is_none(), "{there}");
    let current = |answer: serde_json::Value| answer["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    let primary = current(t.kms("DescribeKey", body.clone()).unwrap());
    assert_eq!(current(t.kms_as(&admin, "eu-west-1", "DescribeKey", body).unwrap()), primary);
    assert_ne!(primary, made["KeyMetadata"]["CurrentKeyMaterialId"]);
}
