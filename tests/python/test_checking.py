"""`kmslab check` and `kmslab.check`: formats, files that hold policies, exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kmslab
import pytest

ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}
PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}


def policy(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def kmslab_(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kmslab", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def written(folder: Path, content: object, name: str = "policy.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return file


def test_findings_of_a_document_and_of_its_text() -> None:
    document = policy(ROOT, PUBLIC)
    (found,) = kmslab.check(document)
    assert (found.code, found.severity, found.kind, found.statement) == ("KMS101", "error", "key", 2)
    assert "everybody" in found.message
    assert found.why
    assert found.fix
    lines = json.dumps(document, indent=2).splitlines()
    assert lines[found.line - 1][found.column - 1 : found.end_column - 1] == '"*"'
    assert kmslab.check(json.dumps(document, indent=2)) == [found]
    assert found.to_dict()["code"] == "KMS101"
    assert kmslab.check(policy(ROOT)) == []


def test_misuse_is_told() -> None:
    with pytest.raises(ValueError, match='no kind of policy: "lock"'):
        kmslab.check("{}", kind="lock")
    with pytest.raises(TypeError, match="not int"):
        kmslab.check(1)  # type: ignore[arg-type]


def test_what_aws_refuses_is_told_in_its_words() -> None:
    (found,) = kmslab.check("{\n  nothing", kind="identity")
    assert (found.code, found.line, found.column) == ("KMS001", 2, 3)
    assert found.message.startswith("Syntax errors in policy.") or "JSON" in found.message


@pytest.mark.parametrize(
    ("statement", "options", "code"),
    [
        (ROOT, [], 0),
        (PUBLIC, [], 1),
        ({**ROOT, "Principal": {"Service": "sns.amazonaws.com"}, "Action": "kms:Decrypt"}, ["--fail-on", "warning"], 0),
        ({**ROOT, "Principal": {"Service": "sns.amazonaws.com"}, "Action": "kms:Decrypt"}, ["--fail-on", "note"], 1),
    ],
)
def test_exit_codes(tmp_path: Path, statement: object, options: list[str], code: int) -> None:
    done = kmslab_(*options, written(tmp_path, policy(ROOT, statement)))
    assert (done.returncode, done.stderr) == (code, "")


def test_exit_code_of_misuse(tmp_path: Path) -> None:
    for arguments in ([], ["--kind", "lock", "-"], [tmp_path / "missing.json"], [tmp_path]):
        assert kmslab_(*arguments).returncode == 2, arguments
    (tmp_path / "bytes").write_bytes(b"\xff")
    assert "not UTF-8" in kmslab_(tmp_path / "bytes").stderr


def test_text_tells_place_reason_and_remedy(tmp_path: Path) -> None:
    file = written(tmp_path, policy(ROOT, {"Sid": "Open", **PUBLIC}))
    done = kmslab_(file)
    assert re.search(rf"^{re.escape(str(file))}:\d+:\d+: error KMS101: ", done.stdout, re.MULTILINE)
    for words in ("in: statement 2 (Open)", "why: ", "fix: ", "1 policy checked: 1 error, 0 warnings, 0 notes"):
        assert words in done.stdout
    assert "\033" not in done.stdout


def test_standard_input_and_kind() -> None:
    guard = json.dumps(policy({"Effect": "Deny", "Action": "kms:ScheduleKeyDeletoin", "Resource": "*"}))
    done = kmslab_("--kind", "scp", "--format", "json", "-", input=guard)
    (found,) = json.loads(done.stdout)
    assert (found["file"], found["code"], found["kind"]) == ("<stdin>", "KMS201", "scp")
    assert "perhaps kms:ScheduleKeyDeletion" in found["message"]


def test_a_template_of_cloudformation(tmp_path: Path) -> None:
    root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    template = {
        "Parameters": {"Partner": {"Type": "String"}, "Everyone": {"Type": "String", "Default": "*"}},
        "Resources": {
            "Key": {
                "Type": "AWS::KMS::Key",
                "Properties": {
                    "KeyPolicy": policy(
                        {**ROOT, "Principal": {"AWS": root}},
                        {**PUBLIC, "Principal": {"AWS": {"Ref": "Partner"}}},
                        {**PUBLIC, "Principal": {"AWS": {"Ref": "Everyone"}}},
                        {**PUBLIC, "Principal": {"AWS": {"Fn::GetAtt": "Role.Arn"}}},
                        {**PUBLIC, "Principal": {"AWS": {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-who"}}}},
                        {**PUBLIC, "Principal": {"AWS": {"Fn::Split": [",", {"Ref": "Partner"}]}}},
                    )
                },
            },
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app"}},
        },
    }
    done = kmslab_("--format", "json", written(tmp_path, template))
    found = json.loads(done.stdout)
    assert [(each["code"], each["statement"]) for each in found] == [("KMS101", 3)]
    assert found[0]["policy"] == "Resources.Key.Properties.KeyPolicy"


def test_a_plan_of_terraform(tmp_path: Path) -> None:
    key = {"address": "aws_kms_key.k", "type": "aws_kms_key", "values": {"policy": json.dumps(policy(ROOT, PUBLIC))}}
    role = {"address": "aws_iam_role.r", "type": "aws_iam_role", "values": {"name": "r"}}
    plan = {"planned_values": {"root_module": {"child_modules": [{"resources": [key, role]}]}}}
    found = json.loads(kmslab_("--format", "json", written(tmp_path, plan)).stdout)
    assert [(each["code"], each["policy"]) for each in found] == [
        ("KMS101", "aws_kms_key.k.policy"),
        ("KMS002", "aws_iam_role.r.assume_role_policy"),
    ]
    lines = written(tmp_path, plan).read_text(encoding="utf-8").splitlines()
    place = lines[found[0]["line"] - 1][found[0]["column"] - 1 : found[0]["end_column"] - 1]
    assert place == r"\"*\""


def test_sarif_has_its_required_members(tmp_path: Path) -> None:
    file = written(tmp_path, policy(ROOT, PUBLIC), "a policy.json")
    done = kmslab_("--format", "sarif", file.name, cwd=tmp_path)
    assert done.returncode == 1
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "kmslab"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
    (result,) = run["results"]
    assert ids[result["ruleIndex"]] == result["ruleId"] == "KMS101"
    assert result["message"]["text"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20policy.json"
    region = place["region"]
    assert 1 <= region["startLine"] <= region["endLine"]
    assert region["startColumn"] < region["endColumn"]


TEMPLATE = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - Sid: Open
            Effect: Allow
            Principal: "*"
            Action: kms:Decrypt
            Resource: !Ref Unknown
  Other:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Allow, Action: 'kms:Decrypt', Resource: '*'}}
"""


def test_a_template_in_yaml(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    found = json.loads(kmslab_("--format", "json", file).stdout)
    lines = TEMPLATE.splitlines()
    assert [(each["code"], lines[each["line"] - 1][each["column"] - 1 : each["end_column"] - 1]) for each in found] == [
        ("KMS101", '"*"'),
        ("KMS204", "'*'"),
    ]


@pytest.mark.parametrize(
    ("queries", "codes"),
    [
        (["$"], ["KMS101", "KMS204"]),
        (["$.Resources.Key"], ["KMS101"]),
        (["$.Resources.Other"], ["KMS204"]),
        (["$.Resources.Other", "$.Resources.Key"], ["KMS101", "KMS204"]),
        (["$..Statement[?@.Sid == 'Open']"], ["KMS101"]),
        (["$..KeyPolicy.Statement[0]"], []),
        (["$.Resources[?@.Type == 'AWS::IAM::ManagedPolicy']"], ["KMS204"]),
        (["$.Resources[?match(@.Type, 'AWS::KMS::.*')]"], ["KMS101"]),
    ],
)
def test_parts_are_selected(tmp_path: Path, queries: list[str], codes: list[str]) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    done = kmslab_("--format", "json", *(word for query in queries for word in ("--select", query)), file)
    assert [each["code"] for each in json.loads(done.stdout)] == codes, done.stderr
    assert [each.code for each in kmslab.check(TEMPLATE, select=queries)] == codes


def test_policies_in_a_file_of_any_shape() -> None:
    document = {"teams": [{"doc": policy(ROOT, PUBLIC)}, {"doc": policy(ROOT)}, {"note": "none"}]}
    (found,) = kmslab.check(document, select="$.teams[*].doc")
    assert (found.code, found.policy, found.statement) == ("KMS101", "teams[0].doc", 2)
    lines = json.dumps(document, indent=2).splitlines()
    assert lines[found.line - 1][found.column - 1 : found.end_column - 1] == '"*"'


@pytest.mark.parametrize("query", ["", "Resources", "$.", "$[?", "$.a[?@.b ==]", "$..", "$[1:2:3:4]", "$.a]"])
def test_a_bad_query_is_told(tmp_path: Path, query: str) -> None:
    done = kmslab_("--select", query, written(tmp_path, policy(ROOT)))
    assert done.returncode == 2
    assert "--select" in done.stderr
    assert "JSONPath" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    with pytest.raises(ValueError, match="not a JSONPath query"):
        kmslab.check(policy(ROOT), select=query)


def test_a_query_that_chooses_nothing_is_told(tmp_path: Path) -> None:
    done = kmslab_("--select", "$.Nothing", written(tmp_path, policy(ROOT)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing in it is selected" in done.stderr
