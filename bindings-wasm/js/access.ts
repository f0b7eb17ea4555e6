// Who can do what: for one permission, for one principal, for all of them. docs/access.md says what each member means.
import { keysOf, type Context, type Document, type Documents, type Levels } from "./documents.js";
import type { Lab } from "./lab.js";
import type { Grant } from "./policy.js";
import type { Principal } from "./principals.js";
import { Shown } from "./shown.js";
import * as raw from "./wasm/kmslab.js";

/** Principals and resources with their policies, without a lab. Members are spelt as in JSON files: docs/access.md. */
export interface Estate {
  principals?: readonly {
    arn: string;
    identity_policies?: Documents;
    permissions_boundary?: Document;
    session_policies?: Documents;
    scps?: Levels;
    tags?: Readonly<Record<string, string>>;
    context?: Readonly<Record<string, string | readonly string[]>>;
  }[];
  resources?: readonly {
    arn: string;
    key_policy?: Document;
    trust_policy?: Document;
    bucket_policy?: Document;
    grants?: readonly Grant[];
    rcps?: Levels;
    tags?: Readonly<Record<string, string>>;
    context?: Readonly<Record<string, string | readonly string[]>>;
  }[];
  scps?: Readonly<Record<string, Levels>>;
  rcps?: Readonly<Record<string, Levels>>;
}

/** A condition that has to hold. */
export interface Requirement {
  key: string;
  /** The condition operator, or a grant's constraint. */
  operator: string;
  values: string[];
  /** Whether it must not hold. */
  negated: boolean;
}

/** Under which conditions. */
export interface Conditions {
  /** Alternatives, each of requirements that have to hold together. None: always. */
  any: Requirement[][];
  /** Whether these are all alternatives, and each can occur. */
  exact: boolean;
}

/** Somebody who can. */
export interface Holder extends Conditions {
  principal: string;
  kind: string;
  /** A remark; may be empty. */
  note: string;
}

/** Actions under the same conditions. */
export interface Access extends Conditions {
  actions: string[];
}

/** Who can do an action on a resource, and under which conditions. Iterates over the ARNs of those who can. */
export class WhoCan extends Shown implements Iterable<string> {
  declare readonly action: string;
  declare readonly resource: string;
  /** Those who can. */
  declare readonly principals: readonly Holder[];
  /** Whom the resource's policy or a grant lets in from outside: services, other accounts, everybody. */
  declare readonly others: readonly Holder[];

  *[Symbol.iterator](): Iterator<string> {
    for (const holder of this.principals) yield holder.principal;
  }
}

/** What a principal can do, resource by resource, and under which conditions. */
export class WhatCan extends Shown {
  declare readonly principal: string;
  /** `*` stands for actions without a resource. */
  declare readonly resources: readonly { resource: string; access: Access[] }[];
}

/** Who can do what with all keys. Principals, and keys, that no policy tells apart stand together. */
export class AccessMatrix extends Shown {
  declare readonly actions: readonly string[];
  declare readonly principals: readonly string[][];
  declare readonly keys: readonly string[][];
  /** `principals` and `keys` are places in those lists. What does not stand here cannot. */
  declare readonly access: readonly (Access & { principals: number; keys: number })[];
}

/** Condition keys that every call has: what they decide is no condition any more. */
export interface AccessOptions {
  context?: Context | undefined;
}

/**
 * Who can do `action` on `resource`, whatever the call, and under which conditions on it.
 * @param policies A lab; or principals and resources with their policies.
 * @throws {KmslabError} There is no such action or resource, or AWS would refuse a policy.
 */
export function whoCan(action: string, resource: string, policies: Lab | Estate | string, options: AccessOptions = {}): WhoCan {
  return asked(policies, (estate) => new WhoCan(estate.whoCan(action, resource, keysOf(options.context))));
}

/** What `principal` can do with each key and role, and without one. Arguments as those of `whoCan`. */
export function whatCan(principal: string | Principal, policies: Lab | Estate | string, options: AccessOptions = {}): WhatCan {
  const who = typeof principal === "string" ? principal : principal.arn;
  return asked(policies, (estate) => new WhatCan(estate.whatCan(who, keysOf(options.context))));
}

/** Who can do what with all keys, as a table. Arguments as those of `whoCan`. */
export function accessMatrix(policies: Lab | Estate | string, options: AccessOptions = {}): AccessMatrix {
  return asked(policies, (estate) => new AccessMatrix(estate.matrix(keysOf(options.context))));
}

function asked<T>(policies: Lab | Estate | string, ask: (estate: raw.Estate) => T): T {
  const estate = isLab(policies)
    ? policies._estate()
    : new raw.Estate(typeof policies === "string" ? policies : JSON.stringify(policies));
  try {
    return ask(estate);
  } finally {
    estate.free();
  }
}

/** By its method, not its class: where there are policies alone, the class is not loaded. */
function isLab(policies: Lab | Estate | string): policies is Lab {
  return typeof policies === "object" && "_estate" in policies;
}
