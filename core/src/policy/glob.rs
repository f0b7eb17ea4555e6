//! `*` (any run of characters) and `?` (one character), without recursion.
//!
//! A failure goes back to the last `*` only, so the work is at most the product of the two lengths.

/// Whether `pattern` covers all of `text`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    run::<false>(pattern.as_bytes(), text.as_bytes())
}

/// The same without regard to the case of ASCII letters.
pub(crate) fn matches_folded(pattern: &str, text: &str) -> bool {
    run::<true>(pattern.as_bytes(), text.as_bytes())
}

/// Whether `text` has a wildcard.
pub(crate) fn is_wild(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'*' | b'?'))
}

/// `text` without its first character.
pub(super) fn after_character(text: &[u8]) -> &[u8] {
    // UTF-8 continuation bytes are 0b10xx_xxxx.
    let rest = text.get(1..).unwrap_or_default();
    let inside = rest.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    rest.get(inside..).unwrap_or_default()
}

fn run<const FOLD: bool>(mut pattern: &[u8], mut text: &[u8]) -> bool {
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, text) {
            ([b'*'], _) => return true,
            ([b'*', rest @ ..], _) => {
                pattern = rest;
                retry = Some((rest, text));
                continue;
            }
            ([b'?', rest @ ..], [_, ..]) => {
                pattern = rest;
                text = after_character(text);
                continue;
            }
            ([a, rest @ ..], [b, others @ ..]) if a == b || (FOLD && a.eq_ignore_ascii_case(b)) => {
                pattern = rest;
                text = others;
                continue;
            }
            ([], []) => return true,
            _ => {}
        }
        // The last `*` takes one byte more.
        let Some((after, [_, shorter @ ..])) = retry else { return false };
        pattern = after;
        text = shorter;
        retry = Some((after, shorter));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn wildcards() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything:/at/all", true),
            ("?", "", false),
            ("?", "é", true),
            ("??", "é", false),
            ("*?", "é", true),
            ("*??", "é", false),
            ("a*c", "abc", true),
            ("a*c", "abcd", false),
            ("a*b*c", "axxbxbxc", true),
            ("*a*b", "ab", true),
            ("P?y*", "Payroll", true),
            ("P*", "pay", false),
            ("a**b", "ab", true),
            ("arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:us-east-1:111122223333:key/1234", true),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
        assert!(matches_folded("KMS:*crypt", "kms:Decrypt"));
    }

    #[test]
    fn hostile_patterns_end() {
        let pattern: String = "*a".repeat(1_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4_000)));
    }
}
