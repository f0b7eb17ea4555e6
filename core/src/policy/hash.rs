//! Hashes of identifiers. They only choose where to look: what is found is always compared, so a collision costs time.

/// An odd constant with well spread bits (2^64 divided by the golden ratio).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(state: u64, word: u64) -> u64 {
    (state ^ word).wrapping_mul(SPREAD).rotate_left(29)
}

/// The hash of `text`, byte for byte.
pub(crate) fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks::<8>();
    let state = words.iter().fold(text.len() as u64, |state, word| mix(state, u64::from_le_bytes(*word)));
    // What is left over is read with bytes before it; of a short text it has to be put together.
    let tail = bytes.last_chunk::<8>().map_or_else(|| joined(rest), |word| u64::from_le_bytes(*word));
    mix(mix(state, tail), SPREAD)
}

/// The hash of `text` without regard to the case of ASCII letters.
pub(super) const fn folded(text: &str) -> u64 {
    /// Sets the bit in which capital and small letters differ. That it joins some other characters too does no harm.
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let bytes = text.as_bytes();
    let mut rest = bytes;
    let mut state = text.len() as u64;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        state = mix(state, u64::from_le_bytes(*word) | SMALL);
        rest = tail;
    }
    let last = match bytes.last_chunk::<8>() {
        Some(word) => u64::from_le_bytes(*word),
        None => joined(rest),
    };
    mix(mix(state, last | SMALL), SPREAD)
}

/// The bytes of a text that is shorter than a word.
const fn joined(mut bytes: &[u8]) -> u64 {
    let mut word = 0;
    while let [first, tail @ ..] = bytes {
        word = (word << 8) | *first as u64;
        bytes = tail;
    }
    word
}
