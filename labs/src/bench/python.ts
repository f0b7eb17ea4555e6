// Python, boto3 and a lab, away from the page: a script may take as long as it likes, and is stopped with this worker.
import type { PyodideAPI } from "pyodide";
import source from "./bench.py?raw";
import type { Explanation, FromWorker, Line, ToWorker, Views } from "./protocol";

/** `Bench` of bench.py. */
interface Bench {
  run(source: string, goesOn: boolean): boolean;
  advance(milliseconds: number): void;
  explain(id: string): string;
  views(): string;
}

interface Loader {
  loadPyodide(options: object): Promise<PyodideAPI>;
}

let bench: Bench | undefined;

const tell = (message: FromWorker): void => {
  postMessage(message);
};

/** So many lines in so many milliseconds are told at once. A script that prints without end would leave the page no time. */
const BURST = { lines: 20, milliseconds: 200 };
/** Of lines that have to wait, the last ones are kept: more than the page shows. */
const KEPT = 600;
let waiting: Line[] = [];
let burst = { began: 0, lines: 0 };

function print(line: Line): void {
  waiting.push(line);
  const now = performance.now();
  if (now - burst.began >= BURST.milliseconds) burst = { began: now, lines: 0 };
  burst.lines += 1;
  if (burst.lines <= BURST.lines) flush();
  else if (waiting.length > 2 * KEPT) waiting = waiting.slice(-KEPT);
}

function flush(): void {
  if (waiting.length > 0) tell({ kind: "output", lines: waiting.slice(-KEPT) });
  waiting = [];
}

const views = (bench: Bench): Views => JSON.parse(bench.views()) as Views;

/** Pyodide and its packages, from the folder that scripts/pyodide-site.sh made. */
async function start(folder: string): Promise<Bench> {
  const { loadPyodide } = (await import(/* @vite-ignore */ `${folder}pyodide.mjs`)) as Loader;
  const python = await loadPyodide({
    indexURL: folder,
    packages: ["boto3", "kmslab"],
    stdout: (text: string) => { print({ stream: "out", text }); },
    stderr: (text: string) => { print({ stream: "err", text }); },
  });
  python.runPython(source, { filename: "bench.py" });
  return python.runPython("Bench()") as Bench;
}

async function answer(message: ToWorker): Promise<void> {
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  if (message.kind === "start") {
    bench = await start(message.pyodide);
    tell({ kind: "ready", views: views(bench), took: took() });
    return;
  }
  if (bench === undefined) throw new Error("the worker has not been started");
  switch (message.kind) {
    case "run": {
      const well = bench.run(message.source, message.goesOn);
      flush();
      tell({ kind: "ran", well, views: views(bench), took: took() });
      return;
    }
    case "advance":
      bench.advance(message.milliseconds);
      tell({ kind: "moved", views: views(bench) });
      return;
    case "explain":
      tell({ kind: "explained", id: message.id, explanation: JSON.parse(bench.explain(message.id)) as Explanation | null });
  }
}

addEventListener("message", (event: MessageEvent<ToWorker>) => {
  answer(event.data).catch((error: unknown) => {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  });
});
