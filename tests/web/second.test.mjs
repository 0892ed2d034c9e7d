// How people sign in, in a real browser against a stack of its own: the second step (J03, A-49 to A-51, T-W10), recovery codes,
// trusted devices, passkeys, sessions (A-55, A-57, A-58, T-W11), one's own password (A-46), who looked at my mail (N13), in
// Japanese and English, without script.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { writeCountries } from "../e2e/mmdb.mjs";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit", NEWER = "amber-window-77-cello";
const MISAKI = "misaki.sato@acme.example", TOM = "tom.berger@acme.example", KENJI = "kenji.ota@acme.example";
let env, portal, admin, browser, sink, sunk;

const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();
const forgetRates = () => sql("DELETE FROM rate_bucket");

before(async () => {
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment websecond; env -0"], { cwd: TOP });
  env = Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
  // Passkeys need a name: an IP address is none (WebAuthn 5.1.2).
  portal = env.PORTAL_URL = `http://localhost:${env.PORTAL_PORT}`;
  admin = env.ADMIN_URL = `http://localhost:${env.ADMIN_PORT}`;
  const work = `${env.VAR}-work`;
  mkdirSync(work, { recursive: true });
  writeCountries((env.COUNTRY_DATABASE = `${work}/countries.mmdb`), [["127.0.0.0", 8, "JP"]]);
  try { stack("stop"); } catch {}
  rmSync(env.VAR, { recursive: true, force: true });
  stack("start");
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  sunk = `${work}/sink`;
  mkdirSync(sunk, { recursive: true });
  sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, sunk], { cwd: TOP, stdio: "ignore" });
  sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  sekisho("user", "add", MISAKI, "--lang", "ja", "--password-file", `${work}/password`);
  sekisho("user", "add", TOM, "--lang", "en", "--password-file", `${work}/password`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  sink?.kill();
  if (env) { try { stack("stop"); } catch {} }
});

const violations = [];
async function open({ js = false, width = 1280, dark = false, lang = "en", base = portal, as } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: base, storageState: as, reducedMotion: "reduce" });
  context.on("page", (page) => {
    page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
  });
  return context.newPage();
}
const path = (page) => new URL(page.url()).pathname;
// Sends the form and waits for the page that answers.
async function press(page, button = page.locator("main button.primary")) {
  await Promise.all([page.waitForResponse((r) => r.request().isNavigationRequest() && ![303, 302].includes(r.status())), button.click()]);
  await page.waitForLoadState();
}
async function password(page, address, text = PASSWORD) {
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  if (!(await page.locator("[name=password]").count())) await press(page);
  await page.locator("[name=password]").fill(text);
  await press(page);
}
const bar = (page) => page.locator(".bar");
// Pictures to look at: light and dark, wide and narrow.
async function shot(page, name) {
  if (!SHOTS) return;
  const size = page.viewportSize();
  for (const [width, scheme] of [[1280, "light"], [390, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${SHOTS}/${name}-${width}-${scheme}.png`, fullPage: true });
  }
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light" });
}

// RFC 6238 by itself, beside the library that the engine uses.
function totp(base32, periods = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32.replace(/=+$/, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + periods));
  const mac = createHmac("sha1", key).update(counter).digest(), at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
// Codes are taken once and never backwards: instead of waiting for the next one, forget which was taken.
const forgetCode = () => sql("UPDATE second_step SET last_step = 0");
const wide = (text) => text.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0));

async function setUp(page) {
  await page.goto("/settings/security/second");
  await page.locator("[name=current]").fill(PASSWORD);
  await press(page);
  const key = (await page.locator("#totp-key").innerText()).trim();
  await page.locator("[name=code]").fill(totp(key));
  await press(page);
  return { key, codes: (await page.locator("#recovery-codes").innerText()).split(/\s+/).filter(Boolean) };
}
const cookie = async (page, name) => (await page.context().cookies()).find((c) => c.name.endsWith(name))?.value;
let misaki; // {key, codes}

test("J03: set up in Japanese without script: wrong password, wrong code, then ten codes; other sessions end, this one gets a new id", async () => {
  const page = await open({ lang: "ja" }), other = await open({ lang: "ja" });
  await password(page, MISAKI);
  await password(other, MISAKI);
  await page.goto("/settings/security");
  assert.equal(await page.locator("h1").innerText(), "セキュリティ");
  await shot(page, "security-off");
  await page.getByRole("link", { name: "2段階認証を設定" }).click();
  await page.locator("[name=current]").fill("not the password");
  await press(page);
  assert.match(await page.title(), /^エラー/);
  assert.equal(sql(`SELECT count(*) FROM second_step`), "0", "A-58: nothing without the password");
  await page.locator("[name=current]").fill(PASSWORD);
  await press(page);
  const key = (await page.locator("#totp-key").innerText()).trim();
  assert.match(key, /^[A-Z2-7]{32}$/);
  assert.ok(await page.locator("svg[role=img] path").getAttribute("d"), "the QR code is there");
  await shot(page, "security-key");
  await page.locator("[name=code]").fill("000000");
  await press(page);
  assert.match(await page.title(), /^エラー/);
  assert.equal((await page.locator("#totp-key").innerText()).trim(), key, "the key is shown again");
  const before = await cookie(page, "sekisho-portal");
  await page.locator("[name=code]").fill(totp(key));
  await press(page);
  const codes = (await page.locator("#recovery-codes").innerText()).split(/\s+/).filter(Boolean);
  assert.equal(codes.length, 10);
  assert.equal(new Set(codes).size, 10);
  assert.notEqual(await cookie(page, "sekisho-portal"), before, "T-W11: a new id after the change");
  await shot(page, "security-codes");
  await page.getByRole("link", { name: "コードを控えました" }).click();
  assert.equal(path(page), "/settings/security");
  assert.match(await page.locator("main").innerText(), /回復コードは残り10個です/);
  await shot(page, "security-on");
  await other.goto("/settings");
  assert.equal(path(other), "/signin", "A-57: the other session has ended");
  // A-51: neither the secret nor the codes are in the database as they are.
  const dump = sql("SELECT s.*, c.* FROM second_step s JOIN recovery_code c USING (org_id, account_id)");
  const bits = [...key].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("").match(/.{8}/g).map((b) => parseInt(b, 2).toString(16).padStart(2, "0")).join("");
  assert.ok(dump.includes("\\x") && !dump.includes(bits) && !codes.some((c) => dump.includes(c) || dump.includes(Buffer.from(c.replace(/-/g, "")).toString("hex"))), "A-51");
  misaki = { key, codes };
  await page.context().close();
  await other.context().close();
});

test("J03: the password alone is no session; code, spaces, full-width digits; a code works once (A-50)", async () => {
  const page = await open({ lang: "ja" }), second = await open({ lang: "ja" });
  forgetRates();
  forgetCode();
  const sessions = () => Number(sql("SELECT count(*) FROM session"));
  const before = sessions();
  await password(page, MISAKI);
  assert.equal(path(page), "/login/2");
  assert.equal(sessions(), before, "no session after the password");
  await page.goto("/");
  assert.equal(path(page), "/signin", "and no page");
  await page.goto("/login/2");
  await shot(page, "second");
  for (const wrong of ["000000", "", "12345", "abcdef", misaki.key])  {
    await page.locator("[name=code]").fill(wrong);
    await press(page);
    assert.equal(path(page), "/login/2");
  }
  assert.match(await page.title(), /^エラー/);
  const code = totp(misaki.key);
  await page.locator("[name=code]").fill(wide(` ${code.slice(0, 3)} ${code.slice(3)} `));
  await press(page);
  assert.equal(path(page), "/");
  assert.equal(sessions(), before + 1);
  await password(second, MISAKI);
  await second.locator("[name=code]").fill(code);
  await press(second);
  assert.equal(path(second), "/login/2", "A-50: the same code a second time is refused");
  await second.locator("[name=code]").fill(totp(misaki.key, -1));
  await press(second);
  assert.equal(path(second), "/login/2", "A-50: nor an older one");
  forgetCode();
  await second.locator("[name=code]").fill(totp(misaki.key, -4));
  await press(second);
  assert.equal(path(second), "/login/2", "one that is too old");
  await second.locator("[name=code]").fill(totp(misaki.key, 1));
  await press(second);
  assert.equal(path(second), "/", "the clock of the phone may be one step ahead");
  assert.ok(Number(sql(`SELECT count(*) FROM audit WHERE event = 'session.refused' AND detail->>'reason' = 'second'`)) >= 5);
  await page.context().close();
  await second.context().close();
});

test("J03: a recovery code, once; the page of another account's half ticket takes none of it", async () => {
  const page = await open(), other = await open();
  forgetRates();
  await password(page, MISAKI);
  await page.locator("main a[href*=recovery]").click();
  await page.locator("[name=code]").fill(misaki.codes[0].toLowerCase().replace(/-/g, " "));
  await press(page);
  assert.equal(path(page), "/");
  await password(other, MISAKI);
  await other.locator("main a[href*=recovery]").click();
  await other.locator("[name=code]").fill(misaki.codes[0]);
  await press(other);
  assert.equal(path(other), "/login/2");
  assert.equal(sql("SELECT count(*) FROM recovery_code WHERE used_at IS NOT NULL"), "1");
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'account.recovery_used'"), "1");
  await page.context().close();
  await other.context().close();
});

test("A-50: the same recovery code in six browsers at once signs one of them in", async () => {
  const pages = await Promise.all(Array.from({ length: 6 }, () => open()));
  for (const page of pages) {
    forgetRates();
    await password(page, MISAKI);
    await page.locator("main a[href*=recovery]").click();
    await page.locator("[name=code]").fill(misaki.codes[9]);
  }
  const before = Number(sql("SELECT count(*) FROM session"));
  forgetRates();
  await Promise.all(pages.map((page) => press(page)));
  assert.deepEqual(pages.map(path).sort(), ["/", ...Array(5).fill("/login/2")]);
  assert.equal(Number(sql("SELECT count(*) FROM session")), before + 1);
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'account.recovery_used'"), "2");
  await Promise.all(pages.map((page) => page.context().close()));
});

test("T-W10: codes are tried 20 times an hour at most, and ten times for one password", async () => {
  const page = await open();
  forgetRates();
  let wrong = 0, limited = 0, gone = 0;
  for (let i = 0; i < 3; i++) {
    await password(page, MISAKI);
    for (let k = 0; k < 11 && path(page) === "/login/2" && (await page.locator("[name=code]").count()); k++) {
      await page.locator("[name=code]").fill(String(100000 + 997 * (i * 11 + k)));
      const [reply] = await Promise.all([page.waitForResponse((r) => r.request().method() === "POST"), press(page)]);
      ({ 401: () => wrong++, 429: () => limited++, 410: () => gone++ })[reply.status()]?.();
      await page.waitForLoadState();
    }
  }
  assert.ok(wrong <= 20, `${wrong} codes looked at`);
  assert.ok(limited + gone > 0);
  forgetRates();
  forgetCode();
  await password(page, MISAKI);
  await page.locator("[name=code]").fill(totp(misaki.key));
  await press(page);
  assert.equal(path(page), "/", "no permanent lock");
  await page.context().close();
});

test("J03: a trusted device asks for the password only, where the organisation allows it, and not for others", async () => {
  const page = await open(), fresh = await open();
  forgetRates();
  forgetCode();
  await password(page, MISAKI);
  await page.locator("[name=trust]").check();
  await page.locator("[name=code]").fill(totp(misaki.key));
  await press(page);
  await page.context().clearCookies({ name: "sekisho-portal" });
  await password(page, MISAKI);
  assert.equal(path(page), "/", "straight in");
  await page.context().clearCookies({ name: "sekisho-portal" });
  await password(fresh, MISAKI);
  assert.equal(path(fresh), "/login/2", "another browser is asked");
  sql("UPDATE org SET trust_devices = false");
  await password(page, MISAKI);
  assert.equal(path(page), "/login/2", "no longer allowed");
  assert.equal(await page.locator("[name=trust]").count(), 0);
  sql("UPDATE org SET trust_devices = true");
  await page.context().close();
  await fresh.context().close();
});

test("A-58: sessions are listed and ended, one and all others; at once (A-57)", async () => {
  const [page, two, three] = await Promise.all([open(), open(), open()]);
  forgetRates();
  for (const p of [page, two, three]) await password(p, TOM);
  await page.goto("/settings/security");
  assert.equal(await page.locator("tbody tr").count(), 3);
  assert.match(await page.locator("tbody tr").first().innerText(), /Chrome on Linux[^]*127\.0\.0\.1\s+Japan[^]*This device/);
  await press(page, page.getByRole("button", { name: /Sign out Chrome/ }).first());
  assert.match(await bar(page).innerText(), /1 session signed out/);
  await press(page, page.getByRole("button", { name: "Sign out all others" }));
  assert.equal(await page.locator("tbody tr").count(), 1);
  for (const p of [two, three]) {
    await p.goto("/settings");
    assert.equal(path(p), "/signin");
  }
  await page.goto("/settings");
  assert.equal(path(page), "/settings");
  for (const p of [page, two, three]) await p.context().close();
});

test("A-46: a new password takes the present one, ends the other sessions, and this one gets a new id", async () => {
  const page = await open(), other = await open();
  forgetRates();
  await password(page, TOM);
  await password(other, TOM);
  await page.goto("/settings/security/password");
  const change = async (current, next) => {
    await page.locator("[name=current]").fill(current);
    await page.locator("[name=password]").fill(next);
    await press(page);
  };
  await change("not the password", NEWER);
  assert.match(await page.title(), /^Error/);
  await change(PASSWORD, "acme acme");
  assert.match(await page.title(), /^Error/);
  assert.deepEqual((await page.locator("#e-password li").allInnerTexts()).map((t) => /too short|well-known words/.exec(t)?.[0]), ["too short", "well-known words"]);
  const before = await cookie(page, "sekisho-portal");
  await change(PASSWORD, NEWER);
  assert.match(await bar(page).innerText(), /Password changed/);
  assert.notEqual(await cookie(page, "sekisho-portal"), before);
  await other.goto("/settings");
  assert.equal(path(other), "/signin");
  await password(other, TOM, PASSWORD);
  assert.equal(path(other), "/signin");
  await password(other, TOM, NEWER);
  assert.equal(path(other), "/");
  await page.context().close();
  await other.context().close();
});

test("the console has the same: an administrator's second step, new recovery codes, off again", async () => {
  const page = await open({ base: admin });
  forgetRates();
  await password(page, KENJI);
  const { key, codes } = await setUp(page);
  await page.context().clearCookies();
  forgetCode();
  await password(page, KENJI);
  assert.equal(path(page), "/login/2");
  await page.locator("[name=code]").fill(totp(key));
  await press(page);
  await page.goto("/settings/security/codes");
  await page.locator("[name=current]").fill(PASSWORD);
  await press(page);
  const newer = (await page.locator("#recovery-codes").innerText()).split(/\s+/).filter(Boolean);
  assert.ok(!newer.some((c) => codes.includes(c)));
  await page.goto("/settings/security/second/off");
  await page.locator("[name=current]").fill(PASSWORD);
  await press(page);
  assert.match(await bar(page).innerText(), /second step is off/);
  assert.equal(sql(`SELECT count(*) FROM audit WHERE event IN ('account.second_on', 'account.second_off', 'account.recovery_new') AND actor = '${KENJI}'`), "3");
  await page.context().clearCookies();
  await password(page, KENJI);
  assert.notEqual(path(page), "/login/2");
  await page.context().close();
});

// ------------------------------------------------------------------ passkeys, with Chromium's virtual authenticator

async function authenticator(page, { verified = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true } });
  return { cdp, authenticatorId, credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials };
}
async function addPasskey(page, current = PASSWORD) {
  await page.goto("/settings/security/passkey");
  await page.locator("[name=current]").fill(current);
  await press(page);
}
let key; // the virtual authenticator's credential of Tom

test("passkey: made after the password, for a challenge of this session, used once; the list names it", async () => {
  const page = await open({ js: true });
  forgetRates();
  await password(page, TOM, NEWER);
  const { credentials } = await authenticator(page);
  await addPasskey(page, "not the password");
  assert.match(await page.title(), /^Error/);
  assert.equal(sql("SELECT count(*) FROM passkey_challenge"), "0", "no challenge without the password");
  await page.locator("[name=current]").fill(NEWER);
  await press(page);
  await shot(page, "passkey-add");
  let sent;
  page.on("request", (r) => { if (r.url().endsWith("/passkey/add")) sent = new URLSearchParams(r.postData()); });
  const before = await cookie(page, "sekisho-portal");
  await press(page);
  assert.match(await bar(page).innerText(), /Passkey added/);
  assert.notEqual(await cookie(page, "sekisho-portal"), before, "T-W11");
  assert.match(await page.locator("section[aria-labelledby=s-passkeys] tbody").innerText(), /Chrome on Linux/);
  await shot(page, "security-passkey");
  [key] = await credentials();
  assert.equal(key.rpId, "localhost");
  assert.equal(sql("SELECT count(*) FROM passkey_challenge"), "0", "the challenge is used up");
  // The same answer a second time, and one that was altered.
  const csrf = async () => page.locator("main [name=csrf]").first().inputValue();
  const post = async (form) => (await page.request.post("/settings/security/passkey/add", { form, headers: { origin: portal, "sec-fetch-site": "same-origin" }, maxRedirects: 0 })).status();
  assert.equal(await post({ ...Object.fromEntries(sent), csrf: await csrf() }), 303);
  assert.equal(sql("SELECT count(*) FROM passkey"), "1", "nothing is made of it again");
  // This authenticator has one already: the browser says no, the page says so.
  await addPasskey(page, NEWER);
  await page.locator("main button.primary").click();
  await page.locator("[data-failed]").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.context().close();
});

// A browser that holds the credential.
async function holder(options = {}, changes = {}, verified = true) {
  const page = await open({ js: true, ...options });
  const auth = await authenticator(page, { verified });
  await auth.cdp.send("WebAuthn.addCredential", { authenticatorId: auth.authenticatorId, credential: { ...key, ...changes } });
  return { page, ...auth };
}

test("passkey: signs in without password and code, also an account with a second step and one whose password is being guessed (T-W10)", async () => {
  const { page, credentials } = await holder();
  forgetRates();
  sql(`INSERT INTO second_step (org_id, account_id, secret, state) SELECT org_id, account_id, '\\x00', 'on' FROM account WHERE address = '${TOM}'`);
  for (let i = 0; i < 22; i++) sql(`INSERT INTO rate_bucket (key, tokens, updated_at) VALUES ('login:account:${TOM}', 0, now()) ON CONFLICT (key) DO UPDATE SET tokens = 0, updated_at = now()`);
  await password(page, TOM, NEWER);
  assert.match(await page.locator(".note.danger").innerText(), /Too many tries/);
  const entered = page.waitForURL(`${portal}/`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await entered;
  assert.match(await page.locator("summary.account").innerText(), /tom/);
  [key] = await credentials();
  assert.ok(Number(sql("SELECT sign_count FROM passkey")) > 0 || key.signCount === 0);
  sql("DELETE FROM second_step WHERE secret = '\\x00'");
  await page.context().close();
});

test("passkey: refused when the counter went back, nobody was verified, the key is another, the challenge is another browser's or used", async () => {
  forgetRates();
  const sessions = () => Number(sql("SELECT count(*) FROM session"));
  const before = sessions();
  const refused = async ({ page }, what) => {
    await page.goto("/signin");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.locator(".note.danger:visible").first().waitFor();
    assert.equal(sessions(), before, what);
    await page.context().close();
  };
  sql("UPDATE passkey SET sign_count = sign_count + 1000");
  await refused(await holder(), "counter");
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'session.refused' AND detail->>'reason' = 'passkey-counter'"), "1");
  sql("UPDATE passkey SET sign_count = 0");
  await refused(await holder({}, {}, false), "user verification");
  const { generateKeyPairSync } = await import("node:crypto");
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  await refused(await holder({}, { privateKey: other, signCount: key.signCount + 1 }), "another key");
  // The answer for one browser is none in another, nor a second time in the same one.
  const { page } = await holder({}, { signCount: key.signCount + 5 });
  let sent;
  await page.route("**/login/passkey/done", async (route) => { sent = Object.fromEntries(new URLSearchParams(route.request().postData())); await route.abort(); });
  await page.goto("/signin");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  for (let i = 0; !sent && i < 100; i++) await sleep(50);
  assert.ok(sent);
  const send = async (p, change = {}) => {
    await p.goto("/signin");
    const csrf = await p.locator("[name=csrf]").first().inputValue();
    return (await p.request.post("/login/passkey/done", { form: { ...sent, csrf, ...change }, headers: { origin: portal, "sec-fetch-site": "same-origin" }, maxRedirects: 0 })).status();
  };
  const thief = await open();
  assert.equal(await send(thief), 401, "another browser");
  assert.equal(await send(page), 401, "and it is used up by that");
  assert.equal(sessions(), before);
  const flip = (text) => text.slice(0, -3) + (text.at(-3) === "A" ? "B" : "A") + text.slice(-2);
  for (const change of [{ client_data: "" }, { auth_data: "AAAA" }, { signature: flip(sent.signature) }, { credential: "A".repeat(1400) }, { client_data: Buffer.from("[".repeat(2000)).toString("base64url") }, { auth_data: "A".repeat(5600) }, { user: "AAAA" }])
    assert.ok([401, 422].includes(await send(page, change)), JSON.stringify(change));
  assert.equal(sessions(), before);
  await page.context().close();
  await thief.context().close();
});

test("passkey: without script the pages say what else works; Japanese; deleted with a question", async () => {
  const page = await open({ lang: "ja" });
  forgetRates();
  await page.goto("/signin");
  await press(page, page.getByRole("button", { name: "パスキーでサインイン" }));
  assert.match(await page.locator("[data-no-passkey]").innerText(), /JavaScript/);
  assert.ok(!(await page.locator("form[data-passkey] button").isVisible()));
  await shot(page, "passkey-signin");
  await page.context().close();
  const tom = await open();
  await password(tom, TOM, NEWER);
  await tom.goto("/settings/security");
  await press(tom, tom.getByRole("link", { name: /Delete the passkey/ }));
  await tom.locator("#f-current").fill("a wrong password");
  await press(tom);
  assert.match(await tom.locator(".error").innerText(), /not your present password/);
  assert.equal(sql("SELECT count(*) FROM passkey"), "1", "A-58: not without the password");
  await tom.locator("#f-current").fill(NEWER);
  await press(tom);
  assert.match(await bar(tom).innerText(), /Passkey deleted/);
  assert.equal(sql("SELECT count(*) FROM passkey"), "0");
  assert.equal(sql("SELECT string_agg(event, ',' ORDER BY seq) FROM audit WHERE event LIKE 'account.passkey%'"), "account.passkey_added,account.passkey_deleted");
  await tom.context().close();
});

// ------------------------------------------------------------------ N13

function send(to, subject) {
  const body = `From: <x@else.example>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: <${Date.now()}@else.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n.`;
  const lines = ["EHLO sender.example", "MAIL FROM:<x@else.example>", `RCPT TO:<${to}>`, "DATA", body, "QUIT"];
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

test("N13: what an administrator opens, looks up and delivers is listed for its owner, in words, and for nobody else", async () => {
  forgetRates();
  sql("DELETE FROM second_step; DELETE FROM session");
  await send(MISAKI, "For Misaki");
  await send(TOM, "For Tom");
  const id = (to) => sql(`SELECT recipient_id FROM message_recipient WHERE address = '${to}'`);
  const boss = await open({ base: admin }), owner = await open({ lang: "ja" }), other = await open();
  await password(owner, MISAKI);
  await owner.goto("/settings/activity");
  assert.match(await owner.locator("main").innerText(), /あなたのメールを見た人はいません/);
  await shot(owner, "looks-empty");
  await owner.goto(`/m/${id(MISAKI)}`); // one's own reading is not listed
  await password(boss, KENJI);
  await boss.goto(`/quarantine/${id(MISAKI)}`);
  const message = sql(`SELECT message_id FROM message_recipient WHERE address = '${MISAKI}'`);
  await boss.goto(`/tracking/${message}`);
  await boss.goto(`/tracking/${message}`); // again within ten minutes: one entry
  sekisho("quarantine", "release", id(MISAKI));
  await owner.goto("/settings");
  assert.equal(await owner.getByRole("link", { name: "メールを見た人" }).count(), 1);
  await owner.goto("/settings/security"); // U13 names it on the page of security
  await shot(owner, "security-looks");
  await press(owner, owner.getByRole("link", { name: "メールを見た人" }));
  await boss.goto("/settings/security");
  assert.equal(await boss.locator("a[href='/settings/activity']").count(), 0, "no such page in the console");
  const rows = await owner.locator("tbody tr").allInnerTexts();
  assert.equal(rows.length, 3, rows.join("\n"));
  assert.match(rows[0], /For Misaki[^]*配信/);
  assert.match(rows[1], /メッセージ追跡で参照[^]*kenji\.ota@acme\.example/);
  assert.match(rows[2], /開封[^]*kenji\.ota@acme\.example/);
  await shot(owner, "looks");
  await password(other, TOM, NEWER);
  await other.goto("/settings/activity");
  assert.match(await other.locator("main").innerText(), /Nobody looked at your mail/);
  for (const p of [boss, owner, other]) await p.context().close();
});

test("A-49: where the organisation asks for a second step, nothing but its set-up works until it is there, at once", async () => {
  const page = await open({ base: admin }), user = await open();
  forgetRates();
  sql("DELETE FROM second_step");
  await password(page, KENJI);
  await password(user, TOM, NEWER);
  await page.goto("/quarantine");
  assert.equal(path(page), "/quarantine");
  sekisho("second", "set", "--required", "admins");
  for (const where of ["/", "/quarantine", "/users", "/account", "/audit"]) {
    await page.goto(where);
    assert.equal(path(page), "/settings/security", where);
  }
  assert.match(await page.locator("main").innerText(), /Your organisation asks for a second step/);
  assert.deepEqual(await (async () => { const js = await open({ js: true, base: admin, as: await page.context().storageState() }); await js.goto("/settings/security"); const found = await axe(js); await js.context().close(); return found; })(), []);
  const csrf = await page.locator("main [name=csrf]").first().inputValue().catch(() => "");
  const reply = await page.request.post("/users/add", { form: { csrf, address: "new@acme.example", role: "user", password: NEWER }, headers: { origin: admin, "sec-fetch-site": "same-origin" }, maxRedirects: 0 });
  assert.equal(reply.status(), 303);
  assert.equal(sql("SELECT count(*) FROM account WHERE address = 'new@acme.example'"), "0");
  await user.goto("/settings");
  assert.equal(path(user), "/settings", "users need none");
  await setUp(page);
  await page.goto("/users");
  assert.equal(path(page), "/users", "with it everything is there again");
  sekisho("second", "set", "--required", "everyone");
  await user.goto("/");
  assert.equal(path(user), "/settings/security");
  assert.match(sekisho("second", "set", "--required", "nobody", "--trust", "on"), /required nobody\ntrust on/);
  await user.goto("/");
  assert.equal(path(user), "/");
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'org.second_step'"), "3");
  // Phone and codes lost: whoever runs the gateway helps.
  sekisho("user", "second-off", KENJI);
  await page.goto("/");
  assert.equal(path(page), "/signin", "its sessions have ended");
  await password(page, KENJI);
  assert.notEqual(path(page), "/login/2");
  await page.context().close();
  await user.context().close();
});

test("A-53: a sign-in from a new browser is told by mail, once a browser; the first browser of an account is no news", async () => {
  forgetRates();
  sql("DELETE FROM user_mail; DELETE FROM known_browser; DELETE FROM second_step");
  rmSync(sunk, { recursive: true, force: true });
  mkdirSync(sunk, { recursive: true });
  const mails = () => sql("SELECT string_agg(recipient || ' ' || kind, ',') FROM user_mail WHERE kind = 'new_browser'");
  const one = await open(), two = await open();
  await password(one, TOM, NEWER);
  assert.equal(mails(), "");
  await one.context().clearCookies({ name: "sekisho-portal" });
  await password(one, TOM, NEWER);
  assert.equal(mails(), "", "the same browser again");
  await password(two, TOM, NEWER);
  assert.equal(mails(), `${TOM} new_browser`);
  await two.context().clearCookies({ name: "sekisho-portal" });
  await password(two, TOM, NEWER);
  assert.equal(mails(), `${TOM} new_browser`);
  const letters = () => readdirSync(sunk).map((f) => readFileSync(`${sunk}/${f}`, "utf8")).filter((t) => /^Subject: Sign-in from a new device/m.test(t) && t.includes(TOM));
  for (let i = 0; i < 200 && !letters().length; i++) await sleep(300);
  assert.equal(letters().length, 1);
  const plain = Buffer.from(/text\/plain[^]*?base64\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)/.exec(letters()[0])[1], "base64").toString();
  assert.match(plain.replace(/\s+/g, " "), /Chrome on Linux from the address 127\.0\.0\.1/);
  await one.context().close();
  await two.context().close();
});

test("every page: axe, 320 px, dark; no policy was broken", async () => {
  const page = await open({ js: true });
  forgetRates();
  await password(page, TOM, NEWER);
  for (const where of ["/settings/security", "/settings/security/password", "/settings/security/second", "/settings/security/codes", "/settings/security/second/off", "/settings/security/passkey", "/settings/activity"])
    for (const [width, scheme] of [[1280, "light"], [320, "dark"]]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(where);
      assert.deepEqual(await axe(page), [], `${where} ${width} ${scheme}`);
      assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${where} fits ${width} px`);
    }
  assert.deepEqual(violations, []);
  await page.context().close();
});
