// notebooks/quickstart.ipynb in JupyterLite, in headless Chromium: every cell runs, and prints what is committed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open, skip } from "../pyodide/serving.mjs";

const { KMSLAB_JUPYTERLITE: site } = process.env;
const notebook = JSON.parse(readFileSync(new URL("../../notebooks/quickstart.ipynb", import.meta.url), "utf8"));
const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
/** What a cell printed, and the plain text of its value where nothing richer is shown. */
const printed = (cell) => cell.outputs.flatMap((output) => {
  if (output.output_type === "stream") return output.text;
  return output.data["text/html"] === undefined ? output.data["text/plain"] : [];
}).map((text) => text.trim()).join("\n");

test("the notebook runs, and prints what is committed", { skip }, async () => {
  const began = performance.now();
  const { answer, left } = await open([site], "notebooks/index.html?path=quickstart.ipynb", async (page) => {
    await page.getByRole("menuitem", { name: "Run", exact: true }).click({ timeout: 60_000 });
    await page.getByRole("menuitem", { name: /^Run All Cells/ }).first().click();
    // The number of the last cell that ran stands before it; cells out of sight are not drawn, so the document is asked.
    await page.waitForFunction((count) => {
      const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((prompt) => prompt.textContent.trim());
      return prompts.includes(`[${count}]:`) && !prompts.includes("[*]:");
    }, cells.length, { timeout: 90_000 });
    return page.evaluate(() => [...document.querySelectorAll(".jp-CodeCell .jp-OutputArea-output")].map((output) => output.textContent));
  });
  console.log(`done after ${Math.round(performance.now() - began)} ms`);
  const shown = answer.join("\n");
  for (const text of cells.map(printed).flatMap((text) => text.split("\n")).filter((line) => line.length > 0)) {
    assert.ok(shown.includes(text.trim()), `${text}\n is not in\n${shown}`);
  }
  assert.deepEqual(left, [], "nothing leaves this machine");
});
