//! A ciphertext for people and programs: its fields with their bytes, in colours. What is shown, and in which order, is
//! decided here; a format that is added to [`dissect`] is shown alike.

mod html;
mod text;

use crate::crypto::anatomy::{Anatomy, Field, Misfit, dissect};
use crate::envelope;
use alloc::{string::String, vec::Vec};
use core::ops::Range;
use serde::Serialize;

/// A ciphertext, taken apart without any key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected(Anatomy);

/// Takes `bytes` apart: a ciphertext of KMS, or an AWS Encryption SDK message.
///
/// ```
/// use kmslab::lab::inspect;
/// let misfit = inspect(b"hello").unwrap_err();
/// assert!(misfit.to_string().starts_with("byte 0: 68 where every KMS ciphertext has 01"));
/// ```
///
/// # Errors
/// [`Misfit`] with the first byte that does not fit.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Misfit> {
    let found = if envelope::looks_like_message(bytes) { envelope::dissect(bytes) } else { dissect(bytes) };
    found.map(Inspected)
}

#[derive(Serialize)]
struct Whole<'a> {
    format: &'a str,
    length: usize,
    fields: Vec<Part<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Part<'a> {
    name: &'a str,
    kind: &'a str,
    at: usize,
    length: usize,
    hex: String,
    meaning: &'a str,
}

impl<'a> Part<'a> {
    fn of(field: &'a Field) -> Self {
        Self {
            name: field.name,
            kind: field.kind.as_str(),
            at: field.at,
            length: field.bytes.len(),
            hex: base16ct::lower::encode_string(&field.bytes),
            meaning: &field.meaning,
        }
    }
}

impl Inspected {
    /// The fields.
    #[must_use]
    pub const fn anatomy(&self) -> &Anatomy {
        &self.0
    }

    /// Plain text in lines of at most `width` columns (40 at least), with ANSI colours when `colour` is set.
    #[must_use]
    pub fn to_text(&self, width: usize, colour: bool) -> String {
        text::render(&self.0, width.max(40), colour)
    }

    /// A self-contained HTML fragment, readable on light and dark pages.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::render(&self.0)
    }

    /// JSON: `format`, `length`, `fields` (each with `name`, `kind`, `at`, `length`, `hex`, `meaning`), `notes`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let fields = self.0.fields.iter().map(Part::of).collect();
        let whole = Whole { format: self.0.format, length: self.0.length(), fields, notes: &self.0.notes };
        // Strings and numbers: nothing that could fail.
        serde_json::to_string(&whole).unwrap_or_default()
    }
}

/// Bytes of one field in one row of the dump.
struct Run<'a> {
    field: &'a Field,
    bytes: &'a [u8],
}

/// A row of the dump, or so many bytes of a long field that are left out.
enum Row<'a> {
    Bytes { at: usize, runs: Vec<Run<'a>> },
    LeftOut(usize),
}

/// So many rows of one field alone are shown whole; of more, the first and the last.
const WHOLE: usize = 4;

/// The dump, `across` bytes a row.
fn rows(anatomy: &Anatomy, across: usize) -> Vec<Row<'_>> {
    let (length, across) = (anatomy.length(), across.max(1));
    let spans = (0..length).step_by(across).map(|at| at..at.saturating_add(across).min(length));
    let alone = |span: &Range<usize>| {
        anatomy
            .fields
            .iter()
            .position(|field| field.at <= span.start && field.at.saturating_add(field.bytes.len()) >= span.end)
    };
    let spans: Vec<(Range<usize>, Option<usize>)> = spans.map(|span| (span.clone(), alone(&span))).collect();
    let mut rows = Vec::new();
    for group in spans.chunk_by(|(_, one), (_, other)| one.is_some() && one == other) {
        match group {
            [first, between @ .., last] if group.len() > WHOLE => {
                rows.push(row(anatomy, &first.0));
                rows.push(Row::LeftOut(between.iter().map(|(span, _)| span.len()).sum()));
                rows.push(row(anatomy, &last.0));
            }
            _ => rows.extend(group.iter().map(|(span, _)| row(anatomy, span))),
        }
    }
    rows
}

fn row<'a>(anatomy: &'a Anatomy, span: &Range<usize>) -> Row<'a> {
    let runs = anatomy.fields.iter().filter_map(|field| {
        let from = span.start.max(field.at).saturating_sub(field.at);
        let to = span.end.saturating_sub(field.at).min(field.bytes.len());
        let bytes = field.bytes.get(from..to).filter(|bytes| !bytes.is_empty())?;
        Some(Run { field, bytes })
    });
    Row::Bytes { at: span.start, runs: runs.collect() }
}

/// `01 02 ff`.
fn spaced(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&alloc::format!("{byte:02x}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secret;
    use crate::crypto::blob::{EncryptionContext, seal};
    use alloc::vec;
    use serde_json::Value;

    fn inspected(length: usize) -> Inspected {
        let key = Secret::new(vec![7; 32]);
        inspect(&seal(&[0x5a; 32], &key, [9; 16], &EncryptionContext::new(), &vec![1; length]).unwrap()).unwrap()
    }

    #[test]
    fn text_keeps_to_the_width_and_colour_changes_no_letter() {
        for width in [40, 60, 80, 100, 200] {
            let plain = inspected(32).to_text(width, false);
            for line in plain.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
            let coloured = inspected(32).to_text(width, true);
            let mut bare = String::new();
            for (at, part) in coloured.split('\u{1b}').enumerate() {
                bare.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
            }
            assert_eq!(bare, plain, "{width}");
            assert!(coloured.contains("\u{1b}["));
        }
    }

    #[test]
    fn long_fields_are_cut_in_the_dump_alone() {
        let long = inspected(4096);
        let text = long.to_text(80, false);
        assert!(text.contains("bytes more") && text.lines().count() < 60, "{text}");
        assert!(long.to_json().len() > 2 * 4096);
    }

    #[test]
    fn every_form_tells_every_field() {
        let found = inspected(5);
        let json: Value = serde_json::from_str(&found.to_json()).unwrap();
        let fields = json["fields"].as_array().unwrap();
        assert_eq!(fields.len(), found.anatomy().fields.len());
        let hex: String = fields.iter().map(|field| field["hex"].as_str().unwrap()).collect();
        assert_eq!(hex.len(), 2 * usize::try_from(json["length"].as_u64().unwrap()).unwrap());
        let (text, html) = (found.to_text(100, false), found.to_html());
        for field in &found.anatomy().fields {
            assert!(text.contains(field.name) && html.contains(field.name), "{}", field.name);
        }
    }
}
