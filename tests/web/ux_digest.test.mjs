// A real digest mail, opened by programs and on a phone (ux.md 12.2, 12.3), and the one reason of a message wherever it is
// told (12.8): digest, its page, list, message, history, tracking, command.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { KENJI, MISAKI, world } from "./ux.mjs";

let w, mail, links;
const SUBJECTS = ["Autumn in Kyoto", "Update your account"];
before(async () => {
  w = await world("uxdigest");
  for (const s of SUBJECTS) await w.send({ subject: s, name: "Travel Letter", body: `${s}: https://tabi-letter.example/` });
  // A digest tells of mail that is older than two minutes.
  w.sql(`UPDATE message_recipient SET kind = 'phishing' WHERE '/m/' || recipient_id = '${w.message(SUBJECTS[1])}'`);
  w.held(1, { subject: "Held one" });
  w.held(1, { subject: "Held two", kind: "phishing", reasons: [{ code: "encrypted", severity: "warn" }] });
  w.held(1, { subject: "Held new", minutes: 20, reasons: [{ code: "first-contact", severity: "warn" }, { code: "spam-score", severity: "warn" }] });
  mail = await w.digest();
  links = [...new Set([...(mail.text + mail.html + mail.head).matchAll(/https?:\/\/[^\s"<>]+/g)].map((m) => m[0].replace(/&amp;/g, "&")))].filter((l) => l.startsWith(w.portal));
}, { timeout: 180_000 });
after(() => w?.close());

// Everything that people can see or undo: all tables, but for what runs by itself (heartbeats, positions, sessions' clocks).
const ALONE = /^(node|log_position|job|heartbeat|health|.*_state|clock|usage|rate.*|.*_stat|.*_health)$/;
function everything() {
  const tables = w.sql("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1").split("\n");
  return Object.fromEntries(w.sql(tables.map((t) => `SELECT '${t} ' || count(*) || ' ' || coalesce(md5(string_agg(x::text, ',' ORDER BY x::text)), '') FROM ${t} x`).join(" UNION ALL ")).split("\n").map((l) => [l.split(" ")[0], l]).filter(([t]) => !ALONE.test(t)));
}

// What came with the mail itself (its way through Postfix's log) is written by then.
async function settled() {
  for (let last = everything(); ; ) {
    await new Promise((r) => setTimeout(r, 3000));
    const now = everything();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}

test("ux 12.2 every link of a digest, ten times, by curl with GET and HEAD and by a scripted browser: nothing changes", { timeout: 300_000 }, async () => {
  assert.ok(links.filter((l) => l.includes("/d/")).length >= 3 && links.some((l) => l.includes("/u/")), links.join("\n"));
  const before = await settled();
  assert.ok(Object.keys(before).length > 40);
  const page = await w.open({ lang: "en" });
  for (const link of links) {
    for (const more of [[], ["--head"]])
      execFileSync("curl", ["-sS", "-o", "/dev/null", ...more, ...Array.from({ length: 10 }, () => link).flatMap((l, i) => (i ? ["-o", "/dev/null", l] : [l]))], { timeout: 60_000 });
    for (let i = 0; i < 10; i++) {
      await page.goto(link);
      // A scanner that runs scripts, scrolls, hovers and tabs about; only a press on the button is a decision.
      await page.evaluate(() => { for (const e of document.querySelectorAll("a, button")) { e.focus(); e.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })); } scrollTo(0, 9999); });
    }
  }
  assert.deepEqual((await page.context().cookies()).map((c) => c.name).filter((n) => n !== "sekisho-portal-form"), [], "no session; pages to sign in have a cookie for their form");
  await page.context().close();
  assert.deepEqual(everything(), before);
});

test("ux 12.3 on a phone, without script: after opening the digest two taps release a message, and the page says why it was held", async () => {
  const deliver = /<a [^>]*href="([^"]+)"[^>]*>\s*Deliver\s*<\/a>/.exec(mail.html)[1].replace(/&amp;/g, "&");
  const page = await w.open({ js: false, width: 390, height: 800 });
  await page.setContent(mail.html);
  let taps = 0;
  const tap = async (e) => { taps++; await e.scrollIntoViewIfNeeded(); const { height } = await e.boundingBox(); await e.tap(); return height; };
  await tap(page.locator(`a[href="${deliver}"]`).first());
  await page.waitForURL(/\/d\//);
  assert.match(await page.locator("main").innerText(), /Held one[^]*Why it was held\s+Its content looks like spam/, "what it is and why it was held");
  const button = page.locator("main button.primary").first();
  assert.match(await button.innerText(), /Deliver/);
  const box = await button.boundingBox();
  assert.ok(box.y + box.height <= 800, "seen without scrolling");
  assert.ok(await tap(button) >= 44, "large enough for a thumb");
  await page.getByText("On its way to your inbox").first().waitFor();
  assert.ok(taps <= 3, `${taps} taps`);
  assert.equal(w.sql(`SELECT count(*) FROM event WHERE kind = 'release_requested' AND '/m/' || recipient_id = '${w.message("Held one")}'`), "1");
  await page.context().close();
});

for (const [subject, code] of [["Held two", "encrypted"], ["Held new", "first-contact"]]) test(`ux 12.8 ${code}: the same message has the same reason, in its reader's language: digest, its page, list, page, history, tracking, command`, { timeout: 120_000 }, async () => {
  const reasons = {};
  const as = w.session(MISAKI), admin = w.session(KENJI, "admin");
  const id = w.message(subject).slice(3), where = {};
  for (const lang of ["en", "ja", "de"]) {
    w.language(lang);
    w.language(lang === "de" ? "en" : lang, KENJI);
    const page = await w.open({ as, lang }), office = await w.open({ as: admin, surface: "admin", lang });
    const text = async (p, path, within = "main") => { await p.goto(path); return (await p.locator(within).first().innerText()).replace(/\s+/g, " "); };
    await page.goto("/");
    const reason = (await page.locator("tbody tr", { hasText: subject }).locator(".reason, .why, .c-subject .sub").first().innerText()).trim();
    reasons[lang] = reason;
    w.sql("UPDATE digest_told SET until_at = least(until_at, now() - interval '30 minutes')");
    const now = await w.digest();
    const look = [...now.text.matchAll(/http\S+\/d\/\S+/g)].map((m) => m[0]);
    where[lang] = {
      digest: now.text.includes(reason) && now.html.includes(reason),
      "digest's page": (await Promise.all(look.map((l) => fetch(l).then((r) => r.text())))).some((t) => t.includes(subject) && t.includes(reason)),
      message: (await text(page, `/m/${id}`)).includes(reason),
      history: (await text(page, "/history?q=tabi-letter")).includes(reason),
      "ask an admin": (await text(page, `/confirm?do=ask&one=${id}`)).includes(reason),
    };
    if (lang !== "de") {
      await office.goto("/tracking?q=" + encodeURIComponent(`subject:"${subject}"`));
      await office.locator(".row-link, tbody a").first().click();
      where[lang].tracking = (await office.locator("main").innerText()).includes(reason);
      where[lang]["console's quarantine"] = (await text(office, "/quarantine")).includes(reason);
    }
    for (const p of [page, office]) await p.context().close();
  }
  w.language("en");
  // The command gives scripts the code that the sentence is made of.
  const { reasons: codes } = JSON.parse(w.sekisho("quarantine", "show", id, "--json"));
  where.command = { code: codes[0].code === code };
  assert.equal(new Set(Object.values(reasons)).size, 3, `three languages: ${JSON.stringify(reasons)}`);
  assert.deepEqual(Object.entries(where).flatMap(([l, all]) => Object.entries(all).filter(([, yes]) => !yes).map(([n]) => `${l}: ${n}`)), []);
});

test("U5 a sender who is new stands among the facts beside the message, under a stronger reason, too", async () => {
  w.held(1, { subject: "Held strong", kind: "phishing", reasons: [{ code: "html-login", severity: "danger" }, { code: "first-contact-here", severity: "warn" }] });
  const page = await w.open({ as: w.session(), js: false });
  await page.goto(w.message("Held strong"));
  assert.match(await page.locator("aside .facts").innerText(), /An attached page asks for a password\s+First message from this sender to these recipients/);
  await page.goto("/");
  assert.match(await page.locator("tbody tr", { hasText: "Held strong" }).innerText(), /An attached page asks for a password/);
  if (process.env.SEKISHO_SHOT) { await page.goto(w.message("Held new")); await page.screenshot({ path: process.env.SEKISHO_SHOT, fullPage: true }); }
  await page.context().close();
});
