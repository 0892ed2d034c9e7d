// Our own mails as they arrive through Postfix, in all languages: read by programs of others, shown without pictures and in a browser
// (issue 5, acceptance 3 and 4; ux.md M1, M2). SEKISHO_SHOTS: folder for pictures to look at.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { chromium } from "playwright-core";
import { axe as everything } from "./axe.mjs";
import { LANGUAGES, ORG, address, htmlFaults, installation, read, sameContent, saidByPage, saidByText, until } from "./letters.mjs";
import { listener, marked, payloads, watch } from "./xss.mjs";

// A mail is shown inside somebody else's page, which has the landmarks.
const axe = async (page) => (await everything(page)).filter((v) => !/^(landmark-one-main|region):/.test(v));
const SHOTS = process.env.SEKISHO_SHOTS;
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const OWN = ["spam", "graymail", "unverified"], ASK = ["phishing", "impersonation", "blocked", "content", "unscannable"];
const XSS_USERS = 5; // a digest has 100 rows
let it, record, browser, ear, texts, digests, org;

const escape = (s) => s.replaceAll("'", "''");
// Held mail as the gate writes it, five minutes old.
function held(to, kind, { subject = `About ${kind}`, name = "Travel Letter", from = "news@tabi-letter.example" } = {}) {
  const p = { org_id: org, node: "n1", direction: "in", queue_id: "Q", client_ip: "", client_name: "", helo: "", tls: "", envelope_sender: from, sender_domain: "x.example", header_from: from,
    header_from_name: name, header_id: "", subject, bytes: 10, verdict: "spam", score: 9, threshold: 5, reasons: [], scan: {}, scan_us: 1 };
  it.sql(`SELECT count(ingest('${escape(JSON.stringify(p))}'::jsonb || jsonb_build_object('message_id', m, 'received_at', floor(extract(epoch FROM now() - interval '5 minutes') * 1000)::bigint,
    'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(), 'address', '${to}', 'domain', 'acme.example', 'original', '${to}', 'state', 'held', 'disposition', 'quarantine',
    'kind', '${kind}', 'rule', ''))), sha256(m::text::bytea), '\\x01')) FROM (SELECT uuid7() AS m) x`);
}
function send(list) { // [[to, message], ...], one connection
  const lines = ["EHLO sender.example"];
  for (const [to, data] of list) lines.push("MAIL FROM:<a@evil.example>", `RCPT TO:<${to}>`, "DATA", data.replace(/^\./gm, "..") + "\r\n.");
  lines.push("QUIT");
  return new Promise((resolve, reject) => {
    const socket = connect(Number(it.env.SMTP_PORT), "127.0.0.1");
    let text = "", i = -1;
    socket.setTimeout(60_000, () => reject(new Error("SMTP is silent")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk;
      if (!/^\d\d\d .*\r\n$/m.test(text)) return;
      if (/^[45]\d\d /m.test(text)) return reject(new Error(`SMTP: ${text} after ${lines[i].slice(0, 200)}`));
      text = "";
      if (++i < lines.length) socket.write(lines[i] + "\r\n");
      else { socket.end(); resolve(); }
    });
  });
}
function words(s) { // RFC 2047, several, folded
  const out = [""];
  for (const c of s) {
    if (Buffer.byteLength(out.at(-1) + c) > 42) out.push("");
    out[out.length - 1] += c;
  }
  return out.map((p) => `=?UTF-8?B?${Buffer.from(p).toString("base64")}?=`).join("\r\n ");
}
const hostile = (i, text) => [`From: ${words(text)} <a${i}@evil.example>`, "To: <x@acme.example>", `Subject: ${words(text)}`, `Message-ID: <${process.pid}.${i}.${Date.now()}@evil.example>`,
  "Date: Tue, 24 Nov 2026 09:15:00 +0000", "", GTUBE, ""].join("\r\n");
const INJECTION = "a\r\nBcc: x@y.example\r\n\r\n<b>new body</b>\x00\x07\x1b[31m\u202e\u2066\u200bz";
const arrived = (list) => read(it.hop.mails.filter((m) => list.includes(m.to[0])), record);

before(async () => {
  it = await installation("webletters");
  org = it.sql("SELECT org_id FROM org");
  record = it.sql("SELECT record FROM dkim_key");
  ear = await listener();
  texts = [...payloads(ear.url), INJECTION];
  assert.ok(texts.length > 300 && texts.length <= XSS_USERS * 100);
  for (const lang of LANGUAGES) for (const kind of [...OWN, ...ASK, "malware"]) held(address(lang), kind, { subject: `About ${kind} and <more> & "that"`, name: kind === "spam" ? "" : "Travel, Letter" });
  const mails = texts.map((t, i) => [`xss${Math.floor(i / 100)}@acme.example`, hostile(i, t)]);
  for (let i = 0; i < mails.length; i += 50) await send(mails.slice(i, i + 50));
  // As if it had come some minutes ago: a digest leaves out what is on its way into the database.
  it.sql(`BEGIN; ${["message", "body", "message_recipient"].map((t) => `UPDATE ${t} SET received_at = received_at - interval '3 minutes' WHERE message_id IN (SELECT message_id FROM message_recipient WHERE address LIKE 'xss%');`).join(" ")} COMMIT`);
  assert.equal(it.sql("SELECT count(*) FROM message_recipient WHERE address LIKE 'xss%' AND state = 'held'"), String(texts.length));
  it.sql(`INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, format, actions, next_at) VALUES ('${org}', uuid7(), 'All', 100, '{}', 127, '{540}', 'Asia/Tokyo', 'html', '{deliver,allow,block,delete}', now());
    UPDATE digest_rule SET next_at = date_trunc('second', now()) - interval '1 second'`);
  await until("the digests", () => it.hop.mails.length >= LANGUAGES.length + XSS_USERS, 120);
  digests = Object.fromEntries(LANGUAGES.map((lang) => [lang, arrived([address(lang)])[0]]));
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
});
after(async () => {
  await browser?.close();
  ear?.close();
  it?.stop();
});

// The page part as a mail program shows it: nothing but the document, whatever it asks for is noted.
async function shown(html, { width = 600, dark = false, js = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", javaScriptEnabled: js });
  const seen = await watch(context, ["http://mail.example"]);
  await context.route("http://mail.example/**", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  const page = await context.newPage();
  const show = (text) => { html = text; return page.goto("http://mail.example/", { waitUntil: "load" }); };
  await show(html);
  return { page, seen, show, close: () => context.close() };
}

test("acceptance 3 header, parts and lines of digests hold RFC 5322, 2047, 2369, 8058, 3834 for a strict reader; DKIM verifies, in every language", () => {
  for (const lang of LANGUAGES) {
    const m = digests[lang];
    assert.deepEqual(m.problems, [], lang);
    assert.ok(m.dkim, `${lang}: DKIM`);
    for (const name of ["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post"])
      assert.ok(m.covered.includes(name), `${lang}: ${name} is not signed`);
    assert.equal(m.field("Content-Language"), lang);
    assert.equal(m.field("To"), `<${address(lang)}>`);
    assert.equal(m.field("From").replace(/\s+</, " <"), `${ORG} <postmaster@acme.example>`);
    assert.equal(m.field("List-Id"), "<digest.acme.example>");
    assert.ok(m.from.includes("<>"), "the envelope's sender is empty");
  }
  assert.equal(new Set(LANGUAGES.map((lang) => digests[lang].field("Subject"))).size, LANGUAGES.length);
});

test("acceptance 3 a DKIM verifier of others takes a changed digest for no mail of ours", () => {
  const [raw] = it.hop.mails.filter((m) => m.to[0] === address("en"));
  const bent = (f) => ({ ...raw, data: Buffer.from(f(raw.data.toString("latin1")), "latin1") });
  const list = read([bent((t) => t.replace("List-Unsubscribe: <http", "List-Unsubscribe: <https")), bent((t) => t.replace(/^Subject: =\?UTF-8\?B\?O/m, "$&A").replace(/^Date: (.*)\+0000/m, "Date: $1-0000")), bent((t) => t.replace(/\r\n\r\n--/, "\r\n\r\nx\r\n--"))], record);
  assert.deepEqual(list.map((m) => m.dkim), [false, false, false]);
});

test("M1 subject, mailbox, rows and their order, what kinds mean, links in verbs, foot; malware is never listed", async () => {
  const m = digests.en, { lines, links } = saidByText(m.text);
  assert.equal(m.field("Subject"), `8 messages are held for you - ${ORG}`);
  const at = (pattern) => lines.findIndex((l) => pattern.test(l));
  const places = [/^8 messages are held for you$/, /^For en@acme\.example: /, /^About \w+ and/, /^Newsletter: You can deliver/, /^Do not forward/, /en@acme\.example\.$/, /^We never ask for your password by e-mail\.$/].map(at);
  assert.ok(places.every((p, i) => p >= 0 && (i === 0 || p > places[i - 1])), `${places}: ${lines.join("\n")}`);
  for (const lang of LANGUAGES) {
    const said = saidByText(digests[lang].text);
    assert.ok(!digests[lang].text.includes("malware"), lang);
    assert.equal(said.lines.filter((l) => /^About (\w+) and <more> & "that"$/.test(l)).length, OWN.length + ASK.length, lang);
    for (const [, url] of said.links) assert.ok(url.startsWith(`${it.portal}/`), url);
  }
  assert.deepEqual([...new Set(links.map((l) => l[0]))].slice(0, 2).sort(), ["Deliver", "Look"]);
});

test("M1 text part and page say the same, line by line, link by link, in every language", async () => {
  for (const lang of LANGUAGES) {
    const { page, close } = await shown(digests[lang].html);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    sameContent(saidByText(digests[lang].text), await saidByPage(page));
    await close();
  }
});

test("acceptance 3 the page is valid HTML; nothing is loaded, no picture, no script, axe has nothing to say; 320, 390 and 600 px, light and dark", async () => {
  for (const lang of LANGUAGES) {
    const { html } = digests[lang];
    assert.deepEqual(await htmlFaults(html), [], lang);
    assert.doesNotMatch(html, /<(img|script|style|link|base|form|iframe|object|svg|video|audio)\b|url\(|@import|\son\w+=/i);
    for (const [width, dark] of [[320, false], [390, false], [390, true], [600, false], [600, true]]) {
      const { page, seen, close } = await shown(html, { width, dark });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${lang} ${width}: scrolls sideways`);
      assert.ok(await page.locator("a").evaluateAll((list) => list.every((a) => a.getBoundingClientRect().height >= 24)), `${lang} ${width}: small links`);
      if (width === 390 && (!dark || lang === "ja")) assert.deepEqual(await axe(page), [], `${lang} dark ${dark}`);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/digest-${lang}-${width}${dark ? "-dark" : ""}.png`, fullPage: true });
      assert.deepEqual(seen, []);
      await close();
    }
  }
});

test("acceptance 3 without pictures and styles, in w3m: every row, every link's word, no markup", () => {
  for (const lang of LANGUAGES) {
    const out = execFileSync("w3m", ["-dump", "-T", "text/html", "-cols", "76", "-I", "UTF-8", "-O", "UTF-8"], { input: digests[lang].html, encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });
    for (const kind of [...OWN, ...ASK]) assert.ok(out.includes(`About ${kind} and <more> & "that"`), `${lang}: ${kind} in ${out}`);
    for (const [label] of saidByText(digests[lang].text).links) assert.ok(out.replace(/\s/g, "").includes(label.replace(/\s/g, "")), `${lang}: ${label}`);
    assert.doesNotMatch(out, /font-family|<\/?(td|div|a|p|table)\b|&(amp|lt|gt|quot);/, lang);
  }
});

test("T-L2 no link acts for kinds that the person may not deliver, in any language: one link, its page offers nothing that acts, a POST changes nothing", async () => {
  const count = () => it.sql("SELECT md5(string_agg(recipient_id || state || state_at, ',' ORDER BY recipient_id)) || (SELECT count(*) FROM sender_entry) || (SELECT count(*) FROM link_used) FROM message_recipient");
  const before_ = count();
  for (const lang of LANGUAGES) {
    const rows = digests[lang].text.split("\n* ").slice(1).map((row) => ({ kind: row.match(/About (\w+) and/)[1], links: [...row.matchAll(/^ {2}.*: (https?:\S+\/d\/\S+)$/gm)].map((l) => l[1]) }));
    assert.deepEqual(rows.map((r) => r.kind).sort(), [...OWN, ...ASK].sort());
    for (const { kind, links } of rows) {
      assert.equal(links.length, OWN.includes(kind) ? 2 : 1, `${lang} ${kind}`);
      if (OWN.includes(kind)) continue;
      const html = await (await fetch(links[0])).text();
      assert.match(html, new RegExp(`<html lang="${lang}"`));
      const does = [...html.matchAll(/name="do" value="(\w+)"/g)].map((d) => d[1]);
      assert.ok(does.length && does.every((d) => ["read", "ask"].includes(d)), `${lang} ${kind}: ${does}`);
      const form = html.match(/name="form" value="([^"]*)"/)[1];
      for (const act of ["deliver", "delete", "block"]) {
        const reply = await fetch(links[0], { method: "POST", headers: { origin: it.portal }, body: new URLSearchParams({ form, do: act, allow: "1" }) });
        assert.equal(reply.status, 403, `${lang} ${kind} ${act}`);
      }
    }
  }
  assert.equal(count(), before_);
});

// ---------------------------------------------------------------------------------------------------------- hostile mail

const xssUsers = Array.from({ length: XSS_USERS }, (_, i) => `xss${i}@acme.example`);

test("acceptance 4 T-W1 T-W18 the XSS corpus in subjects and names: header, parts and signature are whole, no new field, no control character", () => {
  const list = arrived(xssUsers);
  assert.equal(list.length, XSS_USERS);
  let rows = 0;
  for (const m of list) {
    assert.deepEqual(m.problems, [], m.to[0]);
    assert.ok(m.dkim);
    assert.deepEqual(m.to, [m.to[0]]);
    rows += m.text.split("\n* ").length - 1;
    for (const l of m.text.match(/https?:\/\/[^\s\u200b]+/g)) assert.ok(l.startsWith(`${it.portal}/`), l);
    for (const l of saidByText(m.text).links) assert.ok(l[1].startsWith(`${it.portal}/`), l[1]);
  }
  assert.equal(rows, texts.length);
  const last = list.find((m) => m.to[0] === xssUsers.at(-1));
  assert.match(last.text, /a {2}Bcc:\u200b x@\u200by\.\u200bexample/);
});

test("acceptance 4 T-W1 T-W2 nothing of the corpus runs, loads, or became an element or a link in the page; what mail programs make links of has none of it", async () => {
  const plain = /^(html|head|meta|title|body|table|tbody|tr|td|h1|p|div|a|br)$/;
  for (const m of arrived(xssUsers)) {
    assert.deepEqual(await htmlFaults(m.html), []);
    const { page, seen, close } = await shown(m.html);
    assert.equal(await marked(page), null);
    const found = await page.evaluate(() => [...document.querySelectorAll("*")].map((e) => [e.localName, e.getAttributeNames().join(), e.getAttribute("href")]));
    for (const [name, attributes, href] of found) {
      assert.match(name, plain);
      assert.doesNotMatch(attributes, /\bon|src|id\b|class/, name);
      if (href !== null) assert.ok(href.startsWith(`${it.portal}/`), href);
    }
    assert.equal(found.filter((f) => f[0] === "table").length, 2 + m.text.split("\n* ").length - 1 + 1);
    for (const a of await page.locator("a").all()) if (/^javascript|^data/i.test((await a.getAttribute("href")) ?? "")) assert.fail("a link of theirs");
    // Mail programs turn what looks like an address into a link: none is whole in the text of a row.
    const loose = await page.evaluate(() => document.body.innerText.match(/\bhttps?:\/\/[^\s\u200b]+|\bwww\.[^\s\u200b]+|[\w.+-]+@[\w-]+\.[a-z]{2,}|\bmailto:[^\s\u200b]+/gi) ?? []);
    for (const l of loose) assert.ok(l.endsWith("@acme.example") || l.endsWith("@acme.example."), l);
    await page.mouse.move(200, 300);
    assert.deepEqual(seen, []);
    await close();
  }
  assert.deepEqual(ear.heard, []);
});

// ---------------------------------------------------------------------------------------------------------- M2

const request = "018f0000-0000-7000-8000-000000000001";
const facts = { sender: "x@evil.example", subject: "A <b>bill</b>\r\nBcc: x@y.example", mailbox: "en@acme.example", kind: "phishing" };
const NOTICES = [["known", {}], ["reset_admin", {}], ["password_changed", {}], ["request_new", { ...facts, request, by: "aya@acme.example", note: "I know him" }],
  ["request_new", { ...facts, request, by: "aya@acme.example", note: "", reminder: true }], ["request_answer", { ...facts, request, state: "approved", answer: "" }],
  ["request_answer", { ...facts, request, state: "declined", answer: "It <i>is</i> fake." }], ["request_answer", { ...facts, request, state: "over", answer: "" }], ["rescan_held", facts],
  ...["on", "off", "codes", "passkey_added", "passkey_deleted", "removed"].map((what) => ["second_changed", { what, name: "A <b>key</b>", at: 1790000000000, ip: "198.51.100.7", agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36" }]),
  ["new_browser", { ip: "198.51.100.7", agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36" }]];
const PROOFS = ["register", "reset", "link", "mailbox"]; // mails whose link proves that one reads them

test("M2 notices in every language: valid, signed, one button at most, the same in both parts, no word of another language", async () => {
  const from = it.hop.mails.length;
  const queue = [];
  for (const lang of LANGUAGES)
    for (const [kind, params] of NOTICES)
      queue.push(`SELECT user_mail_add('${org}', 'm2-${lang.toLowerCase()}@acme.example', '${lang}', '${kind}', '${escape(JSON.stringify(params))}', NULL, now() + interval '1 hour', NULL, NULL)`);
  for (const lang of LANGUAGES)
    for (const purpose of PROOFS)
      queue.push(`WITH p AS (INSERT INTO mail_proof (org_id, proof_id, purpose, address, account_id, expires_at) SELECT '${org}', uuid7(), '${purpose}', 'm2-${lang.toLowerCase()}@acme.example',
        CASE '${purpose}' WHEN 'register' THEN NULL ELSE (SELECT account_id FROM account WHERE address = '${address(lang)}') END, now() + interval '1 hour' RETURNING proof_id)
        SELECT user_mail_add('${org}', 'm2-${lang.toLowerCase()}@acme.example', '${lang}', '${purpose}', jsonb_build_object('proof', proof_id, 'account', 'aya@acme.example'), NULL, now() + interval '1 hour', NULL, NULL) FROM p`);
  it.sql(queue.join(";\n"));
  await until("all notices", () => it.hop.mails.length >= from + LANGUAGES.length * (NOTICES.length + PROOFS.length), 120);
  const subjects = new Set(), { page, seen, show, close } = await shown("", { width: 320, dark: true });
  for (const lang of LANGUAGES) {
    const list = arrived([`m2-${lang.toLowerCase()}@acme.example`]);
    assert.equal(list.length, NOTICES.length + PROOFS.length);
    for (const m of list) {
      const name = `${lang}: ${m.field("Subject")}`;
      subjects.add(name);
      assert.deepEqual(m.problems, [], name);
      assert.ok(m.dkim, name);
      assert.equal(m.field("Content-Language"), lang);
      assert.equal(m.field("List-Unsubscribe"), undefined);
      assert.deepEqual(await htmlFaults(m.html), [], name);
      await show(m.html);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      if (lang === "de") assert.deepEqual(await axe(page), [], name);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/notice-${lang}-${createHash("md5").update(m.field("Subject")).digest("hex").slice(0, 6)}.png`, fullPage: true });
      const byText = saidByText(m.text);
      assert.ok(byText.links.length <= 1 && byText.links.every((l) => l[1].startsWith(`${it.portal}/`) || l[1].startsWith(`${it.env.ADMIN_URL}/`)), `${name}: ${byText.links}`);
      sameContent(byText, await saidByPage(page));
      if (lang === "ja") assert.deepEqual(m.text.replace(/https?:\S+|[\w.-]+\u200b?@\u200b?\S+|A <b>bill|<\/?\w>|Bcc|Acme, "K" |Chrome|Linux|I know him|It is fake|fake/g, "").match(/[A-Za-z]{4,}/g) ?? [], [], m.text);
      assert.deepEqual(seen, [], name);
    }
  }
  await close();
  assert.equal(subjects.size, LANGUAGES.length * (NOTICES.length + PROOFS.length));
});
