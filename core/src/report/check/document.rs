//! A file as a document: JSON or YAML, and which of its parts are looked at.
//!
//! Source: RFC 9535, section 2.7 (normalized paths).

use super::{
    source::{items, members},
    yaml::{self, Ends},
};
use crate::policy::{Node, Value, Wrong, parse_file};
use crate::report::BadQuestion;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;
use serde_json::Value as Json;

/// A file, read.
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    /// One, but for YAML that has several.
    pub(super) roots: Vec<Node<'a>>,
    /// Of YAML: where things end.
    pub(super) ends: Option<Ends>,
}

impl<'a> Document<'a> {
    /// Reads JSON, or else YAML.
    pub(super) fn read(text: &'a str) -> Result<Self, Wrong> {
        let no_json = match parse_file(text) {
            Ok(root) => return Ok(Self { text, roots: Vec::from([root]), ends: None }),
            Err(wrong) => wrong,
        };
        if text.trim_start().starts_with(['{', '[', '"']) {
            return Err(no_json);
        }
        let (roots, ends) = yaml::read(text)
            .map_err(|wrong| Wrong { at: wrong.at, what: format!("neither JSON nor YAML: {}", wrong.what) })?;
        let roots: Vec<_> = roots.into_iter().filter(|root| !matches!(root.value, Value::Null)).collect();
        if roots.is_empty() || roots.iter().any(|root| !matches!(root.value, Value::Map(_) | Value::List(_))) {
            return Err(no_json);
        }
        Ok(Self { text, roots, ends: Some(ends) })
    }

    /// Whether a text begins at `at`, and not a function in whose place one stands.
    pub(super) fn has_text(&self, at: usize) -> bool {
        match &self.ends {
            Some(ends) => ends.get(&at).is_some_and(|(_, text)| *text),
            None => self.text.as_bytes().get(at) == Some(&b'"'),
        }
    }

    /// What normalized paths lead to.
    pub(super) fn selected(&self, paths: &[String]) -> Result<Vec<Part<'_, 'a>>, BadQuestion> {
        paths.iter().map(|path| self.part(path)).collect()
    }

    fn part(&self, path: &str) -> Result<Part<'_, 'a>, BadQuestion> {
        let bad = || BadQuestion { part: "paths".into(), message: format!("{path:?} leads nowhere in the file") };
        let mut rest = path.strip_prefix('$').ok_or_else(bad)?;
        let mut name = String::new();
        let mut node: Option<&Node<'a>> = if let [root] = self.roots.as_slice() { Some(root) } else { None };
        while !rest.is_empty() {
            rest = rest.strip_prefix('[').ok_or_else(bad)?;
            if let Some(quoted) = rest.strip_prefix('\'') {
                let (key, after) = unquoted(quoted).ok_or_else(bad)?;
                let found = members(node.ok_or_else(bad)?).iter().find(|member| member.name == key);
                node = Some(&found.ok_or_else(bad)?.node);
                name.push_str(if name.is_empty() { "" } else { "." });
                name.push_str(&key);
                rest = after;
            } else {
                let (digits, after) = rest.split_once(']').ok_or_else(bad)?;
                let at: usize = digits.parse().map_err(|_| bad())?;
                let nodes = node.map_or(self.roots.as_slice(), items);
                node = Some(nodes.get(at).ok_or_else(bad)?);
                name.push_str(&format!("[{at}]"));
                rest = after;
            }
        }
        Ok(Part { name, node })
    }
}

/// A part of a file; all of a file with several documents has no node.
pub(super) struct Part<'n, 'a> {
    pub(super) name: String,
    pub(super) node: Option<&'n Node<'a>>,
}

impl Part<'_, '_> {
    /// Where it stands in the file.
    pub(super) fn range(&self) -> Range<usize> {
        self.node.map_or(0..usize::MAX, |node| node.at..node.end)
    }
}

/// The value of a quoted name of a normalized path, and what follows the bracket.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Some((value, text.get(at.saturating_add(1)..)?.strip_prefix(']')?)),
            '\\' => value.push(match characters.next()?.1 {
                'b' => '\u{8}',
                't' => '\t',
                'n' => '\n',
                'f' => '\u{c}',
                'r' => '\r',
                'u' => {
                    let (from, _) = characters.next()?;
                    characters.nth(2)?;
                    char::from_u32(u32::from_str_radix(text.get(from..from.saturating_add(4))?, 16).ok()?)?
                }
                other => other,
            }),
            c => value.push(c),
        }
    }
    None
}

/// The text of a file as a value, for queries: JSON or YAML, with the functions of templates in their long form. A file
/// with several YAML documents is the list of them.
///
/// # Errors
/// [`BadQuestion`] for what is neither.
pub fn document(text: &str) -> Result<Json, BadQuestion> {
    let read = Document::read(text).map_err(|wrong| {
        let (line, column) = crate::policy::place(text, wrong.at);
        BadQuestion { part: format!("line {line}, column {column}"), message: wrong.what }
    })?;
    Ok(match read.roots.as_slice() {
        [root] => value(root),
        roots => roots.iter().map(value).collect(),
    })
}

pub(super) fn value(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(text) => serde_json::from_str(text).map_or_else(|_| text.to_string().into(), Json::Number),
        Value::Text(text) => text.to_string().into(),
        Value::List(nodes) => nodes.iter().map(value).collect(),
        Value::Map(members) => members.iter().map(|member| (member.name.to_string(), value(&member.node))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_paths_lead_to_their_parts() {
        let text = r#"{"a": [1, {"it's \\\u0001": "x"}], "": 2}"#;
        let document = Document::read(text).unwrap();
        let cases = [
            ("$", text, ""),
            ("$['a']", r#"[1, {"it's \\\u0001": "x"}]"#, "a"),
            ("$['a'][0]", "1", "a[0]"),
            (r"$['a'][1]['it\'s \\\u0001']", r#""x""#, "a[1].it's \\\u{1}"),
            ("$['']", "2", ""),
        ];
        for (path, want, name) in cases {
            let part = document.part(path).unwrap();
            assert_eq!((&text[part.range()], part.name.as_str()), (want, name), "{path}");
        }
        for bad in ["", "a", "$a", "$['b']", "$['a'][2]", "$['a'", "$[a]", "$['a\\", "$['a\\u12']", "$['a'][0]['b']"] {
            assert!(document.part(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn several_documents_are_a_list() {
        let text = "a: 1\n---\nb: 2\n";
        assert_eq!(document(text).unwrap(), serde_json::json!([{"a": 1}, {"b": 2}]));
        let read = Document::read(text).unwrap();
        assert_eq!(&text[read.part("$[1]['b']").unwrap().range()], "2");
        assert_eq!(read.part("$").unwrap().range(), 0..usize::MAX);
    }
}
