//! Key states: every cell of the developer guide's table that a symmetric key with material of KMS's own can reach.
//! Source: KMS Developer Guide, "Key states of AWS KMS keys"; kms.md 3.2. The other states are tested where the state
//! machine is, in `world/keys/state.rs`.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{TestLab, lab};
use serde_json::{Value, json};

/// What is done to the key at hand, with everything that it needs.
struct Scene {
    lab: TestLab,
    key: String,
    other: String,
    blob: String,
    grant: String,
}

fn scene(state: &str) -> Scene {
    let mut lab = lab();
    let (key, other) = (lab.key(), lab.key());
    lab.user("grantee", None);
    let sealed = lab.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    for (alias, target) in [("alias/key", &key), ("alias/other", &other)] {
        lab.kms("CreateAlias", json!({ "AliasName": alias, "TargetKeyId": target })).unwrap();
    }
    let grant = json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/grantee", "RetiringPrincipal": "arn:aws:iam::111122223333:user/administrator", "Operations": ["Decrypt"] });
    let grant = lab.kms("CreateGrant", grant).unwrap()["GrantId"].as_str().unwrap().to_owned();
    match state {
        "Disabled" => drop(lab.kms("DisableKey", json!({ "KeyId": key })).unwrap()),
        "PendingDeletion" => drop(lab.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).unwrap()),
        _ => {}
    }
    let blob = sealed["CiphertextBlob"].as_str().unwrap().to_owned();
    Scene { lab, key, other, blob, grant }
}

fn body(operation: &str, scene: &Scene) -> Value {
    let Scene { key, other, blob, grant, .. } = scene;
    match operation {
        "CreateAlias" => json!({ "AliasName": "alias/new", "TargetKeyId": key }),
        "CreateGrant" => {
            json!({ "KeyId": key, "GranteePrincipal": "arn:aws:iam::111122223333:user/grantee", "Operations": ["Decrypt"] })
        }
        "Decrypt" => json!({ "CiphertextBlob": blob }),
        "DeleteAlias" => json!({ "AliasName": "alias/key" }),
        "Encrypt" => json!({ "KeyId": key, "Plaintext": "aGk=" }),
        "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" => json!({ "KeyId": key, "KeySpec": "AES_256" }),
        "PutKeyPolicy" => json!({ "KeyId": key, "Policy": POLICY }),
        "ReEncrypt from" => json!({ "CiphertextBlob": blob, "DestinationKeyId": other }),
        "ReEncrypt to" => json!({ "CiphertextBlob": blob, "SourceKeyId": key, "DestinationKeyId": key }),
        "RetireGrant" | "RevokeGrant" => json!({ "KeyId": key, "GrantId": grant }),
        "TagResource" => json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "b" }] }),
        "UntagResource" => json!({ "KeyId": key, "TagKeys": ["a"] }),
        "UpdateAlias gains" => json!({ "AliasName": "alias/other", "TargetKeyId": key }),
        "UpdateAlias loses" => json!({ "AliasName": "alias/key", "TargetKeyId": other }),
        "UpdateKeyDescription" => json!({ "KeyId": key, "Description": "new" }),
        _ => json!({ "KeyId": key }),
    }
}

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}"#;

#[test]
fn states_let_through_what_the_table_says() {
    let (disabled, pending) = ("DisabledException is disabled.", "KMSInvalidStateException is pending deletion.");
    let not_pending = "KMSInvalidStateException is not pending deletion.";
    // Enabled, Disabled, PendingDeletion; empty is let through.
    let table = [
        ("CancelKeyDeletion", [not_pending, not_pending, ""]),
        ("CreateAlias", ["", "", pending]),
        ("CreateGrant", ["", disabled, pending]),
        ("Decrypt", ["", disabled, pending]),
        ("DeleteAlias", ["", "", ""]),
        ("DescribeKey", ["", "", ""]),
        ("DisableKey", ["", "", pending]),
        ("DisableKeyRotation", ["", disabled, pending]),
        ("EnableKey", ["", "", pending]),
        ("EnableKeyRotation", ["", disabled, pending]),
        ("Encrypt", ["", disabled, pending]),
        ("GenerateDataKey", ["", disabled, pending]),
        ("GenerateDataKeyWithoutPlaintext", ["", disabled, pending]),
        ("GetKeyLastUsage", ["", "", ""]),
        ("GetKeyPolicy", ["", "", ""]),
        ("GetKeyRotationStatus", ["", "", ""]),
        ("ListAliases", ["", "", ""]),
        ("ListGrants", ["", "", ""]),
        ("ListKeyPolicies", ["", "", ""]),
        ("ListKeyRotations", ["", "", ""]),
        ("ListResourceTags", ["", "", ""]),
        ("PutKeyPolicy", ["", "", ""]),
        ("ReEncrypt from", ["", disabled, pending]),
        ("ReEncrypt to", ["", disabled, pending]),
        ("RetireGrant", ["", "", ""]),
        ("RevokeGrant", ["", "", ""]),
        ("RotateKeyOnDemand", ["", disabled, pending]),
        ("ScheduleKeyDeletion", ["", "", pending]),
        ("TagResource", ["", "", pending]),
        ("UntagResource", ["", "", pending]),
        ("UpdateAlias gains", ["", "", pending]),
        ("UpdateAlias loses", ["", "", ""]),
        ("UpdateKeyDescription", ["", "", pending]),
    ];
    for (operation, wanted) in table {
        for (state, want) in ["Enabled", "Disabled", "PendingDeletion"].into_iter().zip(wanted) {
            let mut scene = scene(state);
            let body = body(operation, &scene);
            let name = operation.split(' ').next().unwrap();
            let got = match scene.lab.kms(name, body) {
                Ok(_) => String::new(),
                Err(refusal) => {
                    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{}", scene.key);
                    format!("{} {}", refusal.code, refusal.message.replace(&format!("{arn} "), ""))
                }
            };
            assert_eq!(got, want, "{operation} on a key that is {state}");
        }
    }
}
