// Frames of messages by WebCrypto, which is faster than the module on all but short ones, and answers later. What a frame is
// given, the core says; the bytes are the same.
import type { EnvelopeOpener, EnvelopeSealer } from "./wasm/kmslab.js";

/** Shorter frames the module does faster. */
const SHORTEST = 4096;
/** Where a message begins with fewer bytes, they are not worth a key of WebCrypto's. */
const FEWEST = 1 << 14;
/** Frames under way at the same time, and their bytes. */
const AT_ONCE = 64;
const BYTES_AT_ONCE = 1 << 22;
/** Before the ciphertext of a frame: its number, and the IV. */
const HEAD = 16;
const NUMBER = 4;
/** What a frame has beside its ciphertext. */
const AROUND = HEAD + 16;
/** The number that the last frame begins with. */
const LAST = 0xffffffff;
const NONE = new Uint8Array();

/** What JavaScript and WebCrypto both take; they do not take memory that is shared. */
type Bytes = Uint8Array<ArrayBuffer>;

function unshared(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : bytes.slice();
}

/** The key of a message as WebCrypto has it; none where it has no such keys, or is not there at all. */
async function keyOf(from: { key(): Uint8Array }): Promise<CryptoKey | undefined> {
  // Pages that are not a secure context have no `subtle`.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return undefined;
  const raw = unshared(from.key());
  try {
    return await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  } catch {
    return undefined; // Chromium has no AES-192.
  } finally {
    raw.fill(0);
  }
}

/** Does `work` for each of `count` frames, some at a time; `lend` tells what they are given, `done` that a part is done. */
async function each(
  count: number,
  length: number,
  lend: (count: number) => Uint8Array,
  work: (number: number, head: Bytes) => Promise<void>,
  done: (from: number, to: number) => void,
): Promise<void> {
  const most = Math.max(1, Math.min(AT_ONCE, Math.floor(BYTES_AT_ONCE / length)));
  for (let from = 0; from < count; from += most) {
    const to = Math.min(from + most, count);
    const lent = unshared(lend(to - from));
    const size = lent.byteLength / (to - from);
    const heads = Array.from({ length: to - from }, (_, at) => lent.subarray(at * size, (at + 1) * size));
    await Promise.all(heads.map((head, at) => work(from + at, head)));
    done(from, to);
  }
}

/** Seals a message piece by piece: by WebCrypto, if it is there and the first piece is long enough. */
export class Sealing {
  readonly #sealer: EnvelopeSealer;
  readonly #length: number;
  #key: CryptoKey | undefined;
  #begun = false;
  /** What is in no frame yet, when WebCrypto makes them. */
  #rest: Bytes = NONE;

  /** @param length Bytes of a frame; 0 for a body without frames. */
  constructor(sealer: EnvelopeSealer, length: number) {
    this.#sealer = sealer;
    this.#length = length;
  }

  /** What of the message is ready. */
  async update(piece: Uint8Array): Promise<Uint8Array[]> {
    const length = this.#length;
    if (!this.#begun) {
      this.#begun = true;
      if (length >= SHORTEST && piece.byteLength > FEWEST) this.#key = await keyOf(this.#sealer);
    }
    if (this.#key === undefined) return [this.#sealer.update(piece)];
    const key = this.#key;
    const text = this.#rest.byteLength === 0 ? unshared(piece) : joined([this.#rest, piece]);
    // A full frame may be the last one, as long as nothing follows.
    const count = Math.max(Math.ceil(text.byteLength / length) - 1, 0);
    this.#rest = text.slice(count * length);
    const start = this.#sealer.update(NONE);
    const out = new Uint8Array(count * (length + AROUND));
    const seal = async (number: number, head: Bytes): Promise<void> => {
      const algorithm = { name: "AES-GCM", iv: head.subarray(NUMBER, HEAD), additionalData: head.subarray(HEAD) };
      const frame = text.subarray(number * length, (number + 1) * length);
      const sealed = await crypto.subtle.encrypt(algorithm, key, frame);
      const at = number * (length + AROUND);
      out.set(head.subarray(0, HEAD), at);
      out.set(new Uint8Array(sealed), at + HEAD);
    };
    await each(count, length, (frames) => this.#sealer.lend(frames), seal, (from, to) =>
      this.#sealer.sealed(out.subarray(from * (length + AROUND), to * (length + AROUND))));
    return [start, out];
  }

  /** The end of the message. */
  finish(): Uint8Array[] {
    return [this.#sealer.update(this.#rest), this.#sealer.finish()];
  }
}

/** Opens a message piece by piece, likewise. */
export class Opening {
  readonly #opener: EnvelopeOpener;
  readonly #length: number;
  #key: CryptoKey | undefined;
  #begun = false;
  #rest: Bytes = NONE;

  constructor(opener: EnvelopeOpener) {
    this.#opener = opener;
    this.#length = opener.frameLength ?? 0;
  }

  /** The plaintext of the frames that are whole, each verified. */
  async update(piece: Uint8Array): Promise<Uint8Array[]> {
    const length = this.#length;
    if (!this.#begun && piece.byteLength > 0) {
      this.#begun = true;
      if (length >= SHORTEST && piece.byteLength > FEWEST) this.#key = await keyOf(this.#opener);
    }
    if (this.#key === undefined) return [this.#opener.update(piece)];
    const key = this.#key;
    const sealed = this.#rest.byteLength === 0 ? unshared(piece) : joined([this.#rest, piece]);
    const count = regular(sealed, length);
    this.#rest = sealed.slice(count * (length + AROUND));
    const out = new Uint8Array(count * length);
    const open = async (number: number, head: Bytes): Promise<void> => {
      const frame = sealed.subarray(number * (length + AROUND), (number + 1) * (length + AROUND));
      if (head.subarray(0, NUMBER).some((byte, at) => byte !== frame[at])) throw this.#opener.fail();
      const algorithm = { name: "AES-GCM", iv: frame.subarray(NUMBER, HEAD), additionalData: head.subarray(HEAD) };
      let text: ArrayBuffer;
      try {
        text = await crypto.subtle.decrypt(algorithm, key, frame.subarray(HEAD));
      } catch {
        throw this.#opener.fail();
      }
      out.set(new Uint8Array(text), number * length);
    };
    await each(count, length, (frames) => this.#opener.lend(frames), open, (from, to) =>
      this.#opener.opened(to - from, sealed.subarray(from * (length + AROUND), to * (length + AROUND))));
    return [out];
  }

  /** The end of the message: all of it has verified. Gives the rest of the plaintext. */
  finish(): Uint8Array {
    const text = this.#opener.update(this.#rest);
    this.#opener.finish();
    return text;
  }
}

/** How many frames before the last one stand at the beginning of `body`, whole. */
function regular(body: Uint8Array, length: number): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let count = 0;
  for (let at = 0; at + length + AROUND <= body.byteLength && view.getUint32(at) !== LAST; at += length + AROUND) count += 1;
  return count;
}

/** All of `parts`, one after the other. */
export function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
