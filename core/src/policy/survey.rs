//! What is asked of a policy as a text: where its statements stand and which condition keys it names.

use super::{
    Policy,
    grammar::Places,
    json::{self, Value},
    pattern::Pattern,
    value,
};
use alloc::{collections::BTreeSet, vec::Vec};

/// Where a statement stands in the text of its policy: line and column, in characters, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two places")]
pub struct Extent {
    /// Behind the bracket, comma or colon before it, as IAM's policy simulator counts.
    pub start: (u32, u32),
    /// Behind its last brace.
    pub end: (u32, u32),
}

/// What the values of a condition key are.
///
/// Source: IAM API Reference, `ContextEntry`, `ContextKeyType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the policy language has these six")]
pub enum ValueType {
    /// Any text.
    Text,
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An address or a range of addresses.
    Address,
    /// Base64.
    Binary,
    /// ISO 8601 or Unix seconds.
    Date,
}

impl ValueType {
    /// Whether `text` is a value of this type, as the condition operators read it.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Number => value::is_number(text),
            Self::Boolean => value::boolean(text).is_some(),
            Self::Address => value::range(text).is_some(),
            Self::Binary => value::is_base64(text),
            Self::Date => value::moment(text).is_some(),
        }
    }
}

impl Policy {
    /// Where each statement stands, in the order of the text.
    ///
    /// A statement begins where the mark before it ends, blanks included, and ends behind its brace: so IAM's policy
    /// simulator counts (recorded for `AdministratorAccess`: line 3, column 17, to line 8, column 6).
    #[must_use]
    pub fn extents(&self) -> Vec<Extent> {
        let text = self.text();
        let Ok(root) = json::parse(text) else { return Vec::new() };
        let Value::Map(members) = &root.value else { return Vec::new() };
        let found = members.iter().rfind(|member| member.name == "Statement");
        let nodes = match found.map(|member| &member.node) {
            Some(node) => match &node.value {
                Value::List(nodes) => nodes.as_slice(),
                _ => core::slice::from_ref(node),
            },
            None => &[],
        };
        let mut places = Places::new(text);
        let extent = |node: &json::Node<'_>| {
            let before = text.get(..node.at).unwrap_or_default().trim_end_matches([' ', '\t', '\r', '\n']);
            Extent { start: places.of(before.len()), end: places.of(node.end) }
        };
        nodes.iter().map(extent).collect()
    }

    /// The condition keys that it names, as it spells them: policy variables in resources, keys of conditions, policy
    /// variables in their values. Each is given once, without regard to case.
    ///
    /// Source: IAM User Guide, the example of `GetContextKeysForCustomPolicy`.
    #[must_use]
    pub fn context_keys(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        self.each_key(&mut |key| {
            if seen.insert(str::to_lowercase(key)) {
                keys.push(key);
            }
        });
        keys
    }

    /// The same as often as they are named.
    pub(crate) fn each_key<'p>(&'p self, take: &mut dyn FnMut(&'p str)) {
        for statement in self.statements().iter().filter(|statement| !statement.broken) {
            statement.resource_patterns().flat_map(names).for_each(&mut *take);
            for clause in &statement.conditions {
                take(&clause.key.name);
                clause.patterns().flat_map(names).for_each(&mut *take);
            }
        }
    }
}

fn names(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.variables().map(|(key, _)| &*key.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Kind;

    #[test]
    fn statements_have_their_extent() {
        let admin = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \
                     \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
        let two = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"é"}, {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let one = r#"{"Statement": {"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let cases: [(&str, &[[u32; 4]]); 3] = [
            (admin, &[[3, 17, 8, 6]]), // recorded
            (two, &[[1, 15, 1, 61], [1, 62, 1, 109]]),
            (one, &[[1, 14, 1, 61]]),
        ];
        for (text, want) in cases {
            let policy = Policy::parse_lenient(Kind::Identity, text).unwrap();
            let extents = policy.extents();
            let seen: Vec<_> = extents.iter().map(|Extent { start, end }| [start.0, start.1, end.0, end.1]).collect();
            assert_eq!(seen, want, "{text}");
        }
    }

    #[test]
    fn keys_are_named_once_in_the_order_of_the_text() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*",
            "Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}",
            "Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"},
                         "StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}","AWS:userName":"x"}}}]}"#;
        let policy = Policy::parse(Kind::Identity, text).unwrap();
        let want = ["aws:username", "aws:CurrentTime", "aws:PrincipalTag/team", "aws:ResourceTag/team"];
        assert_eq!(policy.context_keys(), want);
    }

    #[test]
    fn values_are_of_their_type() {
        let cases = [
            (ValueType::Text, "", true),
            (ValueType::Number, "1.5", true),
            (ValueType::Number, "x", false),
            (ValueType::Boolean, "True", true),
            (ValueType::Boolean, "yes", false),
            (ValueType::Address, "203.0.113.0/24", true),
            (ValueType::Address, "2001:db8::1", true),
            (ValueType::Address, "x", false),
            (ValueType::Binary, "QQ==", true),
            (ValueType::Binary, "!", false),
            (ValueType::Date, "2026-01-01T00:00:00Z", true),
            (ValueType::Date, "1767225600", true),
            (ValueType::Date, "tomorrow", false),
        ];
        for (kind, text, want) in cases {
            assert_eq!(kind.holds(text), want, "{kind:?} {text}");
        }
    }
}
