//! YAML as the tree that JSON is read into: what templates of CloudFormation are mostly written in.
//!
//! The short forms of intrinsic functions become the long ones: `!Sub x` is `{"Fn::Sub": "x"}`. Aliases and merge keys
//! are replaced by what they stand for, within bounds. Dates and everything else that has no JSON stay texts.
//!
//! Sources: YAML 1.2.2, chapters 7, 8 and 10.3 (core schema); CloudFormation Template Reference, "Intrinsic functions".

use crate::policy::{FILE_DEPTH, Member, Node, Value, Wrong, unique};
use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

/// Nodes of a file, those that aliases repeat included.
const NODES: usize = 200_000;

/// Where things end, by where they begin; and whether they are a text as the file has it.
pub(super) type Ends = BTreeMap<usize, (usize, bool)>;

/// The documents of a file.
pub(super) fn read(text: &str) -> Result<(Vec<Node<'_>>, Ends), Wrong> {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or_default().min(text.len());
            Wrong { at, what: error.info() }
        })?;
        builder.take(event, span)?;
    }
    Ok((builder.documents, builder.ends))
}

/// A list or a map that has begun.
struct Open<'a> {
    at: usize,
    anchor: usize,
    /// The function that it is the argument of, and where that stands.
    function: Option<(usize, String)>,
    shape: Shape<'a>,
    /// Where the last thing in it ends.
    last: usize,
}

enum Shape<'a> {
    List(Vec<Node<'a>>),
    /// The members, and the name that waits for its value.
    Map(Vec<Member<'a>>, Option<(usize, Cow<'a, str>)>),
}

#[derive(Default)]
struct Builder<'a> {
    documents: Vec<Node<'a>>,
    open: Vec<Open<'a>>,
    anchors: BTreeMap<usize, Node<'a>>,
    ends: Ends,
    nodes: usize,
}

impl<'a> Builder<'a> {
    fn take(&mut self, event: Event<'a>, span: Span) -> Result<(), Wrong> {
        let at = span.start.byte_offset().unwrap_or_default();
        let end = span.end.byte_offset().unwrap_or(at);
        let tag_at = span.tag_start.and_then(|mark| mark.byte_offset()).unwrap_or(at);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let function = function(tag.as_deref()).map(|name| (tag_at, name));
                let forced = tag.as_deref().and_then(Tag::core_suffix) == Some("str");
                let value = if style == ScalarStyle::Plain && !forced { plain(text) } else { Value::Text(text) };
                self.ends.insert(at, (end, matches!(value, Value::Text(_))));
                self.done(Node { at, end, value }, anchor, function)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(at, anchor, function(tag.as_deref()).map(|name| (tag_at, name)), Shape::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                let function = function(tag.as_deref()).map(|name| (tag_at, name));
                self.begin(at, anchor, function, Shape::Map(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let value = match open.shape {
                    Shape::List(nodes) => Value::List(nodes),
                    Shape::Map(members, _) => Value::Map(merged(members)?),
                };
                // A block ends where the last thing in it does, not where the next one begins.
                let end = if open.last > open.at && end.saturating_sub(at) != 1 { open.last } else { end };
                self.ends.insert(open.at, (end, false));
                self.done(Node { at: open.at, end, value }, open.anchor, open.function)
            }
            Event::Alias(id) => {
                let Some(node) = self.anchors.get(&id).cloned() else {
                    return Err(wrong(at, "an alias of something that has not ended"));
                };
                let (count, depth) = measured(&node);
                self.nodes = self.nodes.saturating_add(count);
                if self.open.len().saturating_add(depth) > FILE_DEPTH {
                    return Err(wrong(at, "too many maps or lists inside each other"));
                }
                self.done(node, 0, None)
            }
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        at: usize,
        anchor: usize,
        function: Option<(usize, String)>,
        shape: Shape<'a>,
    ) -> Result<(), Wrong> {
        if self.open.len() >= FILE_DEPTH {
            return Err(wrong(at, "too many maps or lists inside each other"));
        }
        self.open.push(Open { at, anchor, function, shape, last: at });
        Ok(())
    }

    /// Puts a value where it belongs.
    fn done(&mut self, node: Node<'a>, anchor: usize, function: Option<(usize, String)>) -> Result<(), Wrong> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > NODES {
            return Err(wrong(node.at, "the document is too large"));
        }
        let node = match function {
            Some((at, name)) => {
                let end = node.end;
                self.ends.entry(at).or_insert((end, false));
                Node { at, end, value: Value::Map(Vec::from([Member { at, name: Cow::Owned(name), node }])) }
            }
            None => node,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        open.last = open.last.max(node.end);
        match &mut open.shape {
            Shape::List(nodes) => nodes.push(node),
            Shape::Map(members, name) => match name.take() {
                Some((at, name)) => members.push(Member { at, name, node }),
                None => {
                    let text = match node.value {
                        Value::Text(text) => text,
                        Value::Number(text) => Cow::Borrowed(text),
                        Value::Bool(value) => Cow::Owned(value.to_string()),
                        Value::Null => Cow::Borrowed("null"),
                        Value::List(_) | Value::Map(_) => return Err(wrong(node.at, "a name is a text")),
                    };
                    *name = Some((node.at, text));
                }
            },
        }
        Ok(())
    }
}

fn wrong(at: usize, what: &str) -> Wrong {
    Wrong { at, what: what.into() }
}

/// The long name of a function's short form.
fn function(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle() == "!" && !tag.suffix().is_empty())?;
    Some(match tag.suffix() {
        name @ ("Ref" | "Condition") => name.into(),
        name => format!("Fn::{name}"),
    })
}

/// A scalar without quotes, by the core schema.
fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match text {
            Cow::Borrowed(number) if serde_json::from_str::<serde_json::Number>(number).is_ok() => {
                Value::Number(number)
            }
            text => Value::Text(text),
        },
    }
}

/// The members with those of merge keys (`<<`), unless they have the name themselves. What is merged twice counts once.
fn merged(members: Vec<Member<'_>>) -> Result<Vec<Member<'_>>, Wrong> {
    unique(&members)?;
    let is_merge = |member: &&Member<'_>| member.name == "<<";
    if !members.iter().any(|member| is_merge(&member)) {
        return Ok(members);
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| is_merge(&member));
    for merge in merges {
        let sources = match merge.node.value {
            Value::List(nodes) => nodes,
            value => Vec::from([Node { value, ..merge.node }]),
        };
        for source in sources {
            let Value::Map(more) = source.value else { return Err(wrong(source.at, "only a map can be merged")) };
            for member in more {
                if !own.iter().any(|known| known.name == member.name) {
                    own.push(member);
                }
            }
        }
    }
    Ok(own)
}

/// How many nodes, and how many inside each other.
fn measured(node: &Node<'_>) -> (usize, usize) {
    let add = |(count, depth): (usize, usize), node: &Node<'_>| {
        let (more, below) = measured(node);
        (count.saturating_add(more), depth.max(below))
    };
    let (count, depth) = match &node.value {
        Value::List(nodes) => nodes.iter().fold((1, 0), add),
        Value::Map(members) => members.iter().map(|member| &member.node).fold((1, 0), add),
        _ => return (1, 0),
    };
    (count, depth.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::check::document::value;
    use serde_json::json;

    fn json_of(text: &str) -> serde_json::Value {
        let (documents, _) = read(text).unwrap();
        value(&documents[0])
    }

    #[test]
    fn scalars_follow_the_core_schema_and_dates_stay_texts() {
        let text = "Version: 2012-10-17\na: 'true'\nb: true\nc: 12\nd: 012345678901\ne: ~\nf: no\ng: !!str 7\nh: |\n  x\n  y\n";
        let want = json!({"Version": "2012-10-17", "a": "true", "b": true, "c": 12, "d": "012345678901", "e": null,
            "f": "no", "g": "7", "h": "x\ny\n"});
        assert_eq!(json_of(text), want);
    }

    #[test]
    fn short_forms_of_functions_become_long_ones() {
        let cases = [
            ("a: !Sub '${AWS::AccountId}'", json!({"a": {"Fn::Sub": "${AWS::AccountId}"}})),
            ("a: !Ref Key", json!({"a": {"Ref": "Key"}})),
            ("a: !GetAtt Key.Arn", json!({"a": {"Fn::GetAtt": "Key.Arn"}})),
            ("a: !Join ['', [x, !Ref B]]", json!({"a": {"Fn::Join": ["", ["x", {"Ref": "B"}]]}})),
            ("a: !If\n- C\n- !Ref X\n- y", json!({"a": {"Fn::If": ["C", {"Ref": "X"}, "y"]}})),
            ("a:\n  Fn::Sub: x", json!({"a": {"Fn::Sub": "x"}})),
            (
                "a: !Transform {Name: M, Parameters: {P: 1}}",
                json!({"a": {"Fn::Transform": {"Name": "M", "Parameters": {"P": 1}}}}),
            ),
        ];
        for (text, want) in cases {
            assert_eq!(json_of(text), want, "{text}");
        }
    }

    #[test]
    fn aliases_and_merges_are_what_they_stand_for() {
        assert_eq!(
            json_of("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}"),
            json!({
            "a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 2}, "c": {"q": 3, "p": 1}})
        );
    }

    #[test]
    fn mistakes_and_bombs_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for at in 1..12 {
            let before = alloc::vec![format!("*a{}", at - 1); 10].join(", ");
            bomb.push_str(&format!("a{at}: &a{at} [{before}]\n"));
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        let cases = [
            (bomb.as_str(), "too large"),
            (deep.as_str(), "inside each other"),
            ("a: 1\na: 2", "occurs twice"),
            ("[x]: 1", "a name is a text"),
            ("a: *nobody", ""),
            ("a: [1", ""),
            ("a: &a [*a]", ""),
        ];
        for (text, what) in cases {
            let wrong = read(text).map(|_| ()).unwrap_err();
            assert!(wrong.what.contains(what) && !wrong.what.is_empty(), "{text:.40}: {}", wrong.what);
            assert!(wrong.at <= text.len());
        }
    }

    #[test]
    fn things_begin_and_end_where_the_file_has_them() {
        let text = "é: # a comment\n  b: !Sub 'x y'\n  c:\n    - d\n    - \"e\"\n\n# after\nf: {g: [h]}\n";
        let (documents, ends) = read(text).unwrap();
        let slice = |at: usize| &text[at..ends[&at].0];
        let Value::Map(members) = &documents[0].value else { panic!() };
        let Value::Map(inner) = &members[0].node.value else { panic!() };
        assert_eq!(slice(members[0].node.at), "b: !Sub 'x y'\n  c:\n    - d\n    - \"e\"");
        assert_eq!(slice(inner[0].node.at), "!Sub 'x y'");
        assert_eq!(slice(inner[1].node.at), "- d\n    - \"e\"");
        assert_eq!(slice(members[1].node.at), "{g: [h]}");
    }
}
