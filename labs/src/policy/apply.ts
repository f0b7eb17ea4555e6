// Makes a change that the engine proposes, in the scene: the engine says which, here it is written into the text.
import type { Change } from "kmslab/report/bare";
import { paperOf } from "./marks";
import { kindRow, paper, pretty, type Paper, type PaperKind, type Scene } from "./scene";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The scene after the change; `null` where its texts do not have what is to be changed. */
export function applied(change: Change, scene: Scene): Scene | null {
  const next: Scene = { ...scene, context: scene.context.map((row) => ({ ...row })), papers: scene.papers.map((each) => ({ ...each })) };
  return make(change, next) ? next : null;
}

/** Whether there may be a place for the change in texts: only making it tells. */
export const isWritten = ({ kind, key, document }: Change): boolean =>
  kind === "request" ? isOwn(key) : kind === "add-statement" || kind === "add-grant" ? document !== null : true;

/** That one follows from the encryption context. */
const isOwn = (key: string | null): key is string => key !== null && key.toLowerCase() !== "kms:encryptioncontextkeys";

function make(change: Change, scene: Scene): boolean {
  switch (change.kind) {
    case "request":
      return setKey(scene, change.key, change.values);
    case "add-statement":
      return change.document !== null && addStatement(scene, change.policy_kind, change.document);
    case "add-grant":
      return change.document !== null && addGrant(scene, change.document);
    case "remove-grant":
    case "remove-statement":
    case "action":
    case "resource":
    case "principal":
    case "condition":
      return edit(change, scene);
    default:
      return false;
  }
}

function setKey(scene: Scene, key: string | null, values: readonly string[]): boolean {
  if (!isOwn(key)) return false;
  const same = (row: { key: string }): boolean => row.key.trim().toLowerCase() === key.toLowerCase();
  scene.context = [...scene.context.filter((row) => !same(row)), ...values.map((value) => ({ key, value }))];
  return true;
}

function addStatement(scene: Scene, kind: string | null, statement: Json): boolean {
  const into = scene.papers.find((each) => each.kind === kind);
  if (into) {
    return rewritten(into, (document) => {
      if (!isObject(document)) return false;
      document.Statement = [...listOf(document.Statement), statement];
      return true;
    });
  }
  if (!isKind(kind)) return false;
  // A key whose policy is not shown has the one of CreateKey: what is added stands beside that.
  const given = kind === "key" ? listOf((JSON.parse(defaultKeyPolicy(scene.resource)) as Json).Statement) : [];
  scene.papers.push(paper(kind, pretty({ Version: "2012-10-17", Statement: [...given, statement] })));
  return true;
}

const isKind = (kind: string | null): kind is PaperKind =>
  kind !== null && ["key", "identity", "boundary", "session", "scp", "rcp", "endpoint"].includes(kind);

/** What CreateKey gives to a key of that account. */
export function defaultKeyPolicy(resource: string): string {
  const account = resource.split(":")[4] ?? "";
  return kindRow("key").text.replace(/\d{12}/, (own) => (/^\d{12}$/.test(account) ? account : own));
}

function addGrant(scene: Scene, grant: Json): boolean {
  const into = scene.papers.find((each) => each.kind === "grants");
  if (!into) {
    scene.papers.push(paper("grants", pretty([grant])));
    return true;
  }
  return rewritten(into, (grants) => Array.isArray(grants) && grants.push(grant) > 0);
}

function edit(change: Change, scene: Scene): boolean {
  if (change.kind === "remove-grant") {
    const grants = scene.papers.find((each) => each.kind === "grants");
    return grants !== undefined && rewritten(grants, (list) => {
      if (!Array.isArray(list)) return false;
      const at = list.findIndex((grant, place) => isObject(grant) && (grant.GrantId ?? `grant ${place + 1}`) === change.policy);
      return at >= 0 && list.splice(at, 1).length === 1;
    });
  }
  const into = paperOf({ policy: change.policy ?? "", kind: change.policy_kind ?? "", index: change.index, line: change.line }, scene.papers);
  if (into && change.kind === "remove-statement" && isAlone(into)) return drop(into, scene);
  return into !== undefined && rewritten(into, (document) => {
    if (!isObject(document)) return false;
    const statements = listOf(document.Statement), statement = statements[change.index - 1];
    if (!isObject(statement)) return false;
    document.Statement = statements;
    return change.kind === "remove-statement"
      ? statements.splice(change.index - 1, 1).length === 1
      : editStatement(change, statement);
  });
}

/** Whether the policy has one statement. */
function isAlone(into: Paper): boolean {
  try {
    const document: unknown = JSON.parse(into.text);
    return isObject(document) && listOf(document.Statement).length === 1;
  } catch {
    return false;
  }
}

/** Takes a policy away whose only statement goes: no policy is without one. Not where its absence would say something else. */
function drop(into: Paper, scene: Scene): boolean {
  const others = scene.papers.filter((each) => each.id !== into.id);
  const free = into.kind === "identity" || into.kind === "rcp";
  const beside = (into.kind === "scp" || into.kind === "session") && others.some((each) => each.kind === into.kind);
  if (!free && !beside) return false;
  scene.papers = others;
  return true;
}

function editStatement({ kind, key, values }: Change, statement: Json): boolean {
  if (kind === "action" || kind === "resource") {
    const element = kind === "action" ? "Action" : "Resource";
    const name = `Not${element}` in statement ? `Not${element}` : element;
    statement[name] = toggled(statement[name], values);
    return true;
  }
  if (kind === "principal") {
    const { Principal: named } = statement;
    if (!isObject(named)) return false;
    const type = values.some((value) => /\.amazonaws\.com(\.cn)?$/.test(value)) ? "Service" : "AWS";
    named[type] = toggled(named[type], values);
    return true;
  }
  const conditions = isObject(statement.Condition) ? Object.values(statement.Condition) : [];
  // The operator is told in words only; where several compare the key, it is not known which is meant.
  const places = conditions.filter(isObject).flatMap((keys) =>
    Object.keys(keys).filter((name) => name.toLowerCase() === key?.toLowerCase()).map((name) => [keys, name] as const));
  const [place] = places;
  if (!place || places.length > 1) return false;
  const [keys, name] = place;
  keys[name] = toggled(keys[name], values);
  return true;
}

/** With the values, or without them where they are there. One value stays without a list. */
function toggled(before: unknown, values: readonly string[]): unknown {
  const list = listOf(before);
  const there = list.some((each) => values.includes(String(each)));
  const after = there ? list.filter((each) => !values.includes(String(each))) : [...list, ...values];
  return after.length === 1 ? after[0] : after;
}

function rewritten(into: Paper, change: (value: unknown) => boolean): boolean {
  try {
    const value: unknown = JSON.parse(into.text);
    if (!change(value)) return false;
    into.text = pretty(value);
    return true;
  } catch {
    return false;
  }
}
