//! The `Condition` element: typed predicates on condition keys.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context
//! keys", "Conditions with multiple context keys or values".

use super::{
    context::{Context, Key, Values},
    finding,
    pattern::{Form, Pattern, Reading},
    value::{self, Moment, Range},
};
use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};
use core::cmp::Ordering;

/// One operator on one key.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    /// The operator as written.
    pub(super) operator: Box<str>,
    pub(super) key: Key,
    /// The values as written.
    pub(super) wanted: Box<[Box<str>]>,
    set: Set,
    negated: bool,
    if_exists: bool,
    test: Test,
    /// The places of the values in the order of their texts, where these are many that stand for themselves alone: then
    /// the one that fits is found by halving.
    sorted: Box<[u32]>,
    bytes: usize,
}

/// `ForAllValues:`, `ForAnyValue:` or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    None,
    All,
    Any,
}

/// An operator, read from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) set: Set,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
    base: Base,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Numeric(Compare),
    Date(Compare),
    Bool,
    Binary,
    Ip,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The policy's values, ready to be compared. A value that cannot be read is never equal to anything.
#[derive(Debug, Clone)]
enum Test {
    Text(Box<[Pattern]>),
    TextWithoutCase(Box<[Pattern]>),
    Arn(Box<[Pattern]>),
    Number(Compare),
    Date(Compare, Box<[Option<Moment>]>),
    Bool(Box<[Option<bool>]>),
    Binary,
    Ip(Box<[Option<Range>]>),
    Null(Box<[Option<bool>]>),
}

/// So many values are looked at one by one.
const FEW: usize = 8;

impl Test {
    fn sorted(&self) -> Box<[u32]> {
        let Self::Text(patterns) = self else { return Box::default() };
        let texts: Option<Vec<&str>> = patterns.iter().map(Pattern::exact_text).collect();
        let Some(texts) = texts.filter(|texts| texts.len() > FEW) else { return Box::default() };
        let mut places: Vec<u32> = (0..).take(texts.len()).collect();
        places.sort_unstable_by_key(|at| texts.get(*at as usize));
        places.into()
    }
}

/// The operators without prefix and suffix: name, whether negated, what is compared.
const OPERATORS: &[(&str, bool, Base)] = &[
    ("StringEquals", false, Base::Equals),
    ("StringNotEquals", true, Base::Equals),
    ("StringEqualsIgnoreCase", false, Base::EqualsIgnoreCase),
    ("StringNotEqualsIgnoreCase", true, Base::EqualsIgnoreCase),
    ("StringLike", false, Base::Like),
    ("StringNotLike", true, Base::Like),
    ("NumericEquals", false, Base::Numeric(Compare::Equal)),
    ("NumericNotEquals", true, Base::Numeric(Compare::Equal)),
    ("NumericLessThan", false, Base::Numeric(Compare::Less)),
    ("NumericLessThanEquals", false, Base::Numeric(Compare::LessOrEqual)),
    ("NumericGreaterThan", false, Base::Numeric(Compare::Greater)),
    ("NumericGreaterThanEquals", false, Base::Numeric(Compare::GreaterOrEqual)),
    ("DateEquals", false, Base::Date(Compare::Equal)),
    ("DateNotEquals", true, Base::Date(Compare::Equal)),
    ("DateLessThan", false, Base::Date(Compare::Less)),
    ("DateLessThanEquals", false, Base::Date(Compare::LessOrEqual)),
    ("DateGreaterThan", false, Base::Date(Compare::Greater)),
    ("DateGreaterThanEquals", false, Base::Date(Compare::GreaterOrEqual)),
    ("Bool", false, Base::Bool),
    ("BinaryEquals", false, Base::Binary),
    ("IpAddress", false, Base::Ip),
    ("NotIpAddress", true, Base::Ip),
    // ArnEquals and ArnLike behave alike.
    ("ArnEquals", false, Base::Arn),
    ("ArnLike", false, Base::Arn),
    ("ArnNotEquals", true, Base::Arn),
    ("ArnNotLike", true, Base::Arn),
    ("Null", false, Base::Null),
];

impl Operator {
    /// Reads an operator's name, in the documented spelling.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (set, rest) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Set::All, rest),
            Some(("ForAnyValue", rest)) => (Set::Any, rest),
            Some(_) => return None,
            None => (Set::None, name),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (_, negated, base) = *OPERATORS.iter().find(|(name, ..)| *name == base)?;
        let plain = set == Set::None && !if_exists;
        (plain || base != Base::Null).then_some(Self { set, negated, if_exists, base })
    }

    /// The type of values that it compares, in the words of the condition key tables.
    pub(crate) const fn compares(&self) -> &'static str {
        match self.base {
            Base::Equals | Base::EqualsIgnoreCase | Base::Like => "String",
            Base::Arn => "ARN",
            Base::Numeric(_) => "Numeric",
            Base::Date(_) => "Date",
            Base::Bool => "Bool",
            Base::Binary => "Binary",
            Base::Ip => "IPAddress",
            Base::Null => "Null",
        }
    }

    /// Whether it compares texts as they are written, wildcards included.
    pub(crate) const fn is_literal(&self) -> bool {
        matches!(self.base, Base::Equals | Base::EqualsIgnoreCase)
    }

    /// Whether IAM refuses `value` when it stores a policy ("The policy failed legacy parsing").
    pub(super) fn refuses(&self, value: &str) -> bool {
        matches!(self.base, Base::Date(_)) && value::moment(value).is_none() && !value::is_loose_date(value)
    }
}

impl Clause {
    /// Compiles `values`; `variables`: whether the document's version has policy variables.
    pub(super) fn new(name: &str, operator: Operator, key: &str, wanted: Vec<Box<str>>, variables: bool) -> Self {
        let patterns =
            |wildcards| wanted.iter().map(|text| Pattern::new(text, Reading { variables, wildcards })).collect();
        let test = match operator.base {
            Base::Equals => Test::Text(patterns(false)),
            Base::EqualsIgnoreCase => Test::TextWithoutCase(patterns(false)),
            Base::Like => Test::Text(patterns(true)),
            Base::Arn => Test::Arn(patterns(true)),
            Base::Numeric(compare) => Test::Number(compare),
            Base::Date(compare) => Test::Date(compare, wanted.iter().map(|text| value::moment(text)).collect()),
            Base::Bool => Test::Bool(wanted.iter().map(|text| value::boolean(text)).collect()),
            Base::Binary => Test::Binary,
            Base::Ip => Test::Ip(wanted.iter().map(|text| value::range(text)).collect()),
            Base::Null => Test::Null(wanted.iter().map(|text| value::boolean(text)).collect()),
        };
        let Operator { set, negated, if_exists, .. } = operator;
        let (sorted, bytes) = (test.sorted(), wanted.iter().map(|wanted| wanted.len()).sum());
        let (operator, key, wanted) = (name.into(), Key::new(key), wanted.into());
        Self { operator, key, wanted, set, negated, if_exists, test, sorted, bytes }
    }

    /// Whether the request meets it.
    pub(super) fn matches(&self, context: &Context) -> bool {
        self.takes(context.look_up(&self.key), context)
    }

    /// Whether a request meets it whose key has these values, and is otherwise as `context` says.
    pub(super) fn takes(&self, found: Option<Values<'_>>, context: &Context) -> bool {
        if let Test::Null(wanted) = &self.test {
            return wanted.iter().any(|absent| *absent == Some(found.is_none()));
        }
        match (self.set, found) {
            (Set::None, None) => self.negated || self.if_exists,
            (Set::None, Some(value @ Values::One(_))) => self.admits_any(value, context),
            // A multivalued key needs a set operator; without one it never matches (undocumented).
            (Set::None, Some(Values::Many(_))) => false,
            (Set::All, None) => true,
            (Set::All, Some(values)) => self.admits_all(values, context),
            // Also with IfExists (reported behaviour).
            (Set::Any, None) => false,
            (Set::Any, Some(values)) => self.admits_any(values, context),
        }
    }

    /// Whether the operator takes one of the values.
    fn admits_any(&self, got: Values<'_>, context: &Context) -> bool {
        match self.patterns_at_once() {
            Some((patterns, form)) => got.chunks().any(|some| self.admitted(patterns, some, form, context) != 0),
            None => got.iter().any(|got| self.fits(got, context) != self.negated),
        }
    }

    /// Whether the operator takes each of the values.
    fn admits_all(&self, got: Values<'_>, context: &Context) -> bool {
        match self.patterns_at_once() {
            Some((patterns, form)) => {
                got.chunks().all(|some| self.admitted(patterns, some, form, context) == some.bits())
            }
            None => got.iter().all(|got| self.fits(got, context) != self.negated),
        }
    }

    /// The patterns that are held against all values at once.
    fn patterns_at_once(&self) -> Option<(&[Pattern], Form)> {
        match &self.test {
            Test::Text(patterns) if self.sorted.is_empty() => Some((patterns, Form::Text)),
            Test::Arn(patterns) => Some((patterns, Form::Arn)),
            _ => None,
        }
    }

    /// Which of the values the operator takes, a bit for each: a positive one takes what a pattern covers, a negated one what
    /// none does.
    fn admitted(&self, patterns: &[Pattern], got: Values<'_>, form: Form, context: &Context) -> u128 {
        let covered = Pattern::covered(patterns.iter(), got, form, context);
        if self.negated { got.bits() & !covered } else { covered }
    }

    /// Whether the value fits one of the policy's, where these are no patterns, or sorted.
    fn fits(&self, got: &str, context: &Context) -> bool {
        match &self.test {
            Test::Text(patterns) => {
                let text = |at: &u32| patterns.get(*at as usize).and_then(Pattern::exact_text).unwrap_or_default();
                self.sorted.binary_search_by(|at| text(at).cmp(got)).is_ok()
            }
            Test::TextWithoutCase(patterns) => patterns.iter().any(|wanted| wanted.equals_without_case(got, context)),
            Test::Number(compare) => self
                .wanted
                .iter()
                .any(|wanted| value::compare_numbers(got, wanted).is_some_and(|ordering| compare.holds(ordering))),
            Test::Date(compare, wanted) => value::moment(got)
                .is_some_and(|got| wanted.iter().flatten().any(|wanted| compare.holds(got.cmp(wanted)))),
            Test::Bool(wanted) => value::boolean(got).is_some_and(|got| wanted.contains(&Some(got))),
            Test::Binary => self.wanted.iter().any(|wanted| value::same_bytes(wanted, got)),
            Test::Ip(wanted) => wanted.iter().flatten().any(|range| range.contains(got)),
            Test::Arn(_) | Test::Null(_) => false,
        }
    }

    /// A remark for the reader: why it matches or not, where that is not plain from the values.
    pub(super) fn remark(&self, context: &Context) -> String {
        let found = context.look_up(&self.key);
        if matches!(self.test, Test::Null(_)) {
            return if found.is_none() { "the key is absent" } else { "the key is present" }.to_owned();
        }
        if let Some(missing) = self.without_value(context) {
            return missing;
        }
        let remark = match (self.set, found) {
            (Set::None, None) if self.if_exists => "the key is absent, and …IfExists matches then",
            (Set::None, None) if self.negated => "the key is absent, and a negated operator matches then",
            (Set::None, None) => "the key is absent from the request",
            (Set::None, Some(Values::Many(_))) => {
                "the key has several values: without ForAllValues or ForAnyValue it never matches"
            }
            (Set::All, None) => "the key is absent, and ForAllValues matches then",
            (Set::Any, None) => "the key is absent, and ForAnyValue never matches then",
            _ => "",
        };
        remark.to_owned()
    }

    /// How long its values are together.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it is negated: it excepts its values.
    pub(super) fn is_negated(&self) -> bool {
        self.negated
    }

    /// Whether it compares `true` and `false`.
    pub(super) fn compares_booleans(&self) -> bool {
        matches!(self.test, Test::Bool(_))
    }

    /// Whether its key has several values.
    pub(super) fn takes_several(&self) -> bool {
        self.set != Set::None
    }

    /// Values of the key that it tells apart: some that fit each of the policy's, and some beside them.
    pub(super) fn samples(&self, context: &Context) -> Vec<String> {
        let mut samples: Vec<String> = match &self.test {
            Test::Text(_) | Test::TextWithoutCase(_) | Test::Arn(_) => {
                self.patterns().filter_map(|pattern| pattern.sample(context)).collect()
            }
            Test::Number(_) => self.wanted.iter().flat_map(|wanted| value::numbers_around(wanted)).collect(),
            Test::Date(..) => self.wanted.iter().flat_map(|wanted| value::moments_around(wanted)).collect(),
            Test::Bool(_) => ["true", "false"].map(String::from).into(),
            Test::Ip(wanted) => wanted.iter().flatten().flat_map(Range::ends).collect(),
            Test::Binary => self.wanted.iter().map(|wanted| String::from(&**wanted)).collect(),
            Test::Null(_) => Vec::new(),
        };
        samples.push(String::from(match &self.test {
            Test::Arn(_) => "arn:aws:other:other:000000000000:other",
            Test::Ip(_) => "198.51.100.7",
            _ => "other",
        }));
        samples
    }

    /// Whether it compares text with regard to case.
    pub(super) fn is_about_text(&self) -> bool {
        matches!(self.test, Test::Text(_) | Test::Arn(_))
    }

    /// Whether other condition keys than its own count.
    pub(super) fn has_variables(&self) -> bool {
        self.patterns().any(Pattern::is_template)
    }

    /// The policy's values as texts that may have variables.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let patterns = match &self.test {
            Test::Text(patterns) | Test::TextWithoutCase(patterns) | Test::Arn(patterns) => &**patterns,
            _ => &[],
        };
        patterns.iter()
    }

    /// Names the policy variable that has no value.
    fn without_value(&self, context: &Context) -> Option<String> {
        finding::without_value(self.patterns(), context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn holds(operator: &str, wanted: &[&str], got: Option<Result<String, Vec<String>>>) -> bool {
        let mut context = Context::new();
        match got {
            Some(Ok(value)) => context.set("aws:Key", value),
            Some(Err(values)) => context.set_list("aws:Key", values),
            None => {}
        }
        let wanted = wanted.iter().map(|text| (*text).into()).collect();
        let read = Operator::of(operator).unwrap();
        Clause::new(operator, read, "AWS:key", wanted, true).matches(&context)
    }

    /// A single-valued key.
    fn one(value: &str) -> Option<Result<String, Vec<String>>> {
        Some(Ok(value.into()))
    }

    /// A multivalued key.
    fn many(values: &[&str]) -> Option<Result<String, Vec<String>>> {
        Some(Err(values.iter().map(|value| (*value).into()).collect()))
    }

    /// authorization.md 3.3: what an absent key does under each operator.
    #[test]
    fn absent_keys() {
        for (name, negated, base) in OPERATORS {
            let null = *base == Base::Null;
            assert_eq!(holds(name, &["true"], None), *negated || null, "{name}");
            if null {
                continue;
            }
            assert!(holds(&(String::from(*name) + "IfExists"), &["true"], None), "{name}IfExists");
            for suffix in ["", "IfExists"] {
                let with = |set: &str| String::from(set) + name + suffix;
                assert!(holds(&with("ForAllValues:"), &["true"], None), "{name}{suffix}");
                assert!(!holds(&with("ForAnyValue:"), &["true"], None), "{name}{suffix}");
                assert!(holds(&with("ForAllValues:"), &["true"], many(&[])), "{name}{suffix}");
            }
        }
    }

    #[test]
    fn values() {
        let cases = [
            ("StringEquals", vec!["a", "b"], one("b"), true),
            ("StringEquals", vec![], one("b"), false),
            ("StringNotEquals", vec![], one("b"), true),
            ("StringNotEquals", vec!["a", "b"], one("b"), false),
            ("StringEquals", vec![""], one(""), true),
            ("StringLike", vec!["*:*"], one("a:b"), true),
            ("NumericNotEquals", vec!["7"], one("x"), true),
            ("NumericGreaterThan", vec!["7"], one("8"), true),
            ("NumericLessThanEquals", vec!["7"], one("7.0"), true),
            ("DateNotEquals", vec!["2026"], one("x"), true),
            ("DateEquals", vec!["2026-01-01"], one("2026-01-01T00:00:00Z"), true),
            ("Bool", vec!["TRUE"], one("true"), true),
            ("Bool", vec!["yes"], one("yes"), false),
            ("NotIpAddress", vec!["10.0.0.0/8"], one("x"), true),
            ("BinaryEquals", vec!["QQ=="], one("QQ=="), true),
            ("BinaryEquals", vec!["!"], one("!"), false),
            ("Null", vec!["false"], one(""), true),
            ("Null", vec!["true"], many(&[]), true),
            ("StringEquals", vec!["a"], many(&["a"]), false),
            ("StringNotEquals", vec!["a"], many(&["b"]), false),
            ("ForAnyValue:StringEquals", vec!["a"], many(&["b", "a"]), true),
            ("ForAnyValue:StringNotEquals", vec!["a"], many(&["b", "a"]), true),
            ("ForAnyValue:StringNotEquals", vec!["a"], many(&["a"]), false),
            ("ForAllValues:StringNotEquals", vec!["a"], many(&["b", "a"]), false),
            ("ForAllValues:StringEquals", vec!["a"], one("b"), false),
            ("ForAllValues:ArnLike", vec!["arn:aws:*:*:*:a"], many(&["arn:aws:s3:::a"]), true),
        ];
        for (operator, wanted, got, want) in cases {
            assert_eq!(holds(operator, &wanted, got.clone()), want, "{operator} {wanted:?} {got:?}");
        }
    }

    #[test]
    fn many_values_are_found_as_few_are() {
        let texts: Vec<String> = (0..40).map(|n| alloc::format!("{}", n * 7 % 40)).collect();
        let mut wanted: Vec<&str> = texts.iter().map(String::as_str).collect();
        wanted.push("7"); // twice
        for template in [false, true] {
            if template {
                wanted.push("x${aws:Key}"); // never equal to the key itself
            }
            for n in 0..60 {
                let got = alloc::format!("{n}");
                assert_eq!(holds("StringEquals", &wanted, one(&got)), n < 40, "{n}");
                assert_eq!(holds("StringNotEquals", &wanted, one(&got)), n >= 40, "{n}");
                assert_eq!(holds("ForAnyValue:StringEquals", &wanted, many(&["no", &got])), n < 40, "{n}");
            }
        }
    }

    #[test]
    fn names_have_one_spelling() {
        for bad in
            ["stringEquals", "StringEqual", "NullIfExists", "ForAllValues:Null", "ForAnyValues:Bool", "Bool:x", ""]
        {
            assert_eq!(Operator::of(bad), None, "{bad}");
        }
        assert!(Operator::of("ForAnyValue:StringNotEqualsIgnoreCaseIfExists").is_some());
    }
}
