//! Answers about access for people. What is shown, and in which order, is the same in every form.

use super::{Access, Cell, Holder, Matrix, Reached, WhatCan, WhoCan};
use crate::base::gathered;
use crate::policy::Conditions;
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// How many alternatives of conditions are shown.
const ALTERNATIVES: usize = 4;
/// How many rows and columns of a matrix are shown.
const ROWS: usize = 200;
const COLUMNS: usize = 24;

/// What actions are for: a letter, what it stands for, and whether an action is among them.
type Group = (char, &'static str, fn(&str) -> bool);

const GROUPS: &[Group] = &[
    ('U', "use the key (encrypt, decrypt, sign, data keys)", is_use),
    ('R', "read about it (describe, get, list)", is_read),
    ('G', "grant", |action| matches!(action, "kms:CreateGrant" | "kms:RevokeGrant")),
    ('M', "manage (enable, tag, rotate, alias)", is_rest),
    ('P', "put its policy", |action| action == "kms:PutKeyPolicy"),
    ('D', "delete", |action| matches!(action, "kms:ScheduleKeyDeletion" | "kms:DeleteImportedKeyMaterial")),
];

fn is_use(action: &str) -> bool {
    let name = action.split_once(':').map_or("", |(_, name)| name);
    ["Encrypt", "Decrypt", "ReEncrypt", "Generate", "Sign", "Verify", "Derive", "Encapsulate", "Decapsulate"]
        .iter()
        .any(|start| name.starts_with(start))
}

fn is_read(action: &str) -> bool {
    let name = action.split_once(':').map_or("", |(_, name)| name);
    ["Describe", "Get", "List"].iter().any(|start| name.starts_with(start))
}

fn is_rest(action: &str) -> bool {
    let mut others = GROUPS.iter().filter(|(letter, ..)| *letter != 'M');
    // Who may end a grant depends on the grant.
    action != "kms:RetireGrant" && !others.any(|(_, _, is)| is(action))
}

/// Text for terminals, with every control character made visible.
fn clean(text: &str) -> String {
    text.chars().fold(String::new(), |mut text, c| {
        if c.is_control() {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
        text
    })
}

pub(in crate::report) fn escape(text: &str) -> String {
    clean(text).chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '$' => out.push_str("&#36;"),
            c => out.push(c),
        }
        out
    })
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    clean(text).chars().fold(String::new(), |mut out, c| {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '$' | '&') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

impl Conditions {
    /// One line an alternative; none when there are no conditions.
    fn lines(&self) -> Vec<String> {
        let shown = self.any.iter().take(ALTERNATIVES);
        let line = |all: &Vec<_>| all.iter().map(ToString::to_string).collect::<Vec<String>>().join(", and ");
        let mut lines: Vec<String> = shown.map(line).collect();
        let more = self.any.len().saturating_sub(lines.len());
        if more > 0 {
            lines.push(format!("{more} more alternatives"));
        }
        if !self.exact {
            lines.push("conditions that could not be told in full".to_owned());
        }
        lines
    }

    fn is_none(&self) -> bool {
        self.any.is_empty() && self.exact
    }
}

/// `when A, or when B`.
fn when(conditions: &Conditions) -> String {
    if conditions.is_none() { String::new() } else { format!("when {}", conditions.lines().join("; or when ")) }
}

impl WhoCan {
    /// Plain text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("{} on {}\n", clean(&self.action), clean(&self.resource));
        if self.principals.is_empty() && self.others.is_empty() {
            out.push_str("  nobody\n");
        }
        for holder in self.all() {
            let note = if holder.note.is_empty() { String::new() } else { format!(" ({})", holder.note) };
            out.push_str(&format!("  {:<14} {}{note}\n", holder.kind, clean(&holder.principal)));
            for (at, line) in holder.conditions.lines().iter().enumerate() {
                let word = if at == 0 { "when" } else { "or when" };
                out.push_str(&format!("  {:<14}   {word} {}\n", "", clean(line)));
            }
        }
        out
    }

    /// An HTML fragment.
    #[must_use]
    pub fn to_html(&self) -> String {
        let rows = self.all().map(|holder| {
            let note = if holder.note.is_empty() { String::new() } else { format!(" ({})", holder.note) };
            [holder.kind.to_owned(), format!("{}{note}", holder.principal), when(&holder.conditions)]
        });
        let title = format!("{} on {}", self.action, self.resource);
        table(&title, &["", "principal", "when"], &rows.collect::<Vec<_>>(), "nobody")
    }

    /// GitHub-flavoured Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let rows = self.all().map(|holder| {
            let note = if holder.note.is_empty() { String::new() } else { format!(" ({})", holder.note) };
            [holder.kind.to_owned(), format!("{}{note}", holder.principal), when(&holder.conditions)]
        });
        let title = format!("{} on {}", self.action, self.resource);
        listing(&title, &["", "principal", "when"], &rows.collect::<Vec<_>>(), "nobody")
    }

    fn all(&self) -> impl Iterator<Item = &Holder> {
        self.principals.iter().chain(&self.others)
    }
}

impl WhatCan {
    /// Plain text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("{}\n", clean(&self.principal));
        if self.resources.is_empty() {
            out.push_str("  nothing\n");
        }
        for Reached { resource, access } in &self.resources {
            let title = if resource == "*" { "without a resource" } else { resource };
            out.push_str(&format!("  {}\n", clean(title)));
            for Access { actions, conditions } in access {
                out.push_str(&format!("    {}\n", actions.join(" ")));
                for (at, line) in conditions.lines().iter().enumerate() {
                    let word = if at == 0 { "when" } else { "or when" };
                    out.push_str(&format!("      {word} {}\n", clean(line)));
                }
            }
        }
        out
    }

    /// An HTML fragment.
    #[must_use]
    pub fn to_html(&self) -> String {
        table(&self.principal, &["resource", "actions", "when"], &self.rows(), "nothing")
    }

    /// GitHub-flavoured Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        listing(&self.principal, &["resource", "actions", "when"], &self.rows(), "nothing")
    }

    fn rows(&self) -> Vec<[String; 3]> {
        let of = |reached: &Reached| {
            let resource = reached.resource.clone();
            reached
                .access
                .iter()
                .map(move |access| [resource.clone(), access.actions.join(" "), when(&access.conditions)])
                .collect::<Vec<_>>()
        };
        self.resources.iter().flat_map(of).collect()
    }
}

impl Matrix {
    /// Plain text: rows of principals, numbered columns of keys, and what the letters mean.
    #[must_use]
    pub fn to_text(&self) -> String {
        let rows = self.marks();
        let (columns, more) = self.columns();
        let width = self.principals.iter().take(ROWS).map(|row| titled(row).chars().count()).max().unwrap_or(0).min(70);
        let mut out = String::new();
        for (at, keys) in self.keys.iter().enumerate().take(columns) {
            out.push_str(&format!("[{}] {}\n", at.saturating_add(1), clean(&titled(keys))));
        }
        out.push_str(&more);
        out.push('\n');
        out.push_str(&format!("{:width$}", ""));
        for at in 1..=columns {
            out.push_str(&format!("  {:<7}", format!("[{at}]")));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        for (at, row) in self.principals.iter().enumerate().take(ROWS) {
            let mut line = format!("{:<width$}", clean(&titled(row)));
            for column in 0..columns {
                let mark = rows.get(&(at, column)).map_or("·", |mark| mark.letters.as_str());
                line.push_str(&format!("  {mark:<7}"));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        let hidden = self.principals.len().saturating_sub(ROWS);
        if hidden > 0 {
            out.push_str(&format!("and {hidden} more rows\n"));
        }
        out.push('\n');
        for (letter, meaning, _) in GROUPS {
            out.push_str(&format!("{letter} {meaning}\n"));
        }
        out.push_str("a small letter: some of these actions; °: under conditions; ·: nothing\n");
        out
    }

    /// An HTML fragment: a table whose cells tell the actions and conditions when pointed at.
    #[must_use]
    pub fn to_html(&self) -> String {
        let marks = self.marks();
        let (columns, more) = self.columns();
        let mut out = String::from(
            "<div style=\"font-family:system-ui,sans-serif;font-size:14px;overflow-x:auto\">\n<table \
             style=\"border-collapse:collapse\">\n<tr><th></th>",
        );
        for keys in self.keys.iter().take(columns) {
            let title = keys.join("\n");
            let short = keys.first().map_or("", |arn| arn.rsplit('/').next().unwrap_or_default());
            let short: String = short.chars().take(8).collect();
            let count = if keys.len() > 1 { format!(" +{}", keys.len().saturating_sub(1)) } else { String::new() };
            out.push_str(&format!(
                "<th title=\"{}\" style=\"padding:2px 8px;font-weight:600\">{}{count}</th>",
                escape(&title),
                escape(&short)
            ));
        }
        out.push_str("</tr>\n");
        for (at, row) in self.principals.iter().enumerate().take(ROWS) {
            out.push_str(&format!(
                "<tr><td title=\"{}\" style=\"text-align:left;padding:2px 8px\">{}</td>",
                escape(&row.join("\n")),
                escape(&titled(row))
            ));
            for column in 0..columns {
                let (letters, title) = match marks.get(&(at, column)) {
                    Some(mark) => (mark.letters.as_str(), mark.title.as_str()),
                    None => ("·", "nothing"),
                };
                out.push_str(&format!(
                    "<td title=\"{}\" style=\"text-align:left;padding:2px 8px\"><code \
                     style=\"background:none\">{letters}</code></td>",
                    escape(title)
                ));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
        let hidden = self.principals.len().saturating_sub(ROWS);
        if hidden > 0 {
            out.push_str(&format!("<div>and {hidden} more rows</div>\n"));
        }
        if !more.is_empty() {
            out.push_str(&format!("<div>{}</div>\n", escape(more.trim())));
        }
        let legend: Vec<String> = GROUPS.iter().map(|(letter, meaning, _)| format!("{letter} {meaning}")).collect();
        out.push_str(&format!(
            "<div style=\"opacity:.7;margin-top:4px\">{} · a small letter: some of these actions · °: under \
             conditions</div>\n</div>\n",
            legend.join(" · ")
        ));
        out
    }

    /// GitHub-flavoured Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let marks = self.marks();
        let (columns, more) = self.columns();
        let mut out = String::new();
        for (at, keys) in self.keys.iter().enumerate().take(columns) {
            out.push_str(&format!("{}. {}\n", at.saturating_add(1), cell(&titled(keys))));
        }
        out.push_str(&more);
        out.push_str("\n| principal |");
        (1..=columns).for_each(|at| out.push_str(&format!(" {at} |")));
        out.push_str("\n|---|");
        (1..=columns).for_each(|_| out.push_str("---|"));
        out.push('\n');
        for (at, row) in self.principals.iter().enumerate().take(ROWS) {
            out.push_str(&format!("| {} |", cell(&titled(row))));
            for column in 0..columns {
                let mark = marks.get(&(at, column)).map_or("·", |mark| mark.letters.as_str());
                out.push_str(&format!(" {mark} |"));
            }
            out.push('\n');
        }
        let hidden = self.principals.len().saturating_sub(ROWS);
        if hidden > 0 {
            out.push_str(&format!("\nAnd {hidden} more rows.\n"));
        }
        out.push('\n');
        for (letter, meaning, _) in GROUPS {
            out.push_str(&format!("- {letter}: {meaning}\n"));
        }
        out.push_str("- a small letter: some of these actions; °: under conditions; ·: nothing\n");
        out
    }

    fn columns(&self) -> (usize, String) {
        let columns = self.keys.len().min(COLUMNS);
        let more = self.keys.len().saturating_sub(columns);
        (columns, if more > 0 { format!("and {more} more columns\n") } else { String::new() })
    }

    /// What stands in each cell that has something.
    fn marks(&self) -> BTreeMap<(usize, usize), Mark> {
        let mut found: BTreeMap<(usize, usize), Vec<&Cell>> = BTreeMap::new();
        for cell in self.cells.iter().filter(|cell| cell.row < ROWS && cell.column < COLUMNS) {
            found.entry((cell.row, cell.column)).or_default().push(cell);
        }
        gathered(found.into_iter().map(|(place, cells)| (place, self.mark(&cells))))
    }

    fn mark(&self, cells: &[&Cell]) -> Mark {
        let all = cells.iter().fold(0, |all, cell| all | cell.actions);
        let conditional = cells.iter().filter(|cell| cell.conditions != 0).fold(0, |all, cell| all | cell.actions);
        let mut letters = String::new();
        for (letter, _, is) in GROUPS {
            let of = self.actions.iter().filter(|action| is(action)).count();
            let have = self.named(all).filter(|action| is(action)).count();
            if have > 0 {
                letters.push(if have == of { *letter } else { letter.to_ascii_lowercase() });
                if self.named(conditional).any(is) {
                    letters.push('°');
                }
            }
        }
        if letters.is_empty() {
            letters.push('g');
        }
        let title = cells.iter().map(|cell| {
            let names: Vec<&str> = self.named(cell.actions).filter_map(|name| name.get(4..)).collect();
            let conditions = self.conditions.get(cell.conditions).map(when).unwrap_or_default();
            format!("{}{}{conditions}", names.join(" "), if conditions.is_empty() { "" } else { " " })
        });
        Mark { letters, title: title.collect::<Vec<_>>().join("\n") }
    }
}

/// What is in a cell: letters, and all of it.
struct Mark {
    letters: String,
    title: String,
}

/// The first of a class, and how many there are beside it.
fn titled(members: &[String]) -> String {
    match members {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} like it", rest.len()),
    }
}

fn table(title: &str, headings: &[&str; 3], rows: &[[String; 3]], empty: &str) -> String {
    let mut out = format!(
        "<div style=\"font-family:system-ui,sans-serif;font-size:14px\">\n<div style=\"font-weight:600;margin:4px \
         0\">{}</div>\n",
        escape(title)
    );
    if rows.is_empty() {
        out.push_str(&format!("<div>{empty}</div>\n</div>\n"));
        return out;
    }
    out.push_str("<table style=\"border-collapse:collapse\">\n<tr>");
    for heading in headings {
        out.push_str(&format!("<th style=\"text-align:left;padding:2px 8px\">{heading}</th>"));
    }
    out.push_str("</tr>\n");
    for row in rows {
        out.push_str("<tr>");
        for text in row {
            out.push_str(&format!(
                "<td style=\"text-align:left;vertical-align:top;padding:2px 8px\">{}</td>",
                escape(text)
            ));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n</div>\n");
    out
}

fn listing(title: &str, headings: &[&str; 3], rows: &[[String; 3]], empty: &str) -> String {
    let mut out = format!("**{}**\n\n", cell(title));
    if rows.is_empty() {
        out.push_str(&format!("{empty}\n"));
        return out;
    }
    out.push_str(&format!("| {} |\n|---|---|---|\n", headings.join(" | ")));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}
