//! Base64 as the protocols carry it: the standard alphabet, with padding, nothing else (RFC 4648, section 4).

use alloc::{format, string::String, vec::Vec};
use base64ct::{Base64, Encoding};

/// Decodes `text`.
///
/// # Errors
/// AWS's sentence, without the value: it may be a secret.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    Base64::decode_vec(text).map_err(|_| {
        let why = if !text.len().is_multiple_of(4) {
            format!("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.len())
        } else {
            let body = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text);
            match body.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))) {
                Some(c) => format!("Invalid Base64 character: '{c}'"),
                // AWS spells it so.
                None => "Invalid last non-pad Base64 character dectected".into(),
            }
        };
        format!("The value can not be converted to a Blob: {why}")
    })
}

/// Appends `bytes` as base64.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    // By the piece, whose length is a multiple of three: no buffer of the whole.
    let mut buffer = [0; 512];
    for piece in bytes.chunks(384) {
        if let Ok(text) = Base64::encode(piece, &mut buffer) {
            out.push_str(text);
        }
    }
}
