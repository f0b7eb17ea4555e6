//! Sealing and opening: whole blobs of the KMS API's sizes, and AES-256-GCM alone in bulk.
//!
//! A blob costs a derived key, an IV and a head besides the cipher; the cipher alone stands beside it, in the same run.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kmslab::base::Secret;
use kmslab::crypto::aead;
use kmslab::crypto::blob::{Blob, EncryptionContext, seal};
use kmslab_benches as _;
use std::hint::black_box;

/// Bytes of plaintext: a data key, a small record, the most that `Encrypt` takes.
const SIZES: [usize; 3] = [32, 256, 4096];
/// Bytes of the bulk measurement.
const BULK: usize = 1 << 20;

fn blobs(c: &mut Criterion) {
    let key = Secret::new(vec![7; 32]);
    let context = EncryptionContext::from([("tenant".into(), "blue".into()), ("purpose".into(), "bench".into())]);
    let mut group = c.benchmark_group("crypto/blob");
    for size in SIZES {
        let plaintext = vec![0x61; size];
        let sealed = seal(&[1; 32], &key, [2; 16], &context, &plaintext).unwrap();
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("seal", size), &plaintext, |b, plaintext| {
            b.iter(|| seal(black_box(&[1; 32]), &key, black_box([2; 16]), &context, black_box(plaintext)).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("open", size), &sealed, |b, sealed| {
            b.iter(|| Blob::parse(black_box(sealed)).unwrap().open(&key, &context).unwrap());
        });
    }
    group.finish();
}

fn cipher(c: &mut Criterion) {
    let mut group = c.benchmark_group("crypto/aes-256-gcm");
    for size in SIZES.into_iter().chain([BULK]) {
        let mut text = vec![0x61; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("seal", size), |b| {
            b.iter(|| aead::seal(black_box(&[7; 32]), black_box(&[2; 12]), b"", black_box(&mut text)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, blobs, cipher);
criterion_main!(benches);
