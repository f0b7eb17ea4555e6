// The server over HTTP, behind the same SDK.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import { refusal, story } from "./story.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const BINARY = process.env.KMSLAB_SERVER ?? join(root, "target", "debug", "kmslab-server");

/** Starts a server, which ends with test `t` at the latest; gives its environment and what stops it. */
async function serve(t, ...options) {
  const child = spawn(BINARY, ["--port", "0", "--print-env", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let [out, log] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (log += chunk));
  await once(child.stdout, "end"); // it closes standard output when all is said
  const env = Object.fromEntries([...out.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  assert.ok(env.AWS_ENDPOINT_URL, log);
  return {
    env,
    async stop(signal = "SIGTERM") {
      const exit = once(child, "exit");
      child.kill(signal);
      const [code] = await exit;
      return { code, log };
    },
  };
}

const clientsAt = (env) => (credentials) => {
  const config = { region: env.AWS_REGION, endpoint: env.AWS_ENDPOINT_URL, credentials, maxAttempts: 1 };
  return { kms: new KMSClient(config), iam: new IAMClient(config), sts: new STSClient(config) };
};
const credentialsOf = (env) => ({ accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY });

test("the AWS SDK on the server", async (t) => {
  const server = await serve(t);
  const control = async (path, options) => {
    const answer = await fetch(`${server.env.AWS_ENDPOINT_URL}/_kmslab/${path}`, options);
    return { status: answer.status, ...(await answer.json()) };
  };
  const { KeyId, Account, kms, denied, DeletionDate } = await story(clientsAt(server.env), credentialsOf(server.env));

  const explained = await control(`explain/${denied.$metadata.requestId}`);
  assert.equal(explained.operation, "kms:Decrypt");
  assert.equal(explained.checks[0].request.principal, `arn:aws:iam::${Account}:user/alice`);
  const { Records, next } = await control("trail");
  assert.equal(Records.length, next);
  assert.ok(Records.some((record) => record.requestID === denied.$metadata.requestId && record.errorCode === "AccessDenied"));
  assert.deepEqual((await control(`trail?from=${next}`)).Records, []);

  const clock = await control("clock", { method: "POST", body: JSON.stringify({ advance_seconds: 7 * 86_400 + 60 }) });
  assert.ok(new Date(clock.now) > DeletionDate);
  assert.equal((await refusal(kms.send(new DescribeKeyCommand({ KeyId })))).name, "NotFoundException");

  const { code, log } = await server.stop();
  assert.equal(code, 0, log);
  assert.match(log, /kms:Decrypt +arn:aws:iam::111122223333:user\/alice +400 AccessDenied/);
  assert.match(log, new RegExp(`${denied.$metadata.requestId}\n +denied: `));
  assert.match(log, /enforced on every call: .*key policies/);
});

test("a lab in a file outlives the server", { skip: process.platform === "win32" }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kmslab-"));
  const file = join(folder, "lab.kmslab");
  try {
    const first = await serve(t, "--lab", file, "--quiet");
    const { KeyId } = await story(clientsAt(first.env), credentialsOf(first.env));
    assert.equal((await first.stop("SIGINT")).code, 0);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const second = await serve(t, "--lab", file, "--quiet");
    assert.equal(second.env.AWS_ACCESS_KEY_ID, first.env.AWS_ACCESS_KEY_ID);
    const { kms } = clientsAt(second.env)(credentialsOf(second.env));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata.KeyState, "PendingDeletion");
    const { code, log } = await second.stop();
    assert.equal(code, 0);
    assert.doesNotMatch(log, /DescribeKey/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("lenient authentication takes dummy credentials", async (t) => {
  const server = await serve(t, "--auth", "lenient", "--quiet");
  const { sts } = clientsAt(server.env)({ accessKeyId: "test", secretAccessKey: "test" });
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Account, "111122223333");
  const other = clientsAt(server.env)({ accessKeyId: "444455556666", secretAccessKey: "test" });
  assert.equal((await other.sts.send(new GetCallerIdentityCommand({}))).Account, "444455556666");
  await server.stop();
});
