// The CloudTrail records of a lab.
import type * as raw from "./wasm/kmslab.js";

/** A record, in CloudTrail's own form. */
export interface TrailRecord {
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  userIdentity: Record<string, unknown>;
  requestID: string;
  readOnly: boolean;
  errorCode?: string;
  errorMessage?: string;
  [member: string]: unknown;
}

/** CloudTrail's records, oldest first: one a call. Grows as calls are made. */
export class Trail implements Iterable<TrailRecord> {
  readonly #core: raw.Lab;
  readonly #read: TrailRecord[] = [];

  /** @internal */
  constructor(core: raw.Lab) {
    this.#core = core;
  }

  get length(): number {
    return this.#core.trailLength();
  }

  /** The record at this place; from the end where it is negative. */
  at(index: number): TrailRecord | undefined {
    return this.#records().at(index);
  }

  /**
   * The records that meet a condition, or whose fields have these values (`undefined`: the field is absent).
   * @example lab.trail.filter({ eventName: "Decrypt", errorCode: "AccessDenied" })
   */
  filter(condition: ((record: TrailRecord) => boolean) | Partial<TrailRecord>): TrailRecord[] {
    const meets = typeof condition === "function"
      ? condition
      : (record: TrailRecord) => Object.entries(condition).every(([name, value]) => record[name] === value);
    return this.#records().filter(meets);
  }

  /** The records from number `from` on. */
  slice(from = 0, to?: number): TrailRecord[] {
    return this.#records().slice(from, to);
  }

  [Symbol.iterator](): Iterator<TrailRecord> {
    return this.#records()[Symbol.iterator]();
  }

  toJSON(): TrailRecord[] {
    return this.slice();
  }

  #records(): TrailRecord[] {
    const read = this.#read;
    if (this.#core.trailLength() > read.length) {
      for (const text of this.#core.trail(read.length)) read.push(JSON.parse(text) as TrailRecord);
    }
    return read;
  }
}
