// Digests in the console (rules, conflicts, words, test) and in the settings of people: real browser, script off, both languages.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_DIGEST_TEST_VAR; // a stack that runs already (development)
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
let env, portal, console_, browser;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment webdigest; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();
const states = {};
const violations = [];
async function open(base, { as, js = false, width = 1280, dark = false, lang = "en" } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: base, storageState: as && states[as] });
  context.on("page", (page) => page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(m.text()); }));
  return context.newPage();
}
// Whatever way of signing in comes first: address and password, on one page or on two.
async function signIn(base, address) {
  const page = await open(base);
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  if (!(await page.locator("[name=password]").count())) await page.locator("main button.primary").click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin" && !u.pathname.startsWith("/signin/"));
  states[address] = await page.context().storageState();
  await page.context().close();
}
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true }); };
const bar = (page) => page.locator(".bar").innerText();
const ADMIN = "kenji.ota@acme.example", MISAKI = "misaki.sato@acme.example";

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  console_ = `http://127.0.0.1:${env.ADMIN_PORT}`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  const work = `${env.VAR}-work`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  const attempt = (...args) => { try { sekisho(...args); } catch (e) { if (!EXTERNAL) throw e; } };
  attempt("setup", "--org", "Acme Group", "--admin", ADMIN, "--password-file", `${work}/password`);
  attempt("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  attempt("user", "add", MISAKI, "--lang", "ja", "--tz", "Asia/Tokyo", "--password-file", `${work}/password`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  await signIn(console_, ADMIN);
  await signIn(portal, MISAKI);
});
after(async () => {
  await browser?.close();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

async function addRule(page, { name, priority = "100", targets = "", times = "9:00, 17:30", days }) {
  await page.goto("/digest/add");
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=priority]").fill(priority);
  await page.locator("[name=targets]").fill(targets);
  await page.locator("[name=times]").fill(times);
  if (days) for (let d = 1; d <= 7; d++) await page.locator(`[name=day-${d}]`).setChecked(days.includes(d));
  await page.locator("main form .btn.primary").click();
}

test("I08 rules: add, errors, several times a day, weekly, zone, next time", async () => {
  const page = await open(console_, { as: ADMIN });
  await page.goto("/digest");
  assert.match(await page.locator("main").innerText(), /No rules yet/);
  await addRule(page, { name: "Everybody", times: "25:00", days: [] });
  assert.match(await page.locator("main").innerText(), /Choose at least one day/);
  assert.match(await page.locator("main").innerText(), /up to 12 times/);
  assert.equal(await page.locator("[name=times]").inputValue(), "25:00");
  await addRule(page, { name: "Everybody" });
  assert.match(await bar(page), /Everybody added/);
  assert.equal(sql("SELECT times::text || days || enabled FROM digest_rule"), "{540,1050}127true");
  await addRule(page, { name: "Everybody" });
  assert.match(await page.locator("main").innerText(), /rule of this name already/);
  await addRule(page, { name: "Sales", priority: "10", targets: "Sales@Acme.example\nbranch.example", times: "8:15", days: [1, 5] });
  assert.equal(sql("SELECT targets::text || days FROM digest_rule WHERE name = 'Sales'"), "{sales@acme.example,branch.example}17");
  assert.ok(Number(sql("SELECT extract(isodow FROM next_at AT TIME ZONE tz) FROM digest_rule WHERE name = 'Sales'")) % 4 === 1);
  await addRule(page, { name: "Bad", targets: "not an address at all@" });
  assert.match(await page.locator("main").innerText(), /Enter addresses such as/);
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'digest.rule_added'"), "2");
  await page.context().close();
});

test("I08 conflicts are seen: the same priority, a rule that is never used", async () => {
  const page = await open(console_, { as: ADMIN });
  await addRule(page, { name: "Twin", priority: "10", targets: "sales@acme.example" });
  await addRule(page, { name: "Never", priority: "500", targets: "x@acme.example" });
  await page.goto("/digest");
  const row = (name) => page.locator("tbody tr", { has: page.locator("b", { hasText: name }) });
  assert.match(await row("Twin").innerText(), /same priority as “Sales”/);
  assert.match(await row("Never").innerText(), /never used: “Everybody”/);
  assert.match(await row("Everybody").innerText(), /For some of its recipients/);
  await shot(page, "digest-rules");
  for (const name of ["Twin", "Never"]) {
    await row(name).locator("a.row-link").click();
    await page.getByRole("link", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete the rule" }).click();
    assert.match(await bar(page), new RegExp(`${name}. deleted|${name} deleted`));
  }
  await page.context().close();
});

test("12.6 two admins change one rule: nobody's work is lost", async () => {
  const one = await open(console_, { as: ADMIN }), two = await open(console_, { as: ADMIN });
  const id = sql("SELECT rule_id FROM digest_rule WHERE name = 'Everybody'");
  for (const page of [one, two]) await page.goto(`/digest/${id}`);
  await one.locator("[name=times]").fill("7:00");
  await one.locator(".card-foot .primary").click();
  await two.locator("[name=priority]").fill("200");
  await two.locator(".card-foot .primary").click();
  assert.match(await two.locator("main").innerText(), /changed this meanwhile/);
  assert.equal(sql("SELECT times::text || priority FROM digest_rule WHERE name = 'Everybody'"), "{420}100");
  // The job moves the time of a rule on: that is no change of anybody.
  await one.goto(`/digest/${id}`);
  sql("UPDATE digest_rule SET next_at = next_at + interval '1 day' WHERE name = 'Everybody'");
  await one.locator("[name=times]").fill("9:00");
  await one.locator(".card-foot .primary").click();
  assert.match(await bar(one), /changed/);
  await one.context().close();
  await two.context().close();
});

test("I10 words by language, a test to oneself, settings", async () => {
  const page = await open(console_, { as: ADMIN });
  await page.goto("/digest/texts");
  const form = page.locator("form.card", { has: page.locator("input[name=lang][value=ja]") });
  await form.locator("[name=subject]").fill("{org}: {n}件");
  await form.locator("[name=intro]").fill("お疲れさまです。");
  await form.getByRole("button").click();
  assert.equal(sql("SELECT subject || intro FROM digest_text WHERE lang = 'ja'"), "{org}: {n}件お疲れさまです。");
  await page.goto(`/digest/${sql("SELECT rule_id FROM digest_rule WHERE name = 'Everybody'")}`);
  await shot(page, "digest-rule");
  await page.getByRole("button", { name: "Send me a test" }).click();
  assert.match(await bar(page), /on its way to kenji/);
  for (let i = 0; i < 80 && sql("SELECT count(*) FROM user_mail WHERE recipient = 'kenji.ota@acme.example' AND kind = 'digest'") === "0"; i++) await new Promise((r) => setTimeout(r, 200));
  assert.equal(sql("SELECT count(*) FROM user_mail WHERE recipient = 'kenji.ota@acme.example' AND kind = 'digest'"), "1");
  await page.goto("/digest");
  await page.locator("[name=link_days]").fill("400");
  await page.locator(".card-foot .primary").click();
  assert.match(await page.locator("main").innerText(), /from 1 to 90/);
  await page.locator("[name=link_days]").fill("７");
  await page.locator(".card-foot .primary").click();
  assert.equal(sql("SELECT link_days FROM digest_setting"), "7");
  await page.context().close();
});

test("U11 the digest as it will look: page and text, no link, the organisation's words, only of one's own mailboxes", async () => {
  sql(`INSERT INTO digest_text (org_id, lang, subject, intro) SELECT org_id, 'ja', '', 'Qqintro <b>' FROM org ON CONFLICT (org_id, lang) DO UPDATE SET intro = excluded.intro`);
  const page = await open(portal, { as: MISAKI, lang: "ja", js: false });
  await page.goto("/settings/digest");
  await page.locator("main a[href^='/settings/digest/sample']").click();
  assert.equal(await page.locator("h1").innerText(), "ダイジェストの表示例");
  await shot(page, "digest-sample-ja");
  const frame = page.frameLocator("iframe.mail-frame");
  assert.match(await frame.locator("h1").innerText(), /3/);
  assert.match(await frame.locator("body").innerText(), /Qqintro <b>[^]*配信/, "the buttons have their words");
  assert.equal(await frame.locator("a[href], img, script, form").count(), 0, "nothing leads anywhere");
  await page.locator("main nav.tabs a").nth(1).click();
  const text = await page.locator("main pre").innerText();
  assert.match(text, /Qqintro/);
  assert.doesNotMatch(text, /https?:/);
  assert.equal((await page.goto("/settings/digest/sample?mailbox=kenji.ota@acme.example")).status(), 404);
  assert.equal((await page.goto("/settings/digest/sample/page?mailbox=kenji.ota@acme.example")).status(), 404);
  sql("DELETE FROM digest_text WHERE lang = 'ja'");
  await page.context().close();
});

test("U11 one's own digest: times, kinds, notices, off, send one now; in Japanese without an English word", async () => {
  const page = await open(portal, { as: MISAKI, lang: "ja" });
  await page.goto("/settings/digest");
  assert.equal(await page.locator("h1").innerText(), "ダイジェスト");
  assert.match(await page.locator("main").innerText(), /次回\s[^]*通知しない時間（終了）/, "neither the button nor the date of expiry of other pages");
  const words = (await page.locator("main").innerText()).replace(/misaki\.sato@acme\.example|HTML|English|Deutsch|Español|Français|Italiano|Português|Brasil|Asia\/\S+|UTC\S*/g, "").match(/[A-Za-z]{4,}/g) ?? [];
  assert.deepEqual(words, []);
  await shot(page, "digest-own-ja");
  await page.locator("select[name=own]").selectOption("own");
  await page.locator("main details[name=own] summary").click().catch(() => {});
  await page.locator("[name=times]").fill("12:00 18:30");
  await page.locator("[name=day-6]").uncheck();
  await page.locator("[name=kind-graymail]").uncheck();
  assert.equal(await page.locator(".samples label:has(svg) [name=format]").count(), 2, "U11 a picture of each format");
  assert.ok(await page.locator("[name=format][value=rule]").isChecked());
  await page.locator("[name=format][value=text]").check();
  await page.locator("[name=instant]").check();
  await page.locator("[name=quiet_from]").fill("22:00");
  await page.locator(".card-foot .primary").click();
  assert.match(await page.locator("main").innerText(), /両方の時刻/);
  await page.locator("[name=quiet_to]").fill("7:00");
  await page.locator(".card-foot .primary").click();
  assert.match(await bar(page), /保存/);
  assert.equal(sql(`SELECT times::text || days || tz || instant || quiet_from || '-' || quiet_to || ('graymail' = ANY (kinds)) FROM digest_pref WHERE address = '${MISAKI}'`), "{720,1110}95Asia/Tokyotrue1320-420false");
  assert.equal(sql(`SELECT format FROM digest_pref WHERE address = '${MISAKI}'`), "text");
  assert.ok(await page.locator("[name=format][value=text]").isChecked());
  assert.equal(sql(`SELECT lang IS NULL FROM digest_pref WHERE address = '${MISAKI}'`), "t", "U11 the language of the account, whatever that is later");
  assert.match(await page.locator("main").innerText(), /12:00, 18:30/);
  sql("UPDATE digest_setting SET instant = false");
  await page.goto("/settings/digest");
  assert.equal(await page.locator("[name=instant], [name=quiet_from]").count(), 0);
  await page.locator(".card-foot .primary").click();
  assert.match(await bar(page), /保存/);
  assert.equal(sql(`SELECT instant || ' ' || quiet_from || '-' || quiet_to FROM digest_pref WHERE address = '${MISAKI}'`), "true 1320-420", "what the page does not show stays as it was");
  sql("UPDATE digest_setting SET instant = true");
  await page.goto("/settings/digest");
  await page.locator("form[action='/settings/digest/now'] button").click();
  assert.match(await bar(page), /隔離したメールはない/);
  await page.locator("[name=enabled]").uncheck();
  await page.locator("select[name=own]").selectOption("rule");
  await page.locator(".card-foot .primary").click();
  assert.equal(sql(`SELECT enabled || coalesce(times::text, '-') FROM digest_pref WHERE address = '${MISAKI}'`), "false-");
  assert.equal((await page.goto("/settings/digest?mailbox=kenji.ota@acme.example")).status(), 404);
  sql("UPDATE digest_setting SET users_may = false");
  await page.goto("/settings/digest");
  assert.ok(await page.locator("fieldset[disabled]").count());
  sql("UPDATE digest_setting SET users_may = true");
  await page.context().close();
});

test("pages: axe, 320 px, dark", async () => {
  const rule = sql("SELECT rule_id FROM digest_rule LIMIT 1");
  for (const [base, as, paths] of [[console_, ADMIN, ["/digest", "/digest/add", `/digest/${rule}`, `/digest/${rule}/delete`, "/digest/texts"]], [portal, MISAKI, ["/settings/digest", "/settings"]]])
    for (const path of paths) {
      const page = await open(base, { as, width: 320, dark: true, js: true });
      assert.equal((await page.goto(path)).status(), 200, path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} scrolls sideways`);
      assert.deepEqual(await axe(page), [], path);
      await page.context().close();
    }
  assert.deepEqual(violations, []);
});
