//! `*` (any run of characters) and `?` (one character), without recursion.
//!
//! A failure goes back to the last `*` only, and there to the next place that begins as what follows it. What still comes
//! back too often is left to an [automaton](automaton), whose work is a part of the product of the two lengths. So is that of
//! any pattern, whoever writes it; a test counts.

use super::automaton::{self, Listener, Symbol};

/// Whether `pattern` covers all of `text`, without regard to the case of ASCII letters.
pub(crate) fn matches_folded(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let mut patience = pattern.len().saturating_add(text.len()).saturating_mul(2).saturating_add(64);
    let automaton = || automaton::covers(pattern.len(), &|say| symbols(pattern, say), text, true);
    search(pattern, text, true, &mut patience).unwrap_or_else(automaton)
}

/// Whether `pattern` covers all of `text`, unless that takes more steps than `patience`, from which they are taken.
pub(super) fn try_covers(pattern: &str, text: &str, patience: &mut usize) -> Option<bool> {
    search(pattern.as_bytes(), text.as_bytes(), false, patience)
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

fn search(mut pattern: &[u8], mut text: &[u8], fold: bool, patience: &mut usize) -> Option<bool> {
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        count(1);
        *patience = patience.checked_sub(1)?;
        match (pattern, text) {
            ([b'*'], _) => return Some(true),
            ([b'*', rest @ ..], _) => {
                // The first `*`: what cannot end as the pattern does is not worth the search.
                if retry.is_none() {
                    let tail = rest.iter().rev().take_while(|byte| !matches!(byte, b'*' | b'?')).count();
                    let ends = ends(rest, text, tail, fold);
                    if !ends || tail == rest.len() {
                        return Some(ends);
                    }
                }
                pattern = rest;
                retry = Some((rest, text));
                continue;
            }
            ([b'?', rest @ ..], [_, ..]) => {
                pattern = rest;
                text = after_character(text);
                continue;
            }
            ([a, rest @ ..], [b, others @ ..]) if a == b || (fold && a.eq_ignore_ascii_case(b)) => {
                pattern = rest;
                text = others;
                continue;
            }
            ([], []) => return Some(true),
            _ => {}
        }
        let Some((after, [_, shorter @ ..])) = retry else { return Some(false) };
        // The last `*` takes one byte more, and on to where its successor may stand.
        pattern = after;
        text = match after {
            [b'?', ..] | [] => shorter,
            [first, ..] => {
                let is_first = |byte: &u8| byte == first || (fold && byte.eq_ignore_ascii_case(first));
                let at = shorter.iter().position(is_first);
                let looks = at.unwrap_or(shorter.len());
                count(looks);
                *patience = patience.checked_sub(looks / 4)?; // which are quicker than steps
                let Some(at) = at else { return Some(false) };
                shorter.get(at..).unwrap_or_default()
            }
        };
        retry = Some((after, text));
    }
}

/// Whether `text` ends with the last `tail` bytes of a pattern, which are no wildcards.
fn ends(pattern: &[u8], text: &[u8], tail: usize, fold: bool) -> bool {
    let wanted = pattern.get(pattern.len().saturating_sub(tail)..).unwrap_or_default();
    let Some(own) = text.len().checked_sub(tail).and_then(|start| text.get(start..)) else { return false };
    count(tail);
    own == wanted || (fold && own.eq_ignore_ascii_case(wanted))
}

/// Tests ask how much work there was.
#[cfg(not(test))]
pub(super) const fn count(_: usize) {}
#[cfg(test)]
pub(super) use tests::{count, steps};

/// How many symbols of a pattern are no `*`.
pub(super) fn states(pattern: &str) -> usize {
    pattern.bytes().filter(|byte| *byte != b'*').count()
}

/// Tells the symbols of a pattern.
pub(super) fn symbols(pattern: &[u8], say: &mut Listener<'_>) {
    pattern.iter().for_each(|byte| {
        say(match byte {
            b'*' => Symbol::Any,
            b'?' => Symbol::One,
            byte => Symbol::Byte(*byte),
        });
    });
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "counting in a test")]
mod tests {
    use super::*;
    use crate::policy::{
        Context,
        pattern::{Pattern, Reading},
    };
    use alloc::string::String;
    use core::cell::Cell;
    use proptest::prelude::*;

    std::thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub(in crate::policy) fn count(steps: usize) {
        STEPS.with(|own| own.set(own.get() + steps));
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, Reading { variables: false, wildcards: true }).matches(text, &Context::new())
    }

    /// How many steps it takes.
    pub(in crate::policy) fn steps<R>(run: impl FnOnce() -> R) -> usize {
        STEPS.with(|own| own.set(0));
        let _ = run();
        STEPS.with(Cell::get)
    }

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
            ("a*a", "a", false),
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

    /// However a pattern is written: six looks at each byte of both, and a two-hundredth of the product of their lengths.
    #[test]
    fn hostile_patterns_are_no_work() {
        let text = "a".repeat(8_192);
        let mixed = "ab".repeat(4_096);
        let patterns = [
            "*a".repeat(1_000) + "b",
            "*a".repeat(1_000) + "b*",
            ["*", &"a".repeat(4_000), "b*"].concat(),
            ["*", &"a".repeat(4_000), "b*c"].concat(),
            ["*", &"a?".repeat(3_000), "b*"].concat(),
            ["*", &"?".repeat(6_000), "b*"].concat(),
            ["*", &"a".repeat(50), "b*"].concat().repeat(300),
            ["*", &"ab".repeat(2_000), "b*"].concat(),
            "a*b?".repeat(1_500),
            "*?a".repeat(2_000) + "*b?",
        ];
        for pattern in &patterns {
            for text in [&text, &mixed] {
                for fold in [false, true] {
                    let steps = steps(|| if fold { matches_folded(pattern, text) } else { matches(pattern, text) });
                    let most = 6 * (pattern.len() + text.len()) + pattern.len() * text.len() / 200;
                    assert!(steps <= most, "{} of {most} steps: {}…", steps, &pattern[..8]);
                }
            }
        }
    }

    /// As one would say what the wildcards mean.
    fn defined(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => (0..=text.len()).any(|at| defined(rest, &text[at..])),
            (['?', rest @ ..], [_, others @ ..]) => defined(rest, others),
            ([a, rest @ ..], [b, others @ ..]) => a == b && defined(rest, others),
            _ => false,
        }
    }

    proptest! {
        /// Few letters, so that much nearly fits; some of several bytes, which share bytes.
        #[test]
        fn wildcards_mean_what_they_are_defined_to(pattern in "[abé€è*?]{0,9}", text in "[abé€è]{0,9}") {
            let all: [alloc::vec::Vec<char>; 2] = [pattern.chars().collect(), text.chars().collect()];
            let want = defined(&all[0], &all[1]);
            prop_assert_eq!(matches(&pattern, &text), want);
            prop_assert_eq!(matches_folded(&pattern.to_ascii_uppercase(), &text), want);
            let rest = all[0].iter().collect::<String>();
            for pattern in [rest.clone(), ["*", &rest].concat()] {
                let chars: alloc::vec::Vec<char> = pattern.chars().collect();
                let by_automaton = automaton::covers(pattern.len(), &|say| symbols(pattern.as_bytes(), say), text.as_bytes(), false);
                prop_assert_eq!(by_automaton, defined(&chars, &all[1]));
            }
        }

        /// Longer than a block of the automaton, and than one of its windows.
        #[test]
        fn long_ones_too(unit in "[ab?*]{1,6}", times in 10_usize..180, tail in "[ab?*]{0,3}", text in "[ab]{1,3}", long in 1_usize..2_000) {
            let pattern = unit.repeat(times) + &tail;
            let text = text.repeat(long);
            let by_automaton = automaton::covers(pattern.len(), &|say| symbols(pattern.as_bytes(), say), text.as_bytes(), false);
            prop_assert_eq!(by_automaton, matches(&pattern, &text));
        }
    }
}
