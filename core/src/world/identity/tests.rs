//! Identity by itself: names, ids, principals, callers.

use super::*;
use crate::base::{Entropy, NoEntropy, Timespan};
use crate::policy::RequesterKind;
use crate::world::table::Journaled;
use alloc::vec;

const ACCOUNT: &str = "111122223333";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/team/Alice"},"Action":"sts:AssumeRole"}]}"#;

/// Every draw differs from the last.
#[derive(Debug)]
struct Counter(u64);

impl Entropy for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for byte in out {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

struct World {
    identity: Identity,
    entropy: Counter,
    account: AccountId,
    admin: String,
}

const NOW: Timestamp = Timestamp::from_secs(1_767_225_600);

fn world() -> World {
    let (mut identity, mut entropy) = (Identity::default(), Counter(1));
    let account = ACCOUNT.parse().unwrap();
    let admin = identity.add_account(account, &mut entropy, NOW).unwrap();
    commit(&mut identity);
    World { identity, entropy, account, admin }
}

fn commit(identity: &mut Identity) {
    identity.tables().into_iter().for_each(|table: &mut dyn Journaled| table.commit());
}

impl World {
    fn make(&mut self, path: &str, name: &str, nature: Nature) -> String {
        let key = EntityKey::new(self.account, nature.kind(), name);
        let draft = Draft { name: name.into(), path: path.into(), tags: Tags::default(), boundary: None, nature };
        self.identity.make(&key, draft, &mut Making { entropy: &mut self.entropy, now: NOW }).unwrap()
    }

    fn user(&mut self, path: &str, name: &str) -> String {
        self.make(path, name, Nature::User { groups: Default::default() })
    }

    fn role(&mut self, path: &str, name: &str) -> String {
        let trust = self.identity.bind(policy::Kind::Trust, TRUST).unwrap();
        let max_session = Timespan::seconds(3_600);
        self.make(path, name, Nature::Role { trust, description: None, max_session })
    }

    fn session(&mut self, subject: Subject) -> String {
        let making = &mut Making { entropy: &mut self.entropy, now: NOW };
        self.identity.open(self.account, subject, Timespan::seconds(900), making).unwrap().access_key_id
    }

    fn context(&self, key: &str) -> Vec<(String, String)> {
        let context = self.identity.caller(key, NOW).unwrap().condition_keys();
        context.iter().map(|(name, values)| (name.into(), values.to_vec().join(","))).collect()
    }
}

#[test]
fn an_account_starts_with_an_administrator() {
    let mut w = world();
    let caller = w.identity.caller(&w.admin, NOW).unwrap();
    assert_eq!(caller.requester.arn, "arn:aws:iam::111122223333:user/administrator");
    let names: Vec<_> = caller.principal_side.identity.iter().map(|policy| &*policy.name).collect();
    assert_eq!(names, ["AdministratorAccess"]);
    let again = w.identity.add_account(w.account, &mut w.entropy, NOW).unwrap();
    assert_eq!(again, w.admin);
    assert_eq!(w.identity.account(w.account).unwrap().canonical_id.len(), 64);
}

#[test]
fn a_failed_request_leaves_no_trace() {
    let mut w = world();
    let before = serde_json::to_string(&w.identity).unwrap();
    let id = w.user("/", "alice");
    assert!(w.identity.by_id(&id).is_some());
    w.identity.tables().into_iter().for_each(|table| table.rollback());
    w.identity.rolled_back();
    assert_eq!(serde_json::to_string(&w.identity).unwrap(), before);
}

#[test]
fn saved_and_opened_everybody_is_the_same() {
    let mut w = world();
    w.user("/team/", "Alice");
    let role = w.role("/", "app");
    let session = RoleSession {
        role,
        name: "s1".into(),
        narrowing: None,
        tags: Tags::default(),
        transitive: vec![],
        source_identity: None,
        by_user: true,
    };
    let key = w.session(Subject::Role(session));
    commit(&mut w.identity);
    let text = serde_json::to_string(&w.identity).unwrap();
    let opened: Identity = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&opened).unwrap(), text);
    assert_eq!(opened.caller(&key, NOW).unwrap().requester, w.identity.caller(&key, NOW).unwrap().requester);
}

#[test]
fn names_are_unique_without_case_and_path() {
    let mut w = world();
    w.user("/team/", "Alice");
    let key = EntityKey::new(w.account, Kind::User, "ALICE");
    let draft = Draft {
        name: "ALICE".into(),
        path: "/".into(),
        tags: Tags::default(),
        boundary: None,
        nature: Nature::User { groups: Default::default() },
    };
    let fault = w.identity.make(&key, draft, &mut Making { entropy: &mut w.entropy, now: NOW }).unwrap_err();
    assert_eq!(fault.to_string(), "User with name Alice already exists.");
}

#[test]
fn principals_that_a_policy_may_name() {
    let mut w = world();
    let user = w.user("/team/", "Alice");
    let role = w.role("/", "app");
    let group = w.make("/", "devs", Nature::Group);
    let cases = [
        ("111122223333", true),
        ("999999999999", true), // a lab cannot know which accounts there are
        ("arn:aws:iam::111122223333:root", true),
        ("arn:aws:iam::999999999999:root", true),
        ("arn:aws:iam::111122223333:user/team/Alice", true),
        ("arn:aws:iam::111122223333:user/Alice", false), // the path is part of it
        ("arn:aws:iam::111122223333:user/team/alice", false), // and so is the case
        ("arn:aws-cn:iam::111122223333:user/team/Alice", false),
        ("arn:aws:iam::999999999999:user/Alice", false),
        ("arn:aws:iam::111122223333:role/app", true),
        ("arn:aws:iam::111122223333:role/nobody", false),
        ("arn:aws:iam::111122223333:group/devs", false), // groups are no principals
        ("arn:aws:sts::111122223333:assumed-role/app/s1", true),
        ("arn:aws:sts::111122223333:assumed-role/app/*", false),
        ("arn:aws:sts::111122223333:assumed-role/nobody/s1", false),
        ("arn:aws:sts::111122223333:federated-user/bob", true),
        (user.as_str(), true),
        (role.as_str(), true),
        (group.as_str(), false),
        ("AIDAAAAAAAAAAAAAAAAAA", false),
        ("alice", false),
        ("", false),
    ];
    for (principal, want) in cases {
        assert_eq!(w.identity.principal_exists(principal), want, "{principal}");
    }
    assert_eq!(w.identity.unique_id_of("arn:aws:iam::111122223333:user/team/Alice"), Some(user.clone()));
    assert_eq!(w.identity.arn_of(&user).as_deref(), Some("arn:aws:iam::111122223333:user/team/Alice"));
}

#[test]
fn managed_policies_by_arn() {
    let w = world();
    let found = |arn: &str| w.identity.managed(arn).map(|policy| policy.name.clone());
    let cases = [
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", Some("ReadOnlyAccess")),
        ("arn:aws:iam::aws:policy/x/ReadOnlyAccess", None),
        ("arn:aws:iam::aws:policy/readonlyaccess", None),
        ("arn:aws:iam::111122223333:policy/ReadOnlyAccess", None),
        ("arn:aws:iam::aws:user/ReadOnlyAccess", None),
    ];
    for (arn, want) in cases {
        assert_eq!(found(arn).as_deref(), want, "{arn}");
    }
}

/// authorization.md 4.1, a column each.
#[test]
fn condition_keys_follow_from_the_requester() {
    let mut w = world();
    let alice = w.user("/team/", "Alice");
    let key = EntityKey::new(w.account, Kind::User, "alice");
    let user = w.identity.entities.edit(&key).unwrap();
    user.tags.put("dept", "red", Case::Folded).unwrap();
    let role = w.role("/svc/", "app");
    let key = EntityKey::new(w.account, Kind::Role, "app");
    let tags = &mut w.identity.entities.edit(&key).unwrap().tags;
    tags.put("dept", "role", Case::Folded).unwrap();
    tags.put("cost", "1", Case::Folded).unwrap();
    commit(&mut w.identity);
    let long = w.identity.make_key(w.account, Some(alice.clone()), &mut Making { entropy: &mut w.entropy, now: NOW });
    let root = w.identity.make_key(w.account, None, &mut Making { entropy: &mut w.entropy, now: NOW });
    let (long, root) = (long.unwrap().access_key_id, root.unwrap().access_key_id);
    let short = w.session(Subject::User { user: alice.clone() });
    let mut session = RoleSession {
        role: role.clone(),
        name: "s1".into(),
        narrowing: None,
        tags: Tags::of([("Dept", "session")].into_iter(), Case::Folded).unwrap(),
        transitive: vec![],
        source_identity: Some("alice".into()),
        by_user: true,
    };
    let assumed = w.session(Subject::Role(session.clone()));
    session.by_user = false;
    let chained = w.session(Subject::Role(session));
    let federated = w.session(Subject::Federated {
        user: Some(alice.clone()),
        name: "bob".into(),
        narrowing: Narrowing::default(),
        tags: Tags::default(),
    });
    let issued = ("aws:TokenIssueTime", "2026-01-01T00:00:00Z");
    let no_mfa = ("aws:MultiFactorAuthPresent", "false");
    let common = [("aws:PrincipalAccount", ACCOUNT), ("aws:PrincipalIsAWSService", "false")];
    let user_arn = "arn:aws:iam::111122223333:user/team/Alice";
    let user = [
        ("aws:PrincipalArn", user_arn),
        ("aws:PrincipalType", "User"),
        ("aws:userid", alice.as_str()),
        ("aws:username", "Alice"),
        ("aws:PrincipalTag/dept", "red"),
    ];
    let userid = alloc::format!("{role}:s1");
    let role = [
        ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/svc/app"),
        ("aws:PrincipalType", "AssumedRole"),
        ("aws:userid", userid.as_str()),
        ("aws:PrincipalTag/Dept", "session"),
        ("aws:PrincipalTag/cost", "1"),
        ("aws:SourceIdentity", "alice"),
        issued,
    ];
    let cases: [(&str, Vec<(&str, &str)>); 6] = [
        (
            &root,
            vec![
                ("aws:PrincipalArn", "arn:aws:iam::111122223333:root"),
                ("aws:PrincipalType", "Account"),
                ("aws:userid", ACCOUNT),
            ],
        ),
        (&long, user.to_vec()),
        (&short, [user.as_slice(), &[issued, no_mfa]].concat()),
        (&assumed, [role.as_slice(), &[no_mfa]].concat()),
        (&chained, role.to_vec()),
        (
            &federated,
            vec![
                ("aws:PrincipalArn", "arn:aws:sts::111122223333:federated-user/bob"),
                ("aws:PrincipalType", "FederatedUser"),
                ("aws:userid", "111122223333:bob"),
                issued,
                no_mfa,
            ],
        ),
    ];
    for (key, want) in cases {
        let mut seen = w.context(key);
        let mut want: Vec<(String, String)> =
            want.iter().chain(&common).map(|(name, value)| ((*name).into(), (*value).into())).collect();
        seen.sort();
        want.sort();
        assert_eq!(seen, want);
    }
}

#[test]
fn callers_are_kept_until_identities_change() {
    let mut w = world();
    let first = w.identity.caller(&w.admin, NOW).unwrap();
    assert!(Arc::ptr_eq(&first, &w.identity.caller(&w.admin, NOW).unwrap()));
    let key = EntityKey::new(w.account, Kind::User, ADMINISTRATOR);
    w.identity.entities.edit(&key).unwrap().attached.clear();
    assert!(w.identity.caller(&w.admin, NOW).unwrap().principal_side.identity.is_empty(), "in the same request");
    w.identity.tables().into_iter().for_each(|table| table.rollback());
    assert_eq!(w.identity.caller(&w.admin, NOW).unwrap().principal_side.identity.len(), 1);
    w.identity.entities.edit(&key).unwrap().attached.clear();
    commit(&mut w.identity);
    assert!(w.identity.caller(&w.admin, NOW).unwrap().principal_side.identity.is_empty(), "in the next request");
}

#[test]
fn a_session_ends_with_its_time_and_with_its_role() {
    let mut w = world();
    let alice = w.user("/", "Alice");
    let key = w.session(Subject::User { user: alice });
    commit(&mut w.identity);
    let cases = [(0, true), (899, true), (900, false)];
    for (seconds, want) in cases {
        let moment = NOW.plus(Timespan::seconds(seconds));
        assert_eq!(w.identity.caller(&key, moment).is_some(), want, "{seconds}");
    }
    let caller = w.identity.caller(&key, NOW).unwrap();
    assert_eq!(caller.requester.kind, RequesterKind::User);
    let place = EntityKey::new(w.account, Kind::User, "alice");
    let id = w.identity.entities.remove(&place).unwrap().id;
    w.identity.places.remove(&id);
    commit(&mut w.identity);
    w.user("/", "Alice");
    commit(&mut w.identity);
    assert!(w.identity.caller(&key, NOW).is_none(), "a new user of the old name is somebody else");
}

#[test]
fn what_a_session_may_not_call_at_all() {
    let mut w = world();
    let alice = w.user("/team/", "Alice");
    let role = w.role("/", "app");
    let session = |role: &str| RoleSession {
        role: role.into(),
        name: "s1".into(),
        narrowing: None,
        tags: Tags::default(),
        transitive: vec![],
        source_identity: None,
        by_user: true,
    };
    let admin = w.admin.clone();
    let short = w.session(Subject::User { user: alice.clone() });
    let assumed = w.session(Subject::Role(session(&role)));
    let (name, narrowing, tags) = ("bob".into(), Narrowing::default(), Tags::default());
    let federated = w.session(Subject::Federated { user: Some(alice), name, narrowing, tags });
    let calls = [
        ("iam", "ListUsers"),
        ("sts", "AssumeRole"),
        ("sts", "GetCallerIdentity"),
        ("sts", "GetSessionToken"),
        ("sts", "GetFederationToken"),
        ("sts", "GetAccessKeyInfo"),
        ("kms", "ListKeys"),
    ];
    // storage.md 4.4; authorization.md 4.1. A digit a call: may it be made?
    let cases = [(&admin, "1111111"), (&short, "0110001"), (&assumed, "1110011"), (&federated, "0010001")];
    for (key, want) in cases {
        let caller = w.identity.caller(key, NOW).unwrap();
        let seen: String = calls
            .iter()
            .map(|(service, call)| if caller.may_call(service, call).is_ok() { '1' } else { '0' })
            .collect();
        assert_eq!(seen, want, "{}", caller.requester.arn);
    }
}

#[test]
fn the_trail_is_told_who_it_was() {
    let mut w = world();
    w.user("/team/", "Alice");
    let role = w.role("/svc/", "app");
    let session = RoleSession {
        role: role.clone(),
        name: "s1".into(),
        narrowing: None,
        tags: Tags::default(),
        transitive: vec![],
        source_identity: Some("al".into()),
        by_user: true,
    };
    let key = w.session(Subject::Role(session));
    let seen: serde_json::Value = serde_json::from_str(&w.identity.caller(&key, NOW).unwrap().user_identity()).unwrap();
    let want = serde_json::json!({
        "type": "AssumedRole", "principalId": alloc::format!("{role}:s1"), "accountId": ACCOUNT, "accessKeyId": key,
        "arn": "arn:aws:sts::111122223333:assumed-role/app/s1",
        "sessionContext": {
            "attributes": { "creationDate": "2026-01-01T00:00:00Z", "mfaAuthenticated": "false" },
            "sessionIssuer": {
                "type": "Role", "principalId": role, "accountId": ACCOUNT, "userName": "app",
                "arn": "arn:aws:iam::111122223333:role/svc/app",
            },
            "sourceIdentity": "al",
        },
    });
    assert_eq!(seen, want);
}

#[test]
fn the_last_use_is_the_last_one() {
    let mut w = world();
    let key = w.admin.clone();
    assert!(w.identity.last_use(&key).is_none());
    for (service, region) in [("kms", "us-east-1"), ("sts", "eu-west-1")] {
        w.identity.note_use(&key, service, region, NOW);
    }
    let last = w.identity.last_use(&key).unwrap();
    assert_eq!((last.service.as_str(), last.region.as_str(), last.at), ("sts", "eu-west-1", NOW));
}

/// authorization.md 1.5, "On storing".
#[test]
fn principals_are_shown_as_they_are_now() {
    let mut w = world();
    let id = w.user("/team/", "Alice");
    let text = |principal: &str| TRUST.replace("arn:aws:iam::111122223333:user/team/Alice", principal);
    let cases = [
        ("arn:aws:iam::111122223333:user/team/Alice", "arn:aws:iam::111122223333:user/team/Alice"),
        (id.as_str(), "arn:aws:iam::111122223333:user/team/Alice"),
        ("444455556666", "arn:aws:iam::444455556666:root"),
        ("arn:aws:sts::111122223333:federated-user/bob", "arn:aws:sts::111122223333:federated-user/bob"),
    ];
    for (written, shown) in cases {
        let document = w.identity.bind(policy::Kind::Trust, &text(written)).unwrap();
        assert_eq!(w.identity.shown(&document), text(shown));
    }
    let document = w.identity.bind(policy::Kind::Trust, TRUST).unwrap();
    w.identity.places.remove(&id);
    assert_eq!(w.identity.shown(&document), text(&id), "nobody has it any more");
    let missing = text("arn:aws:iam::111122223333:role/nobody");
    assert!(matches!(w.identity.bind(policy::Kind::Trust, &missing), Err(Unbound::NoSuchPrincipal(_))));
}
