// U15: the help desk of the organisation, set in the console, shown on the page of help and at the end of mails.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { axe } from "./axe.mjs";
import { SHOTS, start, tooWide, until } from "./kit.mjs";

const KENJI = "kenji.ota@acme.example", MISAKI = "misaki.sato@acme.example";
let kit;
before(async () => { kit = await start("webhelpdesk", { users: [[MISAKI, "ja"]] }); });
after(() => kit?.stop());

const press = (page) => Promise.all([page.waitForResponse((r) => r.request().isNavigationRequest() && ![303, 302].includes(r.status())), page.getByRole("button", { name: "Save" }).click()]);
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
async function fill(page, values) {
  await page.goto("/help-desk");
  for (const [name, value] of Object.entries(values)) await page.locator(`[name=${name}]`).fill(value);
  await press(page);
}

test("U15 A-2 an owner says whom people ask; what is no address, number or link is said beside its field; of two the second is told", async () => {
  const page = await kit.open({ surface: "admin", js: false }), other = await kit.open({ surface: "admin", js: false }), help = await kit.open();
  await help.goto("/help");
  assert.equal(await help.locator("#help-desk").count(), 0, "nothing is set");
  assert.match(await help.locator("main").innerText(), /Ask the administrator of your organisation/);
  await kit.signIn(page, KENJI);
  await kit.signIn(other, KENJI);
  await page.goto("/");
  await page.getByRole("link", { name: "Help desk" }).click();
  await other.goto("/help-desk");
  await fill(page, { name: "IT", email: "not an address", phone: "call me", link: "javascript:alert(1)" });
  assert.match(await page.title(), /^Error|Help desk/);
  for (const name of ["email", "phone", "link"]) assert.equal(await page.locator(`#e-${name}`).count(), 1, name);
  assert.equal(await page.locator("[name=link]").inputValue(), "javascript:alert(1)", "as it was typed");
  assert.equal(kit.sql("SELECT count(*) FROM help_contact"), "0");
  await fill(page, { name: "IT <b>desk</b>", email: "Help.Desk@Acme.Example", phone: "+81 3 1234 5678", link: "https://help.acme.example/mail?x=1&y=2", note: "Mon to Fri, 9 to 17\n<script>alert(1)</script>" });
  assert.match(await page.locator(".bar").innerText(), /Settings saved/);
  assert.equal(kit.sql("SELECT email FROM help_contact"), "help.desk@acme.example");
  await other.locator("[name=name]").fill("Somebody else");
  await press(other);
  assert.match(await other.locator("#f-version").innerText(), /Somebody changed this meanwhile/);
  assert.equal(kit.sql("SELECT name FROM help_contact"), "IT <b>desk</b>", "nobody's work is lost");
  assert.equal(kit.sql("SELECT count(*) || ' ' || min(detail->'after'->>'phone') FROM audit WHERE event = 'org.help_contact'"), "1 +81 3 1234 5678");
  await looked(page, "help-desk");
  for (const p of [page, other, help]) await p.context().close();
});

test("U15 people see it on the page of help, in their language; not signed in only where there is one organisation", async () => {
  const misaki = await kit.open({ lang: "ja" }), nobody = await kit.open(), admin = await kit.open({ surface: "admin" });
  await kit.signIn(misaki, MISAKI);
  for (const page of [misaki, nobody]) {
    await page.goto("/help");
    const text = await page.locator("section[aria-labelledby=help-desk]").innerText();
    for (const part of ["IT <b>desk</b>", "+81 3 1234 5678", "<script>alert(1)</script>", "Mon to Fri, 9 to 17"]) assert.ok(text.includes(part), part);
    assert.deepEqual(await page.locator("section[aria-labelledby=help-desk] a").evaluateAll((list) => list.map((a) => `${a.getAttribute("href")} ${a.rel}`)), ["mailto:help.desk@acme.example noreferrer noopener", "https://help.acme.example/mail?x=1&y=2 noreferrer noopener"]);
    assert.deepEqual(await axe(page), []);
  }
  assert.match(await misaki.locator("#help-desk").innerText(), /ヘルプデスク/);
  await looked(misaki, "help");
  await kit.signIn(admin, KENJI);
  await admin.goto("/help-desk");
  assert.deepEqual(await axe(admin), []);
  kit.sql("INSERT INTO org (org_id, name, body_key) VALUES (uuid7(), 'Second', '\\x00')");
  await nobody.goto("/help");
  assert.equal(await nobody.locator("#help-desk").count(), 0, "A-60 of several nobody is told");
  await misaki.goto("/help");
  assert.equal(await misaki.locator("#help-desk").count(), 1);
  kit.sql("DELETE FROM org WHERE name = 'Second'");
  for (const p of [misaki, nobody, admin]) await p.context().close();
});

test("U15 the answers name what is pressed and opened in the words that stand there, in every language", () => {
  const help = readFileSync("templates/help.html.t", "utf8");
  const named = { "Choose Deliver. ": ["Deliver"], "Choose Ask an admin": ["Ask an admin to deliver"], "Open Deleted in": ["Quarantine", "Deleted", "Put back"], "Choose Delete and block": ["Delete and block sender"], "Open Delivery history": ["Delivery history"] };
  for (const file of readdirSync("i18n").filter((f) => f.endsWith(".po"))) {
    const words = new Map(readFileSync(`i18n/${file}`, "utf8").split("\n\n").filter((e) => !/^msgctxt/m.test(e)).map((e) => [/^msgid "(.*)"$/m.exec(e)?.[1], /^msgstr "(.*)"$/m.exec(e)?.[1]]));
    for (const [start, parts] of Object.entries(named)) {
      const id = [...words.keys()].find((k) => k?.includes(start) && help.includes(`T("${k}")`));
      assert.ok(id, `an answer says: ${start}`);
      for (const part of parts) assert.ok(words.get(id).toLowerCase().includes(words.get(part).toLowerCase()), `${file} "${words.get(id)}" names "${words.get(part)}"`);
    }
  }
});

test("U15 M2 mails to people end with it, in both parts, as text", async () => {
  kit.sql(`SELECT user_mail_add(org_id, '${MISAKI}', 'ja', 'known', '{}', NULL, now() + interval '1 hour', NULL, NULL) FROM org`);
  const mails = () => readdirSync(`${kit.work}/sink`).map((f) => readFileSync(`${kit.work}/sink/${f}`, "utf8")).filter((t) => t.includes(`To: <${MISAKI}>`));
  await until(() => mails().length, 60);
  const [text, html] = ["plain", "html"].map((type) => Buffer.from(new RegExp(`text/${type}[^]*?base64\\r?\\n\\r?\\n([A-Za-z0-9+/=\\r\\n]+)`).exec(mails()[0])[1], "base64").toString().replace(/\s+/g, " "));
  assert.match(text, /お問い合わせ先：IT <b>desk<\/b> · help\.desk@acme\.example · \+81 3 1234 5678 · https:\/\/help\.acme\.example\/mail\?x=1&y=2/);
  assert.match(html, /お問い合わせ先：IT &lt;b&gt;desk&lt;\/b&gt; · /);
  assert.ok(!/<a [^>]*help\.acme/.test(html), "every link of our mails leads to our own host");
});

test("A-57 who is suspended is told nothing any more, but how his account was changed", async () => {
  kit.sql(`UPDATE account SET state = 'suspended' WHERE address = '${MISAKI}'`);
  const queue = (kind, params) => kit.sql(`SELECT user_mail_add(org_id, '${MISAKI}', 'ja', '${kind}', '${params}', NULL, now() + interval '1 hour', NULL, NULL) FROM org`);
  kit.sql("DELETE FROM user_mail");
  queue("known", "{}");
  queue("rescan_held", "{}");
  queue("second_changed", '{"what": "removed", "at": 1790000000000}');
  await until(() => kit.sql("SELECT count(*) FROM user_mail WHERE state = 'waiting'") === "0", 60);
  assert.equal(kit.sql("SELECT string_agg(kind || ' ' || state, ',' ORDER BY kind) FROM user_mail"), "known expired,rescan_held expired,second_changed sent");
  kit.sql(`UPDATE account SET state = 'active' WHERE address = '${MISAKI}'`);
});

test("no policy was broken", () => assert.deepEqual(kit.violations, []));
