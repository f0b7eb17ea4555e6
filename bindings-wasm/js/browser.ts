// For pages, workers and bundlers: whoever imports this waits until the module is there.
import load from "./wasm/kmslab.js";

await load();

export * from "./index.js";
