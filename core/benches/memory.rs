//! What a compiled policy takes of memory, its text included. Told on standard error: the table of `make bench` is one of
//! times.

use kmslab::policy::{Kind, Policy};
use std::fmt::Write as _;

/// A key policy of so many statements, as the console writes them.
fn text(statements: usize) -> String {
    let mut out = r#"{"Version": "2012-10-17", "Statement": ["#.to_owned();
    for number in 0..statements {
        let comma = if number == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"Sid": "Allow use of the key {number}", "Effect": "Allow",
                "Principal": {{"AWS": "arn:aws:iam::111122223333:role/role-{number}"}},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*", "Condition": {{"StringEquals": {{"kms:EncryptionContext:AppName": "app-{number}"}}}}}}"#
        )
        .unwrap();
    }
    out + "]}"
}

fn main() {
    for statements in [1, 4, 10, 100, 500] {
        let text = text(statements);
        let mut policy = None;
        let memory = allocation_counter::measure(|| policy = Some(Policy::parse(Kind::Key, &text).unwrap()));
        let (bytes, blocks) = (memory.bytes_current, memory.count_current);
        eprintln!(
            "a key policy of {statements} statements, {} bytes of text: {bytes} bytes in {blocks} blocks, {} a statement",
            text.len(),
            bytes / statements as i64
        );
        drop(policy);
    }
}
