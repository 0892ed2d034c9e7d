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
    for (const path of ["/history", "/requests", "/deleted", `/history/${idOf("details")}`, `/deleted/purge/confirm?one=${idOf("Newsletter 2")}`]) {
      await page.goto(path);
      assert.deepEqual(await axe(page), [], path);
      assert.equal(await tooWide(page), false, path);
      await kit.shot(page, `${path.split(/[?]/)[0].replace(/\W+/g, "_").slice(0, 20)}.${width}.en`);
    }
    await page.context().close();
  });

test("no page met its policy's limits", () => assert.deepEqual(kit.violations, []));
