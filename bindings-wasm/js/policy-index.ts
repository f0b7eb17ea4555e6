// What `kmslab/policy` is made of: policies alone, with a module that has no labs and a fifth of the size.
import * as raw from "./wasm/kmslab.js";

export { accessMatrix, AccessMatrix, whatCan, WhatCan, whoCan, WhoCan } from "./access.js";
export { check, checks } from "./checking.js";
export { KmslabError } from "./errors.js";
export { Explanation } from "./explanation.js";
export { authorize, Decision, PolicySet } from "./policy.js";
export type * from "./access.js";
export type * from "./checking.js";
export type * from "./documents.js";
export type * from "./explanation.js";
export type * from "./policy.js";

/** The version of kmslab. */
export const version = (): string => raw.version();
