// The playground's parts under Node: examples against the engine, links, records, changes that are tried.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { LABS, modules } from "./site.mjs";

let parts, scene, share, cloudtrail, examples, judge, apply, words;

before(async () => {
  parts = await modules();
  const names = ["scene", "share", "cloudtrail", "examples", "judge", "apply"];
  [scene, share, cloudtrail, examples, judge, apply] = await Promise.all(names.map((name) => parts.load(`policy/${name}.ts`)));
  words = parts.engine.conditionKeys();
});

after(() => parts.close());

const judged = (asked) => new judge.Judge(words).judge(asked);
const looked = (asked) => new judge.Judge(words).look(asked.papers);
const plain = ({ papers, ...rest }) => ({ ...rest, papers: papers.map(({ kind, name, text }) => ({ kind, name, text })) });

test("each example is decided as it tells", () => {
  assert.ok(examples.EXAMPLES.length >= 15);
  const reasons = new Set();
  for (const example of examples.EXAMPLES) {
    const { check, problem, stale } = judged(example.scene());
    assert.equal(problem, null, example.id);
    assert.deepEqual(stale, [], example.id);
    assert.equal(check.reason, example.expected, example.id);
    // Where the question is whether it is allowed, yes and no are about that.
    const [said] = /^(Yes|No)\b/.exec(example.answer) ?? [];
    if (said && /\b(Can|May|Is that|Is being|Does the (same|call))\b/.test(example.question)) {
      assert.equal(said === "Yes", check.allowed, example.id);
    }
    for (const text of [example.title, example.story, example.question, example.answer]) assert.ok(text.length > 5, example.id);
    reasons.add(check.reason);
  }
  assert.ok(reasons.size >= 10, `examples show many reasons: ${[...reasons].join(", ")}`);
});

test("what examples say about their counterparts is so", () => {
  const of = (id) => examples.EXAMPLES.find((example) => example.id === id).scene();
  const reason = (asked) => judged(asked).check.reason;
  const set = (asked, key, value) => ({ ...asked, context: [...asked.context.filter((row) => row.key !== key), ...(value ? [{ key, value }] : [])] });
  assert.equal(reason(set(of("encryption-context"), "kms:EncryptionContext:department", "finance")), "ALLOW_RESOURCE_ROLE");
  assert.equal(reason(set(of("encryption-context-keys"), "kms:EncryptionContext:other", "1")), "NO_IDENTITY_ALLOW");
  assert.equal(reason(set(of("grant"), "kms:EncryptionContext:tenant", "green")), "NO_IDENTITY_ALLOW");
  assert.equal(reason(set(of("grant-is-for-aws-resource"), "kms:GrantIsForAWSResource", "true")), "ALLOW_RESOURCE_ROLE");
  assert.equal(reason(set(of("via-service"), "kms:ViaService", "s3.us-east-1.amazonaws.com")), "ALLOW_RESOURCE_ROLE");
  assert.equal(reason({ ...of("cross-account-never"), action: "kms:Decrypt" }), "ALLOW_CROSS_ACCOUNT");
  assert.equal(reason(set(of("tags"), "aws:ResourceTag/project", "apollo")), "ALLOW_IDENTITY_DELEGATED");
  assert.equal(reason({ ...of("administrators-and-users"), action: "kms:PutKeyPolicy" }), "ALLOW_RESOURCE_ROLE");
  assert.equal(reason({ ...of("deny-arn-not-like"), principal: "arn:aws:iam::111122223333:role/payments-api" }), "ALLOW_RESOURCE_ROLE");
  assert.equal(reason({ ...of("scp"), principal: "arn:aws:iam::111122223333:role/break-glass" }), "ALLOW_IDENTITY_DELEGATED");
  assert.equal(reason({ ...of("session-policy"), action: "kms:DescribeKey" }), "ALLOW_IDENTITY_DELEGATED");
  assert.equal(reason({ ...of("permissions-boundary"), action: "kms:Decrypt" }), "ALLOW_IDENTITY_DELEGATED");
  assert.equal(reason(set(of("rcp"), "aws:PrincipalOrgID", "o-exampleorg1")), "ALLOW_CROSS_ACCOUNT");
  const session = of("deny-not-principal");
  for (const paper of session.papers) {
    const document = JSON.parse(paper.text);
    document.Statement.at(-1).NotPrincipal.AWS.push(session.principal);
    paper.text = scene.pretty(document);
  }
  assert.equal(reason(session), "ALLOW_RESOURCE_ROLE");
  const spared = of("vpc-endpoint");
  for (const paper of spared.papers) {
    paper.text = paper.text.replace(/("StringNotEquals": \{[^}]*\})/, '$1, "BoolIfExists": { "aws:ViaAWSService": "false" }');
  }
  assert.equal(reason(spared), "ALLOW_IDENTITY_DELEGATED");
  const role = of("boundary-and-key-policy");
  for (const paper of role.papers) paper.text = paper.text.replace("arn:aws:sts::111122223333:assumed-role/report/daily", "arn:aws:iam::111122223333:role/report");
  assert.equal(reason(role), "NO_BOUNDARY_ALLOW");
  const codes = (id) => Object.values(looked(of(id))).flatMap((paper) => paper.findings.map((finding) => finding.code));
  assert.ok(codes("lock-out").includes("KMS109"));
  assert.ok(codes("encryption-context-keys").includes("KMS305"));
});

test("the decision is told before its reasons", () => {
  const told = [];
  const { check } = new judge.Judge(words).judge(scene.plainScene(), (verdict) => told.push(verdict));
  assert.deepEqual(told, [{ allowed: true, effect: "allow", reason: check.reason }]);
});

test("who has no room in the table is counted", () => {
  const asked = scene.plainScene();
  const AWS = Array.from({ length: 20 }, (_, at) => `arn:aws:iam::111122223333:user/u${at}`);
  asked.papers[0].text = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" }] });
  const { principals, left, problem } = new judge.Judge(words).matrix(asked);
  assert.deepEqual([principals.length, left, problem], [12, 9, null]);
});

test("no link is made that could not be read", async () => {
  const asked = scene.plainScene();
  assert.ok(await share.fragmentOf(asked));
  const rows = Array.from({ length: 61 }, () => ({ key: "a", value: "b" }));
  assert.equal(await share.fragmentOf({ ...asked, context: rows }), null);
  assert.equal(await share.fragmentOf({ ...asked, papers: Array.from({ length: 21 }, () => scene.paper("identity", "{}")) }), null);
  assert.equal(await share.fragmentOf({ ...asked, principal: "x".repeat(500_000) }), null);
  let last = 1;
  const next = () => (last = (last * 48_271) % 2_147_483_647);
  const chaos = Array.from({ length: 200_000 }, () => String.fromCharCode(33 + (next() % 90))).join("");
  assert.equal(await share.fragmentOf({ ...asked, principal: chaos }), null, "too long when packed");
});

test("a policy that is no policy keeps the last decision, and says what AWS says", () => {
  const judging = new judge.Judge(words);
  const asked = examples.EXAMPLES[0].scene();
  const before = judging.judge(asked);
  asked.papers[0] = { ...asked.papers[0], text: '{ "Version": "2012-10-17", "Statement": [ }' };
  const { check, stale } = judging.judge(asked), papers = judging.look(asked.papers);
  assert.deepEqual(check, before.check);
  assert.deepEqual(stale, [asked.papers[0].id]);
  assert.match(papers[asked.papers[0].id].error, /Syntax errors in policy/);
  assert.deepEqual(papers[asked.papers[0].id].findings.map((finding) => [finding.code, finding.line]), [["KMS001", 1]]);
  assert.match(judged(asked).problem, /Key policy is not valid yet/);
  for (const [member, value] of [["principal", "nobody"], ["action", "kms:Dcrypt"], ["resource", "key"]]) {
    assert.match(judging.judge({ ...examples.EXAMPLES[0].scene(), [member]: value }).problem, new RegExp(`^${member}: `));
  }
  const grants = (text) => Object.values(looked({ ...asked, papers: [scene.paper("grants", text)] }))[0].error;
  assert.equal(grants("[]"), null);
  for (const text of ["{}", "[1]", "[", '[{"Operations": "Decrypt"}]']) assert.ok(grants(text), text);
});

test("papers of the same name are told apart", () => {
  const allow = (Action) => scene.pretty({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
  const asked = { ...examples.EXAMPLES[0].scene(), context: [] };
  for (const name of ["a", "Statement", "Version", "", "__proto__"]) {
    const papers = [scene.paper("identity", allow("kms:Encrypt"), name), scene.paper("identity", allow("kms:Decrypt"), name)];
    assert.equal(judged({ ...asked, papers }).check?.reason, "ALLOW_IDENTITY_DELEGATED", name);
  }
});

test("a condition key in several rows has several values", () => {
  const context = [["aws:CalledVia", "a.amazonaws.com"], ["aws:CalledVia", "b.amazonaws.com"], ["kms:encryptioncontext:x", "1"], ["__proto__", "y"]];
  const { check } = judged({ ...examples.EXAMPLES[0].scene(), context: context.map(([key, value]) => ({ key, value })) });
  assert.deepEqual(check.request.context["aws:CalledVia"], ["a.amazonaws.com", "b.amazonaws.com"]);
  assert.deepEqual(check.request.context["kms:EncryptionContextKeys"], ["x"]);
});

test("who can do what: those whom the key policy and grants name", () => {
  const of = (id) => new judge.Judge(words).matrix(examples.EXAMPLES.find((example) => example.id === id).scene());
  const roles = of("administrators-and-users");
  assert.equal(roles.problem, null);
  assert.deepEqual(roles.principals.map((arn) => arn.replace(/.*:/, "")), ["assumed-role/key-admin/maria", "role/billing"]);
  const [admin, billing] = roles.principals;
  assert.deepEqual(roles.cells[admin]["kms:PutKeyPolicy"], { any: [] });
  assert.equal(roles.cells[admin]["kms:Decrypt"], undefined);
  assert.deepEqual(roles.cells[billing]["kms:Decrypt"], { any: [] });
  const via = of("via-service");
  assert.deepEqual(via.cells[via.principals[0]]["kms:Decrypt"], { any: ["kms:ViaService StringEquals s3.us-east-1.amazonaws.com"] });
});

test("a scene goes into a link and comes back", async () => {
  for (const example of examples.EXAMPLES) {
    const asked = example.scene();
    const fragment = await share.fragmentOf(asked);
    assert.match(fragment, /^#s=[\w-]+$/);
    assert.ok(fragment.length < 1500, `${example.id}: ${fragment.length}`);
    assert.deepEqual(plain(await share.sceneOf(fragment)), plain(asked));
  }
});

test("a link that somebody made by hand is refused", async () => {
  const link = (value) => `#s=${deflateRawSync(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")}`;
  const good = { v: 1, p: "p", a: "a", r: "r", c: [["k", "v"]], d: [["key", "", "{}"]] };
  assert.deepEqual(plain(await share.sceneOf(link(good))), { principal: "p", action: "a", resource: "r", context: [{ key: "k", value: "v" }], papers: [{ kind: "key", name: "", text: "{}" }] });
  const bad = [
    "", "null", "[]", "{", { ...good, v: 2 }, { ...good, p: 1 }, { ...good, c: {} }, { ...good, c: [["k"]] }, { ...good, c: [null] },
    { ...good, d: [["key", "", 1]] }, { ...good, d: [["constructor", "", ""]] }, { ...good, d: [["key", "", ""], ["key", "", ""]] },
    { ...good, d: Array(21).fill(["identity", "a", "{}"]) }, { ...good, c: Array(61).fill(["k", "v"]) },
    // Half a megabyte and more, from a few hundred bytes.
    { ...good, p: "x".repeat(600_000) }, "0".repeat(100_000_000),
  ];
  for (const value of bad) await assert.rejects(share.sceneOf(link(value)), share.BadLink, JSON.stringify(value).slice(0, 80));
  for (const text of ["#s=", "#s=%%%", "#s=AAAA", `#s=${"A".repeat(100_001)}`]) await assert.rejects(share.sceneOf(text), share.BadLink, text.slice(0, 20));
});

test("a CloudTrail record becomes a request", () => {
  const record = {
    eventVersion: "1.11", eventTime: "2026-01-02T03:04:05Z", eventSource: "kms.amazonaws.com", eventName: "Decrypt", awsRegion: "eu-west-1",
    sourceIPAddress: "203.0.113.7", userAgent: "Boto3/1.40", errorCode: "AccessDenied",
    errorMessage: "User: arn:aws:sts::111122223333:assumed-role/app/s1 is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows the kms:Decrypt action",
    userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/app/s1", accountId: "111122223333", sessionContext: { attributes: { mfaAuthenticated: "false" } } },
    requestParameters: { encryptionContext: { "aws:s3:arn": "arn:aws:s3:::box/x" }, encryptionAlgorithm: "SYMMETRIC_DEFAULT" },
    recipientAccountId: "111122223333", tlsDetails: { tlsVersion: "TLSv1.3" },
  };
  const want = {
    principal: "arn:aws:sts::111122223333:assumed-role/app/s1", action: "kms:Decrypt",
    resource: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    error: "AccessDenied", message: record.errorMessage, at: "2026-01-02T03:04:05Z", notes: [],
    context: [
      ["kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::box/x"], ["kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"], ["aws:SourceIp", "203.0.113.7"],
      ["aws:RequestedRegion", "eu-west-1"], ["aws:UserAgent", "Boto3/1.40"], ["aws:SecureTransport", "true"],
      ["aws:MultiFactorAuthPresent", "false"], ["aws:CurrentTime", "2026-01-02T03:04:05Z"],
    ].map(([key, value]) => ({ key, value })),
  };
  const forms = [record, { Records: [{ eventName: "Encrypt" }, record] }, { Events: [{ CloudTrailEvent: JSON.stringify(record) }] }, [record]];
  for (const form of forms) assert.deepEqual(cloudtrail.imported(JSON.stringify(form)), want);

  const read = (changes) => cloudtrail.imported(JSON.stringify({ ...record, errorMessage: undefined, ...changes }));
  const value = ({ context }, key) => context.filter((row) => row.key === key).map((row) => row.value);
  const via = read({ sourceIPAddress: "secretsmanager.amazonaws.com", userIdentity: { ...record.userIdentity, invokedBy: "secretsmanager.amazonaws.com" } });
  assert.deepEqual(["kms:ViaService", "aws:CalledVia", "aws:ViaAWSService", "aws:SourceIp"].map((key) => value(via, key)),
    [["secretsmanager.eu-west-1.amazonaws.com"], ["secretsmanager.amazonaws.com"], ["true"], []]);
  const service = read({ userIdentity: { type: "AWSService", invokedBy: "logs.amazonaws.com" } });
  assert.deepEqual([service.principal, value(service, "kms:ViaService")], ["logs.amazonaws.com", []]);
  const network = read({ vpcEndpointId: "vpce-1", sourceIPAddress: "10.0.0.4" });
  assert.deepEqual([value(network, "aws:SourceVpce"), value(network, "aws:VpcSourceIp"), value(network, "aws:SourceIp")], [["vpce-1"], ["10.0.0.4"], []]);
  assert.equal(read({ resources: [{ ARN: want.resource }] }).resource, want.resource);
  assert.equal(read({ requestParameters: { keyId: "1234abcd-12ab-34cd-56ef-1234567890ab" } }).resource, want.resource);
  const alias = read({ requestParameters: { keyId: "alias/app" } });
  assert.deepEqual([alias.resource, alias.notes.length, value(alias, "kms:RequestAlias")], ["*", 1, ["alias/app"]]);
  const grant = read({ eventName: "CreateGrant", requestParameters: { operations: ["Decrypt", "Encrypt"], granteePrincipal: "g", constraints: { encryptionContextSubset: { a: "b" } } } });
  assert.deepEqual([grant.action, value(grant, "kms:GrantOperations"), value(grant, "kms:GrantConstraintType")], ["kms:CreateGrant", ["Decrypt", "Encrypt"], ["EncryptionContextSubset"]]);
  assert.equal(read({ eventName: "ReEncrypt" }).action, "kms:ReEncryptFrom");
  assert.equal(read({ userIdentity: { type: "AWSAccount", accountId: "444455556666" } }).principal, "444455556666");
  for (const text of ["", "[]", "{}", "5", '{"eventName": "GetObject", "eventSource": "s3.amazonaws.com"}']) {
    assert.throws(() => cloudtrail.imported(text), cloudtrail.NoRecord, text);
  }
});

test("the condition keys that records are read into are AWS's", () => {
  const known = new Set(words.map((row) => row.name));
  for (const key of cloudtrail.KEYS) assert.ok(known.has(key), key);
});

test("a change that is tried decides as the engine foretold", () => {
  let tried = 0;
  for (const example of examples.EXAMPLES) {
    const asked = example.scene(), { check } = judged(asked);
    for (const change of [...check.changes.alone, ...check.changes.hangs_on]) {
      const next = apply.applied(change, asked);
      // The last statement of a policy that has to be there is not taken away.
      if (next === null && change.kind === "remove-statement") continue;
      assert.ok(next, `${example.id}: ${change.text}`);
      assert.equal(judged(next).check?.reason, change.then, `${example.id}: ${change.text}`);
      tried += 1;
    }
    const last = check.changes.together.at(-1);
    if (last) assert.equal(judged(check.changes.together.reduce((before, change) => apply.applied(change, before), asked)).check.reason, last.then, example.id);
    assert.deepEqual(plain(asked), plain(example.scene()), "the scene itself stays as it is");
  }
  assert.ok(tried > 30, `${tried} were tried`);
});

test("JSON is written as people write it", () => {
  const text = scene.pretty({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["kms:Encrypt", "kms:Decrypt"], Resource: "*", Condition: { Bool: { a: "b" } } }] });
  assert.equal(text, `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["kms:Encrypt", "kms:Decrypt"],
      "Resource": "*",
      "Condition": { "Bool": { "a": "b" } }
    }
  ]
}`);
  for (const value of [[], {}, null, "a", [[1]], { a: [{}] }]) assert.deepEqual(JSON.parse(scene.pretty(value)), value);
});

test("no text becomes HTML, and no code a text", () => {
  const files = readdirSync(join(LABS, "src"), { recursive: true }).filter((name) => /\.(ts|svelte)$/.test(name));
  assert.ok(files.length > 20);
  for (const file of files) {
    const source = readFileSync(join(LABS, "src", file), "utf8");
    assert.doesNotMatch(source, /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\b|DOMParser|srcdoc/, file);
  }
});
