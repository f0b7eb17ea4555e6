// What is asked, and by which policies: the state of the page. A shared link holds it, an example is one, and the worker
// decides it.

export type PaperKind = "key" | "identity" | "boundary" | "session" | "scp" | "rcp" | "endpoint" | "grants";

/** One editor's content. */
export interface Paper {
  /** Of this visit alone: it is not shared. */
  readonly id: number;
  readonly kind: PaperKind;
  /** How explanations call it, where there may be several of its kind. */
  name: string;
  text: string;
}

/** One value of one condition key. A key with several values has several rows. */
export interface ContextRow {
  key: string;
  value: string;
}

export interface Scene {
  principal: string;
  action: string;
  resource: string;
  context: ContextRow[];
  papers: Paper[];
}

export interface KindRow {
  readonly kind: PaperKind;
  readonly title: string;
  /** One sentence, for who has never seen one. */
  readonly hint: string;
  /** Whether there may be several. */
  readonly several: boolean;
  /** What a new one says. */
  readonly text: string;
  /** What the first of several is called. */
  readonly name: string;
}

const policy = (...statements: object[]): string => pretty({ Version: "2012-10-17", Statement: statements });

/** In the order in which they stand on the page. */
export const KINDS: readonly KindRow[] = [
  {
    kind: "key", title: "Key policy", several: false, name: "",
    hint: "The key's own policy, in the account that owns the key. Without it, the one that CreateKey gives counts.",
    text: policy({ Sid: "Enable IAM User Permissions", Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" }),
  },
  {
    kind: "identity", title: "Identity policy", several: true, name: "inline",
    hint: "Attached to the user or role that asks, or to a group of the user.",
    text: policy({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }),
  },
  {
    kind: "grants", title: "Grants", several: false, name: "",
    hint: "Grants on the key, in the words of CreateGrant: a JSON list.",
    text: pretty([{ GranteePrincipal: "arn:aws:iam::111122223333:user/alice", Operations: ["Decrypt"] }]),
  },
  {
    kind: "boundary", title: "Permissions boundary", several: false, name: "",
    hint: "Limits what the identity policies of the user or role can allow.",
    text: policy({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }),
  },
  {
    kind: "session", title: "Session policy", several: true, name: "session",
    hint: "Passed to AssumeRole or GetFederationToken: limits that one session.",
    text: policy({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }),
  },
  {
    kind: "scp", title: "Service control policy", several: true, name: "FullAWSAccess",
    hint: "Limits what principals of the caller's account may do. All of them here are at one level of the organization.",
    text: policy({ Effect: "Allow", Action: "*", Resource: "*" }),
  },
  {
    kind: "rcp", title: "Resource control policy", several: true, name: "data-perimeter",
    hint: "Limits who may use the resources of the key's account. RCPFullAWSAccess is always there.",
    text: policy({
      Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*",
      Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-exampleorg1" }, BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
    }),
  },
  {
    kind: "endpoint", title: "VPC endpoint policy", several: false, name: "",
    hint: "Of the VPC endpoint that the request comes through.",
    text: policy({ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }),
  },
];

export const kindRow = (kind: PaperKind): KindRow => {
  const row = KINDS.find((each) => each.kind === kind);
  if (!row) throw new Error(`no kind of policy: ${kind}`);
  return row;
};

let last = 0;

export function paper(kind: PaperKind, text: string, name = kindRow(kind).name): Paper {
  last += 1;
  return { id: last, kind, name, text };
}

/** Where one begins who has policies of one's own: both sides, nothing special. */
export function plainScene(): Scene {
  return {
    principal: "arn:aws:iam::111122223333:user/alice",
    action: "kms:Decrypt",
    resource: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    context: [],
    papers: [paper("key", kindRow("key").text), paper("identity", kindRow("identity").text)],
  };
}

/** What one calls a paper: "Key policy", "Identity policy developer". */
export function titleOf({ kind, name }: Paper): string {
  const { title, several } = kindRow(kind);
  return several && name ? `${title} ${name}` : title;
}

/**
 * The names that the engine calls papers by, by id: those they have, told apart where two have the same. An object with
 * a member `Statement` or `Version` would be taken for a policy.
 */
export function namesOf(papers: readonly Paper[]): Map<number, string> {
  const names = new Map<number, string>(), taken = new Set<string>(["Statement", "Version"]);
  for (const { id, kind, name } of papers) {
    const wanted = name.trim() || "unnamed";
    let unique = wanted;
    for (let count = 2; taken.has(`${kind} ${unique}`) || taken.has(unique); count += 1) unique = `${wanted} ${count}`;
    taken.add(`${kind} ${unique}`);
    names.set(id, unique);
  }
  return names;
}

/** JSON with short lists and objects in one line, which is how people write policies. */
export function pretty(value: unknown, indent = "", room = 84): string {
  const flat = inline(value);
  const simple = typeof value !== "object" || value === null || !Object.values(value).some((each) => typeof each === "object");
  if ((simple && indent.length + flat.length <= room && !isStatement(value)) || flat === "{}" || flat === "[]") return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((each) => deeper + pretty(each, deeper, room)).join(",\n")}\n${indent}]`;
  }
  if (typeof value !== "object" || value === null) return flat;
  const members = Object.entries(value).map(([name, each]) => {
    const one = inline(each);
    const short = !isStatement(each) && !Array.isArray(each) && deeper.length + name.length + one.length + 4 <= room;
    return `${deeper}${JSON.stringify(name)}: ${short ? one : pretty(each, deeper, room)}`;
  });
  return `{\n${members.join(",\n")}\n${indent}}`;
}

/** Statements and documents never stand in one line: their lines are what explanations name. */
function isStatement(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("Effect" in value || "Statement" in value || "Operations" in value);
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return JSON.stringify(value) ?? "null";
}
