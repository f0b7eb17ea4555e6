// The page's side of the worker: at most one question is on its way, and the newest waits for it.
import type { Answered, Asked, Begun, Decided, Failed, Found, Words } from "./messages";
import type { Scene } from "./scene";

export interface Listener {
  /** The decision, before its reasons. */
  decided(decided: Decided): void;
  /** @param scene What was asked. */
  answered(answer: Answered, scene: Scene): void;
  found(found: Found): void;
  words(words: Words): void;
  failed(message: string): void;
}

/** After this, in milliseconds, a decision is given up and the worker made anew. */
const PATIENCE = 5_000;

const start = (): Worker => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "kmslab" });

/** The first one loads while the page is still being made. */
let started: Worker | null = start();

export class Engine {
  readonly #listener: Listener;
  /** `null`: it could not be loaded, and the next question tries again. */
  #worker: Worker | null;
  #busy = false;
  #waiting: Asked | null = null;
  #sent: Scene | null = null;
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#worker = this.#listen(started ?? start());
    started = null;
  }

  ask(scene: Scene, matrix: boolean): void {
    this.#waiting = { scene, matrix };
    if (!this.#busy) this.#send();
  }

  close(): void {
    clearTimeout(this.#alarm);
    this.#worker?.terminate();
  }

  #send(): void {
    const asked = this.#waiting;
    if (!asked) return;
    this.#waiting = null;
    this.#sent = asked.scene;
    this.#busy = true;
    this.#worker ??= this.#listen(start());
    this.#worker.postMessage(asked);
  }

  #listen(worker: Worker): Worker {
    worker.addEventListener("message", ({ data }: MessageEvent<Begun | Decided | Answered | Found | Words | Failed>) => {
      if (data.kind === "begun") {
        // Not before: loading the engine takes as long as the network does.
        this.#alarm = setTimeout(() => this.#restart("This took too long and was stopped."), PATIENCE);
        return;
      }
      if (data.kind === "words") return this.#listener.words(data);
      if (data.kind === "decided") return this.#listener.decided(data);
      if (data.kind === "answer") {
        if (this.#sent) this.#listener.answered(data, this.#sent);
        return;
      }
      clearTimeout(this.#alarm);
      this.#busy = false;
      if (data.kind === "failed") return this.#restart(data.message);
      this.#listener.found(data);
      this.#send();
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#restart(event.message || "The engine could not be loaded.");
    });
    return worker;
  }

  /** A panic ends the module, and an endless decision its thread: neither may end the page. */
  #restart(message: string): void {
    clearTimeout(this.#alarm);
    this.#worker?.terminate();
    // Not yet: one that cannot be loaded would fail again and again.
    this.#worker = null;
    this.#busy = false;
    this.#listener.failed(message);
    this.#send();
  }
}
