"""Makes tests/cases/sigv4.json: requests signed by the signers that people use, to be verified by ours.

    python core/tests/sigv4_vectors.py [folder with node_modules/@smithy/signature-v4]

botocore signs the first ones, the AWS SDK for JavaScript's signer the rest (when its folder is given; else those that the
file holds already are kept). The keys are AWS's documented example keys.
"""

import datetime
import json
import subprocess
import sys
from pathlib import Path
from unittest import mock

import botocore
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FILE = Path(__file__).resolve().parents[2] / "tests" / "cases" / "sigv4.json"
KEY, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLE//token+with/odd=="
AT = datetime.datetime(2026, 1, 2, 3, 4, 5)
JSON = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.Encrypt"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
KMS, STS = "https://kms.us-west-2.amazonaws.com", "https://sts.us-west-2.amazonaws.com"

# name, service, token, presigned, method, url, headers, body
BOTOCORE = [
    ("a KMS call", "kms", None, False, "POST", f"{KMS}/", JSON, '{"KeyId": "alias/x", "Plaintext": "aGk="}'),
    ("with a session token", "kms", TOKEN, False, "POST", f"{KMS}/", JSON, "{}"),
    ("an endpoint with a port", "kms", None, False, "POST", "http://localhost:4566/", JSON, "{}"),
    ("without a path", "kms", None, False, "POST", "http://127.0.0.1:4566", JSON, "{}"),
    ("a form", "sts", None, False, "POST", f"{STS}/", FORM, "Action=GetCallerIdentity&Version=2011-06-15"),
    (
        "parameters in the query, unsorted",
        "sts",
        None,
        False,
        "GET",
        f"{STS}/?Version=2011-06-15&Action=GetCallerIdentity&b=&a=2&a=1&A=%20x%2F",
        {},
        "",
    ),
    ("spaces and Unicode in the query", "sts", None, False, "GET", f"{STS}/?Name=%C3%A9%20~-_.%2A%27", {}, ""),
    ("a path to normalize", "kms", None, False, "POST", f"{KMS}/a%20b/./c/../d//e/", JSON, "{}"),
    ("runs of white space", "kms", None, False, "POST", f"{KMS}/", {**JSON, "X-Amz-Note": "  a   b \t c  "}, "{}"),
    (
        "a stated hash of the body",
        "kms",
        None,
        False,
        "POST",
        f"{KMS}/",
        {**JSON, "X-Amz-Content-SHA256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
        "{}",
    ),
    ("a body of bytes", "kms", None, False, "POST", f"{KMS}/", JSON, "é\u0000\u20ac"),
    ("presigned", "sts", None, True, "GET", f"{STS}/?Action=GetCallerIdentity&Version=2011-06-15", {}, ""),
    (
        "presigned with a token",
        "sts",
        TOKEN,
        True,
        "GET",
        f"{STS}/?Action=GetCallerIdentity&Version=2011-06-15",
        {},
        "",
    ),
    (
        "presigned with a signed header",
        "sts",
        None,
        True,
        "GET",
        f"{STS}/?Action=GetCallerIdentity&Version=2011-06-15",
        {"x-k8s-aws-id": "cluster"},
        "",
    ),
]


def by_botocore():
    with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: AT, create=True):
        for name, service, token, presigned, method, url, headers, body in BOTOCORE:
            request = AWSRequest(method=method, url=url, headers=dict(headers), data=body.encode())
            credentials = Credentials(KEY, SECRET, token)
            signer = (
                SigV4QueryAuth(credentials, service, "us-west-2", expires=900)
                if presigned
                else SigV4Auth(credentials, service, "us-west-2")
            )
            signer.add_auth(request)
            prepared = request.prepare()
            rest = prepared.url.split("://", 1)[1]
            host, slash, target = rest.partition("/")
            sent = [
                (key, value if isinstance(value, str) else value.decode()) for key, value in prepared.headers.items()
            ]
            yield {
                "name": name,
                "signer": f"botocore {botocore.__version__}",
                "service": service,
                "token": token,
                "presigned": presigned,
                "request": {
                    "method": method,
                    "target": slash + target or "/",
                    "headers": [["Host", host.split("?")[0]], *sorted(map(list, sent))],
                    "body": body,
                },
            }


JAVASCRIPT = """
const { SignatureV4 } = require("@smithy/signature-v4"), { HttpRequest } = require("@smithy/protocol-http"), { Sha256 } = require("@aws-crypto/sha256-js");
const version = require("@smithy/signature-v4/package.json").version, [key, secret, token] = process.argv.slice(1);
const at = new Date("2026-01-02T03:04:05Z"), json = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.Encrypt" };
const cases = [
  ["a KMS call", "kms", null, { method: "POST", path: "/", headers: { ...json, "content-length": "2", "x-amz-user-agent": "aws-sdk-js/3", "amz-sdk-invocation-id": "1-2", "amz-sdk-request": "attempt=1; max=3" }, body: "{}" }],
  ["with a session token", "kms", token, { method: "POST", path: "/", headers: json, body: "{}" }],
  ["a path and a query", "sts", null, { method: "GET", path: "/a%20b//c", query: { b: ["2", "1"], a: "x y/é", Empty: "" }, headers: {} }],
  ["presigned", "sts", token, { method: "GET", path: "/", query: { Action: "GetCallerIdentity", Version: "2011-06-15" }, headers: {} }, true],
];
(async () => {
  const out = [];
  for (const [name, service, sessionToken, given, presigned] of cases) {
    const signer = new SignatureV4({ service, region: "us-west-2", sha256: Sha256, credentials: { accessKeyId: key, secretAccessKey: secret, sessionToken: sessionToken ?? undefined } });
    const request = new HttpRequest({ protocol: "https:", hostname: `${service}.us-west-2.amazonaws.com`, ...given, headers: { host: `${service}.us-west-2.amazonaws.com`, ...given.headers } });
    const done = presigned ? await signer.presign(request, { signingDate: at, expiresIn: 900 }) : await signer.sign(request, { signingDate: at });
    const enc = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
    const query = Object.entries(done.query ?? {}).flatMap(([k, v]) => [v].flat().map((one) => `${enc(k)}=${enc(one)}`)).join("&");
    out.push({ name, signer: `@smithy/signature-v4 ${version}`, service, token: sessionToken, presigned: !!presigned,
      request: { method: done.method, target: done.path + (query && "?" + query), headers: Object.entries(done.headers), body: given.body ?? "" } });
  }
  console.log(JSON.stringify(out));
})();
"""


def main():
    old = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
    cases = list(by_botocore())
    if len(sys.argv) > 1:
        run = subprocess.run(
            ["node", "-e", JAVASCRIPT, KEY, SECRET, TOKEN], cwd=sys.argv[1], check=True, capture_output=True, text=True
        )
        cases += json.loads(run.stdout)
    else:
        cases += [case for case in old if case["signer"].startswith("@smithy")]
    head = {
        "about": "Requests signed by other people's signers; written by core/tests/sigv4_vectors.py.",
        "access_key_id": KEY,
        "secret": SECRET,
        "region": "us-west-2",
        "at": AT.strftime("%Y%m%dT%H%M%SZ"),
    }
    rows = ",\n".join("    " + json.dumps(case, ensure_ascii=True) for case in cases)
    FILE.write_text(json.dumps(head, indent=2)[:-2] + f',\n  "cases": [\n{rows}\n  ]\n}}\n', encoding="utf-8")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
