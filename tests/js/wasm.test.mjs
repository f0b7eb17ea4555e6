// The wasm module under Node, by itself and behind the AWS SDK.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import { handlerOf } from "./handler.mjs";
import { refusal, story } from "./story.mjs";

const { Lab, inspect } = createRequire(import.meta.url)("../../bindings-wasm/pkg/nodejs/kmslab.js");

const clientsOf = (lab) => (credentials) => {
  const config = { region: "us-east-1", credentials, requestHandler: handlerOf(lab) };
  return { kms: new KMSClient(config), iam: new IAMClient(config), sts: new STSClient(config) };
};

test("the AWS SDK on the wasm lab", async () => {
  const lab = new Lab();
  const { KeyId, Account, kms, denied, DeletionDate } = await story(clientsOf(lab), lab.credentials);
  assert.equal(Account, lab.account);

  const explained = lab.explain(denied.$metadata.requestId);
  assert.equal(explained.operation, "kms:Decrypt");
  assert.equal(explained.error, "AccessDeniedException");
  const [check] = explained.checks;
  assert.equal(check.allowed, false);
  assert.equal(check.request.principal, `arn:aws:iam::${Account}:user/alice`);
  assert.equal(check.request.resource, KeyId);
  const statements = check.stages.flatMap((stage) => stage.statements);
  const near = statements.find((statement) => statement.sid === "Only");
  assert.ok(near.near, "the statement for another action came near");
  assert.ok(near.elements.some((element) => element.element === "Action" && !element.matched));
  assert.equal(lab.explain("no-such-request"), undefined);

  const record = lab.trail().find((record) => record.requestID === denied.$metadata.requestId);
  assert.equal(record.eventName, "Decrypt");
  assert.equal(record.errorCode, "AccessDenied");
  assert.equal(lab.trail(1).length, lab.trail().length - 1);

  // Time is a value: a week passes, and the scheduled deletion happens.
  const before = lab.now;
  const after = lab.advance(7 * 86_400 + 60);
  assert.ok(after - before >= 7 * 86_400_000);
  assert.ok(lab.now > DeletionDate);
  assert.equal((await refusal(kms.send(new DescribeKeyCommand({ KeyId })))).name, "NotFoundException");
  lab.free();
});

test("a seeded lab repeats", () => {
  const make = () => new Lab("444455556666", { region: "eu-west-1", seed: 7, now: new Date("2026-01-02T03:04:05Z") });
  const [one, two] = [make(), make()];
  assert.deepEqual(one.credentials, two.credentials);
  assert.deepEqual([one.account, one.region, one.now.toISOString()], ["444455556666", "eu-west-1", "2026-01-02T03:04:05.000Z"]);
  assert.notDeepEqual(new Lab().credentials, new Lab().credentials);
});

test("a saved lab is the same lab", () => {
  const lab = new Lab();
  const opened = Lab.open(lab.save());
  assert.deepEqual(opened.credentials, lab.credentials);
  assert.throws(() => Lab.open("{}"), Error);
});

test("accounts", () => {
  const lab = new Lab();
  const other = lab.addAccount("444455556666");
  assert.match(other.accessKeyId, /^AKIA/);
  assert.deepEqual(lab.addAccount("444455556666"), other);
  assert.throws(() => lab.addAccount("4444"), /12 digits/);
});

test("misuse throws errors and leaves the lab whole", () => {
  assert.throws(() => new Lab("12"), /account/);
  assert.throws(() => new Lab(undefined, { region: "nowhere" }), /region/);
  assert.throws(() => new Lab(undefined, { auth: "perhaps" }), /auth/);
  assert.throws(() => new Lab(undefined, { seed: 1.5 }), /seed/);
  assert.throws(() => new Lab(undefined, { now: new Date(NaN) }), /now/);
  const lab = new Lab();
  assert.throws(() => lab.advance(-1), /forward/);
  assert.throws(() => lab.advance(NaN), /forward/);
  assert.throws(() => lab.handle({ method: "POST", target: "/", headers: { a: {} } }), /headers/);
  // Not a request, and yet an answer: as on the wire.
  const answer = lab.handle({ method: "POST", target: "/", headers: {}, body: undefined });
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
  assert.ok(answer.body instanceof Uint8Array);
});

test("a ciphertext is taken apart without a key", () => {
  // AWS CLI Command Reference, generate-data-key, example 1.
  const text =
    "AQEDAHjRYf5WytIc0C857tFSnBaPn2F8DgfmThbJlGfR8P3WlwAAAH4wfAYJKoZIhvcNAQcGoG8wbQIBADBoBgkqhkiG9w0BBwEwHgYJYIZIAWUDBAEu" +
    "MBEEDEFogLqPWZconQhwHAIBEIA7d9AC7GeJJM34njQvg4Wf1d5sw0NIo1MrBqZa+YdhV8MrkBQPeac0ReRVNDt9qleAt+SHgIRF8P0H+7U=";
  const blob = Buffer.from(text, "base64");
  const found = inspect(blob);
  assert.equal(found.fields.map((field) => field.hex).join(""), blob.toString("hex"));
  assert.ok(found.html.startsWith("<div"));
  assert.throws(() => inspect(blob.subarray(0, 60)), /^Error: byte 37: says that 126 bytes follow, and 19 do$/);
});
