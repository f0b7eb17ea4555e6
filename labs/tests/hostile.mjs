// Scenes that are as hard as AWS's own limits let them be: policies as long as they may be, written to be compared with
// much, and to nearly match.
const KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALICE = "arn:aws:iam::111122223333:user/alice";
const PAIR = "kms:EncryptionContext:a";
/** The longest of each kind. */
const SIZES = { key: 32_700, identity: 6_100, scp: 10_200 };

/** A policy of as many statements as fit. */
function statements(size, make) {
  const all = [];
  for (let room = size - 60, at = 0; ; at += 1) {
    const one = make(at);
    room -= JSON.stringify(one).length + 1;
    if (room < 0) return all;
    all.push(one);
  }
}

/** As many texts as fit. */
const texts = (size, make) => statements(size - 340, make);

const allow = (kind, rest) => ({ Effect: "Allow", ...(kind === "key" && { Principal: { AWS: "*" } }), Action: "kms:Decrypt", Resource: "*", ...rest });
const text = (all) => JSON.stringify({ Version: "2012-10-17", Statement: all });

/** A key policy, ten identity policies and a service control policy, all made alike. */
function everywhere(make) {
  return ["key", ...Array(10).fill("identity"), "scp"].map((kind, at) => [kind, `p${at}`, text(make(kind, SIZES[kind]))]);
}

const scene = (name, d, { c = [], a = "kms:Decrypt", r = KEY, p = ALICE } = {}) => ({ name, written: { v: 1, p, a, r, c, d } });

const one = (pattern) => everywhere((kind, size) => statements(size, (at) => allow(kind, { Condition: { StringLike: { [PAIR]: pattern(at) } } })));
const list = (pattern) => everywhere((kind, size) => [allow(kind, { Condition: { StringLike: { [PAIR]: texts(size, pattern) } } })]);

const long = (letters) => ({ c: [[PAIR, letters.repeat(2_048 / letters.length)]] });
const PATTERNS = [
  ["many stars, wrong at the end", (at) => `${"*a".repeat(30)}z${at}`, "a"],
  ["many stars, wrong inside", (at) => `${"*a".repeat(30)}z${at}*`, "a"],
  ["long runs", (at) => `*${"a".repeat(1_000)}b${at}*`, "a"],
  ["question marks", (at) => `*${"a?".repeat(500)}b${at}*`, "a"],
  ["short ones", (at) => `*a?z${at}*`, "a"],
  ["variables", (at) => `*\${aws:username}*a*a*z${at}*`, "ab"],
];

export const HOSTILE = [
  ...PATTERNS.flatMap(([name, pattern, letters]) => [
    scene(`${name}, a statement each`, one(pattern), long(letters)), scene(`${name}, in lists`, list(pattern), long(letters)),
  ]),
  scene("statements that nearly match", everywhere((kind, size) => statements(size, (at) => allow(kind, { Condition: { StringEquals: { [`${PAIR}${at}`]: "x" } } })))),
  scene("denies that match", everywhere((kind, size) => statements(size, (at) => ({
    ...allow(kind, { Condition: { StringNotEquals: { [`${PAIR}${at}`]: "x" } } }), Effect: "Deny",
  })))),
  scene("values that nothing fits", everywhere((kind, size) => [allow(kind, { Condition: { StringNotLike: { [PAIR]: [...texts(size, (at) => `v${at}`), "*"] } } })]), { c: [[PAIR, "r"]] }),
  scene("actions", everywhere((kind, size) => [allow(kind, { Action: texts(size, (at) => `kms:${"*e*r".repeat(20)}z${at}`) })])),
  scene("resources", everywhere((kind, size) => [allow(kind, { Resource: texts(size, (at) => `arn:aws:kms:*:*:key/${"*1".repeat(20)}z${at}*`) })]), { r: `${KEY.slice(0, 38)}:key/${"1".repeat(2_000)}` }),
  scene("grants", [["grants", "", JSON.stringify(Array.from({ length: 600 }, (_, at) => ({
    GranteePrincipal: ALICE, Operations: ["Decrypt"], GrantId: `g${at}`, Constraints: { EncryptionContextSubset: { [`k${at}`]: "v" } },
  })))]]),
  scene("a context of many keys", everywhere((kind, size) => statements(size, (at) => allow(kind, { Condition: { StringLike: { [`${PAIR}${at}`]: ["y", "z*"] } } }))), {
    c: Array.from({ length: 60 }, (_, at) => [`${PAIR}${at}`, "x".repeat(100)]),
  }),
];

/** Values that no request has: what they are compared with would take minutes. */
export const ENDLESS = scene("endless", list((at) => `*a?z${at}*`), { c: [[PAIR, "a".repeat(340_000)]] });

/** What is no policy. */
export const REFUSED = [
  ["key", "[".repeat(100_000), /Syntax errors in policy/],
  ["key", "[".repeat(30_000), /Syntax errors in policy/],
  ["key", `{"Statement":${'{"a":'.repeat(5_000)}`, /Syntax errors in policy/],
  ["key", "lorem ipsum ".repeat(2_700), /Syntax errors in policy/],
];
