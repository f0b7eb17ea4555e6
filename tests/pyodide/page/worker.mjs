// `kmslab run --explain examples/first_key.py`, in a page.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const started = performance.now();
const out = [], err = [];
const python = await loadPyodide({
  indexURL: new URL("pyodide/", import.meta.url).href,
  packages: ["boto3", "kmslab"],
  stdout: (line) => out.push(line),
  stderr: (line) => err.push(line),
});
const ready = performance.now();
python.FS.writeFile("first_key.py", await (await fetch("examples/first_key.py")).text());
const options = await (await fetch("options.json")).json();
const code = python.runPython(`
from kmslab.cli import main
main
`)(python.toPy(["run", ...options, "first_key.py"]));
postMessage({
  code, out: out.join("\n"), err: err.join("\n"),
  ready: Math.round(ready - started), took: Math.round(performance.now() - ready),
});
