//! An HTML fragment for notebooks and pages: no scripts, no style sheets, no links, nothing from elsewhere.
//!
//! Each field has a veil of its colour, and letters in the page's own: readable on white and on near-black.

use super::{Anatomy, Row, rows, spaced};
use crate::crypto::anatomy::Kind;
use crate::report::access::escape;
use alloc::{format, string::String};

const LINE: &str = "1px solid rgba(128,128,128,.35)";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

/// Red, green, blue of a kind.
const fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Format => "190,90,200",
        Kind::Key => "214,150,20",
        Kind::Nonce => "20,170,190",
        Kind::Iv => "70,120,230",
        Kind::Algorithm => "130,130,130",
        Kind::Ciphertext => "46,158,91",
        Kind::Tag => "217,83,79",
        Kind::Context => "225,80,150",
        _ => "128,128,128",
    }
}

/// How strong the veil is: fields about other fields step back.
const fn strength(kind: Kind) -> &'static str {
    match kind {
        Kind::Structure => ".10",
        _ => ".28",
    }
}

pub(super) fn render(anatomy: &Anatomy) -> String {
    let mut out = format!(
        "<div style=\"font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;max-width:60em;border:{LINE};\
         border-radius:6px;padding:10px 14px;margin:4px 0\">\n<div><span style=\"font-weight:600\">{}</span> <span \
         style=\"opacity:.65\">{} bytes</span></div>\n<div style=\"overflow-x:auto;margin:8px 0\">\n",
        anatomy.format,
        anatomy.length()
    );
    for row in rows(anatomy, 16) {
        out.push_str(&format!(
            "<div style=\"font-family:{MONO};font-size:13px;line-height:1.6;white-space:pre\"><span \
             style=\"opacity:.5;user-select:none\">"
        ));
        match row {
            Row::Bytes { at, runs } => {
                out.push_str(&format!("{at:>5}  </span>"));
                for run in runs {
                    let kind = run.field.kind;
                    // A byte has three columns, and half a blank on either side.
                    out.push_str(&format!(
                        "<span title=\"{}\" style=\"background:rgba({},{});padding:2px .5ch;border-radius:3px\">{}</span>",
                        run.field.name,
                        colour(kind),
                        strength(kind),
                        spaced(run.bytes)
                    ));
                }
            }
            Row::LeftOut(bytes) => out.push_str(&format!("    …  {bytes} bytes more</span>")),
        }
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n<table style=\"border-collapse:collapse;background:none;margin:0;width:100%;font:inherit;color:inherit\">\n");
    out.push_str("<tr style=\"background:none\">");
    for (name, look) in [("at", RIGHT), ("bytes", RIGHT), ("field", LEFT), ("meaning", LEFT)] {
        out.push_str(&format!("<th style=\"{look};font-weight:400;opacity:.65;border:none\">{name}</th>"));
    }
    out.push_str("</tr>\n");
    for field in &anatomy.fields {
        let dim = if field.kind == Kind::Structure { ";opacity:.65" } else { "" };
        out.push_str(&format!(
            "<tr style=\"background:none{dim}\"><td style=\"{RIGHT}\">{}</td><td style=\"{RIGHT}\">{}</td><td \
             style=\"{LEFT};white-space:nowrap\"><span \
             style=\"background:rgba({},{});padding:1px 6px;border-radius:3px\">{}</span></td><td \
             style=\"{LEFT};width:100%\">{}</td></tr>\n",
            field.at,
            field.bytes.len(),
            colour(field.kind),
            strength(field.kind),
            field.name,
            escape(&field.meaning)
        ));
    }
    out.push_str("</table>\n");
    for note in &anatomy.notes {
        out.push_str(&format!("<div style=\"opacity:.75;margin-top:4px\">{}</div>\n", escape(note)));
    }
    out.push_str("</div>\n");
    out
}

const RIGHT: &str =
    "text-align:right;vertical-align:top;padding:1px 12px 1px 0;border:none;font-variant-numeric:tabular-nums";
const LEFT: &str = "text-align:left;vertical-align:top;padding:1px 12px 1px 0;border:none";
