//! Identifiers that IAM makes: unique ids, access key ids, secrets, session tokens.
//! Source: IAM User Guide, "IAM identifiers"; storage.md 4.1.

use alloc::string::String;

use crate::base::{Entropy, Fault, Secret};

/// The letters of a unique id after its prefix.
const ID: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The letters of an access key id after its prefix: base32 of RFC 4648.
const KEY: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The letters of a secret access key and of a session token: base64 of RFC 4648.
const SECRET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What AWS's session tokens begin with today: the base64 of a fixed header.
const TOKEN_HEAD: &str = "IQoJb3JpZ2luX2Vj";

/// `length` letters of `alphabet`, each as likely as the others.
fn letters(alphabet: &[u8], length: usize, entropy: &mut dyn Entropy, out: &mut String) -> Result<(), Fault> {
    let size = u8::try_from(alphabet.len()).map_err(|_| Fault::Internal)?;
    // Bytes at or above the last whole multiple of `size` would make the first letters more likely: they are skipped.
    let limit = 256_u16.saturating_sub(256_u16.checked_rem(u16::from(size)).ok_or(Fault::Internal)?);
    let end = out.len().saturating_add(length);
    let mut bytes = [0; 32];
    while out.len() < end {
        entropy.fill(&mut bytes)?;
        for byte in bytes.iter().filter(|byte| u16::from(**byte) < limit) {
            let letter = byte.checked_rem(size).and_then(|at| alphabet.get(usize::from(at)));
            if out.len() < end {
                out.push(char::from(*letter.ok_or(Fault::Internal)?));
            }
        }
    }
    Ok(())
}

/// A new text of `prefix` and `length` letters that `taken` does not know.
fn fresh(
    prefix: &str,
    alphabet: &[u8],
    length: usize,
    entropy: &mut dyn Entropy,
    taken: impl Fn(&str) -> bool,
) -> Result<String, Fault> {
    loop {
        let mut text = String::from(prefix);
        letters(alphabet, length, entropy, &mut text)?;
        if !taken(&text) {
            return Ok(text);
        }
    }
}

/// A unique id: `prefix` (such as `AIDA`) and 17 letters.
pub(super) fn unique(prefix: &str, entropy: &mut dyn Entropy, taken: impl Fn(&str) -> bool) -> Result<String, Fault> {
    fresh(prefix, ID, 17, entropy, taken)
}

/// An access key id: `AKIA` or `ASIA` and 16 letters.
pub(super) fn key(prefix: &str, entropy: &mut dyn Entropy, taken: impl Fn(&str) -> bool) -> Result<String, Fault> {
    fresh(prefix, KEY, 16, entropy, taken)
}

/// A secret access key: 40 letters.
pub(super) fn secret(entropy: &mut dyn Entropy) -> Result<Secret, Fault> {
    let mut text = String::with_capacity(40);
    letters(SECRET, 40, entropy, &mut text)?;
    Ok(Secret::new(text.into_bytes()))
}

/// A session token. AWS documents no form; ours is as opaque as theirs, and shorter.
pub(super) fn token(entropy: &mut dyn Entropy) -> Result<Secret, Fault> {
    let mut text = String::with_capacity(256);
    text.push_str(TOKEN_HEAD);
    letters(SECRET, 240, entropy, &mut text)?;
    Ok(Secret::new(text.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NoEntropy;

    #[derive(Debug)]
    struct Counter(u8);
    impl Entropy for Counter {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
            for byte in out {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }

    #[test]
    fn identifiers_have_awss_form() {
        let mut entropy = Counter(200);
        let id = unique("AIDA", &mut entropy, |_| false).unwrap();
        assert!(id.len() == 21 && id.starts_with("AIDA") && id[4..].bytes().all(|b| ID.contains(&b)), "{id}");
        let id = key("AKIA", &mut entropy, |_| false).unwrap();
        assert!(id.len() == 20 && id[4..].bytes().all(|b| KEY.contains(&b)), "{id}");
        assert_eq!(secret(&mut entropy).unwrap().expose().len(), 40);
        assert_eq!(token(&mut entropy).unwrap().expose().len(), 256);
    }

    #[test]
    fn a_taken_id_is_not_given_again() {
        let first = unique("AROA", &mut Counter(0), |_| false).unwrap();
        assert_ne!(unique("AROA", &mut Counter(0), |id| id == first).unwrap(), first);
    }
}
