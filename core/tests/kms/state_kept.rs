//! What the tables of KMS promise: a refused request leaves them as they were, and a saved lab opens with the same
//! indexes that the running one has.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab, lab};
use kmslab::lab::Lab;
use serde_json::{Value, json};

/// The tables of KMS, indexes included, as they stand in memory.
fn keys(lab: &Lab) -> String {
    let text = format!("{lab:?}");
    let from = text.find("keys: Keys {").unwrap();
    let to = text[from..].find(", trail: Trail").unwrap();
    text[from..from + to].to_owned()
}

/// The tables of KMS as they are saved.
fn saved(lab: &mut TestLab) -> String {
    let text = lab.lab.save();
    let from = text.find(r#""keys":{"keys":"#).unwrap();
    let to = text[from..].find(r#","trail":"#).unwrap();
    text[from..from + to].to_owned()
}

/// A small generator of choices (xorshift); the seed is in the failure's message.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// One request out of all that change something, with arguments that are often wrong.
fn request(dice: &mut Dice, keys: &[String], grants: &[String]) -> (&'static str, Value) {
    let absent = "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned();
    let key = keys.get(dice.roll(keys.len() + 1)).unwrap_or(&absent).clone();
    let grant = grants.get(dice.roll(grants.len() + 1)).cloned().unwrap_or_else(|| "0".repeat(64));
    let alias = ["alias/a", "alias/b", "alias/c", "alias/aws/x", "nope"][dice.roll(5)];
    let user = ["alice", "bob", "nobody"][dice.roll(3)];
    let arn = format!("arn:aws:iam::111122223333:user/{user}");
    let dry_run = dice.roll(4) == 0;
    let days = [7, 30, 31][dice.roll(3)];
    let tag = ["k", "K", "aws:k"][dice.roll(3)];
    match dice.roll(20) {
        0 if keys.len() < 6 => {
            let multi_region = dice.roll(2) == 0;
            ("CreateKey", json!({ "Tags": [{ "TagKey": tag, "TagValue": "v" }], "MultiRegion": multi_region }))
        }
        0 | 1 => ("CreateAlias", json!({ "AliasName": alias, "TargetKeyId": key })),
        2 => ("UpdateAlias", json!({ "AliasName": alias, "TargetKeyId": key })),
        3 => ("DeleteAlias", json!({ "AliasName": alias })),
        4 | 5 => {
            let name = if dice.roll(2) == 0 { "n" } else { "m" };
            let operations = if dice.roll(5) == 0 { json!(["Sign"]) } else { json!(["Encrypt", "Decrypt"]) };
            let mut body =
                json!({ "KeyId": key, "GranteePrincipal": arn, "Operations": operations, "DryRun": dry_run });
            if dice.roll(2) == 0 {
                body["Name"] = json!(name);
                body["RetiringPrincipal"] = json!("arn:aws:iam::111122223333:user/alice");
            }
            ("CreateGrant", body)
        }
        6 => ("RevokeGrant", json!({ "KeyId": key, "GrantId": grant, "DryRun": dry_run })),
        7 => ("RetireGrant", json!({ "KeyId": key, "GrantId": grant, "DryRun": dry_run })),
        8 => ("DisableKey", json!({ "KeyId": key })),
        9 => ("EnableKey", json!({ "KeyId": key })),
        10 => ("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": days })),
        11 => ("CancelKeyDeletion", json!({ "KeyId": key })),
        12 => ("TagResource", json!({ "KeyId": key, "Tags": [{ "TagKey": tag, "TagValue": "w" }] })),
        13 => ("UntagResource", json!({ "KeyId": key, "TagKeys": [tag] })),
        14 => ("EnableKeyRotation", json!({ "KeyId": key, "RotationPeriodInDays": 90 + dice.roll(2) })),
        15 => ("DisableKeyRotation", json!({ "KeyId": key })),
        16 => ("RotateKeyOnDemand", json!({ "KeyId": key })),
        17 => ("ReplicateKey", json!({ "KeyId": key, "ReplicaRegion": "eu-west-1" })),
        18 => ("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=", "DryRun": dry_run })),
        _ => ("UpdateKeyDescription", json!({ "KeyId": key, "Description": user })),
    }
}

fn listed(lab: &mut TestLab) -> (Vec<String>, Vec<String>) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let answer = lab.kms("ListKeys", json!({})).unwrap();
    let keys: Vec<String> = answer["Keys"].as_array().unwrap().iter().map(|row| text(&row["KeyId"])).collect();
    let mut grants = Vec::new();
    for key in &keys {
        let answer = lab.kms("ListGrants", json!({ "KeyId": key })).unwrap();
        grants.extend(answer["Grants"].as_array().unwrap().iter().map(|row| text(&row["GrantId"])));
    }
    (keys, grants)
}

#[test]
fn refused_requests_leave_the_tables_and_saved_labs_have_the_same_indexes() {
    let mut outcomes = [0, 0];
    for seed in 1..=4_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut lab = lab();
        drop((lab.user("alice", None), lab.user("bob", None)));
        let (mut known, mut grants) = listed(&mut lab);
        let mut before = saved(&mut lab);
        for step in 0..120 {
            let (operation, body) = request(&mut dice, &known, &grants);
            let answer = lab.kms(operation, body.clone());
            match &answer {
                Ok(_) => {
                    outcomes[0] += 1;
                    (known, grants) = listed(&mut lab);
                    before = saved(&mut lab);
                }
                Err(refusal) => {
                    outcomes[1] += 1;
                    assert_eq!(refusal.status, 400, "seed {seed}, step {step}: {operation} {body}: {refusal:?}");
                    assert!(
                        saved(&mut lab) == before,
                        "seed {seed}, step {step}: {operation} {body} changed something"
                    );
                }
            }
            if dice.roll(20) == 0 {
                lab.advance_days(10);
                (known, grants) = listed(&mut lab);
                before = saved(&mut lab);
            }
            if step % 12 == 11 {
                let text = lab.lab.save();
                let opened = Lab::open(&text, Box::new(Standing), Box::new(NoChance)).unwrap();
                assert!(keys(&opened) == keys(&lab.lab), "seed {seed}, step {step}: opened with other tables");
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 120), "{outcomes:?}");
}
