//! From offsets to lines and columns, through strings that hold a policy as text.

use super::{document::Document, sheet::Raw, yaml::Ends};
use crate::base::sort_by_rank;
use alloc::vec::Vec;

/// Where the value at `at` ends.
fn end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    for (length, byte) in (1_usize..).zip(rest) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'{' | b'[' if !inside => depth = depth.saturating_add(1),
            b' ' | b',' | b'\n' | b':' | b'}' | b']' if !inside && depth == 0 => {
                return at.saturating_add(length.saturating_sub(1).max(1));
            }
            b'}' | b']' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !inside && matches!(byte, b'"' | b'}' | b']') {
            return at.saturating_add(length);
        }
    }
    text.len()
}

/// Adds where findings end. `ends`: of a file in YAML.
pub(super) fn finish(raws: &mut [Raw], text: &str, ends: Option<&Ends>) {
    for raw in raws {
        raw.end = match ends {
            Some(ends) => ends.get(&raw.at).map_or_else(|| word(text, raw.at), |(end, _)| *end),
            None => end(text, raw.at),
        };
    }
}

/// Where the name of YAML at `at` ends.
fn word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at.saturating_add(rest.find([':', '\n']).unwrap_or(rest.len()).max(1)).min(text.len().max(at))
}

/// From places in `text` to those in the file, which has it as the value of the string that begins at `start`.
pub(super) fn through(raws: &mut [Raw], text: &str, file: &Document<'_>, start: usize) {
    finish(raws, text, None);
    if raws.is_empty() {
        return;
    }
    let quoted = file.text.as_bytes().get(start) == Some(&b'"');
    let offsets = if quoted { unescaped(file.text, start) } else { aligned(file.text, start, text) };
    let of = |at: usize| offsets.get(at).or(offsets.last()).copied().unwrap_or(start);
    for raw in raws {
        let last = of(raw.end.saturating_sub(1).max(raw.at));
        (raw.at, raw.end) = (of(raw.at), if quoted { of(raw.end) } else { last.saturating_add(1) });
    }
}

/// The same as [`unescaped`] for the other strings of YAML: what is no blank stands in the file in the same order, with
/// indentation and doubled quotes between.
fn aligned(file: &str, start: usize, value: &str) -> Vec<usize> {
    let mut offsets = Vec::new();
    let mut at = start;
    for c in value.chars() {
        let rest = file.get(at..).unwrap_or_default();
        let found = if c.is_whitespace() { Some(0) } else { rest.find(c) };
        at = at.saturating_add(found.unwrap_or(0));
        offsets.extend(core::iter::repeat_n(at, c.len_utf8()));
        if !c.is_whitespace() && found.is_some() {
            at = at.saturating_add(c.len_utf8());
        }
    }
    offsets.push(at);
    offsets
}

/// For each byte of the value of the string at `start`, and for its end: where it stands in the file.
fn unescaped(file: &str, start: usize) -> Vec<usize> {
    let mut offsets = Vec::new();
    let mut characters = file.get(start.saturating_add(1)..).unwrap_or_default().char_indices();
    let mut high = false;
    while let Some((at, c)) = characters.next() {
        let at = start.saturating_add(1).saturating_add(at);
        if c == '"' {
            offsets.push(at);
            break;
        }
        let mut bytes = c.len_utf8();
        if c == '\\' {
            bytes = 1;
            if let Some((_, 'u')) = characters.next() {
                let digits = characters.by_ref().take(4);
                let unit = digits.fold(0_u32, |unit, (_, c)| (unit << 4) | c.to_digit(16).unwrap_or(0));
                // The first half of a pair has no bytes of its own, the second has four.
                bytes = match (high, unit) {
                    (_, 0xd800..=0xdbff) => 0,
                    (true, _) => 4,
                    _ => char::from_u32(unit).map_or(0, char::len_utf8),
                };
                high = matches!(unit, 0xd800..=0xdbff);
            }
        }
        offsets.extend(core::iter::repeat_n(at, bytes));
    }
    offsets
}

/// Lines and columns of offsets, in the order of these, found in one walk.
pub(super) struct Places(Vec<(usize, (u32, u32))>);

impl Places {
    pub(super) fn of(text: &str, offsets: impl Iterator<Item = usize>) -> Self {
        let mut places: Vec<(usize, (u32, u32))> = offsets.map(|at| (at, (1, 1))).collect();
        sort_by_rank(&mut places, |(at, _)| *at as u64);
        let (mut line, mut column) = (1_u32, 1_u32);
        let mut characters = text.char_indices().peekable();
        for (at, place) in &mut places {
            while let Some((_, c)) = characters.next_if(|(before, _)| *before < *at) {
                if c == '\n' {
                    (line, column) = (line.saturating_add(1), 1);
                } else {
                    column = column.saturating_add(1);
                }
            }
            *place = (line, column);
        }
        Self(places)
    }

    pub(super) fn get(&self, at: usize) -> (u32, u32) {
        let place = self.0.partition_point(|(before, _)| *before < at);
        self.0.get(place).filter(|(own, _)| *own == at).map_or((1, 1), |(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end() {
        let text = r#"{"a": ["x\"]", {"b": 12}], "c": true}"#;
        let at = |what: &str| text.find(what).unwrap();
        assert_eq!(&text[at("\"x")..end(text, at("\"x"))], r#""x\"]""#);
        assert_eq!(&text[at("[")..end(text, at("["))], r#"["x\"]", {"b": 12}]"#);
        assert_eq!(&text[at("true")..end(text, at("true"))], "true");
        assert_eq!(end(text, 0), text.len());
        assert_eq!(end("", 0), 0);
    }

    #[test]
    fn texts_in_texts_have_their_place() {
        let file = r#"["a\"é\u00e9\ud83d\ude00z"]"#;
        let value = "a\"éé😀z";
        let offsets = unescaped(file, 1);
        assert_eq!(offsets.len(), value.len() + 1);
        assert_eq!(&file[offsets[value.find('z').unwrap()]..], "z\"]");
        assert_eq!(&file[offsets[1]..], r#"\"é\u00e9\ud83d\ude00z"]"#);
        assert_eq!(offsets.last(), Some(&(file.len() - 2)));
    }
}
