// What a ciphertext consists of.
import { KmslabError } from "./errors.js";
import { Shown } from "./shown.js";
import * as raw from "./wasm/kmslab.js";

/** One field of a ciphertext. */
export interface CiphertextField {
  name: string;
  kind: string;
  /** The place of its first byte. */
  at: number;
  length: number;
  hex: string;
  meaning: string;
}

/** A ciphertext, taken apart. Iterates over its fields. */
export class Inspected extends Shown implements Iterable<CiphertextField> {
  /** What it is: `KMS ciphertext`. */
  declare readonly format: string;
  declare readonly length: number;
  declare readonly fields: readonly CiphertextField[];
  /** What can be told of the whole. */
  declare readonly notes: readonly string[];

  [Symbol.iterator](): Iterator<CiphertextField> {
    return this.fields[Symbol.iterator]();
  }
}

/**
 * Takes a ciphertext apart, without any key.
 * @param blob The bytes of `CiphertextBlob`, or the same in base64.
 * @throws {KmslabError} When it is no ciphertext of KMS's: the message says at which byte that shows.
 */
export function inspect(blob: Uint8Array | string): Inspected {
  return new Inspected(raw.inspect(typeof blob === "string" ? decoded(blob) : blob));
}

function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new KmslabError("not base64");
  }
}
