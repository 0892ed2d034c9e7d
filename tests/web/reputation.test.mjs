// Web reputation in a real browser: level and DNS lists, approved links, suspicious objects; then roles, axe, 320 pixels and
// Japanese on each page. What the gate makes of it is in tests/e2e/31-reputation.sh.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PORTS, account, ask, forget, session, sql } from "./raw.mjs";

const base = `http://127.0.0.1:${PORTS.admin}`;
const SHA = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
let browser, org;

before(async () => {
  ({ org } = account("owner"));
  sql(`UPDATE account SET page_size = 10 WHERE org_id = '${org}'`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  for (const t of ["reputation_setting", "reputation_list", "reputation_entry", "reputation_removed"]) sql(`DELETE FROM ${t} WHERE org_id IN ('${org}', '00000000-0000-0000-0000-000000000000')`);
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
const entries = (list) => sql(`SELECT string_agg(concat_ws(' ', type, value, action), ', ' ORDER BY value) FROM reputation_entry WHERE org_id = '${org}' AND list = '${list}'`);

test("F30 level and untested links: the default, saving, somebody else was first", async () => {
  const page = await open({ js: false });
  await page.goto("/");
  await page.goto("/reputation");
  assert.equal(await page.getByLabel("Security level").inputValue(), "3");
  assert.ok(!(await page.getByLabel("Also hold messages with links that no list knows").isChecked()));
  const other = await open({ js: false });
  await other.goto("/reputation");
  await page.getByLabel("Security level").selectOption("5");
  await page.getByLabel("Also hold messages with links that no list knows").check();
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT level, untested FROM reputation_setting WHERE org_id = '${org}'`), "5|t");
  assert.match(sql(`SELECT detail FROM audit WHERE org_id = '${org}' AND event = 'reputation.settings' ORDER BY seq DESC LIMIT 1`), /"level": 5/);
  await other.getByLabel("Security level").selectOption("0");
  await other.getByRole("button", { name: "Save" }).click();
  assert.match(await other.locator("main").innerText(), /Show what is saved now/);
  assert.equal(sql(`SELECT level FROM reputation_setting WHERE org_id = '${org}'`), "5");
  await page.context().close();
  await other.context().close();
});

test("F30 DNS lists: added, off and on, deleted, at most ten; mistakes stand beside their field", async () => {
  const page = await open();
  await page.goto("/reputation");
  assert.match(await page.locator("main").innerText(), /No list is used/);
  const add = async (zone, codes, level = "dangerous") => {
    await page.getByLabel("Name of the list").fill(zone);
    await page.getByLabel("What it names is").selectOption(level);
    await page.getByLabel("Answers that count").fill(codes);
    await page.getByRole("button", { name: "Add the list" }).click();
    await page.waitForLoadState();
  };
  await add("nolist", "");
  assert.match(await say(page), /name of a DNS list/);
  await add("multi.example.org", "&999", "suspicious");
  assert.match(await say(page), /Write answers as/);
  assert.equal(await page.getByLabel("What it names is").inputValue(), "suspicious");
  await page.getByLabel("Also ask for links to IP addresses").check();
  await add("Multi.example.org", "127.0.0.2 &8=suspicious");
  await bar(page).waitFor();
  assert.equal(sql(`SELECT zone, codes, level, hosts, addresses, enabled FROM reputation_list WHERE org_id = '${org}'`), "multi.example.org|127.0.0.2 &8=suspicious|dangerous|f|t|t");
  await add("multi.example.org", "");
  assert.match(await say(page), /there already/);
  await page.goto("/reputation");
  await page.getByRole("button", { name: "Turn multi.example.org off" }).click();
  await page.getByRole("button", { name: "Turn multi.example.org on" }).waitFor();
  sql(`INSERT INTO reputation_list (org_id, list_id, zone) SELECT '${org}', uuid7(), 'l' || i || '.example.org' FROM generate_series(1, 9) i`);
  await page.goto("/reputation");
  await add("eleven.example.org", "");
  assert.match(await say(page), /ten lists already/);
  await page.goto("/reputation");
  await page.getByRole("link", { name: "Delete multi.example.org" }).click();
  await page.getByRole("button", { name: "Delete the list" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT count(*) FROM reputation_list WHERE org_id = '${org}'`), "9");
  await page.goto("/audit");
  assert.match(await page.locator("table").innerText(), /DNS list multi\.example\.org deleted for links[\s\S]*turned off for links[\s\S]*added for links/);
  await page.context().close();
});

test("F32 approved links: added, found, taken off, put back", async () => {
  const page = await open({ js: false });
  await page.goto("/reputation/entries?list=approved");
  assert.match(await page.locator("main").innerText(), /No link is approved/);
  const add = async (value, note = "") => {
    await page.getByLabel("Domain or page").fill(value);
    await page.getByLabel(/^Note/).fill(note);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
  };
  for (const [value, why] of [["", /no page, domain/], ["co.jp", /many owners/], ["a@b.example", /Only pages, domains/], [SHA, /Only pages, domains/], ["d41d8cd98f00b204e9800998ecf8427e", /SHA-256/]]) {
    await add(value);
    assert.match(await say(page), why, value);
  }
  await add("https://WWW.Example.com/a/../News/#x", "a <b>note</b>");
  assert.match(await bar(page).innerText(), /www\.example\.com\/News\/ is approved now/);
  await add("Partner.example");
  await add("partner.example");
  assert.match(await say(page), /in this list already/);
  assert.equal(entries("approved"), "domain partner.example block, url www.example.com/News/ block");
  await page.goto("/reputation/entries?list=approved&q=note");
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.match(await page.locator("tbody").innerText(), /a <b>note<\/b>/);
  await page.goto("/reputation/entries?list=approved&type=ip");
  assert.match(await page.locator("main").innerText(), /Nothing matches/);
  await page.goto("/reputation/entries?list=approved");
  await page.getByRole("button", { name: "Remove partner.example" }).click();
  assert.match(await bar(page).innerText(), /partner\.example taken off the list/);
  assert.equal(entries("approved"), "url www.example.com/News/ block");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.match(await bar(page).innerText(), /Put back on the list/);
  assert.equal(entries("approved"), "domain partner.example block, url www.example.com/News/ block");
  assert.equal(new URL(page.url()).searchParams.get("list"), "approved");
  await page.context().close();
});

test("M16 suspicious objects: every kind, what is done, until when", async () => {
  const page = await open();
  await page.goto("/reputation/entries?list=suspicious");
  assert.match(await page.locator("main").innerText(), /Nothing is listed as suspicious/);
  const add = async (value, { action = "block", until = "" } = {}) => {
    await page.getByLabel("Page, domain, IP address").fill(value);
    await page.getByLabel("Action", { exact: true }).selectOption(action);
    await page.locator("#f-expires").fill(until);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.waitForLoadState();
  };
  await add("bad.example", { until: "2001-01-01" });
  assert.match(await say(page), /date to come/);
  assert.equal(await page.getByLabel("Page, domain, IP address").inputValue(), "bad.example");
  await add("hxxp://bad[.]example/x", { until: "2099-12-31" });
  await bar(page).waitFor();
  for (const v of [SHA.toUpperCase(), "192.0.2.7", "Me@bad.example"]) await add(v);
  await add("watched.example", { action: "log" });
  await bar(page).waitFor();
  assert.equal(entries("suspicious"), `file ${SHA} block, ip 192.0.2.7 block, url bad.example/x block, sender me@bad.example block, domain watched.example log`);
  sql(`UPDATE reputation_entry SET expires_at = now() - interval '1 day' WHERE org_id = '${org}' AND value = 'bad.example/x'`);
  await page.goto("/reputation/entries?list=suspicious");
  assert.match(await page.locator("tbody tr", { hasText: "bad.example/x" }).innerText(), /Expired/);
  assert.match(await page.locator("tbody tr", { hasText: "watched" }).innerText(), /Write down/);
  await add("bad.example/x");
  await bar(page).waitFor();
  assert.equal(sql(`SELECT count(*) FROM reputation_entry WHERE org_id = '${org}' AND value = 'bad.example/x' AND expires_at IS NULL`), "1", "what is expired is listed anew");
  await page.context().close();
});

test("M16 import: what a file would do is shown first; undone; the export reads back the same", async () => {
  const page = await open({ js: false });
  const send = async (text) => {
    await page.goto("/reputation/entries/import?list=suspicious");
    await page.getByLabel("CSV file").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Check the file" }).click();
  };
  await page.goto("/reputation/entries/import?list=suspicious");
  await page.getByRole("button", { name: "Check the file" }).click();
  assert.match(await say(page), /Choose a CSV file/);
  sql(`DELETE FROM reputation_entry WHERE org_id = '${org}' AND list = 'suspicious'`);
  sql(`INSERT INTO reputation_entry (org_id, entry_id, list, type, value) VALUES ('${org}', uuid7(), 'suspicious', 'domain', 'known.example')`);
  const file = "value,note,action,expires\r\none.example,\"ours, \"\"all\"\"\",log,2099-01-31\r\nknown.example\r\nhttp://Two.example/a,=1+1\r\none.example,again\r\nnonsense x,y\r\nthree.example,,maybe\r\nfour.example,,,2001-01-01\r\n";
  await send(file);
  const text = await page.locator("main").innerText();
  assert.match(text, /Will be added\s+2/);
  for (const why of [/known\.example\s+It is in this list already/, /one\.example\s+It stands in an earlier line/, /nonsense x\s+This is no page/, /three\.example\s+The action is/, /four\.example\s+Enter a date to come/]) assert.match(text, why);
  assert.equal(entries("suspicious"), "domain known.example block", "nothing before it is confirmed");
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  assert.match(await bar(page).innerText(), /2 entries added/);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.match(await bar(page).innerText(), /import was undone: 2 entries removed/);
  assert.equal(entries("suspicious"), "domain known.example block");
  await send(file);
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  const who = session("admin", "owner");
  const out = await ask("admin", "GET", "/reputation/entries/export?list=suspicious", { cookie: who.cookie });
  assert.equal(out.status, 200);
  assert.match(out.body, /"one\.example","ours, ""all""",log,2099-01-31T00:00:00\.000Z\r\n/);
  assert.match(out.body, /"http:\/\/two\.example\/a","'=1\+1",block,\r\n/);
  const before = entries("suspicious");
  sql(`DELETE FROM reputation_entry WHERE org_id = '${org}' AND list = 'suspicious'`);
  await send(out.body);
  await page.getByRole("button", { name: "Add 3 entries" }).click();
  assert.equal(entries("suspicious"), before);
  await page.context().close();
});

test("lists by keys: none twice, none missing; nobody else's", async () => {
  sql(`DELETE FROM reputation_entry WHERE org_id = '${org}' AND list = 'suspicious'`);
  sql(`INSERT INTO org (org_id, name, body_key) VALUES (uuid7(), 'Reputation of others', '\\x00')`);
  sql(`INSERT INTO reputation_entry (org_id, entry_id, list, type, value) SELECT org_id, uuid7(), 'suspicious', 'domain', 'theirs.example' FROM org WHERE name = 'Reputation of others'`);
  sql(`INSERT INTO reputation_entry (org_id, entry_id, list, type, value) SELECT '${org}', uuid7(), 'suspicious', 'domain', 'x' || i || '.example' FROM generate_series(1, 27) i`);
  const page = await open({ js: false }), seen = [];
  await page.goto("/reputation/entries?list=suspicious");
  for (;;) {
    seen.push(...(await page.locator("tbody tr td:first-child b bdi").allInnerTexts()));
    if (!(await page.getByRole("link", { name: "Older" }).count())) break;
    await page.getByRole("link", { name: "Older" }).click();
  }
  assert.equal(seen.length, 27);
  assert.equal(new Set(seen).size, 27);
  await page.getByRole("link", { name: "Newer" }).click();
  assert.equal(await page.locator("tbody tr").count(), 10);
  await page.context().close();
});

const NOBODY = "00000000-0000-0000-0000-000000000000";
test("M16 what holds for all organisations is shown, and cannot be changed here", async () => {
  const page = await open({ js: false });
  await page.goto("/reputation");
  await page.getByRole("link", { name: "For all organisations" }).click();
  assert.match(await page.locator("main").innerText(), /Nothing is listed for all organisations/);
  const id = sql(`INSERT INTO reputation_entry (org_id, entry_id, list, type, value, note) VALUES ('${NOBODY}', uuid7(), 'suspicious', 'domain', 'all.example', 'seen at work') RETURNING entry_id`).split("\n")[0];
  await page.reload();
  assert.match(await page.locator("tbody tr").innerText(), /all\.example[\s\S]*seen at work/);
  assert.equal(await page.locator("main form[method=post] button").count(), 0);
  await page.goto("/reputation/entries?list=suspicious");
  assert.doesNotMatch(await page.locator("main").innerText(), /all\.example/);
  const who = session("admin", "owner"), form = await ask("admin", "GET", "/reputation/entries", { cookie: who.cookie });
  const csrf = /name="csrf" value="([^"]+)"/.exec(form.body)[1];
  await ask("admin", "POST", "/reputation/entries/remove", { cookie: who.cookie, form: { csrf, id } });
  assert.equal(sql(`SELECT count(*) FROM reputation_entry WHERE org_id = '${NOBODY}'`), "1");
  await page.context().close();
});

const PAGES = ["/reputation", "/reputation/entries?list=approved", "/reputation/entries?list=suspicious", "/reputation/entries?list=suspicious&q=nothing-like-it", "/reputation/entries?list=everywhere", "/reputation/entries?list=everywhere&q=nothing-like-it", "/reputation/entries/import?list=suspicious", "/reputation/entries/import?list=approved"];

test("who may only look sees no forms", async () => {
  const page = await open({ role: "auditor" });
  for (const path of PAGES.filter((p) => !p.includes("import"))) {
    await page.goto(path);
    assert.equal(await page.locator("main form[method=post] button:not([disabled])").count(), 0, path);
  }
  await page.context().close();
});

test("axe finds nothing: light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
  sql(`INSERT INTO reputation_entry (org_id, entry_id, list, type, value, note, action, expires_at) VALUES
    ('${org}', uuid7(), 'suspicious', 'url', 'a-very-long-host-name-that-somebody-made.example/${"path/".repeat(60)}', 'a note', 'log', now() + interval '9 days'), ('${org}', uuid7(), 'suspicious', 'file', '${SHA}', '', 'block', NULL)`);
  sql(`INSERT INTO reputation_list (org_id, list_id, zone, codes, enabled) VALUES ('${org}', uuid7(), 'off.example.org', '127.0.0.2 127.0.0.4-127.0.0.7=suspicious', false)`);
  const page = await open();
  for (const path of PAGES) {
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
  await page.goto("/reputation");
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
