//! Messages of the AWS Encryption SDK by AWS-LC, in memory: beside AWS-LC's AES-256-GCM alone, and beside age, which seals
//! streams in pieces of 64 KiB by ChaCha20-Poly1305.
//!
//! One thread where nothing else is said; the buffers are there before. What is alone seals in place, and beside, which is
//! what a message needs; by frames it has associated data, as frames have.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kmslab::base::{Entropy, NoEntropy, Secret, Timestamp};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::envelope::{Alone, Envelope, Job, RawAes, Sealer, Suite, Workers};
use kmslab_benches as _;
use std::hint::black_box;
use std::io::{Read, Write};
use std::num::NonZeroU32;

/// Bytes of plaintext: in the cache, and out of it.
const SIZES: [usize; 2] = [1 << 20, 1 << 26];
/// Whose buffers take seconds to make, and so only for who asks for it by its number.
const MUCH: usize = 1 << 30;
/// What stands before a frame, or no multiple of a word.
const ODD: usize = 243;
/// Bytes of a frame.
const FRAMES: [u32; 3] = [4096, 1 << 16, 1 << 20];

/// Not chance: what is measured needs none.
#[derive(Debug)]
struct Dice(u64);

impl Entropy for Dice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in out {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

/// As many threads as there are cores.
#[derive(Debug)]
struct Threads;

impl Workers for Threads {
    fn count(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn run<'a>(&self, jobs: Vec<Job<'a>>) {
        std::thread::scope(|scope| jobs.into_iter().for_each(|job| drop(scope.spawn(job))));
    }
}

fn sizes() -> impl Iterator<Item = usize> {
    let much = std::env::args().any(|filter| filter.contains(&MUCH.to_string()));
    SIZES.into_iter().chain(much.then_some(MUCH))
}

fn envelope(suite: Suite, frame: u32) -> Envelope {
    let key = RawAes::new("bench", "key", Secret::new(vec![7; 32])).unwrap();
    let envelope = Envelope::new(vec![Box::new(key)]).unwrap().provider(&kmslab_native::PROVIDER);
    envelope.suite(suite).frame_length(NonZeroU32::new(frame))
}

fn sealer(envelope: &mut Envelope) -> Sealer {
    envelope.sealer(&EncryptionContext::new(), None, Timestamp::from_secs(0), &mut Dice(7)).unwrap()
}

fn alone(c: &mut Criterion) {
    let mut group = c.benchmark_group("envelope/aws-lc-rs alone");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
    for size in sizes() {
        let mut text = vec![0x61; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("seal", size), |b| {
            b.iter(|| {
                let nonce = Nonce::assume_unique_for_key([0; 12]);
                key.seal_in_place_separate_tag(nonce, Aad::empty(), black_box(&mut text)).unwrap()
            });
        });
        // What a message needs, for its plaintext stays: out of one place into another, as a whole and by frames.
        // A message's header has any length, so that its frames begin at no multiple of a word.
        let mut all = vec![0; size + ODD];
        group.bench_function(format!("seal {size} beside, at an odd place"), |b| {
            b.iter(|| {
                let (nonce, mut tag) = (Nonce::assume_unique_for_key([0; 12]), [0; 16]);
                let out = &mut all[ODD..];
                key.seal_out_of_place_scatter(nonce, Aad::from([0; 62]), black_box(&text), out, &[], &mut tag).unwrap();
            });
        });
        let out = &mut all[..size];
        for piece in [size, 1 << 16, 4096] {
            group.bench_function(format!("seal {size} beside, by {piece}"), |b| {
                b.iter(|| {
                    for (text, out) in black_box(&text).chunks(piece).zip(out.chunks_mut(piece)) {
                        let (nonce, mut tag) = (Nonce::assume_unique_for_key([0; 12]), [0; 16]);
                        key.seal_out_of_place_scatter(nonce, Aad::from([0; 62]), text, out, &[], &mut tag).unwrap();
                    }
                });
            });
        }
    }
    group.finish();
}

fn messages(c: &mut Criterion) {
    for (name, suite) in [("unsigned", Suite::COMMITTING), ("signed", Suite::COMMITTING_SIGNED)] {
        let mut group = c.benchmark_group(format!("envelope/{name}"));
        group.sample_size(20);
        for size in sizes() {
            group.throughput(Throughput::Bytes(size as u64));
            for frame in FRAMES {
                let mut envelope = envelope(suite, frame);
                let plaintext = vec![0x61; size];
                let length = sealer(&mut envelope).sealed_length(size as u64).unwrap();
                let mut message = vec![0; usize::try_from(length).unwrap()];
                let frames = format!("{size}, frames of {frame}");
                for (how, workers) in [("", &Alone as &dyn Workers), (", all cores", &Threads)] {
                    group.bench_function(format!("seal {frames}{how}"), |b| {
                        b.iter(|| {
                            let sealer = sealer(&mut envelope);
                            sealer.seal_into(black_box(&plaintext), &mut message, workers, &mut Dice(9)).unwrap();
                        });
                    });
                    let mut out = vec![0; size];
                    group.bench_function(format!("open {frames}{how}"), |b| {
                        b.iter(|| {
                            let mut locked = envelope.locked();
                            let taken = locked.update(black_box(&message)).unwrap();
                            let context = EncryptionContext::new();
                            let opener =
                                envelope.unlock(locked, &context, Timestamp::from_secs(0), &mut Dice(9)).unwrap();
                            opener.open_into(&message[taken..], &mut out, workers).unwrap()
                        });
                    });
                }
            }
        }
        group.finish();
    }
}

fn age(c: &mut Criterion) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public();
    let mut group = c.benchmark_group("envelope/age");
    group.sample_size(20);
    for size in SIZES {
        let plaintext = vec![0x61; size];
        group.throughput(Throughput::Bytes(size as u64));
        let seal = || {
            let recipients = std::iter::once(&recipient as &dyn age::Recipient);
            let mut out = Vec::with_capacity(size + (size >> 10));
            let mut writer = age::Encryptor::with_recipients(recipients).unwrap().wrap_output(&mut out).unwrap();
            writer.write_all(&plaintext).unwrap();
            writer.finish().unwrap();
            out
        };
        let sealed = seal();
        group.bench_function(BenchmarkId::new("seal", size), |b| b.iter(seal));
        group.bench_function(BenchmarkId::new("open", size), |b| {
            b.iter(|| {
                let decryptor = age::Decryptor::new(black_box(&sealed[..])).unwrap();
                let mut out = Vec::with_capacity(size);
                let identities = std::iter::once(&identity as &dyn age::Identity);
                decryptor.decrypt(identities).unwrap().read_to_end(&mut out).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, alone, messages, age);
criterion_main!(benches);
