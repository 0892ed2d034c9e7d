// Passwords of files in a real browser: settings, list, import and export; then roles, axe, 320 pixels and Japanese on each
// page. What the gate makes of it is in tests/e2e/32-passwords.sh.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PORTS, account, forget, session, sql } from "./raw.mjs";

const base = `http://127.0.0.1:${PORTS.admin}`;
let browser, org;

before(async () => {
  ({ org } = account("owner"));
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  for (const t of ["file_password_setting", "file_password"]) sql(`DELETE FROM ${t} WHERE org_id = '${org}'`);
  forget();
});

async function open({ role = "owner", js = true, width = 1280, lang = "en" } = {}) {
  const [name, value] = session("admin", role).cookie.split("=");
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, locale: lang, baseURL: base, reducedMotion: "reduce" });
  await context.addCookies([{ name, value, url: base }]);
  return context.newPage();
}
const bar = (page) => page.locator(".bar");
const say = (page) => page.locator(".error, .summary").allInnerTexts().then((t) => t.join(" "));
const stored = () => sql(`SELECT string_agg(concat_ws(' ', priority, value), ', ' ORDER BY priority, value) FROM file_password WHERE org_id = '${org}'`);

test("F20 settings: the default, saving, mistakes, somebody else was first", async () => {
  const page = await open({ js: false });
  await page.goto("/");
  await page.getByRole("link", { name: "Passwords of files" }).first().click();
  assert.ok(await page.getByLabel("On incoming mail").isChecked());
  assert.ok(await page.getByLabel("On outgoing mail").isChecked());
  assert.equal(await page.getByLabel("Minutes for which").inputValue(), "60");
  const other = await open({ js: false });
  await other.goto("/file-passwords");
  await page.getByLabel("Minutes for which").fill("2000");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await say(page), /from 0 to 1440/);
  await page.getByLabel("Minutes for which").fill("１５"); // as Japanese keyboards type it
  await page.getByLabel("On outgoing mail").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT inbound, outbound, earlier_minutes FROM file_password_setting WHERE org_id = '${org}'`), "t|f|15");
  await other.getByRole("button", { name: "Save" }).click();
  assert.match(await other.locator("main").innerText(), /Show what is saved now/);
  await page.context().close();
  await other.context().close();
});

test("F20 the list: added, refused, deleted after a question; no password in the audit log", async () => {
  const page = await open();
  await page.goto("/file-passwords");
  assert.match(await page.locator("main").innerText(), /No password is listed/);
  const add = async (value, priority) => {
    await page.getByLabel("Password", { exact: true }).fill(value);
    await page.getByLabel("Priority").fill(priority);
    await page.getByRole("button", { name: "Add" }).click();
    await page.waitForLoadState();
  };
  await add("", "50");
  assert.match(await say(page), /Enter a password/);
  await add("Agreed<b>&1", "101");
  assert.match(await say(page), /from 1 to 100/);
  await add("Agreed<b>&1", "7");
  await bar(page).waitFor();
  assert.equal(stored(), "7 Agreed<b>&1");
  await add("Agreed<b>&1", "8");
  assert.match(await say(page), /on the list already/);
  await page.goto("/file-passwords");
  await page.getByRole("link", { name: "Delete Agreed<b>&1" }).click();
  assert.match(await page.locator("main").innerText(), /Delete this password\?/);
  await page.getByRole("button", { name: "Delete the password" }).click();
  await bar(page).waitFor();
  assert.equal(stored(), "");
  assert.equal(sql(`SELECT count(*) FROM audit WHERE org_id = '${org}' AND event IN ('file_password.added', 'file_password.deleted')`), "2");
  assert.equal(sql(`SELECT count(*) FROM audit WHERE org_id = '${org}' AND concat(object, detail) LIKE '%Agreed%'`), "0");
  await page.context().close();
});

test("F20 import shows first what it would do; export gives it back", async () => {
  const page = await open();
  await page.goto("/file-passwords");
  await page.getByRole("link", { name: "Import" }).click();
  await page.getByRole("button", { name: "Check the file" }).click();
  assert.match(await say(page), /Choose a text file/);
  await page.getByLabel("Text file").setInputFiles({ name: "p.txt", mimeType: "text/plain", buffer: Buffer.from("one\t3\ntwo, \"2\"\nthree\tx\none\n") });
  await page.getByRole("button", { name: "Check the file" }).click();
  assert.match(await page.locator("main").innerText(), /An earlier line says the same/);
  assert.equal(stored(), "");
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  await bar(page).waitFor();
  assert.equal(stored(), '3 one, 50 two, "2"');
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
  assert.equal(readFileSync(await download.path(), "utf8"), 'one\t3\ntwo, "2"\t50\n');
  await page.context().close();
});

const PAGES = ["/file-passwords", "/file-passwords/import"];

test("F20 who may only look sees neither forms nor passwords", async () => {
  const page = await open({ role: "auditor" });
  await page.goto("/file-passwords");
  assert.equal(await page.locator("main form[method=post] button:not([disabled])").count(), 0);
  assert.equal(await page.locator("tbody tr").count(), 2);
  assert.doesNotMatch(await page.content(), /two, /);
  assert.equal((await page.goto("/file-passwords/export")).status(), 403);
  await page.context().close();
});

test("axe finds nothing: light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
  sql(`INSERT INTO file_password (org_id, entry_id, value) VALUES ('${org}', uuid7(), '${"long".repeat(32)}')`);
  const page = await open();
  const id = sql(`SELECT entry_id FROM file_password WHERE org_id = '${org}' LIMIT 1`);
  for (const path of [...PAGES, `/file-passwords/${id}/delete`]) {
    await page.goto(path);
    for (const [width, first, second] of [[1280, "light", "dark"], [320, "dark", "light"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: first });
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${path.replace(/\W+/g, "-")}-${width}.png`, fullPage: true });
      assert.deepEqual(await axe(page), [], `${path} ${first} ${width}`);
      await page.emulateMedia({ colorScheme: second });
      assert.deepEqual(await axe(page, ["color-contrast"]), [], `${path} ${second} ${width}`);
      const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scroll <= client, `${path} scrolls sideways at ${width}: ${scroll}`);
    }
  }
  await page.context().close();
});

test("Japanese: no English is left on these pages", async () => {
  const page = await open({ lang: "ja" });
  await page.goto("/file-passwords");
  await page.getByRole("button", { name: "日本語" }).click();
  for (const path of PAGES) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "ja", path);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${path.replace(/\W+/g, "-")}-ja.png`, fullPage: true });
    const left = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll("bdi, code, pre, kbd, .mono, [lang]:not([lang=ja]), script, textarea")) e.remove();
      return [...copy.innerText.matchAll(/[A-Za-z][A-Za-z]+(?: [A-Za-z]+)+/g)].map((m) => m[0]);
    });
    assert.deepEqual(left.filter((t) => !/^(Sekisho|Protocol tests|Test owner|Some Example|English)/.test(t)), [], path);
  }
  sql(`UPDATE account SET lang = NULL WHERE org_id = '${org}'`);
  await page.context().close();
});
