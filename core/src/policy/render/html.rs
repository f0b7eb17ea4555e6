//! An HTML fragment for notebooks and pages: no scripts, no style sheets, no links, nothing from elsewhere.
//!
//! Colours are chosen so that they can be read on white and on near-black; everything else inherits the page's own.

use super::{Explanation, Finding, Outcome};
use crate::policy::{Effect, Element};
use alloc::{format, string::String};

const GOOD: &str = "#2e9e5b";
const BAD: &str = "#d9534f";
const NEAR: &str = "#c98a1b";
const LINE: &str = "1px solid rgba(128,128,128,.35)";

/// A condition key of up to so many characters stays in one line. A longer one breaks at that width, or it would leave no
/// room for the values.
const WHOLE: usize = 30;

pub(super) fn render(explanation: &Explanation) -> String {
    let colour = if explanation.effect == Effect::Allow { GOOD } else { BAD };
    let mark = if explanation.effect == Effect::Allow { "✓" } else { "✗" };
    let mut out = format!(
        "<div style=\"font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;max-width:60em;\
         overflow-wrap:anywhere;border:{LINE};border-left:4px solid {colour};border-radius:6px;padding:10px 14px;\
         margin:4px 0\">\n"
    );
    out.push_str(&format!(
        "<div><span style=\"background:{colour};color:#fff;border-radius:4px;padding:1px 8px;font-weight:600\">{mark} \
         {}</span> <code style=\"opacity:.7;background:none\">{}</code></div>\n",
        super::verdict(explanation),
        escape(explanation.reason.as_str())
    ));
    out.push_str(&format!("<div style=\"font-weight:600;margin:8px 0\">{}</div>\n", escape(&explanation.summary)));
    sequel(explanation, &mut out);
    out.push_str("<table style=\"border-collapse:collapse;margin:0 0 8px;background:none\">\n");
    for (name, value) in super::request(explanation).iter().filter(|(name, _)| *name != "account") {
        out.push_str(&row(&[(name, true), (&code(value), false)]));
    }
    out.push_str("</table>\n");
    stages(explanation, &mut out);
    for hints in super::hints(explanation) {
        out.push_str(&format!("<div style=\"font-weight:600;margin:10px 0 4px\">{}</div>\n", hints.heading));
        for (finding, missing) in hints.findings {
            out.push_str(&format!(
                "<div style=\"border-left:3px solid {NEAR};padding:2px 10px;margin:4px 0\">{}\n",
                escape(&super::title(finding))
            ));
            super::failing(finding).for_each(|e| element(e, &mut out));
            if let Some(missing) = missing {
                out.push_str(&format!("<div>{} but {}</div>\n", marked("→", NEAR), escape(&missing)));
            }
            out.push_str("</div>\n");
        }
    }
    outlook(explanation, &mut out);
    context(explanation, &mut out);
    out.push_str("</div>\n");
    out
}

/// What became of the call: the failure, and what the lab knows about it.
fn sequel(explanation: &Explanation, out: &mut String) {
    if explanation.sequel.is_empty() {
        return;
    }
    out.push_str("<div style=\"margin:8px 0\">\n");
    for (at, sentence) in explanation.sequel.iter().enumerate() {
        let mark = if at == 0 { marked("✗ ", BAD) } else { String::new() };
        let indent = if at == 0 { "0" } else { "1.2em" };
        out.push_str(&format!("<div style=\"margin-left:{indent}\">{mark}{}</div>\n", escape(sentence)));
    }
    out.push_str("</div>\n");
}

/// Two columns: the policy types with their marks, and what they say.
fn stages(explanation: &Explanation, out: &mut String) {
    let (involved, others) = super::involved(explanation);
    out.push_str(&format!(
        "<div style=\"border-top:{LINE};padding-top:6px;display:grid;grid-template-columns:max-content \
         minmax(0,1fr);gap:4px 14px\">\n"
    ));
    for stage in involved {
        let (mark, colour) = match stage.outcome {
            Outcome::Allows => ("✓", GOOD),
            Outcome::Delegates => ("→", NEAR),
            _ => ("✗", BAD),
        };
        out.push_str(&format!(
            "<div style=\"font-weight:600\"><span style=\"color:{colour};font-weight:700;display:inline-block;\
             width:1.3em\">{mark}</span>{}</div>\n<div>{}\n",
            stage.name,
            escape(&stage.note)
        ));
        for finding in super::matching(stage) {
            matched(finding, out);
        }
        out.push_str("</div>\n");
    }
    if !others.is_empty() {
        out.push_str(&format!(
            "<div style=\"grid-column:1/-1;opacity:.65\">not involved: {}</div>\n",
            others.join(", ")
        ));
    }
    out.push_str("</div>\n");
}

fn matched(finding: &Finding, out: &mut String) {
    out.push_str(&format!("<div style=\"opacity:.85\">{}\n", escape(&super::title(finding))));
    if finding.decided {
        super::conditions(finding).for_each(|e| element(e, out));
    }
    out.push_str("</div>\n");
}

fn element(element: &Element, out: &mut String) {
    let mark = if element.matched { marked("✓", GOOD) } else { marked("✗", BAD) };
    out.push_str(&format!(
        "<div>{mark} {}</div>\n<table style=\"border-collapse:collapse;margin:0 0 4px 1.2em;background:none\">\n",
        escape(&super::heading(element))
    ));
    out.push_str(&row(&[("wanted", true), (&code(&super::wanted(element)), false)]));
    out.push_str(&row(&[("got", true), (&code(&super::got(element)), false)]));
    if !element.note.is_empty() {
        out.push_str(&row(&[("why", true), (&escape(&element.note), false)]));
    }
    out.push_str("</table>\n");
}

fn marked(mark: &str, colour: &str) -> String {
    format!("<span style=\"color:{colour};font-weight:700\">{mark}</span>")
}

/// What would change the decision.
fn outlook(explanation: &Explanation, out: &mut String) {
    let Some(outlook) = super::outlook(explanation) else { return };
    out.push_str(&format!(
        "<div style=\"font-weight:600;margin:10px 0 4px\">{}</div>\n<ul style=\"margin:0;padding-left:1.4em\">\n",
        outlook.heading
    ));
    for (text, note) in &outlook.lines {
        let note =
            if note.is_empty() { String::new() } else { format!(" <span style=\"opacity:.65\">({note})</span>") };
        out.push_str(&format!("<li>{}{note}</li>\n", escape(text)));
    }
    for line in &outlook.rest {
        out.push_str(&format!("<li style=\"opacity:.65\">{line}</li>\n"));
    }
    out.push_str("</ul>\n");
}

/// The condition keys of the request, folded away.
fn context(explanation: &Explanation, out: &mut String) {
    if explanation.request.context.is_empty() {
        return;
    }
    out.push_str(
        "<details style=\"margin-top:8px\"><summary style=\"cursor:pointer;opacity:.75\">condition keys of the \
         request</summary>\n<table style=\"border-collapse:collapse;background:none\">\n",
    );
    for (key, values) in &explanation.request.context {
        out.push_str(&row(&[(&name(key), false), (&code(&super::listed(values)), false)]));
    }
    out.push_str("</table>\n</details>\n");
}

/// A row of cells whose content is HTML already; dim ones are names.
fn row(cells: &[(&str, bool)]) -> String {
    let mut out = String::from("<tr style=\"background:none\">");
    for (html, dim) in cells {
        let look = if *dim { "opacity:.65;white-space:nowrap;" } else { "" };
        out.push_str(&format!(
            "<td style=\"{look}text-align:left;vertical-align:top;padding:0 10px 0 0;border:none\">{html}</td>"
        ));
    }
    out.push_str("</tr>\n");
    out
}

fn code(text: &str) -> String {
    format!("<code style=\"background:none;color:inherit;overflow-wrap:anywhere\">{}</code>", escape(text))
}

/// A condition key.
fn name(text: &str) -> String {
    let whole = text.chars().count() <= WHOLE;
    let look = if whole { "white-space:nowrap".into() } else { format!("display:inline-block;max-width:{WHOLE}ch") };
    format!("<code style=\"background:none;color:inherit;{look}\">{}</code>", escape(text))
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in super::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // MathJax of notebooks takes dollar signs for formulas.
            '$' => out.push_str("&#36;"),
            c => out.push(c),
        }
    }
    out
}
