//! What the one gate promises, whatever the service: who is let in, what is undone, what is recorded and repeated.

use crate::support::{NoChance, Standing, credentials, lab, lenient};
use kmslab::base::{Clock, Secret, Timespan, Timestamp};
use kmslab::lab::{Lab, LocalCall, OpenError, Request};
use kmslab::wire::sigv4::{Signing, sign};
use serde_json::{Value, json};

fn signed(lab: &Lab, service: &str, now: Timestamp, edit: impl FnOnce(&mut Request)) -> Request {
    let credentials = lab.credentials();
    let mut request = Request {
        method: "POST".into(),
        target: "/".into(),
        headers: vec![
            ("Host".into(), format!("{service}.us-east-1.amazonaws.com")),
            ("Content-Type".into(), "application/x-amz-json-1.1".into()),
            ("X-Amz-Target".into(), "TrentService.ListKeys".into()),
        ],
        body: b"{}".to_vec(),
        peer: None,
    };
    sign(
        &mut request,
        &Signing {
            access_key_id: &credentials.access_key_id,
            secret: &credentials.secret_access_key,
            session_token: None,
            region: "us-east-1",
            service,
            now,
        },
    );
    edit(&mut request);
    request
}

fn code(response: &kmslab::lab::Response) -> String {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    body.get("__type").and_then(Value::as_str).unwrap_or_default().into()
}

#[test]
fn only_the_signature_of_the_request_as_it_is_opens_the_gate() {
    let mut t = lab();
    let now = Standing.now();
    let good = signed(&t.lab, "kms", now, |_| ());
    assert_eq!(t.lab.handle(&good).status, 200);

    type Edit = fn(&mut Request);
    let edits: [(&str, Edit, &str); 5] = [
        ("another body", |r| r.body = b"{ }".to_vec(), "InvalidSignatureException"),
        ("another target", |r| r.headers[2].1 = "TrentService.ListAliases".into(), "InvalidSignatureException"),
        (
            "no signature",
            |r| r.headers.retain(|(name, _)| name != "Authorization"),
            "MissingAuthenticationTokenException",
        ),
        ("another path", |r| r.target = "/x".into(), "InvalidSignatureException"),
        (
            "an unknown key id",
            |r| {
                for (name, value) in &mut r.headers {
                    if name == "Authorization" {
                        *value = value.replace("AKIA", "AKIB");
                    }
                }
            },
            "UnrecognizedClientException",
        ),
    ];
    for (name, edit, want) in edits {
        let request = signed(&t.lab, "kms", now, edit);
        let response = t.lab.handle(&request);
        assert_eq!((response.status, code(&response).as_str()), (400, want), "{name}");
    }
}

#[test]
fn a_signature_is_good_for_five_minutes_by_the_machines_clock() {
    let mut t = lab();
    t.lab.advance(Timespan::days(8)).unwrap();
    let now = Standing.now();
    for (seconds, status) in [(0, 200), (-299, 200), (299, 200), (-301, 400), (301, 400)] {
        let at = now.plus(Timespan::seconds(seconds));
        let request = signed(&t.lab, "kms", at, |_| ());
        assert_eq!(t.lab.handle(&request).status, status, "{seconds} s");
    }
}

#[test]
fn the_scope_must_name_the_service() {
    let mut t = lab();
    let request = signed(&t.lab, "sts", Standing.now(), |_| ());
    let response = t.lab.handle(&request);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["message"], "Credential should be scoped to correct service: 'kms'. ");
}

#[test]
fn in_process_the_credentials_must_be_the_labs_own() {
    let mut t = lab();
    let admin = t.admin.clone();
    let id = admin.access_key_id.as_str();
    let cases = [
        (credentials(id, admin.secret_access_key.expose_text(), None), None),
        (credentials(id, "wrong", None), Some("InvalidSignatureException")),
        (credentials(id, admin.secret_access_key.expose_text(), Some("token")), Some("UnrecognizedClientException")),
        (credentials("AKIAIOSFODNN7EXAMPLE", "x", None), Some("UnrecognizedClientException")),
    ];
    for (who, want) in cases {
        let got = t.kms_as(&who, "us-east-1", "ListKeys", json!({})).map_err(|refused| refused.code).err();
        assert_eq!(got.as_deref(), want, "{}", who.access_key_id);
    }
}

#[test]
fn a_lenient_lab_takes_strangers_as_administrators_and_still_enforces_who_it_knows() {
    let mut t = lenient();
    let dummy = credentials("test", "test", None);
    let arn = t.sts_as(&dummy, "GetCallerIdentity", &[]).unwrap();
    assert!(arn.contains("arn:aws:iam::111122223333:user/administrator"), "{arn}");
    let other = credentials("444455556666", "test", None);
    let arn = t.sts_as(&other, "GetCallerIdentity", &[]).unwrap();
    assert!(arn.contains("arn:aws:iam::444455556666:user/administrator"), "{arn}");

    // An account that the lab sees for the first time stays the same, whatever becomes of the call.
    let third = credentials("777788889999", "test", None);
    let admin = t.admin.clone();
    let from = t.lab.trail_len();
    for operation in ["DisableKey", "CreateCustomKeyStore", "DisableKey", "ListKeys"] {
        t.kms_as(&third, "us-east-1", operation, json!({ "KeyId": "alias/none" })).map(|_| ()).unwrap_or_default();
        t.kms_as(&admin, "us-east-1", "ListKeys", json!({})).unwrap();
    }
    let records: Vec<Value> = t.lab.trail(from).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let theirs = records.iter().filter(|record| record["recipientAccountId"] == "777788889999");
    let ids: Vec<&Value> = theirs.map(|record| &record["userIdentity"]["principalId"]).collect();
    assert_eq!(ids, [ids[0]; 4]);

    let mut known = t.user("bob", None);
    assert_eq!(t.kms_as(&known, "us-east-1", "ListKeys", json!({})).unwrap_err().code, "AccessDeniedException");
    known.secret_access_key = Secret::new(b"wrong".to_vec());
    assert_eq!(t.kms_as(&known, "us-east-1", "ListKeys", json!({})).unwrap_err().code, "InvalidSignatureException");
}

#[test]
fn what_kmslab_does_not_have_yet_is_refused_and_recorded() {
    let mut t = lab();
    let admin = t.admin.clone();
    // Of KMS nothing is missing.
    let cases = [
        ("iam", "AddRoleToInstanceProfile", false),
        ("sts", "DecodeAuthorizationMessage", true),
        ("iam", "CreateSAMLProvider", false),
        ("iam", "GetSAMLProvider", true),
        ("sts", "AssumeRoleWithSAML", false),
    ];
    for (service, operation, read_only) in cases {
        let before = t.lab.trail_len();
        let refused = match service {
            "iam" => t.iam(operation, &[]).map(|_| ()),
            _ => t.sts_as(&admin, operation, &[]).map(|_| ()),
        };
        let message = format!("{service}:{operation} is an operation of AWS that kmslab does not implement yet.");
        let refused = refused.unwrap_err();
        assert_eq!((refused.status, refused.message), (400, message.clone()));
        let records: Vec<Value> =
            t.lab.trail(before).iter().map(|record| serde_json::from_str(record).unwrap()).collect();
        let [record] = records.as_slice() else { panic!("{operation}: {} records", records.len()) };
        assert_eq!(record["eventName"], operation);
        assert_eq!(record["eventSource"], format!("{service}.amazonaws.com"));
        assert_eq!((&record["errorCode"], &record["errorMessage"]), (&json!(refused.code), &json!(message)));
        assert_eq!((&record["requestParameters"], &record["responseElements"]), (&Value::Null, &Value::Null));
        assert_eq!(record["readOnly"], read_only);
    }
}

#[test]
fn a_refused_request_changes_nothing_but_the_trail() {
    let mut t = lab();
    let key = t.key();
    let bob = t.user("bob", None);
    let world = |text: String| {
        let mut saved: Value = serde_json::from_str(&text).unwrap();
        saved["world"].as_object_mut().unwrap().remove("trail");
        // When an access key was last used is a record of calls, as the trail is.
        saved["world"]["identity"].as_object_mut().unwrap().remove("used");
        saved["seed"] = Value::Null;
        saved
    };
    let before = world(t.lab.save());
    let trail = t.lab.trail_len();
    let too_many: Vec<Value> = (0..51).map(|n| json!({"TagKey": n.to_string(), "TagValue": ""})).collect();
    let refused = [
        ("DisableKey", json!({"KeyId": key})),
        ("CreateAlias", json!({"AliasName": "alias/x", "TargetKeyId": key})),
        ("ScheduleKeyDeletion", json!({"KeyId": key})),
        ("CreateKey", json!({})),
    ];
    for (operation, body) in refused {
        let got = t.kms_as(&bob, "us-east-1", operation, body).unwrap_err();
        assert_eq!(got.code, "AccessDeniedException", "{operation}");
    }
    for (operation, body) in [
        ("TagResource", json!({"KeyId": key, "Tags": too_many})),
        ("PutKeyPolicy", json!({"KeyId": key, "Policy": "{"})),
        ("ScheduleKeyDeletion", json!({"KeyId": key, "PendingWindowInDays": 6})),
        ("CreateKey", json!({"Tags": [{"TagKey": "aws:x", "TagValue": ""}]})),
    ] {
        t.kms(operation, body).unwrap_err();
    }
    assert_eq!(world(t.lab.save()), before);
    assert_eq!(t.lab.trail_len(), trail + 8);
}

#[test]
fn every_call_is_recorded_without_its_secrets() {
    let mut t = lab();
    let key = t.key();
    let plaintext = "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";
    let context = json!({"tenant": "blue"});
    let sealed = t.kms("Encrypt", json!({"KeyId": key, "Plaintext": plaintext, "EncryptionContext": context})).unwrap();
    let blob = sealed["CiphertextBlob"].as_str().unwrap().to_owned();
    t.kms("Decrypt", json!({"CiphertextBlob": blob, "EncryptionContext": context})).unwrap();
    let bob = t.user("bob", None);
    t.kms_as(&bob, "us-east-1", "Decrypt", json!({"CiphertextBlob": blob})).unwrap_err();

    let records = t.lab.trail(0);
    let all = records.join("\n");
    assert!(!all.contains(plaintext) && !all.contains(&blob), "bytes in the trail");
    assert!(!all.contains(bob.secret_access_key.expose_text()), "a secret access key in the trail");
    let records: Vec<Value> = records.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let encrypt = records.iter().find(|record| record["eventName"] == "Encrypt").unwrap();
    assert_eq!(encrypt["requestParameters"]["encryptionContext"], context);
    assert_eq!(encrypt["requestParameters"]["encryptionAlgorithm"], "SYMMETRIC_DEFAULT");
    assert_eq!(encrypt["readOnly"], true);
    assert_eq!(encrypt["resources"][0]["type"], "AWS::KMS::Key");
    assert_eq!(encrypt["userIdentity"]["userName"], "administrator");
    let denied = records.last().unwrap();
    assert_eq!((denied["eventName"].as_str(), denied["errorCode"].as_str()), (Some("Decrypt"), Some("AccessDenied")));
    assert!(denied["errorMessage"].as_str().unwrap().contains("associated with this ciphertext"));
}

#[test]
fn every_answer_can_be_explained_by_its_request_id() {
    let mut t = lab();
    let key = t.key();
    let bob = t.user("bob", None);
    let response = t.kms_raw(&bob, "us-east-1", "DescribeKey", json!({"KeyId": key}).to_string().into_bytes());
    let id = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amzn-requestid")).unwrap().1.clone();
    t.kms("DescribeKey", json!({"KeyId": key})).unwrap();

    let denied = t.lab.explain(Some(&id)).unwrap();
    assert_eq!(denied.operation, "kms:DescribeKey");
    assert_eq!(denied.error.as_deref(), Some("AccessDeniedException"));
    let [check] = denied.checks.as_slice() else { panic!("one check") };
    assert!(!check.allowed && check.reason.to_string() == "NO_IDENTITY_ALLOW", "{check:?}");
    let last = t.lab.explain(None).unwrap();
    assert!(last.checks[0].allowed && last.error.is_none());
    assert!(t.lab.explain(Some("no such request")).is_none());
}

#[test]
fn a_seeded_lab_repeats_byte_for_byte() {
    let run = || {
        let mut t = lab();
        let key = t.key();
        let sealed = t.kms("Encrypt", json!({"KeyId": key, "Plaintext": "aGk="})).unwrap();
        (sealed.to_string(), t.lab.trail(0), t.lab.save())
    };
    assert_eq!(run(), run());
}

#[test]
fn a_saved_lab_opens_as_it_was_and_goes_on() {
    let mut t = lab();
    let key = t.key();
    let bob = t.user(
        "bob",
        Some(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}"#),
    );
    let sealed = t.kms("Encrypt", json!({"KeyId": key, "Plaintext": "aGk="})).unwrap();
    t.kms("CreateAlias", json!({"AliasName": "alias/app", "TargetKeyId": key})).unwrap();
    let second = t.key();
    t.kms("ScheduleKeyDeletion", json!({"KeyId": second, "PendingWindowInDays": 7})).unwrap();
    t.advance_days(1);
    let text = t.lab.save();

    let opened = Lab::open(&text, Box::new(Standing), Box::new(NoChance)).unwrap();
    assert_eq!(opened.now(), t.lab.now());
    let mut opened = crate::support::TestLab { admin: opened.credentials(), lab: opened };
    let blob = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    assert_eq!(opened.kms_as(&bob, "us-east-1", "Decrypt", blob).unwrap()["Plaintext"], "aGk=");
    let ids = |t: &mut crate::support::TestLab| t.kms("ListKeys", json!({})).unwrap()["Keys"].as_array().unwrap().len();
    assert_eq!((ids(&mut opened), opened.lab.trail_len()), (2, t.lab.trail_len() + 2));
    opened.advance_days(7);
    assert_eq!(ids(&mut opened), 1);
    // Both draw from the same new stream: saving does not stop a seeded lab from repeating.
    let again = Lab::open(&text, Box::new(Standing), Box::new(NoChance)).unwrap();
    let mut again = crate::support::TestLab { admin: again.credentials(), lab: again };
    assert_eq!(t.key(), again.key());
}

#[test]
fn what_is_no_saved_lab_is_refused_whole() {
    let newer = Lab::open(r#"{"kmslab": 99}"#, Box::new(Standing), Box::new(NoChance)).unwrap_err();
    assert_eq!(newer, OpenError::Newer(99));
    for text in ["", "{}", r#"{"kmslab": 1}"#, "[1]", "not json"] {
        let error = Lab::open(text, Box::new(Standing), Box::new(NoChance)).unwrap_err();
        assert!(matches!(error, OpenError::Damaged(_)), "{text}");
    }
    let mut t = lab();
    t.key();
    let text = t.lab.save();
    for cut in (0..text.len() - 1).step_by(97) {
        assert!(Lab::open(&text[..cut], Box::new(Standing), Box::new(NoChance)).is_err(), "cut at {cut}");
    }
}

#[test]
fn time_only_moves_forward() {
    let mut t = lab();
    let before = t.lab.now();
    assert!(t.lab.advance(Timespan::seconds(-1)).is_err());
    assert_eq!(t.lab.now(), before);
    assert_eq!(t.lab.advance(Timespan::days(7)).unwrap(), before.plus(Timespan::days(7)));
}

#[test]
fn requests_that_are_nobodys_get_an_answer() {
    let mut t = lab();
    let admin = t.admin.clone();
    type Case<'a> = (Vec<(&'a str, &'a str)>, &'a [u8]);
    let cases: [Case<'_>; 6] = [
        (vec![], b""),
        (vec![("X-Amz-Target", "TrentService.Nothing")], b"{}"),
        (vec![("X-Amz-Target", "DynamoDB_20120810.ListTables")], b"{}"),
        (vec![("X-Amz-Target", "TrentService.")], b"{}"),
        (vec![("Content-Type", "application/x-www-form-urlencoded")], b"Action=Nothing&Version=2011-06-15"),
        (vec![("Content-Type", "application/x-www-form-urlencoded")], b"Action=GetCallerIdentity&Version=1999-01-01"),
    ];
    for (headers, body) in cases {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let request = Request { method: "POST".into(), target: "/".into(), headers, body: body.to_vec(), peer: None };
        let call = LocalCall { region: "us-east-1".into(), credentials: admin.clone(), request };
        let response = t.lab.handle_local(&call);
        assert!((400..500).contains(&response.status), "{call:?}: {}", response.status);
        assert!(!response.body.is_empty());
    }
}
