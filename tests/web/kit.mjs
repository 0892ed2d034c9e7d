// What tests of pages need: a stack of its own with an organisation, mail through SMTP, a browser. One kit a test file:
//   const kit = await start("websettings"); ... await kit.stop();
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const TOP = new URL("../..", import.meta.url).pathname;
export const PASSWORD = "violet-kettle-42-orbit";
export const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
export const SHOTS = process.env.SEKISHO_SHOTS; // folder for pictures to look at

export async function until(what, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}

const encoded = (text) => (/^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`);
let serial = 0;

// profile: of tests/env.sh; with SEKISHO_KIT_VAR a stack that runs already is used (development).
export async function start(profile, { admin = "kenji.ota@acme.example", users = [] } = {}) {
  const external = process.env.SEKISHO_KIT_VAR;
  let env = { ...process.env, VAR: external };
  if (!external) {
    const out = execFileSync("bash", ["-c", `. tests/env.sh; test_environment ${profile}; env -0`], { cwd: TOP });
    env = Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
  }
  const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
  const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
  const attempt = (...args) => { try { sekisho(...args); } catch (e) { if (!external) throw e; } };
  const work = `${env.VAR}-work`;
  if (!external) {
    try { stack("stop"); } catch {}
    rmSync(env.VAR, { recursive: true, force: true });
    stack("start");
  }
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  const sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, `${work}/sink`], { cwd: TOP, stdio: "ignore" });
  attempt("setup", "--org", "Acme Group", "--admin", admin, "--password-file", `${work}/password`);
  attempt("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  for (const [address, lang] of users) attempt("user", "add", address, "--lang", lang, "--password-file", `${work}/password`);
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const urls = { portal: `http://127.0.0.1:${env.PORTAL_PORT}`, admin: `http://127.0.0.1:${env.ADMIN_PORT}` };
  const violations = [];

  async function open({ surface = "portal", js = true, width = 1280, dark = false, lang = "en", as, touch = false, zone } = {}) {
    const context = await browser.newContext({
      javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang,
      baseURL: urls[surface], storageState: as, reducedMotion: "reduce", hasTouch: touch, isMobile: touch, timezoneId: zone,
    });
    context.on("page", (page) => {
      page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text())) violations.push(`${page.url()}: ${m.text()}`); });
      page.on("pageerror", (e) => violations.push(`${page.url()}: ${e}`));
      page.on("dialog", (d) => { violations.push(`${page.url()}: dialog ${d.message()}`); d.dismiss(); });
    });
    return context.newPage();
  }
  async function signIn(page, address) {
    await page.goto("/signin");
    await page.locator("[name=address]").fill(address);
    if (page.url().startsWith(urls.portal) || !(await page.locator("[name=password]").isVisible())) await page.locator("main button.primary").first().click();
    await page.locator("[name=password]").fill(PASSWORD);
    await page.locator("main button.primary").click();
    await page.waitForURL((u) => u.pathname !== "/signin");
  }
  return {
    env, work, urls, violations, open, signIn, sekisho, stack,
    async cookies(address, surface = "portal") {
      const page = await open({ surface });
      await signIn(page, address);
      const state = await page.context().storageState();
      await page.context().close();
      return state;
    },
    sql: (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim(),
    // A mail through SMTP; its Message-ID comes back.
    send({ subject, name, from, to, body }) {
      const id = `<${process.pid}.${++serial}@sender.example>`;
      const data = `From: ${name ? `${encoded(name)} ` : ""}<${from}>\r\nTo: <${[to].flat()[0]}>\r\nSubject: ${encoded(subject)}\r\nMessage-ID: ${id}\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}\r\n`;
      const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, ...[to].flat().map((t) => `RCPT TO:<${t}>`), "DATA", data + ".", "QUIT"];
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
          else { socket.end(); resolve(id); }
        });
      });
    },
    async shot(page, name) {
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
    },
    async stop() {
      await browser.close();
      sink.kill();
      if (!external) { try { stack("stop"); } catch {} }
    },
  };
}

// A page must not be wider than the window, at 320 pixels either.
export const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
