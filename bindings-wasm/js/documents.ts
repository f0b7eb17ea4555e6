// Policy documents, and how they and the condition keys of a request cross to the core.

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined };
/** A policy document, or its text (whose lines explanations then name). */
export type Document = { readonly [member: string]: Json | undefined } | string;
/** One document, several, or several with names. */
export type Documents = Document | readonly Document[] | { readonly [name: string]: Document };
/** One level of an organization, or a list of levels from the root on. */
export type Levels = Documents | readonly (readonly Document[])[];
/** A value of a condition key. */
export type Value = string | boolean | number | Date;
/** Condition keys of a request: a value, or several for a multivalued key. */
export type Context = { readonly [key: string]: Value | readonly Value[] };
/** An encryption context. */
export type EncryptionContext = { readonly [key: string]: string };

/** A document as text, one line an element, so that an explanation's lines are those of a readable document. */
export function textOf(document: Document): string {
  return typeof document === "string" ? document : JSON.stringify(document, undefined, 2);
}

/** Documents as texts, in the lists and under the names that they came in. */
export function textsOf(value: Levels): Json {
  if (typeof value === "string") return value;
  if (isList(value)) return value.map((each) => textsOf(each as Levels));
  if (isDocument(value)) return textOf(value as Document);
  const named = Object.entries(value).map(([name, each]) => [name, textsOf(each as Levels)] as const);
  return Object.fromEntries(named);
}

function isList(value: Levels): value is readonly Document[] | readonly (readonly Document[])[] {
  return Array.isArray(value);
}

/** Whether this is a policy, and not names with policies. Without a Statement it is one that the core refuses. */
function isDocument(value: object): boolean {
  const version = "Version" in value ? value.Version : undefined;
  return "Statement" in value || (typeof version === "string" && !version.trimStart().startsWith("{"));
}

/** Condition keys as the core takes them. */
export function keysOf(context: Context | undefined): string | undefined {
  return context && JSON.stringify(keys(partsOf(context)));
}

/** Condition keys and the encryption context of a request, as they were when it was asked. */
export interface Parts {
  readonly names: readonly string[];
  /** Of each name: a text, which stands for a single-valued key, or a list. */
  readonly values: readonly (string | readonly string[])[];
  readonly pairs: EncryptionContext | undefined;
}

/** Condition keys and encryption context; `undefined`, which is fast, where there are none. */
export function partsOf(context: Context, encryptionContext?: EncryptionContext): Parts;
export function partsOf(context?: Context, encryptionContext?: EncryptionContext): Parts | undefined;
export function partsOf(context?: Context, encryptionContext?: EncryptionContext): Parts | undefined {
  if (!context && !encryptionContext) return undefined;
  const names = context ? Object.keys(context) : [];
  const values = names.map((name) => valueOf(context?.[name]));
  return { names, values, pairs: encryptionContext && { ...encryptionContext } };
}

/** The same as the core takes it. */
export function partsText(parts: Parts | undefined): string | undefined {
  return parts && JSON.stringify([keys(parts), Object.entries(parts.pairs ?? {})]);
}

/** Name, values, and whether the key is single-valued. */
function keys({ names, values }: Parts): [name: string, values: readonly string[], single: boolean][] {
  return names.map((name, at) => {
    const value = values[at] ?? [];
    return typeof value === "string" ? [name, [value], true] : [name, value, false];
  });
}

function valueOf(value: Value | readonly Value[] | undefined): string | readonly string[] {
  if (typeof value === "string") return value;
  return isSeveral(value) ? value.map(text) : text(value);
}

function isSeveral(value: Value | readonly Value[] | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Times as AWS writes them, without fractions. */
function text(value: Value | undefined): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, "Z") : String(value);
}
