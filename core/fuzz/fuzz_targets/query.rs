//! The query protocol: any form for IAM and STS, routed as it says itself, and for any operation.
#![no_main]

use kmslab::wire::model::{IAM, STS};
use kmslab::wire::{Request, decode, encode_fault, encode_ok, route};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, form)) = data.split_first() else { return };
    // Half of the time in the body, half in the query string.
    let request = match std::str::from_utf8(form) {
        Ok(text) if choice % 2 == 1 => {
            Request { method: "GET".into(), target: format!("/?{text}"), ..Request::default() }
        }
        _ => Request { method: "POST".into(), target: "/".into(), body: form.to_vec(), ..Request::default() },
    };
    match route(&request) {
        Ok((service, operation)) => drop(decode(service, operation, &request)),
        Err(unrouted) => drop(encode_fault(unrouted.service, &unrouted.fault, "id".into())),
    }
    let service = if choice & 2 == 0 { &IAM } else { &STS };
    let operation = &service.operations[usize::from(choice >> 2) % service.operations.len()];
    match decode(service, operation, &request) {
        Ok(doc) => drop(encode_ok(service, operation, Some(&doc), "id".into())),
        Err(fault) => drop(encode_fault(Some(service), &fault, "id".into())),
    }
});
