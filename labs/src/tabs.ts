// What the tab bar shows. A tab's component is loaded when it is first opened; the first tab's comes with the page.
import type { Component } from "svelte";
import Policy from "./policy/Policy.svelte";

export interface Tab {
  readonly id: string;
  readonly name: string;
  /** Either what the page has already, or an `import()` of it. */
  readonly load: () => Component | Promise<Component>;
}

const bench: Tab = { id: "bench", name: "Bench", load: async () => (await import("./bench/Bench.svelte")).default };

export const TABS: readonly Tab[] = [
  { id: "policy", name: "Policy", load: () => Policy },
  // Python is large, and a site may be built without.
  ...(__PYODIDE__ === "" ? [] : [bench]),
];
