//! Plain text for terminals: the bytes in the colours of their fields, then the fields.

use super::{Anatomy, Field, Row, rows, spaced};
use crate::crypto::anatomy::Kind;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The ANSI colour of a kind.
const fn ink(kind: Kind) -> &'static str {
    match kind {
        Kind::Format => "35",
        Kind::Key => "33",
        Kind::Nonce => "36",
        Kind::Iv => "34",
        Kind::Algorithm => "1",
        Kind::Ciphertext => "32",
        Kind::Tag => "31",
        Kind::Context => "95",
        _ => "2",
    }
}

pub(super) fn render(anatomy: &Anatomy, width: usize, colour: bool) -> String {
    let inked = |code: &str, text: &str| {
        if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    };
    let mut out = format!("{}, {} bytes\n\n", inked("1", anatomy.format), anatomy.length());
    // Offset, blanks, three columns a byte: as many as fit, in rows that are easy to count in.
    let across =
        [(32, 102), (16, 54)].into_iter().find(|(_, columns)| *columns <= width).map_or(8, |(across, _)| across);
    for row in rows(anatomy, across) {
        match row {
            Row::Bytes { at, runs } => {
                out.push_str(&inked("2", &format!("{at:>5}")));
                out.push(' ');
                for run in runs {
                    out.push(' ');
                    out.push_str(&inked(ink(run.field.kind), &spaced(run.bytes)));
                }
                out.push('\n');
            }
            Row::LeftOut(bytes) => out.push_str(&inked("2", &format!("    …  {bytes} bytes more\n"))),
        }
    }
    out.push('\n');
    let names = anatomy.fields.iter().map(|field| field.name.chars().count()).max().unwrap_or_default();
    // Beside the names, or where there is no room below them.
    let beside = width >= names.saturating_add(40);
    let start = if beside { names.saturating_add(16) } else { 14 };
    let heading =
        if beside { format!("   at  bytes  {:names$}  meaning", "field") } else { "   at  bytes  field".into() };
    out.push_str(&inked("2", &heading));
    out.push('\n');
    for field in &anatomy.fields {
        let Field { name, kind, at, bytes, meaning } = field;
        out.push_str(&format!("{at:>5}  {:>5}  {}", bytes.len(), inked(ink(*kind), name)));
        if !beside {
            out.push('\n');
        }
        for (nth, text) in lines(meaning, width.saturating_sub(start)).iter().enumerate() {
            let follows = names.saturating_sub(name.chars().count()).saturating_add(2);
            let before = if nth == 0 && beside { follows } else { start };
            out.push_str(&format!("{:before$}{text}\n", ""));
        }
    }
    out.push('\n');
    for note in &anatomy.notes {
        for (nth, line) in lines(note, width.saturating_sub(2)).iter().enumerate() {
            out.push_str(if nth == 0 { "· " } else { "  " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Cuts `text` at blanks, and words that are longer than a line, such as ARNs, where the line ends.
fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let pieces = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        let cut: Vec<String> = letters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect();
        if cut.is_empty() { alloc::vec![String::new()] } else { cut }
    };
    for word in text.split(' ').flat_map(pieces) {
        match lines.last_mut() {
            Some(line) if line.chars().count().saturating_add(word.chars().count()) < width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}
