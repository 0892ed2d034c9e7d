// What people may do with held mail, in a real browser with mail that went through SMTP: the matrix (I06), combined actions
// with their pages (N9, U6), requests and answers (N8, P5), reports, one more scan before delivery (T-L6), many clicks
// at once (T-L5), forged fields (T-W21).
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_RIGHTS_TEST_VAR; // a stack that runs already (development)
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
const MISAKI = "misaki.sato@acme.example";
const TOM = "tom.berger@acme.example";

let env, portal, admin, browser, sink, work;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment webrights; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });

async function until(what, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}

function send(from, to, data) {
  const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", data.replace(/^\./gm, "..") + "\r\n.", "QUIT"];
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
const encoded = (text) => (/^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`);
let serial = 0;
function mail({ subject, name, from, to = MISAKI, body, type = "text/plain" }) {
  const sender = name ? `${encoded(name)} <${from}>` : `<${from}>`;
  return `From: ${sender}\r\nTo: <${to}>\r\nSubject: ${encoded(subject)}\r\nMessage-ID: <${process.pid}.${++serial}@sender.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}\r\n`;
}
async function hold(m) {
  const data = mail(m);
  await send(m.from, m.to ?? MISAKI, data);
  return data + "\r\n"; // as send() ends it
}

// What the next hop has got of a mail, each from its first original field on.
function arrived(sent) {
  return readdirSync(`${work}/sink`).filter((n) => n.endsWith(".eml")).map((f) => readFileSync(`${work}/sink/${f}`))
    .filter((text) => text.includes(sent.match(/Message-ID: (.*)\r/)[1])).map((text) => text.subarray(text.indexOf(sent.slice(0, 60))));
}
const sha256 = (b) => createHash("sha256").update(b).digest("hex");
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

const violations = [];
async function open({ surface = "portal", js = true, width = 1280, dark = false, lang = "en", as, touch = false } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light",
    locale: lang, baseURL: surface === "admin" ? admin : portal, storageState: as, reducedMotion: "reduce", hasTouch: touch, isMobile: touch,
  });
  context.setDefaultTimeout(30_000);
  context.on("page", (page) => {
    page.on("console", (m) => {
      if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`);
    });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
    page.on("dialog", (d) => { violations.push(`${page.url()}: dialog ${d.message()}`); d.dismiss(); });
  });
  return context.newPage();
}
const KENJI = "kenji.ota@acme.example", HIROKO = "hiroko.abe@acme.example";
async function state(surface, address) {
  const page = await open({ surface });
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  if (!(await page.locator("[name=password]").count())) await page.locator("main button.primary").click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  const cookies = await page.context().storageState();
  await page.context().close();
  return cookies;
}
const bar = (page) => page.locator(".bar");
const row = (page, subject) => page.locator("tbody tr", { hasText: subject });
const of = (subject, what) => sql(`SELECT ${what} FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = '${subject}'`);
const idOf = (subject) => of(subject, "r.recipient_id");
let misaki, tom, kenji, hiroko; // cookies

async function post(cookies, base, path, fields) {
  const cookie = cookies.cookies.map((c) => `${c.name}=${c.value}`).join("; ");
  const page = await (await fetch(`${base}/`, { headers: { cookie } })).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  return fetch(base + path, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf, ...fields }), headers: { cookie, origin: base, "sec-fetch-site": "same-origin" } });
}
// Mail of ours to somebody, as the next hop got it.
function lettersTo(address) {
  return readdirSync(`${work}/sink`).filter((n) => n.endsWith(".eml"))
    .filter((f) => readFileSync(`${work}/sink/${f.replace(".eml", ".json")}`, "utf8").includes(address))
    .map((f) => readFileSync(`${work}/sink/${f}`, "utf8")).filter((t) => /Auto-Submitted: auto-generated/i.test(t))
    .map((t) => t.replace(/^[A-Za-z0-9+/=]{20,76}(?:\r\n[A-Za-z0-9+/=]{1,76})*$/gm, (b) => Buffer.from(b, "base64").toString("utf8")));
}

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  admin = `http://127.0.0.1:${env.ADMIN_PORT}`;
  work = `${env.VAR}-work`;
  env.YARA_FOLDER = `${work}/yara`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(`${work}/yara`, { recursive: true });
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, `${work}/sink`], { cwd: TOP, stdio: "ignore" });
  sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  sekisho("user", "add", MISAKI, "--lang", "ja", "--password-file", `${work}/password`);
  sekisho("user", "add", TOM, "--lang", "en", "--password-file", `${work}/password`);
  sekisho("user", "add", HIROKO, "--lang", "en", "--role", "help_desk", "--password-file", `${work}/password`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  misaki = await state("portal", MISAKI);
  tom = await state("portal", TOM);
  kenji = await state("admin", KENJI);
  hiroko = await state("admin", HIROKO);
});
after(async () => {
  await browser?.close();
  sink?.kill();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

const spam = (subject, more = {}) => hold({ subject, name: "Partner", from: "anna@partner.example", to: TOM, body: `Hello\r\n\r\n${GTUBE}`, ...more });
const virus = (subject, more = {}) => hold({ subject, from: "bug@malware.example", to: TOM, body: EICAR, ...more });

test("N9 deliver and allow: the page says both effects, GET changes nothing, one press does both; only the entry can be undone", async () => {
  const sent = await spam("Allow me");
  const page = await open({ js: false, as: tom });
  await page.goto(`/confirm?do=allow&one=${idOf("Allow me")}`);
  assert.equal(of("Allow me", "state"), "held", "T-L1 looking changes nothing");
  await page.goto("/");
  await row(page, "Allow me").locator(".row-link").click();
  await page.getByLabel("More actions").click();
  await page.getByRole("button", { name: "Deliver and allow sender" }).click();
  assert.equal(await page.locator("h1").innerText(), "Deliver this message and allow its sender?");
  assert.equal(of("Allow me", "state"), "held");
  assert.match(await page.locator(".pairs").innerText(), /cannot be taken back[\s\S]*anna@partner\.example/);
  await page.getByLabel("Everybody at partner.example, not only this address").check();
  await page.getByLabel("For how long").selectOption({ label: "30 days" });
  await page.getByRole("button", { name: "Deliver and allow sender" }).click();
  assert.equal(new URL(page.url()).pathname, "/done");
  assert.match(await bar(page).innerText(), /\*@partner\.example is now allowed/);
  assert.equal(sql("SELECT target || ' ' || list || ' ' || only_verified || ' ' || (expires_at - now() > interval '29 days') FROM sender_entry"), `${TOM} approved true true`);
  const got = await until(() => arrived(sent)[0]);
  assert.equal(sha256(got), sha256(Buffer.from(sent)));
  await bar(page).getByRole("button", { name: "Undo" }).click();
  assert.equal(sql("SELECT count(*) FROM sender_entry"), "0");
  assert.match(await bar(page).innerText(), /off the list again/);
  assert.equal((await page.goto("/done")).url(), `${portal}/`, "looked at again, it is no result");
  await page.context().close();
});

test("N9 delete, block and report, from the list with many; undo takes all of it back", async () => {
  await spam("Block one", { from: "a@pest.example" });
  await spam("Block two", { from: "b@pest.example" });
  const page = await open({ js: false, as: tom });
  await page.goto("/?q=Block");
  for (const s of ["Block one", "Block two"]) await row(page, s).locator("[name=id]").check();
  await page.locator(".bulk").getByRole("button", { name: "Delete and block sender" }).click();
  assert.equal(await page.locator("h1").innerText(), "Delete 2 messages and block their senders?");
  await page.getByLabel("Report it as well").selectOption("spam");
  await page.getByRole("button", { name: "Delete and block sender" }).click();
  assert.match(await bar(page).innerText(), /2 messages deleted\. 2 senders are now blocked/);
  assert.equal(sql("SELECT string_agg(pattern, ' ' ORDER BY pattern) FROM sender_entry WHERE list = 'blocked'"), "a@pest.example b@pest.example");
  assert.equal(sql("SELECT count(*) FROM mail_report WHERE what = 'spam' AND state = 'open'"), "2");
  await bar(page).getByRole("button", { name: "Undo" }).click();
  assert.equal(of("Block one", "state") + of("Block two", "state"), "heldheld");
  assert.equal(sql("SELECT (SELECT count(*) FROM sender_entry) + (SELECT count(*) FROM mail_report)"), "0");
  await page.context().close();
});

test("T-L5 64 presses at once on Deliver and allow, five times: delivered once each", async () => {
  for (let i = 0; i < 5; i++) {
    const subject = `At once ${i}`, sent = await spam(subject, { from: `many${i}@partner.example` }), id = idOf(subject);
    const cookie = tom.cookies.map((c) => `${c.name}=${c.value}`).join("; ");
    const csrf = /name="csrf" value="([^"]+)"/.exec(await (await fetch(`${portal}/confirm?do=allow&one=${id}`, { headers: { cookie } })).text())[1];
    const press = () => fetch(`${portal}/done`, { method: "POST", redirect: "manual", body: new URLSearchParams({ csrf, do: "allow", id, days: "0", back: "/" }), headers: { cookie, origin: portal, "sec-fetch-site": "same-origin" } });
    const replies = await Promise.all(Array.from({ length: 64 }, press));
    assert.deepEqual([...new Set(replies.map((r) => r.status))], [303]);
    await until(() => of(subject, "state") === "delivered");
    assert.equal(sql(`SELECT count(*) FROM event WHERE recipient_id = '${id}' AND kind = 'release_requested'`), "1");
    assert.equal(sql(`SELECT count(*) FROM sender_entry WHERE pattern = 'many${i}@partner.example'`), "1");
    assert.equal(arrived(sent).length, 1);
  }
});

test("I06 the organisation's matrix: buttons and the database follow it at once; invisible kinds are said to be there", async () => {
  await spam("By matrix");
  await virus("Hidden virus");
  const page = await open({ as: tom });
  assert.match(sekisho("policy", "quarantine-rights", "show"), /^spam +view deliver delete block approve$/m);
  sekisho("policy", "quarantine-rights", "set", "spam", "view", "ask");
  sekisho("policy", "quarantine-rights", "set", "malware", "none");
  await page.goto("/");
  assert.equal(await row(page, "By matrix").locator("[formaction='/deliver'], [formaction='/delete']").count(), 0);
  assert.equal(await row(page, "By matrix").locator("a.btn").innerText().then((t) => t.split(":")[0].trim()), "Ask");
  assert.equal(await row(page, "Hidden virus").count(), 0);
  assert.match(await page.locator("main").innerText(), /Some kinds of mail are only visible to your admin/);
  assert.equal((await page.goto(`/m/${idOf("Hidden virus")}`)).status(), 404);
  for (const [path, fields] of [["/deliver", {}], ["/delete", {}], ["/done", { do: "allow" }], ["/done", { do: "block" }]])
    for (const id of [idOf("By matrix"), idOf("Hidden virus")]) {
      await post(tom, portal, path, { one: id, id, back: "/", ...fields });
      assert.equal(sql(`SELECT state FROM message_recipient WHERE recipient_id = '${id}'`), "held", `${path} ${fields.do}`);
    }
  sekisho("policy", "quarantine-rights", "set", "spam", "standard");
  sekisho("policy", "quarantine-rights", "set", "malware", "standard");
  await page.goto("/");
  assert.equal(await row(page, "By matrix").locator("[formaction='/deliver']").count(), 1);
  assert.throws(() => sekisho("policy", "quarantine-rights", "set", "malware", "view", "deliver"), /not possible/);
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'rights.changed'"), "4");
  await page.context().close();
});

test("T-W21 forged fields change nothing: role, organisation, kind, state, another person", async () => {
  await virus("Forged");
  const id = idOf("Forged");
  const more = { role: "owner", org_id: "00000000-0000-0000-0000-000000000000", kind: "spam", state: "releasing", account_id: sql(`SELECT account_id FROM account WHERE address = '${KENJI}'`), user_kinds: "0", for_all: "1" };
  for (const [path, fields] of [["/deliver", { one: id }], ["/done", { do: "allow", id }], ["/done", { do: "ask", id, note: "x", state: "approved" }]])
    await post(tom, portal, path, { ...fields, back: "/", ...more });
  assert.equal(of("Forged", "state || ' ' || kind"), "held malware");
  assert.equal(sql(`SELECT state || ' ' || by_name FROM release_request WHERE recipient_id = '${id}'`), `waiting ${TOM}`, "asked, as himself, nothing more");
  assert.equal(sql("SELECT count(*) FROM sender_entry WHERE target NOT LIKE '%@%'"), "0", "nothing for the whole domain");
  await post(misaki, portal, "/requests/withdraw", { id: sql(`SELECT request_id FROM release_request WHERE recipient_id = '${id}'`) });
  assert.equal(sql(`SELECT state FROM release_request WHERE recipient_id = '${id}'`), "waiting");
  await post(tom, portal, "/requests/withdraw", { id: sql(`SELECT request_id FROM release_request WHERE recipient_id = '${id}'`) });
  assert.equal(sql(`SELECT state FROM release_request WHERE recipient_id = '${id}'`), "withdrawn");
});

test("N8 ask in Japanese, the approver's mail leads to one page, approve on a phone without script, the answer comes in Japanese", async () => {
  const sent = await virus("検査票", { to: MISAKI, from: "lab@clinic.example", name: "検査室" });
  const page = await open({ js: false, as: misaki, lang: "ja" });
  await page.goto("/");
  await row(page, "検査票").locator(".row-link").click();
  await page.getByRole("button", { name: "配信を依頼" }).click();
  assert.match(await page.locator("h1").innerText(), /配信を依頼しますか/);
  await page.getByLabel("必要な理由").fill("毎月届く書類です");
  await page.getByRole("button", { name: "配信を依頼" }).click();
  assert.match(await bar(page).innerText(), /回答がメールで届きます/);
  await page.goto("/requests");
  assert.match(await row(page, "検査票").innerText(), /待機中/);
  const letter = await until(() => lettersTo(HIROKO).find((t) => t.includes("毎月届く書類です")));
  const path = new RegExp(`${admin}(/requests/[0-9a-f-]{36})`).exec(letter)[1];
  assert.doesNotMatch(letter, new RegExp(portal + "/requests"));
  const phone = await open({ surface: "admin", js: false, as: hiroko, width: 390 });
  for (let i = 0; i < 3; i++) await phone.goto(path); // opening decides nothing
  assert.equal(sql("SELECT state FROM release_request WHERE note <> '' AND by_name = '" + MISAKI + "'"), "waiting");
  assert.match(await phone.locator("main").innerText(), /毎月届く書類です/);
  assert.match(await phone.locator(".note.danger").innerText(), /looked dangerous/);
  if (SHOTS) await phone.screenshot({ path: `${SHOTS}/request-phone.png`, fullPage: true });
  await phone.getByLabel("Words for the person").fill("確認しました。");
  await phone.getByRole("button", { name: "Approve and deliver" }).click();
  assert.match(await bar(phone).innerText(), /Approved/);
  const got = await until(() => arrived(sent)[0]);
  assert.equal(sha256(got), sha256(Buffer.from(sent)));
  const answer = await until(() => lettersTo(MISAKI).find((t) => t.includes("確認しました。")));
  assert.match(answer, /Content-Language: ja/);
  assert.match(answer, /依頼は承認されました/);
  await page.goto("/requests");
  assert.match(await row(page, "検査票").innerText(), /承認済み[\s\S]*確認しました。/);
  await phone.goto(path);
  assert.equal(await phone.locator("[name=decision]").count(), 0, "decided once");
  await page.context().close();
  await phone.context().close();
});

test("N8 decline; a second decision is told that it came too late; whoever of the console may only look decides nothing", async () => {
  await virus("No thanks");
  await post(tom, portal, "/done", { do: "ask", id: idOf("No thanks"), note: "", back: "/" });
  const id = sql("SELECT request_id FROM release_request WHERE state = 'waiting'");
  const page = await open({ surface: "admin", as: kenji });
  await page.goto("/requests");
  await row(page, "No thanks").locator(".row-link").click();
  const late = await open({ surface: "admin", as: hiroko });
  await late.goto(`/requests/${id}`);
  await page.getByLabel("Words for the person").evaluate((e) => { e.value = "Ask\tyour bank."; });
  await page.getByRole("button", { name: "Decline" }).click();
  assert.match(await page.locator("#e-answer").innerText(), /not allowed/, "not sent without the words");
  assert.equal(sql(`SELECT state FROM release_request WHERE request_id = '${id}'`), "waiting");
  await page.getByLabel("Words for the person").fill("");
  await page.getByRole("button", { name: "Decline" }).click();
  assert.match(await bar(page).innerText(), /Declined/);
  await late.getByRole("button", { name: "Approve and deliver" }).click();
  assert.match(await bar(late).innerText(), /decided already/);
  assert.equal(of("No thanks", "state"), "held");
  await page.context().close();
  await late.context().close();
});

test("Reports: people say what a message is, an admin agrees and blocks, or dismisses", async () => {
  await spam("Report me", { from: "thief@bank.example" });
  await spam("Not spam");
  const page = await open({ js: false, as: tom });
  await page.goto("/");
  await row(page, "Report me").locator(".row-link").click();
  await page.getByLabel("More actions").click();
  await page.getByRole("button", { name: "Report", exact: true }).click();
  await page.getByLabel("What is it?").selectOption("phishing");
  await page.getByRole("button", { name: "Report", exact: true }).click();
  assert.match(await bar(page).innerText(), /stays held/);
  await post(tom, portal, "/done", { do: "report", id: idOf("Not spam"), what: "wanted", back: "/" });
  const desk = await open({ surface: "admin", js: false, as: kenji });
  await desk.goto("/quarantine/reported");
  assert.match(await row(desk, "Report me").innerText(), /Says: phishing/);
  await row(desk, "Report me").locator("[name=id]").check();
  await desk.getByLabel("Block the senders for everybody, too").check();
  await desk.getByRole("button", { name: "Agree" }).click();
  assert.match(await bar(desk).innerText(), /learns it for everybody/);
  assert.equal(sql("SELECT list || ' ' || pattern FROM sender_entry WHERE target = ''"), "blocked thief@bank.example");
  await row(desk, "Not spam").locator("[name=id]").check();
  await desk.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(sql("SELECT string_agg(state, ' ' ORDER BY state) FROM mail_report"), "agreed dismissed");
  await desk.goto("/quarantine/reported?state=agreed");
  assert.match(await row(desk, "Report me").innerText(), /Decided by kenji/);
  await page.context().close();
  await desk.context().close();
});

test("T-L6 a rule or an object that came since: not delivered, held again as what it is, the person is told; a known object counts once", async () => {
  await spam("Turns by rule", { body: `moonquake-7731\r\n\r\n${GTUBE}` });
  await spam("Turns by object", { body: `http://later-bad.example/x\r\n\r\n${GTUBE}` });
  const fine = await spam("Stays fine");
  writeFileSync(`${work}/yara/new.yar`, 'rule Moonquake { meta: kind = "malware" strings: $a = "moonquake-7731" condition: $a }\n');
  sekisho("rules", "reload");
  sekisho("object", "add", "later-bad.example");
  await sleep(2500); // workers are replaced one after the other; settings are asked for every half second
  for (const s of ["Turns by rule", "Turns by object", "Stays fine"]) await post(tom, portal, "/deliver", { one: idOf(s), back: "/" });
  await until(() => arrived(fine)[0]);
  await until(() => of("Turns by rule", "state") === "held" && of("Turns by object", "state") === "held");
  assert.equal(of("Turns by rule", "kind"), "malware");
  assert.match(of("Turns by object", "kind"), /^(malware|phishing)$/);
  for (const s of ["Turns by rule", "Turns by object"])
    assert.equal(sql(`SELECT count(*) FROM event WHERE recipient_id = '${idOf(s)}' AND kind IN ('released', 'delivered')`), "0", s);
  await until(() => lettersTo(TOM).filter((t) => t.includes("turned out to be dangerous")).length === 2);
  const page = await open({ as: tom });
  await page.goto(`/m/${idOf("Turns by rule")}`);
  assert.equal(await page.locator("[formaction='/deliver']").count(), 0);
  await page.context().close();
});

test("axe, 320 and 1280, dark and light, no English word in Japanese: confirm, done, requests, request, reports", async () => {
  await virus("Last one", { to: MISAKI });
  await post(misaki, portal, "/done", { do: "ask", id: idOf("Last one"), note: "よろしくお願いします", back: "/" });
  await spam("To look at", { to: MISAKI });
  const request = sql(`SELECT request_id FROM release_request WHERE state = 'waiting' AND by_name = '${MISAKI}'`), id = idOf("To look at"), asked = idOf("Last one");
  const all = [["portal", misaki, ["/confirm?do=allow&one=" + id, "/confirm?do=block&one=" + id, "/confirm?do=report&one=" + id, "/confirm?do=ask&one=" + asked, "/requests"]],
    ["admin", kenji, ["/requests", "/requests?state=all", `/requests/${request}`, "/quarantine/reported", "/quarantine/reported?state=agreed", "/quarantine"]]];
  for (const [width, dark] of [[1280, false], [320, true]])
    for (const [surface, as, paths] of all) {
      const page = await open({ surface, as, width, dark });
      for (const path of paths) {
        await page.goto(path);
        const where = `${surface} ${path} ${width}`;
        assert.equal(await page.locator("h1").count(), 1, where);
        assert.deepEqual(await axe(page), [], where);
        const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(size[0] <= size[1], `${where}: scrolls sideways ${size}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/${surface}${path.replace(/[^a-z]+/g, "-").slice(0, 30)}-${width}.png`, fullPage: true });
      }
      await page.context().close();
    }
  sql(`UPDATE account SET lang = 'ja' WHERE address = '${KENJI}'`);
  const po = readFileSync(`${TOP}/i18n/ja.po`, "utf8"), english = new Set();
  for (const m of po.matchAll(/^msgid(?:_plural)? ((?:".*"\n)+)/gm)) {
    const text = m[1].split("\n").filter(Boolean).map((l) => JSON.parse(l)).join("");
    if (/[A-Za-z]{3}/.test(text) && !text.includes("{")) english.add(text);
  }
  for (const [surface, as, paths] of all) {
    const page = await open({ surface, as });
    for (const path of paths) {
      await page.goto(path);
      assert.equal(await page.locator("html").getAttribute("lang"), "ja", path);
      const texts = await page.evaluate(() => {
        const out = [document.title];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("[lang]:not(html), bdi, script")) out.push(walk.currentNode.data.trim());
        return out.filter(Boolean);
      });
      assert.deepEqual(texts.filter((t) => english.has(t) && t !== "Sekisho"), [], `${surface} ${path}`);
    }
    await page.context().close();
  }
});

test("nothing was blocked by the policy header", () => assert.deepEqual(violations, []));
