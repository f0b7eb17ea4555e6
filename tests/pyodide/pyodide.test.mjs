// The Pyodide wheel, from the folder that scripts/pyodide-site.sh makes: the Python tests under Node, a panic, and the
// example of the README in headless Chromium.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { open, skip } from "./serving.mjs";

// scripts/pyodide_test.sh sets these: the folder, the wheels of pytest, the module that panics, a native Python with kmslab.
const { KMSLAB_PYODIDE: site, KMSLAB_PYTEST: pytest, KMSLAB_PANICS: panics, PYTHON } = process.env;
const here = fileURLToPath(new URL(".", import.meta.url));
const repository = join(here, "../..");

async function start() {
  const { loadPyodide } = await import(pathToFileURL(join(site, "pyodide.mjs")));
  return loadPyodide({ indexURL: site, packages: ["boto3", "kmslab"] });
}

/** Puts the wheels of a folder beside those that the site has. */
function install(python, folder) {
  const extractDir = python.runPython("import site; site.getsitepackages()[0]");
  for (const wheel of readdirSync(folder).filter((name) => name.endsWith(".whl"))) {
    python.unpackArchive(new Uint8Array(readFileSync(join(folder, wheel))), "wheel", { extractDir });
  }
}

test("the Python tests pass", async () => {
  const python = await start();
  install(python, pytest);
  python.FS.mkdir("/repository");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: repository }, "/repository");
  const said = [], decoder = new TextDecoder();
  python.setStdout({ write: (text) => said.push(decoder.decode(text, { stream: true })) && text.length });
  const { code, ...outcomes } = python.runPython(`
import sys
sys.path.insert(0, "/repository/tests/pyodide")
import running
running.main()
`).toJs();
  assert.equal(code, 0, said.join(""));
  console.log(outcomes);
});

test("a panic is an exception, and Python lives on", async () => {
  const python = await start();
  install(python, panics);
  const told = python.runPython(`
import kmslab, panics
lab = kmslab.Lab()
for n in range(3):
    try:
        panics.panic(f"number {n}")
    except BaseException as error:
        caught = f"{type(error).__name__}: {error}"
key = lab.client("kms").create_key()["KeyMetadata"]
f"{caught}, {key['KeyState']}"
`);
  assert.equal(told, "PanicException: number 2, Enabled");
});

test("what WebAssembly cannot do says so", async () => {
  const told = (await start()).runPython(`
import contextlib, io
from kmslab.cli import main
said = io.StringIO()
with contextlib.redirect_stderr(said):
    code = main(["serve"])
f"{code} {said.getvalue()}"
`);
  assert.match(told, /^1 kmslab: WebAssembly has no sockets/);
});

// A seed and a moment, so that the page prints what the native command prints, to the letter.
const OPTIONS = ["--seed", "7", "--now", "2030-01-07T09:00:00Z", "--explain"];
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";

/** What a page says it has done, once it is done. */
async function told(page) {
  await page.waitForFunction(() => globalThis.told !== undefined, undefined, { timeout: 120_000 });
  return page.evaluate(() => globalThis.told);
}

test("the page of the README makes a key", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kmslab-readme-"));
  try {
    const script = readFileSync(join(repository, "README.md"), "utf8").match(/^```js\n(import { loadPyodide }.*?)^```$/ms)[1];
    writeFileSync(join(folder, "readme.mjs"), `const said = [];
console.log = (text) => said.push(text);
await import("./script.mjs");
globalThis.told = said;`);
    writeFileSync(join(folder, "script.mjs"), script);
    writeFileSync(join(folder, "readme.html"), `<!doctype html><link rel="icon" href="data:,"><script type="module" src="readme.mjs"></script>`);
    symlinkSync(site, join(folder, "pyodide"), "junction");
    const { answer, wrong, left } = await open([folder], "readme.html", told, POLICY);
    assert.deepEqual([wrong, left], [[], []]);
    assert.match(answer.join("\n"), /^arn:aws:kms:us-east-1:111122223333:key\//);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the example runs in a page as it does natively", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kmslab-page-"));
  try {
    const native = join(folder, "native");
    mkdirSync(native);
    copyFileSync(join(repository, "examples/first_key.py"), join(native, "first_key.py"));
    const ran = spawnSync(PYTHON, ["-m", "kmslab", "run", ...OPTIONS, "first_key.py"], { cwd: native, encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /Bob decrypts: User: arn:aws:iam::111122223333:user\/first-key-bob is not authorized/);
    assert.match(ran.stderr, /key policy/i, "each denial is explained");

    writeFileSync(join(folder, "options.json"), JSON.stringify(OPTIONS));
    symlinkSync(site, join(folder, "pyodide"), "junction");
    const { answer, wrong, left } = await open(
      [join(here, "page"), folder, repository], "", told, POLICY);
    assert.deepEqual(wrong, []);
    assert.deepEqual(left, [], "nothing leaves this machine");
    const { ready, took, ...printed } = answer;
    assert.deepEqual(printed, { code: 0, out: ran.stdout.trimEnd(), err: ran.stderr.trimEnd() });
    console.log(`ready after ${ready} ms, ran in ${took} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
