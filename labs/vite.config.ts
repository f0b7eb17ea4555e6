// How the site is built: into `dist`, with relative addresses, so that it can be served from any folder.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** The development server injects styles and scripts of its own, which the policy of the built page refuses. */
function withoutPolicyInDevelopment(): Plugin {
  return {
    name: "without-policy-in-development",
    apply: "serve",
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ""),
  };
}

/** Tells the service worker which files the page needs, and their version. */
function listOfFiles(): Plugin {
  return {
    name: "list-of-files",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error("the site is built into a folder");
      // What is loaded when it is wanted is kept when it has been: the bench is many times as large as the page.
      const files = Object.keys(bundle).filter((file) => file !== "sw.js" && !file.startsWith("bench/")).sort();
      const worker = join(dir, "sw.js");
      const text = await readFile(worker, "utf8");
      const written = text.replace(/(["'`])__FILES__\1/, () => JSON.stringify(JSON.stringify(files)));
      if (written === text) this.error("sw.js has no place for the list of files");
      await writeFile(worker, written);
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [svelte({ configFile: false }), withoutPolicyInDevelopment(), listOfFiles()],
  worker: { format: "es" },
  // The package finds its module by its own address, which the bundled copies of development lose. It is linked from
  // outside of this folder.
  optimizeDeps: { exclude: ["kmslab"] },
  server: { fs: { allow: [".."] } },
  build: {
    target: "es2022",
    // Nothing as `data:`: the Content-Security-Policy has no place for it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
