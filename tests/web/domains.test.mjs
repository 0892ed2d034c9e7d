// Pages of a domain: its checks in DNS and its DKIM keys, in a real browser, with a real DNS server
// (unbound with local zones) that gets the records which the pages say. SHOTS=DIR keeps pictures.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
const PASSWORD = "violet-kettle-42-orbit";
const { SHOTS } = process.env;
let env, admin, browser, dns, state, domain;

function environment() {
  const out = execFileSync("bash", ["-c", `. tests/env.sh; test_environment webdomains
DNS_PORT=$(free_port $((SINK_PORT + 1))) DNS_DIR=$VAR-dns; export DNS_PORT DNS_DIR RESOLVER=127.0.0.1:$DNS_PORT SEKISHO_HOSTNAME=gw.example REQUIRE_OWNERSHIP=yes; env -0`], { cwd: TOP });
  return Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
}
const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", text], { encoding: "utf8" }).trim();

let records = [];
const strings = (s) => s.match(/.{1,200}/g).map((p) => `"${p}"`).join(" ");
function zones(list = records) {
  records = list;
  writeFileSync(`${env.DNS_DIR}/unbound.conf`, `server:
  interface: 127.0.0.1@${env.DNS_PORT}
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: "${env.DNS_DIR}/log"
  module-config: "iterator"
  local-zone: "." always_nxdomain
  local-zone: "acme.example." static
${records.map(([name, type, text]) => `  local-data: '${name}. 60 IN ${type} ${type === "TXT" ? strings(text) : text}'`).join("\n")}
remote-control:
  control-enable: no
`);
  dns?.kill("SIGHUP");
}

async function open({ js = true, width = 1280, dark = false } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: "en", baseURL: admin, storageState: state, reducedMotion: "reduce" });
  return context.newPage();
}
async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}
// Presses "Check again" until the page says so: the DNS server needs a moment for its new zone.
async function lookFor(page, text) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(300)) {
    await page.goto(domain);
    await page.getByRole("button", { name: "Check again" }).click();
    await page.waitForURL((u) => u.pathname === domain);
    while ((await page.locator(".note[role=status]").count()) && Date.now() < end) {
      await sleep(300);
      await page.goto(domain);
    }
    if (new RegExp(text).test(await page.locator(".check-list").innerText())) return;
  }
  assert.fail(`not found within 30 s: ${text}; ${await page.locator("main").innerText()}`);
}
const item = (page, title) => page.locator(".check-item", { has: page.locator("b", { hasText: title }) });

before(async () => {
  env = environment();
  admin = `http://127.0.0.1:${env.ADMIN_PORT}`;
  try { stack("stop"); } catch {}
  for (const dir of [env.VAR, env.DNS_DIR]) rmSync(dir, { recursive: true, force: true });
  mkdirSync(env.DNS_DIR, { recursive: true });
  zones();
  dns = spawn("/usr/sbin/unbound", ["-d", "-c", `${env.DNS_DIR}/unbound.conf`], { stdio: "ignore" });
  stack("start");
  writeFileSync(`${env.VAR}/password`, PASSWORD, { mode: 0o600 });
  sekisho("setup", "--org", "Acme Group", "--admin", "ken.ota@acme.example", "--password-file", `${env.VAR}/password`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  const page = await open();
  await page.goto("/signin");
  await page.getByLabel("E-mail address").fill("ken.ota@acme.example");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL((u) => u.pathname !== "/signin");
  state = await page.context().storageState();
  await page.context().close();
});
after(async () => {
  await browser?.close();
  if (env) { try { stack("stop"); } catch {} }
  dns?.kill();
});

test("A01 A12 a new domain: Configuration Required, with what is missing; the status names it on hover", async () => {
  const page = await open();
  await page.goto("/domains/add");
  await page.getByLabel("Domain", { exact: true }).fill("acme.example");
  await page.getByLabel("Mail server behind Sekisho").fill(`127.0.0.1:${env.SINK_PORT}`);
  await page.getByRole("button", { name: "Add the domain" }).click();
  await page.waitForURL(/\/domains\/[0-9a-f-]{36}$/);
  domain = new URL(page.url()).pathname;
  await lookFor(page, "This domain has no MX record");
  assert.match(await page.locator(".head").innerText(), /Configuration Required\s+To do: Ownership, MX record, SPF, DKIM, DMARC/);
  assert.match(await page.locator(".note.warn").first().innerText(), /for viruses only/);
  assert.equal(await page.locator(".check-item").count(), 5);
  assert.match(await page.locator(".meter-text").innerText(), /0 of 5 done/);
  await shot(page, "setup-nothing");
  await page.goto("/domains");
  assert.equal(await page.locator("tbody tr [title]").first().getAttribute("title"), "To do: Ownership, MX record, SPF, DKIM, DMARC");
  await shot(page, "list");
  await page.context().close();
});

test("A04 A05 what the page says, written into DNS, makes each check pass", async () => {
  const page = await open();
  await page.goto(domain);
  const own = await page.locator("#r-ownership").innerText();
  assert.match(own, /^sekisho-verification=[0-9a-f]{32}$/);
  assert.equal(await page.locator("#r-mx").innerText(), "gw.example");
  const dmarc = await page.locator("#r-dmarc").innerText();
  zones([["acme.example", "TXT", own], ["acme.example", "MX", "10 mail.acme.example."], ["acme.example", "MX", "20 gw.example."], ["acme.example", "TXT", "v=spf1 include:spf.protection.example ip4:198.51.100.24 -all"]]);
  await lookFor(page, "Some mail still goes to your old server");
  assert.match(await page.locator(".check-list").innerText(), /You own this domain/);
  assert.equal(await page.locator(".note.warn").count(), 0, "the domain is verified");
  const mx = item(page, "Some mail still goes");
  assert.match(await mx.locator("tbody").innerText(), /mail\.acme\.example[\s\S]*10[\s\S]*Delete this record[\s\S]*gw\.example[\s\S]*20[\s\S]*Set the priority to 10/);
  assert.equal(await page.locator("#r-spf").innerText(), "v=spf1 a:gw.example include:spf.protection.example ip4:198.51.100.24 -all");
  assert.equal(await page.locator("#r-spf mark").innerText(), "a:gw.example");
  const [zone] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download as a zone file" }).click()]);
  assert.equal(readFileSync(await zone.path(), "utf8").split("\n").filter((l) => !/dmarc/.test(l)).sort().join("\n"), [
    "", "; -\tacme.example.\tIN MX\t10 mail.acme.example.", '; -\tacme.example.\tIN TXT\t"v=spf1 include:spf.protection.example ip4:198.51.100.24 -all"',
    "acme.example.\tIN MX\t10 gw.example.", 'acme.example.\tIN TXT\t"v=spf1 a:gw.example include:spf.protection.example ip4:198.51.100.24 -all"'].join("\n"));
  await shot(page, "setup-some");
  zones([["acme.example", "TXT", own], ["acme.example", "MX", "10 gw.example."], ["acme.example", "TXT", await page.locator("#r-spf").innerText()], ["_dmarc.acme.example", "TXT", dmarc]]);
  await lookFor(page, "4 of 5|Mail for this domain comes here first");
  assert.match(await page.locator(".head").innerText(), /To do: DKIM$/m);
  await page.context().close();
});

test("A06 A08 an inbound server: a bare domain is refused, the connection can be tested", async () => {
  const page = await open();
  await page.goto(`${domain}/servers`);
  for (const [typed, error] of [["example.com", /This is a domain/], ["example.com:25", /This is a domain/], ["mailhost.example.com:0", /from 1 to 65535/], ["mailhost.example.com:65536", /from 1 to 65535/], ["no host", /neither/]]) {
    await page.getByLabel("Server and port").fill(typed);
    await page.getByRole("button", { name: "Add the server" }).click();
    assert.match(await page.locator("#e-host").innerText(), error, typed);
  }
  for (const typed of ["0", "101", ""]) {
    await page.getByLabel("Server and port").fill("mailhost.example.com:65535");
    await page.getByLabel("Preference").fill(typed);
    await page.getByRole("button", { name: "Add the server" }).click();
    assert.ok(await page.locator("#e-preference").innerText(), typed);
  }
  await page.getByLabel("Preference").fill("100");
  await page.getByRole("button", { name: "Add the server" }).click();
  await page.locator(".bar").waitFor();
  await page.getByRole("button", { name: "Test the connection to mailhost.example.com" }).click();
  assert.match(await page.locator(".bar").innerText(), /this name is not in DNS/);
  await page.getByRole("button", { name: "Test the connection to 127.0.0.1" }).click();
  assert.match(await page.locator(".bar").innerText(), /takes no connection/);
  const server = createServer((s) => {
    s.on("error", () => {});
    s.write("220 inside ESMTP\r\n");
    s.on("data", (d) => s.write(/^EHLO/.test(d) ? "250-inside\r\n250 STARTTLS\r\n" : "221 bye\r\n"));
  });
  await new Promise((done) => server.listen(Number(env.SINK_PORT), "127.0.0.1", done));
  try {
    await page.getByRole("button", { name: "Test the connection to 127.0.0.1" }).click();
    assert.match(await page.locator(".bar").innerText(), /answers after \d+ ms and offers encryption/);
  } finally {
    server.close();
  }
  await shot(page, "servers");
  await page.getByRole("link", { name: "Delete mailhost.example.com" }).click();
  await page.getByRole("button", { name: "Delete the server" }).click();
  await page.locator(".bar").waitFor();
  await page.context().close();
});

test("the copy button copies exactly the record", async () => {
  const page = await open();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: admin });
  await page.goto(domain);
  const box = page.locator("#relay");
  await page.locator('[data-copy="relay"]').click();
  await page.locator('[data-copy="relay"]', { hasText: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `gw.example:${env.RELAY_PORT}`);
  assert.equal(await box.innerText(), `gw.example:${env.RELAY_PORT}`);
  await page.context().close();
});

test("E08 a key: made, published, waits, signs, is rotated and deleted", async () => {
  const page = await open();
  await page.goto(`${domain}/dkim`);
  assert.match(await page.locator(".empty").innerText(), /No key yet/);
  await page.getByRole("link", { name: "New key" }).click();
  await page.getByLabel("Selector").fill("not a name");
  await page.getByRole("button", { name: "Make the key" }).click();
  assert.ok(await page.locator("#e-selector").innerText());
  await page.getByLabel("Selector").fill("sk1");
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.locator(".bar").waitFor();
  const name = await page.locator("#n-0").innerText(), value = await page.locator("#v-0").innerText();
  assert.equal(name, "sk1._domainkey.acme.example");
  assert.match(value, /^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{300,}=*$/);
  await page.getByText("Your DNS takes only 255 characters?").click();
  const pieces = await page.locator("#p-0").innerText();
  assert.equal(pieces.replace(/" "/g, "").replace(/^"|"$/g, ""), value, "the pieces are the record");
  assert.ok(pieces.match(/"[^"]*"/g).every((p) => p.length <= 257));
  await shot(page, "dkim-new");
  await lookFor(page, "DKIM key is waiting to appear in DNS");
  assert.equal(await item(page, "DKIM key is waiting").locator(".dot").getAttribute("class"), "dot info", "waiting is no mistake");
  zones([...records, [name, "TXT", value]]);
  await lookFor(page, "The DKIM key is in DNS");
  await page.goto(`${domain}/dkim`);
  assert.match(await page.locator(".check-item").innerText(), /Waiting[\s\S]*It signs from/);
  await page.getByRole("button", { name: "Sign now, without waiting" }).click();
  await page.locator(".bar").waitFor();
  assert.match(await page.locator(".check-item").innerText(), /Signs/);
  await lookFor(page, "Outgoing mail is signed");
  assert.match(await page.locator(".head").innerText(), /Completed/);
  await shot(page, "setup-all");
  await page.goto("/domains");
  assert.match(await page.locator("tbody").innerText(), /Completed/);

  await page.goto(`${domain}/keys`);
  await page.getByLabel("Kind of key").selectOption("rsa1024");
  await page.getByLabel("Selector").fill("sk1");
  await page.getByRole("button", { name: "Make the key" }).click();
  assert.match(await page.locator("#e-selector").innerText(), /already/);
  await page.getByLabel("Selector").fill("SK2");
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.locator(".bar").waitFor();
  assert.match(await page.locator(".check-item").first().innerText(), /sk2[\s\S]*This key is weak/);
  zones([...records, [await page.locator("#n-0").innerText(), "TXT", await page.locator("#v-0").innerText()]]);
  await page.getByLabel("Wait time in hours").fill("169");
  await page.getByLabel("Header fields to sign").fill("From, Subject, X-Sekisho-Verdict");
  await page.getByRole("button", { name: "Save" }).click();
  assert.ok(await page.locator("#e-wait").innerText());
  assert.ok(await page.locator("#e-headers").innerText());
  await page.getByLabel("Wait time in hours").fill("0");
  await page.getByLabel("Header fields to sign").fill("From, Subject, Date");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".bar").waitFor();
  assert.equal(await page.getByLabel("Header fields to sign").inputValue(), "From Subject Date");
  for (let i = 0; i < 20 && !/sk1 – Retiring/.test(await page.locator(".check-list").innerText()); i++) {
    await lookFor(page, "Outgoing mail is signed");
    await page.goto(`${domain}/dkim`);
  }
  assert.match(await page.locator(".check-list").innerText(), /sk2 – Signs[\s\S]*sk1 – Retiring/);
  await shot(page, "dkim-rotated");
  await page.getByRole("link", { name: "Delete key sk1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete key" }).click();
  await page.locator(".bar").waitFor();
  assert.equal(await page.locator(".check-item").count(), 1);
  assert.equal(sql("SELECT string_agg(event, ' ' ORDER BY seq) FROM audit WHERE event LIKE 'domain.%'"), "domain.added domain.verified domain.server_added domain.server_deleted domain.dkim_added domain.dkim_started domain.dkim_added domain.dkim_changed domain.dkim_deleted");
  await page.goto("/audit");
  assert.match(await page.locator("main").innerText(), /DKIM key of acme\.example deleted/);
  await page.context().close();
});

test("without script, from the keyboard: looking again and its result", async () => {
  const page = await open({ js: false });
  zones(records.filter((r) => r[0] !== "_dmarc.acme.example"));
  await lookFor(page, "DMARC is not set up");
  assert.ok(await page.locator("#r-dmarc").isVisible(), "what is wrong is open");
  assert.ok(!(await page.locator('[data-copy="r-dmarc"]').isVisible()), "no button that does nothing");
  const closed = page.locator(".check-item:not([open]) > summary").first();
  await closed.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".check-item:not([open])").count(), 3);
  await page.context().close();
});

test("with the engine stopped the page says what is wrong, and what was known before", async () => {
  const page = await open();
  execFileSync("src/tools/stack", ["hold", "engine"], { cwd: TOP, env, stdio: "pipe" });
  try {
    sql("UPDATE domain_watch SET asked_at = now() - interval '2 minutes', checked_at = now() - interval '3 minutes'");
    const start = Date.now();
    const reply = await page.goto(domain);
    assert.ok(Date.now() - start < 2000);
    assert.equal(reply.headers().refresh, undefined, "it does not reload for ever");
    assert.match(await page.locator(".note[role=status]").innerText(), /The engine may be stopped/);
    assert.equal(await page.locator(".check-item").count(), 5);
    await page.goto(`${domain}/keys`);
    await page.getByLabel("Selector").fill("mine");
    await page.getByLabel("Kind of key").selectOption("ed25519");
    await page.getByRole("button", { name: "Make the key" }).click();
    assert.match(await page.locator(".note[role=alert]").innerText(), /engine does not answer, so no key was made/);
    assert.equal(await page.getByLabel("Selector").inputValue(), "mine");
    assert.equal(await page.getByLabel("Kind of key").inputValue(), "ed25519");
    await shot(page, "dkim-no-engine");
    await page.goto(`${domain}/servers`);
    await page.getByRole("button", { name: "Test the connection to 127.0.0.1" }).click();
    assert.match(await page.locator(".bar").innerText(), /engine does not answer, so the connection was not tested/, "after all of its time");
  } finally {
    execFileSync("src/tools/stack", ["resume", "engine"], { cwd: TOP, env, stdio: "pipe" });
  }
  await page.context().close();
});

test("A04 without a name that DNS could have, the page offers no record", async () => {
  const page = await open();
  const saved = sql("SELECT jsonb_agg(jsonb_build_object('item', item, 'state', state, 'code', code, 'detail', detail)) FROM domain_check");
  const set = (item, code, detail) => sql(`UPDATE domain_check SET state = 'missing', code = '${code}', detail = '${JSON.stringify(detail)}' WHERE item = '${item}'`);
  for (const [host, offered] of [["vm", 0], ["vm.acme.example", 1]]) {
    set("mx", "mx-none", { name: host, first: 10, records: [] });
    set("spf", "spf-missing", { ours: `a:${host}`, wanted: `v=spf1 a:${host} ~all` });
    await page.goto(domain);
    for (const id of ["#r-mx", "#r-spf"]) assert.equal(await page.locator(id).count(), offered, `${host} ${id}`);
    assert.equal(await page.locator(".check-body .note.warn").count(), offered ? 0 : 2);
    assert.doesNotMatch(await page.locator("main").innerText(), /Keep the old record/, "there is none");
    const zone = await (await page.request.get(`${domain}/zone`)).text();
    assert.equal(/vm/.test(zone), offered === 1, zone);
    await shot(page, `setup-${host}`);
  }
  sql(`UPDATE domain_check c SET state = o->>'state', code = o->>'code', detail = o->'detail' FROM jsonb_array_elements('${saved.replaceAll("'", "''")}') o WHERE c.item = o->>'item'`);
  await page.context().close();
});

test("axe finds nothing, nothing scrolls sideways; Japanese pages have no English", async () => {
  const page = await open();
  const key = sql("SELECT key_id FROM dkim_key LIMIT 1");
  const paths = ["/domains", domain, `${domain}/servers`, `${domain}/dkim`, `${domain}/keys`, `/keys/${key}/delete`];
  for (const path of paths) {
    for (const [width, dark] of [[1280, false], [320, true]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
      await page.goto(path);
      await page.evaluate(() => document.querySelectorAll("details.check-item, details.more").forEach((d) => { d.open = true; }));
      assert.deepEqual(await axe(page), [], `${path} ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${path} scrolls sideways at ${width}`);
      if (width === 320) await shot(page, `phone${path.replace(/[0-9a-f-]{36}/, "x").replaceAll("/", "-")}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/domains");
  await page.getByRole("button", { name: "日本語" }).click();
  for (const path of paths) {
    await page.goto(path);
    await page.evaluate(() => document.querySelectorAll("details.check-item, details.more").forEach((d) => { d.open = true; }));
    const text = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll("bdi, code, pre, .mono, [lang]:not([lang=ja]), option, input, script")) e.remove();
      return [...copy.innerText.matchAll(/[A-Za-z][A-Za-z]+(?: [A-Za-z]+)+/g)].map((m) => m[0]);
    });
    assert.deepEqual(text.filter((t) => !/^(Sekisho|Acme Group|Ken Ota|sekisho doctor$)/.test(t)), [], path);
    await shot(page, `ja${path.replace(/[0-9a-f-]{36}/, "x").replaceAll("/", "-")}`);
  }
  await page.getByRole("button", { name: "English" }).click();
  await page.context().close();
});
