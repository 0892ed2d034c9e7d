// Connection rules and blocked mail in a real browser: every form, its mistakes, without script where that is harder; then
// axe, 320 pixels, Japanese on each page. Rows B01 to B11 and C01 to C07 of the specification are the engine's; these
// are their pages.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { axe } from "./axe.mjs";
import { PORTS, account, ask, forget, session, sql } from "./raw.mjs";

const base = `http://127.0.0.1:${PORTS.admin}`;
let browser, org;

before(async () => {
  ({ org } = account("owner"));
  sql(`UPDATE account SET page_size = 10 WHERE org_id = '${org}'`);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});
after(async () => {
  await browser?.close();
  for (const t of ["conn_setting", "conn_address", "conn_country", "conn_list", "conn_rdns", "refusal"]) sql(`DELETE FROM ${t} WHERE org_id = '${org}' ${t === "conn_rdns" ? "AND sender NOT IN ('', '*')" : ""}`);
  sql(`ALTER TABLE conn_rdns DISABLE ROW LEVEL SECURITY; DELETE FROM conn_rdns WHERE org_id = '${org}'; ALTER TABLE conn_rdns ENABLE ROW LEVEL SECURITY`);
  forget();
});

async function open({ role = "owner", js = true, width = 1280, dark = false, lang = "en" } = {}) {
  const [name, value] = session("admin", role).cookie.split("=");
  const context = await browser.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", locale: lang, baseURL: base, reducedMotion: "reduce" });
  await context.addCookies([{ name, value, url: base }]);
  return context.newPage();
}
const bar = (page) => page.locator(".bar");
const say = (page) => page.locator(".error, .summary").allInnerTexts().then((t) => t.join(" "));

const REASONS = ["ip-dynamic", "ip-on-list", "ip-blocked", "country-blocked", "sender-domain-unknown", "recipient-invalid", "rate-limit", "ptr-missing", "sender-not-managed", "refused"];
function refuse(n, { of = org, reason = "ip-blocked", slot = "192.0.2.9", code = 550, minutes = 0, to = "u", ip = "192.0.2.9" } = {}) {
  sql(`INSERT INTO refusal (org_id, refusal_id, at, node, direction, client_ip, client_name, helo, envelope_sender, recipient, code, enhanced, reason, slot)
    SELECT '${of}', uuid7(), date_trunc('milliseconds', now()) - make_interval(mins => ${minutes}) - i * interval '1 second', 'n', 'in', '${ip}', 'mx.sender.example', 'h', 'from' || i || '@sender.example', '${to}' || i || '@protocol.example', ${code}, '5.7.1', '${reason}', '${slot}' FROM generate_series(1, ${n}) i`);
}

test("blocked mail: the tab, reasons in both languages, filters, paging, nobody else's", async () => {
  const page = await open({ js: false });
  await page.goto("/tracking");
  await page.getByRole("link", { name: "Blocked", exact: true }).click();
  assert.equal(new URL(page.url()).pathname, "/tracking/blocked");
  assert.match(await page.locator("main").innerText(), /Nothing was blocked/);
  refuse(25);
  for (const reason of REASONS) refuse(1, { reason, slot: { "country-blocked": "JP", "ip-on-list": "bl.example.org" }[reason] ?? "some.example", minutes: 60, to: reason, code: reason === "rate-limit" ? 450 : 550, ip: "198.51.100.1" });
  sql(`INSERT INTO org (org_id, name, body_key) VALUES (uuid7(), 'Others', '\\x00')`);
  refuse(1, { of: sql("SELECT org_id FROM org WHERE name = 'Others' LIMIT 1"), to: "theirs" });

  await page.goto("/tracking/blocked?period=all");
  const rows = page.locator("tbody tr");
  assert.equal(await rows.count(), 10);
  const seen = new Set();
  const collect = async () => { for (const t of await rows.locator("td:nth-child(2)").allInnerTexts()) { assert.ok(!seen.has(t), `${t} twice`); seen.add(t); } };
  await collect();
  while (await page.getByRole("link", { name: "Older" }).count()) { await page.getByRole("link", { name: "Older" }).click(); await collect(); }
  assert.equal(seen.size, 25 + REASONS.length);
  assert.ok(![...seen].some((t) => t.includes("theirs")));
  await page.getByRole("link", { name: "Newer" }).click();
  assert.equal(await rows.count(), 10);

  const only = async (query) => { await page.goto(`/tracking/blocked?period=all&${query}`); return page.locator("main").innerText(); };
  assert.match(await only("reason=country-blocked"), /The address belongs to a blocked country: Japan/);
  assert.equal(await rows.count(), 1);
  assert.match(await only("q=to:ip-on-list*"), /The address is on the list bl\.example\.org/);
  assert.match(await only("q=ip:198.51.100.1%20to:rate*"), /Too much mail in a short time[\s\S]*Temporary[\s\S]*450/);
  assert.equal(await rows.count(), 1);
  assert.match(await only("q=from:nobody@x.example"), /Nothing was blocked/);
  assert.match(await only("q=subject:x"), /Blocked mail has no "subject:"/);
  assert.match(await only("q=frmo:x"), /Did you mean from:\?/);
  assert.equal(await page.locator("tbody tr a").filter({ hasText: "details" }).count(), 0);

  const ja = await open({ lang: "ja" });
  await ja.goto("/tracking/blocked?period=all&reason=country-blocked");
  if (await ja.getByRole("button", { name: "日本語" }).count()) { await ja.getByRole("button", { name: "日本語" }).click(); await ja.goto("/tracking/blocked?period=all&reason=country-blocked"); }
  assert.match(await ja.locator("main").innerText(), /ブロックされている国のアドレスです：日本/);
  sql(`UPDATE account SET lang = NULL WHERE org_id = '${org}'`);
  await page.context().close();
  await ja.context().close();
});

test("C01 C02 B01 reputation: levels, switches, lists on and off, at most ten; mistakes stand beside their field", async () => {
  const page = await open();
  await page.goto("/connection");
  assert.equal(await page.getByLabel("Dynamic list").inputValue(), "2");
  assert.ok(await page.getByLabel("Refuse senders whose domain does not exist").isChecked());
  await page.getByLabel("Dynamic list").selectOption("4");
  await page.getByLabel("Approved addresses and countries also skip").check();
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT dynamic_level, check_sender, approved_no_spam FROM conn_setting WHERE org_id = '${org}'`), "4|t|t");
  assert.match(sql(`SELECT detail FROM audit WHERE org_id = '${org}' AND event = 'connection.reputation_changed' ORDER BY seq DESC LIMIT 1`), /"dynamic_level": 4/);

  const add = async (zone, codes) => {
    await page.getByLabel("Name of the list").fill(zone);
    await page.getByLabel("Answers that count").fill(codes);
    await page.getByRole("button", { name: "Add the list" }).click();
    await page.waitForLoadState();
  };
  await add("nolist", "");
  assert.match(await say(page), /name of a DNS list/);
  await add("bl.example.org", "2");
  assert.match(await say(page), /127\.0\.0\.2 or/);
  assert.equal(await page.getByLabel("Name of the list").inputValue(), "bl.example.org");
  await add("BL.example.org", "127.0.0.2 127.0.0.4-127.0.0.7");
  await bar(page).waitFor();
  await add("bl.example.org", "");
  assert.match(await say(page), /there already/);
  await page.goto("/connection");
  await page.getByRole("button", { name: "Turn bl.example.org off" }).click();
  await page.getByRole("button", { name: "Turn bl.example.org on" }).waitFor();
  assert.equal(sql(`SELECT zone, codes, enabled FROM conn_list WHERE org_id = '${org}'`), "bl.example.org|127.0.0.2 127.0.0.4-127.0.0.7|f");
  sql(`INSERT INTO conn_list (org_id, list_id, zone) SELECT '${org}', uuid7(), 'l' || i || '.example.org' FROM generate_series(1, 9) i`);
  await page.goto("/connection");
  await add("eleven.example.org", "");
  assert.match(await say(page), /ten lists already/);
  await page.goto("/connection");
  await page.locator("form", { has: page.getByRole("button", { name: "Turn l1.example.org off" }) }).evaluate((f) => { f.action = "/connection/lists/00000000-0000-7000-8000-000000000000"; });
  await page.getByRole("button", { name: "Turn l1.example.org off" }).click();
  await page.getByRole("heading", { name: "This page does not exist" }).waitFor();
  await page.goto("/connection");
  await page.getByRole("link", { name: "Delete bl.example.org" }).click();
  await page.getByRole("button", { name: "Delete the list" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT count(*) FROM conn_list WHERE org_id = '${org}' AND zone = 'bl.example.org'`), "0");
  assert.match(await page.locator("main").innerText(), /26 refused in 24 hours|refused in 24 hours/);
  await page.goto("/audit");
  assert.match(await page.locator("table").innerText(), /DNS list bl\.example\.org deleted[\s\S]*DNS list bl\.example\.org turned off[\s\S]*DNS list bl\.example\.org added/);
  await page.context().close();
});

test("C03 addresses: approve, block, search, delete; what is wrong is said", async () => {
  const page = await open({ js: false });
  await page.goto("/connection/addresses?list=blocked");
  const add = async (network, note = "") => {
    await page.getByLabel("Address or network").fill(network);
    await page.getByLabel(/^Note/).fill(note);
    await page.getByRole("button", { name: "Block", exact: true }).click();
  };
  await add("192.0.2.1/24");
  assert.match(await say(page), /192\.0\.2\.0\/24/);
  await add("mail.example.com");
  assert.match(await say(page), /Enter an address or a network/);
  await add("203.0.113.0/24", "a <b>note</b>");
  assert.match(await bar(page).innerText(), /203\.0\.113\.0\/24 is blocked now/);
  await add("2001:DB8::/32");
  await page.goto("/connection/addresses?list=approved");
  await page.getByLabel("Address or network").fill("203.0.113.0/24");
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  assert.match(await say(page), /one of the two lists already/);
  await page.goto("/connection/addresses?list=blocked&q=203.0");
  assert.deepEqual(await page.locator("tbody tr td:first-child").allInnerTexts(), ["203.0.113.0/24"]);
  await page.goto("/connection/addresses?list=blocked&q=note");
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.match(await page.locator("tbody").innerText(), /a <b>note<\/b>/);
  await page.goto("/connection/addresses?list=blocked&q=nothing");
  assert.match(await page.locator("main").innerText(), /No address matches/);
  await page.goto("/connection/addresses?list=blocked");
  await page.getByRole("link", { name: "Delete 2001:db8::/32" }).click();
  await page.getByRole("button", { name: "Delete the address" }).click();
  assert.match(await bar(page).innerText(), /deleted from the list/);
  assert.equal(sql(`SELECT network FROM conn_address WHERE org_id = '${org}'`), "203.0.113.0/24");
  await page.goto("/connection/addresses?list=approved");
  await page.getByLabel("Address or network").fill("198.51.100.77");
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.goto("/audit");
  assert.match(await page.locator("table").innerText(), /Address 198\.51\.100\.77\/32 approved[\s\S]*Address 203\.0\.113\.0\/24 blocked/);
  sql(`DELETE FROM conn_address WHERE org_id = '${org}' AND list = 'approved'`);
  await page.context().close();
});

test("C06 import: bad, repeated and conflicting lines are shown first; the export reads back the same", async () => {
  const page = await open({ js: false });
  await page.goto("/connection/addresses/import?list=approved");
  const send = async (text) => {
    await page.getByLabel("CSV file").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Check the file" }).click();
  };
  await page.getByRole("button", { name: "Check the file" }).click();
  assert.match(await say(page), /Choose a CSV file/);
  await send("network,note\r\n10.0.0.0/8,\"ours, \"\"all\"\"\"\r\n203.0.113.0/24,conflict\r\n10.1.2.3/8,slip\r\nnonsense,x\r\n10.0.0.0/8,again\r\n192.0.2.77,=1+1\r\n");
  const text = await page.locator("main").innerText();
  assert.match(text, /Will be added\s+2/);
  for (const why of [/203\.0\.113\.0\/24\s+It is in the other list/, /10\.1\.2\.3\/8\s+There are bits behind/, /nonsense\s+This is no address/, /10\.0\.0\.0\/8\s+The network stands in an earlier line/]) assert.match(text, why);
  assert.equal(sql(`SELECT count(*) FROM conn_address WHERE org_id = '${org}' AND list = 'approved'`), "0", "nothing before it is confirmed");
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  assert.match(await bar(page).innerText(), /2 entries added/);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.match(await bar(page).innerText(), /import was undone: 2 entries removed/);
  assert.equal(sql(`SELECT count(*) FROM conn_address WHERE org_id = '${org}' AND list = 'approved'`), "0");
  await page.goto("/connection/addresses/import?list=approved");
  await send("10.0.0.0/8,\"ours, \"\"all\"\"\"\r\n192.0.2.77,=1+1\r\n");
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  await page.goto("/connection/addresses/import?list=approved");
  await send("nonsense\n");
  assert.match(await page.locator("main").innerText(), /There is nothing to add/);

  const who = session("admin", "owner"), file = await ask("admin", "GET", "/connection/addresses/export?list=approved", { cookie: who.cookie });
  assert.equal(file.status, 200);
  assert.match(file.headers["content-disposition"], /attachment/);
  assert.equal(file.body, "network,note\r\n10.0.0.0/8,\"ours, \"\"all\"\"\"\r\n192.0.2.77/32,\"'=1+1\"\r\n");
  sql(`DELETE FROM conn_address WHERE org_id = '${org}' AND list = 'approved'`);
  await page.goto("/connection/addresses/import?list=approved");
  await send(file.body);
  await page.getByRole("button", { name: "Add 2 entries" }).click();
  assert.equal(sql(`SELECT string_agg(note, '|' ORDER BY network) FROM conn_address WHERE org_id = '${org}' AND list = 'approved'`), "ours, \"all\"|=1+1");
  await page.context().close();
});

test("addresses: pages by network, none twice, none missing", async () => {
  sql(`INSERT INTO conn_address (org_id, address_id, list, network) SELECT '${org}', uuid7(), 'approved', ('198.51.100.' || i)::cidr FROM generate_series(1, 25) i`);
  const page = await open({ js: false }), seen = [];
  await page.goto("/connection/addresses?list=approved");
  for (;;) {
    seen.push(...(await page.locator("tbody tr td:first-child").allInnerTexts()));
    if (!(await page.getByRole("link", { name: "Older" }).count())) break;
    await page.getByRole("link", { name: "Older" }).click();
  }
  assert.equal(seen.length, 27);
  assert.equal(new Set(seen).size, 27);
  await page.context().close();
});

test("C04 countries: rules in the reader's words; without a database the page says so", async () => {
  const page = await open();
  await page.goto("/connection/countries");
  assert.match(await page.locator("main").innerText(), /There is no country database/);
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await say(page), /Choose a country/);
  await page.getByLabel("Country", { exact: true }).selectOption({ label: "Japan" });
  await page.getByLabel("Rule", { exact: true }).selectOption("approved");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT country, list FROM conn_country WHERE org_id = '${org}'`), "JP|approved");
  await page.getByRole("link", { name: "Change Japan" }).click();
  assert.equal(await page.getByLabel("Rule", { exact: true }).inputValue(), "approved");
  await page.getByLabel("Rule", { exact: true }).selectOption("none");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT count(*) FROM conn_country WHERE org_id = '${org}'`), "0");
  sql(`INSERT INTO conn_country VALUES ('${org}', 'DE', 'blocked'), ('${org}', 'JP', 'approved')`);
  await page.context().close();
});

test("C07 reverse DNS: two rules that cannot be deleted, and those of domains", async () => {
  const page = await open({ js: false });
  await page.goto("/connection/reverse-dns");
  assert.deepEqual((await page.locator("tbody tr td:first-child").allInnerTexts()).map((t) => t.trim()), ["Default (all other domains)", "Empty sender"]);
  assert.equal(await page.getByRole("link", { name: /^Delete / }).count(), 0);
  await page.getByRole("link", { name: "Change Empty sender" }).click();
  await page.getByLabel("Refuse servers whose address has no name").check();
  await page.getByRole("button", { name: "Save the rule" }).click();
  assert.match(await bar(page).innerText(), /Rule for Empty sender saved/);
  await page.getByLabel("Domain of the sender").fill("*.*.example.com");
  await page.getByRole("button", { name: "Save the rule" }).click();
  assert.match(await say(page), /example\.com, or \*\.example\.com/);
  await page.getByLabel("Domain of the sender").fill("*.Example.com");
  await page.getByLabel("Refuse servers whose name does not lead back").check();
  await page.getByRole("button", { name: "Save the rule" }).click();
  assert.equal(sql(`SELECT string_agg(sender || ' ' || missing || ' ' || invalid, ', ' ORDER BY sender) FROM conn_rdns WHERE org_id = '${org}'`), "true false, *.example.com true true");
  await page.getByRole("link", { name: "Delete *.example.com" }).click();
  await page.getByRole("button", { name: "Delete this rule" }).click();
  assert.equal(sql(`SELECT count(*) FROM conn_rdns WHERE org_id = '${org}'`), "1");
  const who = session("admin", "owner"), form = /name="csrf" value="([^"]+)"/.exec((await ask("admin", "GET", "/connection/reverse-dns", { cookie: who.cookie })).body)[1];
  assert.equal((await ask("admin", "POST", "/connection/reverse-dns/delete", { cookie: who.cookie, form: { csrf: form, sender: "*" } })).status, 404);
  await page.context().close();
});

test("B08 B09 B10 rates: numbers, 0 for none, mistakes", async () => {
  const page = await open();
  await page.goto("/connection/rates");
  assert.equal(await page.getByLabel("From one address in a minute").inputValue(), "2000");
  assert.equal(await page.getByLabel("From one sender in 10 minutes").inputValue(), "500");
  await page.getByLabel("To one recipient in a minute").fill("many");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await say(page), /number from 0/);
  await page.getByLabel("To one recipient in a minute").fill("50");
  await page.getByLabel("To one domain in an hour").fill("100");
  await page.getByRole("button", { name: "Save" }).click();
  await bar(page).waitFor();
  assert.equal(sql(`SELECT rate_in_ip, rate_in_recipient, rate_in_domain, dynamic_level FROM conn_setting WHERE org_id = '${org}'`), "2000|50|100|4");
  await page.context().close();
});

const PAGES = ["/connection", "/connection/addresses", "/connection/addresses?list=blocked", "/connection/addresses/import", "/connection/countries", "/connection/reverse-dns", "/connection/rates", "/tracking/blocked?period=all", "/tracking/blocked?q=subject:x"];

test("who may only look sees no forms", async () => {
  const page = await open({ role: "auditor" });
  for (const path of PAGES.filter((p) => !p.includes("import"))) {
    await page.goto(path);
    assert.equal(await page.locator("main form[method=post] button:not([disabled])").count(), 0, path);
  }
  await page.context().close();
});

test("axe finds nothing: light and dark, 320 and 1280 pixels; no sideways scroll", async () => {
  sql(`INSERT INTO conn_list (org_id, list_id, zone, codes, enabled) VALUES ('${org}', uuid7(), 'off.example.org', '127.0.0.2 127.0.0.4-127.0.0.7', false)`);
  const page = await open();
  for (const path of PAGES) {
    await page.goto(path);
    for (const [width, first, second] of [[1280, "light", "dark"], [320, "dark", "light"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: first });
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${path.replace(/\W+/g, "-")}-${width}.png`, fullPage: true });
      assert.deepEqual(await axe(page), [], `${path} ${first} ${width}`);
      await page.emulateMedia({ colorScheme: second });
      assert.deepEqual(await axe(page, ["color-contrast"]), [], `${path} ${second} ${width}`);
      const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scroll <= client, `${path} scrolls sideways at ${width}: ${scroll}`);
    }
  }
  await page.context().close();
});

test("Japanese: no English is left on these pages", async () => {
  const page = await open({ lang: "ja" });
  await page.goto("/connection");
  await page.getByRole("button", { name: "日本語" }).click();
  for (const path of PAGES) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "ja", path);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${path.replace(/\W+/g, "-")}-ja.png`, fullPage: true });
    const left = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const e of copy.querySelectorAll("bdi, code, pre, kbd, .mono, [lang]:not([lang=ja]), script, textarea")) e.remove();
      return [...copy.innerText.matchAll(/[A-Za-z][A-Za-z]+(?: [A-Za-z]+)+/g)].map((m) => m[0]);
    });
    assert.deepEqual(left.filter((t) => !/^(Sekisho|Protocol tests|Test owner|Some Example|English)/.test(t)), [], path);
  }
  sql(`UPDATE account SET lang = NULL WHERE org_id = '${org}'`);
  await page.context().close();
});

test("ux 6, two people with the same form open: the second save is refused, shows what was typed, and can be made on purpose", async () => {
  const domain = sql(`INSERT INTO domain (org_id, domain_id, name) VALUES ('${org}', uuid7(), 'twice-${org.slice(-8)}.example') RETURNING domain_id`);
  const peer = sql(`INSERT INTO tls_peer (org_id, peer_id, direction, peer, min_version, level) VALUES ('${org}', uuid7(), 'out', 'twice.example', '1.2', 'may') RETURNING peer_id`);
  const notices = (page) => page.getByLabel("Notices go to");
  const forms = [
    ["/connection", (p, v) => p.getByLabel("Dynamic list").selectOption(v), (p) => p.getByLabel("Dynamic list").inputValue(), "1", "3", `SELECT dynamic_level FROM conn_setting WHERE org_id = '${org}'`],
    ["/connection/rates", (p, v) => p.locator("#f-in_ip").fill(v), (p) => p.locator("#f-in_ip").inputValue(), "11", "12", `SELECT rate_in_ip FROM conn_setting WHERE org_id = '${org}'`],
    ["/connection/reverse-dns?sender=%2A", (p, v) => p.locator("#f-invalid").setChecked(v === "true"), async (p) => String(await p.locator("#f-invalid").isChecked()), "true", "false", `SELECT invalid::text FROM conn_rdns WHERE org_id = '${org}' AND sender = '*'`],
    ["/senders/settings", (p, v) => p.locator("#f-insert_header").setChecked(v === "true"), async (p) => String(await p.locator("#f-insert_header").isChecked()), "true", "false", `SELECT insert_header::text FROM sender_setting WHERE org_id = '${org}'`],
    [`/tls/${peer}`, (p, v) => p.locator("#f-level").selectOption(v), (p) => p.locator("#f-level").inputValue(), "encrypt", "none", `SELECT level FROM tls_peer WHERE peer_id = '${peer}'`],
    [`/domains/${domain}/dkim`, (p, v) => p.locator("#f-expire").fill(v), (p) => p.locator("#f-expire").inputValue(), "21", "22", `SELECT expire_days FROM dkim_setting WHERE domain_id = '${domain}'`],
    [`/authentication/${domain}`, (p, v) => notices(p).fill(v), (p) => notices(p).inputValue(), "first@twice.example", "second@twice.example", `SELECT settings->'notices'->>0 FROM auth_rule WHERE domain_id = '${domain}'`],
    ["/authentication/default", (p, v) => notices(p).fill(v), (p) => notices(p).inputValue(), "first@twice.example", "second@twice.example", `SELECT settings->'notices'->>0 FROM auth_rule WHERE org_id = '${org}' AND domain_id IS NULL`],
  ];
  const one = await open({ js: false }), two = await open({ js: false });
  for (const [path, fill, typed, first, second, stored] of forms) {
    const save = (page) => page.locator("main form", { has: page.locator("[name=version]") }).getByRole("button", { name: /^Save/ }).click();
    await one.goto(path);
    await two.goto(path);
    await fill(one, first);
    await save(one);
    await bar(one).waitFor();
    assert.equal(sql(stored), first, path);
    await fill(two, second);
    await save(two);
    assert.match(await two.locator(".summary").innerText(), /Somebody changed this meanwhile/, path);
    assert.equal(sql(stored), first, `${path}: the first save stays`);
    assert.equal(await typed(two), second, `${path}: what was typed stays`);
    await save(two);
    await bar(two).waitFor();
    assert.equal(sql(stored), second, `${path}: saved on purpose`);
  }
  await two.goto("/connection/reverse-dns");
  for (const error of [null, /There is a rule for this domain already/]) {
    await two.getByLabel("Domain of the sender").fill("twice.example.com");
    await two.locator("#f-missing").setChecked(error === null);
    await two.getByRole("button", { name: "Save the rule" }).click();
    if (error) assert.match(await say(two), error);
  }
  assert.equal(sql(`SELECT missing FROM conn_rdns WHERE org_id = '${org}' AND sender = 'twice.example.com'`), "t");
  sql(`DELETE FROM conn_rdns WHERE org_id = '${org}' AND sender = 'twice.example.com'; DELETE FROM tls_peer WHERE org_id = '${org}'; DELETE FROM domain WHERE org_id = '${org}'; DELETE FROM sender_setting WHERE org_id = '${org}'`);
  await one.context().close();
  await two.context().close();
});

test("lists have pages in both directions, and none ends in silence: addresses, reverse DNS, domains' rules, TLS peers, sender lists", async () => {
  sql(`INSERT INTO conn_address (org_id, address_id, list, network) SELECT '${org}', uuid7(), 'blocked', ('203.0.113.' || 100 + i)::cidr FROM generate_series(1, 25) i ON CONFLICT DO NOTHING;
    INSERT INTO conn_rdns (org_id, sender, missing) SELECT '${org}', 'r' || 100 + i || '.example', true FROM generate_series(1, 25) i;
    INSERT INTO domain (org_id, domain_id, name) SELECT '${org}', uuid7(), 'd' || 100 + i || '-${org.slice(-8)}.example' FROM generate_series(1, 25) i;
    INSERT INTO tls_peer (org_id, peer_id, direction, peer, min_version, level) SELECT '${org}', uuid7(), 'in', 'p' || 100 + i || '.example', '1.2', 'may' FROM generate_series(1, 25) i;
    INSERT INTO sender_list (org_id, target) SELECT '${org}', 's' || 100 + i || '.example' FROM generate_series(1, 25) i`);
  const page = await open({ js: false });
  for (const [path, what] of [["/connection/addresses?list=blocked", /203\.0\.113\.1\d\d/g], ["/connection/reverse-dns", /r1\d\d\.example/g], ["/authentication", /d1\d\d-/g], ["/tls", /p1\d\d\.example/g], ["/senders/lists", /s1\d\d\.example/g]]) {
    const rows = async () => [...new Set((await page.locator("tbody").innerText()).match(what) ?? [])];
    const all = [], pages = [];
    await page.goto(path);
    for (;;) {
      pages.push((await rows()).join(" "));
      all.push(...await rows());
      if (!(await page.getByRole("link", { name: "Older" }).count())) break;
      await page.getByRole("link", { name: "Older" }).click();
    }
    assert.equal(all.length, 25, `${path}: none missing, none twice`);
    assert.deepEqual(all, [...all].sort(), path);
    for (let i = pages.length - 2; i >= 0; i--) {
      await page.getByRole("link", { name: "Newer" }).click();
      assert.equal((await rows()).join(" "), pages[i], `${path}: back`);
    }
    assert.equal(await page.getByRole("link", { name: "Newer" }).count(), 0, path);
  }
  await page.goto("/connection/reverse-dns?sender=r125.example");
  assert.match(await page.locator("main").innerText(), /Rule for r125\.example/, "a rule of another page");
  sql(`DELETE FROM conn_rdns WHERE org_id = '${org}' AND sender LIKE 'r1%'; DELETE FROM tls_peer WHERE org_id = '${org}'; DELETE FROM sender_list WHERE org_id = '${org}'; DELETE FROM domain WHERE org_id = '${org}'`);
  await page.context().close();
});
