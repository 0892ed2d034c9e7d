// Every page of the portal that routes.def has, and those that only a button shows (ux.md 12.1, 12.12): in the language that
// nobody speaks (en-XA, 40 % longer, any text without brackets was never translated) and, sampled so that each language meets
// wide and narrow windows, themes and pages, without script: axe, nothing cut off, valid HTML, budgets, nothing of elsewhere.
// SEKISHO_SHEETS=FOLDER keeps a picture of every page in every language at 390 and 1280 pixels, half of them dark (sheets.mjs
// lays them beside each other), and says what looks crowded.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { axe } from "./axe.mjs";
import { routes } from "./raw.mjs";
import { EICAR, KENJI, LANGUAGES, LONG, MISAKI, PASSWORD, cut, until, world } from "./ux.mjs";

const SECOND = "second.step@acme.example", AYA = "aya@acme.example", XA = "en-XA";
let w, misaki, second, links, list;

const kind = (subject, to = MISAKI) => w.message(subject, to);
const press = (page, name) => page.locator(`main button[${name}]`).first().click();
async function mailed(address, what) {
  return until(() => w.arrived().filter((m) => m.envelope.includes(address)).map((m) => new RegExp(`http\\S+/(${what}\\S+)`).exec(m.text ?? "")?.[1]).find(Boolean));
}

before(async () => {
  w = await world("uxpages", { pseudo: true, settings: { USER_DOWNLOAD: "yes" } });
  w.user(SECOND, "--lang", "en");
  w.user(AYA, "--lang", "en");
  await w.send({ subject: "Qqspam", name: "Travel Letter", body: "Qqkyoto https://tabi-letter.example/" });
  await w.send({ subject: "Qqlong", name: "Northwind Billing", from: LONG, type: "text/html; charset=utf-8", body: `<p>Qqdear <a href="https://northw1nd-pay.example/x">portal.northwind.example</a><img src="https://cdn.northw1nd-pay.example/logo.png" alt="logo"></p>` });
  await w.send({ subject: "Qqgone", name: "Travel Letter", body: "Qqkyoto" });
  await w.send({ subject: "Qqasked", name: "Travel Letter", body: "Qqkyoto" });
  await w.send({ subject: "Qqvirus", from: "bug@malware.example", body: EICAR, keep: true });
  await w.send({ subject: "Clean", from: "anna@partner.example", keep: true });
  await w.send({ subject: "Clean", from: "anna@partner.example", to: SECOND, keep: true }); // suggested for the empty list
  w.held(30, { subject: "Qqmany", minutes: 60 });
  w.held(3, { subject: "Qqheld" }); // a digest tells of mail that is older than two minutes
  const org = "(SELECT org_id FROM org WHERE name = 'Acme Group')", id = (a) => `(SELECT account_id FROM account WHERE address = '${a}')`;
  w.sql(`UPDATE message_recipient SET kind = 'phishing' WHERE '/m/' || recipient_id = '${kind("Qqlong")}'; UPDATE message_recipient SET kind = 'impersonation' WHERE '/m/' || recipient_id = '${kind("Qqasked")}';
    INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, 'team@acme.example' FROM account WHERE address IN ('${MISAKI}', '${AYA}');
    INSERT INTO account_mailbox (org_id, account_id, address, how) VALUES (${org}, ${id(MISAKI)}, 'info@acme.example', 'added');
    INSERT INTO second_step (org_id, account_id, secret, state) VALUES (${org}, ${id(SECOND)}, '\\x00', 'on');
    INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) VALUES (${org}, ${id(SECOND)}, '0193a5c2-7d5e-7c1a-8b7e-00000000beef', '127.0.0.1', '\\x000102030405060708090a0b0c0d0e0f', -7, '\\x00', 1, 'Chrome on Linux');
    SELECT account_ask('register', 'new.person@acme.example', 'en', NULL, '192.0.2.15', 1000), account_ask('reset', '${AYA}', 'en', NULL, '192.0.2.15', 1000), account_ask('link', '${SECOND}', 'en', NULL, '192.0.2.15', 1000)`);
  w.sql(`INSERT INTO refusal (org_id, refusal_id, at, node, direction, envelope_sender, recipient, code, reason) SELECT ${org}, uuid7(), now(), 'n', 'in', f, '${MISAKI}', 550, r
    FROM (VALUES ('${LONG}', 'sender-blocked'), ('anna@partner.example', 'tls-required'), ('', 'recipient-invalid')) x (f, r)`);
  w.sql(`INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, only_verified) VALUES (${org}, uuid7(), '', 'approved', '*@travel.example', true)`);
  misaki = w.session(MISAKI);
  second = w.session(SECOND);
  // Things that people did: a deletion, a request, entries of lists, a job, a delivery, a look by an administrator.
  const page = await w.open({ as: misaki, js: false });
  await page.goto(kind("Qqgone"));
  await press(page, "formaction='/delete'");
  await page.goto(`/confirm?do=ask&one=${kind("Qqasked").slice(3)}`);
  await page.locator("main [name=note]").fill("I know her.");
  await page.locator("main button.primary").click();
  for (const [which, entry] of [["allowed", "anna@partner.example"], ["blocked", "*@pest.example"]]) {
    await page.goto(`/senders?list=${which}`);
    await page.locator("#f-sender").fill(entry);
    await page.locator("main form[action='/senders/add'] button.primary").click();
  }
  await page.goto("/bulk?q=Qqmany");
  await press(page, "value='delete'");
  await page.goto("/settings/mailboxes");
  await page.locator("#f-address").fill("waits@acme.example");
  await page.locator("main form[action='/settings/mailboxes'] button.primary").click();
  await page.context().close();
  const look = await w.open({ as: w.session(KENJI, "admin"), surface: "admin" });
  await look.goto("/quarantine");
  await look.locator(".row-link").first().click();
  await look.context().close();
  const mail = await w.digest();
  links = { digest: [...new Set(mail.text.match(/\/d\/[\w-]+/g))], unsubscribe: /\/u\/[\w-]+/.exec(mail.text + mail.head)[0], activate: "/" + await mailed("new.person@acme.example", "activate"),
    reset: "/" + await mailed(AYA, "reset"), link: "/" + await mailed(SECOND, "signin/link"), mailbox: "/" + await mailed("waits@acme.example", "settings/mailboxes/confirm") };
  const job = w.sql("SELECT job_id FROM bulk_job");
  // What each GET route is looked at with. A route that is missing here fails the first test. as: who looks; in: what is
  // pressed first, for pages that have no address of their own.
  const form = (path, fields, button = "main button.primary") => async (page) => {
    await page.goto(path);
    for (const [name, value] of Object.entries(fields)) {
      const e = page.locator(`main [name="${name}"]`).first();
      if (await e.evaluate((x) => x.type === "checkbox")) await e.check(); else await e.fill(value);
    }
    await page.locator(button).first().click();
  };
  list = [
    ["/", "/"], ["/", "/?q=nothing+like+this&kind=spam&days=7"], ["/", "/?soon=1"], ["/deleted", "/deleted"], ["/deleted/purge/confirm", `/deleted/purge/confirm?one=${kind("Qqgone").slice(3)}`], ["/keys", "/keys"],
    ...["Qqspam", "Qqlong", "Qqvirus", "Qqgone", "Qqasked"].map((s) => ["/m/{id}", kind(s)]), ["/m/{id}", `${kind("Qqlong")}?view=links`], ["/m/{id}", `${kind("Qqlong")}?view=headers`], ["/m/{id}", `${kind("Qqlong")}?view=formatted`],
    ["/m/{id}/formatted", `${kind("Qqlong")}/formatted`, { frame: true }], ["/m/{id}/download", `${kind("Qqspam")}/download`],
    ["/m/{id}", "/m/0193a5c2-7d5e-7c1a-8b7e-00000000dead", { status: 404 }], ["", "/nowhere", { status: 404 }],
    ["/history", "/history"], ["/history", "/history?q=tabi-letter&days=7"], ["/history", "/history?q=nothing+like+this"], ["/history", "/history?result=held"], ["/history", "/history?result=refused"], ["/history/{id}", `/history/${kind("Qqgone").slice(3)}`],
    ["/bulk", "/bulk?q=Qqheld"], ["/bulk", "/bulk"], ["/bulk", "/bulk?in=deleted"], ["/bulk/{id}", `/bulk/${job}`],
    ...["deliver", "report", "allow", "block"].map((what) => ["/bulk", `/bulk?q=Qqheld&do=${what}`]), ["/bulk", "/bulk?do=ask"], ["/bulk", "/bulk?do=deliver"],
    ...["allow", "block", "report", "ask"].map((what) => ["/confirm", `/confirm?do=${what}&one=${kind(what === "ask" ? "Qqvirus" : "Qqspam").slice(3)}`]),
    ["/done", form(`/confirm?do=report&one=${kind("Qqspam").slice(3)}`, {})],
    ["/requests", "/requests"], ["/help", "/help"], ["/help", "/help", { as: null }],
    ["/settings", "/settings"], ["/settings/mailboxes", "/settings/mailboxes"], ["/settings/mailboxes/confirm", links.mailbox], ["/settings/mailboxes/unlink", "/settings/mailboxes/unlink?address=info@acme.example"],
    ["/settings/digest", "/settings/digest"], ["/settings/digest/sample", "/settings/digest/sample"], ["/settings/digest/sample", "/settings/digest/sample?as=text"], ["/settings/digest/sample/page", "/settings/digest/sample/page", { frame: true }], ["/settings/activity", "/settings/activity"], ["/settings/security", "/settings/security"], ["/settings/security", "/settings/security", { as: "second" }],
    ["/settings/security/password", "/settings/security/password"], ["/settings/security/password", form("/settings/security/password", { current: "wrong", password: "short" }), { status: 422 }],
    ["/settings/security/second", "/settings/security/second"], ["/settings/security/second", form("/settings/security/second", { current: PASSWORD })],
    ["/settings/security/second/off", "/settings/security/second/off", { as: "second" }], ["/settings/security/codes", "/settings/security/codes", { as: "second" }],
    ["/settings/security/passkey", "/settings/security/passkey"], ["/settings/security/passkeys/{id}/delete", "/settings/security/passkeys/0193a5c2-7d5e-7c1a-8b7e-00000000beef/delete", { as: "second" }],
    ["/senders", "/senders?list=allowed"], ["/senders", "/senders", { as: "second" }], ["/senders", "/senders?q=nothing+like+this&unproven=1"], ["/senders", "/senders?list=blocked"], ["/senders", form("/senders?list=blocked", { sender: "@@nothing" }, "main form[action='/senders/add'] button.primary"), { status: 422 }],
    ["/senders", form("/senders?list=blocked", { sender: "anna@partner.example" }, "main form[action='/senders/add'] button.primary"), { status: 422 }],
    ["/senders/import", "/senders/import"], ["/senders/import", form("/senders/import", { lines: "anna@partner.example\nb@b.example\n@@nothing" })],
    ["/d/{token}", links.digest[0], { as: null }], ["/d/{token}", "/d/nothing", { as: null, status: 403 }], ["/u/{token}", links.unsubscribe, { as: null }], ["/u/{token}", "/u/nothing", { as: null, status: 403 }],
    ["/signin", "/signin", { as: null }], ["/signin", form("/signin", { address: "somebody.with.a.long.name@very-long-subdomain.of.acme.example" }), { as: null }],
    ["/register", "/register", { as: null }], ["/register", form("/register", { address: "nobody@acme.example" }), { as: null }], ["/forgot", "/forgot", { as: null }], ["/forgot", form("/forgot", { address: "@" }), { as: null, status: 422 }],
    ["/activate", links.activate, { as: null }], ["/activate", form(links.activate, { password: "short" }), { as: null, status: 422 }], ["/reset", links.reset, { as: null }], ["/reset", "/reset?t=nothing", { as: null, status: 410 }],
    ["/signin/link", links.link, { as: null }], ["/login/2", form("/signin", {}), { as: null, login: true }],
  ].map(([route, to, more]) => ({ route, to, as: "misaki", status: 200, ...more }));
}, { timeout: 240_000 });
after(() => w?.close());

const NO_PAGE = ["/senders/export"]; // a file
test("ux 12.1 no page is forgotten: every GET route of the portal is looked at", () => {
  const portal = [...routes().filter((r) => r.surface === "portal" && r.method === "GET").map((r) => r.path), "/d/{token}", "/u/{token}"];
  assert.deepEqual(portal.filter((p) => !NO_PAGE.includes(p) && !list.some((l) => l.route === p)), []);
});

// Goes to a page of the list; the HTML as it was answered and its status.
async function visit(page, p) {
  let reply;
  const keep = (r) => { if (r.request().isNavigationRequest() && r.frame() === page.mainFrame() && r.status() !== 303) reply = r; };
  page.on("response", keep);
  if (p.login) {
    await page.goto("/signin");
    await page.locator("[name=address]").fill(SECOND);
    await page.locator("main button.primary").first().click();
    await page.locator("[name=password]").fill(PASSWORD);
    await page.locator("main button.primary").first().click();
    await page.waitForURL((u) => u.pathname !== "/signin");
  } else if (typeof p.to === "string") await page.goto(p.to);
  else await p.to(page);
  await page.waitForLoadState();
  page.off("response", keep);
  return { status: reply.status(), html: await reply.text() };
}

// Letters that stand in no ⟦ ⟧ and are no data: mail's own text is in <bdi> or has a language, names of languages and zones.
const bare = (page) => page.evaluate(() => {
  const NOT = ".langs, bdi, [lang]:not(html), kbd, time, pre, code, script, style, select[name=tz], .brand, .avatar, svg";
  const DATA = /Qq\w+( \d+)?|XJS\S+|X5O\S+|Travel Letter|Northwind Billing|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|[\w.+*-]*@[\w.-]*\w|\b[\w-]+(\.[\w-]+)*\.example\b|Sekisho|Acme Group|Asia\/Tokyo|\b(UTC|GMT|JST)\b[+\d:]*|\b\d+ ?[kKMG]?B\b|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b|\b\d+(:\d\d)? ?[ap]m\b|SHA-256|text\/\w+|127\.0\.0\.1/g;
  const out = [];
  let depth = 0;
  const outside = (text) => {
    let left = "";
    for (const c of text) {
      if (c === "⟦") depth++;
      else if (c === "⟧") depth--;
      else if (!depth) left += c;
    }
    return left.replace(DATA, "").match(/\p{L}{2,}/gu) ? [text.replace(/\s+/g, " ").trim()] : [];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(NOT)) out.push(...outside(walk.currentNode.data.replace(/\u200b/g, "")));
  depth = 0;
  out.push(...outside(document.title));
  for (const e of document.querySelectorAll("*"))
    for (const a of ["aria-label", "placeholder", "title", "alt", "data-label", "data-one", "data-many", "aria-description"])
      if (e.hasAttribute(a) && !e.closest(NOT)) { depth = 0; out.push(...outside(e.getAttribute(a)).map((t) => `${a}: ${t}`)); }
  return [...new Set(out)];
});

const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    "no-trailing-whitespace": "off", "void-style": "off", "doctype-style": "off", "attribute-boolean-style": "off", "attribute-empty-style": "off", "long-title": "off",
  },
});
function markup(html) {
  const out = [];
  if (/<[^>]*\s(style|on[a-z]+)=/i.test(html.replace(/"[^"]*"/g, '""'))) out.push("style= or on…=");
  for (const m of validator.validateStringSync(html).results.flatMap((r) => r.messages)) out.push(`${m.ruleId}: ${m.message} (line ${m.line}: ${html.split("\n")[m.line - 1].slice(0, 120)})`);
  return out;
}

async function judge(page, p, { lang, width, dark, js }) {
  const name = `${typeof p.to === "string" ? p.to.replace(/[\w-]{40,}/, "…") : `${p.route} (after a button)`} ${lang} ${width}${dark ? " dark" : ""}${js ? "" : " no script"}`;
  const { status, html } = await visit(page, p), out = [];
  if (status !== p.status) out.push(`status ${status}`);
  if (!p.frame) {
    if (!html.includes(`<html lang="${lang}"`)) out.push(`not in ${lang}`);
    if ((await page.locator("h1").count()) !== 1) out.push("not one h1");
    // axe does not see into frames; the frame is looked at by itself in preview.test.mjs.
    if (await page.locator("iframe").count()) await page.evaluate("for (const f of document.querySelectorAll('iframe')) f.remove()");
    // axe waits with timers, which do not run without script.
    if (js) out.push(...(await axe(page)).map((v) => `axe ${v}`));
    out.push(...await cut(page), ...markup(html));
    if (lang === XA) out.push(...(await bare(page)).map((t) => `not translated: ${t}`));
  }
  // ux.md section 11
  if (gzipSync(html).length > 12_288) out.push(`${gzipSync(html).length} bytes of HTML`);
  const elements = await page.locator("*").count();
  if (elements > 1500) out.push(`${elements} elements`);
  if (/^\/[du]\//.test(p.route) && gzipSync(html).length > 8000) out.push("a link's page is large");
  return out.map((o) => `${name}: ${o}`);
}
async function walk(meetings) {
  const wrong = [];
  const contexts = new Map();
  for (const [p, m] of meetings) {
    const signed = p.as === "misaki" ? misaki : p.as === "second" ? second : undefined;
    const key = JSON.stringify([p.as, m]);
    if (signed) w.sql(`UPDATE account SET lang = '${m.lang}' WHERE address IN ('${MISAKI}', '${SECOND}') AND lang IS DISTINCT FROM '${m.lang}'`);
    // Pages of links are in the language of whoever the link was for; pages before signing in, in the browser's.
    if (!signed) w.sql(`UPDATE account SET lang = '${m.lang}'`);
    const page = contexts.get(key) ?? await w.open({ as: signed, ...m, touch: false });
    if (p.login) {
      wrong.push(...await judge(page, p, m));
      await page.context().close();
      contexts.delete(key);
      continue;
    }
    contexts.set(key, page);
    wrong.push(...await judge(page, p, m));
  }
  for (const page of contexts.values()) await page.context().close();
  w.sql("UPDATE account SET lang = 'en'");
  return wrong;
}

test("ux 12.1 12.12 in a language that nobody speaks: no text without translation; 320 px, axe in light and dark, HTML, budgets", { timeout: 600_000 }, async () => {
  assert.deepEqual(await walk(list.map((p, i) => [p, { lang: XA, width: 320, dark: i % 2 === 0, js: true }])), []);
});

test("ux 12.1 12.12 without script: each page in one of the languages, wide or narrow, light or dark", { timeout: 600_000 }, async () => {
  const meetings = list.map((p, i) => [p, { lang: LANGUAGES[i % LANGUAGES.length], width: i % 2 ? 1280 : 390, dark: i % 4 < 2, js: false }]);
  meetings.sort((a, b) => JSON.stringify(a[1]).localeCompare(JSON.stringify(b[1])));
  assert.deepEqual(await walk(meetings), []);
});

test("ux 12.1 mails to people: no text without translation", async () => {
  w.sql(`UPDATE account SET lang = '${XA}'`);
  w.held(3, { subject: "Qqnew", minutes: 3 });
  w.sql("UPDATE digest_told SET until_at = least(until_at, now() - interval '30 minutes')");
  const mail = await w.digest();
  w.sql("UPDATE account SET lang = 'en'");
  const page = await w.open({ lang: "en" });
  await page.setContent(mail.html);
  const plain = await w.open();
  await plain.setContent(`<body><p></p>`);
  await plain.evaluate((t) => { document.querySelector("p").textContent = t; }, mail.text.replace(/https?:\S+/g, ""));
  const left = [...await bare(page), ...await bare(plain), ...(/^⟦.*⟧/.test(mail.subject) ? [] : [`Subject: ${mail.subject}`])];
  for (const p of [page, plain]) await p.context().close();
  assert.deepEqual(left, []);
});

// Words that lie over each other, and buttons of more than two lines.
const crowded = (page) => page.evaluate(() => {
  const out = [], boxes = [];
  const hidden = (e) => e.closest(".vh, .skip, svg, [hidden], details:not([open]) > :not(summary), .actions.sticky, .tabs-top, [popover], textarea") || getComputedStyle(e).visibility === "hidden";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const n = walk.currentNode, e = n.parentElement;
    if (!n.data.trim() || hidden(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    for (const b of range.getClientRects()) if (b.width > 2 && b.height > 2) boxes.push({ e, b, text: n.data.trim().slice(0, 30) });
  }
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length; j++) {
      const [x, y] = [boxes[i], boxes[j]];
      if (x.e === y.e || x.e.contains(y.e) || y.e.contains(x.e)) continue;
      const w = Math.min(x.b.right, y.b.right) - Math.max(x.b.left, y.b.left), h = Math.min(x.b.bottom, y.b.bottom) - Math.max(x.b.top, y.b.top);
      if (w > 3 && h > 6) out.push(`"${x.text}" over "${y.text}"`);
    }
  for (const e of document.querySelectorAll(".btn, .chip, .badge, .tabs a, .seg a, .tabs-top a")) {
    if (hidden(e) || !e.innerText?.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(e);
    const lines = new Set([...range.getClientRects()].filter((b) => b.height > 8 && b.width > 2).map((b) => Math.round(b.top / 12))).size;
    if (lines > (e.matches(".btn") ? 2 : 1)) out.push(`${lines} lines: ${e.innerText.trim().slice(0, 40)}`);
  }
  return [...new Set(out)];
});
test("pictures", { skip: !process.env.SEKISHO_SHEETS, timeout: 3_600_000 }, async () => {
  const folder = process.env.SEKISHO_SHEETS, pages = list.filter((p) => typeof p.to === "string" && !p.frame), notes = [];
  mkdirSync(folder, { recursive: true });
  for (const lang of LANGUAGES) {
    w.sql(`UPDATE account SET lang = '${lang}'`);
    for (const width of [390, 1280])
      for (const dark of [false, true]) {
        const open = new Map();
        for (const [i, p] of pages.entries()) {
          if ((i + LANGUAGES.indexOf(lang) + (width > 390 ? 1 : 0)) % 2 !== (dark ? 1 : 0)) continue;
          const page = open.get(p.as) ?? await w.open({ as: p.as === "misaki" ? misaki : p.as === "second" ? second : undefined, lang, width, dark, touch: false });
          open.set(p.as, page);
          await page.goto(p.to);
          const name = `${String(i).padStart(2, "0")}${p.to.replace(/[\w-]{30,}/, "ID").replace(/[^\w]+/g, "-").slice(0, 40)}`;
          notes.push(...(await crowded(page)).map((c) => `${name} ${lang} ${width}: ${c}`));
          await page.screenshot({ path: `${folder}/${name}.${width}.${lang}.png`, fullPage: true });
        }
        for (const page of open.values()) await page.context().close();
      }
  }
  w.sql("UPDATE account SET lang = 'en'");
  writeFileSync(`${folder}/crowded.txt`, notes.join("\n") + "\n");
});

test("ux 12.12 no request left our origins, nothing was refused by the policy", () => {
  assert.deepEqual(w.outside, []);
  assert.deepEqual(w.violations, []);
});
