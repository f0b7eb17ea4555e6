// What `kmslab/report` is made of: policies without labs, their findings, and who can do what by them.
export { accessMatrix, AccessMatrix, whatCan, WhatCan, whoCan, WhoCan } from "./access.js";
export { actions, check, checks, conditionKeys } from "./checking.js";
export type * from "./access.js";
export type * from "./checking.js";
export * from "./policy-index.js";
