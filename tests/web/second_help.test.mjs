// Help for who lost the second step (ux.md A33), and mails about changes of how one signs in, in a real browser.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { axe } from "./axe.mjs";
import { PASSWORD, SHOTS, start, tooWide, until } from "./kit.mjs";

const KENJI = "kenji.ota@acme.example", MISAKI = "misaki.sato@acme.example", TOM = "tom.berger@acme.example", OLGA = "olga.weiss@acme.example";
let kit;
before(async () => { kit = await start("websecondhelp", { users: [[MISAKI, "ja"], [TOM, "en"], [OLGA, "en"]] }); kit.sql(`UPDATE account SET role = 'domain_admin' WHERE address = '${OLGA}'`); });
after(() => kit?.stop());

const path = (page) => new URL(page.url()).pathname;
const press = (page, button = page.locator("main button.primary")) => Promise.all([page.waitForResponse((r) => r.request().isNavigationRequest() && ![303, 302].includes(r.status())), button.click()]);
const account = (address) => kit.sql(`SELECT account_id FROM account WHERE address = '${address}'`);
const forget = () => kit.sql("DELETE FROM rate_bucket; UPDATE second_step SET last_step = 0");
// The mails that arrived, as text: [subject, plain text].
function letters(address) {
  const out = [];
  for (const f of readdirSync(`${kit.work}/sink`)) {
    const t = readFileSync(`${kit.work}/sink/${f}`, "utf8");
    if (!new RegExp(`^To: <${address}>`, "m").test(t)) continue;
    const part = Buffer.from(/text\/plain[^]*?base64\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)/.exec(t)[1], "base64").toString();
    const subject = /^Subject: ([^]*?)\r?\n(?![ \t])/m.exec(t)[1].replace(/\r?\n[ \t]/g, " ").replace(/=\?UTF-8\?B\?([^?]+)\?=(?:\s+(?==\?))?/gi, (_, b) => `\0${b}\0`).replace(/(?:\0[^\0]+\0)+/g, (all) => Buffer.concat(all.split("\0").filter(Boolean).map((b) => Buffer.from(b, "base64"))).toString());
    out.push([subject, part.replace(/\s+/g, " ")]);
  }
  return out;
}
function totp(base32) {
  const bits = [...base32].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
async function ask(page, where, current = PASSWORD) {
  await page.goto(where);
  await page.locator("[name=current]").fill(current);
  await press(page);
}
async function setUp(page) {
  await ask(page, "/settings/security/second");
  const key = (await page.locator("#totp-key").innerText()).trim();
  await page.locator("[name=code]").fill(totp(key));
  await press(page);
  return key;
}
async function looked(page, name) {
  for (const [width, scheme] of [[1280, "light"], [390, "dark"], [320, "light"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    assert.ok(!(await tooWide(page)), `${name} fits ${width}`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}-${scheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

test("A-53 on, new codes, off: each is told by one mail, in the reader's language, from where; a wrong password tells nothing", async () => {
  const page = await kit.open({ js: false, lang: "ja" });
  await kit.signIn(page, MISAKI);
  await ask(page, "/settings/security/second", "not the password");
  await setUp(page);
  await ask(page, "/settings/security/codes", "not the password");
  await ask(page, "/settings/security/codes");
  await ask(page, "/settings/security/second/off");
  await until(() => letters(MISAKI).length >= 3, 60);
  const list = letters(MISAKI);
  assert.deepEqual(list.map((l) => l[0]).sort(), ["2段階認証が有効になりました", "2段階認証が無効になりました", "回復コードが作り直されました"].sort());
  for (const [subject, text] of list) assert.match(text, /Chrome[^]*Linux[^]*127\.0\.0\.1[^]*お心当たりがない場合[^]*\/settings\/security/, subject);
  assert.equal(kit.sql(`SELECT count(*) FROM user_mail WHERE kind = 'second_changed'`), "3");
  await page.context().close();
});

test("A33 A-57 an owner takes a second step and a passkey away: question, audit entry, mail; sessions and half sign-ins end; the password is enough again", async () => {
  forget();
  const tom = await kit.open({ js: false }), half = await kit.open({ js: false }), boss = await kit.open({ surface: "admin" });
  await kit.signIn(tom, TOM);
  await setUp(tom);
  kit.sql(`INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) SELECT org_id, account_id, uuid7(), 'localhost', sha256('k'), -7, '\\x00', 0, 'Phone' FROM account WHERE address = '${TOM}'`);
  forget();
  await kit.signIn(half, TOM);
  assert.equal(path(half), "/login/2");
  await kit.signIn(boss, KENJI);
  await boss.goto(`/users/${account(TOM)}`);
  assert.match(await boss.locator("aside dl").innerText(), /Second step\s+On since[^]*Passkeys\s+1/);
  assert.deepEqual(await axe(boss), []);
  await looked(boss, "user");
  await boss.goto(`/users/${account(TOM)}/second`);
  assert.match(await boss.locator("main h1").innerText(), /Remove the second step of/);
  assert.equal(kit.sql("SELECT count(*) FROM passkey"), "1", "the question changes nothing");
  assert.deepEqual(await axe(boss), []);
  await looked(boss, "user-second");
  await press(boss, boss.getByRole("button", { name: "Remove the second step" }));
  assert.equal(path(boss), `/users/${account(TOM)}`);
  assert.match(await boss.locator(".bar").innerText(), /Second step of tom\.berger@acme\.example removed/);
  assert.match(await boss.locator("aside dl").innerText(), /Second step\s+Off[^]*Passkeys\s+0/);
  assert.equal(await boss.getByRole("link", { name: "Remove the second step" }).count(), 0);
  await tom.goto("/settings");
  assert.equal(path(tom), "/signin", "A-57 the session has ended");
  await half.locator("[name=code]").fill("123456");
  await press(half);
  assert.match(await half.locator("h1").innerText(), /Sign in again/, "the half sign-in, too");
  await kit.signIn(half, TOM);
  assert.equal(path(half), "/");
  await until(() => letters(TOM).some((l) => l[0] === "Your second step was removed by an administrator"), 60);
  assert.equal(letters(TOM).filter((l) => /removed/.test(l[0])).length, 1);
  assert.match(letters(TOM).find((l) => /removed/.test(l[0]))[1], /If you did not ask for this, tell your administrator at once/);
  await boss.goto("/audit");
  assert.match(await boss.locator("main").innerText(), /Second step and passkeys of tom\.berger@acme\.example removed/);
  // A second time, from a page that was open: nothing happens, the page says so.
  await boss.goto(`/users/${account(TOM)}/second`);
  await press(boss, boss.getByRole("button", { name: "Remove the second step" }));
  assert.match(await boss.locator(".bar").innerText(), /has no second step and no passkey/);
  for (const p of [tom, half, boss]) await p.context().close();
});

test("A-58 A-59 not one's own without the password, not an operator's by an owner, not by other roles", async () => {
  forget();
  const boss = await kit.open({ surface: "admin" }), olga = await kit.open({ surface: "admin" });
  await kit.signIn(boss, KENJI);
  await kit.signIn(olga, OLGA);
  const add = (address) => kit.sql(`INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) SELECT org_id, account_id, uuid7(), 'localhost', sha256(convert_to(address, 'UTF8')), -7, '\\x00', 0, 'Key' FROM account WHERE address = '${address}'`);
  for (const address of [KENJI, TOM, OLGA]) add(address);
  const left = () => kit.sql("SELECT count(*) FROM passkey");
  const post = async (page, whose) => {
    const csrf = await page.locator("[name=csrf]").first().inputValue();
    const reply = await page.request.post(`/users/${account(whose)}/second`, { form: { csrf }, headers: { origin: kit.urls.admin, "sec-fetch-site": "same-origin" }, maxRedirects: 0 });
    return [reply.status(), reply.headers().location?.replace(kit.urls.admin, "") ?? ""].join(" ").trim();
  };
  await boss.goto(`/users/${account(KENJI)}`);
  assert.equal(await boss.getByRole("link", { name: "Remove the second step" }).count(), 0);
  assert.equal(await post(boss, KENJI), "303 /settings/security", "one's own: there, after the password");
  assert.equal(await post(olga, TOM), "403");
  await olga.goto(`/users/${account(TOM)}`);
  assert.equal(await olga.getByRole("link", { name: "Remove the second step" }).count(), 0);
  kit.sql(`UPDATE account SET role = 'operator' WHERE address = '${OLGA}'; UPDATE account SET role = 'owner' WHERE address = '${KENJI}'`);
  await boss.goto(`/users/${account(OLGA)}`);
  assert.equal(await boss.getByRole("link", { name: "Remove the second step" }).count(), 0);
  assert.equal(await post(boss, OLGA), "403", "an operator's");
  assert.equal(left(), "3");
  assert.equal(kit.sql(`SELECT count(*) FROM user_mail WHERE kind = 'second_changed' AND recipient IN ('${KENJI}', '${OLGA}')`), "0");
  await boss.context().close();
  await olga.context().close();
});

test("A35 A-49 who must have a second step: by an owner, with a day and what counts; of two who have the form open the second is told; audit entry", async () => {
  forget();
  kit.sql("DELETE FROM passkey; UPDATE account SET role = 'owner'" + ` WHERE address = '${KENJI}'; UPDATE account SET role = 'domain_admin' WHERE address = '${OLGA}'`);
  const one = await kit.open({ surface: "admin", js: false }), two = await kit.open({ surface: "admin", js: false }), olga = await kit.open({ surface: "admin" }), tom = await kit.open({ js: false });
  await kit.signIn(one, KENJI);
  await kit.signIn(two, KENJI);
  await kit.signIn(olga, OLGA);
  await kit.signIn(tom, TOM);
  await one.goto("/users");
  await one.getByRole("link", { name: "Second step" }).click();
  await two.goto("/users/second-step");
  await olga.goto("/users/second-step");
  assert.ok(await olga.locator("[name=required]").isDisabled());
  assert.equal(await olga.getByRole("button", { name: "Save" }).count(), 0);
  assert.deepEqual(await axe(olga), []);
  assert.match(await one.locator("aside").innerText(), /Administrators\s+2[^]*Users\s+2/);
  const save = async (page, { required, from = "", kinds = "app", trust = true }) => {
    await page.locator("[name=required]").selectOption(required);
    await page.locator("[name=from]").fill(from);
    await page.locator("[name=kinds]").selectOption(kinds);
    await page.locator("[name=trust]").setChecked(trust);
    await press(page, page.getByRole("button", { name: "Save" }));
  };
  await save(one, { required: "everyone", from: "2099-01-31", trust: false });
  assert.match(await one.locator(".bar").innerText(), /Settings saved/);
  assert.equal(kit.sql("SELECT concat_ws(' ', second_step, second_from, second_kinds, trust_devices) FROM org"), "everyone 2099-01-31 app f");
  await looked(one, "second-rule");
  await save(two, { required: "optional" });
  assert.match(await two.locator("#f-version").innerText(), /Somebody changed this meanwhile/);
  assert.equal(kit.sql("SELECT second_step FROM org"), "everyone", "nobody's work is lost");
  const form = { csrf: await one.locator("main [name=csrf]").first().inputValue(), version: await one.locator("main [name=version]").inputValue(), required: "everyone", kinds: "app" };
  for (const from of ["0000-01-01", "2026-02-30", "tomorrow"]) assert.equal((await one.request.post("/users/second-step", { form: { ...form, from }, headers: { origin: kit.urls.admin, "sec-fetch-site": "same-origin" }, maxRedirects: 0 })).status(), 422, `${from} is no day`);
  await tom.goto("/settings/security");
  assert.match(await tom.locator(".note.warn").innerText(), /From 31 Jan[^]*asks for a second step/);
  await looked(tom, "security-day");
  await tom.goto("/");
  assert.equal(path(tom), "/", "until then everything works");
  await save(one, { required: "everyone", kinds: "any" });
  await tom.goto("/");
  assert.equal(path(tom), "/settings/security", "at once, for who is signed in, too");
  const entries = kit.sql("SELECT detail->'after'->>'required' || ' ' || coalesce(detail->'after'->>'from', '-') || ' ' || (detail->'after'->>'kinds') || ' ' || (detail->'before'->>'required') FROM audit WHERE event = 'org.second_step' ORDER BY seq").split("\n");
  assert.deepEqual(entries, ["everyone 2099-01-31 app optional", "everyone - any everyone"]);
  // Who has a passkey and nothing else: the password leads to it, and is no session.
  kit.sql(`INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) SELECT org_id, account_id, uuid7(), 'localhost', sha256('m'), -7, '\\x00', 0, 'Phone' FROM account WHERE address = '${MISAKI}'`);
  const before = kit.sql("SELECT count(*) FROM session"), misaki = await kit.open({ lang: "en" });
  await kit.signIn(misaki, MISAKI);
  assert.equal(path(misaki), "/login/2");
  assert.equal(await misaki.locator("[name=code]").count(), 0);
  assert.ok(await misaki.locator("form[action='/login/passkey'] button").isVisible());
  assert.equal(kit.sql("SELECT count(*) FROM session"), before);
  assert.deepEqual(await axe(misaki), []);
  await looked(misaki, "second-passkey");
  const csrf = await misaki.locator("[name=csrf]").first().inputValue();
  const typed = await misaki.request.post("/login/2", { form: { csrf, code: "123456" }, headers: { origin: kit.urls.portal, "sec-fetch-site": "same-origin" }, maxRedirects: 0 });
  assert.equal(typed.status(), 401, "there is no code to guess");
  kit.sql("UPDATE org SET second_step = 'optional', second_from = NULL");
  for (const p of [one, two, olga, tom, misaki]) await p.context().close();
});

test("no policy was broken", () => assert.deepEqual(kit.violations, []));
