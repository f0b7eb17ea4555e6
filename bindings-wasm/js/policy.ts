// The policy engine without a lab: `authorize`, `PolicySet`, `Decision`.
import { Asking, type Asked } from "./asking.js";
import { partsOf, textsOf, type Context, type Document, type Documents, type EncryptionContext, type Json, type Levels } from "./documents.js";
import { KmslabError } from "./errors.js";
import { Explanation, type Check } from "./explanation.js";
import type { Principal } from "./principals.js";
import * as raw from "./wasm/kmslab.js";

/** Whether a statement denies, or nothing allows, or it is allowed. */
export type Effect = "allow" | "explicitDeny" | "implicitDeny";

/** A grant, in the words of `CreateGrant` and `ListGrants`. */
export interface Grant {
  readonly Operations: readonly string[];
  readonly GranteePrincipal?: string | undefined;
  readonly GranteeServicePrincipal?: string | undefined;
  readonly RetiringPrincipal?: string | undefined;
  readonly RetiringServicePrincipal?: string | undefined;
  readonly IssuingAccount?: string | undefined;
  readonly GrantId?: string | undefined;
  readonly Constraints?:
    | {
        readonly EncryptionContextEquals?: EncryptionContext | undefined;
        readonly EncryptionContextSubset?: EncryptionContext | undefined;
        readonly SourceArn?: string | undefined;
      }
    | undefined;
}

/** Policies and grants of both sides. Where there may be several: one, a list, or an object of names and policies. */
export interface Policies {
  /**
   * The policy of the KMS key. Without it, a key has the one that `CreateKey` gives, which leaves the decision to the
   * account's IAM policies.
   */
  keyPolicy?: Document | undefined;
  /** The trust policy of a role, when that is the resource. */
  trustPolicy?: Document | undefined;
  /** The policy of a bucket, when that is the resource. */
  bucketPolicy?: Document | undefined;
  /** The principal's own: of the user and its groups, or of the role. */
  identityPolicies?: Documents | undefined;
  /** The principal's permissions boundary. */
  permissionsBoundary?: Document | undefined;
  /** Policies that were passed to `AssumeRole` or `GetFederationToken`; none is not the same as an empty list. */
  sessionPolicies?: Documents | undefined;
  /** Service control policies of the principal's account: one level, or a list of lists, from the root on. */
  scps?: Levels | undefined;
  /** Resource control policies of the resource's account, likewise. */
  rcps?: Levels | undefined;
  /** The policy of the VPC endpoint that the request came through. */
  endpointPolicy?: Document | undefined;
  /** Grants on the key. */
  grants?: readonly Grant[] | undefined;
}

/** One request. */
export interface Question {
  /**
   * Who asks: the ARN of a user, role (a session of it), role session, federated user or root user; an account id (its
   * root user); the name of a service; `"*"` (nobody in particular). Or one of a lab.
   */
  principal: string | Principal;
  /** Such as `"kms:Decrypt"`. */
  action: string;
  /** The ARN of the resource, or `"*"`. */
  resource: string;
  /**
   * Condition keys of the request, complete but for those that follow from principal and resource:
   * `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username`, `aws:ResourceAccount`,
   * `kms:CallerAccount`, `aws:PrincipalIsAWSService`.
   */
  context?: Context | undefined;
  /** Sets `kms:EncryptionContext:…` and `kms:EncryptionContextKeys`. */
  encryptionContext?: EncryptionContext | undefined;
}

/** The core's names of what `Policies` holds. */
const MEMBERS = [
  ["keyPolicy", "key_policy"],
  ["trustPolicy", "trust_policy"],
  ["bucketPolicy", "bucket_policy"],
  ["identityPolicies", "identity_policies"],
  ["permissionsBoundary", "permissions_boundary"],
  ["sessionPolicies", "session_policies"],
  ["scps", "scps"],
  ["rcps", "rcps"],
  ["endpointPolicy", "endpoint_policy"],
] as const;

/** Policies and grants of both sides, compiled once, to be asked often. */
export class PolicySet {
  readonly #asking: Asking;

  /** @throws {KmslabError} For a policy that AWS would refuse, with AWS's sentence and the place; for a bad grant. */
  constructor(policies: Policies = {}) {
    const written: Record<string, Json | readonly Grant[]> = {};
    for (const [name, member] of MEMBERS) {
      const given = policies[name];
      if (given !== undefined) written[member] = textsOf(given);
    }
    if (policies.grants) written.grants = policies.grants;
    this.#asking = new Asking(new raw.PolicySet(JSON.stringify(written)));
  }

  /**
   * Decides one request.
   * @throws {KmslabError} For a principal, action or resource that is none.
   */
  authorize({ principal, action, resource, context, encryptionContext }: Question): Decision {
    const who = typeof principal === "string" ? principal : principal.arn;
    return new Decision(this.#asking, { principal: who, action, resource, parts: partsOf(context, encryptionContext) });
  }

  /** Gives the memory back, also that of its decisions' explanations. Without it, the garbage collector does. */
  free(): void {
    this.#asking.core.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** Whether a request is allowed, and why. */
export class Decision {
  readonly #asking: Asking;
  readonly #asked: Asked;
  readonly #reason: Reason;

  /** @internal */
  constructor(asking: Asking, asked: Asked) {
    this.#asking = asking;
    this.#asked = asked;
    this.#reason = reasonAt(asking.decide(asked));
  }

  /** Whether the request is allowed. */
  get allowed(): boolean {
    return this.#reason.effect === "allow";
  }

  /** `allow`, `explicitDeny` (a statement denies) or `implicitDeny` (nothing allows). */
  get effect(): Effect {
    return this.#reason.effect;
  }

  /** The one reason, as a code: `ALLOW_GRANT`, `DENY_SCP`, `NO_IDENTITY_ALLOW` and others. */
  get reason(): string {
    return this.#reason.code;
  }

  /** The id of the grant that allowed, if one did. */
  get grant(): string | undefined {
    return this.#asking.grant(this.#asked);
  }

  /** Which statement of which policy decided, and what came near. */
  explain(): Explanation {
    return new Explanation(this.#asking.explain(this.#asked));
  }

  /** The whole explanation, for programs. */
  toJSON(): Check {
    const [check] = this.explain().checks;
    if (!check) throw new KmslabError("kmslab has a bug: a decision without a check");
    return check;
  }

  toString(): string {
    return `${this.allowed ? "allowed" : "denied"}: ${this.reason}, ${this.#reason.meaning}`;
  }
}

/** Whether AWS would allow a request, by these policies alone. A pure function; a `PolicySet` compiles them once. */
export function authorize(request: Question & Policies): Decision {
  return new PolicySet(request).authorize(request);
}

interface Reason {
  readonly code: string;
  readonly effect: Effect;
  readonly meaning: string;
}

let known: readonly Reason[] | undefined;

/** The reason with this number. */
function reasonAt(number: number): Reason {
  known ??= (JSON.parse(raw.reasons()) as [string, Effect, string][]).map(
    ([code, effect, meaning]) => ({ code, effect, meaning }));
  const reason = known[number];
  if (!reason) throw new KmslabError(`kmslab has a bug: no reason ${number}`);
  return reason;
}
