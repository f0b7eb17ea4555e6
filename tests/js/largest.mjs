// How long decisions about policies take that are as long as AWS takes them: `node tests/js/largest.mjs`, after
// scripts/wasm-build.sh with its optimised profile. Not a test: other work on the machine shows in the figures.
import { PolicySet } from "../../bindings-wasm/pkg/report/node.js";

/** Characters that AWS takes of each kind, less than what is around the statements. */
const SIZES = { key: 32_300, managed: 5_700, scp: 9_800 };
const PAIR = "kms:EncryptionContext:a";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const letter = (at) => LETTERS[at % LETTERS.length];
const pair = (at) => letter(at) + letter(at >> 3);

/** As many as fit, which `make` makes. */
function filled(size, make) {
  const all = [];
  for (let room = size, at = 0; ; at += 1) {
    const one = make(at);
    room -= JSON.stringify(one).length + 1;
    if (room < 0) return all;
    all.push(one);
  }
}

/** Policies of all kinds, each full of what `statements` gives for a size. */
function policies(statements) {
  const policy = (kind) => ({
    Version: "2012-10-17",
    Statement: statements(SIZES[kind]).map((own) => ({ Effect: "Allow", ...(kind === "key" && { Principal: { AWS: "*" } }), Resource: "*", ...own })),
  });
  const managed = (count) => Array.from({ length: count }, () => policy("managed"));
  return {
    keyPolicy: policy("key"), identityPolicies: managed(20), sessionPolicies: managed(10), permissionsBoundary: policy("managed"),
    scps: Array.from({ length: 7 }, () => [policy("scp")]),
  };
}

/** One statement, whose condition has as many values as fit. */
const values = (make, operator = "StringLike", key = PAIR) => (size) => [{ Action: "kms:Decrypt", Condition: { [operator]: { [key]: filled(size, make) } } }];
/** As many statements as fit, with one value each. */
const each = (make) => (size) => filled(size - 400, (at) => ({ Effect: "Allow", Action: "*", Resource: "*", Condition: { StringLike: { [PAIR]: make(at) } } }));

const arn = "arn:aws:kms:us-east-1:111122223333:";
const long = { same: "a".repeat(8_000), two: "ab".repeat(4_000), all: LETTERS.repeat(300), stars: `${LETTERS}*`.repeat(290) };
/** What is compared with what. A list is the values of `aws:TagKeys`. */
const SCENES = [
  ["statements that nobody's request fits", (size) => filled(size, (at) => ({ Action: `kms:Decryp${at}` })), "a"],
  ["values without wildcards", values((at) => `value-${at}`), long.same],
  ["*a?*0*", values((at) => `*a?*${at}*`), long.same],
  ["*a?*0*, excepted", values((at) => `*a?*${at}*`, "StringNotLike"), long.same],
  ["*?ab?0*", values((at) => `*?${pair(at)}?${at}*`), long.all],
  ["*?ab?c*", values((at) => `*?${pair(at)}?${letter(at * 3)}*`), long.two],
  ["the same letter 20 times", values((at) => `*${"a".repeat(20)}${at}*`), long.same],
  ["the same letter 50 times", values((at) => `*${"a".repeat(50)}b${at}*`), long.same],
  ["*a a thousand times", values((at) => `${"*a".repeat(1_000)}b${at}*`), long.same],
  ["20 question marks", values((at) => `*${"?".repeat(20)}b${at}*`), long.two],
  ["policy variables", values((at) => `*?\${*}${pair(at)}?${at}*`), long.stars],
  ["long ones with policy variables", values((at) => `*\${*}${"a?".repeat(300)}b${at}*`), long.same],
  ["ARNs", values((at) => `arn:aws:*:*:*:*?${pair(at)}?${at}*`, "ArnLike"), arn + long.all],
  ["characters of two bytes", values((at) => `*?${pair(at)}?${at}*`), `${LETTERS}é`.repeat(280)],
  ["a statement for each pattern", each((at) => `*?ab?${at}*`), "abc".repeat(2_660)],
  ["a statement for each policy variable", each((at) => `*?a\${*}b?${at}*`), "a*b".repeat(2_660)],
  ["50 values", values((at) => `*?${pair(at)}?${at}*`, "ForAnyValue:StringLike", "aws:TagKeys"), Array.from({ length: 50 }, (_, at) => LETTERS.repeat(6) + at)],
  ["1,000 values", values((at) => `*?${pair(at)}?${at}*`, "ForAnyValue:StringLike", "aws:TagKeys"), Array.from({ length: 1_000 }, (_, at) => `ab${at}`)],
];

const question = { principal: "arn:aws:iam::111122223333:user/alice", action: "kms:Decrypt", resource: `${arn}key/1234abcd-12ab-34cd-56ef-1234567890ab` };
/** Milliseconds, the least of several. */
const timed = (call) => Math.min(...Array.from({ length: 5 }, () => {
  const start = performance.now();
  call();
  return performance.now() - start;
}));

console.log(`${"milliseconds".padEnd(40)}    decided  explained`);
for (const [what, statements, value] of SCENES) {
  const set = new PolicySet(policies(statements));
  const asked = { ...question, ...(Array.isArray(value) ? { context: { "aws:TagKeys": value } } : { encryptionContext: { a: value } }) };
  const decision = set.authorize(asked);
  const decided = timed(() => set.authorize(asked)), explained = timed(() => decision.explain());
  console.log(`${what.padEnd(40)} ${decided.toFixed(1).padStart(10)} ${explained.toFixed(1).padStart(10)}`);
  set.free();
}
