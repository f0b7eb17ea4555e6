//! Key policies as AWS keeps them: written anew, the way Jackson's default pretty printer writes. Measured in us-east-1,
//! 2026.

use super::json::{self, Value};
use crate::base::quote;
use alloc::string::String;

/// A key policy as AWS stores it, and as `GetKeyPolicy` shows it: members in the order in which they were given. `None`
/// for what is no JSON.
#[must_use]
pub fn stored(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    write(&json::parse(text).ok()?.value, 0, &mut out);
    Some(out)
}

fn write(value: &Value<'_>, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => quote(text, out),
        Value::List(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n == 0 { " " } else { ", " });
                write(&item.value, depth, out);
            }
            out.push_str(" ]");
        }
        Value::Map(members) => {
            out.push('{');
            for (n, member) in members.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                line(depth.saturating_add(1), out);
                quote(&member.name, out);
                out.push_str(" : ");
                write(&member.node.value, depth.saturating_add(1), out);
            }
            if members.is_empty() {
                out.push(' ');
            } else {
                line(depth, out);
            }
            out.push('}');
        }
    }
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    (0..depth).for_each(|_| out.push_str("  "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_written_as_aws_stores_them() {
        let cases = [
            ("{}", "{ }"),
            ("[ ]", "[ ]"),
            (r#"{"a":[],"b":{}}"#, "{\n  \"a\" : [ ],\n  \"b\" : { }\n}"),
            (r#" ["a",1.50,true,null] "#, r#"[ "a", 1.50, true, null ]"#),
            (
                r#"{"Version":"2008-10-17","Statement":[{"Sid":"A","Action":["x","y"]},{"Principal":{"AWS":"*"}}]}"#,
                "{\n  \"Version\" : \"2008-10-17\",\n  \"Statement\" : [ {\n    \"Sid\" : \"A\",\n    \
                 \"Action\" : [ \"x\", \"y\" ]\n  }, {\n    \"Principal\" : {\n      \"AWS\" : \"*\"\n    }\n  } ]\n}",
            ),
            // What a text says is kept; how it was escaped is not.
            (r#"{"\u0061":"\"\\\/\u00e9é\n"}"#, "{\n  \"a\" : \"\\\"\\\\/éé\\n\"\n}"),
        ];
        for (given, want) in cases {
            let got = stored(given).unwrap();
            assert_eq!(got, want, "{given}");
            assert_eq!(stored(&got), Some(got), "{given}: again");
        }
        for bad in ["", "{", "{} {}"] {
            assert_eq!(stored(bad), None, "{bad}");
        }
    }
}
