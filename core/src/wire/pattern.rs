//! The model's regular expressions: Java's syntax as far as the three models use it, in linear time.
//!
//! AWS asks whether the whole text matches, anchors or not. Matching follows all alternatives at once (Thompson), so no
//! text can make it slow.

use alloc::{boxed::Box, vec, vec::Vec};
use core::str::Chars;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// For the usual pattern, one class repeated: the class and how often.
    simple: Option<(Class, u32, Option<u32>)>,
    program: Vec<Step>,
}

/// The pattern uses what this matcher does not know. A test compiles every pattern of the tables.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPattern;

/// A set of characters.
#[derive(Debug, Clone, Default)]
struct Class {
    ranges: Vec<(char, char)>,
    /// `\p{…}`: predicates of Unicode.
    properties: Vec<fn(char) -> bool>,
    negated: bool,
}

#[derive(Debug, Clone)]
enum Node {
    Class(Class),
    Start,
    End,
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>),
}

#[derive(Debug)]
enum Step {
    Class(Class),
    Start,
    End,
    /// Goes on at both places.
    Split(usize, usize),
    Jump(usize),
    Match,
}

/// Steps of the longest program. Counted repeats are written out, so this bounds them.
const LONGEST: usize = 2_000;

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, BadPattern> {
        let mut rest = text.chars();
        let tree = either(&mut rest)?;
        if rest.next().is_some() {
            return Err(BadPattern);
        }
        let mut program = Vec::new();
        write(&tree, &mut program)?;
        program.push(Step::Match);
        Ok(Self { simple: simple(&tree), program })
    }

    /// Whether all of `text` matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        if let Some((class, min, max)) = &self.simple {
            let length = text.chars().count();
            return length >= usize::try_from(*min).unwrap_or(usize::MAX)
                && max.is_none_or(|max| length <= usize::try_from(max).unwrap_or(usize::MAX))
                && text.chars().all(|c| class.has(c));
        }
        let mut now = Threads::new(self.program.len());
        let mut next = Threads::new(self.program.len());
        let mut rest = text.chars();
        now.add(&self.program, 0, true, rest.as_str().is_empty());
        while let Some(c) = rest.next() {
            let end = rest.as_str().is_empty();
            for &at in &now.list {
                if let Some(Step::Class(class)) = self.program.get(at)
                    && class.has(c)
                {
                    next.add(&self.program, at.saturating_add(1), false, end);
                }
            }
            core::mem::swap(&mut now, &mut next);
            next.clear();
        }
        now.list.iter().any(|&at| matches!(self.program.get(at), Some(Step::Match)))
    }
}

/// The places of the program where a match may go on.
struct Threads {
    list: Vec<usize>,
    seen: Vec<bool>,
}

impl Threads {
    fn new(size: usize) -> Self {
        Self { list: Vec::with_capacity(size), seen: vec![false; size] }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.seen.fill(false);
    }

    /// Adds `at` and every place that it leads to without a character.
    fn add(&mut self, program: &[Step], at: usize, start: bool, end: bool) {
        let mut todo = vec![at];
        while let Some(at) = todo.pop() {
            match self.seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            match program.get(at) {
                Some(Step::Split(one, other)) => todo.extend([*other, *one]),
                Some(Step::Jump(to)) => todo.push(*to),
                Some(Step::Start) if start => todo.push(at.saturating_add(1)),
                Some(Step::End) if end => todo.push(at.saturating_add(1)),
                Some(Step::Class(_) | Step::Match) => self.list.push(at),
                _ => {}
            }
        }
    }
}

impl Class {
    fn has(&self, c: char) -> bool {
        let inside = self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
            || self.properties.iter().any(|property| property(c));
        inside != self.negated
    }

    fn of(ranges: &[(char, char)]) -> Self {
        Self { ranges: ranges.into(), ..Self::default() }
    }

    fn add(&mut self, other: &Self) {
        self.ranges.extend_from_slice(&other.ranges);
        self.properties.extend_from_slice(&other.properties);
    }
}

/// The class and the counts of `[…]+` and its like, with or without anchors.
fn simple(tree: &Node) -> Option<(Class, u32, Option<u32>)> {
    let Node::Sequence(parts) = tree else { return None };
    let mut parts = parts.iter().filter(|part| !matches!(part, Node::Start | Node::End));
    let (Some(Node::Repeat(inner, min, max)), None) = (parts.next(), parts.next()) else { return None };
    let Node::Class(class) = &**inner else { return None };
    // Anchors elsewhere than at the ends could never hold; no model has them.
    Some((class.clone(), *min, *max))
}

/// `a|b|c`
fn either(rest: &mut Chars<'_>) -> Result<Node, BadPattern> {
    let mut ways = vec![sequence(rest)?];
    while eat(rest, '|') {
        ways.push(sequence(rest)?);
    }
    Ok(if ways.len() == 1 { ways.pop().ok_or(BadPattern)? } else { Node::Either(ways) })
}

/// `abc`, to the next `|` or `)`
fn sequence(rest: &mut Chars<'_>) -> Result<Node, BadPattern> {
    let mut parts = Vec::new();
    while let Some(c) = rest.clone().next() {
        if matches!(c, '|' | ')') {
            break;
        }
        rest.next();
        let atom = match c {
            '^' => Node::Start,
            '$' => Node::End,
            '(' => {
                let inner = either(rest)?;
                if !eat(rest, ')') {
                    return Err(BadPattern);
                }
                inner
            }
            '[' => Node::Class(bracket(rest)?),
            // Java: any character but a line terminator.
            '.' => Node::Class(Class {
                negated: true,
                ..Class::of(&[('\n', '\n'), ('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
            }),
            '\\' => Node::Class(escape(rest)?),
            '*' | '+' | '?' | '{' | '}' | ']' => return Err(BadPattern),
            c => Node::Class(Class::of(&[(c, c)])),
        };
        parts.push(repeat(atom, rest)?);
    }
    Ok(Node::Sequence(parts))
}

/// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}` after an atom
fn repeat(atom: Node, rest: &mut Chars<'_>) -> Result<Node, BadPattern> {
    let (min, max) = if eat(rest, '*') {
        (0, None)
    } else if eat(rest, '+') {
        (1, None)
    } else if eat(rest, '?') {
        (0, Some(1))
    } else if eat(rest, '{') {
        let min = number(rest)?;
        let max = match eat(rest, ',') {
            false => Some(min),
            true if rest.as_str().starts_with('}') => None,
            true => Some(number(rest)?),
        };
        if !eat(rest, '}') {
            return Err(BadPattern);
        }
        (min, max)
    } else {
        return Ok(atom);
    };
    // `a+?`, `a++`: no model has lazy or possessive repeats.
    if rest.as_str().starts_with(['*', '+', '?', '{']) {
        return Err(BadPattern);
    }
    Ok(Node::Repeat(Box::new(atom), min, max))
}

/// `[…]`, after the opening bracket
fn bracket(rest: &mut Chars<'_>) -> Result<Class, BadPattern> {
    let mut class = Class { negated: eat(rest, '^'), ..Class::default() };
    loop {
        let item = match rest.next().ok_or(BadPattern)? {
            ']' if class.ranges.is_empty() && class.properties.is_empty() => return Err(BadPattern),
            ']' => return Ok(class),
            '\\' => escape(rest)?,
            // Java: a class inside a class, and intersection.
            '[' | '&' => return Err(BadPattern),
            c => Class::of(&[(c, c)]),
        };
        // A hyphen makes a range between two characters; else it stands for itself.
        let after = rest.as_str().strip_prefix('-');
        match (item.ranges.as_slice(), after) {
            (&[(from, same)], Some(after)) if from == same && !after.is_empty() && !after.starts_with(']') => {
                rest.next();
                let to = match rest.next().ok_or(BadPattern)? {
                    '\\' => escape(rest)?,
                    c => Class::of(&[(c, c)]),
                };
                let &[(to, same)] = to.ranges.as_slice() else { return Err(BadPattern) };
                if to != same || to < from {
                    return Err(BadPattern);
                }
                class.ranges.push((from, to));
            }
            _ => class.add(&item),
        }
    }
}

/// What follows a backslash
fn escape(rest: &mut Chars<'_>) -> Result<Class, BadPattern> {
    Ok(match rest.next().ok_or(BadPattern)? {
        'd' => Class::of(&[('0', '9')]),
        'w' => Class::of(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        's' => Class::of(&[('\t', '\r'), (' ', ' ')]),
        't' => Class::of(&[('\t', '\t')]),
        'n' => Class::of(&[('\n', '\n')]),
        'r' => Class::of(&[('\r', '\r')]),
        // Java reads exactly four digits: `\u10000` is U+1000 and a zero, in STS's own patterns too.
        'u' => hex(rest, 4)?,
        'x' => hex(rest, 2)?,
        'p' => {
            let (name, after) =
                rest.as_str().strip_prefix('{').and_then(|text| text.split_once('}')).ok_or(BadPattern)?;
            let property: fn(char) -> bool = match name {
                // Unicode's Alphabetic: the letters, and the marks and letter-like numbers that go with them.
                "L" => char::is_alphabetic,
                "N" => char::is_numeric,
                "ASCII" => |c| c.is_ascii(),
                "Z" => |c| c.is_whitespace() && !c.is_control(),
                _ => return Err(BadPattern),
            };
            *rest = after.chars();
            Class { properties: vec![property], ..Class::default() }
        }
        c if c.is_ascii_alphanumeric() => return Err(BadPattern),
        c => Class::of(&[(c, c)]),
    })
}

fn hex(rest: &mut Chars<'_>, digits: usize) -> Result<Class, BadPattern> {
    let (text, after) = rest.as_str().split_at_checked(digits).ok_or(BadPattern)?;
    let c = u32::from_str_radix(text, 16).ok().and_then(char::from_u32).ok_or(BadPattern)?;
    *rest = after.chars();
    Ok(Class::of(&[(c, c)]))
}

fn number(rest: &mut Chars<'_>) -> Result<u32, BadPattern> {
    let text = rest.as_str();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, after) = text.split_at_checked(end).ok_or(BadPattern)?;
    *rest = after.chars();
    digits.parse().map_err(|_| BadPattern)
}

fn eat(rest: &mut Chars<'_>, c: char) -> bool {
    let found = rest.as_str().starts_with(c);
    if found {
        rest.next();
    }
    found
}

/// Appends the program of `node`.
fn write(node: &Node, program: &mut Vec<Step>) -> Result<(), BadPattern> {
    if program.len() > LONGEST {
        return Err(BadPattern);
    }
    match node {
        Node::Class(class) => program.push(Step::Class(class.clone())),
        Node::Start => program.push(Step::Start),
        Node::End => program.push(Step::End),
        Node::Sequence(parts) => parts.iter().try_for_each(|part| write(part, program))?,
        Node::Either(ways) => {
            let mut ends = Vec::new();
            for (n, way) in ways.iter().enumerate() {
                let last = n.saturating_add(1) == ways.len();
                let split = program.len();
                if !last {
                    program.push(Step::Split(split.saturating_add(1), 0));
                }
                write(way, program)?;
                if !last {
                    ends.push(program.len());
                    program.push(Step::Jump(0));
                    land(program, split);
                }
            }
            for at in ends {
                land(program, at);
            }
        }
        Node::Repeat(inner, min, max) => {
            for _ in 0..*min {
                write(inner, program)?;
            }
            let Some(max) = max else {
                let split = program.len();
                program.push(Step::Split(split.saturating_add(1), 0));
                write(inner, program)?;
                program.push(Step::Jump(split));
                land(program, split);
                return Ok(());
            };
            let mut splits = Vec::new();
            for _ in *min..*max {
                splits.push(program.len());
                program.push(Step::Split(program.len().saturating_add(1), 0));
                write(inner, program)?;
            }
            for split in splits {
                land(program, split);
            }
        }
    }
    Ok(())
}

/// Makes the jump or split at `at` lead to the end of what is written so far.
fn land(program: &mut [Step], at: usize) {
    let end = program.len();
    match program.get_mut(at) {
        Some(Step::Jump(to)) => *to = end,
        Some(Step::Split(_, to)) => *to = end,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::model::{Kind, SERVICES, Shape};
    use alloc::collections::BTreeSet;

    fn patterns() -> BTreeSet<&'static str> {
        fn walk(shape: &'static Shape, seen: &mut BTreeSet<&'static str>, found: &mut BTreeSet<&'static str>) {
            if !seen.insert(shape.name) {
                return;
            }
            found.extend(shape.pattern);
            match &shape.kind {
                Kind::List(item) => walk(item, seen, found),
                Kind::Map { key, value } => [key, value].into_iter().for_each(|inner| walk(inner, seen, found)),
                Kind::Struct(members) => members.iter().for_each(|member| walk(member.shape, seen, found)),
                _ => {}
            }
        }
        let mut found = BTreeSet::new();
        for service in SERVICES {
            let mut seen = BTreeSet::new();
            for operation in service.operations {
                operation
                    .input
                    .into_iter()
                    .chain(operation.output)
                    .for_each(|shape| walk(shape, &mut seen, &mut found));
            }
        }
        found
    }

    #[test]
    fn every_pattern_of_the_tables_compiles() {
        let patterns = patterns();
        assert!(patterns.len() > 25);
        for pattern in patterns {
            assert!(Pattern::parse(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn the_whole_text_must_match() {
        let cases = [
            (r"[\w+=,.@-]+", "alice@example.com", true),
            (r"[\w+=,.@-]+", "alice smith", false),
            (r"[\w+=,.@-]+", "", false),
            (r"[\w]*", "", true),
            (r"^[a-zA-Z0-9:/_-]+$", "alias/a-b_c", true),
            (r"^[a-zA-Z0-9:/_-]+$", "alias/a b", false),
            (r"^[a-zA-Z0-9-_.]+$", "a-b_c.9", true),
            (r"^[a-zA-Z0-9-_.]+$", "a:b", false),
            (r"^([a-z]+-){2,3}\d+$", "us-east-1", true),
            (r"^([a-z]+-){2,3}\d+$", "us-gov-west-1", true),
            (r"^([a-z]+-){2,3}\d+$", "us-1", false),
            (r"^([a-z]+-){2,3}\d+$", "a-b-c-d-1", false),
            (r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$", "/kms/xks/v1", true),
            (r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$", "/a/b/kms/xks/v12", true),
            (r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$", "/kms/xks/v123", false),
            (r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/", true),
            (r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/division/team/", true),
            (r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "//", false),
            (r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", "/a/b/", true),
            (r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", "/", true),
            (r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", "/a//", false),
            (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "Größe 日本 ½", true),
            (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "a\tb", false),
            (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "a*b", false),
            (r"[\u0009\u000A\u000D\u0020-\u00FF]+", "{\n\t\"é\"}", true),
            (r"[\u0009\u000A\u000D\u0020-\u00FF]+", "{Ā}", false),
            // Java's reading: U+1000, then `0` to U+10FF. An emoji is outside.
            (r"[\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+", "\u{1f600}", false),
            (r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", "v10", true),
            (r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", "v0", false),
            (r"cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghijk", true),
            (r"cluster-[2-7a-zA-Z]{11,16}", "cluster-abcdefghij", false),
            (r"^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$", "arn:aws:sqs:us-east-1:111122223333:q", true),
            (
                r"^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$",
                "arn:aws:sqs:us-east-1:111122223333:a\nb",
                false,
            ),
            (r"^\p{ASCII}+$", "alias/a b", true),
            (r"^\p{ASCII}+$", "clé", false),
            ("(a|b)?c{2}", "cc", true),
            ("(a|b)?c{2}", "abcc", false),
            ("(|a)b", "b", true),
            ("[^a-c]", "d", true),
            ("[^a-c]", "b", false),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(text), want, "{pattern} on {text:?}");
        }
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        for pattern in ["(?!a)", "a**", "a+?", r"\k", "[", "[]", "(", ")", "a{2", "{1}", r"\p{Lu}", "[z-a]", "a{9999}"]
        {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn nested_repeats_stay_linear() {
        let text = "a".repeat(20_000);
        assert!(!Pattern::parse("(a*)*b").unwrap().matches(&text));
    }
}
