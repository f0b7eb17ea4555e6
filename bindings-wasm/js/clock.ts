// The time of a lab.
import { KmslabError } from "./errors.js";
import type * as raw from "./wasm/kmslab.js";

/** A span of time. */
export interface Span {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

/** A span in milliseconds. */
export function millisecondsOf({ days = 0, hours = 0, minutes = 0, seconds = 0 }: Span): number {
  return 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)));
}

/** The year 10000, in milliseconds since 1970: AWS writes years with four digits. */
const END = 253_402_300_800_000;

/** The time of a lab: what policies, expiry, deletion and the trail go by. It only moves forward. */
export class Clock {
  readonly #core: raw.Lab;

  /** @internal */
  constructor(core: raw.Lab) {
    this.#core = core;
  }

  /** The lab's present. */
  get now(): Date {
    return new Date(this.#core.now());
  }

  /**
   * Moves the lab's time forward, and returns where it is then. Clients go on signing with the machine's time.
   * @throws {KmslabError} When the time is negative, or beyond the year 9999.
   */
  advance(span: Span): Date {
    const milliseconds = millisecondsOf(span);
    // Written so that it refuses what is no number, too.
    if (!(this.#core.now() + milliseconds < END)) throw new KmslabError("the lab's time lies before the year 10000");
    return new Date(this.#core.advance(milliseconds));
  }
}
