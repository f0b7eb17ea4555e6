// A folder on this machine, and a page of it in headless Chromium. A request to anything else fails the test.
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

// The packages are those of the tests of JavaScript.
const require = createRequire(new URL("../js/package.json", import.meta.url));
export const { CHROMIUM } = process.env;
export const skip = CHROMIUM ? false : "no Chromium: scripts/chromium.sh says what to do";

const TYPES = {
  ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".mjs": "text/javascript",
  ".svg": "image/svg+xml", ".wasm": "application/wasm",
};

/** Serves the first of `folders` that has what is asked for; with a Content-Security-Policy, if there is one. */
async function serve(folders, policy) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    for (const folder of folders) {
      let file = join(folder, path);
      try {
        if (statSync(file).isDirectory()) file = join(file, "index.html");
        const body = readFileSync(file);
        response.writeHead(200, {
          "content-type": TYPES[extname(file)] ?? "application/octet-stream",
          ...(policy && { "content-security-policy": policy }),
        });
        response.end(body);
        return;
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Opens `path` of the folders and gives what `look` makes of the page. `wrong` are errors of the page. */
export async function open(folders, path, look, policy) {
  const { chromium } = require("playwright-core");
  const server = await serve(folders, policy);
  const origin = `http://127.0.0.1:${server.address().port}`;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  const asked = [], wrong = [];
  try {
    const context = await browser.newContext();
    context.on("request", (request) => asked.push(request.url()));
    const page = await context.newPage();
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    await page.goto(`${origin}/${path}`);
    const answer = await look(page);
    const left = asked.filter((url) => /^(https?|wss?):/.test(url) && !url.startsWith(origin));
    return { answer, wrong, left };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
}
