// Hostile texts in every place of a mail that a page shows, through the real pipeline: nothing runs, nothing leaves (A-1, A-7).
// Besides: what the engine makes of hostile HTML does nothing either when a browser shows it without any of our walls.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { foreign, listener, marked, payloads, watch } from "./xss.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const EXTERNAL = process.env.SEKISHO_XSS_TEST_VAR; // a stack that runs already (development)
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const MISAKI = "misaki.sato@acme.example", KENJI = "kenji.ota@acme.example";
const EACH = 3; // texts in one mail, in each of its places

let env, portal, admin, browser, ear, texts, ids;

function environment() {
  if (EXTERNAL) return { ...process.env, VAR: EXTERNAL };
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment webxss; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

function send(from, to, messages) {
  const lines = ["EHLO sender.example"];
  for (const m of messages) lines.push(`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", m.replace(/^\./gm, "..") + "\r\n.");
  lines.push("QUIT");
  return new Promise((resolve, reject) => {
    const socket = connect(Number(env.SMTP_PORT), "127.0.0.1");
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
const b64 = (s) => Buffer.from(s).toString("base64");
// An encoded word takes 75 characters: several of them, folded.
function words(s) {
  const out = [];
  let part = "";
  for (const c of s) {
    if (Buffer.byteLength(part + c) > 42) { out.push(part); part = ""; }
    part += c;
  }
  return [...out, part].map((p) => `=?UTF-8?B?${b64(p)}?=`).join("\r\n ");
}
const lines76 = (s) => b64(s).replace(/.{76}/g, "$&\r\n");
const rfc2231 = (s) => Buffer.from(s).reduce((t, c) => t + `%${c.toString(16).padStart(2, "0").toUpperCase()}`, "");
function filename(s) { // RFC 2231, in pieces
  const value = rfc2231(s).match(/(?:%..){1,20}/g);
  return value.map((v, i) => `;\r\n filename*${i}*=${i ? "" : "UTF-8''"}${v}`).join("");
}
function mail(i, list) {
  const all = list.join(" ");
  return [
    `From: ${words(all)} <a${i}@evil.example>`, `To: <${MISAKI}>`, `Subject: xss ${i} ${words(all)}`, `X-Hostile: ${words(all)}`,
    `Message-ID: <${process.pid}.${i}.${Date.now()}@evil.example>`, "Date: Tue, 24 Nov 2026 09:15:00 +0000", "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=outer", "",
    "--outer", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "",
    lines76(`<div>${list.join("</div>\n<div>")}</div>\n<p>${GTUBE}</p>\n<p>the end</p>`),
    "--outer", "Content-Type: text/plain", `Content-Disposition: attachment${filename(all)}`, "", "x",
    "--outer--", "", GTUBE, ""].join("\r\n");
}
// Character sets that turn harmless bytes into tags, or hide them.
function charsetMail(i, charset, body) {
  return Buffer.from([`From: <c${i}@evil.example>`, `To: <${MISAKI}>`, `Subject: xss charset ${charset}`, `Message-ID: <${process.pid}.c${i}.${Date.now()}@evil.example>`,
    "Date: Tue, 24 Nov 2026 09:15:00 +0000", "MIME-Version: 1.0", `Content-Type: text/html; charset=${charset}`, "Content-Transfer-Encoding: base64", "",
    Buffer.from(body, "latin1").toString("base64").replace(/.{76}/g, "$&\r\n"), ""].join("\r\n")).toString();
}
const run = "window.xss=1;alert(1)";
const charsets = [
  ["utf-7", `+ADw-script+AD4-${run}+ADw-/script+AD4-${GTUBE}`], ["iso-2022-jp", `\x1b$B"\x1b(B<script>${run}</script>\x1b(J ${GTUBE}`],
  ["iso-2022-kr", `\x1b$)C\x0e<script>\x0f<script>${run}</script>${GTUBE}`], ["hz-gb-2312", `~{<script>~}<script>${run}</script>${GTUBE}`],
  ["shift_jis", `<img alt="\x83" onerror=${run} src=x>${GTUBE}`], ["gb18030", `<img alt="\x81" src=x onerror=${run}>${GTUBE}`],
  ["big5", `<img alt="\xa1" src=x onerror=${run}>${GTUBE}`], ["euc-jp", `<img alt="\x8f" src=x onerror=${run}>${GTUBE}`],
  ["utf-16le", Buffer.from(`<script>${run}</script>${GTUBE}`, "utf16le").toString("latin1")], ["x-user-defined", `<script>${run}</script>${GTUBE}`],
  ["ibm037", `\x4c\xa2\x83\x99\x89\x97\xa3\x6e ${GTUBE}`], ["utf-8", `\xc0\xbcscript\xc0\xbe${run}\xc0\xbc/script\xc0\xbe${GTUBE}`],
];

async function signedIn(base, address) {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1280, height: 900 } });
  const seen = await watch(context, [base]);
  const page = await context.newPage();
  await page.goto("/signin");
  await page.locator("[name=address]").fill(address);
  const password = page.locator("[name=password]");
  if (!(await password.count())) await page.locator("main button.primary").click();
  await password.fill(PASSWORD);
  await page.locator("main button.primary").click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  return { context, page, seen };
}
async function look(page, path) {
  const reply = await page.goto(path, { waitUntil: "load" });
  assert.equal(reply.status(), 200, path);
  assert.equal(await marked(page), null, path);
  assert.equal(await page.locator(foreign).count(), 0, path);
}

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  admin = `http://127.0.0.1:${env.ADMIN_PORT}`;
  if (!EXTERNAL) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
    const work = `${env.VAR}-work`;
    mkdirSync(work, { recursive: true });
    writeFileSync(`${work}/password`, PASSWORD + "\n");
    sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
    sekisho("domain", "add", "acme.example", "--next-hop", "127.0.0.1:9");
    sekisho("user", "add", MISAKI, "--lang", "en", "--password-file", `${work}/password`);
  }
  ear = await listener();
  texts = payloads(ear.url);
  const groups = [];
  for (let i = 0; i < texts.length; i += EACH) groups.push(texts.slice(i, i + EACH));
  const mails = [...groups.map((g, i) => mail(i, g)), ...charsets.map(([c, b], i) => charsetMail(i, c, b))];
  for (let i = 0; i < mails.length; i += 20) await send("a@evil.example", MISAKI, mails.slice(i, i + 20));
  ids = sql("SELECT recipient_id FROM message_recipient WHERE state = 'held' ORDER BY received_at").split("\n");
  assert.equal(ids.length, mails.length);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  ear?.close();
  if (!EXTERNAL && env) { try { stack("stop"); } catch {} }
});

test("T-W1 the corpus has at least 300 texts", () => assert.ok(new Set(texts).size >= 300));

test("T-W1 A-1 list, search and deleted mail of the portal: nothing runs, nothing leaves", async () => {
  const { context, page, seen } = await signedIn(portal, MISAKI);
  let path = "/";
  for (let n = 0; path && n < 50; n++) {
    await look(page, path);
    const next = page.locator("a[rel=next]");
    path = (await next.count()) ? await next.first().getAttribute("href") : null;
  }
  for (const text of texts.filter((_, i) => i % 10 === 0)) {
    const q = encodeURIComponent(text.replace(/[\0-\x1f]/g, " ").slice(0, 60));
    await look(page, `/?q=${q}`);
  }
  await look(page, "/deleted");
  await sleep(200);
  assert.deepEqual(seen, []);
  await context.close();
});

test("T-W1 A-1 senders of mail that was refused, in the delivery history: nothing runs, nothing leaves", async () => {
  const rows = texts.map((t) => `(uuid7(), now(), 'n1', 'in', $x$${t.replaceAll("\0", "").slice(0, 300)}$x$, '${MISAKI}', 550, 'ip-blocked')`);
  sql(`INSERT INTO refusal (org_id, refusal_id, at, node, direction, envelope_sender, recipient, code, reason)
       SELECT org.org_id, v.* FROM org, (VALUES ${rows.join(",")}) v`);
  const { context, page, seen } = await signedIn(portal, MISAKI);
  let path = "/history?result=refused", shown = 0;
  for (let n = 0; path && n < 50; n++) {
    await look(page, path);
    shown += await page.locator("main table tbody tr").count();
    const next = page.locator("a[rel=next]");
    path = (await next.count()) ? await next.first().getAttribute("href") : null;
  }
  assert.ok(shown >= texts.length, `${shown} of ${texts.length}`);
  for (const text of texts.filter((_, i) => i % 30 === 0)) await look(page, `/history?q=${encodeURIComponent(text.replace(/[\0-\x1f]/g, " ").slice(0, 60))}`);
  await sleep(200);
  assert.deepEqual(seen, []);
  assert.deepEqual(ear.heard, []);
  await context.close();
});

test("T-W1 T-W2 A-7 every message of the portal, text, formatted and headers: nothing runs, nothing leaves", async () => {
  const { context, page, seen } = await signedIn(portal, MISAKI);
  for (const id of ids) {
    await look(page, `/m/${id}`);
    await look(page, `/m/${id}?view=headers`);
    await look(page, `/m/${id}?view=links`);
    await look(page, `/m/${id}?view=formatted`);
    const frame = page.locator("iframe.mail-frame");
    assert.equal(await frame.getAttribute("sandbox"), "");
    await frame.contentFrame().locator("body").waitFor({ state: "attached" });
    assert.equal(await frame.contentFrame().locator("body :not(div, span, p, small, strong, table, tbody, thead, tfoot, tr, td, th, caption, pre, b, i, u, s, br, hr, a, font, h1, h2, ruby, ul, ol, li, wbr, em)").count(), 0, id);
  }
  await sleep(200);
  assert.deepEqual(seen, []);
  assert.deepEqual(ear.heard, []);
  await context.close();
});

test("T-W20 nobody downloads anything unless the operator permits it", async () => {
  const { context, page } = await signedIn(portal, MISAKI);
  await page.goto(`/m/${ids[0]}`);
  assert.equal(await page.locator("main a[href*=download], main a[download]").count(), 0);
  assert.equal((await page.request.get(`/m/${ids[0]}/download`)).status(), 404);
  const csrf = await page.locator("main form input[type=hidden]").first().getAttribute("value");
  const form = { [await page.locator("main form input[type=hidden]").first().getAttribute("name")]: csrf, password: "x".repeat(16) };
  assert.equal((await page.request.post(`/m/${ids[0]}/download`, { form, headers: { origin: portal } })).status(), 404);
  await context.close();
});

test("T-W2 the rebuilt HTML does nothing without our walls, either: no frame, no policy, scripts on", async () => {
  const { context: session, page: reader } = await signedIn(portal, MISAKI);
  const context = await browser.newContext();
  const seen = await watch(context, ["http://naked.example"]);
  let html;
  await context.route("http://naked.example/**", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  const page = await context.newPage();
  let shown = 0;
  for (const id of ids) {
    const reply = await reader.request.get(`/m/${id}/formatted`);
    html = await reply.text();
    shown += /the end/.test(html);
    await page.goto("http://naked.example/", { waitUntil: "load" });
    assert.equal(await marked(page), null, id);
    await page.mouse.move(100, 40);
    assert.equal(await page.locator("script, iframe, object, embed, form, input, button, svg, math, img, a[href], link, base, video, audio, template, [id], [onerror]").count(), 0, id);
  }
  assert.ok(shown > ids.length / 2, `${shown} of ${ids.length} were shown to their end`);
  await sleep(300);
  assert.deepEqual(seen, []);
  assert.deepEqual(ear.heard, []);
  await context.close();
  await session.close();
});

test("T-W1 the administrator's pages: quarantine, message, tracking, search: nothing runs, nothing leaves", async () => {
  const { context, page, seen } = await signedIn(admin, KENJI);
  for (const first of ["/quarantine", "/tracking", "/", "/audit"]) {
    let path = first;
    for (let n = 0; path && n < 10; n++) {
      await look(page, path);
      const next = page.locator("a[rel=next]");
      path = (await next.count()) ? await next.first().getAttribute("href") : null;
    }
  }
  for (const id of ids.filter((_, i) => i % 5 === 0)) {
    await look(page, `/quarantine/${id}`);
    await look(page, `/quarantine/${id}?view=headers`);
    await look(page, `/quarantine/${id}?view=parts`);
  }
  const messages = sql("SELECT message_id FROM message_recipient WHERE state = 'held' ORDER BY received_at").split("\n");
  for (const id of messages.filter((_, i) => i % 10 === 0)) await look(page, `/tracking/${id}`);
  for (const text of texts.filter((_, i) => i % 60 === 0))
    await look(page, `/tracking?q=${encodeURIComponent(`"${text.replace(/[\0-\x1f"]/g, " ").slice(0, 60)}"`)}`);
  await sleep(200);
  assert.deepEqual(seen, []);
  assert.deepEqual(ear.heard, []);
  await context.close();
});
