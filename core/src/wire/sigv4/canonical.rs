//! The canonical form of a request: what is hashed and signed.
//!
//! Services other than S3 have their path normalized and encoded once more than it was sent.

use super::super::Request;
use super::hex;
use crate::base::same;
use crate::crypto::mac::sha256;
use alloc::{borrow::Cow, string::String, vec::Vec};

/// The last line of the canonical request.
pub(super) struct Payload<'a> {
    /// As the request states it.
    stated: Option<&'a str>,
    /// The hash of the body; nothing where it is not signed.
    own: [u8; 64],
    /// The body has the hash that the request states, or the request says that the body is not signed.
    pub(super) matches: bool,
}

impl<'a> Payload<'a> {
    pub(super) fn of(request: &'a Request, query: &'a [(Cow<'_, str>, Cow<'_, str>)]) -> Self {
        let stated = request.header("x-amz-content-sha256").map(str::trim).or_else(|| {
            let named = query.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-content-sha256"));
            named.map(|(_, value)| &**value)
        });
        if stated == Some("UNSIGNED-PAYLOAD") {
            return Self { stated, own: [0; 64], matches: true };
        }
        let own = hex(&sha256(&[&request.body]));
        Self { stated, own, matches: stated.is_none_or(|stated| same(&own, stated.as_bytes())) }
    }

    pub(super) fn text(&self) -> &str {
        self.stated.unwrap_or_else(|| core::str::from_utf8(&self.own).unwrap_or_default())
    }
}

/// The SHA-256 of the canonical request.
pub(super) fn hash(
    request: &Request,
    query: &[(Cow<'_, str>, Cow<'_, str>)],
    signed_headers: &str,
    payload: &str,
) -> [u8; 32] {
    sha256(&[text(request, query, signed_headers, payload).as_bytes()])
}

fn text(request: &Request, query: &[(Cow<'_, str>, Cow<'_, str>)], signed_headers: &str, payload: &str) -> String {
    let mut out = String::with_capacity(1024);
    out.push_str(&request.method);
    out.push('\n');
    path(request.path(), &mut out);
    out.push('\n');
    if !query.is_empty() {
        parameters(query, &mut out);
    }
    out.push('\n');
    let mut names = Some(signed_headers);
    while let Some(rest) = names {
        let end = rest.bytes().position(|byte| byte == b';');
        let (name, further) = end.and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        header(request, name, &mut out);
        names = further.strip_prefix(';');
    }
    out.push('\n');
    out.push_str(signed_headers);
    out.push('\n');
    out.push_str(payload);
    out
}

/// `.` and `..` resolved, double slashes made one, then encoded.
fn path(path: &str, out: &mut String) {
    if matches!(path, "" | "/") {
        out.push('/');
        return;
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    for segment in &segments {
        out.push('/');
        encoded(segment, out);
    }
    // A directory stays one.
    if segments.is_empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..") {
        out.push('/');
    }
}

/// Sorted by encoded name, then encoded value; without the signature itself.
fn parameters(query: &[(Cow<'_, str>, Cow<'_, str>)], out: &mut String) {
    let encode = |text: &str| {
        let mut out = String::with_capacity(text.len());
        encoded(text, &mut out);
        out
    };
    let signed = query.iter().filter(|(name, _)| name != "X-Amz-Signature");
    let mut pairs: Vec<(String, String)> = signed.map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort_unstable();
    for (n, (name, value)) in pairs.iter().enumerate() {
        if n > 0 {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
}

/// `name:value\n`: values of the same name joined by commas, white space folded.
fn header(request: &Request, name: &str, out: &mut String) {
    out.push_str(name);
    out.push(':');
    let mut first = true;
    for (_, value) in request.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)) {
        if !first {
            out.push(',');
        }
        first = false;
        // Few values hold white space; the others are copied as they are.
        let value = value.trim_ascii();
        // Without an early end, so that the loop looks at many bytes at once.
        let blank = value.bytes().fold(false, |blank, byte| blank | byte.is_ascii_whitespace());
        if blank {
            for (n, word) in value.split_ascii_whitespace().enumerate() {
                if n > 0 {
                    out.push(' ');
                }
                out.push_str(word);
            }
        } else {
            out.push_str(value);
        }
    }
    // A client signs the length that its transport adds later.
    if first && name.eq_ignore_ascii_case("content-length") {
        out.push_str(&alloc::format!("{}", request.body.len()));
    }
    out.push('\n');
}

/// RFC 3986: all but unreserved characters as `%XX`.
fn encoded(text: &str, out: &mut String) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_and_encoded_once_more() {
        for (given, want) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/a/./b//c/", "/a/b/c/"),
            ("/a/../b", "/b"),
            ("/../..", "/"),
            ("/a/..", "/"),
            ("/a%20b/é~", "/a%2520b/%C3%A9~"),
        ] {
            let mut out = String::new();
            path(given, &mut out);
            assert_eq!(out, want, "{given}");
        }
    }
}
