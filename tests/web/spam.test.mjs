// Spam and phishing in a real browser: settings, lists with their mistakes, files; the evidence on the pages of a message
// for administrators and end users (F25, F27, F28, F29, N5); then axe, 320 pixels, Japanese.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PORTS, account, forget, session, sql } from "./raw.mjs";

let browser, org;
const MESSAGE = randomUUID(), RECIPIENT = randomUUID(), LANGS = { en: "English", ja: "日本語" };

before(async () => {
  ({ org } = account("owner"));
  sql(`UPDATE account SET page_size = 10 WHERE org_id = '${org}'`);
  const { id } = account("user");
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('${org}', '${id}', 'u@spam.example')`);
  const scan = JSON.stringify({
    findings: [
      { scanner: "social", code: "social-transfer", kind: "", score: 1.5, evidence: "\"quick task\", \"are you available\"", part: "", org: "" },
      { scanner: "people", code: "person-foreign", kind: "impersonation", score: 4, evidence: "Taro <b> Yamada → x@evil.example", part: "", org: org },
      { scanner: "rules", code: "SOME_RULE", kind: "", score: 0.7, evidence: "described by its author", part: "1", org: "" },
    ], anomalies: ["header-8bit"], parts: [] });
  const reasons = JSON.stringify([{ code: "person-foreign", kind: "impersonation", severity: "danger", slots: { what: "Taro <b> Yamada → x@evil.example" } }]);
  sql(`INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, score, threshold, reasons, scan)
    VALUES ('${org}', '${MESSAGE}', now(), 'n', 'in', 'x@evil.example', 'x@evil.example', 'Taro Yamada', 'Quick task', 100, '\\x00', 'impersonation', 6.2, 5, '${reasons}', '${scan}')`);
  sql(`INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, rule, expires_at)
    SELECT '${org}', '${MESSAGE}', '${RECIPIENT}', received_at, 'u@spam.example', 'spam.example', 'u@spam.example', 'held', 'quarantine', 'impersonation', 'impersonation', now() + interval '9 days' FROM message WHERE message_id = '${MESSAGE}'`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  sql(`DELETE FROM message_recipient WHERE message_id = '${MESSAGE}'; DELETE FROM message WHERE message_id = '${MESSAGE}'`);
  for (const t of ["spam_setting", "spam_entry"]) sql(`DELETE FROM ${t} WHERE org_id = '${org}'`);
  forget();
});

async function open({ surface = "admin", role = "owner", js = true, lang = "en" } = {}) {
  sql(`UPDATE account SET lang = '${lang}' WHERE org_id = '${org}'`);
  const url = `http://127.0.0.1:${PORTS[surface]}`, [name, value] = session(surface, role).cookie.split("=");
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width: 1280, height: 900 }, locale: lang, baseURL: url, reducedMotion: "reduce" });
  await context.addCookies([{ name, value, url }]);
  return context.newPage();
}
const bar = (page) => page.locator(".bar");
const say = (page) => page.locator(".error, .summary").allInnerTexts().then((t) => t.join(" "));
const stored = (path) => sql(`SELECT settings #>> '{${path}}' FROM spam_setting WHERE org_id = '${org}'`);

test("F25 settings: defaults, saved, versions, mistakes beside their field", async () => {
  const page = await open({ js: false });
  await page.goto("/");
  await page.getByRole("link", { name: "Spam and phishing" }).click();
  assert.equal(new URL(page.url()).pathname, "/spam");
  assert.equal(await page.getByLabel("From which score on mail is spam").inputValue(), "moderately_low");
  assert.match(await page.getByLabel("From which score on mail is spam").innerText(), /Moderately low \(default\) - from a score of 5\.0/);
  assert.equal(await page.getByLabel("Newsletters and other bulk mail", { exact: true }).inputValue(), "tag");
  assert.equal(await page.getByLabel("Impersonation", { exact: true }).inputValue(), "hold");
  assert.ok(await page.getByLabel("Advertisements and newsletters").isChecked());
  assert.ok(!(await page.getByLabel("Mailing lists and forums").isChecked()));
  const other = await open();
  await other.goto("/spam");
  await page.getByLabel("From which score on mail is spam").selectOption("highest");
  await page.getByLabel("Spam", { exact: true }).selectOption("deliver");
  await page.getByLabel("Mailing lists and forums").check();
  await page.getByLabel("Watch the names of high-profile users").uncheck();
  await page.getByLabel("Tag before the subject").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await say(page), /Enter the tag that marks such mail/);
  assert.equal(await page.getByLabel("From which score on mail is spam").inputValue(), "highest");
  await page.getByLabel("Tag before the subject").fill("[広告]");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.deepEqual(["level", "actions,spam", "graymail,forum", "people", "tag"].map(stored), ["highest", "deliver", "true", "false", "[広告]"]);
  await other.getByRole("button", { name: "Save" }).click();
  await other.locator("#f-version").waitFor();
  assert.equal(stored("level"), "highest");
  assert.match(sql(`SELECT detail::text FROM audit WHERE org_id = '${org}' AND event = 'spam.changed'`), /highest/);
  await page.context().close();
  await other.context().close();
});

test("F27 high-profile users: added, mistakes, twice, paging, deleted after a question", async () => {
  const page = await open();
  await page.goto("/spam/lists?list=person");
  assert.match(await page.locator("main").innerText(), /Nobody is listed[\s\S]*Add one below/);
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await say(page), /Enter the first or the last name/);
  await page.getByLabel("First name").fill("Taro");
  await page.getByLabel("Last name").fill("Yamada");
  await page.getByLabel("Addresses of this person").fill("taro@home.example\nnothing");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await say(page), /Enter addresses such as/);
  assert.equal(await page.getByLabel("Last name").inputValue(), "Yamada");
  await page.getByLabel("Addresses of this person").fill("Taro@home.example\nt@work.example");
  await page.getByRole("button", { name: "Add" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT value FROM spam_entry WHERE org_id = '${org}'`), "Taro,,Yamada,taro@home.example t@work.example");
  assert.match(await page.locator("tbody").innerText(), /Taro Yamada\s+taro@home\.example, t@work\.example/);
  await page.getByLabel("First name").fill("Taro");
  await page.getByLabel("Last name").fill("Yamada");
  await page.getByLabel("Addresses of this person").fill("taro@home.example\nt@work.example");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await say(page), /on the list already/);
  sql(`INSERT INTO spam_entry (org_id, entry_id, list, value) SELECT '${org}', uuid7(), 'person', 'P' || i || ',,Q,' FROM generate_series(100, 124) i`);
  await page.goto("/spam/lists?list=person");
  const seen = new Set(), rows = page.locator("tbody tr b");
  const collect = async () => { for (const t of await rows.allInnerTexts()) { assert.ok(!seen.has(t), t); seen.add(t); } };
  await collect();
  while (await page.getByRole("link", { name: "Older" }).count()) { await page.getByRole("link", { name: "Older" }).click(); await collect(); }
  assert.equal(seen.size, 26);
  await page.getByRole("link", { name: "Delete Taro Yamada" }).click();
  await page.getByRole("button", { name: "Delete the entry" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT count(*) FROM spam_entry WHERE org_id = '${org}' AND value LIKE 'Taro%'`), "0");
  await page.context().close();
});

test("F28 F29 domains, exceptions, servers: exact names, limits of 100 and 1000, files by merge and overwrite", async () => {
  const page = await open({ js: false });
  for (const [list, bad, good, why] of [["domain", "*.paypal.com", "PayPal.com", /exact domain/], ["exception", "not a domain", "example.net", /exact domain/], ["graymail", "192.0.2.1/24", "192.0.2.0/24", /address or a network/]]) {
    await page.goto(`/spam/lists?list=${list}`);
    const field = page.getByLabel(list === "graymail" ? "Address or network" : "Domain", { exact: true });
    await field.fill(bad);
    await page.getByRole("button", { name: "Add" }).click();
    assert.match(await say(page), why);
    await field.fill(good);
    await page.getByRole("button", { name: "Add" }).click();
    assert.equal(sql(`SELECT value FROM spam_entry WHERE org_id = '${org}' AND list = '${list}'`), good.toLowerCase());
  }
  const send = async (text, mode) => {
    await page.goto("/spam/lists/import?list=domain");
    await page.getByLabel("Text file").setInputFiles({ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.getByLabel("What becomes of the list").selectOption(mode);
    await page.getByRole("button", { name: "Check the file" }).click();
  };
  await send("# ours\nb.example\nwrong domain\nb.example\npaypal.com\n", "merge");
  assert.match(await page.locator("main").innerText(), /This is not a domain[\s\S]*An earlier line says the same/);
  assert.equal(sql(`SELECT count(*) FROM spam_entry WHERE org_id = '${org}' AND list = 'domain'`), "1");
  await page.getByRole("button", { name: "Add to the list" }).click();
  assert.match(await bar(page).innerText(), /1 added, 0 deleted/);
  const names = (n) => Array.from({ length: n }, (_, i) => `d${i}.example\n`).join("");
  await send(names(99), "merge");
  await page.getByRole("button", { name: "Add to the list" }).click();
  assert.match(await bar(page).innerText(), /100 entries at most\. Nothing was imported/);
  await send(names(100), "overwrite");
  assert.match(await page.locator("main").innerText(), /Entries that are not in the file are deleted/);
  await page.getByRole("button", { name: "Replace the list" }).click();
  assert.match(await bar(page).innerText(), /100 added, 2 deleted/);
  await page.goto("/spam/lists?list=domain");
  await page.getByLabel("Domain", { exact: true }).fill("one-more.example");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await say(page), /no room/);
  sql(`INSERT INTO spam_entry (org_id, entry_id, list, value) SELECT '${org}', uuid7(), 'exception', 'e' || i || '.example' FROM generate_series(2, 1000) i`);
  assert.throws(() => sql(`INSERT INTO spam_entry (org_id, entry_id, list, value) VALUES ('${org}', uuid7(), 'exception', 'e.example')`), /no room/);
  const file = await page.request.get("/spam/lists/export?list=domain");
  assert.equal((await file.text()).split("\n").length, 101);
  await page.context().close();
});

test("N5 evidence of a message: one sentence first, then what was found and how much it weighs", async () => {
  const shown = {
    en: { sentence: "It says it is from Taro <b> Yamada, but comes from x@evil.example", words: "The name of one of your people with a foreign address", score: "6.2" },
    ja: { sentence: "差出人はTaro <b> Yamadaとありますが、実際の送信元はx@evil.exampleです", words: "保護対象のユーザーの名前と、外部のアドレス", score: "6.2" },
  };
  for (const lang of Object.keys(LANGS))
    for (const [surface, role, path] of [["admin", "owner", `/tracking/${MESSAGE}`], ["admin", "owner", `/quarantine/${RECIPIENT}`], ["portal", "user", `/m/${RECIPIENT}`]]) {
      const page = await open({ surface, role, lang });
      await page.goto(path);
      if (surface === "portal") {
        assert.ok(!(await page.locator("aside").innerText()).includes(shown[lang].score), "the reader is not met by numbers");
        await page.locator("aside details summary").click();
      }
      const text = await page.locator("aside").innerText(), rows = await page.locator(".evidence tbody tr").allInnerTexts();
      assert.ok(text.includes(shown[lang].sentence), `${path} ${lang}: ${text}`);
      assert.ok(text.includes(shown[lang].score), `${path} ${lang}: score`);
      assert.match(rows[0], new RegExp(`4\\.0[\\s\\S]*${shown[lang].words}[\\s\\S]*x@evil\\.example`));
      assert.match(rows[1], /1\.5[\s\S]*quick task/);
      assert.match(rows[2], /0\.7[\s\S]*SOME_RULE[\s\S]*described by its author/);
      assert.equal(rows.some((r) => r.includes("header-8bit")), surface === "admin");
      if (process.env.SHOTS) for (const width of [1280, 320]) { await page.setViewportSize({ width, height: 900 }); await page.screenshot({ path: `${process.env.SHOTS}/evidence-${surface}${path.split("/")[1]}-${lang}-${width}.png`, fullPage: true }); }
      assert.deepEqual(await axe(page), [], path);
      await page.context().close();
    }
});

const PAGES = ["/spam", "/spam/lists?list=person", "/spam/lists?list=domain", "/spam/lists?list=graymail", "/spam/lists/import?list=person"];

test("who may only look sees no forms; Japanese has no English left", async () => {
  const page = await open({ role: "auditor" });
  for (const path of PAGES.filter((p) => !p.includes("import"))) {
    await page.goto(path);
    assert.equal(await page.locator("main form[method=post] button:not([disabled])").count(), 0, path);
  }
  await page.context().close();
  const ja = await open({ lang: "ja" });
  for (const path of PAGES) {
    await ja.goto(path);
    assert.doesNotMatch((await ja.locator("main").innerText()).replace(/[\w.@-]*(example|www)[\w.@-]*|IPv\d|SPAM|IP|SNS|[PQ]\d*|db8|TXT|Yamada|Taro/g, ""), /[A-Za-z]{4,}/, path);
  }
  await ja.context().close();
});

test("axe finds nothing: light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
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
