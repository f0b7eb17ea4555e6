//! Text as JSON has it.

use alloc::string::String;
use core::fmt::Write as _;

/// A JSON string.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    // Mostly nothing is to be escaped. Without an early end the loop looks at many bytes at once.
    let special = |byte: u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut rest = text;
    // Byte by byte: what is escaped is ASCII.
    while let Some(at) = rest.bytes().position(special) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}
