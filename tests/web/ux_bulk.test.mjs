// "Select all 1,284 that match" (ux.md 12.4): deleted and undone by the pages alone: the same rows come back, with all that
// is in them, and the audit log has three entries.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { MISAKI, until, world } from "./ux.mjs";

let w;
before(async () => {
  w = await world("uxbulk");
  w.held(1284, { subject: "Letter", minutes: 60 });
  w.sql(`UPDATE account SET page_size = 100 WHERE address = '${MISAKI}'`);
  w.held(5, { subject: "Other", from: "x@else.example", name: "Somebody" });
}, { timeout: 180_000 });
after(() => w?.close());

// The list as its reader sees it, page by page.
async function rows(page, path) {
  const all = [];
  await page.goto(path);
  for (;;) {
    all.push(...await page.locator("tbody tr").evaluateAll((list) => list.map((t) => [t.querySelector(".row-link").getAttribute("href").replace(/\?.*/, ""), t.innerText.replace(/\s+/g, " ")].join(" "))));
    const older = page.locator(".list-foot [rel=next]");
    if (!(await older.count())) return all;
    await page.goto(await older.getAttribute("href")); // goto waits until the page is whole
  }
}
const stored = () => w.sql(`SELECT md5(string_agg(x::text, ',' ORDER BY recipient_id)) FROM (SELECT recipient_id, message_id, address, state, kind, disposition, expires_at, received_at FROM message_recipient WHERE address = '${MISAKI}') x`);
const finished = (page) => until(async () => { await page.reload(); return (await page.locator("progress").count()) === 0; }, 120);

test("ux 12.4 select all 1,284 that match, delete, undo: the same rows back, three entries in the audit log", { timeout: 300_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  const before = await rows(page, "/?q=Letter"), state = stored(), audit = Number(w.sql("SELECT count(*) FROM audit"));
  assert.equal(before.length, 1284);
  await page.goto("/?q=Letter");
  const all = page.getByRole("link", { name: "Choose all 1,284 messages that match" });
  assert.equal(await all.count(), 1);
  await all.click();
  assert.match(await page.locator("h1").innerText(), /1,284 messages/);
  assert.match(await page.locator("main dl").innerText(), /Search\s+Letter\s+Period\s+Last 30 days/, "all that narrows the choice is said");
  await page.getByRole("button", { name: "Delete 1,284 messages" }).click();
  await page.waitForURL(/\/bulk\/[0-9a-f-]{36}/);
  await finished(page);
  assert.match(await page.locator("h1").innerText(), /1,284 messages deleted/);
  const job = page.url();
  assert.equal((await rows(page, "/?q=Letter")).length, 0);
  assert.equal((await rows(page, "/")).length, 5, "what did not match is still there");
  await page.goto(job);
  await page.getByRole("button", { name: "Undo" }).click();
  await finished(page);
  assert.match(await page.locator("h1").innerText(), /1,284 messages put back/);
  const back = await rows(page, "/?q=Letter");
  assert.deepEqual(back.filter((r, i) => r !== before[i]), []);
  assert.equal(back.length, before.length);
  assert.equal(stored(), state);
  assert.equal(w.sql(`SELECT string_agg(event || ' ' || object, ', ' ORDER BY seq) FROM audit WHERE event LIKE 'bulk.%'`), "bulk.started 1284, bulk.deleted 1284, bulk.undeleted 1284");
  assert.equal(Number(w.sql("SELECT count(*) FROM audit")) - audit, 3);
  await page.context().close();
});

test("ux 12.4 what is confirmed is what the page counted: 'deleted soon' is meant as of that moment", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(2, { subject: "Moment", minutes: 120 });
  const ids = w.sql("SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE 'Moment%' ORDER BY 1").split("\n");
  assert.equal(ids.length, 2);
  w.sql(`UPDATE message_recipient SET expires_at = now() + interval '2 days' WHERE recipient_id = '${ids[0]}'`);
  w.sql(`UPDATE message_recipient SET expires_at = now() + interval '3 days' - interval '30 minutes' WHERE recipient_id = '${ids[1]}'`);
  await page.goto("/bulk?q=Moment&soon=1");
  assert.match(await page.locator("h1").innerText(), /2 messages/);
  // As if the page had been opened an hour ago: only one of them was near its end.
  await page.locator("[name=until]").evaluate((e) => { e.value = String(Number(e.value) - 3600_000); });
  await page.getByRole("button", { name: "Delete 2 messages" }).click();
  await page.waitForURL(/\/bulk\/[0-9a-f-]{36}/);
  await finished(page);
  assert.match(await page.locator("h1").innerText(), /1 message deleted/);
  assert.equal(w.sql(`SELECT state FROM message_recipient WHERE recipient_id = '${ids[1]}'`), "held");
  await page.context().close();
});

// What the ticked messages of the list are sent with: the form's own button, as a person without script presses it.
async function deliverTicked(page, path) {
  await page.goto(path);
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  await page.locator("button[formaction='/deliver']:not([name=one])").first().click();
}

test("ux 4.9 ten ticked messages are delivered at once; eleven are asked for with mailboxes and reasons, and a job delivers them", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(10, { subject: "Ten", minutes: 200 });
  await deliverTicked(page, "/?q=Ten");
  assert.match(await page.locator(".bar").innerText(), /10 messages are on their way to your inbox\. They are checked once more and arrive in about a minute\./);
  w.held(9, { subject: "Eleven spam", minutes: 300 });
  w.held(3, { subject: "Eleven letter", kind: "graymail", minutes: 310 });
  const audit = Number(w.sql("SELECT max(seq) FROM audit"));
  await deliverTicked(page, "/?q=Eleven");
  assert.equal(await page.locator("h1").innerText(), "Deliver 12 messages?");
  assert.match(await page.locator("main dl").innerText(), /Mailboxes\s+misaki\.sato@acme\.example\s+12\s+Reasons\s+Spam\s+9\s+\w+\s+3/);
  assert.equal(w.sql("SELECT count(*) FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE 'Eleven%' AND r.state = 'held'"), "12", "the page changes nothing");
  if (process.env.SEKISHO_SHOTS) {
    await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/confirm.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 700 });
    await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/confirm320.png` });
  }
  await page.getByRole("button", { name: "Deliver 12 messages" }).click();
  await page.waitForURL(/\/bulk\/[0-9a-f-]{36}/);
  await finished(page);
  assert.match(await page.locator("h1").innerText(), /12 messages are on their way to your inbox\. They are checked once more/);
  assert.equal(w.sql("SELECT count(DISTINCT e.recipient_id) FROM event e JOIN message m USING (org_id, message_id) WHERE m.subject LIKE 'Eleven%' AND e.kind = 'release_requested'"), "12");
  assert.equal(w.sql(`SELECT string_agg(event || ' ' || object, ', ' ORDER BY seq) FROM audit WHERE seq > ${audit} AND event LIKE ANY (ARRAY['bulk.%', 'mail.%'])`), "bulk.started 12, bulk.released 12");
  await page.context().close();
});

test("ux 4.9 of eleven that need an admin in part, the rest is delivered and those are asked for next; the bar withdraws", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(10, { subject: "Mixed spam", minutes: 400 });
  w.held(2, { subject: "Mixed danger", kind: "phishing", minutes: 410 });
  await deliverTicked(page, "/?q=Mixed");
  assert.equal(await page.locator("h1").innerText(), "Deliver 10 messages?");
  assert.match(await page.locator("main").innerText(), /2 of 12 need an admin\. The next page asks for them\./);
  await page.getByRole("button", { name: "Deliver 10 messages" }).click();
  await page.waitForURL(/\/confirm\?do=ask/);
  assert.equal(await page.locator("h1").innerText(), "Ask an admin to deliver 2 messages?");
  await page.getByRole("button", { name: "Ask an admin to deliver" }).click();
  assert.match(await page.locator(".bar").innerText(), /2 requests sent\. You get an answer by e-mail, usually within 4 hours\./);
  const waiting = () => w.sql("SELECT count(*) FROM release_request WHERE state = 'waiting' AND subject LIKE 'Mixed danger%'");
  assert.equal(waiting(), "2");
  if (process.env.SEKISHO_SHOTS) await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/asked.png` });
  await page.locator(".bar").getByRole("button", { name: "Withdraw" }).click();
  assert.match(await page.locator(".bar").innerText(), /2 requests withdrawn/);
  assert.equal(waiting(), "0");
  await page.context().close();
});

test("ux 4.9 eleven that somebody else or another tab handled: nothing is delivered twice, and no job is begun", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(11, { subject: "Gone first", minutes: 500 });
  await deliverTicked(page, "/?q=Gone first");
  w.sql("UPDATE message_recipient SET state = 'deleted', state_at = now() WHERE recipient_id IN (SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE 'Gone first%')");
  const jobs = w.sql("SELECT count(*) FROM bulk_job");
  await page.getByRole("button", { name: "Deliver 11 messages" }).click();
  assert.match(await page.locator(".bar").innerText(), /Nothing was changed/);
  assert.equal(w.sql("SELECT count(*) FROM bulk_job"), jobs);
  await page.context().close();
});
