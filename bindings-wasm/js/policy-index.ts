// What `kmslab/policy` is made of: decisions by policies alone, with a module of a sixth of the size.
import * as raw from "./wasm/kmslab.js";

export { KmslabError } from "./errors.js";
export { Explanation } from "./explanation.js";
export { authorize, Decision, PolicySet } from "./policy.js";
export type * from "./documents.js";
export type * from "./explanation.js";
export type * from "./policy.js";

/** The version of kmslab. */
export const version = (): string => raw.version();
