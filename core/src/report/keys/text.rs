//! Plain text for terminals.

use super::life::{minute, told};
use super::{KeyLine, KeyTable, SHOWN, Timeline, colour, day};
use crate::base::Timestamp;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Columns of the table: heading, and what stands in it.
type Column = (&'static str, fn(&KeyLine) -> String);

const COLUMNS: [Column; 10] = [
    ("key id", |key| key.key_id.clone()),
    ("aliases", |key| key.aliases.join(" ")),
    ("state", |key| key.state.into()),
    ("spec", |key| key.spec.into()),
    ("usage", |key| key.usage.into()),
    ("origin", |key| key.origin.into()),
    ("Region", |key| key.region.clone()),
    ("created", |key| day(&key.created).into()),
    ("rotation", |key| {
        key.rotation.as_ref().map_or_else(String::new, |it| format!("{} days, next {}", it.days, day(&it.next)))
    }),
    ("deletion", |key| key.deletion_date.as_deref().map(day).unwrap_or_default().into()),
];

pub(super) fn table(table: &KeyTable, width: usize, colours: bool) -> String {
    let mut out = format!("{}\n", table.title());
    let mut columns: Vec<Column> = COLUMNS.into();
    if table.of_several() {
        columns.push(("account", |key| key.account.clone()));
    }
    let shown: Vec<&KeyLine> = table.keys.iter().take(SHOWN).collect();
    // A column that is empty everywhere says nothing.
    let mut cells: Vec<(&str, usize, Vec<String>)> = Vec::new();
    for (heading, cell) in columns {
        let texts: Vec<String> = shown.iter().map(|key| clean(&cell(key))).collect();
        if texts.iter().any(|text| !text.is_empty()) {
            let widest = texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
            cells.push((heading, widest.max(heading.chars().count()), texts));
        }
    }
    let lines = broken(&cells, width);
    let inked = |code: &str, text: &str| paint(colours, code, text);
    for (nth, line) in lines.iter().enumerate() {
        let mut text = String::from(if nth == 0 { "" } else { "  " });
        for (heading, widest, _) in cells.get(line.clone()).unwrap_or_default() {
            text.push_str(&format!("{heading:<widest$}  "));
        }
        out.push_str(&inked("2", text.trim_end()));
        out.push('\n');
    }
    for (row, key) in shown.iter().enumerate() {
        for (nth, line) in lines.iter().enumerate() {
            let cells_here = cells.get(line.clone()).unwrap_or_default();
            if cells_here.iter().all(|(_, _, texts)| texts.get(row).is_none_or(String::is_empty)) {
                continue;
            }
            let mut blanks = if nth == 0 { 0 } else { 2 };
            for (heading, widest, texts) in cells_here {
                let text = texts.get(row).map_or("", String::as_str);
                let code = match *heading {
                    "state" => colour(key.state).1,
                    "key id" => "1",
                    "deletion" => "31",
                    _ if nth > 0 => "2",
                    _ => "",
                };
                if !text.is_empty() {
                    out.push_str(&format!("{:blanks$}{}", "", inked(code, text)));
                    blanks = 0;
                }
                blanks = blanks.saturating_add(widest.saturating_sub(text.chars().count())).saturating_add(2);
            }
            out.push('\n');
        }
    }
    if let Some(more) = table.more() {
        out.push_str(&format!("and {more} more\n"));
    }
    out
}

/// Which columns stand in one line: as many as fit, but one at least.
fn broken(cells: &[(&str, usize, Vec<String>)], width: usize) -> Vec<core::ops::Range<usize>> {
    let (mut lines, mut start, mut used) = (Vec::new(), 0, 0_usize);
    for (at, (_, widest, _)) in cells.iter().enumerate() {
        let with = used.saturating_add(*widest);
        if at > start && with > width {
            lines.push(start..at);
            start = at;
            used = widest.saturating_add(4);
        } else {
            used = with.saturating_add(2);
        }
    }
    if start < cells.len() {
        lines.push(start..cells.len());
    }
    lines
}

pub(super) fn timeline(timeline: &Timeline, width: usize, colours: bool) -> String {
    let inked = |code: &str, text: &str| paint(colours, code, text);
    let (title, id) = timeline.title();
    let mut out = format!("{}  {}\n\n", inked("1", &clean(&title)), inked("2", &id));
    out.truncate(out.trim_end().len());
    out.push_str("\n\n");
    const NAMES: usize = 10;
    let across = width.saturating_sub(NAMES).min(100);
    let place = |at: Timestamp| column(timeline, at, across);
    out.push_str(&format!("{:<NAMES$}", "states"));
    let mut done = 0_usize;
    for span in &timeline.states {
        // Every state is seen, however short it was.
        let to = place(span.to).max(done.saturating_add(1)).min(across);
        out.push_str(&inked(colour(span.state).1, &shade(span.state).repeat(to.saturating_sub(done))));
        done = to.max(done);
    }
    if timeline.end() > timeline.now {
        out.push_str(&inked("31", &"·".repeat(across.saturating_sub(done))));
    }
    out.push_str(&format!("\n{:<NAMES$}", "materials"));
    done = 0;
    for (nth, material) in timeline.materials.iter().filter(|material| material.from < material.to).enumerate() {
        let to = place(material.to).max(done.saturating_add(1)).min(across);
        let bar = if nth.is_multiple_of(2) { "▆" } else { "▃" };
        out.push_str(&inked("36", &bar.repeat(to.saturating_sub(done))));
        done = to.max(done);
    }
    let (from, to) = (day(&timeline.created.to_iso()).to_string(), day(&timeline.end().to_iso()).to_string());
    let between = across.saturating_sub(from.len()).saturating_sub(to.len()).max(1);
    out.push_str(&format!("\n{:NAMES$}{}\n\n", "", inked("2", &format!("{from}{:between$}{to}", ""))));
    for (state, (_, code)) in timeline.legend() {
        out.push_str(&format!("{} {state}  ", inked(code, shade(state))));
    }
    out.truncate(out.trim_end().len());
    out.push_str("\n\n");
    for event in &timeline.events {
        let line = format!("{}  {}", minute(event.at), event.what);
        out.push_str(&if event.planned { inked("2", &line) } else { line });
        out.push('\n');
    }
    out.push('\n');
    for material in &timeline.materials {
        out.push_str(&format!("{}  material {}\n", minute(material.from), told(material)));
    }
    out
}

/// How a state is drawn: told apart without colours, too.
fn shade(state: &str) -> &'static str {
    match state {
        "Enabled" => "█",
        "Disabled" => "▒",
        "PendingDeletion" | "PendingReplicaDeletion" => "░",
        "PendingImport" => "▁",
        _ => "▚",
    }
}

/// The column of a moment.
fn column(timeline: &Timeline, at: Timestamp, across: usize) -> usize {
    let whole = u128::try_from(timeline.end().since(timeline.created).as_millis()).unwrap_or_default().max(1);
    let part = u128::try_from(at.since(timeline.created).as_millis()).unwrap_or_default().min(whole);
    usize::try_from(part.saturating_mul(across as u128).checked_div(whole).unwrap_or_default()).unwrap_or(across)
}

fn paint(colours: bool, code: &str, text: &str) -> String {
    if colours && !code.is_empty() && !text.is_empty() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_string()
    }
}

/// Aliases are AWS's letters; nothing else may move the terminal's cursor.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
