// What goes wrong on kmslab's own side. What AWS refuses is an answer, which the SDK throws in its own classes.

/** Misuse of kmslab, or a fault of its own. */
export class KmslabError extends Error {
  static {
    this.prototype.name = "KmslabError";
  }
}

/** AWS's refusal of a call that a method of kmslab made itself, such as `lab.user` or `role.assume`. */
export class RefusedError extends KmslabError {
  static {
    this.prototype.name = "RefusedError";
  }

  /**
   * @param action The operation: `CreateUser`.
   * @param code AWS's code: `MalformedPolicyDocument`.
   * @param message AWS's sentence.
   */
  constructor(
    readonly action: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  override toString(): string {
    return `${this.action}: ${this.code}: ${this.message}`;
  }
}
