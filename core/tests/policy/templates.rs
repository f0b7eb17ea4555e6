//! Policies in templates: YAML as well as JSON, functions whose values nobody knows yet, and parts that were selected.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may fail, and has std"
)]

use kmslab::policy::Kind;
use kmslab::report::{Checked, check, check_parts, document};

/// Code, policy, and the text that the finding points to.
fn seen(text: &str, checked: &Checked) -> Vec<(&'static str, String, String)> {
    let line_at = |line: u32| text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum::<usize>();
    let at = |line: u32, column: u32| {
        let rest = &text[line_at(line)..];
        line_at(line) + rest.chars().take(column as usize - 1).map(char::len_utf8).sum::<usize>()
    };
    let span = |f: &kmslab::report::Finding| text[at(f.line, f.column)..at(f.end_line, f.end_column)].to_owned();
    checked.findings.iter().map(|f| (f.code, f.policy.clone(), span(f))).collect()
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.findings.iter().map(|finding| finding.code).collect()
}

const YAML: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Description: Schlüssel, größer   # a comment with ümlauts
Parameters:
  Partner: {Type: String}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - Sid: Root
            Effect: Allow
            Principal:
              AWS: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:root
            Action: kms:*
            Resource: '*'
          - Effect: Allow
            Principal: '*'       # everybody
            Action: [kms:Decrypt, "kms:Decript"]
            Resource: "*"
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: {Service: !Join ['', [ec2., !Ref AWS::URLSuffix]]}
          Action: sts:AssumeRole
      Policies:
        - PolicyName: p
          PolicyDocument: |
            {"Version": "2012-10-17",
             "Statement": {"Effect": "Allow",
               "Action": "kms:Decrypt", "Resource": "*"}}
"#;

#[test]
fn yaml_templates_are_read_and_places_are_those_in_the_file() {
    let inline = "Resources.Role.Properties.Policies[0].PolicyDocument";
    let key = "Resources.Key.Properties.KeyPolicy";
    let found = check(YAML, None);
    let want = [("KMS101", key, "'*'"), ("KMS201", key, "\"kms:Decript\""), ("KMS204", inline, "\"*\"")];
    let want: Vec<_> = want.iter().map(|(code, policy, span)| (*code, policy.to_string(), span.to_string())).collect();
    let found_here: Vec<_> =
        seen(YAML, &found).into_iter().filter(|(code, ..)| want.iter().any(|(wanted, ..)| wanted == code)).collect();
    assert_eq!(found_here, want);
    assert_eq!(found.policies, 3);
    assert!(!codes(&found).contains(&"KMS001"), "{:?}", found.findings);
    // The same with Windows' line ends.
    let windows = YAML.replace('\n', "\r\n");
    let places = |checked: &Checked| checked.findings.iter().map(|f| (f.code, f.line, f.column)).collect::<Vec<_>>();
    assert_eq!(places(&check(&windows, None)), places(&found));
}

/// A key policy whose second statement is `statement`, in a template with parameters that have no values.
fn template(statement: &str) -> String {
    format!(
        "Parameters:\n  P: {{Type: String}}\n  Q: {{Type: String, Default: 'kms:Decript'}}\nResources:\n  K:\n    \
         Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Version: '2012-10-17'\n        Statement:\n        \
         - {{Effect: Allow, Principal: {{AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root'}}, Action: 'kms:*', Resource: '*'}}\n        \
         - {statement}\n"
    )
}

#[test]
fn what_is_unknown_before_deployment_is_no_mistake() {
    let good = [
        "{Effect: !Ref P, Principal: {AWS: !Ref P}, Action: kms:Decrypt, Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !Ref P}, Action: !Ref P, Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !ImportValue x}, Action: !Split [',', !Ref P], Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !Sub '${P}'}, Action: [!Sub '${P}:Decrypt', kms:Encrypt], Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${P}'}, Action: kms:Decrypt, Resource: !Ref P}",
        "{Effect: Allow, Principal: {Service: !Ref P}, Action: kms:Decrypt, Resource: '*', Condition: {StringEquals: {aws:SourceAccount: !Ref P}}}",
        "{Effect: Deny, Principal: '*', Action: kms:Decrypt, Resource: '*', Condition: {Bool: {aws:SecureTransport: !Ref P}}}",
        "{Effect: Deny, Principal: '*', Action: kms:Decrypt, Resource: '*', Condition: {Bool: {aws:SecureTransport: false}}}",
        "{Effect: Allow, Principal: {AWS: 111122223333}, Action: kms:Decrypt, Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !FindInMap [Roles, !Ref AWS::Region, Arn]}, Action: kms:Decrypt, Resource: '*'}",
        "!If [HasPartner, {Effect: Allow, Principal: {AWS: !Ref P}, Action: kms:Decrypt, Resource: '*'}, !Ref AWS::NoValue]",
        "{Effect: Allow, Principal: {AWS: !GetAtt Nested.Outputs.RoleArn}, Action: kms:Decrypt, Resource: '*'}",
        "{Effect: Allow, Principal: {AWS: !Select [0, !Split [',', !Ref P]]}, Action: kms:Decrypt, Resource: '*'}",
    ];
    for statement in good {
        let found = check(&template(statement), None);
        assert_eq!(found.findings, vec![], "{statement}");
    }
    let bad = [
        // What the template itself says is found.
        ("{Effect: Allow, Principal: {AWS: !Ref P}, Action: !Ref Q, Resource: '*'}", vec!["KMS201"]),
        ("{Effect: Allow, Principal: {AWS: '*'}, Action: !Ref P, Resource: '*'}", vec!["KMS101"]),
        ("{Effect: allow, Principal: {AWS: !Ref P}, Action: kms:Decrypt, Resource: '*'}", vec!["KMS001"]),
        // Nothing can be said of a part that is put in later.
        ("!Transform {Name: AWS::Include, Parameters: {Location: s3://b/s.yml}}", vec!["KMS002"]),
    ];
    for (statement, want) in bad {
        assert_eq!(codes(&check(&template(statement), None)), want, "{statement}");
    }
}

#[test]
fn texts_that_are_neither_json_nor_yaml_are_told_so() {
    let cases = [
        ("{\n  nothing", (2, 3)),
        ("", (1, 1)),
        ("just words", (1, 1)),
        ("Statement:\n  - a: [1\n  b", (0, 0)),
        ("Statement: 1\nStatement: 2", (2, 1)),
        ("\u{0}", (0, 0)),
    ];
    for (text, place) in cases {
        let found = check(text, None);
        assert_eq!(codes(&found), ["KMS001"], "{text:?}");
        let at = (found.findings[0].line, found.findings[0].column);
        assert!(at == place || place == (0, 0), "{text:?}: {at:?}");
    }
    // A policy alone may be YAML, too.
    let alone = "Version: '2012-10-17'\nStatement:\n  Effect: Allow\n  Principal: '*'\n  Action: kms:Decrypt\n  Resource: '*'\n";
    assert!(codes(&check(alone, None)).contains(&"KMS101"));
}

#[test]
fn parts_are_chosen_by_normalized_paths() {
    let of = |text: &str, kind, paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(ToString::to_string).collect();
        let checked = check_parts(text, kind, &paths).unwrap();
        (checked.policies, seen(text, &checked).into_iter().map(|(code, policy, _)| (code, policy)).collect::<Vec<_>>())
    };
    let key = || "Resources.Key.Properties.KeyPolicy".to_owned();
    let inline = || "Resources.Role.Properties.Policies[0].PolicyDocument".to_owned();
    // A resource: the policies in it.
    assert_eq!(of(YAML, None, &["$['Resources']['Role']"]), (2, vec![("KMS204", inline())]));
    // A statement: what is found in it, and no more.
    let statements = "$['Resources']['Key']['Properties']['KeyPolicy']['Statement']";
    assert_eq!(of(YAML, None, &[&format!("{statements}[0]")]), (1, vec![]));
    let second = of(YAML, None, &[&format!("{statements}[1]")]);
    assert_eq!(second, (1, vec![("KMS101", key()), ("KMS201", key())]));
    // Everything, and nothing.
    let whole = check(YAML, None);
    assert_eq!(of(YAML, None, &["$"]).0, whole.policies);
    assert_eq!(of(YAML, None, &[]), (0, vec![]));
    // Policies in a file of any shape: what is pointed at is one.
    let mine = r#"{"mine": [{"doc": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt",
        "Resource": "*"}}}, {"doc": "{\"Statement\": 1}"}]}"#;
    let found = of(mine, Some(Kind::Identity), &["$['mine'][0]['doc']", "$['mine'][1]['doc']"]);
    assert_eq!(found.0, 2);
    assert_eq!(
        found.1.iter().map(|(code, policy)| (*code, policy.as_str())).collect::<Vec<_>>(),
        [("KMS204", "mine[0].doc"), ("KMS001", "mine[1].doc")]
    );
    // In JSON as in YAML, places are the file's.
    let checked = check_parts(mine, Some(Kind::Identity), &["$['mine'][0]['doc']".to_owned()]).unwrap();
    assert_eq!(seen(mine, &checked)[0].2, "\"*\"");
    for bad in ["$['none']", "Resources", "$[0]"] {
        assert!(check_parts(YAML, None, &[bad.to_owned()]).is_err(), "{bad}");
    }
    assert!(document("{").is_err());
}
