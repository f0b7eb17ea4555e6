//! Texts of policies that stand for many texts: wildcards and policy variables.
//!
//! Nothing here allocates while it matches: a template is compared piece by piece, and never put together.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::{
    Values,
    automaton::{Listener, Pack, Symbol},
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

/// What a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text as a whole.
    Text,
    /// An ARN, each of its six segments for itself; any other text is not covered.
    Arn,
}

/// How many steps are taken pattern by pattern, for texts of no length.
const PATIENCE: usize = 4_096;

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
        Self::covered(core::iter::once(self), Values::One(text), Kind::Text, context) != 0
    }

    /// Which of `values`, of which there are 128 at most, one of `patterns` covers: a bit for each.
    ///
    /// So many steps are taken pattern by pattern; those that come after share an automaton.
    pub(super) fn covered<'a>(
        mut patterns: impl Iterator<Item = &'a Self>,
        values: Values<'_>,
        kind: Kind,
        context: &Context,
    ) -> u128 {
        let (mut open, mut patience) = (0_u128, PATIENCE);
        for value in values.iter() {
            open = (open << 1) | 1;
            patience = patience.saturating_add(value.len().saturating_mul(2));
        }
        let all = open;
        while let Some(pattern) = patterns.next() {
            for (at, value) in values.iter().enumerate() {
                let bit = 1_u128 << (at % 128);
                if open & bit == 0 {
                    continue;
                }
                match pattern.within(value, kind, context, &mut patience) {
                    Some(true) => open &= !bit,
                    Some(false) => {}
                    None => return all & !left(core::iter::once(pattern).chain(patterns), values, open, kind, context),
                }
            }
            if open == 0 {
                break;
            }
        }
        all & !open
    }

    /// Whether it covers all of `text`, unless that takes more steps than `patience`, from which they are taken.
    fn within(&self, text: &str, kind: Kind, context: &Context, patience: &mut usize) -> Option<bool> {
        *patience = patience.checked_sub(2)?;
        Some(match (self, kind) {
            (Self::Exact(exact), Kind::Text) => **exact == *text,
            (Self::Prefix(prefix), Kind::Text) => {
                prefix.as_bytes().split_last().is_some_and(|(_, prefix)| text.as_bytes().starts_with(prefix))
            }
            (Self::Glob(pattern), Kind::Text) => glob::within(pattern, text, patience)?,
            (Self::Template(pieces), Kind::Text) => match Cursor::new(pieces, context) {
                Some(cursor) => cursor.run::<false>(text.as_bytes(), false, patience)?.is_some(),
                None => false,
            },
            (_, Kind::Arn) => {
                *patience = patience.checked_sub(text.len() / 16)?;
                is_arn(text) && self.within_arn(text, context, patience)?
            }
        })
    }

    /// The same for the ARN `text`, each of the six segments for itself.
    fn within_arn(&self, text: &str, context: &Context, patience: &mut usize) -> Option<bool> {
        match self {
            Self::Exact(exact) => Some(**exact == *text),
            Self::Prefix(pattern) | Self::Glob(pattern) => {
                let mut wanted = pattern.splitn(6, ':');
                for part in text.splitn(6, ':') {
                    let covered = wanted.next().map_or(Some(false), |wanted| glob::within(wanted, part, patience))?;
                    if !covered {
                        return Some(false);
                    }
                }
                Some(true)
            }
            Self::Template(pieces) => {
                let Some(mut cursor) = Cursor::new(pieces, context) else { return Some(false) };
                for (at, part) in text.splitn(6, ':').enumerate() {
                    let inside = at < 5;
                    let end = cursor.run::<false>(part.as_bytes(), inside, patience)?;
                    let Some(next) = (if inside { end.and_then(Cursor::past_colon) } else { end }) else {
                        return Some(false);
                    };
                    cursor = next;
                }
                Some(cursor.next().is_none())
            }
        }
    }

    /// Tells its symbols; nothing covers what a variable without value is in.
    fn tell(&self, kind: Kind, context: &Context, say: &mut Listener<'_>) {
        let mut colons = if kind == Kind::Arn { 0_usize } else { 5 };
        let mut say = |symbol| {
            colons = colons.saturating_add(usize::from(symbol == Symbol::Byte(b':')));
            say(match symbol {
                Symbol::Any if colons < 5 => Symbol::AnyInSegment,
                Symbol::One if colons < 5 => Symbol::OneInSegment,
                symbol => symbol,
            });
        };
        match self {
            Self::Exact(text) => text.bytes().for_each(|byte| say(Symbol::Byte(byte))),
            Self::Prefix(text) | Self::Glob(text) => glob::symbols(text.as_bytes(), &mut say),
            Self::Template(pieces) => {
                let mut rest = Cursor::new(pieces, context);
                while let Some((symbol, after)) = rest.and_then(Cursor::next) {
                    say(symbol);
                    rest = Some(after);
                }
            }
        }
    }

    /// How many symbols it has at most.
    fn most(&self, context: &Context) -> usize {
        match self {
            Self::Exact(text) | Self::Prefix(text) | Self::Glob(text) => text.len(),
            Self::Template(pieces) => pieces.iter().map(|piece| piece.text(context).len()).sum(),
        }
    }

    /// Whether it covers nothing, since one of its variables has no value.
    fn is_without_value(&self, context: &Context) -> bool {
        matches!(self, Self::Template(pieces) if Cursor::new(pieces, context).is_none())
    }

    /// Whether it equals `text` without regard to case. Such a pattern has no wildcards.
    pub(super) fn equals_without_case(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Exact(exact) => same_without_case(exact, text),
            Self::Template(pieces) => {
                let mut patience = usize::MAX; // it never goes back
                Cursor::new(pieces, context)
                    .and_then(|cursor| cursor.run::<true>(text.as_bytes(), false, &mut patience)?)
                    .is_some()
            }
            Self::Prefix(_) | Self::Glob(_) => false,
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

/// Whether it may be an ARN: it has six segments.
fn is_arn(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b':').count() >= 5
}

/// Those of the values that are `open`, a bit for each, and are covered by none of the patterns. The automaton is large: who
/// does not come here need not make room for it.
#[inline(never)]
fn left<'a>(
    patterns: impl Iterator<Item = &'a Pattern>,
    values: Values<'_>,
    open: u128,
    kind: Kind,
    context: &Context,
) -> u128 {
    let others = values.iter().enumerate().filter(|(_, value)| kind == Kind::Arn && !is_arn(value));
    let never = others.fold(0_u128, |bits, (at, _)| bits | 1 << (at % 128)) & open;
    let mut pack = Pack::new(values, open & !never);
    for pattern in patterns.filter(|pattern| !pattern.is_without_value(context)) {
        if !pack.goes_on() {
            break;
        }
        pack.take(pattern.most(context), &|say| pattern.tell(kind, context, say));
    }
    never | pack.left()
}

impl Piece {
    /// The text, or the value of the variable.
    fn text<'a>(&'a self, context: &'a Context) -> &'a str {
        match self {
            Self::Wild(text) | Self::Literal(text) => text,
            Self::Variable { key, default } => context.single(key).or(default.as_deref()).unwrap_or_default(),
        }
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
            self.run = piece.text(self.context).as_bytes();
            self.wild = matches!(piece, Piece::Wild(_));
        }
    }

    /// Covers all of `text` with what comes up to the end, or up to the next colon; gives the place after it, unless that
    /// takes more steps than `patience`, from which they are taken.
    fn run<const FOLD: bool>(self, mut text: &[u8], to_colon: bool, patience: &mut usize) -> Option<Option<Self>> {
        let mut cursor = self;
        let mut retry: Option<(Self, &[u8])> = None;
        loop {
            // Its steps are dear: each may cross from one piece to the next.
            *patience = patience.checked_sub(2)?;
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
                (None, []) => return Some(Some(cursor)),
                _ => {}
            }
            let Some((after, [_, shorter @ ..])) = retry else { return Some(None) };
            cursor = after;
            text = shorter;
            retry = Some((after, shorter));
        }
    }

    /// The next symbol and the place after it, up to the end or to the next colon.
    fn until(self, to_colon: bool) -> Option<(Symbol, Self)> {
        self.next().filter(|(symbol, _)| !to_colon || *symbol != Symbol::Byte(b':'))
    }

    fn past_colon(self) -> Option<Self> {
        match self.next() {
            Some((Symbol::Byte(b':'), after)) => Some(after),
            _ => None,
        }
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "counting in a test")]
mod tests {
    use super::*;
    use alloc::{format, vec};
    use proptest::{collection::vec, prelude::*};

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
            let pattern = Pattern::new(pattern, like);
            let covered = Pattern::covered(core::iter::once(&pattern), Values::One(text), Kind::Arn, &context());
            assert_eq!(covered == 1, want, "{pattern:?} {text}");
        }
    }

    /// As one would say it: each pattern and value for itself, with as many steps as it takes.
    fn one_by_one(patterns: &[Pattern], values: &[String], kind: Kind, context: &Context) -> u128 {
        let covers = |value: &String, pattern: &Pattern| pattern.within(value, kind, context, &mut usize::MAX.clone());
        let covered = |value| patterns.iter().any(|pattern| covers(value, pattern).unwrap());
        values.iter().enumerate().map(|(at, value)| u128::from(covered(value)) << at).sum()
    }

    proptest! {
        /// Patterns that share an automaton, those that find no room in it, and those that are longer than it is; of texts
        /// and of ARNs.
        #[test]
        fn many_at_once_mean_what_each_does(
            patterns in vec("([abé:*?]|\\$\\{aws:username\\}|\\$\\{\\*\\}|\\$\\{absent\\}){0,30}", 0..12),
            values in vec("[abé:*]{0,40}", 1..128),
            long in 1_usize..12,
        ) {
            let mut context = Context::new();
            context.set("aws:username", "b:é*");
            let values: Vec<String> = values.iter().map(|value| value.repeat(long)).collect();
            let reading = Reading { variables: true, wildcards: true };
            let patterns: Vec<Pattern> =
                patterns.iter().map(|text| Pattern::new(&text.repeat(long), reading)).collect();
            context.set_list("values", values.clone());
            let all = context.get("values").unwrap();
            for kind in [Kind::Text, Kind::Arn] {
                let want = one_by_one(&patterns, &values, kind, &context);
                prop_assert_eq!(Pattern::covered(patterns.iter(), all, kind, &context), want);
                let open = u128::MAX >> (128 - values.len());
                prop_assert_eq!(open & !left(patterns.iter(), all, open, kind, &context), want);
            }
        }
    }

    /// Whoever writes them: six looks at each byte, and a hundredth of the product of the lengths.
    #[test]
    fn hostile_crowds_are_no_work() {
        let kinds: [fn(usize) -> String; 5] = [
            |n| format!("*?ab?{n}*"),
            |n| format!("*a?${{*}}{n}*"),
            |n| format!("*{}b{n}*", "a".repeat(300)),
            |n| format!("*{}{n}*", "?".repeat(20)),
            |n| format!("arn:aws:*:*:*:*?ab?{n}*"),
        ];
        let values = [
            vec!["ab".repeat(4_000)],
            vec![format!("arn:aws:kms:a:1:{}", "ab".repeat(4_000))],
            vec!["ab".repeat(60); 60],
        ];
        let reading = Reading { variables: true, wildcards: true };
        for (make, values) in kinds.into_iter().flat_map(|make| values.iter().map(move |values| (make, values))) {
            let mut context = Context::new();
            context.set_list("values", values.clone());
            let all = context.get("values").unwrap();
            let texts: Vec<String> = (0..3_000).map(make).collect();
            let patterns: Vec<Pattern> = texts.iter().map(|text| Pattern::new(text, reading)).collect();
            let sizes = [&texts, values].map(|all| all.iter().map(String::len).sum::<usize>());
            for kind in [Kind::Text, Kind::Arn] {
                let steps = glob::steps(|| Pattern::covered(patterns.iter(), all, kind, &context));
                let most = 6 * (sizes[0] + sizes[1]) + sizes[0] * sizes[1] / 100;
                assert!(steps <= most, "{} of {most} steps: {}…", steps, texts[0]);
            }
        }
    }
}
