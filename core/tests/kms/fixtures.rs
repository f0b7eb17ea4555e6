//! Keys that the lab's owner puts into it, and LocalStack's tags.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab, lab};
use base64ct::{Base64, Encoding};
use kmslab::base::Secret;
use kmslab::lab::{Compat, KeyFixture, Lab};
use serde_json::{Value, json};

const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// A change of the fixture, and why it is refused then.
type Case = (fn(&mut KeyFixture), &'static str);

fn fixture() -> KeyFixture {
    KeyFixture { key_id: Some(ID.parse().unwrap()), material: Some(Secret::new(vec![7; 32])), ..KeyFixture::default() }
}

#[test]
fn a_key_of_chosen_id_and_material_opens_what_another_lab_has_sealed() {
    let mut first = lab();
    let arn = first.lab.add_key(fixture()).unwrap().to_string();
    assert_eq!(arn, format!("arn:aws:kms:us-east-1:111122223333:key/{ID}"));
    assert_eq!(first.lab.trail_len(), 0, "no request, no record");
    let sealed = first.kms("Encrypt", json!({ "KeyId": ID, "Plaintext": "aGk=" })).unwrap();
    let mut second = lab();
    second.lab.add_key(fixture()).unwrap();
    let opened = second.kms("Decrypt", json!({ "CiphertextBlob": sealed["CiphertextBlob"] })).unwrap();
    assert_eq!((&opened["Plaintext"], &opened["KeyId"]), (&json!("aGk="), &json!(arn)));
}

/// The PKCS #8 of a new key pair, as base64 and as bytes.
fn pair(spec: &str) -> (String, Vec<u8>) {
    let mut t = lab();
    let key = t.key();
    let made = t.kms("GenerateDataKeyPair", json!({ "KeyId": key, "KeyPairSpec": spec })).unwrap();
    let text = made["PrivateKeyPlaintext"].as_str().unwrap().to_owned();
    let bytes = Base64::decode_vec(&text).unwrap();
    (text, bytes)
}

#[test]
fn material_is_that_of_the_spec() {
    let mut t = lab();
    let (_, ecc) = pair("ECC_NIST_P256");
    // Spec, usage, material; whether it is that, or why not.
    let cases = [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", vec![7; 32], ""),
        ("HMAC_256", "GENERATE_VERIFY_MAC", vec![7; 32], ""),
        ("HMAC_256", "GENERATE_VERIFY_MAC", vec![8; 128], ""),
        (
            "HMAC_512",
            "GENERATE_VERIFY_MAC",
            vec![7; 63],
            "the material of a key of the spec HMAC_512 has 64 to 128 bytes, not 63",
        ),
        ("ECC_NIST_P256", "SIGN_VERIFY", ecc.clone(), ""),
        (
            "ECC_NIST_P384",
            "SIGN_VERIFY",
            ecc,
            "the material of a key of the spec ECC_NIST_P384 is its private key as PKCS #8",
        ),
        ("SM2", "SIGN_VERIFY", vec![7; 32], "us-east-1 has no keys of the spec SM2"),
    ];
    for (spec, usage, material, want) in cases {
        let key = KeyFixture {
            spec: Some(spec.parse().unwrap()),
            usage: Some(usage.parse().unwrap()),
            material: Some(Secret::new(material)),
            ..KeyFixture::default()
        };
        let got = t.lab.add_key(key).map_or_else(|wrong| wrong.to_string(), |_| String::new());
        assert_eq!(got, want, "{spec}");
    }
    // What is not given is made.
    let made = KeyFixture { spec: Some("HMAC_384".parse().unwrap()), ..KeyFixture::default() };
    let key = t.lab.add_key(made).unwrap().to_string();
    t.kms("GenerateMac", json!({ "KeyId": key, "Message": "aGk=", "MacAlgorithm": "HMAC_SHA_384" })).unwrap();
}

#[test]
fn a_chosen_key_pair_verifies_what_another_lab_has_signed() {
    let (_, bytes) = pair("ECC_NIST_P256");
    let key = || KeyFixture {
        spec: Some("ECC_NIST_P256".parse().unwrap()),
        usage: Some("SIGN_VERIFY".parse().unwrap()),
        material: Some(Secret::new(bytes.clone())),
        ..fixture()
    };
    let (mut first, mut second) = (lab(), lab());
    first.lab.add_key(key()).unwrap();
    second.lab.add_key(key()).unwrap();
    let mut body = json!({ "KeyId": ID, "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256" });
    let signed = first.kms("Sign", body.clone()).unwrap();
    body["Signature"] = signed["Signature"].clone();
    assert_eq!(second.kms("Verify", body).unwrap()["SignatureValid"], true);
}

#[test]
fn an_id_with_mrk_makes_a_primary_key_that_is_replicated() {
    let mut t = lab();
    let id = "mrk-2345bcde12ab34cd56ef1234567890ab";
    let key = |region: &str| KeyFixture {
        key_id: Some(id.parse().unwrap()),
        region: Some(region.parse().unwrap()),
        ..fixture()
    };
    t.lab.add_key(key("us-east-1")).unwrap();
    let twice = t.lab.add_key(key("eu-west-1")).unwrap_err().to_string();
    assert_eq!(twice, format!("{id} is a multi-Region key of another Region: ReplicateKey brings it here"));
    t.kms("ReplicateKey", json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" })).unwrap();
    let sealed = t.kms("Encrypt", json!({ "KeyId": id, "Plaintext": "aGk=" })).unwrap();
    let admin = t.admin.clone();
    let open = json!({ "CiphertextBlob": sealed["CiphertextBlob"] });
    assert_eq!(t.kms_as(&admin, "eu-west-1", "Decrypt", open).unwrap()["Plaintext"], "aGk=");
    // Without it the same id and material in another Region would be the same key to a ciphertext.
    t.lab.add_key(fixture()).unwrap();
    let other = KeyFixture { region: Some("eu-west-1".parse().unwrap()), ..fixture() };
    let taken = t.lab.add_key(other).unwrap_err().to_string();
    assert_eq!(taken, format!("arn:aws:kms:us-east-1:111122223333:key/{ID} has this id and this material"));
    let other = KeyFixture { region: Some("eu-west-1".parse().unwrap()), material: None, ..fixture() };
    t.lab.add_key(other).unwrap();
}

#[test]
fn a_fixture_has_account_region_tags_and_policy() {
    let mut t = lab();
    let mut key = fixture();
    key.account = Some("444455556666".parse().unwrap());
    key.region = Some("eu-west-1".parse().unwrap());
    key.description = "kept".into();
    key.tags.insert("stage".into(), "test".into());
    let open = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": ["111122223333", "444455556666"] }, "Action": "kms:*", "Resource": "*" },
    ] });
    key.policy = Some(open.to_string());
    let arn = t.lab.add_key(key).unwrap().to_string();
    assert_eq!(arn, format!("arn:aws:kms:eu-west-1:444455556666:key/{ID}"));
    let admin = t.admin.clone();
    let described = t.kms_as(&admin, "eu-west-1", "DescribeKey", json!({ "KeyId": arn })).unwrap();
    assert_eq!(described["KeyMetadata"]["Description"], "kept");
    let owner = t.lab.add_account("444455556666".parse().unwrap()).unwrap();
    // In the form in which AWS stores it.
    let shown = t.kms_as(&owner, "eu-west-1", "GetKeyPolicy", json!({ "KeyId": arn })).unwrap();
    let shown = shown["Policy"].as_str().unwrap();
    assert!(shown.starts_with("{\n  \"Statement\" : [ {\n"), "{shown}");
    assert_eq!(serde_json::from_str::<Value>(shown).unwrap(), open);
    let tags = t.kms_as(&owner, "eu-west-1", "ListResourceTags", json!({ "KeyId": arn })).unwrap();
    assert_eq!(tags["Tags"], json!([{ "TagKey": "stage", "TagValue": "test" }]));
}

#[test]
fn what_can_be_no_key_is_refused_and_leaves_nothing() {
    let mut t = lab();
    t.lab.add_key(fixture()).unwrap();
    let cases: [Case; 5] = [
        (|_| {}, "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab exists"),
        (
            |key| key.material = Some(Secret::new(vec![7; 16])),
            "the material of a key of the spec SYMMETRIC_DEFAULT has 32 bytes, not 16",
        ),
        (
            |key| key.spec = Some("RSA_2048".parse().unwrap()),
            "say what the RSA_2048 key is for: one of [EncryptDecrypt, SignVerify]",
        ),
        (|key| key.usage = Some("SIGN_VERIFY".parse().unwrap()), "a SYMMETRIC_DEFAULT key is not for SIGN_VERIFY"),
        (
            |key| {
                key.key_id = None;
                key.policy = Some("{".into());
            },
            "the policy is no key policy: 'kmslab check' tells what is wrong",
        ),
    ];
    for (change, want) in cases {
        let mut key = fixture();
        change(&mut key);
        assert_eq!(t.lab.add_key(key).unwrap_err().to_string(), want);
    }
    assert_eq!(t.kms("ListKeys", json!({})).unwrap()["Keys"].as_array().unwrap().len(), 1);
}

#[test]
fn localstack_s_tags_choose_id_and_material_where_the_lab_follows_them() {
    let lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).compat(Compat::Localstack).build().unwrap();
    let mut t = TestLab { admin: lab.credentials(), lab };
    let tags = |id: &str, material: &str| {
        json!({ "Tags": [
            { "TagKey": "_custom_id_", "TagValue": id },
            { "TagKey": "_custom_key_material_", "TagValue": material },
        ] })
    };
    let material = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let made = t.kms("CreateKey", tags(ID, material)).unwrap();
    assert_eq!(made["KeyMetadata"]["KeyId"], ID);
    let listed = t.kms("ListResourceTags", json!({ "KeyId": ID })).unwrap();
    assert_eq!(listed["Tags"], json!([{ "TagKey": "_custom_id_", "TagValue": ID }]), "the material is no tag");
    // The same material as that of the fixture: the id of the material follows from both.
    let mut other = crate::support::lab();
    other.lab.add_key(fixture()).unwrap();
    let current = |t: &mut TestLab| {
        t.kms("DescribeKey", json!({ "KeyId": ID })).unwrap()["KeyMetadata"]["CurrentKeyMaterialId"].clone()
    };
    assert_eq!(current(&mut t), current(&mut other));
    for (id, material) in [(ID, material), ("my-key", material), ("", ""), (&ID.replace('1', "2"), "AAAA")] {
        assert_eq!(t.kms("CreateKey", tags(id, material)).unwrap_err().code, "ValidationException", "{id} {material}");
    }
}

#[test]
fn localstack_s_tags_go_with_every_kind_of_key() {
    let lab = Lab::builder(Box::new(Standing), Box::new(NoChance)).seed(1).compat(Compat::Localstack).build().unwrap();
    let mut t = TestLab { admin: lab.credentials(), lab };
    let (ecc, _) = pair("ECC_NIST_P256");
    let mrk = "mrk-1234abcd12ab34cd56ef1234567890ab";
    let symmetric = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let create = |t: &mut TestLab, mut body: Value, tags: &[(&str, &str)]| {
        let tag = |(key, value): &(&str, &str)| json!({ "TagKey": key, "TagValue": value });
        body["Tags"] = tags.iter().map(tag).collect();
        t.kms("CreateKey", body).map(|made| made["KeyMetadata"].clone()).map_err(|refused| refused.message)
    };
    let (id, material) = ("_custom_id_", "_custom_key_material_");
    let made = create(&mut t, json!({ "MultiRegion": true }), &[(id, mrk), (material, symmetric)]).unwrap();
    assert_eq!(
        (&made["KeyId"], &made["MultiRegionConfiguration"]["MultiRegionKeyType"]),
        (&json!(mrk), &json!("PRIMARY"))
    );
    let signing = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" });
    let made = create(&mut t, signing.clone(), &[(material, &ecc)]).unwrap();
    let sign = json!({ "KeyId": made["KeyId"], "Message": "aGk=", "SigningAlgorithm": "ECDSA_SHA_256" });
    t.kms("Sign", sign).unwrap();
    let imported = create(&mut t, json!({ "Origin": "EXTERNAL" }), &[(id, ID)]).unwrap();
    assert_eq!((&imported["KeyId"], &imported["KeyState"]), (&json!(ID), &json!("PendingImport")));
    let cases = [
        (json!({ "MultiRegion": true }), (id, ID), "key IDs begin with mrk- where MultiRegion is true"),
        (json!({}), (id, mrk), "key IDs begin with mrk- where MultiRegion is true"),
        (json!({ "Origin": "EXTERNAL" }), (material, symmetric), "of the origin EXTERNAL is not chosen by a tag"),
        (signing, (material, symmetric), "is its private key as PKCS #8"),
        (json!({}), (material, "?"), "it is not base64"),
    ];
    for (body, tag, want) in cases {
        let refused = create(&mut t, body, &[tag]).unwrap_err();
        assert!(refused.contains(want), "{refused}");
    }
}

#[test]
fn elsewhere_localstack_s_tags_are_tags() {
    let mut t = lab();
    let made = t.kms("CreateKey", json!({ "Tags": [{ "TagKey": "_custom_id_", "TagValue": ID }] })).unwrap();
    assert_ne!(made["KeyMetadata"]["KeyId"], ID);
}
