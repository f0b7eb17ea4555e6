// Decides a scene: what the worker runs, and the tests under Node. Nothing here knows AWS's rules; it hands the scene to
// the engine, member by member, and keeps going where a policy is being written and is no policy yet.
import {
  accessMatrix, check, PolicySet, whoCan,
  type Check, type ConditionKeyRow, type Context, type Decision, type Document, type EncryptionContext, type Estate, type Finding, type Grant,
  type Holder, type Policies,
} from "kmslab/report/bare";
import { namesOf, titleOf, type ContextRow, type Paper, type Scene } from "./scene";

/** What is known about one paper. */
export interface Looked {
  /** AWS's sentence where AWS refuses it, or what is wrong with grants. */
  readonly error: string | null;
  readonly findings: readonly Finding[];
}

/** A decision without its reasons. */
export interface Verdict {
  readonly allowed: boolean;
  readonly effect: Decision["effect"];
  readonly reason: string;
}

export interface Judged {
  /** The decision with its reasons, or `null` where `problem` says why there is none. */
  readonly check: Check | null;
  readonly problem: string | null;
  /** Ids of papers that AWS refuses as they are: their last text that it took was decided by. */
  readonly stale: readonly number[];
}

/** Who can do what with the key. */
export interface Matrix {
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  /** By principal and action; what is not there cannot. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
  /** Who can do the action of the scene from outside: services, other accounts, everybody. */
  readonly others: readonly Holder[];
  /** How many principals that the policies name are left out. */
  readonly left: number;
  readonly problem: string | null;
}

export interface Cell {
  /** Alternatives, each of conditions that hold together; none: always. */
  readonly any: readonly string[];
}

const ENCRYPTION_CONTEXT = "kms:EncryptionContext:";

export class Judge {
  /** The last text of a paper that AWS takes. */
  readonly #good = new Map<number, string>();
  readonly #errors = new Memory<string | null>();
  readonly #found = new Memory<readonly Finding[]>();
  readonly #several: ReadonlySet<string>;

  constructor(keys: readonly ConditionKeyRow[]) {
    this.#several = new Set(keys.filter((row) => row.multi).map((row) => row.name.toLowerCase()));
  }

  /** @param decided Is told the decision at once; its reasons take longer, where policies are large. */
  judge(scene: Scene, decided: (verdict: Verdict) => void = () => {}): Judged {
    const { papers, stale, missing } = this.#read(scene.papers);
    const [first] = missing;
    if (first) return { stale, check: null, problem: `${titleOf(first)} is not valid yet.` };
    try {
      const set = new PolicySet(policiesOf(papers));
      try {
        const { principal, action, resource } = scene;
        const decision = set.authorize({ principal: principal.trim(), action: action.trim(), resource: resource.trim(), ...this.#context(scene.context) });
        const { allowed, effect, reason } = decision;
        decided({ allowed, effect, reason });
        return { stale, check: decision.toJSON(), problem: null };
      } finally {
        set.free();
      }
    } catch (error) {
      return { stale, check: null, problem: messageOf(error) };
    }
  }

  /** What is to be said about each paper, by id. It takes longer than a decision. */
  look(papers: readonly Paper[]): Record<number, Looked> {
    return Object.fromEntries(papers.map((paper) => {
      const error = this.#error(paper), findings = this.#found.of(paper, findingsIn);
      // The finding has AWS's sentence alone, the engine's error more.
      const own = findings.find((finding) => finding.code === "KMS001");
      return [paper.id, { error: error === null ? null : (own?.message ?? error), findings }];
    }));
  }

  matrix(scene: Scene): Matrix {
    const nothing = { principals: [], actions: [], cells: {}, others: [], left: 0 };
    const { papers, missing } = this.#read(scene.papers);
    const [first] = missing;
    if (first) return { ...nothing, problem: `${titleOf(first)} is not valid yet.` };
    try {
      const parties = partiesOf(scene, papers);
      const principals = parties.slice(0, MOST_PRINCIPALS);
      const estate = estateOf(scene, papers, principals);
      const { others } = whoCan(scene.action.trim(), scene.resource.trim(), estate);
      const found = accessMatrix(estate);
      const cells: Record<string, Record<string, Cell>> = {};
      for (const { principals: at, actions, any } of found.access) {
        const cell = { any: any.map((all) => all.map(requirement).join(" and ")) };
        for (const principal of found.principals[at] ?? []) {
          for (const action of actions) (cells[principal] ??= {})[action] = cell;
        }
      }
      return { principals, actions: found.actions, cells, others, left: parties.length - principals.length, problem: null };
    } catch (error) {
      return { ...nothing, problem: messageOf(error) };
    }
  }

  /** The papers with the texts to decide by; which of them are earlier texts, and which have none. */
  #read(papers: readonly Paper[]): { papers: Paper[]; stale: number[]; missing: Paper[] } {
    const good: Paper[] = [], stale: number[] = [], missing: Paper[] = [];
    for (const paper of papers) {
      if (this.#error(paper) === null) this.#good.set(paper.id, paper.text);
      else stale.push(paper.id);
      const text = this.#good.get(paper.id);
      if (text === undefined) missing.push(paper);
      else good.push({ ...paper, text });
    }
    for (const id of this.#good.keys()) {
      if (!papers.some((paper) => paper.id === id)) this.#good.delete(id);
    }
    return { papers: good, stale, missing };
  }

  /** Why the paper cannot be decided by, as the engine says it. */
  #error(paper: Paper): string | null {
    return this.#errors.of(paper, errorOf);
  }

  #context(rows: readonly ContextRow[]): { context: Context; encryptionContext?: EncryptionContext } {
    // Without a prototype: `__proto__` is a key like any other.
    const context = Object.create(null) as Record<string, string | string[]>, pairs = Object.create(null) as Record<string, string>;
    for (const row of rows) {
      const key = row.key.trim();
      if (!key) continue;
      if (key.slice(0, ENCRYPTION_CONTEXT.length).toLowerCase() === ENCRYPTION_CONTEXT.toLowerCase()) {
        pairs[key.slice(ENCRYPTION_CONTEXT.length)] = row.value;
        continue;
      }
      const before = context[key];
      if (before !== undefined) context[key] = [before, row.value].flat();
      else context[key] = this.#several.has(key.toLowerCase()) ? [row.value] : row.value;
    }
    return Object.keys(pairs).length === 0 ? { context } : { context, encryptionContext: pairs };
  }
}

/** What was found out about texts, which are mostly those of a moment ago: only one editor is typed in. */
class Memory<T> {
  readonly #known = new Map<string, T>();

  of(paper: Paper, find: (paper: Paper) => T): T {
    const key = `${paper.kind} ${paper.text}`, known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = find(paper);
    if (this.#known.size >= 64) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }
}

/** How many columns the table has. */
const MOST_PRINCIPALS = 12;

const findingsIn = ({ kind, text }: Paper): readonly Finding[] => (kind === "grants" ? [] : check(text, kind));

function errorOf({ kind, text }: Paper): string | null {
  if (kind !== "grants") return refused({ [MEMBER[kind]]: text });
  try {
    const grants: unknown = JSON.parse(text);
    return Array.isArray(grants) ? refused({ grants: grants as Grant[] }) : "Grants are a JSON list.";
  } catch (error) {
    return messageOf(error);
  }
}

/** What the engine says where it does not take the policies. */
function refused(policies: Policies): string | null {
  try {
    new PolicySet(policies).free();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

const MEMBER = {
  key: "keyPolicy", identity: "identityPolicies", boundary: "permissionsBoundary", session: "sessionPolicies", scp: "scps", rcp: "rcps",
  endpoint: "endpointPolicy",
} as const satisfies Record<string, keyof Policies>;

function policiesOf(papers: readonly Paper[]): Policies {
  const named = (kind: Paper["kind"]): Record<string, Document> | undefined => namedTexts(papers, kind);
  const one = (kind: Paper["kind"]): string | undefined => papers.find((paper) => paper.kind === kind)?.text;
  const grants = one("grants");
  return {
    keyPolicy: one("key"),
    identityPolicies: named("identity"),
    permissionsBoundary: one("boundary"),
    sessionPolicies: named("session"),
    scps: named("scp"),
    rcps: named("rcp"),
    endpointPolicy: one("endpoint"),
    grants: grants === undefined ? undefined : (JSON.parse(grants) as Grant[]),
  };
}

function namedTexts(papers: readonly Paper[], kind: Paper["kind"]): Record<string, string> | undefined {
  const names = namesOf(papers);
  const own = papers.filter((paper) => paper.kind === kind);
  return own.length === 0 ? undefined : Object.fromEntries(own.map((paper) => [names.get(paper.id) ?? "", paper.text]));
}

/** The principal that asks, and those whom the key policy or a grant names. Their identity policies are not known. */
function partiesOf(scene: Scene, papers: readonly Paper[]): string[] {
  const names = new Set<string>();
  for (const { kind, text } of papers) {
    if (kind === "key" || kind === "grants") collect(JSON.parse(text), names);
  }
  // A session stands for its role, whose identity policies these are.
  const asking = scene.principal.trim();
  names.delete(asking.replace(/:sts(::\d{12}):assumed-role\/([^/]+)\/.*/, ":iam$1:role/$2"));
  names.delete(asking);
  return [asking, ...names];
}

function collect(value: unknown, names: Set<string>): void {
  if (typeof value === "string" && /^arn:aws[a-z-]*:(iam|sts)::\d{12}:(user|role|assumed-role|federated-user)\/[^*?]+$/.test(value)) names.add(value);
  else if (typeof value === "object" && value !== null) {
    for (const [member, each] of Object.entries(value)) {
      // Who is named here may be kept out, but does not ask.
      if (member !== "Condition" && member !== "Resource" && member !== "RetiringPrincipal") collect(each, names);
    }
  }
}

function estateOf(scene: Scene, papers: readonly Paper[], principals: readonly string[]): Estate {
  const { keyPolicy, permissionsBoundary, grants } = policiesOf(papers);
  const texts = (kind: Paper["kind"]): Record<string, string> | undefined => namedTexts(papers, kind);
  const [identity, session, scps, rcps] = [texts("identity"), texts("session"), texts("scp"), texts("rcp")];
  const account = scene.principal.split(":")[4] ?? "";
  return {
    principals: principals.map((arn, at) => at > 0 ? { arn } : {
      arn,
      ...(identity && { identity_policies: identity }),
      ...(permissionsBoundary !== undefined && { permissions_boundary: permissionsBoundary }),
      ...(session && { session_policies: session }),
    }),
    resources: [{
      arn: scene.resource.trim(),
      ...(keyPolicy !== undefined && { key_policy: keyPolicy }),
      ...(grants && { grants }),
      ...(rcps && { rcps }),
    }],
    ...(scps && { scps: { [account]: scps } }),
  };
}

function requirement({ key, operator, values, negated }: { key: string; operator: string; values: string[]; negated: boolean }): string {
  return `${negated ? "not " : ""}${key} ${operator} ${values.join(" or ")}`.trim();
}

/** @throws {WebAssembly.RuntimeError} The engine panicked, and cannot be asked again. */
function messageOf(error: unknown): string {
  if (error instanceof WebAssembly.RuntimeError) throw error;
  return error instanceof Error ? error.message : String(error);
}
