//! The life of a key as a drawing: one bar of states, one of materials, a mark for each event. Letters have the page's
//! own colour, the bars fixed ones that can be read on white and on near-black.

use super::life::{Timeline, minute, told};
use super::{colour, day};
use crate::base::Timestamp;
use crate::report::access::escape;
use alloc::{
    format,
    string::{String, ToString},
};

/// Columns and rows of the drawing, in pixels.
const LEFT: f64 = 84.0;
const WIDE: f64 = 640.0;
const STATES: f64 = 10.0;
const MATERIALS: f64 = 40.0;
const BAR: f64 = 18.0;
const AXIS: f64 = 76.0;

const BOX: &str = "font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;max-width:60em;border:1px solid \
                   rgba(128,128,128,.35);border-radius:6px;padding:10px 14px;margin:4px 0";

/// The two colours that materials take in turn.
const TURNS: [&str; 2] = ["#3b7dd8", "#6aa5ea"];

pub(super) fn timeline(timeline: &Timeline) -> String {
    let (title, id) = timeline.title();
    let mut out = format!(
        "<div style=\"{BOX}\">\n<div><b>{}</b> <code style=\"opacity:.65;background:none;color:inherit\">{}</code></div>\n\
         <div style=\"overflow-x:auto\">\n<svg viewBox=\"0 0 740 112\" width=\"740\" height=\"112\" role=\"img\" \
         aria-label=\"states and materials over time\" style=\"display:block;margin:6px 0\" fill=\"currentColor\" \
         font-size=\"12\">\n",
        escape(&title),
        escape(&id)
    );
    let x = |at: Timestamp| place(timeline, at);
    label(&mut out, STATES, "states");
    for span in &timeline.states {
        let title = format!("{}, {} to {}", span.state, minute(span.from), minute(span.to));
        bar(&mut out, STATES, (x(span.from), x(span.to)), colour(span.state).0, "1", &title);
    }
    if timeline.end() > timeline.now {
        let title = format!("until its deletion, {}", minute(timeline.end()));
        bar(&mut out, STATES, (x(timeline.now), x(timeline.end())), colour("PendingDeletion").0, ".35", &title);
    }
    label(&mut out, MATERIALS, "materials");
    for (material, fill) in timeline.materials.iter().filter(|it| it.from < it.to).zip(TURNS.iter().cycle()) {
        bar(&mut out, MATERIALS, (x(material.from), x(material.to)), fill, "1", &told(material));
    }
    axis(timeline, &mut out);
    out.push_str("</svg>\n</div>\n<div style=\"margin:0 0 8px\">");
    for (state, (fill, _)) in timeline.legend() {
        out.push_str(&format!(
            "<span style=\"white-space:nowrap;margin-right:16px\"><span \
             style=\"display:inline-block;width:9px;height:9px;border-radius:2px;background:{fill};margin-right:6px\">\
             </span>{state}</span>"
        ));
    }
    out.push_str(
        "</div>\n<table style=\"border-collapse:collapse;background:none;margin:0;font:inherit;color:inherit\">\n",
    );
    for event in &timeline.events {
        row(&mut out, &minute(event.at), &event.what, event.planned);
    }
    out.push_str("<tr style=\"background:none\"><td style=\"border:none;height:6px;padding:0\"></td></tr>\n");
    for material in &timeline.materials {
        row(&mut out, &minute(material.from), &format!("material {}", told(material)), false);
    }
    out.push_str("</table>\n</div>\n");
    out
}

fn label(out: &mut String, y: f64, text: &str) {
    out.push_str(&format!("<text x=\"0\" y=\"{:.0}\" opacity=\".65\">{text}</text>\n", y + 13.0));
}

fn bar(out: &mut String, y: f64, (from, to): (f64, f64), fill: &str, opacity: &str, title: &str) {
    // However short it was, it is seen.
    let wide = (to - from).max(2.0);
    out.push_str(&format!(
        "<rect x=\"{from:.1}\" y=\"{y:.0}\" width=\"{wide:.1}\" height=\"{BAR:.0}\" fill=\"{fill}\" \
         fill-opacity=\"{opacity}\"><title>{}</title></rect>\n",
        escape(title)
    ));
}

/// A line with the first and the last day, the present between them, and a dot for each event.
fn axis(timeline: &Timeline, out: &mut String) {
    let (left, right, now) = (LEFT, LEFT + WIDE, place(timeline, timeline.now));
    out.push_str(&format!(
        "<line x1=\"{left:.0}\" x2=\"{right:.0}\" y1=\"{AXIS:.0}\" y2=\"{AXIS:.0}\" stroke=\"currentColor\" \
         stroke-opacity=\".35\"/>\n"
    ));
    for event in timeline.events.iter().filter(|event| event.at <= timeline.end()) {
        let (solid, x) = (if event.planned { "none" } else { "currentColor" }, place(timeline, event.at));
        out.push_str(&format!(
            "<circle cx=\"{x:.1}\" cy=\"{AXIS:.0}\" r=\"3.5\" fill=\"{solid}\" stroke=\"currentColor\"><title>{}, {}\
             </title></circle>\n",
            minute(event.at),
            escape(&event.what)
        ));
    }
    let below = AXIS + 20.0;
    let mut text = |x: f64, anchor: &str, text: &str| {
        out.push_str(&format!(
            "<text x=\"{x:.1}\" y=\"{below:.0}\" text-anchor=\"{anchor}\" opacity=\".65\">{text}</text>\n"
        ));
    };
    let date = |at: Timestamp| day(&at.to_iso()).to_string();
    text(left, "start", &date(timeline.created));
    text(right, "end", &date(timeline.end()));
    if now < right && (now - left).min(right - now) > 110.0 {
        text(now, "middle", "now");
    }
}

fn row(out: &mut String, at: &str, what: &str, planned: bool) {
    let dim = if planned { "opacity:.65;font-style:italic;" } else { "" };
    out.push_str(&format!(
        "<tr style=\"background:none;{dim}\"><td style=\"text-align:left;padding:1px 18px 1px \
         0;border:none;white-space:nowrap;opacity:.65;font-variant-numeric:tabular-nums\">{at}</td><td \
         style=\"text-align:left;padding:1px 0;border:none\">{}</td></tr>\n",
        escape(what)
    ));
}

/// The horizontal place of a moment.
fn place(timeline: &Timeline, at: Timestamp) -> f64 {
    let span = |to: Timestamp| to.as_secs_f64() - timeline.created.as_secs_f64();
    let whole = span(timeline.end()).max(0.001);
    LEFT + WIDE * (span(at) / whole).clamp(0.0, 1.0)
}
