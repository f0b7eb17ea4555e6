//! Plain text for terminals.

use super::{Explanation, Finding, Outcome};
use crate::policy::{Effect, Element};
use alloc::{format, string::String, vec::Vec};

/// ANSI colours: what they stand for here.
#[derive(Clone, Copy)]
enum Ink {
    Plain,
    Bold,
    Good,
    Bad,
    Near,
    Dim,
}

struct Page {
    out: String,
    width: usize,
    colour: bool,
}

pub(super) fn render(explanation: &Explanation, width: usize, colour: bool) -> String {
    let mut page = Page { out: String::new(), width, colour };
    let (mark, ink) = match explanation.effect {
        Effect::Allow => ("✓", Ink::Good),
        _ => ("✗", Ink::Bad),
    };
    let verdict = super::verdict(explanation);
    page.line(&[(ink, mark), (ink, " "), (ink, verdict), (Ink::Dim, "  "), (Ink::Dim, explanation.reason.as_str())]);
    page.wrapped(2, 2, Ink::Bold, &explanation.summary);
    for (at, sentence) in explanation.sequel.iter().enumerate() {
        if at == 0 {
            page.headed(2, "✗", Ink::Bad, sentence);
        } else {
            page.wrapped(4, 4, Ink::Plain, sentence);
        }
    }
    page.blank();
    for (name, value) in super::request(explanation).iter().filter(|(name, _)| *name != "account") {
        page.row(name, 10, Ink::Plain, value);
    }
    page.blank();
    let (involved, others) = super::involved(explanation);
    for stage in &involved {
        let (mark, ink) = match stage.outcome {
            Outcome::Allows => ("✓", Ink::Good),
            Outcome::Delegates => ("→", Ink::Near),
            _ => ("✗", Ink::Bad),
        };
        page.marked(2, mark, ink, stage.name, 12, &stage.note);
        for finding in super::matching(stage) {
            page.finding(finding, Ink::Dim);
            if finding.decided {
                super::conditions(finding).for_each(|element| page.element(element, 19));
            }
        }
    }
    if !others.is_empty() {
        page.wrapped(2, 16, Ink::Dim, &format!("· not involved: {}", others.join(", ")));
    }
    for hints in super::hints(explanation) {
        page.blank();
        page.wrapped(2, 2, Ink::Bold, &format!("{}:", hints.heading));
        for (finding, missing) in hints.findings {
            page.wrapped(2, 4, Ink::Near, &format!("≈ {}", super::title(finding)));
            super::failing(finding).for_each(|element| page.element(element, 6));
            if let Some(missing) = missing {
                page.headed(6, "→", Ink::Near, &format!("but {missing}"));
            }
        }
    }
    if let Some(outlook) = super::outlook(explanation) {
        page.blank();
        page.wrapped(2, 2, Ink::Bold, &format!("{}:", outlook.heading));
        for (text, note) in &outlook.lines {
            page.headed(2, "•", Ink::Near, text);
            if !note.is_empty() {
                page.wrapped(4, 4, Ink::Dim, &format!("({note})"));
            }
        }
        outlook.rest.iter().for_each(|line| page.wrapped(4, 4, Ink::Dim, line));
    }
    page.out
}

impl Page {
    fn ink(&mut self, ink: Ink, text: &str) {
        let code = match ink {
            Ink::Plain => "",
            Ink::Bold => "1",
            Ink::Good => "32",
            Ink::Bad => "31",
            Ink::Near => "33",
            Ink::Dim => "2",
        };
        if self.colour && !code.is_empty() && !text.trim().is_empty() {
            self.out.push_str(&format!("\u{1b}[{code}m{text}\u{1b}[0m"));
        } else {
            self.out.push_str(text);
        }
    }

    fn line(&mut self, parts: &[(Ink, &str)]) {
        for (ink, text) in parts {
            self.ink(*ink, text);
        }
        self.end();
    }

    fn end(&mut self) {
        let kept = self.out.trim_end_matches(' ').len();
        self.out.truncate(kept);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(core::iter::repeat_n(' ', columns));
    }

    /// `text` in lines, the first after `first` blanks, the others after `hanging`.
    fn wrapped(&mut self, first: usize, hanging: usize, ink: Ink, text: &str) {
        for (at, line) in lines(text, first, hanging, self.width).iter().enumerate() {
            self.indent(if at == 0 { first } else { hanging });
            self.ink(ink, line);
            self.end();
        }
    }

    /// A name in a column of its own, and a value.
    fn row(&mut self, name: &str, column: usize, ink: Ink, value: &str) {
        let start = column.saturating_add(3);
        for (at, line) in lines(value, start, start, self.width).iter().enumerate() {
            if at == 0 {
                self.ink(Ink::Dim, &format!("  {name:<column$} "));
            } else {
                self.indent(start);
            }
            self.ink(ink, line);
            self.end();
        }
    }

    fn marked(&mut self, left: usize, mark: &str, ink: Ink, name: &str, column: usize, note: &str) {
        let start = left.saturating_add(column).saturating_add(3);
        for (at, line) in lines(note, start, start, self.width).iter().enumerate() {
            if at == 0 {
                self.indent(left);
                self.ink(ink, mark);
                self.ink(Ink::Plain, &format!(" {name:<column$} "));
            } else {
                self.indent(start);
            }
            self.ink(Ink::Plain, line);
            self.end();
        }
    }

    /// A mark in its colour, and a text beside it.
    fn headed(&mut self, left: usize, mark: &str, ink: Ink, text: &str) {
        let start = left.saturating_add(2);
        for (at, line) in lines(text, start, start, self.width).iter().enumerate() {
            if at == 0 {
                self.indent(left);
                self.ink(ink, mark);
                self.ink(Ink::Plain, " ");
            } else {
                self.indent(start);
            }
            self.ink(Ink::Plain, line);
            self.end();
        }
    }

    fn finding(&mut self, finding: &Finding, ink: Ink) {
        self.wrapped(17, 19, ink, &super::title(finding));
    }

    /// The element with both values, one below the other.
    fn element(&mut self, element: &Element, left: usize) {
        let (mark, ink) = if element.matched { ("✓", Ink::Good) } else { ("✗", Ink::Bad) };
        self.headed(left, mark, ink, &super::heading(element));
        let inner = left.saturating_add(2);
        self.wrapped(inner, inner.saturating_add(7), Ink::Plain, &format!("wanted {}", super::wanted(element)));
        self.wrapped(inner, inner.saturating_add(7), ink, &format!("got    {}", super::got(element)));
        if !element.note.is_empty() {
            self.wrapped(inner, inner.saturating_add(7), Ink::Dim, &format!("why    {}", element.note));
        }
    }
}

/// Cuts `text` at blanks into lines that fit; a word that does not fit has a line for itself.
fn lines(text: &str, first: usize, hanging: usize, width: usize) -> Vec<String> {
    let text = super::clean(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = first;
    for word in text.split(' ') {
        let length = word.chars().count();
        let needed = used.saturating_add(length).saturating_add(usize::from(!line.is_empty()));
        if needed > width && !line.trim().is_empty() {
            lines.push(core::mem::take(&mut line));
            used = hanging;
        }
        if !line.is_empty() {
            line.push(' ');
            used = used.saturating_add(1);
        }
        line.push_str(word);
        used = used.saturating_add(length);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_blanks() {
        assert_eq!(lines("one two three", 0, 0, 7), ["one two", "three"]);
        assert_eq!(lines("a verylongword b", 0, 0, 5), ["a", "verylongword", "b"]);
        assert_eq!(lines("", 0, 0, 5), [""]);
        assert_eq!(lines("one two", 4, 2, 7), ["one", "two"]);
    }
}
