//! Custom key stores: CloudHSM and external, from creation to deletion, and everything that can go wrong.
//! Source: kms.md, section 14; KMS API Reference.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab, lab};
use kmslab::base::{Secret, Timespan};
use kmslab::lab::{ClusterFixture, ExternalKeyFixture, Lab, ManagerFixture};
use serde_json::{Value, json};

const URI: &str = "https://xks.example.com/kms/xks/v1";
const HSM_CODES: &[&str] = &[
    "INTERNAL_ERROR",
    "NETWORK_ERRORS",
    "INVALID_CREDENTIALS",
    "CLUSTER_NOT_FOUND",
    "INSUFFICIENT_CLOUDHSM_HSMS",
    "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
    "SUBNET_NOT_FOUND",
    "USER_LOCKED_OUT",
    "USER_LOGGED_IN",
    "USER_NOT_FOUND",
];
const XKS_CODES: &[&str] = &[
    "INTERNAL_ERROR",
    "NETWORK_ERRORS",
    "INVALID_CREDENTIALS",
    "XKS_PROXY_ACCESS_DENIED",
    "XKS_PROXY_INVALID_CONFIGURATION",
    "XKS_PROXY_INVALID_TLS_CONFIGURATION",
    "XKS_PROXY_INVALID_RESPONSE",
    "XKS_PROXY_NOT_REACHABLE",
    "XKS_PROXY_TIMED_OUT",
    "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
    "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
];

/// What is changed about an external key.
type Change = fn(&mut ExternalKeyFixture);

fn cluster() -> ClusterFixture {
    ClusterFixture {
        account: None,
        region: None,
        id: None,
        password: "kmsPswd1".into(),
        certificate: None,
        hsms: 2,
        active: true,
        connect_time: Timespan::millis(0),
    }
}

fn manager() -> ManagerFixture {
    ManagerFixture {
        endpoint: "https://xks.example.com".into(),
        path: "/kms/xks/v1".into(),
        credential: None,
        service: None,
        remote: None,
        connect_time: Timespan::millis(0),
    }
}

fn external(id: &str) -> ExternalKeyFixture {
    ExternalKeyFixture {
        id: id.into(),
        spec: "AES_256".into(),
        enabled: true,
        usage: vec!["ENCRYPT".into(), "DECRYPT".into()],
        material: None,
    }
}

/// What makes a CloudHSM store of a new cluster; and the cluster's id.
fn hsm(t: &mut TestLab, name: &str) -> (Value, String) {
    let (id, certificate) = t.lab.add_cluster(cluster()).unwrap();
    let body = json!({
        "CustomKeyStoreName": name, "CloudHsmClusterId": id,
        "TrustAnchorCertificate": certificate, "KeyStorePassword": "kmsPswd1",
    });
    (body, id)
}

/// What makes an external store of the key manager.
fn xks(t: &mut TestLab, name: &str) -> Value {
    let (access, secret) = t.lab.add_key_manager(manager()).unwrap();
    json!({
        "CustomKeyStoreName": name, "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": "https://xks.example.com", "XksProxyUriPath": "/kms/xks/v1",
        "XksProxyAuthenticationCredential": { "AccessKeyId": access, "RawSecretAccessKey": secret },
    })
}

fn store(t: &mut TestLab, body: &Value) -> String {
    t.kms("CreateCustomKeyStore", body.clone()).unwrap()["CustomKeyStoreId"].as_str().unwrap().to_owned()
}

fn connected(t: &mut TestLab, body: &Value) -> String {
    let id = store(t, body);
    assert_eq!(t.kms("ConnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap(), json!({}));
    id
}

/// Code of the refusal, or nothing.
fn code(answer: Result<Value, crate::support::Refused>) -> String {
    answer.map_or_else(|refused| refused.code, |_| String::new())
}

/// State and error code of the only store.
fn state(t: &mut TestLab) -> (String, String) {
    let answer = t.kms("DescribeCustomKeyStores", json!({})).unwrap();
    let text = |member: &str| answer["CustomKeyStores"][0][member].as_str().unwrap_or_default().to_owned();
    (text("ConnectionState"), text("ConnectionErrorCode"))
}

fn key_state(t: &mut TestLab, key: &str) -> String {
    let answer = t.kms("DescribeKey", json!({ "KeyId": key })).unwrap();
    answer["KeyMetadata"]["KeyState"].as_str().unwrap().to_owned()
}

fn key_in(t: &mut TestLab, origin: &str, store: &str, external: Option<&str>) -> Value {
    let mut body = json!({ "Origin": origin, "CustomKeyStoreId": store });
    if let Some(id) = external {
        body["XksKeyId"] = json!(id);
    }
    t.kms("CreateKey", body).unwrap()["KeyMetadata"].clone()
}

#[test]
fn a_cloudhsm_store_lives_from_creation_to_deletion() {
    let mut t = lab();
    let (body, cluster) = hsm(&mut t, "mine");
    let id = store(&mut t, &body);
    assert!(id.starts_with("cks-") && id.len() == 21, "{id}");
    let described = t.kms("DescribeCustomKeyStores", json!({ "CustomKeyStoreName": "mine" })).unwrap();
    let want = json!({
        "CustomKeyStores": [{
            "CustomKeyStoreId": id, "CustomKeyStoreName": "mine", "CloudHsmClusterId": cluster,
            "TrustAnchorCertificate": body["TrustAnchorCertificate"], "ConnectionState": "DISCONNECTED",
            "CreationDate": described["CustomKeyStores"][0]["CreationDate"], "CustomKeyStoreType": "AWS_CLOUDHSM",
        }],
        "Truncated": false,
    });
    assert_eq!(described, want);
    assert_eq!(store(&mut t, &body), id, "the same again creates nothing");
    let refused = t.kms("CreateKey", json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": id })).unwrap_err();
    assert_eq!(refused.code, "CustomKeyStoreInvalidStateException");
    t.kms("ConnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap();
    assert_eq!(state(&mut t).0, "CONNECTED");
    let key = key_in(&mut t, "AWS_CLOUDHSM", &id, None);
    let has = |member: &str| key.get(member).is_some();
    assert_eq!((&key["CustomKeyStoreId"], &key["CloudHsmClusterId"]), (&json!(id), &json!(cluster)));
    assert!(!has("CurrentKeyMaterialId") && !has("XksKeyConfiguration"));
    let key = key["KeyId"].as_str().unwrap();
    let sealed = t.kms("Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    let opened = t.kms("Decrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] })).unwrap();
    assert_eq!(opened["Plaintext"], "aGk=");
    assert!(opened.get("KeyMaterialId").is_none());
    let last: Value = serde_json::from_str(&t.lab.trail(0).pop().unwrap()).unwrap();
    assert_eq!(last["additionalEventData"], json!({ "customKeyStoreId": id }));
    let random = json!({ "NumberOfBytes": 8, "CustomKeyStoreId": id });
    t.kms("GenerateRandom", random.clone()).unwrap();
    // With keys it stays, and connected it stays.
    let named = json!({ "CustomKeyStoreId": id });
    assert_eq!(code(t.kms("DeleteCustomKeyStore", named.clone())), "CustomKeyStoreHasCMKsException");
    t.kms("DisconnectCustomKeyStore", named.clone()).unwrap();
    assert_eq!(code(t.kms("GenerateRandom", random)), "CustomKeyStoreInvalidStateException");
    t.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).unwrap();
    assert_eq!(code(t.kms("DeleteCustomKeyStore", named.clone())), "CustomKeyStoreHasCMKsException");
    t.advance_days(7);
    assert_eq!(t.kms("DeleteCustomKeyStore", named.clone()).unwrap(), json!({}));
    assert_eq!(code(t.kms("ConnectCustomKeyStore", named)), "CustomKeyStoreNotFoundException");
}

#[test]
fn an_external_key_encrypts_what_kms_has_encrypted() {
    let mut t = lab();
    let body = xks(&mut t, "outside");
    let id = connected(&mut t, &body);
    t.lab.add_external_key(URI, external("one")).unwrap();
    let key = key_in(&mut t, "EXTERNAL_KEY_STORE", &id, Some("one"));
    assert_eq!((&key["XksKeyConfiguration"], &key["Origin"]), (&json!({ "Id": "one" }), &json!("EXTERNAL_KEY_STORE")));
    assert!(key.get("CloudHsmClusterId").is_none());
    let arn = key["Arn"].as_str().unwrap().to_owned();
    let context = json!({ "stage": "test" });
    let sealed = t.kms("Encrypt", json!({ "KeyId": arn, "Plaintext": "aGk=", "EncryptionContext": context })).unwrap()
        ["CiphertextBlob"]
        .clone();
    let open = json!({ "CiphertextBlob": sealed, "EncryptionContext": context });
    assert_eq!(t.kms("Decrypt", open.clone()).unwrap()["Plaintext"], "aGk=");
    assert_eq!(code(t.kms("Decrypt", json!({ "CiphertextBlob": sealed }))), "InvalidCiphertextException");
    let last: Value = serde_json::from_str(&t.lab.trail(0).pop().unwrap()).unwrap();
    assert_eq!(last["errorCode"], "InvalidCiphertextException");
    let data = t.kms("GenerateDataKey", json!({ "KeyId": arn, "KeySpec": "AES_256" })).unwrap();
    assert_eq!(
        t.kms("Decrypt", json!({ "CiphertextBlob": data["CiphertextBlob"] })).unwrap()["Plaintext"],
        data["Plaintext"]
    );
    let own = t.key();
    let moved =
        t.kms("ReEncrypt", json!({ "CiphertextBlob": data["CiphertextBlob"], "DestinationKeyId": own })).unwrap();
    assert!(moved.get("SourceKeyMaterialId").is_none() && moved.get("DestinationKeyMaterialId").is_some());
    // Without the external key nothing opens, and another key of the same name is another key.
    let mut changed = external("one");
    changed.material = Some(Secret::new(vec![9; 32]));
    t.lab.add_external_key(URI, changed).unwrap();
    let refused = t.kms("Decrypt", open.clone()).unwrap_err();
    assert_eq!(refused.code, "KMSInvalidStateException");
    assert!(
        refused.message.contains("ciphertext or additional authenticated data is corrupted"),
        "{}",
        refused.message
    );
    let cases: [(Change, &str); 2] = [
        (|key| key.enabled = false, "the external key is not enabled in the external key manager."),
        (|key| key.usage = vec!["ENCRYPT".into()], "the external key does not support the requested operation."),
    ];
    for (change, want) in cases {
        let mut changed = external("one");
        change(&mut changed);
        t.lab.add_external_key(URI, changed).unwrap();
        let refused = t.kms("Decrypt", open.clone()).unwrap_err();
        assert!(refused.message.ends_with(want), "{}", refused.message);
    }
    assert!(t.lab.remove_external_key(URI, "one"));
    let refused = t.kms("Decrypt", open).unwrap_err();
    assert!(refused.message.ends_with("it could not find the external key."), "{}", refused.message);
    let random = json!({ "NumberOfBytes": 8, "CustomKeyStoreId": id });
    assert_eq!(code(t.kms("GenerateRandom", random)), "UnsupportedOperationException");
}

#[test]
fn every_connection_error_fails_the_connection_and_the_use_of_keys() {
    for (kind, codes) in [("AWS_CLOUDHSM", HSM_CODES), ("EXTERNAL_KEY_STORE", XKS_CODES)] {
        for wrong in codes {
            let mut t = lab();
            let (body, backend) = match kind {
                "AWS_CLOUDHSM" => hsm(&mut t, "s"),
                _ => (xks(&mut t, "s"), URI.to_owned()),
            };
            let id = connected(&mut t, &body);
            let named = json!({ "CustomKeyStoreId": id });
            if kind == "EXTERNAL_KEY_STORE" {
                t.lab.add_external_key(URI, external("one")).unwrap();
            }
            let key = key_in(&mut t, kind, &id, (kind == "EXTERNAL_KEY_STORE").then_some("one"));
            let encrypt = json!({ "KeyId": key["KeyId"], "Plaintext": "aGk=" });
            t.lab.break_backend(&backend, Some(wrong)).unwrap();
            let refused = t.kms("Encrypt", encrypt.clone()).unwrap_err();
            assert_eq!(refused.code, "KMSInvalidStateException", "{wrong}");
            assert!(!refused.message.is_empty());
            t.kms("DisconnectCustomKeyStore", named.clone()).unwrap();
            t.kms("ConnectCustomKeyStore", named.clone()).unwrap();
            assert_eq!(state(&mut t), ("FAILED".into(), (*wrong).into()));
            assert_eq!(key_state(&mut t, key["KeyId"].as_str().unwrap()), "Unavailable");
            // A failed store is disconnected first.
            assert_eq!(code(t.kms("ConnectCustomKeyStore", named.clone())), "CustomKeyStoreInvalidStateException");
            t.lab.break_backend(&backend, None).unwrap();
            t.kms("DisconnectCustomKeyStore", named.clone()).unwrap();
            t.kms("ConnectCustomKeyStore", named).unwrap();
            t.kms("Encrypt", encrypt).unwrap();
            assert_eq!(state(&mut t), ("CONNECTED".into(), String::new()));
        }
    }
    let mut t = lab();
    xks(&mut t, "s");
    let bad = |code: &str, t: &mut TestLab| t.lab.break_backend(URI, Some(code)).unwrap_err().to_string();
    assert!(bad("USER_LOCKED_OUT", &mut t).contains("no connection error of stores of the type EXTERNAL_KEY_STORE"));
    assert!(bad("CHEESE", &mut t).contains("no connection error code"));
}

#[test]
fn connecting_takes_its_time_and_keys_are_unavailable_meanwhile() {
    let mut t = lab();
    let slow = ClusterFixture { connect_time: Timespan::millis(60_000), ..cluster() };
    let (cluster, certificate) = t.lab.add_cluster(slow).unwrap();
    let body = json!({
        "CustomKeyStoreName": "slow", "CloudHsmClusterId": cluster,
        "TrustAnchorCertificate": certificate, "KeyStorePassword": "kmsPswd1",
    });
    let id = connected(&mut t, &body);
    let named = json!({ "CustomKeyStoreId": id });
    assert_eq!(state(&mut t).0, "CONNECTING");
    t.kms("ConnectCustomKeyStore", named.clone()).unwrap();
    assert_eq!(code(t.kms("DeleteCustomKeyStore", named.clone())), "CustomKeyStoreInvalidStateException");
    t.lab.advance(Timespan::millis(60_000)).unwrap();
    assert_eq!(state(&mut t).0, "CONNECTED");
    let keys: Vec<String> =
        (0..4).map(|_| key_in(&mut t, "AWS_CLOUDHSM", &id, None)["KeyId"].as_str().unwrap().to_owned()).collect();
    let [used, off, back, gone] = keys.as_slice() else { unreachable!() };
    t.kms("DisableKey", json!({ "KeyId": off })).unwrap();
    t.kms("ScheduleKeyDeletion", json!({ "KeyId": gone })).unwrap();
    t.kms("DisconnectCustomKeyStore", named.clone()).unwrap();
    assert_eq!(code(t.kms("DisconnectCustomKeyStore", named.clone())), "CustomKeyStoreInvalidStateException");
    let states = |t: &mut TestLab| [used, off, back, gone].map(|key| key_state(t, key));
    assert_eq!(states(&mut t), ["Unavailable", "Unavailable", "Unavailable", "PendingDeletion"]);
    let refused = t.kms("Encrypt", json!({ "KeyId": used, "Plaintext": "aGk=" })).unwrap_err();
    assert_eq!(refused.code, "KMSInvalidStateException");
    assert_eq!(refused.message, format!("arn:aws:kms:us-east-1:111122223333:key/{used} is unavailable."));
    // What happens meanwhile shows when the store is back (kms.md 3.2, notes 12 and 13).
    t.kms("DisableKey", json!({ "KeyId": back })).unwrap();
    t.kms("EnableKey", json!({ "KeyId": off })).unwrap();
    t.kms("CancelKeyDeletion", json!({ "KeyId": gone })).unwrap();
    assert_eq!(states(&mut t), ["Unavailable"; 4]);
    t.kms("ConnectCustomKeyStore", named).unwrap();
    assert_eq!(states(&mut t), ["Unavailable"; 4], "still connecting");
    let saved = t.lab.save();
    let mut t = TestLab { admin: t.admin, lab: Lab::open(&saved, Box::new(Standing), Box::new(NoChance)).unwrap() };
    t.lab.advance(Timespan::millis(60_000)).unwrap();
    assert_eq!(states(&mut t), ["Enabled", "Enabled", "Disabled", "Disabled"]);
}

#[test]
fn what_backs_a_store_must_be_there_and_its_own() {
    let mut t = lab();
    let (good, cluster_id) = hsm(&mut t, "a");
    let with = |body: &Value, member: &str, value: Value| {
        let mut body = body.clone();
        body[member] = value;
        body
    };
    let create = |t: &mut TestLab, body: Value| code(t.kms("CreateCustomKeyStore", body));
    let other = json!("cluster-2345abcdefg");
    assert_eq!(create(&mut t, with(&good, "CloudHsmClusterId", other)), "CloudHsmClusterNotFoundException");
    assert_eq!(create(&mut t, with(&good, "TrustAnchorCertificate", json!("x"))), "IncorrectTrustAnchorException");
    t.lab.change_cluster(&cluster_id, Some(1), None, None).unwrap();
    assert_eq!(create(&mut t, good.clone()), "CloudHsmClusterInvalidConfigurationException");
    t.lab.change_cluster(&cluster_id, Some(2), Some(false), None).unwrap();
    assert_eq!(create(&mut t, good.clone()), "CloudHsmClusterNotActiveException");
    t.lab.change_cluster(&cluster_id, None, Some(true), None).unwrap();
    assert_eq!(create(&mut t, with(&good, "XksProxyUriPath", json!("/kms/xks/v1"))), "ValidationException");
    let mut less = good.clone();
    less.as_object_mut().unwrap().remove("KeyStorePassword");
    let refused = t.kms("CreateCustomKeyStore", less).unwrap_err();
    assert!(refused.message.contains("Value null at 'keyStorePassword'"), "{}", refused.message);
    assert_eq!(create(&mut t, good.clone()), "");
    assert_eq!(create(&mut t, with(&good, "CustomKeyStoreName", json!("b"))), "CloudHsmClusterInUseException");
    // A cluster of the same backup history is a relative: it has the same certificate.
    let certificate = good["TrustAnchorCertificate"].as_str().unwrap().to_owned();
    let (relative, _) = t.lab.add_cluster(ClusterFixture { certificate: Some(certificate), ..cluster() }).unwrap();
    let second = with(&with(&good, "CustomKeyStoreName", json!("b")), "CloudHsmClusterId", json!(relative));
    assert_eq!(create(&mut t, second), "CloudHsmClusterInUseException");
    let (taken, _) = hsm(&mut t, "a");
    assert_eq!(create(&mut t, taken), "CustomKeyStoreNameInUseException");
    t.lab.set_quota("custom_key_stores", Some(1.0)).unwrap();
    let (more, _) = hsm(&mut t, "c");
    assert_eq!(create(&mut t, more), "LimitExceededException");
}

#[test]
fn a_proxy_must_answer_and_its_addresses_be_unique() {
    let mut t = lab();
    let good = xks(&mut t, "a");
    let with = |changes: Value| {
        let mut body = good.clone();
        for (member, value) in changes.as_object().unwrap() {
            body[member] = value.clone();
        }
        body
    };
    let create = |t: &mut TestLab, body: Value| code(t.kms("CreateCustomKeyStore", body));
    let credential = json!({ "AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "a".repeat(43) });
    let cases = [
        (
            json!({ "XksProxyAuthenticationCredential": credential }),
            "XksProxyIncorrectAuthenticationCredentialException",
        ),
        (json!({ "XksProxyUriEndpoint": "https://none.example.com" }), "XksProxyUriUnreachableException"),
        (json!({ "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE" }), "ValidationException"),
        (json!({ "XksProxyVpcEndpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1" }), "ValidationException"),
        (json!({ "KeyStorePassword": "kmsPswd1" }), "ValidationException"),
        (
            json!({
                "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
                "XksProxyVpcEndpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1",
            }),
            "XksProxyVpcEndpointServiceNotFoundException",
        ),
    ];
    for (changes, want) in cases {
        assert_eq!(create(&mut t, with(changes.clone())), want, "{changes}");
    }
    for (fault, want) in [
        ("XKS_PROXY_NOT_REACHABLE", "XksProxyUriUnreachableException"),
        ("XKS_PROXY_TIMED_OUT", "XksProxyUriUnreachableException"),
        ("XKS_PROXY_INVALID_RESPONSE", "XksProxyInvalidResponseException"),
        ("XKS_PROXY_INVALID_CONFIGURATION", "XksProxyInvalidConfigurationException"),
        ("XKS_PROXY_INVALID_TLS_CONFIGURATION", "XksProxyUriUnreachableException"),
        ("INTERNAL_ERROR", "XksProxyInvalidResponseException"),
        ("INVALID_CREDENTIALS", "XksProxyIncorrectAuthenticationCredentialException"),
        ("XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", "XksProxyVpcEndpointServiceInvalidConfigurationException"),
    ] {
        t.lab.break_backend(URI, Some(fault)).unwrap();
        assert_eq!(create(&mut t, good.clone()), want, "{fault}");
    }
    t.lab.break_backend(URI, None).unwrap();
    assert_eq!(create(&mut t, good.clone()), "");
    assert_eq!(create(&mut t, with(json!({ "CustomKeyStoreName": "b" }))), "XksProxyUriInUseException");
    let entry = t.kms("DescribeCustomKeyStores", json!({})).unwrap()["CustomKeyStores"][0].clone();
    let access = &good["XksProxyAuthenticationCredential"]["AccessKeyId"];
    assert_eq!(
        entry["XksProxyConfiguration"],
        json!({
            "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": access,
            "UriEndpoint": "https://xks.example.com", "UriPath": "/kms/xks/v1",
        })
    );
}

#[test]
fn keys_of_external_stores_need_a_fitting_external_key_of_their_own() {
    let mut t = lab();
    let body = xks(&mut t, "outside");
    let id = connected(&mut t, &body);
    for (name, change) in [
        ("spec", (|key| key.spec = "AES_128".into()) as Change),
        ("off", |key| key.enabled = false),
        ("use", |key| key.usage = vec!["ENCRYPT".into()]),
        ("good", |_| {}),
    ] {
        let mut key = external(name);
        change(&mut key);
        t.lab.add_external_key(URI, key).unwrap();
    }
    let create = |t: &mut TestLab, more: Value| {
        let mut body = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": id });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        t.kms("CreateKey", body).map_or_else(|refused| (refused.code, refused.message), |_| Default::default())
    };
    let wrong = "XksKeyInvalidConfigurationException";
    let cases = [
        (json!({ "XksKeyId": "none" }), "XksKeyNotFoundException", ""),
        (json!({ "XksKeyId": "spec" }), wrong, "must be AES_256. The key spec of specified external key is AES_128."),
        (json!({ "XksKeyId": "off" }), wrong, "must be ENABLED. The status of specified external key is DISABLED."),
        (json!({ "XksKeyId": "use" }), wrong, "The key use of specified external key is ENCRYPT."),
        (json!({}), "ValidationException", "Value null at 'xksKeyId'"),
        (json!({ "XksKeyId": "good", "Origin": "AWS_KMS" }), "ValidationException", "XksKeyId can only"),
        (json!({ "XksKeyId": "good", "CustomKeyStoreId": "cks-0" }), "CustomKeyStoreNotFoundException", ""),
        (json!({ "XksKeyId": "good", "MultiRegion": true }), "UnsupportedOperationException", ""),
        (
            json!({ "XksKeyId": "good", "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" }),
            "UnsupportedOperationException",
            "",
        ),
        (json!({ "Origin": "EXTERNAL" }), "ValidationException", "CustomKeyStoreId can only"),
        (json!({ "Origin": "AWS_CLOUDHSM" }), "ValidationException", "does not match the type"),
        (json!({ "XksKeyId": "good" }), "", ""),
        (json!({ "XksKeyId": "good" }), "XksKeyAlreadyInUseException", ""),
    ];
    for (more, code, message) in cases {
        let got = create(&mut t, more.clone());
        assert!(got.0 == code && got.1.contains(message), "{more}: {got:?}");
    }
}

#[test]
fn keys_of_stores_have_one_material_in_one_region_and_make_no_pairs() {
    // Source: kms.md 14.1, row "Keys"; notes 6 and 7 of 3.2.
    let mut t = lab();
    let (body, _) = hsm(&mut t, "mine");
    let id = connected(&mut t, &body);
    let key = key_in(&mut t, "AWS_CLOUDHSM", &id, None)["KeyId"].clone();
    let with = |more: Value| {
        let mut body = json!({ "KeyId": key });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        body
    };
    let cases = [
        ("EnableKeyRotation", json!({})),
        ("DisableKeyRotation", json!({})),
        ("GetKeyRotationStatus", json!({})),
        ("ListKeyRotations", json!({})),
        ("RotateKeyOnDemand", json!({})),
        ("GetPublicKey", json!({})),
        ("DeleteImportedKeyMaterial", json!({})),
        ("GetParametersForImport", json!({ "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" })),
        ("ReplicateKey", json!({ "ReplicaRegion": "eu-west-1" })),
        ("GenerateDataKeyPair", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
        ("GenerateDataKeyPairWithoutPlaintext", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
    ];
    for (operation, more) in cases {
        assert_eq!(code(t.kms(operation, with(more))), "UnsupportedOperationException", "{operation}");
    }
    let last = t.kms("GetKeyLastUsage", with(json!({}))).unwrap();
    assert_eq!(last["KeyLastUsage"], json!({}));
}

#[test]
fn settings_change_while_a_store_is_disconnected() {
    let mut t = lab();
    let body = xks(&mut t, "outside");
    let id = connected(&mut t, &body);
    let update = |t: &mut TestLab, more: Value| {
        let mut body = json!({ "CustomKeyStoreId": id });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        code(t.kms("UpdateCustomKeyStore", body))
    };
    let endpoint = json!({ "XksProxyUriEndpoint": "https://two.example.com" });
    // Connected: the name, the credential, the path.
    assert_eq!(update(&mut t, json!({ "NewCustomKeyStoreName": "renamed" })), "");
    assert_eq!(update(&mut t, endpoint.clone()), "CustomKeyStoreInvalidStateException");
    assert_eq!(update(&mut t, json!({ "XksProxyUriPath": "/two/kms/xks/v1" })), "XksProxyUriUnreachableException");
    assert_eq!(
        update(&mut t, json!({ "XksProxyAuthenticationCredential": body["XksProxyAuthenticationCredential"] })),
        ""
    );
    t.kms("DisconnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap();
    assert_eq!(update(&mut t, endpoint.clone()), "XksProxyUriUnreachableException");
    let credential = &body["XksProxyAuthenticationCredential"];
    let text = |member: &str| credential[member].as_str().unwrap().to_owned();
    let two = ManagerFixture {
        endpoint: "https://two.example.com".into(),
        credential: Some((text("AccessKeyId"), text("RawSecretAccessKey"))),
        ..manager()
    };
    t.lab.add_key_manager(two).unwrap();
    assert_eq!(update(&mut t, endpoint), "");
    assert_eq!(update(&mut t, json!({ "CloudHsmClusterId": "cluster-2345abcdefg" })), "ValidationException");
    let entry =
        t.kms("DescribeCustomKeyStores", json!({ "CustomKeyStoreId": id })).unwrap()["CustomKeyStores"][0].clone();
    assert_eq!(
        (&entry["CustomKeyStoreName"], &entry["XksProxyConfiguration"]["UriEndpoint"]),
        (&json!("renamed"), &json!("https://two.example.com"))
    );
}

#[test]
fn a_cloudhsm_store_moves_to_a_related_cluster_alone() {
    let mut t = lab();
    let (body, _) = hsm(&mut t, "a");
    let id = store(&mut t, &body);
    let (stranger, _) = t.lab.add_cluster(cluster()).unwrap();
    let certificate = body["TrustAnchorCertificate"].as_str().unwrap().to_owned();
    let (relative, _) = t.lab.add_cluster(ClusterFixture { certificate: Some(certificate), ..cluster() }).unwrap();
    let moved = |cluster: &str, t: &mut TestLab| {
        code(t.kms("UpdateCustomKeyStore", json!({ "CustomKeyStoreId": id, "CloudHsmClusterId": cluster })))
    };
    assert_eq!(moved(&stranger, &mut t), "CloudHsmClusterNotRelatedException");
    assert_eq!(moved("cluster-2345abcdefg", &mut t), "CloudHsmClusterNotFoundException");
    assert_eq!(moved(&relative, &mut t), "");
    // The password that KMS knows is not the cluster's any more.
    t.lab.change_cluster(&relative, None, None, Some("kmsPswd2".into())).unwrap();
    t.kms("ConnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap();
    assert_eq!(state(&mut t), ("FAILED".into(), "INVALID_CREDENTIALS".into()));
    t.kms("DisconnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap();
    let password = json!({ "CustomKeyStoreId": id, "KeyStorePassword": "kmsPswd2" });
    t.kms("UpdateCustomKeyStore", password).unwrap();
    t.kms("ConnectCustomKeyStore", json!({ "CustomKeyStoreId": id })).unwrap();
    assert_eq!(state(&mut t).0, "CONNECTED");
    assert!(t.lab.remove_backend(&relative));
    let refused = t.kms("CreateKey", json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": id })).unwrap_err();
    assert_eq!(refused.code, "CloudHsmClusterNotFoundException");
}

#[test]
fn stores_are_listed_page_by_page_and_belong_to_one_account_and_region() {
    let mut t = lab();
    let mut ids: Vec<String> = Vec::new();
    for name in ["a", "b", "c"] {
        let (body, _) = hsm(&mut t, name);
        ids.push(store(&mut t, &body));
    }
    ids.sort();
    let first = t.kms("DescribeCustomKeyStores", json!({ "Limit": 2 })).unwrap();
    let second = t.kms("DescribeCustomKeyStores", json!({ "Limit": 2, "Marker": first["NextMarker"] })).unwrap();
    let listed: Vec<Value> = [&first, &second]
        .iter()
        .flat_map(|page| page["CustomKeyStores"].as_array().unwrap())
        .map(|entry| entry["CustomKeyStoreId"].clone())
        .collect();
    assert_eq!(listed, ids);
    assert_eq!((&first["Truncated"], &second["Truncated"]), (&json!(true), &json!(false)));
    let both = json!({ "CustomKeyStoreId": ids.first(), "CustomKeyStoreName": "a" });
    assert_eq!(code(t.kms("DescribeCustomKeyStores", both)), "ValidationException");
    let none = json!({ "CustomKeyStoreName": "z" });
    assert_eq!(code(t.kms("DescribeCustomKeyStores", none)), "CustomKeyStoreNotFoundException");
    let named = json!({ "CustomKeyStoreId": ids.first() });
    let admin = t.admin.clone();
    let elsewhere = t.kms_as(&admin, "eu-west-1", "ConnectCustomKeyStore", named.clone());
    assert_eq!(code(elsewhere), "CustomKeyStoreNotFoundException");
    let alice = t.user("alice", None);
    assert_eq!(code(t.kms_as(&alice, "us-east-1", "ConnectCustomKeyStore", named)), "AccessDeniedException");
}

#[test]
fn the_trail_tells_of_stores_and_keeps_their_secrets() {
    let mut t = lab();
    let (body, cluster) = hsm(&mut t, "mine");
    let id = connected(&mut t, &body);
    let records: Vec<Value> = t.lab.trail(0).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let [created, connected] = records.as_slice() else { unreachable!() };
    // As in AWS's published records.
    assert_eq!(created["requestParameters"], json!({ "customKeyStoreName": "mine", "clusterId": cluster }));
    assert_eq!(created["responseElements"], json!({ "customKeyStoreId": id }));
    assert_eq!(connected["requestParameters"], json!({ "customKeyStoreId": id }));
    assert_eq!(connected["responseElements"], Value::Null);
    assert_eq!(connected["additionalEventData"], json!({ "customKeyStoreName": "mine", "clusterId": cluster }));
    let body = xks(&mut t, "outside");
    store(&mut t, &body);
    let secret = body["XksProxyAuthenticationCredential"]["RawSecretAccessKey"].as_str().unwrap();
    let all = t.lab.trail(0).concat();
    assert!(!all.contains(secret) && !all.contains("kmsPswd1"));
}

#[test]
fn a_store_has_a_request_quota_of_its_own() {
    let mut t = lab();
    let (body, _) = hsm(&mut t, "mine");
    let id = connected(&mut t, &body);
    let (inside, outside) = (key_in(&mut t, "AWS_CLOUDHSM", &id, None), t.key());
    t.lab.set_quota("crypto_custom_key_store", Some(2.0)).unwrap();
    let encrypt = |key: &Value| json!({ "KeyId": key, "Plaintext": "aGk=" });
    for _ in 0..2 {
        t.kms("Encrypt", encrypt(&inside["KeyId"])).unwrap();
    }
    assert_eq!(code(t.kms("Encrypt", encrypt(&inside["KeyId"]))), "ThrottlingException");
    t.kms("Encrypt", encrypt(&json!(outside))).unwrap();
}
