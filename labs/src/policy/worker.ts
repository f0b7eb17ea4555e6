// The engine in its own thread, so that typing never waits for a decision.
/// <reference lib="webworker" />
import { actions, conditionKeys, init } from "kmslab/report/bare";
import module from "kmslab/report.wasm?url";
import { Judge } from "./judge";
import type { Answered, Asked, Failed, Words } from "./messages";

declare const self: DedicatedWorkerGlobalScope;

const ready = start();

async function start(): Promise<Judge> {
  await init(new URL(module, self.location.href));
  const keys = conditionKeys();
  say({ kind: "words", actions: actions(), keys });
  return new Judge(keys);
}

self.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void answer(data);
});

async function answer({ number, scene, matrix }: Asked): Promise<void> {
  try {
    const judge = await ready;
    const start = performance.now();
    const judged = judge.judge(scene);
    const took = performance.now() - start;
    say({ kind: "answer", number, judged, matrix: matrix ? judge.matrix(scene) : null, took });
  } catch (error) {
    say({ kind: "failed", message: String(error) });
  }
}

function say(message: Answered | Words | Failed): void {
  self.postMessage(message);
}
