//! AWS Encryption SDK messages: what is sealed opens again, in any pieces, and nothing else does.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

extern crate alloc;

mod envelope_support;
mod support;

use core::num::NonZeroU32;
use envelope_support::{Dice, LabKms, context, now, patterned, raw};
use kmslab::base::{Secret, Timespan};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{PairSpec, PrivateKey};
use kmslab::crypto::provider::RUST_CRYPTO;
use kmslab::envelope::{Alone, Job, Sealer, Workers};
use kmslab::envelope::{
    CacheLimits, CommitmentPolicy, Discovery, Envelope, KeyProvider, KmsKey, Locked, RawAes, RawRsa, Refused, SUITES,
    Suite,
};
use kmslab::lab::inspect;
use proptest::prelude::*;

/// An envelope with one raw key, for `suite`, under a policy that allows it.
fn envelope(suite: Suite, frame: u32) -> Envelope {
    let policy = if suite.commits() {
        CommitmentPolicy::RequireEncryptRequireDecrypt
    } else {
        CommitmentPolicy::ForbidEncryptAllowDecrypt
    };
    Envelope::new(vec![raw("key 1", 32)]).unwrap().policy(policy).suite(suite).frame_length(NonZeroU32::new(frame))
}

fn seal(envelope: &mut Envelope, plaintext: &[u8], pairs: &EncryptionContext) -> Vec<u8> {
    envelope.seal(plaintext, pairs, now(), &mut Dice(7)).unwrap()
}

fn open(envelope: &mut Envelope, message: &[u8], pairs: &EncryptionContext) -> Result<Vec<u8>, Refused> {
    envelope.open(message, pairs, now(), &mut Dice(9)).map(|opened| opened.plaintext)
}

/// Opens `message` in pieces of `size` bytes; what came out before it failed is left in `out`.
fn open_in_pieces(
    envelope: &mut Envelope,
    message: &[u8],
    pairs: &EncryptionContext,
    size: usize,
    out: &mut Vec<u8>,
) -> Result<(), Refused> {
    let mut locked: Option<Locked> = Some(envelope.locked());
    let mut opener = None;
    for piece in message.chunks(size) {
        let mut rest = piece;
        if let Some(mut header) = locked.take() {
            rest = &piece[header.update(piece)?..];
            if header.header().is_some() {
                opener = Some(envelope.unlock(header, pairs, now(), &mut Dice(9))?);
            } else {
                locked = Some(header);
                continue;
            }
        }
        opener.as_mut().unwrap().update(rest, out)?;
    }
    opener.ok_or(Refused::Cut)?.finish().map(drop)
}

#[test]
fn every_suite_seals_and_opens_every_length() {
    let pairs = context(&[("tenant", "7"), ("é", "")]);
    for suite in SUITES {
        for (frame, lengths) in [(16, &[0, 1, 15, 16, 17, 32, 100][..]), (0, &[0, 1, 100]), (4096, &[0, 4096, 9000])] {
            let mut envelope = envelope(suite, frame);
            for length in lengths {
                let plaintext = patterned(*length);
                let message = seal(&mut envelope, &plaintext, &pairs);
                let opened = envelope.open(&message, &pairs, now(), &mut Dice(9)).unwrap();
                assert_eq!(opened.plaintext, plaintext, "{suite} {frame} {length}");
                assert_eq!(opened.header.suite, suite);
                assert_eq!(opened.header.frame_length, NonZeroU32::new(frame));
                assert_eq!(opened.header.context.contains_key("aws-crypto-public-key"), suite.signs());
                let sealer = envelope.sealer(&pairs, None, now(), &mut Dice(7)).unwrap();
                assert_eq!(
                    sealer.sealed_length(*length as u64),
                    Some(message.len() as u64),
                    "{suite} {frame} {length}"
                );
            }
        }
    }
}

#[test]
fn every_bit_and_every_cut_of_a_message_is_refused() {
    let pairs = context(&[("a", "b")]);
    for suite in SUITES {
        for frame in [8, 0] {
            let mut envelope = envelope(suite, frame);
            let message = seal(&mut envelope, &patterned(20), &pairs);
            for cut in 0..message.len() {
                assert!(open(&mut envelope, &message[..cut], &pairs).is_err(), "{suite} {frame}: {cut} bytes");
            }
            let longer = [&message[..], &[0]].concat();
            assert!(open(&mut envelope, &longer, &pairs).is_err(), "{suite} {frame}: a byte more");
            // Signatures take long where nothing is optimised: one bit of each byte there, every bit elsewhere.
            for at in 0..message.len() {
                for bit in if suite.signs() { at % 8..at % 8 + 1 } else { 0..8 } {
                    let mut bad = message.clone();
                    bad[at] ^= 1 << bit;
                    assert!(open(&mut envelope, &bad, &pairs).is_err(), "{suite} {frame}: bit {bit} of byte {at}");
                }
            }
        }
    }
}

#[test]
fn plaintext_is_released_only_when_its_frame_verified() {
    for suite in [Suite::COMMITTING, Suite::COMMITTING_SIGNED] {
        let mut envelope = envelope(suite, 8);
        let pairs = EncryptionContext::new();
        let plaintext = patterned(24);
        let message = seal(&mut envelope, &plaintext, &pairs);
        let mut seen = Vec::new();
        let footer = if suite.signs() { 105 } else { 0 };
        // The last byte of the first, the second and the last frame's tag, and of the signature.
        let ends = [(40 + 40 + footer + 8, 0), (40 + footer + 8, 8), (footer, 16)];
        for (from_end, whole) in ends {
            let mut bad = message.clone();
            let at = bad.len() - from_end - 1;
            bad[at] ^= 1;
            for size in [1, 7, 1000] {
                seen.clear();
                let refused = open_in_pieces(&mut envelope, &bad, &pairs, size, &mut seen).unwrap_err();
                assert!(matches!(refused, Refused::NotAuthentic), "{suite} {from_end} {size}: {refused}");
                assert_eq!(seen, plaintext[..whole], "{suite} {from_end} {size}");
            }
        }
        if suite.signs() {
            let mut bad = message.clone();
            *bad.last_mut().unwrap() ^= 1;
            seen.clear();
            let refused = open_in_pieces(&mut envelope, &bad, &pairs, 7, &mut seen).unwrap_err();
            assert!(matches!(refused, Refused::NotAuthentic), "{refused}");
            assert_eq!(seen, plaintext[..16], "the last frame waits for the signature");
        }
    }
}

#[test]
fn what_failed_once_stays_failed() {
    let mut envelope = envelope(Suite::COMMITTING, 8);
    let pairs = EncryptionContext::new();
    let message = seal(&mut envelope, &patterned(24), &pairs);
    let mut locked = envelope.locked();
    let taken = locked.update(&message).unwrap();
    let mut opener = envelope.unlock(locked, &pairs, now(), &mut Dice(9)).unwrap();
    let mut bad = message[taken..].to_vec();
    bad[20] ^= 1;
    let mut out = Vec::new();
    assert!(opener.update(&bad, &mut out).is_err());
    assert!(opener.update(&message[taken..], &mut out).is_err() && out.is_empty());
    assert!(matches!(opener.finish(), Err(Refused::NotAuthentic)));
}

#[test]
fn frames_neither_move_nor_go_missing() {
    let mut envelope = envelope(Suite::COMMITTING, 8);
    let pairs = EncryptionContext::new();
    let message = seal(&mut envelope, &patterned(28), &pairs);
    let (frame, last) = (4 + 12 + 8 + 16, 4 + 4 + 12 + 4 + 4 + 16);
    let body = message.len() - 3 * frame - last;
    let part = |n: usize| message[body + n * frame..body + (n + 1) * frame].to_vec();
    let (head, end) = (message[..body].to_vec(), message[message.len() - last..].to_vec());
    let cases: [(&str, Vec<Vec<u8>>); 5] = [
        ("swapped", vec![part(1), part(0), part(2), end.clone()]),
        ("one left out", vec![part(0), part(2), end.clone()]),
        ("one twice", vec![part(0), part(0), part(1), part(2), end.clone()]),
        ("without the last", vec![part(0), part(1), part(2)]),
        ("two last ones", vec![part(0), part(1), part(2), end.clone(), end.clone()]),
    ];
    for (what, parts) in cases {
        let bad = [head.clone(), parts.concat()].concat();
        assert!(open(&mut envelope, &bad, &pairs).is_err(), "{what}");
    }
}

/// Four threads.
#[derive(Debug)]
struct Four;

impl Workers for Four {
    fn count(&self) -> usize {
        4
    }

    fn run<'a>(&self, jobs: Vec<Job<'a>>) {
        std::thread::scope(|scope| jobs.into_iter().for_each(|job| drop(scope.spawn(job))));
    }
}

#[test]
fn several_workers_make_the_same_bytes() {
    let pairs = context(&[("a", "b")]);
    for (suite, frame, length) in [
        (Suite::COMMITTING, 100_000, 2_500_000),
        (Suite::COMMITTING, 100_000, 2_500_001),
        (Suite::COMMITTING, 1 << 23, 2_100_000),
        (Suite::COMMITTING_SIGNED, 65_536, 2_100_000),
        (Suite::COMMITTING, 0, 100_000),
        (Suite::COMMITTING, 4096, 0),
    ] {
        let mut envelope = envelope(suite, frame);
        let plaintext = patterned(length);
        let sealer = || envelope_sealer(suite, frame, &pairs);
        let mut one = vec![0; usize::try_from(sealer().sealed_length(length as u64).unwrap()).unwrap()];
        let mut four = one.clone();
        sealer().seal_into(&plaintext, &mut one, &Alone, &mut Dice(3)).unwrap();
        sealer().seal_into(&plaintext, &mut four, &Four, &mut Dice(3)).unwrap();
        let mut stream = Vec::new();
        let mut sealing = sealer();
        sealing.update(&plaintext, &mut stream).unwrap();
        sealing.finish(&mut stream, &mut Dice(3)).unwrap();
        assert!(one == four && one == stream, "{suite} {frame} {length}");

        let mut open = |message: &[u8]| {
            let mut locked = envelope.locked();
            let taken = locked.update(message)?;
            let opener = envelope.unlock(locked, &pairs, now(), &mut Dice(9))?;
            let mut out = vec![0; opener.opened_length(&message[taken..])?];
            opener.open_into(&message[taken..], &mut out, &Four).map(|_| out)
        };
        assert!(open(&four).unwrap() == plaintext, "{suite} {frame} {length}");
        for at in [four.len() / 2, four.len() - 1] {
            let mut bad = four.clone();
            bad[at] ^= 1;
            assert!(open(&bad).is_err(), "{suite} {frame} {length} {at}");
        }
        assert!(sealer().seal_into(&plaintext, &mut four[1..], &Four, &mut Dice(3)).is_err());
    }
}

fn envelope_sealer(suite: Suite, frame: u32, pairs: &EncryptionContext) -> Sealer {
    envelope(suite, frame).sealer(pairs, None, now(), &mut Dice(7)).unwrap()
}

#[test]
fn frames_that_are_sealed_and_opened_elsewhere_make_the_same_message() {
    let (pairs, frame) = (context(&[("a", "b")]), 100);
    let plaintext = patterned(350);
    for suite in [Suite::COMMITTING, Suite::COMMITTING_SIGNED, "0x0114".parse().unwrap()] {
        let mut here = envelope(suite, frame);
        let mut sealer = here.sealer(&pairs, Some(350), now(), &mut Dice(7)).unwrap();
        let want = seal(&mut here, &plaintext, &pairs);
        let key = RUST_CRYPTO.aes_gcm.prepare(sealer.key().expose()).unwrap();
        let mut message = Vec::new();
        sealer.update(&[], &mut message).unwrap();
        let start = message.len();
        let (regular, rest) = plaintext.split_at(300);
        for (lent, text) in sealer.lend(3).unwrap().into_iter().zip(regular.chunks(100)) {
            message.extend_from_slice(&lent.number);
            message.extend_from_slice(&lent.iv);
            let from = message.len();
            message.resize(from + text.len() + 16, 0);
            key.seal_to(&lent.iv, &lent.aad, text, &mut message[from..]).unwrap();
        }
        sealer.sealed(&message[start..]);
        sealer.update(rest, &mut message).unwrap();
        assert!(sealer.lend(1).is_err(), "a frame is begun");
        sealer.finish(&mut message, &mut Dice(11)).unwrap();
        // Signatures are by chance, which was drawn elsewhere.
        let footer = if suite == Suite::COMMITTING_SIGNED { 110 } else { 0 };
        assert_eq!(message[..message.len() - footer], want[..want.len() - footer], "{suite}");
        assert_eq!(open(&mut here, &message, &pairs).unwrap(), plaintext, "{suite}");

        let mut locked = here.locked();
        let taken = locked.update(&message).unwrap();
        let mut opener = here.unlock(locked, &pairs, now(), &mut Dice(9)).unwrap();
        let (frames, end) = message[taken..].split_at(3 * 132);
        let mut opened = Vec::new();
        for (lent, sealed) in opener.lend(3).unwrap().iter().zip(frames.chunks(132)) {
            assert_eq!(sealed[..4], lent.number);
            let (text, tag) = sealed[16..].split_last_chunk().unwrap();
            let mut out = vec![0; 100];
            key.open_to(sealed[4..16].try_into().unwrap(), &lent.aad, text, tag, &mut out).unwrap();
            opened.extend_from_slice(&out);
        }
        opener.opened(3, frames);
        opener.update(end, &mut opened).unwrap();
        opener.finish().unwrap();
        assert_eq!(opened, plaintext, "{suite}");
    }
}

#[test]
fn an_opener_that_was_told_of_a_failure_says_nothing_more() {
    let mut envelope = envelope(Suite::COMMITTING, 100);
    let message = seal(&mut envelope, &patterned(350), &context(&[]));
    let mut locked = envelope.locked();
    let taken = locked.update(&message).unwrap();
    let mut opener = envelope.unlock(locked, &context(&[]), now(), &mut Dice(9)).unwrap();
    opener.fail();
    let mut out = Vec::new();
    assert!(matches!(opener.update(&message[taken..], &mut out), Err(Refused::NotAuthentic)));
    assert!(opener.lend(1).is_err() && out.is_empty());
    assert!(matches!(opener.finish(), Err(Refused::NotAuthentic)));
}

#[test]
fn policies_refuse_what_they_do_not_allow() {
    let pairs = EncryptionContext::new();
    for policy in CommitmentPolicy::ALL {
        for suite in SUITES {
            let mut sealing = Envelope::new(vec![raw("key 1", 32)]).unwrap().policy(policy).suite(suite);
            let sealed = sealing.seal(b"x", &pairs, now(), &mut Dice(7));
            assert_eq!(sealed.is_ok(), policy.seals(suite), "{policy} {suite}");
            let message = seal(&mut envelope(suite, 8), b"x", &pairs);
            let mut opening = Envelope::new(vec![raw("key 1", 32)]).unwrap().policy(policy);
            let opened = open(&mut opening, &message, &pairs);
            assert_eq!(opened.is_ok(), policy.opens(suite), "{policy} {suite}");
            if let Err(refused) = opened {
                assert!(matches!(refused, Refused::Policy { sealing: false, .. }), "{refused}");
            }
        }
    }
}

#[test]
fn the_encryption_context_is_bound_and_may_be_left_out_of_the_message() {
    let all = context(&[("secret", "s"), ("stored", "t")]);
    let sealing = || Envelope::new(vec![raw("key 1", 32)]).unwrap().required_context(["secret".into()]).unwrap();
    let message = seal(&mut sealing(), b"hello", &all);
    assert!(!message.windows(6).any(|bytes| bytes == b"secret"));
    let cases = [
        (vec![("secret", "s")], None),
        (vec![("secret", "s"), ("stored", "t")], None),
        (vec![], Some("encryption context: secret is required")),
        (vec![("secret", "x")], Some("none of the encrypted data keys could be opened; not authentic")),
        (vec![("secret", "s"), ("stored", "x")], Some("encryption context: stored has another value in the message")),
        (vec![("secret", "s"), ("other", "x")], Some("none of the encrypted data keys could be opened")),
    ];
    for (pairs, refusal) in cases {
        let got = open(&mut sealing(), &message, &context(&pairs));
        match (got, refusal) {
            (Ok(plaintext), None) => assert_eq!(plaintext, b"hello"),
            (Err(refused), Some(text)) => assert!(refused.to_string().starts_with(text), "{pairs:?}: {refused}"),
            (got, _) => panic!("{pairs:?}: {got:?}"),
        }
    }
    // Whoever does not ask for the pair may give it, too.
    let mut other = Envelope::new(vec![raw("key 1", 32)]).unwrap();
    assert_eq!(open(&mut other, &message, &context(&[("secret", "s")])).unwrap(), b"hello");
    let refused = other.seal(b"", &context(&[("aws-crypto-x", "")]), now(), &mut Dice(7)).unwrap_err();
    assert!(refused.to_string().contains("reserved"), "{refused}");
}

#[test]
fn each_of_several_keys_opens() {
    let rsa = PrivateKey::generate(PairSpec::Rsa2048, &mut Dice(3)).unwrap();
    let (pkcs8, spki) = (rsa.to_pkcs8().unwrap(), rsa.public().to_spki().unwrap());
    let mut lab = LabKms::new();
    let arn = lab.create_key();
    let private =
        || -> Box<dyn KeyProvider> { Box::new(RawRsa::private("hsm", "rsa", pkcs8.expose(), Hash::Sha256).unwrap()) };
    let all: Vec<Box<dyn KeyProvider>> = vec![
        Box::new(KmsKey::new(&arn, lab.clone())),
        raw("key 1", 16),
        Box::new(RawRsa::public("hsm", "rsa", &spki, Hash::Sha256).unwrap()),
    ];
    let pairs = context(&[("a", "b")]);
    let message = seal(&mut Envelope::new(all).unwrap(), b"hello", &pairs);
    let openers: [(&str, Box<dyn KeyProvider>); 5] = [
        ("kms", Box::new(KmsKey::new(&arn, lab.clone()))),
        ("discovery", Box::new(Discovery::new(lab.clone(), "aws", vec![], None))),
        ("aes", raw("key 1", 16)),
        ("rsa", private()),
        ("by id", Box::new(KmsKey::new(arn.rsplit('/').next().unwrap(), lab.clone()))),
    ];
    for (name, provider) in openers {
        let opened = open(&mut Envelope::new(vec![provider]).unwrap(), &message, &pairs);
        assert_eq!(opened.unwrap(), b"hello", "{name}");
    }
    let other = lab.create_key();
    let strangers: [(&str, Box<dyn KeyProvider>); 6] = [
        ("another KMS key", Box::new(KmsKey::new(&other, lab.clone()))),
        ("other accounts", Box::new(Discovery::new(lab.clone(), "aws", vec!["999999999999".into()], None))),
        ("another Region", Box::new(Discovery::new(lab.clone(), "aws", vec![], Some("eu-west-1".into())))),
        ("another name", raw("key 2", 16)),
        ("public key", Box::new(RawRsa::public("hsm", "rsa", &spki, Hash::Sha256).unwrap())),
        ("another hash", Box::new(RawRsa::private("hsm", "rsa", pkcs8.expose(), Hash::Sha1).unwrap())),
    ];
    for (name, provider) in strangers {
        let refused = open(&mut Envelope::new(vec![provider]).unwrap(), &message, &pairs).unwrap_err();
        assert!(matches!(refused, Refused::NoKey(_)), "{name}: {refused}");
    }
    let mut few = Envelope::new(vec![raw("key 1", 16)]).unwrap().most_keys(2);
    assert!(matches!(open(&mut few, &message, &pairs), Err(Refused::TooManyKeys { found: 3, most: 2 })));
}

#[test]
fn what_kms_refuses_is_handed_on() {
    let lab = LabKms::new();
    let mut envelope = Envelope::new(vec![Box::new(KmsKey::new("alias/none", lab))]).unwrap();
    let refused = envelope.seal(b"x", &EncryptionContext::new(), now(), &mut Dice(7)).unwrap_err();
    assert!(
        matches!(&refused, Refused::Provider(error) if error.to_string().contains("NotFoundException")),
        "{refused}"
    );
}

#[test]
fn a_multi_region_key_opens_what_its_relatives_sealed() {
    let mut lab = LabKms::new();
    let (primary, replica) = lab.create_multi_region_key("eu-west-1");
    let pairs = EncryptionContext::new();
    let message =
        seal(&mut Envelope::new(vec![Box::new(KmsKey::new(&primary, lab.clone()))]).unwrap(), b"hello", &pairs);
    let there = lab.in_region("eu-west-1");
    let openers: [Box<dyn KeyProvider>; 2] = [
        Box::new(KmsKey::new(&replica, there.clone())),
        Box::new(Discovery::new(there, "aws", vec!["111122223333".into()], Some("eu-west-1".into()))),
    ];
    for provider in openers {
        assert_eq!(open(&mut Envelope::new(vec![provider]).unwrap(), &message, &pairs).unwrap(), b"hello");
    }
}

#[test]
fn data_keys_are_used_again_within_the_limits() {
    let mut lab = LabKms::new();
    let arn = lab.create_key();
    let pairs = |n: usize| context(&[("n", ["0", "1", "2"][n])]);
    let cached = |limits: CacheLimits| {
        lab.forget();
        Envelope::new(vec![Box::new(KmsKey::new(&arn, lab.clone()))]).unwrap().cache(limits)
    };
    let limits =
        |capacity, messages, bytes| CacheLimits::new(capacity, Timespan::seconds(60), messages, bytes).unwrap();
    let calls = |lab: &LabKms| lab.calls();

    let mut envelope = cached(limits(10, 3, 1000));
    let messages: Vec<_> = (0..7).map(|_| seal(&mut envelope, b"x", &pairs(0))).collect();
    assert_eq!(calls(&lab), 3, "three messages a data key");
    for message in &messages {
        open(&mut envelope, message, &EncryptionContext::new()).unwrap();
    }
    assert_eq!(calls(&lab), 6, "one Decrypt a data key");

    let mut envelope = cached(limits(10, 100, 10));
    (0..4).for_each(|_| drop(seal(&mut envelope, b"12345", &pairs(0))));
    assert_eq!(calls(&lab), 2, "ten bytes a data key");
    seal(&mut envelope, b"1234567890", &pairs(0));
    seal(&mut envelope, b"1234567890", &pairs(0));
    assert_eq!(calls(&lab), 4, "as many bytes as a data key may have, and the data key is kept by nobody");

    let mut envelope = cached(limits(2, 100, 1000));
    for n in [0, 1, 0, 2, 0, 1] {
        seal(&mut envelope, b"x", &pairs(n));
    }
    assert_eq!(calls(&lab), 4, "what was not used for the longest time makes room");

    let mut envelope = cached(limits(10, 100, 1000));
    envelope.seal(b"x", &pairs(0), now(), &mut Dice(7)).unwrap();
    envelope.seal(b"x", &pairs(0), now().plus(Timespan::seconds(60)), &mut Dice(7)).unwrap();
    assert_eq!(calls(&lab), 1);
    envelope.seal(b"x", &pairs(0), now().plus(Timespan::seconds(61)), &mut Dice(7)).unwrap();
    assert_eq!(calls(&lab), 2, "older than it may become");
    envelope.sealer(&pairs(0), None, now(), &mut Dice(7)).unwrap();
    assert_eq!(calls(&lab), 3, "of unknown length");

    let plain = Suite::by_id(0x0078).unwrap();
    let mut envelope = cached(limits(10, 100, 1000)).policy(CommitmentPolicy::ForbidEncryptAllowDecrypt).suite(plain);
    (0..2).for_each(|_| drop(seal(&mut envelope, b"x", &pairs(0))));
    assert_eq!(calls(&lab), 2, "a suite without key derivation");

    for (capacity, age, messages, bytes) in
        [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, u64::MAX, 1), (1, 1, 1, u64::MAX)]
    {
        assert!(CacheLimits::new(capacity, Timespan::seconds(age), messages, bytes).is_err());
    }
}

#[test]
fn limits_hold_on_what_is_held_in_memory() {
    let pairs = EncryptionContext::new();
    for (frame, length, fits) in [(64, 10, true), (65, 10, false), (0, 64, true), (0, 65, false)] {
        let message = seal(&mut envelope(Suite::COMMITTING, frame), &patterned(length), &pairs);
        let mut limited = Envelope::new(vec![raw("key 1", 32)]).unwrap().largest_body(64);
        match open(&mut limited, &message, &pairs) {
            Ok(_) => assert!(fits, "{frame} {length}"),
            Err(refused) => assert!(!fits && matches!(refused, Refused::TooLarge { most: 64, .. }), "{refused}"),
        }
    }
    let mut sealer = envelope(Suite::COMMITTING, 8).sealer(&pairs, Some(10), now(), &mut Dice(7)).unwrap();
    let mut out = Vec::new();
    sealer.update(&patterned(10), &mut out).unwrap();
    assert!(matches!(sealer.update(&[0], &mut out), Err(Refused::TooLong)), "more than announced");
}

#[test]
fn arguments_that_cannot_be_are_refused() {
    assert!(Envelope::new(vec![]).is_err());
    assert!(RawAes::new("tests", "k", Secret::new(vec![0; 20])).is_err());
    assert!(RawAes::new("aws-kms", "k", Secret::new(vec![0; 32])).is_err());
    assert!(RawRsa::public("tests", "k", b"no key", Hash::Sha256).is_err());
    assert!(RawRsa::private("tests", "k", b"no key", Hash::Sha256).is_err());
    let mut dry = Envelope::new(vec![raw("key 1", 32)]).unwrap();
    let refused = dry.seal(b"", &EncryptionContext::new(), now(), &mut support::NoChance).unwrap_err();
    assert!(matches!(refused, Refused::NoEntropy), "{refused}");
}

#[test]
fn no_secret_is_shown() {
    let sealer =
        envelope(Suite::COMMITTING_SIGNED, 8).sealer(&EncryptionContext::new(), None, now(), &mut Dice(7)).unwrap();
    let shown = format!("{sealer:?} {:?}", raw("key 1", 32));
    assert!(
        shown.contains("AesGcmKey(hidden)") && shown.contains("SigningKey { spec: P384, key: Own(PrivateKey(P384)) }"),
        "{shown}"
    );
}

#[test]
fn a_message_is_taken_apart_without_a_gap() {
    let mut lab = LabKms::new();
    let arn = lab.create_key();
    for suite in SUITES {
        for (frame, length) in [(8, 0), (8, 20), (8, 100), (0, 20)] {
            let policy = CommitmentPolicy::ALL[usize::from(suite.commits())];
            let keys: Vec<Box<dyn KeyProvider>> = vec![Box::new(KmsKey::new(&arn, lab.clone())), raw("key 1", 32)];
            let mut sealing =
                Envelope::new(keys).unwrap().policy(policy).suite(suite).frame_length(NonZeroU32::new(frame));
            let message = seal(&mut sealing, &patterned(length), &context(&[("tenant", "7")]));
            let inspected = inspect(&message).unwrap();
            let anatomy = inspected.anatomy();
            let bytes: Vec<u8> = anatomy.fields.iter().flat_map(|field| field.bytes.clone()).collect();
            assert_eq!(bytes, message, "{suite} {frame} {length}");
            let ends = anatomy.fields.iter().scan(0, |at, field| {
                assert_eq!(field.at, *at, "{suite} {field:?}");
                *at += field.bytes.len();
                Some(*at)
            });
            assert_eq!(ends.last(), Some(message.len()));
            let told = inspected.to_json();
            for part in ["“7”, of “tenant”", &arn, "key 1: its name", suite.name(), "key material", "header tag"]
            {
                assert!(told.contains(part), "{part}: {told}");
            }
            assert_eq!(told.contains("signature length"), suite.signs());
            for cut in 3..message.len() {
                let misfit = inspect(&message[..cut]).unwrap_err();
                assert!(misfit.at <= cut, "{cut}: {misfit}");
            }
            assert!(inspect(&[&message[..], &[0]].concat()).unwrap_err().message.contains("follow"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// However plaintext and message are cut, the bytes are the same.
    #[test]
    fn pieces_change_no_byte(
        length in 0_usize..300,
        frame in 1_u32..70,
        cuts in prop::collection::vec(0_usize..40, 0..40),
        size in 1_usize..90,
        signed: bool,
    ) {
        let suite = if signed { Suite::COMMITTING_SIGNED } else { Suite::COMMITTING };
        let mut envelope = envelope(suite, frame);
        let (plaintext, pairs) = (patterned(length), context(&[("a", "b")]));
        let whole = seal(&mut envelope, &plaintext, &pairs);
        let mut dice = Dice(7);
        let mut sealer = envelope.sealer(&pairs, Some(length as u64), now(), &mut dice).unwrap();
        let (mut out, mut rest) = (Vec::new(), &plaintext[..]);
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            sealer.update(piece, &mut out).unwrap();
            rest = after;
        }
        sealer.update(rest, &mut out).unwrap();
        sealer.finish(&mut out, &mut dice).unwrap();
        prop_assert_eq!(&out, &whole);
        let mut opened = Vec::new();
        open_in_pieces(&mut envelope, &whole, &pairs, size, &mut opened).unwrap();
        prop_assert_eq!(opened, plaintext);
    }

    /// No bytes make the reader of headers panic, and none are a message by chance.
    #[test]
    fn no_bytes_panic(start in 0_usize..3, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let starts: [&[u8]; 3] = [&[], &[1, 0x80, 1, 0x78], &[2, 4, 0x78]];
        let bytes = [starts[start], &bytes].concat();
        prop_assert!(open(&mut envelope(Suite::COMMITTING, 8), &bytes, &EncryptionContext::new()).is_err());
    }
}
