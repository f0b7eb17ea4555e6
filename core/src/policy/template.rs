//! Texts with policy variables, piece by piece: a template is compared as it stands, and never put together.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::{
    automaton::Symbol,
    context::{Context, Key},
    glob,
};
use alloc::{boxed::Box, string::String, vec::Vec};

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// Text in which `*` and `?` are wildcards.
    Wild(Box<str>),
    /// Text that stands for itself.
    Literal(Box<str>),
    /// The value of a single-valued condition key; wildcards in it stand for themselves.
    Variable {
        /// The key.
        key: Key,
        /// What is taken when the key has no value.
        default: Option<Box<str>>,
    },
}

impl Piece {
    /// The text, or the value of the variable.
    pub(super) fn text<'a>(&'a self, context: &'a Context) -> &'a str {
        match self {
            Self::Wild(text) | Self::Literal(text) => text,
            Self::Variable { key, default } => context.single(key).or(default.as_deref()).unwrap_or_default(),
        }
    }
}

/// Cuts a text at its policy variables.
pub(super) fn pieces(text: &str, wildcards: bool) -> Vec<Piece> {
    let plain = |text: &str| if wildcards { Piece::Wild(text.into()) } else { Piece::Literal(text.into()) };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if !before.is_empty() {
            pieces.push(plain(before));
        }
        match variable(after) {
            Some((piece, tail)) => {
                pieces.push(piece);
                rest = tail;
            }
            None => {
                pieces.push(plain("${")); // no variable: it stands for itself
                rest = after;
            }
        }
    }
    if !rest.is_empty() {
        pieces.push(plain(rest));
    }
    pieces
}

/// Reads what follows `${`, up to the brace: `key`, `key, 'default'`, `*`, `?` or `$`.
fn variable(text: &str) -> Option<(Piece, &str)> {
    let end = text.find(['}', ','])?;
    let (name, rest) = text.split_at_checked(end)?;
    let name = name.trim_matches(' ');
    if let Some(rest) = rest.strip_prefix('}') {
        return match name {
            "" => None,
            "*" | "?" | "$" => Some((Piece::Literal(name.into()), rest)),
            _ => Some((Piece::Variable { key: Key::new(name), default: None }, rest)),
        };
    }
    let quoted = rest.strip_prefix(',')?.trim_start_matches(' ').strip_prefix('\'')?;
    let (default, rest) = quoted.split_once('\'')?;
    let rest = rest.trim_start_matches(' ').strip_prefix('}')?;
    (!name.is_empty()).then(|| (Piece::Variable { key: Key::new(name), default: Some(default.into()) }, rest))
}

/// `text` so that a reader of variables takes every character for itself.
pub(super) fn escaped(text: &str, wildcards: bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '*' if wildcards => out.push_str("${*}"),
            '?' if wildcards => out.push_str("${?}"),
            '$' => out.push_str("${$}"),
            c => out.push(c),
        }
    }
    out
}

/// A place in a template, its variables resolved on the way.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    context: &'a Context,
    /// What is left of the piece at hand.
    run: &'a [u8],
    wild: bool,
    rest: &'a [Piece],
}

impl<'a> Cursor<'a> {
    /// The start; `None` when a variable has no value.
    pub(super) fn new(pieces: &'a [Piece], context: &'a Context) -> Option<Self> {
        let known = pieces.iter().all(|piece| match piece {
            Piece::Variable { key, default } => default.is_some() || context.single(key).is_some(),
            _ => true,
        });
        known.then_some(Self { context, run: &[], wild: false, rest: pieces })
    }

    /// The next symbol and the place after it.
    pub(super) fn next(mut self) -> Option<(Symbol, Self)> {
        loop {
            if let [first, tail @ ..] = self.run {
                let symbol = match first {
                    b'*' if self.wild => Symbol::Any,
                    b'?' if self.wild => Symbol::One,
                    byte => Symbol::Byte(*byte),
                };
                self.run = tail;
                return Some((symbol, self));
            }
            let [piece, rest @ ..] = self.rest else { return None };
            self.rest = rest;
            self.run = piece.text(self.context).as_bytes();
            self.wild = matches!(piece, Piece::Wild(_));
        }
    }

    /// The same, up to the next colon.
    fn until(self, to_colon: bool) -> Option<(Symbol, Self)> {
        self.next().filter(|(symbol, _)| !to_colon || *symbol != Symbol::Byte(b':'))
    }

    /// Covers all of `text` with what comes up to the end, or up to the next colon; gives the place after it, unless that
    /// takes more steps than `patience`, from which they are taken.
    pub(super) fn run(self, mut text: &[u8], to_colon: bool, patience: &mut usize) -> Option<Option<Self>> {
        let mut cursor = self;
        let mut retry: Option<(Self, &[u8])> = None;
        loop {
            let next = cursor.until(to_colon);
            // Its steps are dear, and each may cross from one piece to others that are empty.
            let crossed = cursor.rest.len().saturating_sub(next.map_or(0, |(_, after)| after.rest.len()));
            let cost = crossed.saturating_mul(4).saturating_add(8);
            glob::count(cost);
            *patience = patience.checked_sub(cost)?;
            match (next, text) {
                (Some((Symbol::Any, after)), _) => {
                    cursor = after;
                    retry = Some((after, text));
                    continue;
                }
                (Some((Symbol::One, after)), [_, ..]) => {
                    cursor = after;
                    text = glob::after_character(text);
                    continue;
                }
                (Some((Symbol::Byte(a), after)), [b, others @ ..]) if a == *b => {
                    cursor = after;
                    text = others;
                    continue;
                }
                (None, []) => return Some(Some(cursor)),
                _ => {}
            }
            let Some((after, [_, shorter @ ..])) = retry else { return Some(None) };
            cursor = after;
            text = shorter;
            retry = Some((after, shorter));
        }
    }

    /// The place after the colon that comes.
    pub(super) fn past_colon(self) -> Option<Self> {
        match self.next() {
            Some((Symbol::Byte(b':'), after)) => Some(after),
            _ => None,
        }
    }
}
