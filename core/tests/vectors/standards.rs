//! Key pairs and MACs against the vectors of the standards and of those who test modules for them: NIST's ACVP, RFC
//! 4231, AWS-LC's for ML-DSA with an external µ and for Ed25519ph, SM2 and SM3 of GM/T 0003, Botan and OpenSSL.
//!
//! What is not ours is counted, too: other curves, other moduli, contexts, expanded private keys, ML-DSA's internal
//! interface, hashes that KMS does not pair with a curve.

use crate::support::{Count, Given, acvp, bytes, element, hex, integer, passes, records, shared, shared_json};
use base64ct::{Base64, Encoding};
use kmslab::crypto::hash::Hash;
use kmslab::crypto::pair::{Encryption, Message, PairSpec, PrivateKey, PublicKey, Signing};
use serde_json::Value;
use std::collections::BTreeMap;

/// The public key with these bytes at its end: what stands before them is the same in every key of the spec.
fn public(spec: PairSpec, raw: &[u8]) -> Option<PublicKey> {
    let any = PrivateKey::generate(spec, &mut Given(vec![0x42; 1 << 10])).unwrap().public().to_spki().unwrap();
    let head = any.get(..any.len().checked_sub(raw.len())?)?;
    PublicKey::from_spki(spec, &[head, raw].concat()).ok()
}

#[test]
fn eddsa_agrees_with_nist() {
    let file = "EDDSA";
    let counted = acvp(file, |mode, group, test, answer, count| {
        let key = public(PairSpec::Ed25519, &bytes(test, "q"));
        if mode == "keyVer" {
            count.note(key.is_some(), passes(answer), &format!("{test}"));
            return;
        }
        let by = if group["preHash"] == true { Signing::Ed25519ph } else { Signing::Ed25519 };
        let message = bytes(test, "message");
        let good = key.is_some_and(|key| key.verify(by, Message::Whole(&message), &bytes(test, "signature")).is_ok());
        count.note(good, passes(answer), &format!("{test}"));
    });
    if let Some(counted) = counted {
        counted.settle(file, 0, 3, 0);
    }
}

fn lattice(set: &Value) -> PairSpec {
    match set.as_str().unwrap() {
        "ML-DSA-44" => PairSpec::MlDsa44,
        "ML-DSA-65" => PairSpec::MlDsa65,
        "ML-DSA-87" => PairSpec::MlDsa87,
        "ML-KEM-512" => PairSpec::MlKem512,
        "ML-KEM-768" => PairSpec::MlKem768,
        _ => PairSpec::MlKem1024,
    }
}

#[test]
fn ml_dsa_keys_agree_with_nist() {
    let file = "ML-DSA-keyGen-FIPS204.internalProjection";
    let Some(set) = shared_json(&format!("acvp/{file}.json")) else { return };
    let mut count = Count::default();
    for group in set["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let key = PrivateKey::generate(lattice(&group["parameterSet"]), &mut Given(bytes(test, "seed"))).unwrap();
            let same = key.public().to_spki().unwrap().ends_with(&bytes(test, "pk"));
            count.note(same, true, &format!("{file} {}", test["tcId"]));
        }
    }
    count.settle(file, 75, 0, 0);
}

#[test]
fn ml_dsa_agrees_with_nist() {
    let case = |mode: &str, group: &Value, test: &Value, answer: &Value, count: &mut Count| {
        let spec = lattice(&group["parameterSet"]);
        let what = format!("{mode} {} {}", group["tgId"], test["tcId"]);
        let seed = test["seed"].as_str().map(hex);
        let key = seed.map(|seed| PrivateKey::generate(spec, &mut Given(seed)).unwrap());
        match (mode, key) {
            ("keyGen", Some(key)) => {
                count.note(key.public().to_spki().unwrap().ends_with(&bytes(answer, "pk")), true, &what);
            }
            ("sigGen", Some(key)) if group["externalMu"] == true => {
                let chance = &mut Given(test["rnd"].as_str().map_or_else(|| vec![0; 32], hex));
                let made = key.sign(Signing::MlDsa, Message::Mu(&bytes(test, "mu")), chance).unwrap();
                count.note(made == bytes(answer, "signature"), true, &what);
            }
            ("sigVer", _) if group["externalMu"] == true => {
                let key = public(spec, &bytes(test, "pk")).unwrap();
                let good = key.verify(Signing::MlDsa, Message::Mu(&bytes(test, "mu")), &bytes(test, "signature"));
                count.note(good.is_ok(), passes(answer), &what);
            }
            // Keys in expanded form, and messages that come without the prefix of FIPS 204, algorithm 2, line 10.
            _ => count.foreign += 1,
        }
    };
    if let Some(counted) = acvp("ML-DSA", case) {
        counted.settle("ML-DSA", 3, 3, 21);
    }
    if let Some(counted) = acvp("ML-DSA-seed", case) {
        counted.settle("ML-DSA-seed", 6, 0, 0);
    }
}

#[test]
fn ml_kem_agrees_with_nist() {
    let case = |mode: &str, group: &Value, test: &Value, answer: &Value, count: &mut Count| {
        let spec = lattice(&group["parameterSet"]);
        let what = format!("{mode} {} {}", group["tgId"], test["tcId"]);
        let seed = test["d"].as_str().map(|_| [bytes(test, "d"), bytes(test, "z")].concat());
        let key = seed.map(|seed| PrivateKey::generate(spec, &mut Given(seed)).unwrap());
        match (mode, group["function"].as_str(), key) {
            ("keyGen", _, Some(key)) => {
                count.note(key.public().to_spki().unwrap().ends_with(&bytes(answer, "ek")), true, &what);
            }
            (_, Some("encapsulation"), _) => {
                let key = public(spec, &bytes(test, "ek")).unwrap();
                let (sealed, secret) = key.encapsulate(&mut Given(bytes(test, "m"))).unwrap();
                let same = sealed == bytes(answer, "c") && secret.expose() == bytes(answer, "k");
                count.note(same, true, &what);
            }
            (_, Some("decapsulation"), Some(key)) => {
                let secret = key.decapsulate(&bytes(test, "c")).unwrap();
                count.note(secret.expose() == bytes(answer, "k"), true, &what);
            }
            (_, Some("encapsulationKeyCheck"), _) => {
                count.note(public(spec, &bytes(test, "ek")).is_some(), passes(answer), &what);
            }
            // Keys in expanded form.
            _ => count.foreign += 1,
        }
    };
    for (file, held, refused, foreign) in
        [("ML-KEM", 6, 0, 4), ("ML-KEM-seed", 4, 0, 0), ("ML-KEM-encap-key-check", 2, 2, 0)]
    {
        if let Some(counted) = acvp(file, case) {
            counted.settle(file, held, refused, foreign);
        }
    }
}

#[test]
fn ml_dsa_with_an_external_mu_agrees_with_aws_lc() {
    for (set, spec) in [(44, PairSpec::MlDsa44), (65, PairSpec::MlDsa65), (87, PairSpec::MlDsa87)] {
        for (kind, way, held, refused) in [("sigGen", "siggen", 15, 0), ("sigVer", "sigver", 3, 12)] {
            let file = format!("aws-lc/MLDSA_EXTMU_{set}_ACVP_{kind}.txt");
            let Some(text) = shared(&file) else { continue };
            let mut count = Count::default();
            for record in records(&text) {
                let [pk, mu, signature] = ["pk", "mu", "sig"].map(|name| hex(&record[&format!("{way}_{name}")]));
                // Its private keys are in expanded form: that they sign is not ours, that what they sign verifies is.
                let good = public(spec, &pk).unwrap().verify(Signing::MlDsa, Message::Mu(&mu), &signature);
                let want = record.get("sigver_result").is_none_or(|result| result == "True");
                count.note(good.is_ok(), want, &format!("{file} {}", record["count"]));
            }
            count.settle(&file, held, refused, 0);
        }
    }
}

#[test]
fn ed25519ph_agrees_with_aws_lc() {
    let file = "aws-lc/ed25519ph_tests.txt";
    let Some(text) = shared(file) else { return };
    let mut count = Count::default();
    for record in records(&text) {
        if record.contains_key("CONTEXT") {
            count.foreign += 1;
            continue;
        }
        let key = PrivateKey::generate(PairSpec::Ed25519, &mut Given(hex(&record["SEED"]))).unwrap();
        assert!(key.public().to_spki().unwrap().ends_with(&hex(&record["Q"])));
        let message = hex(&record["MESSAGE"]);
        let made = key.sign(Signing::Ed25519ph, Message::Whole(&message), &mut Given::zeros(0)).unwrap();
        count.note(made == hex(&record["SIGNATURE"]), true, &format!("{record:?}"));
    }
    count.settle(file, 2, 0, 41);
}

/// The SM2 key of a number.
fn sm2(number: &str) -> PrivateKey {
    let inner = element(0x30, &[vec![0x02, 0x01, 0x01], element(0x04, &hex(number))].concat());
    let algorithm = hex("301306072a8648ce3d020106082a811ccf5501822d");
    let der = element(0x30, &[vec![0x02, 0x01, 0x00], algorithm, element(0x04, &inner)].concat());
    PrivateKey::from_pkcs8(PairSpec::Sm2, &der).unwrap()
}

#[test]
fn sm2_agrees_with_its_standard() {
    let Some(annex) = shared_json("sm/gmt-0003-5-2012-annex.json") else { return };
    let key = sm2(annex["privateKey"].as_str().unwrap());
    let point = [bytes(&annex, "publicKeyX"), bytes(&annex, "publicKeyY")].concat();
    assert!(key.public().to_spki().unwrap().ends_with(&point));
    let sign = &annex["sign"];
    let message = sign["messageAscii"].as_str().unwrap().as_bytes();
    let signature = element(0x30, &[integer(&bytes(sign, "r")), integer(&bytes(sign, "s"))].concat());
    assert_eq!(key.public().verify(Signing::Sm2, Message::Whole(message), &signature), Ok(()));
    assert_eq!(key.public().verify(Signing::Sm2, Message::Digest(&bytes(sign, "e")), &signature), Ok(()));
    assert_eq!(Hash::Sm3.of(&[&bytes(sign, "za"), message]), bytes(sign, "e"));
    let encrypt = &annex["encrypt"];
    let opened = key.decrypt(Encryption::Sm2, &bytes(encrypt, "asn1"), &mut Given::zeros(0)).unwrap();
    assert_eq!(opened.expose(), encrypt["messageAscii"].as_str().unwrap().as_bytes());
    println!("sm/gmt-0003-5-2012-annex.json: 2 held");
}

#[test]
fn sm2_agrees_with_botan_and_openssl() {
    let file = "sm/botan-sm2_sig.vec";
    if let Some(text) = shared(file) {
        let mut count = Count::default();
        let mut curve = BTreeMap::new();
        for record in records(&text) {
            if record.contains_key("Oid") {
                curve = record;
                continue;
            }
            if curve["Oid"] != "1.2.156.10197.1.301" || record["Hash"] != "SM3" {
                count.foreign += 1;
                continue;
            }
            // Z with the file's own distinguishing id (GB/T 32918.2, 5.5), then the digest that is signed.
            let key = sm2(record["x"].trim_start_matches("0x"));
            let [a, b, x, y] = ["A", "B", "xG", "yG"].map(|name| hex(curve[name].trim_start_matches("0x")));
            let (id, spki) = (record["Ident"].as_bytes(), key.public().to_spki().unwrap());
            let bits = u16::try_from(id.len() * 8).unwrap().to_be_bytes();
            let z = Hash::Sm3.of(&[&bits, id, &a, &b, &x, &y, &spki[spki.len() - 64..]]);
            let digest = Hash::Sm3.of(&[&z, &hex(&record["Msg"])]);
            let raw = hex(&record["Signature"]);
            let (r, s) = raw.split_at(32);
            let signature = element(0x30, &[integer(r), integer(s)].concat());
            let good = key.public().verify(Signing::Sm2, Message::Digest(&digest), &signature);
            count.note(good.is_ok(), true, &format!("{record:?}"));
        }
        count.settle(file, 1, 0, 6);
    }
    let file = "sm/botan-sm2_invalid.vec";
    if let Some(text) = shared(file) {
        let mut count = Count::default();
        let mut key = None;
        for record in records(&text) {
            if let Some(number) = record.get("Key") {
                key = Some(sm2(number));
            }
            let Some(sealed) = record.get("Ctext") else { continue };
            let opened = key.as_ref().unwrap().decrypt(Encryption::Sm2, &hex(sealed), &mut Given::zeros(0));
            count.note(opened.is_ok(), false, sealed);
        }
        count.settle(file, 0, 20, 0);
    }
    let file = "sm/openssl-evppkey_sm2.txt";
    if let Some(text) = shared(file) {
        let pem: String = text
            .lines()
            .skip_while(|line| !line.starts_with("-----BEGIN"))
            .skip(1)
            .take_while(|line| !line.starts_with('-'))
            .collect();
        let key = PrivateKey::from_pkcs8(PairSpec::Sm2, &Base64::decode_vec(&pem).unwrap()).unwrap();
        let mut count = Count::default();
        for record in records(&text) {
            if record.contains_key("Verify") {
                let digest = hex(&record["Input"]);
                if record["Ctrl"] != "digest:SM3" {
                    count.foreign += 1;
                    continue;
                }
                let good = key.public().verify(Signing::Sm2, Message::Digest(&digest), &hex(&record["Output"]));
                count.note(good.is_ok(), true, &record["Output"]);
            } else if record.contains_key("Decrypt") {
                let opened = key.decrypt(Encryption::Sm2, &hex(&record["Input"]), &mut Given::zeros(0)).unwrap();
                let same = opened.expose() == record["Output"].trim_matches('"').as_bytes();
                count.note(same, true, &record["Output"]);
            }
        }
        count.settle(file, 3, 0, 1);
    }
}

#[test]
fn sm3_agrees_with_its_standard_and_botan() {
    for (file, message, digest, held) in [("sm/botan-sm3.vec", "In", "Out", 139), ("sm/sm3-oscca.txt", "Msg", "MD", 6)]
    {
        let Some(text) = shared(file) else { continue };
        let mut count = Count::default();
        for record in records(&text) {
            let Some(want) = record.get(digest) else { continue };
            // NIST's way to write nothing is a zero of length 0.
            let input = if record.get("Len").is_some_and(|length| length == "0") { "" } else { &record[message] };
            count.note(Hash::Sm3.of(&[&hex(input)]) == hex(want), true, &format!("{file} {input}"));
        }
        count.settle(file, held, 0, 0);
    }
}
