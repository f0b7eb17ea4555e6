//! IAM's own operations are enforced like any other: on the ARN of what they concern, with IAM's condition keys.

use crate::support::{Refused, lab};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:List*","Resource":"*"}]}"#;
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// How a refusal names what it is about. Rows marked R are recorded by CloudTrail
/// (`cloudtrail-other.jsonl`); the others follow their form.
#[test]
fn refusals_name_what_they_are_about() {
    let mut lab = lab();
    let mallory = lab.user("mallory", None);
    let arn = "arn:aws:iam::111122223333:policy/P";
    let document = ("PolicyDocument", DOCUMENT);
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 26] = [
        ("CreateUser", &[("UserName", "X")], "arn:aws:iam::111122223333:user/X"),
        ("CreateUser", &[("UserName", "X"), ("Path", "/a/")], "arn:aws:iam::111122223333:user/a/X"),
        ("CreateGroup", &[("GroupName", "X")], "arn:aws:iam::111122223333:group/X"), // R
        ("CreateRole", &[("RoleName", "X"), ("AssumeRolePolicyDocument", TRUST)], "arn:aws:iam::111122223333:role/X"), // R
        ("CreateAccessKey", &[("UserName", "X")], "user X"), // R
        ("CreateAccessKey", &[], "user mallory"),
        ("AddUserToGroup", &[("GroupName", "X"), ("UserName", "Y")], "group X"), // R
        ("DeleteUser", &[("UserName", "X")], "user X"),                          // R
        ("GetUser", &[("UserName", "X")], "user X"),                             // R
        ("GetUser", &[], "user mallory"),
        ("ListUsers", &[], "arn:aws:iam::111122223333:user/"), // R
        ("ListRoles", &[], "arn:aws:iam::111122223333:role/"), // R
        ("ListGroups", &[("PathPrefix", "/a/")], "arn:aws:iam::111122223333:group/a/"),
        ("ListGroupsForUser", &[("UserName", "X")], "user X"), // R
        ("AttachUserPolicy", &[("UserName", "X"), ("PolicyArn", ADMIN)], "user X"), // R
        ("DetachRolePolicy", &[("RoleName", "X"), ("PolicyArn", ADMIN)], "role X"), // R
        ("PutUserPolicy", &[("UserName", "X"), ("PolicyName", "p"), document], "user X"), // R
        ("PutRolePolicy", &[("RoleName", "X"), ("PolicyName", "p"), document], "role X"), // R
        ("DeleteUserPermissionsBoundary", &[("UserName", "X")], "user X"), // R
        (
            "SetDefaultPolicyVersion",
            &[("PolicyArn", arn), ("VersionId", "v2")],
            "policy arn:aws:iam::111122223333:policy/P version v2",
        ), // R
        ("CreatePolicy", &[("PolicyName", "P"), document], "policy P"),
        ("GetPolicy", &[("PolicyArn", arn)], "policy arn:aws:iam::111122223333:policy/P"),
        ("ListPolicies", &[], "policy path /"),
        ("UpdateUser", &[("UserName", "X"), ("NewUserName", "Y")], "user X"),
        ("UpdateGroup", &[("GroupName", "X"), ("NewPath", "/y/")], "group X"),
        ("UpdateRoleDescription", &[("RoleName", "X"), ("Description", "d")], "role X"),
    ];
    for (action, parameters, resource) in cases {
        let refused = lab.iam_as(&mallory, action, parameters).unwrap_err();
        let message = format!(
            "User: arn:aws:iam::111122223333:user/mallory is not authorized to perform: iam:{action} on resource: \
             {resource} because no identity-based policy allows the iam:{action} action"
        );
        assert_eq!(refused, Refused { status: 403, code: "AccessDenied".into(), message });
    }
}

/// A statement that allows `action` on `resource` under `condition`.
fn allow(action: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{action},"Resource":"{resource}",
        "Condition":{{{condition}}}}}]}}"#
    )
}

#[test]
fn permissions_on_resources_and_conditions() {
    let any = "*";
    let team = "arn:aws:iam::111122223333:user/team/*";
    let myself = "arn:aws:iam::111122223333:user/${aws:username}";
    let tag = |key, value| [("UserName", "new"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
    let key_and = |user| [("UserName", user), ("PolicyArn", READ)];
    // Action of the policy, resource, condition; the call; may it be made?
    type Case<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], bool);
    let cases: &[Case<'_>] = &[
        // The exact ARN, path included.
        (r#""iam:GetUser""#, team, "", "GetUser", &[("UserName", "alice")], true),
        (r#""iam:GetUser""#, team, "", "GetUser", &[("UserName", "bob")], false),
        (r#""iam:CreateUser""#, team, "", "CreateUser", &[("UserName", "new"), ("Path", "/team/")], true),
        (r#""iam:CreateUser""#, team, "", "CreateUser", &[("UserName", "new")], false),
        // A renamed user has to be allowed under both names.
        (r#""iam:UpdateUser""#, team, "", "UpdateUser", &[("UserName", "alice"), ("NewUserName", "al")], true),
        (r#""iam:UpdateUser""#, team, "", "UpdateUser", &[("UserName", "alice"), ("NewPath", "/")], false),
        // A list is authorized on the path it asks for.
        (r#""iam:ListUsers""#, any, "", "ListUsers", &[], true),
        (r#""iam:ListUsers""#, team, "", "ListUsers", &[], false),
        (r#""iam:ListUsers""#, team, "", "ListUsers", &[("PathPrefix", "/team/")], true),
        // Self-service, and the caller as the default.
        (r#""iam:*AccessKey*""#, myself, "", "CreateAccessKey", &[], true),
        (r#""iam:*AccessKey*""#, myself, "", "CreateAccessKey", &[("UserName", "me")], true),
        (r#""iam:*AccessKey*""#, myself, "", "CreateAccessKey", &[("UserName", "alice")], false),
        // iam:PolicyARN.
        (
            r#""iam:AttachUserPolicy""#,
            any,
            r#""ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "AttachUserPolicy",
            &key_and("alice"),
            true,
        ),
        (
            r#""iam:AttachUserPolicy""#,
            any,
            r#""ArnNotEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "AttachUserPolicy",
            &key_and("alice"),
            false,
        ),
        // iam:PermissionsBoundary: the new one where one is set, the one that is there elsewhere.
        (
            r#""iam:CreateUser""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "CreateUser",
            &[("UserName", "new"), ("PermissionsBoundary", READ)],
            true,
        ),
        (
            r#""iam:CreateUser""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "CreateUser",
            &[("UserName", "new"), ("PermissionsBoundary", ADMIN)],
            false,
        ),
        (
            r#""iam:CreateUser""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "CreateUser",
            &[("UserName", "new")],
            false,
        ),
        (
            r#""iam:AttachUserPolicy""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "AttachUserPolicy",
            &key_and("bob"),
            true,
        ),
        (
            r#""iam:AttachUserPolicy""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "AttachUserPolicy",
            &key_and("alice"),
            false,
        ),
        (
            r#""iam:PutUserPermissionsBoundary""#,
            any,
            r#""StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
            "PutUserPermissionsBoundary",
            &[("UserName", "alice"), ("PermissionsBoundary", READ)],
            true,
        ),
        // Tags of the request; making something with tags asks for the permission to tag it, too.
        (
            r#"["iam:CreateUser","iam:TagUser"]"#,
            any,
            r#""StringEquals":{"aws:RequestTag/dept":"red"}"#,
            "CreateUser",
            &tag("dept", "red"),
            true,
        ),
        (
            r#"["iam:CreateUser","iam:TagUser"]"#,
            any,
            r#""StringEquals":{"aws:RequestTag/dept":"red"}"#,
            "CreateUser",
            &tag("dept", "blue"),
            false,
        ),
        (r#""iam:CreateUser""#, any, "", "CreateUser", &tag("dept", "red"), false),
        (
            r#""iam:TagUser""#,
            any,
            r#""ForAllValues:StringEquals":{"aws:TagKeys":["dept"]}"#,
            "TagUser",
            &[("UserName", "alice"), ("Tags.member.1.Key", "dept"), ("Tags.member.1.Value", "x")],
            true,
        ),
        (
            r#""iam:TagUser""#,
            any,
            r#""ForAllValues:StringEquals":{"aws:TagKeys":["dept"]}"#,
            "TagUser",
            &[("UserName", "alice"), ("Tags.member.1.Key", "cost"), ("Tags.member.1.Value", "x")],
            false,
        ),
        (
            r#""iam:UntagUser""#,
            any,
            r#""ForAnyValue:StringEquals":{"aws:TagKeys":["dept"]}"#,
            "UntagUser",
            &[("UserName", "alice"), ("TagKeys.member.1", "cost")],
            false,
        ),
        // Tags of the resource, under both names.
        (
            r#""iam:GetUser""#,
            any,
            r#""StringEquals":{"iam:ResourceTag/team":"red"}"#,
            "GetUser",
            &[("UserName", "alice")],
            true,
        ),
        (
            r#""iam:GetUser""#,
            any,
            r#""StringEquals":{"aws:ResourceTag/team":"red"}"#,
            "GetUser",
            &[("UserName", "alice")],
            true,
        ),
        (
            r#""iam:GetUser""#,
            any,
            r#""StringEquals":{"aws:ResourceTag/team":"red"}"#,
            "GetUser",
            &[("UserName", "bob")],
            false,
        ),
        // IAM is authorized in us-east-1, wherever it is called (authorization.md 7.3).
        (
            r#""iam:GetUser""#,
            any,
            r#""StringEquals":{"aws:RequestedRegion":"us-east-1"}"#,
            "GetUser",
            &[("UserName", "alice")],
            true,
        ),
    ];
    for (action, resource, condition, call, parameters, want) in cases {
        let mut lab = lab();
        let tagged =
            [("UserName", "alice"), ("Path", "/team/"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "red")];
        lab.iam("CreateUser", &tagged).unwrap();
        lab.iam("CreateUser", &[("UserName", "bob"), ("PermissionsBoundary", READ)]).unwrap();
        let policy = allow(action, resource, condition);
        let me = lab.user("me", Some(&policy));
        let seen = lab.iam_as(&me, call, parameters);
        assert_eq!(seen.is_ok(), *want, "{policy}\n{call} {parameters:?}: {seen:?}");
    }
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut lab = lab();
    let mallory = lab.user("mallory", None);
    // fakecloud and floci let a user give itself AdministratorAccess (asks.md, point 12).
    let parameters = [("UserName", "mallory"), ("PolicyArn", ADMIN)];
    assert_eq!(lab.iam_as(&mallory, "AttachUserPolicy", &parameters).unwrap_err().code, "AccessDenied");
    let held = lab.iam("ListAttachedUserPolicies", &[("UserName", "mallory")]).unwrap();
    assert!(held.contains("<AttachedPolicies></AttachedPolicies>"), "{held}");
}

#[test]
fn a_group_gives_and_takes() {
    let mut lab = lab();
    let alice = lab.user("alice", None);
    let look = [("UserName", "alice")];
    lab.iam("CreateGroup", &[("GroupName", "readers")]).unwrap();
    lab.iam("AttachGroupPolicy", &[("GroupName", "readers"), ("PolicyArn", READ)]).unwrap();
    assert!(lab.iam_as(&alice, "GetUser", &look).is_err());
    lab.iam("AddUserToGroup", &[("GroupName", "readers"), ("UserName", "alice")]).unwrap();
    assert!(lab.iam_as(&alice, "GetUser", &look).is_ok());
    assert!(lab.iam_as(&alice, "CreateGroup", &[("GroupName", "x")]).is_err());
    lab.iam("RemoveUserFromGroup", &[("GroupName", "readers"), ("UserName", "alice")]).unwrap();
    assert!(lab.iam_as(&alice, "GetUser", &look).is_err());
}

#[test]
fn the_version_in_force_counts() {
    let mut lab = lab();
    let alice = lab.user("alice", None);
    let arn = "arn:aws:iam::111122223333:policy/p";
    let [reads, lists] = ["iam:GetUser", "iam:ListUsers"].map(|action| allow(&format!("\"{action}\""), "*", ""));
    lab.iam("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &reads)]).unwrap();
    lab.iam("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", arn)]).unwrap();
    let mut seen = Vec::new();
    let mut look = |lab: &mut crate::support::TestLab| {
        let reads = lab.iam_as(&alice, "GetUser", &[]).is_ok();
        seen.push((reads, lab.iam_as(&alice, "ListUsers", &[]).is_ok()));
    };
    look(&mut lab);
    lab.iam("CreatePolicyVersion", &[("PolicyArn", arn), ("PolicyDocument", &lists)]).unwrap();
    look(&mut lab);
    lab.iam("SetDefaultPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v2")]).unwrap();
    look(&mut lab);
    lab.iam("DetachUserPolicy", &[("UserName", "alice"), ("PolicyArn", arn)]).unwrap();
    look(&mut lab);
    assert_eq!(seen, [(true, false), (true, false), (false, true), (false, false)]);
}

#[test]
fn a_boundary_limits() {
    let mut lab = lab();
    let alice = lab.user("alice", Some(&allow("\"iam:*\"", "*", "")));
    assert!(lab.iam_as(&alice, "CreateGroup", &[("GroupName", "a")]).is_ok());
    let bound = [("UserName", "alice"), ("PermissionsBoundary", READ)];
    lab.iam("PutUserPermissionsBoundary", &bound).unwrap();
    assert!(lab.iam_as(&alice, "GetUser", &[]).is_ok());
    let refused = lab.iam_as(&alice, "CreateGroup", &[("GroupName", "b")]).unwrap_err();
    let want = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:CreateGroup on resource: \
                arn:aws:iam::111122223333:group/b because no permissions boundary allows the iam:CreateGroup action";
    assert_eq!(refused.message, want);
}
