// Addresses that are handed on (ux.md 12.7): a search or a filtered list that somebody copies shows a colleague with the same
// rights the same rows, whatever his language, time zone and page size. And what administrators look for in the quarantine.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { KENJI, MISAKI, TOP, world } from "./ux.mjs";

const RIO = "ana.rio@acme.example", AYA = "aya@acme.example", TEAM = "team@acme.example";
let w, kenji, ana;

before(async () => {
  w = await world("uxshare");
  for (const a of [RIO, AYA]) w.user(a);
  w.sql(`UPDATE account SET role = 'owner', lang = 'ja', tz = 'America/Sao_Paulo', page_size = 100 WHERE address = '${RIO}';
    UPDATE account SET lang = 'en', tz = 'Asia/Tokyo', page_size = 25 WHERE address = '${KENJI}';
    UPDATE account SET lang = 'de', tz = 'America/Sao_Paulo' WHERE address = '${AYA}';
    INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, '${TEAM}' FROM account WHERE address IN ('${MISAKI}', '${AYA}')`);
  w.held(60, { subject: "Wave", minutes: 1 });
  for (let h = 1; h <= 40; h += 3) w.held(1, { subject: `Hour ${h}`, minutes: 60 * h });
  w.held(30, { subject: "Team wave", to: TEAM, minutes: 3 });
  w.held(3, { subject: "Team letter", to: TEAM, kind: "graymail", minutes: 5, name: "Zoo" });
  w.held(3, { subject: "Team letter", to: TEAM, kind: "graymail", minutes: 90, name: "Ant" });
  kenji = w.session(KENJI, "admin");
  ana = w.session(RIO, "admin");
}, { timeout: 180_000 });
after(() => w?.close());

const subjects = (page) => page.locator("tbody .row-link").allInnerTexts();
async function same(surface, from, to, path, { older = false } = {}) {
  const [a, b] = [await w.open({ as: from, surface, js: false }), await w.open({ as: to, surface, js: false, lang: "ja" })];
  await a.goto(path);
  if (older) await a.locator("a[rel=next]").last().click();
  await b.goto(a.url());
  const rows = [await subjects(a), await subjects(b)], text = await b.locator("main").innerText();
  assert.ok(rows[0].length, `nothing on ${a.url()}`);
  assert.deepEqual(rows[1], rows[0], a.url());
  for (const p of [a, b]) await p.context().close();
  return { rows: rows[0], text };
}
// That many hours ago, as the clock on a wall in Tokyo shows it.
const tokyo = (hours) => new Date(Date.now() + (9 - hours) * 3600_000).toISOString().slice(0, 16).replace("T", " ");

test("ux 12.7 tracking: query, period and page are the same for a colleague of another language, zone and page size", { timeout: 120_000 }, async () => {
  await same("admin", kenji, ana, "/tracking?q=subject:Team status:held&period=24h");
  const second = await same("admin", kenji, ana, "/tracking?q=Wave&period=7d", { older: true });
  assert.equal(second.rows.length, 25);
});

test("ux 12.7 tracking: times that somebody typed stay in his zone, and the page says so", { timeout: 120_000 }, async () => {
  const q = encodeURIComponent(`subject:Hour after:"${tokyo(20)}" before:"${tokyo(5)}"`), { rows, text } = await same("admin", kenji, ana, `/tracking?q=${q}&period=7d`);
  assert.deepEqual(rows, ["Hour 7", "Hour 10", "Hour 13", "Hour 16", "Hour 19"]);
  assert.match(text, /Asia\/Tokyo/);
  for (const [address, day] of [["/tracking?q=after:yesterday", "24h"], ["/tracking?q=after:today", "all"]]) await same("admin", kenji, ana, `${address}&period=${day}`);
  const own = await w.open({ as: kenji, surface: "admin" });
  await own.goto(`/tracking?q=${q}`);
  assert.doesNotMatch(await own.locator("main").innerText(), /Asia\/Tokyo/, "nothing to say to whoever wrote it");
  assert.match(own.url(), /zone=Asia\/Tokyo/);
  await own.goto(`/tracking?q=${q}&zone=No/Where`);
  assert.deepEqual(await subjects(own), rows, "a zone that there is not counts as none");
  for (const odd of ["zone=", "rows=", "rows=7", "zone=&rows=", "zone=&zone=Asia/Tokyo"])
    for (const list of ["/tracking", "/tracking/blocked"]) assert.equal((await own.goto(`${list}?q=${q}&${odd}`)).status(), 200, `${list} ${odd}: no redirect without end`);
  await own.context().close();
});

test("ux 12.7 the console's quarantine with its filters", { timeout: 120_000 }, async () => {
  const { rows } = await same("admin", kenji, ana, `/quarantine?q=letter&kind=graymail&recipient=${TEAM}&period=7d&domain=acme.example`);
  assert.equal(rows.length, 6);
});

test("ux 12.7 the portal's list: filters, order and page of a shared mailbox", { timeout: 120_000 }, async () => {
  const [misaki, aya] = [w.session(MISAKI), w.session(AYA)];
  w.sql(`UPDATE account SET page_size = 25 WHERE address IN ('${MISAKI}', '${AYA}')`);
  const by = async (more) => (await same("portal", misaki, aya, `/?mailbox=${TEAM}&${more}`)).rows;
  assert.equal((await by("q=letter&kind=graymail&days=7")).length, 6);
  assert.match((await by("kind=graymail&days=7&sort=sender"))[0], /Team letter/);
  await by("sort=expires&days=1");
  const older = await same("portal", misaki, aya, `/?mailbox=${TEAM}&days=7&q=wave`, { older: true });
  assert.equal(older.rows.length, 5);
});

test("A21 the console's Deleted lists what people deleted for good, with who did it, and puts it back", { timeout: 120_000 }, async () => {
  w.held(1, { subject: "Thrown away" });
  const person = await w.open({ as: w.session(MISAKI), js: false });
  await person.goto(w.message("Thrown away"));
  await person.locator("main button[formaction='/delete']").click();
  await person.goto(`/deleted/purge/confirm?one=${w.message("Thrown away").slice(3)}`);
  await person.locator("main form button.danger").click();
  assert.equal(w.sql("SELECT r.state FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Thrown away'"), "gone");
  const page = await w.open({ as: kenji, surface: "admin", js: false });
  await page.goto("/quarantine?state=deleted&q=thrown");
  const row = page.locator("tbody tr");
  assert.equal(await row.count(), 1);
  assert.match(await row.innerText(), new RegExp(`Deleted for good by ${MISAKI.replace(".", "\\.")}, `));
  await row.locator(".row-link").click();
  assert.match(await page.locator(".msg-note").innerText(), /Deleted for good by misaki/);
  await page.goBack();
  await row.locator("input[type=checkbox]").check();
  await page.locator("button[formaction='/quarantine/undelete']").click();
  assert.equal(w.sql("SELECT r.state FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Thrown away'"), "held");
  for (const p of [person, page]) await p.context().close();
});

test("ux 4.13 g p goes to the policies, as the page of keys says", { timeout: 60_000 }, async () => {
  const page = await w.open({ as: kenji, surface: "admin" });
  await page.goto("/quarantine");
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.waitForURL((u) => u.pathname === "/spam");
  await page.goto("/keys");
  assert.match(await page.locator("main").innerText(), /G P\s+Go to policies/i);
  await page.context().close();
});

test("U5 every policy rule has words for people", () => {
  const ids = (file, line) => [...readFileSync(`${TOP}/src/${file}`, "utf8").matchAll(line)].map((m) => m[1]), words = ids("console/rules.def", /^RULE\("(\w[\w-]*)"/gm);
  assert.deepEqual(ids("engine/policy/rules.def", /^RULE\((\w+),/gm).filter((id) => !words.includes(id)), []);
  for (const id of ["sender_list", "antivirus-unverified"]) assert.ok(words.includes(id));
});
