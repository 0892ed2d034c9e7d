// Delivery history with its time lines and requests (U9), deleted mail and deleting it for good (U7), in a real browser with mail
// that went through SMTP.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { axe } from "./axe.mjs";
import { GTUBE, start, tooWide, until } from "./kit.mjs";

const MISAKI = "misaki.sato@acme.example";
const TOM = "tom.berger@acme.example";
const KENJI = "kenji.ota@acme.example";
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
let kit, misaki, tom, kenji;

before(async () => {
  kit = await start("webhistory", { users: [[MISAKI, "en"], [TOM, "en"]] });
  for (let i = 1; i <= 3; i++)
    await kit.send({ subject: `Newsletter ${i}`, name: "Travel Letter", from: "news@tabi-letter.example", to: [MISAKI, TOM], body: `Kyoto\r\n\r\n${GTUBE}` });
  await kit.send({ subject: "Minutes of the meeting", name: "Ken Nakamura", from: "ken@partner.example", to: MISAKI, body: "Here they are." });
  await kit.send({ subject: "details", from: "bug@malware.example", to: MISAKI, body: EICAR });
  await kit.send({ subject: "For Tom alone", from: "x@else.example", to: TOM, body: GTUBE });
  misaki = await kit.cookies(MISAKI);
  tom = await kit.cookies(TOM);
  kenji = await kit.cookies(KENJI, "admin");
});
after(() => kit?.stop());

const bar = (page) => page.locator(".bar");
const row = (page, subject) => page.locator("tbody tr", { hasText: subject });
const idOf = (subject, address = MISAKI) =>
  kit.sql(`SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = '${subject}' AND r.address = '${address}'`);
const stateOf = (id) => kit.sql(`SELECT state FROM message_recipient WHERE recipient_id = '${id}'`);

test("U9: own mail and what became of it, by result, period and words; nobody else's", async () => {
  const page = await kit.open({ js: false, as: misaki });
  await until(() => stateOf(idOf("Minutes of the meeting")) === "delivered");
  await page.goto("/history");
  assert.equal(await page.locator("tbody tr").count(), 5);
  assert.equal(await row(page, "For Tom alone").count(), 0);
  assert.match(await row(page, "Minutes of the meeting").innerText(), /Delivered/);
  await page.goto("/history?result=held");
  assert.equal(await page.locator("tbody tr").count(), 4);
  await page.goto("/history?result=arrived&days=7");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.goto("/history?q=nothing+like+this");
  assert.match(await page.locator("main").innerText(), /No mail to you in this time matches/);
  await page.context().close();
});

test("U9: Where is my mail? is answered in one sentence", async () => {
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/history");
  await page.locator("main [name=q]").fill("ken@partner");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=ken/);
  assert.match(await page.locator("p[role=status]").innerText(), /^The newest one, Minutes of the meeting from ken@partner\.example, was delivered to your mail server: .*\.$/);
  await page.locator("main [name=q]").fill("Newsletter");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=Newsletter/);
  assert.match(await page.locator("p[role=status]").innerText(), /^The newest one, Newsletter 3 .* is held in your quarantine/);
  await page.context().close();
});

// As the gate writes it.
const refuse = ({ from = "a@far.example", to = MISAKI, code = 550, reason = "ip-blocked", direction = "in", ago = "1 hour" }) =>
  kit.sql(`INSERT INTO refusal (org_id, refusal_id, at, node, direction, client_ip, client_name, helo, envelope_sender, recipient, code, enhanced, reason, slot)
    SELECT org_id, uuid7(), date_trunc('milliseconds', now() - interval '${ago}'), 'n', '${direction}', '198.51.100.23', 'mail.far.example', 'helo.far.example', '${from}', '${to}', ${code}, '5.7.1', '${reason}', 'zone.far.example' FROM org`);

test("U9: mail that was refused is in the list with the reason in words, says that its sender was told, and leads nowhere", async () => {
  kit.sekisho("sender", "add", "*@pest.example", "--blocked");
  await until(() => kit.send({ subject: "Offers", from: "offers@pest.example", to: MISAKI, body: "Buy" }).then(() => false, (e) => /RCPT TO/.test(e.message) && /550/.test(e.message)));
  await until(() => kit.sql("SELECT count(*) FROM refusal WHERE envelope_sender = 'offers@pest.example'") !== "0");
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/history");
  assert.ok((await page.locator("tbody tr").count()) > 5, "among the others");
  assert.equal(await page.locator("main [name=result][value=refused]").count(), 1);
  await page.goto("/history?result=refused");
  assert.equal(await page.locator("tbody tr").count(), 1);
  const text = await row(page, "offers@pest.example").innerText();
  assert.match(text, /\(refused before it came in: subject not known\)\s+The sender is on a list of blocked senders, yours or that of your organisation\.\s+The sender was told\. If you want it, look at your list of blocked senders or ask your administrator\.\s+Refused/);
  assert.doesNotMatch(text, /550|5\.7\.1|127\.0\.0|SMTP|RCPT|sender-blocked|\*@/);
  assert.equal(await row(page, "offers@pest.example").locator("a").count(), 0);
  assert.equal((await page.request.get(`/history/${kit.sql("SELECT refusal_id FROM refusal WHERE envelope_sender = 'offers@pest.example' LIMIT 1")}`)).status(), 404);
  for (const result of ["arrived", "way", "held", "stopped", "deleted"]) {
    await page.goto(`/history?result=${result}&q=pest.example`);
    assert.equal(await row(page, "not known").count(), 0, result);
  }
  await page.goto("/history?q=offers%40pest");
  assert.match(await page.locator("p[role=status]").innerText(), /^The newest one, from offers@pest\.example, was refused, and the sender was told: .*\.$/);
  const other = await kit.open({ js: false, as: tom });
  await other.goto("/history?result=refused");
  assert.equal(await row(other, "pest.example").count(), 0, "nobody else's");
  await other.context().close();
  await page.context().close();
});

test("U9: each reason is a sentence of its own without a technical word; what was put off, what was sent and what is old is not there", async () => {
  const codes = ["ip-blocked", "country-blocked", "ip-on-list", "recipient-invalid", "too-many-hops", "message-too-large", "sender-domain-unknown", "tls-required", "ptr-missing", "something-new"];
  for (const reason of codes) refuse({ from: `${reason}@far.example`, reason });
  refuse({ from: "", reason: "ip-on-list" });
  refuse({ from: "later@far.example", code: 450 });
  refuse({ from: "out@far.example", direction: "out" });
  refuse({ from: "day@far.example", ago: "2 days" });
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/history?result=refused&days=1&q=far.example");
  const texts = new Set();
  for (const reason of codes) {
    const text = await row(page, `${reason}@far.example`).locator(".c-subject").innerText();
    assert.match(text, /The sender was told\. If you need it, ask /, reason);
    assert.doesNotMatch(text, /198\.51|far\.example|\b(IP|SMTP|DNS|TLS|550|5\.7\.1)\b|[a-z]+-[a-z]+-?[a-z]*\b/, reason);
    texts.add(text);
  }
  assert.equal(texts.size, codes.length);
  assert.match(await row(page, "something-new").innerText(), /It did not meet the rules that your organisation has for incoming mail\./);
  for (const from of ["later@far.example", "out@far.example", "day@far.example"]) assert.equal(await row(page, from).count(), 0, from);
  await page.goto("/history?result=refused");
  assert.equal(await row(page, "day@far.example").count(), 1);
  assert.match(await row(page, "(no sender)").innerText(), /If you need it, ask your administrator\./);
  assert.doesNotMatch(await row(page, "(no sender)").innerText(), /was told/);
  await kit.shot(page, "refused.1280.en");
  await page.context().close();
});

test("U9: the time line of a message says who did what, without a technical word; of other people's there is none", async () => {
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/history?q=Minutes");
  await row(page, "Minutes of the meeting").locator(".row-link").click();
  const text = await page.locator("ol.line").innerText();
  assert.match(text, /Arrived[^]*Your mail server took it/);
  assert.doesNotMatch(text, /250|SMTP|relay|queue|127\.0\.0\.1/i);
  const answer = await page.request.get(`/history/${idOf("For Tom alone", TOM)}`);
  assert.equal(answer.status(), 404);
  assert.deepEqual(await axe(await (async () => { const p = await kit.open({ as: misaki }); await p.goto(page.url()); return p; })()), []);
  await page.context().close();
});

test("U9: My requests is a tab: waiting, withdrawn, asked again, declined with the admin's words", async () => {
  const page = await kit.open({ js: false, as: misaki });
  const ask = async () => {
    await page.goto(`/confirm?do=ask&one=${idOf("details")}&back=/`);
    await page.locator("[name=note]").fill("I need it");
    await page.locator("main .btn.primary").click();
  };
  await ask();
  await page.goto("/history");
  await page.getByRole("link", { name: "My requests" }).click();
  assert.equal(await page.locator(".tabs [aria-current=page]").innerText(), "My requests");
  assert.match(await row(page, "details").innerText(), /Waiting/);
  await row(page, "details").getByRole("button", { name: /Withdraw/ }).click();
  assert.match(await bar(page).innerText(), /1 request withdrawn/);
  assert.match(await row(page, "details").innerText(), /Withdrawn/);
  await ask();
  const admin = await kit.open({ surface: "admin", as: kenji, js: false });
  await admin.goto("/requests");
  await admin.locator("tbody a").first().click();
  await admin.locator("[name=answer]").fill("It carries a virus.");
  await admin.locator("button[value=decline]").click();
  await page.goto("/requests");
  assert.match(await row(page, "details").first().innerText(), /Declined[^]*It carries a virus/);
  await admin.context().close();
  await page.context().close();
});

test("U7: Delete for good asks first; then the person's lists, page and preview have it no more, the other recipient's copy stays", async () => {
  const page = await kit.open({ js: false, as: misaki });
  const id = idOf("Newsletter 1");
  await page.goto("/?q=Newsletter+1");
  await row(page, "Newsletter 1").locator("[formaction='/delete']").click();
  await page.goto("/deleted");
  const text = await row(page, "Newsletter 1").innerText();
  assert.match(text, /You/);
  assert.match(await page.locator("thead").innerText(), /Deleted on[^]*Gone for good/i);
  await row(page, "Newsletter 1").locator("[formaction='/deleted/purge/confirm']").click();
  assert.equal(await page.locator("h1").innerText(), "Delete this message for good?");
  assert.match(await page.locator("main").innerText(), /Admins can still find it until/);
  assert.equal(stateOf(id), "deleted", "asking changes nothing");
  await kit.shot(page, "purge.1280.en");
  await page.getByRole("button", { name: "Delete for good" }).click();
  assert.match(await bar(page).innerText(), /1 message deleted for good/);
  assert.equal(await bar(page).locator("form").count(), 0, "there is no undo");
  assert.equal(stateOf(id), "gone");
  assert.equal(await row(page, "Newsletter 1").count(), 0);
  assert.equal(stateOf(idOf("Newsletter 1", TOM)), "held");
  assert.equal(kit.sql(`SELECT count(*) FROM audit WHERE event = 'mail.purged' AND actor = '${MISAKI}' AND detail->>'recipient_id' = '${id}'`), "1");
  const answer = await page.request.get(`/m/${id}`);
  assert.doesNotMatch(await answer.text(), /Kyoto/);
  assert.doesNotMatch(await (await page.request.get(`/m/${id}/formatted`)).text(), /Kyoto/);
  const csrf = await page.locator("[name=csrf]").first().inputValue();
  await page.request.post("/undelete", { form: { csrf, one: id }, headers: { origin: kit.urls.portal } });
  await page.request.post("/undo", { form: { csrf, id }, headers: { origin: kit.urls.portal } });
  assert.equal(stateOf(id), "gone", "nothing of the portal brings it back");
  await page.goto("/history?q=Newsletter+1");
  assert.match(await row(page, "Newsletter 1").innerText(), /Deleted for good/);
  await page.context().close();
});

test("U7: an administrator finds it until its date, and may put it back", async () => {
  const id = idOf("Newsletter 1");
  const admin = await kit.open({ surface: "admin", as: kenji, js: false });
  await admin.goto("/tracking?q=status:deleted");
  assert.ok((await row(admin, "Newsletter 1").count()) >= 1);
  await admin.goto(`/quarantine/${id}`);
  assert.match(await admin.locator("main").innerText(), /Kyoto/);
  await admin.locator("button[formaction='/quarantine/undelete']").click();
  assert.equal(stateOf(id), "held");
  await admin.context().close();
});

test("U7: what others have, or what is not deleted, is not touched", async () => {
  const page = await kit.open({ js: false, as: tom });
  await page.goto("/deleted");
  const csrf = await page.locator("[name=csrf]").first().inputValue();
  for (const id of [idOf("Newsletter 2"), idOf("Newsletter 2", TOM)]) {
    await page.request.post("/deleted/purge", { form: { csrf, id }, headers: { origin: kit.urls.portal } });
    assert.equal(stateOf(id), "held");
  }
  kit.sql(`UPDATE message_recipient SET state = 'deleted' WHERE recipient_id = '${idOf("Newsletter 2")}'`);
  await page.request.post("/deleted/purge", { form: { csrf, id: idOf("Newsletter 2") }, headers: { origin: kit.urls.portal } });
  assert.equal(stateOf(idOf("Newsletter 2")), "deleted");
  await page.context().close();
});

for (const [width, dark] of [[1280, false], [320, true]])
  test(`axe finds nothing, no sideways scrolling: ${width} px ${dark ? "dark" : "light"}`, async () => {
    const page = await kit.open({ as: misaki, width, dark });
    for (const path of ["/history", "/history?result=refused", "/requests", "/deleted", `/history/${idOf("details")}`, `/deleted/purge/confirm?one=${idOf("Newsletter 2")}`]) {
      await page.goto(path);
      assert.deepEqual(await axe(page), [], path);
      assert.equal(await tooWide(page), false, path);
      await kit.shot(page, `${path.replace(/\W+/g, "_").slice(0, 24)}.${width}.en`);
    }
    await page.context().close();
  });

test("no page met its policy's limits", () => assert.deepEqual(kit.violations, []));
