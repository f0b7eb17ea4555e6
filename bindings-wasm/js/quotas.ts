// The quotas of a lab: how many resources there may be, and how often KMS may be called.
import { KmslabError } from "./errors.js";
import type * as raw from "./wasm/kmslab.js";

/**
 * KMS's quotas by name, as they hold in a lab. Those of resources (`keys`, `grants_per_key`) are enforced always; those of
 * requests a second (`crypto_symmetric`, `CreateKey`) when they are set, and all of them in a lab with `quotas: "aws"`.
 * What is not enforced is infinite.
 */
export class Quotas implements Iterable<[name: string, value: number]> {
  readonly #core: raw.Lab;

  /** @internal */
  constructor(core: raw.Lab) {
    this.#core = core;
  }

  /** Whether AWS's request quotas are enforced, also where nothing is set. */
  get enforced(): boolean {
    return this.#core.throttles;
  }

  /** AWS's own quotas, in the lab's Region. */
  get defaults(): ReadonlyMap<string, number> {
    return new Map(this.#core.quotas().map(([name, standard]) => [name, standard]));
  }

  /** @throws {KmslabError} When there is no such quota. */
  get(name: string): number {
    const line = this.#core.quotas().find(([each]) => each === name);
    if (!line) throw new KmslabError(`there is no quota ${JSON.stringify(name)}`);
    return line[2];
  }

  /** @throws {KmslabError} When there is no such quota, or it cannot be that. */
  set(name: string, value: number): void {
    this.#core.setQuota(name, value);
  }

  /** Goes back to AWS's default, or, in a lab that does not enforce request quotas, to none. */
  delete(name: string): void {
    this.#core.setQuota(name);
  }

  *[Symbol.iterator](): Iterator<[name: string, value: number]> {
    for (const [name, , value] of this.#core.quotas()) yield [name, value];
  }
}
