// The npm package under Node, by itself and behind the AWS SDK.
import assert from "node:assert/strict";
import { test } from "node:test";
import { IAMClient, GetUserCommand } from "@aws-sdk/client-iam";
import {
  ConnectCustomKeyStoreCommand, CreateCustomKeyStoreCommand, CreateKeyCommand, DecryptCommand, DescribeKeyCommand, EncryptCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  accessMatrix, actions, authorize, check, checks, conditionKeys, inspect, KmslabError, Lab, LabStore, PolicySet, RefusedError, version, whatCan, whoCan,
} from "../../bindings-wasm/pkg/node.js";
import { refusal, story } from "./story.mjs";

const clientsOf = (lab) => (credentials) => {
  const config = { region: "us-east-1", credentials, requestHandler: lab.requestHandler() };
  return { kms: new KMSClient(config), iam: new IAMClient(config), sts: new STSClient(config) };
};
const allow = (Action, Resource = "*") => ({ Version: "2012-10-17", Statement: [{ Sid: "Only", Effect: "Allow", Action, Resource }] });
const ALICE = "arn:aws:iam::111122223333:user/alice";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("the AWS SDK on a lab", async () => {
  const lab = new Lab();
  const { KeyId, Account, kms, denied, DeletionDate } = await story(clientsOf(lab), lab.credentials);
  assert.equal(Account, lab.account().id);

  const explained = lab.explain(denied);
  assert.deepEqual(lab.explain(denied.$metadata.requestId), explained);
  assert.equal(explained.allowed, false);
  assert.equal(explained.operation, "kms:Decrypt");
  assert.equal(explained.error, "AccessDeniedException");
  assert.match(String(explained), /alone would allow it/);
  const [check] = explained.checks;
  assert.equal(check.request.principal, `arn:aws:iam::${Account}:user/alice`);
  assert.equal(check.request.resource, KeyId);
  const statements = check.stages.flatMap((stage) => stage.statements);
  const near = statements.find((statement) => statement.sid === "Only");
  assert.ok(near.near, "the statement for another action came near");
  assert.ok(near.elements.some((element) => element.element === "Action" && !element.matched));
  assert.throws(() => lab.explain("no-such-request"), KmslabError);
  assert.throws(() => lab.explain(new Error("of somebody else")), /no request id/);

  const [record] = lab.trail.filter({ requestID: denied.$metadata.requestId });
  assert.equal(record.eventName, "Decrypt");
  assert.equal(record.errorCode, "AccessDenied");
  assert.equal([...lab.trail].length, lab.trail.length);
  assert.deepEqual(lab.trail.slice(1)[0], lab.trail.at(1));

  assert.equal(lab.keys.get("alias/app").arn, KeyId);
  assert.deepEqual(lab.keys.timeline(KeyId).states.map(({ state }) => state), ["Enabled", "PendingDeletion"]);
  assert.match(String(lab.keys), /PendingDeletion/);

  // Time is a value: a week passes, and the scheduled deletion happens.
  const before = lab.clock.now;
  const after = lab.clock.advance({ days: 7, minutes: 1 });
  assert.ok(after - before >= 7 * 86_400_000);
  assert.ok(lab.clock.now > DeletionDate);
  assert.equal((await refusal(kms.send(new DescribeKeyCommand({ KeyId })))).name, "NotFoundException");
  assert.equal(lab.keys.length, 0);
  assert.ok(lab.cost().total > 0);
  lab.free();
});

test("users and roles, by IAM's own operations", async () => {
  const lab = new Lab();
  const alice = lab.user("alice", { policy: allow("kms:Encrypt"), tags: { team: "blue" } });
  assert.equal(alice.arn, ALICE);
  assert.equal(lab.user("alice", { tags: { team: "red" } }), alice);
  const { User } = await new IAMClient(lab.clientConfig()).send(new GetUserCommand({ UserName: "alice" }));
  assert.deepEqual(User.Tags, [{ Key: "team", Value: "red" }]);
  const id = async (who) => (await new STSClient(who.clientConfig()).send(new GetCallerIdentityCommand({}))).Arn;
  assert.equal(await id(alice), ALICE);
  assert.equal(await id(lab.account("444455556666")), "arn:aws:iam::444455556666:user/administrator");

  const app = lab.role("app", { trust: [alice, lab.account()], policy: [allow("kms:Decrypt"), allow("kms:DescribeKey")] });
  assert.equal(await id(app), "arn:aws:sts::111122223333:assumed-role/app/kmslab");
  const sts = new STSClient(app.clientConfig());
  await sts.send(new GetCallerIdentityCommand({}));
  lab.clock.advance({ hours: 2 });
  // The session has ended, by the lab's clock, and the client has a new one.
  await sts.send(new GetCallerIdentityCommand({}));
  const byAlice = app.assume({ by: alice, name: "once", policy: allow("kms:DescribeKey"), duration: 900 });
  assert.match(byAlice.accessKeyId, /^ASIA/);

  const refused = await refusal((async () => lab.user("not a name!"))());
  assert.ok(refused instanceof RefusedError && refused instanceof KmslabError && refused instanceof Error);
  assert.deepEqual([refused.name, refused.action, refused.code], ["RefusedError", "CreateUser", "ValidationError"]);
  assert.match(String(refused), /^CreateUser: ValidationError: /);
  assert.throws(() => lab.user("bob", { tags: { team: "blue & <green>" } }), /Value at 'tags\.1\.member\.value' failed/);
  assert.throws(() => lab.user("bob", { policy: "arn:aws:iam::aws:policy/blue & <green>" }), /policy\/blue & <green> does not exist/);
  assert.throws(() => lab.user("bob", { policy: "AdministratorAccess" }), /named by their ARN/);
});

test("what an earlier call gave is replaced, in a saved lab too", async () => {
  const first = new Lab();
  first.user("alice", { policy: [allow("kms:Encrypt"), allow("kms:Decrypt")] });
  const lab = Lab.open(first.save());
  lab.user("alice", { policy: allow("kms:DescribeKey") });
  const may = (action) => lab.authorize({ principal: ALICE, action, resource: lab.key() }).allowed;
  assert.deepEqual(["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"].map(may), [false, false, true]);
});

test("a seeded lab repeats", () => {
  const make = () => new Lab({ account: "444455556666", region: "eu-west-1", seed: 7, now: "2026-01-02T03:04:05Z" });
  const [one, two] = [make(), make()];
  assert.deepEqual(one.credentials, two.credentials);
  assert.deepEqual(
    [one.account().id, one.region, one.seed, one.clock.now.toISOString()],
    ["444455556666", "eu-west-1", 7n, "2026-01-02T03:04:05.000Z"]);
  assert.notDeepEqual(new Lab().credentials, new Lab().credentials);
});

test("a saved lab is the same lab", async () => {
  const lab = new Lab();
  const KeyId = lab.key({ keyId: "1234abcd-12ab-34cd-56ef-1234567890ab", material: new Uint8Array(32), tags: { a: "b" } });
  assert.equal(KeyId, KEY);
  const { CiphertextBlob } = await new KMSClient(lab.clientConfig()).send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(3) }));
  const opened = Lab.open(lab.save());
  assert.deepEqual(opened.credentials, lab.credentials);
  assert.deepEqual([...opened.trail], [...lab.trail]);
  const { Plaintext } = await new KMSClient(opened.clientConfig()).send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual([...Plaintext], [0, 0, 0]);
  assert.throws(() => Lab.open(new TextEncoder().encode("{}")), KmslabError);
  assert.throws(() => Lab.open(new Uint8Array([255])), KmslabError);
  assert.match((await refusal(new LabStore().save("course", lab))).message, /no IndexedDB/);
});

test("what stands around the accounts: an organization, endpoints, quotas, failures", async () => {
  const lab = new Lab({ quotas: { keys: 1 } });
  assert.equal(lab.organization, null);
  lab.organization = { management_account: "999988887777", scps: { "no-kms": { ...allow("kms:*"), Statement: [{ Effect: "Deny", Action: "kms:*", Resource: "*" }] } } };
  assert.equal(lab.organization.management_account, "999988887777");
  const kms = new KMSClient({ ...lab.clientConfig(), maxAttempts: 1 });
  assert.match((await refusal(kms.send(new CreateKeyCommand({})))).message, /explicit deny in a service control policy/);
  lab.organization = null;
  lab.injectError("kms:CreateKey", "KMSInternalException");
  assert.equal((await refusal(kms.send(new CreateKeyCommand({})))).name, "KMSInternalException");
  const { KeyMetadata: { KeyId } } = await kms.send(new CreateKeyCommand({}));
  assert.equal((await refusal(kms.send(new CreateKeyCommand({})))).name, "LimitExceededException");
  assert.deepEqual([lab.quotas.get("keys"), lab.quotas.defaults.get("keys"), lab.quotas.get("CreateKey")], [1, 100_000, Infinity]);
  lab.quotas.delete("keys");
  assert.equal(new Map(lab.quotas).get("keys"), 100_000);

  const endpoint = lab.vpcEndpoint({ policy: { Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:Encrypt", Resource: "*" }] } });
  assert.match(endpoint.url, /^https:\/\/vpce-/);
  const within = new KMSClient({ ...lab.clientConfig(), endpoint: endpoint.url });
  await within.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(1) }));
  assert.match((await refusal(within.send(new DescribeKeyCommand({ KeyId })))).message, /VPC endpoint policy/);
});

test("custom key stores, whose backends are simulated", async () => {
  const lab = new Lab();
  const kms = new KMSClient({ ...lab.clientConfig(), maxAttempts: 1 });
  const hsm = lab.hsm();
  const manager = lab.externalKeyManager({ credential: ["ABCDEFGHIJKLMNOPQRST", "a".repeat(43)] });
  const XksKeyId = manager.key("vault-1");
  for (const [backend, more] of [[hsm, { Origin: "AWS_CLOUDHSM" }], [manager, { Origin: "EXTERNAL_KEY_STORE", XksKeyId }]]) {
    const CustomKeyStoreName = more.Origin;
    const { CustomKeyStoreId } = await kms.send(new CreateCustomKeyStoreCommand({ CustomKeyStoreName, ...backend.parameters }));
    await kms.send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    const { KeyMetadata: { KeyId } } = await kms.send(new CreateKeyCommand({ CustomKeyStoreId, ...more }));
    const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(1) }));
    await encrypt();
    backend.fail("NETWORK_ERRORS");
    assert.match((await refusal(encrypt())).name, /^KMSInvalidStateException|KMSInternalException|KeyUnavailableException$/);
    backend.recover();
  }
  hsm.change({ hsms: 1, password: "kmsPswd2" });
  assert.equal(hsm.parameters.KeyStorePassword, "kmsPswd2");
  manager.deleteKey(XksKeyId);
  manager.remove();
  assert.throws(() => manager.key("vault-2"), KmslabError);
});

test("policies alone", () => {
  const question = { principal: ALICE, action: "kms:Decrypt", resource: KEY };
  const policies = new PolicySet({ identityPolicies: { read: allow("kms:Decrypt") } });
  const decision = policies.authorize(question);
  assert.deepEqual([decision.allowed, decision.effect, decision.reason, decision.grant], [true, "allow", "ALLOW_IDENTITY_DELEGATED", undefined]);
  assert.equal(decision.toJSON().request.action, "kms:Decrypt");
  assert.match(String(decision.explain()), /ALLOW|allowed/i);
  assert.match(String(decision), /^allowed: ALLOW_IDENTITY_DELEGATED, /);
  assert.equal(policies.authorize({ ...question, action: "kms:Encrypt" }).effect, "implicitDeny");
  policies.free();

  const grants = [{ GrantId: "g1", GranteePrincipal: ALICE, Operations: ["Decrypt"], Constraints: { EncryptionContextSubset: { tenant: "a" } } }];
  const granted = authorize({ ...question, grants, encryptionContext: { tenant: "a", more: "b" } });
  assert.deepEqual([granted.reason, granted.grant], ["ALLOW_GRANT", "g1"]);
  assert.equal(authorize({ ...question, grants, encryptionContext: { tenant: "b" } }).allowed, false);
  const scps = [[allow("*")], [{ Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }] }, allow("*")]];
  const limited = { ...question, identityPolicies: allow("*"), scps };
  assert.equal(authorize({ ...limited, context: { "aws:MultiFactorAuthPresent": false } }).reason, "DENY_SCP");
  assert.equal(authorize({ ...limited, context: { "aws:MultiFactorAuthPresent": true } }).allowed, true);
  assert.throws(() => authorize({ ...question, keyPolicy: "{" }), KmslabError);
  assert.throws(() => authorize({ ...question, principal: "nobody" }), /principal/);
});

test("who can do what", () => {
  const lab = new Lab();
  lab.user("alice", { policy: allow("kms:Decrypt") });
  const key = lab.key();
  assert.deepEqual([...lab.whoCan("kms:Decrypt", key)].filter((arn) => arn.endsWith("alice")), [ALICE]);
  assert.ok(lab.whatCan(ALICE).resources.some((each) => each.resource === key && each.access[0].actions.includes("kms:Decrypt")));
  assert.ok(lab.accessMatrix().actions.includes("kms:Decrypt"));
  const estate = { principals: [{ arn: ALICE, identity_policies: { read: allow("kms:Decrypt") } }], resources: [{ arn: KEY }] };
  assert.deepEqual([...whoCan("kms:Decrypt", KEY, estate)], [ALICE]);
  assert.equal(whatCan(ALICE, JSON.stringify(estate)).principal, ALICE);
  assert.match(String(accessMatrix(estate)), /alice/);
  assert.throws(() => whoCan("kms:Nothing", KEY, estate), KmslabError);
});

test("findings about policies", () => {
  const open = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }] };
  const [worst] = check(open);
  assert.deepEqual([worst.code, worst.severity, worst.kind, worst.statement], ["KMS101", "error", "key", 1]);
  assert.ok(checks().some((row) => row.code === worst.code && row.title));
  assert.throws(() => check("{}", "nothing"), /kind of policy/);
});

test("the words of policies", () => {
  const named = (rows, name) => rows.find((row) => row.name === name);
  assert.deepEqual(named(actions(), "kms:Decrypt"), { name: "kms:Decrypt", resource: true, grant: true });
  assert.deepEqual(named(actions(), "kms:ListKeys"), { name: "kms:ListKeys", resource: false, grant: false });
  const via = named(conditionKeys(), "kms:ViaService");
  assert.deepEqual([via.type, via.multi, via.actions.includes("kms:Decrypt")], ["String", false, true]);
  assert.deepEqual(named(conditionKeys(), "aws:CalledVia"), { name: "aws:CalledVia", type: "String", multi: true, actions: null });
});

test("misuse throws errors and leaves the lab whole", () => {
  for (const [options, message] of [
    [{ account: "12" }, /account/],
    [{ region: "nowhere" }, /Region/],
    [{ auth: "perhaps" }, /auth/],
    [{ seed: 1.5 }, /seed/],
    [{ seed: -1n }, /seed/],
    [{ now: new Date(NaN) }, /now/],
    [{ quotas: { nothing: 1 } }, /quota/],
  ]) {
    assert.throws(() => new Lab(options), (error) => error instanceof KmslabError && message.test(error.message), `${message}`);
  }
  const lab = new Lab();
  for (const span of [{ days: -1 }, { seconds: NaN }, { seconds: Infinity }, { days: 1e12 }]) {
    assert.throws(() => lab.clock.advance(span), KmslabError, JSON.stringify(span));
  }
  assert.throws(() => lab.account("4444"), /12 digits/);
  assert.throws(() => lab.key({ material: new Uint8Array(3) }), KmslabError);
  assert.throws(() => lab.organization = {}, KmslabError);
  // Not a request, and yet an answer: as on the wire.
  const answer = lab.handle("POST", "/", {});
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
  assert.ok(answer.body instanceof Uint8Array);
  lab[Symbol.dispose]();
  assert.throws(() => lab.trail.length, Error);
  assert.match(version(), /^\d+\.\d+\.\d+$/);
});

test("the handler takes every body that the SDK has", async () => {
  const lab = new Lab({ auth: "lenient" });
  const handler = lab.requestHandler();
  const text = "Action=GetCallerIdentity&Version=2011-06-15";
  const bytes = new TextEncoder().encode(text);
  const request = {
    method: "POST", protocol: "https:", hostname: "sts.us-east-1.amazonaws.com", path: "/", query: {},
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
  const answers = [];
  for (const body of [text, bytes, bytes.buffer, new Blob([text]), new Blob([text]).stream(), (async function* () { yield text; })()]) {
    const { response } = await handler.handle({ ...request, body });
    answers.push(`${response.statusCode} ${(await new Response(response.body).text()).replace(/<RequestId>.*<\/RequestId>/, "")}`);
  }
  assert.equal(new Set(answers).size, 1, answers.join("\n"));
  const aborted = await refusal(handler.handle({ ...request, body: text }, { abortSignal: AbortSignal.abort() }));
  assert.equal(aborted.name, "AbortError");
  assert.deepEqual(handler.httpHandlerConfigs(), {});
  handler.updateHttpClientConfig("requestTimeout", 1);
  handler.destroy();
});

test("a ciphertext is taken apart without a key", () => {
  // AWS CLI Command Reference, generate-data-key, example 1.
  const text =
    "AQEDAHjRYf5WytIc0C857tFSnBaPn2F8DgfmThbJlGfR8P3WlwAAAH4wfAYJKoZIhvcNAQcGoG8wbQIBADBoBgkqhkiG9w0BBwEwHgYJYIZIAWUDBAEu" +
    "MBEEDEFogLqPWZconQhwHAIBEIA7d9AC7GeJJM34njQvg4Wf1d5sw0NIo1MrBqZa+YdhV8MrkBQPeac0ReRVNDt9qleAt+SHgIRF8P0H+7U=";
  const blob = Buffer.from(text, "base64");
  const found = inspect(blob);
  assert.equal([...found].map((field) => field.hex).join(""), blob.toString("hex"));
  assert.deepEqual(inspect(text), found);
  assert.match(String(found), /nonce|IV/);
  assert.throws(() => inspect(blob.subarray(0, 60)), { name: "KmslabError", message: "byte 37: says that 126 bytes follow, and 19 do" });
  assert.throws(() => inspect("?"), /base64/);
});
