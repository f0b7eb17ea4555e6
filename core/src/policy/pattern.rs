//! Texts of policies that stand for many texts: wildcards and policy variables.
//!
//! Nothing here allocates while it matches: a template is compared piece by piece, and never put together.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::{
    automaton::{self, Listener, Symbol},
    context::{Context, Key},
    glob,
};
use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};

/// A compiled text.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// Only itself.
    Exact(Box<str>),
    /// Text with a single `*`, at its end.
    Prefix(Box<str>),
    /// Text with `*` and `?`.
    Glob(Box<str>),
    /// Text with policy variables.
    Template(Box<[Piece]>),
}

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

/// How a text is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// Whether `${…}` is a policy variable: documents of version 2012-10-17.
    pub(super) variables: bool,
    /// Whether `*` and `?` are wildcards.
    pub(super) wildcards: bool,
}

impl Pattern {
    pub(super) fn new(text: &str, reading: Reading) -> Self {
        if reading.variables && text.contains("${") {
            return Self::Template(pieces(text, reading.wildcards).into());
        }
        if !reading.wildcards || !glob::is_wild(text) {
            return Self::Exact(text.into());
        }
        match text.strip_suffix('*') {
            Some(prefix) if !glob::is_wild(prefix) => Self::Prefix(text.into()),
            _ => Self::Glob(text.into()),
        }
    }

    /// A pattern with wildcards, of which only what follows `start` bytes may have variables.
    pub(super) fn with_variables_after(start: usize, text: &str, variables: bool) -> Self {
        let (head, tail) = text.split_at_checked(start).unwrap_or((text, ""));
        if !variables || !tail.contains("${") {
            return Self::new(text, Reading { variables: false, wildcards: true });
        }
        let head = core::iter::once(Piece::Wild(head.into()));
        Self::Template(head.chain(pieces(tail, true)).collect())
    }

    /// Whether it covers all of `text`. A variable without value covers nothing.
    pub(super) fn matches(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(prefix) => {
                prefix.as_bytes().split_last().is_some_and(|(_, prefix)| text.as_bytes().starts_with(prefix))
            }
            Self::Glob(pattern) => glob::matches(pattern, text),
            Self::Template(pieces) => whole::<false>(pieces, text, context),
        }
    }

    /// Whether one of `patterns` covers all of `text`.
    pub(super) fn any_matches(patterns: &[Self], text: &str, context: &Context) -> bool {
        let globs = patterns.iter().filter_map(|pattern| match pattern {
            Self::Glob(glob) => Some(&**glob),
            _ => None,
        });
        let others = patterns.iter().filter(|pattern| !matches!(pattern, Self::Glob(_)));
        others.into_iter().any(|pattern| pattern.matches(text, context)) || glob::any_matches(globs, text)
    }

    /// Whether it equals `text` without regard to case. Such a pattern has no wildcards.
    pub(super) fn equals_without_case(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Exact(exact) => same_without_case(exact, text),
            Self::Template(pieces) => whole::<true>(pieces, text, context),
            Self::Prefix(_) | Self::Glob(_) => false,
        }
    }

    /// Whether it covers the ARN `text`, each of the six segments for itself.
    pub(super) fn matches_arn(&self, text: &str, context: &Context) -> bool {
        if text.bytes().filter(|byte| *byte == b':').count() < 5 {
            return false;
        }
        match self {
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(pattern) | Self::Glob(pattern) => {
                let mut wanted = pattern.splitn(6, ':');
                let covered = |part| wanted.next().is_some_and(|wanted| glob::matches(wanted, part));
                text.splitn(6, ':').all(covered)
            }
            Self::Template(pieces) => {
                let Some(mut cursor) = Cursor::new(pieces, context) else { return false };
                let segments = text.splitn(6, ':').enumerate().all(|(at, part)| {
                    let inside = at < 5;
                    let end = cursor.run::<false>(part.as_bytes(), inside);
                    let Some(next) = (if inside { end.and_then(Cursor::past_colon) } else { end }) else {
                        return false;
                    };
                    cursor = next;
                    true
                });
                segments && cursor.next().is_none()
            }
        }
    }

    /// A text that it covers, if its variables have values: wildcards are left out, or one letter.
    pub(super) fn sample(&self, context: &Context) -> Option<String> {
        let filled = |text: &str| text.chars().filter(|c| *c != '*').map(|c| if c == '?' { 'x' } else { c }).collect();
        match self {
            Self::Exact(text) => Some(text.to_string()),
            Self::Prefix(text) | Self::Glob(text) => Some(filled(text)),
            Self::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Wild(text) => Some(filled(text)),
                    Piece::Literal(text) => Some(text.to_string()),
                    Piece::Variable { key, default } => context.single(key).or(default.as_deref()).map(String::from),
                })
                .collect(),
        }
    }

    /// The text, when it stands for itself alone.
    pub(super) fn exact_text(&self) -> Option<&str> {
        match self {
            Self::Exact(text) => Some(text),
            _ => None,
        }
    }

    /// The text, when it has wildcards.
    pub(super) fn wild_text(&self) -> Option<&str> {
        match self {
            Self::Prefix(text) | Self::Glob(text) => Some(text),
            Self::Exact(_) | Self::Template(_) => None,
        }
    }

    /// Whether it has policy variables.
    pub(super) fn is_template(&self) -> bool {
        matches!(self, Self::Template(_))
    }

    /// The text with the values of `context` in place of its variables, to be read with variables again; `None` when a
    /// variable has no value and, as `known` says of its key, never will: then it covers nothing.
    pub(super) fn resolved(&self, wildcards: bool, context: &Context, known: &impl Fn(&str) -> bool) -> Option<String> {
        let pieces = match self {
            Self::Template(pieces) => pieces,
            Self::Exact(text) if wildcards => return Some(escaped(text, true)),
            Self::Exact(text) | Self::Prefix(text) | Self::Glob(text) => return Some(text.to_string()),
        };
        let piece = |piece: &Piece| match piece {
            Piece::Wild(text) => Some(text.to_string()),
            Piece::Literal(text) => Some(escaped(text, wildcards)),
            Piece::Variable { key, default } => match (context.single(key), default) {
                (Some(value), _) => Some(escaped(value, wildcards)),
                (None, Some(default)) if known(&key.name) => Some(escaped(default, wildcards)),
                (None, _) if known(&key.name) => None,
                (None, Some(default)) => Some(["${", &*key.name, ", '", &**default, "'}"].concat()),
                (None, None) => Some(["${", &*key.name, "}"].concat()),
            },
        };
        pieces.iter().map(piece).collect()
    }

    /// The condition keys whose values it inserts, and what is taken when there is none.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&Key, Option<&str>)> {
        let pieces = match self {
            Self::Template(pieces) => &**pieces,
            _ => &[],
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, default } => Some((key, default.as_deref())),
            _ => None,
        })
    }
}

/// `text` so that a reader of variables takes every character for itself.
fn escaped(text: &str, wildcards: bool) -> String {
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

/// Whether two texts are the same but for the case of their letters.
fn same_without_case(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || (!a.is_ascii() && a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase)))
}

/// Cuts a text at its policy variables.
fn pieces(text: &str, wildcards: bool) -> Vec<Piece> {
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

fn whole<const FOLD: bool>(pieces: &[Piece], text: &str, context: &Context) -> bool {
    Cursor::new(pieces, context).is_some_and(|cursor| cursor.run::<FOLD>(text.as_bytes(), false).is_some())
}

/// A place in a template, its variables resolved on the way.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    context: &'a Context,
    /// What is left of the piece at hand.
    run: &'a [u8],
    wild: bool,
    rest: &'a [Piece],
}

impl<'a> Cursor<'a> {
    /// The start; `None` when a variable has no value.
    fn new(pieces: &'a [Piece], context: &'a Context) -> Option<Self> {
        let known = pieces.iter().all(|piece| match piece {
            Piece::Variable { key, default } => default.is_some() || context.single(key).is_some(),
            _ => true,
        });
        known.then_some(Self { context, run: &[], wild: false, rest: pieces })
    }

    fn next(mut self) -> Option<(Symbol, Self)> {
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
            let (text, wild) = match piece {
                Piece::Wild(text) => (&**text, true),
                Piece::Literal(text) => (&**text, false),
                Piece::Variable { key, default } => {
                    (self.context.single(key).or(default.as_deref()).unwrap_or_default(), false)
                }
            };
            self.run = text.as_bytes();
            self.wild = wild;
        }
    }

    /// Covers all of `text` with what comes up to the end, or up to the next colon; gives the place after it.
    fn run<const FOLD: bool>(self, mut text: &'a [u8], to_colon: bool) -> Option<Self> {
        let mut cursor = self;
        let mut retry: Option<(Self, &[u8])> = None;
        // Its steps are dear: each may cross from one piece to the next.
        let mut patience = 64_usize;
        loop {
            let next = cursor.until(to_colon);
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
                (Some((Symbol::Byte(a), after)), [b, others @ ..])
                    if a == *b || (FOLD && a.eq_ignore_ascii_case(b)) =>
                {
                    cursor = after;
                    text = others;
                    continue;
                }
                (None, []) => return Some(cursor),
                _ => {}
            }
            let (after, [_, shorter @ ..]) = retry? else { return None };
            patience = patience.saturating_sub(shorter.len().saturating_sub(text.len()).saturating_add(1));
            if patience == 0 {
                let covered = automaton::covers(&|say| after.tell(to_colon, say), shorter, FOLD);
                return covered.then(|| after.end(to_colon));
            }
            cursor = after;
            text = shorter;
            retry = Some((after, shorter));
        }
    }

    /// The next symbol and the place after it, up to the end or to the next colon.
    fn until(self, to_colon: bool) -> Option<(Symbol, Self)> {
        self.next().filter(|(symbol, _)| !to_colon || *symbol != Symbol::Byte(b':'))
    }

    /// Tells `*` and the symbols after it.
    fn tell(mut self, to_colon: bool, say: &mut Listener<'_>) {
        say(Symbol::Any);
        while let Some((symbol, after)) = self.until(to_colon) {
            say(symbol);
            self = after;
        }
    }

    /// The end, or the next colon.
    fn end(mut self, to_colon: bool) -> Self {
        while let Some((_, after)) = self.until(to_colon) {
            self = after;
        }
        self
    }

    fn past_colon(self) -> Option<Self> {
        match self.next() {
            Some((Symbol::Byte(b':'), after)) => Some(after),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        let mut context = Context::new();
        context.set("aws:username", "Alice");
        context.set("aws:PrincipalTag/star", "a*");
        context.set("aws:PrincipalArn", "arn:aws:iam::111122223333:role/App");
        context.set_list("aws:TagKeys", ["one"]);
        context
    }

    #[test]
    fn templates() {
        let like = Reading { variables: true, wildcards: true };
        let equal = Reading { variables: true, wildcards: false };
        let old = Reading { variables: false, wildcards: true };
        let cases = [
            (like, "home/${aws:username}/*", "home/Alice/x", true),
            (like, "home/${AWS:UserName}/*", "home/Bob/x", false),
            (like, "${aws:absent}*", "", false),
            (like, "${aws:absent, 'x'}*", "xyz", true),
            (like, "${aws:username,'x'}", "Alice", true),
            (like, "${aws:PrincipalTag/star}", "a*", true),
            (like, "${aws:PrincipalTag/star}", "ab", false),
            (like, "a${*}b", "aXb", false),
            (like, "a${*}b", "a*b", true),
            (like, "is${?}5${$}", "is?5$", true),
            (like, "*${aws:username}?", "xAliceAlice!", true),
            (like, "${aws:TagKeys}", "one", false),
            (like, "${unfinished", "${unfinished", true),
            (like, "${}", "${}", true),
            (like, "${a, x}", "${a, x}", true),
            (equal, "${aws:username}*", "Alice*", true),
            (equal, "${aws:username}*", "Alice!", false),
            (old, "${aws:username}", "${aws:username}", true),
            (old, "${*}", "${anything}", true),
        ];
        for (reading, pattern, text, want) in cases {
            assert_eq!(Pattern::new(pattern, reading).matches(text, &context()), want, "{pattern} {text}");
        }
        assert!(Pattern::new("X${aws:username}", equal).equals_without_case("xALICE", &context()));
        assert!(Pattern::new("École", equal).equals_without_case("éCOLE", &context()));
    }

    #[test]
    fn arns_are_compared_by_segment() {
        let like = Reading { variables: true, wildcards: true };
        let cases = [
            ("arn:aws:iam::*:role/team/*", "arn:aws:iam::111122223333:role/team/ci/Deploy", true),
            ("arn:aws:s:*:1:f/*", "arn:aws:s:us:9:a:1:f/d", false),
            ("arn:aws:s:*:1:f/*", "arn:aws:s:us:1:f/d:e:f", true),
            ("arn:aws:iam::111122223333:*", "arn:aws:iam::111122223333:role/x:y", true),
            ("arn:aws:*", "arn:aws:iam::111122223333:role/x", false),
            ("*", "arn:aws:iam::111122223333:role/x", false),
            ("arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:role/x", true),
            ("not", "not", false),
            ("${aws:PrincipalArn}", "arn:aws:iam::111122223333:role/App", true),
            ("arn:aws:iam::*:*/${aws:username}", "arn:aws:iam::111122223333:user/Alice", true),
            ("arn:aws:iam::*:*/${aws:username}", "arn:aws:iam::111122223333:user/Bob", false),
            ("arn:aws:*:${aws:username}", "arn:aws:iam::111122223333:user/Alice", false),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(Pattern::new(pattern, like).matches_arn(text, &context()), want, "{pattern} {text}");
        }
    }
}
