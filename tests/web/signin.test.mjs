// Accounts without an administrator, in a real browser with script off: register, forget the password, sign in by
// a mailed link, link mailboxes. The mails go through Postfix; each link is opened as mail programs and scanners do.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { sink as nextHop } from "../e2e/sink.mjs";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit", NEW = "quiet lamps under seven bridges";
const TOM = "tom.berger@acme.example", KENJI = "kenji.ota@acme.example";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

let env, portal, browser, hop, work;
const violations = [];

function environment() {
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment websignin; env -0"], { cwd: TOP });
  const e = Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
  return { ...e, PORTAL_URL: `http://localhost:${e.PORTAL_PORT}` };
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();
async function until(what, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}
async function open({ js = false, width = 1280, dark = false, lang = "en", as } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: portal, storageState: as, reducedMotion: "reduce" });
  context.on("page", (page) => {
    page.on("console", (m) => { if (/Content Security Policy/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
  });
  return context.newPage();
}
const h1 = (page) => page.locator("h1").innerText();
const button = (page, name) => page.getByRole("button", { name, exact: true });
// Mails to an address as {subject, text, html, link}, the oldest first.
function mails(to) {
  return hop.mails.filter((m) => m.to.includes(to)).map((m) => {
    const raw = m.data.toString("latin1");
    const [text, html] = [...raw.matchAll(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map((p) => Buffer.from(p[1], "base64").toString());
    return { raw, text, html, link: /https?:\S+\?t=\S+/.exec(text)?.[0], links: [...`${text} ${html}`.matchAll(/https?:\/\/[^\s"<]+/g)].map((x) => x[0]) };
  });
}
const mailTo = (to, n = 1) => until(() => mails(to).length >= n && mails(to)[n - 1]);
const asks = () => until(() => sql("SELECT count(*) FROM account_ask") === "0");
const hourLater = () => sql("UPDATE user_mail SET created_at = created_at - interval '61 minutes'; DELETE FROM rate_bucket");
async function step1(page, address) {
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  await button(page, "Next").click();
}
async function signIn(page, address, password = PASSWORD) {
  await step1(page, address);
  await page.locator("[name=password]").fill(password);
  await button(page, "Sign in").click();
}
async function state(address, password) {
  const page = await open();
  await signIn(page, address, password);
  assert.equal(new URL(page.url()).pathname, "/");
  const cookies = await page.context().storageState();
  await page.context().close();
  return cookies;
}
const path = (link) => link.slice(link.indexOf("/", 8));
// A request as a program makes it: no cookies, any Host.
const fetchRaw = (p, { method = "GET", headers = {} } = {}) => new Promise((resolve, reject) => {
  const q = request({ host: "127.0.0.1", port: env.PORTAL_PORT, path: p, method, headers }, (res) => {
    let body = "";
    res.on("data", (d) => { body += d; }).on("end", () => resolve({ status: res.statusCode, headers: res.headers, body }));
  });
  q.on("error", reject).end();
});

before(async () => {
  env = environment();
  portal = env.PORTAL_URL;
  work = `${env.VAR}-work`;
  try { stack("stop"); } catch {}
  rmSync(env.VAR, { recursive: true, force: true });
  stack("start");
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  hop = nextHop(Number(env.SINK_PORT));
  sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  sekisho("domain", "add", "listed.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  writeFileSync(`${work}/list`, "known@listed.example\n");
  sekisho("recipient", "import", "listed.example", `${work}/list`);
  sekisho("recipient", "check", "listed.example", "on");
  sekisho("user", "add", TOM, "--lang", "en", "--password-file", `${work}/password`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
});
after(async () => {
  await browser?.close();
  hop?.close();
  if (env) { try { stack("stop"); } catch {} }
});

test("J01 register without script, in Japanese: mail, password, sign in", async () => {
  const page = await open({ lang: "ja" });
  await page.goto("/signin");
  await page.getByRole("link", { name: "登録" }).click();
  assert.equal(await page.locator("#f-lang").inputValue(), "ja", "the browser's language is proposed");
  await page.getByLabel("メールアドレス").fill("Aya.Kobayashi@ACME.example");
  await button(page, "メールを送信").click();
  assert.match(await page.locator("main").innerText(), /このメールボックスがここで保護されていれば/);
  const mail = await mailTo("aya.kobayashi@acme.example");
  assert.match(mail.raw, /^Content-Language: ja/m);
  assert.match(mail.text, /アカウントの有効化/);
  assert.ok(mail.html.includes(mail.link), "both parts have the link");
  await page.goto(path(mail.link));
  assert.equal(await h1(page), "アカウントの有効化");
  await page.locator("[name=password]").fill(PASSWORD);
  await button(page, "有効にする").click();
  assert.equal(await h1(page), "アカウントの準備ができました");
  assert.equal(sql("SELECT role || lang FROM account WHERE address = 'aya.kobayashi@acme.example'"), "userja");
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'account.registered'"), "1");
  await page.getByRole("link", { name: "サインイン", exact: true }).click();
  await page.locator("[name=address]").fill("aya.kobayashi@acme.example");
  await button(page, "次へ").click();
  await page.locator("[name=password]").fill(PASSWORD);
  await button(page, "サインイン").click();
  assert.equal(await h1(page), "隔離メール");
  // The link is used up: 410, and the way on.
  const reply = await page.goto(path(mail.link));
  assert.equal(reply.status(), 410);
  assert.equal(await page.getByRole("link", { name: "新しいリンクを送る" }).getAttribute("href"), "/register");
  await page.context().close();
});

test("T-W9 register and forgot: the same page and the same work for known, unknown and foreign addresses", async () => {
  const page = await open(), pages = {};
  for (const [form, address] of [["/forgot", TOM], ["/forgot", "nobody@acme.example"], ["/forgot", "x@elsewhere.example"], ["/register", TOM], ["/register", "new1@acme.example"], ["/register", "x@elsewhere.example"]]) {
    await page.goto(form);
    await page.locator("[name=address]").fill(address);
    await button(page, "Send the message").click();
    (pages[form] ??= new Set()).add((await page.locator("main").innerText()).replaceAll(address, "ADDRESS"));
  }
  assert.equal(pages["/forgot"].size, 1);
  assert.equal(pages["/register"].size, 1);
  await page.context().close();
  await asks();
  // What the portal asks of the database is one call with one row, and what it tells is nothing: counted by PostgreSQL.
  const work1 = (address) => sql(`BEGIN;
    SELECT account_ask('reset', '${address}', 'en', NULL, '192.0.2.9', 1000);
    SELECT json_agg(json_build_array(relname, seq_scan, idx_scan, n_tup_ins, n_tup_upd, n_tup_del) ORDER BY relname) FROM pg_stat_xact_user_tables WHERE seq_scan + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del > 0 AND schemaname = 'public';
    ROLLBACK;`);
  sql("DELETE FROM rate_bucket");
  const known = work1(TOM), unknown = work1("nobody@acme.example"), foreign = work1("x@elsewhere.example");
  assert.ok(known.includes("account_ask"), known);
  assert.equal(known, unknown);
  assert.equal(known, foreign);
  assert.ok(!/"account"/.test(known), "the page looks at no account");
});

test("who may register: valid recipients, no tags, not when the organisation forbids it; who has an account is told", async () => {
  hourLater();
  const before = hop.mails.length;
  const ask = (kind, address) => sql(`SELECT account_ask('${kind}', '${address}', 'en', NULL, '192.0.2.10', 1000)`);
  ask("register", "known@listed.example");
  ask("register", "unknown@listed.example");
  ask("register", "new2+tag@acme.example");
  ask("register", "x@elsewhere.example");
  ask("register", TOM);
  await asks();
  const known = await mailTo("known@listed.example");
  const tom = await until(() => mails(TOM).find((m) => /already have an account/.test(m.text)));
  assert.equal(tom.link, undefined);
  assert.ok(known.link);
  await sleep(1500);
  const asked = ["known@listed.example", "unknown@listed.example", "new2+tag@acme.example", "x@elsewhere.example", TOM];
  assert.deepEqual(hop.mails.slice(before).map((m) => m.to[0]).filter((to) => asked.includes(to)).sort(), ["known@listed.example", TOM].sort());
  const page = await open();
  assert.equal((await page.goto(path(known.link))).status(), 200);
  sql("UPDATE org SET register = false");
  ask("register", "new3@acme.example");
  await asks();
  await page.locator("[name=password]").fill(PASSWORD);
  await button(page, "Activate").click();
  assert.equal(await h1(page), "This link no longer works", "the link does not work any more either");
  assert.equal((await page.goto(path(known.link))).status(), 410, "and its page says so at once");
  await step1(page, "new3@acme.example");
  await sleep(1000);
  assert.equal(mails("new3@acme.example").length, 0);
  sql("UPDATE org SET register = true");
  await page.context().close();
});

test("A-43, A-44, A-45 password rules: short, common, made of the address are refused; 64 and more, spaces, emoji go; none of kinds of characters", async () => {
  sql("SELECT account_ask('register', 'rules@acme.example', 'en', NULL, '192.0.2.11', 1000)");
  const { link } = await mailTo("rules@acme.example");
  const page = await open();
  const good = "  🐙 only lower case and ünïcode, " + "long ".repeat(40);
  for (const [password, why] of [["", /Fill in/], ["short", /12/], ["password1234", /./], ["rules-rules-rules", /./], ["acme acme acme", /./]]) {
    await page.goto(path(link));
    await page.locator("[name=password]").fill(password);
    await button(page, "Activate").click();
    assert.equal(await h1(page), "Activate your account", password);
    assert.match(await page.locator(".error").innerText(), why, password);
  }
  await page.locator("[name=password]").fill("123456");
  await button(page, "Activate").click();
  const rules = [/too short/, /digits and signs/, /repeats itself or follows/];
  for (const place of [".error li", ".summary li"]) {
    const said = await page.locator(place).allInnerTexts();
    assert.equal(said.length, rules.length, `${place}: ${said}`);
    rules.forEach((rule, i) => assert.match(said[i], rule));
  }
  assert.equal(await page.locator("[name=password]").getAttribute("aria-describedby"), "h-password e-password");
  await page.locator("[name=password]").fill(good);
  await button(page, "Activate").click();
  assert.equal(await h1(page), "Your account is ready");
  await signIn(page, "rules@acme.example", good.trim());
  assert.notEqual(new URL(page.url()).pathname, "/", "blanks are part of it");
  await signIn(page, "rules@acme.example", good);
  assert.equal(new URL(page.url()).pathname, "/");
  await page.context().close();
});

test("U2 while a new password is typed, its length is said; characters count, not bytes", async () => {
  sql("SELECT account_ask('register', 'length@acme.example', 'en', NULL, '192.0.2.12', 1000)");
  const { link } = await mailTo("length@acme.example");
  const page = await open({ js: true });
  await page.goto(path(link));
  const hint = page.locator("[data-length]");
  assert.equal(await hint.innerText(), "");
  assert.equal(await hint.getAttribute("role"), "status");
  for (const [typed, said] of [["quiet", "7 more characters needed"], ["quiet lamps", "1 more character needed"], ["🐙🐙🐙🐙🐙🐙", "6 more characters needed"], ["quiet lamps ", "Long enough"], ["", ""]]) {
    await page.locator("[name=password]").fill(typed);
    await until(async () => (await hint.innerText()) === said);
  }
  if (SHOTS) {
    await page.locator("[name=password]").fill("123456");
    await button(page, "Activate").click();
    await page.locator("[name=password]").fill("quiet");
    await sleep(500);
    await page.screenshot({ path: `${SHOTS}/rules.1280.en.png`, fullPage: true });
  }
  await page.context().close();
});

test("T-L1, T-W4 links in mail: opened by programs they change nothing; hosts of requests get into no mail", async () => {
  hourLater();
  // The request is made with headers that name other hosts.
  const first = await fetchRaw("/forgot");
  const csrf = /name="csrf" value="([^"]+)"/.exec(first.body)[1], cookie = first.headers["set-cookie"].map((c) => c.split(";")[0]).join("; ");
  const post = (headers) => new Promise((resolve, reject) => {
    const q = request({ host: "127.0.0.1", port: env.PORTAL_PORT, path: "/forgot", method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", origin: `http://localhost:${env.PORTAL_PORT}`, host: `localhost:${env.PORTAL_PORT}`, "sec-fetch-site": "same-origin", cookie, ...headers } }, (res) => { res.resume().on("end", () => resolve(res.statusCode)); });
    q.on("error", reject).end(new URLSearchParams({ csrf, address: TOM }).toString());
  });
  assert.equal(await post({ host: "evil.example" }), 421);
  assert.equal(await post({ "x-forwarded-host": "evil.example", forwarded: "host=evil.example", "x-forwarded-proto": "https", hostile: "evil.example", "x-original-url": "http://evil.example/" }), 200);
  const n = mails(TOM).length;
  const mail = await mailTo(TOM, n + 1);
  for (const l of mail.links) assert.ok(l.startsWith(`http://localhost:${env.PORTAL_PORT}/`), l);
  const what = () => sql("SELECT (SELECT count(*) FROM mail_proof WHERE used_at IS NOT NULL), (SELECT md5(string_agg(password, '' ORDER BY address)) FROM account), (SELECT count(*) FROM session)");
  const before = what();
  for (let i = 0; i < 10; i++)
    for (const method of ["GET", "HEAD", "OPTIONS"]) await fetchRaw(path(mail.link), { method, headers: { host: `localhost:${env.PORTAL_PORT}` } });
  for (let i = 0; i < 3; i++) {
    const page = await open({ js: true });
    await page.goto(path(mail.link), { waitUntil: "networkidle" });
    await page.context().close();
  }
  assert.equal(what(), before);
  const reply = await fetchRaw(path(mail.link), { headers: { host: `localhost:${env.PORTAL_PORT}` } });
  assert.equal(reply.status, 200);
  assert.match(reply.headers["referrer-policy"], /no-referrer/);
  assert.match(reply.headers["cache-control"], /no-store/);
  // T-L4: no log has the token.
  const logs = execFileSync("bash", ["-c", `cat ${env.VAR}/log/* 2>/dev/null | grep -c -- '${mail.link.split("t=")[1]}' || true`], { encoding: "utf8" }).trim();
  assert.equal(logs, "0");
});

test("A-52 a new password: old sessions end, no session comes of it, the link works once, the owner is told", async () => {
  const old = await state(TOM);
  const page = await open({ as: old });
  await page.goto(path(mails(TOM).at(-1).link));
  await page.locator("[name=password]").fill(NEW);
  const n = mails(TOM).length;
  const last = mails(TOM).at(-1).link;
  await button(page, "Set the password").click();
  assert.equal(await h1(page), "Your password was changed");
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/signin", "the old session is over and there is no new one");
  await page.goto(path(last));
  assert.equal(await h1(page), "This link no longer works");
  await signIn(page, TOM, PASSWORD);
  assert.equal(await page.locator(".note.danger").innerText(), "The address or the password is wrong.");
  await signIn(page, TOM, NEW);
  assert.equal(new URL(page.url()).pathname, "/");
  const told = await mailTo(TOM, n + 1);
  assert.match(told.text, /Your password was changed/);
  await page.context().close();
});

test("an administrator's password is not changed by mail", async () => {
  sql(`SELECT account_ask('reset', '${KENJI}', 'en', NULL, '192.0.2.12', 1000)`);
  const mail = await mailTo(KENJI);
  assert.match(mail.text, /Your password was not changed/);
  assert.equal(mail.link, undefined);
});

test("sign in by a mailed link: one click in the browser that asked, the address in another; once; T-W11 a new session", async () => {
  hourLater();
  const page = await open();
  await step1(page, TOM);
  let n = mails(TOM).length;
  await button(page, "E-mail me a link").click();
  assert.match(await page.locator("main").innerText(), /If this address has an account here/);
  const mail = await mailTo(TOM, n + 1);
  // Somebody else who is sent the link and presses the button is not signed in as Tom.
  const other = await open();
  await other.goto(path(mail.link));
  assert.ok(!(await other.locator("main").innerText()).includes(TOM), "whose link it is, is not said");
  await other.locator("[name=address]").fill("aya.kobayashi@acme.example");
  await button(other, "Sign in").click();
  assert.equal(await other.locator(".error").innerText(), "Enter the address that the message was sent to.");
  await other.goto("/");
  assert.equal(new URL(other.url()).pathname, "/signin");
  // In the browser that asked one click is enough. A planted session is not taken over.
  await page.context().addCookies([{ name: "sekisho-portal", value: "A".repeat(43), url: portal }]);
  await page.goto(path(mail.link));
  assert.ok((await page.locator("main").innerText()).includes(TOM));
  await button(page, "Sign in").click();
  assert.equal(new URL(page.url()).pathname, "/");
  const cookie = (await page.context().cookies()).find((c) => c.name === "sekisho-portal");
  assert.notEqual(cookie.value, "A".repeat(43));
  assert.equal((await page.goto(path(mail.link))).status(), 410);
  // In another browser the address is asked for.
  hourLater();
  n = mails(TOM).length;
  sql(`SELECT account_ask('link', '${TOM}', 'en', NULL, '192.0.2.13', 1000)`);
  const second = await until(() => mails(TOM).slice(n).find((m) => m.link)); // beside it, word of the browser that was new
  await other.goto(path(second.link));
  await other.locator("[name=address]").fill(TOM);
  await button(other, "Sign in").click();
  assert.equal(new URL(other.url()).pathname, "/");
  await page.context().close();
  await other.context().close();
});

test("a link is too old after an hour, and none is mailed where the organisation forbids it", async () => {
  hourLater();
  let n = mails(TOM).length;
  sql(`SELECT account_ask('link', '${TOM}', 'en', NULL, '192.0.2.14', 1000)`);
  const mail = await until(() => mails(TOM).slice(n).find((m) => m.link));
  assert.equal(sql("SELECT extract(epoch FROM expires_at - created_at)::int FROM mail_proof WHERE purpose = 'link' ORDER BY created_at DESC LIMIT 1"), "3600");
  sql("UPDATE mail_proof SET expires_at = now() WHERE used_at IS NULL");
  const page = await open();
  assert.equal((await page.goto(path(mail.link))).status(), 410);
  sql("UPDATE org SET sign_in_link = false");
  await step1(page, TOM);
  assert.equal(await button(page, "E-mail me a link").count(), 0);
  await step1(page, "nobody@acme.example");
  assert.equal(await button(page, "E-mail me a link").count(), 0, "it is said of the domain");
  hourLater();
  n = mails(TOM).length;
  sql(`SELECT account_ask('link', '${TOM}', 'en', NULL, '192.0.2.14', 1000)`);
  await asks();
  await sleep(1500);
  assert.equal(mails(TOM).length, n);
  sql("UPDATE org SET sign_in_link = true");
  await page.context().close();
});

test("T-L7 1,000 requests for links: one mail, the same answer", async () => {
  hourLater();
  const n = mails(TOM).length;
  const answers = sql(`SELECT count(*), sum(account_ask('link', '${TOM}', 'en', NULL, '192.0.' || i % 250 || '.1', 1000)) FROM generate_series(1, 500) i`);
  assert.equal(answers, "500|0");
  await mailTo(TOM, n + 1);
  assert.equal(sql(`SELECT count(*), sum(account_ask('link', '${TOM}', 'en', NULL, '198.51.' || i % 250 || '.1', 1000)) FROM generate_series(1, 500) i`), "500|0");
  await asks();
  await sleep(1500);
  assert.equal(mails(TOM).length, n + 1);
});

test("T-W10 one client: asking is limited, with the seconds to wait; guessing passwords, too, and the mailed link still lets Tom in", async () => {
  hourLater();
  const page = await open();
  let limited;
  for (let i = 0; i < 25 && !limited; i++) {
    await page.goto("/forgot");
    await page.locator("[name=address]").fill(`somebody${i}@acme.example`);
    await button(page, "Send the message").click();
    if ((await h1(page)) === "New password") limited = { i, text: await page.locator(".note.danger").innerText() };
  }
  assert.equal(limited.i, 10, "half of 20 an hour at once");
  assert.match(limited.text, /Wait \d+ seconds/);
  sql("DELETE FROM rate_bucket");
  for (let i = 0; i < 11; i++) await signIn(page, TOM, "wrong wrong wrong");
  assert.match(await page.locator(".note.danger").innerText(), /Too many tries/);
  await signIn(page, TOM, NEW);
  assert.match(await page.locator(".note.danger").innerText(), /Too many tries/, "the right one is not looked at");
  const n = mails(TOM).length;
  await button(page, "E-mail me a link").click();
  const { link } = await mailTo(TOM, n + 1);
  await page.goto(path(link));
  await button(page, "Sign in").click();
  assert.equal(new URL(page.url()).pathname, "/");
  sql("DELETE FROM rate_bucket");
  await page.context().close();
});

test("A-52 neither a mailed link nor a new password goes past a second step", async () => {
  hourLater();
  sql(`INSERT INTO second_step (org_id, account_id, secret, state) SELECT org_id, account_id, decode(repeat('00', 48), 'hex'), 'on' FROM account WHERE address = '${TOM}'`);
  const page = await open();
  await step1(page, TOM);
  let n = mails(TOM).length;
  await button(page, "E-mail me a link").click();
  const { link } = await mailTo(TOM, n + 1);
  await page.goto(path(link));
  await button(page, "Sign in").click();
  assert.equal(new URL(page.url()).pathname, "/login/2");
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/signin");
  n = mails(TOM).length;
  sql(`SELECT account_ask('reset', '${TOM}', 'en', NULL, '192.0.2.16', 1000)`);
  const reset = await mailTo(TOM, n + 1);
  await page.goto(path(reset.link));
  await page.locator("[name=password]").fill(NEW);
  await button(page, "Set the password").click();
  await signIn(page, TOM, NEW);
  assert.equal(new URL(page.url()).pathname, "/login/2");
  // Half a ticket is no proof that a mailbox is his, either.
  const aya = await state("aya.kobayashi@acme.example"), other = await open({ as: aya, lang: "ja" });
  await other.goto("/settings/mailboxes");
  await other.locator("#f-address").fill(TOM);
  await other.locator("#f-how").selectOption("password");
  await other.locator("#f-password").fill(NEW);
  await other.locator(".card-foot button.primary").click();
  assert.equal(await other.locator(".error").count(), 1);
  assert.equal(sql(`SELECT count(*) FROM account_mailbox WHERE address = '${TOM}'`), "1");
  sql("DELETE FROM second_step");
  await page.context().close();
  await other.context().close();
});

test("J07 a mailbox is linked by its mail: only by who asked, once; its mail is seen then", async () => {
  sql(`INSERT INTO account (org_id, account_id, address, role) SELECT org_id, uuid7(), 'eve@acme.example', 'user' FROM org`);
  const tom = await state(TOM, NEW), aya = await state("aya.kobayashi@acme.example");
  const page = await open({ as: tom });
  await page.goto("/settings");
  await page.getByRole("link", { name: /Mailboxes/ }).click();
  await page.locator("[name=address]").first().fill("x@elsewhere.example");
  await button(page, "Add the mailbox").click();
  assert.equal(await page.locator(".error").innerText(), "This address is not in a domain of your organisation.");
  await page.locator("#f-address").fill("info@acme.example");
  await button(page, "Add the mailbox").click();
  assert.match(await page.locator(".bar").innerText(), /A message to info@acme\.example is on its way/);
  assert.equal(await page.locator("tbody tr", { hasText: "info@acme.example" }).count(), 1, "it waits");
  const mail = await mailTo("info@acme.example");
  assert.match(mail.text, new RegExp(`${TOM} asks to see the mail`.replaceAll(".", "\\.")));
  await button(page, "Send the link to info@acme.example again").or(page.getByLabel("Send the link to info@acme.example again")).first().click();
  await sleep(1500);
  assert.equal(mails("info@acme.example").length, 1, "once an hour");
  // Aya reads info@, too, and clicks: nothing is linked, to nobody.
  const other = await open({ as: aya, lang: "ja" });
  assert.equal((await other.goto(path(mail.link))).status(), 403);
  assert.equal(await other.locator("[name=t]").count(), 0);
  assert.equal(sql("SELECT count(*) FROM account_mailbox WHERE address = 'info@acme.example'"), "0");
  // Somebody who is not signed in has to.
  const nobody = await open();
  await nobody.goto(path(mail.link));
  assert.equal(new URL(nobody.url()).pathname, "/signin");
  await page.goto(path(mail.link));
  await button(page, "Link this mailbox").click();
  assert.match(await page.locator(".bar").innerText(), /info@acme\.example is linked/);
  assert.match(await page.locator("tbody tr", { hasText: "info@acme.example" }).innerText(), /Added by you/);
  assert.equal((await page.goto(path(mail.link))).status(), 410);
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'mailbox.linked' AND object = 'info@acme.example'"), "1");
  for (const p of [page, other, nobody]) await p.context().close();
});

test("J07 a mailbox that another account manages: asking tells nothing, who reads it learns it; aliases by password; unlink", async () => {
  const aya = await state("aya.kobayashi@acme.example");
  sql("UPDATE account SET lang = 'en' WHERE address = 'aya.kobayashi@acme.example'");
  const page = await open({ as: aya });
  const add = async (address, how = "mail", password) => {
    await page.goto("/settings/mailboxes");
    await page.locator("#f-address").fill(address);
    await page.locator("#f-how").selectOption(how);
    if (password) await page.locator("#f-password").fill(password);
    await button(page, "Add the mailbox").click();
    return (await page.locator(".bar, .error").first().innerText()).replaceAll(address, "ADDRESS");
  };
  hourLater();
  const taken = await add("info@acme.example"), free = await add("free@acme.example");
  assert.equal(taken, free, "the same answer");
  const mail = await mailTo("info@acme.example", 2);
  await page.goto(path(mail.link));
  await button(page, "Link this mailbox").click();
  assert.match(await page.locator(".bar").innerText(), /linked to another account/);
  // By password: wrong, no such account, and one that is there but not here are the same.
  const wrong = await add(TOM, "password", "wrong wrong wrong"), none = await add("nobody@acme.example", "password", "wrong wrong wrong");
  assert.equal(wrong, none);
  assert.match(await add("rules@acme.example", "password", "  🐙 only lower case and ünïcode, " + "long ".repeat(40)), /is linked/);
  // Held mail of the alias is in one list with the rest.
  execFileSync("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${env.SMTP_PORT}; read -r <&3; for l in 'HELO x.example' 'MAIL FROM:<a@x.example>' 'RCPT TO:<rules@acme.example>' DATA; do printf '%s\\r\\n' "$l" >&3; read -r <&3; done; printf 'From: a@x.example\\r\\nTo: rules@acme.example\\r\\nSubject: For the alias\\r\\n\\r\\n${GTUBE.replaceAll("$", "\\$")}\\r\\n.\\r\\n' >&3; read -r l <&3; [[ $l == 250* ]]`]);
  await page.goto("/");
  assert.equal(await page.locator("tbody tr", { hasText: "For the alias" }).count(), 1);
  // Another account cannot link it, too; unlinking is asked for first.
  await page.goto("/settings/mailboxes");
  await page.getByLabel("Unlink rules@acme.example").click();
  assert.equal(await h1(page), "Unlink rules@acme.example?");
  await button(page, "Unlink").click();
  assert.match(await page.locator(".bar").innerText(), /unlinked/);
  await page.goto("/");
  assert.equal(await page.locator("tbody tr", { hasText: "For the alias" }).count(), 0);
  // One's own address and shared mailboxes stay.
  assert.equal((await page.goto(`/settings/mailboxes/unlink?address=aya.kobayashi@acme.example`)).status(), 404);
  await page.context().close();
});

test("shared mailboxes name the other people; a withdrawn request is gone", async () => {
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, 'team@acme.example' FROM account WHERE role = 'user'`);
  const tom = await state(TOM, NEW);
  const page = await open({ as: tom });
  await page.goto("/settings/mailboxes");
  const row = await page.locator("tbody tr", { hasText: "team@acme.example" }).innerText();
  assert.match(row, /Shared mailbox/);
  assert.match(row, /aya\.kobayashi@acme\.example/);
  assert.ok(!row.includes(TOM));
  await page.locator("#f-address").fill("gone@acme.example");
  await button(page, "Add the mailbox").click();
  const { link } = await mailTo("gone@acme.example");
  await page.goto("/");
  assert.match(await page.locator("main").innerText(), /gone@acme\.example is being linked/);
  await page.goto("/settings/mailboxes");
  await page.getByLabel("Withdraw the request for gone@acme.example").click();
  await page.goto("/");
  assert.ok(!/being linked/.test(await page.locator("main").innerText()));
  assert.equal((await page.goto(path(link))).status(), 410);
  await page.context().close();
});

test("pages: axe, 320 px, dark, no English on a Japanese page, no CSP report", async () => {
  const english = new Set([...readFileSync(`${TOP}/i18n/ja.po`, "utf8").matchAll(/^msgid(?:_plural)? "(.+)"$/gm)].map((m) => m[1].replace(/\\"/g, '"')));
  hourLater();
  sql("UPDATE account SET lang = NULL; UPDATE org SET lang = 'ja'");
  const n = { tom: mails(TOM).length, reg: mails("shots@acme.example").length };
  for (const [kind, address] of [["reset", TOM], ["register", "shots@acme.example"], ["link", TOM]]) sql(`SELECT account_ask('${kind}', '${address}', 'ja', NULL, '192.0.2.15', 1000)`);
  const reg = await mailTo("shots@acme.example", n.reg + 1);
  await mailTo(TOM, n.tom + 2);
  const links = mails(TOM).slice(n.tom).map((m) => path(m.link));
  const jar = await open({ lang: "ja" });
  await jar.goto("/signin");
  await jar.locator("[name=address]").fill(TOM);
  await button(jar, "次へ").click();
  await jar.locator("[name=password]").fill(NEW);
  await button(jar, "サインイン").click();
  const as = await jar.context().storageState();
  await jar.goto("/settings/mailboxes");
  await jar.locator("#f-address").fill("waits@acme.example");
  await button(jar, "メールボックスを追加").click();
  const waits = await mailTo("waits@acme.example");
  const pages = {
    signin: "/signin", register: "/register", forgot: "/forgot", activate: path(reg.link), reset: links.find((l) => l.startsWith("/reset")),
    link: links.find((l) => l.startsWith("/signin/link")), gone: "/reset?t=x", mailboxes: "/settings/mailboxes", confirm: path(waits.link), unlink: "/settings/mailboxes/unlink?address=info@acme.example",
  };
  // AXE=all tries all.
  for (const [width, dark] of [[320, true], [1280, false], [390, false]].slice(0, process.env.AXE === "all" || SHOTS ? 3 : 2)) {
    for (const [name, to] of [...Object.entries(pages), ["password", null], ["sent", null]]) {
      const inside = ["mailboxes", "confirm", "unlink"].includes(name);
      const page = await open({ js: true, lang: "ja", width, dark, as: inside ? as : undefined });
      if (to) await page.goto(to);
      else {
        await page.goto("/signin");
        await page.locator("[name=address]").fill("a.very.long.local.part.of.somebody@very-long-subdomain.of.acme.example");
        await button(page, "次へ").click();
        if (name === "sent") await button(page, "リンクをメールで受け取る").click();
      }
      const where = `${name} ${width}`;
      assert.deepEqual(await axe(page), [], where);
      assert.equal(await page.locator("h1").count(), 1, where);
      assert.equal(await page.locator("html").getAttribute("lang"), "ja", where);
      const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(size[0] <= size[1], `${where}: scrolls sideways ${size}`);
      const texts = await page.evaluate(() => {
        const out = [document.title];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("[lang]:not(html), bdi, script")) out.push(walk.currentNode.data.trim());
        for (const e of document.querySelectorAll("*")) for (const a of ["title", "aria-label", "placeholder", "data-label"]) if (e.hasAttribute(a) && !e.closest("bdi")) out.push(e.getAttribute(a));
        return out.filter(Boolean);
      });
      assert.deepEqual(texts.filter((t) => english.has(t) && t !== "Sekisho"), [], where);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
      await page.context().close();
    }
  }
  if (SHOTS) {
    const page = await open({ js: false, width: 700 });
    await page.setContent(mails(TOM).at(-1).html);
    await page.screenshot({ path: `${SHOTS}/mail.png`, fullPage: true });
    await page.context().close();
  }
  await jar.context().close();
  assert.deepEqual(violations, []);
});
