//! IAM's policy simulator through the one gate: what it decides, which statements it names, and how it refuses.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use crate::support::{Refused, TestLab, lab, tag};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const THEIR_KEY: &str = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OBJECT: &str = "arn:aws:s3:::bucket/key";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const THEM: &str = "arn:aws:iam::444455556666:root";
const BAD: &str = "InvalidInput";

/// Allows `action` on everything. The statement stands from column 41 on.
fn allow(action: &str) -> String {
    statement("Allow", action, "")
}

fn statement(effect: &str, action: &str, more: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect":"{effect}","Action":"{action}","Resource":"*"{more}}}]}}"#
    )
}

/// The texts of all elements `name`.
fn all(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).map(str::to_owned).collect()
}

type Parameters<'a> = Vec<(&'a str, &'a str)>;

/// Simulates; the decisions of the results and of their resources, in order, and the ids of the matched statements.
fn simulated(lab: &mut TestLab, parameters: &[(&str, &str)]) -> (Vec<String>, Vec<String>, String) {
    let principal = parameters.iter().any(|(name, _)| *name == "PolicySourceArn");
    let action = if principal { "SimulatePrincipalPolicy" } else { "SimulateCustomPolicy" };
    let answer = lab.iam(action, parameters).unwrap();
    let decisions = [all(&answer, "EvalDecision"), all(&answer, "EvalResourceDecision")].concat();
    (decisions, all(&answer, "SourcePolicyId"), answer)
}

#[test]
fn decisions_and_the_statements_that_made_them() {
    let (decrypt, deny, list) = (allow("kms:Decrypt"), statement("Deny", "kms:*", ""), allow("kms:List*"));
    let at_noon = statement(
        "Allow",
        "kms:Decrypt",
        r#","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01T12:00:00Z"}}"#,
    );
    let several =
        statement("Allow", "kms:Decrypt", r#","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#);
    let (one, two) = ("PolicyInputList.member.1", "PolicyInputList.member.2");
    let (action, resource) = ("ActionNames.member.1", "ResourceArns.member.1");
    let bound = "PermissionsBoundaryPolicyInputList.member.1";
    let scp = "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1";
    let (key, kind, value) = (
        "ContextEntries.member.1.ContextKeyName",
        "ContextEntries.member.1.ContextKeyType",
        "ContextEntries.member.1.ContextKeyValues.member.1",
    );
    let second = "ContextEntries.member.1.ContextKeyValues.member.2";
    let cases: Vec<(Parameters<'_>, &[&str], &[&str])> = vec![
        (vec![(one, &decrypt), (action, "kms:Decrypt")], &["allowed"], &["PolicyInputList.1"]),
        // The same statement once for the action, once for the resource.
        (
            vec![(one, &decrypt), (action, "kms:Decrypt"), (resource, KEY)],
            &["allowed", "allowed"],
            &["PolicyInputList.1", "PolicyInputList.1"],
        ),
        (vec![(one, &decrypt), (action, "kms:Encrypt")], &["implicitDeny"], &[]),
        (vec![(one, &decrypt), (two, &deny), (action, "kms:Decrypt")], &["explicitDeny"], &["PolicyInputList.2"]),
        (vec![(one, &decrypt), (bound, &decrypt), (action, "kms:Decrypt")], &["allowed"], &["PolicyInputList.1"]),
        (vec![(one, &decrypt), (bound, &list), (action, "kms:Decrypt")], &["implicitDeny"], &[]),
        (vec![(one, &decrypt), (bound, &deny), (action, "kms:Decrypt")], &["explicitDeny"], &[]),
        (vec![(one, &decrypt), (scp, &decrypt), (action, "kms:Decrypt")], &["allowed"], &["PolicyInputList.1"]),
        (vec![(one, &decrypt), (scp, &list), (action, "kms:Decrypt")], &["implicitDeny"], &[]),
        (vec![(one, &decrypt), (two, &deny), (scp, &deny), (action, "kms:Decrypt")], &["explicitDeny"], &[]),
        (vec![(one, &at_noon), (action, "kms:Decrypt")], &["implicitDeny"], &[]),
        (
            vec![
                (one, &at_noon),
                (action, "kms:Decrypt"),
                (key, "aws:CurrentTime"),
                (kind, "date"),
                (value, "2026-01-01T11:00:00Z"),
            ],
            &["allowed"],
            &["PolicyInputList.1"],
        ),
        (
            vec![
                (one, &several),
                (action, "kms:Decrypt"),
                (key, "AWS:TagKeys"),
                (kind, "stringList"),
                (value, "a"),
                (second, "c"),
            ],
            &["implicitDeny"],
            &[],
        ),
        // Actions of services that the lab does not have are decided all the same.
        (vec![(one, &decrypt), (action, "sqs:SendMessage")], &["implicitDeny"], &[]),
    ];
    let mut lab = lab();
    for (parameters, decisions, ids) in cases {
        let (seen, matched, answer) = simulated(&mut lab, &parameters);
        assert_eq!((seen, matched), (to_owned(decisions), to_owned(ids)), "{parameters:?}\n{answer}");
    }
}

fn to_owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn details_of_an_answer() {
    let policy =
        statement("Allow", "kms:Decrypt", r#","Condition":{"StringEquals":{"kms:ViaService":"${aws:username}"}}"#);
    let (list, every, at) = (allow("kms:List*"), allow("kms:*"), "PolicyInputList.member.1");
    let cases: Vec<(Parameters<'_>, &[&str], &[&str])> = vec![
        (
            vec![(at, &policy), ("ActionNames.member.1", "kms:Decrypt"), ("ResourceArns.member.1", KEY)],
            &[
                "<EvalActionName>kms:Decrypt</EvalActionName>",
                "<EvalResourceName>arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}</EvalResourceName>",
                "<MatchedStatements></MatchedStatements>",
                "<MissingContextValues><member>kms:ViaService</member><member>aws:username</member></MissingContextValues>",
                "<EvalDecisionDetails></EvalDecisionDetails>",
                "<IsTruncated>false</IsTruncated>",
            ],
            &["BoundaryDecision", "OrganizationsDecision", "<Marker>"],
        ),
        (
            vec![(at, &list), ("ActionNames.member.1", "kms:ListKeys"), ("ResourceArns.member.1", KEY)],
            &["<EvalResourceName>*</EvalResourceName>"],
            &[],
        ),
        (
            vec![(at, &list), ("ActionNames.member.1", "s3:GetObject"), ("ResourceArns.member.1", OBJECT)],
            &["<EvalResourceName>arn:${Partition}:s3:::${BucketName}/${KeyName}</EvalResourceName>"],
            &[],
        ),
        (
            vec![
                (at, &every),
                ("ActionNames.member.1", "kms:Decrypt"),
                ("PermissionsBoundaryPolicyInputList.member.1", &list),
                ("OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1", &every),
            ],
            &[
                "<AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary>",
                "<AllowedByOrganizations>true</AllowedByOrganizations>",
                "<MissingContextValues></MissingContextValues>",
            ],
            &["EvalDecisionDetails", "ResourceSpecificResults"],
        ),
        (
            vec![(at, &every), ("ActionNames.member.1", "kms:Decrypt")],
            &[
                "<SourcePolicyType>IAM Policy</SourcePolicyType>",
                "<StartPosition><Line>1</Line><Column>41</Column></StartPosition>",
                "<EndPosition><Line>1</Line><Column>91</Column></EndPosition>",
            ],
            &[],
        ),
    ];
    let mut lab = lab();
    for (parameters, has, has_not) in cases {
        let (_, _, answer) = simulated(&mut lab, &parameters);
        has.iter().for_each(|text| assert!(answer.contains(text), "no {text} in\n{answer}"));
        has_not.iter().for_each(|text| assert!(!answer.contains(text), "{text} in\n{answer}"));
    }
}

#[test]
fn several_resources_make_the_most_restrictive_decision() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::bucket/secret"}]}"#;
    let parameters = [
        ("PolicyInputList.member.1", policy),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ResourceArns.member.1", OBJECT),
        ("ResourceArns.member.2", "arn:aws:s3:::bucket/secret"),
    ];
    let (decisions, _, answer) = simulated(&mut lab(), &parameters);
    assert_eq!(decisions, ["explicitDeny", "allowed", "explicitDeny"]);
    let lines = all(&answer, "StartPosition");
    // The second statement begins behind the comma, at the end of the first line.
    let (first, second) = ("<Line>1</Line><Column>38</Column>", "<Line>1</Line><Column>88</Column>");
    assert_eq!(lines, [second, first, second]);
}

/// The caller's policy, action and resource, the resource's policy and owner; the decision and the matched statements.
type Guarded<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, &'a str, &'a str, &'a [&'a str]);

/// `ResourcePolicy`, `CallerArn` and `ResourceOwner`: one account and two.
#[test]
fn policies_of_resources() {
    let (get, none, keys) = (allow("s3:GetObject"), allow("iam:List*"), allow("kms:Decrypt"));
    let bucket =
        |effect: &str, who: &str| statement(effect, "s3:GetObject", &format!(r#","Principal":{{"AWS":"{who}"}}"#));
    let (ours, not_ours, account) = (bucket("Allow", ALICE), bucket("Deny", ALICE), bucket("Allow", "111122223333"));
    let key = |who: &str| statement("Allow", "kms:*", &format!(r#","Principal":{{"AWS":"{who}"}}"#));
    let (delegating, theirs, shared) = (key("111122223333"), key(THEM), key(ALICE));
    let queue = statement("Allow", "sqs:SendMessage", &format!(r#","Principal":{{"AWS":"{ALICE}"}}"#));
    let trust = |effect: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{{"AWS":"{ALICE}"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    let (trusts, trusts_not, assume) = (trust("Allow"), trust("Deny"), allow("sts:AssumeRole"));
    let own = "arn:aws:iam::111122223333:root";
    let cases: &[Guarded<'_>] = &[
        (&none, "s3:GetObject", OBJECT, Some(&ours), own, "allowed", &["ResourcePolicy"]),
        (&get, "s3:GetObject", OBJECT, Some(&ours), own, "allowed", &["ResourcePolicy", "PolicyInputList.1"]),
        (&get, "s3:GetObject", OBJECT, Some(&not_ours), own, "explicitDeny", &["ResourcePolicy"]),
        // Across accounts both sides must allow.
        (&none, "s3:GetObject", OBJECT, Some(&ours), THEM, "implicitDeny", &[]),
        (&get, "s3:GetObject", OBJECT, Some(&account), THEM, "allowed", &["ResourcePolicy", "PolicyInputList.1"]),
        (&get, "s3:GetObject", OBJECT, None, THEM, "implicitDeny", &[]),
        (&keys, "kms:Decrypt", KEY, Some(&delegating), own, "allowed", &["ResourcePolicy", "PolicyInputList.1"]),
        (&keys, "kms:Decrypt", KEY, Some(&theirs), own, "implicitDeny", &[]),
        // Without a key policy the identity side decides (authorization.md 9).
        (&keys, "kms:Decrypt", KEY, None, own, "allowed", &["PolicyInputList.1"]),
        (&none, "kms:Decrypt", KEY, Some(&shared), own, "allowed", &["ResourcePolicy"]),
        (&none, "kms:Decrypt", THEIR_KEY, Some(&shared), THEM, "implicitDeny", &[]),
        (&keys, "kms:Decrypt", THEIR_KEY, Some(&shared), THEM, "allowed", &["ResourcePolicy", "PolicyInputList.1"]),
        (
            &none,
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:111122223333:q",
            Some(&queue),
            own,
            "allowed",
            &["ResourcePolicy"],
        ),
        // aws-cli issue 10314: AWS leaves trust policies out; the lab asks them.
        (&assume, "sts:AssumeRole", ROLE, Some(&trusts_not), own, "explicitDeny", &["ResourcePolicy"]),
        (&none, "sts:AssumeRole", ROLE, Some(&trusts), own, "allowed", &["ResourcePolicy"]),
        (&assume, "sts:AssumeRole", ROLE, None, own, "allowed", &["PolicyInputList.1"]),
    ];
    let mut lab = lab();
    for (policy, action, resource, attached, owner, decision, ids) in cases {
        let mut parameters = vec![
            ("PolicyInputList.member.1", *policy),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
            ("ResourceOwner", owner),
            ("CallerArn", ALICE),
        ];
        parameters.extend(attached.map(|text| ("ResourcePolicy", text)));
        let (decisions, matched, answer) = simulated(&mut lab, &parameters);
        assert_eq!(decisions, [*decision, *decision], "{parameters:?}\n{answer}");
        assert_eq!(matched, to_owned(&[*ids, *ids].concat()), "{parameters:?}\n{answer}");
        let cross = *owner == THEM;
        let details = "<entry><key>Resource Policy</key>";
        assert_eq!(answer.contains(details), cross, "{answer}");
    }
}

/// A user in a group, a role with a boundary, and what hangs on them.
fn peopled() -> TestLab {
    let mut lab = lab();
    lab.user("alice", Some(&allow("kms:Decrypt")));
    let (list, trust) = (
        statement("Allow", "kms:List*", r#","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#,
    );
    let own = statement("Allow", "kms:Encrypt", r#","Condition":{"StringEquals":{"aws:username":"alice"}}"#);
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let steps: &[(&str, &[(&str, &str)])] = &[
        ("CreateGroup", &[("GroupName", "devs")]),
        ("PutGroupPolicy", &[("GroupName", "devs"), ("PolicyName", "list"), ("PolicyDocument", &list)]),
        ("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")]),
        ("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", &own)]),
        ("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", "arn:aws:iam::111122223333:policy/own")]),
        ("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", trust), ("PermissionsBoundary", read)]),
        ("PutRolePolicy", &[("RoleName", "app"), ("PolicyName", "p"), ("PolicyDocument", &allow("kms:*"))]),
    ];
    for (action, parameters) in steps {
        lab.iam(action, parameters).unwrap();
    }
    lab
}

#[test]
fn the_policies_of_a_principal() {
    let (group, more) = ("arn:aws:iam::111122223333:group/devs", allow("kms:*"));
    let type_of = "PolicyExclusionList.member.1.PolicyType";
    let arn_of = "PolicyExclusionList.member.1.PolicyArn";
    let inline = |member: &str| format!("PolicyExclusionList.member.1.InlinePolicyIdentifier.{member}");
    let (policy, holder, name) = (inline("PolicyName"), inline("AttachmentType"), inline("AttachmentName"));
    let (secure, value) =
        ("ContextEntries.member.1.ContextKeyName", "ContextEntries.member.1.ContextKeyValues.member.1");
    let cases: Vec<(&str, &str, Parameters<'_>, &str, &[&str])> = vec![
        (ALICE, "kms:Decrypt", vec![], "allowed", &["user_alice_inline"]),
        // The user's own name is known.
        (ALICE, "kms:Encrypt", vec![], "allowed", &["own"]),
        (ALICE, "kms:ListKeys", vec![], "implicitDeny", &[]),
        (
            ALICE,
            "kms:ListKeys",
            vec![(secure, "aws:SecureTransport"), (value, "true")],
            "allowed",
            &["group_devs_list"],
        ),
        (
            group,
            "kms:ListKeys",
            vec![(secure, "aws:SecureTransport"), (value, "true")],
            "allowed",
            &["group_devs_list"],
        ),
        (group, "kms:Decrypt", vec![], "implicitDeny", &[]),
        (group, "kms:Decrypt", vec![("PolicyInputList.member.1", &more)], "allowed", &["PolicyInputList.1"]),
        // Bob with Alice's policies.
        (ALICE, "kms:Encrypt", vec![("CallerArn", "arn:aws:iam::111122223333:user/bob")], "implicitDeny", &[]),
        (ROLE, "kms:ListKeys", vec![], "allowed", &["role_app_p"]),
        (ROLE, "kms:Decrypt", vec![], "implicitDeny", &[]),
        (ROLE, "kms:Decrypt", vec![("PermissionsBoundaryPolicyInputList.member.1", &more)], "allowed", &["role_app_p"]),
        (ROLE, "kms:Decrypt", vec![(type_of, "permission-boundary")], "allowed", &["role_app_p"]),
        (ALICE, "kms:Decrypt", vec![(type_of, "inline")], "implicitDeny", &[]),
        (ALICE, "kms:Decrypt", vec![(type_of, "aws-managed")], "allowed", &["user_alice_inline"]),
        (ALICE, "kms:Decrypt", vec![(type_of, "rcp")], "allowed", &["user_alice_inline"]),
        (ALICE, "kms:Encrypt", vec![(type_of, "user-managed")], "implicitDeny", &[]),
        (ALICE, "kms:Encrypt", vec![(arn_of, "arn:aws:iam::111122223333:policy/o*")], "implicitDeny", &[]),
        (ALICE, "kms:Encrypt", vec![(arn_of, "arn:aws:iam::111122223333:policy/x*")], "allowed", &["own"]),
        (ALICE, "kms:Decrypt", vec![(&policy, "inline"), (&holder, "user"), (&name, "alice")], "implicitDeny", &[]),
        (
            ALICE,
            "kms:Decrypt",
            vec![(&policy, "inline"), (&holder, "role"), (&name, "alice")],
            "allowed",
            &["user_alice_inline"],
        ),
    ];
    let mut lab = peopled();
    for (source, action, more, decision, ids) in cases {
        let mut parameters = vec![("PolicySourceArn", source), ("ActionNames.member.1", action)];
        parameters.extend(more);
        let (decisions, matched, answer) = simulated(&mut lab, &parameters);
        assert_eq!((decisions, matched), (to_owned(&[decision]), to_owned(ids)), "{parameters:?}\n{answer}");
    }
}

#[test]
fn context_keys() {
    let mut lab = peopled();
    // IAM User Guide, "Use GetContextKeysForCustomPolicy with a CLI".
    let policy = r#"{"Version":"2012-10-17", "Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}"#;
    let given = ("PolicyInputList.member.1", policy);
    let cases: Vec<(&str, Parameters<'_>, &[&str])> = vec![
        ("GetContextKeysForCustomPolicy", vec![given], &["aws:username", "aws:CurrentTime"]),
        (
            "GetContextKeysForPrincipalPolicy",
            vec![("PolicySourceArn", ALICE), given],
            &["aws:username", "aws:SecureTransport", "aws:CurrentTime"],
        ),
        // The boundary is not asked.
        ("GetContextKeysForPrincipalPolicy", vec![("PolicySourceArn", ROLE)], &[]),
    ];
    for (action, parameters, want) in cases {
        let answer = lab.iam(action, &parameters).unwrap();
        assert_eq!(all(&answer, "member"), to_owned(want), "{answer}");
    }
}

#[test]
fn refusals() {
    let mut lab = peopled();
    let (good, one) = (allow("kms:*"), "PolicyInputList.member.1");
    let bucket = statement("Allow", "s3:*", r#","Principal":"*""#);
    let (key, kind) = ("ContextEntries.member.1.ContextKeyName", "ContextEntries.member.1.ContextKeyType");
    let value = "ContextEntries.member.1.ContextKeyValues.member.1";
    let session = "arn:aws:sts::111122223333:assumed-role/app/session";
    let resource = "ResourceArns.member.1";
    let cases: Vec<(Parameters<'_>, u16, &str, &str)> = vec![
        // Recorded sentences.
        (
            vec![("PolicySourceArn", session)],
            400,
            BAD,
            "Invalid Entity Arn: arn:aws:sts::111122223333:assumed-role/app/session does not clearly define entity type and name.",
        ),
        (
            vec![("PolicySourceArn", "arn:aws:iam::444455556666:role/app")],
            400,
            BAD,
            "Invalid Policy Source Arn: caller's account 111122223333 does not have access to policies in account 444455556666",
        ),
        (
            vec![("PolicySourceArn", "arn:aws:iam::111122223333:role/no")],
            404,
            "NoSuchEntity",
            "The role with name no cannot be found.",
        ),
        (
            vec![("PolicySourceArn", "arn:aws:iam::111122223333:role/path/app")],
            404,
            "NoSuchEntity",
            "The role with name app cannot be found.",
        ),
        (
            vec![("PolicySourceArn", ROLE), ("ResourcePolicy", &bucket), (resource, OBJECT)],
            400,
            BAD,
            "Invalid caller - Caller must be an IAM user in this context.",
        ),
        (
            vec![(one, &good), ("ResourceOwner", "123456789012")],
            400,
            BAD,
            "'123456789012' is not a valid as a Resource Owner.",
        ),
        (
            vec![(one, &good), (resource, "14a050d4")],
            400,
            BAD,
            "ResourceNames are not in a valid ARN format: 14a050d4.",
        ),
        // The others are ours.
        (
            vec![(one, &good), ("CallerArn", session)],
            400,
            BAD,
            "Invalid Entity Arn: arn:aws:sts::111122223333:assumed-role/app/session does not clearly define entity type and name.",
        ),
        (
            vec![(one, &good), ("ResourcePolicy", &bucket), (resource, OBJECT)],
            400,
            BAD,
            "CallerArn is required when a ResourcePolicy is specified.",
        ),
        (vec![(one, "{")], 400, BAD, "Syntax errors in policy."),
        (vec![(one, &bucket)], 400, BAD, "Policy document should not specify a principal."),
        (
            vec![(one, &good), ("ResourceHandlingOption", "EC2-Moon")],
            400,
            BAD,
            "Invalid Resource Handling Option: EC2-Moon",
        ),
        (
            vec![(one, &good), (key, "aws:CurrentTime"), (kind, "date"), (value, "noon")],
            400,
            BAD,
            "Context key aws:CurrentTime: 'noon' is not a valid date",
        ),
        (
            vec![
                (one, &good),
                ("PermissionsBoundaryPolicyInputList.member.1", &good),
                ("PermissionsBoundaryPolicyInputList.member.2", &good),
            ],
            400,
            BAD,
            "Only one permissions boundary policy can be simulated.",
        ),
        (vec![(one, &good), ("Marker", "?")], 400, "ValidationError", "Invalid Marker."),
    ];
    for (mut parameters, status, code, message) in cases {
        parameters.push(("ActionNames.member.1", "kms:Decrypt"));
        let principal = parameters.iter().any(|(name, _)| *name == "PolicySourceArn");
        let action = if principal { "SimulatePrincipalPolicy" } else { "SimulateCustomPolicy" };
        let want = Refused { status, code: code.into(), message: message.into() };
        assert_eq!(lab.iam(action, &parameters), Err(want), "{parameters:?}");
    }
    let wild = lab.iam("SimulateCustomPolicy", &[(one, &good), ("ActionNames.member.1", "kms:*")]);
    assert_eq!(wild.unwrap_err().message, "Invalid action name: kms:*");
}

#[test]
fn results_come_in_pages() {
    let mut lab = lab();
    let (good, mut marker, mut seen) = (allow("kms:*"), None::<String>, Vec::new());
    for page in 1..=3 {
        let mut parameters = vec![("PolicyInputList.member.1", good.as_str()), ("MaxItems", "2")];
        let actions = ["kms:Decrypt", "kms:Decrypt", "kms:Encrypt", "s3:GetObject", "kms:Verify"];
        let names: Vec<String> = (1..=actions.len()).map(|at| format!("ActionNames.member.{at}")).collect();
        parameters.extend(names.iter().map(String::as_str).zip(actions));
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let answer = lab.iam("SimulateCustomPolicy", &parameters).unwrap();
        seen.extend(all(&answer, "EvalActionName"));
        assert_eq!(tag(&answer, "IsTruncated").unwrap(), if page < 3 { "true" } else { "false" });
        marker = tag(&answer, "Marker");
    }
    assert_eq!(
        (seen, marker),
        (to_owned(&["kms:Decrypt", "kms:Decrypt", "kms:Encrypt", "s3:GetObject", "kms:Verify"]), None)
    );
}

/// The calls themselves are authorized: on the source where there is one.
#[test]
fn who_may_simulate() {
    let mut lab = peopled();
    let narrow = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["iam:SimulatePrincipalPolicy","iam:GetContextKeysForPrincipalPolicy"],"Resource":"{ALICE}"}}]}}"#
    );
    let bob = lab.user("bob", Some(&narrow));
    let good = allow("kms:*");
    let (source, action, list) =
        ("PolicySourceArn", ("ActionNames.member.1", "kms:Decrypt"), ("PolicyInputList.member.1", good.as_str()));
    let cases: Vec<(&str, Parameters<'_>, Option<&str>)> = vec![
        ("SimulatePrincipalPolicy", vec![(source, ALICE), action], None),
        ("GetContextKeysForPrincipalPolicy", vec![(source, ALICE)], None),
        ("SimulatePrincipalPolicy", vec![(source, ROLE), action], Some(ROLE)),
        ("GetContextKeysForPrincipalPolicy", vec![(source, ROLE)], Some(ROLE)),
        ("SimulateCustomPolicy", vec![list, action], Some("*")),
        ("GetContextKeysForCustomPolicy", vec![list], Some("*")),
    ];
    for (operation, parameters, refused) in cases {
        let seen = lab.iam_as(&bob, operation, &parameters).map(drop);
        let want = refused.map(|on| Refused {
            status: 403,
            code: "AccessDenied".into(),
            message: format!(
                "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: iam:{operation} on resource: {on} because no identity-based policy allows the iam:{operation} action"
            ),
        });
        assert_eq!(seen.err(), want, "{operation}");
    }
}
