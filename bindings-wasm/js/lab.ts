// `Lab`: AWS KMS, IAM and STS of a few accounts, in memory.
import { accessMatrix, whatCan, whoCan, type AccessMatrix, type AccessOptions, type WhatCan, type WhoCan } from "./access.js";
import { Clock, millisecondsOf } from "./clock.js";
import { Cost } from "./cost.js";
import { partsOf, partsText, textOf, type Document, type Documents } from "./documents.js";
import { KmslabError } from "./errors.js";
import { Explanation } from "./explanation.js";
import { RequestHandler, type Answering, type HttpAnswer } from "./handler.js";
import { ExternalKeyManager, Hsm, type ExternalKeyManagerOptions, type HsmOptions } from "./key-stores.js";
import { Keys } from "./keys.js";
import type { Question } from "./policy.js";
import { Account, idOf, Role, type Credentials, type Principal, type RoleOptions, type Tags, type User, type UserOptions, type Who } from "./principals.js";
import { Quotas } from "./quotas.js";
import { Trail } from "./trail.js";
import * as raw from "./wasm/kmslab.js";

/** What a lab is like. */
export interface LabOptions {
  /** The account id of the lab's administrator: 12 digits; 111122223333 without it. */
  account?: string | undefined;
  /** The Region that clients are given when they name none; us-east-1 without it. Every Region is served. */
  region?: string | undefined;
  /** Makes the lab repeat byte for byte: ids, keys, ciphertexts. Whoever knows the seed knows the keys. */
  seed?: number | bigint | undefined;
  /** Lets the lab's time stand still at this moment, until `clock.advance`; without it, it is the machine's. */
  now?: Date | string | undefined;
  /** `"strict"` refuses unknown access keys, as AWS does; `"lenient"` takes them as the administrator. */
  auth?: "strict" | "lenient" | undefined;
  /** `"aws"` enforces AWS's request quotas; an object sets quotas by name. */
  quotas?: "none" | "aws" | Readonly<Record<string, number>> | undefined;
  /** `"eventual"` lets new grants and aliases take effect five minutes later. */
  consistency?: "strong" | "eventual" | undefined;
  /** `"localstack"` lets `CreateKey` take id and material from LocalStack's tags. */
  compat?: "aws" | "localstack" | undefined;
}

/** What a client of the AWS SDK is made with: `new KMSClient({ ...config, maxAttempts: 1 })`. */
export interface ClientConfig {
  region: string;
  credentials: Credentials | (() => Promise<Credentials & { expiration: Date }>);
  requestHandler: RequestHandler;
}

/** A key to be put into a lab. What is left out is made as `CreateKey` makes it. */
export interface KeyOptions {
  /** A UUID, or `mrk-` and 32 hex digits. */
  keyId?: string | undefined;
  /** The key itself: 32 bytes for `SYMMETRIC_DEFAULT`, at least the digest's length for `HMAC_…`. */
  material?: Uint8Array | undefined;
  spec?: string | undefined;
  /** Its usage, where the spec leaves a choice. */
  usage?: string | undefined;
  /** The account that owns it, which is added if it is new; the lab's first without it. */
  account?: string | Account | undefined;
  region?: string | undefined;
  description?: string | undefined;
  tags?: Tags | undefined;
  policy?: Document | undefined;
}

/** A VPC endpoint to be put into a lab. What is left out is made up. */
export interface VpcEndpointOptions {
  /** Its policy; one that lets everything through without it. */
  policy?: Document | undefined;
  /** `vpce-` and hex digits. */
  endpointId?: string | undefined;
  /** `"kms"`, `"sts"` or `"iam"`. */
  service?: string | undefined;
  vpc?: string | undefined;
  account?: string | Account | undefined;
  region?: string | undefined;
}

/** A VPC endpoint of a lab. */
export interface VpcEndpoint {
  /** `vpce-…`, the value of `aws:SourceVpce`. */
  readonly id: string;
  /** `vpc-…`, the value of `aws:SourceVpc`. */
  readonly vpc: string;
  /** The host name that calls through it are sent to. */
  readonly host: string;
  /** What clients take as `endpoint`. */
  readonly url: string;
}

/** Policies on a root, a unit or an account of an organization. Members are spelt as in JSON. */
export interface OrganizationLimits {
  scps?: Documents;
  rcps?: Documents;
  /** Whether `FullAWSAccess` hangs beside the service control policies: true without it. */
  full_aws_access?: boolean;
}

/** A unit of an organization. */
export interface OrganizationUnit extends OrganizationLimits {
  accounts?: readonly string[];
  units?: Readonly<Record<string, OrganizationUnit>>;
}

/** An organization: every account of the lab is a member, but those outside. */
export interface Organization extends OrganizationLimits {
  id?: string;
  /** Its policies spare this one. */
  management_account: string;
  units?: Readonly<Record<string, OrganizationUnit>>;
  accounts?: Readonly<Record<string, OrganizationLimits>>;
  outside?: readonly string[];
}

/** AWS KMS, IAM and STS in memory: real cryptography, real permissions, explained decisions. */
export class Lab implements Answering {
  readonly #core: raw.Lab;
  readonly #accounts = new Map<string, Account>();
  readonly #trail: Trail;

  /** @throws {KmslabError} When an option cannot be. */
  constructor(options?: LabOptions);
  /** @internal */
  constructor(core: raw.Lab);
  constructor(given: LabOptions | raw.Lab = {}) {
    this.#core = given instanceof raw.Lab ? given : made(given);
    this.#trail = new Trail(this.#core);
  }

  /**
   * The lab that `save` wrote.
   * @throws {KmslabError} When it is not a saved lab, or was saved by a newer version of kmslab.
   */
  static open(bytes: Uint8Array): Lab {
    return new Lab(raw.Lab.open(bytes));
  }

  /** Everything: state, clock and trail. It holds key material and secret access keys in the clear. */
  save(): Uint8Array {
    return this.#core.save();
  }

  // ---- clients ----

  /** A handler for every client of the AWS SDK for JavaScript v3; nothing reaches the network. */
  requestHandler(): RequestHandler {
    return new RequestHandler(this);
  }

  /**
   * What a client of the AWS SDK for JavaScript v3 is made with: `new KMSClient(lab.clientConfig({ as: alice }))`.
   * @param options `as`: who calls; without it, the administrator. `region`: without it, the lab's.
   */
  clientConfig(options: { as?: Who | undefined; region?: string | undefined } = {}): ClientConfig {
    const who = options.as ?? this;
    return {
      region: options.region ?? this.region,
      credentials: who instanceof Role ? provider(who) : "credentials" in who ? who.credentials : who,
      requestHandler: this.requestHandler(),
    };
  }

  /** Answers one signed HTTP request. What AWS refuses is an answer. */
  handle(method: string, url: string, headers: Readonly<Record<string, string>>, body: Uint8Array | string = ""): HttpAnswer {
    const { host, target } = split(url);
    const named = Object.entries(headers);
    // Some signers sign a Host header that the request does not carry.
    if (host !== "" && !named.some(([name]) => name.toLowerCase() === "host")) named.push(["host", host]);
    const [status, answered, content] = this.#core.handle(method, target, flat(named), bytes(body));
    return { status, headers: paired(answered), body: content };
  }

  /** @internal One call in this process, whose credentials are compared instead of a signature verified. */
  _callLocally(region: string, who: Credentials, headers: Readonly<Record<string, string>>, body: string): { status: number; text: string } {
    const keys = [who.accessKeyId, who.secretAccessKey, ...(who.sessionToken === undefined ? [] : [who.sessionToken])];
    const [status, , content] = this.#core.handleLocal(region, keys, flat(Object.entries(headers)), bytes(body));
    return { status, text: new TextDecoder().decode(content) };
  }

  // ---- who ----

  /** The access key of the lab's administrator, a user of the first account. */
  get credentials(): Credentials {
    return keys(this.#core.credentials());
  }

  /** An account of the lab, which is added if it is new. Without an id, the lab's first. */
  account(id: string = this.#core.account): Account {
    let account = this.#accounts.get(id);
    if (!account) {
      account = new Account(this, id, keys(this.#core.addAccount(id)));
      this.#accounts.set(id, account);
    }
    return account;
  }

  /** An IAM user of the first account, made if there is none of that name. See `Account.user`. */
  user(name: string, options: UserOptions = {}): User {
    return this.account().user(name, options);
  }

  /** An IAM role of the first account, made if there is none of that name. See `Account.role`. */
  role(name: string, options: RoleOptions = {}): Role {
    return this.account().role(name, options);
  }

  // ---- what is there from the beginning ----

  /**
   * Puts a key into the lab, with an id and material of one's choice, and returns its ARN. No request does that: no
   * permission is needed and the trail does not tell.
   * @throws {KmslabError} When there can be no such key, or the id is taken.
   */
  key(options: KeyOptions = {}): string {
    const { keyId, material, spec, usage, account, region, description = "", tags = {}, policy } = options;
    return this.#core.addKey(
      keyId, material, spec, usage, account && idOf(account), region, description, flat(Object.entries(tags)),
      policy && textOf(policy));
  }

  /** A simulated CloudHSM cluster: `new CreateCustomKeyStoreCommand({ CustomKeyStoreName: "mine", ...hsm.parameters })`. */
  hsm(options: HsmOptions = {}): Hsm {
    const { clusterId, password = "kmsPswd1", certificate, hsms = 2, active = true, connectTime = {}, account, region } = options;
    const [id, made] = this.#core.addCluster(
      clusterId, password, certificate, hsms, active, millisecondsOf(connectTime), account && idOf(account), region);
    return new Hsm(this.#core, id, made, password);
  }

  /** A simulated key manager outside of AWS, whose `parameters` `CreateCustomKeyStore` takes likewise. */
  externalKeyManager(options: ExternalKeyManagerOptions = {}): ExternalKeyManager {
    const { endpoint = "https://xks.example.com", path = "/kms/xks/v1", credential, vpcEndpointService, connectTime = {} } = options;
    const [AccessKeyId, RawSecretAccessKey] = this.#core.addKeyManager(
      endpoint, path, [...(credential ?? [])], vpcEndpointService, millisecondsOf(connectTime));
    return new ExternalKeyManager(this.#core, {
      CustomKeyStoreType: "EXTERNAL_KEY_STORE",
      XksProxyConnectivity: vpcEndpointService === undefined ? "PUBLIC_ENDPOINT" : "VPC_ENDPOINT_SERVICE",
      XksProxyUriEndpoint: endpoint,
      XksProxyUriPath: path,
      XksProxyAuthenticationCredential: { AccessKeyId, RawSecretAccessKey },
      ...(vpcEndpointService === undefined ? {} : { XksProxyVpcEndpointServiceName: vpcEndpointService }),
    });
  }

  /** @internal */
  _shareKey(key: string, accounts: string[]): void {
    this.#core.shareKey(key, accounts);
  }

  /** The organization that the lab's accounts are in, with the policies that limit them; `null` outside of one. */
  get organization(): Organization | null {
    const text = this.#core.organization();
    return text === undefined ? null : (JSON.parse(text) as Organization);
  }

  /** @throws {KmslabError} For what is not of this form, and for a policy that AWS would refuse. */
  set organization(organization: Organization | null) {
    this.#core.setOrganization(organization === null ? undefined : JSON.stringify(organization));
  }

  /**
   * A VPC endpoint of the lab: made, or replaced when there is one with that id. Calls of clients made with
   * `endpoint: vpcEndpoint.url` come through it: its policy limits them, and they carry `aws:SourceVpce`.
   * @throws {KmslabError} When there can be no such endpoint, or AWS would refuse its policy.
   */
  vpcEndpoint(options: VpcEndpointOptions = {}): VpcEndpoint {
    const { policy, endpointId: id, service, vpc, account, region } = options;
    const fixture = { id, vpc, service, account: account && idOf(account), region, policy: policy && textOf(policy) };
    const [madeId, madeVpc, host] = this.#core.addVpcEndpoint(JSON.stringify(fixture));
    return { id: madeId, vpc: madeVpc, host, url: `https://${host}` };
  }

  // ---- what is and was ----

  /** The Region that clients are given when they name none. */
  get region(): string {
    return this.#core.region;
  }

  /** The seed, if the lab repeats byte for byte. */
  get seed(): bigint | undefined {
    return this.#core.seed;
  }

  /** What is done with unknown access keys. */
  get auth(): "strict" | "lenient" {
    return this.#core.lenient ? "lenient" : "strict";
  }

  /** When new grants and aliases take effect. */
  get consistency(): "strong" | "eventual" {
    return this.#core.eventual ? "eventual" : "strong";
  }

  /** Whose habits beyond AWS's the lab has. */
  get compat(): "aws" | "localstack" {
    return this.#core.localstack ? "localstack" : "aws";
  }

  /** How many resources there may be, and how often KMS may be called. */
  get quotas(): Quotas {
    return new Quotas(this.#core);
  }

  /** The lab's time. */
  get clock(): Clock {
    return new Clock(this.#core);
  }

  /** The CloudTrail records of every call, denied ones too. */
  get trail(): Trail {
    return this.#trail;
  }

  /** The keys of all accounts and Regions, as they are now. */
  get keys(): Keys {
    return new Keys(this.#core);
  }

  /** What AWS would have charged for this lab until now, by a dated price list. */
  cost(): Cost {
    return new Cost(this.#core.cost());
  }

  /**
   * Lets the next calls of an operation (`"kms:Decrypt"`, `"kms:*"`) fail as AWS itself does at times. The SDK tries again
   * after some of these errors; give `times` for each attempt, `null` for all.
   * @throws {KmslabError} There is no such operation, or it has no such failure.
   */
  injectError(operation: string, error: string, times: number | null = 1): void {
    this.#core.injectError(operation, error, times ?? undefined);
  }

  /** Takes back the failures of `injectError` that are yet to come. */
  clearErrors(): void {
    this.#core.clearErrors();
  }

  /**
   * Why a call was allowed or denied.
   * @param about An error or an answer of an SDK client, or a request id. Without it, the last decision.
   * @throws {KmslabError} When this lab remembers no such call. It remembers the last thousand that needed a permission.
   */
  explain(about?: string | object): Explanation {
    const id = about === undefined || typeof about === "string" ? about : requestIdOf(about);
    const found = this.#core.explain(id);
    if (found) return new Explanation(found);
    throw new KmslabError(
      id === undefined
        ? "nothing to explain: no call of this lab has needed a permission yet"
        : `this lab remembers no decision of the request ${id}: it needed no permission, was refused before a policy was `
          + "asked, was made elsewhere, or too long ago");
  }

  /**
   * Whether a principal of this lab would be allowed, by its policies, key policies and grants; and why. Nobody calls: the
   * trail and the last decision stay as they are. A key may be named by its id, its ARN, an alias or an alias ARN.
   * @throws {KmslabError} When the lab has no such principal or key.
   */
  authorize({ principal, action, resource, context, encryptionContext }: Question): Explanation {
    const who = typeof principal === "string" ? principal : principal.arn;
    return new Explanation(this.#core.ask(who, action, this.#named(resource), partsText(partsOf(context, encryptionContext))));
  }

  /** Who can do `action` on `resource`, whatever the call, and under which conditions. See `whoCan`. */
  whoCan(action: string, resource: string, options: AccessOptions = {}): WhoCan {
    return whoCan(action, this.#named(resource), this, options);
  }

  /** What a principal can do with each key and role. See `whatCan`. */
  whatCan(principal: string | Principal, options: AccessOptions = {}): WhatCan {
    return whatCan(principal, this, options);
  }

  /** Who can do what with all keys of the lab, as a table. See `accessMatrix`. */
  accessMatrix(options: AccessOptions = {}): AccessMatrix {
    return accessMatrix(this, options);
  }

  /** @internal */
  _estate(): raw.Estate {
    return this.#core.estate();
  }

  /** @internal */
  get _partition(): string {
    return this.#core.partition;
  }

  /** A key may be named in every way. */
  #named(resource: string): string {
    return this.#core.keyArn(resource) ?? resource;
  }

  // ---- itself ----

  /** Gives the lab's memory back, and erases its keys. Without it, the garbage collector does. */
  free(): void {
    this.#core.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

function made({ account, region, seed, now, auth, quotas, consistency, compat }: LabOptions): raw.Lab {
  one("auth", auth, ["strict", "lenient"]);
  one("consistency", consistency, ["strong", "eventual"]);
  one("compat", compat, ["aws", "localstack"]);
  if (typeof quotas === "string") one("quotas", quotas, ["none", "aws"]);
  const lab = new raw.Lab(
    account, region, seedOf(seed), momentOf(now), auth === "lenient", quotas === "aws", consistency === "eventual",
    compat === "localstack");
  if (typeof quotas === "object") {
    for (const [name, value] of Object.entries(quotas)) lab.setQuota(name, value);
  }
  return lab;
}

/** Callers without TypeScript may give anything. */
function one(name: string, given: string | undefined, words: readonly string[]): void {
  if (given !== undefined && !words.includes(given)) {
    throw new KmslabError(`${name} is one of ${words.join(", ")}, not ${JSON.stringify(given)}`);
  }
}

function seedOf(seed: number | bigint | undefined): bigint | undefined {
  if (seed === undefined) return undefined;
  const whole = typeof seed === "bigint" || Number.isSafeInteger(seed) ? BigInt(seed) : -1n;
  if (whole < 0n || whole >= 2n ** 64n) throw new KmslabError(`a seed is a whole number from 0 to 2**64 - 1, not ${seed}`);
  return whole;
}

function momentOf(now: Date | string | undefined): number | undefined {
  if (now === undefined) return undefined;
  const moment = new Date(now).getTime();
  if (Number.isNaN(moment)) throw new KmslabError("now is a Date, or text such as 2026-01-02T03:04:05Z");
  return moment;
}

/** The session is looked at before each call, for it ends by the lab's clock: to the SDK, it has always just ended. */
function provider(role: Role): () => Promise<Credentials & { expiration: Date }> {
  return async () => ({ ...role.credentials, expiration: new Date(0) });
}

/** Host and target of a URL; a target alone has no host. */
function split(url: string): { host: string; target: string } {
  const [, host = "", rest = ""] = /^(?:[a-z]+:\/\/([^/?#]*))?([^#]*)/i.exec(url) ?? [];
  // `https://host?query` has an empty path, which HTTP writes as `/`.
  return { host, target: rest.startsWith("/") ? rest : `/${rest}` };
}

function bytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** Names and values as one list; what is no text (the SDK sets content-length as a number) is written as text. */
function flat(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.flatMap(([name, value]) => [name, String(value)]);
}

function paired(flat: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) pairs[flat[at] ?? ""] = flat[at + 1] ?? "";
  return pairs;
}

function keys([accessKeyId = "", secretAccessKey = "", sessionToken]: readonly string[]): Credentials {
  return sessionToken === undefined ? { accessKeyId, secretAccessKey } : { accessKeyId, secretAccessKey, sessionToken };
}

/** The request id that an error or an answer of the SDK carries. */
function requestIdOf(about: object): string {
  const metadata = "$metadata" in about ? about.$metadata : undefined;
  if (typeof metadata === "object" && metadata !== null && "requestId" in metadata && typeof metadata.requestId === "string") {
    return metadata.requestId;
  }
  throw new KmslabError("this carries no request id: it is neither an answer nor an error of an SDK client");
}
