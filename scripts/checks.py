"""Writes docs/checks.md: the table of checks that `kmslab check` makes. `--check` compares instead of writing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kmslab import _kmslab

PAGE = Path(__file__).resolve().parent.parent / "docs" / "checks.md"

HEAD = """# What `kmslab check` finds

Codes are stable. An *error* is what AWS refuses, what opens a key to everybody, or what locks its owner out; a
*warning* is probably not meant, or more than is needed; a *note* is worth knowing. The page is written by
`scripts/checks.py` from the table in `core/src/report/check/table.rs`, and a test compares it.

A file is a policy, the answer of `GetKeyPolicy`, a CloudFormation template in JSON or YAML, or a Terraform plan or
state in JSON. Lines and columns are those of the file, also for a policy that stands in it as a string.

**Templates.** `!Ref`, `!Sub`, `!GetAtt`, `!Join`, `!If` (its first branch) and the other functions, in their short and
long forms, become values of the kind that they will have: an ARN for a role, the default of a parameter.
Nothing is found in a value that only the deployment tells, such as a parameter without a default; a part that cannot be
checked for that is a note, `KMS002`.

**Parts.** `--select QUERY` looks at what a JSONPath query (RFC 9535) chooses, and may be given several times:

| The query chooses | What is told |
|---|---|
| something with policies in it, such as `$.Resources.Key` of a template | the findings of these policies |
| something inside of a policy, such as `$.Statement[?@.Effect == "Allow"]` | those of its findings that are there |
| anything else, such as `$.teams[*].policy` of a file of your own | it is a policy, as an object or in a string |

The short forms of functions are queried as the long ones (`$..['Fn::Sub']`), and a YAML file with several documents is
the list of them. A text that is no query, and a query that chooses nothing in any file, end with exit code 2.

| Code | Severity | What |
|---|---|---|
"""

TAIL = """
## What is deliberately not found

Measured against [parliament](https://pypi.org/project/parliament/) 1.6.4 with its community auditors, on 640 published
policies. What it reports of them and kmslab does not, and why:

| parliament | Why not here |
|---|---|
"""

LEFT_OUT = (
    (
        "`RESOURCE_STAR`, `RESOURCE_EFFECTIVELY_STAR`",
        (
            'The resource of a key policy is `"*"`, always. In identity policies it is told where it is about '
            "keys: `KMS204` decryption, `KMS205` everything."
        ),
    ),
    (
        "`INVALID_SID` of key and bucket policies",
        (
            "KMS and S3 take blanks and signs in a Sid; the default key policy has them. Where AWS refuses them, "
            "in IAM, it is `KMS001`."
        ),
    ),
    (
        "`UNKNOWN_ACTION`, `UNKNOWN_PREFIX` of other services",
        (
            "kmslab knows the actions of KMS, S3, IAM, STS, and EC2's and EBS's on volumes. Other services get "
            "new ones every week, and a list that is older than the policy tells what is wrong of what is right: "
            "of the 21 it reported here, several are newer than it."
        ),
    ),
    (
        "`UNKNOWN_CONDITION_FOR_ACTION` for `aws:…` keys, `kms:ResourceAliases`, `kms:KeyOrigin` and the like",
        (
            "Global keys go with every action; requests on a key have the key's own condition keys, whatever they "
            "ask. `KMS302` and `KMS303` go by which requests have a key."
        ),
    ),
    (
        "`UNKNOWN_CONDITION_FOR_ACTION`, `RESOURCE_MISMATCH` through wildcards (`s3:List*`, `kms:*`)",
        (
            "A wildcard is meant to cover what fits, and says nothing of the rest. `KMS207` is about actions that "
            "are named."
        ),
    ),
    (
        "`RESOURCE_MISMATCH` of actions on several resources (`kms:CreateAlias`, `ec2:CreateVpcEndpoint`)",
        (
            "The other resource is mostly allowed by another statement, for an alias also by the key policy. "
            "`kmslab who-can` knows."
        ),
    ),
    (
        "`MISMATCHED_TYPE` of `ArnLike` on `kms:EncryptionContext:…`, and of `Numeric` on `kms:ValidTo`",
        "AWS's own examples do it: the values are ARNs, and seconds.",
    ),
    (
        "`MISMATCHED_TYPE` of `s3:TlsVersion`",
        '`"1.2"` is a number, in quotes too.',
    ),
    (
        "`MISMATCHED_TYPE_BUT_USABLE`: `StringEquals` on ARNs",
        "It compares by the letter, which is what whole ARNs need. `KMS311` tells of wildcards in it.",
    ),
    (
        "`UNKNOWN_PRINCIPAL` of sessions (`arn:aws:sts::…:assumed-role/role/session`)",
        "They are principals. What is none is `KMS001`.",
    ),
    (
        "`INVALID_ARN` of AWS's own accounts (`arn:aws:sso::aws:…`)",
        "These ARNs exist. Other impossible accounts and Regions are `KMS211`.",
    ),
    (
        (
            "`PERMISSIONS_MANAGEMENT_ACTIONS`, `PRIVILEGE_ESCALATION`, `CREDENTIALS_EXPOSURE`, "
            "`RESOURCE_POLICY_PRIVILEGE_ESCALATION`"
        ),
        (
            "Whether these actions are too many depends on who has the policy, and on what else is attached. "
            "`kmslab who-can` answers with all of it; of keys, `KMS106`, `KMS203` and `KMS205` are told by the "
            "policy alone."
        ),
    ),
)


def page() -> str:
    """The whole page."""
    rows = json.loads(_kmslab.checks())
    table = "".join(
        f"| [{row['code']}](#{row['code'].lower()}) | {row['severity']} | {row['title']} |\n" for row in rows
    )
    parts = [f"\n## {row['code']}\n\n**{row['title']}.** {row['why']}\n\nFix: {row['fix']}\n" for row in rows]
    left_out = "".join(f"| {names} | {why} |\n" for names, why in LEFT_OUT)
    return HEAD + table + "".join(parts) + TAIL + left_out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    if parser.parse_args().check:
        if PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is not the table of checks; run scripts/checks.py")
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
