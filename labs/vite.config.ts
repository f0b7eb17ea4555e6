// How the site is built: into `dist`, with relative addresses, so that it can be served from any folder.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
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

/** In bytes: what is larger does not come with the page. The engine is half of it. */
const LARGE = 2_000_000;

/** Tells the service worker which files the page needs, and their version. */
function listOfFiles(): Plugin {
  return {
    name: "list-of-files",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error("the site is built into a folder");
      // The large is loaded when it is wanted, and kept when it has been.
      const size = (file: (typeof bundle)[string]): number => (file.type === "chunk" ? file.code : file.source).length;
      const apart = (name: string): boolean => name === "sw.js" || name.startsWith("bench/");
      const files = Object.entries(bundle).filter(([name, file]) => !apart(name) && size(file) <= LARGE).map(([name]) => name).sort();
      const worker = join(dir, "sw.js");
      const text = await readFile(worker, "utf8");
      const written = text.replace(/(["'`])__FILES__\1/, () => JSON.stringify(JSON.stringify(files)));
      if (written === text) this.error("sw.js has no place for the list of files");
      await writeFile(worker, written);
    },
  };
}

/** Puts the folder that scripts/pyodide-site.sh makes, Pyodide with boto3 and kmslab, into the site. `__PYODIDE__` is its
    address there. It changes with what is in the folder, for the service worker keeps files by their addresses; and it
    is empty where there is no such folder: then there is no bench. */
function pyodide(folder: string | undefined): Plugin {
  const there = folder !== undefined && existsSync(join(folder, "pyodide-lock.json"));
  const address = there ? `pyodide/${version(folder)}/` : "";
  return {
    name: "pyodide",
    config: (_, { command }) => ({ define: { __PYODIDE__: JSON.stringify(command === "build" ? address : "") } }),
    async writeBundle({ dir }) {
      if (there && dir !== undefined) await cp(folder, join(dir, address), { recursive: true });
    },
  };
}

/** The list of packages has the hash of each. */
function version(folder: string): string {
  const hash = createHash("sha256");
  for (const file of ["pyodide-lock.json", "pyodide.asm.mjs"]) hash.update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 12);
}

/** What only the bench needs stands apart: the service worker does not fetch it beforehand. */
function folderOf({ facadeModuleId }: { readonly facadeModuleId: string | null }): string {
  return facadeModuleId?.includes("/src/bench/") ? "bench" : "assets";
}

export default defineConfig({
  base: "./",
  plugins: [svelte({ configFile: false }), withoutPolicyInDevelopment(), listOfFiles(), pyodide(process.env["KMSLAB_PYODIDE"])],
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: (chunk) => `${folderOf(chunk)}/[name]-[hash].js` } } },
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
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        chunkFileNames: (chunk) => `${folderOf(chunk)}/[name]-[hash].js`,
        assetFileNames: ({ names }) => `${names[0]?.startsWith("Bench") ? "bench" : "assets"}/[name]-[hash][extname]`,
      },
    },
  },
});
