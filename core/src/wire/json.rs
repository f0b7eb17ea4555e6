//! awsJson 1.1: a JSON body becomes a [`Doc`], and back.

use super::Doc;
use super::base64;
use super::model::{Kind, Member, Shape};
use crate::base::{Fault, Timestamp, quote};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Write};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads `body` as a structure of `shape`. An empty body is a structure without members. Unknown members are passed
/// over, `null` is an absent member, of members that come twice the last one counts.
///
/// # Errors
/// [`Fault::Serialization`], in the words of AWS's own reader where they are known. No value is repeated: it may be a
/// secret.
pub(super) fn decode(shape: &'static Shape, body: &[u8]) -> Result<Doc, Fault> {
    if body.is_empty() {
        return Ok(Doc::Struct(Vec::new()));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let doc = Seed(shape).deserialize(&mut reader).and_then(|doc| reader.end().map(|()| doc)).map_err(|error| {
        let text = error.to_string();
        let message = match error.classify() {
            // Our own sentences; serde_json adds the place.
            serde_json::error::Category::Data => text.split(" at line ").next().unwrap_or_default().into(),
            _ => format!("The request body is not valid JSON: {text}."),
        };
        Fault::Serialization { message }
    })?;
    doc.ok_or(Fault::Serialization { message: EXPECTED_STRUCTURE.into() })
}

const EXPECTED_STRUCTURE: &str = "Expected a structure";
const UNEXPECTED_LIST: &str = "Start of list found where not expected";
const UNEXPECTED_MAP: &str = "Start of structure or map found where not expected.";
const NUMBER: &str = "com.amazon.coral.value.json.numbers.TruncatingBigNumber";

/// Reads one value of a shape; `None` is JSON's null.
#[derive(Clone, Copy)]
struct Seed(&'static Shape);

impl Seed {
    /// What AWS says when a scalar of the Java class `class` stands where the shape wants something else.
    fn refuse<E: Error>(self, class: &str) -> E {
        E::custom(match self.0.kind {
            Kind::List(_) => String::from("Expected list or null"),
            Kind::Map { .. } => String::from("Expected map or null"),
            Kind::Struct(_) => String::from("Expected null"),
            Kind::Blob => format!("class {class} can not be converted to a Blob"),
            Kind::Time => format!("class {class} can not be converted to milliseconds since epoch"),
            Kind::Text => format!("class {class} can not be converted to an String"),
            Kind::Bool => format!("class {class} can not be converted to an Boolean"),
            Kind::Int => format!("class {class} can not be converted to an Integer"),
        })
    }

    /// AWS's reader cuts off fractions, and holds integers within 32 bits.
    fn number<E: Error>(self, value: f64) -> Result<Option<Doc>, E> {
        match self.0.kind {
            Kind::Int => {
                let value = value.clamp(i32::MIN.into(), i32::MAX.into());
                Ok(Some(Doc::Int(value as i64)))
            }
            Kind::Time => {
                let half = if value < 0.0 { -0.5 } else { 0.5 };
                Ok(Some(Doc::Time(Timestamp::from_millis((value * 1000.0 + half) as i64))))
            }
            _ => Err(self.refuse(NUMBER)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Option<Doc>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Option<Doc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the type {}", self.0.name)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Bool => Ok(Some(Doc::Bool(value))),
            _ => Err(self.refuse("java.lang.Boolean")),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Int => Ok(Some(Doc::Int(value.clamp(i32::MIN.into(), i32::MAX.into())))),
            Kind::Time => Ok(Some(Doc::Time(Timestamp::from_secs(value)))),
            _ => Err(self.refuse(NUMBER)),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.number(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Text => Ok(Some(Doc::Text(value.into()))),
            Kind::Blob => base64::decode(value).map(|bytes| Some(Doc::Blob(bytes))).map_err(E::custom),
            Kind::Time => match super::query::moment(value) {
                Some(moment) => Ok(Some(Doc::Time(moment))),
                None => Err(self.refuse("java.lang.String")),
            },
            _ => Err(self.refuse("java.lang.String")),
        }
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Text => Ok(Some(Doc::Text(value))),
            _ => self.visit_str(&value),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let Kind::List(item) = self.0.kind else { return Err(A::Error::custom(UNEXPECTED_LIST)) };
        let mut list = Vec::new();
        while let Some(value) = items.next_element_seed(Seed(item))? {
            list.push(value.ok_or_else(|| A::Error::custom("Expected a member of the list and found null"))?);
        }
        Ok(Some(Doc::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        match self.0.kind {
            Kind::Struct(members) => {
                let mut found: Vec<(&'static str, Doc)> = Vec::new();
                while let Some(member) = entries.next_key_seed(Name(members))? {
                    let Some(member) = member else {
                        entries.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    let value = entries.next_value_seed(Seed(member.shape))?;
                    found.retain(|(name, _)| *name != member.name);
                    found.extend(value.map(|value| (member.name, value)));
                }
                Ok(Some(Doc::Struct(found)))
            }
            Kind::Map { value: shape, .. } => {
                let mut map = BTreeMap::new();
                while let Some(key) = entries.next_key::<String>()? {
                    let value = entries.next_value_seed(Seed(shape))?;
                    map.insert(
                        key,
                        value.ok_or_else(|| A::Error::custom("Expected a value of the map and found null"))?,
                    );
                }
                Ok(Some(Doc::Map(map)))
            }
            _ => Err(A::Error::custom(UNEXPECTED_MAP)),
        }
    }
}

/// Reads the name of a member.
struct Name(&'static [Member]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<&'static Member>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<&'static Member>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|member| member.name == value))
    }
}

/// Appends `doc` as JSON, structures in the order of the model.
pub(super) fn encode(shape: &Shape, doc: &Doc, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match doc {
        Doc::Bool(value) => write!(out, "{value}"),
        Doc::Int(value) => write!(out, "{value}"),
        Doc::Text(text) => {
            quote(text, out);
            Ok(())
        }
        Doc::Blob(bytes) => {
            out.push('"');
            base64::encode(bytes, out);
            out.push('"');
            Ok(())
        }
        Doc::Time(moment) => seconds(*moment, out),
        Doc::List(items) => {
            let Kind::List(item) = &shape.kind else { return };
            surrounded('[', ']', items, out, |value, out| encode(item, value, out));
            Ok(())
        }
        Doc::Map(entries) => {
            let Kind::Map { value: shape, .. } = &shape.kind else { return };
            surrounded('{', '}', entries, out, |(key, value), out| {
                quote(key, out);
                out.push(':');
                encode(shape, value, out);
            });
            Ok(())
        }
        Doc::Struct(_) => {
            let members = shape.members().iter().filter_map(|member| Some((member, doc.get(member.name)?)));
            surrounded('{', '}', members, out, |(member, value), out| {
                // Names of the model: nothing in them is to be escaped.
                out.push('"');
                out.push_str(member.name);
                out.push_str("\":");
                encode(member.shape, value, out);
            });
            Ok(())
        }
    };
}

/// The items between brackets, with commas.
fn surrounded<T>(
    open: char,
    close: char,
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    mut each: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        each(item, out);
    }
    out.push(close);
}

/// Seconds since the epoch, with milliseconds as the fraction.
fn seconds(moment: Timestamp, out: &mut String) -> fmt::Result {
    let millis = moment.as_millis();
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    write!(out, "{sign}{}.{:03}", millis / 1000, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::model::KMS;
    use alloc::vec;

    fn input(operation: &str) -> &'static Shape {
        KMS.operation(operation).unwrap().input.unwrap()
    }

    fn read(operation: &str, body: &str) -> Result<Doc, String> {
        decode(input(operation), body.as_bytes()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn members_become_a_structure() {
        let body = r#" {"KeyId": "old", "Unknown": {"a": [1, {"b": null}]}, "Plaintext": "aGk=", "DryRun": null,
            "EncryptionContext": {"a": "1", "é": "\u00e9"}, "GrantTokens": ["t"], "KeyId": "new"} "#;
        let doc = read("Encrypt", body).unwrap();
        assert_eq!(doc.get("KeyId"), Some(&Doc::Text("new".into())));
        assert_eq!(doc.get("Plaintext"), Some(&Doc::Blob(b"hi".to_vec())));
        assert_eq!(doc.get("DryRun"), None);
        assert_eq!(doc.get("GrantTokens"), Some(&Doc::List(vec![Doc::Text("t".into())])));
        let Some(Doc::Map(context)) = doc.get("EncryptionContext") else { unreachable!() };
        assert_eq!(context["é"], Doc::Text("é".into()));
        assert_eq!(read("Encrypt", ""), Ok(Doc::Struct(vec![])));
    }

    #[test]
    fn numbers_are_cut_and_held_as_awss_reader_does() {
        for (number, want) in [
            ("5", 5),
            ("5.9", 5),
            ("1e2", 100),
            ("-3", -3),
            ("1e300", 2_147_483_647),
            ("99999999999", 2_147_483_647),
            ("18446744073709551615", 2_147_483_647),
        ] {
            let doc = read("GenerateRandom", &format!("{{\"NumberOfBytes\": {number}}}")).unwrap();
            assert_eq!(doc.get("NumberOfBytes"), Some(&Doc::Int(want)), "{number}");
        }
        for (number, millis) in [
            ("1700000000", 1_700_000_000_000),
            ("1700000000.123", 1_700_000_000_123),
            ("\"2023-11-14T22:13:20Z\"", 1_700_000_000_000),
        ] {
            let doc = read("ImportKeyMaterial", &format!("{{\"ValidTo\": {number}}}")).unwrap();
            assert_eq!(doc.get("ValidTo"), Some(&Doc::Time(Timestamp::from_millis(millis))), "{number}");
        }
    }

    #[test]
    fn wrong_types_are_named_as_aws_names_them() {
        // Source of the sentences: what AWS's JSON reader answers for other services; for KMS unconfirmed.
        let cases = [
            (
                r#"{"KeyId": 5}"#,
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
            ),
            (
                r#"{"KeyId": 5.5}"#,
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
            ),
            (r#"{"KeyId": true}"#, "class java.lang.Boolean can not be converted to an String"),
            (r#"{"KeyId": []}"#, "Start of list found where not expected"),
            (r#"{"KeyId": {}}"#, "Start of structure or map found where not expected."),
            (r#"{"DryRun": "true"}"#, "class java.lang.String can not be converted to an Boolean"),
            (r#"{"GrantTokens": "t"}"#, "Expected list or null"),
            (r#"{"GrantTokens": {}}"#, "Start of structure or map found where not expected."),
            (r#"{"GrantTokens": [null]}"#, "Expected a member of the list and found null"),
            (r#"{"EncryptionContext": "t"}"#, "Expected map or null"),
            (r#"{"EncryptionContext": []}"#, "Start of list found where not expected"),
            (r#"{"EncryptionContext": {"a": null}}"#, "Expected a value of the map and found null"),
            (
                r#"{"EncryptionContext": {"a": 1}}"#,
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
            ),
            (
                r#"{"Plaintext": 1}"#,
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to a Blob",
            ),
            (
                r#"{"Plaintext": "aGk"}"#,
                "The value can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 3",
            ),
            (r#"{"Plaintext": "a-k="}"#, "The value can not be converted to a Blob: Invalid Base64 character: '-'"),
            (
                r#"{"Plaintext": "aGl="}"#,
                "The value can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
            ),
            ("[]", "Start of list found where not expected"),
            ("\"x\"", "Expected null"),
            ("null", "Expected a structure"),
        ];
        for (body, want) in cases {
            assert_eq!(read("Encrypt", body), Err(want.into()), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_said_to_be_none() {
        let deep = format!("{{\"KeyId\":{}", "[".repeat(100_000));
        for body in [
            "{",
            "{\"KeyId\": \"a\"",
            "{} {}",
            "{\"KeyId\": NaN}",
            "\u{feff}{}",
            "{'KeyId': 'a'}",
            "{\"X\": \"\\ud800\"}}",
            &deep,
        ] {
            let said = read("Encrypt", body).unwrap_err();
            assert!(
                said.starts_with("The request body is not valid JSON: ") || said == UNEXPECTED_LIST,
                "{body:.40}: {said}"
            );
        }
        assert!(decode(input("Encrypt"), b"{\"KeyId\": \"\xff\"}").is_err());
    }

    #[test]
    fn structures_are_written_in_the_models_order() {
        let shape = KMS.operation("Encrypt").unwrap().output.unwrap();
        let doc = Doc::Struct(vec![
            ("EncryptionAlgorithm", Doc::Text("a\"b\\c\u{1}\n".into())),
            ("KeyId", Doc::Text("é".into())),
            ("CiphertextBlob", Doc::Blob(vec![1, 2, 3, 4])),
        ]);
        let mut out = String::new();
        encode(shape, &doc, &mut out);
        assert_eq!(out, r#"{"CiphertextBlob":"AQIDBA==","KeyId":"é","EncryptionAlgorithm":"a\"b\\c\u0001\n"}"#);
        let mut out = String::new();
        seconds(Timestamp::from_millis(1_700_000_000_042), &mut out).unwrap();
        assert_eq!(out, "1700000000.042");
    }
}
