// The portal in each of its languages (ux.md 12.1, J09, N14): no text stays in English, `lang` is set, nothing is wider than a
// phone, axe finds nothing; numbers and dates as the language writes them; the language menu; the console stays with its two.
// SEKISHO_SHEETS=FOLDER keeps a picture of every page in every language at 390 and 1280 pixels.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const SHEETS = process.env.SEKISHO_SHEETS;
const PASSWORD = "violet-kettle-42-orbit";
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
const WHO = "misaki.sato@acme.example";
const LANGUAGES = ["en", ...readdirSync(`${TOP}/i18n`).filter((f) => f.endsWith(".po")).map((f) => f.slice(0, -3))].sort();
const PORTAL_ONLY = LANGUAGES.filter((l) => !["en", "ja"].includes(l));

let env, portal, work, browser, cookies;

function environment() {
  const out = execFileSync("bash", ["-c", ". tests/env.sh; test_environment weblang; env -0"], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

function send(from, subject, body) {
  const data = `From: ${subject} <${from}>\r\nTo: <${WHO}>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}.${process.pid}@sender.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\n\r\n${body}\r\n.`;
  const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, `RCPT TO:<${WHO}>`, "DATA", data, "QUIT"];
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
async function open({ js = true, width = 1280, lang = "en", as } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, locale: lang, baseURL: portal, storageState: as, reducedMotion: "reduce" });
  return context.newPage();
}

before(async () => {
  env = environment();
  portal = `http://127.0.0.1:${env.PORTAL_PORT}`;
  work = `${env.VAR}-work`;
  try { stack("stop"); } catch {}
  rmSync(env.VAR, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  stack("start");
  sekisho("setup", "--org", "Acme", "--admin", "kenji.ota@acme.example", "--password-file", `${work}/password`);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  sekisho("user", "add", WHO, "--password-file", `${work}/password`);
  await send("a@else.example", "Aaaa", GTUBE);
  await send("bug@malware.example", "Bbbb", EICAR);
  await send("c@else.example", "Cccc", `https://cccc.example/\r\n\r\n${GTUBE}`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await open();
  await page.goto("/signin");
  await page.locator("[name=address]").fill(WHO);
  await page.locator("main button.primary").first().click();
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").first().click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  cookies = await page.context().storageState();
  await page.context().close();
}, { timeout: 180_000 });
after(async () => {
  await browser?.close();
  if (env) { try { stack("stop"); } catch {} }
});

async function pages(page) {
  await page.goto("/");
  const messages = await page.locator("tbody a[href^='/m/']").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
  return ["/", "/?search=Zzzz", "/deleted", ...messages, "/history", "/history?q=Zzzz", "/bulk", "/requests", "/help", "/senders", "/senders?list=blocked", "/senders/import", "/settings", "/settings/mailboxes",
    "/settings/digest", "/settings/security", "/settings/security/password", "/settings/security/second", "/settings/activity", "/m/nothing", "/nowhere"];
}
const PUBLIC = ["/signin", "/register", "/forgot", "/activate", "/reset", "/login/2", "/d/nothing", "/u/nothing"];

// Every text of the page, and what screen readers say.
const texts = (page) => page.evaluate(() => {
  const all = [document.title];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("script, style, .langs, select, kbd, [lang]:not(html), [translate=no]")) all.push(walk.currentNode.data);
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title], [alt], [data-label]"))
    for (const a of ["aria-label", "placeholder", "title", "alt", "data-label"]) if (e.getAttribute(a)) all.push(e.getAttribute(a));
  return all.map((t) => t.replace(/\s+/g, " ").trim()).filter((t) => /[A-Za-z]{3}/.test(t));
});

// What a catalogue leaves as it is on purpose ("Spam", "Text").
function same(lang) {
  const out = new Set();
  for (const entry of readFileSync(`${TOP}/i18n/${lang}.po`, "utf8").split("\n\n")) {
    const id = /^msgid "(.*)"$/m.exec(entry)?.[1], str = /^msgstr "(.*)"$/m.exec(entry)?.[1];
    if (id && id === str) out.add(id);
  }
  return out;
}
const DATA = /Sekisho|Zzzz|Aaaa|Bbbb|Cccc|\.example|Acme|GTUBE|EICAR|eicar|UTC|SHA-256|@|text\/plain|^\w+ \d|Chrome|Linux|HTTP|Message-ID|Received|XJS|X5O|^3 messages$/i;

for (const [what, list, signed] of [["signed in", pages, true], ["before signing in", async () => PUBLIC, false]])
  test(`12.1: no English on the portal in any other language, at 320 px nothing is cut off, axe is silent: ${what}`, { timeout: 600_000 }, async () => {
    const english = new Map(), wrong = [];
    for (const lang of ["en", ...LANGUAGES.filter((l) => l !== "en")]) {
      if (signed) sql(`UPDATE account SET lang = '${lang}' WHERE address = '${WHO}'`);
      const page = await open({ lang, as: signed ? cookies : undefined });
      const keeps = lang === "en" ? new Set() : same(lang);
      let axed = 0;
      for (const path of await list(page)) {
        await page.goto(path);
        assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
        const now = await texts(page);
        if (lang === "en") english.set(path, new Set(now));
        else for (const t of now) if (english.get(path).has(t) && !keeps.has(t) && !DATA.test(t)) wrong.push(`${lang} ${path}: ${t}`);
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (over > 0) wrong.push(`${lang} ${path}: ${over} px too wide at ${width}`);
          if (SHEETS && width > 320) {
            mkdirSync(SHEETS, { recursive: true });
            await page.screenshot({ path: `${SHEETS}/${(path.replace(/\/m\/[0-9a-f-]{9,}/, "/m/x").replace(/\W+/g, "-").replace(/^-|-$/g, "") || "list")}.${width}.${lang}.png`, fullPage: width > 390 });
          }
        }
        // Markup is the same in all languages: names and contrasts are judged once a language, on other pages each time.
        if (axed++ % LANGUAGES.length === LANGUAGES.indexOf(lang)) wrong.push(...(await axe(page)).map((v) => `${lang} ${path}: axe ${v.id ?? JSON.stringify(v)}`));
      }
      await page.context().close();
    }
    assert.deepEqual(wrong, []);
  });

test("J09, N14: the language menu has every language in its own words, works without script at 320 px, and is remembered", async () => {
  for (const lang of LANGUAGES.slice(0, 3)) {
    const page = await open({ js: false, width: 320, lang: "xx" });
    await page.goto("/signin");
    await page.locator(".langs summary").click();
    const names = await page.locator(".langs .pop button").allInnerTexts();
    assert.deepEqual(names, LANGUAGES.map((l) => { const n = new Intl.DisplayNames([l], { type: "language" }).of(l); return n[0].toLocaleUpperCase(l) + n.slice(1); }));
    const box = await page.locator(".langs .pop").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
    await page.locator(`.langs .pop button[value="${lang}"]`).click();
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await page.goto("/forgot");
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await page.context().close();
  }
});

test("N14: the browser's wish is read with its relatives: pt-PT gets pt-BR, fr-CA gets fr, and q counts", async () => {
  const lang = async (accept) => /<html lang="([^"]+)"/.exec(await (await fetch(`${portal}/signin`, { headers: { "accept-language": accept } })).text())[1];
  assert.equal(await lang("pt-PT, en;q=0.5"), "pt-BR");
  assert.equal(await lang("pt"), "pt-BR");
  assert.equal(await lang("fr-CA,fr;q=0.9,en;q=0.8"), "fr");
  assert.equal(await lang("de;q=0.3, it;q=0.7, en;q=0.2"), "it");
  assert.equal(await lang("zh-CN, es-419;q=0.8, en;q=0.4"), "es");
});

test("J09: the console is offered in the languages that it has in full; who reads another gets English there", async () => {
  const console_ = `http://127.0.0.1:${env.ADMIN_PORT}`;
  const html = async (accept) => (await fetch(`${console_}/signin`, { headers: { "accept-language": accept } })).text();
  for (const l of PORTAL_ONLY) assert.match(await html(`${l}, ja;q=0.1`), /<html lang="ja"/, l);
  for (const l of PORTAL_ONLY) assert.doesNotMatch(await html("en"), new RegExp(`value="${l}"`), l);
  const context = await browser.newContext({ baseURL: console_, locale: "ja" });
  const page = await context.newPage();
  sql("UPDATE account SET lang = 'de' WHERE address = 'kenji.ota@acme.example'");
  await page.goto("/signin");
  await page.locator("[name=address]").fill("kenji.ota@acme.example");
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main button.primary").first().click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.goto("/users/add");
  const offered = await page.locator("select[name=lang] option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
  assert.deepEqual(offered.sort(), LANGUAGES, "for others all can be chosen");
  await context.close();
});
