//! Every check: a policy that it finds something in, and one near to it in which it does not.

extern crate alloc;

use alloc::collections::BTreeSet;
use kmslab::policy::Kind;
use kmslab::report::{CHECKS, Checked, check};
use proptest::prelude::*;

const ROOT: &str =
    r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}"#;

/// A policy with the account's statement, if it is a key policy, and `statement`.
fn policy(kind: Kind, statement: &str) -> String {
    let own = if kind == Kind::Key { format!("{ROOT},") } else { String::new() };
    format!(r#"{{"Version":"2012-10-17","Statement":[{own}{statement}]}}"#)
}

fn codes(checked: &Checked) -> BTreeSet<&'static str> {
    checked.findings.iter().map(|finding| finding.code).collect()
}

/// What follows `"Effect":"Allow",` in a statement about one role of the key's account.
const ALICE: &str = r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/alice"},"Resource":"*""#;

/// Code, kind, the statement that has it, and one that has not. `@` stands for [`ALICE`].
const CASES: &[(&str, Kind, &str, &str)] = &[
    (
        "KMS001",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"AWS":"alice"},"Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt"}"#,
    ),
    (
        "KMS004",
        Kind::Key,
        r#"{"Sid":"a","Effect":"Allow",@,"Action":"kms:Decrypt"},{"Sid":"a","Effect":"Allow",@,"Action":"kms:Encrypt"}"#,
        r#"{"Sid":"a","Effect":"Allow",@,"Action":"kms:Decrypt"},{"Sid":"b","Effect":"Allow",@,"Action":"kms:Encrypt"}"#,
    ),
    (
        "KMS003",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaService":[]}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaService":["s3.us-east-1.amazonaws.com"]}}}"#,
    ),
    (
        "KMS101",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}"#,
        r#"{"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"}}}"#,
    ),
    (
        "KMS101",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}}}"#,
        r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}}"#,
    ),
    (
        "KMS101",
        Kind::Trust,
        r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#,
    ),
    (
        "KMS101",
        Kind::Bucket,
        r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#,
        r#"{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#,
    ),
    (
        "KMS102",
        Kind::Key,
        r#"{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/alice"},"Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/alice"},"Action":"kms:Decrypt","Resource":"*"}"#,
    ),
    (
        "KMS104",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Decrypt","Resource":"*"}"#,
    ),
    (
        "KMS105",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/app"},"Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt"}"#,
    ),
    (
        "KMS106",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:*"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:GenerateDataKey*"}"#,
    ),
    (
        "KMS107",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}"#,
    ),
    (
        "KMS109",
        Kind::Key,
        r#"{"Effect":"Deny","Principal":"*","Action":"kms:Put*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Principal":"*","Action":"kms:Put*","Resource":"*","Condition":{"Bool":{"kms:BypassPolicyLockoutSafetyCheck":"true"}}}"#,
    ),
    (
        "KMS111",
        Kind::Trust,
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}}"#,
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:me/mine:*"}}}"#,
    ),
    (
        "KMS201",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:ReEncrypt"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:ReEncrypt*"}"#,
    ),
    (
        "KMS201",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"s3:Fetch*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":["lambda:Whatever","ec2:Whatever"],"Resource":"*"}"#,
    ),
    (
        "KMS202",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":["kms:Decrypt","s3:GetObject"]}"#,
        r#"{"Effect":"Allow",@,"Action":["kms:Decrypt"]}"#,
    ),
    (
        "KMS203",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:CreateGrant"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:CreateGrant","Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}"#,
    ),
    (
        "KMS204",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
    ),
    (
        "KMS205",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:111122223333:key/*"}"#,
        r#"{"Effect":"Allow","Action":"kms:List*","Resource":"*"}"#,
    ),
    (
        "KMS206",
        Kind::Identity,
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#,
    ),
    (
        "KMS207",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:ListKeys","Resource":"arn:aws:kms:us-east-1:111122223333:key/*"}"#,
        r#"{"Effect":"Allow","Action":"kms:ListKeys","Resource":"*"}"#,
    ),
    (
        "KMS208",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:alias/a"}"#,
        r#"{"Effect":"Allow","Action":"kms:CreateAlias","Resource":"arn:aws:kms:us-east-1:111122223333:alias/a"}"#,
    ),
    (
        "KMS209",
        Kind::Key,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt"}"#,
    ),
    (
        "KMS207",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::b/*"}"#,
        r#"{"Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}"#,
    ),
    (
        "KMS207",
        Kind::Bucket,
        r#"{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b"}"#,
        r#"{"Effect":"Deny","Principal":"*","Action":["s3:PutObject","s3:GetBucketAcl","s3:*"],"Resource":"arn:aws:s3:::b*"}"#,
    ),
    (
        "KMS304",
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalArn":"admins"}}}"#,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/a","*:role/b","${aws:PrincipalArn}"]}}}"#,
    ),
    (
        "KMS210",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*"}"#,
        r#"{"Effect":"Deny","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*"}"#,
    ),
    (
        "KMS211",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::account_id:role/app"}"#,
        r#"{"Effect":"Allow","Action":"iam:*","Resource":["arn:aws:iam::aws:policy/ReadOnlyAccess","arn:aws:iam::*:role/app"]}"#,
    ),
    (
        "KMS211",
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"ssm:GetParameter","Resource":"arn:aws:ssm:111122223333:us-east-1:parameter/a"}"#,
        r#"{"Effect":"Deny","Action":"ssm:GetParameter","Resource":["arn:aws:ssm:us-east-1::parameter/a","arn:aws:ssm:*:1111*:parameter/a"]}"#,
    ),
    (
        "KMS301",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaServices":"x"}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"KMS:viaservice":"x"}}}"#,
    ),
    (
        "KMS302",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:DescribeKey","Condition":{"StringEquals":{"kms:EncryptionContext:app":"x"}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:EncryptionContext:app":"x"}}}"#,
    ),
    (
        "KMS303",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":["kms:Decrypt","kms:DescribeKey"],"Condition":{"StringEquals":{"kms:EncryptionContext:app":"x"}}}"#,
        r#"{"Effect":"Allow",@,"Action":["kms:Decrypt","kms:Encrypt"],"Condition":{"StringEquals":{"kms:EncryptionContext:app":"x"}}}"#,
    ),
    (
        "KMS304",
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*","Condition":{"StringLike":{"aws:SourceIp":"10.0.0.0/8"}}}"#,
        r#"{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}"#,
    ),
    (
        "KMS305",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:TagResource","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#,
        r#"{"Effect":"Allow","Action":"kms:TagResource","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}}"#,
    ),
    (
        "KMS306",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"kms:ViaService":"x"}}}"#,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/x"}}}"#,
    ),
    (
        "KMS307",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ResourceAliases":"alias/x"}}}"#,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:RequestAlias":"alias/x"}}}"#,
    ),
    (
        "KMS308",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}"#,
        r#"{"Effect":"Deny",@,"Action":"kms:Decrypt","Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}"#,
    ),
    (
        "KMS309",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
        r#"{"Effect":"Deny",@,"Action":"kms:Decrypt","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}"#,
    ),
    (
        "KMS310",
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ),
    (
        "KMS311",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringEquals":{"kms:ViaService":"s3.*.amazonaws.com"}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}}}"#,
    ),
    (
        "KMS312",
        Kind::Key,
        r#"{"Effect":"Deny",@,"Action":"kms:Decrypt","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#,
        r#"{"Effect":"Deny",@,"Action":"kms:Decrypt","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Bool":{"aws:ViaAWSService":"false"}}}"#,
    ),
    (
        "KMS207",
        Kind::Identity,
        r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:s3:::b/*"}"#,
        r#"{"Effect":"Allow","Action":["kms:Decrypt","s3:GetObject"],"Resource":["arn:aws:s3:::b/*","arn:aws:kms:us-east-1:111122223333:key/*"]}"#,
    ),
    (
        "KMS304",
        Kind::Identity,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"no"}}}"#,
        r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":false},"NumericLessThanIfExists":{"kms:RotationPeriodInDays":"90"}}}"#,
    ),
    (
        "KMS305",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":["kms:CreateGrant","kms:ListGrants"],"Condition":{"ForAllValues:StringEquals":{"kms:GrantOperations":"Decrypt"}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:CreateGrant","Condition":{"ForAllValues:StringEquals":{"kms:GrantOperations":"Decrypt"}}}"#,
    ),
    (
        "KMS304",
        Kind::Key,
        r#"{"Effect":"Allow",@,"Action":"kms:Decrypt","Condition":{"NumericEquals":{"kms:CallerAccount":"111122223333"}}}"#,
        r#"{"Effect":"Allow",@,"Action":"kms:ImportKeyMaterial","Condition":{"NumericLessThanEquals":{"kms:ValidTo":"1483257599.0"}}}"#,
    ),
];

/// The same for what is about the document as a whole: both texts are documents.
const WHOLE: &[(&str, Kind, &str, &str)] = &[
    (
        "KMS002",
        Kind::Key,
        r#"{"Resources":{"K":{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{"Ref":"P"}}}}}"#,
        r#"{"Resources":{"K":{"Type":"AWS::KMS::Key","Properties":{}}}}"#,
    ),
    (
        "KMS002",
        Kind::Key,
        r#"{"planned_values":{"root_module":{"resources":[{"address":"aws_kms_key_policy.a","type":"aws_kms_key_policy","values":{}}]}}}"#,
        r#"{"planned_values":{"root_module":{"resources":[{"address":"aws_kms_key.a","type":"aws_kms_key","values":{}}]}}}"#,
    ),
    (
        "KMS005",
        Kind::Identity,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}}"#,
    ),
    (
        "KMS006",
        Kind::Identity,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/x"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/x"}}"#,
    ),
    (
        "KMS103",
        Kind::Key,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"alice"},"Action":"kms:*","Resource":"*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},"Action":"kms:Decrypt","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":"kms:Decrypt","Resource":"*"}]}"#,
    ),
    (
        "KMS108",
        Kind::Trust,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"AROAIDPPEZS35WEXAMPLE"},"Action":"sts:AssumeRole"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/AROA"},"Action":"sts:AssumeRole"}}"#,
    ),
    (
        "KMS109",
        Kind::Key,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Decrypt","Resource":"*"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Put*","Resource":"*"}}"#,
    ),
    (
        "KMS110",
        Kind::Key,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":"kms:Put*","Resource":"*"}}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Put*","Resource":"*"}}"#,
    ),
];

#[test]
fn every_check_finds_what_it_is_for_and_not_its_neighbour() {
    let whole =
        |(code, kind, bad, good): &(&'static str, Kind, &str, &str)| (*code, *kind, bad.to_string(), good.to_string());
    let cases: Vec<_> = CASES
        .iter()
        .map(|(code, kind, bad, good)| {
            let full = |statement: &str| policy(*kind, &statement.replace('@', ALICE));
            (*code, *kind, full(bad), full(good))
        })
        .chain(WHOLE.iter().map(whole))
        .collect();
    for (code, kind, bad, good) in &cases {
        let found = check(bad, Some(*kind));
        assert!(codes(&found).contains(code), "{code} is not found in {bad}: {:?}", codes(&found));
        let found = check(good, Some(*kind));
        assert!(
            !codes(&found).contains(code) && !codes(&found).contains("KMS001"),
            "{code}: {good}: {:?}",
            found.findings
        );
    }
    let tested: BTreeSet<_> = cases.iter().map(|(code, ..)| *code).collect();
    let known: BTreeSet<_> = CHECKS.iter().map(|row| row.code).collect();
    assert_eq!(tested, known);
}

#[test]
fn the_default_key_policy_is_clean() {
    let found = check(&format!(r#"{{"Version":"2012-10-17","Statement":[{ROOT}]}}"#), None);
    assert_eq!((found.policies, found.findings), (1, vec![]));
}

#[test]
fn places_count_in_the_file_through_strings_and_functions() {
    let plan = "{\"planned_values\":{\"root_module\":{\"child_modules\":[{\"resources\":[{\"address\":\"module.m.aws_kms_key.k\",\n\
        \"type\":\"aws_kms_key\",\"values\":{\n\
        \"policy\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\n\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"kms:*\\\",\\\"Resource\\\":\\\"*\\\"}}\"}}]}]}}}";
    let found = check(plan, None);
    let public = found.findings.iter().find(|finding| finding.code == "KMS101").unwrap();
    let line = plan.lines().nth(2).unwrap();
    assert_eq!(public.policy, "module.m.aws_kms_key.k.policy");
    assert_eq!((public.kind, public.line), (Kind::Key, 3));
    let span = &line[public.column as usize - 1..public.end_column as usize - 1];
    assert_eq!(span, r#"\"*\""#);

    let template = r#"{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
        "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}, "Action": "kms:*", "Resource": "*"}]}}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Service": {"Fn::Join": ["", ["ec2.", {"Ref": "AWS::URLSuffix"}]]}}, "Action": "sts:AssumeRole"}},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "kms:Decrypt", "Resource": [{"Fn::If": ["Own", {"Ref": "AWS::NoValue"}, "*"]}]}}}]}}}}"#;
    let found = check(template, None);
    let seen: Vec<_> = found.findings.iter().map(|f| (f.code, f.policy.as_str(), f.line)).collect();
    let inline = "Resources.Role.Properties.Policies[0].PolicyDocument";
    assert_eq!(seen, [("KMS106", "Resources.Key.Properties.KeyPolicy", 4), ("KMS204", inline, 8)]);
    assert_eq!(found.policies, 3);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = check(&text, None);
    }

    /// Policies in which words are cut, doubled and exchanged.
    #[test]
    fn no_broken_policy_panics(case in 0..CASES.len(), at in 0_usize..600, length in 0_usize..9, put in "[\\[\\]{}\":,*$\\\\a-z]{0,4}") {
        let (_, kind, bad, _) = CASES[case];
        let mut text = policy(kind, &bad.replace('@', ALICE));
        let at = at.min(text.len());
        let end = at.saturating_add(length).min(text.len());
        text.replace_range(at..end, &put);
        let found = check(&text, None);
        for finding in found.findings {
            prop_assert!(finding.line > 0 && finding.column > 0);
            prop_assert!((finding.end_line, finding.end_column) >= (finding.line, finding.column));
        }
    }
}
