// The site as a whole: what it may do, what it weighs, whether everybody can use it, and whether it works without a network.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { DIST, fits, skip, violations, visits, write } from "./site.mjs";

const site = visits();

const page = readFileSync(join(DIST, "index.html"), "utf8");

test("the page may load and ask for nothing but its own files", () => {
  const [, policy] = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page);
  const rules = Object.fromEntries(policy.split(";").map((rule) => rule.trim().split(/\s+/)).map(([name, ...values]) => [name, values.join(" ")]));
  assert.deepEqual(rules, {
    "default-src": "'none'", "script-src": "'self' 'wasm-unsafe-eval'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
    "worker-src": "'self'", "manifest-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
    "require-trusted-types-for": "'script'", "trusted-types": "default svelte-trusted-html",
  });
  assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<script"), "it stands before what it is about");
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/, "nothing inline");
  assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//, "nothing from elsewhere");
});

test("its policy is kept by the browser", { skip }, async () => {
  const { page, context } = await site.open();
  const refused = await page.evaluate(async () => {
    const told = [];
    document.addEventListener("securitypolicyviolation", (event) => told.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.append("globalThis.inline = true");
    document.head.append(script);
    const image = document.createElement("img");
    image.src = "http://127.0.0.2/x.png";
    document.body.append(image);
    await fetch("http://127.0.0.2/").catch(() => {});
    for (const attempt of [() => { document.body.innerHTML = "<p>"; }, () => new Worker("http://127.0.0.2/x.js"), () => { script.text = "1"; }]) {
      try { attempt(); told.push("done"); } catch (error) { told.push(error.name); }
    }
    // Not here, where the debugger is at work, which may do everything.
    setTimeout(() => { try { eval("1"); } catch { told.push("eval"); } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    return [...new Set(told), "inline" in globalThis];
  });
  assert.deepEqual(refused.sort(), [false, "TypeError", "connect-src", "eval", "img-src", "require-trusted-types-for"].sort());
  await context.close();
});

test("what it weighs", () => {
  const read = (name) => readFileSync(join(DIST, "assets", name));
  const weight = (...names) => names.reduce((total, name) => total + gzipSync(read(name), { level: 9 }).length, 0);
  const named = (pattern, text) => {
    const [name] = pattern.exec(text) ?? [];
    assert.ok(name, String(pattern));
    return name;
  };
  const first = [...page.matchAll(/assets\/([\w-]+\.(?:js|css))/g)].map(([, name]) => name);
  const script = named(/index-[\w-]+\.js/, page), worker = named(/worker-[\w-]+\.js/, read(script));
  const weights = {
    engine: weight(named(/kmslab_bg-[\w-]+\.wasm/, read(worker))), scripts: weight(...first.filter((name) => name.endsWith(".js")), worker),
    editor: weight(named(/view-[\w-]+\.js/, read(script))), styles: weight(...first.filter((name) => name.endsWith(".css"))),
  };
  console.log(JSON.stringify(weights));
  assert.ok(weights.engine <= 360_000, `${weights.engine} bytes of engine`);
  assert.ok(weights.scripts <= 60_000, `${weights.scripts} bytes of scripts before the first decision`);
  assert.ok(weights.editor <= 150_000, `${weights.editor} bytes of scripts after it`);
  assert.ok(weights.styles > 0 && weights.styles <= 12_000, `${weights.styles} bytes of styles`);
});

for (const colorScheme of ["light", "dark"]) {
  for (const [device, viewport] of [["desktop", { width: 1280, height: 900 }], ["phone", { width: 390, height: 844 }]]) {
    test(`nobody is kept out: ${colorScheme}, ${device}`, { skip }, async () => {
      const { page, decides, clean } = await site.open({ colorScheme, viewport, fragment: "#e=encryption-context" });
      await decides("NO_RESOURCE_ALLOW");
      const found = await violations(page, "denied");
      await page.getByRole("button", { name: "Service control policy" }).click();
      await page.getByText("Who can do what with this key").click();
      await page.getByRole("region", { name: "Who can do what" }).waitFor();
      await page.getByRole("combobox", { name: "Action" }).click();
      await page.locator("[role=option]").first().waitFor();
      found.push(...await violations(page, "matrix and list"));
      await page.keyboard.press("Escape");
      await page.locator("#example").selectOption("grant");
      await decides("ALLOW_GRANT");
      found.push(...await violations(page, "allowed"));
      await write(page, "key", '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow" }] }');
      await page.getByText("AWS refuses this").waitFor();
      await page.getByRole("combobox", { name: "Action" }).fill("kms:Nothing");
      await page.locator("#problem", { hasText: "there is no action kms:Nothing" }).waitFor();
      found.push(...await violations(page, "invalid"));
      await page.getByRole("button", { name: "Import a CloudTrail record" }).click();
      found.push(...await violations(page, "dialog"));
      assert.deepEqual(found, []);
      assert.ok(await fits(page), "nothing sticks out sideways");
      await clean();
    });
  }
}

test("tabs answer to the keyboard", { skip }, async () => {
  const { page, clean } = await site.open();
  const tab = page.getByRole("tab", { name: "Policy" });
  assert.equal(await tab.getAttribute("aria-selected"), "true");
  const panel = page.getByRole("tabpanel", { name: "Policy" });
  assert.equal(await panel.getAttribute("id"), await tab.getAttribute("aria-controls"));
  await tab.focus();
  await page.keyboard.press("End");
  assert.equal(await page.getByRole("tab").last().getAttribute("aria-selected"), "true");
  await page.keyboard.press("Home");
  assert.equal(await tab.getAttribute("aria-selected"), "true");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "tab-policy");
  await clean();
});

test("it opens without a network", { skip }, async () => {
  const { page, context, decides } = await site.open({ fragment: "#e=grant" });
  await decides("ALLOW_GRANT");
  await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await decides("ALLOW_GRANT");
  await page.locator("#example").selectOption("rcp");
  await decides("DENY_RCP");
  await context.close();
});
