// Why a call was allowed or denied. docs/explanations.md says what each member means.
import { Shown } from "./shown.js";

/** One element of a policy statement (or one part of a grant), held against the request. */
export interface ExplainedElement {
  element: string;
  matched: boolean;
  wanted: string[];
  /** `null`: the request has no such key. */
  got: string[] | null;
  operator: string | null;
  key: string | null;
  note: string;
}

/** One statement, or one grant. */
export interface ExplainedStatement {
  policy: string;
  kind: string;
  sid: string | null;
  /** From 1. */
  index: number;
  line: number;
  column: number;
  effect: string;
  matched: boolean;
  decided: boolean;
  /** One element away from matching. */
  near: boolean;
  /** The reason of the decision as it would be if a near Allow matched; `null` in all other statements. */
  if_matched: string | null;
  elements: ExplainedElement[];
}

/** One policy type, in the order of evaluation. */
export interface ExplainedStage {
  name: string;
  outcome: string;
  note: string;
  statements: ExplainedStatement[];
}

/** One change of the request, of a policy or of the grants. */
export interface Change {
  kind: string;
  /** What to do, as a part of a sentence. */
  text: string;
  note: string;
  policy: string | null;
  policy_kind: string | null;
  sid: string | null;
  /** From 1; 0 where no statement is changed, as the line. */
  index: number;
  line: number;
  key: string | null;
  values: string[];
  document: Record<string, unknown> | null;
  /** The reason of the decision after the change. */
  then: string;
}

/** What would change the decision: each change was made, and the request decided again. */
export interface Changes {
  /** Each of these alone would allow the request. */
  alone: Change[];
  /** Where none does: these together. */
  together: Change[];
  /** Each of these removals alone would deny the request. */
  hangs_on: Change[];
  /** Whether there may be others: not everything was tried, because that would take too long. */
  cut: boolean;
}

/** One permission that was checked. */
export interface Check {
  allowed: boolean;
  effect: "allow" | "explicitDeny" | "implicitDeny";
  reason: string;
  /** One plain sentence: what decided, and why. */
  summary: string;
  request: {
    principal: string;
    account: string | null;
    action: string;
    resource: string;
    context: Record<string, string[]>;
  };
  stages: ExplainedStage[];
  changes: Changes;
}

/** Why a call was allowed or denied: which statement of which policy decided, and what came near. */
export class Explanation extends Shown {
  /** In order; the one that was refused is the last. */
  declare readonly checks: readonly Check[];
  /** The call's request id; of a call of a lab, as all that follow. */
  declare readonly request_id?: string;
  /** `kms:Decrypt` */
  declare readonly operation?: string;
  /** When: ISO 8601. */
  declare readonly at?: string;
  /** AWS's code, if the request was refused. */
  declare readonly error?: string | null;
  /** AWS's sentence, if the request was refused. */
  declare readonly message?: string | null;
  /** What AWS does not say about the refusal: which principal does not exist, where a document is wrong. */
  declare readonly notes?: readonly string[];

  /** Whether every permission that the call needed was given. */
  get allowed(): boolean {
    return this.checks.every((check) => check.allowed);
  }
}
