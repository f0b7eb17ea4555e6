// Accounts, users and roles of a lab, made by IAM's and STS's own operations: through the one gate.
import { textOf, type Document } from "./documents.js";
import { KmslabError, RefusedError } from "./errors.js";
import type { ClientConfig, Lab } from "./lab.js";

/** What a client signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A policy document or its text, or the ARN of a managed policy; or several. */
export type PolicyOrArn = Document | readonly Document[];
/** A trust policy; or who is trusted: a principal of a lab, an ARN, an account id, the name of a service; or several. */
export type Trust = Document | Principal | readonly (string | Principal)[];
/** Whoever has an ARN: an `Account`, a `User`, a `Role`. */
export interface Principal {
  readonly arn: string;
}
/** Who calls: a principal of a lab, or credentials. */
export type Who = Account | User | Role | Credentials;
/** Tag keys and values. */
export type Tags = Readonly<Record<string, string>>;

/** What a user has. What is left out of somebody who is there already stays as it is. */
export interface UserOptions {
  /**
   * What it may do: documents become its inline policies, in the place of those that an earlier call gave; ARNs of managed
   * policies are attached. An empty list takes the documents away.
   */
  policy?: PolicyOrArn | undefined;
  /** The ARN of its permissions boundary. Empty text takes the boundary away. */
  boundary?: string | undefined;
  /** Its tags. An empty object takes them away. */
  tags?: Tags | undefined;
}

/** What a role has. */
export interface RoleOptions extends UserOptions {
  /** Who may assume it. Without it, whoever the account allows to. */
  trust?: Trust | undefined;
}

/** How a role is assumed. */
export interface AssumeOptions {
  /** Who assumes it; without it, the administrator of the role's account. */
  by?: Account | User | Role | undefined;
  /** The session's name. */
  name?: string | undefined;
  /** A session policy: the session may do what it and the role's policies both allow. */
  policy?: Document | undefined;
  /** How long, in seconds. */
  duration?: number | undefined;
  tags?: Tags | undefined;
  externalId?: string | undefined;
}

type Parameters = Readonly<Record<string, string>>;
type Kind = "User" | "Role";

/** An AWS account of a lab, with its administrator, for whom it stands where somebody has to call. */
export class Account {
  readonly #lab: Lab;
  /** The 12 digits. */
  readonly id: string;
  /** The access key of the account's administrator. */
  readonly credentials: Credentials;
  readonly #users = new Map<string, { user: User; unique: string }>();
  // The inline policies that `user` and `role` gave. Who is not in it may have some of an earlier process.
  readonly #given = new Map<string, readonly string[]>();

  /** @internal */
  constructor(lab: Lab, id: string, credentials: Credentials) {
    this.#lab = lab;
    this.id = id;
    this.credentials = credentials;
  }

  /** `arn:aws:iam::111122223333:root`: how policies name the account. */
  get arn(): string {
    return `arn:${this.#lab._partition}:iam::${this.id}:root`;
  }

  /** What a client of the administrator is made with. See `Lab.clientConfig`. */
  clientConfig(region?: string): ClientConfig {
    return this.#lab.clientConfig({ as: this, region });
  }

  /**
   * Shares a key of this account, by its ARN, with other accounts and no others, as AWS RAM does. Their IAM policies then
   * say who may use it. With no account given, the key is shared no more.
   * @throws {KmslabError} When there is no such key in this account, or an account is its own.
   */
  shareKey(key: string, ...accounts: readonly (Account | string)[]): void {
    if (!key.includes(`:${this.id}:key/`)) throw new KmslabError(`${key} is no ARN of a key of account ${this.id}`);
    this.#lab._shareKey(key, accounts.map(idOf));
  }

  /**
   * An IAM user with an access key, made if there is none of that name.
   * @throws {RefusedError} When AWS refuses, with AWS's sentence.
   */
  user(name: string, options: UserOptions = {}): User {
    const policies = policiesOf(options.policy);
    const made = this.#make("User", name, options, {});
    const answer = made ?? this._call("iam", "GetUser", { UserName: name });
    const unique = answer.text("UserId");
    let known = this.#users.get(name);
    // A user of the same name may have been deleted and made anew, and has no access key yet.
    if (known?.unique !== unique) {
      known = { user: new User(this.#lab, this, name, answer.text("Arn")), unique };
      this.#users.set(name, known);
    }
    if (!made) this.#change("User", name, options);
    this.#give("User", name, policies);
    return known.user;
  }

  /**
   * An IAM role, made if there is none of that name. Where somebody has to call, it stands for a session of the role,
   * assumed by the account's administrator (whom the trust policy has to allow) and renewed before it ends.
   * @throws {RefusedError} When AWS refuses, with AWS's sentence.
   */
  role(name: string, options: RoleOptions = {}): Role {
    const document = trustOf(options.trust ?? this);
    const policies = policiesOf(options.policy);
    const made = this.#make("Role", name, options, { AssumeRolePolicyDocument: document });
    const arn = (made ?? this._call("iam", "GetRole", { RoleName: name })).text("Arn");
    if (!made) {
      if (options.trust !== undefined) {
        this._call("iam", "UpdateAssumeRolePolicy", { RoleName: name, PolicyDocument: document });
      }
      this.#change("Role", name, options);
    }
    this.#give("Role", name, policies);
    return new Role(this.#lab, this, name, arn);
  }

  /** @internal One call of the administrator's. */
  _call(service: "iam" | "sts", action: string, parameters: Parameters): Answer {
    return call(this.#lab, this.credentials, service, action, parameters);
  }

  /** The answer that tells what was made; nothing where the name is taken. */
  #make(kind: Kind, name: string, { boundary, tags }: UserOptions, more: Parameters): Answer | undefined {
    const limits = boundary ? { PermissionsBoundary: boundary } : {};
    try {
      const made = this._call("iam", `Create${kind}`, { [`${kind}Name`]: name, ...more, ...tagged(tags), ...limits });
      this.#given.set(`${kind}/${name}`, []);
      return made;
    } catch (refused) {
      if (refused instanceof RefusedError && refused.code === "EntityAlreadyExists") return undefined;
      throw refused;
    }
  }

  /** Brings somebody who was there before to what is given; `#give` does the rest. */
  #change(kind: Kind, name: string, { boundary, tags }: UserOptions): void {
    const who = { [`${kind}Name`]: name };
    if (boundary) {
      this._call("iam", `Put${kind}PermissionsBoundary`, { ...who, PermissionsBoundary: boundary });
    } else if (boundary !== undefined) {
      this.#delete(`Delete${kind}PermissionsBoundary`, who);
    }
    if (tags === undefined) return;
    // There are 50 at most: they fit one page.
    const gone = this._call("iam", `List${kind}Tags`, who).texts("Key").filter((key) => !(key in tags));
    if (gone.length > 0) this._call("iam", `Untag${kind}`, { ...who, ...members("TagKeys", gone) });
    if (Object.keys(tags).length > 0) this._call("iam", `Tag${kind}`, { ...who, ...tagged(tags) });
  }

  #give(kind: Kind, name: string, policies: ReturnType<typeof policiesOf>): void {
    if (!policies) return;
    const who = { [`${kind}Name`]: name };
    const earlier = this.#given.get(`${kind}/${name}`) ?? this.#inline(kind, name);
    const now = policies.documents.map((_, at) => (at === 0 ? name : `${name}-${at + 1}`));
    // Also what is there if AWS refuses half-way.
    this.#given.set(`${kind}/${name}`, [...new Set([...earlier, ...now])]);
    policies.documents.forEach((document, at) => {
      this._call("iam", `Put${kind}Policy`, { ...who, PolicyName: now[at] ?? name, PolicyDocument: document });
    });
    for (const arn of policies.arns) this._call("iam", `Attach${kind}Policy`, { ...who, PolicyArn: arn });
    for (const called of earlier) {
      if (!now.includes(called)) this.#delete(`Delete${kind}Policy`, { ...who, PolicyName: called });
    }
    this.#given.set(`${kind}/${name}`, now);
  }

  /** The names of the inline policies that an earlier process gave. */
  #inline(kind: Kind, name: string): string[] {
    const found: string[] = [];
    let marker = "";
    do {
      const page = marker === "" ? {} : { Marker: marker };
      const answer = this._call("iam", `List${kind}Policies`, { [`${kind}Name`]: name, ...page });
      found.push(...answer.texts("member"));
      marker = answer.text("Marker");
    } while (marker !== "");
    return found.filter((called) => called === name || (called.startsWith(`${name}-`) && /^\d+$/.test(called.slice(name.length + 1))));
  }

  /** Takes away what may have been taken away before. */
  #delete(action: string, parameters: Parameters): void {
    try {
      this._call("iam", action, parameters);
    } catch (refused) {
      if (!(refused instanceof RefusedError && refused.code === "NoSuchEntity")) throw refused;
    }
  }
}

/** An IAM user of a lab. */
export class User {
  readonly #lab: Lab;
  #keys: Credentials | undefined;
  /** The account it belongs to. */
  readonly account: Account;
  readonly name: string;
  /** How policies and grants name it. */
  readonly arn: string;

  /** @internal */
  constructor(lab: Lab, account: Account, name: string, arn: string) {
    this.#lab = lab;
    this.account = account;
    this.name = name;
    this.arn = arn;
  }

  /** The user's access key, made when it is first asked for. */
  get credentials(): Credentials {
    this.#keys ??= keysIn(this.account._call("iam", "CreateAccessKey", { UserName: this.name }));
    return this.#keys;
  }

  /** What a client of this user is made with. See `Lab.clientConfig`. */
  clientConfig(region?: string): ClientConfig {
    return this.#lab.clientConfig({ as: this, region });
  }
}

/** An IAM role of a lab. */
export class Role {
  readonly #lab: Lab;
  #session: { credentials: Credentials; until: number } | undefined;
  /** The account it belongs to. */
  readonly account: Account;
  readonly name: string;
  /** How policies and grants name it. */
  readonly arn: string;

  /** @internal */
  constructor(lab: Lab, account: Account, name: string, arn: string) {
    this.#lab = lab;
    this.account = account;
    this.name = name;
    this.arn = arn;
  }

  /** Those of a session of the role, made by the account's administrator and renewed before it ends. */
  get credentials(): Credentials {
    // AWS's SDKs renew sessions some minutes ahead.
    const now = this.#lab.clock.now.getTime();
    if (!this.#session || this.#session.until - 5 * 60_000 <= now) {
      this.#session = { credentials: this.assume(), until: now + 3_600_000 };
    }
    return this.#session.credentials;
  }

  /**
   * A new session of the role, by `sts:AssumeRole`.
   * @throws {RefusedError} When AWS refuses, with AWS's sentence.
   */
  assume({ by, name = "kmslab", policy, duration = 3600, tags, externalId }: AssumeOptions = {}): Credentials {
    return keysIn(call(this.#lab, (by ?? this.account).credentials, "sts", "AssumeRole", {
      RoleArn: this.arn,
      RoleSessionName: name,
      DurationSeconds: String(duration),
      ...(policy === undefined ? {} : { Policy: textOf(policy) }),
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
      ...tagged(tags),
    }));
  }

  /** What a client of this role is made with. See `Lab.clientConfig`. */
  clientConfig(region?: string): ClientConfig {
    return this.#lab.clientConfig({ as: this, region });
  }
}

/** The id of an account. */
export function idOf(account: Account | string): string {
  return typeof account === "string" ? account : account.id;
}

function trustOf(trust: Trust): string {
  if (isDocument(trust)) return textOf(trust);
  const trusted: readonly (string | Principal)[] = isTrustedOnes(trust) ? trust : [trust];
  const principals: Record<string, string[]> = {};
  for (const each of trusted) {
    const name = typeof each === "string" ? each : each.arn;
    const kind = /^(?!arn:).*\.amazonaws\.com(\.cn)?$/.test(name) ? "Service" : "AWS";
    (principals[kind] ??= []).push(name);
  }
  const statement = { Effect: "Allow", Principal: principals, Action: ["sts:AssumeRole", "sts:TagSession"] };
  return textOf({ Version: "2012-10-17", Statement: [statement] });
}

/** A document, or its text; an ARN, an account id and the name of a service are no text of a document. */
function isDocument(trust: Trust): trust is Document {
  if (typeof trust === "string") return trust.trimStart().startsWith("{");
  return !Array.isArray(trust) && !("arn" in trust);
}

function isTrustedOnes(trust: Trust): trust is readonly (string | Principal)[] {
  return Array.isArray(trust);
}

function policiesOf(policy: PolicyOrArn | undefined): { documents: string[]; arns: string[] } | undefined {
  if (policy === undefined) return undefined;
  const all = (isSeveral(policy) ? policy : [policy]).map(textOf);
  const documents = all.filter((text) => !text.startsWith("arn:"));
  for (const text of documents) {
    // Names of managed policies have these characters, and no document has them alone.
    if (/^[\w+=,.@/-]+$/.test(text)) {
      throw new KmslabError(
        `policy ${JSON.stringify(text)} is neither a policy document nor an ARN: managed policies are named by their `
        + `ARN, AWS's own by arn:aws:iam::aws:policy/${text}`);
    }
  }
  return { documents, arns: all.filter((text) => text.startsWith("arn:")) };
}

function isSeveral(policy: PolicyOrArn): policy is readonly Document[] {
  return Array.isArray(policy);
}

/** Tags as parameters of a query call. */
function tagged(tags: Tags = {}): Parameters {
  return Object.fromEntries(Object.entries(tags).flatMap(([key, value], at) => [
    [`Tags.member.${at + 1}.Key`, key],
    [`Tags.member.${at + 1}.Value`, value],
  ]));
}

function members(list: string, values: readonly string[]): Parameters {
  return Object.fromEntries(values.map((value, at) => [`${list}.member.${at + 1}`, value]));
}

// ---- IAM and STS without the SDK ----

const VERSIONS = { iam: "2010-05-08", sts: "2011-06-15" };

/** One query call, in this process, as `who`. */
function call(lab: Lab, who: Credentials, service: "iam" | "sts", action: string, parameters: Parameters): Answer {
  const body = new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8", "user-agent": "kmslab" };
  const { status, text } = lab._callLocally(service === "iam" ? "us-east-1" : lab.region, who, headers, body);
  const answer = new Answer(text);
  if (status >= 300) throw new RefusedError(action, answer.text("Code"), answer.text("Message"));
  return answer;
}

/** An answer in XML, which the lab itself wrote: no attributes, comments or CDATA within. */
class Answer {
  readonly #xml: string;

  constructor(xml: string) {
    this.#xml = xml;
  }

  /** What the first element of this name says. */
  text(name: string): string {
    return this.texts(name)[0] ?? "";
  }

  texts(name: string): string[] {
    return [...this.#xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, content = ""]) => plain(content));
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function plain(content: string): string {
  return content.replace(/&(#x?)?(\w+);/g, (whole, numeric: string | undefined, name: string) =>
    numeric === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(parseInt(name, numeric === "#x" ? 16 : 10)));
}

function keysIn(answer: Answer): Credentials {
  const keys = { accessKeyId: answer.text("AccessKeyId"), secretAccessKey: answer.text("SecretAccessKey") };
  const sessionToken = answer.text("SessionToken");
  return sessionToken === "" ? keys : { ...keys, sessionToken };
}
