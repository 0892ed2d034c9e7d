// Recipients and outbound servers of a domain, TLS peers and suspended sources in a real browser: without
// script, in English and Japanese, at 320 pixels, in the dark.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PORTS, account, forget, session, sql } from "./raw.mjs";

const base = `http://127.0.0.1:${PORTS.admin}`;
const SHOTS = process.env.SEKISHO_SHOTS; // a folder for pictures (development)
const domain = randomUUID(), other = randomUUID();
const name = `peers-${domain.slice(0, 8)}.example`;
let browser, org;

before(async () => {
  org = account("owner").org;
  sql(`INSERT INTO domain (org_id, domain_id, name) VALUES ('${org}', '${domain}', '${name}'), ('${org}', '${other}', 'other-${name}')`);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await browser?.close();
  sql(`DELETE FROM tls_peer WHERE org_id = '${org}'; DELETE FROM outbound_suspension WHERE org_id = '${org}'; DELETE FROM domain WHERE org_id = '${org}'; DELETE FROM tls_route WHERE org_id = '${org}'`);
  forget();
});
async function open({ role = "owner", js = false, width = 1280, dark = false } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", baseURL: base, reducedMotion: "reduce", acceptDownloads: true });
  const [key, value] = session("admin", role).cookie.split("=");
  await context.addCookies([{ name: key, value, url: base }]);
  return context.newPage();
}
const bar = (page) => page.locator(".bar").innerText();
const shot = async (page, what) => SHOTS && page.screenshot({ path: `${SHOTS}/${what}.png`, fullPage: true });
const recipients = `/domains/${domain}/recipients`, outbound = `/domains/${domain}/outbound`;
const press = (page, label) => page.getByRole("button", { name: label, exact: true }).click();

test("C11 recipients: the page of a domain leads there; an empty list cannot be switched on", async () => {
  const page = await open();
  await page.goto(`/domains/${domain}`);
  await shot(page, "domain");
  await page.getByRole("link", { name: "Valid recipients", exact: true }).click();
  assert.equal(new URL(page.url()).pathname, recipients);
  assert.match(await page.locator("main").innerText(), /No recipients yet/);
  await press(page, "Refuse other addresses");
  assert.match(await bar(page), /Add recipients first/);
  assert.equal(sql(`SELECT check_recipients FROM domain WHERE domain_id = '${domain}'`), "f");
  await page.context().close();
});

test("C11 recipients: typed ones are taken at once, faults and files are shown first", async () => {
  const page = await open();
  await page.goto(recipients);
  await press(page, "Add recipients");
  assert.match(await page.locator("#e-lines").innerText(), /one on each line/);
  await page.getByLabel("Addresses").fill(`anna@${name}\nBob@${name}`);
  await press(page, "Add recipients");
  assert.match(await bar(page), /2 recipients added/);
  const file = `/tmp/peers-${process.pid}.csv`;
  writeFileSync(file, `E-mail;Name\r\ncarol@${name};Carol\r\nanna@${name};Anna\r\ncarol@${name};again\r\nx@elsewhere.example;X\r\n<script>alert(1)</script>@;Y\r\n`);
  await page.getByLabel("CSV file").setInputFiles(file);
  await press(page, "Add recipients");
  assert.match(await page.locator("h1").innerText(), /Check the import/);
  await shot(page, "import");
  assert.deepEqual(await page.locator("dl.pairs dd").allInnerTexts(), ["1", "1", "3"]);
  const rows = await page.locator("tbody tr").allInnerTexts();
  assert.match(rows[0], /4\s+carol@.*Is there twice/s);
  assert.match(rows[1], /5\s+x@elsewhere\.example.*another domain/s);
  assert.match(rows[2], /6\s+<script>alert\(1\)<\/script>@.*no address/s);
  assert.equal(sql(`SELECT count(*) FROM recipient WHERE domain_id = '${domain}'`), "2", "nothing is added by looking");
  await press(page, "Add 1 recipient");
  assert.match(await bar(page), /1 recipient added/);
  assert.equal(sql(`SELECT string_agg(address, ' ' ORDER BY address) FROM recipient WHERE domain_id = '${domain}'`), `anna@${name} bob@${name} carol@${name}`);
  await page.getByLabel("Addresses").fill(`x@elsewhere.example`);
  await press(page, "Add recipients");
  assert.match(await page.locator("#e-lines").innerText(), /no address of this domain/);
  assert.equal(await page.getByLabel("Addresses").inputValue(), "x@elsewhere.example", "nothing is cleared");
  await page.context().close();
});

test("C11 recipients: search, delete with undo, export, switch", async () => {
  const page = await open();
  await page.goto(recipients);
  await page.getByPlaceholder("Address begins with").fill("BO");
  await press(page, "Search");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.goto(recipients);
  await press(page, `Delete bob@${name}`);
  assert.match(await bar(page), /no longer listed/);
  assert.equal(sql(`SELECT count(*) FROM recipient WHERE address = 'bob@${name}'`), "0");
  await press(page, "Undo");
  assert.match(await bar(page), /listed again/);
  assert.equal(sql(`SELECT count(*) FROM recipient WHERE address = 'bob@${name}'`), "1");
  const reply = await page.request.get(`${recipients}/export`);
  assert.match(reply.headers()["content-disposition"], /attachment; filename="?recipients-/);
  assert.equal(await reply.text(), `address\r\nanna@${name}\r\nbob@${name}\r\ncarol@${name}\r\n`);
  await press(page, "Refuse other addresses");
  assert.match(await bar(page), /not listed is refused now/);
  assert.equal(sql(`SELECT check_recipients FROM domain WHERE domain_id = '${domain}'`), "t");
  await shot(page, "recipients");
  sql(`DELETE FROM recipient WHERE domain_id = '${domain}' AND address <> 'anna@${name}'`);
  await page.goto(recipients);
  await press(page, `Delete anna@${name}`);
  assert.match(await bar(page), /last recipient: without it all mail for .* would be refused/);
  assert.equal(sql(`SELECT count(*) FROM recipient WHERE domain_id = '${domain}'`), "1");
  await press(page, "Accept every address");
  assert.equal(sql(`SELECT check_recipients FROM domain WHERE domain_id = '${domain}'`), "f");
  assert.equal(sql(`SELECT count(*) FROM audit WHERE org_id = '${org}' AND event IN ('recipient.imported', 'recipient.deleted', 'domain.changed')`), "6");
  await page.context().close();
});

test("C11 recipients: 1,000 lines of a file are added, and the export has them all, and no formulas", async () => {
  const page = await open(), big = randomUUID(), of = `big-${name}`;
  sql(`INSERT INTO domain (org_id, domain_id, name) VALUES ('${org}', '${big}', '${of}')`);
  const all = ["=1+1|a", ...Array.from({ length: 999 }, (_, i) => `person.number.${i}`)].map((l) => `${l}@${of}`);
  const file = `/tmp/peers-big-${process.pid}.csv`;
  writeFileSync(file, all.join("\n"));
  await page.goto(`/domains/${big}/recipients`);
  await page.getByLabel("CSV file").setInputFiles(file);
  await press(page, "Add recipients");
  await press(page, "Add 1,000 recipients");
  assert.match(await bar(page), /1,000 recipients added/);
  assert.equal(sql(`SELECT count(*) FROM recipient WHERE domain_id = '${big}'`), "1000");
  const lines = (await (await page.request.get(`/domains/${big}/recipients/export`)).text()).split("\r\n");
  assert.deepEqual(lines.slice(1, -1).map((l) => l.replace(/^'/, "")).sort(), all.sort());
  assert.ok(lines.includes(`'=1+1|a@${of}`), "a spreadsheet takes it for text");
  await page.context().close();
});

test("C11 recipients: long lists have pages in both directions", async () => {
  sql(`INSERT INTO recipient (org_id, domain_id, address) SELECT '${org}', '${other}', 'u' || to_char(n, 'FM000') || '@other-${name}' FROM generate_series(1, 120) n`);
  const page = await open();
  await page.goto(`/domains/${other}/recipients`);
  const first = () => page.locator("tbody tr").first().innerText();
  assert.match(await first(), /^u001@/);
  await page.getByRole("link", { name: "Older" }).click();
  assert.match(await first(), /^u051@/);
  await page.getByRole("link", { name: "Older" }).click();
  assert.match(await first(), /^u101@/);
  assert.equal(await page.getByRole("link", { name: "Older" }).count(), 0);
  await page.getByRole("link", { name: "Newer" }).click();
  assert.match(await first(), /^u051@/);
  assert.match(await page.locator(".list-foot").innerText(), /120 recipients/);
  await page.context().close();
});

test("A09 outbound servers: add, what is wrong, delete with undo, switch", async () => {
  const page = await open();
  await page.goto(outbound);
  assert.match(await page.locator("main").innerText(), /No outbound servers yet/);
  const field = page.getByLabel("Address or network");
  for (const [typed, error] of [["", /Enter an IP address/], ["mail.example.com", /Enter an IP address/], ["10.0.0.0/8", /too large/], ["192.0.2.1/24", /does not begin/]]) {
    await field.fill(typed);
    await press(page, "Add the server");
    assert.match(await page.locator("#e-network").innerText(), error, typed);
    assert.equal(await field.inputValue(), typed);
  }
  for (const typed of ["192.0.2.1", "198.51.100.0/24", "2001:DB8::/48"]) {
    await page.getByLabel("Address or network").fill(typed);
    await press(page, "Add the server");
    assert.match(await bar(page), /may send now/);
  }
  await page.getByLabel("Address or network").fill("192.0.2.1");
  await press(page, "Add the server");
  assert.match(await page.locator("#e-network").innerText(), /there already/);
  await page.goto(outbound);
  await press(page, "Delete 192.0.2.1");
  assert.match(await bar(page), /may no longer send/);
  await press(page, "Undo");
  assert.match(await bar(page), /may send again/);
  assert.equal(sql(`SELECT string_agg(network::text, ' ' ORDER BY network) FROM outbound_network WHERE domain_id = '${domain}'`), "192.0.2.1/32 198.51.100.0/24 2001:db8::/48");
  await shot(page, "outbound");
  await press(page, "Switch outbound mail off");
  assert.equal(sql(`SELECT outbound FROM domain WHERE domain_id = '${domain}'`), "f");
  await press(page, "Switch outbound mail on");
  assert.equal(sql(`SELECT outbound FROM domain WHERE domain_id = '${domain}'`), "t");
  await page.context().close();
});

test("B13 suspended sources: suspend, resume", async () => {
  const page = await open();
  await page.goto("/suspended");
  assert.match(await page.locator("main").innerText(), /Nothing is suspended/);
  await page.getByLabel("IP address or sender").fill("no source");
  await press(page, "Suspend the source");
  assert.match(await page.locator("#e-source").innerText(), /IP address, or an address/);
  await page.getByLabel("IP address or sender").fill(`Spammer@${name}`);
  await page.getByLabel("Note").fill("<b>newsletter</b>, 100%c");
  await press(page, "Suspend the source");
  assert.match(await bar(page), /refused now/);
  await page.getByLabel("IP address or sender").fill("192.0.2.9");
  await press(page, "Suspend the source");
  await page.getByLabel("IP address or sender").fill("192.0.2.9");
  await press(page, "Suspend the source");
  assert.match(await page.locator("#e-source").innerText(), /suspended already/);
  await page.goto("/suspended");
  await shot(page, "suspended");
  assert.match(await page.locator("tbody").innerText(), /<b>newsletter<\/b>, 100%c/);
  await press(page, `Resume spammer@${name}`);
  await press(page, "Undo");
  assert.match(await bar(page), /refused now/);
  assert.equal(sql(`SELECT note FROM outbound_suspension WHERE org_id = '${org}' AND source = 'spammer@${name}'`), "<b>newsletter</b>, 100%c", "the note comes back");
  await press(page, `Resume spammer@${name}`);
  assert.match(await bar(page), /taken again/);
  assert.equal(sql(`SELECT string_agg(source, ' ') FROM outbound_suspension WHERE org_id = '${org}'`), "192.0.2.9");
  await page.context().close();
});

test("C08 TLS peers: add in both directions, what is wrong, change, delete", async () => {
  const page = await open();
  await page.goto("/tls");
  assert.match(await page.locator("main").innerText(), /No TLS peers yet/);
  assert.match(await page.locator("main").innerText(), /no TLS certificate/, "what cannot work is said");
  await page.getByRole("link", { name: "Add for incoming mail" }).first().click();
  assert.deepEqual(await page.locator("#f-level option").allInnerTexts(), ["Encrypt when possible", "Always encrypt"]);
  await page.getByLabel("Peer").fill("*.example.com");
  await press(page, "Save");
  assert.match(await page.locator("#e-peer").innerText(), /\* or a domain/);
  await page.getByLabel("Peer").fill("Partner.Example");
  await page.getByLabel("Oldest version").selectOption("1.3");
  await press(page, "Save");
  assert.match(await bar(page), /partner\.example added/);
  await page.getByRole("link", { name: "Add for outgoing mail" }).click();
  await page.getByLabel("Your domain").selectOption(domain);
  await page.getByLabel("Peer").fill("*");
  await page.getByLabel("Encryption").selectOption("secure");
  await shot(page, "tls-add");
  await press(page, "Save");
  assert.match(await bar(page), /added/);
  await page.goto("/tls/add?direction=in");
  await page.getByLabel("Peer").fill("partner.example");
  await press(page, "Save");
  assert.match(await page.locator("#e-peer").innerText(), /already/);
  await page.goto("/tls");
  await shot(page, "tls");
  const rows = await page.locator("tbody tr").allInnerTexts();
  assert.match(rows[0], /partner\.example\s+Incoming\s+All other domains\s+Always encrypt\s+TLS 1\.3\s+On/);
  assert.match(rows[1], /All other peers\s+Outgoing\s+peers-.*secure|All other peers\s+Outgoing\s+peers-.*own name/s);
  await page.getByRole("link", { name: "partner.example" }).click();
  await page.getByLabel("This entry counts").uncheck();
  await page.getByLabel("Encryption").selectOption("may");
  await press(page, "Save");
  assert.match(await bar(page), /changed/);
  assert.equal(sql(`SELECT level || ' ' || active FROM tls_peer WHERE org_id = '${org}' AND peer = 'partner.example'`), "may false");
  await page.getByRole("link", { name: "All other peers" }).click();
  await page.getByRole("link", { name: "Delete", exact: true }).click();
  await press(page, "Delete the TLS peer");
  assert.match(await bar(page), /deleted/);
  assert.equal(sql(`SELECT count(*) FROM tls_peer WHERE org_id = '${org}'`), "1");
  assert.equal(sql(`SELECT string_agg(event || ' ' || coalesce(detail->>'domain', detail->'after'->>'domain', detail->'before'->>'domain') || ' ' || (detail::text LIKE '%domain_id%'), E'\n' ORDER BY seq) FROM audit WHERE org_id = '${org}' AND event LIKE 'tls.%'`), `tls.added * false\ntls.added ${name} false\ntls.changed * false\ntls.deleted ${name} false`);
  await page.goto("/audit");
  assert.match(await page.locator("table").innerText(), /TLS peer all other peers deleted[\s\S]*TLS peer partner\.example changed/);
  await page.context().close();
});

test("the five tabs of a domain have one head: its name, its status, what can be done", async () => {
  for (const role of ["owner", "auditor"]) {
    const page = await open({ role });
    const heads = new Set();
    for (const tab of ["", "/servers", "/recipients", "/outbound", "/dkim"]) {
      await page.goto(`/domains/${domain}${tab}`);
      heads.add((await page.locator(".head").innerText()).trim());
      assert.equal(await page.locator(".page-tabs [aria-current=page]").count(), 1);
    }
    assert.equal(heads.size, 1, [...heads].join("\n--\n"));
    assert.match([...heads][0], role === "owner" ? /Delete domain[\s\S]*Check again/ : /^(?![\s\S]*Delete)/);
    await page.context().close();
  }
});

const paths = () => {
  const peer = sql(`SELECT peer_id FROM tls_peer WHERE org_id = '${org}' LIMIT 1`);
  return [recipients, `/domains/${other}/recipients`, outbound, "/suspended", "/tls", "/tls/add?direction=in", "/tls/add?direction=out", `/tls/${peer}`, `/tls/${peer}/delete`];
};
test("C08 C11 B04 B13: axe finds nothing, light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
  for (const [width, dark] of [[1280, false], [320, true]]) {
    const page = await open({ js: true, width, dark });
    for (const path of paths()) {
      await page.goto(path);
      assert.deepEqual(await axe(page), [], `${path} ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${path} ${width}: sideways`);
      if (width === 320) await shot(page, `narrow${path.replace(/[^a-z]+/g, "-")}`);
    }
    await page.context().close();
  }
});
test("C08 C11 B04 B13: no English in Japanese", async () => {
  sql(`UPDATE account SET lang = 'ja' WHERE account_id = '${account("owner").id}'`);
  const page = await open();
  for (const path of paths()) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "ja");
    // innerText needs script in the page; the text of what is ours is enough.
    const html = (await page.locator("main").innerHTML()).replace(/<bdi[^]*?<\/bdi>|<option[^]*?<\/option>|<svg[^]*?<\/svg>/g, "").replace(/<[^>]*>/g, "\n").replaceAll(name, "");
    const left = [...html.matchAll(/[A-Za-z][a-z]+(?: [A-Za-z]+)+/g)].map((m) => m[0]);
    assert.deepEqual(left, [], path);
    await shot(page, `ja${path.replace(/[^a-z]+/g, "-")}`);
  }
  sql(`UPDATE account SET lang = NULL WHERE account_id = '${account("owner").id}'`);
  await page.context().close();
});
test("A-59 who may look and not change sees no form", async () => {
  const page = await open({ role: "help_desk" });
  for (const path of [recipients, outbound, "/suspended", "/tls"]) {
    assert.equal((await page.goto(path)).status(), 200);
    assert.equal(await page.locator("main form[method=post] button").count(), 0, path);
  }
  assert.equal((await page.goto("/tls/add")).status(), 403);
  await page.context().close();
});
