// What a PolicySet remembers of requests: it answers as one that was never asked before, and does not grow without bound.
// Expects scripts/wasm-build.sh to have run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KmslabError, PolicySet } from "../../bindings-wasm/pkg/node.js";
import { Asking } from "../../bindings-wasm/pkg/asking.js";

const document = (...Statement) => ({ Version: "2012-10-17", Statement });
const SETS = [
  {},
  {
    identityPolicies: document(
      { Effect: "Allow", Action: ["kms:*", "s3:*"], Resource: "*", Condition: { StringEquals: { "aws:ResourceAccount": "111122223333" } } },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}*" },
      { Effect: "Deny", Action: "*", Resource: "*", Condition: { StringLike: { "KMS:encryptioncontext:APP": "no*" } } },
      { Effect: "Deny", Action: "*", Resource: "*", Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": "secret" } } }),
  },
  {
    keyPolicy: document(
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:role/App" }, Action: "kms:*", Resource: "*", Condition: { "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "app" } } },
      { Effect: "Allow", Principal: { AWS: "444455556666" }, Action: "kms:Decrypt", Resource: "*" }),
    identityPolicies: document({ Effect: "Allow", Action: "kms:*", Resource: "*" }),
    scps: document({ Effect: "Allow", Action: "*", Resource: "*" }),
  },
  {
    grants: [
      { GrantId: "g1", GranteePrincipal: "arn:aws:iam::111122223333:user/alice", Operations: ["Decrypt"], Constraints: { EncryptionContextSubset: { app: "shop" } } },
      { GrantId: "g2", GranteePrincipal: "arn:aws:iam::111122223333:role/App", Operations: ["Decrypt"], Constraints: { EncryptionContextEquals: { app: "shop" } } },
    ],
  },
];
const PRINCIPALS = ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:role/App", "arn:aws:iam::444455556666:root", "111122223333", "s3.amazonaws.com", "*"];
const ACTIONS = ["kms:Decrypt", "KMS:CreateGrant", "kms:ListKeys", "s3:GetObject", "sts:AssumeRole"];
const CONTEXTS = [undefined, {}, { "aws:PrincipalTag/key": "1", "aws:SourceIp": "192.0.2.1" }, { "aws:TagKeys": ["a", "secret"] }, { "AWS:tagkeys": [] }, { "aws:ResourceAccount": 111122223333 }, { "kms:EncryptionContext:app": "shop" }];
const PAIRS = [undefined, {}, { app: "shop" }, { App: "nono" }, { app: "shop", more: "1" }];

/** Numbers that look random and are the same each time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("a set that was asked before answers as one that was not", () => {
  const below = chance(1);
  const one = (list) => list[below(list.length)];
  for (const policies of SETS) {
    const asked = new PolicySet(policies);
    const reasons = new Set();
    for (let round = 0; round < 400; round += 1) {
      // Few resources, which come again, and now and then so many that everything is forgotten.
      if (round % 100 === 99) {
        for (let at = 0; at < 2500; at += 1) asked.authorize({ principal: "*", action: "kms:Decrypt", resource: `arn:aws:kms:us-east-1:111122223333:key/${round}-${at}` });
      }
      const resource = one(["*", "arn:aws:s3:::bucket/object", "arn:aws:iam::111122223333:role/App", "arn:aws:kms:us-east-1:111122223333:alias/app",
        `arn:aws:kms:us-east-1:${one(["111122223333", "444455556666"])}:key/${below(20)}`]);
      const question = { principal: one(PRINCIPALS), action: one(ACTIONS), resource, context: one(CONTEXTS), encryptionContext: one(PAIRS) };
      const [decision, fresh] = [asked, new PolicySet(policies)].map((set) => set.authorize(question));
      const told = JSON.stringify(question);
      assert.deepEqual([decision.reason, decision.effect, decision.grant], [fresh.reason, fresh.effect, fresh.grant], told);
      // Explanations do not go by what is remembered.
      assert.equal(decision.toJSON().reason, decision.reason, told);
      reasons.add(decision.reason);
    }
    assert.ok(reasons.size > 2, [...reasons].join());
  }
});

test("a decision is about the request as it was", () => {
  const set = new PolicySet(SETS[1]);
  const context = { "aws:TagKeys": ["secret"] };
  const question = { principal: PRINCIPALS[0], action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:111122223333:key/1", context };
  const decision = set.authorize(question);
  context["aws:TagKeys"].pop();
  assert.deepEqual([decision.reason, decision.toJSON().reason], ["DENY_IDENTITY", "DENY_IDENTITY"]);
  assert.equal(set.authorize(question).reason, "ALLOW_IDENTITY_DELEGATED");
});

test("what is refused leaves nothing behind", () => {
  const set = new PolicySet(SETS[3]);
  const question = { principal: PRINCIPALS[0], action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:111122223333:key/1" };
  for (let round = 0; round < 2; round += 1) {
    for (const wrong of [{ principal: "nobody" }, { action: "kms:Dcrypt" }, { resource: "key/1" }]) {
      assert.throws(() => set.authorize({ ...question, ...wrong }), KmslabError);
    }
    assert.throws(() => set.authorize({ ...question, encryptionContext: { app: "shop", count: 1 } }), KmslabError);
    assert.equal(set.authorize({ ...question, encryptionContext: { other: "1" } }).allowed, false);
    assert.equal(set.authorize({ ...question, encryptionContext: { app: "shop" } }).grant, "g1");
  }
  const tagged = new PolicySet(SETS[1]);
  const broken = { "aws:ResourceAccount": "444455556666", "aws:TagKeys": ["\ud800"] };
  assert.throws(() => tagged.authorize({ ...question, context: broken }), KmslabError);
  assert.equal(tagged.authorize({ ...question, context: { "aws:TagKeys": ["a"] } }).reason, "ALLOW_IDENTITY_DELEGATED");
});

test("what is remembered is bounded, and no number outlives it", () => {
  // A core that knows which numbers it has given.
  const given = { principal: [], action: [], resource: [], key: [] };
  const number = (kind) => (text) => given[kind].push(text) - 1;
  let asked;
  const decide = (...numbers) => {
    assert.deepEqual(numbers.map((at, place) => given[["principal", "action", "resource"][place]][at]), [asked.principal, asked.action, asked.resource]);
    return 0;
  };
  const core = {
    principal: number("principal"), action: number("action"), resource: number("resource"), key: number("key"),
    forget: () => Object.values(given).forEach((texts) => texts.splice(0)),
    put: (at, value) => assert.equal(given.key[at], `kms:EncryptionContext:${value}`),
    putList: () => {},
    decide, decideWithKeys: decide,
  };
  const asking = new Asking(core);
  const below = chance(2);
  for (let round = 0; round < 100_000; round += 1) {
    const pair = `pair ${below(50_000)}`;
    const parts = { names: [], values: [], pairs: { [pair]: pair } };
    asked = { principal: `who ${below(3)}`, action: `what ${below(300)}`, resource: `which ${below(1e9)}`.padEnd(below(400)), parts };
    asking.decide(asked);
    assert.ok(asking.size < 5000, String(asking.size));
  }
  const kept = Object.values(given).flat();
  assert.ok(kept.length < 5000 && kept.join("").length < 300_000, `${kept.length} texts`);
});
