//! The walls of the house: which room of `core/src` may look into which, read from the source itself.
//!
//! A room is a folder (or single file) of `core/src`. The table below is the plan; the tests read every `crate::x` and
//! refuse what the plan does not name, so that the plan and the code cannot drift apart.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own sources has to fail")]
#![expect(clippy::indexing_slicing, reason = "offsets come from the same text")]
#![expect(clippy::arithmetic_side_effects, reason = "offsets come from the same text")]

use std::fs;
use std::path::{Path, PathBuf};

/// The room, and the rooms that it may look into besides itself.
///
/// `service` is the folder's own `mod.rs`: the trait of an operation and the table of services. `service/x` stands for
/// every service; it may look into `service` (that trait), never into another service: services call each other by
/// name, so that a call of S3 to KMS is authorized and audited like any other.
const WALLS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("crypto", &["base"]),
    ("envelope", &["base", "crypto"]),
    ("policy", &["base"]),
    ("wire", &["base", "crypto"]),
    ("world", &["base", "crypto", "policy"]),
    ("service", &["base", "crypto", "policy", "wire", "world"]),
    ("service/x", &["base", "crypto", "policy", "wire", "world", "service"]),
    ("report", &["base", "crypto", "envelope", "policy", "world"]),
    ("gateway", &["base", "wire", "world", "service"]),
    ("lab", &["base", "policy", "world", "report", "gateway"]),
];

/// What a service may name of `wire`: views, and what the type of a member is made of. Protocols are not its business.
const VIEW: &[&str] = &["view", "Blob", "Doc", "FromDoc", "IntoDoc", "Type"];

/// Files that pass the limit of lines, and why.
const LONG: &[(&str, &str)] = &[];

/// An operation with its tests, in lines; any other file, in lines. Generated tables are not counted.
const OPERATION_LINES: usize = 150;
const FILE_LINES: usize = 600;

#[test]
fn rooms_look_only_where_the_plan_allows() {
    let mut wrong = Vec::new();
    for file in sources() {
        if file.name == "lib.rs" {
            continue; // the crate's front page names every room
        }
        let room = file.room();
        let Some((_, open)) = WALLS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{}: no room `{room}` in the plan", file.name));
            continue;
        };
        for look in looks(&file) {
            let Look { line, path } = look;
            let seen = path[0].as_str();
            if seen == "{" {
                wrong.push(format!("{}:{line}: write one `use crate::room::…` a room, not `crate::{{…}}`", file.name));
                continue;
            }
            let own = room.split('/').next() == Some(seen);
            if !own && !open.contains(&seen) {
                wrong.push(format!("{}:{line}: {room} must not look into {seen}", file.name));
            }
            for name in &path[1..] {
                let foreign = services().contains(name) && name != file.service();
                if room == "service/x" && seen == "service" && foreign {
                    wrong.push(format!("{}:{line}: services call {name} by `Call::invoke` only", file.name));
                }
                if room == "service/x" && seen == "wire" && !VIEW.contains(&name.as_str()) {
                    wrong.push(format!("{}:{line}: a service may use {VIEW:?} of wire, not `{name}`", file.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_core_has_no_std_outside_its_tests() {
    let lib = fs::read_to_string(root().join("lib.rs")).unwrap();
    assert!(lib.contains("#![no_std]"), "lib.rs: #![no_std] is gone");
    let mut wrong = Vec::new();
    for file in sources() {
        let code = without_tests(&file.code);
        for at in words(&code, "std") {
            if !file.name.ends_with("/tests.rs") {
                wrong.push(format!("{}:{}: std, where core or alloc should do", file.name, line_of(&code, at)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_report_changes_nothing() {
    for file in sources().iter().filter(|file| file.room() == "report") {
        let flat: String = without_tests(&file.code).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!flat.contains("&mut World"), "{}: a question must not hold `&mut World`", file.name);
    }
}

#[test]
fn every_operation_has_its_row() {
    let mut wrong = Vec::new();
    for file in sources() {
        let parts: Vec<&str> = file.name.split('/').collect();
        let ["service", service, leaf] = parts[..] else { continue };
        let Some(stem) = leaf.strip_suffix(".rs").filter(|stem| *stem != "mod") else { continue };
        let table = fs::read_to_string(root().join("service").join(service).join("mod.rs")).unwrap();
        let table: String = blanked(&table);
        let declared =
            words(&table, "mod").iter().any(|at| table[at + 3..].trim_start().starts_with(&format!("{stem};")));
        if !declared {
            wrong.push(format!("{}: no `mod {stem};` in service/{service}/mod.rs", file.name));
        }
        let flat: String = table.split_whitespace().collect();
        for at in words(&file.code, "Operation") {
            let rest = file.code[at + "Operation".len()..].trim_start();
            let Some(name) = rest.strip_prefix("for ").map(|rest| ident(rest.trim_start())) else { continue };
            if !flat.contains(&format!("Row::of::<{stem}::{name}>")) {
                wrong.push(format!("{}: no row for {name} in service/{service}/mod.rs", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let mut wrong = Vec::new();
    for file in sources() {
        let operation = file.name.starts_with("service/") && file.code.contains("impl Operation for");
        let limit = if operation { OPERATION_LINES } else { FILE_LINES };
        let lines = file.code.lines().count();
        let reason = LONG.iter().find(|(name, _)| *name == file.name);
        match reason {
            None if lines > limit => wrong.push(format!("{}: {lines} lines, at most {limit}", file.name)),
            Some((_, why)) if lines <= limit => wrong.push(format!("{}: fits now; drop its line ({why})", file.name)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_is_forbidden() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = fs::read_to_string(core.join("../Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""), "Cargo.toml: unsafe_code = \"forbid\" is gone");
    let manifest = fs::read_to_string(core.join("Cargo.toml")).unwrap();
    let flat: String = manifest.split_whitespace().collect();
    assert!(flat.contains("[lints]workspace=true"), "core/Cargo.toml: the workspace's lints are not taken");
    for file in sources() {
        assert!(words(&file.code, "unsafe").is_empty(), "{}: unsafe", file.name);
    }
}

#[test]
fn the_reader_of_this_test_reads_rust() {
    let text = "use crate::base::Arn; // crate::lab\nlet a = \"crate::lab \\\" \"; let c = '\"'; fn f<'a>(x: &'a str) {}\n\
                /* crate::lab /* nested */ */ let r = r#\"crate::lab \"#; $crate::wire::Doc\n\
                #[cfg(test)]\nmod tests { use crate::lab::Lab; fn f() { std::mem::drop(1); } }\nfn after() {}";
    let file = Source { name: "wire/mod.rs".into(), code: blanked(text) };
    let seen: Vec<_> = looks(&file).into_iter().map(|look| (look.line, look.path.join(" "))).collect();
    let want = [(1, "base Arn"), (3, "wire Doc"), (5, "lab Lab")].map(|(line, path)| (line, path.to_owned()));
    assert_eq!(seen, want);
    let bare = without_tests(&file.code);
    assert!(words(&bare, "std").is_empty() && bare.contains("fn after()"), "{bare}");

    let text =
        "use super::super::iam::x; use super::y; use crate::wire::{Blob, sigv4::{a, b}}; use crate::{base, lab};";
    let file = Source { name: "service/kms/encrypt.rs".into(), code: blanked(text) };
    let seen: Vec<_> = looks(&file).into_iter().map(|look| look.path.join(" ")).collect();
    assert_eq!(seen, ["wire Blob sigv4", "{", "service iam", "service kms"]);
}

/// One file of `core/src`: its path from there with `/`, and its text with comments, strings and characters blanked.
struct Source {
    name: String,
    code: String,
}

impl Source {
    /// The row of [`WALLS`] that stands for this file.
    fn room(&self) -> &str {
        let mut parts = self.name.split('/');
        let first = parts.next().unwrap().trim_end_matches(".rs");
        if first == "service" && parts.clone().count() > 1 { "service/x" } else { first }
    }

    /// The folder below `service`, or nothing.
    fn service(&self) -> &str {
        self.name.split('/').nth(1).unwrap_or("")
    }

    /// The path of this file's module: `service/kms/mod.rs` is `service::kms`.
    fn module(&self) -> Vec<String> {
        let path = self.name.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
    }
}

/// Where a file looks: the first name after `crate`, then the second one, or all of them when they are in braces.
#[derive(Debug)]
struct Look {
    line: usize,
    path: Vec<String>,
}

/// Every `crate::…` and `super::…` of a file. In a module inside the file `super` is the file itself, which makes the
/// reading here one step too strict, never too lax.
fn looks(file: &Source) -> Vec<Look> {
    let mut found = Vec::new();
    let code = &file.code;
    for at in words(code, "crate") {
        let path = path_after(&code[at + "crate".len()..], Vec::new());
        if !path.is_empty() {
            found.push(Look { line: line_of(code, at), path });
        }
    }
    for at in words(code, "super") {
        if code[..at].trim_end().ends_with("::") {
            continue; // a further step of a path that has been read
        }
        let mut module = file.module();
        module.pop();
        let mut rest = &code[at + "super".len()..];
        while let Some(further) = rest.strip_prefix("::super") {
            module.pop();
            rest = further;
        }
        let path = path_after(rest, module);
        if path.first().is_some_and(|first| first != "{" && first != "*") {
            found.push(Look { line: line_of(code, at), path });
        }
    }
    found.sort_by_key(|look| look.line);
    found
}

/// `start`, continued by the path at the start of `rest` until it has two names; braces in the second place give all
/// the names that they hold.
fn path_after(mut rest: &str, start: Vec<String>) -> Vec<String> {
    let mut path = start;
    while path.len() < 2 {
        let Some(next) = rest.trim_start().strip_prefix("::").map(str::trim_start) else { break };
        let name = ident(next);
        if name.is_empty() && path.len() == 1 && next.starts_with('{') {
            path.extend(group(next));
            break;
        }
        if name.is_empty() {
            path.extend(next.chars().next().map(String::from));
            break;
        }
        path.push(name.to_owned());
        rest = &next[name.len()..];
    }
    path
}

/// The first names in the braces at the start of `text`: `{a::b, c::{d, e}}` holds `a` and `c`.
fn group(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            names.push(ident(text[at + 1..].trim_start()).to_owned());
        }
    }
    names.retain(|name| !name.is_empty() && name != "self");
    names
}

/// The names of the folders below `service`.
fn services() -> Vec<String> {
    let folders = fs::read_dir(root().join("service")).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source of the core that a person wrote.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let inside: Vec<_> = path.strip_prefix(root()).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
            let name = inside.join("/");
            if path.is_dir() {
                if name != "wire/model" {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                found.push(Source { code: blanked(&fs::read_to_string(&path).unwrap()), name });
            }
        }
    }
    assert!(found.len() > 10, "core/src was not found");
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// `text` with comments, strings and characters turned into blanks; lines keep their numbers.
fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if rest.starts_with('"') {
            string(rest, 1)
        } else if let Some(hashes) = raw_string(rest, text[..at].chars().next_back()) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            open + rest[open..].find(&end).unwrap_or(rest.len() - open) + end.len()
        } else if rest.starts_with('\'') {
            character(rest)
        } else {
            at += rest.chars().next().unwrap().len_utf8();
            continue;
        };
        for byte in &mut out[at..(at + length).min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at += length.max(1);
    }
    String::from_utf8(out).unwrap()
}

/// How long the block comment at the start of `rest` is; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// How long the string is whose first `open` bytes are its opening quote.
fn string(rest: &str, open: usize) -> usize {
    let bytes = rest.as_bytes();
    let mut at = open;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// How many `#` the raw string at the start of `rest` has, when there is one. (`br"…"` is met at its `r`.)
fn raw_string(rest: &str, before: Option<char>) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    if before.is_some_and(|c| (c.is_alphanumeric() && c != 'b') || c == '_') {
        return None;
    }
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// How long the character at the start of `rest` is; 1 for a lifetime's mark.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match inside.next() {
        Some('\\') => 2 + rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        Some(c) if inside.next() == Some('\'') => 2 + c.len_utf8(),
        _ => 1,
    }
}

/// `code` (blanked) with every item under `#[cfg(test)]` blanked too.
fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let after = start + mark.len();
        let mut depth = 0_usize;
        let end = code[after..].char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && (*c == '}' || *c == ';')
        });
        let end = end.map_or(code.len(), |(at, c)| after + at + c.len_utf8());
        for byte in &mut out[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(out).unwrap()
}

/// Where `word` stands alone in `code`.
fn words(code: &str, word: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: usize| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part);
    code.match_indices(word).map(|(at, _)| at).filter(|at| alone(*at)).collect()
}

/// The identifier at the start of `text`; empty when there is none.
fn ident(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}
