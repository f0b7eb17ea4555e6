//! The server with the lab that ships: signed requests on real sockets.
#![expect(clippy::unwrap_used, reason = "tests may panic, and so may what helps them")]

use kmslab::base::{Clock, Dialect};
use kmslab::lab::{Credentials, Lab};
use kmslab::wire::model::{OperationModel, SERVICES, ServiceModel};
use kmslab::wire::{Request, sigv4};
use kmslab_server::{Options, OsEntropy, Running, ServeError, Settings, Stop, SystemClock, serve, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A client that keeps its connection and signs like AWS's.
struct Client {
    stream: BufReader<TcpStream>,
    /// The `Host` that it sends.
    host: String,
    credentials: Credentials,
}

impl Client {
    fn new(addr: SocketAddr, credentials: Credentials) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), host: addr.to_string(), credentials }
    }

    /// Calls an operation; gives status, headers in lower case, and body.
    fn call(&mut self, service: &ServiceModel, operation: &str, body: String) -> (u16, String, String) {
        let mut headers = vec![("Host".to_owned(), self.host.clone())];
        headers.push(match service.dialect {
            Dialect::Json => ("Content-Type".into(), "application/x-amz-json-1.1".into()),
            Dialect::Query => ("Content-Type".into(), "application/x-www-form-urlencoded".into()),
        });
        if service.dialect == Dialect::Json {
            headers.push(("X-Amz-Target".into(), format!("{}.{operation}", service.target_prefix)));
        }
        let mut request =
            Request { method: "POST".into(), target: "/".into(), headers, body: body.into_bytes(), peer: None };
        let Credentials { access_key_id, secret_access_key, .. } = &self.credentials;
        sigv4::sign(
            &mut request,
            &sigv4::Signing {
                access_key_id,
                secret: secret_access_key,
                session_token: None,
                region: "us-east-1",
                service: service.name,
                now: SystemClock::new().now(),
            },
        );
        let mut text = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n", request.body.len()).into_bytes();
        for (name, value) in &request.headers {
            text.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        text.extend_from_slice(b"\r\n");
        text.extend_from_slice(&request.body);
        self.stream.get_mut().write_all(&text).unwrap();

        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.stream.read_line(&mut head).unwrap() > 0, "closed after {head:?}");
        }
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head, String::from_utf8(body).unwrap())
    }

    /// Calls an operation of KMS that works.
    fn kms(&mut self, operation: &str, input: &Value) -> Value {
        let (status, _, body) = self.call(service("kms"), operation, input.to_string());
        assert_eq!(status, 200, "{operation}: {body}");
        if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap() }
    }
}

fn service(name: &str) -> &'static ServiceModel {
    SERVICES.iter().find(|service| service.name == name).unwrap()
}

fn started() -> (Running, Arc<Mutex<Lab>>, Credentials) {
    let lab = Lab::builder(Box::new(SystemClock::new()), Box::new(OsEntropy)).build().unwrap();
    let credentials = lab.credentials();
    let lab = Arc::new(Mutex::new(lab));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let running = start(Arc::clone(&lab), listener, Settings::default(), Stop::new()).unwrap();
    (running, lab, credentials)
}

/// Sends a control request: status and body.
fn control(addr: SocketAddr, method: &str, path: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(addr).unwrap();
    let length = body.len();
    let head = format!("{method} /_kmslab/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    stream.write_all(format!("{head}Content-Length: {length}\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn organizations_and_vpc_endpoints_are_set_and_enforced_over_http() {
    let (server, _, credentials) = started();
    let mut client = Client::new(server.addr, credentials);
    let key = client.kms("CreateKey", &json!({}))["KeyMetadata"]["KeyId"].clone();
    let encrypt = |client: &mut Client| {
        client.call(service("kms"), "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" }).to_string())
    };
    let deny =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}]});
    let form = json!({"management_account": "999988887777", "scps": {"no": deny}});
    assert_eq!(control(server.addr, "GET", "organization", ""), (200, Value::Null));
    let (status, shown) = control(server.addr, "PUT", "organization", &form.to_string());
    assert_eq!((status, &shown["scps"]), (200, &form["scps"]), "{shown}");
    assert!(encrypt(&mut client).2.contains("explicit deny in a service control policy"));
    assert_eq!(control(server.addr, "PUT", "organization", "{}").0, 400);
    assert_eq!(control(server.addr, "GET", "organization", ""), (200, shown));
    assert_eq!(control(server.addr, "PUT", "organization", "null"), (200, Value::Null));
    assert_eq!(encrypt(&mut client).0, 200);

    let policy =
        json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]});
    let (status, made) = control(server.addr, "POST", "vpc-endpoint", &json!({"policy": policy}).to_string());
    assert_eq!(status, 200, "{made}");
    assert_eq!(control(server.addr, "POST", "vpc-endpoint", r#"{"id": "x"}"#).0, 400);
    assert_eq!(encrypt(&mut client).0, 200);
    client.host = format!("{}:{}", made["local_host"].as_str().unwrap(), server.addr.port());
    assert!(encrypt(&mut client).2.contains("no VPC endpoint policy allows the kms:Encrypt action"));
}

#[test]
fn every_operation_answers_an_empty_body_in_its_own_words() {
    let (server, _, credentials) = started();
    let mut client = Client::new(server.addr, credentials);
    for service in SERVICES {
        for OperationModel { name, .. } in service.operations {
            let body = match service.dialect {
                Dialect::Json => "{}".into(),
                Dialect::Query => format!("Action={name}&Version={}", service.version),
            };
            let (status, head, body) = client.call(service, name, body);
            let name = format!("{}:{name}", service.name);
            assert!((200..500).contains(&status), "{name}: {status} {body}");
            assert!(head.contains("x-amzn-requestid: "), "{name}: {head}");
            match service.dialect {
                Dialect::Json if status == 200 => {}
                Dialect::Json => assert!(body.contains("\"__type\":\""), "{name}: {body}"),
                Dialect::Query => assert!(body.contains("<RequestId>"), "{name}: {body}"),
            }
        }
    }
}

#[test]
fn writers_on_many_connections_do_not_lose_each_others_work() {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 10;
    let (server, lab, credentials) = started();
    let before = lab.lock().unwrap().trail_len();
    let keys: BTreeSet<String> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let mut client = Client::new(server.addr, credentials.clone());
                scope.spawn(move || {
                    let mut made = Vec::new();
                    for round in 0..ROUNDS {
                        let key =
                            client.kms("CreateKey", &json!({}))["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
                        let alias = format!("alias/{writer}-{round}");
                        client.kms("CreateAlias", &json!({ "AliasName": alias, "TargetKeyId": key }));
                        let sealed = client.kms("Encrypt", &json!({ "KeyId": alias, "Plaintext": "aGVsbG8=" }));
                        let opened = client.kms("Decrypt", &json!({ "CiphertextBlob": sealed["CiphertextBlob"] }));
                        assert_eq!(opened["Plaintext"], "aGVsbG8=");
                        made.push(key);
                    }
                    made
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(keys.len(), WRITERS * ROUNDS);
    assert_eq!(lab.lock().unwrap().trail_len() - before, WRITERS * ROUNDS * 4);
    let mut client = Client::new(server.addr, credentials);
    let listed = client.kms("ListKeys", &json!({ "Limit": 1000 }));
    let listed =
        listed["Keys"].as_array().unwrap().iter().map(|key| key["KeyId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(keys, listed);
}

#[test]
fn others_are_answered_while_a_long_key_is_made() {
    let (running, _, credentials) = started();
    let addr = running.addr;
    let mut other = Client::new(addr, credentials.clone());
    let slow = thread::spawn(move || {
        let mut client = Client::new(addr, credentials);
        client.kms("CreateKey", &json!({ "KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY" }))
    });
    let mut answered = 0;
    while !slow.is_finished() {
        assert!(other.kms("ListKeys", &json!({}))["Keys"].is_array());
        answered += 1;
    }
    assert_eq!(slow.join().unwrap()["KeyMetadata"]["KeyState"], "Enabled");
    // Behind the lock it would be one or two: a pair of primes of 2,048 bits takes a thousand times what an answer takes.
    assert!(answered > 10, "{answered} answers meanwhile");
}

#[test]
fn a_body_over_the_limit_is_refused_in_the_services_words() {
    let (server, _, credentials) = started();
    for (name, want) in [("kms", "RequestEntityTooLargeException"), ("sts", "<Code>RequestEntityTooLarge</Code>")] {
        let served = service(name);
        let operation = if name == "kms" { "Encrypt" } else { "GetCallerIdentity" };
        let mut client = Client::new(server.addr, credentials.clone());
        let (status, head, body) = client.call(served, operation, "x".repeat((1 << 20) + 1));
        assert_eq!(status, 413, "{body}");
        // Which service it was meant for stands in the body, for query services: there it was not read.
        assert!(body.contains(want) || name == "sts", "{body}");
        assert!(head.contains("x-amzn-requestid: "), "{head}");
        // The connection is good for more.
        let (status, ..) =
            client.call(service("sts"), "GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15".into());
        assert_eq!(status, 200);
    }
}

/// Options of a server with its lab in `file`.
fn in_file(file: &std::path::Path) -> Options {
    Options { port: 0, quiet: true, colour: Some(false), file: Some(file.to_owned()), ..Options::default() }
}

/// A folder of a test's own, gone with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kmslab-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_lab_in_a_file_goes_on() {
    let folder = Folder::new("goes-on");
    let options = in_file(&folder.0.join("lab.kmslab"));
    let served = serve(&options, Stop::new()).unwrap();
    let credentials = served.lab.lock().unwrap().credentials();
    let mut client = Client::new(served.running.addr, credentials.clone());
    let key = client.kms("CreateKey", &json!({}))["KeyMetadata"]["KeyId"].clone();
    let sealed = client.kms("Encrypt", &json!({ "KeyId": key, "Plaintext": "aGVsbG8=" }));
    // Its file is in use.
    assert!(matches!(serve(&options, Stop::new()), Err(ServeError::File { .. })));
    served.running.stop.stop();
    served.finish().unwrap();

    let other = Options { account: Some("444455556666".parse().unwrap()), ..options.clone() };
    assert!(matches!(serve(&other, Stop::new()), Err(ServeError::Conflict { option: "--account", .. })));
    let other = Options { seed: Some(1), ..options.clone() };
    assert!(matches!(serve(&other, Stop::new()), Err(ServeError::Conflict { option: "--seed", .. })));

    let served = serve(&options, Stop::new()).unwrap();
    let mut client = Client::new(served.running.addr, credentials);
    let opened = client.kms("Decrypt", &json!({ "CiphertextBlob": sealed["CiphertextBlob"] }));
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
    served.running.stop.stop();
    served.finish().unwrap();
    // Nothing else is left beside it.
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_no_lab_stays_as_it_is() {
    let folder = Folder::new("no-lab");
    let file = folder.0.join("notes.txt");
    std::fs::write(&file, "not a lab").unwrap();
    let error = serve(&in_file(&file), Stop::new()).unwrap_err();
    assert!(error.to_string().contains("not a saved lab"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a lab");
}

#[test]
fn an_address_that_is_taken_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let options = Options { port: taken.local_addr().unwrap().port(), ..Options::default() };
    let error = serve(&options, Stop::new()).unwrap_err();
    assert!(error.to_string().contains("is taken"), "{error}");
}
