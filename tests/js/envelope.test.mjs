// Messages of the AWS Encryption SDK from JavaScript, by themselves and beside that SDK.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildClient, CommitmentPolicy, RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from "@aws-crypto/client-node";
import { KMS } from "@aws-sdk/client-kms";
import { Envelope, EnvelopeError, KmslabError, Lab } from "../../bindings-wasm/pkg/node.js";

const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder().decode(data);
const DAWN = bytes("attack at dawn");

/** A lab, a client of its administrator's, and the ARN of a key. */
async function begun() {
  const lab = new Lab({ seed: 1 });
  const client = clientOf(lab, lab.credentials);
  const { KeyMetadata } = await client.createKey({});
  return { lab, client, key: KeyMetadata.Arn };
}

function clientOf(lab, credentials) {
  return new KMS({ region: "us-east-1", credentials, requestHandler: lab.requestHandler() });
}

/** A stream of `data` in pieces of `size` bytes. */
function pieces(data, size) {
  let at = 0;
  return new ReadableStream({
    pull(out) {
      if (at >= data.byteLength) return out.close();
      out.enqueue(data.slice(at, at + size));
      at += size;
    },
  });
}

const whole = async (stream) => new Uint8Array(await new Response(stream).arrayBuffer());

test("what is sealed under a KMS key opens with its context alone", async () => {
  const { lab, client, key } = await begun();
  const envelope = new Envelope(key, { client });
  const message = await envelope.seal(DAWN, { tenant: "7" });
  assert.equal(text(await envelope.open(message, { tenant: "7" })), "attack at dawn");
  assert.equal(text(await envelope.open(message)), "attack at dawn");
  await assert.rejects(envelope.open(message, { tenant: "8" }), /tenant has another value in the message/);
  const told = lab.trail.filter({ eventName: "GenerateDataKey" });
  assert.equal(told.length, 1);
  assert.equal(told[0].requestParameters.encryptionContext.tenant, "7");
  const changed = Uint8Array.from(message);
  changed[changed.length - 200] ^= 1;
  await assert.rejects(envelope.open(changed), EnvelopeError);
  await assert.rejects(envelope.open(message.subarray(0, -1)), KmslabError);
});

test("a refusal of KMS is told as its cause, and another key opens all the same", async () => {
  const { lab, client, key } = await begun();
  const own = { kind: "aes", namespace: "tests", name: "own", key: new Uint8Array(32).fill(7) };
  const both = new Envelope([key, own], { client });
  const message = await both.seal(DAWN);
  const mallory = clientOf(lab, lab.user("mallory").credentials);
  const denied = new Envelope(key, { client: mallory });
  await assert.rejects(denied.open(message), (error) => {
    assert.ok(error instanceof EnvelopeError);
    assert.equal(error.cause.name, "AccessDeniedException");
    assert.match(error.message, /mallory is not authorized to perform: kms:Decrypt/);
    return true;
  });
  await assert.rejects(denied.seal(DAWN), { name: "AccessDeniedException" });
  const either = new Envelope([key, own], { client: mallory });
  assert.equal(text(await either.open(message)), "attack at dawn");
  const alone = new Envelope(own);
  assert.equal(text(await alone.open(message)), "attack at dawn");
  const found = new Envelope({ kind: "discovery", accounts: [lab.account().id] }, { client });
  assert.equal(text(await found.open(message)), "attack at dawn");
  const keyless = new Envelope(key);
  await assert.rejects(keyless.seal(DAWN), /needs a client of KMS/);
});

test("streams give the same plaintext in pieces of any size, and never end well when cut", async () => {
  const { client, key } = await begun();
  const envelope = new Envelope(key, { client, frameLength: 100 });
  const plaintext = Uint8Array.from({ length: 1234 }, (_, at) => at % 251);
  for (const size of [1, 99, 100, 101, 5000]) {
    const message = await whole(pieces(plaintext, size).pipeThrough(envelope.sealing({ size: String(size) })));
    assert.deepEqual(await envelope.open(message), plaintext);
    const opened = await whole(pieces(message, size).pipeThrough(envelope.opening()));
    assert.deepEqual(opened, plaintext);
    for (const cut of [10, message.length - 1]) {
      await assert.rejects(whole(pieces(message.subarray(0, cut), size).pipeThrough(envelope.opening())), /cut/);
    }
  }
});

const OWN = { kind: "aes", namespace: "tests", name: "own", key: new Uint8Array(32).fill(7) };

/** Does `work` where there is no WebCrypto, as in pages that are no secure context. */
async function withoutWebCrypto(work) {
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    return await work();
  } finally {
    delete crypto.subtle;
  }
}

/** How often WebCrypto is asked to encrypt or decrypt during `work`. */
async function asked(work) {
  let count = 0;
  const counting = new Proxy(crypto.subtle, {
    get: (subtle, name) => (...given) => {
      if (name === "encrypt" || name === "decrypt") count += 1;
      return subtle[name](...given);
    },
  });
  Object.defineProperty(crypto, "subtle", { value: counting, configurable: true });
  try {
    await work();
  } finally {
    delete crypto.subtle;
  }
  return count;
}

test("what WebCrypto seals the module opens, and the other way round", async () => {
  for (const suite of ["0x0578", "0x0478", "0x0014", "0x0114"]) {
    const policy = suite.startsWith("0x00") || suite.startsWith("0x01") ? { commitmentPolicy: "FORBID_ENCRYPT_ALLOW_DECRYPT" } : {};
    const key = { ...OWN, key: OWN.key.slice(0, suite.endsWith("78") ? 32 : 16) };
    const envelope = new Envelope({ ...key, name: suite }, { suite, frameLength: 4096, ...policy });
    for (const length of [4 * 4096, 4 * 4096 + 1, 8 * 4096, 300_000]) {
      const plaintext = Uint8Array.from({ length }, (_, at) => (at * 7) % 251);
      let message;
      const frames = await asked(async () => {
        message = await envelope.seal(plaintext, { of: suite });
      });
      assert.equal(frames, length > 4 * 4096 ? Math.ceil(length / 4096) - 1 : 0, `${suite} ${length}`);
      assert.deepEqual(await withoutWebCrypto(() => envelope.open(message)), plaintext);
      const other = await withoutWebCrypto(() => envelope.seal(plaintext, { of: suite }));
      assert.equal(other.length, message.length);
      const opened = await asked(async () => assert.deepEqual(await envelope.open(other), plaintext));
      const regular = Math.ceil(length / 4096) - 1;
      assert.equal(opened, regular);
      for (const size of [30_000, 65_536]) {
        assert.deepEqual(await whole(pieces(message, size).pipeThrough(envelope.opening())), plaintext);
        const again = await whole(pieces(plaintext, size).pipeThrough(envelope.sealing({ of: suite })));
        assert.deepEqual(await withoutWebCrypto(() => envelope.open(again)), plaintext);
      }
    }
  }
});

test("a message that was changed is refused in the same words, whoever opens its frames", async () => {
  const envelope = new Envelope(OWN, { suite: "0x0478" });
  const message = await envelope.seal(new Uint8Array(100_000), {});
  const start = message.length - (100_000 + 24 * 32 + 40);
  // A number, an IV, ciphertext, a tag, the last frame; two frames that have changed places; a frame that is missing.
  const changes = [start + 4128, start + 4128 + 5, start + 4128 + 100, start + 2 * 4128 - 1, message.length - 1].map((at) => {
    const changed = message.slice();
    changed[at] ^= 1;
    return changed;
  });
  const frame = (nth) => message.subarray(start + nth * 4128, start + (nth + 1) * 4128);
  const moved = message.slice();
  moved.set(frame(6), start + 5 * 4128);
  moved.set(frame(5), start + 6 * 4128);
  const missing = new Uint8Array([...message.subarray(0, start), ...message.subarray(start + 4128)]);
  const said = async (changed) => {
    try {
      return await envelope.open(changed);
    } catch (error) {
      assert.ok(error instanceof EnvelopeError, String(error));
      return error.message;
    }
  };
  for (const changed of [...changes, moved, missing]) {
    const words = await said(changed);
    assert.equal(typeof words, "string");
    assert.equal(await withoutWebCrypto(() => said(changed)), words);
    await assert.rejects(whole(pieces(changed, 50_000).pipeThrough(envelope.opening())), EnvelopeError);
  }
  const cut = message.subarray(0, start + 10 * 4128 + 7);
  assert.match(await said(cut), /cut/);
});

test("memory that is shared is sealed and opened, too", async () => {
  const envelope = new Envelope(OWN);
  const shared = new Uint8Array(new SharedArrayBuffer(50_000)).fill(3);
  const message = await envelope.seal(shared);
  const given = new Uint8Array(new SharedArrayBuffer(message.length));
  given.set(message);
  assert.deepEqual(await envelope.open(given), new Uint8Array(50_000).fill(3));
});

test("a cached data key seals several messages after one call of KMS", async () => {
  const { lab, client, key } = await begun();
  const envelope = new Envelope(key, { client, cache: { maxAge: 60 } });
  for (let count = 0; count < 3; count += 1) await envelope.open(await envelope.seal(DAWN));
  assert.equal(lab.trail.filter({ eventName: "GenerateDataKey" }).length, 1);
  assert.equal(lab.trail.filter({ eventName: "Decrypt" }).length, 1);
});

test("what cannot be is refused at once", () => {
  assert.throws(() => new Envelope([]), /one key at least/);
  assert.throws(() => new Envelope("alias/app", { suite: "0x9999" }), EnvelopeError);
  assert.throws(() => new Envelope({ kind: "aes", namespace: "n", name: "k", key: new Uint8Array(31) }), EnvelopeError);
});

test("the AWS Encryption SDK opens what kmslab seals, and the other way round", async () => {
  const key = Uint8Array.from({ length: 32 }, (_, at) => at);
  const keyring = new RawAesKeyringNode({
    keyNamespace: "tests", keyName: "shared", unencryptedMasterKey: key.slice(),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const theirs = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const shared = { kind: "aes", namespace: "tests", name: "shared", key };
  for (const [suite, id] of [["0x0578", 0x0578], ["0x0478", 0x0478]]) {
    for (const length of [0, 1, 4095, 4096, 4097, 100_000]) {
      const ours = new Envelope(shared, { suite });
      const plaintext = new Uint8Array(length).fill(length % 256);
      const message = await ours.seal(plaintext, { of: "kmslab" });
      const opened = await theirs.decrypt(keyring, Buffer.from(message));
      assert.deepEqual(new Uint8Array(opened.plaintext), plaintext);
      assert.equal(opened.messageHeader.encryptionContext.of, "kmslab");
      const { result } = await theirs.encrypt(keyring, Buffer.from(plaintext), {
        suiteId: id, encryptionContext: { of: "aws" }, plaintextLength: length,
      });
      assert.deepEqual(await ours.open(new Uint8Array(result), { of: "aws" }), plaintext);
    }
  }
});
