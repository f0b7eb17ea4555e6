//! Texts of policies that stand for many texts: wildcards and policy variables. Nothing here allocates while it matches,
//! but for the automaton of a pattern that is long.

use super::{
    Values,
    automaton::{Listener, Pack, Symbol},
    context::{Context, Key},
    glob,
    template::{Cursor, Piece, escaped, pieces},
};
use alloc::{
    boxed::Box,
    string::{String, ToString},
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
pub(super) enum Form {
    /// A text as a whole.
    Text,
    /// An ARN, each of its six segments for itself; any other text is not covered.
    Arn,
}

/// How many steps are taken pattern by pattern, for a text and patterns of no length.
const PATIENCE: usize = 512;

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
        Self::covered(core::iter::once(self), Values::One(text), Form::Text, context) != 0
    }

    /// Which of `values`, of which there are 128 at most, one of `patterns` covers: a bit for each.
    ///
    /// As many steps are taken pattern by pattern as the automaton would be worth; those that come after share one.
    pub(super) fn covered<'a>(
        mut patterns: impl Iterator<Item = &'a Self>,
        values: Values<'_>,
        form: Form,
        context: &Context,
    ) -> u128 {
        let (mut open, mut patience) = (0_u128, PATIENCE);
        for (at, value) in values.iter().enumerate() {
            open |= u128::from(form == Form::Text || is_arn(value)) << (at % 128);
            patience = patience.saturating_add(value.len() / 2);
        }
        let all = open;
        while let Some(pattern) = patterns.next() {
            patience = patience.saturating_add(pattern.worth());
            for (at, value) in values.iter().enumerate() {
                let bit = 1_u128 << (at % 128);
                if open & bit == 0 {
                    continue;
                }
                match pattern.try_covers(value, form, context, &mut patience) {
                    Some(true) => open &= !bit,
                    Some(false) => {}
                    None => return all & !left(core::iter::once(pattern).chain(patterns), values, open, form, context),
                }
            }
            if open == 0 {
                break;
            }
        }
        all & !open
    }

    /// Whether it covers all of `text`, unless that takes more steps than `patience`, from which they are taken.
    fn try_covers(&self, text: &str, form: Form, context: &Context, patience: &mut usize) -> Option<bool> {
        let bytes = text.as_bytes();
        *patience = patience.checked_sub(2)?;
        match (self, form) {
            (Self::Exact(exact), _) => Some(**exact == *text),
            (Self::Prefix(prefix), Form::Text) => {
                Some(prefix.as_bytes().split_last().is_some_and(|(_, prefix)| bytes.starts_with(prefix)))
            }
            (Self::Glob(pattern), Form::Text) => glob::try_covers(pattern, text, patience),
            (Self::Prefix(pattern) | Self::Glob(pattern), Form::Arn) => {
                let mut wanted = pattern.splitn(6, ':');
                for part in text.splitn(6, ':') {
                    let covered =
                        wanted.next().map_or(Some(false), |wanted| glob::try_covers(wanted, part, patience))?;
                    if !covered {
                        return Some(false);
                    }
                }
                Some(true)
            }
            (Self::Template(pieces), _) => {
                *patience = patience.checked_sub(pieces.len())?;
                let Some(mut cursor) = Cursor::new(pieces, context) else { return Some(false) };
                if form == Form::Text {
                    return Some(cursor.run(bytes, false, patience)?.is_some());
                }
                for (at, part) in text.splitn(6, ':').enumerate() {
                    let inside = at < 5;
                    let end = cursor.run(part.as_bytes(), inside, patience)?;
                    let Some(next) = (if inside { end.and_then(Cursor::past_colon) } else { end }) else {
                        return Some(false);
                    };
                    cursor = next;
                }
                Some(true)
            }
        }
    }

    /// Tells its symbols.
    // INVARIANT: its variables have values. It would tell nothing otherwise, which covers a text of no length.
    fn tell(&self, form: Form, context: &Context, say: &mut Listener<'_>) {
        let mut colons = if form == Form::Arn { 0_usize } else { 5 };
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

    /// For how many steps more it is tried by itself: about twice its length, and those of a template are dear.
    fn worth(&self) -> usize {
        match self {
            Self::Exact(text) | Self::Prefix(text) | Self::Glob(text) => text.len().saturating_mul(2),
            Self::Template(pieces) => pieces.len().saturating_mul(128),
        }
    }

    /// How many states it has in an automaton, but for the last.
    fn states(&self, context: &Context) -> usize {
        match self {
            Self::Exact(text) => text.len(),
            Self::Prefix(text) | Self::Glob(text) => glob::states(text),
            Self::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Wild(text) => glob::states(text),
                    Piece::Literal(_) | Piece::Variable { .. } => piece.text(context).len(),
                })
                .sum(),
        }
    }

    /// Whether it covers nothing, since one of its variables has no value.
    fn is_without_value(&self, context: &Context) -> bool {
        matches!(self, Self::Template(pieces) if Cursor::new(pieces, context).is_none())
    }

    /// Whether it equals `text` without regard to case. Such a pattern has no wildcards.
    pub(super) fn equals_without_case(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Exact(exact) => exact.eq_ignore_ascii_case(text) || same_letters(exact.chars(), text),
            Self::Template(pieces) => {
                !self.is_without_value(context)
                    && same_letters(pieces.iter().flat_map(|piece| piece.text(context).chars()), text)
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
    form: Form,
    context: &Context,
) -> u128 {
    let mut pack = Pack::new(values, open);
    for pattern in patterns.filter(|pattern| !pattern.is_without_value(context)) {
        if !pack.goes_on() {
            break;
        }
        pack.push(pattern.states(context), &|say| pattern.tell(form, context, say));
    }
    pack.finish()
}

/// Whether two texts are the same but for the case of their letters.
fn same_letters(a: impl Iterator<Item = char>, b: &str) -> bool {
    a.flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "counting in a test")]
mod tests {
    use super::*;
    use alloc::{format, vec, vec::Vec};
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
        for text in ["École", "École${*}"] {
            assert!(
                Pattern::new(text, equal).equals_without_case(&text.replace("${*}", "*").to_lowercase(), &context())
            );
            assert!(!Pattern::new(text, equal).equals_without_case("Ecole", &context()));
        }
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
            let covered = Pattern::covered(core::iter::once(&pattern), Values::One(text), Form::Arn, &context());
            assert_eq!(covered == 1, want, "{pattern:?} {text}");
        }
    }

    /// What patterns are made of, here: a wildcard, or the text that it stands for, if it has a value.
    const PARTS: [(&str, Option<&str>); 9] = [
        ("*", None),
        ("?", None),
        ("a", Some("a")),
        ("b", Some("b")),
        ("é", Some("é")),
        (":", Some(":")),
        ("${*}", Some("*")),
        ("${aws:username}", Some("b:é*")),
        ("${absent}", None),
    ];

    /// A wildcard, or a character.
    type Sign = Result<char, &'static str>;

    /// As one would say what a pattern means; `None` when a variable has no value.
    fn signs(parts: &[usize]) -> Option<Vec<Sign>> {
        let mut signs = Vec::new();
        for (text, stands_for) in parts.iter().map(|at| PARTS[*at]) {
            match stands_for {
                Some(value) => signs.extend(value.chars().map(Ok)),
                None if text == "${absent}" => return None,
                None => signs.push(Err(text)),
            }
        }
        Some(signs)
    }

    fn covers(signs: &[Sign], text: &[char]) -> bool {
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for sign in signs {
            let mut next = vec![false; text.len() + 1];
            for at in 0..=text.len() {
                next[at] = match sign {
                    Err("*") => reached[at] || (at > 0 && next[at - 1]),
                    Err(_) => at > 0 && reached[at - 1],
                    Ok(c) => at > 0 && reached[at - 1] && text[at - 1] == *c,
                };
            }
            reached = next;
        }
        reached[text.len()]
    }

    fn means(parts: &[usize], text: &str, form: Form) -> bool {
        let Some(signs) = signs(parts) else { return false };
        let text: Vec<char> = text.chars().collect();
        if form == Form::Text {
            return covers(&signs, &text);
        }
        let signs: Vec<&[Sign]> = signs.splitn(6, |sign| *sign == Ok(':')).collect();
        let text: Vec<&[char]> = text.splitn(6, |c| *c == ':').collect();
        text.len() == 6 && signs.len() == 6 && signs.iter().zip(text).all(|(signs, text)| covers(signs, text))
    }

    proptest! {
        /// Those that are tried one by one, that share an automaton, that find no room in it, and that are longer than it is;
        /// for texts and for ARNs.
        #[test]
        fn many_at_once_mean_what_each_does(
            patterns in vec(vec(0..PARTS.len(), 0..30), 0..8),
            values in vec("[abé:*]{0,30}", 1..=128),
            long in 1_usize..12,
        ) {
            let patterns: Vec<Vec<usize>> = patterns.into_iter().map(|parts| parts.repeat(long)).collect();
            let values: Vec<String> = values.iter().map(|value| value.repeat(long)).collect();
            let mut context = Context::new();
            context.set("aws:username", "b:é*");
            context.set_list("values", values.clone());
            let all = context.get("values").unwrap();
            let reading = Reading { variables: true, wildcards: true };
            let read = |parts: &Vec<usize>| Pattern::new(&parts.iter().map(|at| PARTS[*at].0).collect::<String>(), reading);
            let read: Vec<Pattern> = patterns.iter().map(read).collect();
            for form in [Form::Text, Form::Arn] {
                let covered = |value: &String| patterns.iter().any(|parts| means(parts, value, form));
                let want = values.iter().enumerate().map(|(at, value)| u128::from(covered(value)) << at).sum();
                prop_assert_eq!(Pattern::covered(read.iter(), all, form, &context), want);
                let open = values.iter().enumerate().map(|(at, value)| u128::from(form == Form::Text || is_arn(value)) << at).sum();
                prop_assert_eq!(open & !left(read.iter(), all, open, form, &context), want);
            }
        }
    }

    /// Whoever writes them: six looks at each byte, and a hundredth of the product of the lengths.
    #[test]
    fn hostile_crowds_are_no_work() {
        type Kinds = [(usize, fn(usize) -> String); 9];
        let kinds: Kinds = [
            (3_000, |n| format!("*?ab?{n}*")),
            (3_000, |n| format!("*a?${{*}}{n}*")),
            (3_000, |n| format!("*{}b{n}*", "a".repeat(300))),
            (3_000, |n| format!("*{}{n}*", "?".repeat(20))),
            (3_000, |n| format!("arn:aws:*:*:*:*?ab?{n}*")),
            (1_000, |_| "*z?".into()),
            (5, |n| format!("*{}ab?{n}", "${a,''}".repeat(4_000))),
            (100, |n| format!("{}a?{n}", "*".repeat(300))),
            (1, |n| format!("*{}b{n}", "a".repeat(40_000))),
        ];
        let values = [
            vec!["ab".repeat(4_000)],
            vec!["a".repeat(50_000)],
            vec![format!("arn:aws:kms:a:1:{}", "ab".repeat(4_000))],
            vec!["ab".repeat(60); 60],
            vec!["b".into(); 128],
        ];
        let reading = Reading { variables: true, wildcards: true };
        for ((count, make), values) in
            kinds.into_iter().flat_map(|kind| values.iter().map(move |values| (kind, values)))
        {
            let mut context = Context::new();
            context.set_list("values", values.clone());
            let all = context.get("values").unwrap();
            let texts: Vec<String> = (0..count).map(make).collect();
            let patterns: Vec<Pattern> = texts.iter().map(|text| Pattern::new(text, reading)).collect();
            let sizes = [&texts, values].map(|all| all.iter().map(|text| text.len() + 1).sum::<usize>());
            for form in [Form::Text, Form::Arn] {
                let steps = glob::steps(|| Pattern::covered(patterns.iter(), all, form, &context));
                let most = 6 * (sizes[0] + sizes[1]) + sizes[0] * sizes[1] / 100;
                assert!(steps <= most, "{steps} of {most} steps: {:.20}…, {} values", texts[0], values.len());
            }
        }
    }

    #[test]
    fn a_variable_may_be_longer_than_any_policy() {
        let value = "a".repeat(40_000) + "b";
        let mut context = Context::new();
        context.set("aws:username", value.clone());
        let pattern = Pattern::new("*${aws:username}", Reading { variables: true, wildcards: true });
        assert!(pattern.matches(&("a".repeat(9_000) + &value), &context));
        assert!(!pattern.matches(&("a".repeat(9_000) + &value + "b"), &context));
    }
}
