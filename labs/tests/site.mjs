// What the tests share: the source's modules under Node, the built site on localhost, and pages in Chromium that tell on
// errors, violations of the Content-Security-Policy, and requests to anywhere else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer as createVite } from "vite";

export const LABS = fileURLToPath(new URL("..", import.meta.url));
export const DIST = join(LABS, "dist");
const { CHROMIUM } = process.env;
export const skip = CHROMIUM ? false : "no Chromium: scripts/chromium.sh says what to do";

/** The modules of `src`, run under Node; `close` at the end. */
export async function modules() {
  const vite = await createVite({
    root: LABS, logLevel: "error", appType: "custom", server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true }, ssr: { external: ["kmslab"] },
  });
  const engine = await import("kmslab/report/bare");
  engine.initAtOnce(readFileSync(fileURLToPath(import.meta.resolve("kmslab/report.wasm"))));
  return { engine, load: (path) => vite.ssrLoadModule(`/src/${path}`), close: () => vite.close() };
}

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml",
  ".json": "application/json", ".webmanifest": "application/manifest+json",
};

/** Serves `dist`, as any static host does. */
async function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    try {
      const body = readFileSync(join(DIST, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "content-type": TYPES[path.endsWith("/") ? ".html" : extname(path)] ?? "text/plain" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * The site and a browser for the tests of a file, from the first to the last; not where `without` says why there are none.
 * What is answered has their address, and opens pages.
 */
export function visits(without = skip) {
  const own = {
    origin: "",
    /** A page of its own, at the site. */
    open: (options) => open(own.browser, own.origin, options),
  };
  let site;
  before(async () => {
    if (without) return;
    site = await serve();
    own.origin = site.origin;
    own.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
  });
  after(async () => {
    await own.browser?.close();
    site?.close();
  });
  return own;
}

/** What axe-core finds in a page, each with `where` before it. */
export async function violations(page, where) {
  if (!await page.evaluate(() => "axe" in globalThis)) {
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  }
  return page.evaluate(async (place) => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${place}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`);
  }, where);
}

/** Whether nothing sticks out of a page sideways. */
export const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/**
 * A page of its own, with nothing kept from others. `clean` asserts that nothing went wrong and nothing left. Files that
 * `late` describes come when `release` is called, those that `broken` does, never.
 */
async function open(browser, origin, { fragment = "", late, broken, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  let release = () => {};
  const released = new Promise((resolve) => { release = resolve; });
  if (late) await context.route(late, async (route) => { await released; await route.continue(); });
  if (broken) await context.route(broken, (route) => route.abort());
  const wrong = [], asked = [];
  context.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  await page.goto(`${origin}/${fragment}`);
  await page.locator("[data-reason]:not([data-reason=''])").waitFor();
  return {
    page, context, release,
    reason: () => page.locator("[data-verdict]").getAttribute("data-reason"),
    /** Waits for the decision with that reason. */
    decides: (reason) => page.locator(`[data-verdict][data-reason="${reason}"]`).waitFor(),
    async clean() {
      assert.deepEqual(wrong, []);
      assert.deepEqual(asked.filter((url) => new URL(url).origin !== origin), [], "nothing leaves the page");
      await context.close();
    },
  };
}

/** Puts a text into the editor of a policy. */
export async function write(page, kind, text) {
  const content = page.locator(`[data-kind="${kind}"] .cm-content`).first();
  await content.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}
