// What is wrong with policies, or unwise: docs/checks.md lists the checks.
import { textOf, type Document } from "./documents.js";
import * as raw from "./wasm/kmslab.js";

/** From bad to harmless. */
export type Severity = "error" | "warning" | "note";
/** What a policy is read as. */
export type PolicyKind = "key" | "identity" | "trust" | "bucket" | "boundary" | "session" | "scp" | "rcp" | "endpoint";

/** One thing about a policy that should be looked at. */
export interface Finding {
  /** The check, such as `KMS101`. */
  code: string;
  severity: Severity;
  /** What was found here. */
  message: string;
  /** Why it matters. */
  why: string;
  /** What to do about it. */
  fix: string;
  /** The policy in its file, such as `Resources.Key.Properties.KeyPolicy`; empty when the file is the policy. */
  policy: string;
  kind: PolicyKind;
  /** From 1; `null` when it is about the policy as a whole. */
  statement: number | null;
  sid: string | null;
  /** Where it begins, from 1. */
  line: number;
  /** In characters, from 1. */
  column: number;
  end_line: number;
  /** The column after its last character. */
  end_column: number;
}

/** A row of the table of checks. */
export interface CheckRow {
  code: string;
  severity: Severity;
  title: string;
  why: string;
  fix: string;
}

/** An action as IAM names it. */
export interface ActionRow {
  /** Such as `kms:Decrypt`. */
  name: string;
  /** Whether it acts on resources; otherwise it is authorized on `*`. */
  resource: boolean;
  /** Whether a KMS grant can give it. */
  grant: boolean;
}

/** A condition key. */
export interface ConditionKeyRow {
  /** Such as `kms:ViaService`. A trailing `*` stands for what the request chooses: `kms:EncryptionContext:*`. */
  name: string;
  type: "String" | "ARN" | "Bool" | "Date" | "IPAddress" | "Numeric";
  /** Whether a request may have several values of it. */
  multi: boolean;
  /** The actions of KMS whose requests have it; `null` where they are not listed. */
  actions: string[] | null;
}

/**
 * Finds what is wrong with a policy, or unwise.
 * @param policy The document, or its text; also a CloudFormation template (JSON or YAML) or a Terraform plan or state. Of
 * a document, places count in its text with an indentation of 2.
 * @param kind Without it, it is guessed from what the policy says.
 * @throws {KmslabError} There is no such kind.
 */
export function check(policy: Document, kind?: PolicyKind): Finding[] {
  return (JSON.parse(raw.check(textOf(policy), kind)) as { findings: Finding[] }).findings;
}

/** The table of checks. */
export function checks(): CheckRow[] {
  return JSON.parse(raw.checks()) as CheckRow[];
}

/** Every action that is known, by name: those of KMS, IAM, STS and S3, and the EBS part of EC2. */
export function actions(): ActionRow[] {
  return JSON.parse(raw.actions()) as ActionRow[];
}

/** Every condition key that is known: the global ones, those of KMS, IAM and S3, and some of EC2 and STS. */
export function conditionKeys(): ConditionKeyRow[] {
  return JSON.parse(raw.conditionKeys()) as ConditionKeyRow[];
}
