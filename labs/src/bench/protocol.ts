// What page and worker tell each other, and what the lab looks like. bench.py writes the views; explanations are those of
// docs/explanations.md.

export type ToWorker =
  | { readonly kind: "start"; readonly pyodide: string }
  | { readonly kind: "run"; readonly source: string; readonly goesOn: boolean }
  | { readonly kind: "advance"; readonly milliseconds: number }
  | { readonly kind: "explain"; readonly id: string };

export type FromWorker =
  | { readonly kind: "ready"; readonly views: Views; readonly took: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "output"; readonly lines: readonly Line[] }
  | { readonly kind: "ran"; readonly well: boolean; readonly views: Views; readonly took: number }
  | { readonly kind: "moved"; readonly views: Views }
  | { readonly kind: "explained"; readonly id: string; readonly explanation: Explanation | null };

/** What was printed; or a note of the bench's own. */
export interface Line {
  readonly stream: "out" | "err" | "note";
  readonly text: string;
}

export interface Views {
  readonly now: string;
  readonly keys: readonly KeyLife[];
  /** Newest first. */
  readonly trail: readonly Call[];
  /** How many calls there were; the trail may hold fewer. */
  readonly calls: number;
  /** Newest first. */
  readonly ciphertexts: readonly Ciphertext[];
  readonly cost: Cost;
}

export interface KeyLife {
  readonly key_id: string;
  readonly arn: string;
  readonly aliases: readonly string[];
  readonly spec: string;
  readonly usage: string;
  readonly region: string;
  readonly state: string;
  readonly rotation: { readonly days: number; readonly next: string } | null;
  readonly created: string;
  readonly now: string;
  readonly deletion_date: string | null;
  readonly states: readonly { readonly state: string; readonly from: string; readonly to: string }[];
  readonly materials: readonly { readonly id: string; readonly state: string; readonly from: string; readonly to: string }[];
  readonly events: readonly { readonly at: string; readonly what: string; readonly planned: boolean }[];
  /** Since when the key is no more. */
  readonly gone: string | null;
}

export interface Call {
  readonly id: string | null;
  readonly at: string;
  readonly who: string;
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly error: string | null;
  readonly message: string | null;
  readonly resources: readonly string[];
}

export interface Ciphertext {
  readonly name: string;
  readonly format: string;
  readonly length: number;
  readonly fields: readonly Field[];
  readonly notes: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly kind: string;
  readonly at: number;
  readonly length: number;
  readonly hex: string;
  readonly meaning: string;
}

export interface Cost {
  readonly total: number;
  readonly until: string;
  readonly prices_as_of: string;
  readonly lines: readonly CostLine[];
  readonly notes: readonly string[];
}

export interface CostLine {
  readonly month: string;
  readonly account: string;
  readonly title: string;
  readonly quantity: number;
  readonly free: number;
  readonly price: number;
  readonly per: number;
  readonly amount: number;
}

export interface Explanation {
  readonly operation: string;
  readonly error: string | null;
  readonly message: string | null;
  readonly notes: readonly string[];
  readonly checks: readonly Check[];
}

export interface Check {
  readonly allowed: boolean;
  readonly reason: string;
  readonly summary: string;
  readonly request: { readonly principal: string; readonly action: string; readonly resource: string };
  readonly stages: readonly Stage[];
  readonly changes: { readonly alone: readonly Change[]; readonly together: readonly Change[]; readonly hangs_on: readonly Change[]; readonly cut: boolean };
}

export interface Stage {
  readonly name: string;
  readonly outcome: string;
  readonly note: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly policy: string;
  readonly kind: string;
  readonly sid: string | null;
  readonly index: number;
  readonly effect: string;
  readonly matched: boolean;
  readonly decided: boolean;
  readonly elements: readonly { readonly element: string; readonly matched: boolean; readonly note: string }[];
}

export interface Change {
  readonly text: string;
  readonly note: string;
  readonly document: unknown;
}
