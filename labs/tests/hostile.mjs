// A scene with policies as long as AWS takes them, and a request that is harder than any that AWS would take: one of its values
// stands in each of the two thousand patterns that the other is compared with, as a policy variable, which takes many seconds.
const PAIR = "kms:EncryptionContext:a";
const OTHER = "kms:EncryptionContext:b";
/** The longest of each kind. */
const SIZES = { key: 32_700, identity: 6_100, scp: 10_200 };

/** As many texts as fit. */
function texts(size, make) {
  const all = [];
  for (let room = size - 400, at = 0; ; at += 1) {
    const one = make(at);
    room -= JSON.stringify(one).length + 1;
    if (room < 0) return all;
    all.push(one);
  }
}

/** A policy whose one condition wants what `make` says, often. */
function policy(kind, make) {
  const statement = {
    Effect: "Allow", ...(kind === "key" && { Principal: { AWS: "*" } }), Action: "kms:Decrypt", Resource: "*",
    Condition: { StringLike: { [PAIR]: texts(SIZES[kind], make) } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** What a link says of the scene. */
export const ENDLESS = {
  v: 1, p: "arn:aws:iam::111122223333:user/alice", a: "kms:Decrypt",
  r: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  c: [[PAIR, "a".repeat(30_000)], [OTHER, "a".repeat(15_000)]],
  d: ["key", ...Array(10).fill("identity"), "scp"].map((kind, at) => [kind, `p${at}`, policy(kind, (nth) => `*\${${OTHER}}?${nth}*`)]),
};
