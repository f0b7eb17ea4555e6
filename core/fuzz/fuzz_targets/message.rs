//! Messages: any bytes are refused without a panic and in memory that is bounded by what was read; a sealed message with
//! one byte changed never opens, and opens in pieces as it does whole.
#![no_main]

use kmslab::base::{Entropy, NoEntropy, Secret, Timestamp};
use kmslab::crypto::blob::EncryptionContext;
use kmslab::envelope::{CommitmentPolicy, Envelope, Locked, RawAes, Refused, SUITES};
use libfuzzer_sys::fuzz_target;
use std::num::NonZeroU32;

/// The same bytes each time: what is fuzzed has to repeat.
#[derive(Debug)]
struct Same;

impl Entropy for Same {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        out.fill(0x5a);
        Ok(())
    }
}

/// Reads `message` in pieces of `size` bytes, as far as it is one.
fn read(envelope: &mut Envelope, message: &[u8], size: usize) -> Result<Vec<u8>, Refused> {
    let mut locked: Locked = envelope.locked();
    let mut at = 0;
    while locked.header().is_none() {
        let piece = message.get(at..).filter(|rest| !rest.is_empty()).ok_or(Refused::Cut)?;
        at += locked.update(&piece[..size.min(piece.len())])?;
    }
    let mut opener = envelope.unlock(locked, &EncryptionContext::new(), Timestamp::from_secs(0), &mut Same)?;
    let mut out = Vec::new();
    for piece in message[at..].chunks(size) {
        opener.update(piece, &mut out)?;
    }
    opener.finish().map(|_| out)
}

fuzz_target!(|data: &[u8]| {
    let key = RawAes::new("tests", "key", Secret::new(vec![7; 32])).expect("32 bytes");
    // Suites that sign draw chance until it fits, and this chance never changes.
    let suites: Vec<_> = SUITES.iter().filter(|suite| !suite.signs()).collect();
    let [choice, at, change, size, rest @ ..] = data else { return };
    let suite = *suites[usize::from(*choice) % suites.len()];
    let policy = CommitmentPolicy::ALL[usize::from(suite.commits())];
    let mut envelope = Envelope::new(vec![Box::new(key)]).expect("a key").policy(policy).suite(suite);
    envelope = envelope.frame_length(NonZeroU32::new(u32::from(choice % 5) * 7));
    let size = usize::from(*size) + 1;

    let mut opened = true;
    let memory = allocation_counter::measure(|| opened = read(&mut envelope, rest, size).is_ok());
    assert!(memory.bytes_max <= (1 << 14) + 16 * rest.len() as u64, "{} bytes of {}", memory.bytes_max, rest.len());
    assert!(!opened, "nobody can forge a tag");

    let (context, now) = (EncryptionContext::from([("a".into(), "b".into())]), Timestamp::from_secs(0));
    let mut sealed = envelope.seal(rest, &context, now, &mut Same).expect("it can be sealed");
    assert_eq!(read(&mut envelope, &sealed, size).expect("we sealed it"), rest);
    if *change != 0 {
        let at = usize::from(*at) * sealed.len() / 256;
        sealed[at] ^= change;
        assert!(read(&mut envelope, &sealed, size).is_err(), "byte {at}");
    }
});
