// How the module comes in where nothing loads it by itself.
import load, { initSync } from "./wasm/kmslab.js";

/**
 * Starts kmslab, before anything else of it is used; calls after the first do nothing.
 * @param module Where `kmslab/kmslab.wasm` is, its bytes, or the compiled module.
 */
export async function init(module: string | URL | Request | Response | BufferSource | WebAssembly.Module): Promise<void> {
  await load({ module_or_path: module });
}

/** The same at once. Browsers refuse to compile a module of this size so on a page's main thread, not in a worker. */
export function initAtOnce(module: BufferSource | WebAssembly.Module): void {
  initSync({ module });
}
