// For Node, Deno and Bun: the module is read from its file, at once.
import { readFileSync } from "node:fs";
import { initSync } from "./wasm/kmslab.js";

initSync({ module: readFileSync(new URL("./wasm/kmslab_bg.wasm", import.meta.url)) });

export * from "./index.js";
