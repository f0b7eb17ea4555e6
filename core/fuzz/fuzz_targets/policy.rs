//! Policy documents: any text, as any kind of policy. What is taken keeps its text.
#![no_main]

use kmslab::policy::{Kind, Policy};
use libfuzzer_sys::fuzz_target;

const KINDS: [Kind; 9] = [
    Kind::Identity,
    Kind::Boundary,
    Kind::Session,
    Kind::Scp,
    Kind::Rcp,
    Kind::Trust,
    Kind::Key,
    Kind::Bucket,
    Kind::Endpoint,
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    match Policy::parse(KINDS[usize::from(*choice) % KINDS.len()], text) {
        Ok(policy) => {
            assert_eq!(policy.text(), text);
            let _ = policy.principals().count();
        }
        Err(error) => assert!(!error.message.is_empty()),
    }
});
