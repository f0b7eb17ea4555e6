"""Random authorization cases in the schema of section 10.1 of `authorization.md`, biased to the edges.

Case `n` of seed `s` is a function of both, so any case can be made again alone. Documents are such as AWS would store
(section 1), with three exceptions that the case table pins as well: key policy statements without Action or Resource,
key policies whose Resource is an ARN, and wildcards inside a principal.

Left out, because the reference marks the point [U] or low, or is silent, so that two readings may differ and none is
wrong. Each line names the section.

- 1.2, 1.6: NotPrincipal with Allow; unique ids in NotPrincipal (how a level may be spelled there is not said).
- 1.5: CanonicalUser (a case does not say which account has the id); unsigned requests to KMS (refused earlier).
- 2: variables in Bool, Numeric, Date, IpAddress, Binary values; wildcards inside a default; an unclosed `${`; two tags
  that differ only in case.
- 3.2: operator names in another spelling; `Null` with anything but `true` or `false`.
- 3.4: a multivalued key under a negated or IfExists operator without set operator (CO-66 pins the positive form, low).
- 3.5: NumericNotEquals and DateNotEquals with a request value that cannot be read; empty strings; numbers with
  exponent; IPv4-mapped and scoped IPv6 addresses; base64 without padding.
- 5.1: empty lists of session policies (absent is written by leaving them out); RCPs for requests that have no resource
  (nobody owns `*`) or whose resource is no role in STS (7.2 speaks of roles).
- 6.4: constraints on the encryption context in grants for operations without one; EncryptionContextEquals and
  EncryptionContextSubset in one grant; SourceArn constraints in forward access sessions, and in a parent grant.
- 6.5, 10.2: the root user as grantee with RetireGrant (allowed; as grantee or as root user is a matter of words).
- 6.5: a federated session of the user that is the retiring principal.
- 6.6, 7.3: operations without resource, and aliases, of another account.
- 7.2: GetSessionToken; Actions of trust policies with wildcards.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Json = dict[str, Any]
T = TypeVar("T")

OWNER: Final = "111122223333"
OTHER: Final = "444455556666"
MANAGEMENT: Final = "999988887777"
KEY_ID: Final = "1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY_ID: Final = "0987dcba-09fe-87dc-65ba-ab0987654321"
MRK_ID: Final = "mrk-1234abcd12ab34cd56ef1234567890ab"
REGIONS: Final = ("us-east-1", "us-west-2", "eu-central-1")
BUCKET: Final = "arn:aws:s3:::example-bucket"
OBJECTS: Final = ("team/report.csv", "home/Alice/x.txt", "home/alice/x.txt", "a*b", "logs/2026/11/24")

# What grants can give and what needs a policy (section 6.4), the first half with encryption context.
WITH_CONTEXT: Final = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)
GRANTABLE: Final = (
    *WITH_CONTEXT,
    "Sign",
    "Verify",
    "GenerateMac",
    "VerifyMac",
    "DeriveSharedSecret",
    "Encapsulate",
    "Decapsulate",
    "GetPublicKey",
    "DescribeKey",
    "CreateGrant",
)
POLICY_ONLY: Final = (
    "ListGrants",
    "RevokeGrant",
    "GetKeyRotationStatus",
    "ScheduleKeyDeletion",
    "PutKeyPolicy",
    "GetKeyPolicy",
    "EnableKeyRotation",
    "DisableKey",
    "TagResource",
    "ReplicateKey",
    "ImportKeyMaterial",
    "UpdateKeyDescription",
    "GetKeyLastUsage",
    "ListKeyPolicies",
)
WITHOUT_KEY: Final = ("CreateKey", "ListKeys", "ListAliases", "GenerateRandom", "ConnectCustomKeyStore")
OBJECT_ACTIONS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
BUCKET_ACTIONS: Final = ("s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
TRUST_ACTIONS: Final = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
ELSEWHERE: Final = ("iam:PassRole", "ec2:RunInstances", "s3:GetObject", "sts:AssumeRole", "kms:Decrypt", "logs:PutLogs")
SERVICES: Final = (
    ("cloudtrail.amazonaws.com",),
    ("logs.us-east-1.amazonaws.com", "logs.amazonaws.com"),
    ("dynamodb.amazonaws.com",),
    ("ec2.amazonaws.com",),
)
PROVIDERS: Final = ("cognito-identity.amazonaws.com", f"arn:aws:iam::{OWNER}:saml-provider/ADFS")

TEXTS: Final = ("blue", "Blue", "prod-a", "prod-b", "Alice", "alice", "a*b", "aXb", "is?5$", "isX5$", "${aws:username}")
ARNS: Final = (
    f"arn:aws:iam::{OWNER}:role/AppRole",
    f"arn:aws:iam::{OWNER}:role/team/ci/Deploy",
    f"arn:aws:iam::{OWNER}:user/Alice",
    f"arn:aws:iam::{OTHER}:role/PartnerRole",
    f"arn:aws:dynamodb:us-east-1:{OWNER}:table/T1",
    f"arn:aws:dynamodb:us-east-1:{OWNER}:table/T2",
    f"arn:aws:logs:us-east-1:{OWNER}:log-group:app:*",
    f"arn:aws:logs:us-east-1:{OWNER}:log-group:app:stream",
    "arn:aws:s3:::example-bucket",
    "arn:aws:s3:::example-bucket/a:b",
    f"arn:aws:x:us-east-2:{OTHER}:store/abc:{OWNER}:finance/document.txt",
    "not-an-arn",
    "arn:aws:iam",
)
NUMBERS: Final = ("7", "7.0", "07", "+7", "-7", "-0", "0", "30", "90", "89.5", "90.50", "0.1", "0.10", "365")
LARGE: Final = ("9007199254740992", "9007199254740993", "9007199254740993.0", "1546257599.0", "1546257599")
MOMENTS: Final = (
    "2026-11-23T10:00:00Z",
    "2026-11-23T10:00Z",
    "2026-11-23T12:00:00+02:00",
    "2026-11-23T09:30:00.000-00:30",
    "2026-11-23T10:00:00.5Z",
    "2026-11-23T10:00:00.50+00:00",
    "2026-11-23T10:00:00.499Z",
    "2026-11-23T15:30:00.500+05:30",
    "2026-11-23",
    "2026-11-23T00:00:00Z",
    "2026-11",
    "2026",
    "2027",
    "2024-02-29T23:59:59Z",
    "1795428000",
    "1795428001",
    "1800000000",
    "0",
)
ADDRESSES: Final = (
    "203.0.113.77",
    "203.0.113.78",
    "203.0.114.1",
    "10.0.0.1",
    "255.255.255.255",
    "2001:db8:1234:5678::1",
    "2001:DB8:1234:5678:0:0:0:1",
    "2001:db8:1234:5679::1",
    "::1",
    "not-an-address",
)
RANGES: Final = (
    "203.0.113.0/24",
    "203.0.113.77",
    "203.0.113.77/32",
    "203.0.112.0/23",
    "203.0.113.76/31",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "2001:DB8:1234:5678::/64",
    "2001:db8:1234:5678::1",
    "2001:db8:1234:5678:0:0:0:1/128",
    "2001:db8:1234:5678::/63",
    "::/0",
)
BLOBS: Final = ("QmluYXJ5", "QmluYXJ6", "QUI=", "QQ==", "****")

# Condition keys by type: name and values. Names with `/` or a third part end in a tag or an encryption context key.
STRINGS: Final[dict[str, Sequence[str]]] = {
    "aws:RequestedRegion": REGIONS,
    "aws:PrincipalTag/team": TEXTS,
    "aws:PrincipalTag/key": (KEY_ID, OTHER_KEY_ID, "1234*"),
    "aws:ResourceTag/Team": TEXTS,
    "aws:RequestTag/cost center": TEXTS,
    "aws:username": ("Alice", "alice", "Bob"),
    "aws:userid": ("AIDAALICEEXAMPLE00001", "AROAAPPROLEEXAMPLE000:s1"),
    "aws:PrincipalAccount": (OWNER, OTHER, MANAGEMENT),
    "aws:PrincipalOrgID": ("o-exampleorg", "o-other"),
    "aws:SourceAccount": (OWNER, OTHER),
    "aws:SourceVpce": ("vpce-1a2b3c4d", "vpce-2"),
    "kms:CallerAccount": (OWNER, OTHER),
    "kms:ViaService": ("s3.us-east-1.amazonaws.com", "ec2.us-east-1.amazonaws.com"),
    "kms:EncryptionContext:AppName": ("Pay", "pay", "Payroll", "P*"),
    "kms:EncryptionContext:user": TEXTS,
    "kms:EncryptionContext:aws:s3:arn": ("arn:aws:s3:::example-bucket/team/report.csv",),
    "kms:RequestAlias": ("alias/app", "alias/App"),
    "kms:KeySpec": ("SYMMETRIC_DEFAULT", "RSA_4096"),
    "sts:ExternalId": ("12345", "012345"),
    "s3:prefix": ("home/Alice/", "home/alice/", ""),
    "custom:Unknown": TEXTS,
}
LISTS: Final[dict[str, Sequence[str]]] = {
    "kms:EncryptionContextKeys": ("AppName", "appname", "user", "aws:s3:arn"),
    "kms:GrantOperations": ("Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant", "DescribeKey"),
    "kms:ResourceAliases": ("alias/app", "alias/App", "alias/Test-1"),
    "aws:TagKeys": ("key1:hr", "key2", "Key1"),
    "aws:CalledVia": ("athena.amazonaws.com", "dynamodb.amazonaws.com"),
}
NUMERICS: Final[dict[str, Sequence[str]]] = {
    "kms:RotationPeriodInDays": NUMBERS,
    "kms:TrailingDaysWithoutKeyUsage": NUMBERS,
    "kms:ValidTo": LARGE,
}
DATES: Final[dict[str, Sequence[str]]] = {
    "aws:CurrentTime": MOMENTS,
    "aws:EpochTime": ("1795428000", "1795428001", "0", "-123"),
    "aws:TokenIssueTime": MOMENTS,
}
BOOLS: Final[dict[str, Sequence[str]]] = {
    "aws:SecureTransport": ("true", "false", "TRUE", "False"),
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "kms:GrantIsForAWSResource": ("true", "false", "yes"),
    "aws:ViaAWSService": ("true", "false"),
}
ADDRESSED: Final[dict[str, Sequence[str]]] = {"aws:SourceIp": ADDRESSES, "aws:VpcSourceIp": ADDRESSES}
NAMED: Final[dict[str, Sequence[str]]] = {
    "aws:PrincipalArn": ARNS,
    "aws:SourceArn": ARNS,
    "kms:GranteePrincipal": ARNS,
}
BINARIES: Final[dict[str, Sequence[str]]] = {"aws:RequestTag/blob": BLOBS}
FAMILIES: Final[tuple[tuple[str, dict[str, Sequence[str]]], ...]] = (
    ("String", STRINGS),
    ("Numeric", NUMERICS),
    ("Date", DATES),
    ("Bool", BOOLS),
    ("IpAddress", ADDRESSED),
    ("Arn", NAMED),
    ("Binary", BINARIES),
)
SINGLE: Final[dict[str, Sequence[str]]] = {key: values for _, keys in FAMILIES for key, values in keys.items()}
# PutKeyPolicy refuses these in a key policy, and ForAllValues on the others (section 1.10).
NOT_IN_KEY_POLICY: Final = ("aws:ResourceTag/", "kms:ResourceAliases")
NOT_FOR_ALL_VALUES: Final = ("kms:EncryptionContext:", "aws:RequestTag/")

VARIABLES: Final = (
    "${aws:username}",
    "${AWS:UserName}",
    "${aws:PrincipalTag/team}",
    "${aws:principaltag/TEAM}",
    "${aws:PrincipalTag/team, 'blue'}",
    "${aws:PrincipalTag/none,'Alice'}",
    "${aws:PrincipalTag/none}",
    "${aws:TagKeys}",
    "${aws:TagKeys, 'blue'}",
    "${kms:ResourceAliases, 'key2'}",
    "${aws:RequestTag/cost center}",
    "${kms:EncryptionContext:AppName}",
    "${aws:PrincipalAccount}",
    "${aws:SourceArn}",
    "${*}",
    "${?}",
    "${$}",
)


class Maker:
    """Makes the parts of one case."""

    def __init__(self, seed: object, number: int) -> None:
        self.random = random.Random(f"{seed}/{number}")
        self.chance: Callable[[], float] = self.random.random
        self.id = f"{seed}-{number}"

    # -- small choices --

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.chance() * len(options))]

    def maybe(self, probability: float) -> bool:
        """True with that probability."""
        return self.chance() < probability

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """One to `most` different options."""
        return self.random.sample(options, min(len(options), 1 + int(self.chance() * most)))

    def one_or_list(self, values: list[Any]) -> Any:
        """A list, or often the single value alone: the two are the same (section 1.1)."""
        return values[0] if len(values) == 1 and self.maybe(0.7) else values

    def recase(self, text: str) -> str:
        """The text with other capitals."""
        return self.pick((str.lower, str.upper, str.swapcase, str.title))(text)

    def blur(self, text: str) -> str:
        """A pattern made from the text: most match it, some by a hair do not."""
        size = len(text)
        start = int(self.chance() * (size + 1))
        end = min(size, start + int(self.chance() * 6))
        return self.pick(
            (
                text[:start] + "*",
                "*" + text[start:],
                text[:start] + "*" + text[end:],
                text[:start] + "?" + text[start + 1 :],
                text[:start] + "*" + text[start:],
                text[:start] + "?" + text[start:],
                text[: start // 2] + "*" + text[start // 2 : start] + "*",
                "*",
                text + "?",
                text + "*",
            )
        )

    # -- the requester --

    def requester(self, kinds: Sequence[str], owner: str) -> Json:
        """A requester of one of the kinds, most often of the owner's account."""
        kind = self.pick(kinds)
        if kind == "service":
            names = list(self.pick(SERVICES))
            return {"type": kind, "arn": names[0], "service_names": names}
        if kind == "anonymous":
            return {"type": kind, "arn": "anonymous"}
        if kind == "federated-idp":
            return {"type": kind, "arn": self.pick(PROVIDERS)}
        account = owner if self.maybe(0.72) else self.pick((OWNER, OTHER, OTHER, MANAGEMENT))
        iam, sts = f"arn:aws:iam::{account}", f"arn:aws:sts::{account}"
        if kind == "root":
            return {"type": kind, "account": account, "arn": f"{iam}:root"}
        if kind == "user":
            path, name = self.pick((("", "Alice"), ("", "Alice"), ("", "alice"), ("team/", "Dev"), ("", "Bob")))
            return {
                "type": kind,
                "account": account,
                "arn": f"{iam}:user/{path}{name}",
                "id": f"AIDA{name.upper():X<5}EXAMPLE00001",
                "user_name": name,
            }
        if kind == "federated-user":
            name = self.pick(("fed1", "Alice"))
            return {
                "type": kind,
                "account": account,
                "arn": f"{sts}:federated-user/{name}",
                "user_arn": f"{iam}:user/{self.pick(('Alice', 'team/Dev'))}",
                "federated_name": name,
            }
        linked = self.maybe(0.08)
        path, name = self.pick((("", "AppRole"), ("", "AppRole"), ("team/ci/", "Deploy")))
        if linked:
            path, name = "aws-service-role/autoscaling.amazonaws.com/", "AWSServiceRoleForAutoScaling"
        session = self.pick(("s1", "s2", "a@b.com"))
        found: Json = {
            "type": "role-session",
            "account": account,
            "arn": f"{sts}:assumed-role/{name}/{session}",
            "role_arn": f"{iam}:role/{path}{name}",
            "id": f"AROA{name[:10].upper():X<10}EXAMPLE",
            "session_name": session,
        }
        return {**found, "service_linked": True} if linked else found

    def names_of(self, who: Json) -> list[str]:
        """What a policy may call the requester: its ARNs, its account, its unique id."""
        names = [who[name] for name in ("arn", "role_arn", "user_arn", "id") if name in who]
        if who["type"] == "role-session" and not who.get("service_linked"):
            names.append(who["role_arn"])
        if "account" in who:
            names += [who["account"], f"arn:aws:iam::{who['account']}:root"]
        return names

    def near_names(self, who: Json) -> str:
        """Somebody else, or nearly the requester."""
        account = who.get("account", OWNER)
        near = [
            f"arn:aws:iam::{account}:user/Carol",
            f"arn:aws:iam::{account}:role/Deploy",
            f"arn:aws:sts::{account}:assumed-role/AppRole/s9",
            f"arn:aws:sts::{account}:federated-user/fed9",
            OTHER if account == OWNER else OWNER,
            f"arn:aws:iam::{OTHER if account == OWNER else OWNER}:root",
            "AIDACAROLEXAMPLE00003",
        ]
        for name in ("arn", "role_arn", "user_arn"):
            if name in who and who[name].startswith("arn:") and who["type"] != "root":
                head, _, tail = who[name].rpartition("/")
                near += [f"{head}/{tail.swapcase()}", f"{who[name]}x", f"{who[name][:-1]}"]
        return self.pick(near)

    def principal(self, who: Json, *, trust: bool) -> Any:
        """A Principal element: alternatives of every form."""
        if self.maybe(0.1):
            return self.pick(("*", {"AWS": "*"}, {"AWS": ["*"]}))
        if who["type"] == "anonymous" and self.maybe(0.6):
            return "*"
        found: dict[str, list[str]] = {}
        for _ in range(self.pick((1, 1, 1, 2, 2, 3))):
            if who["type"] == "service" and self.maybe(0.7):
                found.setdefault("Service", []).append(self.pick(who["service_names"]))
            elif who["type"] == "federated-idp" and self.maybe(0.7):
                found.setdefault("Federated", []).append(who["arn"])
            elif self.maybe(0.06):
                found.setdefault("Service", []).append(self.pick(SERVICES)[0])
            elif trust and self.maybe(0.06):
                found.setdefault("Federated", []).append(self.pick(PROVIDERS))
            elif self.maybe(0.72) and "account" in who:
                found.setdefault("AWS", []).append(self.pick(self.names_of(who)))
            elif self.maybe(0.03) and who["type"] == "role-session":
                found.setdefault("AWS", []).append(who["arn"].rpartition("/")[0] + "/*")
            else:
                found.setdefault("AWS", []).append(self.near_names(who))
        return {kind: self.one_or_list(list(dict.fromkeys(listed))) for kind, listed in found.items()}

    def not_principal(self, who: Json) -> Any:
        """A NotPrincipal element: all levels of the requester, or all but some."""
        if who["type"] == "service":
            return {"Service": self.pick(self.pick(SERVICES) if self.maybe(0.5) else who["service_names"])}
        levels = [who[name] for name in ("arn", "role_arn", "user_arn") if name in who and "account" in who]
        if "account" in who:
            levels.append(self.pick((who["account"], f"arn:aws:iam::{who['account']}:root")))
        listed = [level for level in dict.fromkeys(levels) if self.maybe(0.85)]
        if not listed or self.maybe(0.2):
            listed.append(self.near_names(who))
        self.random.shuffle(listed)
        return {"AWS": self.one_or_list(listed)}

    # -- statements --

    def action_entry(self, action: str, kind: str) -> str:
        """An entry of Action that is near the action."""
        service, name = action.split(":")
        if kind == "trust":
            return action if self.maybe(0.85) else self.pick(TRUST_ACTIONS)
        wild = self.maybe(0.3)
        if wild:
            if self.maybe(0.25) and kind not in {"rcp", "bucket"}:
                return "*"
            name = "*" if self.maybe(0.4) else self.blur(name)
        elif self.maybe(0.12):
            service, name = self.pick(ELSEWHERE if kind != "bucket" else OBJECT_ACTIONS).split(":")
        elif self.maybe(0.1):
            name = self.pick((name + "x", name[:-1], name.removesuffix("From").removesuffix("To")))
        if self.maybe(0.12) and kind != "bucket":
            service, name = self.pick(((service.upper(), name), (service, self.recase(name))))
        return f"{service}:{name}"

    def resource_entry(self, resource: str) -> str:
        """An entry of Resource that is near the resource."""
        if resource == "*" or self.maybe(0.25):
            return "*" if self.maybe(0.85) else f"arn:aws:kms:us-east-1:{OWNER}:key/{KEY_ID}"
        parts = resource.split(":", 5)
        how = self.chance()
        if how < 0.3:
            pass
        elif how < 0.5:
            parts[5] = self.blur(parts[5])
        elif how < 0.6 and parts[3]:
            parts[3] = self.pick(("*", "us-*", "us-west-2", "??-east-1"))
        elif how < 0.68 and parts[4]:
            parts[4] = self.pick(("*", OWNER, OTHER, "1111*", "????????????"))
        elif how < 0.74:
            parts[5] = self.recase(parts[5])
        elif how < 0.8:
            return ":".join(parts[: self.pick((3, 4))]) + ":" + self.pick(("*", "*:" + parts[5], "*" + parts[5]))
        elif how < 0.93:
            head, slash, tail = parts[5].partition("/")
            variables = ("${aws:PrincipalTag/key}", f"${{aws:PrincipalTag/key, '{KEY_ID}'}}", *VARIABLES)
            variable = self.pick(variables[:2] if self.maybe(0.5) else variables)
            parts[5] = head + slash + self.pick((variable, variable + "*", tail[:4] + variable, variable + tail))
            if self.maybe(0.1) and parts[4]:
                parts[4] = "${aws:PrincipalAccount}"
        else:
            parts[5] = self.pick((f"key/{OTHER_KEY_ID}", "alias/app", "alias/*", "*", "user/Alice", "x"))
        return ":".join(parts)

    def bucket_statement(self, action: str, resource: str) -> tuple[Any, Any]:
        """Action and Resource of a bucket policy: S3 wants each action to apply to some resource."""
        on_object = "/" in resource
        wide = [BUCKET, BUCKET + "/*"]
        if self.maybe(0.3):
            return self.pick(("s3:*", "s3:*", "*", "s3:Get*", "s3:*Bucket*", "s3:*Object")), wide
        actions = OBJECT_ACTIONS if on_object else BUCKET_ACTIONS
        entries = [action] if self.maybe(0.75) else self.some(actions, 2)
        if not on_object:
            return self.one_or_list(entries), self.pick((BUCKET, wide, "arn:aws:s3:::example-*"))
        name = resource.split("/", 1)[1]
        found = self.pick(
            (
                f"{BUCKET}/*",
                f"{BUCKET}/{self.blur(name)}",
                f"{BUCKET}/{name}",
                wide,
                f"{BUCKET}/home/${{aws:username}}/*",
                f"{BUCKET}/home/${{aws:username, 'Alice'}}/*",
                f"{BUCKET}/a${{*}}b",
            )
        )
        return self.one_or_list(entries), found

    def statement(self, kind: str, effect: str, asked: Json, who: Json, context: Json) -> Json:
        """A statement of that kind, near the request."""
        action, resource = asked["action"], asked["resource"]
        found: Json = {"Effect": effect}
        if kind in {"key", "bucket", "endpoint", "trust"}:
            if effect == "Deny" and kind != "trust" and self.maybe(0.25):
                found["NotPrincipal"] = self.not_principal(who)
            else:
                found["Principal"] = self.principal(who, trust=kind == "trust")
        if kind == "rcp":
            found["Principal"] = "*"
            found["Condition"] = self.condition(kind, context) or {"Bool": {"aws:SecureTransport": "false"}}
        if kind == "bucket":
            found["Action"], found["Resource"] = self.bucket_statement(action, resource)
        else:
            entries = [self.action_entry(action, kind) for _ in range(self.pick((1, 1, 1, 2, 3)))]
            negated = self.maybe(0.1) and kind not in {"trust", "rcp"}
            if negated and self.maybe(0.6):
                entries = self.some(("iam:*", "sts:*", "kms:List*", "kms:Describe*", "ec2:*"), 2)
            found["NotAction" if negated else "Action"] = self.one_or_list(list(dict.fromkeys(entries)))
            self.resource_element(found, kind, resource)
        if self.maybe(0.35) or (effect == "Deny" and self.maybe(0.4)):
            condition = self.condition(kind, context)
            if condition or self.maybe(0.1):
                found["Condition"] = condition
        if self.maybe(0.15):
            found["Sid"] = "Two words" if kind == "key" and self.maybe(0.5) else f"s{int(self.chance() * 1e9)}"
        if kind == "key" and self.maybe(0.02):
            lost = self.pick(("Action", "NotAction", "Resource"))
            found.pop(lost, None)
        return found

    def resource_element(self, found: Json, kind: str, resource: str) -> None:
        """Adds Resource or NotResource where the kind has one."""
        if kind == "trust":
            return
        if kind == "key":
            found["Resource"] = "*" if self.maybe(0.92) else self.resource_entry(resource)
            return
        entries = [self.resource_entry(resource) for _ in range(self.pick((1, 1, 1, 2, 3)))]
        found["NotResource" if self.maybe(0.12) else "Resource"] = self.one_or_list(list(dict.fromkeys(entries)))

    # -- conditions --

    def condition(self, kind: str, context: Json) -> Json:
        """One to three tests, most of them near the values of the request."""
        found: Json = {}
        for _ in range(self.pick((1, 1, 1, 2, 3))):
            operator, key, values = self.test(context)
            if kind == "key" and (
                key.startswith(NOT_IN_KEY_POLICY)
                or (operator.startswith("ForAllValues:") and key.startswith(NOT_FOR_ALL_VALUES))
            ):
                continue
            if self.maybe(0.12):
                key = self.recase(key)
            block = found.setdefault(operator, {})
            if key.lower() not in {name.lower() for name in block}:
                block[key] = values
        return found

    def test(self, context: Json) -> tuple[str, str, Any]:
        """An operator, a key and its policy values."""
        if self.maybe(0.1):
            return "Null", self.any_key(context), self.pick(("true", "false", True, False))
        if self.maybe(0.25):
            key = self.pick(tuple(LISTS))
            return self.set_test(key, context.get(key) or [], LISTS[key])
        family, keys = self.pick(FAMILIES) if self.maybe(0.5) else self.family_in(context)
        key = self.present_key(keys, context)
        value = context.get(key)
        pool = keys[key]
        if self.maybe(0.06):
            # Another type than the key has: a text under a Numeric operator, a number under a String operator.
            family = self.pick(("String", "Numeric", "Date", "Bool", "IpAddress", "Arn"))
            strays = {"Numeric": NUMBERS, "Date": MOMENTS, "Bool": ("true", "false"), "IpAddress": RANGES, "Arn": ARNS}
            pool = strays.get(family, pool)
            value = value if family in {"String", "Arn"} else None
            operator = self.operator(family, safe=True)
        else:
            operator = self.operator(family, safe=False)
        values = self.values(family, operator, value, pool)
        if self.maybe(0.7):
            operator += "IfExists" if self.maybe(0.2) else ""
        elif not isinstance(value, list):
            operator = self.pick(("ForAllValues:", "ForAnyValue:")) + operator
        return operator, key, values

    def family_in(self, context: Json) -> tuple[str, dict[str, Sequence[str]]]:
        """A family of which the request has a key, if any."""
        having = [family for family in FAMILIES if any(key in context for key in family[1])]
        return self.pick(having or FAMILIES)

    def present_key(self, keys: dict[str, Sequence[str]], context: Json) -> str:
        """A key of the family, most often one of the request."""
        present = [key for key in keys if key in context]
        return self.pick(present if present and self.maybe(0.75) else tuple(keys))

    def any_key(self, context: Json) -> str:
        """A key, present or not."""
        if context and self.maybe(0.5):
            return self.pick(tuple(context))
        return self.pick((*SINGLE, *LISTS))

    def set_test(self, key: str, present: Sequence[str], pool: Sequence[str]) -> tuple[str, str, Any]:
        """A multivalued key, most often under a set operator."""
        operator = self.pick(("StringEquals", "StringLike", "StringEqualsIgnoreCase"))
        wanted = [self.pick(present) if present and self.maybe(0.7) else self.pick(pool) for _ in range(3)]
        if operator == "StringLike":
            wanted = [self.blur(text) if self.maybe(0.5) else text for text in wanted]
        if self.maybe(0.2):
            wanted = list(present) or wanted
        wanted = list(dict.fromkeys(wanted))[: self.pick((1, 2, 3, 3))]
        if self.maybe(0.06):
            return operator, key, self.one_or_list(wanted)
        if self.maybe(0.4):
            operator = operator.replace("String", "StringNot")
        suffix = "IfExists" if self.maybe(0.15) else ""
        return self.pick(("ForAllValues:", "ForAnyValue:")) + operator + suffix, key, self.one_or_list(wanted)

    def operator(self, family: str, *, safe: bool) -> str:
        """An operator of the family; a safe one is true of no value that cannot be read."""
        if family == "String":
            return self.pick(
                (
                    "StringEquals",
                    "StringEquals",
                    "StringLike",
                    "StringLike",
                    "StringEqualsIgnoreCase",
                    "StringNotEquals",
                    "StringNotLike",
                    "StringNotEqualsIgnoreCase",
                )
            )
        if family == "Arn":
            return self.pick(("ArnEquals", "ArnLike", "ArnLike", "ArnNotEquals", "ArnNotLike"))
        if family == "IpAddress":
            return self.pick(("IpAddress", "NotIpAddress"))
        if family in {"Numeric", "Date"}:
            orders = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
            return family + self.pick(orders if safe else (*orders, "NotEquals"))
        return {"Bool": "Bool", "Binary": "BinaryEquals"}[family]

    def values(self, family: str, operator: str, value: str | None, pool: Sequence[str]) -> Any:
        """Policy values for the operator, near the value of the request."""
        found: list[Any] = []
        for _ in range(self.pick((1, 1, 1, 2, 3))):
            text: Any = value if value is not None and self.maybe(0.6) else self.pick(pool)
            if family == "String":
                text = self.text_value(operator, text)
            elif family == "Arn":
                text = self.arn_value(text)
            elif family == "IpAddress":
                text = self.pick(RANGES)
            elif family == "Bool":
                text = self.pick((True, False, "true", "false", "True"))
            elif family == "Binary":
                text = self.pick(BLOBS[:4])
            elif family == "Numeric" and text == "7" and self.maybe(0.5):
                text = self.pick((7, 7.0, 7.5))
            found.append(text)
        return self.one_or_list(list(dict.fromkeys(found)))

    def text_value(self, operator: str, text: str) -> str:
        """A policy value of a String operator."""
        how = self.chance()
        if how < 0.15:
            return self.recase(text)
        if how < 0.35 and "Like" in operator:
            return self.blur(text)
        if how < 0.4:
            return self.blur(text)
        if how < 0.55:
            return self.pick(VARIABLES)
        if how < 0.65:
            cut = int(self.chance() * len(text))
            return text[:cut] + self.pick(VARIABLES) + text[cut + 1 :]
        return text or "x"

    def arn_value(self, text: str) -> str:
        """A policy value of an ARN operator: six segments, rarely fewer."""
        if text.count(":") < 5:
            return self.pick(("*", "arn:aws:iam::*", ARNS[0])) if self.maybe(0.3) else ARNS[2]
        parts = text.split(":", 5)
        how = self.chance()
        if how < 0.35:
            parts[5] = self.blur(parts[5])
        elif how < 0.5:
            parts[3] = "*"
        elif how < 0.6:
            parts[4] = self.pick(("*", OWNER, "1111*", "????????????"))
        elif how < 0.65:
            return self.pick(("arn:aws:*:*:*:*", "arn:*:*:*:*:*", "arn:aws:iam::*", "arn:aws:iam::*:role/*", "*"))
        elif how < 0.72:
            return self.pick(("${aws:SourceArn}", "arn:aws:iam::${aws:PrincipalAccount}:role/*"))
        elif how < 0.77:
            parts[5] = parts[5].split("/")[0] + "/" + self.pick(VARIABLES)
        elif how < 0.8:
            parts[5] = self.recase(parts[5])
        return ":".join(parts)

    # -- documents --

    def document(self, kind: str, statements: list[Json]) -> Json:
        """A document around the statements."""
        sids = [statement["Sid"] for statement in statements if "Sid" in statement]
        if len(set(sids)) != len(sids):
            for statement in statements:
                statement.pop("Sid", None)
        found: Json = {}
        how = self.chance()
        if kind == "rcp" or how < 0.88:
            found["Version"] = "2012-10-17"
        elif how < 0.94:
            found["Version"] = "2008-10-17"
        if kind in {"key", "bucket", "trust"} and self.maybe(0.1):
            found["Id"] = "policy-1"
        found["Statement"] = statements[0] if len(statements) == 1 and self.maybe(0.2) else statements
        return found

    def full(self, kind: str) -> Json:
        """The statement that allows everything."""
        found: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return {**found, "Principal": "*"} if kind == "endpoint" else found

    def near(self, kind: str, requests: list[Json], who: Json, *, most: int, full: float, deny: float) -> Json:
        """A document of up to `most` statements near the requests; `full` and `deny` are probabilities."""
        statements: list[Json] = []
        for number in range(1 + int(self.chance() * most)):
            if number == 0 and self.maybe(full):
                statements.append(self.full(kind))
                continue
            asked = self.pick(requests)
            effect = "Deny" if kind == "rcp" or self.maybe(deny) else "Allow"
            statements.append(self.statement(kind, effect, asked, who, asked["context"]))
        return self.document(kind, statements)

    def named(self, prefix: str, found: list[Json]) -> list[Json]:
        """A list of `{name, document}`."""
        return [{"name": f"{prefix}-{number + 1}", "document": document} for number, document in enumerate(found)]

    # -- requests --

    def context(self, who: Json, action: str, *, fas: bool) -> Json:
        """The context of one request: a few keys, some of them those that really come with the requester."""
        found: Json = {}
        for key in self.some(tuple(SINGLE), 7):
            if not key.startswith("kms:EncryptionContext:"):
                found[key] = self.pick(SINGLE[key]) or "x"
        for key in self.some(tuple(LISTS), 2):
            if key not in {"kms:EncryptionContextKeys", "kms:GrantOperations"}:
                values = self.some(LISTS[key], 3)
                found[key] = [] if self.maybe(0.1) else values
        name = action.split(":")[1]
        if action.startswith("kms:") and (name in WITH_CONTEXT or name == "CreateGrant") and self.maybe(0.6):
            pairs = [key for key in SINGLE if key.startswith("kms:EncryptionContext:") and self.maybe(0.45)]
            for pair in pairs:
                found[pair] = self.pick(SINGLE[pair])
            if pairs:
                found["kms:EncryptionContextKeys"] = [pair.removeprefix("kms:EncryptionContext:") for pair in pairs]
            if pairs and name == "CreateGrant":
                found["kms:GrantConstraintType"] = self.pick(("EncryptionContextEquals", "EncryptionContextSubset"))
        if name == "CreateGrant":
            found["kms:GrantOperations"] = self.some(LISTS["kms:GrantOperations"], 3)
        if self.maybe(0.5):
            if "account" in who:
                found["aws:PrincipalAccount"] = who["account"]
                found["aws:PrincipalArn"] = who.get("role_arn", who["arn"])
            if "user_name" in who:
                found["aws:username"] = who["user_name"]
        if fas:
            found["aws:ViaAWSService"] = "true"
            found["kms:ViaService"] = "s3.us-east-1.amazonaws.com"
        return found

    def request(self, who: Json, action: str, resource: str, account: str, *, fas: bool = False) -> Json:
        """One permission check."""
        return {
            "action": action,
            "resource": resource,
            "resource_account": account,
            "context": self.context(who, action, fas=fas),
        }

    def case(self) -> Json:
        """The whole case, without what is expected."""
        scenario = self.chance()
        if scenario < 0.68:
            return self.key_case()
        if scenario < 0.82:
            return self.bucket_case()
        if scenario < 0.92:
            return self.role_case()
        return self.plain_case()

    def owner(self) -> str:
        """The account that owns the resources."""
        return OWNER if self.maybe(0.85) else self.pick((OTHER, MANAGEMENT))

    # -- the four kinds of cases --

    def key_case(self) -> Json:
        """Operations on KMS keys, with grants; some with several permissions."""
        owner = self.owner()
        kinds = ("user", "user", "user", "role-session", "role-session", "role-session", "federated-user", "root")
        who = self.requester((*kinds, "service"), owner)
        region = self.pick(REGIONS)
        keys = [f"arn:aws:kms:{region}:{owner}:key/{self.pick((KEY_ID, KEY_ID, MRK_ID))}"]
        keys.append(f"arn:aws:kms:{region}:{owner}:key/{OTHER_KEY_ID}")
        fas = who["type"] != "service" and self.maybe(0.12)
        alias = f"arn:aws:kms:{region}:{owner}:alias/{self.pick(('app', 'App'))}"
        how = self.chance()

        def ask(name: str, resource: str) -> Json:
            return self.request(who, f"kms:{name}", resource, owner, fas=fas)

        if how < 0.06:
            requests = [ask("ReEncryptFrom", keys[0]), ask("ReEncryptTo", self.pick(keys))]
        elif how < 0.11 and who.get("account") == owner:
            name = self.pick(("CreateAlias", "DeleteAlias", "UpdateAlias"))
            requests = [ask(name, alias), ask(name, keys[0])]
            if name == "UpdateAlias":
                requests.append(ask(name, keys[1]))
        elif how < 0.13:
            replica = keys[0].replace(region, self.pick(REGIONS))
            requests = [ask("UpdatePrimaryRegion", keys[0]), ask("UpdatePrimaryRegion", replica)]
            keys[1] = replica
        elif how < 0.16 and "account" in who:
            found = f"{BUCKET}/{self.pick(OBJECTS)}"
            requests = [self.request(who, "s3:PutObject", found, owner), ask("GenerateDataKey", keys[0])]
        elif how < 0.28:
            requests = [ask("RetireGrant", keys[0])]
        elif how < 0.34:
            requests = [ask("CreateGrant", keys[0])]
        elif how < 0.8:
            requests = [ask(self.pick(GRANTABLE), keys[0])]
        else:
            requests = [ask(self.pick(POLICY_ONLY), keys[0])]
        on_keys = [request for request in requests if ":key/" in request["resource"]]
        wanted = list(dict.fromkeys(request["resource"] for request in on_keys))
        resource = [self.key_policy(key, owner, on_keys, who) for key in wanted]
        if self.maybe(0.04):
            resource.append(self.key_policy(wanted[0], owner, on_keys, who))
        case = self.finish(requests, who, resource, fas=fas)
        if on_keys[0]["action"] == "kms:RetireGrant":
            case["grants"] = [self.grant(f"g{number}", wanted[0], on_keys[0], who, fas) for number in range(2)]
            case["retire_grant_id"] = "g0"
        elif self.maybe(0.4):
            grants = range(self.pick((1, 1, 2, 3)))
            case["grants"] = [self.grant(f"g{number}", self.pick(keys), on_keys[0], who, fas) for number in grants]
        if self.maybe(0.05) and len(requests) == 1:
            case["aws_managed_key"] = True
        return case

    def key_policy(self, key: str, owner: str, requests: list[Json], who: Json) -> Json:
        """A key policy: often with the default statement, so that the identity path is reached."""
        statements: list[Json] = []
        if self.maybe(0.5):
            account = {"AWS": self.pick((f"arn:aws:iam::{owner}:root", owner))}
            action = "kms:*" if self.maybe(0.8) else self.action_entry(requests[0]["action"], "key")
            statements.append({"Effect": "Allow", "Principal": account, "Action": action, "Resource": "*"})
            if self.maybe(0.1):
                statements[0]["Condition"] = self.condition("key", requests[0]["context"])
        while not statements or self.maybe(0.45):
            asked = self.pick(requests)
            effect = "Deny" if self.maybe(0.2) else "Allow"
            statements.append(self.statement("key", effect, asked, who, asked["context"]))
        self.random.shuffle(statements)
        return {
            "resource": key,
            "kind": "kms-key-policy",
            "owner_account": owner,
            "document": self.document("key", statements),
        }

    def grant(self, name: str, key: str, asked: Json, who: Json, fas: bool) -> Json:
        """A grant near the request."""
        operation = asked["action"].split(":")[1]
        retired = operation == "RetireGrant"
        in_context = operation in {*WITH_CONTEXT, "CreateGrant", "RetireGrant"} and self.maybe(0.7)
        given = self.some((*WITH_CONTEXT, "DescribeKey") if in_context else GRANTABLE, 3)
        if operation in GRANTABLE and self.maybe(0.8):
            given.append(operation)
        if operation == "CreateGrant":
            given += self.some(asked["context"]["kms:GrantOperations"], 3)
        if self.maybe(0.5 if retired else 0.2) and not (retired and who["type"] == "root"):
            given.append("RetireGrant")
        found: Json = {"id": name, "key": key, "issuing_account": key.split(":")[4]}
        if retired and self.maybe(0.3):
            found["issuing_account"] = self.pick((OWNER, OTHER))
        constraints: Json = {}
        if (who["type"] == "service" and self.maybe(0.8)) or self.maybe(0.05):
            service = self.pick(who.get("service_names", SERVICES[0])) if self.maybe(0.8) else SERVICES[0][0]
            retiring = self.pick(who.get("service_names", SERVICES[0])) if self.maybe(0.5) else SERVICES[2][0]
            found["grantee_service_principal"] = service
            found["retiring_service_principal"] = retiring
            constraints["SourceArn"] = asked["context"].get("aws:SourceArn", ARNS[4]) if self.maybe(0.8) else ARNS[5]
            given = [operation for operation in given if operation != "CreateGrant"]
        else:
            arns = [arn for arn in self.names_of(who) if arn.startswith("arn:")] or [ARNS[2]]
            found["grantee_principal"] = self.pick(arns) if self.maybe(0.75) else self.near_grantee(who)
            if self.maybe(0.7 if retired else 0.2):
                retiring = self.pick(arns) if self.maybe(0.6) else self.near_grantee(who)
                if retiring != who.get("user_arn"):
                    found["retiring_principal"] = retiring
        if set(given) <= {*WITH_CONTEXT, "DescribeKey", "CreateGrant", "RetireGrant"} and self.maybe(0.65):
            pairs = self.constraint(asked["context"])
            constraints[self.pick(("EncryptionContextEquals", "EncryptionContextSubset"))] = pairs
        elif self.maybe(0.03) and not fas:
            constraints["SourceArn"] = ARNS[4]
            given = [operation for operation in given if operation != "CreateGrant"]
        found["operations"] = list(dict.fromkeys(given)) or ["Decrypt"]
        if constraints:
            found["constraints"] = constraints
        return found

    def near_grantee(self, who: Json) -> str:
        """An ARN that a grant may name, nearly the requester's."""
        while True:
            name = self.near_names(who)
            if name.startswith("arn:"):
                return name

    def constraint(self, context: Json) -> dict[str, str]:
        """Encryption context pairs near those of the request."""
        prefix = "kms:EncryptionContext:"
        pairs = {name.removeprefix(prefix): value for name, value in context.items() if name.startswith(prefix)}
        for name in list(pairs):
            how = self.chance()
            if how < 0.12:
                del pairs[name]
            elif how < 0.17:
                pairs[name] = self.recase(pairs[name])
            elif how < 0.22:
                pairs[self.recase(name)] = pairs.pop(name)
        if not pairs or self.maybe(0.1):
            pairs["AppName"] = "Pay"
        return pairs

    def bucket_case(self) -> Json:
        """S3: a bucket policy and its requesters, anonymous ones too."""
        owner = self.owner()
        kinds = ("user", "user", "role-session", "role-session", "federated-user", "root", "service", "anonymous")
        who = self.requester(kinds, owner)
        if who["type"] == "root" or self.maybe(0.3):
            requests = [self.request(who, self.pick(BUCKET_ACTIONS), BUCKET, owner)]
        else:
            requests = [self.request(who, self.pick(OBJECT_ACTIONS), f"{BUCKET}/{self.pick(OBJECTS)}", owner)]
        resource: list[Json] = []
        if self.maybe(0.85):
            document = self.near("bucket", requests, who, most=3, full=0, deny=0.3)
            policy = {"resource": BUCKET, "kind": "s3-bucket-policy", "owner_account": owner, "document": document}
            resource.append(policy)
        return self.finish(requests, who, resource, fas=False)

    def role_case(self) -> Json:
        """STS: trust policies."""
        owner = self.owner()
        kinds = ("user", "user", "role-session", "role-session", "federated-user", "root", "service", "federated-idp")
        who = self.requester(kinds, owner)
        role = f"arn:aws:iam::{owner}:role/{self.pick(('Engineering', 'team/Engineering'))}"
        action = "sts:AssumeRole"
        if who["type"] == "federated-idp":
            action = "sts:AssumeRoleWithSAML" if "saml" in who["arn"] else "sts:AssumeRoleWithWebIdentity"
        requests = [self.request(who, action, role, owner)]
        requests += [self.request(who, extra, role, owner) for extra in TRUST_ACTIONS[1:] if self.maybe(0.15)]
        document = self.near("trust", requests, who, most=3, full=0, deny=0.15)
        policy = {"resource": role, "kind": "role-trust-policy", "owner_account": owner, "document": document}
        return self.finish(requests, who, [policy], fas=False)

    def plain_case(self) -> Json:
        """Operations that have only identity policies: KMS without a key, EC2, IAM, GetCallerIdentity."""
        who = self.requester(("user", "user", "role-session", "role-session", "federated-user", "root"), self.owner())
        account = who["account"]
        action, resource = self.pick(
            (
                *((f"kms:{name}", "*") for name in WITHOUT_KEY),
                ("ec2:CreateVolume", f"arn:aws:ec2:us-east-1:{account}:volume/*"),
                ("ec2:DescribeVolumes", "*"),
                ("iam:CreateAccessKey", f"arn:aws:iam::{account}:user/Alice"),
                ("iam:PassRole", f"arn:aws:iam::{account}:role/AppRole"),
                ("sts:GetCallerIdentity", "*"),
                ("sts:GetFederationToken", f"arn:aws:sts::{account}:federated-user/fed1"),
            )
        )
        owner = account
        if resource != "*" and not action.startswith("sts:") and self.maybe(0.1):
            owner = OTHER if account == OWNER else OWNER
        return self.finish([self.request(who, action, resource, owner)], who, [], fas=False)

    def finish(self, requests: list[Json], who: Json, resource: list[Json], *, fas: bool) -> Json:
        """Adds the layers around the requests."""
        signed = "account" in who
        policies: Json = {"identity": [], "resource": resource}
        identity = who["type"] in {"user", "role-session", "federated-user"}
        if identity:
            found = range(self.pick((0, 1, 1, 1, 2, 3)))
            documents = [self.near("identity", requests, who, most=2, full=0.3, deny=0.1) for _ in found]
            policies["identity"] = self.named("identity", documents)
        if identity and not who.get("service_linked"):
            if self.maybe(0.2):
                document = self.near("boundary", requests, who, most=2, full=0.3, deny=0.1)
                policies["permissions_boundary"] = {"name": "boundary", "document": document}
            if who["type"] != "user" and self.maybe(0.7 if who["type"] == "federated-user" else 0.25):
                found = range(self.pick((1, 1, 2)))
                documents = [self.near("session", requests, who, most=2, full=0.3, deny=0.1) for _ in found]
                policies["session"] = self.named("session", documents)
        if self.maybe(0.25 if signed else 0.1):
            policies["scp"] = [self.level(name, "scp", requests, who) for name in self.level_names()]
        unowned = any(asked["resource"] == "*" or ":federated-user/" in asked["resource"] for asked in requests)
        if self.maybe(0.13) and not unowned:
            policies["rcp"] = [self.level(name, "rcp", requests, who) for name in self.level_names()]
        if who["type"] != "service" and self.maybe(0.25 if fas else 0.12):
            document = self.near("endpoint", requests, who, most=2, full=0.6, deny=0.3)
            policies["vpc_endpoint"] = {"name": "vpce", "document": document}
        case: Json = {"id": self.id, "group": "generated", "title": "generated", "policies": policies, "grants": []}
        case["principal"] = who
        if len(requests) == 1 and self.maybe(0.9):
            case.update(requests[0])
        else:
            case["requests"] = requests
        if fas:
            case["via_fas"] = True
        if self.maybe(0.03):
            case["organization"] = {"management_account": self.pick((OWNER, OTHER))}
        return case

    def level_names(self) -> list[str]:
        """Levels from the root to the account."""
        return self.pick((["root"], ["root", "account"], ["root", "ou", "account"]))

    def level(self, name: str, kind: str, requests: list[Json], who: Json) -> Json:
        """One level: SCPs almost always begin with full access, RCPs only deny."""
        documents: list[Json] = []
        if kind == "scp" and self.maybe(0.85):
            documents.append(self.document(kind, [self.full(kind)]))
        if not documents or self.maybe(0.35):
            documents.append(self.near(kind, requests, who, most=2, full=0, deny=0.35))
        return {"level": name, "policies": self.named(name, documents)}


def generate(seed: object, number: int) -> Json:
    """Case `number` of the seed."""
    return Maker(seed, number).case()


def main() -> None:
    """Prints a file of cases; `differential.py` adds what is expected."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", default="0")
    options = parser.parse_args()
    json.dump({"cases": [generate(options.seed, number) for number in range(options.count)]}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
