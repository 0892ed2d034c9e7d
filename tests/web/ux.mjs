// What the tests of ux.md 12 share: an installation of their own with people, mail and a next hop, and a browser. One stack
// a file; sessions are made in the database, because how one signs in is judged elsewhere.
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

export const TOP = new URL("../..", import.meta.url).pathname;
export const PASSWORD = "violet-kettle-42-orbit";
export const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
export const MISAKI = "misaki.sato@acme.example";
export const KENJI = "kenji.ota@acme.example";
export const LONG = "billing@very-long-subdomain.of.some.host.northw1nd-pay.example"; // ux.md 12.5
export const LANGUAGES = ["en", ...readdirSync(`${TOP}/i18n`).filter((f) => f.endsWith(".po")).map((f) => f.slice(0, -3))].sort();

export async function until(what, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  }
}
const encoded = (text) => (/^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`);

// pseudo: the programs that also know en-XA (make pseudo).
export async function world(name, { pseudo = false, settings = {} } = {}) {
  const out = execFileSync("bash", ["-c", `. tests/env.sh; test_environment ${name}; env -0`], { cwd: TOP });
  const env = { ...Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)])), ...settings };
  if (pseudo) {
    env.BUILD = `${env.BUILD}/pseudo`;
    env.SEKISHO = `${env.BUILD}/bin/sekisho`;
  }
  const stack = (...args) => execFileSync("src/tools/stack", args, { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
  const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
  const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8", maxBuffer: 64 << 20 }).trim();
  const portal = `http://127.0.0.1:${env.PORTAL_PORT}`, admin = `http://127.0.0.1:${env.ADMIN_PORT}`, work = `${env.VAR}-work`;
  try { stack("stop"); } catch {}
  for (const d of [env.VAR, work]) rmSync(d, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(`${work}/password`, PASSWORD + "\n");
  let browser, sink;
  const w = { env, stack, sekisho, sql, portal, admin, work, violations: [], outside: [] };
  w.close = async () => {
    await browser?.close();
    sink?.kill();
    try { stack("stop"); } catch {}
  };
  try {
    stack("start");
    sink = spawn(process.execPath, ["tests/demo/sink.mjs", env.SINK_PORT, `${work}/sink`], { cwd: TOP, stdio: "ignore" });
    sekisho("setup", "--org", "Acme Group", "--admin", KENJI, "--password-file", `${work}/password`);
    sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
    w.user = (address, ...more) => sekisho("user", "add", address, "--password-file", `${work}/password`, ...more);
    w.user(MISAKI, "--lang", "en", "--tz", "Asia/Tokyo");
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  } catch (e) {
    await w.close();
    throw e;
  }
  w.browser = browser;

  // The state of a browser in which that person is signed in.
  w.session = (address = MISAKI, surface = "portal") => {
    const value = randomBytes(32).toString("base64url"), hash = createHash("sha256").update(value).digest("hex");
    sql(`INSERT INTO session (session_hash, org_id, account_id, surface, csrf) SELECT '\\x${hash}', org_id, account_id, '${surface}', '\\x${randomBytes(32).toString("hex")}' FROM account WHERE address = '${address}'`);
    return { cookies: [{ name: `sekisho-${surface}`, value, domain: "127.0.0.1", path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" }], origins: [] };
  };
  w.language = (lang, address = MISAKI) => sql(`UPDATE account SET lang = '${lang}' WHERE address = '${address}'`);

  // A page; what the policy refused and what was asked of other origins is kept.
  w.open = async ({ js = true, width = 1280, height = 900, dark = false, lang = "en", as, touch = width < 720, surface = "portal", ...more } = {}) => {
    const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: w[surface], storageState: as, reducedMotion: "reduce", hasTouch: touch, isMobile: touch, ...more });
    context.setDefaultTimeout(15_000);
    context.on("page", (page) => {
      page.on("console", (m) => { if (/Content Security Policy|Trusted/.test(m.text()) || m.type() === "error" && !/status of [45]\d\d/.test(m.text())) w.violations.push(`${page.url()}: ${m.text()}`); });
      page.on("pageerror", (e) => w.violations.push(`${page.url()}: ${e}`));
      page.on("dialog", (d) => { w.violations.push(`${page.url()}: dialog ${d.message()}`); d.dismiss(); });
      page.on("request", (r) => { if (![portal, admin].includes(new URL(r.url()).origin)) w.outside.push(`${page.url()}: ${r.url()}`); });
    });
    return context.newPage();
  };

  // Mail through SMTP, as others send it.
  let serial = 0;
  w.send = ({ from = "news@tabi-letter.example", name = "", to = MISAKI, subject = "Held", body = "Kyoto in autumn", type = "text/plain; charset=utf-8", keep = false } = {}) => {
    const text = `From: ${name ? `${encoded(name)} ` : ""}<${from}>\r\nTo: <${to}>\r\nSubject: ${encoded(subject)}\r\nMessage-ID: <${process.pid}.${++serial}@sender.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}${keep ? "" : `\r\n\r\n${GTUBE}`}\r\n`;
    const lines = ["EHLO sender.example", `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", text.replace(/^\./gm, "..") + "\r\n.", "QUIT"];
    return new Promise((resolve, reject) => {
      const socket = connect(Number(env.SMTP_PORT), "127.0.0.1");
      let got = "", i = -1;
      socket.setTimeout(60_000, () => reject(new Error("SMTP is silent")));
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        got += chunk;
        if (!/^\d\d\d .*\r\n$/m.test(got)) return;
        if (/^[45]\d\d /m.test(got)) return reject(new Error(`SMTP: ${got} after ${lines[i]}`));
        got = "";
        if (++i < lines.length) socket.write(lines[i] + "\r\n");
        else { socket.end(); resolve(text); }
      });
    });
  };
  // Many held mails, as the gate writes them; they have no text to look at. reasons: as in message.reasons.
  w.held = (n, { to = MISAKI, kind = "spam", subject = "Held", from = "news@tabi-letter.example", name = "Travel Letter", minutes = 10, reasons = [{ code: "spam-score", severity: "warn" }] } = {}) =>
    sql(`SELECT count(ingest(jsonb_build_object('org_id', (SELECT org_id FROM org WHERE name = 'Acme Group'), 'message_id', m, 'received_at', floor(extract(epoch FROM now() - interval '${minutes} minutes') * 1000)::bigint - i * 1000,
      'node', 'n1', 'direction', 'in', 'queue_id', 'Q' || m, 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '', 'envelope_sender', $x$${from}$x$, 'sender_domain', 'x.example',
      'header_from', $x$${from}$x$, 'header_from_name', $x$${name}$x$, 'header_id', '', 'subject', $x$${subject}$x$ || CASE WHEN ${n} > 1 THEN ' ' || i ELSE '' END, 'bytes', 10, 'verdict', 'spam', 'score', 9, 'threshold', 5,
      'reasons', $x$${JSON.stringify(reasons)}$x$::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1, 'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(),
      'address', $x$${to}$x$, 'domain', 'acme.example', 'original', $x$${to}$x$, 'state', 'held', 'disposition', 'quarantine', 'kind', '${kind}', 'rule', '')))::text::jsonb, sha256(m::text::bytea), '\\x01'))
      FROM (SELECT i, uuid7() AS m FROM generate_series(1, ${n}) i) x`);
  // Address of the page of that message.
  w.message = (subject, to = MISAKI) => sql(`SELECT '/m/' || r.recipient_id FROM message_recipient r JOIN message m USING (org_id, received_at, message_id) WHERE r.address = '${to}' AND m.subject = $x$${subject}$x$`).split("\n")[0];

  // What the next hop has got, decoded: [{raw, head, field(), subject, text, html, to}].
  w.arrived = () => readdirSync(`${work}/sink`).filter((f) => f.endsWith(".eml")).map((f) => {
    const raw = readFileSync(`${work}/sink/${f}`, "latin1"), end = raw.indexOf("\r\n\r\n"), head = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ");
    const field = (n) => head.match(new RegExp(`^${n}: (.*)$`, "im"))?.[1].trim();
    const utf8 = (b) => Buffer.from(b, "base64").toString("utf8");
    const parts = [...raw.matchAll(/Content-Type: (text\/[a-z]+)[^]*?base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map((p) => [p[1], utf8(p[2])]);
    const subject = Buffer.concat([...(field("Subject") ?? "").matchAll(/=\?UTF-8\?B\?([^?]*)\?=\s*|([^]+?)(?==\?|$)/g)].map((m) => (m[1] ? Buffer.from(m[1], "base64") : Buffer.from(m[2])))).toString("utf8");
    return { raw, head, field, subject, text: parts.find((p) => p[0] === "text/plain")?.[1], html: parts.find((p) => p[0] === "text/html")?.[1], envelope: readFileSync(`${work}/sink/${f.replace(".eml", ".json")}`, "utf8") };
  });
  // Sends the digest of what is held now to that person and waits for it.
  w.digest = async (address = MISAKI) => {
    const digests = () => w.arrived().filter((m) => m.envelope.includes(address) && /^<digest\./.test(m.field("List-Id") ?? ""));
    const had = digests().length;
    if (sql("SELECT count(*) FROM digest_rule") === "0")
      sql(`INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, format, actions, next_at) SELECT org_id, uuid7(), 'All', 100, '{}', 127, '{540}', 'Asia/Tokyo', 'html', '{deliver,allow,block,delete}', now() FROM org WHERE name = 'Acme Group'`);
    sql("UPDATE digest_rule SET next_at = date_trunc('second', now()) - interval '1 second'");
    return until(() => digests().length > had && digests().at(-1), 120);
  };
  return w;
}

// What is wrong with a page at its present width: wider than the window, or text cut off by its box.
export const cut = (page) => page.evaluate(() => {
  const out = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) out.push(`${root.scrollWidth - root.clientWidth} px too wide`);
  for (const e of document.body.querySelectorAll("*")) {
    const s = getComputedStyle(e);
    if (e.closest(".vh, .skip, svg, textarea, pre, [hidden]") || !e.innerText?.trim() || s.display === "none" || s.visibility === "hidden") continue;
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && /hidden|clip/.test(s.overflowX)) out.push(`cut off: ${e.tagName}.${e.className} ${e.innerText.slice(0, 60)}`);
  }
  return out;
});
