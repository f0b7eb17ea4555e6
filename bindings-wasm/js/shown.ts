// Answers that the core writes twice: as JSON for programs, and as text for people.

/** An answer whose members are those of its JSON, and which `String()` writes for people. */
export abstract class Shown {
  readonly #text: string;

  /** @internal */
  constructor([json, text]: readonly [json: string, text: string]) {
    this.#text = text.trimEnd();
    Object.assign(this, JSON.parse(json));
  }

  /** The same for people: some 100 columns wide. */
  toString(): string {
    return this.#text;
  }
}
