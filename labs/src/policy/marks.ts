// How each statement of each paper fared, from the explanation.
import type { Check, ExplainedElement, ExplainedStatement } from "kmslab/report/bare";
import { kindRow, namesOf, type Paper } from "./scene";

/** `allows` and `denies`: it matches. `near`: one element away from that. `none`: it does not match. */
export type Fate = "allows" | "denies" | "near" | "none";

export interface Mark {
  readonly fate: Fate;
  /** Whether it made the decision. */
  readonly decided: boolean;
  /** A few words, to stand beside the statement. */
  readonly text: string;
}

/** A paper's marks by statement; statements that it lacks do not match. `null`: the paper was not looked at. */
export type Marks = ReadonlyMap<number, Mark> | null;

/** Explanations list so many statements that match, and no more. */
export const MOST_LISTED = 50;

/** How explanations call the kinds of papers. */
const STAGES: Readonly<Record<Paper["kind"], string>> = {
  key: "resource", identity: "identity", boundary: "boundary", session: "session", scp: "organization", rcp: "organization",
  endpoint: "endpoint", grants: "grants",
};

/** The marks of each paper, by its id. */
export function marksOf(check: Check | null, papers: readonly Paper[]): Map<number, Marks> {
  const names = namesOf(papers), all = new Map<number, Marks>();
  for (const paper of papers) {
    const stage = check?.stages.find((each) => each.name === STAGES[paper.kind]);
    if (!stage || stage.outcome === "not-applicable") {
      all.set(paper.id, null);
      continue;
    }
    const marks = new Map<number, Mark>();
    for (const statement of stage.statements) {
      const index = indexIn(paper, statement, names.get(paper.id) ?? "");
      if (index > 0) marks.set(index, markOf(statement));
    }
    all.set(paper.id, marks);
  }
  return all;
}

/** The paper that a statement of the explanation is in. */
export function paperOf(statement: Pick<ExplainedStatement, "policy" | "kind" | "index" | "line">, papers: readonly Paper[]): Paper | undefined {
  const names = namesOf(papers);
  return papers.find((paper) => indexIn(paper, statement, names.get(paper.id) ?? "") > 0);
}

/** The number of the statement in the paper, or 0 when it is not in it. */
function indexIn(paper: Paper, { policy, kind, index, line }: Pick<ExplainedStatement, "policy" | "kind" | "index" | "line">, name: string): number {
  if (paper.kind === "grants") return line === 0 && kind === "key" ? grantIndex(paper.text, policy) : 0;
  if (line === 0 || kind !== paper.kind) return 0;
  // Policies of an organization are called with their level, and all of them here are at its root.
  return !kindRow(paper.kind).several || policy === name || policy === `${name} (at root)` ? index : 0;
}

/** The names of grants in a text, which is mostly that of a moment ago. */
let named: { readonly text: string; readonly ids: readonly unknown[] } = { text: "", ids: [] };

/** Grants are called by their id, or by their place in the list. */
function grantIndex(text: string, id: string): number {
  if (named.text !== text) named = { text, ids: idsIn(text) };
  return named.ids.indexOf(id) + 1;
}

function idsIn(text: string): readonly unknown[] {
  try {
    const grants = JSON.parse(text) as readonly { readonly GrantId?: unknown }[];
    return grants.map((grant, at) => grant.GrantId ?? `grant ${at + 1}`);
  } catch {
    return [];
  }
}

function markOf(statement: ExplainedStatement): Mark {
  const { matched, decided, near, effect, elements } = statement;
  if (matched) {
    const denies = effect === "Deny";
    return { fate: denies ? "denies" : "allows", decided, text: denies ? "denies" : "matches" };
  }
  const missed = elements.find((element) => !element.matched);
  const text = missed ? missOf(missed) : "does not match";
  return { fate: near ? "near" : "none", decided, text: near ? `nearly: ${text}` : text };
}

/** What an element wanted and what the request has, in a few words. */
export function missOf({ element, wanted, got, operator, key, note }: ExplainedElement): string {
  const what = key ?? element;
  if (got === null) return `${what} is not in the request`;
  const have = got.length === 0 ? "nothing" : few(got, ", ");
  if (wanted.length === 0) return note || `${what} is ${have}`;
  const compared = operator && /Not/.test(operator) ? operator : "";
  return compared ? `${what} is ${have} (${compared})` : `${what} is ${have}, not ${few(wanted, " or ")}`;
}

/** The first of a list: marks have room for no more. */
function few(list: readonly string[], between: string): string {
  const told = list.slice(0, MOST_TOLD).map(short).join(between);
  return list.length > MOST_TOLD ? `${told}${between}${list.length - MOST_TOLD} others` : told;
}

const MOST_TOLD = 5;

/** ARNs by their end. */
function short(text: string): string {
  const end = text.startsWith("arn:") ? text.split(":").slice(5).join(":") : text;
  return end.length > 40 ? `${end.slice(0, 38)}…` : end;
}
