// Lists: history and requests page both ways ("Newer" goes one page back, never to the first page, no row is lost or twice); a list without
// a match repeats its filters (ux.md 4.10).
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { KENJI, MISAKI, TOP, world } from "./ux.mjs";

const folder = mkdtempSync(`${tmpdir()}/uxlists-`);
let w;
before(async () => {
  writeFileSync(`${folder}/sekisho.conf`, readFileSync(`${TOP}/conf/sekisho.conf`, "utf8").replace(/^tracking_days = .*$/m, "tracking_days = 6"));
  w = await world("uxlists", { settings: { SEKISHO_CONF: `${folder}/sekisho.conf` } });
  w.held(100, { subject: "Letter", minutes: 60 });
  w.sql(`UPDATE account SET page_size = 25 WHERE address IN ('${MISAKI}', '${KENJI}')`);
  w.sql(`INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject, note, state, asked_at)
    SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, a.account_id, a.address, r.address, r.domain, r.kind, 'news@tabi-letter.example', m.subject, '', 'withdrawn', date_trunc('milliseconds', r.received_at)
      FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) JOIN account a ON a.org_id = r.org_id AND a.address = '${MISAKI}'`);
}, { timeout: 180_000 });
after(async () => {
  await w?.close();
  rmSync(folder, { recursive: true });
});

const shown = (page) => page.locator("main tbody tr").evaluateAll((list) => list.map((t) => t.innerText.match(/Letter \d+/)[0]));

// Down to the end and up again by the links alone.
async function bothWays(page, path) {
  const down = [], up = [];
  await page.goto(path);
  for (;;) {
    down.push(await shown(page));
    const older = page.locator(".list-foot [rel=next]");
    if (!(await older.count())) break;
    await page.goto(await older.getAttribute("href"));
  }
  for (;;) {
    up.unshift(await shown(page));
    const newer = page.locator(".list-foot [rel=prev]");
    if (!(await newer.count())) break;
    await page.goto(await newer.getAttribute("href"));
  }
  assert.equal(down.length, 4);
  assert.equal(new Set(down.flat()).size, 100);
  assert.deepEqual(up, down);
}

test("the history and My requests go back page by page", async () => {
  const page = await w.open({ as: w.session(), js: false });
  await bothWays(page, "/history");
  await bothWays(page, "/history?q=Letter&result=held");
  await bothWays(page, "/requests");
  await page.context().close();
});

test("the administrators' list of requests goes back page by page", async () => {
  const page = await w.open({ as: w.session(KENJI, "admin"), surface: "admin", js: false });
  await bothWays(page, "/requests?state=all");
  await page.context().close();
});

test("the history says how far back it goes: no further than records are kept for certain", async () => {
  const page = await w.open({ as: w.session(), js: false });
  const says = async (keep) => {
    w.sql(`UPDATE org SET retention_days = ${keep}`);
    await page.goto("/history");
    return [/last (\d+ )?days?/.exec(await page.locator(".head-text p").innerText())[0], await page.locator("[name=days]").evaluateAll((l) => l.map((e) => e.value).join())];
  };
  assert.deepEqual(await says(30), ["last 30 days", ",7,1"], "held mail is kept for so long, and records longer");
  assert.deepEqual(await says(20), ["last 22 days", ",7,1"]);
  assert.deepEqual(await says(3), ["last 6 days", ",1"]);
  await says(30);
  await page.context().close();
});

test("a page that has emptied leads to the first one", async () => {
  const page = await w.open({ as: w.session(), js: false });
  for (const path of ["/history", "/requests"]) {
    await page.goto(`${path}?before=4000000000000-00000000-0000-7000-8000-000000000000`);
    assert.equal(new URL(page.url()).search, "");
    assert.equal((await shown(page)).length, 25);
  }
  await page.context().close();
});

test("ux 4.10 a list without a match repeats what it is filtered by, and clears it", async () => {
  const page = await w.open({ as: w.session(), js: false });
  for (const [path, said, first] of [
    ["/?q=Zebra&kind=phishing&days=7&soon=1", /Search\s+Zebra\s+Period\s+Last 7 days\s+Reason\s+Phishing\s+Only\s+Deleted soon/, "/"],
    ["/history?q=Zebra&result=arrived&days=7", /Search\s+Zebra\s+Result\s+Delivered\s+Period\s+Last 7 days/, "/history"],
  ]) {
    await page.goto(path);
    assert.match(await page.locator("main dl").innerText(), said);
    if (process.env.SEKISHO_SHOTS) await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/${first === "/" ? "none" : "none-history"}.png` });
    await page.locator(".empty").getByRole("link", { name: "Clear filters" }).click();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, first);
    assert.equal(await page.locator("main dl").count(), 0);
  }
  await page.context().close();
});
