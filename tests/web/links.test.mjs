// The pages of links in mails (ux.md P1): opening them changes nothing, a button acts once, for one message and one recipient.
// The links are made here from the master key of the test's own stack, by the description in link_token.h.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_LINKS_TEST_VAR; // a stack that runs already (development)
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const MISAKI = "misaki.sato@acme.example";
const GUEST = "no.account@acme.example";

let env, portal, browser, sink, work, master;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment weblinks; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

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
let serial = 0;
// A held message of that kind: ids of org, message and recipient.
async function held({ subject = `Held ${++serial}`, from = `news${++serial}@tabi-letter.example`, to = MISAKI, kind } = {}) {
  await send(from, to, `From: Travel Letter <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: <${process.pid}.${++serial}@sender.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\n\r\nKyoto in autumn\r\n\r\n${GTUBE}\r\n`);
  const row = sql(`SELECT r.org_id, r.message_id, r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE r.address = '${to}' AND m.envelope_sender = '${from}' ORDER BY r.received_at DESC LIMIT 1`);
  const [org, message, recipient] = row.split("|");
  if (kind) sql(`UPDATE message_recipient SET kind = '${kind}' WHERE recipient_id = '${recipient}'`);
  return { org, message, recipient, from, subject };
}
const DELIVER = 1, ALLOW = 2, READ = 4, DELETE = 8, BLOCK = 16, ASK = 32, ALL = 63;
const bytes = (id) => Buffer.from(id.replaceAll("-", ""), "hex");
function link(m, { actions = ALL, kid = generation(), expires = Math.floor(Date.now() / 1000) + 86400, purpose = 1, name = "message" } = {}) {
  const head = Buffer.alloc(9);
  head.set([1, purpose, actions]);
  head.writeUInt16BE(kid, 3);
  head.writeUInt32BE(expires, 5);
  const payload = Buffer.concat([head, bytes(m.org), bytes(m.message), bytes(m.recipient), bytes("0193a5c2-7d5e-7c1a-8b7e-000000000009")]);
  const key = Buffer.from(hkdfSync("sha256", master, "", `sekisho link ${name} ${kid}`, 32));
  const token = Buffer.concat([payload, createHmac("sha256", key).update(payload).digest()]).toString("base64url");
  tokens.push(token);
  return `/d/${token}`;
}
const tokens = [];
const generation = () => Number(sql("SELECT max(kid) FROM link_key"));
const state = (m) => sql(`SELECT state FROM message_recipient WHERE recipient_id = '${m.recipient}'`);
const still = (m, expected = "held") => assert.equal(state(m), expected);
const refusals = () => Number(sql("SELECT count(*) FROM audit WHERE event = 'link.refused'"));
const everything = () => sql(`SELECT md5(string_agg(x, ',')) FROM (
  (SELECT state || state_at || recipient_id AS x FROM message_recipient ORDER BY recipient_id) UNION ALL (SELECT count(*)::text FROM event) UNION ALL
  (SELECT count(*)::text FROM audit) UNION ALL (SELECT count(*)::text FROM link_used) UNION ALL (SELECT count(*)::text FROM session) UNION ALL
  (SELECT count(*)::text FROM sender_entry)) y`);

// Without a browser: no cookies at all.
const get = (path, options) => fetch(portal + path, { redirect: "manual", ...options });
const formOf = (html) => html.match(/name="form" value="([^"]*)"/)?.[1] ?? "";
async function press(path, what, more = {}, headers = { origin: portal }) {
  const form = more.form ?? formOf(await (await get(path)).text());
  return get(path, { method: "POST", headers, body: new URLSearchParams({ form, do: what, ...more, form }) });
}

const violations = [];
async function open({ js = true, width = 1280, dark = false, lang = "en", touch = false } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: portal, hasTouch: touch, isMobile: touch });
  context.on("page", (page) => {
    page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
  });
  return context.newPage();
}
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true }); };

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  work = `${env.VAR}-work`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, `${work}/sink`], { cwd: TOP, stdio: "ignore" });
  const attempt = (...args) => { try { sekisho(...args); } catch (e) { if (!EXTERNAL) throw e; } };
  attempt("setup", "--org", "Acme Group", "--admin", "kenji.ota@acme.example", "--password-file", `${work}/password`);
  attempt("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  attempt("user", "add", MISAKI, "--lang", "ja", "--tz", "Asia/Tokyo", "--password-file", `${work}/password`);
  master = readFileSync(`${env.VAR}/key/master.key`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
});
after(async () => {
  await browser?.close();
  sink?.kill();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

test("P1 U15 the page of a link says whom to ask, of the organisation that the message belongs to", async () => {
  const path = link(await held());
  assert.ok(!(await (await get(path)).text()).includes('id="help-desk"'), "nothing is set");
  sql("INSERT INTO help_contact (org_id, name, email) SELECT org_id, 'First desk', 'desk@acme.example' FROM org; INSERT INTO org (org_id, name, body_key) VALUES (uuid7(), 'Second', '\\x00')");
  const html = await (await get(path)).text();
  assert.ok(html.includes("First desk") && html.includes('href="mailto:desk@acme.example"'));
  assert.ok(!(await (await get("/d/" + "A".repeat(80))).text()).includes("First desk"), "A-60 of a link of nobody's nothing is told");
  sql("DELETE FROM org WHERE name = 'Second'; DELETE FROM help_contact");
});

test("T-L1 T-W22 a link reads its message 20 times an hour at most; other links and other buttons go on", async () => {
  const m = await held(), path = link(m), other = link(m, { expires: Math.floor(Date.now() / 1000) + 80_000 });
  sql("DELETE FROM rate_bucket");
  const views = () => Number(sql(`SELECT count(*) FROM event WHERE recipient_id = '${m.recipient}' AND kind = 'viewed'`));
  const status = [];
  for (let i = 0; i < 13; i++) status.push((await press(path, "read")).status);
  assert.deepEqual(status.slice(0, 10), Array(10).fill(200));
  assert.equal(status.at(-1), 429);
  assert.ok(views() <= 12, `${views()} reads`);
  const before = views(), page = await press(path, "read");
  assert.match(await page.text(), /開いた回数が多すぎます[^]*name="do" value="deliver"/);
  assert.equal(views(), before, "no preview, no event");
  assert.equal((await press(other, "read")).status, 200, "another link of it");
  assert.equal((await press(path, "delete")).status, 200);
  still(m, "deleted");
});

test("T-L1 N3 opening a link, ten times, with every program, changes nothing", async () => {
  const path = link(await held());
  const before = everything();
  const page = await open();
  for (let i = 0; i < 10; i++) {
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT"]) {
      const reply = await get(path, { method });
      assert.equal(reply.status, method === "GET" || method === "HEAD" ? 200 : 405, method);
      assert.equal(reply.headers.get("set-cookie"), null, "no cookie");
    }
    await page.goto(path);
    await page.evaluate(() => new Promise((r) => setTimeout(r, 20)));
  }
  assert.deepEqual(await page.context().cookies(), []);
  assert.equal(everything(), before);
  await page.context().close();
});

test("T-L1 a POST needs the form of the page, and comes from the page", async () => {
  const m = await held(), path = link(m), other = formOf(await (await get(link(await held()))).text());
  assert.notEqual(other, "");
  for (const form of ["x", "A".repeat(48), other]) {
    const reply = await press(path, "deliver", { form });
    assert.equal(reply.status, 422);
    assert.match(await reply.text(), /開いたままの時間が長すぎ|open for too long/);
  }
  assert.equal((await press(path, "deliver", {}, { origin: "https://evil.example" })).status, 403);
  assert.equal((await press(path, "deliver", {}, {})).status, 403);
  assert.equal((await press(path, "release")).status, 200, "no such button: the page again");
  still(m);
});

test("T-L2 a link acts once, without cookies, and says afterwards what happened", async () => {
  const m = await held({ to: GUEST }), path = link(m, { actions: DELIVER | READ });
  const done = await press(path, "deliver");
  assert.equal(done.status, 200);
  assert.equal(done.headers.get("set-cookie"), null);
  assert.match(await done.text(), /On its way to your inbox/);
  assert.notEqual(state(m), "held");
  assert.equal(sql(`SELECT count(*) FROM link_used WHERE recipient_id = '${m.recipient}'`), "1");
  assert.equal(sql(`SELECT actor || ' ' || surface || ' ' || (detail->>'via') FROM audit WHERE event = 'mail.released' AND detail->>'recipient_id' = '${m.recipient}'`), `${GUEST} portal digest`);
  const again = await get(path);
  assert.equal(again.status, 410);
  assert.match(await again.text(), /on its way to your inbox|was delivered/);
  const arrived = () => readdirSync(`${work}/sink`).filter((f) => f.endsWith(".eml")).map((f) => readFileSync(`${work}/sink/${f}`, "latin1")).filter((t) => t.includes(m.from)).length;
  for (let i = 0; i < 60 && !arrived(); i++) await sleep(250);
  assert.equal(arrived(), 1);
});

test("T-L5 many presses at once: one delivery", async () => {
  const m = await held({ to: GUEST }), path = link(m), form = formOf(await (await get(path)).text());
  const replies = await Promise.all(Array.from({ length: 24 }, () => press(path, "deliver", { form }).then((r) => r.text())));
  assert.equal(replies.filter((t) => /arrives in about a minute/.test(t)).length, 1);
  assert.equal(sql(`SELECT count(*) FROM event WHERE recipient_id = '${m.recipient}' AND kind = 'release_requested'`), "1");
});

test("T-L2 T-L3 another message, another action, too old, revoked, the key of another purpose: refused, with an audit row", async () => {
  const m = await held({ to: GUEST }), n = await held({ to: GUEST });
  const good = link(m);
  const form = formOf(await (await get(good)).text());
  // The ids of another message under the MAC of this one.
  const raw = Buffer.from(good.slice(3), "base64url");
  bytes(n.message).copy(raw, 25);
  bytes(n.recipient).copy(raw, 41);
  const swapped = `/d/${raw.toString("base64url")}`;
  const cases = {
    "another message": [swapped, "deliver"],
    "another action": [link(m, { actions: READ }), "deliver"],
    "too old": [link(m, { expires: Math.floor(Date.now() / 1000) - 5 }), "deliver"],
    "another purpose": [link(m, { purpose: 2, name: "unsubscribe" }), "deliver"],
    "the key of another purpose": [link(m, { name: "unsubscribe" }), "deliver"],
    "a generation that never was": [link(m, { kid: 999 }), "deliver"],
  };
  for (const [name, [path, what]] of Object.entries(cases)) {
    const before = refusals();
    const reply = await press(path, what, name === "another action" ? {} : { form });
    assert.equal(reply.status, 403, name);
    assert.equal(refusals(), before + 1, `${name}: an audit row`);
  }
  still(m);
  still(n);
  sekisho("link", "revoke");
  const before = refusals();
  assert.equal((await get(good)).status, 403);
  assert.equal(refusals(), before, "looking is not written down");
  assert.equal((await press(good, "deliver", { form })).status, 403);
  assert.equal(refusals(), before + 1);
  still(m);
  assert.equal((await press(link(m), "deliver")).status, 200, "new links work");
});

test("I10 T-L2 dangerous kinds: read and ask, nothing else; malware: nothing", async () => {
  for (const kind of ["phishing", "impersonation", "blocked", "content", "unscannable", "malware"]) {
    const m = await held({ to: GUEST, kind }), path = link(m);
    const html = await (await get(path)).text();
    assert.doesNotMatch(html, /value="(deliver|delete|block)"/, kind);
    assert.equal(/value="read"/.test(html), kind !== "malware", kind);
    for (const what of ["deliver", "delete", "block"])
      assert.equal((await press(path, what)).status, 403, `${kind}: ${what}`);
    still(m);
  }
});

test("N9 allow and block with the message, and undo where it is true", async () => {
  const m = await held({ to: GUEST }), path = link(m);
  assert.match(await (await press(path, "deliver", { allow: "1" })).text(), /list of allowed senders now/);
  const entry = () => sql(`SELECT list || ' ' || target || ' ' || only_verified FROM sender_entry WHERE pattern = '${m.from}'`);
  assert.equal(entry(), `approved ${GUEST} true`); // T-L8: only when the sender is verified
  assert.equal((await press(path, "undo", { form: formOf(await (await get(link(await held()))).text()) })).status, 422);
  const page = await open({ js: false });
  const b = await held({ to: GUEST });
  await page.goto(link(b));
  await page.getByRole("button", { name: "Delete and block sender" }).click();
  assert.equal(state(b), "deleted");
  assert.match(await page.locator("main").innerText(), /can be put back until/);
  assert.match(sql(`SELECT list FROM sender_entry WHERE pattern = '${b.from}'`), /blocked/);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await page.locator("h1").innerText(), "Undone");
  still(b);
  assert.equal(sql(`SELECT count(*) FROM sender_entry WHERE pattern = '${b.from}'`), "0");
  await page.context().close();
});

test("read safely: only behind the button, written down as seen", async () => {
  const m = await held({ to: GUEST }), path = link(m);
  assert.doesNotMatch(await (await get(path)).text(), /Kyoto in autumn/);
  const reply = await press(path, "read");
  assert.equal(reply.status, 200);
  const html = await reply.text();
  assert.match(html, /Kyoto in autumn/);
  assert.match(html, /value="deliver"/);
  assert.equal(sql(`SELECT count(*) FROM event WHERE recipient_id = '${m.recipient}' AND kind = 'viewed'`), "1");
  still(m);
});

test("T-L2 signing in may be wanted", async () => {
  const m = await held({ to: GUEST }), path = link(m);
  sql(`INSERT INTO digest_setting (org_id, links) VALUES ('${m.org}', 'signin') ON CONFLICT (org_id) DO UPDATE SET links = 'signin'`);
  try {
    const html = await (await get(path)).text();
    assert.match(html, /sign in before you decide/);
    assert.doesNotMatch(html, /name="do"/);
    for (const what of ["deliver", "delete", "read"]) assert.equal((await press(path, what)).status, 403, what);
    still(m);
  } finally {
    sql("UPDATE digest_setting SET links = 'act'");
  }
});

test("the page: its reader's language, small, calm, without script, by axe, at 320 px, in the dark", async () => {
  const m = await held({ subject: "=?UTF-8?B?" + Buffer.from("京都の秋").toString("base64") + "?=" }), path = link(m);
  const reply = await get(path, { headers: { "accept-encoding": "gzip", "accept-language": "en" } });
  assert.equal(reply.headers.get("referrer-policy"), "no-referrer");
  const html = await reply.text();
  assert.match(html, /<html lang="ja"/);
  assert.match(html, /<meta name="robots" content="noindex">/);
  assert.ok(Buffer.byteLength(html) < 20_000, `${Buffer.byteLength(html)} bytes`);
  const words = html.replace(/<(\w+)[^>]* lang="[^"]*"[^>]*>[^<]*<\/\1>/g, " ").replace(/<[^>]*>/g, " ").match(/[A-Za-z]{3,}/g).filter((w) => !/Travel|Letter|news|tabi|letter|example|misaki|sato|acme|Sekisho|English|Tokyo|Asia|UTC|JST|quot|amp/.test(w));
  assert.deepEqual(words, []);
  for (const dark of [false, true])
    for (const lang of ["ja", "en"]) {
      const page = await open({ width: 320, dark, touch: true });
      await page.goto(`${path}?lang=${lang}`);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
      assert.deepEqual(await axe(page), []);
      await shot(page, `link-${lang}-${dark ? "dark" : "light"}`);
      await page.context().close();
    }
  const wide = await open();
  await wide.goto(`${link(await held({ kind: "phishing" }))}?lang=en`);
  await shot(wide, "link-phishing");
  await wide.context().close();
  assert.deepEqual(violations, []);
});

test("T-L4 no link stands in a log", () => {
  const texts = [];
  const walk = (folder) => readdirSync(folder, { withFileTypes: true }).forEach((f) => {
    const path = `${folder}/${f.name}`;
    if (f.isDirectory() && !/^(pg|db|postgres|data)$/.test(f.name)) walk(path);
    else if (f.isFile() && /log/.test(path) && statSync(path).size < 200e6) texts.push([path, readFileSync(path, "latin1")]);
  });
  walk(env.VAR);
  assert.ok(texts.some(([, t]) => t.includes("/d/{token}")), "requests are logged, by their pattern");
  for (const [path, t] of texts)
    for (const token of tokens) assert.ok(!t.includes(token.slice(0, 60)), path);
});
