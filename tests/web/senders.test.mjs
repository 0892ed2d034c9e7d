// Sender lists in a real browser, in the portal and in the console, which show the same rows (D07):
// add with its mistakes, remove and undo, search (D09), import with preview and export (D10), recipients,
// settings; without script, in Japanese, axe, 320 pixels, the keyboard.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_SENDERS_TEST_VAR; // a stack that runs already (development)
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const KENJI = "kenji.ota@acme.example", MISAKI = "misaki.sato@acme.example", TOM = "tom.berger@acme.example";

let env, browser, work, as = {};

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment websenders; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();
const url = (surface) => `http://127.0.0.1:${surface === "admin" ? env.ADMIN_PORT : env.PORTAL_PORT}`;

function send(from, to, subject) {
  const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", `From: Somebody <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\n\r\n${GTUBE}\r\n.`, "QUIT"];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(env.SMTP_PORT), "127.0.0.1");
    let text = "", i = -1;
    socket.setTimeout(60_000, () => reject(new Error("SMTP is silent")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk;
      if (!/^\d\d\d .*\r\n$/m.test(text)) return;
      if (/^[45]\d\d /m.test(text)) return reject(new Error(`SMTP: ${text} after ${lines[i]}`));
      text = "";
      if (++i < lines.length) socket.write(lines[i] + "\r\n");
      else { socket.end(); resolve(); }
    });
  });
}

const violations = [];
async function open(surface, who, { js = true, width = 1280, dark = false, lang = "en" } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang,
    baseURL: url(surface), storageState: who ? as[who] : undefined, reducedMotion: "reduce", acceptDownloads: true,
  });
  context.on("page", (page) => {
    page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
  });
  return context.newPage();
}
async function signIn(surface, address) {
  const page = await open(surface);
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  if (surface === "portal") await page.getByRole("button", { name: /Next|次へ/ }).click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  const cookies = await page.context().storageState();
  await page.context().close();
  return cookies;
}
const bar = (page) => page.locator(".bar p");
const row = (page, text) => page.locator("tbody tr", { hasText: text });
const listed = async (page) => (await page.locator("tbody tr td b").allInnerTexts()).map((t) => t.trim());
async function add(page, sender, { scope, level, target } = {}) {
  await page.locator("#f-sender").fill(sender);
  if (scope) await page.locator("#f-scope").selectOption(scope);
  if (level) await page.locator("#f-level").selectOption(level);
  if (target !== undefined) await page.locator("#f-target").fill(target);
  await page.locator("form[action='/senders/add'] button.primary").click();
  await page.waitForLoadState();
}

before(async () => {
  env = environment();
  work = `${env.VAR}-work`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  for (const [who, lang] of [[MISAKI, "ja"], [TOM, "en"]]) sekisho("user", "add", who, "--lang", lang, "--password-file", `${work}/password`);
  await send("news@tabi-letter.example", TOM, "Kyoto in autumn");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  as = { tom: await signIn("portal", TOM), misaki: await signIn("portal", MISAKI), kenji: await signIn("admin", KENJI) };
});
after(async () => {
  await browser?.close();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

// Mail as if it had come and been delivered, n times; verified: the sender proved the From address.
function delivered(from, n, { to = TOM, name = "", verified = false } = {}) {
  sql(`WITH m AS (
      INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, scan)
      SELECT d.org_id, uuid7(), date_trunc('milliseconds', now()) - i * interval '10 ms', 'n1', 'in', '${from}', '${from}', '${name}', 'Letter ' || i, 1, '\\x00', 'clean', '${verified ? '{"verified": ["from"]}' : "{}"}'
        FROM domain d, generate_series(1, ${n}) i WHERE d.name = 'acme.example' RETURNING *)
    INSERT INTO message_recipient (org_id, received_at, message_id, recipient_id, address, domain, original, state, disposition)
    SELECT org_id, received_at, message_id, uuid7(), '${to}', 'acme.example', '${to}', 'delivered', 'deliver' FROM m`);
}

test("U8 portal, without script: an empty list offers the three senders of most delivered mail, each with a button", async () => {
  delivered("anna@often.example", 4, { name: "Anna <b>Bold</b>", verified: true });
  delivered("ben@often.example", 3, { name: "Not Ben" });
  delivered("carla@seldom.example", 2);
  delivered("dora@seldom.example", 1);
  delivered("boss@acme.example", 9);
  delivered("not an address", 8);
  delivered("emil@elsewhere.example", 7, { to: MISAKI });
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  assert.match(await page.locator(".empty").innerText(), /Nobody is allowed yet[\s\S]*Enter an address above/);
  assert.deepEqual((await page.locator(".offers li div").allInnerTexts()).map((t) => t.replace(/\s+/g, " ").trim()),
    ["anna@often.example Anna <b>Bold</b> 4 messages delivered", "ben@often.example 3 messages delivered", "carla@seldom.example 2 messages delivered"], "a name only when it was proven; nobody of one's own organisation; nobody else's mail");
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/senders-empty.png`, fullPage: true });
  assert.match(await page.locator("aside").innerText(), /0 of 500/);
  await page.goto("/senders?list=blocked");
  assert.equal(await page.locator(".offers li").count(), 3);
  await page.goto("/senders");
  await page.getByRole("button", { name: "Allow: anna@often.example" }).click();
  assert.match(await bar(page).innerText(), /anna@often\.example is allowed now/);
  assert.deepEqual(await listed(page), ["anna@often.example"]);
  assert.equal(await page.locator(".offers").count(), 0);
  await page.goto("/senders?list=blocked");
  assert.deepEqual(await page.locator(".offers li b").allInnerTexts(), ["ben@often.example", "carla@seldom.example", "dora@seldom.example"], "who is on a list is not offered");
  sql("DELETE FROM sender_entry");
  await page.context().close();
});

test("U8 hits lead to the history of that sender; the name that was proven stands beside the address", async () => {
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  for (const who of ["anna@often.example", "*@seldom.example", "*@*.often.example"]) await add(page, who);
  assert.match(await row(page, "anna@often").innerText(), /Anna <b>Bold<\/b>/);
  assert.match(await row(page, "anna@often").innerText(), /Verified/);
  await page.getByRole("link", { name: "4 messages match anna@often.example: show them in the delivery history" }).click();
  assert.equal(await page.locator("main tbody tr").count(), 4);
  await page.goto("/senders");
  await row(page, "*@seldom").getByRole("link").click();
  assert.equal(await page.locator("main tbody tr").count(), 3);
  await page.goto("/senders");
  assert.equal(await row(page, "*@*.often").getByRole("link").count(), 0, "nothing to show");
  await page.context().close();
});

test("U8 filter: in whose name mail came that was not verified; without a match the filters are said", async () => {
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  await page.getByRole("button", { name: "Not verified" }).click();
  assert.deepEqual(await listed(page), ["*@seldom.example"]);
  assert.match(page.url(), /unproven=1/);
  await page.locator("main [name=q]").fill("Zebra");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  assert.equal((await page.locator("main .pairs").innerText()).replace(/\s+/g, " ").trim(), "Search Zebra Only Not verified");
  await page.locator(".chip.on").click();
  assert.equal((await page.locator("main .pairs").innerText()).replace(/\s+/g, " ").trim(), "Search Zebra");
  await page.locator(".empty").getByRole("link", { name: "Clear filters" }).click();
  assert.equal((await listed(page)).length, 3);
  await page.goto("/senders?list=blocked");
  assert.equal(await page.getByRole("button", { name: "Not verified" }).count(), 0, "a block needs no proof");
  sql("DELETE FROM sender_entry");
  await page.context().close();
});

test("U8 what the organisation decided is shown with a lock and cannot be removed", async () => {
  sekisho("sender", "add", "*@travel.example", "--approved");
  sekisho("sender", "add", "desk@hotel.example", "--approved", "--for", "acme.example");
  sekisho("sender", "add", "x@neighbour.example", "--approved", "--for", MISAKI);
  delivered("trip@travel.example", 2, { verified: true });
  delivered("trip@travel.example", 5, { to: MISAKI });
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  assert.deepEqual(await listed(page).then((l) => l.filter((t) => t.includes("@")).sort()), ["*@travel.example", "desk@hotel.example"].sort());
  assert.match(await page.locator(".empty").innerText(), /Nobody is allowed yet/, "one's own list is empty all the same");
  await add(page, "mine@own.example");
  const locked = row(page, "*@travel");
  assert.match(await locked.innerText(), /Set by your organisation[\s\S]*Verified/);
  assert.equal((await locked.locator("td.num").innerText()).trim(), "2", "of one's own mail only");
  assert.equal(await locked.locator("button, input").count(), 0);
  assert.match(await locked.locator(".c-act").innerText(), /Only your organisation can change this entry/);
  assert.equal(await row(page, "mine@own").locator("button").count(), 1);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/senders-locked.png`, fullPage: true });
  const id = sql("SELECT entry_id FROM sender_entry WHERE target = ''");
  const csrf = page.locator("form[action='/senders/add'] input[type=hidden]").first();
  const form = { [await csrf.getAttribute("name")]: await csrf.inputValue(), one: id };
  for (const path of ["/senders/remove", "/senders/unmove"]) await page.request.post(path, { form, headers: { origin: url("portal") }, maxRedirects: 0 });
  assert.equal(sql("SELECT count(*) FROM sender_entry WHERE target = ''"), "1");
  assert.match(await page.locator("aside").innerText(), /1 of 500/);
  assert.equal(await (await page.request.get("/senders/export")).text(), "mine@own.example\n");
  await page.goto("/senders?q=travel");
  assert.equal((await listed(page)).length, 1);
  sql("DELETE FROM sender_entry");
  await page.context().close();
});

test("U8 a sender of the other list: the error asks, Move moves in one step, Undo brings all of it back", async () => {
  const now = () => sql(`SELECT string_agg(pattern || ' ' || list || ' ' || only_verified, ',') FROM sender_entry WHERE target = '${TOM}'`);
  for (const [surface, who] of [["portal", "tom"], ["admin", "kenji"]]) {
    const page = await open(surface, who, { js: false });
    sekisho("sender", "add", "*@change.example", "--approved", "--for", TOM);
    const before = now();
    await page.goto("/senders?list=blocked");
    await add(page, "change.example", surface === "admin" ? { level: "address", target: TOM } : {});
    assert.equal(await page.locator("#e-sender").innerText(), "This sender is on the list of allowed senders. Move it to this list?");
    assert.equal(now(), before);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/senders-conflict-${surface}.png`, fullPage: true });
    await page.getByRole("button", { name: "Move to the blocked senders" }).click();
    assert.match(await bar(page).innerText(), /\*@change\.example is blocked now/);
    assert.equal(now(), "*@change.example blocked false");
    assert.equal(sql("SELECT object || ' ' || (detail->'before'->>'list') || ' ' || (detail->'after'->>'list') FROM audit WHERE event = 'sender.moved' ORDER BY seq DESC LIMIT 1"), "*@change.example approved blocked");
    await page.getByRole("button", { name: "Undo" }).click();
    assert.match(await bar(page).innerText(), /\*@change\.example is allowed again/);
    assert.equal(now(), before);
    // what is typed instead of it meanwhile is simply added
    await add(page, "change.example", surface === "admin" ? { level: "address", target: TOM } : {});
    await page.locator("#f-sender").fill("new@change.example");
    await page.getByRole("button", { name: "Move to the blocked senders" }).click();
    assert.match(await bar(page).innerText(), /new@change\.example is blocked now/);
    sql("DELETE FROM sender_entry");
    await page.context().close();
  }
});

test("portal, without script: an empty list says what to do; add an address, a whole domain, what was typed as one", async () => {
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  assert.match(await page.locator(".empty").innerText(), /Nobody is allowed yet[\s\S]*Enter an address above/);
  await add(page, "Rechnung@Nordlicht-Energie.example");
  assert.match(await bar(page).innerText(), /rechnung@nordlicht-energie\.example is allowed now/);
  await add(page, "anna@kanzlei-brandt.example", { scope: "domain" });
  await add(page, "radwandern.example");
  await add(page, "boss@*");
  assert.deepEqual(await listed(page), ["boss@*", "*@radwandern.example", "*@kanzlei-brandt.example", "rechnung@nordlicht-energie.example"]);
  assert.match(await row(page, "kanzlei").innerText(), /Whole domain/);
  assert.match(await row(page, "boss@*").innerText(), /This name in all domains/);
  assert.equal(sql(`SELECT bool_and(only_verified) FROM sender_entry WHERE target = '${TOM}'`), "t", "an approval needs a proof");
  await page.goto("/senders?list=blocked");
  await add(page, "*@*.spam.example");
  assert.match(await bar(page).innerText(), /\*@\*\.spam\.example is blocked now/);
  await page.context().close();
});

test("D02 D08 mistakes stand beside the field, and what was typed stays", async () => {
  const page = await open("portal", "tom", { js: false });
  for (const [typed, why] of [
    ["", /Enter an address such as/], ["*@*", /would stand for everybody/], ["*name@info.example.com", /whole name, or only \*/],
    ["name@info.*.example.com", /possible alone or as the first part/], ["name@example.com.*", /possible alone or as the first part/],
    ["name@*.com", /at least two parts/], ["a b@x.example", /not valid in an address/], ["a@b c.example", /not a domain name/],
    ["rechnung@nordlicht-energie.example", /allowed already/], ["*@*.spam.example", /list of blocked senders\. Move it to this list\?/],
  ]) {
    await page.goto("/senders");
    await add(page, typed);
    assert.match(await page.locator("#e-sender").innerText(), why, typed);
    assert.match(await page.locator(".summary").innerText(), why, typed);
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.locator("#f-sender").inputValue(), typed);
  }
  sekisho("sender", "import", (writeFileSync(`${work}/fill`, Array.from({ length: 500 - 4 }, (_, i) => `f${i}@fill.example`).join("\n")), `${work}/fill`), "--approved", "--for", TOM);
  await page.goto("/senders");
  assert.match(await page.locator("aside").innerText(), /500 of 500/);
  await add(page, "one-more@x.example");
  assert.match(await page.locator("#e-sender").innerText(), /This list is full/);
  sekisho("sender", "import", (writeFileSync(`${work}/keep`, "rechnung@nordlicht-energie.example\n*@radwandern.example\n*@kanzlei-brandt.example\nboss@*\n"), `${work}/keep`), "--approved", "--replace", "--for", TOM);
  await page.context().close();
});

test("remove and undo: one, then several; with and without script", async () => {
  for (const js of [false, true]) {
    const page = await open("portal", "tom", { js });
    await page.goto("/senders");
    const all = (await listed(page)).sort();
    await row(page, "boss@*").getByRole("button", { name: "Remove: boss@*" }).click();
    assert.match(await bar(page).innerText(), /boss@\* was removed from the list/);
    assert.equal(await row(page, "boss@*").count(), 0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForLoadState();
    assert.deepEqual((await listed(page)).sort(), all);
    for (const who of ["boss@*", "radwandern"]) await row(page, who).locator("[type=checkbox]").check();
    await page.locator(".bulk button.danger").click();
    assert.match(await bar(page).innerText(), /2 senders removed/);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForLoadState();
    assert.match(await bar(page).innerText(), /2 senders put back/);
    assert.deepEqual((await listed(page)).sort(), all);
    await page.context().close();
  }
});

test("U8 of two that are removed one is gone already: Undo puts back what was removed here, not the other", async () => {
  const page = await open("portal", "tom", { js: false }), stale = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  for (const who of ["one", "two"]) await add(page, `${who}@stale.example`);
  await stale.goto("/senders");
  await page.getByRole("button", { name: "Remove: one@stale.example" }).click();
  for (const who of ["one", "two"]) await row(stale, `${who}@stale.example`).locator("[name=id]").check();
  await stale.locator(".bulk").getByRole("button", { name: "Remove" }).click();
  assert.match(await bar(stale).innerText(), /two@stale\.example was removed/);
  await stale.getByRole("button", { name: "Undo" }).click();
  assert.match(await bar(stale).innerText(), /1 sender put back/);
  assert.equal(sql("SELECT string_agg(pattern, ' ') FROM sender_entry WHERE pattern LIKE '%@stale.example'"), "two@stale.example");
  await stale.getByRole("button", { name: "Remove: two@stale.example" }).click();
  await page.context().close();
  await stale.context().close();
});

test("D07 the user's entries and the administrator's view are the same rows", async () => {
  const page = await open("admin", "kenji");
  await page.goto("/senders?q=nordlicht");
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.match(await page.locator("tbody tr").innerText(), new RegExp(TOM.replace(/\./g, "\\.")));
  await page.getByRole("button", { name: /^Remove: rechnung/ }).click();
  assert.match(await bar(page).innerText(), /was removed/);
  const portal = await open("portal", "tom");
  await portal.goto("/senders");
  assert.equal(await row(portal, "nordlicht").count(), 0);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForLoadState();
  await portal.reload();
  assert.equal(await row(portal, "nordlicht").count(), 1);
  await page.goto("/senders");
  await add(page, "angebote@mode.example", { level: "address", target: TOM });
  await portal.reload();
  assert.equal(await row(portal, "angebote@mode.example").count(), 1);
  await portal.context().close();
  await page.context().close();
});

test("portal: nobody else's lists, not by address and not by id", async () => {
  const page = await open("portal", "misaki");
  await page.goto(`/senders?for=${TOM}`);
  assert.equal(await page.locator("tbody tr").count(), 0);
  assert.equal((await page.request.get(`/senders/export?for=${TOM}`)).status(), 404);
  await page.goto("/senders");
  const csrf = await page.locator("form[action='/senders/add'] [name=csrf]").inputValue().catch(() => page.locator("form[action='/senders/add'] input[type=hidden]").first().inputValue());
  const name = await page.locator("form[action='/senders/add'] input[type=hidden]").first().getAttribute("name");
  const id = sql(`SELECT entry_id FROM sender_entry WHERE target = '${TOM}' LIMIT 1`), before = sql("SELECT count(*) FROM sender_entry");
  const headers = { origin: url("portal") };
  await page.request.post("/senders/remove", { form: { [name]: csrf, one: id }, headers, maxRedirects: 0 });
  await page.request.post("/senders/add", { form: { [name]: csrf, list: "blocked", sender: "x@y.example", target: TOM }, headers, maxRedirects: 0 });
  assert.equal(sql("SELECT count(*) FROM sender_entry"), before);
  assert.equal((await page.request.get("/senders/settings")).status(), 404);
  await page.context().close();
});

test("D01 D09 console: three levels, search and filter by level, mistakes about the target", async () => {
  const page = await open("admin", "kenji", { js: false });
  await page.goto("/senders?list=blocked");
  await add(page, "*@org.level.example", { level: "org" });
  await add(page, "*@domain.level.example", { level: "domain", target: "acme.example" });
  await add(page, "*@address.level.example", { level: "address", target: MISAKI });
  for (const [query, n] of [["q=level.example", 3], ["q=level.example&level=wide", 2], ["q=level.example&level=address", 1], ["q=misaki", 1], ["q=nothing-like-this", 0], [`for=${MISAKI}`, 1]]) {
    await page.goto(`/senders?list=blocked&${query}`);
    assert.equal(await page.locator("tbody tr").count(), n, query);
  }
  await page.goto("/senders?list=blocked&q=level.example&level=wide");
  await add(page, "no sender", { level: "org" });
  assert.ok(await page.locator("#e-sender").innerText());
  await add(page, "*@more.level.example", { level: "org" });
  assert.equal(page.url().replace(/^https?:\/\/[^/]+/, ""), "/senders?list=blocked&q=level.example&level=wide", "the filter stays, also after a mistake");
  assert.equal(await page.locator("tbody tr").count(), 3);
  sekisho("sender", "delete", "*@more.level.example");
  for (const [level, target, why] of [["domain", "other.example", /not belong to one of your domains|does not belong/], ["domain", "", /Enter one of your domains/], ["address", "x", /Enter the address of the recipient/], ["address", "x@other.example", /does not belong/]]) {
    await page.goto("/senders");
    await add(page, "z@z.example", { level, target });
    assert.match(await page.locator("#e-target").innerText(), why, `${level} ${target}`);
    assert.equal(await page.locator("#f-level").inputValue(), level);
  }
  await page.context().close();
});

test("D03 an approval that the organisation's block overrules says so", async () => {
  sekisho("sender", "add", "*@*.rival.example", "--blocked");
  sekisho("sender", "add", "sales@shop.rival.example", "--approved", "--for", TOM);
  const page = await open("portal", "tom");
  await page.goto("/senders?q=rival");
  assert.match(await row(page, "rival").innerText(), /Blocked by the organisation/);
  sekisho("sender", "disable", "org");
  await page.reload();
  assert.doesNotMatch(await row(page, "rival").innerText(), /Blocked by the organisation/);
  sekisho("sender", "enable", "org");
  sekisho("sender", "delete", "sales@shop.rival.example", "--for", TOM);
  await page.context().close();
});

test("N7 an approval says how many messages it would have matched, and warns of those that were not verified", async () => {
  sekisho("sender", "add", "news@tabi-letter.example", "--approved", "--for", TOM);
  for (const [surface, who] of [["portal", "tom"], ["admin", "kenji"]]) {
    const page = await open(surface, who);
    await page.goto("/senders?q=tabi-letter");
    const text = await row(page, "tabi-letter").innerText();
    assert.match(text, /Not verified/);
    assert.match(text, /1 message was not verified/);
    assert.equal((await row(page, "tabi-letter").locator("td.num").innerText()).trim(), "1");
    await page.context().close();
  }
  sql("UPDATE message SET scan = scan || '{\"verified\":[\"from\"]}'");
  const page = await open("portal", "tom");
  await page.goto("/senders?q=tabi-letter");
  assert.match(await row(page, "tabi-letter").innerText(), /Verified/);
  assert.doesNotMatch(await row(page, "tabi-letter").innerText(), /Not verified|not verified/);
  sekisho("sender", "delete", "news@tabi-letter.example", "--for", TOM);
  await page.context().close();
});

test("D10 import: a preview of what is left out and why, without script; the export is the same file", async () => {
  const page = await open("portal", "misaki", { js: false, lang: "en" });
  sql(`UPDATE account SET lang = 'en' WHERE address = '${MISAKI}'`);
  const good = "*@*.z.example\n*@a.example\nb@c.example,unverified\nname@*\n";
  writeFileSync(`${work}/list.csv`, `\ufeffsender\r\n${good.replace(/\n/g, "\r\n")}*@*\r\nb@c.example\r\nx@address.level.example,maybe\r\n*@address.level.example\r\n`);
  await page.goto("/senders/import");
  await page.locator("#f-file").setInputFiles(`${work}/list.csv`);
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForLoadState();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/senders-preview.png`, fullPage: true });
  const text = await page.locator("main").innerText();
  for (const why of [/everybody/, /There already|there already/, /second column/, /list of blocked senders/]) assert.match(text, why);
  assert.deepEqual((await page.locator("dd.num").allInnerTexts()).map(Number), [4, 2, 1, 1, 0]);
  assert.equal(sql(`SELECT count(*) FROM sender_entry WHERE target = '${MISAKI}' AND list = 'approved'`), "0", "nothing yet");
  await page.getByRole("button", { name: "Import 4 senders" }).click();
  await page.waitForLoadState();
  assert.match(await bar(page).innerText(), /4 senders imported/);
  const file = await page.request.get("/senders/export");
  assert.match(file.headers()["content-disposition"], /attachment.*allowed-senders\.csv/);
  const kept = good.replace(",unverified", ""); // only an administrator says that no proof is needed
  assert.equal(await file.text(), kept);
  // the same file again changes nothing; replacing keeps what it has
  for (const [mode, n] of [["merge", 0], ["replace", 4]]) {
    await page.goto("/senders/import");
    await page.locator("#f-lines").fill(good);
    await page.locator(`[name=mode][value=${mode}]`).check();
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.waitForLoadState();
    assert.equal(Number(await page.locator("[data-new]").innerText()), n, mode);
  }
  await page.locator("button.primary", { hasText: "Import 4" }).click();
  await page.waitForLoadState();
  assert.equal(await (await page.request.get("/senders/export")).text(), kept, "round trip");
  await page.goto("/senders/import");
  await page.getByRole("button", { name: "Check the file" }).click();
  assert.match(await page.locator("#e-file").innerText(), /Choose a file/);
  sql(`UPDATE account SET lang = 'ja' WHERE address = '${MISAKI}'`);
  await page.context().close();
});

test("D10 replacing says what goes and what changes, and can be undone, as every import; nothing typed is lost", async () => {
  const page = await open("admin", "kenji", { js: false }), to = "undo@acme.example";
  const now = () => sql(`SELECT string_agg(pattern || CASE WHEN only_verified THEN '' ELSE '!' END, ' ' ORDER BY pattern) FROM sender_entry WHERE target = '${to}' AND list = 'approved'`);
  const check = async (lines, { target = to, mode = "merge" } = {}) => {
    await page.goto("/senders/import");
    await page.locator("#f-target").fill(target);
    await page.locator("#f-lines").fill(lines);
    await page.locator(`[name=mode][value=${mode}]`).check();
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.waitForLoadState();
  };
  await check("a@undo.example\nb@undo.example\nc@undo.example\n'=1@undo.example");
  await page.getByRole("button", { name: "Import 4 senders" }).click();
  assert.equal(now(), "=1@undo.example a@undo.example b@undo.example c@undo.example");
  assert.match(await (await page.request.get(`/senders/export?for=${to}`)).text(), /^'=1@undo\.example$/m, "no formula (T-W16)");
  await check("b@undo.example,unverified\nc@undo.example\nd@undo.example", { mode: "replace" });
  for (const [what, n] of [["new", 3], ["stay", 2], ["changed", 1], ["removed", 2]]) assert.equal(Number(await page.locator(`[data-${what}]`).innerText()), n, what);
  assert.match(await page.locator(".note.warn").innerText(), /2 senders that are on the list now will be removed/);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/senders-replace.png`, fullPage: true });
  await page.getByRole("button", { name: "Import 3 senders" }).click();
  assert.match(await bar(page).innerText(), /Added: 1, changed: 1, removed: 2/);
  assert.equal(now(), "b@undo.example! c@undo.example d@undo.example");
  assert.match(sql("SELECT detail FROM audit WHERE event = 'sender.cleared' ORDER BY seq DESC LIMIT 1"), /a@undo\.example/);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.match(await bar(page).innerText(), /import was undone\. Removed: 2, put back: 3/);
  assert.equal(now(), "=1@undo.example a@undo.example b@undo.example c@undo.example");

  await check("x@y.example", { target: "x@nowhere.example" });
  assert.match(await page.locator("#e-target").innerText(), /does not belong to one of your domains/);
  await check("bad one\n@", { mode: "replace" });
  assert.match(await page.locator("main").innerText(), /None of these lines can be imported/);
  await page.getByRole("button", { name: "Change what was typed" }).click();
  assert.equal(await page.locator("#f-lines").inputValue(), "bad one\n@");
  assert.equal(await page.locator("#f-target").inputValue(), to);
  assert.ok(await page.locator("[name=mode][value=replace]").isChecked());
  assert.equal(now(), "=1@undo.example a@undo.example b@undo.example c@undo.example");
  sql(`DELETE FROM sender_entry WHERE target = '${to}'`);

  await page.goto("/senders?list=blocked");
  await add(page, "one@evil.example", { level: "org", target: to });
  assert.match(await page.locator("#e-target").innerText(), /For the whole organisation leave this empty/);
  assert.equal(sql("SELECT count(*) FROM sender_entry WHERE pattern = 'one@evil.example'"), "0", "a block for one is no block for all");
  await page.context().close();
});

test("portal: an approval always needs a proof, whatever is sent", async () => {
  const page = await open("portal", "tom");
  await page.goto("/senders");
  await page.locator("form[action='/senders/add']").evaluate((f) => f.append(Object.assign(document.createElement("input"), { name: "any_proof", value: "1" })));
  await add(page, "forged@proof.example");
  assert.equal(sql("SELECT only_verified FROM sender_entry WHERE pattern = 'forged@proof.example'"), "t");
  sql("DELETE FROM sender_entry WHERE pattern = 'forged@proof.example'");
  await page.context().close();
});

test("D10 excess lines are said before anything is changed", async () => {
  const page = await open("admin", "kenji");
  await page.goto("/senders/import?list=blocked");
  await page.locator("#f-target").fill("new@acme.example");
  await page.locator("#f-lines").fill(Array.from({ length: 503 }, (_, i) => `n${i}@x.example`).join("\n"));
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForLoadState();
  assert.deepEqual((await page.locator("dd.num").allInnerTexts()).map(Number), [500, 0, 0, 0, 3]);
  assert.match(await page.locator("main").innerText(), /no more room/);
  await page.context().close();
});

test("D09 console: the lists of a recipient are switched off and on; settings hold", async () => {
  const page = await open("admin", "kenji", { js: false });
  await page.goto("/senders/lists?q=tom");
  await row(page, TOM).getByRole("button", { name: /Stop applying/ }).click();
  assert.match(await bar(page).innerText(), /not applied any more/);
  assert.match(await row(page, TOM).innerText(), /Not applied/);
  assert.equal(sql(`SELECT enabled FROM sender_list WHERE target = '${TOM}'`), "f");
  await page.goto(`/senders?for=${TOM}`);
  assert.match(await page.locator("tbody tr").first().innerText(), /Not applied/);
  await page.goto("/senders/lists");
  await row(page, TOM).getByRole("button", { name: /^Apply/ }).click();
  assert.equal(sql(`SELECT enabled FROM sender_list WHERE target = '${TOM}'`), "t");
  await page.goto("/senders/settings");
  assert.equal(await page.locator("[name=header_match]").isChecked(), true);
  assert.equal(await page.locator("[name=insert_header]").isChecked(), false);
  assert.equal(await page.locator("[name=skip_spam]").isChecked(), true);
  await page.locator("[name=skip_spam]").uncheck();
  await page.locator("[name=insert_header]").check();
  await page.getByRole("button", { name: "Save settings" }).click();
  assert.match(await bar(page).innerText(), /Settings saved/);
  assert.equal(sql("SELECT header_match, insert_header, still_checked FROM sender_setting"), "t|t|{spam}");
  await page.goto("/audit");
  for (const what of [/Settings of sender lists changed/, /Sender list imported for misaki/, /Sender .*allowed/]) assert.match(await page.locator("table").innerText(), what);
  await page.context().close();
});

test("portal: block and allow from the page of a message", async () => {
  const page = await open("portal", "tom", { js: false });
  await page.goto("/");
  await row(page, "Kyoto in autumn").locator(".row-link").click();
  const more = page.locator(".actions .more summary");
  await more.click();
  await page.getByRole("button", { name: "Block this sender" }).click();
  assert.match(await bar(page).innerText(), /news@tabi-letter\.example is blocked now/);
  assert.match(page.url(), /\/m\//);
  await more.click();
  await page.getByRole("button", { name: "Allow this sender" }).click();
  assert.match(await bar(page).innerText(), /list of blocked senders\. Remove it there first/);
  assert.equal(sql(`SELECT list FROM sender_entry WHERE pattern = 'news@tabi-letter.example' AND target = '${TOM}'`), "blocked");
  await page.context().close();
});

test("portal: with two mailboxes each has its own lists", async () => {
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, 'info@acme.example' FROM account WHERE address = '${TOM}'`);
  const page = await open("portal", "tom", { js: false });
  await page.goto("/senders");
  const before = await page.locator("tbody tr").count();
  assert.equal(await page.locator("#f-target").inputValue(), TOM, "one's own address comes first");
  await page.locator("#f-sender").fill("press@office.example");
  await page.locator("#f-target").selectOption("info@acme.example");
  await page.locator("form[action='/senders/add'] button.primary").click();
  assert.equal(sql("SELECT target FROM sender_entry WHERE pattern = 'press@office.example'"), "info@acme.example");
  assert.equal(await page.locator("tbody tr").count(), before + 1);
  assert.match(await row(page, "press@office").innerText(), /for info@acme\.example/);
  await page.goto("/senders?for=info@acme.example");
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.match(await page.locator("aside").innerText(), /info@acme\.example/);
  assert.equal(await (await page.request.get("/senders/export?for=info@acme.example")).text(), "press@office.example\n");
  await page.goto("/senders/import?for=info@acme.example");
  assert.equal(await page.locator("#f-target").inputValue(), "info@acme.example");
  await page.context().close();
});

test("with the keyboard alone: add, remove, undo", async () => {
  const page = await open("portal", "tom");
  await page.goto("/senders");
  await page.locator("#f-sender").focus();
  await page.keyboard.type("keys@only.example");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/senders");
  assert.match(await bar(page).innerText(), /keys@only\.example is allowed now/);
  const focus = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
  for (let i = 0; i < 80 && (await focus()) !== "Remove: keys@only.example"; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".bar p", { hasText: "was removed" }).waitFor();
  await page.locator(".bar form button").focus();
  await page.keyboard.press("Enter");
  await page.locator(".bar p", { hasText: "put back" }).waitFor();
  await page.context().close();
});

const PAGES = { portal: ["/senders", "/senders?list=blocked", "/senders?q=nothing-like-this", "/senders/import"], admin: ["/senders", "/senders?list=blocked", "/senders?q=nothing-like-this", "/senders/import", "/senders/lists", "/senders/lists?q=nothing-like-this", "/senders/settings"] };

test("axe, no sideways scroll, one h1: light and dark, 320 and 1280", async () => {
  for (const [surface, who] of [["portal", "tom"], ["admin", "kenji"]])
    for (const [width, dark] of [[1280, false], [320, true]]) {
      const page = await open(surface, who, { width, dark });
      for (const path of PAGES[surface]) {
        await page.goto(path);
        const where = `${surface} ${path} ${width}`;
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/${surface}${path.replace(/\W+/g, "-")}-${width}.png`, fullPage: true });
        assert.deepEqual(await axe(page), [], where);
        const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(scroll <= client, `${where}: ${scroll} > ${client}`);
        assert.equal(await page.locator("h1").count(), 1, where);
      }
      await page.context().close();
    }
});

test("no English text stays on a Japanese page", async () => {
  const english = new Set([...readFileSync(`${TOP}/i18n/ja.po`, "utf8").matchAll(/^msgid(?:_plural)? "(.+)"$/gm)].map((m) => m[1].replace(/\\"/g, '"')));
  sql("UPDATE account SET lang = 'ja'");
  for (const [surface, address] of [["portal", TOM], ["admin", KENJI]]) {
    as.ja = await signIn(surface, address);
    const page = await open(surface, "ja");
    for (const path of PAGES[surface]) {
      await page.goto(path);
      assert.equal(await page.locator("html").getAttribute("lang"), "ja", path);
      const texts = await page.evaluate(() => {
        const out = [document.title], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("[lang]:not(html), bdi, script")) out.push(walk.currentNode.data.trim());
        for (const e of document.querySelectorAll("*")) for (const a of ["title", "aria-label", "placeholder", "data-label", "data-one", "data-many"]) if (e.hasAttribute(a) && !e.closest("bdi")) out.push(e.getAttribute(a));
        return out.filter(Boolean);
      });
      assert.deepEqual(texts.filter((t) => english.has(t) && !["Sekisho", "Enter"].includes(t)), [], `${surface} ${path}`);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/ja-${surface}${path.replace(/\W+/g, "-")}.png`, fullPage: true });
    }
    await page.context().close();
  }
});

test("the policy header blocked nothing on the way", () => assert.deepEqual(violations, []));
