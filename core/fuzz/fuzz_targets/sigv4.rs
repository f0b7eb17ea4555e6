//! Signature Version 4: any request, as `METHOD target`, header lines, an empty line and a body. Nobody guesses the secret,
//! and whatever we sign, we verify.
#![no_main]

use kmslab::base::{Dialect, Secret, Timestamp};
use kmslab::wire::{Request, sigv4};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let headers = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.into(), value.into()));
    let mut request = Request {
        method: method.into(),
        target: target.into(),
        headers: headers.collect(),
        body: body.into(),
        peer: None,
    };
    let now = Timestamp::from_secs(1_767_323_045);
    let secret = Secret::new(b"a secret that stands in no corpus".to_vec());
    for (service, dialect) in [("kms", Dialect::Json), ("sts", Dialect::Query)] {
        if let Ok(presented) = sigv4::read(&request, service, dialect) {
            let _ = presented.fresh(now);
            assert!(presented.verify(&secret).is_err());
        }
    }

    // A header name that HTTP could not carry, a hash that is not the body's, an endpoint of another Region and a second
    // signature are the client's own mistakes.
    let token = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let plain = request.headers.iter().all(|(name, _)| token(name))
        && request.header("x-amz-content-sha256").is_none()
        && request.header("host").is_none()
        && !request.query().to_ascii_lowercase().contains("x-amz-")
        && !request.query().contains('%');
    if plain {
        let with = sigv4::Signing {
            access_key_id: "AKIDEXAMPLE",
            secret: &secret,
            session_token: None,
            region: "us-east-1",
            service: "kms",
            now,
        };
        sigv4::sign(&mut request, &with);
        let presented = sigv4::read(&request, "kms", Dialect::Json).expect("we signed it");
        presented.fresh(now).expect("we signed it now");
        presented.verify(&secret).expect("we signed it so");
    }
});
