// Groups of approvers (N8): made on the console's page or by the command, asked and reminded by mail, decide on a phone; audit.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PASSWORD, address, installation, read, until } from "./letters.mjs";

const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const KENJI = "kenji.ota@acme.example", HIROKO = "hiroko@acme.example", TOMO = "tomo@acme.example", ASKER = address("ja");
let it, admin, browser, org;
const states = {};

async function open(base, { as, js = false, width = 1280, dark = false, lang = "en" } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: base, storageState: as && states[as] });
  return context.newPage();
}
async function signIn(base, who) {
  const page = await open(base);
  await page.goto("/signin");
  await page.locator("[name=address]").fill(who);
  if (!(await page.locator("[name=password]").count())) await page.locator("main button.primary").click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => !u.pathname.startsWith("/signin"));
  states[who] = await page.context().storageState();
  await page.context().close();
}
const main = (page) => page.locator("main").innerText();
const bar = (page) => page.locator(".bar").innerText();
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true }); };
const lettersTo = (who) => read(it.hop.mails.filter((m) => m.to[0] === who), "");
const group = (name) => it.sql(`SELECT group_id FROM approver_group WHERE name = '${name}'`);

before(async () => {
  it = await installation("webapprovers");
  admin = it.env.ADMIN_URL;
  org = it.sql("SELECT org_id FROM org");
  it.sekisho("domain", "add", "branch.example", "--next-hop", `127.0.0.1:${it.env.SINK_PORT}`);
  for (const who of [HIROKO, TOMO]) it.sekisho("user", "add", who, "--lang", "ja", "--role", "help_desk", "--password-file", `${it.env.VAR}-work/password`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  for (const who of [KENJI, HIROKO, TOMO]) await signIn(admin, who);
  await signIn(it.portal, ASKER);
});
after(async () => {
  await browser?.close();
  it?.stop();
});

async function fill(page, { name, members, domains = "" }) {
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=members]").fill(members);
  await page.locator("[name=domains]").fill(domains);
  await page.locator(".card-foot .primary").click();
}

test("N8 a group is made, wrong members and domains are named, a second of the name is refused, changes are in the audit log", async () => {
  const page = await open(admin, { as: KENJI });
  await page.goto("/requests");
  await page.getByRole("link", { name: "Who decides" }).click();
  assert.match(await main(page), /No groups yet/);
  await page.getByRole("link", { name: "Add a group" }).first().click();
  await fill(page, { name: "Desk", members: `${HIROKO}\n${ASKER}` });
  assert.match(await main(page), /ja@acme\.example is no account that may deliver/);
  assert.equal(await page.locator("[name=members]").inputValue(), `${HIROKO}\n${ASKER}`);
  await fill(page, { name: "Desk", members: HIROKO, domains: "elsewhere.example" });
  assert.match(await main(page), /elsewhere\.example is not one of your domains/);
  await fill(page, { name: "Desk", members: "nonsense" });
  assert.match(await main(page), /Enter addresses such as/);
  await fill(page, { name: "", members: HIROKO });
  assert.match(await main(page), /Enter a name/);
  await fill(page, { name: "Desk", members: HIROKO.toUpperCase(), domains: "Acme.example" });
  assert.match(await bar(page), /Group Desk added/);
  assert.match(await main(page), /hiroko@acme\.example[\s\S]*acme\.example/);
  await page.goto("/requests/approvers/add");
  await fill(page, { name: "Desk", members: TOMO });
  assert.match(await main(page), /group of this name already/);
  // Two people, one form.
  const other = await open(admin, { as: KENJI });
  for (const p of [page, other]) await p.goto(`/requests/approvers/${group("Desk")}`);
  await fill(page, { name: "Desk", members: `${HIROKO} ${TOMO}`, domains: "acme.example" });
  await fill(other, { name: "Table", members: HIROKO });
  assert.match(await main(other), /changed this meanwhile/);
  await page.goto(`/requests/approvers/${group("Desk")}`);
  await fill(page, { name: "Desk", members: HIROKO, domains: "acme.example" });
  assert.deepEqual(it.sql("SELECT event || ' ' || (detail->'after'->>'members') FROM audit WHERE event LIKE 'request.group%' ORDER BY seq").split("\n"),
    [`request.group_added ["${HIROKO}"]`, `request.group_changed ["${HIROKO}", "${TOMO}"]`, `request.group_changed ["${HIROKO}"]`]);
  await page.goto("/audit");
  assert.match(await main(page), /Group of approvers Desk added/);
  await other.context().close();
  await page.context().close();
});

test("N8 the command makes, shows, changes and deletes groups", () => {
  const lines = (...args) => it.sekisho("--json", "request", "group", ...args).trim().split("\n").filter(Boolean).map((l) => JSON.parse(l));
  assert.deepEqual(lines("set", "Branch", "--members", `${TOMO},${KENJI}`, "--domains", "branch.example").find((g) => g.name === "Branch"), { name: "Branch", members: [KENJI, TOMO], domains: ["branch.example"] });
  assert.deepEqual(lines("set", "Branch", "--members", TOMO).find((g) => g.name === "Branch"), { name: "Branch", members: [TOMO], domains: ["branch.example"] });
  assert.deepEqual(lines("set", "Branch", "--domains", "all").find((g) => g.name === "Branch").domains, []);
  assert.throws(() => lines("set", "Branch", "--members", ASKER), /no owner, domain admin or help desk account/);
  assert.throws(() => lines("set", "New"), /--members/);
  assert.throws(() => lines("delete", "Nothing"), /no group of that name/);
  assert.deepEqual(lines("delete", "Branch").map((g) => g.name), ["Desk"]);
  assert.equal(it.sql("SELECT count(*) FROM audit WHERE event = 'request.group_deleted'"), "1");
});

test("N8 a request goes to the group of its domain and is reminded there; who is not in it decides nothing; a member decides on a phone; the answer comes in the asker's language", async () => {
  it.sql(`SELECT ingest(jsonb_build_object('org_id', '${org}', 'message_id', m, 'received_at', floor(extract(epoch FROM now() - interval '5 minutes') * 1000)::bigint, 'node', 'n1', 'direction', 'in', 'queue_id', 'Q', 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '',
    'envelope_sender', 'a@partner.example', 'sender_domain', 'x.example', 'header_from', 'a@partner.example', 'header_from_name', '', 'header_id', '', 'subject', 'Contract', 'bytes', 10, 'verdict', 'spam', 'score', 9, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
    'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(), 'address', '${ASKER}', 'domain', 'acme.example', 'original', '${ASKER}', 'state', 'held', 'disposition', 'quarantine', 'kind', 'phishing', 'rule', '')))::text::jsonb, sha256('x'), '\\x01') FROM (SELECT uuid7() AS m) x`);
  const page = await open(it.portal, { as: ASKER, lang: "ja" });
  await page.goto(`/m/${it.sql("SELECT recipient_id FROM message_recipient")}`);
  await page.getByRole("button", { name: "配信を依頼" }).click();
  await page.getByLabel("必要な理由").fill("契約書です");
  await page.getByRole("button", { name: "配信を依頼" }).click();
  const letter = await until("the mail to the group", () => lettersTo(HIROKO)[0]);
  await until("and to the owner", () => lettersTo(KENJI).length);
  assert.match(letter.text, /契約書です/);
  const path = letter.text.match(/\/requests\/[0-9a-f-]{36}/)[0];

  it.sql("UPDATE release_request SET asked_at = asked_at - interval '5 hours'");
  await until("the reminder", () => lettersTo(HIROKO).length === 2, 120);
  assert.match(lettersTo(HIROKO)[1].text, /配信の依頼が判断を待っています/);
  assert.equal(lettersTo(TOMO).length, 0, "who is not in the group");

  const outside = await open(admin, { as: TOMO, width: 390 });
  await outside.goto(path);
  assert.equal(await outside.locator("[name=decision]").count(), 0);
  const phone = await open(admin, { as: HIROKO, width: 390 });
  for (let i = 0; i < 3; i++) await phone.goto(path);
  assert.equal(it.sql("SELECT state FROM release_request"), "waiting", "opening decides nothing");
  await shot(phone, "approver-phone");
  await phone.locator("[name=decision][value=decline]").click();
  assert.equal(it.sql("SELECT state || ' ' || decided_name FROM release_request"), `declined ${HIROKO}`);
  await until("the answer", () => lettersTo(ASKER).some((m) => m.field("Content-Language") === "ja" && /依頼は却下されました/.test(m.text)));
  assert.equal(it.sql("SELECT count(*) FROM audit WHERE event = 'request.declined'"), "1");
  for (const p of [page, outside, phone]) await p.context().close();
});

test("pages of groups: deleted after a question; a help desk may look only; axe, 320 px, dark, Japanese without an English word", async () => {
  const id = group("Desk");
  const looker = await open(admin, { as: HIROKO });
  await looker.goto(`/requests/approvers/${id}`);
  assert.ok(await looker.locator("fieldset[disabled]").count());
  assert.equal(await looker.locator("main .card-foot button").count(), 0);
  assert.equal((await looker.goto("/requests/approvers/add")).status(), 403);
  await looker.context().close();
  for (const path of ["/requests/approvers", "/requests/approvers/add", `/requests/approvers/${id}`, `/requests/approvers/${id}/delete`]) {
    const page = await open(admin, { as: KENJI, width: 320, dark: true, js: true });
    assert.equal((await page.goto(path)).status(), 200, path);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} scrolls sideways`);
    assert.deepEqual(await axe(page), [], path);
    await page.context().close();
  }
  it.sql(`UPDATE account SET lang = 'ja' WHERE address = '${KENJI}'`);
  const page = await open(admin, { as: KENJI });
  for (const [path, name] of [["/requests/approvers", "approvers-ja"], [`/requests/approvers/${id}`, "approver-ja"], [`/requests/approvers/${id}/delete`, "approver-delete-ja"]]) {
    await page.goto(path);
    assert.deepEqual((await main(page)).replace(/[\w.]+@[\w.]+|[\w.]+\.example|Desk/g, "").match(/[A-Za-z]{3,}/g) ?? [], [], path);
    await shot(page, name);
  }
  await page.locator("main button.danger").click();
  assert.equal(it.sql("SELECT count(*) FROM approver_group"), "0");
  await page.context().close();
});

