// The npm package as users get it: packed, installed into an empty folder, then used from Node, a worker thread, Deno, Bun,
// and what Vite, esbuild and webpack make of it in Chromium, under a strict Content-Security-Policy and with nothing but
// localhost to ask.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import * as vite from "vite";
import webpack from "webpack";

const here = fileURLToPath(new URL(".", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const { CHROMIUM } = process.env;
const skip = CHROMIUM ? false : "no Chromium: scripts/chromium.sh says what to do";

const TOLD = {
  plaintext: "hello", denied: "AccessDeniedException", decided: "NO_IDENTITY_ALLOW", alone: "NO_IDENTITY_ALLOW",
  findings: "KMS101", kept: "no IndexedDB", large: "100000 bytes of 7",
};
/** The story, and one of the smaller modules. */
const program = `import * as kmslab from "kmslab"; import { story } from "./story.mjs"; console.log(JSON.stringify(await story(kmslab)));`;
const smaller = `import { authorize, check } from "kmslab/report";
  const asked = { principal: "arn:aws:iam::111122223333:user/alice", action: "kms:ListKeys", resource: "*" };
  console.log(authorize(asked).reason, check("{")[0].code);`;
const IN_A_PAGE = { ...TOLD, kept: "course: true, undefined" };

let folder, browser;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "kmslab-package-"));
  const [{ filename, files }] = JSON.parse(execFileSync(
    npm, ["pack", "--json", "--pack-destination", folder], { cwd: join(here, "../../bindings-wasm"), encoding: "utf8" }));
  const names = files.map((file) => file.path);
  for (const name of ["README.md", "package.json", "pkg/LICENSE-MIT", "pkg/index.d.ts", "pkg/wasm/kmslab_bg.wasm"]) {
    assert.ok(names.includes(name), `${name} is packed`);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  execFileSync(npm, ["install", "--offline", "--no-audit", "--no-fund", "--silent", `./${filename}`], { cwd: folder });
  // The SDK is none of ours: the tests' own is used.
  mkdirSync(join(folder, "node_modules/@aws-sdk"));
  for (const client of ["client-iam", "client-kms", "client-sts"]) {
    symlinkSync(join(here, "node_modules/@aws-sdk", client), join(folder, "node_modules/@aws-sdk", client), "junction");
  }
  cpSync(join(here, "package"), folder, { recursive: true });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("Node", async () => {
  assert.deepEqual(JSON.parse(run(program)), TOLD);
});

test("Node, the module brought along", () => {
  const told = run(`
    import { readFileSync } from "node:fs";
    import { initAtOnce, Lab } from "kmslab/bare";
    initAtOnce(readFileSync(new URL(import.meta.resolve("kmslab/kmslab.wasm"))));
    console.log(new Lab().region);`);
  assert.equal(told.trim(), "us-east-1");
});

test("Node, the smaller modules", () => {
  const told = run(`
    import * as policy from "kmslab/policy";
    import { authorize, check, whoCan } from "kmslab/report";
    const principal = "arn:aws:iam::111122223333:user/alice";
    const estate = { principals: [{ arn: principal, identity_policies: [] }], resources: [] };
    const question = { principal, action: "kms:ListKeys", resource: "*" };
    const decisions = [authorize(question), policy.authorize(question)];
    console.log(...decisions.map((each) => each.explain().checks[0].reason), check("{")[0].code, [...whoCan("kms:ListKeys", "*", estate)].length);`);
  assert.equal(told.trim(), "NO_IDENTITY_ALLOW NO_IDENTITY_ALLOW KMS001 0");
});

test("the examples of the README", () => {
  const readme = readFileSync(join(folder, "node_modules/kmslab/README.md"), "utf8");
  const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, example]) => example);
  assert.equal(examples.length, 3);
  assert.match(run(examples[0]), /Each of these alone would allow it/);
  assert.equal(run(`${examples[1]} console.log(decision.allowed, decision.reason);`).trim(), "true ALLOW_IDENTITY_DELEGATED");
  assert.equal(run(`${examples[2]} console.log(new TextDecoder().decode(plaintext));`).trim(), "attack at dawn");
});

test("a worker thread", async () => {
  const worker = new Worker(pathToFileURL(join(folder, "thread.mjs")));
  const told = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  await worker.terminate();
  assert.deepEqual(told, TOLD);
});

/** Where npm has put the program of a package, or why it has not: packages of one platform each bring it. */
function installed(name, ...places) {
  const found = places.map((place) => join(here, "node_modules", place)).find((path) => existsSync(path));
  return { command: found, skip: found ? false : `npm has no ${name} for ${process.platform} on ${process.arch}` };
}

const { platform, arch } = process;
const exe = platform === "win32" ? ".exe" : "";
const deno = installed("deno", `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}/deno${exe}`);
const bun = installed("bun", `@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun${exe}`, "bun/bin/bun.exe");

// Deno may read the folder and the tests' own packages, and ask for the variables that the SDK reads; nothing else.
for (const [name, host, flags] of [
  ["Deno", deno, ["run", "--quiet", "--no-remote", "--no-lock", "--allow-read", "--allow-env", "--allow-sys"]],
  ["Bun", bun, ["run", "--no-install"]],
]) {
  test(name, { skip: host.skip }, () => {
    const said = (file, text) => {
      writeFileSync(join(folder, file), text);
      return execFileSync(host.command, [...flags, join(folder, file)], { cwd: folder, encoding: "utf8" }).trim();
    };
    assert.deepEqual(JSON.parse(said("host.mjs", program)), TOLD);
    assert.equal(said("smaller.mjs", smaller), "NO_IDENTITY_ALLOW KMS001");
  });
}

test("webpack", { skip }, async () => {
  const out = join(folder, "webpack");
  const compiler = webpack({
    context: folder, mode: "production", entry: { app: "./app.mjs" }, output: { path: out, filename: "[name].mjs", module: true },
    experiments: { outputModule: true }, performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  await new Promise((resolve, reject) => compiler.close((error) => (error ? reject(error) : resolve())));
  assert.deepEqual([...stats.compilation.errors, ...stats.compilation.warnings].map(String), []);
  assert.deepEqual(await told(out, "app.mjs"), [IN_A_PAGE, IN_A_PAGE]);
});

test("Vite", { skip }, async () => {
  const page = '<!doctype html><title>kmslab</title><link rel="icon" href="data:,"><script type="module" src="./app.mjs"></script>';
  writeFileSync(join(folder, "index.html"), page);
  await vite.build({ root: folder, base: "./", logLevel: "warn", worker: { format: "es" }, build: { outDir: "vite", modulePreload: false } });
  assert.deepEqual(await told(join(folder, "vite")), [IN_A_PAGE, IN_A_PAGE]);
});

test("esbuild, the module beside the bundle", { skip }, async () => {
  const out = join(folder, "esbuild");
  const entryPoints = [join(folder, "app.mjs"), join(folder, "worker.mjs")];
  await esbuild.build({ entryPoints, bundle: true, format: "esm", outdir: out, outExtension: { ".js": ".mjs" }, logLevel: "error" });
  cpSync(join(folder, "node_modules/kmslab/pkg/wasm/kmslab_bg.wasm"), join(out, "kmslab_bg.wasm"));
  assert.deepEqual(await told(out, "app.mjs"), [IN_A_PAGE, IN_A_PAGE]);
});

test("esbuild, the module within the bundle", { skip }, async () => {
  const out = join(folder, "embedded");
  const loader = { ".wasm": "binary" };
  await esbuild.build({ entryPoints: [join(folder, "bare.mjs")], bundle: true, format: "esm", outfile: join(out, "app.mjs"), loader, logLevel: "error" });
  assert.deepEqual(await told(out, "app.mjs"), [IN_A_PAGE]);
});

test("a page without a bundler", { skip }, async () => {
  const out = join(folder, "plain");
  cpSync(join(folder, "node_modules/kmslab/pkg"), join(out, "kmslab"), { recursive: true });
  writeFileSync(join(out, "app.mjs"), `
    import { authorize, Lab } from "./kmslab/browser.js";
    const principal = "arn:aws:iam::111122223333:user/alice";
    globalThis.told = Promise.resolve([new Lab().region, authorize({ principal, action: "kms:ListKeys", resource: "*" }).allowed]);`);
  assert.deepEqual(await told(out, "app.mjs"), ["us-east-1", false]);
  writeFileSync(join(out, "policy.mjs"), `
    import { authorize } from "./kmslab/policy/browser.js";
    const principal = "arn:aws:iam::111122223333:user/alice";
    globalThis.told = authorize({ principal, action: "kms:ListKeys", resource: "*" }).explain().checks[0].reason;`);
  assert.equal(await told(out, "policy.mjs"), "NO_IDENTITY_ALLOW");
});

/** What a program in the folder prints. */
function run(program) {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder, encoding: "utf8" });
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:";

/** What the page of a folder tells: its `index.html`, or one that has the script alone. */
async function told(root, script) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const page = path === "/";
    try {
      const body = page && script
        ? `<!doctype html><title>kmslab</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`
        : readFileSync(join(root, page ? "index.html" : path));
      response.writeHead(200, { "content-type": page ? "text/html" : TYPES[extname(path)] ?? "text/plain", "content-security-policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args });
  const page = await browser.newPage();
  const asked = [], wrong = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  try {
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => globalThis.told !== undefined, undefined, { timeout: 20_000 }).catch((error) => wrong.push(String(error)));
    const answer = await page.evaluate(() => globalThis.told);
    assert.deepEqual(wrong, []);
    assert.deepEqual(asked.filter((url) => !url.startsWith(origin) && !url.startsWith("data:")), [], "nothing leaves the page");
    return answer;
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
  }
}
