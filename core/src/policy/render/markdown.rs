//! GitHub-flavoured Markdown for pull requests and reports.

use super::Explanation;
use crate::policy::{Effect, Element};
use alloc::{format, string::String};

pub(super) fn render(explanation: &Explanation) -> String {
    let mark = if explanation.effect == Effect::Allow { "✅" } else { "❌" };
    let verdict = super::verdict(explanation);
    let mut out = format!("**{mark} {verdict}** {}\n\n", code(explanation.reason.as_str()));
    out.push_str(&format!("{}\n\n", plain(&explanation.summary)));
    for (at, sentence) in explanation.sequel.iter().enumerate() {
        let mark = if at == 0 { "❌ " } else { "" };
        out.push_str(&format!("{mark}{}\n\n", plain(sentence)));
    }
    for (name, value) in super::request(explanation).iter().filter(|(name, _)| *name != "account") {
        out.push_str(&format!("- {name} {}\n", code(value)));
    }
    out.push_str("\n| stage | says | |\n|---|---|---|\n");
    let (involved, others) = super::involved(explanation);
    for stage in involved {
        out.push_str(&format!("| {} | {} | {} |\n", stage.name, super::outcome(stage), cell(&plain(&stage.note))));
        for finding in super::matching(stage) {
            out.push_str(&format!("| | | {} |\n", cell(&plain(&super::title(finding)))));
            if finding.decided {
                for element in super::conditions(finding) {
                    out.push_str(&format!("| | | {} |\n", cell(&compared(element))));
                }
            }
        }
    }
    if !others.is_empty() {
        out.push_str(&format!("\nNot involved: {}.\n", others.join(", ")));
    }
    for hints in super::hints(explanation) {
        out.push_str(&format!("\n{}:\n\n", hints.heading));
        for (finding, missing) in hints.findings {
            out.push_str(&format!("- {}\n", plain(&super::title(finding))));
            for element in super::failing(finding) {
                out.push_str(&format!("  - {}\n", compared(element)));
            }
            if let Some(missing) = missing {
                out.push_str(&format!("  - but {}\n", plain(&missing)));
            }
        }
    }
    if let Some(outlook) = super::outlook(explanation) {
        out.push_str(&format!("\n{}:\n\n", outlook.heading));
        for (text, note) in &outlook.lines {
            let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
            out.push_str(&format!("- {}{note}\n", plain(text)));
        }
        outlook.rest.iter().for_each(|line| out.push_str(&format!("- {line}\n")));
    }
    out
}

/// Both values of an element in one line.
fn compared(element: &Element) -> String {
    let mark = if element.matched { "✓" } else { "✗" };
    let mut out = format!(
        "{mark} {}: wanted {}, got {}",
        plain(&super::heading(element)),
        code(&super::wanted(element)),
        code(&super::got(element))
    );
    if !element.note.is_empty() {
        out.push_str(&format!(" ({})", plain(&element.note)));
    }
    out
}

/// A code span, fenced by more backticks than the text has in a row.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence: String = core::iter::repeat_n('`', longest.saturating_add(1)).collect();
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in super::clean(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '$' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A bar would end the cell, even in a code span.
fn cell(text: &str) -> String {
    let mut out = String::new();
    let mut escaped = false;
    for c in text.chars() {
        if c == '|' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}
