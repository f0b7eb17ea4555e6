// What page and worker say to each other.
import type { ActionRow, ConditionKeyRow } from "kmslab/report/bare";
import type { Judged, Matrix } from "./judge";
import type { Scene } from "./scene";

export interface Asked {
  readonly number: number;
  readonly scene: Scene;
  /** Whether the table of who can do what is wanted as well. */
  readonly matrix: boolean;
}

export interface Answered {
  readonly kind: "answer";
  readonly number: number;
  readonly judged: Judged;
  readonly matrix: Matrix | null;
  /** What decision, explanation and findings took, in milliseconds. */
  readonly took: number;
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
