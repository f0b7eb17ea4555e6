// The policy tab in Chromium: what people do with it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { ENDLESS } from "./hostile.mjs";
import { LABS, skip, visits, write } from "./site.mjs";

const EXAMPLES = join(LABS, "src/policy/examples");

const site = visits();

const POLICY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }] };
const marks = (page, kind) => page.locator(`[data-kind="${kind}"]`).first().locator(".cm-signs .sign").evaluateAll((signs) => signs.map((sign) => sign.textContent));
const linkTo = (written) => `#s=${deflateRawSync(JSON.stringify(written)).toString("base64url")}`;
/** Without the hidden sign that keeps the gutter's width. */
const signs = async (page, kind) => (await marks(page, kind)).slice(1);

/** Adds one, which then has the focus. */
async function addIdentityPolicy(page) {
  await page.getByRole("button", { name: "Identity policy", exact: true }).click();
  await page.locator('[data-kind="identity"] .cm-editor.cm-focused').waitFor();
}

test("a decision as one types", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  await decides("NO_IDENTITY_ALLOW");
  assert.match(await page.locator("[data-verdict]").innerText(), /^Denied/);
  assert.match(await page.locator("#verdict .summary").innerText(), /No identity-based policy of user alice allows kms:Decrypt/);
  await addIdentityPolicy(page);
  await decides("ALLOW_IDENTITY_DELEGATED");
  assert.match(await page.locator("[data-verdict]").innerText(), /^Allowed/);
  await page.getByRole("combobox", { name: "Action" }).fill("kms:Encrypt");
  await decides("NO_IDENTITY_ALLOW");
  await write(page, "identity", JSON.stringify(POLICY).replace("Decrypt", "Enc*"));
  await decides("ALLOW_IDENTITY_DELEGATED");
  await page.getByRole("button", { name: "Remove Identity policy inline" }).click();
  await decides("NO_IDENTITY_ALLOW");
  const took = Number(await page.locator("[data-took]").getAttribute("data-took"));
  assert.ok(took > 0, `it says how long that took: ${took} ms`);
  await clean();
});

test("an invalid policy says what AWS says, and the rest lives on", { skip }, async () => {
  const { page, reason, decides, clean } = await site.open();
  await write(page, "key", '{ "Version": "2012-10-17", "Statement": [{]}');
  const card = page.locator('[data-kind="key"]');
  await card.getByText("AWS refuses this").waitFor();
  assert.match(await card.locator("p.error").innerText(), /Syntax errors in policy.*line 1, column/s);
  assert.equal(await reason(), "NO_IDENTITY_ALLOW");
  assert.match(await page.locator("#verdict").innerText(), /AWS refuses Key policy as it stands/);
  assert.ok((await card.locator(".cm-lintRange-error, .cm-lintPoint-error").count()) > 0, "marked in the text");
  await addIdentityPolicy(page);
  await decides("ALLOW_IDENTITY_DELEGATED");
  await page.getByRole("combobox", { name: "Action" }).fill("kms:Dcrypt");
  await page.getByText("there is no action kms:Dcrypt").waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Action" }).getAttribute("aria-invalid"), "true");
  assert.match(await page.locator("[data-verdict]").innerText(), /^No decision/);
  await clean();
});

test("statements are marked at their lines, by sign and by words", { skip }, async () => {
  const { page, clean } = await site.open({ fragment: "#e=encryption-context" });
  const key = page.locator('[data-kind="key"]');
  await key.locator(".words.near").waitFor();
  assert.deepEqual(await signs(page, "key"), ["≈", "·"]);
  assert.equal(await key.locator(".words.near").innerText(), "nearly: kms:EncryptionContext:department is Finance, not finance");
  assert.match(await key.locator(".cm-statement.near").first().innerText(), /^\s*\{/);
  assert.ok((await key.locator(".cm-statement.near").count()) > 4, "all of its lines");
  await page.getByRole("combobox", { name: /^Value of kms:EncryptionContext:department/ }).fill("finance");
  await key.locator(".words.allows.decided").waitFor();
  assert.deepEqual(await signs(page, "key"), ["✓", "·"]);

  await page.locator("#example").selectOption("scp");
  await page.locator('[data-kind="scp"] .words.denies.decided').waitFor();
  assert.deepEqual(await signs(page, "scp"), ["✓"]);
  await page.locator("#example").selectOption("grant");
  await page.locator('[data-kind="grants"] .words.allows.decided').waitFor();
  await clean();
});

test("findings stand in the text, and below it", { skip }, async () => {
  const { page, clean } = await site.open({ fragment: "#e=lock-out" });
  const key = page.locator('[data-kind="key"]');
  const summary = key.locator("summary");
  await summary.waitFor();
  assert.equal(await summary.innerText(), "1 error, 1 warning");
  await summary.click();
  assert.match(await key.locator("details").innerText(), /no statement allows anybody kms:PutKeyPolicy\s+KMS109/);
  await page.locator("#example").selectOption("encryption-context-keys");
  await key.locator(".cm-lintRange-warning").first().waitFor();
  await key.locator(".cm-lintRange-warning").first().hover();
  await key.locator(".cm-tooltip-lint").getByText("passes ForAllValues:StringEquals").waitFor();
  await clean();
});

test("what would allow it can be tried", { skip }, async () => {
  const { page, decides, clean } = await site.open({ fragment: "#e=via-service" });
  await decides("NO_RESOURCE_ALLOW");
  await page.getByRole("heading", { name: "What would allow this" }).waitFor();
  await page.getByRole("button", { name: /^Try it: call with kms:ViaService/ }).click();
  await decides("ALLOW_RESOURCE_ROLE");
  await page.getByRole("heading", { name: "What this hangs on" }).waitFor();
  await clean();
});

test("the request completes actions and condition keys, by the keyboard", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  const action = page.getByRole("combobox", { name: "Action" });
  await action.fill("schedule");
  await page.getByRole("option", { name: "kms:ScheduleKeyDeletion" }).waitFor();
  assert.equal(await action.getAttribute("aria-expanded"), "true");
  await action.press("ArrowDown");
  assert.equal(await page.locator(`#${await action.getAttribute("aria-activedescendant")}`).getAttribute("aria-selected"), "true");
  await action.press("Enter");
  assert.equal(await action.inputValue(), "kms:ScheduleKeyDeletion");
  assert.equal(await action.getAttribute("aria-expanded"), "false");
  await page.getByText("allows kms:ScheduleKeyDeletion", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Add a condition key" }).click();
  const key = page.getByRole("combobox", { name: "Condition key 1", exact: true });
  await key.fill("pending");
  await key.press("ArrowDown");
  await key.press("Enter");
  assert.equal(await key.inputValue(), "kms:ScheduleKeyDeletionPendingWindowInDays");
  await action.fill("kms:");
  assert.ok((await page.locator("[role=option]").count()) > 40, "every action of KMS");
  await action.press("Escape");
  assert.equal(await page.locator("[role=option]").count(), 0);
  await addIdentityPolicy(page);
  await action.fill("kms:Decrypt");
  await decides("ALLOW_IDENTITY_DELEGATED");
  await clean();
});

test("policies complete actions", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  await addIdentityPolicy(page);
  await write(page, "identity", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", "Action": "kms:Decr"}]}');
  for (let back = 0; back < 4; back += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+Space");
  await page.locator('[data-kind="identity"] .cm-tooltip-autocomplete li', { hasText: "kms:Decrypt" }).waitFor();
  // The list takes keys only after a moment, so that nobody accepts what they have not seen.
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
  await decides("ALLOW_IDENTITY_DELEGATED");
  await clean();
});

test("the keyboard gets into an editor and out of it", { skip }, async () => {
  const { page, clean } = await site.open();
  await page.locator('[data-kind="key"] .cm-content').waitFor();
  const where = () => page.evaluate(() => {
    const active = document.activeElement, inner = active?.shadowRoot?.activeElement ?? active;
    return inner?.getAttribute("aria-label") ?? inner?.textContent ?? "";
  });
  await page.getByRole("button", { name: "Remove Key policy" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await where(), "Key policy");
  await page.keyboard.type(" ");
  await page.keyboard.press("Tab");
  assert.equal(await where(), "Identity policy");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await where(), "Key policy");
  await page.getByRole("button", { name: "“Enable IAM User Permissions”" }).click();
  assert.equal(await where(), "Key policy", "a statement of the explanation leads to its place");
  await clean();
});

test("an editor that comes late takes the focus from nobody", { skip }, async () => {
  const { page, release, clean } = await site.open({ late: /view-/ });
  await page.locator('[data-kind="key"] pre', { hasText: "Enable IAM User Permissions" }).waitFor();
  await page.getByRole("button", { name: "“Enable IAM User Permissions”" }).click();
  await page.getByRole("combobox", { name: "Action" }).focus();
  release();
  await page.locator('[data-kind="key"] .cm-content').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "action");
  await clean();
});

test("a link brings the whole page to somebody else", { skip }, async () => {
  const first = await site.open({ fragment: "#e=cross-account", permissions: ["clipboard-read", "clipboard-write"] });
  await first.page.getByRole("combobox", { name: "Action" }).fill("kms:DescribeKey");
  await first.page.getByText("allows kms:DescribeKey", { exact: false }).first().waitFor();
  await first.page.getByRole("button", { name: "Copy link" }).click();
  await first.page.getByText("Link copied").waitFor();
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${site.origin}/#s=`), link);
  await first.clean();
  const second = await site.open({ fragment: new URL(link).hash });
  assert.equal(await second.page.getByRole("combobox", { name: "Action" }).inputValue(), "kms:DescribeKey");
  assert.match(await second.page.locator('[data-kind="key"] .cm-content').innerText(), /Share with the data account/);
  await second.clean();
});

test("the address follows, so that a reload loses nothing", { skip }, async () => {
  const { page, clean } = await site.open();
  await page.getByRole("combobox", { name: "Principal" }).fill("arn:aws:iam::111122223333:root");
  await page.locator('[data-reason^="ALLOW"]').waitFor();
  await page.waitForURL(/#s=/);
  await page.reload();
  await page.locator('[data-reason^="ALLOW"]').waitFor();
  await clean();
});

test("a link from a stranger is text, and a damaged one says so", { skip }, async () => {
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{7*7}}';
  const { page, clean } = await site.open();
  const told = await page.evaluate(async (text) => {
    const value = { v: 1, p: text, a: text, r: text, c: [[text, text]], d: [["key", text, text], ["identity", text, text]] };
    const packed = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }, evil);
  await page.evaluate((fragment) => { location.hash = fragment; }, `#s=${told}`);
  await page.getByText("AWS refuses this").first().waitFor();
  assert.equal(await page.getByRole("combobox", { name: "Principal" }).inputValue(), evil);
  assert.equal(await page.locator("img, #app script, iframe").count(), 0);
  assert.match(await page.title(), /kmslab/);
  await page.evaluate(() => { location.hash = "#s=AAAA"; });
  await page.getByText("The link is damaged").waitFor();
  await clean();
});

test("a link that takes long to open is opened, whatever was typed before", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  // The page writes what was typed into its address a while later: into that of the link, it was.
  await page.evaluate(() => {
    const Unpacking = DecompressionStream;
    globalThis.DecompressionStream = class {
      constructor(format) {
        const unpacking = new Unpacking(format);
        const late = new TransformStream({ transform: (chunk, to) => new Promise((done) => { globalThis.release = () => done(to.enqueue(chunk)); }) });
        this.writable = late.writable;
        this.readable = late.readable.pipeThrough(unpacking);
      }
    };
  });
  await page.getByRole("combobox", { name: "Principal" }).fill("arn:aws:iam::111122223333:user/typed");
  const [statement] = POLICY.Statement;
  const open = JSON.stringify({ ...POLICY, Statement: [{ ...statement, Principal: "*" }] });
  const fragment = linkTo({ v: 1, p: "arn:aws:iam::111122223333:role/linked", a: "kms:Decrypt", r: ENDLESS.r, c: [], d: [["key", "", open]] });
  await page.evaluate((fragment) => { location.hash = fragment; }, fragment);
  await page.waitForFunction(() => globalThis.release);
  await page.waitForTimeout(1_000);
  assert.equal(await page.evaluate(() => location.hash), fragment);
  await page.evaluate(() => globalThis.release());
  await decides("ALLOW_RESOURCE_DIRECT");
  assert.match(await page.getByRole("combobox", { name: "Principal" }).inputValue(), /linked$/);
  await clean();
});

test("what takes too long is stopped, and the page lives on", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  await page.clock.install();
  await page.evaluate((fragment) => { location.hash = fragment; }, linkTo(ENDLESS));
  await page.getByText("deciding…").waitFor();
  // The page's patience is as long as it is; the test's need not be, nor has the decision to take that long everywhere.
  const stopped = page.getByText("This took too long and was stopped.");
  while (!await stopped.isVisible()) await page.clock.fastForward(6_000);
  assert.match(await page.locator("[data-verdict]").innerText(), /^No decision/);
  await page.locator("#example").selectOption("rcp");
  await decides("DENY_RCP");
  await clean();
});

test("an editor that cannot be loaded leaves a plain field", { skip }, async () => {
  const { page, context, decides } = await site.open({ broken: /view-/ });
  const field = page.getByRole("textbox", { name: "Key policy" });
  await field.waitFor();
  await field.fill(JSON.stringify({ ...POLICY, Statement: [{ ...POLICY.Statement[0], Principal: "*" }] }));
  await decides("ALLOW_RESOURCE_DIRECT");
  await context.close();
});

test("a CloudTrail record fills the request in", { skip }, async () => {
  const { page, decides, clean } = await site.open({ fragment: "#e=encryption-context" });
  const record = {
    eventSource: "kms.amazonaws.com", eventName: "Decrypt", eventTime: "2026-01-02T03:04:05Z", awsRegion: "us-east-1", sourceIPAddress: "203.0.113.7",
    errorCode: "AccessDenied", recipientAccountId: "111122223333",
    errorMessage: "User: arn:aws:sts::111122223333:assumed-role/finance-app/prod is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no resource-based policy allows the kms:Decrypt action",
    userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/finance-app/prod" },
    requestParameters: { encryptionContext: { department: "finances" } },
  };
  await page.getByRole("button", { name: "Import a CloudTrail record" }).click();
  const dialog = page.getByRole("dialog", { name: "Import a CloudTrail record" });
  await dialog.getByRole("textbox").fill("not JSON");
  await dialog.getByRole("button", { name: "Fill in" }).click();
  await dialog.getByRole("alert").getByText("This is not JSON").waitFor();
  await dialog.getByRole("textbox").fill(JSON.stringify(record));
  await dialog.getByRole("button", { name: "Fill in" }).click();
  await dialog.waitFor({ state: "hidden" });
  const banner = page.locator("#record");
  await banner.getByText("because no resource-based policy allows").waitFor();
  await banner.getByText("NO_RESOURCE_ALLOW").waitFor();
  await page.locator('[data-kind="key"] .words.near', { hasText: "department is finances, not finance" }).waitFor();
  await page.getByRole("combobox", { name: /^Value of kms:EncryptionContext:department/ }).fill("finance");
  await decides("ALLOW_RESOURCE_ROLE");
  await banner.getByText("A policy that AWS saw is missing here").waitFor();
  await clean();
});

test("one's own policies, pasted in one line, are laid out", { skip }, async () => {
  const { page, decides, clean } = await site.open();
  await page.locator("#example").selectOption("");
  await decides("ALLOW_IDENTITY_DELEGATED");
  const long = { ...POLICY, Statement: [{ Sid: "x".repeat(150), ...POLICY.Statement[0] }] };
  await write(page, "identity", JSON.stringify(long));
  await page.getByRole("button", { name: "Format Identity policy inline" }).click();
  const content = page.locator('[data-kind="identity"] .cm-line');
  await content.nth(3).waitFor();
  assert.equal(await content.nth(1).innerText(), '  "Version": "2012-10-17",');
  await decides("ALLOW_IDENTITY_DELEGATED");
  await clean();
});

test("who can do what, and why that one cannot", { skip }, async () => {
  const { page, decides, clean } = await site.open({ fragment: "#e=via-service" });
  await page.getByText("Who can do what with this key").click();
  const table = page.getByRole("region", { name: "Who can do what" });
  await table.waitFor();
  await table.getByRole("button", { name: "role/key-admin, kms:PutKeyPolicy: yes" }).waitFor();
  await table.getByRole("button", { name: "assumed-role/analyst/ann, kms:Decrypt: if kms:ViaService StringEquals s3.us-east-1.amazonaws.com" }).waitFor();
  await page.getByText("assumed-role/analyst/ann can kms:Decrypt if kms:ViaService StringEquals s3.us-east-1.amazonaws.com.").waitFor();
  await table.getByRole("button", { name: "role/key-admin, kms:Decrypt: no" }).click();
  assert.equal(await page.getByRole("combobox", { name: "Principal" }).inputValue(), "arn:aws:iam::111122223333:role/key-admin");
  await decides("NO_RESOURCE_ALLOW");
  await page.getByRole("button", { name: /^Show all \d+ actions/ }).click();
  assert.ok((await table.getByRole("row").count()) > 45);
  await clean();
});

test("every example shows the decision that it tells", { skip }, async () => {
  const { page, reason, clean } = await site.open();
  const select = page.locator("#example");
  const ids = await select.locator("option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
  const expected = readdirSync(EXAMPLES).map((name) => [name.replace(/^\d+-|\.json$/g, ""), JSON.parse(readFileSync(join(EXAMPLES, name), "utf8")).expected]);
  const reasons = [];
  for (const id of [...ids.slice(1), ...ids.slice(0, 1)]) {
    await select.selectOption(id);
    await page.waitForFunction((wanted) => location.hash === `#e=${wanted}`, id);
    reasons.push([id, await reason()]);
    await page.getByText("Answer", { exact: true }).click();
    assert.ok(await page.locator(".story details p").isVisible(), id);
  }
  assert.deepEqual(reasons.sort(), expected.sort());
  await clean();
});
