// How requests cross to the core: a text that was asked about before crosses as a number.
import { partsText, type EncryptionContext, type Parts } from "./documents.js";
import { KmslabError } from "./errors.js";
import type * as raw from "./wasm/kmslab.js";

/** How much the texts that are remembered may come to, in characters, with what each costs beside its own. */
const ROOM = 1 << 18;
const EACH = 64;

/** One request, as it was when it was asked. */
export interface Asked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly parts: Parts | undefined;
}

/** A set of policies, and the numbers of the texts that it was asked about. */
export class Asking {
  readonly core: raw.PolicySet;
  readonly #principals = new Map<string, number>();
  readonly #actions = new Map<string, number>();
  readonly #resources = new Map<string, number>();
  /** Condition keys; those that no decision depends on have the number -1. */
  readonly #keys = new Map<string, number>();
  /** The pairs of encryption contexts, by their keys. */
  readonly #pairs = new Map<string, number>();
  #taken = 0;

  constructor(core: raw.PolicySet) {
    this.core = core;
  }

  /** How many texts are remembered. */
  get size(): number {
    return this.#principals.size + this.#actions.size + this.#resources.size + this.#keys.size + this.#pairs.size;
  }

  /** The number of the reason for the decision. */
  decide({ principal, action, resource, parts }: Asked): number {
    const { core } = this;
    if (this.#taken > ROOM) this.#forget();
    const who = this.#principals.get(principal) ?? this.#remember(this.#principals, principal, core.principal(principal));
    const what = this.#actions.get(action) ?? this.#remember(this.#actions, action, core.action(action));
    const which = this.#resources.get(resource) ?? this.#remember(this.#resources, resource, core.resource(resource));
    if (!parts || !this.#put(parts)) return core.decide(who, what, which);
    return core.decideWithKeys(who, what, which);
  }

  grant({ principal, action, resource, parts }: Asked): string | undefined {
    return this.core.grant(principal, action, resource, partsText(parts));
  }

  explain({ principal, action, resource, parts }: Asked): [json: string, text: string] {
    return this.core.explain(principal, action, resource, partsText(parts));
  }

  /** Hands over the condition keys that decisions depend on; whether there are any. */
  #put({ names, values, pairs }: Parts): boolean {
    const any = pairs !== undefined && this.#putPairs(pairs);
    let more = false;
    for (let at = 0; at < names.length; at += 1) {
      const [name, value] = [names[at], values[at]];
      if (name === undefined || value === undefined) continue;
      const number = this.#key(name);
      if (number < 0) continue;
      if (typeof value === "string") this.core.put(number, value);
      else this.core.putList(number, JSON.stringify(value));
      more = true;
    }
    return any || more;
  }

  #putPairs(pairs: EncryptionContext): boolean {
    const { core } = this;
    const keys = Object.keys(pairs);
    for (const key of keys) {
      if (typeof pairs[key] !== "string") throw new KmslabError(`encryptionContext: the value of ${JSON.stringify(key)} is no text`);
    }
    let any = false;
    for (const key of keys) {
      const value = pairs[key];
      const number = this.#pairs.get(key) ?? this.#remember(this.#pairs, key, core.key(`kms:EncryptionContext:${key}`));
      if (number < 0 || value === undefined) continue;
      core.put(number, value);
      any = true;
    }
    const number = keys.length > 0 ? this.#key("kms:EncryptionContextKeys") : -1;
    if (number < 0) return any;
    core.putList(number, JSON.stringify(keys));
    return true;
  }

  #key(name: string): number {
    return this.#keys.get(name) ?? this.#remember(this.#keys, name, this.core.key(name));
  }

  #remember(table: Map<string, number>, text: string, number: number | undefined): number {
    table.set(text, number ?? -1);
    this.#taken += text.length + EACH;
    return number ?? -1;
  }

  #forget(): void {
    this.core.forget();
    for (const table of [this.#principals, this.#actions, this.#resources, this.#keys, this.#pairs]) table.clear();
    this.#taken = 0;
  }
}
