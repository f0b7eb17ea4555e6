// What page and worker say to each other.
import type { ActionRow, ConditionKeyRow } from "kmslab/report/bare";
import type { Judged, Looked, Matrix, Verdict } from "./judge";
import type { Scene } from "./scene";

export interface Asked {
  readonly scene: Scene;
  /** Whether the table of who can do what is wanted as well. */
  readonly matrix: boolean;
}

/** The engine is there, and begins with what was asked. */
export interface Begun {
  readonly kind: "begun";
}

/** First the decision alone. */
export interface Decided {
  readonly kind: "decided";
  readonly verdict: Verdict;
}

/** Then with its reasons. */
export interface Answered {
  readonly kind: "answer";
  readonly judged: Judged;
  /** What reading the policies, the decision and its explanation took, in milliseconds. */
  readonly took: number;
}

/** Then what takes still longer, and ends the answer. */
export interface Found {
  readonly kind: "found";
  readonly papers: Readonly<Record<number, Looked>>;
  readonly matrix: Matrix | null;
}

/** The tables that are completed from, once the engine is there. */
export interface Words {
  readonly kind: "words";
  readonly actions: readonly ActionRow[];
  readonly keys: readonly ConditionKeyRow[];
}

export interface Failed {
  readonly kind: "failed";
  readonly message: string;
}
