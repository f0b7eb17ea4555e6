// The core's ciphers as WebAssembly, held to the published vectors that the Rust tests hold them to: the same runners, in
// a module of their own (scripts/wasm-vectors.sh). The texts are read here and handed in.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const { files, known, run, runners } = createRequire(import.meta.url)(process.env.KMSLAB_VECTORS);
const shared = process.env.KMSLAB_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));

const text = (file) => {
  const path = `${shared}/vectors/${file}`;
  return existsSync(path) ? readFileSync(path, "utf8") : known(file);
};

assert.ok(runners() >= 29);
for (let runner = 0; runner < runners(); runner++) {
  test(`vectors of ${files(runner)[0]}`, (context) => {
    const texts = files(runner).map(text);
    if (texts.includes(undefined)) return context.skip(`${shared}/vectors has not all of them`);
    context.diagnostic(run(runner, texts));
  });
}
