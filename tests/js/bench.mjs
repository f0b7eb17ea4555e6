// How fast the package is under Node: `node tests/js/bench.mjs`, after scripts/wasm-build.sh with its optimised profile. Not a
// test: other work on the machine shows in the figures. Each is the best of several rounds.
import { EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { authorize, Envelope, Lab, PolicySet } from "../../bindings-wasm/pkg/node.js";

// Rounds are short, so that some of them are left alone by what else the machine does. Node compiles what is called often once
// more and better, which must have happened before. All in milliseconds: a round, all rounds, and what goes before them.
const [ROUND, ROUNDS, WARM] = [2, 600, 600];

/** Microseconds a call takes, the best of many rounds of some two milliseconds each. */
async function timed(call) {
  for (const start = performance.now(); performance.now() - start < WARM;) await call();
  let calls = 1;
  let best = Infinity;
  for (const begun = performance.now(); performance.now() - begun < ROUNDS || best === Infinity;) {
    const start = performance.now();
    for (let at = 0; at < calls; at += 1) await call();
    const took = performance.now() - start;
    if (took < ROUND && best === Infinity) calls *= 2;
    else best = Math.min(best, (took / calls) * 1000);
  }
  return best;
}

/** The same for calls that give no promise, for which nothing waits. */
function timedAtOnce(call) {
  for (const start = performance.now(); performance.now() - start < WARM;) call();
  let calls = 1;
  let best = Infinity;
  for (const begun = performance.now(); performance.now() - begun < ROUNDS || best === Infinity;) {
    const start = performance.now();
    for (let at = 0; at < calls; at += 1) call();
    const took = performance.now() - start;
    if (took < ROUND && best === Infinity) calls *= 2;
    else best = Math.min(best, (took / calls) * 1000);
  }
  return best;
}

const rows = [];
const shown = (microseconds) => `${microseconds.toFixed(microseconds < 10 ? 2 : 1)} µs`;
const note = (what, microseconds, made) => rows.push([made === undefined ? what : `${what}; of it the question ${shown(made)}`, shown(microseconds)]);

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
// Questions of which a part is new each time, whose text JavaScript has not seen either. What it takes to put them together is
// told by itself.
const { principal, action, resource } = question;
let count = 0;
const newResource = () => ({ principal, action, resource: `arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-${(count += 1)}` });
const newValue = () => ({ principal, action, resource, context: { "kms:ViaService": `s3.us-east-1.amazonaws.com-${(count += 1)}` } });
let kept;
note("decide, compiled policies, the same question again", timedAtOnce(() => set.authorize(question)));
note("a new resource each time", timedAtOnce(() => set.authorize(newResource())), timedAtOnce(() => (kept = newResource())));
note("the same question again, one condition key", timedAtOnce(() => set.authorize(withContext)));
note("a new value of the key each time", timedAtOnce(() => set.authorize(newValue())), timedAtOnce(() => (kept = newValue())));
const withPair = { ...question, encryptionContext: { tenant: "a" } };
note("the same question again, a pair of an encryption context, which no policy reads", timedAtOnce(() => set.authorize(withPair)));
if (!kept) throw new Error("no question was made");
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
