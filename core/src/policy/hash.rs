//! Hashes of identifiers. They only choose where to look: what is found is always compared, so a collision costs time.

/// An odd constant with well spread bits (2^64 divided by the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(state: u64, word: u64) -> u64 {
    (state ^ word).wrapping_mul(SPREAD).rotate_left(29)
}

/// The hash of `text`, byte for byte.
pub(super) fn hash(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let state = words.iter().fold(text.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    let mut tail = [0; 8];
    tail.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    mix(mix(state, u64::from_le_bytes(tail)), SPREAD)
}

/// The hash of `text` without regard to the case of ASCII letters.
pub(super) const fn folded(text: &str) -> u64 {
    let mut rest = text.as_bytes();
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    while let [first, tail @ ..] = rest {
        state ^= first.to_ascii_lowercase() as u64;
        state = state.wrapping_mul(0x0000_0100_0000_01b3); // FNV-1a
        rest = tail;
    }
    state ^ (state >> 32)
}
