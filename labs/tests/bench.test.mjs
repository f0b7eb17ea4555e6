// The bench in Chromium: boto3 in Pyodide, and the views of its lab.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DIST, fits, skip as noChromium, violations, visits } from "./site.mjs";

const skip = noChromium || (existsSync(join(DIST, "pyodide")) ? false : "the site was built without Pyodide: make pyodide");
const site = visits(skip);

/** A page whose bench is ready. */
async function bench(options) {
  const opened = await site.open(options);
  const { page } = opened;
  await page.getByRole("tab", { name: "Bench" }).click();
  const status = page.getByTestId("status");
  const is = (text) => status.filter({ hasText: text }).waitFor({ timeout: 90_000 });
  await is(/^Python is ready/);
  return {
    ...opened, is,
    views: page.getByRole("tabpanel", { name: "Bench" }),
    choose: (title) => page.getByRole("combobox", { name: "A script to begin with" }).selectOption({ label: title }),
    async run(ends = /^Done/) {
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await is(ends);
    },
    async write(text) {
      await page.getByRole("textbox", { name: "Python script" }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(text);
    },
    output: () => page.getByRole("log", { name: "Output" }).innerText(),
    /** The states of all keys, once the last one is `state`. */
    async states(...wanted) {
      await page.waitForFunction((wanted) => {
        const states = [...document.querySelectorAll("[data-testid=state]")].map((state) => state.textContent);
        return JSON.stringify(states) === JSON.stringify(wanted);
      }, wanted, { timeout: 20_000 }).catch(() => {});
      assert.deepEqual(await page.getByTestId("state").allInnerTexts(), wanted);
    },
  };
}

test("a script runs, and all it did is there to see", { skip }, async (t) => {
  const { page, views, choose, run, output, states, write, clean } = await bench();

  await t.test("a denied call opens its explanation", async () => {
    await run();
    assert.match(await output(), /AccessDeniedException.*user\/bob is not authorized to perform: kms:Decrypt/);
    await states("Enabled");
    await page.getByRole("checkbox", { name: "refused only" }).check();
    const denied = page.getByRole("button", { name: /refused kms:Decrypt user\/bob/ });
    assert.equal(await views.locator("ol > li").count(), 1);
    await denied.click();
    assert.equal(await denied.getAttribute("aria-expanded"), "true");
    const why = await page.getByRole("article").innerText();
    assert.match(why, /No identity-based policy of user bob allows kms:Decrypt/);
    assert.match(why, /Each of these alone would allow it/);
    assert.match(why, /"Action": "kms:Decrypt"/);
  });

  await t.test("a ciphertext is taken apart, and the cost counted", async () => {
    const parts = await page.getByRole("region", { name: "Fields of the ciphertext" }).getByRole("row").allInnerTexts();
    assert.ok(parts.some((row) => /\bnonce\b/.test(row)) && parts.some((row) => /\btag\b/.test(row)), parts.join("\n"));
    const colours = await page.locator(".bytes code").evaluateAll((bytes) => new Set(bytes.map((byte) => getComputedStyle(byte).backgroundColor)).size);
    assert.ok(colours >= 6, `${colours} colours`);
    assert.match(await page.getByTestId("total").innerText(), /^\$0\.00\d+/);
  });

  await t.test("time goes on, and keys with it", async () => {
    await choose("The end of a key");
    await run();
    assert.match(await output(), /alias\/soon is PendingDeletion/);
    await states("PendingDeletion", "PendingDeletion", "Enabled");
    const clock = () => page.getByTestId("clock").innerText();
    const before = await clock();
    await page.getByRole("button", { name: "+ 1 week" }).click();
    await states("Deleted", "PendingDeletion", "Enabled");
    assert.notEqual(await clock(), before);
    // The handle, by the keyboard: to the end of the axis, which is beyond what is planned.
    const handle = page.getByRole("slider", { name: "Move the lab's clock forward" });
    await handle.focus();
    await page.keyboard.press("End");
    await states("Deleted", "Deleted", "Enabled");
    // And by the mouse; it never goes back.
    const box = await handle.boundingBox();
    const now = Number(await handle.inputValue());
    await page.mouse.click(box.x + box.width * 0.5, box.y + box.height / 2);
    await page.waitForTimeout(300);
    assert.ok(Number(await handle.inputValue()) >= now);
  });

  await t.test("a script goes on with the lab that is there", async () => {
    await choose("A year of rotations");
    await run();
    await page.getByRole("button", { name: "+ 1 year" }).click();
    await page.getByText("rotated 5 times").waitFor();
    await page.getByRole("checkbox", { name: "Go on with this lab" }).check();
    await run();
    assert.equal((await output()).match(/AUTOMATIC/g).length, 4);
  });

  await t.test("messages of the Encryption SDK are taken apart too", async () => {
    await choose("A message and its data key");
    await run();
    assert.match(await output(), /200 bytes became \d+/);
    assert.match(await page.getByRole("combobox", { name: "Which ciphertext" }).innerText(), /the variable message/);
    await page.getByText("AWS Encryption SDK message").waitFor();
  });

  await t.test("the example of the repository runs as it stands", async () => {
    await choose("A first key: the whole lesson");
    await run();
    assert.match(await output(), /Bob decrypts: b'Hello, key!'/);
    const [whole, seen, room] = await page.locator(".cm-scroller").last().evaluate((it) => [it.scrollHeight, it.clientHeight, innerHeight]);
    assert.ok(whole > seen && seen < room, "a long script scrolls in its cell");
  });

  await t.test("an error shows its traceback", async () => {
    await write("import kmslab\n\ndef f():\n    raise KeyError('no <b>key</b>')\n\nf()\n");
    await run(/^Ended by an error/);
    assert.match(await output(), /Traceback.*line 6, in <module>.*raise KeyError\('no <b>key<\/b>'\).*KeyError: 'no <b>key<\/b>'/s);
    await write("import boto3\nboto3.client('s3')");
    await run(/^Ended by an error/);
    assert.match(await output(), /UnknownServiceError/);
  });
  await clean();
});

test("an endless script is stopped, and another runs", { skip }, async () => {
  const { page, is, run, write, output, clean } = await bench();
  await write("while True:\n    print('and on')");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("log").getByText("and on").first().waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await is(/^Python is ready/);
  assert.match(await output(), /Stopped/);
  await write("import boto3\nprint(boto3.client('sts').get_caller_identity()['Account'])");
  await page.keyboard.press("Control+Enter");
  await is(/^Done/);
  assert.match(await output(), /^111122223333/);
  await clean();
});

for (const [colorScheme, viewport] of [["light", { width: 1280, height: 900 }], ["dark", { width: 390, height: 844 }]]) {
  test(`nobody is kept out of the bench: ${colorScheme}, ${viewport.width} wide`, { skip }, async () => {
    const { page, run, choose, clean } = await bench({ colorScheme, viewport });
    const found = await violations(page, "empty");
    await run();
    await page.getByRole("button", { name: /refused kms:Decrypt/ }).click();
    await page.getByRole("article").waitFor();
    found.push(...await violations(page, "denied"));
    await choose("The end of a key");
    await run();
    await page.getByRole("button", { name: "+ 1 week" }).click();
    await page.getByText(/^Deleted on/).waitFor();
    found.push(...await violations(page, "deleted"));
    assert.deepEqual(found, []);
    assert.ok(await fits(page), "nothing sticks out sideways");
    await clean();
  });
}

test("once it was open, the bench opens without a network", { skip }, async () => {
  const { page, context, is } = await bench();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // What came before the service worker was there is asked for again, through it.
  await page.reload();
  await page.getByRole("tab", { name: "Bench" }).click();
  await is(/^Python is ready/);
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("tab", { name: "Bench" }).click();
  await is(/^Python is ready/);
  await context.close();
});
