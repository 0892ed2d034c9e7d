// The portal's message page (U5) in a real browser, with mail that went through SMTP: its place in the list, the formatted view
// in its frame, what was checked, look-alikes letter by letter, headers, attachments.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_PREVIEW_TEST_VAR; // a stack that runs already (development)
const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const MISAKI = "misaki.sato@acme.example", HANA = "hana.mori@acme.example", KENJI = "kenji.ota@acme.example";
const LONG = "billing@very-long-subdomain.of.some.host.northw1nd-pay.example";

let env, portal, browser, misaki, hana;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment webpreview; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const download = { USER_DOWNLOAD: "yes", PREVIEW_SIZE: "200K" };
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env: { ...env, ...download }, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

function send(from, to, data) {
  const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", data.replace(/^\./gm, "..") + "\r\n.", "QUIT"];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(env.SMTP_PORT), "127.0.0.1");
    let text = "", i = -1;
    socket.setTimeout(60_000, () => reject(new Error("SMTP is silent")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk;
      if (!/^\d\d\d .*\r\n$/m.test(text)) return;
      if (/^[45]\d\d /m.test(text)) return reject(new Error(`SMTP: ${text} after ${lines[i]}`));
      text = "";
      if (++i < lines.length) socket.write(lines[i] + "\r\n");
      else { socket.end(); resolve(); }
    });
  });
}
let serial = 0;
function mail({ subject, name, from, to, type = "text/plain; charset=utf-8", body }) {
  return `From: ${name ? `${name} ` : ""}<${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: <${process.pid}.${++serial}@sender.example>\r\nX-Folded: one\r\n two\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
}
const hold = (m) => send(m.from, m.to, mail(m));
const HTML = `<html><head><style>@import "http://track.example/a.css";</style></head><body bgcolor="#eef4f8"><table width="100%" cellpadding="16"><tr><td style="background:#0b5468;color:#fff;font-size:22px">Northwind</td></tr><tr><td><p>Dear customer,</p><p>Your invoice for October is ready. The amount of <b style="color:#b00020">248,000</b> is due <b>today</b>.</p><p><a href="https://northw1nd-pay.example/x">portal.northwind.example</a></p><ul><li>one</li><li>two</li></ul><img src="https://cdn.northw1nd-pay.example/logo.png" alt="logo"><script>window.xss=1</script></td></tr></table><p>${GTUBE}</p></body></html>`;

const wrong = [];
async function open({ as, js = true, width = 1280, dark = false, lang = "en" } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: portal, storageState: as, reducedMotion: "reduce" });
  context.on("request", (r) => { if (!r.url().startsWith(portal)) wrong.push(`request ${r.url()}`); });
  context.on("page", (page) => {
    page.on("console", (m) => { if (m.type() === "error") wrong.push(`${page.url()}: ${m.text()}`); });
    page.on("dialog", (d) => { wrong.push(`dialog ${d.message()}`); d.dismiss(); });
  });
  return context.newPage();
}
async function state(address) {
  const page = await open();
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  const password = page.locator("[name=password]");
  if (!(await password.count())) await page.locator("main button.primary").click();
  await password.fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  const cookies = await page.context().storageState();
  await page.context().close();
  return cookies;
}
const shot = async (page, name) => { if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true }); };
const id = (subject) => sql(`SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = '${subject}'`);

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  const work = `${env.VAR}-work`;
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  const attempt = (...args) => { try { sekisho(...args); } catch (e) { if (!EXTERNAL) throw e; } };
  attempt("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
  attempt("domain", "add", "acme.example", "--next-hop", "127.0.0.1:9");
  attempt("user", "add", MISAKI, "--lang", "en", "--password-file", `${work}/password`);
  attempt("user", "add", HANA, "--lang", "ja", "--password-file", `${work}/password`);
  attempt("lookalike", "add", "northwind.example");
  for (let i = 1; i <= 3; i++) await hold({ subject: `Newsletter ${i}`, from: "news@tabi-letter.example", to: MISAKI, body: `${i}\r\n${GTUBE}` });
  for (const to of [MISAKI, HANA]) {
    await hold({ subject: "Your October invoice", name: "Northwind Billing", from: LONG, to, type: "multipart/mixed; boundary=b", body: `--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${HTML}\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="invoice_1023.pdf"\r\n\r\n%PDF-1.4 x\r\n--b--` });
    await hold({ subject: "Account notice", name: "Northwind", from: "pay@northw1nd.example", to, body: `Pay at https://northw1nd.example/now\r\n\r\n${GTUBE}` });
  }
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  misaki = await state(MISAKI);
  hana = await state(HANA);
});
after(async () => {
  await browser?.close();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

test("U5 3 of 5, Previous and Next stay in the filter, and the tabs keep it", async () => {
  const page = await open({ as: misaki, js: false });
  await page.goto(`/m/${id("Newsletter 3")}`);
  assert.match(await page.locator(".crumbs-row").innerText(), /3 of 5/);
  await page.goto(`/m/${id("Newsletter 3")}?q=Newsletter`);
  assert.match(await page.locator(".crumbs-row").innerText(), /1 of 3/);
  assert.equal(await page.locator("a[rel=prev]").count(), 0);
  await page.locator("a[rel=next]").click();
  assert.match(await page.locator(".crumbs-row").innerText(), /2 of 3/);
  await page.locator(".tabs a", { hasText: "Headers" }).click();
  assert.match(await page.locator(".crumbs-row").innerText(), /2 of 3/);
  await page.context().close();
});

test("U5 T-W2 A-7 the formatted view: in a frame without script, origin and network; it looks like the mail", async () => {
  const page = await open({ as: misaki });
  const path = `/m/${sql(`SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Your October invoice' AND r.address = '${MISAKI}'`)}`;
  const text = await page.goto(path);
  assert.match(text.headers()["content-security-policy"], /frame-src 'none'/);
  const around = await page.goto(`${path}?view=formatted`);
  assert.match(around.headers()["content-security-policy"], /default-src 'none'.*frame-src 'self'.*frame-ancestors 'none'/);
  const reply = await page.request.get(`${path}/formatted`), head = reply.headers();
  assert.match(head["content-security-policy"], /^default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox$/);
  assert.equal(head["x-frame-options"], "SAMEORIGIN");
  assert.equal(head["x-content-type-options"], "nosniff");
  assert.equal(head["cache-control"], "no-store");
  const frame = page.locator("iframe.mail-frame"), inside = frame.contentFrame();
  assert.equal(await frame.getAttribute("sandbox"), "");
  assert.match(await inside.locator("body").innerText(), /Your invoice for October is ready/);
  assert.equal(await inside.locator("td").first().evaluate((e) => getComputedStyle(e).backgroundColor), "rgb(11, 84, 104)");
  assert.equal(await inside.locator("script, a, img, [href], [src]").count(), 0);
  assert.equal(await inside.locator(".h.d").innerText(), "northw1nd-pay.example");
  assert.match(await inside.locator(".p").innerText(), /logo.*cdn\.northw1nd-pay\.example/s);
  await shot(page, "formatted-1280");
  // the document alone is as harmless: no script, an origin of its own
  await page.goto(`${path}/formatted`);
  assert.equal(await page.evaluate("self.origin"), "null");
  await page.context().close();
});

test("U5 the frame is the reader's own: others get nothing, plain mail and malware have no such view", async () => {
  const own = id("Newsletter 1");
  const page = await open({ as: hana });
  assert.equal((await page.request.get(`/m/${own}/formatted`)).status(), 404);
  const nobody = await open();
  assert.notEqual((await nobody.request.get(`/m/${own}/formatted`, { maxRedirects: 0 })).status(), 200);
  const plain = await open({ as: misaki });
  await plain.goto(`/m/${own}`);
  assert.equal(await plain.locator(".tabs a", { hasText: "Formatted" }).count(), 0);
  for (const p of [page, nobody, plain]) await p.context().close();
});

test("U5 the letter that imitates is marked, and the name that is known stands beside it", async () => {
  const page = await open({ as: misaki });
  const path = `/m/${sql(`SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.subject = 'Account notice' AND r.address = '${MISAKI}'`)}`;
  await page.goto(path);
  const pairs = page.locator(".facts .pairs").first();
  assert.match((await pairs.innerText()).replace(/\s+/g, " "), /You know northwind\.example This one northw1nd\.example/);
  assert.equal(await pairs.locator("mark.odd").innerText(), "1");
  await shot(page, "lookalike-1280");
  await page.context().close();
});

test("U5 attachments: name, size, kind, fingerprint, what was found", async () => {
  const page = await open({ as: misaki });
  await page.goto("/?q=invoice");
  await page.locator(".row-link").first().click();
  const file = page.locator("aside .files li").first();
  assert.match(await file.innerText(), /invoice_1023\.pdf[\s\S]*PDF document[\s\S]*No malware found/);
  await file.locator("summary").click();
  assert.match(await file.innerText(), /SHA-256\s+[0-9a-f]{64}/);
  await page.context().close();
});

test("U5 too large to be shown: the beginning of its text with a note, all its attachments, no formatted view", async () => {
  const noise = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n".repeat(6000);
  const file = (name, body) => `--b\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`;
  await hold({ subject: "Very large", from: "big@partner.example", to: MISAKI, type: "multipart/mixed; boundary=b",
    body: `--b\r\nContent-Type: text/html\r\n\r\n<p>The plans are attached.</p><p>${GTUBE}</p>\r\n${file("plans.bin", noise)}${file("behind.bin", "QUJD")}--b--` });
  const page = await open({ as: misaki, js: false });
  await page.goto(`/m/${id("Very large")}`);
  assert.match(await page.locator(".msg-text").innerText(), /The plans are attached\./);
  assert.match(await page.locator(".msg-body").innerText(), /too large to be shown here as a whole/);
  const files = page.locator("aside .files li");
  assert.deepEqual([await files.count(), (await files.allInnerTexts()).map((t) => /(plans|behind)\.bin[\s\S]*No malware found/.exec(t)?.[1]).join()], [2, "plans,behind"]);
  await shot(page, "u5-too-large");
  await page.goto(`/m/${id("Very large")}?view=formatted`);
  assert.equal(await page.locator("iframe, a[href*='view=formatted']").count(), 0);
  assert.match(await (await page.request.get(`/m/${id("Very large")}/formatted`)).text(), /too large to be shown here\./);
  await page.goto(`/m/${id("Newsletter 2")}`);
  assert.doesNotMatch(await page.locator(".msg-body").innerText(), /too large/);
  await page.context().close();
});

test("U5 T-W20 a permitted download: after a question, as a ZIP file with a password, with the bytes as they came", async () => {
  const page = await open({ as: misaki });
  await page.goto(`/m/${id("Newsletter 2")}`);
  await page.getByRole("link", { name: "Download this message" }).click();
  assert.deepEqual(await axe(page), []);
  await shot(page, "download-1280");
  const password = await page.locator("pre").innerText();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("main button.primary").click()]);
  assert.equal(file.suggestedFilename(), "Newsletter 2.zip");
  const zip = `${env.VAR}-work/a.zip`;
  await file.saveAs(zip);
  assert.doesNotMatch(readFileSync(zip).toString("latin1"), /Newsletter|GTUBE/);
  const unzip = (pw) => execFileSync("7z", ["x", "-so", `-p${pw}`, zip], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  assert.match(unzip(password), /^[\s\S]*Subject: Newsletter 2\r\n[\s\S]*GTUBE/);
  assert.throws(() => unzip("not-the-password"));
  assert.equal(sql("SELECT count(*) FROM audit WHERE event = 'mail.downloaded'"), "1");
  const other = await open({ as: hana });
  assert.equal((await other.request.get(`/m/${id("Newsletter 2")}/download`)).status(), 404);
  await other.context().close();
  await page.context().close();
});

test("T-W20 A-41 no name of a download makes a browser show it", async () => {
  const page = await open({ as: misaki });
  const names = ["a.html", "x.svg", "y.xml", "z.xhtml\" onload=\"x", "../../etc/passwd", "c:\\x.exe", "a\tb", "日本語.html", "請求書‮lmth.exe", ".htaccess", "con", "a%00.html", "a;b.svg",
    "filename*=UTF-8''x.html", "\"; filename=\"x.html", "<script>.html", "a".repeat(300) + ".html", "é.svg", "x.html.", "x.html "];
  for (const [i, name] of names.entries()) {
    const subject = /^[ -~]*$/.test(name) && name.length < 200 ? `${i} ${name}` : `=?UTF-8?B?${Buffer.from(`${i} ${name}`).subarray(0, 42).toString("base64")}?=`;
    await hold({ subject, from: "n@names.example", to: MISAKI, type: ["text/html", "image/svg+xml", "text/xml"][i % 3], body: `<svg onload="alert(1)"/><script>alert(1)</script>${GTUBE}` });
  }
  const ids = sql("SELECT r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE m.envelope_sender = 'n@names.example'").split("\n");
  assert.equal(ids.length, names.length);
  for (const one of ids) {
    await page.goto(`/m/${one}/download`);
    const [reply, file] = await Promise.all([page.waitForResponse((r) => r.request().method() === "POST"), page.waitForEvent("download"), page.locator("main button.primary").click()]);
    const head = reply.headers();
    assert.equal(head["content-type"], "application/octet-stream");
    assert.equal(head["x-content-type-options"], "nosniff");
    assert.match(head["content-security-policy"], /^default-src 'none'; frame-ancestors 'none'; sandbox$/);
    assert.match(head["content-disposition"], /^attachment; filename="[A-Za-z0-9._ -]+\.zip"; filename\*=UTF-8''[A-Za-z0-9._%-]+\.zip$/);
    assert.match(file.suggestedFilename(), /^[^\\/:*?"<>|‮]+\.zip$/);
    assert.equal(new URL(page.url()).pathname, `/m/${one}/download`);
    await file.delete();
  }
  await page.context().close();
});

test("ux 1.3 U5 scores and findings are one level deeper; the rule stands in plain words", async () => {
  const page = await open({ as: misaki, js: false });
  await page.goto(`/m/${id("Newsletter 2")}`);
  const aside = page.locator("aside");
  assert.match(await aside.innerText(), /Rule\s+(Spam|Newsletters and advertisements)\s/);
  assert.doesNotMatch(await aside.innerText(), /Score|What was found/);
  await aside.locator("summary", { hasText: "Technical details" }).click();
  assert.match(await aside.innerText(), /Score [\d.]+, limit [\d.]+[^]*What was found/);
  await page.context().close();
});

test("U5 headers are unfolded and can be copied", async () => {
  const page = await open({ as: misaki });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/m/${id("Newsletter 2")}?view=headers`);
  assert.match(await page.locator("table.headers").innerText(), /X-Folded:\s+one two/);
  await page.locator("[data-copy=headers]").click();
  await page.locator("[data-copy=headers]", { hasText: "Copied" }).waitFor();
  assert.match(await page.evaluate("navigator.clipboard.readText()"), /Subject:\s+Newsletter 2/);
  await page.context().close();
});

test("U5 Links: each with what was found about it, and nothing about the others", async () => {
  await hold({ subject: "Three links", from: "pay@partner.example", to: MISAKI, type: "text/html", body: `<p><a href="https://northw1nd.example/now">one</a> <a href="https://198.51.100.9/x">two</a> <a href="https://partner.example/about">three</a></p>${GTUBE}` });
  const page = await open({ as: misaki, js: false });
  await page.goto(`/m/${id("Three links")}?view=links`);
  const badges = (host) => page.locator(".files li", { has: page.locator("bdi.mono", { hasText: host }) }).locator(".badge").allInnerTexts();
  assert.deepEqual((await badges("northw1nd.example/now")).map((t) => t.trim()), ["A link leads to a domain that looks like one of yours"]);
  assert.deepEqual((await badges("198.51.100.9/x")).map((t) => t.trim()), ["A link leads to a bare IP address"]);
  assert.deepEqual(await badges("partner.example/about"), []);
  await shot(page, "u5-links-verdicts");
  await page.context().close();
});

test("ux 12.5 a long address is readable in full at 320 px, and its 1 is marked; nothing scrolls sideways", async () => {
  const page = await open({ as: misaki, width: 320 });
  await page.goto("/?q=October");
  await page.locator(".row-link").first().click();
  const address = page.locator(".msg-from .addr").first();
  assert.equal((await address.innerText()).replace(/\s/g, ""), LONG);
  assert.equal(await address.locator("mark.odd").innerText(), "1");
  assert.equal(await address.evaluate((e) => { for (let x = e; x; x = x.parentElement) if (x.scrollWidth > x.clientWidth + 1 && getComputedStyle(x).overflowX !== "visible") return x.className; return ""; }), "");
  for (const view of ["", "formatted", "links", "headers"]) {
    await page.goto(`${new URL(page.url()).pathname}?view=${view}`);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${view} scrolls sideways`);
    await shot(page, `u5-320-${view || "text"}`);
  }
  await page.context().close();
});

test("U5 on a phone: the main action and More stay at the bottom; More opens the others, without script", async () => {
  const page = await open({ as: misaki, width: 390, js: false });
  await page.goto(`/m/${id("Newsletter 2")}`);
  const others = page.locator(".actions .more button");
  assert.ok((await others.count()) >= 4);
  assert.equal(await others.first().isVisible(), false);
  const bar = await page.locator(".actions.sticky").boundingBox();
  assert.ok(bar.height < 80, `the bar is ${bar.height} high`);
  await page.locator(".actions .more summary").click();
  assert.ok(await others.first().isVisible() && await others.last().isVisible());
  await shot(page, "more-390");
  await page.locator(".actions .more summary").click();
  await page.locator(".actions button[formaction='/delete']").click();
  await page.locator(".bar [data-key=z]").click(); // undo
  const wide = await open({ as: misaki });
  await wide.goto(`/m/${id("Newsletter 2")}`);
  assert.equal(await wide.locator(".actions .more button").first().isVisible(), false);
  const box = await wide.locator(".actions").boundingBox();
  assert.ok(box.height < 70, `the actions are ${box.height} high: more than a row`);
  await wide.locator(".actions .more summary").focus();
  await wide.keyboard.press("Enter");
  assert.ok(await wide.locator(".actions .more button").last().isVisible());
  await wide.keyboard.press("Escape");
  assert.equal(await wide.locator(".actions .more button").first().isVisible(), false);
  for (const p of [page, wide]) await p.context().close();
});

test("U5 axe, in light and dark, in English and Japanese; no English on the Japanese page", async () => {
  for (const [as, dark, width] of [[misaki, false, 1280], [misaki, true, 390], [hana, false, 1280], [hana, true, 390]]) {
    const page = await open({ as, dark, width, lang: as === hana ? "ja" : "en" });
    for (const q of ["October", "Account"]) {
      await page.goto(`/?q=${q}`);
      await page.locator(".row-link").first().click();
      assert.deepEqual(await axe(page), []);
      await shot(page, `u5-${as === hana ? "ja" : "en"}-${q}-${width}${dark ? "-dark" : ""}`);
      if (as === hana)
        assert.doesNotMatch((await page.locator("aside").innerText()).replace(/northw\S+|SHA-256|SPF|DKIM|DMARC|PDF|invoice\S+|kB|GTUBE|billing\S+|pay@\S+|subdomain\S+|[0-9a-f]{64}/g, ""), /[A-Za-z]{3,}/);
    }
    await page.context().close();
  }
});

test("U5 a deleted message says when it was deleted, and its content stays readable", async () => {
  const page = await open({ as: misaki, js: false });
  await page.goto(`/m/${id("Newsletter 1")}`);
  await page.locator("button[formaction='/delete']").click();
  await page.goto(`/m/${id("Newsletter 1")}?in=deleted`);
  assert.match(await page.locator(".msg-note").innerText(), /^Deleted /);
  assert.match(await page.locator(".msg-text").innerText(), /1/);
  assert.match(await page.locator(".crumbs-row").innerText(), /1 of 1/);
  await page.context().close();
});

test("T-W2 nothing of all that was blocked, tried or asked of others", () => assert.deepEqual(wrong, []));
