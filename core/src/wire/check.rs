//! Whether a document keeps the model's constraints, and AWS's sentences for those that it breaks.
//!
//! Sources of the sentences: kms.md 1.4, and answers recorded from AWS for the elements of lists and maps. The order
//! (members as in the model; of one value KMS tells lengths before the pattern, STS after) and the bound of ten follow
//! recorded answers, too. IAM shows no value, and says of the elements of a list that they must not be null (recorded for
//! tags, their keys and versions of policies).

use super::Doc;
use super::model::{IAM, KMS, Kind, ServiceModel, Shape, lower_camel};
use super::pattern::Pattern;
use crate::base::{Dialect, Fault};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

/// AWS names at most so many errors.
const MOST: usize = 10;

/// The pattern of all key ids. Every request has one, and so it is not compiled for each.
const ASCII: &str = r"^\p{ASCII}+$";

/// Checks `doc` against `shape` of `service`.
///
/// # Errors
/// [`Fault::Validation`] that names every broken constraint, up to ten.
pub(super) fn check(service: &ServiceModel, shape: &Shape, doc: &Doc) -> Result<(), Fault> {
    let mut errors = Vec::new();
    let order = match service.dialect {
        Dialect::Json => ORDER,
        Dialect::Query => [Constraint::Pattern, Constraint::Enum, Constraint::Max, Constraint::Min],
    };
    walk(shape, doc, (order, service.name == IAM.name), Path::Root, &mut errors);
    if errors.is_empty() {
        return Ok(());
    }
    let plural = if errors.len() == 1 { "" } else { "s" };
    Err(Fault::Validation {
        message: format!("{} validation error{plural} detected: {}", errors.len(), errors.join("; ")),
    })
}

/// AWS's sentence for a member that must be there and is not.
pub(super) fn missing(member: &str) -> Fault {
    let path = Path::Member(&Path::Root, member);
    Fault::Validation { message: format!("1 validation error detected: {}", absent(&path, false)) }
}

/// What is secret is not shown, be it nothing: measured in us-east-1, 2026.
fn absent(path: &Path<'_>, secret: bool) -> String {
    let null = if secret { "" } else { " null" };
    format!("Value{null} at '{path}' failed to satisfy constraint: Member must not be null")
}

/// Where a value stands, as AWS writes it: `tags.1.member.tagKey`.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    /// From 1.
    Item(&'a Path<'a>, usize),
    Value(&'a Path<'a>, &'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                if !matches!(parent, Self::Root) {
                    write!(f, "{parent}.")?;
                }
                lower_camel(name, f);
                Ok(())
            }
            Self::Item(parent, at) => write!(f, "{parent}.{at}.member"),
            Self::Value(parent, key) => write!(f, "{parent}.{key}.member"),
        }
    }
}

/// How a service tells them: in which order, and whether in IAM's way.
type Manner = ([Constraint; 4], bool);

fn walk(shape: &Shape, doc: &Doc, manner: Manner, path: Path<'_>, errors: &mut Vec<String>) {
    let (order, iam) = manner;
    if errors.len() >= MOST {
        return;
    }
    let mut broken = |constraint: String| {
        if errors.len() < MOST {
            let value = if !iam && shows(shape) { format!(" '{}'", Shown(doc)) } else { String::new() };
            errors.push(format!("Value{value} at '{path}' failed to satisfy constraint: {constraint}"));
        }
    };
    for constraint in order {
        if let Some(sentence) = constraint.broken(shape, doc) {
            broken(sentence);
        }
    }
    match (&shape.kind, doc) {
        (Kind::Struct(members), Doc::Struct(_)) => {
            for member in *members {
                let path = Path::Member(&path, member.name);
                match doc.get(member.name) {
                    Some(value) => walk(member.shape, value, manner, path, errors),
                    None if member.required && errors.len() < MOST => {
                        errors.push(absent(&path, iam || member.shape.sensitive));
                    }
                    None => {}
                }
            }
        }
        (Kind::List(item), Doc::List(items)) => {
            if is_scalar(item) {
                if items.iter().any(|value| breaks(item, value)) {
                    let null = if iam { ", Member must not be null" } else { "" };
                    broken(format!("Member must satisfy constraint: [{}{null}]", all(item)));
                }
            } else {
                for (value, at) in items.iter().zip(1..) {
                    walk(item, value, manner, Path::Item(&path, at), errors);
                }
            }
        }
        (Kind::Map { key, value }, Doc::Map(entries)) => {
            if entries.keys().any(|name| text_breaks(key, name)) {
                broken(format!("Map keys must satisfy constraint: [{}]", all(key)));
            }
            if is_scalar(value) {
                if entries.values().any(|inner| breaks(value, inner)) {
                    broken(format!("Map value must satisfy constraint: [{}]", all(value)));
                }
            } else {
                for (name, inner) in entries {
                    walk(value, inner, manner, Path::Value(&path, name), errors);
                }
            }
        }
        _ => {}
    }
}

#[derive(Clone, Copy)]
enum Constraint {
    Pattern,
    Enum,
    Max,
    Min,
}

/// The order in which KMS tells them.
const ORDER: [Constraint; 4] = [Constraint::Max, Constraint::Min, Constraint::Enum, Constraint::Pattern];

impl Constraint {
    /// The sentence, when `shape` has this constraint and `doc` breaks it.
    fn broken(self, shape: &Shape, doc: &Doc) -> Option<String> {
        let text = doc.as_text();
        let breaks = match self {
            Self::Pattern => text.is_some_and(|text| match shape.pattern {
                Some(ASCII) => text.is_empty() || !text.is_ascii(),
                Some(pattern) => Pattern::parse(pattern).is_ok_and(|pattern| !pattern.matches(text)),
                None => false,
            }),
            Self::Enum => text.is_some_and(|text| !shape.values.is_empty() && !shape.values.contains(&text)),
            Self::Max => shape.max.is_some_and(|max| size(doc).is_some_and(|size| size > i64::from(max))),
            Self::Min => shape.min.is_some_and(|min| size(doc).is_some_and(|size| size < i64::from(min))),
        };
        if breaks { self.sentence(shape) } else { None }
    }

    /// The sentence, when `shape` has this constraint.
    fn sentence(self, shape: &Shape) -> Option<String> {
        let what = if matches!(shape.kind, Kind::Int) { "value" } else { "length" };
        match self {
            Self::Pattern => {
                shape.pattern.map(|pattern| format!("Member must satisfy regular expression pattern: {pattern}"))
            }
            Self::Enum if shape.values.is_empty() => None,
            Self::Enum => Some(format!("Member must satisfy enum value set: [{}]", listed(shape).join(", "))),
            Self::Max => shape.max.map(|max| format!("Member must have {what} less than or equal to {max}")),
            Self::Min => shape.min.map(|min| format!("Member must have {what} greater than or equal to {min}")),
        }
    }
}

/// The values of an enum that AWS names. Measured in us-east-1, 2026: for the spec of a data key those of `CreateKey`, and not
/// the one of `SigningAlgorithm` that only passes.
fn listed(shape: &Shape) -> &'static [&'static str] {
    let keys = || KMS.operation("CreateKey")?.input?.members().iter().find(|member| member.name == "KeySpec");
    match (shape.name, shape.values) {
        ("DataKeySpec", values) => keys().map_or(values, |member| member.shape.values),
        ("SigningAlgorithmSpec", [listed @ .., "SYMMETRIC_DEFAULT"]) => listed,
        (_, values) => values,
    }
}

/// What ranges and lengths are about: a number's value, a text's characters, a blob's bytes, a list's or map's items.
fn size(doc: &Doc) -> Option<i64> {
    let length = match doc {
        Doc::Int(value) => return Some(*value),
        Doc::Text(text) => text.chars().count(),
        Doc::Blob(bytes) => bytes.len(),
        Doc::List(items) => items.len(),
        Doc::Map(entries) => entries.len(),
        _ => return None,
    };
    Some(i64::try_from(length).unwrap_or(i64::MAX))
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape.kind, Kind::Struct(_) | Kind::List(_) | Kind::Map { .. })
}

fn breaks(shape: &Shape, doc: &Doc) -> bool {
    ORDER.into_iter().any(|constraint| constraint.broken(shape, doc).is_some())
}

fn text_breaks(shape: &Shape, text: &str) -> bool {
    // Keys are rarely constrained; only then is one copied.
    (shape.min.is_some() || shape.max.is_some() || shape.pattern.is_some() || !shape.values.is_empty())
        && breaks(shape, &Doc::Text(text.to_string()))
}

/// All constraints of an element, in the order of recorded answers.
fn all(shape: &Shape) -> String {
    let sentences: Vec<String> = ORDER.into_iter().filter_map(|constraint| constraint.sentence(shape)).collect();
    sentences.join(", ")
}

/// Whether AWS shows a value of this shape: blobs and secrets never; structures print as Java objects there, which says
/// nothing, so they are left out, too.
fn shows(shape: &Shape) -> bool {
    !shape.sensitive
        && match &shape.kind {
            Kind::Blob | Kind::Struct(_) => false,
            Kind::List(item) => shows(item),
            Kind::Map { key, value } => shows(key) && shows(value),
            _ => true,
        }
}

/// A value as Java prints it: `a`, `[a, b]`, `{k=v}`.
struct Shown<'a>(&'a Doc);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Doc::Bool(value) => value.fmt(f),
            Doc::Int(value) => value.fmt(f),
            Doc::Text(text) => f.write_str(text),
            Doc::Time(moment) => moment.fmt(f),
            Doc::List(items) => {
                f.write_str("[")?;
                for (n, item) in items.iter().enumerate() {
                    write!(f, "{}{}", if n == 0 { "" } else { ", " }, Shown(item))?;
                }
                f.write_str("]")
            }
            Doc::Map(entries) => {
                f.write_str("{")?;
                for (n, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}={}", if n == 0 { "" } else { ", " }, Shown(value))?;
                }
                f.write_str("}")
            }
            Doc::Blob(_) | Doc::Struct(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::model::STS;
    use alloc::vec;

    fn text(text: &str) -> Doc {
        Doc::Text(text.into())
    }

    fn said(service: &ServiceModel, operation: &str, members: Vec<(&'static str, Doc)>) -> String {
        let shape = service.operation(operation).unwrap().input.unwrap();
        check(service, shape, &Doc::Struct(members)).err().map_or(String::new(), |fault| fault.to_string())
    }

    #[test]
    fn sentences_are_awss() {
        let key = || ("KeyId", text("k"));
        let arn = || ("PolicyArn", text("arn:aws:iam::111122223333:policy/p"));
        let [message, plaintext] = ["Message", "Plaintext"].map(|name| move || (name, Doc::Blob(vec![0])));
        let one = "1 validation error detected: ";
        let cases = [
            // Recorded; kms.md 1.4.
            (
                said(&KMS, "GenerateRandom", vec![("NumberOfBytes", Doc::Int(1025))]),
                "Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
            ),
            (
                said(&KMS, "GenerateRandom", vec![("NumberOfBytes", Doc::Int(0))]),
                "Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ),
            (
                said(&KMS, "Encrypt", vec![key(), ("Plaintext", Doc::Blob(vec![0; 4097]))]),
                "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
            ),
            (
                said(&KMS, "Encrypt", vec![("Plaintext", Doc::Blob(vec![0]))]),
                "Value null at 'keyId' failed to satisfy constraint: Member must not be null",
            ),
            (
                said(&KMS, "GenerateDataKey", vec![key(), ("KeySpec", text("AES_512"))]),
                "Value 'AES_512' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024]",
            ),
            (
                said(&KMS, "GenerateMac", vec![key(), message(), ("MacAlgorithm", text("x"))]),
                "Value 'x' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]",
            ),
            (
                said(&KMS, "Sign", vec![key(), message(), ("SigningAlgorithm", text("x"))]),
                "Value 'x' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, ED25519_SHA_512, ED25519_PH_SHA_512, SM2DSA, ML_DSA_SHAKE_256]",
            ),
            (
                said(&KMS, "Encrypt", vec![key(), plaintext(), ("EncryptionAlgorithm", text("x"))]),
                "Value 'x' at 'encryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE, SYMMETRIC_DEFAULT]",
            ),
            (
                said(&KMS, "Encrypt", vec![key()]),
                "Value at 'plaintext' failed to satisfy constraint: Member must not be null",
            ),
            (
                said(&KMS, "DescribeKey", vec![("KeyId", text("キー"))]),
                r"Value 'キー' at 'keyId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\p{ASCII}+$",
            ),
            (
                said(
                    &KMS,
                    "TagResource",
                    vec![
                        key(),
                        ("Tags", Doc::List(vec![Doc::Struct(vec![("TagKey", text("")), ("TagValue", text("v"))])])),
                    ],
                ),
                "Value '' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            (
                said(&KMS, "UntagResource", vec![key(), ("TagKeys", Doc::List(vec![text("a"), text("")]))]),
                "Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
            ),
            (
                said(
                    &STS,
                    "AssumeRole",
                    vec![("RoleArn", text("arn:aws:iam::1:role/r")), ("RoleSessionName", text("S:2"))],
                ),
                r"Value 'S:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
            ),
            // IAM shows no value. Recorded.
            (
                said(&IAM, "SetDefaultPolicyVersion", vec![arn(), ("VersionId", text("wrong_version_id"))]),
                r"Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?",
            ),
            (
                said(
                    &IAM,
                    "TagPolicy",
                    vec![
                        arn(),
                        ("Tags", Doc::List(vec![Doc::Struct(vec![("Key", text("NOWAY!")), ("Value", text("v"))])])),
                    ],
                ),
                r"Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+",
            ),
            (
                said(&IAM, "UntagPolicy", vec![arn(), ("TagKeys", Doc::List(vec![text("a"); 51]))]),
                "Value at 'tagKeys' failed to satisfy constraint: Member must have length less than or equal to 50",
            ),
            (
                said(&IAM, "UntagPolicy", vec![arn(), ("TagKeys", Doc::List(vec![text("NOWAY!")]))]),
                r"Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]",
            ),
        ];
        for (got, want) in cases {
            assert_eq!(got, format!("{one}{want}"));
        }
    }

    #[test]
    fn several_errors_stand_in_one_message() {
        // Measured in us-east-1, 2026.
        assert_eq!(
            said(&KMS, "DescribeKey", vec![("KeyId", text(""))]),
            r"2 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'keyId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\p{ASCII}+$"
        );
        assert_eq!(
            said(
                &KMS,
                "Sign",
                vec![
                    ("KeyId", text("k")),
                    ("Message", Doc::Blob(vec![0])),
                    ("SigningAlgorithm", text("SYMMETRIC_DEFAULT"))
                ]
            ),
            "",
            "it passes"
        );
        // The form, and pattern before length, as recorded from AssumeRoleWithSAML.
        let said = said(&STS, "AssumeRole", vec![("RoleArn", text("")), ("RoleSessionName", text("s"))]);
        assert_eq!(
            said,
            r"3 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 's' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2"
        );
    }

    #[test]
    fn ten_errors_are_enough() {
        let tag = || Doc::Struct(vec![]);
        let said = said(&KMS, "TagResource", vec![("Tags", Doc::List((0..5_000).map(|_| tag()).collect()))]);
        assert!(said.starts_with("10 validation errors detected: Value null at 'keyId'"), "{said}");
        assert_eq!(said.matches("; ").count(), 9);
    }

    #[test]
    fn secrets_are_not_shown() {
        let members = vec![("KeyStorePassword", text("short"))];
        assert!(!said(&KMS, "CreateCustomKeyStore", members).contains("short"));
        assert!(
            said(&KMS, "Encrypt", vec![("KeyId", text("k")), ("Plaintext", Doc::Blob(vec![]))])
                .contains("Value at 'plaintext'")
        );
    }
}
