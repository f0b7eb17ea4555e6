//! Service control policies, resource control policies and VPC endpoint policies: set by the lab's owner, enforced in the
//! gate, explained, seen by who-can, saved with the lab.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may fail, and has std"
)]

use crate::support::{NoChance, Refused, Standing, TestLab, credentials, lab, tag};
use kmslab::lab::{EndpointFixture, Lab, LocalCall, Question, Request, who_can};
use serde_json::{Value, json};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
const MANAGEMENT: &str = "999988887777";

fn deny(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]})
}

fn allow(actions: &[&str]) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

/// A resource control policy that denies `action` to everybody outside of the organization.
fn perimeter(action: &str, organization: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": organization}}}]})
}

fn organize(lab: &mut TestLab, mut form: Value) {
    form["management_account"] = json!(MANAGEMENT);
    lab.lab.set_organization(&form.to_string()).unwrap();
}

fn set(lab: &TestLab) -> Value {
    serde_json::from_str(&lab.lab.organization().unwrap()).unwrap()
}

fn encrypt(lab: &mut TestLab, key: &str) -> Result<Value, Refused> {
    lab.kms("Encrypt", json!({"KeyId": key, "Plaintext": "aGk="}))
}

#[test]
fn service_control_policies_limit_every_level() {
    let cases: [(&str, Value, Option<&str>); 9] = [
        ("nothing hangs anywhere but FullAWSAccess", json!({}), None),
        (
            "on the root",
            json!({"scps": deny("kms:Encrypt")}),
            Some("with an explicit deny in a service control policy"),
        ),
        (
            "on a unit",
            json!({"units": {"a": {"accounts": [OWN], "scps": deny("kms:*")}}}),
            Some("with an explicit deny in a service control policy"),
        ),
        (
            "on a unit above",
            json!({"units": {"a": {"scps": [deny("kms:*")], "units": {"b": {"accounts": [OWN]}}}}}),
            Some("with an explicit deny in a service control policy"),
        ),
        ("on another unit", json!({"units": {"a": {"accounts": [OWN]}, "b": {"scps": deny("kms:*")}}}), None),
        (
            "on the account",
            json!({"accounts": {OWN: {"scps": deny("kms:*")}}}),
            Some("with an explicit deny in a service control policy"),
        ),
        (
            "a level that allows something else",
            json!({"full_aws_access": false, "scps": allow(&["s3:*"])}),
            Some("because no service control policy allows the kms:Encrypt action"),
        ),
        ("a level that allows it", json!({"full_aws_access": false, "scps": allow(&["kms:*"])}), None),
        ("the account is outside", json!({"scps": deny("kms:*"), "outside": [OWN]}), None),
    ];
    for (name, form, refusal) in cases {
        let mut lab = lab();
        let key = lab.key();
        organize(&mut lab, form);
        match (encrypt(&mut lab, &key), refusal) {
            (Ok(_), None) => {}
            (Err(refused), Some(tail)) => {
                assert_eq!((refused.status, refused.code.as_str()), (400, "AccessDeniedException"), "{name}");
                assert!(refused.message.ends_with(tail), "{name}: {}", refused.message);
                let explained = lab.lab.explain(None).unwrap();
                let stage = explained.checks[0].stages.iter().find(|stage| stage.name == "organization").unwrap();
                assert!(!explained.checks[0].allowed && !stage.note.is_empty(), "{name}");
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn service_control_policies_spare_the_management_account_and_bind_users_sessions_and_roots() {
    let mut lab = lab();
    let alice = lab.user("alice", Some(&allow(&["kms:*"]).to_string()));
    let key = lab.key();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}]});
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &trust.to_string())]).unwrap();
    let policy = allow(&["kms:*"]).to_string();
    lab.iam("PutRolePolicy", &[("RoleName", "app"), ("PolicyName", "p"), ("PolicyDocument", &policy)]).unwrap();
    let admin = lab.admin.clone();
    let role = format!("arn:aws:iam::{OWN}:role/app");
    let answer = lab.sts_as(&admin, "AssumeRole", &[("RoleArn", &role), ("RoleSessionName", "s1")]).unwrap();
    let part = |name: &str| tag(&answer, name).unwrap();
    let session = credentials(&part("AccessKeyId"), &part("SecretAccessKey"), Some(&part("SessionToken")));
    let body = json!({"KeyId": key, "Plaintext": "aGk="});
    for who in [&alice, &session] {
        assert!(lab.kms_as(who, "us-east-1", "Encrypt", body.clone()).is_ok());
    }
    organize(&mut lab, json!({"scps": deny("kms:Encrypt")}));
    // At once, also for callers that were known before.
    for who in [&alice, &session, &admin] {
        let refused = lab.kms_as(who, "us-east-1", "Encrypt", body.clone()).unwrap_err();
        assert!(refused.message.ends_with("with an explicit deny in a service control policy"), "{}", refused.message);
    }
    let manager = lab.lab.add_account(MANAGEMENT.parse().unwrap()).unwrap();
    let own = lab.kms_as(&manager, "us-east-1", "CreateKey", json!({})).unwrap();
    let own = own["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    lab.kms_as(&manager, "us-east-1", "Encrypt", json!({"KeyId": own, "Plaintext": "aGk="})).unwrap();
    lab.lab.dissolve_organization();
    assert!(lab.lab.organization().is_none());
    assert!(lab.kms_as(&alice, "us-east-1", "Encrypt", body).is_ok());
}

/// A key of the lab's account that another account may use.
fn shared_key(lab: &mut TestLab) -> String {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": [OWN, OTHER]}, "Action": "kms:*", "Resource": "*"}]});
    let answer = lab.kms("CreateKey", json!({"Policy": policy.to_string()})).unwrap();
    answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

#[test]
fn resource_control_policies_bind_strangers_and_owners_alike() {
    let mut lab = lab();
    let key = shared_key(&mut lab);
    let other = lab.lab.add_account(OTHER.parse().unwrap()).unwrap();
    let body = || json!({"KeyId": key, "Plaintext": "aGk="});
    let id = "o-a1b2c3d4e5";
    // Each: whether the other account is outside, and who may encrypt then: the owner, the other account.
    let form = |outside: bool, rcp: Value| {
        let outside = if outside { json!([OTHER]) } else { json!([]) };
        json!({"id": id, "outside": outside, "accounts": {OWN: {"rcps": rcp}}})
    };
    for (form, want) in [
        (form(false, perimeter("kms:*", id)), (true, true)),
        (form(true, perimeter("kms:*", id)), (true, false)),
        (form(true, perimeter("s3:*", id)), (true, true)),
        (form(false, perimeter("kms:Encrypt", "o-zzzzzzzzzz")), (false, false)),
    ] {
        organize(&mut lab, form.clone());
        let own = encrypt(&mut lab, &key);
        let foreign = lab.kms_as(&other, "us-east-1", "Encrypt", body());
        assert_eq!((own.is_ok(), foreign.is_ok()), want, "{form}");
        if let Err(refused) = own {
            assert!(refused.message.ends_with("with an explicit deny in a resource control policy"), "{refused:?}");
        }
    }
    // An alias is a resource of its own.
    let rcp = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:CreateAlias", "Resource": "arn:aws:kms:*:*:alias/prod-*"}]});
    organize(&mut lab, json!({"rcps": rcp}));
    let make = |lab: &mut TestLab, name: &str| lab.kms("CreateAlias", json!({"AliasName": name, "TargetKeyId": key}));
    assert!(make(&mut lab, "alias/test-a").is_ok());
    assert_eq!(make(&mut lab, "alias/prod-a").unwrap_err().code, "AccessDeniedException");
    // Roles, too: sts is one of the services that resource control policies are for.
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "sts:AssumeRole"}]});
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &trust.to_string())]).unwrap();
    let admin = lab.admin.clone();
    let role = format!("arn:aws:iam::{OWN}:role/app");
    let assume = |lab: &mut TestLab| lab.sts_as(&admin, "AssumeRole", &[("RoleArn", &role), ("RoleSessionName", "s1")]);
    assert!(assume(&mut lab).is_ok());
    organize(&mut lab, json!({"rcps": perimeter("sts:AssumeRole", "o-zzzzzzzzzz")}));
    assert_eq!(assume(&mut lab).unwrap_err().code, "AccessDenied");
}

#[test]
fn condition_keys_tell_the_organization_and_its_paths() {
    let mut lab = lab();
    organize(&mut lab, json!({"units": {"workloads": {"units": {"test": {"accounts": [OWN]}}}}}));
    let id = set(&lab)["id"].as_str().unwrap().to_owned();
    let policy = |condition: Value| {
        let root = json!({"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "kms:*", "Resource": "*"});
        let mut mine = json!({"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"});
        mine["Condition"] = condition;
        json!({"Version": "2012-10-17", "Statement": [root, mine]}).to_string()
    };
    for (condition, denied) in [
        (json!({"StringEquals": {"aws:PrincipalOrgID": id, "aws:ResourceOrgID": id}}), true),
        (json!({"StringEquals": {"aws:PrincipalOrgID": "o-0000000000"}}), false),
        (json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": format!("{id}/r-*/ou-*/ou-*/")}}), true),
        (json!({"ForAnyValue:StringLike": {"aws:ResourceOrgPaths": format!("{id}/*")}}), true),
        (json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": format!("{id}/r-*/ou-*/ou-*/ou-*/")}}), false),
    ] {
        let answer = lab.kms("CreateKey", json!({"Policy": policy(condition.clone())})).unwrap();
        let key = answer["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        assert_eq!(encrypt(&mut lab, &key).is_err(), denied, "{condition}");
    }
}

/// Calls KMS as the administrator, at `host`.
fn at(lab: &mut TestLab, host: &str, operation: &str, body: Value) -> (u16, Value) {
    let headers = vec![
        ("X-Amz-Target".into(), format!("TrentService.{operation}")),
        ("Content-Type".into(), "application/x-amz-json-1.1".into()),
        ("Host".into(), host.into()),
    ];
    let body = body.to_string().into_bytes();
    let peer = Some("10.0.0.7".parse().unwrap());
    let request = Request { method: "POST".into(), target: "/".into(), headers, body, peer };
    let credentials = lab.admin.clone();
    let response = lab.lab.handle_local(&LocalCall { region: "us-east-1".into(), credentials, request });
    (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
}

#[test]
fn endpoint_policies_limit_what_comes_through_the_endpoint() {
    let mut lab = lab();
    let key = lab.key();
    let body = || json!({"KeyId": key, "Plaintext": "aGk="});
    let policy = |effect: &str, action: &str, principal: Value| {
        json!({"Statement": [{"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}]})
            .to_string()
    };
    let everyone = || json!("*");
    let cases = [
        (None, None),
        (Some(policy("Allow", "kms:*", everyone())), None),
        (Some(policy("Allow", "kms:Encrypt", json!({"AWS": OWN}))), None),
        (
            Some(policy("Allow", "kms:Decrypt", everyone())),
            Some("because no VPC endpoint policy allows the kms:Encrypt action"),
        ),
        (
            Some(policy("Allow", "kms:*", json!({"AWS": OTHER}))),
            Some("because no VPC endpoint policy allows the kms:Encrypt action"),
        ),
        (Some(policy("Deny", "kms:*", everyone())), Some("with an explicit deny in a VPC endpoint policy")),
    ];
    for (policy, refusal) in cases {
        let id = Some("vpce-0abc1234def567890".to_owned());
        let fixture = EndpointFixture { id, policy: policy.clone(), ..EndpointFixture::default() };
        let host = lab.lab.add_vpc_endpoint(fixture).unwrap().host();
        let (status, answer) = at(&mut lab, &host, "Encrypt", body());
        match refusal {
            None => assert_eq!(status, 200, "{policy:?}: {answer}"),
            Some(tail) => assert!(answer["message"].as_str().unwrap().ends_with(tail), "{policy:?}: {answer}"),
        }
        // What does not come through it is not limited by it.
        assert!(encrypt(&mut lab, &key).is_ok());
    }
    assert_eq!(lab.lab.vpc_endpoints().count(), 1);
    let host = "vpce-0000-11112222.kms.us-east-1.vpce.amazonaws.com";
    let (status, answer) = at(&mut lab, host, "Encrypt", body());
    assert_eq!((status, answer["__type"].as_str()), (400, Some("ValidationException")));
}

#[test]
fn key_policies_can_ask_for_the_endpoint_and_the_trail_tells_it() {
    let mut lab = lab();
    let endpoint =
        lab.lab.add_vpc_endpoint(EndpointFixture { vpc: Some("vpc-0123abcd".into()), ..EndpointFixture::default() });
    let (id, host) = endpoint.map(|endpoint| (endpoint.id.clone(), endpoint.host())).unwrap();
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:SourceVpce": id, "aws:SourceVpc": "vpc-0123abcd"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*",
         "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*",
         "Condition": {"NotIpAddressIfExists": {"aws:VpcSourceIp": "10.0.0.0/8"}}}]});
    let answer = lab.kms("CreateKey", json!({"Policy": policy.to_string()})).unwrap();
    let key = answer["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let body = json!({"KeyId": key, "Plaintext": "aGk="});
    assert_eq!(at(&mut lab, &host, "Encrypt", body.clone()).0, 200);
    let last = |lab: &TestLab| serde_json::from_str::<Value>(lab.lab.trail(0).last().unwrap()).unwrap();
    let record = last(&lab);
    assert_eq!((&record["vpcEndpointId"], &record["vpcEndpointAccountId"]), (&json!(id), &json!(OWN)));
    assert_eq!(at(&mut lab, "kms.us-east-1.amazonaws.com", "Encrypt", body).0, 400);
    assert!(last(&lab).get("vpcEndpointId").is_none());
}

#[test]
fn questions_see_the_organization() {
    let mut lab = lab();
    lab.user("alice", Some(&allow(&["kms:*"]).to_string()));
    let key = shared_key(&mut lab);
    let alice = format!("arn:aws:iam::{OWN}:user/alice");
    let ask = |lab: &Lab| lab.ask(&Question::new(&alice, "kms:Encrypt", &key).unwrap()).unwrap().allowed;
    let who = |lab: &Lab| {
        let found = who_can(&lab.estate(), "kms:Encrypt", &key, &[]).unwrap();
        let names = found.principals.iter().chain(&found.others).map(|holder| holder.principal.clone());
        names.collect::<Vec<_>>()
    };
    assert!(ask(&lab.lab) && who(&lab.lab).contains(&alice) && who(&lab.lab).iter().any(|name| name.contains(OTHER)));
    organize(&mut lab, json!({"scps": deny("kms:Encrypt"), "outside": [OTHER]}));
    assert!(!ask(&lab.lab) && !who(&lab.lab).contains(&alice));
    organize(&mut lab, json!({"id": "o-a1b2c3d4e5", "rcps": perimeter("kms:*", "o-a1b2c3d4e5"), "outside": [OTHER]}));
    assert!(ask(&lab.lab) && who(&lab.lab).contains(&alice));
    organize(
        &mut lab,
        json!({"rcps": json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}]})}),
    );
    assert!(!ask(&lab.lab));
    assert_eq!(who(&lab.lab), Vec::<String>::new());
}

#[test]
fn the_simulator_counts_service_control_policies() {
    let mut lab = lab();
    lab.user("alice", Some(&allow(&["kms:*"]).to_string()));
    let alice = format!("arn:aws:iam::{OWN}:user/alice");
    let given = [("PolicySourceArn", alice.as_str()), ("ActionNames.member.1", "kms:Encrypt")];
    let simulate = |lab: &mut TestLab| {
        let answer = lab.iam("SimulatePrincipalPolicy", &given).unwrap();
        (tag(&answer, "EvalDecision").unwrap(), tag(&answer, "AllowedByOrganizations"))
    };
    assert_eq!(simulate(&mut lab), ("allowed".into(), None));
    organize(&mut lab, json!({}));
    assert_eq!(simulate(&mut lab), ("allowed".into(), Some("true".into())));
    organize(&mut lab, json!({"scps": deny("kms:Encrypt")}));
    assert_eq!(simulate(&mut lab), ("explicitDeny".into(), Some("false".into())));
    organize(&mut lab, json!({"scps": deny("kms:Encrypt"), "outside": [OWN]}));
    assert_eq!(simulate(&mut lab), ("allowed".into(), None));
}

#[test]
fn it_is_saved_with_the_lab_and_shown_as_it_was_set() {
    let mut lab = lab();
    let key = lab.key();
    let form = json!({
        "rcps": {"perimeter": perimeter("s3:*", "o-a1b2c3d4e5")},
        "units": {"a": {"units": {"b": {"accounts": [OWN], "scps": {"no": deny("kms:Encrypt")}}}}, "c": {"full_aws_access": false}},
        "accounts": {OTHER: {"full_aws_access": false}},
        "outside": ["777788889999"],
    });
    organize(&mut lab, form.clone());
    lab.lab.add_vpc_endpoint(EndpointFixture::default()).unwrap();
    let shown = set(&lab);
    for (name, part) in form.as_object().unwrap() {
        assert_eq!(&shown[name], part, "{name}");
    }
    let hosts = |lab: &Lab| lab.vpc_endpoints().map(kmslab::lab::VpcEndpoint::host).collect::<Vec<_>>();
    let (before, text) = (hosts(&lab.lab), lab.lab.save());
    lab.lab = Lab::open(&text, Box::new(Standing), Box::new(NoChance)).unwrap();
    assert_eq!((set(&lab), hosts(&lab.lab)), (shown.clone(), before));
    assert_eq!(encrypt(&mut lab, &key).unwrap_err().code, "AccessDeniedException");
    // Set again as it is shown, it is the same: ids stay.
    lab.lab.set_organization(&shown.to_string()).unwrap();
    assert_eq!(set(&lab), shown);
}

#[test]
fn what_is_no_organization_is_refused_and_changes_nothing() {
    let mut lab = lab();
    organize(&mut lab, json!({}));
    let before = set(&lab);
    let cases = [
        (json!([]), "invalid length"),
        (json!({}), "missing field `management_account`"),
        (json!({"management_account": "1"}), "12 digits"),
        (json!({"management_account": OWN, "scp": []}), "unknown field `scp`"),
        (json!({"management_account": OWN, "id": "o-1"}), "is no id of an organization"),
        (json!({"management_account": OWN, "scps": "nonsense"}), "does not meet the requirements"),
        (json!({"management_account": OWN, "rcps": allow(&["kms:*"])}), "does not meet the requirements"),
        (json!({"management_account": OWN, "units": {"a/b": {}}}), "without slashes"),
        (
            json!({"management_account": OWN, "units": {"a": {"accounts": [OWN]}, "b": {"accounts": [OWN]}}}),
            "in two units",
        ),
        (json!({"management_account": OWN, "accounts": {"x": {}}}), "12 digits"),
        (json!({"management_account": OWN, "outside": ["x"]}), "12 digits"),
    ];
    for (form, says) in cases {
        let error = lab.lab.set_organization(&form.to_string()).unwrap_err();
        assert!(error.to_string().contains(says), "{form}: {error}");
        assert_eq!(set(&lab), before);
    }
    let bad = [
        EndpointFixture { id: Some("x".into()), ..EndpointFixture::default() },
        EndpointFixture { vpc: Some("vpc-xyz!".into()), ..EndpointFixture::default() },
        EndpointFixture { service: Some("s4".into()), ..EndpointFixture::default() },
        EndpointFixture { policy: Some("{}".into()), ..EndpointFixture::default() },
    ];
    for fixture in bad {
        assert!(lab.lab.add_vpc_endpoint(fixture).is_err());
    }
    assert_eq!(lab.lab.vpc_endpoints().count(), 0);
}
