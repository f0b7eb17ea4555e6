//! A reader of JSON (RFC 8259) that remembers where everything stands, and whose work and depth are bounded.
//!
//! Policies need what a general reader hides: positions for messages, and names that occur twice.

use alloc::{borrow::Cow, format, string::String, vec::Vec};

/// A value, where it begins and where it ends.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    /// Offset in the text, in bytes.
    pub(crate) at: usize,
    /// Offset of what follows it, in bytes.
    pub(crate) end: usize,
    pub(crate) value: Value<'a>,
}

#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Map(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    /// Offset of the name.
    pub(crate) at: usize,
    pub(crate) name: Cow<'a, str>,
    pub(crate) node: Node<'a>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) what: String,
}

/// Objects and lists inside each other. A policy needs six.
const DEPTH: usize = 32;
/// The same of a file: Terraform's modules stand inside each other.
pub(crate) const FILE_DEPTH: usize = 96;
/// Bytes of a text. KMS and IAM take at most 131,072 characters of a policy, of two bytes at most.
const LENGTH: usize = 262_144;

/// Reads one value and nothing after it but blanks.
pub(crate) fn parse(text: &str) -> Result<Node<'_>, Wrong> {
    if text.len() > LENGTH {
        return Err(Wrong { at: 0, what: "the text is too long".into() });
    }
    read(text, DEPTH)
}

/// The same for a file that has policies in it: of any length, and deeper.
pub(crate) fn parse_file(text: &str) -> Result<Node<'_>, Wrong> {
    read(text, FILE_DEPTH)
}

fn read(text: &str, depth: usize) -> Result<Node<'_>, Wrong> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let node = reader.node(depth)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.wrong("something follows the end of the document"));
    }
    Ok(node)
}

/// Line and column of the byte at `at`, both from 1; columns count characters.
pub(crate) fn place(text: &str, at: usize) -> (u32, u32) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    let before = text.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    (from_one(line), from_one(column))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, what: &str) -> Wrong {
        Wrong { at: self.at, what: what.into() }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step(1);
        }
    }

    /// Takes `byte` if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.step(1);
        }
        found
    }

    fn node(&mut self, depth: usize) -> Result<Node<'a>, Wrong> {
        let at = self.at;
        let value = match self.peek() {
            None => return Err(self.wrong("the document ends too early")),
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err(self.wrong("expected a value")),
        };
        Ok(Node { at, end: self.at, value })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Wrong> {
        if !self.rest().starts_with(word) {
            return Err(self.wrong("expected a value"));
        }
        self.step(word.len());
        Ok(value)
    }

    fn deeper(&self, depth: usize) -> Result<usize, Wrong> {
        depth.checked_sub(1).ok_or_else(|| self.wrong("too many objects or lists inside each other"))
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Wrong> {
        let depth = self.deeper(depth)?;
        self.step(1);
        self.blanks();
        let mut nodes = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            self.blanks();
            nodes.push(self.node(depth)?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::List(nodes));
            }
            if !self.take(b',') {
                return Err(self.wrong("expected a comma or the end of the list"));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value<'a>, Wrong> {
        let depth = self.deeper(depth)?;
        self.step(1);
        self.blanks();
        let mut members: Vec<Member<'a>> = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Map(members));
        }
        loop {
            self.blanks();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.wrong("expected a name in double quotes"));
            }
            let name = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.wrong("expected a colon after the name"));
            }
            self.blanks();
            let node = self.node(depth)?;
            members.push(Member { at, name, node });
            self.blanks();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.wrong("expected a comma or the end of the object"));
            }
        }
        unique(&members)?;
        Ok(Value::Map(members))
    }

    fn number(&mut self) -> Result<&'a str, Wrong> {
        let start = self.rest();
        let from = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.wrong("expected a digit"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.wrong("expected a digit"));
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.step(1);
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.step(1);
            }
            if self.digits() == 0 {
                return Err(self.wrong("expected a digit"));
            }
        }
        Ok(start.get(..self.at.saturating_sub(from)).unwrap_or_default())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.step(1);
        }
        self.at.saturating_sub(from)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Wrong> {
        self.step(1);
        let mut owned: Option<String> = None;
        loop {
            let rest = self.rest();
            let plain = rest.bytes().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)).count();
            let run = rest.get(..plain).unwrap_or_default();
            self.step(plain);
            match self.peek() {
                Some(b'"') => {
                    self.step(1);
                    return Ok(match owned {
                        None => Cow::Borrowed(run),
                        Some(mut text) => {
                            text.push_str(run);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(run);
                    let character = self.escape()?;
                    owned.get_or_insert_default().push(character);
                }
                Some(_) => return Err(self.wrong("a control character stands in a string")),
                None => return Err(self.wrong("a string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        let kind = self.text.as_bytes().get(self.at.saturating_add(1)).copied();
        let character = match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wrong("unknown escape in a string")),
        };
        self.step(2);
        Ok(character)
    }

    /// `\uXXXX`, or two of them for a character beyond U+FFFF.
    fn unicode(&mut self) -> Result<char, Wrong> {
        let bad = self.wrong("not a Unicode character");
        let unit = |at: usize| {
            let text = self.text.get(at..at.saturating_add(6))?;
            let digits = text.strip_prefix("\\u")?;
            if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            u16::from_str_radix(digits, 16).ok()
        };
        let Some(first) = unit(self.at) else { return Err(bad) };
        let second = if matches!(first, 0xd800..=0xdbff) { unit(self.at.saturating_add(6)) } else { None };
        let mut decoded = char::decode_utf16([Some(first), second].into_iter().flatten());
        let (Some(Ok(character)), None) = (decoded.next(), decoded.next()) else { return Err(bad) };
        self.step(if second.is_some() { 12 } else { 6 });
        Ok(character)
    }
}

/// Refuses names that occur twice: a reader that keeps the last one would hide the first.
pub(crate) fn unique(members: &[Member<'_>]) -> Result<(), Wrong> {
    let mut sorted: Vec<&Member<'_>> = members.iter().collect();
    sorted.sort_unstable_by(|a, b| a.name.cmp(&b.name).then(a.at.cmp(&b.at)));
    let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a.name == b.name);
    match twice {
        Some((_, second)) => Err(Wrong { at: second.at, what: format!("the name {:?} occurs twice", second.name) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (u32, u32, String) {
        let wrong = parse(text).unwrap_err();
        let (line, column) = place(text, wrong.at);
        (line, column, wrong.what)
    }

    #[test]
    fn strings_are_decoded() {
        let text = r#""a\u00e9\ud83d\ude00\n\"\\\/é""#;
        let Value::Text(value) = parse(text).unwrap().value else { panic!() };
        assert_eq!(value, "aé😀\n\"\\/é");
        for bad in
            [r#""\ud800""#, r#""\ud800\u0041""#, r#""\udc00""#, r#""\u+123""#, r#""\x""#, "\"\u{1}\"", "\"", "\"\\"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_have_their_grammar() {
        for good in ["0", "-0", "12.50", "1e9", "-1.5E-3"] {
            assert!(matches!(parse(good).unwrap().value, Value::Number(text) if text == good), "{good}");
        }
        for bad in ["01", "1.", ".5", "-", "1e", "+1", "0x1"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        let cases = [
            ("", (1, 1, "the document ends too early")),
            ("{\n  \"a\": 1,\n  \"a\": 2\n}", (3, 3, "the name \"a\" occurs twice")),
            ("{\"é\": 1 2}", (1, 9, "expected a comma or the end of the object")),
            ("[1]\n]", (2, 1, "something follows the end of the document")),
            ("{'a': 1}", (1, 2, "expected a name in double quotes")),
            ("[1,]", (1, 4, "expected a value")),
        ];
        for (text, (line, column, what)) in cases {
            assert_eq!(wrong(text), (line, column, what.into()), "{text}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        assert!(parse(&("[".repeat(32) + &"]".repeat(32))).is_ok());
        assert!(wrong(&"[".repeat(1_000_000)).2.contains("too long"));
        assert!(wrong(&"[".repeat(100_000)).2.contains("inside each other"));
    }
}
