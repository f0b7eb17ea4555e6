//! The table as an HTML fragment: no scripts, no style sheets, no links, nothing from elsewhere.

use super::{KeyLine, KeyTable, SHOWN, colour, day};
use crate::report::access::escape;
use alloc::{format, string::String};

const CELL: &str = "text-align:left;vertical-align:top;padding:5px 18px 5px 0;border:none;white-space:nowrap";
const LINE: &str = "1px solid rgba(128,128,128,.25)";

pub(super) fn table(table: &KeyTable) -> String {
    let mut out = format!(
        "<div style=\"font-family:system-ui,sans-serif;font-size:14px;line-height:1.4;overflow-x:auto\">\n<div \
         style=\"font-weight:600;margin:4px 0\">{}</div>\n",
        table.title()
    );
    if table.keys.is_empty() {
        out.push_str("</div>\n");
        return out;
    }
    out.push_str("<table style=\"border-collapse:collapse;background:none;margin:0;font:inherit;color:inherit\">\n<tr style=\"background:none\">");
    for heading in ["key", "state", "spec and usage", "origin", "Region", "rotation", "created"] {
        out.push_str(&format!("<th style=\"{CELL};font-weight:400;opacity:.65\">{heading}</th>"));
    }
    out.push_str("</tr>\n");
    let several = table.of_several();
    for key in table.keys.iter().take(SHOWN) {
        row(key, several, &mut out);
    }
    out.push_str("</table>\n");
    if let Some(more) = table.more() {
        out.push_str(&format!("<div style=\"opacity:.65;margin:4px 0\">and {more} more</div>\n"));
    }
    out.push_str("</div>\n");
    out
}

fn row(key: &KeyLine, several: bool, out: &mut String) {
    let id = format!("<code style=\"background:none;color:inherit;padding:0\">{}</code>", escape(&key.key_id));
    let names = match key.aliases.is_empty() {
        true => id,
        false => format!("<b>{}</b>{}", escape(&key.aliases.join(", ")), below(&id)),
    };
    let store = key.custom_key_store_id.as_deref().map(|store| below(&escape(store))).unwrap_or_default();
    let (rotation, next) = match &key.rotation {
        Some(it) => (format!("every {} days", it.days), below(&format!("next {}", day(&it.next)))),
        None => ("<span style=\"opacity:.5\">–</span>".into(), String::new()),
    };
    let deletion = key.deletion_date.as_deref().map(|date| below(&format!("deleted {}", day(date))));
    let mut region = escape(&key.region);
    if let Some(role) = key.multi_region {
        region.push_str(&below(if role == "PRIMARY" { "primary" } else { "replica" }));
    }
    if several {
        region.push_str(&below(&key.account));
    }
    let managed = if key.manager == "AWS" { below("AWS managed") } else { String::new() };
    let cells = [
        names,
        format!("{}{}", state(key.state), deletion.unwrap_or_default()),
        format!("{}{}", key.spec, below(key.usage)),
        format!("{}{store}{managed}", key.origin),
        region,
        format!("{rotation}{next}"),
        day(&key.created).into(),
    ];
    out.push_str(&format!("<tr style=\"background:none;border-top:{LINE}\" title=\"{}\">", escape(&key.description)));
    for cell in cells {
        out.push_str(&format!("<td style=\"{CELL}\">{cell}</td>"));
    }
    out.push_str("</tr>\n");
}

fn state(state: &str) -> String {
    format!(
        "<span style=\"display:inline-block;width:9px;height:9px;border-radius:50%;background:{};margin-right:7px\"></span>\
         {state}",
        colour(state).0
    )
}

/// A second line, in smaller letters.
fn below(html: &str) -> String {
    format!("<div style=\"opacity:.65;font-size:12px\">{html}</div>")
}
