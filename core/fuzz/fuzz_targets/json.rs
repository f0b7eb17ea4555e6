//! awsJson: any body for any operation of KMS. What is read, written and read again is the same.
#![no_main]

use kmslab::wire::model::{KMS, OperationModel};
use kmslab::wire::{Request, decode, encode_ok};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let operation = &KMS.operations[usize::from(*choice) % KMS.operations.len()];
    let request = Request { method: "POST".into(), target: "/".into(), body: body.to_vec(), ..Request::default() };
    let Ok(doc) = decode(&KMS, operation, &request) else { return };
    // The input's shape, taken for an output, writes what decoding reads.
    let mirror = OperationModel { name: operation.name, input: operation.input, output: operation.input, errors: &[] };
    let written = encode_ok(&KMS, &mirror, Some(&doc), "id".into());
    let again = decode(&KMS, operation, &Request { body: written.body, ..request }).expect("what we write is valid");
    for member in operation.input.expect("every operation of KMS has an input").members() {
        assert_eq!(doc.get(member.name), again.get(member.name), "{}", member.name);
    }
});
