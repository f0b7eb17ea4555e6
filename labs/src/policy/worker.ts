// The engine in its own thread, so that typing never waits for a decision.
/// <reference lib="webworker" />
import { actions, conditionKeys, init } from "kmslab/report/bare";
import module from "kmslab/report.wasm?url";
import { Judge } from "./judge";
import type { Answered, Asked, Begun, Decided, Failed, Found, Words } from "./messages";
import { plainScene } from "./scene";

declare const self: DedicatedWorkerGlobalScope;

const ready = start();
let told = false;

async function start(): Promise<{ judge: Judge; words: Words }> {
  await init(new URL(module, self.location.href));
  const keys = conditionKeys();
  // Browsers compile a function when it is first called. That is no part of the time that the page tells.
  new Judge(keys).judge({ ...plainScene(), action: "kms:Encrypt" });
  return { judge: new Judge(keys), words: { kind: "words", actions: actions(), keys } };
}

self.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void answer(data);
});

async function answer({ scene, matrix }: Asked): Promise<void> {
  try {
    const { judge, words } = await ready;
    say({ kind: "begun" });
    const start = performance.now();
    const judged = judge.judge(scene, (verdict) => say({ kind: "decided", verdict }));
    const took = performance.now() - start;
    say({ kind: "answer", judged, took });
    say({ kind: "found", papers: judge.look(scene.papers), matrix: matrix ? judge.matrix(scene) : null });
    // Nobody listened when it started; and the first decision comes first.
    if (!told) say(words);
    told = true;
  } catch (error) {
    say({ kind: "failed", message: String(error) });
  }
}

function say(message: Begun | Decided | Answered | Found | Words | Failed): void {
  self.postMessage(message);
}
