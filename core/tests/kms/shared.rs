//! Keys that are shared through AWS RAM. Source: kms.md 1.5 and 12.3; what the policy allows is unconfirmed.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{TestLab, lab};
use kmslab::lab::Credentials;
use serde_json::{Value, json};

const HOME: &str = "us-east-1";
const OTHER: &str = "444455556666";

/// A lab with `mine` keys of the other account, and `shared` keys of the first that are shared with it.
fn shared(mine: usize, shared: usize) -> (TestLab, Credentials, Vec<String>) {
    let mut t = lab();
    let theirs = t.lab.add_account(OTHER.parse().unwrap()).unwrap();
    for _ in 0..mine {
        t.kms_as(&theirs, HOME, "CreateKey", json!({})).unwrap();
    }
    let arn = |t: &mut TestLab| format!("arn:aws:kms:{HOME}:111122223333:key/{}", t.key());
    let mut arns: Vec<String> = (0..shared).map(|_| arn(&mut t)).collect();
    for arn in &arns {
        t.lab.share_key(arn, vec![OTHER.parse().unwrap()]).unwrap();
    }
    arns.sort_unstable();
    (t, theirs, arns)
}

fn listed(t: &mut TestLab, who: &Credentials, owners: &Value, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut marker) = (Vec::new(), None);
    loop {
        let mut body = json!({ "ResourceOwners": owners, "Limit": limit });
        if let Some(marker) = &marker {
            body["Marker"] = json!(marker);
        }
        let page = t.kms_as(who, HOME, "ListKeys", body).unwrap();
        pages.push(page["Keys"].as_array().unwrap().iter().map(|it| it["KeyArn"].as_str().unwrap().into()).collect());
        assert_eq!(page["Truncated"], page.get("NextMarker").is_some());
        match page["NextMarker"].as_str() {
            Some(next) => marker = Some(next.to_owned()),
            None => return pages,
        }
    }
}

#[test]
fn a_shared_key_is_used_by_the_other_account_and_no_third() {
    let (mut t, theirs, arns) = shared(0, 1);
    let third = t.lab.add_account("777788889999".parse().unwrap()).unwrap();
    let key = json!(arns[0]);
    let sealed = t.kms_as(&theirs, HOME, "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).unwrap();
    let blob = json!({ "CiphertextBlob": sealed["CiphertextBlob"], "KeyId": key });
    assert_eq!(t.kms_as(&theirs, HOME, "Decrypt", blob.clone()).unwrap()["Plaintext"], "aGk=");
    for (operation, body) in
        [("DescribeKey", json!({ "KeyId": key })), ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" }))]
    {
        assert!(t.kms_as(&theirs, HOME, operation, body).is_ok(), "{operation}");
    }
    for operation in ["DisableKey", "GetKeyPolicy"] {
        let refused = t.kms_as(&theirs, HOME, operation, json!({ "KeyId": key })).unwrap_err();
        assert_eq!(refused.code, "AccessDeniedException", "{operation}");
    }
    assert_eq!(t.kms_as(&third, HOME, "Decrypt", blob.clone()).unwrap_err().code, "AccessDeniedException");
    t.lab.share_key(&arns[0], vec![]).unwrap();
    assert_eq!(t.kms_as(&theirs, HOME, "Decrypt", blob).unwrap_err().code, "AccessDeniedException");
}

#[test]
fn its_policy_has_a_name_of_its_own_and_is_kept_beside_the_other() {
    let (mut t, theirs, arns) = shared(0, 1);
    let body = json!({ "KeyId": arns[0] });
    assert_eq!(t.kms("ListKeyPolicies", body.clone()).unwrap()["PolicyNames"], json!(["default", "AWS_RAM"]));
    let first = t.kms("ListKeyPolicies", json!({ "KeyId": arns[0], "Limit": 1 })).unwrap();
    let rest = json!({ "KeyId": arns[0], "Limit": 1, "Marker": first["NextMarker"] });
    assert_eq!(t.kms("ListKeyPolicies", rest).unwrap(), json!({ "PolicyNames": ["AWS_RAM"], "Truncated": false }));
    let ram = json!({ "KeyId": arns[0], "PolicyName": "AWS_RAM" });
    let got = t.kms("GetKeyPolicy", ram.clone()).unwrap();
    assert_eq!(got["PolicyName"], "AWS_RAM");
    let text = got["Policy"].as_str().unwrap();
    assert!(text.contains(OTHER) && text.starts_with("{\n  \"Version\" : "), "{text}");
    // Another key policy does not end it, nor does saving the lab.
    let default = t.kms("GetKeyPolicy", body.clone()).unwrap()["Policy"].clone();
    assert!(!default.as_str().unwrap().contains(OTHER));
    t.kms("PutKeyPolicy", json!({ "KeyId": arns[0], "Policy": default })).unwrap();
    let text = t.lab.save();
    t.lab =
        kmslab::lab::Lab::open(&text, Box::new(crate::support::Standing), Box::new(crate::support::NoChance)).unwrap();
    assert!(t.kms_as(&theirs, HOME, "DescribeKey", body.clone()).is_ok());
    t.lab.share_key(&arns[0], vec![]).unwrap();
    assert_eq!(t.kms("GetKeyPolicy", ram).unwrap_err().code, "NotFoundException");
    assert_eq!(t.kms("ListKeyPolicies", body).unwrap()["PolicyNames"], json!(["default"]));
}

#[test]
fn lists_have_own_keys_first_and_no_page_has_both() {
    let via = json!(["OTHER_ACCOUNTS_VIA_RAM"]);
    for (mine, others) in [(0, 0), (3, 0), (0, 3), (3, 3), (4, 1)] {
        let (mut t, theirs, arns) = shared(mine, others);
        let own: Vec<String> = listed(&mut t, &theirs, &json!(["SELF"]), 100).concat();
        assert_eq!(own.len(), mine);
        for limit in [1, 2, 3, 100] {
            assert_eq!(listed(&mut t, &theirs, &json!(["SELF"]), limit).concat(), own);
            assert_eq!(listed(&mut t, &theirs, &via, limit).concat(), arns);
            let pages = listed(&mut t, &theirs, &json!(["OTHER_ACCOUNTS_VIA_RAM", "SELF"]), limit);
            assert_eq!(pages.concat(), [own.clone(), arns.clone()].concat(), "{mine} and {others}, {limit} a page");
            for page in pages {
                assert!(page.len() <= limit);
                assert!(page.iter().all(|arn| arns.contains(arn)) || page.iter().all(|arn| own.contains(arn)));
            }
        }
        // Of another Region, and to the owner, they are not shared.
        let elsewhere = t.kms_as(&theirs, "eu-west-1", "ListKeys", json!({ "ResourceOwners": via })).unwrap();
        assert_eq!(elsewhere["Keys"], json!([]));
        let owner = t.admin.clone();
        assert_eq!(listed(&mut t, &owner, &via, 100).concat().len(), 0);
    }
}

#[test]
fn what_cannot_be_shared_is_said() {
    let (mut t, _, arns) = shared(0, 1);
    let own = t.lab.share_key(&arns[0], vec!["111122223333".parse().unwrap()]).unwrap_err();
    assert!(own.to_string().contains("own"), "{own}");
    let absent = format!("arn:aws:kms:{HOME}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    let absent = t.lab.share_key(&absent, vec![OTHER.parse().unwrap()]).unwrap_err();
    assert!(absent.to_string().starts_with("there is no key"), "{absent}");
}
