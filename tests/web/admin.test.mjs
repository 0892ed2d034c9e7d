// The admin console in a real browser, on an installation of its own that begins empty: set-up by
// one-time link, domains, users, quarantine, tracking, audit; then axe on every page, keyboard, no
// script, Japanese.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EXTERNAL = process.env.SEKISHO_ADMIN_TEST_VAR; // a stack that runs already (development)

let env, admin, browser, sink, work;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment webadmin; env -0"], { cwd: TOP });
  const all = Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
  all.SEKISHO_CONF = `${all.VAR}.conf`;
  writeFileSync(all.SEKISHO_CONF, readFileSync(`${TOP}/conf/sekisho.conf`, "utf8").replace(/^retention_days = .*$/m, "retention_days = 45"));
  return all;
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });

async function until(what, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}

// One SMTP session; data is the whole message with CRLF.
function send(from, to, data) {
  const lines = [`EHLO sender.example`, `MAIL FROM:<${from}>`, ...[to].flat().map((t) => `RCPT TO:<${t}>`), "DATA", data.replace(/^\./gm, "..") + "\r\n.", "QUIT"];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(env.SMTP_PORT), "127.0.0.1");
    let text = "", i = -1;
    socket.setTimeout(60_000, () => reject(new Error("SMTP is silent")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk;
      const m = /^(\d\d\d) .*\r\n$/m.exec(text);
      if (!m) return;
      if (m[1] >= "400") return reject(new Error(`SMTP: ${text} after ${lines[i]}`));
      text = "";
      if (++i < lines.length) socket.write(lines[i] + "\r\n");
      else { socket.end(); resolve(); }
    });
  });
}
const mail = (subject, from, to, body) =>
  `From: ${from}\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: <${Math.random().toString(36).slice(2)}@sender.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;

// A page in its own context. Anything the policy header blocks is an error of ours.
const violations = [];
async function open({ js = true, width = 1280, dark = false, lang = "en", state } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light",
    locale: lang, baseURL: admin, storageState: state, reducedMotion: "reduce",
  });
  context.on("page", (page) => page.on("console", (m) => {
    if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`);
  }));
  return context.newPage();
}
async function signIn(page, address = "ken.ota@acme.example", password = PASSWORD) {
  await page.goto("/signin");
  await page.getByLabel("E-mail address").fill(address);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((u) => u.pathname !== "/signin");
}
const bar = (page) => page.locator(".bar");
let state; // cookies of the signed-in administrator

before(async () => {
  env = environment();
  admin = `http://127.0.0.1:${env.ADMIN_PORT}`;
  work = `${env.VAR}-work`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, `${work}/sink`], { cwd: TOP, stdio: "ignore" });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  sink?.kill();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

const setupLink = () => /https?:\/\/\S*\/setup\?token=\S+/.exec(sekisho("setup", "--link"))[0].replace(/^https?:\/\/[^/]+/, "");

test("a wrong set-up link says how to print a new one", async () => {
  const page = await open();
  const reply = await page.goto("/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  assert.equal(reply.status(), 410);
  assert.match(await page.locator("main").innerText(), /sekisho setup --link/);
  await page.context().close();
});

test("first-run set-up by one-time link", async () => {
  const link = setupLink();
  const page = await open();
  assert.equal((await page.goto(link)).status(), 200);
  assert.equal((await page.goto(link)).status(), 200, "looking does not use the link up");
  await page.getByRole("button", { name: "Finish the set-up" }).click();
  assert.ok(await page.locator(".summary li").count() >= 5, "every empty field is named");
  await page.getByLabel("Name of the organisation").fill("Acme Group");
  await page.getByLabel("Your name").fill("Ken Ota");
  await page.getByLabel("Your e-mail address").fill("ken.ota@acme.example");
  await page.getByLabel("Password").fill("AcmeGroup2026");
  await page.getByLabel("Domain", { exact: true }).fill("acme.example");
  await page.getByLabel("Mail server behind Sekisho").fill(`127.0.0.1:${env.SINK_PORT}x`);
  await page.getByRole("button", { name: "Finish the set-up" }).click();
  assert.match(await page.locator("#e-password").innerText(), /well-known words/);
  assert.ok(await page.locator("#e-server").innerText(), "the reason stands beside the field");
  assert.equal(await page.getByLabel("Name of the organisation").inputValue(), "Acme Group", "nothing is cleared");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Mail server behind Sekisho").fill(`127.0.0.1:${env.SINK_PORT}`);
  await page.getByRole("button", { name: "Finish the set-up" }).click();
  await page.waitForURL(/\/domains\/[0-9a-f-]{36}$/);
  assert.equal(await page.locator("h1").innerText(), "acme.example");
  state = await page.context().storageState();
  if (!EXTERNAL) assert.equal(sql("SELECT retention_days FROM org"), "45", "as the settings say");

  const other = await open();
  assert.equal((await other.goto(link)).status(), 410, "the link works once");
  await other.context().close();
  await page.context().close();
});

test("sign in and out", async () => {
  const page = await open();
  await page.goto("/domains");
  assert.match(page.url(), /\/signin/);
  await page.getByLabel("E-mail address").fill("ken.ota@acme.example");
  await page.getByLabel("Password", { exact: true }).fill("wrong password here");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  assert.ok(await page.getByRole("alert").first().innerText());
  await signIn(page);
  state = await page.context().storageState();
  const leaver = await open({ state });
  await leaver.goto("/domains");
  await page.context().close();
  await leaver.context().close();
});

test("domains: add, servers, delete", async () => {
  const page = await open({ state });
  await page.goto("/domains");
  await page.getByRole("link", { name: "Add a domain" }).click();
  await page.getByLabel("Domain", { exact: true }).fill("not a domain");
  await page.getByLabel("Mail server behind Sekisho").fill("mail.example");
  await page.getByRole("button", { name: "Add the domain" }).click();
  assert.ok(await page.locator("#e-name").innerText());
  await page.getByLabel("Domain", { exact: true }).fill("acme.example");
  await page.getByRole("button", { name: "Add the domain" }).click();
  assert.match(await page.locator("#e-name").innerText(), /already/, "a taken name is said plainly");
  await page.getByLabel("Domain", { exact: true }).fill("BÜCHER.example.");
  await page.getByRole("button", { name: "Add the domain" }).click();
  await page.waitForURL(/\/domains\/[0-9a-f-]{36}$/);
  assert.match(await page.locator(".head").innerText(), /bücher\.example[\s\S]*xn--bcher-kva\.example/, "both forms are shown");

  await page.getByRole("link", { name: /^Inbound servers/ }).click();
  await page.getByLabel("Recipient", { exact: true }).fill("boss@bücher.example");
  await page.getByLabel("Server and port").fill("[2001:db8::25]:26");
  await page.getByLabel("Preference", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Add the server" }).click();
  await bar(page).waitFor();
  assert.equal(await page.locator("table tbody tr").count(), 2);
  await page.getByRole("link", { name: "Change 2001:db8::25" }).click();
  await page.getByLabel("Preference", { exact: true }).fill("101");
  await page.getByRole("button", { name: "Save" }).click();
  assert.ok(await page.locator("#e-preference").innerText());
  await page.getByLabel("Preference", { exact: true }).fill("7");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/\/domains\//);
  assert.match(await page.locator("table tbody").innerText(), /7/);
  await page.getByRole("link", { name: "Delete 2001:db8::25" }).click();
  await page.getByRole("button", { name: "Delete the server" }).click();
  await bar(page).waitFor();
  assert.equal(await page.locator("table tbody tr").count(), 1);

  await page.getByRole("link", { name: "Delete domain" }).click();
  await page.getByLabel("Type xn--bcher-kva.example to confirm").fill("something else");
  await page.getByRole("button", { name: "Delete domain" }).click();
  assert.ok(await page.locator("#e-confirm").innerText());
  await page.getByLabel("Type xn--bcher-kva.example to confirm").fill("xn--bcher-kva.example");
  await page.getByRole("button", { name: "Delete domain" }).click();
  await page.waitForURL(/\/domains$/);
  assert.equal(await page.locator("table tbody tr").count(), 1);
  await page.context().close();
});

test("E01 E02 E04 E07: rules of sender authentication, the default and one of a domain", async () => {
  const page = await open({ state });
  await page.goto("/authentication");
  assert.match(await page.locator("table tbody tr").first().innerText(), /All domains\s+DMARC\s+For every domain/);
  assert.match(await page.locator("table tbody tr").nth(1).innerText(), /acme\.example\s+DMARC\s+As for all domains/);
  await page.locator("table tbody tr").nth(1).getByRole("link").click();
  assert.equal(await page.locator("h1").innerText(), "Mail to acme.example");
  const spf = page.getByRole("region", { name: "SPF", exact: true }), dkim = page.getByRole("region", { name: "DKIM", exact: true }), ip = page.getByRole("region", { name: "Own addresses" });
  for (const name of ["Own addresses", "SPF", "DKIM"]) await page.locator("summary", { has: page.getByText(name, { exact: true }) }).click();
  assert.equal(await spf.getByLabel(/^Fail: /).inputValue(), "delete", "as the manual says");
  assert.deepEqual(await ip.getByLabel("The address is not one of the domain's").locator("option").allInnerTexts(), ["Hold", "Refuse", "Delete"]);
  await spf.getByLabel("Use this check").check();
  await spf.getByLabel(/^Soft fail: /).selectOption("quarantine");
  await spf.getByLabel("Senders that are not checked").fill("good.example\n192.0.2.1/24");
  await dkim.getByLabel("Senders whose mail must be signed").fill("not a domain");
  await ip.getByLabel("Domains and their addresses").fill("bank.example 192.0.2.0/28\n\n bank.example");
  await page.getByRole("button", { name: "Save the rule" }).click();
  assert.match(await page.locator("#e-spf-ignored").innerText(), /^Line 2: the address does not fit/);
  assert.match(await page.locator("#e-dkim-enforced").innerText(), /^Line 1: this is not a domain/);
  assert.match(await page.locator("#e-pairs").innerText(), /^Line 3: write a domain, a space and an address/);
  assert.equal(await spf.getByLabel("Senders that are not checked").inputValue(), "good.example\n192.0.2.1/24", "nothing typed is lost");
  assert.equal(await spf.getByLabel(/^Soft fail: /).inputValue(), "quarantine");
  await spf.getByLabel("Senders that are not checked").fill("Good.example\n192.0.2.0/24");
  await dkim.getByLabel("Senders whose mail must be signed").fill("*.bank.example");
  await ip.getByLabel("Domains and their addresses").fill("bank.example 192.0.2.0/28");
  await page.getByRole("button", { name: "Save the rule" }).click();
  await bar(page).waitFor();
  assert.match(await page.locator("table tbody tr").nth(1).innerText(), /acme\.example\s+SPF\s+DMARC\s+A rule of its own/);
  const saved = JSON.parse(sekisho("authentication", "show", "acme.example", "--json"));
  assert.deepEqual([saved.spf.on, saved.spf.ignored, saved.actions["spf-softfail"], saved.dkim.enforced, saved.pairs, saved.dmarc.on], [true, "good.example\n192.0.2.0/24\n", "quarantine", "*.bank.example\n", "bank.example 192.0.2.0/28\n", true]);
  assert.equal(JSON.parse(sekisho("authentication", "show", "--json")).spf.on, false, "the default is as it was");
  await page.locator("table tbody tr").nth(1).getByRole("link").click();
  await page.getByRole("link", { name: "Delete this rule" }).click();
  await page.getByRole("button", { name: "Delete this rule" }).click();
  await page.waitForURL(/\/authentication$/);
  assert.match(await page.locator("table tbody tr").nth(1).innerText(), /As for all domains/);
  await page.goto("/audit?event=auth_rule.changed");
  await page.locator(".row-link").first().click();
  assert.match(await page.locator("main").innerText(), /spf/, "the audit log says what changed");
  await page.context().close();
});

test("users: add, change, suspend, delete; the last owner stays", async () => {
  const page = await open({ state });
  await page.goto("/users/add");
  await page.getByLabel("E-mail address").fill("misaki.sato@acme.example");
  await page.getByLabel("Name").fill("Misaki Sato");
  await page.getByLabel("Role").selectOption("user");
  await page.getByLabel("Language").selectOption("ja");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Add the user" }).click();
  assert.match(await page.locator("#e-password").innerText(), /12 characters/);
  await page.getByLabel("Password").fill("paper lantern over water");
  await page.getByRole("button", { name: "Add the user" }).click();
  await bar(page).waitFor();
  await page.goto("/users?q=misaki");
  assert.equal(await page.locator("table tbody tr").count(), 1);
  await page.locator(".row-link").first().click();
  await page.getByLabel("Name").fill("Misaki Sato-Berger");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  await page.goto("/users?q=Berger");
  await page.locator(".row-link").first().click();
  await page.getByRole("button", { name: "Suspend" }).click();
  await page.getByRole("button", { name: "Activate" }).waitFor();
  await page.getByRole("button", { name: "Activate" }).click();
  await page.getByRole("button", { name: "Suspend" }).waitFor();

  await page.goto("/users?q=ken.ota");
  await page.locator(".row-link").first().click();
  assert.equal(await page.getByLabel("Role").count(), 0, "the own role is fixed");
  assert.equal(await page.getByRole("button", { name: "Suspend" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Delete user" }).count(), 0);

  await page.goto("/users/add");
  await page.getByLabel("E-mail address").fill("temp@acme.example");
  await page.getByRole("button", { name: "Add the user" }).click();
  await page.goto("/users?q=temp%40");
  await page.locator(".row-link").first().click();
  await page.getByRole("link", { name: "Delete user" }).click();
  await page.getByRole("button", { name: "Delete user" }).click();
  await page.waitForURL(/\/users$/);
  await page.goto("/users?q=temp%40");
  assert.equal(await page.locator("table").count(), 0);
  await page.context().close();
});

test("users: mailboxes are given, shared or alone, and taken away", async () => {
  const page = await open({ state, js: false });
  await page.goto("/users?q=misaki");
  await page.locator(".row-link").first().click();
  const card = page.locator("section[aria-labelledby=u-mailboxes]"), give = async (address, kind) => {
    await card.getByLabel("E-mail address").fill(address);
    await card.getByLabel("Kind").selectOption(kind);
    await card.getByRole("button", { name: "Give the mailbox" }).click();
  };
  assert.match(await card.innerText(), /misaki\.sato@acme\.example\s+Sign-in address/);
  assert.equal(await card.getByRole("link").count(), 0, "the own address stays");
  for (const [address, why] of [["team@elsewhere.example", /one of the organisation's domains/], ["no address", /name@example\.com/], ["ken.ota@acme.example", /Somebody else has this address alone/], ["misaki.sato@acme.example", /already/]]) {
    await give(address, "shared");
    assert.match(await card.locator("#e-address").innerText(), why);
    assert.equal(await card.getByLabel("E-mail address").inputValue(), address);
    assert.equal(await page.getByLabel("Name").first().inputValue(), "Misaki Sato-Berger", "the other form keeps what is stored");
  }
  await give("Team@ACME.example", "shared");
  assert.match(await bar(page).innerText(), /misaki\.sato@acme\.example now has the mailbox team@acme\.example\./);
  await give("m.sato@acme.example", "directory");
  assert.match(await card.innerText(), /m\.sato@acme\.example\s+Alias of this person alone[\s\S]*team@acme\.example\s+Shared mailbox/);
  if (process.env.SEKISHO_SHOTS) await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/user-mailboxes.png`, fullPage: true });
  await card.getByRole("link", { name: "Take away team@acme.example" }).click();
  const asked = page.url();
  assert.match(await page.locator("h1").innerText(), /Take the mailbox team@acme\.example from Misaki Sato-Berger\?/);
  await page.getByRole("button", { name: "Take away" }).click();
  assert.match(await bar(page).innerText(), /no longer has the mailbox/);
  assert.doesNotMatch(await card.innerText(), /team@acme/);
  for (const address of ["team@acme.example", "nobody@acme.example", "misaki.sato@acme.example", ""]) {
    const reply = await page.goto(asked.replace(/address=.*/, `address=${encodeURIComponent(address)}`));
    assert.equal(reply.status(), 404, address);
    assert.doesNotMatch(await page.locator("main").innerText(), /@acme/);
  }
  await page.goto("/audit");
  assert.match(await page.locator("main").innerText(), /Mailbox team@acme\.example unlinked[\s\S]*Mailbox team@acme\.example linked/);
  await page.context().close();
});

test("quarantine: hold, look, deliver, delete, undo", async () => {
  await send("lucky@sender.example", "misaki.sato@acme.example", mail("You won the lottery", "Lucky <lucky@sender.example>", "misaki.sato@acme.example", `Hello\r\n${GTUBE}\r\nhttps://evil.example/x`)
    .replace("Content-Type: text/plain; charset=utf-8", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1")
    .replace("\r\n\r\nHello", "\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nHello")
    + "--b1\r\nContent-Type: text/csv; name=prices.csv\r\nContent-Disposition: attachment; filename=prices.csv\r\n\r\na,b\r\n--b1--\r\n");
  for (let i = 0; i < 12; i++)
    await send("bulk@sender.example", "misaki.sato@acme.example", mail(`Offer ${i}`, "bulk@sender.example", "misaki.sato@acme.example", GTUBE));
  await send("friend@sender.example", "misaki.sato@acme.example", mail("Lunch on Friday", "friend@sender.example", "misaki.sato@acme.example", "See you there"));
  const page = await open({ state });
  await page.goto("/quarantine");
  assert.equal(await page.locator("table tbody tr").count(), 13);
  await page.goto("/quarantine?q=lottery");
  assert.equal(await page.locator("table tbody tr").count(), 1);
  await page.locator(".row-link").first().click();
  await page.waitForURL(/\/quarantine\/[0-9a-f-]{36}/);
  assert.match(await page.locator(".msg-text").innerText(), /Hello/);
  assert.equal(await page.locator(".msg-text a").count(), 0, "links are dead");
  await page.getByRole("link", { name: "Links" }).click();
  assert.match(await page.locator(".msg-body").innerText(), /evil\.example/);
  await page.getByRole("link", { name: "Headers" }).click();
  assert.match(await page.locator(".msg-body").innerText(), /Message-ID/i);
  await page.getByRole("link", { name: "Parts" }).click();
  assert.match(await page.locator(".msg-body").innerText(), /[0-9a-f]{64}/);
  assert.match(await page.locator("aside").innerText(), /gtube/i, "findings stand beside");
  const dkim = [["fail", "body-hash", "xn--pypal-4ve.example"], ["permerror", "a-new-code", "sender.example"]].map(([result, reason, domain]) => ({ result, reason, domain }));
  sql(`UPDATE message SET scan = jsonb_set(scan, '{auth}', '${JSON.stringify({ dmarc: { result: "none", from: "sender.example", reason: "no-record" }, spf: { result: "none", domain: "sender.example" }, dkim })}') WHERE subject LIKE '%lottery%'`);
  await page.reload();
  const checks = await page.locator(".card", { has: page.getByRole("heading", { name: "Authentication" }) }).innerText();
  for (const what of [/DMARC\s+No record[\s\S]*No DMARC record/, /The body was changed/, /a-new-code/]) assert.match(checks, what);
  assert.doesNotMatch(checks, /no-record|body-hash/, "words for codes");
  assert.equal(await page.locator(".facts mark.odd").innerText(), "xn--");
  await page.getByRole("button", { name: "Deliver", exact: true }).click();
  await bar(page).waitFor();
  await until(() => readdirSync(`${work}/sink`).filter((f) => f.endsWith(".eml")).some((f) => readFileSync(`${work}/sink/${f}`, "latin1").includes("lottery")), 30);

  const other = sql("SELECT recipient_id FROM message_recipient JOIN message USING (org_id, message_id) WHERE subject = 'Offer 0'");
  for (const side of ["headers", "links", "parts"]) await page.goto(`/quarantine/${other}?view=${side}`);
  assert.equal(sql(`SELECT count(*) FROM audit WHERE event = 'mail.viewed' AND detail->>'recipient_id' = '${other}'`), "1", "N13 whichever side was looked at");

  await page.goto("/quarantine?q=Offer");
  assert.equal(await page.locator("table tbody tr").count(), 12);
  await page.locator("tbody input[type=checkbox]").first().check();
  await page.locator(".bulk").getByRole("button", { name: "Delete" }).click();
  await bar(page).waitFor();
  assert.equal(await page.locator("table tbody tr").count(), 11);
  await bar(page).getByRole("button", { name: "Undo" }).click();
  await bar(page).waitFor();
  await page.goto("/quarantine?q=Offer");
  assert.equal(await page.locator("table tbody tr").count(), 12);
  await page.locator("[data-select-all]").check();
  await page.locator(".bulk").getByRole("button", { name: "Deliver" }).click();
  assert.match(await page.locator("h1").innerText(), /Deliver 12 messages\?/, "more than ten are asked for");
  await page.getByRole("button", { name: "Deliver 12 messages" }).click();
  await bar(page).waitFor();
  await until(async () => readdirSync(`${work}/sink`).filter((f) => f.endsWith(".eml")).length >= 14, 60);
  await page.context().close();
});

test("tracking: query, mistakes, time line", async () => {
  const page = await open({ state });
  await page.goto("/tracking?q=from%3Alucky%40sender.example");
  assert.equal(await page.locator("table tbody tr").count(), 1);
  await page.goto("/tracking?q=statsu%3Aheld");
  assert.match(await page.locator(".note.warn").innerText(), /statsu[\s\S]*status/);
  await page.goto("/tracking?q=subject%3Alottery");
  await until(async () => { await page.reload(); return /Delivered/.test(await page.locator("table tbody").innerText()); }, 30);
  await page.locator(".row-link").first().click();
  const line = await page.locator("ol.line").innerText();
  for (const step of [/Arrived/, /Held/, /Ken Ota looked at it/, /Ken Ota ordered the delivery/, /Delivered/])
    assert.match(line, step);
  assert.match(line, /250/, "with the next server's words");
  await page.goto("/tracking?q=subject%3ALunch");
  await until(async () => { await page.reload(); return /Delivered/.test(await page.locator("table tbody").innerText()); }, 30);
  await page.context().close();
});

test("audit: who did what, filter, detail", async () => {
  const page = await open({ state });
  await page.goto("/audit");
  const text = await page.locator("table tbody").innerText();
  assert.match(text, /Delivery ordered/);
  await page.goto("/audit?event=domain.added");
  assert.match(await page.locator("table tbody").innerText(), /xn--bcher-kva\.example/);
  await page.goto("/audit?event=account.changed");
  await page.locator(".row-link").first().click();
  assert.match(await page.locator("main").innerText(), /Sato-Berger/, "before and after are shown");
  await page.context().close();
  sekisho("audit", "verify");
});

test("own settings: theme, password; other sessions end", async () => {
  const other = await open();
  await signIn(other);
  const page = await open({ state });
  await page.goto("/account");
  await page.getByLabel("Colours").selectOption("dark");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.getByLabel("Colours").selectOption("system");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  await page.goto("/settings/security/password");
  await page.getByLabel("Present password").fill("not this one at all");
  await page.getByLabel("New password").fill("a tram leaves at nine");
  await page.getByRole("button", { name: "Change the password" }).click();
  assert.ok(await page.locator("#e-current").innerText());
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill("a tram leaves at nine");
  await page.getByRole("button", { name: "Change the password" }).click();
  await bar(page).waitFor();
  assert.equal(new URL(page.url()).pathname, "/settings/security");
  await other.goto("/domains");
  assert.match(other.url(), /\/signin/, "sessions elsewhere end");
  await page.goto("/domains");
  assert.match(page.url(), /\/domains/, "this one stays");
  state = await page.context().storageState();
  await other.context().close();
  await page.context().close();
});

// ---------------------------------------------------------------- every page

async function paths() {
  const page = await open({ state });
  await send("again@sender.example", "misaki.sato@acme.example", mail("Held for the tour", "Again <again@sender.example>", "misaki.sato@acme.example", GTUBE));
  const first = async (list) => { await page.goto(list); return new URL(await page.locator(".row-link").first().getAttribute("href"), admin).pathname + new URL(await page.locator(".row-link").first().getAttribute("href"), admin).search; };
  const domain = await first("/domains"), held = await first("/quarantine"), user = await first("/users?q=misaki");
  await page.goto(`${domain}/servers`);
  const server = await page.getByRole("link", { name: /^Change / }).first().getAttribute("href");
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, 'tour@acme.example' FROM account WHERE account_id = '${/[0-9a-f-]{36}/.exec(user)[0]}' ON CONFLICT DO NOTHING`);
  const out = ["/domains", "/domains/add", domain, `${domain}/servers`, `${domain}/dkim`, `${domain}/keys`, `${domain}/delete`, server, `${server}/delete`, "/users", "/users?q=nobody", "/users/add", "/users/second-step", "/help-desk", user, `${user}/second`, `${user}/delete`, `${user}/mailboxes/remove?address=tour%40acme.example`,
    "/quarantine", "/quarantine?q=nothinglikethis", held, `${held}?view=links`, `${held}?view=headers`, `${held}?view=parts`,
    "/tracking", "/tracking?q=statsu%3Aheld", await first("/tracking"), "/audit", await first("/audit"), "/account", "/menu",
    "/authentication", "/authentication/default", domain.replace("/domains/", "/authentication/"), `${domain.replace("/domains/", "/authentication/")}/reset`];
  await page.context().close();
  return out;
}

test("axe finds nothing: light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
  const page = await open({ state });
  for (const path of ["/signin", ...(await paths())]) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(path);
    for (const [width, first, second] of [[1280, "light", "dark"], [320, "dark", "light"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: first });
      assert.deepEqual(await axe(page), [], `${path} ${first} ${width}`);
      // The other colours change contrast and nothing else.
      await page.emulateMedia({ colorScheme: second });
      assert.deepEqual(await axe(page, ["color-contrast"]), [], `${path} ${second} ${width}`);
      const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scroll <= client, `${path} scrolls sideways at ${width}: ${scroll}`);
    }
  }
  await page.context().close();
});

test("Japanese: no English msgid is left on any page", async () => {
  const page = await open({ state });
  const every = await paths(); // found by their English words
  await page.goto("/domains");
  const words = await page.locator("nav, h1, th, .btn, label").allInnerTexts();
  await page.getByRole("button", { name: "日本語" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  const english = new Set(words.flatMap((w) => w.split("\n")).map((w) => w.trim()).filter((w) => /^[A-Z][a-z]/.test(w) && !/^(Sekisho|Acme|Message-ID)/.test(w)));
  for (const path of every) {
    await page.goto(path);
    // What we say, not what mail and people say: bdi, code and our own name are left out.
    const text = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll("bdi, code, pre, kbd, .mono, [lang]:not([lang=ja]), .msg-text, .headers, option, script")) e.remove();
      return [...copy.innerText.matchAll(/[A-Za-z][A-Za-z]+(?: [A-Za-z]+)+/g)].map((m) => m[0]);
    });
    const left = text.filter((t) => !/^(Sekisho|Acme Group|Ken Ota|Misaki Sato|English|Offer|Lunch|Held for the tour|Message ID|TLS)/.test(t));
    assert.deepEqual(left, [], path);
    assert.ok(![...english].some((w) => text.includes(w)), path);
  }
  await page.getByRole("button", { name: "English" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.context().close();
});

test("core tasks without script", async () => {
  const page = await open({ state, js: false });
  await page.goto("/domains/add");
  await page.getByLabel("Domain", { exact: true }).fill("noscript.example");
  await page.getByLabel("Mail server behind Sekisho").fill("192.0.2.25");
  await page.getByRole("button", { name: "Add the domain" }).click();
  assert.equal(await page.locator("h1").innerText(), "noscript.example");
  await page.getByRole("link", { name: "Delete domain" }).click();
  await page.getByLabel("Type noscript.example to confirm").fill("noscript.example");
  await page.getByRole("button", { name: "Delete domain" }).click();
  assert.match(await bar(page).innerText(), /noscript\.example/);
  await page.goto("/quarantine");
  await page.locator("tbody input[type=checkbox]").first().check();
  await page.locator(".bulk").getByRole("button", { name: "Delete" }).click();
  await bar(page).getByRole("button", { name: "Undo" }).click();
  assert.ok(await bar(page).innerText());
  await page.goto("/tracking");
  await page.getByRole("searchbox", { name: "Search messages" }).fill("subject:Lunch");
  await page.locator("main").getByRole("button", { name: "Search", exact: true }).click();
  await page.locator(".row-link").first().click();
  assert.ok(await page.locator("ol.line li").count() >= 3);
  await page.context().close();
});

test("core tasks by keyboard alone", async () => {
  const page = await open({ state });
  await page.goto("/quarantine");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.waitForLoadState("networkidle"); // single keys work when their module is there
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/quarantine\/[0-9a-f-]{36}/);
  for (const key of ["#", "z"]) {
    const done = page.waitForEvent("load");
    await page.keyboard.press(key);
    await done;
    await bar(page).waitFor();
  }
  await page.goto("/users/add");
  const seen = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => document.activeElement.id || document.activeElement.innerText?.trim());
    seen.add(id);
    if (id === "Add the user") break;
  }
  for (const id of ["f-name", "f-role", "f-lang", "f-password", "Add the user"]) assert.ok(seen.has(id), `Tab reaches ${id}`);
  await page.context().close();
});

test("the policy header blocked nothing on the way", () => assert.deepEqual(violations, []));
