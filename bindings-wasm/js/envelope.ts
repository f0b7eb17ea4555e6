// Envelope encryption: data of any size under data keys that KMS keys wrap, as messages of the AWS Encryption SDK.
import type { EncryptionContext } from "./documents.js";
import { KmslabError } from "./errors.js";
import { joined, Opening, Sealing } from "./frames.js";
import { EnvelopeAttempt, EnvelopeCore, type EnvelopeLocked } from "./wasm/kmslab.js";

/** A client of KMS: `KMS` of `@aws-sdk/client-kms`, of a lab or of AWS, or anything with these three methods. */
export interface KmsLike {
  generateDataKey(input: {
    KeyId: string;
    NumberOfBytes: number;
    EncryptionContext: Record<string, string>;
  }): Promise<{ KeyId?: string | undefined; Plaintext?: Uint8Array | undefined; CiphertextBlob?: Uint8Array | undefined }>;
  encrypt(input: {
    KeyId: string;
    Plaintext: Uint8Array;
    EncryptionContext: Record<string, string>;
  }): Promise<{ KeyId?: string | undefined; CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(input: {
    KeyId: string;
    CiphertextBlob: Uint8Array;
    EncryptionContext: Record<string, string>;
  }): Promise<{ KeyId?: string | undefined; Plaintext?: Uint8Array | undefined }>;
}

/** A KMS key by its id, ARN, alias or alias ARN. A multi-Region key opens what its related keys sealed, too. */
export interface KmsKey {
  kind: "kms";
  keyId: string;
  /** Instead of the envelope's own. */
  client?: KmsLike;
}

/** Whatever KMS key sealed a message, as far as the filter lets it. It opens only. */
export interface DiscoveryKeys {
  kind: "discovery";
  /** `aws`, `aws-cn` or `aws-us-gov`; `aws` when nothing is said. */
  partition?: string;
  /** The accounts whose keys may be asked for; any without one. */
  accounts?: readonly string[];
  /** That of the client. Without one, each key is asked for by its own ARN. */
  region?: string;
  client?: KmsLike;
}

/** An AES key of one's own, of 16, 24 or 32 bytes. */
export interface RawAesKey {
  kind: "aes";
  namespace: string;
  name: string;
  key: Uint8Array;
}

/** An RSA key of one's own, in DER: PKCS #8 seals and opens, SubjectPublicKeyInfo (`private: false`) seals. */
export interface RawRsaKey {
  kind: "rsa";
  namespace: string;
  name: string;
  key: Uint8Array;
  private: boolean;
  /** That of OAEP and of its mask; SHA256 when nothing is said. */
  hash?: "SHA1" | "SHA256" | "SHA384" | "SHA512";
}

export type EnvelopeKey = string | KmsKey | DiscoveryKeys | RawAesKey | RawRsaKey;

/** How long, how often and for how much a data key is used again. */
export interface DataKeyCache {
  /** Seconds. */
  maxAge: number;
  /** Messages under one data key; 2^32 when nothing is said. */
  maxMessages?: number;
  /** Bytes of plaintext under one data key. */
  maxBytes?: number;
  /** So many data keys are kept; 100 when nothing is said. */
  capacity?: number;
}

export interface EnvelopeOptions {
  /** Asked for KMS keys that bring no client along. */
  client?: KmsLike;
  /** By name or id: `0x0478`. Without one, that of the commitment policy: 0x0578, committing and signed. */
  suite?: string;
  /** As AWS defines it. */
  commitmentPolicy?:
    | "FORBID_ENCRYPT_ALLOW_DECRYPT"
    | "REQUIRE_ENCRYPT_ALLOW_DECRYPT"
    | "REQUIRE_ENCRYPT_REQUIRE_DECRYPT";
  /** Bytes of plaintext in a frame; 4,096 when nothing is said, 0 for a body without frames. */
  frameLength?: number;
  /** Keys of the encryption context that every message has, and that are not stored. */
  requiredContext?: readonly string[];
  /** Messages with more are neither made nor opened. */
  maxEncryptedDataKeys?: number;
  /** Messages with longer frames, or a longer body without frames, are not opened. */
  maxBodyLength?: number;
  /** Uses data keys again. */
  cache?: DataKeyCache;
}

/** A message was not sealed, or not opened. `cause` is what KMS said, when it is KMS that refused. */
export class EnvelopeError extends KmslabError {
  static {
    this.prototype.name = "EnvelopeError";
  }
}

/** What KMS is asked, as the core tells it. */
interface Question {
  operation: "GenerateDataKey" | "Encrypt" | "Decrypt";
  keyId: string;
  context: Record<string, string>;
  length: number;
  client: number;
}

const NONE = new Uint8Array();

/**
 * Seals data under data keys that KMS keys wrap, and opens it again. The AWS Encryption SDK opens what this seals, and the
 * other way round.
 *
 * @example
 * const envelope = new Envelope(keyArn, { client: new KMS(lab.clientConfig()) });
 * const message = await envelope.seal(new TextEncoder().encode("attack at dawn"), { tenant: "7" });
 * await envelope.open(message, { tenant: "7" });
 */
export class Envelope {
  readonly #core: EnvelopeCore;
  readonly #clients: readonly (KmsLike | undefined)[];
  readonly #frameLength: number;

  /** The first key makes the data keys, all of them wrap each, and any of them opens. */
  constructor(keys: EnvelopeKey | readonly EnvelopeKey[], options: EnvelopeOptions = {}) {
    const { client, cache, frameLength = 4096, requiredContext = [], ...rest } = options;
    const given = (typeof keys === "string" || !isList(keys) ? [keys] : keys).map((key) =>
      typeof key === "string" ? ({ kind: "kms", keyId: key } as const) : key);
    this.#clients = given.map((key) => ("client" in key ? (key.client ?? client) : client));
    this.#frameLength = frameLength;
    const limits = cache && { capacity: 100, maxMessages: 2 ** 32, maxBytes: 2 ** 63, ...cache };
    this.#core = refusing(() =>
      new EnvelopeCore(JSON.stringify({ ...rest, keys: given.map(written), frameLength, requiredContext, cache: limits })));
  }

  /** Erases what it holds. */
  free(): void {
    this.#core.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** The message that holds `data`. */
  async seal(data: Uint8Array, context: EncryptionContext = {}): Promise<Uint8Array> {
    const sealing = await this.#sealing(context, data.byteLength);
    return refusingLater(async () => joined([...(await sealing.update(data)), ...sealing.finish()]));
  }

  /**
   * What `message` holds: nothing of it before all of it verified, the signature too. Each pair of `context` must be the
   * message's own; pairs that are not stored in it must be those that it was sealed with.
   */
  async open(message: Uint8Array, context: EncryptionContext = {}): Promise<Uint8Array> {
    const locked = this.#core.locked();
    try {
      const taken = refusing(() => locked.update(message));
      const opening = await this.#opening(locked, context);
      return await refusingLater(async () => joined([...(await opening.update(message.subarray(taken))), opening.finish()]));
    } finally {
      locked.free();
    }
  }

  /** Plaintext in, message out, in bounded memory. `length` is how many bytes at most, if that is known. */
  sealing(context: EncryptionContext = {}, length?: number): TransformStream<Uint8Array, Uint8Array> {
    let sealing: Sealing;
    return new TransformStream({
      start: async () => {
        sealing = await this.#sealing(context, length);
      },
      transform: async (piece, out) => emit(out, await refusingLater(() => sealing.update(piece))),
      flush: (out) => emit(out, refusing(() => sealing.finish())),
    });
  }

  /**
   * Message in, plaintext out, in bounded memory: frame by frame, each verified. The stream ends well only when the whole
   * message has verified; until then, what came out is authentic and may not be all.
   */
  opening(context: EncryptionContext = {}): TransformStream<Uint8Array, Uint8Array> {
    const locked = this.#core.locked();
    let opening: Opening | undefined;
    return new TransformStream({
      transform: async (piece, out) => {
        let rest = piece;
        if (opening === undefined) {
          rest = piece.subarray(refusing(() => locked.update(piece)));
          if (!locked.whole) return;
          opening = await this.#opening(locked, context);
        }
        const open = opening;
        emit(out, await refusingLater(() => open.update(rest)));
      },
      flush: (out) => {
        if (opening === undefined) throw new EnvelopeError("the message is cut: its end is missing");
        const open = opening;
        emit(out, [refusing(() => open.finish())]);
      },
    });
  }

  async #sealing(context: EncryptionContext, length?: number): Promise<Sealing> {
    const sealer = await this.#attempt((attempt) => this.#core.sealer(attempt, JSON.stringify(context), length), true);
    return new Sealing(sealer, this.#frameLength);
  }

  async #opening(locked: EnvelopeLocked, context: EncryptionContext): Promise<Opening> {
    return new Opening(
      await this.#attempt((attempt) => this.#core.unlock(attempt, locked, JSON.stringify(context)), false));
  }

  /** Tries until KMS has answered all that it is asked. Where one key is enough, another may still do after a refusal. */
  async #attempt<T>(attempted: (attempt: EnvelopeAttempt) => T | undefined, needsAll: boolean): Promise<T> {
    const attempt = new EnvelopeAttempt();
    let cause: unknown;
    try {
      for (;;) {
        const made = refusing(() => attempted(attempt), cause);
        if (made !== undefined) return made;
        try {
          await this.#ask(attempt);
        } catch (error) {
          if (needsAll) throw error;
          cause = error;
          attempt.refused(String(error));
        }
      }
    } finally {
      attempt.free();
    }
  }

  async #ask(attempt: EnvelopeAttempt): Promise<void> {
    const question = JSON.parse(attempt.question()) as Question;
    const client = this.#clients[question.client];
    if (client === undefined) throw new EnvelopeError(`the key ${question.keyId} needs a client of KMS`);
    const common = { KeyId: question.keyId, EncryptionContext: question.context };
    if (question.operation === "GenerateDataKey") {
      const made = await client.generateDataKey({ ...common, NumberOfBytes: question.length });
      attempt.answer(made.KeyId ?? "", made.Plaintext ?? NONE, made.CiphertextBlob ?? NONE);
    } else if (question.operation === "Encrypt") {
      const made = await client.encrypt({ ...common, Plaintext: attempt.sent() });
      attempt.answer(made.KeyId ?? "", NONE, made.CiphertextBlob ?? NONE);
    } else {
      const made = await client.decrypt({ ...common, CiphertextBlob: attempt.sent() });
      attempt.answer(made.KeyId ?? "", made.Plaintext ?? NONE, NONE);
    }
  }
}

function isList(keys: EnvelopeKey | readonly EnvelopeKey[]): keys is readonly EnvelopeKey[] {
  return Array.isArray(keys);
}

/** A key as the core reads it. */
function written(key: Exclude<EnvelopeKey, string>): object {
  if (key.kind === "kms") return { kind: key.kind, keyId: key.keyId };
  if (key.kind === "discovery") {
    const { kind, partition = "aws", accounts = [], region } = key;
    return { kind, partition, accounts, region };
  }
  return { hash: "SHA256", ...key, key: Array.from(key.key) };
}

/** Gives what `work` gives; what the core refuses becomes an `EnvelopeError`. */
function refusing<T>(work: () => T, cause?: unknown): T {
  try {
    return work();
  } catch (error) {
    throw refusal(error, cause);
  }
}

/** The same of work that answers later. */
async function refusingLater<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown, cause?: unknown): unknown {
  if (!(error instanceof KmslabError)) return error;
  return new EnvelopeError(error.message, cause === undefined ? undefined : { cause });
}

function emit(out: TransformStreamDefaultController<Uint8Array>, parts: readonly Uint8Array[]): void {
  for (const part of parts) if (part.byteLength > 0) out.enqueue(part);
}
