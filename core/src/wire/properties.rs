//! What holds for every request: no bytes make the wire panic, and what is written is read again as it was.

use super::model::{IAM, KMS, Kind, OperationModel, SERVICES, STS, ServiceModel, Shape};
use super::{Doc, Request, check, decode, json, query, route, sigv4};
use crate::base::{Secret, Timestamp};
use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use proptest::prelude::*;

/// Choices that shrink: a document is made from bytes, and fewer bytes make a smaller one.
struct Tape<'a>(core::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    fn text(&mut self) -> String {
        const LETTERS: [char; 16] =
            ['a', 'Z', '0', '/', ' ', '+', '%', '&', '=', '"', '\\', '\n', '\0', '.', 'é', '\u{1f600}'];
        (0..self.next() % 9).map(|_| LETTERS[usize::from(self.next() % 16)]).collect()
    }

    fn doc(&mut self, shape: &'static Shape) -> Doc {
        match &shape.kind {
            Kind::Bool => Doc::Bool(self.next() % 2 == 1),
            Kind::Int => Doc::Int(i32::from_be_bytes([self.next(), self.next(), self.next(), self.next()]).into()),
            Kind::Text => Doc::Text(self.text()),
            Kind::Blob => Doc::Blob((0..self.next() % 9).map(|_| self.next()).collect()),
            Kind::Time => {
                let millis = i64::from_be_bytes([
                    0,
                    0,
                    self.next(),
                    self.next(),
                    self.next(),
                    self.next(),
                    self.next(),
                    self.next(),
                ]);
                Doc::Time(Timestamp::from_millis(millis.min(Timestamp::MAX.as_millis())))
            }
            Kind::List(item) => Doc::List((0..self.next() % 4).map(|_| self.doc(item)).collect()),
            Kind::Map { value, .. } => Doc::Map((0..self.next() % 4).map(|_| (self.text(), self.doc(value))).collect()),
            Kind::Struct(members) => {
                let mut chosen = Vec::new();
                for member in *members {
                    if self.next() % 2 == 1 {
                        chosen.push((member.name, self.doc(member.shape)));
                    }
                }
                // The query protocol has no way to write a structure without members.
                if let (true, [first, ..]) = (chosen.is_empty(), *members) {
                    chosen.push((first.name, self.doc(first.shape)));
                }
                Doc::Struct(chosen)
            }
        }
    }
}

/// One of the inputs of `service`, and a document of it.
fn input(service: &'static ServiceModel, tape: &[u8]) -> (&'static OperationModel, &'static Shape, Doc) {
    let mut tape = Tape(tape.iter());
    let at = usize::from(tape.next());
    let operation = service.operations.iter().cycle().skip(at).find(|one| one.input.is_some()).unwrap();
    let shape = operation.input.unwrap();
    let doc = if shape.members().is_empty() { Doc::Struct(Vec::new()) } else { tape.doc(shape) };
    (operation, shape, doc)
}

/// A document as a client writes it into a form.
fn form(doc: &Doc, name: &str, out: &mut BTreeMap<String, String>) {
    let below = |inner: &str| if name.is_empty() { inner.to_string() } else { format!("{name}.{inner}") };
    match doc {
        Doc::Struct(members) => members.iter().for_each(|(member, value)| form(value, &below(member), out)),
        Doc::List(items) if !items.is_empty() => {
            items.iter().zip(1..).for_each(|(item, n): (_, u32)| form(item, &below(&format!("member.{n}")), out));
        }
        Doc::Map(entries) if !entries.is_empty() => {
            for ((key, value), n) in entries.iter().zip(1u32..) {
                out.insert(below(&format!("entry.{n}.key")), key.clone());
                form(value, &below(&format!("entry.{n}.value")), out);
            }
        }
        Doc::List(_) | Doc::Map(_) => {
            out.insert(name.into(), String::new());
        }
        Doc::Bool(value) => {
            out.insert(name.into(), value.to_string());
        }
        Doc::Int(value) => {
            out.insert(name.into(), value.to_string());
        }
        Doc::Text(text) => {
            out.insert(name.into(), text.clone());
        }
        Doc::Time(moment) => {
            out.insert(name.into(), moment.to_iso());
        }
        Doc::Blob(bytes) => {
            let mut text = String::new();
            super::base64::encode(bytes, &mut text);
            out.insert(name.into(), text);
        }
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02x}") })
        .collect()
}

/// Any request: arbitrary text that leans towards what the parsers look for.
fn anything() -> impl Strategy<Value = Request> {
    let word = prop_oneof![
        "[ -~é]{0,20}",
        Just(
            "AWS4-HMAC-SHA256 Credential=A/20260102/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0"
                .to_string()
        ),
        Just("20260102T030405Z".to_string()),
        Just("UNSIGNED-PAYLOAD".to_string()),
        Just("TrentService.Encrypt".to_string()),
        Just("application/x-amz-json-1.1".to_string()),
    ];
    let name = prop_oneof![
        "[ -~]{0,12}",
        Just("Authorization".to_string()),
        Just("X-Amz-Date".to_string()),
        Just("X-Amz-Content-Sha256".to_string()),
        Just("X-Amz-Target".to_string()),
        Just("Content-Type".to_string()),
        Just("Host".to_string()),
    ];
    let target = prop_oneof![
        "[ -~é]{0,40}",
        "/\\?(Action|Version|X-Amz-(Algorithm|Date|Credential|Signature|SignedHeaders|Expires))=[ -~]{0,20}(&[ -~]{0,9}){0,5}",
    ];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\":, a-zA-Z0-9.%&=\\\\]{0,120}".prop_map(String::into_bytes),
    ];
    (prop_oneof![Just("POST".to_string()), "[A-Z]{0,4}"], target, proptest::collection::vec((name, word), 0..8), body)
        .prop_map(|(method, target, headers, body)| Request { method, target, headers, body, peer: None })
}

proptest! {
    #[test]
    fn no_request_makes_the_wire_panic(request in anything(), at in any::<prop::sample::Index>()) {
        let _ = route(&request);
        for service in SERVICES {
            let _ = decode(service, at.get(service.operations), &request);
            if let Ok(presented) = sigv4::read(&request, service.name, service.dialect) {
                let _ = presented.fresh(Timestamp::from_secs(1_767_323_045));
                prop_assert!(presented.verify(&Secret::new(b"secret".to_vec())).is_err());
            }
        }
    }

    #[test]
    fn json_is_read_as_it_was_written(tape in proptest::collection::vec(any::<u8>(), 0..300)) {
        for service in SERVICES {
            let (_, shape, doc) = input(service, &tape);
            let mut body = String::new();
            json::encode(shape, &doc, &mut body);
            prop_assert_eq!(json::decode(shape, body.as_bytes()), Ok(doc.clone()), "{}", body);
            // serde_json, which reads JSON for the whole world, agrees that it is JSON.
            prop_assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok());
            let _ = check::check(service, shape, &doc);
        }
    }

    #[test]
    fn forms_are_read_as_they_were_written(tape in proptest::collection::vec(any::<u8>(), 0..300)) {
        for service in [&IAM, &STS] {
            let (_, shape, doc) = input(service, &tape);
            let mut pairs = BTreeMap::new();
            form(&doc, "", &mut pairs);
            let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
            let body = body.join("&");
            let all: Vec<(Cow<'_, str>, Cow<'_, str>)> = query::parameters(&body).collect();
            prop_assert_eq!(query::decode(shape, &all), Ok(doc), "{}", body);
        }
    }

    #[test]
    fn a_cut_body_is_refused_or_smaller(tape in proptest::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
        let (operation, shape, doc) = input(&KMS, &tape);
        let mut body = String::new();
        json::encode(shape, &doc, &mut body);
        let body = body.as_bytes()[..cut.index(body.len())].to_vec();
        // Nothing of a truncated body is taken for the whole; the empty body counts as `{}`.
        prop_assert!(body.is_empty() || json::decode(shape, &body).is_err());
        let _ = decode(&KMS, operation, &Request { body, ..Request::default() });
    }
}
