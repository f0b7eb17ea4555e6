//! IAM through the one gate: what its operations answer, and how they refuse.
#![expect(clippy::panic, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab, tag};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:List*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;

/// One call, and what it answers: texts that the answer holds, or the refusal.
type Step<'a> = (&'a str, &'a [(&'a str, &'a str)], Result<&'a [&'a str], (u16, &'a str, &'a str)>);

#[track_caller]
fn walk(lab: &mut TestLab, steps: &[Step<'_>]) {
    for (number, (action, parameters, want)) in steps.iter().enumerate() {
        let seen = lab.iam(action, parameters);
        match (seen, want) {
            (Ok(answer), Ok(texts)) => {
                for text in *texts {
                    assert!(answer.contains(text), "step {number}, {action} {parameters:?}: no {text} in\n{answer}");
                }
            }
            (Err(refused), Err((status, code, message))) => {
                let want = Refused { status: *status, code: (*code).into(), message: (*message).into() };
                assert_eq!(refused, want, "step {number}, {action} {parameters:?}");
            }
            (seen, want) => panic!("step {number}, {action} {parameters:?}: {seen:?}, not {want:?}"),
        }
    }
}

const GONE: &str = "NoSuchEntity";
const CONFLICT: &str = "DeleteConflict";

#[test]
fn a_user_from_first_to_last() {
    walk(
        &mut lab(),
        &[
            (
                "CreateUser",
                &[("UserName", "Alice"), ("Path", "/team/")],
                Ok(&[
                    "<UserName>Alice</UserName>",
                    "<Path>/team/</Path>",
                    "<Arn>arn:aws:iam::111122223333:user/team/Alice</Arn>",
                    "<UserId>AIDA",
                    "<CreateDate>2026-01-01T00:00:00Z</CreateDate>",
                    "<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">",
                ]),
            ),
            (
                "CreateUser",
                &[("UserName", "ALICE")],
                Err((409, "EntityAlreadyExists", "User with name Alice already exists.")),
            ),
            ("GetUser", &[("UserName", "alice")], Ok(&["<UserName>Alice</UserName>"])),
            ("GetUser", &[("UserName", "bob")], Err((404, GONE, "The user with name bob cannot be found."))),
            ("GetUser", &[], Ok(&["<UserName>administrator</UserName>"])),
            ("UpdateUser", &[("UserName", "alice"), ("NewUserName", "Alicia"), ("NewPath", "/")], Ok(&[])),
            ("GetUser", &[("UserName", "alice")], Err((404, GONE, "The user with name alice cannot be found."))),
            ("GetUser", &[("UserName", "Alicia")], Ok(&["<Arn>arn:aws:iam::111122223333:user/Alicia</Arn>"])),
            (
                "UpdateUser",
                &[("UserName", "Alicia"), ("NewUserName", "administrator")],
                Err((409, "EntityAlreadyExists", "User with name administrator already exists.")),
            ),
            (
                "ListUsers",
                &[],
                Ok(&[
                    "<UserName>administrator</UserName>",
                    "<UserName>Alicia</UserName>",
                    "<IsTruncated>false</IsTruncated>",
                ]),
            ),
            ("CreateAccessKey", &[("UserName", "Alicia")], Ok(&["<Status>Active</Status>", "<AccessKeyId>AKIA"])),
            ("CreateAccessKey", &[("UserName", "Alicia")], Ok(&[])),
            (
                "CreateAccessKey",
                &[("UserName", "Alicia")],
                Err((409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")),
            ),
            ("CreateAccessKey", &[("UserName", "bob")], Err((404, GONE, "The user with name bob cannot be found."))),
            (
                "DeleteUser",
                &[("UserName", "Alicia")],
                Err((409, CONFLICT, "Cannot delete entity, must delete access keys first.")),
            ),
            (
                "DeleteAccessKey",
                &[("UserName", "Alicia"), ("AccessKeyId", "AKIAAAAAAAAAAAAAAAAA")],
                Err((404, GONE, "The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found.")),
            ),
            ("DeleteUser", &[("UserName", "bob")], Err((404, GONE, "The user with name bob cannot be found."))),
        ],
    );
}

#[test]
fn a_user_goes_when_nothing_hangs_on_it() {
    let mut lab = lab();
    let alice = lab.user("alice", Some(DOCUMENT));
    let id = alice.access_key_id.as_str();
    walk(
        &mut lab,
        &[
            ("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", READ)], Ok(&[])),
            ("CreateGroup", &[("GroupName", "devs")], Ok(&[])),
            ("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")], Ok(&[])),
            (
                "DeleteUser",
                &[("UserName", "alice")],
                Err((409, CONFLICT, "Cannot delete entity, must detach all policies first.")),
            ),
            ("DetachUserPolicy", &[("UserName", "alice"), ("PolicyArn", READ)], Ok(&[])),
            (
                "DetachUserPolicy",
                &[("UserName", "alice"), ("PolicyArn", READ)],
                Err((404, GONE, "Policy arn:aws:iam::aws:policy/ReadOnlyAccess was not found.")),
            ),
            (
                "DeleteUser",
                &[("UserName", "alice")],
                Err((409, CONFLICT, "Cannot delete entity, must delete policies first.")),
            ),
            ("DeleteUserPolicy", &[("UserName", "alice"), ("PolicyName", "inline")], Ok(&[])),
            (
                "DeleteUserPolicy",
                &[("UserName", "alice"), ("PolicyName", "inline")],
                Err((404, GONE, "The user policy with name inline cannot be found.")),
            ),
            (
                "DeleteUser",
                &[("UserName", "alice")],
                Err((409, CONFLICT, "Cannot delete entity, must delete access keys first.")),
            ),
            ("UpdateAccessKey", &[("UserName", "alice"), ("AccessKeyId", id), ("Status", "Inactive")], Ok(&[])),
            (
                "ListAccessKeys",
                &[("UserName", "alice")],
                Ok(&["<Status>Inactive</Status>", id, "<UserName>alice</UserName>"]),
            ),
            ("DeleteAccessKey", &[("UserName", "alice"), ("AccessKeyId", id)], Ok(&[])),
            (
                "DeleteUser",
                &[("UserName", "alice")],
                Err((409, CONFLICT, "Cannot delete entity, must remove users from group first.")),
            ),
            (
                "DeleteGroup",
                &[("GroupName", "devs")],
                Err((409, CONFLICT, "Cannot delete entity, must remove users from group first.")),
            ),
            ("RemoveUserFromGroup", &[("GroupName", "devs"), ("UserName", "alice")], Ok(&[])),
            ("DeleteGroup", &[("GroupName", "devs")], Ok(&[])),
            ("DeleteUser", &[("UserName", "alice")], Ok(&["<ResponseMetadata><RequestId>"])),
            ("GetUser", &[("UserName", "alice")], Err((404, GONE, "The user with name alice cannot be found."))),
        ],
    );
}

#[test]
fn groups_and_their_members() {
    walk(
        &mut lab(),
        &[
            (
                "CreateGroup",
                &[("GroupName", "devs")],
                Ok(&["<GroupId>AGPA", "<Arn>arn:aws:iam::111122223333:group/devs</Arn>"]),
            ),
            (
                "CreateGroup",
                &[("GroupName", "Devs")],
                Err((409, "EntityAlreadyExists", "Group with name devs already exists.")),
            ),
            ("CreateUser", &[("UserName", "alice")], Ok(&[])),
            (
                "AddUserToGroup",
                &[("GroupName", "devs"), ("UserName", "bob")],
                Err((404, GONE, "The user with name bob cannot be found.")),
            ),
            (
                "AddUserToGroup",
                &[("GroupName", "ops"), ("UserName", "alice")],
                Err((404, GONE, "The group with name ops cannot be found.")),
            ),
            ("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")], Ok(&[])),
            ("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")], Ok(&[])),
            (
                "GetGroup",
                &[("GroupName", "devs")],
                Ok(&["<GroupName>devs</GroupName>", "<UserName>alice</UserName>", "<IsTruncated>false</IsTruncated>"]),
            ),
            ("ListGroupsForUser", &[("UserName", "alice")], Ok(&["<GroupName>devs</GroupName>"])),
            ("ListGroups", &[], Ok(&["<GroupName>devs</GroupName>"])),
            ("PutGroupPolicy", &[("GroupName", "devs"), ("PolicyName", "p"), ("PolicyDocument", DOCUMENT)], Ok(&[])),
            (
                "GetGroupPolicy",
                &[("GroupName", "devs"), ("PolicyName", "p")],
                Ok(&["<GroupName>devs</GroupName>", "<PolicyDocument>%7B%22Version%22%3A%222012-10-17%22"]),
            ),
            ("ListGroupPolicies", &[("GroupName", "devs")], Ok(&["<PolicyNames><member>p</member></PolicyNames>"])),
            ("AttachGroupPolicy", &[("GroupName", "devs"), ("PolicyArn", READ)], Ok(&[])),
            ("ListAttachedGroupPolicies", &[("GroupName", "devs")], Ok(&["<PolicyName>ReadOnlyAccess</PolicyName>"])),
            ("CreateGroup", &[("GroupName", "ops")], Ok(&[])),
            (
                "UpdateGroup",
                &[("GroupName", "devs"), ("NewGroupName", "Ops")],
                Err((409, "EntityAlreadyExists", "Group with name ops already exists.")),
            ),
            (
                "UpdateGroup",
                &[("GroupName", "none"), ("NewPath", "/x/")],
                Err((404, GONE, "The group with name none cannot be found.")),
            ),
            ("UpdateGroup", &[("GroupName", "devs"), ("NewGroupName", "makers"), ("NewPath", "/x/")], Ok(&[])),
            ("GetGroup", &[("GroupName", "devs")], Err((404, GONE, "The group with name devs cannot be found."))),
            // The members stay, and the policies.
            (
                "GetGroup",
                &[("GroupName", "makers")],
                Ok(&["group/x/makers</Arn>", "<UserName>alice</UserName>", "<Path>/x/</Path>"]),
            ),
            ("ListGroupsForUser", &[("UserName", "alice")], Ok(&["<GroupName>makers</GroupName>"])),
            ("ListGroupPolicies", &[("GroupName", "makers")], Ok(&["<member>p</member>"])),
            // A user of the name of a group is not held up by its members.
            ("CreateUser", &[("UserName", "makers")], Ok(&[])),
            ("DeleteUser", &[("UserName", "makers")], Ok(&[])),
            ("RemoveUserFromGroup", &[("GroupName", "makers"), ("UserName", "alice")], Ok(&[])),
            ("GetGroup", &[("GroupName", "makers")], Ok(&["<Users></Users>"])),
            (
                "RemoveUserFromGroup",
                &[("GroupName", "none"), ("UserName", "alice")],
                Err((404, GONE, "The group with name none cannot be found.")),
            ),
            (
                "RemoveUserFromGroup",
                &[("GroupName", "none"), ("UserName", "nobody")],
                Err((404, GONE, "The user with name nobody cannot be found.")),
            ),
        ],
    );
}

#[test]
fn an_eleventh_group_is_one_too_many() {
    let mut lab = lab();
    lab.iam("CreateUser", &[("UserName", "alice")]).unwrap();
    for n in 0..10 {
        let name = format!("g{n}");
        lab.iam("CreateGroup", &[("GroupName", &name)]).unwrap();
        lab.iam("AddUserToGroup", &[("GroupName", &name), ("UserName", "alice")]).unwrap();
    }
    walk(
        &mut lab,
        &[
            ("CreateGroup", &[("GroupName", "last")], Ok(&[])),
            (
                "AddUserToGroup",
                &[("GroupName", "last"), ("UserName", "alice")],
                Err((409, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")),
            ),
            ("GetGroup", &[("GroupName", "last")], Ok(&["<Users></Users>"])),
        ],
    );
}

#[test]
fn an_eleventh_managed_policy_is_one_too_many() {
    // Source: storage.md 4.1; the sentence: authorization.md 1.10.
    let mut lab = lab();
    lab.iam("CreateUser", &[("UserName", "alice")]).unwrap();
    lab.iam("CreateGroup", &[("GroupName", "team")]).unwrap();
    lab.iam("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)]).unwrap();
    let arns: Vec<String> = (0..11)
        .map(|n| {
            let parameters = [("PolicyName", &*format!("p{n}")), ("PolicyDocument", DOCUMENT)];
            tag(&lab.iam("CreatePolicy", &parameters).unwrap(), "Arn").unwrap()
        })
        .collect();
    for (kind, name) in [("User", "alice"), ("Group", "team"), ("Role", "app")] {
        let (action, member) = (format!("Attach{kind}Policy"), format!("{kind}Name"));
        let mut attach = |arn: &str| lab.iam(&action, &[(&*member, name), ("PolicyArn", arn)]);
        let (last, first) = arns.split_last().unwrap();
        first.iter().for_each(|arn| assert!(attach(arn).is_ok(), "{kind} {arn}"));
        let message = format!("Cannot exceed quota for PoliciesPer{kind}: 10");
        let want = Refused { status: 409, code: "LimitExceeded".into(), message };
        assert_eq!(attach(last).unwrap_err(), want);
        assert!(attach(&first[0]).is_ok(), "{kind}: it hangs there already");
    }
}

#[test]
fn a_role_from_first_to_last() {
    let nobody = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/nobody"},"Action":"sts:AssumeRole"}]}"#;
    let mut lab = lab();
    walk(
        &mut lab,
        &[
            (
                "CreateRole",
                &[("RoleName", "app"), ("AssumeRolePolicyDocument", nobody)],
                Err((
                    400,
                    "MalformedPolicyDocument",
                    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/nobody\"",
                )),
            ),
            ("GetRole", &[("RoleName", "app")], Err((404, GONE, "The role with name app cannot be found."))),
            (
                "CreateRole",
                &[("RoleName", "app"), ("AssumeRolePolicyDocument", "{")],
                Err((400, "MalformedPolicyDocument", "This policy contains invalid Json")),
            ),
            (
                "CreateRole",
                &[
                    ("RoleName", "app"),
                    ("AssumeRolePolicyDocument", TRUST),
                    ("Description", "an app"),
                    ("Tags.member.1.Key", "a"),
                    ("Tags.member.1.Value", "b"),
                ],
                // The document as it came; GetRole names the account's root.
                Ok(&["<RoleId>AROA", "<AssumeRolePolicyDocument>%7B%22Version", "%22111122223333%22", "<Key>a</Key>"]),
            ),
            (
                "CreateRole",
                &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)],
                Err((409, "EntityAlreadyExists", "Role with name app already exists.")),
            ),
            (
                "GetRole",
                &[("RoleName", "app")],
                Ok(&[
                    "<MaxSessionDuration>3600</MaxSessionDuration>",
                    "<Description>an app</Description>",
                    "%22arn%3Aaws%3Aiam%3A%3A111122223333%3Aroot%22",
                    "<RoleLastUsed",
                ]),
            ),
            ("UpdateRole", &[("RoleName", "app"), ("MaxSessionDuration", "7200")], Ok(&["<UpdateRoleResult"])),
            (
                "GetRole",
                &[("RoleName", "app")],
                Ok(&["<MaxSessionDuration>7200</MaxSessionDuration>", "<Description>an app</Description>"]),
            ),
            (
                "UpdateRoleDescription",
                &[("RoleName", "app"), ("Description", "another")],
                Ok(&["<Description>another</Description>", "<RoleName>app</RoleName>"]),
            ),
            (
                "UpdateRoleDescription",
                &[("RoleName", "none"), ("Description", "another")],
                Err((404, GONE, "The role with name none cannot be found.")),
            ),
            (
                "UpdateAssumeRolePolicy",
                &[("RoleName", "app"), ("PolicyDocument", &TRUST.replace("sts:AssumeRole", "sts:InvalidAction"))],
                Err((400, "MalformedPolicyDocument", "AssumeRole policy may only specify STS AssumeRole actions.")),
            ),
            (
                "UpdateAssumeRolePolicy",
                &[
                    ("RoleName", "app"),
                    ("PolicyDocument", &TRUST.replace("\"Action\"", "\"Resource\":\"*\",\"Action\"")),
                ],
                Err((400, "MalformedPolicyDocument", "Has prohibited field Resource")),
            ),
            (
                "UpdateAssumeRolePolicy",
                &[("RoleName", "app"), ("PolicyDocument", nobody)],
                Err((
                    400,
                    "MalformedPolicyDocument",
                    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/nobody\"",
                )),
            ),
            ("CreateUser", &[("UserName", "nobody")], Ok(&[])),
            ("UpdateAssumeRolePolicy", &[("RoleName", "app"), ("PolicyDocument", nobody)], Ok(&[])),
            ("GetRole", &[("RoleName", "app")], Ok(&["arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Fnobody"])),
            ("UpdateUser", &[("UserName", "nobody"), ("NewUserName", "somebody")], Ok(&[])),
            ("GetRole", &[("RoleName", "app")], Ok(&["arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Fsomebody"])),
            ("DeleteUser", &[("UserName", "somebody")], Ok(&[])),
            ("CreateUser", &[("UserName", "nobody")], Ok(&[])),
            // authorization.md 1.5: after deletion the bare id is shown, and the new user is somebody else.
            ("GetRole", &[("RoleName", "app")], Ok(&["%22AWS%22%3A%22AIDA"])),
            ("AttachRolePolicy", &[("RoleName", "app"), ("PolicyArn", ADMIN)], Ok(&[])),
            (
                "ListAttachedRolePolicies",
                &[("RoleName", "app")],
                Ok(&["<PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn>"]),
            ),
            (
                "DeleteRole",
                &[("RoleName", "app")],
                Err((409, CONFLICT, "Cannot delete entity, must detach all policies first.")),
            ),
            ("DetachRolePolicy", &[("RoleName", "app"), ("PolicyArn", ADMIN)], Ok(&[])),
            ("DeleteRole", &[("RoleName", "app")], Ok(&[])),
            ("ListRoles", &[], Ok(&["<Roles></Roles>"])),
        ],
    );
}

#[test]
fn managed_policies_and_their_versions() {
    let arn = "arn:aws:iam::111122223333:policy/team/p";
    let other = DOCUMENT.replace("List", "Describe");
    let add: &[(&str, &str)] = &[("PolicyArn", arn), ("PolicyDocument", &other), ("SetAsDefault", "true")];
    walk(
        &mut lab(),
        &[
            (
                "CreatePolicy",
                &[("PolicyName", "p"), ("Path", "/team/"), ("PolicyDocument", DOCUMENT), ("Description", "d")],
                Ok(&[
                    "<PolicyId>ANPA",
                    "<Arn>arn:aws:iam::111122223333:policy/team/p</Arn>",
                    "<DefaultVersionId>v1</DefaultVersionId>",
                    "<AttachmentCount>0</AttachmentCount>",
                    "<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount>",
                    "<IsAttachable>true</IsAttachable>",
                ]),
            ),
            (
                "CreatePolicy",
                &[("PolicyName", "P"), ("PolicyDocument", DOCUMENT)],
                Err((409, "EntityAlreadyExists", "A policy called P already exists. Duplicate names are not allowed.")),
            ),
            (
                "CreatePolicyVersion",
                add,
                Ok(&["<VersionId>v2</VersionId>", "<IsDefaultVersion>true</IsDefaultVersion>"]),
            ),
            ("CreatePolicyVersion", add, Ok(&["<VersionId>v3</VersionId>"])),
            ("CreatePolicyVersion", add, Ok(&["<VersionId>v4</VersionId>"])),
            ("CreatePolicyVersion", add, Ok(&["<VersionId>v5</VersionId>"])),
            (
                "CreatePolicyVersion",
                add,
                Err((
                    409,
                    "LimitExceeded",
                    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
                )),
            ),
            (
                "DeletePolicyVersion",
                &[("PolicyArn", arn), ("VersionId", "v5")],
                Err((409, CONFLICT, "Cannot delete the default version of a policy.")),
            ),
            ("SetDefaultPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v1")], Ok(&[])),
            ("DeletePolicyVersion", &[("PolicyArn", arn), ("VersionId", "v5")], Ok(&[])),
            ("CreatePolicyVersion", add, Ok(&["<VersionId>v6</VersionId>"])), // numbers do not come back
            (
                "SetDefaultPolicyVersion",
                &[("PolicyArn", arn), ("VersionId", "v5")],
                Err((
                    404,
                    GONE,
                    "Policy arn:aws:iam::111122223333:policy/team/p version v5 does not exist or is not attachable.",
                )),
            ),
            ("GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v1")], Ok(&["<Document>%7B%22Version%22"])),
            (
                "ListPolicyVersions",
                &[("PolicyArn", arn), ("MaxItems", "2")],
                Ok(&["<VersionId>v6</VersionId>", "<VersionId>v4</VersionId>", "<IsTruncated>true</IsTruncated>"]),
            ),
            (
                "GetPolicy",
                &[("PolicyArn", arn)],
                Ok(&["<DefaultVersionId>v6</DefaultVersionId>", "<Description>d</Description>", "<Tags></Tags>"]),
            ),
            ("AttachUserPolicy", &[("UserName", "administrator"), ("PolicyArn", arn)], Ok(&[])),
            ("AttachUserPolicy", &[("UserName", "administrator"), ("PolicyArn", arn)], Ok(&[])),
            ("GetPolicy", &[("PolicyArn", arn)], Ok(&["<AttachmentCount>1</AttachmentCount>"])),
            (
                "ListEntitiesForPolicy",
                &[("PolicyArn", arn)],
                Ok(&["<PolicyUsers><member><UserName>administrator</UserName>", "<PolicyGroups></PolicyGroups>"]),
            ),
            (
                "DeletePolicy",
                &[("PolicyArn", arn)],
                Err((409, CONFLICT, "Cannot delete a policy attached to entities.")),
            ),
            ("DetachUserPolicy", &[("UserName", "administrator"), ("PolicyArn", arn)], Ok(&[])),
            (
                "DeletePolicy",
                &[("PolicyArn", arn)],
                Err((
                    409,
                    CONFLICT,
                    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
                )),
            ),
            (
                "GetPolicy",
                &[("PolicyArn", "arn:aws:iam::111122223333:policy/p")],
                Err((404, GONE, "Policy arn:aws:iam::111122223333:policy/p was not found.")),
            ),
            (
                "GetPolicy",
                &[("PolicyArn", "not an arn, but long enough")],
                Err((400, "ValidationError", "Invalid ARN:  Could not be parsed!")),
            ),
            (
                "AttachUserPolicy",
                &[("UserName", "administrator"), ("PolicyArn", "longpolicynamebutnoarn")],
                Err((400, "ValidationError", "ARN longpolicynamebutnoarn is not valid.")),
            ),
            (
                "GetPolicyVersion",
                &[("PolicyArn", "arn:aws:iam::111122223333:policy/none"), ("VersionId", "v1")],
                Err((
                    404,
                    GONE,
                    "Policy arn:aws:iam::111122223333:policy/none version v1 does not exist or is not attachable.",
                )),
            ),
            (
                "SetDefaultPolicyVersion",
                &[("PolicyArn", "arn:aws:iam::111122223333:policy/none"), ("VersionId", "v1")],
                Err((
                    404,
                    GONE,
                    "Policy arn:aws:iam::111122223333:policy/none version v1 does not exist or is not attachable.",
                )),
            ),
            (
                "AttachUserPolicy",
                &[("UserName", "administrator"), ("PolicyArn", "arn:aws:iam::aws:policy/Nothing")],
                Err((404, GONE, "Policy arn:aws:iam::aws:policy/Nothing does not exist or is not attachable.")),
            ),
            ("ListPolicies", &[("Scope", "Local")], Ok(&["<PolicyName>p</PolicyName>"])),
            ("ListPolicies", &[("OnlyAttached", "true")], Ok(&["<PolicyName>AdministratorAccess</PolicyName>"])),
            ("GetPolicyVersion", &[("PolicyArn", ADMIN), ("VersionId", "v1")], Ok(&["%22Action%22%3A%20%22%2A%22"])),
        ],
    );
}

#[test]
fn boundaries_of_users_and_roles() {
    walk(
        &mut lab(),
        &[
            (
                "CreateUser",
                &[("UserName", "alice"), ("PermissionsBoundary", READ)],
                Ok(&["<PermissionsBoundaryType>Policy</PermissionsBoundaryType>"]),
            ),
            (
                "GetUser",
                &[("UserName", "alice")],
                Ok(&["<PermissionsBoundaryArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PermissionsBoundaryArn>"]),
            ),
            ("PutUserPermissionsBoundary", &[("UserName", "alice"), ("PermissionsBoundary", ADMIN)], Ok(&[])),
            (
                "GetUser",
                &[("UserName", "alice")],
                Ok(&["<PermissionsBoundaryArn>arn:aws:iam::aws:policy/AdministratorAccess</PermissionsBoundaryArn>"]),
            ),
            (
                "GetPolicy",
                &[("PolicyArn", ADMIN)],
                Ok(&["<PermissionsBoundaryUsageCount>1</PermissionsBoundaryUsageCount>"]),
            ),
            (
                "ListEntitiesForPolicy",
                &[("PolicyArn", ADMIN), ("PolicyUsageFilter", "PermissionsBoundary")],
                Ok(&["<PolicyUsers><member><UserName>alice</UserName>"]),
            ),
            ("DeleteUserPermissionsBoundary", &[("UserName", "alice")], Ok(&[])),
            (
                "DeleteUserPermissionsBoundary",
                &[("UserName", "alice")],
                Err((404, GONE, "The user with name alice does not have a permissions boundary.")),
            ),
            ("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)], Ok(&[])),
            ("PutRolePermissionsBoundary", &[("RoleName", "app"), ("PermissionsBoundary", READ)], Ok(&[])),
            (
                "GetRole",
                &[("RoleName", "app")],
                Ok(&["<PermissionsBoundaryArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PermissionsBoundaryArn>"]),
            ),
            ("DeleteRolePermissionsBoundary", &[("RoleName", "app")], Ok(&[])),
            (
                "CreateUser",
                &[("UserName", "bob"), ("PermissionsBoundary", "arn:aws:iam::aws:policy/Nothing")],
                Err((404, GONE, "Scope ARN: arn:aws:iam::aws:policy/Nothing does not exist or is not attachable.")),
            ),
        ],
    );
}

#[test]
fn a_boundary_is_an_arn() {
    // Recorded for roles.
    let no_arn = || Err((400, "InvalidInput", "ARN arn:aws:iam::111122223333:not_a_policy/x is not valid."));
    let bad = ("PermissionsBoundary", "arn:aws:iam::111122223333:not_a_policy/x");
    walk(
        &mut lab(),
        &[
            ("CreateUser", &[("UserName", "alice"), bad], no_arn()),
            ("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST), bad], no_arn()),
            ("CreateUser", &[("UserName", "alice")], Ok(&[])),
            ("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)], Ok(&[])),
            ("PutUserPermissionsBoundary", &[("UserName", "alice"), bad], no_arn()),
            ("PutRolePermissionsBoundary", &[("RoleName", "app"), bad], no_arn()),
            (
                "PutRolePermissionsBoundary",
                &[("RoleName", "app"), ("PermissionsBoundary", "ReadOnlyAccess-of-aws")],
                Err((400, "InvalidInput", "ARN ReadOnlyAccess-of-aws is not valid.")),
            ),
        ],
    );
}

const FOLDED: &str = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";

#[test]
fn tags_of_users_roles_and_policies() {
    let tag = |key: &'static str, value: &'static str| [("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
    let with = |first: (&'static str, &'static str), rest: [(&'static str, &'static str); 2]| [first, rest[0], rest[1]];
    let arn = "arn:aws:iam::111122223333:policy/p";
    let twice = |one: &'static str, other: &'static str| {
        let second = [("Tags.member.2.Key", other), ("Tags.member.2.Value", "2")];
        [&tag(one, "1")[..], &second].concat()
    };
    walk(
        &mut lab(),
        &[
            (
                "CreateUser",
                &with(("UserName", "alice"), tag("Dept", "red")),
                Ok(&["<Tags><member><Key>Dept</Key><Value>red</Value></member></Tags>"]),
            ),
            ("TagUser", &with(("UserName", "alice"), tag("dept", "blue")), Ok(&[])),
            (
                "ListUserTags",
                &[("UserName", "alice")],
                Ok(&["<Tags><member><Key>Dept</Key><Value>blue</Value></member></Tags>"]),
            ),
            ("UntagUser", &[("UserName", "alice"), ("TagKeys.member.1", "DEPT")], Ok(&[])),
            ("ListUserTags", &[("UserName", "alice")], Ok(&["<Tags></Tags>"])),
            (
                "CreateUser",
                &[&[("UserName", "bob")], &twice("a", "A")[..]].concat(),
                Err((400, "InvalidInput", FOLDED)),
            ),
            ("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST)], Ok(&[])),
            ("TagRole", &with(("RoleName", "app"), tag("k", "v")), Ok(&[])),
            ("ListRoleTags", &[("RoleName", "app")], Ok(&["<Key>k</Key>"])),
            ("UntagRole", &[("RoleName", "app"), ("TagKeys.member.1", "k")], Ok(&[])),
            ("TagRole", &[&[("RoleName", "app")], &twice("a", "a")[..]].concat(), Err((400, "InvalidInput", FOLDED))),
            ("TagRole", &[&[("RoleName", "app")], &twice("a", "A")[..]].concat(), Err((400, "InvalidInput", FOLDED))),
            (
                "CreatePolicy",
                &[&[("PolicyName", "q"), ("PolicyDocument", DOCUMENT)], &twice("a", "a")[..]].concat(),
                Err((400, "InvalidInput", "Duplicate tag keys found.")),
            ),
            (
                "CreatePolicy",
                &[&[("PolicyName", "q"), ("PolicyDocument", DOCUMENT)], &twice("a", "A")[..]].concat(),
                Ok(&["<Key>a</Key><Value>1</Value></member><member><Key>A</Key>"]),
            ),
            ("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", DOCUMENT)], Ok(&[])),
            (
                "TagPolicy",
                &[&[("PolicyArn", arn)], &twice("a", "a")[..]].concat(),
                Err((400, "InvalidInput", "Duplicate tag keys found.")),
            ),
            ("TagPolicy", &with(("PolicyArn", arn), tag("k", "1")), Ok(&[])),
            ("TagPolicy", &with(("PolicyArn", arn), tag("K", "2")), Ok(&[])), // here the case counts
            ("ListPolicyTags", &[("PolicyArn", arn)], Ok(&["<Key>K</Key>", "<Key>k</Key>"])),
            ("UntagPolicy", &[("PolicyArn", arn), ("TagKeys.member.1", "k")], Ok(&[])),
            (
                "TagUser",
                &with(("UserName", "nobody"), tag("k", "v")),
                Err((404, GONE, "The user with name nobody cannot be found.")),
            ),
        ],
    );
}

#[test]
fn what_a_managed_policy_may_say() {
    // What AWS answered to documents of these kinds, in February 2026.
    let old = "Policy document must be version 2012-10-17 or greater.";
    let syntax = "Syntax errors in policy.";
    let legacy = "The policy failed legacy parsing";
    let actions = "Policy statement must contain actions.";
    let form = |text: &str| format!("Resource {text} must be in ARN format or \"*\".");
    let partition = |name: &str, arn: &str| format!("Partition \"{name}\" is not valid for resource \"{arn}\".");
    let vendor = "Resource vendor must be fully qualified and cannot contain regexes.";
    // Version; what stands in for parts of the statement; the sentence, or nothing.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], String);
    let cases: &[Case<'_>] = &[
        ("2012-10-17", &[], String::new()),
        ("", &[], old.into()),
        ("2008-10-17", &[], old.into()),
        ("2008-10-17", &[("Effect", "\"denY\"")], old.into()),
        ("", &[("Condition", r#"{"DateGreaterThan":{"a":"never"}}"#)], old.into()),
        ("2013-10-17", &[], syntax.into()),
        ("2012-10-17", &[("Effect", "\"Maybe\"")], syntax.into()),
        ("2012-10-17", &[("Effect", "\"denY\"")], legacy.into()),
        ("2012-10-17", &[("Effect", "\"allow\""), ("Action", "")], legacy.into()),
        ("2012-10-17", &[("Condition", r#"{"StringEquals":{"a":"b"}}"#)], String::new()),
        ("2012-10-17", &[("Condition", r#"{"DateGreaterThan":{"a":"01T"}}"#)], String::new()),
        ("2012-10-17", &[("Condition", r#"{"DateGreaterThan":{"a":"2016-12-13t2:00:00.593194+23"}}"#)], String::new()),
        ("2012-10-17", &[("Condition", r#"{"DateGreaterThan":{"a":"-292275054"}}"#)], String::new()),
        ("2012-10-17", &[("Condition", r#"{"DateGreaterThan":{"a":"2016-12-13t2:00:00.593194+1"}}"#)], legacy.into()),
        (
            "2012-10-17",
            &[("Condition", r#"{"DateLessThan":{"a":"2016-12-13t2:00:00.1999999999+10:59"}}"#)],
            legacy.into(),
        ),
        ("2012-10-17", &[("Condition", r#"{"DateLessThan":{"a":"234-13"}}"#)], legacy.into()),
        ("2012-10-17", &[("Condition", r#"{"DateLessThan":{"a":"9223372036854775808"}}"#)], legacy.into()),
        ("2012-10-17", &[("Action", ""), ("Condition", r#"{"DateLessThan":{"a":"never"}}"#)], legacy.into()),
        ("2012-10-17", &[("Action", "")], actions.into()),
        ("2012-10-17", &[("Action", "\"iam: as df \"")], String::new()),
        ("2012-10-17", &[("Action", "\"s3.s:ListBucket\"")], String::new()),
        ("2012-10-17", &[("Action", "\"a a:ListBucket\"")], "Vendor a a is not valid".into()),
        ("2012-10-17", &[("Action", "\"s:3:ListBucket\"")], "Actions/Condition can contain only one colon.".into()),
        ("2012-10-17", &[("Action", "\"s:3:ListBucket\""), ("Resource", "\"bucket\"")], form("bucket")),
        ("2012-10-17", &[("Action", "\"bad\""), ("Resource", "")], "Policy statement must contain resources.".into()),
        ("2012-10-17", &[("Resource", "\"a:bc\"")], partition("bc", "arn:bc:*:*:*:*")),
        ("2012-10-17", &[("Resource", "\"a:b:cd\"")], partition("b", "arn:b:cd:*:*:*")),
        ("2012-10-17", &[("Resource", "\"a:b:c:d:e:f:g:h\"")], partition("b", "arn:b:c:d:e:f:g:h")),
        ("2012-10-17", &[("Resource", "\"aws:s3:::x\"")], partition("s3", "arn:s3:::x:*")),
        ("2012-10-17", &[("Resource", r#"["arn:no:s3:::x","arn:no:s3::x"]"#)], partition("no", "arn:no:s3:::x")),
        (
            "2012-10-17",
            &[("Resource", "\"arn:no:s3:::x\""), ("Condition", r#"{"DateLessThan":{"a":"never"}}"#)],
            legacy.into(),
        ),
        ("2012-10-17", &[("Resource", "\"arn:aws\"")], vendor.into()),
        ("2012-10-17", &[("Resource", "\"arn:aws:thing\"")], String::new()),
        ("2012-10-17", &[("Resource", "\"arn:aws:s3::x\"")], legacy.into()),
        ("2012-10-17", &[("Action", ""), ("Resource", "\"arn:aws:s3::x\"")], legacy.into()),
        ("2012-10-17", &[("Resource", "\"arn:aws::::x\"")], legacy.into()),
        ("2012-10-17", &[("Resource", "\"arn:aws::x\"")], legacy.into()),
        ("2012-10-17", &[("Resource", "\"arn:aws:iam::*\"")], String::new()), // unconfirmed
        (
            "2012-10-17",
            &[("Resource", "\"arn:aws:iam:::x\"")],
            "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, group/, \
             instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, \
             access-report/."
                .into(),
        ),
    ];
    let mut lab = lab();
    lab.iam("CreateUser", &[("UserName", "alice")]).unwrap();
    for (number, (version, instead, want)) in cases.iter().enumerate() {
        let mut parts = vec![("Effect", "\"Allow\""), ("Action", "\"s3:ListBucket\""), ("Resource", "\"*\"")];
        parts.retain(|(name, _)| !instead.iter().any(|(other, _)| other == name));
        parts.extend(instead.iter().filter(|(_, value)| !value.is_empty()));
        let parts: Vec<String> = parts.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let version = if version.is_empty() { String::new() } else { format!("\"Version\":\"{version}\",") };
        let document = format!("{{{version}\"Statement\":{{{}}}}}", parts.join(","));
        let said = |answer: Result<String, Refused>| answer.err().map_or(String::new(), |refused| refused.message);
        let name = format!("p{number}");
        let made = lab.iam("CreatePolicy", &[("PolicyName", &name), ("PolicyDocument", &document)]);
        assert_eq!(said(made), *want, "{document}");
        // Inline policies may be of the older version.
        let inline = [("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", &document)];
        let put = said(lab.iam("PutUserPolicy", &inline));
        assert!(put != old && (want == old || put == *want), "{document}: {put}");
    }
}

#[test]
fn sizes_that_iam_refuses() {
    // A document of exactly `size` characters, besides whitespace that does not count.
    let sized = |size: usize| {
        let bare =
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;
        let sid = "a".repeat(size - bare.len());
        bare.replace("\"Sid\":\"\"", &format!("\"Sid\": \n \"{sid}\""))
    };
    let (fits, too_long) = (sized(2_048), sized(2_049));
    let (managed, too_long_managed) = (sized(6_144), sized(6_145));
    walk(
        &mut lab(),
        &[
            ("CreateUser", &[("UserName", "alice")], Ok(&[])),
            (
                "PutUserPolicy",
                &[("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", &too_long)],
                Err((409, "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user alice")),
            ),
            ("ListUserPolicies", &[("UserName", "alice")], Ok(&["<PolicyNames></PolicyNames>"])),
            ("PutUserPolicy", &[("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", &fits)], Ok(&[])),
            (
                "PutUserPolicy",
                &[("UserName", "alice"), ("PolicyName", "q"), ("PolicyDocument", DOCUMENT)],
                Err((409, "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user alice")),
            ),
            ("PutUserPolicy", &[("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", DOCUMENT)], Ok(&[])),
            (
                "CreatePolicy",
                &[("PolicyName", "p"), ("PolicyDocument", &too_long_managed)],
                Err((409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144")),
            ),
            ("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &managed)], Ok(&[])),
        ],
    );
}

#[test]
fn lists_come_in_pages() {
    let mut lab = lab();
    let mut want: Vec<String> = (0..7).map(|n| format!("user{n}")).collect();
    for name in &want {
        lab.iam("CreateUser", &[("UserName", name)]).unwrap();
    }
    want.insert(0, "administrator".into());
    let (mut seen, mut marker) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = vec![("MaxItems", "3")];
        if let Some(marker) = &marker {
            parameters.push(("Marker", marker));
        }
        let answer = lab.iam("ListUsers", &parameters).unwrap();
        seen.extend(answer.split("<UserName>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()));
        marker = tag(&answer, "Marker");
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(seen, want);
    let bad = lab.iam("ListUsers", &[("Marker", "***")]).unwrap_err();
    assert_eq!((bad.status, bad.code.as_str()), (400, "ValidationError"));
}

#[test]
fn an_access_key_says_when_it_was_used() {
    let mut lab = lab();
    let alice = lab.user("alice", None);
    let id = alice.access_key_id.clone();
    let never = lab.iam("GetAccessKeyLastUsed", &[("AccessKeyId", &id)]).unwrap();
    assert!(
        never.contains("<ServiceName>N/A</ServiceName>") && never.contains("<UserName>alice</UserName>"),
        "{never}"
    );
    lab.kms_as(&alice, "eu-west-1", "ListKeys", serde_json::json!({})).unwrap_err();
    let used = lab.iam("GetAccessKeyLastUsed", &[("AccessKeyId", &id)]).unwrap();
    for text in ["<ServiceName>kms</ServiceName>", "<Region>eu-west-1</Region>", "<LastUsedDate>2026-01-01T00:00:00Z"] {
        assert!(used.contains(text), "{text} in {used}");
    }
    let unknown = lab.iam("GetAccessKeyLastUsed", &[("AccessKeyId", "AKIAIOSFODNN7EXAMPLE")]).unwrap_err();
    let message = "User: arn:aws:iam::111122223333:user/administrator is not authorized to perform \
                   iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE";
    assert_eq!(unknown, Refused { status: 403, code: "AccessDenied".into(), message: message.into() });
}

#[test]
fn an_inactive_key_is_unknown() {
    let mut lab = lab();
    let alice = lab.user("alice", Some(DOCUMENT));
    let id = alice.access_key_id.clone();
    for (status, works) in [("Active", true), ("Inactive", false), ("Active", true)] {
        let parameters = [("UserName", "alice"), ("AccessKeyId", id.as_str()), ("Status", status)];
        lab.iam("UpdateAccessKey", &parameters).unwrap();
        let seen = lab.sts_as(&alice, "GetCallerIdentity", &[]);
        assert_eq!(seen.is_ok(), works, "{status}");
        if let Err(refused) = seen {
            assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidClientTokenId"));
            assert_eq!(refused.message, "The security token included in the request is invalid.");
        }
    }
}

#[test]
fn every_operation_answers_an_empty_body() {
    let mut lab = lab();
    let table = include_str!("../../src/service/iam/mod.rs");
    let names =
        table.split("Row::of::<").skip(1).map(|rest| rest.split("::").nth(1).unwrap().split('>').next().unwrap());
    let mut count = 0;
    for name in names {
        count += 1;
        if let Err(refused) = lab.iam(name, &[]) {
            assert_eq!((refused.status, refused.code.as_str()), (400, "ValidationError"), "{name}: {refused:?}");
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn one_accounts_names_are_not_anothers() {
    let mut lab = lab();
    let other = lab.lab.add_account("444455556666".parse().unwrap()).unwrap();
    lab.iam("CreateUser", &[("UserName", "alice")]).unwrap();
    let gone = lab.iam_as(&other, "GetUser", &[("UserName", "alice")]).unwrap_err();
    assert_eq!(gone.code, "NoSuchEntity");
    let made = lab.iam_as(&other, "CreateUser", &[("UserName", "alice")]).unwrap();
    assert!(made.contains("arn:aws:iam::444455556666:user/alice"), "{made}");
    lab.iam("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", DOCUMENT)]).unwrap();
    let arn = "arn:aws:iam::111122223333:policy/p";
    for (action, parameters) in [
        ("GetPolicy", vec![("PolicyArn", arn)]),
        ("GetPolicyVersion", vec![("PolicyArn", arn), ("VersionId", "v1")]),
        ("ListPolicyVersions", vec![("PolicyArn", arn)]),
        ("ListPolicyTags", vec![("PolicyArn", arn)]),
        ("ListEntitiesForPolicy", vec![("PolicyArn", arn)]),
        ("TagPolicy", vec![("PolicyArn", arn), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")]),
        ("UntagPolicy", vec![("PolicyArn", arn), ("TagKeys.member.1", "k")]),
        ("AttachUserPolicy", vec![("PolicyArn", arn), ("UserName", "alice")]),
        ("DeletePolicy", vec![("PolicyArn", arn)]),
    ] {
        let refused = lab.iam_as(&other, action, &parameters).unwrap_err();
        assert_eq!(refused.code, "NoSuchEntity", "{action}: {refused:?}");
    }
}
