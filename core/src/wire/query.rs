//! The query protocol: form parameters become a [`Doc`], and a [`Doc`] becomes XML.

use super::Doc;
use super::base64;
use super::model::{Kind, Shape};
use crate::base::{Fault, Timestamp};
use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write;

/// The parameters of a form or a query string, decoded, in their order.
pub(super) fn parameters(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

/// `application/x-www-form-urlencoded` undone. A percent sign that starts no escape stands for itself; bytes that are not
/// UTF-8 become U+FFFD, which no pattern of the models takes.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(digit), ahead.next().and_then(digit)) {
                    (Some(high), Some(low)) => {
                        bytes.push(high << 4 | low);
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    Cow::Owned(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// One parameter on its way down the shape: what is left of its name, and its value.
type Parameter<'a> = (&'a str, &'a str);

/// Reads the parameters as a structure of `shape`. Unknown ones are passed over; of equal ones the last counts.
///
/// # Errors
/// [`Fault::Serialization`] (`MalformedInput`) when a value is not of its type.
pub(super) fn decode(shape: &'static Shape, parameters: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Doc, Fault> {
    let all: Vec<Parameter<'_>> = parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
    value(shape, &all).map(|doc| doc.unwrap_or(Doc::Struct(Vec::new())))
}

/// Reads a value of `shape` from parameters whose names go on from here; `None` when there are none for it.
fn value(shape: &'static Shape, from: &[Parameter<'_>]) -> Result<Option<Doc>, Fault> {
    let own = || from.iter().rev().find(|(name, _)| name.is_empty()).map(|(_, value)| *value);
    Ok(match &shape.kind {
        Kind::Struct(members) => {
            let mut found = Vec::new();
            for member in *members {
                let below: Vec<Parameter<'_>> =
                    from.iter().filter_map(|(name, value)| Some((after(name, member.name)?, *value))).collect();
                if !below.is_empty() {
                    found.extend(value(member.shape, &below)?.map(|doc| (member.name, doc)));
                }
            }
            Some(Doc::Struct(found))
        }
        Kind::List(item) => {
            let groups = numbered("member", from);
            if groups.is_empty() && own().is_none() {
                return Ok(None);
            }
            let items = groups.values().filter_map(|below| value(item, below).transpose());
            Some(Doc::List(items.collect::<Result<_, _>>()?))
        }
        Kind::Map { value: inner, .. } => {
            let groups = numbered("entry", from);
            if groups.is_empty() && own().is_none() {
                return Ok(None);
            }
            let mut map = BTreeMap::new();
            for below in groups.values() {
                let key = below.iter().rev().find(|(name, _)| *name == "key").map(|(_, value)| value.to_string());
                let below: Vec<Parameter<'_>> =
                    below.iter().filter_map(|(name, value)| Some((after(name, "value")?, *value))).collect();
                if let (Some(key), Some(doc)) = (key, value(inner, &below)?) {
                    map.insert(key, doc);
                }
            }
            Some(Doc::Map(map))
        }
        _ => own().map(|text| scalar(shape, text)).transpose()?,
    })
}

/// What follows the segment `segment` in `name`: nothing, or what stands behind the dot.
fn after<'a>(name: &'a str, segment: &str) -> Option<&'a str> {
    let rest = name.strip_prefix(segment)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

/// The parameters `word.N.…` by `N`, in ascending order. The numbers need not follow each other.
fn numbered<'a>(word: &str, from: &[Parameter<'a>]) -> BTreeMap<u32, Vec<Parameter<'a>>> {
    let mut groups: BTreeMap<u32, Vec<Parameter<'a>>> = BTreeMap::new();
    for (name, value) in from {
        let Some(rest) = after(name, word) else { continue };
        let (number, rest) = rest.split_once('.').unwrap_or((rest, ""));
        if number.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(number) = number.parse()
        {
            groups.entry(number).or_default().push((rest, value));
        }
    }
    groups
}

fn scalar(shape: &Shape, text: &str) -> Result<Doc, Fault> {
    let read = match shape.kind {
        Kind::Bool if text.eq_ignore_ascii_case("true") => Some(Doc::Bool(true)),
        Kind::Bool if text.eq_ignore_ascii_case("false") => Some(Doc::Bool(false)),
        Kind::Int => text.parse::<i32>().ok().map(|value| Doc::Int(value.into())),
        Kind::Blob => base64::decode(text).ok().map(Doc::Blob),
        Kind::Time => moment(text).map(Doc::Time),
        Kind::Text => Some(Doc::Text(text.into())),
        _ => None,
    };
    // The sentence is ours.
    read.ok_or_else(|| Fault::Serialization {
        message: format!(
            "A parameter of the type {} is not {}.",
            shape.name,
            match shape.kind {
                Kind::Bool => "true or false",
                Kind::Int => "an integer",
                Kind::Blob => "base64",
                _ => "a time such as 2026-01-02T03:04:05Z",
            }
        ),
    })
}

/// Reads `2026-01-02T03:04:05Z`, with or without a fraction.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = match text.strip_suffix('Z')?.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (text.strip_suffix('Z')?, ""),
    };
    if whole.len() != 19 || fraction.bytes().any(|byte| !byte.is_ascii_digit()) {
        return None;
    }
    for (at, byte) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if whole.as_bytes().get(at) != Some(&byte) {
            return None;
        }
    }
    let basic: String = whole.chars().filter(|c| !matches!(c, '-' | ':')).chain(['Z']).collect();
    let millis: String = fraction.chars().chain(['0'; 3]).take(3).collect();
    Some(Timestamp::from_basic(&basic)?.plus(crate::base::Timespan::millis(millis.parse().ok()?)))
}

/// Appends `doc` as the content of an XML element, structures in the order of the model.
pub(super) fn encode(shape: &Shape, doc: &Doc, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match doc {
        Doc::Bool(value) => write!(out, "{value}"),
        Doc::Int(value) => write!(out, "{value}"),
        Doc::Text(text) => {
            escaped(text, out);
            Ok(())
        }
        Doc::Blob(bytes) => {
            base64::encode(bytes, out);
            Ok(())
        }
        Doc::Time(moment) => write!(out, "{moment}"),
        Doc::List(items) => {
            let Kind::List(item) = &shape.kind else { return };
            for value in items {
                element("member", out, |out| encode(item, value, out));
            }
            Ok(())
        }
        Doc::Map(entries) => {
            let Kind::Map { value: shape, .. } = &shape.kind else { return };
            for (key, value) in entries {
                element("entry", out, |out| {
                    element("key", out, |out| escaped(key, out));
                    element("value", out, |out| encode(shape, value, out));
                });
            }
            Ok(())
        }
        Doc::Struct(_) => {
            for member in shape.members() {
                if let Some(value) = doc.get(member.name) {
                    element(member.name, out, |out| encode(member.shape, value, out));
                }
            }
            Ok(())
        }
    };
}

/// Appends `<name>…</name>`.
pub(super) fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(out);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Appends `text` as XML character data. Characters that XML 1.0 has no way to write become U+FFFD.
pub(super) fn escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::model::{IAM, STS, ServiceModel};
    use alloc::vec;

    fn read(service: &ServiceModel, operation: &str, form: &str) -> Result<Doc, String> {
        let all: Vec<_> = parameters(form).collect();
        decode(service.operation(operation).unwrap().input.unwrap(), &all).map_err(|fault| fault.to_string())
    }

    fn text(text: &str) -> Doc {
        Doc::Text(text.into())
    }

    #[test]
    fn parameters_become_a_structure() {
        let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=a+b%zz\
            &Tags.member.10.Key=k10&Tags.member.10.Value=v10&Tags.member.2.Key=k2&Tags.member.2.Value=%C3%A9\
            &PolicyArns.member.1.arn=arn&TransitiveTagKeys=&DurationSeconds=900&Unknown.member.1=x&RoleArnX=1";
        let doc = read(&STS, "AssumeRole", form).unwrap();
        let tag = |key: &str, value: &str| Doc::Struct(vec![("Key", text(key)), ("Value", text(value))]);
        assert_eq!(
            doc,
            Doc::Struct(vec![
                ("RoleArn", text("arn:aws:iam::1:role/r")),
                ("RoleSessionName", text("a b%zz")),
                ("PolicyArns", Doc::List(vec![Doc::Struct(vec![("arn", text("arn"))])])),
                ("DurationSeconds", Doc::Int(900)),
                ("Tags", Doc::List(vec![tag("k2", "é"), tag("k10", "v10")])),
                ("TransitiveTagKeys", Doc::List(vec![])),
            ])
        );
    }

    #[test]
    fn wrong_types_are_malformed_input() {
        for (operation, form) in
            [("ListUsers", "MaxItems=abc"), ("ListUsers", "MaxItems=99999999999"), ("ListPolicies", "OnlyAttached=yes")]
        {
            assert!(read(&IAM, operation, form).unwrap_err().starts_with("A parameter of the type "), "{form}");
        }
    }

    #[test]
    fn moments_are_iso_8601() {
        for (text, millis) in
            [("2023-11-14T22:13:20Z", 1_700_000_000_000), ("2023-11-14T22:13:20.1239Z", 1_700_000_000_123)]
        {
            assert_eq!(moment(text), Some(Timestamp::from_millis(millis)), "{text}");
        }
        for bad in [
            "",
            "Z",
            "2023-11-14",
            "2023-11-14T22:13:20",
            "2023-13-14T22:13:20Z",
            "2023-11-14T22:13:20.xZ",
            "2023-11-14 22:13:20Z",
            "20é3-11-14T22:13:2Z",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn xml_is_escaped_and_ordered() {
        let shape = IAM.operation("ListUsers").unwrap().output.unwrap();
        let user = Doc::Struct(vec![("UserName", text("a<&>\"\r\u{1}")), ("Path", text("/"))]);
        let doc = Doc::Struct(vec![("IsTruncated", Doc::Bool(false)), ("Users", Doc::List(vec![user]))]);
        let mut out = String::new();
        encode(shape, &doc, &mut out);
        assert_eq!(
            out,
            "<Users><member><Path>/</Path><UserName>a&lt;&amp;&gt;&quot;&#xD;\u{fffd}</UserName></member></Users><IsTruncated>false</IsTruncated>"
        );
        let shape = IAM.operation("GetAccountSummary").unwrap().output.unwrap();
        let mut out = String::new();
        encode(
            shape,
            &Doc::Struct(vec![("SummaryMap", Doc::Map(BTreeMap::from([("Users".into(), Doc::Int(1))])))]),
            &mut out,
        );
        assert_eq!(out, "<SummaryMap><entry><key>Users</key><value>1</value></entry></SummaryMap>");
    }
}
