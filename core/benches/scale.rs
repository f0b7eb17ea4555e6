//! A lab of 100,000 keys with 5 grants each, beside one with a single key: how fast it grows, what a key takes of memory,
//! and whether calls stay as fast. Budget: `DescribeKey` and `Encrypt` take at most 1.5 times as long.
//!
//! `KMSLAB_SCALE` is another number of keys. Rate and memory are told on standard error.

use criterion::{Criterion, criterion_group, criterion_main};
use kmslab::lab::{Credentials, Lab, LocalCall, Request};
use kmslab_benches::{NoChance, Standing};
use std::hint::black_box;
use std::time::Instant;

const GRANTS: usize = 5;

fn call(credentials: &Credentials, operation: &str, body: String) -> LocalCall {
    let headers = vec![
        ("X-Amz-Target".into(), format!("TrentService.{operation}")),
        ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ("User-Agent".into(), "Boto3/1.44.8 md/Botocore#1.44.8".into()),
    ];
    let request = Request { method: "POST".into(), target: "/".into(), headers, body: body.into_bytes(), peer: None };
    LocalCall { region: "us-east-1".into(), credentials: credentials.clone(), request }
}

/// A lab of so many keys, and the ids of some of them, spread over all.
fn grown(keys: usize) -> (Lab, Vec<String>) {
    let mut lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).build().unwrap();
    lab.set_quota("keys", Some(f64::INFINITY)).unwrap();
    let credentials = lab.credentials();
    let (every, mut some) = (keys.div_ceil(1000), Vec::new());
    let create = call(&credentials, "CreateKey", "{}".into());
    for number in 0..keys {
        let made: serde_json::Value = serde_json::from_slice(&lab.handle_local(&create).body).unwrap();
        let id = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        for grant in 0..GRANTS {
            let body = format!(
                r#"{{"KeyId": "{id}", "GranteePrincipal": "arn:aws:iam::111122223333:user/administrator", "Operations": ["Decrypt"], "Name": "grant-{grant}"}}"#
            );
            assert_eq!(lab.handle_local(&call(&credentials, "CreateGrant", body)).status, 200);
        }
        if number % every == 0 {
            some.push(id);
        }
    }
    (lab, some)
}

/// Bytes of this process in memory, where the system tells.
fn resident() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

fn scale(c: &mut Criterion) {
    let keys = std::env::var("KMSLAB_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let mut group = c.benchmark_group("scale");
    for (name, keys) in [("an empty lab", 1), ("many keys", keys)] {
        let (before, start) = (resident(), Instant::now());
        let (mut lab, some) = grown(keys);
        let taken = start.elapsed().as_secs_f64();
        if keys > 1 {
            let calls = (keys * (1 + GRANTS)) as f64;
            eprintln!("{keys} keys with {GRANTS} grants each: {taken:.1} s, {:.0} calls a second", calls / taken);
            if let (Some(before), Some(after)) = (before, resident()) {
                let each = after.saturating_sub(before) / keys;
                eprintln!("{each} bytes of memory a key, its grants and its records in the trail included");
            }
        }
        let credentials = lab.credentials();
        let plaintext = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        for operation in ["DescribeKey", "Encrypt"] {
            let calls: Vec<LocalCall> = some
                .iter()
                .map(|id| match operation {
                    "Encrypt" => format!(r#"{{"KeyId": "{id}", "Plaintext": "{plaintext}"}}"#),
                    _ => format!(r#"{{"KeyId": "{id}"}}"#),
                })
                .map(|body| call(&credentials, operation, body))
                .collect();
            assert_eq!(lab.handle_local(&calls[0]).status, 200);
            let mut next = calls.iter().cycle();
            group.bench_function(format!("{operation}, {name}"), |b| {
                b.iter(|| lab.handle_local(black_box(next.next().unwrap())));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, scale);
criterion_main!(benches);
