// What the tab bar shows. A tab's component is loaded when it is first opened; the first tab's comes with the page.
import type { Component } from "svelte";
import Policy from "./policy/Policy.svelte";

export interface Tab {
  readonly id: string;
  readonly name: string;
  /** Either what the page has already, or an `import()` of it. */
  readonly load: () => Component | Promise<Component>;
}

export const TABS: readonly Tab[] = [{ id: "policy", name: "Policy", load: () => Policy }];
