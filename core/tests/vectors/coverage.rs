//! That every file of the vectors has a runner, or a reason why it has none.

use crate::support::folder;
use std::fs;

/// Files about what KMS does not have, and what that is.
const NOT_OURS: [(&str, &str); 6] = [
    ("acvp/ACVP-AES-KW.expected.json", "AES key wrap without padding"),
    ("acvp/ACVP-AES-KW.vectors.json", "AES key wrap without padding"),
    ("nist/KW_AD_256.txt", "AES key wrap without padding"),
    ("nist/KW_AE_256.txt", "AES key wrap without padding"),
    ("sm/botan-sm2_enc.vec", "the curve of SM2's draft"),
    ("wycheproof/aes_wrap_test.json", "AES key wrap without padding"),
];

const RUNNERS: [&str; 4] =
    [include_str!("ciphers.rs"), include_str!("others.rs"), include_str!("pairs.rs"), include_str!("standards.rs")];

/// The texts in quotes of the runners, without what stands in braces: the pieces of a file's name. Those that say no more
/// than a folder name none.
fn names() -> Vec<Vec<&'static str>> {
    // A quote that is a character is none of them.
    let quotes = RUNNERS.iter().flat_map(|source| source.split("'\"'")).collect::<String>();
    let quotes: &'static str = quotes.leak();
    let quoted = quotes.split('"').skip(1).step_by(2);
    let pieces = quoted.map(|text| text.split(['{', '}']).step_by(2).collect::<Vec<_>>());
    pieces.filter(|pieces| pieces[0].len() > 2 && !pieces[0].ends_with('/')).collect()
}

/// Whether a name is these pieces with something in between.
fn made_of(name: &str, pieces: &[&str]) -> bool {
    let [first, between @ ..] = pieces else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some((last, middle)) = between.split_last() else { return rest.is_empty() };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn no_file_is_passed_over() {
    let Some(folder) = folder() else { return };
    let names = names();
    let (mut read, mut left) = (0, Vec::new());
    for source in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(source.path()).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            if file.to_lowercase().contains("license") {
                continue;
            }
            let ends = ["_test.json", ".vectors.json", ".expected.json", ".json", ".txt"];
            let stem = ends.iter().find_map(|end| file.strip_suffix(end)).unwrap_or(&file).to_owned();
            let file = format!("{}/{file}", source.file_name().into_string().unwrap());
            let whole = [file.clone(), stem.clone(), format!("{}/{stem}", file.split('/').next().unwrap())];
            if names.iter().any(|pieces| whole.iter().any(|name| made_of(name, pieces))) {
                read += 1;
            } else {
                left.push(file);
            }
        }
    }
    left.sort();
    assert_eq!(left, NOT_OURS.map(|(file, _)| file));
    println!("{read} files have a runner, {} have none: {NOT_OURS:?}", left.len());
}
