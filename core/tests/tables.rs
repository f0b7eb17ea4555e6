//! The tables hold together: views against AWS's model, faults against its errors, secrets against its traits.

#![expect(clippy::unwrap_used, reason = "a table without a model has to fail")]
#![expect(clippy::arithmetic_side_effects, reason = "counts that the assertions bound")]

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};
use kmslab::base::Fault;
use kmslab::service;
use kmslab::wire::Type;
use kmslab::wire::model::{self, Kind, SERVICES, ServiceModel, Shape};

fn model(service: &str) -> &'static ServiceModel {
    SERVICES.iter().find(|model| model.name == service).unwrap()
}

/// Every shape that the operations of `service` reach, by name.
fn shapes(service: &ServiceModel) -> BTreeMap<&'static str, &'static Shape> {
    fn walk(shape: &'static Shape, depth: usize, found: &mut BTreeMap<&'static str, &'static Shape>) {
        assert!(depth < 16, "{} holds itself: decoding it would not end", shape.name);
        found.insert(shape.name, shape);
        match &shape.kind {
            Kind::List(item) => walk(item, depth + 1, found),
            Kind::Map { key, value } => [key, value].into_iter().for_each(|inner| walk(inner, depth + 1, found)),
            Kind::Struct(members) => members.iter().for_each(|member| walk(member.shape, depth + 1, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for operation in service.operations {
        operation.input.into_iter().chain(operation.output).for_each(|shape| walk(shape, 0, &mut found));
    }
    found
}

#[test]
fn the_models_are_whole_and_in_order() {
    let counted: Vec<_> = SERVICES.iter().map(|model| (model.name, model.operations.len())).collect();
    assert_eq!(counted, [("kms", 56), ("iam", 83), ("sts", 6)]);
    for model in SERVICES {
        assert!(model.operations.is_sorted_by_key(|operation| operation.name), "{}: found by bisection", model.name);
        for operation in model.operations {
            assert!(model.other(operation.name).is_none(), "{}", operation.name);
            for code in operation.errors {
                assert!(model.errors.iter().any(|(known, _)| known == code), "{}: {code}", operation.name);
            }
            for shape in operation.input.into_iter().chain(operation.output) {
                assert!(matches!(shape.kind, Kind::Struct(_)), "{}", shape.name);
            }
        }
        assert!(shapes(model).len() > 20);
    }
}

/// Codes that AWS answers with and its models do not list: authentication, authorization, validation, the front door.
/// Sources: kms.md 1 and 19, authorization.md 8, storage.md 4 and 5.
const UNMODELLED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalFailure",
    "InvalidAction",
    "InvalidClientTokenId",
    "InvalidParameterValue",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "MalformedInput",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorizedException",
    "RequestEntityTooLarge",
    "RequestEntityTooLargeException",
    "SerializationException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SignatureDoesNotMatch",
    "Throttling",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationError",
    "ValidationException",
];

#[test]
fn every_fault_has_a_code_of_aws() {
    let modelled: BTreeSet<(&str, u16)> = SERVICES.iter().flat_map(|model| model.errors.iter().copied()).collect();
    for (code, status) in Fault::codes() {
        assert!(modelled.contains(&(*code, *status)) || UNMODELLED.contains(code), "{code}, HTTP {status}");
    }
}

#[test]
fn what_the_models_call_sensitive_is_not_printed() {
    for service in SERVICES {
        for shape in shapes(service).values() {
            for member in shape.members().iter().filter(|member| member.shape.sensitive) {
                // A blob never shows its bytes. The access key id of an external key store's proxy is sensitive, that of IAM is
                // not, and they have one name.
                let known = matches!(member.shape.kind, Kind::Blob) || member.name == "AccessKeyId";
                assert!(known || model::is_sensitive(member.name), "{}.{}", shape.name, member.name);
            }
        }
    }
}

/// What is wrong with a view of type `seen` over `shape`.
fn differs(seen: Type, shape: &Shape, at: &str, wrong: &mut Vec<String>) {
    match (seen, &shape.kind) {
        (Type::Any, _)
        | (Type::Bool, Kind::Bool)
        | (Type::Int, Kind::Int)
        | (Type::Text, Kind::Text)
        | (Type::Blob, Kind::Blob)
        | (Type::Time, Kind::Time) => {}
        (Type::List(seen), Kind::List(item)) => differs(*seen, item, at, wrong),
        (Type::Map(seen), Kind::Map { value, .. }) => differs(*seen, value, at, wrong),
        (Type::Struct(seen), Kind::Struct(members)) => {
            for (name, seen) in seen {
                match members.iter().find(|member| member.name == *name) {
                    Some(member) => differs(*seen, member.shape, &format!("{at}.{name}"), wrong),
                    None => wrong.push(format!("{at}: {} has no member {name}", shape.name)),
                }
            }
        }
        (seen, _) => wrong.push(format!("{at}: {} is no {seen:?}", shape.name)),
    }
}

#[test]
fn views_name_members_of_the_model_with_their_types() {
    let mut wrong = Vec::new();
    for (name, rows) in service::SERVICES {
        let model = model(name);
        for row in *rows {
            let Some(operation) = model.operation(row.name) else {
                wrong.push(format!("{name} has no operation {}", row.name));
                continue;
            };
            for (seen, shape, way) in [(row.reads, operation.input, "input"), (row.writes, operation.output, "output")]
            {
                let at = format!("{name}.{} {way}", row.name);
                match (seen, shape) {
                    (Type::Nothing, _) => {}
                    (_, None) => wrong.push(format!("{at}: AWS has none")),
                    (seen, Some(shape)) => differs(seen, shape, &at, &mut wrong),
                }
            }
            // AWS answers a structure without members with `{}`, an operation without output with nothing.
            if matches!(row.writes, Type::Nothing) && operation.output.is_some_and(|shape| !shape.members().is_empty())
            {
                wrong.push(format!("{name}.{} has an output", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Members of the model that a view of type `seen` over `shape` leaves out.
fn unviewed(seen: Type, shape: &Shape, at: &str, found: &mut BTreeSet<String>) {
    match (seen, &shape.kind) {
        (Type::List(seen), Kind::List(item)) => unviewed(*seen, item, at, found),
        (Type::Map(seen), Kind::Map { value, .. }) => unviewed(*seen, value, at, found),
        (Type::Struct(seen), Kind::Struct(members)) => {
            for member in *members {
                let at = format!("{at}.{}", member.name);
                match seen.iter().find(|(name, _)| *name == member.name) {
                    Some((_, seen)) => unviewed(*seen, member.shape, &at, found),
                    None => drop(found.insert(at)),
                }
            }
        }
        _ => {}
    }
}

/// Members that no view reads or writes, by the end of their path, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (".PasswordLastUsed", "no console, so no passwords"),
    (".MaxSigninSessionDuration", "no console to sign in to"),
    (".ResetMaxSigninSessionDuration", "no console to sign in to"),
    (".SourceRoleTemplate", "no role templates: the answer has it for roles made from one alone"),
    (".ProvidedContexts", "no identity provider can be set up that would issue a context"),
    (".MinimumSessionTokenSize", "pads the token; its size is not what a caller can rely on"),
    (".SessionTokenSize", "the length of the answer's own token"),
    (".SessionTokenUtilization", "a percentage of a limit that the lab's tokens do not have"),
];

#[test]
fn every_member_of_a_served_operation_is_viewed_or_left_out_for_a_reason() {
    let mut found = BTreeSet::new();
    for (name, rows) in service::SERVICES {
        for row in *rows {
            let Some(operation) = model(name).operation(row.name) else { continue };
            for (seen, shape, way) in [(row.reads, operation.input, "in"), (row.writes, operation.output, "out")] {
                if let Some(shape) = shape {
                    unviewed(seen, shape, &format!("{name} {way} {}", row.name), &mut found);
                }
            }
        }
    }
    let unknown: Vec<_> =
        found.iter().filter(|path| !LEFT_OUT.iter().any(|(end, _)| path.ends_with(end))).cloned().collect();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    let idle = LEFT_OUT.iter().find(|(end, _)| !found.iter().any(|path| path.ends_with(end)));
    assert_eq!(idle, None, "is viewed, or not in the model any more");
}
