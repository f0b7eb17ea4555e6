// How fast the package is under Node: `node tests/js/bench.mjs`, after scripts/wasm-build.sh with its optimised profile. Not a
// test: other work on the machine shows in the figures. Each is the best of several rounds.
import { EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { authorize, Envelope, Lab, PolicySet } from "../../bindings-wasm/pkg/node.js";

/** Microseconds a call takes, the best of seven rounds of some 100 ms each. */
async function timed(call) {
  let rounds = 1;
  let best = Infinity;
  for (let round = 0; round < 7;) {
    const start = performance.now();
    for (let at = 0; at < rounds; at += 1) await call();
    const took = performance.now() - start;
    if (took < 50 && best === Infinity) rounds *= 2;
    else [best, round] = [Math.min(best, (took / rounds) * 1000), round + 1];
  }
  return best;
}

/** The same for calls that give no promise, for which nothing waits. */
function timedAtOnce(call) {
  let rounds = 1;
  let best = Infinity;
  for (let round = 0; round < 7;) {
    const start = performance.now();
    for (let at = 0; at < rounds; at += 1) call();
    const took = performance.now() - start;
    if (took < 50 && best === Infinity) rounds *= 2;
    else [best, round] = [Math.min(best, (took / rounds) * 1000), round + 1];
  }
  return best;
}

const rows = [];
const note = (what, microseconds, more = "") => rows.push([what, `${microseconds.toFixed(microseconds < 10 ? 2 : 1)} µs`, more]);

// Decisions: a key policy, an identity policy and a service control policy, one condition.
const allow = (more) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const policies = {
  keyPolicy: allow({ Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" }),
  identityPolicies: allow({ Action: "kms:Decrypt", Resource: key, Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } } }),
  scps: allow({ Action: "*", Resource: "*" }),
};
const question = { principal: "arn:aws:iam::111122223333:user/alice", action: "kms:Decrypt", resource: key };
const withContext = { ...question, context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } };
const set = new PolicySet(policies);
note("decide, compiled policies", timedAtOnce(() => set.authorize(question)));
note("decide, compiled policies, one condition key", timedAtOnce(() => set.authorize(withContext)));
note("authorize, policies read each time", timedAtOnce(() => authorize({ ...withContext, ...policies })));
note("explain", timedAtOnce(() => set.authorize(withContext).explain()));

// Encrypt.
const lab = new Lab();
const kms = new KMSClient(lab.clientConfig());
const KeyId = lab.key();
const command = () => kms.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(32) }));
let captured;
kms.middlewareStack.add((next) => async (args) => {
  captured = args.request;
  return next(args);
}, { step: "deserialize", priority: "low" });
await command();
note("Encrypt of 32 bytes through the SDK", await timed(command));
const { method, protocol, hostname, path, headers, body } = captured;
const plain = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
note("the same request, signature verified, by lab.handle alone", timedAtOnce(() => lab.handle(method, `${protocol}//${hostname}${path}`, headers, plain)));
const canned = await lab.requestHandler().handle(captured);
const answer = new Uint8Array(await new Response(canned.response.body).arrayBuffer());
const { statusCode, headers: answered } = canned.response;
const floor = new KMSClient({ ...lab.clientConfig(), requestHandler: {
  metadata: { handlerProtocol: "http/1.1" },
  handle: async () => ({ response: { statusCode, headers: answered, body: new Response(answer).body } }),
} });
note("the SDK's own part: a canned answer", await timed(() => floor.send(new EncryptCommand({ KeyId, Plaintext: new Uint8Array(32) }))));

// AES-256-GCM: 4 kB, the most that Encrypt takes, beside WebCrypto's.
const largest = new Uint8Array(4096);
note("Encrypt of 4,096 bytes through the SDK", await timed(() => kms.send(new EncryptCommand({ KeyId, Plaintext: largest }))));
const gcm = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
const iv = new Uint8Array(12);
note("WebCrypto, AES-256-GCM of 4,096 bytes", await timed(() => crypto.subtle.encrypt({ name: "AES-GCM", iv }, gcm, largest)));

// Envelopes: a megabyte, by WebCrypto, by the module, and WebCrypto alone.
const megabyte = new Uint8Array(1 << 20);
note("WebCrypto, AES-256-GCM of a megabyte", await timed(() => crypto.subtle.encrypt({ name: "AES-GCM", iv }, gcm, megabyte)));
for (const [suite, signed] of [["0x0478", "unsigned"], ["0x0578", "signed"]]) {
  for (const frameLength of [1024, 4096, 16_384, 65_536, 1 << 20]) {
    const envelope = new Envelope({ kind: "aes", namespace: "bench", name: "own", key: new Uint8Array(32) }, { suite, frameLength });
    const both = async (by) => {
      const message = await envelope.seal(megabyte);
      note(`seal a megabyte, ${signed}, frames of ${frameLength}, ${by}`, await timed(() => envelope.seal(megabyte)));
      note(`open it, ${signed}, frames of ${frameLength}, ${by}`, await timed(() => envelope.open(message)));
    };
    await both("as it is");
    Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
    await both("by the module");
    delete crypto.subtle;
  }
}

const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, took] of rows) console.log(`${what.padEnd(width)}  ${took.padStart(12)}`);
