// "Select all 1,284 that match" (ux.md 12.4): deleted and undone by the pages alone: the same rows come back, with all that
// is in them, and the audit log has three entries.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { axe } from "./axe.mjs";
import { MISAKI, cut, until, world } from "./ux.mjs";

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

const shot = async (page, name) => { if (process.env.SEKISHO_SHOTS) await page.screenshot({ path: `${process.env.SEKISHO_SHOTS}/${name}.png`, fullPage: true }); };
const states = (subject) => w.sql(`SELECT string_agg(x.state || ' ' || x.n, ', ' ORDER BY x.state) FROM (SELECT r.state, count(*) AS n FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE '${subject}%' GROUP BY 1) x`);
const requests = (subject) => w.sql(`SELECT string_agg(x.state || ' ' || x.n, ', ' ORDER BY x.state) FROM (SELECT state, count(*) AS n FROM release_request WHERE subject LIKE '${subject}%' GROUP BY 1) x`);
// How many of these messages that was done with; the delivery itself is of no account here: these have no text that could be looked at again.
const told = (subject, kind) => w.sql(`SELECT count(DISTINCT e.recipient_id) FROM event e JOIN message m USING (org_id, message_id) WHERE m.subject LIKE '${subject}%' AND e.kind = '${kind}'`);
const main = (page) => page.locator("main").innerText();
const job = async (page) => { await page.waitForURL(/\/bulk\/[0-9a-f-]{36}/); await finished(page); };

test("ux 4.9 of eleven that need an admin in part, one job delivers the rest and asks for those; the way back keeps the filter, the requests are withdrawn", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(10, { subject: "Mixed spam", minutes: 400 });
  w.held(2, { subject: "Mixed danger", kind: "phishing", minutes: 410 });
  await deliverTicked(page, "/?q=Mixed");
  assert.equal(await page.locator("h1").innerText(), "Deliver 10 messages?");
  assert.match(await main(page), /2 of 12 need an admin/);
  assert.ok(await page.getByLabel("Ask an admin to deliver the other 2 messages as well").isChecked());
  await page.getByLabel(/Why do you need it/).fill("x".repeat(201));
  await page.locator("[name=note]").evaluate((e) => { e.value = "é".repeat(201); });
  await page.getByRole("button", { name: "Deliver 10 messages" }).click();
  assert.match(await main(page), /Use at most 200 characters/);
  assert.match(await page.locator("main dl").innerText(), /Mailboxes\s+misaki\.sato@acme\.example\s+10/, "the page is whole the second time, too");
  await page.getByLabel(/Why do you need it/).fill("We know them.");
  await shot(page, "confirm-mixed");
  await page.getByRole("button", { name: "Deliver 10 messages" }).click();
  await job(page);
  assert.match(await page.locator("h1").innerText(), /10 messages are on their way/);
  assert.equal(told("Mixed spam", "release_requested"), "10");
  assert.match(await main(page), /2 requests sent\. You get the answers by e-mail\./);
  await shot(page, "job-mixed");
  assert.equal(requests("Mixed danger"), "waiting 2");
  assert.equal(w.sql("SELECT DISTINCT note FROM release_request WHERE subject LIKE 'Mixed danger%'"), "We know them.");
  assert.equal(await page.getByRole("link", { name: "Back to the quarantine" }).getAttribute("href"), "/?q=Mixed");
  await page.getByRole("button", { name: "Withdraw the requests" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "2 requests withdrawn.");
  assert.equal(requests("Mixed danger"), "withdrawn 2");
  assert.equal(told("Mixed spam", "undeleted"), "0", "what was delivered stays so");
  await page.getByRole("link", { name: "Back to the quarantine" }).click();
  assert.equal(new URL(page.url()).search, "?q=Mixed");
  await page.context().close();
});

test("U6 a note that is too long, when all that could be delivered was handled meanwhile: what is left is asked for, with the note", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(1, { subject: "Late spam", minutes: 600 });
  w.held(1, { subject: "Late danger", kind: "phishing", minutes: 610 });
  const ids = w.sql("SELECT string_agg(r.recipient_id::text, ',') FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE 'Late %'");
  await page.goto(`/confirm?do=deliver&id=${ids}&back=/`);
  assert.equal(await page.locator("h1").innerText(), "Deliver 1 message?");
  await page.locator("[name=note]").evaluate((e) => { e.value = "é".repeat(201); });
  w.sql("UPDATE message_recipient SET state = 'deleted', state_at = now() WHERE recipient_id IN (SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject LIKE 'Late spam%')");
  await page.getByRole("button", { name: "Deliver 1 message" }).click();
  assert.equal(await page.locator("h1").innerText(), "Ask an admin to deliver this message?");
  assert.match(await page.locator("#e-note").innerText(), /Use at most 200 characters/);
  assert.equal(await page.locator("[name=note]").inputValue(), "é".repeat(201));
  assert.match(await page.locator("tbody tr:not(.handled)").innerText(), /Late danger/);
  await shot(page, "confirm-late");
  await page.locator("[name=note]").fill("We know them.");
  await page.getByRole("button", { name: "Ask an admin to deliver" }).click();
  assert.match(await main(page), /Sent\. You get an answer/);
  assert.equal(requests("Late"), "waiting 1");
  await page.context().close();
});

test("ux 4.9 eleven that all need an admin are asked for as a job, as many as the day has room for, and it says so", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(12, { subject: "Peril", kind: "phishing", minutes: 600 });
  const fill = `INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, subject, state, asked_at) SELECT org_id, uuid7(), uuid7(), uuid7(), now(), account_id, '', '', '', 'phishing', 'Filler', 'withdrawn', now() FROM account, generate_series(1, 200 - (SELECT count(*)::int FROM release_request WHERE asked_at > now() - interval '1 day') - 5) WHERE address = '${MISAKI}'`;
  w.sql(fill);
  await page.goto("/?q=Peril");
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  await page.locator(".bulk").getByRole("button", { name: "Ask an admin to deliver" }).click();
  assert.equal(await page.locator("h1").innerText(), "Ask an admin to deliver 12 messages?");
  await page.getByRole("button", { name: "Ask an admin to deliver" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "5 requests sent. You get the answers by e-mail.");
  assert.match(await main(page), /7 messages were not asked for: you have asked for many messages today\. Go on tomorrow\./);
  await shot(page, "job-ask");
  assert.equal(requests("Peril"), "waiting 5");
  // All that match: the page says beforehand that there is no room, and offers no button.
  await page.goto("/bulk?q=Peril");
  await page.getByRole("link", { name: "Ask an admin to deliver 12 messages" }).click();
  assert.match(await main(page), /You have asked for many messages today\. Go on tomorrow\./);
  assert.equal(await page.locator("main form[action='/bulk'] button").count(), 0);
  w.sql("DELETE FROM release_request WHERE subject = 'Filler'");
  await page.context().close();
});

test("U4 all that match, a mix of kinds: delivered and asked for in one job", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(15, { subject: "Whole spam", minutes: 700 });
  w.held(3, { subject: "Whole danger", kind: "phishing", minutes: 710 });
  await page.goto("/bulk?q=Whole");
  assert.match(await main(page), /3 of 18 need an admin/);
  await shot(page, "bulk");
  await page.getByRole("link", { name: "Deliver 15 messages", exact: true }).click();
  assert.equal(await page.locator("h1").innerText(), "Deliver 15 messages?");
  assert.match(await page.locator("main dl").innerText(), /Search\s+Whole/);
  await shot(page, "bulk-deliver");
  await page.getByLabel(/Why do you need it/).fill("é".repeat(200));
  await page.getByRole("button", { name: "Deliver 15 messages" }).click();
  await job(page);
  assert.match(await page.locator("h1").innerText(), /15 messages are on their way/);
  assert.match(await main(page), /3 requests sent/);
  assert.equal(requests("Whole"), "waiting 3");
  assert.equal(await page.getByRole("link", { name: "Back to the quarantine" }).getAttribute("href"), "/?q=Whole");
  // They wait already: a second time nothing is asked, and the page says why.
  await page.goto("/bulk?q=Whole");
  await page.getByRole("link", { name: "Ask an admin to deliver 3 messages" }).click();
  await page.getByRole("button", { name: "Ask an admin to deliver" }).click();
  await job(page);
  assert.match(await main(page), /3 messages were left as they are: they were handled already, or somebody has asked for them\./);
  assert.equal(requests("Whole"), "waiting 3");
  await page.context().close();
});

test("U4 all that match are reported, within the limit of a day, and the reports taken back", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(230, { subject: "Reportable", minutes: 800 });
  await page.goto("/bulk?q=Reportable");
  await page.getByRole("link", { name: "Report 230 messages" }).click();
  assert.match(await main(page), /Today you can report 200 more messages\. The others are left as they are\./);
  await page.getByLabel("What is it?").selectOption("phishing");
  await shot(page, "bulk-report");
  await page.getByRole("button", { name: "Report" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "200 messages reported. An admin sees them.");
  assert.match(await main(page), /30 messages were not reported: you have reported many messages today\. Go on tomorrow\./);
  assert.equal(w.sql("SELECT count(*) || ' ' || min(what) FROM mail_report WHERE subject LIKE 'Reportable%'"), "200 phishing");
  assert.equal(states("Reportable"), "held 230");
  await page.getByRole("button", { name: "Take the reports back" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "200 reports taken back.");
  assert.equal(w.sql("SELECT count(*) FROM mail_report WHERE subject LIKE 'Reportable%'"), "0");
  await page.context().close();
});

test("U4 the senders of all that match are blocked and allowed, as far as the list has room; undone as a whole", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  const senders = (n, subject, minutes) => { for (let i = 0; i < n; i++) w.held(2, { subject: `${subject} ${i}`, from: `Seller${i}@${subject}.example`, minutes: minutes + i }); };
  const listed = (list) => w.sql(`SELECT count(*) FROM sender_entry WHERE list = '${list}' AND target = '${MISAKI}'`);
  senders(6, "pest", 900);
  w.sql(`INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) SELECT org_id, uuid7(), '${MISAKI}', 'blocked', 'x' || i || '@old.example' FROM org, generate_series(1, 496) i WHERE name = 'Acme Group'`);
  await page.goto("/bulk?q=pest");
  await page.getByRole("link", { name: "Delete 12 messages and block their senders" }).click();
  assert.match(await main(page), /It has room for 500 blocked senders; messages whose sender has no room stay held\./);
  await page.getByLabel("For how long").selectOption("30");
  await shot(page, "bulk-block");
  await page.getByRole("button", { name: "Delete and block sender" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "8 messages deleted.");
  assert.match(await main(page), /4 senders are now blocked\.\s+4 messages stay held: the list of senders is full\./);
  await shot(page, "job-block");
  assert.equal(listed("blocked"), "500");
  assert.equal(w.sql("SELECT count(*) FROM sender_entry WHERE pattern LIKE 'seller_@pest.example' AND expires_at > now() + interval '29 days'"), "4");
  assert.equal(states("pest"), "deleted 8, held 4");
  await page.getByRole("button", { name: "Undo" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "8 messages put back.");
  assert.match(await main(page), /4 senders are off the list again\./);
  assert.equal(listed("blocked"), "496");
  assert.equal(states("pest"), "held 12");
  w.sql("DELETE FROM sender_entry WHERE pattern LIKE '%@old.example'");

  senders(3, "friends", 950);
  w.held(2, { subject: "friends danger", kind: "phishing", from: "bad@friends.example", minutes: 960 });
  await page.goto("/bulk?q=friends");
  await page.getByRole("link", { name: "Deliver 6 messages and allow their senders" }).click();
  await page.getByRole("button", { name: "Deliver and allow sender" }).click();
  await job(page);
  assert.match(await page.locator("h1").innerText(), /6 messages are on their way/);
  assert.match(await main(page), /3 senders are now allowed\./);
  assert.equal(w.sql("SELECT string_agg(pattern || ' ' || only_verified, ', ' ORDER BY pattern) FROM sender_entry WHERE list = 'approved'"), [0, 1, 2].map((i) => `seller${i}@friends.example true`).join(", "));
  assert.equal(states("friends danger"), "held 2", "of a kind that is not theirs to deliver");
  await page.getByRole("button", { name: "Take the senders off the list" }).click();
  await job(page);
  assert.equal(await page.locator("h1").innerText(), "3 senders are off the list again.");
  assert.equal(listed("approved"), "0");
  await page.context().close();
});

test("U4 what somebody else handled before eleven are delivered is told by name and time, a tag is no mailbox of its own", { timeout: 120_000 }, async () => {
  const AYA = "aya.kobayashi@acme.example", TEAM = "team@acme.example";
  w.user(AYA, "--lang", "en");
  w.sql(`UPDATE account SET name = 'Aya Kobayashi' WHERE address = '${AYA}'; INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, '${TEAM}' FROM account WHERE address IN ('${MISAKI}', '${AYA}')`);
  const page = await w.open({ as: w.session(), js: false });
  w.held(9, { subject: "Shared", to: TEAM, minutes: 1000 });
  w.held(4, { subject: "Shared tag", to: "team+jobs@acme.example", minutes: 1010 });
  w.held(2, { subject: "Shared danger", to: TEAM, kind: "phishing", minutes: 1020 });
  await page.goto("/?q=Shared");
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  const deletedBy = (subject) => w.sql(`UPDATE message_recipient SET state = 'deleted', state_at = now(), deleted_by = (SELECT account_id FROM account WHERE address = '${AYA}') WHERE recipient_id IN (SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject ~ '${subject}')`);
  deletedBy("^Shared 3$");
  await page.locator("button[formaction='/deliver']:not([name=one])").first().click();
  assert.equal(await page.locator("h1").innerText(), "Deliver 12 messages?");
  assert.match(await page.locator("main dl").innerText(), /Mailboxes\s+team@acme\.example\s+12\s+Reasons/, "counted by mailbox");
  assert.match(await page.locator("tr.handled").innerText(), /Shared 3\s+Deleted by Aya Kobayashi, \d+:\d\d/);
  assert.match(await main(page), /1 chosen message is left out/);
  await shot(page, "confirm-handled");
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.deepEqual(await cut(page), [], `${width}`);
  }
  // One more is handled while the page is read: the job counts it.
  deletedBy("^Shared 4$");
  await page.getByRole("button", { name: "Deliver 12 messages" }).click();
  await job(page);
  assert.match(await page.locator("h1").innerText(), /11 messages are on their way/);
  assert.match(await main(page), /2 requests sent/);
  assert.equal(told("Shared tag", "release_requested"), "4");

  // All that could be delivered are gone: what is left out is told on the page that asks, too.
  w.held(10, { subject: "Rest", to: TEAM, minutes: 1030 });
  w.held(2, { subject: "Rest danger", to: TEAM, kind: "phishing", minutes: 1040 });
  await page.goto("/?q=Rest");
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  deletedBy("^Rest [0-9]+$");
  await page.locator("button[formaction='/deliver']:not([name=one])").first().click();
  assert.equal(await page.locator("h1").innerText(), "Ask an admin to deliver 2 messages?");
  assert.match(await main(page), /10 chosen messages are left out/);
  assert.equal(await page.locator("tr.handled").count(), 10);
  // And when nothing is left at all, the list tells who it was.
  deletedBy("^Rest danger");
  await page.goto("/?q=Shared");
  w.held(11, { subject: "Last", to: TEAM, minutes: 1050 });
  await page.goto("/?q=Last");
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  deletedBy("^Last");
  await page.locator("button[formaction='/deliver']:not([name=one])").first().click();
  assert.match(await page.locator(".bar").innerText(), /Nothing was changed/);
  assert.equal(await page.locator("tr.handled").count(), 11);
  assert.match(await page.locator("tr.handled").first().innerText(), /Deleted by Aya Kobayashi/);
  await page.context().close();
});

test("U4 five jobs at once and no more: the sixth is refused and said so; it goes when one has ended", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(6, { subject: "Five", minutes: 1100 });
  // Jobs that do not end: somebody else keeps a lock that lets them be written, and that the engine goes round.
  w.sql(`INSERT INTO bulk_job (org_id, account_id, job_id, by_name, client_ip, action, state, total, done) SELECT org_id, account_id, uuid7(), '', '', 'delete', 'done', 7, 7 FROM account, generate_series(1, 5) WHERE address = '${MISAKI}'`);
  const lock = spawn("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", `${w.env.SEKISHO_RUN ?? `${w.env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    let said = "";
    lock.stdout.on("data", (d) => { said += d; });
    lock.stdin.write("BEGIN; SELECT count(*) FROM (SELECT 1 FROM bulk_job WHERE total = 7 FOR KEY SHARE) x; SELECT 'locked';\n");
    await until(() => /locked/.test(said), 20);
    w.sql("UPDATE bulk_job SET state = 'running', stepped_at = now() WHERE total = 7");
    const open = w.sql("SELECT count(*) FROM bulk_job WHERE total = 7 AND state = 'running'");
    assert.equal(open, "5");
    const jobs = w.sql("SELECT count(*) FROM bulk_job");
    await page.goto("/bulk?q=Five");
    await page.getByRole("button", { name: "Delete 6 messages", exact: true }).click();
    assert.match(await page.locator(".bar").innerText(), /Nothing was done: no message matches any more, or other actions of yours are still running\./);
    assert.equal(new URL(page.url()).search, "?q=Five");
    assert.equal(w.sql("SELECT count(*) FROM bulk_job"), jobs);
    assert.equal(states("Five"), "held 6");
    lock.stdin.write("ROLLBACK;\n");
    await until(() => w.sql("SELECT count(*) FROM bulk_job WHERE total = 7 AND state = 'running'") === "0", 60);
  } finally {
    lock.kill();
  }
  await page.goto("/bulk?q=Five");
  await page.getByRole("button", { name: "Delete 6 messages", exact: true }).click();
  await job(page);
  assert.equal(states("Five"), "deleted 6");
  await page.context().close();
});

test("U4 the pages of these actions: axe, nothing cut off, at 320 and 1280, dark and light", { timeout: 120_000 }, async () => {
  w.held(3, { subject: "Looks spam", minutes: 1200 });
  w.held(3, { subject: "Looks danger", kind: "phishing", minutes: 1210 });
  for (const width of [320, 1280])
    for (const dark of [false, true]) {
      const page = await w.open({ as: w.session(), width, dark });
      for (const path of ["/bulk?q=Looks", ...["deliver", "ask", "report", "allow", "block"].map((x) => `/bulk?q=Looks&do=${x}`)]) {
        await page.goto(path);
        assert.equal(new URL(page.url()).pathname, "/bulk", path);
        assert.deepEqual(await axe(page), [], `${path} ${width} ${dark}`);
        assert.deepEqual(await cut(page), [], `${path} ${width} ${dark}`);
        if (width === 320) await shot(page, `320${dark ? "dark" : ""}-${path.replace(/\W+/g, "_")}`);
      }
      await page.context().close();
    }
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

test("N8 what the organisation does not allow is not offered for all that match, and not done when it is sent all the same", { timeout: 120_000 }, async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(4, { subject: "Rights", minutes: 1300 });
  w.sql("INSERT INTO quarantine_right (org_id, kind, rights) SELECT org_id, 'spam', '{view,ask}' FROM org WHERE name = 'Acme Group'");
  try {
    await page.goto("/bulk?q=Rights");
    assert.deepEqual((await page.locator("main form .btns > *").allInnerTexts()).map((t) => t.trim()), ["Ask an admin to deliver 4 messages", "Report 4 messages", "Cancel"]);
    for (const act of ["deliver", "allow", "block"]) {
      await page.goto(`/bulk?q=Rights&do=${act}`);
      assert.match(await page.locator(".bar").innerText(), /Nothing was done/, act);
    }
    for (const act of ["deliver", "delete", "allow", "block"]) {
      await page.goto("/bulk?q=Rights&do=ask");
      await page.locator("main [name=do]").evaluate((e, value) => { e.value = value; }, act);
      await page.locator("main button.primary").click();
      assert.match(await page.locator(".bar").innerText(), /Nothing was done/, act);
    }
    assert.equal(states("Rights"), "held 4");
    assert.equal(w.sql("SELECT count(*) FROM sender_entry"), "0");
  } finally {
    w.sql("DELETE FROM quarantine_right");
  }
  await page.context().close();
});

test("N9 forty messages of forty senders are deleted, blocked and reported in one step: Undo takes back all of it", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(40, { subject: "Forty", minutes: 1400 });
  w.sql("DELETE FROM mail_report");
  w.sql("UPDATE message SET header_from = 'n' || substring(subject FROM '[0-9]+$') || '@pest.example' WHERE subject LIKE 'Forty %'");
  await page.goto("/?q=Forty");
  for (const box of await page.locator("tbody input[name=id]").all()) await box.check();
  await page.locator(".bulk").getByRole("button", { name: "Delete and block sender" }).click();
  assert.equal(await page.locator("h1").innerText(), "Delete 40 messages and block their senders?");
  await page.getByLabel("Report it as well").selectOption("spam");
  await page.getByRole("button", { name: "Delete and block sender" }).click();
  assert.match(await page.locator(".bar").innerText(), /40 messages deleted\. 40 senders are now blocked/);
  const left = () => w.sql("SELECT (SELECT count(*) FROM sender_entry WHERE pattern LIKE '%@pest.example') || ' ' || (SELECT count(*) FROM mail_report)");
  assert.equal(`${states("Forty")} ${left()}`, "deleted 40 40 40");
  await page.locator(".bar").getByRole("button", { name: "Undo" }).click();
  assert.match(await page.locator(".bar").innerText(), /40 messages put back/);
  assert.equal(`${states("Forty")} ${left()}`, "held 40 0 0");
  assert.equal(new URL(page.url()).search, "?q=Forty", "back in the list that it was done in");
  await page.context().close();
});

test("U6 a way back that is too long when it stands in another address is left out, and what was done is said", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(1, { subject: "Long way", minutes: 1410 });
  await page.goto("/?q=Long way");
  await page.goto(`/confirm?do=report&id=${await page.locator("tbody input[name=id]").getAttribute("value")}`);
  await page.locator("main [name=back]").evaluate((e) => { e.value = `/?q=${"%25".repeat(1300)}`; });
  await page.locator("main button.primary").click();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/done");
  assert.match(await page.locator(".bar").innerText(), /Thank you/);
  await page.context().close();
});

test("N8 why somebody needs it is not sent without what he typed: a tab in it is an error, for one and for all that match", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(2, { subject: "Tabbed", kind: "phishing", minutes: 1420 });
  await page.goto("/?q=Tabbed");
  const id = await page.locator("tbody input[name=id]").first().getAttribute("value");
  for (const path of [`/confirm?do=ask&id=${id}`, "/bulk?q=Tabbed&do=ask"]) {
    await page.goto(path);
    await page.locator("[name=note]").evaluate((e) => { e.value = "invoice\t4711"; });
    await page.locator("main button.primary").click();
    assert.match(await page.locator("#e-note").innerText(), /not allowed/, path);
  }
  assert.equal(requests("Tabbed"), "");
  await page.context().close();
});

test("ux 12.4 what is wrong in the filter never stands for all: nothing is done", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.held(2, { subject: "Filtered", minutes: 1430 });
  const jobs = w.sql("SELECT count(*) FROM bulk_job");
  for (const [name, value] of [["q", "a\tb"], ["kind", "everything"], ["days", "x"], ["mailbox", "a\tb"], ["until", ""]]) {
    await page.goto("/bulk?q=Filtered");
    await page.locator(`main [name=${name}]`).evaluate((e, v) => { e.value = v; }, value);
    const [reply] = await Promise.all([page.waitForResponse((x) => x.request().method() === "POST"), page.getByRole("button", { name: "Delete 2 messages" }).click()]);
    assert.equal(reply.status(), 400, name);
  }
  assert.equal(w.sql("SELECT count(*) FROM bulk_job"), jobs);
  assert.equal(states("Filtered"), "held 2");
  await page.context().close();
});
