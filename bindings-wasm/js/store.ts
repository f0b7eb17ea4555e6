// Labs that outlive the page: in IndexedDB, which pages and workers have.
import { KmslabError } from "./errors.js";
import { Lab } from "./lab.js";

const LABS = "labs";

/**
 * Saved labs by name, in the browser's own database. They hold key material and secret access keys in the clear, for every
 * script of the page's origin.
 */
export class LabStore {
  readonly #database: string;

  /** @param database The name of the database: labs of one are not seen in another. */
  constructor(database = "kmslab") {
    this.#database = database;
  }

  /** Keeps the lab as it is now, in the place of the one of that name. */
  async save(name: string, lab: Lab): Promise<void> {
    const bytes = lab.save();
    await this.#with("readwrite", (labs) => labs.put(bytes, name));
  }

  /** The lab of that name; nothing when there is none. */
  async open(name: string): Promise<Lab | undefined> {
    const bytes: unknown = await this.#with("readonly", (labs) => labs.get(name));
    return bytes instanceof Uint8Array ? Lab.open(bytes) : undefined;
  }

  /** The names of the labs that are kept, in order. */
  async names(): Promise<string[]> {
    const keys = await this.#with("readonly", (labs) => labs.getAllKeys());
    return keys.map(String);
  }

  /** Forgets the lab of that name. */
  async delete(name: string): Promise<void> {
    await this.#with("readwrite", (labs) => labs.delete(name));
  }

  async #with<T>(mode: IDBTransactionMode, work: (labs: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    if (!("indexedDB" in globalThis)) throw new KmslabError("there is no IndexedDB here: lab.save() gives the bytes to be kept");
    const opening = indexedDB.open(this.#database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(LABS);
    const database = await done(opening);
    try {
      const transaction = database.transaction(LABS, mode);
      const answer = await done(work(transaction.objectStore(LABS)));
      if (mode === "readwrite") await committed(transaction);
      return answer;
    } finally {
      database.close();
    }
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  if (transaction.error) return Promise.reject(transaction.error);
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
