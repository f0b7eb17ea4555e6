// What the package is made of. `node.ts` and `browser.ts` load the module and export this.
import * as raw from "./wasm/kmslab.js";

export { accessMatrix, AccessMatrix, whatCan, WhatCan, whoCan, WhoCan } from "./access.js";
export type { Access, AccessOptions, Conditions, Estate, Holder, Requirement } from "./access.js";
export { actions, check, checks, conditionKeys } from "./checking.js";
export type { ActionRow, CheckRow, ConditionKeyRow, Finding, PolicyKind, Severity } from "./checking.js";
export { Clock } from "./clock.js";
export type { Span } from "./clock.js";
export { Cost } from "./cost.js";
export type { CostLine } from "./cost.js";
export type { Context, Document, Documents, EncryptionContext, Json, Levels, Value } from "./documents.js";
export { Envelope, EnvelopeError } from "./envelope.js";
export type { DataKeyCache, DiscoveryKeys, EnvelopeKey, EnvelopeOptions, KmsKey, KmsLike, RawAesKey, RawRsaKey } from "./envelope.js";
export { KmslabError, RefusedError } from "./errors.js";
export { Explanation } from "./explanation.js";
export type { Change, Changes, Check, ExplainedElement, ExplainedStage, ExplainedStatement } from "./explanation.js";
export { RequestHandler } from "./handler.js";
export type { Answering, HandlerOptions, HttpAnswer, SdkRequest, SdkResponse } from "./handler.js";
export { inspect, Inspected } from "./inspecting.js";
export type { CiphertextField } from "./inspecting.js";
export { ExternalKeyManager, Hsm } from "./key-stores.js";
export type { ExternalKeyManagerOptions, ExternalKeyManagerParameters, HsmError, HsmOptions, XksError } from "./key-stores.js";
export { Keys, Timeline } from "./keys.js";
export type { KeyLine } from "./keys.js";
export { Lab } from "./lab.js";
export type {
  ClientConfig, KeyOptions, LabOptions, Organization, OrganizationLimits, OrganizationUnit, VpcEndpoint, VpcEndpointOptions,
} from "./lab.js";
export { authorize, Decision, PolicySet } from "./policy.js";
export type { Effect, Grant, Policies, Question } from "./policy.js";
export { Account, Role, User } from "./principals.js";
export type { AssumeOptions, Credentials, PolicyOrArn, Principal, RoleOptions, Tags, Trust, UserOptions, Who } from "./principals.js";
export { Quotas } from "./quotas.js";
export { LabStore } from "./store.js";
export { Trail } from "./trail.js";
export type { TrailRecord } from "./trail.js";

/** The version of kmslab. */
export const version = (): string => raw.version();
