// The list of held mail in a real browser: filters with counts, mailboxes, orders, mixed kinds, what others handled, all
// that match at once (U4, ux.md 12.4). Mail is written into the database: here it is about the list.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
const MISAKI = "misaki.sato@acme.example", AYA = "aya.kobayashi@acme.example", TOM = "tom.berger@acme.example", TEAM = "recruiting@acme.example";

let env, portal, browser, work;
const cookies = {};

function environment() {
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment weblist; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 180_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

// Held mail, received that many minutes ago, deleted in that many days.
const values = (m) => `('${m.to}', '${m.kind ?? "spam"}', '${m.subject}', '${m.name ?? ""}', '${m.from ?? "news@tabi-letter.example"}', ${m.minutes ?? 5}, ${m.days ?? 20})`;
function hold(...mails) {
  sql(`WITH v (address, kind, subject, name, sender, minutes, days) AS (VALUES ${mails.map(values).join(",")}),
    x AS MATERIALIZED (SELECT v.*, uuid7() AS id, date_trunc('milliseconds', now() - make_interval(mins => minutes)) AS at, (SELECT org_id FROM org LIMIT 1) AS org FROM v),
    m AS (INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict)
      SELECT org, id, at, 'n', 'in', sender, sender, name, subject, 900, sha256(id::text::bytea), 'spam' FROM x)
    SELECT count(*) FROM x`);
  sql(`INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, domain, original, state, disposition, kind, expires_at)
    SELECT m.org_id, m.message_id, uuid7(), m.received_at, v.address, 'acme.example', v.address, 'held', 'quarantine', v.kind, now() + make_interval(days => v.days)
      FROM (VALUES ${mails.map(values).join(",")}) v (address, kind, subject, name, sender, minutes, days) JOIN message m ON m.subject = v.subject
     WHERE NOT EXISTS (SELECT FROM message_recipient r WHERE r.message_id = m.message_id)`);
}

const violations = [];
async function open({ js = true, width = 1280, dark = false, lang = "en", as = MISAKI } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: portal, storageState: cookies[as], reducedMotion: "reduce" });
  context.on("page", (page) => {
    page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
  });
  return context.newPage();
}
async function signIn(address) {
  const page = await open({ as: null });
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  await page.getByRole("button", { name: /Next|次へ/ }).click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  cookies[address] = await page.context().storageState();
  await page.context().close();
}
const rows = (page) => page.locator("tbody tr");
const subjects = (page) => page.locator("tbody .c-subject bdi").allTextContents();
const tally = async (page) => Number((await page.locator(".tally .off-select").textContent()).replace(/\D/g, ""));
const bar = (page) => page.locator(".bar");

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  work = `${env.VAR}-work`;
  try { stack("stop"); } catch {}
  rmSync(env.VAR, { recursive: true, force: true });
  stack("start");
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  sekisho("setup", "--org", "Acme Group", "--admin", "kenji.ota@acme.example", "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  for (const [who, lang] of [[MISAKI, "en"], [AYA, "en"], [TOM, "de"]]) sekisho("user", "add", who, "--lang", lang, "--password-file", `${work}/password`);
  sql(`UPDATE account SET name = 'Aya Kobayashi' WHERE address = '${AYA}'; UPDATE account SET page_size = 10;
    INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, '${TEAM}' FROM account WHERE address IN ('${MISAKI}', '${AYA}')`);
  hold(
    { to: MISAKI, subject: "Autumn in Kyoto", name: "Travel Letter", kind: "graymail", minutes: 10 },
    { to: MISAKI, subject: "Your parcel", name: "delivery", from: "parcel@shop.example", kind: "phishing", minutes: 20, days: 1 },
    { to: MISAKI, subject: "Cheap watches", name: "Émile", from: "e@watch.example", minutes: 30 },
    { to: MISAKI, subject: "Old news", name: "Anna", from: "anna@old.example", minutes: 3 * 24 * 60, days: 2 },
    { to: TEAM, subject: "Application", name: "Zora", from: "z@jobs.example", minutes: 40 },
    { to: TEAM, subject: "Second application", name: "bernd", from: "b@jobs.example", minutes: 50, kind: "phishing" },
    { to: TEAM, subject: "Third application", name: "Carla", from: "c@jobs.example", minutes: 60 },
  );
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  for (const who of [MISAKI, AYA, TOM]) await signIn(who);
});
after(async () => {
  await browser?.close();
  if (env) { try { stack("stop"); } catch {} }
});

test("U4 every choice of a filter says how many it would show, and shows as many, without script", async () => {
  const page = await open({ js: false });
  for (const start of ["/", "/?days=1", "/?kind=phishing", `/?mailbox=${TEAM}`, "/?q=application"]) {
    await page.goto(start);
    const choices = await page.locator(".filters .menu label:has(.count)").evaluateAll((all) => all.map((l) => [l.querySelector("input").name, l.querySelector("input").value, Number(l.querySelector(".count").textContent)]));
    assert.ok(choices.length > 14, `${choices.length} choices`);
    for (const [name, value, n] of choices) {
      const path = new URL(start, portal);
      path.searchParams.set(name, value);
      if (name === "days" && value === "30") path.searchParams.delete(name);
      await page.goto(path.href);
      assert.equal((await rows(page).count()), n, path.search);
      if (n) assert.equal(await tally(page), n, path.search);
    }
  }
  await page.context().close();
});

test("U4 a mailbox of several is chosen with the form; others are not offered", async () => {
  const page = await open();
  await page.goto("/");
  await page.locator("summary", { hasText: "Mailbox" }).click();
  await page.getByRole("radio", { name: TEAM }).check();
  await page.locator("details[open] button", { hasText: "Apply" }).click();
  await page.waitForURL(/mailbox=/);
  assert.deepEqual(await subjects(page), ["Application", "Second application", "Third application"]);
  await page.goto(`/?mailbox=${TOM}`);
  assert.equal(await rows(page).count(), 0);
  await page.context().close();
  const tom = await open({ as: TOM });
  await tom.goto("/");
  assert.equal(await tom.locator("[name=mailbox]").count(), 0);
  await tom.context().close();
});

test("U4 order: newest, what is deleted soonest, by the sender's name; the message page goes by it", async () => {
  const page = await open({ js: false });
  const want = {
    "": ["Autumn in Kyoto", "Your parcel", "Cheap watches", "Application", "Second application", "Third application", "Old news"],
    expires: ["Your parcel", "Old news", "Autumn in Kyoto", "Cheap watches", "Application", "Second application", "Third application"],
    sender: ["Old news", "Second application", "Third application", "Your parcel", "Cheap watches", "Autumn in Kyoto", "Application"],
  };
  for (const [sort, list] of Object.entries(want)) {
    await page.goto(sort ? `/?sort=${sort}` : "/");
    assert.deepEqual(await subjects(page), list, sort);
    assert.equal(await page.locator("th[aria-sort]").count(), 1);
    await page.locator("tbody .c-subject a").nth(1).click();
    assert.match(await page.locator("main").textContent(), /2 of 7/);
    await page.locator("a[rel=next]").click();
    assert.equal((await page.locator("h1").textContent()).trim(), list[2]);
    await page.locator("a[rel=prev]").click();
    await page.locator("a[rel=prev]").click();
    assert.equal((await page.locator("h1").textContent()).trim(), list[0]);
    assert.equal(await page.locator("a[rel=prev]").count(), 0);
  }
  await page.goto("/");
  await page.locator("th a", { hasText: "Sender" }).click();
  assert.deepEqual(await subjects(page), want.sender);
  await page.context().close();
});

test("U4 a mix of kinds: the bar says how many need an admin, Deliver does its part and asks for the others", async () => {
  const page = await open();
  await page.goto("/");
  const tick = (p, subject) => rows(p).filter({ hasText: subject }).locator("input[type=checkbox]").check();
  await tick(page, "Cheap watches");
  assert.ok(!(await page.locator("[data-mixed]").textContent()).trim());
  assert.ok(!(await page.getByRole("button", { name: "Ask an admin to deliver" }).isVisible()));
  await tick(page, "Your parcel");
  assert.equal((await page.locator("[data-mixed]").textContent()).trim(), "1 of 2 needs an admin");
  assert.ok(await page.getByRole("button", { name: "Deliver to inbox" }).isVisible());
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/list-mixed.png` });
  await rows(page).filter({ hasText: "Cheap watches" }).locator("input[type=checkbox]").uncheck();
  assert.ok(await page.getByRole("button", { name: "Ask an admin to deliver" }).isVisible());
  assert.ok(!(await page.getByRole("button", { name: "Deliver to inbox" }).isVisible()));
  await page.context().close();

  const plain = await open({ js: false });
  await plain.goto("/");
  await tick(plain, "Cheap watches");
  await tick(plain, "Your parcel");
  await plain.getByRole("button", { name: "Deliver to inbox" }).click();
  assert.match(plain.url(), /\/confirm\?do=ask/);
  assert.match(await bar(plain).textContent(), /1 message is on its way/);
  assert.match(await plain.locator("h1").textContent(), /Ask an admin to deliver this message/);
  assert.match(await plain.locator("main table").textContent(), /Your parcel/);
  await plain.getByRole("button", { name: "Ask an admin to deliver" }).click();
  assert.match(await bar(plain).textContent(), /Sent\./);
  assert.equal(sql("SELECT string_agg(subject || ' ' || state, ',') FROM release_request"), "Your parcel waiting");
  assert.equal(sql("SELECT count(*) FROM event v JOIN message m USING (message_id) WHERE m.subject = 'Cheap watches' AND v.kind = 'release_requested'"), "1");
  await plain.context().close();
});

test("U4 shared mailbox: what somebody else handled meanwhile says who and when, until the next load", async () => {
  const page = await open({ js: false });
  await page.goto("/");
  const other = await open({ js: false, as: AYA });
  await other.goto("/");
  await rows(other).filter({ hasText: "Third application" }).getByRole("button", { name: /^Delete/ }).click();
  await rows(page).filter({ hasText: "Third application" }).getByRole("button", { name: /^Delete/ }).click();
  assert.match(await bar(page).textContent(), /Nothing was changed: deleted by Aya Kobayashi, \d+:\d\d\./);
  const handled = page.locator("tr.handled");
  assert.match(await handled.textContent(), /Third application\s*Deleted by Aya Kobayashi, \d+:\d\d/);
  assert.equal(await handled.locator("button, input").count(), 0);
  assert.equal(await rows(page).count(), (await tally(page)) + 1);
  await page.goto("/");
  assert.equal(await page.locator("tr.handled").count(), 0);
  // Wherever it was pressed: the bar says it also where no list is.
  const third = sql("SELECT recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Third application'");
  for (const act of ["allow", "block", "deliver"]) {
    await page.goto(`/confirm?do=${act}&one=${third}&back=/senders`);
    assert.equal(new URL(page.url()).pathname, "/senders");
    assert.match(await bar(page).textContent(), /Nothing was changed: deleted by Aya Kobayashi, \d+:\d\d\./, act);
  }
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/handled-bar.png` });
  // Those who do not have the mailbox together are told no names.
  sql(`DELETE FROM account_mailbox WHERE address = '${TEAM}' AND account_id = (SELECT account_id FROM account WHERE address = '${AYA}')`);
  const id = sql("SELECT recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Third application'");
  await page.goto(`/m/${id}`);
  assert.doesNotMatch(await page.locator("main").textContent(), /Aya/);
  await page.goto(`/confirm?do=allow&one=${id}&back=/senders`);
  assert.match(await bar(page).textContent(), /Nothing was changed: /);
  assert.doesNotMatch(await bar(page).textContent(), /Aya/);
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, '${TEAM}' FROM account WHERE address = '${AYA}'`);
  for (const p of [page, other]) await p.context().close();
});

test("U4 axe, no sideways scroll, dark and light, at 320 and 1280; hidden bulk buttons take no second line in any language", async () => {
  for (const width of [320, 1280])
    for (const dark of [false, true]) {
      const page = await open({ width, dark });
      await page.goto(`/?mailbox=${TEAM}&sort=sender`);
      assert.deepEqual(await axe(page), [], `${width} ${dark}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}`);
      for (const menu of await page.locator(".filters summary").all()) {
        await menu.click();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}: ${await menu.textContent()}`);
        const box = await page.locator(".filters details[open] .pop").boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= width, `${width}: ${await menu.textContent()}: ${box.x} to ${box.x + box.width}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/list-${width}${dark ? "-dark" : ""}-${(await menu.textContent()).trim().replace(/\W+/g, "_")}.png` });
        await menu.click();
      }
      await page.context().close();
    }
  for (const lang of ["en", "ja", "de", "fr", "es", "it", "pt-BR"]) {
    sql(`UPDATE account SET lang = '${lang}' WHERE address = '${MISAKI}'`);
    const page = await open({ lang });
    await page.goto("/");
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
    const height = (await page.locator(".bulk").first().boundingBox()).height;
    assert.ok(height < 60, `${lang}: ${height}`);
    if (SHOTS) {
      await rows(page).nth(1).locator("input[type=checkbox]").check();
      await rows(page).nth(2).locator("input[type=checkbox]").check();
      await page.screenshot({ path: `${SHOTS}/list-1280-${lang}.png` });
    }
    await page.context().close();
  }
  sql(`UPDATE account SET lang = 'en' WHERE address = '${MISAKI}'`);
});

test("ux 12.4 select all 1,284 that match, delete, undo: the same rows back, three entries in the audit log, progress on the way", async () => {
  hold(...Array.from({ length: 1284 }, (_, i) => ({ to: TOM, subject: `Angebot ${i}`, name: `Händler ${i % 40}`, from: `h${i % 40}@angebot.example`, minutes: 60 + i })), { to: TOM, subject: "Etwas anderes", from: "x@else.example" });
  const before = () => sql("SELECT md5(string_agg(concat_ws(' ', recipient_id, state, kind, expires_at, deleted_by), ',' ORDER BY recipient_id)) FROM message_recipient WHERE address = '" + TOM + "'");
  const then = before();
  const page = await open({ js: false, as: TOM });
  await page.goto("/?q=angebot&sort=sender");
  assert.equal(await tally(page), 1284);
  await page.getByRole("link", { name: /Alle 1\.284/ }).click();
  assert.match(await page.locator("h1").textContent(), /1\.284/);
  await page.getByRole("button", { name: /löschen/i }).click();
  assert.match(page.url(), /\/bulk\/[0-9a-f-]{36}/);
  assert.ok((await page.locator("progress").count()) || /1\.284/.test(await page.locator("main").textContent()));
  for (const end = Date.now() + 90_000; await page.locator("progress").count(); await sleep(300)) {
    assert.ok(Date.now() < end, "the job takes too long");
    await page.reload();
  }
  assert.equal(sql(`SELECT count(*) FROM message_recipient WHERE address = '${TOM}' AND state = 'deleted'`), "1284");
  await page.getByRole("button", { name: /rückgängig/i }).click();
  for (const end = Date.now() + 90_000; sql("SELECT state FROM bulk_job") !== "undone"; await sleep(300)) assert.ok(Date.now() < end, "undo takes too long");
  assert.equal(before(), then);
  assert.deepEqual(sql("SELECT event || ' ' || object FROM audit WHERE event LIKE 'bulk.%' ORDER BY seq").split("\n"), ["bulk.started 1284", "bulk.deleted 1284", "bulk.undeleted 1284"]);
  await page.context().close();
});

test("U4 paging in each order shows every message once, forth and back", async () => {
  const page = await open({ js: false, as: TOM });
  sql(`UPDATE account SET page_size = 100 WHERE address = '${TOM}'`);
  for (const sort of ["", "expires", "sender"]) {
    const seen = [];
    await page.goto(`/?q=angebot&sort=${sort}`);
    for (let n = 0; n < 20; n++) {
      seen.push(...(await subjects(page)));
      const older = page.locator(".list-foot a", { hasText: "Ältere" });
      if (!(await older.count())) break;
      await older.click();
      await page.waitForLoadState();
    }
    assert.equal(seen.length, 1284, sort);
    assert.equal(new Set(seen).size, 1284, sort);
    const back = [];
    for (let n = 0; n < 20; n++) {
      back.unshift(...(await subjects(page)));
      const newer = page.locator(".list-foot a", { hasText: "Neuere" });
      if (!(await newer.count())) break;
      await newer.click();
      await page.waitForLoadState();
    }
    assert.deepEqual(back.slice(-1284), seen, sort);
  }
  await page.context().close();
});

test("nothing was blocked by the policy header", () => assert.deepEqual(violations, []));
