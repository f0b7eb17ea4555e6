// The bench's state, and the worker behind it.
import type { Explanation, FromWorker, Line, ToWorker, Views } from "./protocol";

/** `loading`: Pyodide is on its way; `idle`: the next script may come; `busy`: Python works; `failed`: it never will. */
export type Phase = "loading" | "idle" | "busy" | "failed";

/** More lines than anyone reads. */
const MOST_LINES = 500;

export class Session {
  phase: Phase = $state("loading");
  views: Views | undefined = $state.raw();
  lines: readonly Line[] = $state.raw([]);
  /** How the last run went. */
  last: { readonly well: boolean; readonly took: number } | undefined = $state.raw();
  /** Why Python is not there. */
  trouble = $state("");
  /** How long Python took to come, in milliseconds. */
  startup = $state(0);
  /** By request id; `null` when the lab remembers nothing of the call. */
  explanations: ReadonlyMap<string, Explanation | null> = $state.raw(new Map());

  #worker: Worker | undefined;
  #unseen: Line[] = [];
  #timer: number | undefined;
  readonly #folder: string;

  /** `folder`: the address of Pyodide's files, ending in a slash. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#start();
  }

  run(source: string, goesOn: boolean): void {
    if (this.phase !== "idle") return;
    this.phase = "busy";
    this.lines = [];
    this.#unseen = [];
    this.last = undefined;
    if (!goesOn) this.explanations = new Map();
    this.#tell({ kind: "run", source, goesOn });
  }

  /** Ends the script, and the lab with it: a worker that computes hears nothing. */
  stop(): void {
    if (this.phase !== "busy") return;
    this.#worker?.terminate();
    this.#show({ stream: "note", text: "Stopped. The lab is gone; a new one is on its way." });
    this.views = undefined;
    this.explanations = new Map();
    this.#start();
  }

  /** Tries again, where Python did not start or broke down. The lab is gone. */
  restart(): void {
    if (this.phase !== "failed") return;
    this.#worker?.terminate();
    this.trouble = "";
    this.views = undefined;
    this.explanations = new Map();
    this.#start();
  }

  /** Moves the lab's clock forward. */
  advance(milliseconds: number): void {
    if (this.phase !== "idle" || milliseconds <= 0) return;
    this.phase = "busy";
    this.#tell({ kind: "advance", milliseconds });
  }

  /** Asks why a call was allowed or denied. */
  explain(id: string): void {
    if (!this.explanations.has(id)) this.#tell({ kind: "explain", id });
  }

  close(): void {
    this.#worker?.terminate();
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.phase = "loading";
    const worker = new Worker(new URL("./python.ts", import.meta.url), { type: "module", name: "bench" });
    worker.onmessage = (event: MessageEvent<FromWorker>) => { if (worker === this.#worker) this.#hear(event.data); };
    worker.onerror = (event) => { if (worker === this.#worker) this.#fail(event.message || "the worker did not start"); };
    this.#worker = worker;
    this.#tell({ kind: "start", pyodide: this.#folder });
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        this.startup = message.took;
        this.views = message.views;
        this.phase = "idle";
        return;
      case "failed":
        this.#fail(message.message);
        return;
      case "output":
        this.#show(...message.lines);
        return;
      case "ran":
        this.#draw();
        this.views = message.views;
        this.last = { well: message.well, took: message.took };
        this.phase = "idle";
        return;
      case "moved":
        this.views = message.views;
        this.phase = "idle";
        return;
      case "explained":
        this.explanations = new Map(this.explanations).set(message.id, message.explanation);
    }
  }

  #fail(message: string): void {
    this.trouble = message;
    this.phase = "failed";
  }

  /** Lines are drawn some times a second, however they come. */
  #show(...lines: readonly Line[]): void {
    this.#unseen.push(...lines);
    this.#timer ??= window.setTimeout(() => { this.#draw(); }, 50);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.lines = [...this.lines, ...this.#unseen].slice(-MOST_LINES);
    this.#unseen = [];
  }
}
