//! A lab and a real external key store proxy: our own, which keeps to AWS's "External Key Store Proxy API Specification" and
//! can misbehave.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use base64ct::{Base64, Encoding};
use kmslab::base::{Dialect, Secret, Timespan};
use kmslab::crypto::{aead, mac};
use kmslab::lab::{Credentials, Lab, LocalCall, ManagerFixture};
use kmslab::wire::{Request, sigv4};
use kmslab_server::{HttpCarrier, OsEntropy, SystemClock};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const ACCESS: &str = "ABCDEFGHIJKLMNOPQRST";
const SECRET: &str = "VU6W2byoiBrhDqNGbx703oL0syCAmhlQgwNUT123456";
const MATERIAL: [u8; 32] = [7; 32];

/// How the proxy behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manners {
    Good,
    /// It answers with this status and `errorName`.
    Refuses(u16, &'static str),
    /// It reads and says nothing.
    Silent,
    /// It says what is no JSON.
    Mumbles,
    /// Its integrity value is that of something else.
    Lies,
    /// Its key manager is down.
    Down,
}

#[derive(Debug)]
struct Proxy {
    at: String,
    manners: Arc<Mutex<Manners>>,
    /// Path and body of every request.
    seen: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let (manners, seen) = (Arc::new(Mutex::new(Manners::Good)), Arc::new(Mutex::new(Vec::new())));
        let (how, log) = (Arc::clone(&manners), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (how, log) = (Arc::clone(&how), Arc::clone(&log));
                thread::spawn(move || converse(stream.unwrap(), &how, &log));
            }
        });
        Self { at, manners, seen }
    }

    fn behave(&self, manners: Manners) {
        *self.manners.lock().unwrap() = manners;
    }

    fn last(&self) -> (String, Value) {
        self.seen.lock().unwrap().last().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream, how: &Mutex<Manners>, log: &Mutex<Vec<(String, Value)>>) {
    let request = read(&mut stream);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    log.lock().unwrap().push((request.target.clone(), body.clone()));
    let manners = *how.lock().unwrap();
    let (status, answer) = match manners {
        Manners::Silent => {
            thread::sleep(Duration::from_secs(5));
            return;
        }
        Manners::Mumbles => (200, "hm".to_owned()),
        Manners::Refuses(status, name) => (status, json!({ "errorName": name, "errorMessage": "no" }).to_string()),
        _ => answer(&request, &body, manners),
    };
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", answer.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(answer.as_bytes()).unwrap();
}

fn read(stream: &mut TcpStream) -> Request {
    let (mut all, mut chunk) = (Vec::new(), [0; 1024]);
    loop {
        let count = stream.read(&mut chunk).unwrap();
        all.extend_from_slice(&chunk[..count]);
        let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let mut start = lines.next().unwrap().split(' ');
        let (method, target) = (start.next().unwrap().to_owned(), start.next().unwrap().to_owned());
        let headers: Vec<(String, String)> =
            lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.into(), value.into())).collect();
        let length = headers.iter().find(|(name, _)| name == "Content-Length").unwrap().1.parse::<usize>().unwrap();
        let body = all.split_off(end.checked_add(4).unwrap());
        if body.len() == length {
            return Request { method, target, headers, body, peer: None };
        }
        all.extend_from_slice(&body);
    }
}

/// As a proxy answers whose only key is `one`.
fn answer(request: &Request, body: &Value, manners: Manners) -> (u16, String) {
    let refused = |status: u16, name: &str| (status, json!({ "errorName": name }).to_string());
    let signed = sigv4::read(request, "kms-xks-proxy", Dialect::Json);
    let honest = signed.is_ok_and(|signed| {
        signed.access_key_id == ACCESS && signed.verify(&Secret::new(SECRET.as_bytes().to_vec())).is_ok()
    });
    if !honest {
        return refused(401, "AuthenticationFailedException");
    }
    let Some(path) = request.target.strip_prefix("/bank/kms/xks/v1") else {
        return refused(404, "InvalidUriPathException");
    };
    let bytes = |name: &str| decode(body[name].as_str().unwrap_or_default());
    let status = if manners == Manners::Down { "UNAVAILABLE" } else { "ACTIVE" };
    let good = match path {
        "/health" => json!({
            "xksProxyFleetSize": 1, "xksProxyVendor": "kmslab", "xksProxyModel": "test", "ekmVendor": "kmslab",
            "ekmFleetDetails": [{ "id": "1", "model": "test", "healthStatus": status }],
        }),
        "/keys/one/metadata" => {
            json!({ "keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT"], "keyStatus": "ENABLED" })
        }
        "/keys/one/encrypt" => {
            let (iv, metadata) = ([9; aead::IV], b"version=1");
            let (mut text, given) = (bytes("plaintext"), bytes("additionalAuthenticatedData"));
            let tag = aead::seal(&MATERIAL, &iv, &given, &mut text).unwrap();
            let integrity =
                mac::sha256(&[&given, metadata, &iv, &text, if manners == Manners::Lies { b"" } else { &tag }]);
            json!({
                "ciphertext": encode(&text), "ciphertextMetadata": encode(metadata),
                "initializationVector": encode(&iv), "authenticationTag": encode(&tag),
                "ciphertextDataIntegrityValue": encode(&integrity),
            })
        }
        "/keys/one/decrypt" => {
            let (mut text, given) = (bytes("ciphertext"), bytes("additionalAuthenticatedData"));
            assert_eq!(bytes("ciphertextMetadata"), b"version=1");
            let iv: [u8; aead::IV] = bytes("initializationVector").try_into().unwrap();
            let tag: [u8; aead::TAG] = bytes("authenticationTag").try_into().unwrap();
            if aead::open(&MATERIAL, &iv, &given, &mut text, &tag).is_err() {
                return refused(400, "InvalidCiphertextException");
            }
            json!({ "plaintext": encode(&text) })
        }
        _ => return refused(404, "KeyNotFoundException"),
    };
    (200, good.to_string())
}

fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).unwrap()
}

struct Bench {
    lab: Lab,
    proxy: Proxy,
}

impl Bench {
    fn new(timeout: Duration) -> Self {
        let proxy = Proxy::start();
        let mut lab = Lab::builder(Box::new(SystemClock::new()), Box::new(OsEntropy)).build().unwrap();
        lab.carry(Box::new(HttpCarrier::new(timeout)));
        lab.add_key_manager(ManagerFixture {
            endpoint: "https://keys.example.com".into(),
            path: "/bank/kms/xks/v1".into(),
            credential: Some((ACCESS.into(), SECRET.into())),
            service: None,
            remote: Some(proxy.at.clone()),
            connect_time: Timespan::millis(0),
        })
        .unwrap();
        Self { lab, proxy }
    }

    fn kms(&mut self, operation: &str, body: &Value) -> Result<Value, (String, String)> {
        let headers = vec![
            ("X-Amz-Target".into(), format!("TrentService.{operation}")),
            ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ];
        let body = body.to_string().into_bytes();
        let request = Request { method: "POST".into(), target: "/".into(), headers, body, peer: None };
        let credentials: Credentials = self.lab.credentials();
        let response = self.lab.handle_local(&LocalCall { region: "us-east-1".into(), credentials, request });
        let value: Value = serde_json::from_slice(&response.body).unwrap();
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        if response.status == 200 { Ok(value) } else { Err((text("__type"), text("message"))) }
    }

    fn store(&mut self, secret: &str) -> Result<Value, (String, String)> {
        self.kms(
            "CreateCustomKeyStore",
            &json!({
                "CustomKeyStoreName": "outside", "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
                "XksProxyConnectivity": "PUBLIC_ENDPOINT",
                "XksProxyUriEndpoint": "https://keys.example.com", "XksProxyUriPath": "/bank/kms/xks/v1",
                "XksProxyAuthenticationCredential": { "AccessKeyId": ACCESS, "RawSecretAccessKey": secret },
            }),
        )
    }

    /// A connected store with a key.
    fn key(&mut self) -> String {
        let store = self.store(SECRET).unwrap()["CustomKeyStoreId"].clone();
        self.kms("ConnectCustomKeyStore", &json!({ "CustomKeyStoreId": store })).unwrap();
        let body = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "none" });
        assert_eq!(self.kms("CreateKey", &body).unwrap_err().0, "XksKeyNotFoundException");
        let body = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "one" });
        self.kms("CreateKey", &body).unwrap()["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }
}

#[test]
fn kms_encrypts_through_the_proxy_and_never_shows_it_a_plaintext() {
    let mut bench = Bench::new(Duration::from_secs(10));
    let key = bench.key();
    let context = json!({ "stage": "test" });
    let body = json!({ "KeyId": key, "Plaintext": "aGVsbG8=", "EncryptionContext": context });
    let sealed = bench.kms("Encrypt", &body).unwrap()["CiphertextBlob"].clone();
    let (path, sent) = bench.proxy.last();
    assert_eq!(path, "/bank/kms/xks/v1/keys/one/encrypt");
    let metadata = &sent["requestMetadata"];
    assert_eq!((&metadata["kmsKeyArn"], &metadata["kmsOperation"]), (&json!(key), &json!("Encrypt")));
    assert_eq!(metadata["awsPrincipalArn"], "arn:aws:iam::111122223333:user/administrator");
    let record: Value = serde_json::from_str(&bench.lab.trail(0).pop().unwrap()).unwrap();
    assert_eq!(metadata["kmsRequestId"], record["requestID"]);
    let seen = decode(sent["plaintext"].as_str().unwrap());
    assert!(!seen.windows(5).any(|window| window == b"hello"), "KMS encrypts first");
    let open = json!({ "CiphertextBlob": sealed, "EncryptionContext": context });
    assert_eq!(bench.kms("Decrypt", &open).unwrap()["Plaintext"], "aGVsbG8=");
    let longest = json!({ "KeyId": key, "Plaintext": encode(&[0x61; 4096]) });
    let sealed = bench.kms("Encrypt", &longest).unwrap()["CiphertextBlob"].clone();
    assert!(decode(bench.proxy.last().1["plaintext"].as_str().unwrap()).len() <= 4300, "what every proxy must take");
    assert_eq!(bench.kms("Decrypt", &json!({ "CiphertextBlob": sealed })).unwrap()["Plaintext"], longest["Plaintext"]);
}

#[test]
fn refusals_of_the_proxy_are_told_in_the_words_of_the_specification() {
    let mut bench = Bench::new(Duration::from_secs(10));
    let key = bench.key();
    let encrypt = json!({ "KeyId": key, "Plaintext": "aGVsbG8=" });
    let cases = [
        (Manners::Refuses(400, "ValidationException"), "AWS KMS cannot interpret the response"),
        (Manners::Refuses(400, "InvalidStateException"), "the external key is not enabled"),
        (Manners::Refuses(400, "InvalidKeyUsageException"), "does not support the requested operation."),
        (Manners::Refuses(401, "AuthenticationFailedException"), "it could not authenticate AWS KMS"),
        (Manners::Refuses(403, "AccessDeniedException"), "denied access to the operation"),
        (Manners::Refuses(404, "KeyNotFoundException"), "it could not find the external key."),
        (Manners::Refuses(404, "InvalidUriPathException"), "because of an invalid URI path"),
        (Manners::Refuses(429, "ThrottlingException"), "due to a very high request rate"),
        (Manners::Refuses(500, "InternalException"), "it cannot communicate with the external key manager"),
        (Manners::Refuses(501, "UnsupportedOperationException"), "it does not support the requested operation. If"),
        (Manners::Refuses(503, "DependencyTimeoutException"), "did not respond to the request in the time allotted"),
        (Manners::Mumbles, "AWS KMS cannot interpret the response"),
        (Manners::Lies, "AWS KMS cannot interpret the response"),
    ];
    for (manners, want) in cases {
        bench.proxy.behave(manners);
        let (code, message) = bench.kms("Encrypt", &encrypt).unwrap_err();
        assert!(code == "KMSInvalidStateException" && message.contains(want), "{manners:?}: {code} {message}");
    }
    bench.proxy.behave(Manners::Good);
    bench.kms("Encrypt", &encrypt).unwrap();
}

#[test]
fn a_store_is_made_of_a_healthy_proxy_alone() {
    let mut bench = Bench::new(Duration::from_secs(10));
    let wrong = bench.store(&"a".repeat(43)).unwrap_err();
    assert_eq!(wrong.0, "XksProxyIncorrectAuthenticationCredentialException");
    let cases = [
        (Manners::Down, "XksProxyUriUnreachableException"),
        (Manners::Mumbles, "XksProxyInvalidResponseException"),
        (Manners::Refuses(404, "InvalidUriPathException"), "XksProxyInvalidConfigurationException"),
        (Manners::Refuses(500, "InternalException"), "XksProxyInvalidResponseException"),
        (Manners::Refuses(429, "ThrottlingException"), "XksProxyUriUnreachableException"),
    ];
    for (manners, want) in cases {
        bench.proxy.behave(manners);
        assert_eq!(bench.store(SECRET).unwrap_err().0, want, "{manners:?}");
    }
    bench.proxy.behave(Manners::Good);
    let store = bench.store(SECRET).unwrap();
    let (path, sent) = bench.proxy.last();
    assert_eq!(path, "/bank/kms/xks/v1/health");
    assert_eq!(sent["requestMetadata"]["kmsOperation"], "CreateCustomKeyStore");
    bench.proxy.behave(Manners::Down);
    bench.kms("ConnectCustomKeyStore", &json!({ "CustomKeyStoreId": store["CustomKeyStoreId"] })).unwrap();
    let described = bench.kms("DescribeCustomKeyStores", &json!({})).unwrap()["CustomKeyStores"][0].clone();
    assert_eq!(
        (&described["ConnectionState"], &described["ConnectionErrorCode"]),
        (&json!("FAILED"), &json!("XKS_PROXY_NOT_REACHABLE"))
    );
}

#[test]
fn a_proxy_that_is_slow_or_away_is_told_apart() {
    let mut bench = Bench::new(Duration::from_secs(1));
    bench.proxy.behave(Manners::Silent);
    let (code, message) = bench.store(SECRET).unwrap_err();
    assert_eq!(code, "XksProxyUriUnreachableException");
    assert!(message.contains("in the time allotted"), "{message}");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    bench
        .lab
        .add_key_manager(ManagerFixture {
            endpoint: "https://keys.example.com".into(),
            path: "/bank/kms/xks/v1".into(),
            credential: Some((ACCESS.into(), SECRET.into())),
            service: None,
            remote: Some(format!("http://{free}")),
            connect_time: Timespan::millis(0),
        })
        .unwrap();
    let (code, message) = bench.store(SECRET).unwrap_err();
    assert_eq!(code, "XksProxyUriUnreachableException");
    assert!(message.contains("AWS KMS cannot communicate with the external key store proxy"), "{message}");
}
