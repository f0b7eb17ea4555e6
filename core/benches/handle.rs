//! The whole gate: a signed Encrypt of 32 bytes, from HTTP bytes to HTTP bytes; and the road inside the process.
//! Budget: 12 µs for the signed one (design.md, section 3).

use criterion::{Criterion, criterion_group, criterion_main};
use kmslab::base::Clock;
use kmslab::lab::{Lab, LocalCall, Request};
use kmslab::wire::sigv4::{Signing, sign};
use kmslab_benches::{NoChance, Standing};
use std::hint::black_box;

fn request(operation: &str, body: String) -> Request {
    let headers = vec![
        ("Host".into(), "kms.us-east-1.amazonaws.com".into()),
        ("X-Amz-Target".into(), format!("TrentService.{operation}")),
        ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ("User-Agent".into(), "Boto3/1.44.8 md/Botocore#1.44.8".into()),
    ];
    Request { method: "POST".into(), target: "/".into(), headers, body: body.into_bytes(), peer: None }
}

fn handle(c: &mut Criterion) {
    let mut lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).build().unwrap();
    let credentials = lab.credentials();
    let local = |operation: &str, body: String| LocalCall {
        region: "us-east-1".into(),
        credentials: credentials.clone(),
        request: request(operation, body),
    };
    let created = lab.handle_local(&local("CreateKey", "{}".into()));
    let created: serde_json::Value = serde_json::from_slice(&created.body).unwrap();
    let key = created["KeyMetadata"]["KeyId"].as_str().unwrap();
    let body = format!(
        r#"{{"KeyId": "{key}", "Plaintext": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "EncryptionContext": {{"tenant": "blue"}}}}"#
    );

    let mut signed = request("Encrypt", body.clone());
    sign(
        &mut signed,
        &Signing {
            access_key_id: &credentials.access_key_id,
            secret: &credentials.secret_access_key,
            session_token: None,
            region: "us-east-1",
            service: "kms",
            now: Standing.now(),
        },
    );
    assert_eq!(lab.handle(&signed).status, 200);
    let unsigned = local("Encrypt", body);
    assert_eq!(lab.handle_local(&unsigned).status, 200);

    let mut group = c.benchmark_group("handle");
    group.bench_function("Encrypt 32 bytes, signed", |b| b.iter(|| lab.handle(black_box(&signed))));
    group.bench_function("Encrypt 32 bytes, in process", |b| b.iter(|| lab.handle_local(black_box(&unsigned))));
    group.finish();
}

criterion_group!(benches, handle);
criterion_main!(benches);
