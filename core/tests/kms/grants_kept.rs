//! Grants and the names of their principals: a grant stays with whom it was made for. Source: authorization.md 1.5, users
//! and roles are kept by unique id; kms.md 16.6.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{NoChance, Standing, TestLab, credentials, lab, tag};
use kmslab::lab::{Credentials, Lab};
use serde_json::{Value, json};

const FEDERATES: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;

fn user(name: &str) -> String {
    format!("arn:aws:iam::111122223333:user/{name}")
}

fn session(answer: &str) -> Credentials {
    let part = |name| tag(answer, name).unwrap();
    credentials(&part("AccessKeyId"), &part("SecretAccessKey"), Some(&part("SessionToken")))
}

fn federated(lab: &mut TestLab, who: &Credentials) -> Credentials {
    session(&lab.sts_as(who, "GetFederationToken", &[("Name", "fed"), ("Policy", EVERYTHING)]).unwrap())
}

fn assumed(lab: &mut TestLab) -> Credentials {
    let admin = lab.admin.clone();
    let parameters = [("RoleArn", "arn:aws:iam::111122223333:role/app"), ("RoleSessionName", "s1")];
    session(&lab.sts_as(&admin, "AssumeRole", &parameters).unwrap())
}

fn encrypts(lab: &mut TestLab, who: &Credentials, key: &str) -> bool {
    lab.kms_as(who, "us-east-1", "Encrypt", json!({ "KeyId": key, "Plaintext": "aGk=" })).is_ok()
}

/// The ids of the grants of a list.
fn ids(lab: &mut TestLab, operation: &str, body: Value) -> Vec<Value> {
    let answer = lab.kms(operation, body).unwrap();
    answer["Grants"].as_array().unwrap().iter().map(|grant| grant["GrantId"].clone()).collect()
}

fn made(lab: &mut TestLab, body: Value) -> (Value, Value) {
    let made = lab.kms("CreateGrant", body).unwrap();
    (made["GrantId"].clone(), made["GrantToken"].clone())
}

#[test]
fn a_grant_follows_its_principals_through_new_names_and_paths() {
    let mut lab = lab();
    let key = lab.key();
    let (alice, bob) = (lab.user("alice", Some(FEDERATES)), lab.user("bob", None));
    let body = |grantee: &str, retiree: &str| {
        json!({
            "KeyId": key,
            "GranteePrincipal": user(grantee),
            "RetiringPrincipal": user(retiree),
            "Operations": ["Encrypt", "RetireGrant"],
            "Name": "n",
        })
    };
    let (first, _) = made(&mut lab, body("alice", "bob"));
    let names = [("alice", "bob"), ("team/alice", "team/bob"), ("team/alice-2", "team/bob-2")];
    for ((old_grantee, old_retiree), (grantee, retiree)) in names.into_iter().zip(names.into_iter().skip(1)) {
        for (old, new) in [(old_grantee, grantee), (old_retiree, retiree)] {
            let last = |name: &'static str| name.rsplit('/').next().unwrap();
            let mut parameters = vec![("UserName", last(old)), ("NewPath", "/team/")];
            if last(new) != last(old) {
                parameters.push(("NewUserName", last(new)));
            }
            lab.iam("UpdateUser", &parameters).unwrap();
        }
        assert!(encrypts(&mut lab, &alice, &key), "{grantee}");
        // The indexes are made again when a saved lab is opened.
        let opened = Lab::open(&lab.lab.save(), Box::new(Standing), Box::new(NoChance)).unwrap();
        lab = TestLab { admin: opened.credentials(), lab: opened };
        assert!(encrypts(&mut lab, &alice, &key), "{grantee}");
        let guest = federated(&mut lab, &alice);
        assert!(encrypts(&mut lab, &guest, &key), "a federated user of {grantee}");
        let shown = lab.kms("ListGrants", json!({ "KeyId": key })).unwrap()["Grants"][0].clone();
        assert_eq!(
            (&shown["GranteePrincipal"], &shown["RetiringPrincipal"]),
            (&json!(user(grantee)), &json!(user(retiree)))
        );
        for (name, want) in [(grantee, vec![first.clone()]), (old_grantee, vec![])] {
            let body = json!({ "KeyId": key, "GranteePrincipal": user(name) });
            assert_eq!(ids(&mut lab, "ListGrants", body), want, "{name}");
        }
        for (name, want) in [(retiree, vec![first.clone()]), (old_retiree, vec![])] {
            let body = json!({ "RetiringPrincipal": user(name) });
            assert_eq!(ids(&mut lab, "ListRetirableGrants", body), want, "{name}");
        }
        let (again, _) = made(&mut lab, body(grantee, retiree));
        assert_eq!(again, first, "the same grant, by the new names");
    }
    // Somebody new under an old name has nothing of it.
    let namesake = lab.user("alice", None);
    assert!(!encrypts(&mut lab, &namesake, &key));
    // Each of the two may retire it.
    for who in [&bob, &alice] {
        let (id, token) = made(&mut lab, body("team/alice-2", "team/bob-2"));
        lab.kms_as(who, "us-east-1", "RetireGrant", json!({ "GrantToken": token })).unwrap();
        assert!(!ids(&mut lab, "ListGrants", json!({ "KeyId": key })).contains(&id));
    }
}

#[test]
fn a_grant_is_not_for_somebody_new_of_the_same_name() {
    let mut lab = lab();
    let key = lab.key();
    let alice = lab.user("alice", Some(FEDERATES));
    let role = || [("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)];
    lab.iam("CreateRole", &role()).unwrap();
    let grant = |principal: &str| {
        json!({
            "KeyId": key,
            "GranteePrincipal": principal,
            "RetiringPrincipal": principal,
            "Operations": ["Encrypt", "RetireGrant"],
            "Name": "n",
        })
    };
    let app = "arn:aws:iam::111122223333:role/app";
    let (of_user, user_token) = made(&mut lab, grant(&user("alice")));
    let (of_role, role_token) = made(&mut lab, grant(app));
    let old = [alice.clone(), federated(&mut lab, &alice), assumed(&mut lab)];
    for who in &old {
        assert!(encrypts(&mut lab, who, &key), "{}", who.access_key_id);
    }
    for (action, parameters) in [
        ("DeleteUserPolicy", vec![("UserName", "alice"), ("PolicyName", "inline")]),
        ("DeleteAccessKey", vec![("UserName", "alice"), ("AccessKeyId", &*alice.access_key_id)]),
        ("DeleteUser", vec![("UserName", "alice")]),
        ("DeleteRole", vec![("RoleName", "app")]),
    ] {
        lab.iam(action, &parameters).unwrap();
    }
    let again = lab.user("alice", Some(FEDERATES));
    lab.iam("CreateRole", &role()).unwrap();
    let new = [again.clone(), federated(&mut lab, &again), assumed(&mut lab)];
    for who in old.iter().chain(&new) {
        assert!(!encrypts(&mut lab, who, &key), "{}", who.access_key_id);
    }
    for (who, token) in new.iter().zip([&user_token, &user_token, &role_token]) {
        let refused = lab.kms_as(who, "us-east-1", "RetireGrant", json!({ "GrantToken": token })).unwrap_err();
        assert_eq!(refused.code, "AccessDeniedException", "{}", who.access_key_id);
    }
    for (principal, old, prefix) in [(user("alice"), &of_user, "AIDA"), (app.into(), &of_role, "AROA")] {
        let body = json!({ "KeyId": key, "GranteePrincipal": principal });
        assert_eq!(ids(&mut lab, "ListGrants", body), [] as [Value; 0]);
        let body = json!({ "RetiringPrincipal": principal });
        assert_eq!(ids(&mut lab, "ListRetirableGrants", body), [] as [Value; 0]);
        // What is shown of who has gone finds the grant, too.
        let listed = lab.kms("ListGrants", json!({ "KeyId": key, "GrantId": old })).unwrap();
        let shown = listed["Grants"][0]["GranteePrincipal"].clone();
        assert!(shown.as_str().unwrap().starts_with(prefix), "{shown}");
        let body = json!({ "KeyId": key, "GranteePrincipal": shown });
        assert_eq!(ids(&mut lab, "ListGrants", body), core::slice::from_ref(old));
        let (id, _) = made(&mut lab, grant(&principal));
        assert_ne!(&id, old, "the same name means another principal");
    }
    for who in &new {
        assert!(encrypts(&mut lab, who, &key), "{}", who.access_key_id);
    }
}
