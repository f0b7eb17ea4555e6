// The keys of a lab at a glance, and the life of one.
import { KmslabError } from "./errors.js";
import { Shown } from "./shown.js";
import type * as raw from "./wasm/kmslab.js";

/** A key, as it was when it was looked up. */
export interface KeyLine {
  key_id: string;
  arn: string;
  aliases: string[];
  spec: string;
  usage: string;
  state: string;
  origin: string;
  region: string;
  account: string;
  /** Its automatic rotation, when that is on. */
  rotation: { days: number; next: string } | null;
  /** ISO 8601, as all times here. */
  created: string;
  deletion_date: string | null;
  /** `CUSTOMER`, or `AWS` for an AWS managed key. */
  manager: string;
  /** `PRIMARY` or `REPLICA`, of a multi-Region key. */
  multi_region: string | null;
  custom_key_store_id: string | null;
  /** How many materials it has had. */
  materials: number;
  description: string;
}

/** The life of a key: states, rotations and materials over time, until now and, where that is known, later. */
export class Timeline extends Shown {
  declare readonly arn: string;
  declare readonly aliases: readonly string[];
  declare readonly created: string;
  declare readonly now: string;
  declare readonly deletion_date: string | null;
  declare readonly states: readonly { state: string; from: string; to: string }[];
  declare readonly materials: readonly { id: string; state: string; rotation: string | null; from: string; to: string }[];
  declare readonly events: readonly { at: string; what: string; planned: boolean }[];
}

/** The keys of a lab, of all accounts and Regions, as they were when they were asked for. */
export class Keys implements Iterable<KeyLine> {
  readonly #core: raw.Lab;
  readonly #lines: readonly KeyLine[];
  readonly #text: string;

  /** @internal */
  constructor(core: raw.Lab) {
    this.#core = core;
    const [json, text] = core.keys();
    this.#lines = JSON.parse(json) as KeyLine[];
    this.#text = text.trimEnd();
  }

  get length(): number {
    return this.#lines.length;
  }

  /** By key id, ARN or alias, of which the first in the order of ARNs is taken. */
  get(which: string): KeyLine | undefined {
    return this.#lines.find((key) => key.key_id === which || key.arn === which || key.aliases.includes(which));
  }

  /**
   * The life of a key.
   * @throws {KmslabError} When there is no such key.
   */
  timeline(which: string): Timeline {
    const arn = this.get(which)?.arn;
    const found = arn === undefined ? undefined : this.#core.timeline(arn);
    if (!found) throw new KmslabError(`there is no key ${which}`);
    return new Timeline(found);
  }

  [Symbol.iterator](): Iterator<KeyLine> {
    return this.#lines[Symbol.iterator]();
  }

  toJSON(): readonly KeyLine[] {
    return this.#lines;
  }

  toString(): string {
    return this.#text;
  }
}
