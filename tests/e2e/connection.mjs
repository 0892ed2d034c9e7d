// Connection rules through real Postfix. "zones" writes the configuration of the DNS server and the country database,
// "mail" sends with them, "dead" without the DNS server. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { writeCountries } from "./mmdb.mjs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, SMTP_PORT, RELAY_PORT, SINK_PORT, SEKISHO, VAR, STACK, COUNTRY_DATABASE } = process.env;
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

const records = [
  ["good.example", "MX", "10 mx.good.example."], ["address.example", "A", "192.0.2.80"], ["address6.example", "AAAA", "2001:db8::80"],
  ["nullmx.example", "MX", "0 ."], ["nullmx.example", "A", "192.0.2.80"], ["textonly.example", "TXT", "\"x\""],
  ["spf.example", "MX", "10 mx.spf.example."], ["spf.example", "TXT", "\"v=spf1 a:a.spf.example a:b.spf.example mx -all\""],
  ["2.100.51.198.list.example", "A", "127.0.0.2"], ["3.100.51.198.list.example", "A", "127.0.0.9"], ["4.100.51.198.list.example", "A", "127.255.255.254"],
  ["1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.example", "A", "127.0.0.4"],
  ["20.113.0.203.in-addr.arpa", "PTR", "ok.rdns.example."], ["ok.rdns.example", "A", "203.0.113.20"],
  ["21.113.0.203.in-addr.arpa", "PTR", "wrong.rdns.example."], ["wrong.rdns.example", "A", "203.0.113.99"],
  ["22.113.0.203.in-addr.arpa", "PTR", "nothing.rdns.example."],
];
const zonesOf = ["good.example", "address.example", "address6.example", "nullmx.example", "textonly.example", "list.example", "spf.example", "rdns.example", "conn.example", "113.0.203.in-addr.arpa"];

function zones() {
  writeCountries(COUNTRY_DATABASE, [["192.0.2.0", 24, "JP"], ["198.18.0.0", 15, "XK"], ["203.0.113.0", 24, "DE"]]);
  writeFileSync(`${DNS_DIR}/unbound.conf`, `server:
  interface: 127.0.0.1@${DNS_PORT}
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: "${DNS_DIR}/log"
  log-queries: yes
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "." always_nxdomain
${zonesOf.map((z) => `  local-zone: "${z}." static`).join("\n")}
  local-zone: "broken.example." always_refuse
${records.map(([name, type, text]) => `  local-data: '${name}. 60 IN ${type} ${text}'`).join("\n")}
remote-control:
  control-enable: no
`);
}

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));
const set = (...texts) => texts.forEach((t) => sql(t.replaceAll("$org", "(SELECT org_id FROM org)")));
// The gate reads changed rules after half a second.
const settled = () => new Promise((r) => setTimeout(r, 700));

// A session as if from that address, and the reply to its EHLO.
async function session({ port = SMTP_PORT, ip = "192.0.2.1" } = {}) {
  const s = new Smtp(Number(port));
  let r = await s.hello("client.example");
  r = await s.say(`XCLIENT ADDR=${ip.includes(":") ? `IPV6:${ip}` : ip} NAME=[UNAVAILABLE] HELO=client.example\r\n`);
  if (r[0] === "2") r = await s.say("EHLO client.example\r\n");
  return [s, r];
}
const addresses = (name, n) => Array.from({ length: n }, (_, i) => `${name}-${i}@conn.example`);
// Replies to all those recipients of a new message.
async function envelope(s, to, pipelined = false) {
  const replies = [], line = (t) => `RCPT TO:<${t}>\r\n`, r = await s.say("MAIL FROM:<a@good.example>\r\n");
  check(r[0] === "2", r);
  if (pipelined) s.write(to.map(line).join(""));
  for (const t of to) replies.push(await (pipelined ? s.reply() : s.say(line(t))));
  return replies;
}
async function content(s, text) {
  check((await s.say("DATA\r\n"))[0] === "3", "DATA");
  const r = await s.say(`From: a@good.example\r\n\r\n${text}\r\n.\r\n`, 60);
  check(r.startsWith("250"), r);
}
// One message in a session of its own; reply to the last step that was taken.
async function send({ port = SMTP_PORT, ip = "192.0.2.1", from = "a@good.example", to = "user@conn.example", size = "", body = "From: a@good.example\r\n\r\nx\r\n", stop = "", all = false } = {}) { // all: every recipient is tried
  let [s, r] = await session({ port, ip });
  try {
    if (r[0] === "2") r = await s.say(`MAIL FROM:<${from}>${size}\r\n`);
    for (const t of [to].flat()) if (r[0] === "2" || all) r = await s.say(`RCPT TO:<${t}>\r\n`);
    if (r[0] === "2" && stop !== "rcpt") r = await s.say("DATA\r\n");
    if (r[0] === "3") r = await s.say(body.replace(/(^|\r\n)\./g, "$1..") + ".\r\n", 60);
    return r;
  } finally {
    s.end();
  }
}
const refusals = (query, reason) => execFileSync(SEKISHO, ["refused", "--json", ...(reason ? ["--reason", reason] : []), query], { encoding: "utf8" }).trim().split("\n").filter(Boolean).map((l) => JSON.parse(l));

// The reply begins so, and the row is there, with that reason.
async function refused(options, code, reason, slot) {
  const to = options.to ?? `u${Math.random().toString(36).slice(2)}@conn.example`, r = await send({ ...options, to });
  check(r.startsWith(code), `expected ${code}, got ${r}`);
  const row = await until(`row of ${reason}`, () => refusals(`to:${[to].flat().at(-1)}`)[0]);
  check(row.reason === reason && (slot === undefined || row.slot === slot) && `${row.code} ${row.enhanced}` === code, JSON.stringify(row));
  return { reply: r, row };
}
async function taken(options) {
  const r = await send(options);
  check(r.startsWith("250"), `not taken: ${r}`);
}

async function mail() {
  await until("DNS", async () => (await send({ stop: "rcpt" })).startsWith("250"));

  await test("B01 a sender's domain must be in DNS: MX, or an address; the null sender has none", async () => {
    for (const from of ["a@good.example", "a@address.example", "a@address6.example", ""]) await taken({ from });
    for (const d of ["nowhere.example", "nullmx.example", "textonly.example"]) await refused({ from: `a@${d}` }, "550 5.1.8", "sender-domain-unknown", d);
    await refused({ from: "a@broken.example" }, "451 4.1.8", "sender-domain-unknown-now", "broken.example");
    set("INSERT INTO conn_setting (org_id, check_sender) SELECT org_id, false FROM org");
    await settled();
    await taken({ from: "a@nowhere.example" });
  });

  await test("C03 a blocked address is refused, an approved one comes first; a network, IPv6", async () => {
    set("INSERT INTO conn_address (org_id, address_id, list, network) SELECT $org, uuid7(), l, n::cidr FROM (VALUES ('blocked', '203.0.113.64/26'), ('approved', '203.0.113.70'), ('blocked', '2001:db8:b::/48')) x (l, n)");
    await settled();
    const { reply } = await refused({ ip: "203.0.113.65" }, "550 5.7.1", "ip-blocked", "203.0.113.65");
    check(reply.includes("blocked"), reply);
    await refused({ ip: "2001:db8:b::9" }, "550 5.7.1", "ip-blocked");
    await taken({ ip: "203.0.113.63" });
    await taken({ ip: "203.0.113.70" });
  });

  await test("C04 a blocked country; an approved address in it is taken, a blocked address of an approved country is not", async () => {
    set("INSERT INTO conn_country VALUES ($org, 'XK', 'blocked'), ($org, 'DE', 'approved')", "INSERT INTO conn_address (org_id, address_id, list, network) VALUES ($org, uuid7(), 'approved', '198.18.7.0/24')");
    await settled();
    await refused({ ip: "198.18.1.1" }, "550 5.7.1", "country-blocked", "XK");
    await refused({ ip: "198.19.255.255" }, "550 5.7.1", "country-blocked", "XK");
    await taken({ ip: "198.18.7.7" });
    await taken({ ip: "192.0.2.1" });
    await refused({ ip: "203.0.113.66" }, "550 5.7.1", "ip-blocked");
  });

  await test("C01 a standard list: answers that count, on and off; approved addresses and countries are not asked for", async () => {
    set("INSERT INTO conn_list (org_id, list_id, zone, codes) VALUES ($org, uuid7(), 'list.example', '127.0.0.2 127.0.0.4')", "INSERT INTO conn_list (org_id, list_id, zone) VALUES ($org, uuid7(), 'gone.broken.example')");
    await settled();
    const { reply } = await refused({ ip: "198.51.100.2" }, "550 5.7.1", "ip-on-list", "list.example");
    check(reply.includes("list.example"), reply);
    await refused({ ip: "2001:db8::1" }, "550 5.7.1", "ip-on-list", "list.example");
    for (const ip of ["198.51.100.3", "198.51.100.4", "198.51.100.5"]) await taken({ ip });
    set("INSERT INTO conn_address (org_id, address_id, list, network) VALUES ($org, uuid7(), 'approved', '198.51.100.2')");
    await settled();
    await taken({ ip: "198.51.100.2" });
    set("DELETE FROM conn_address WHERE network = '198.51.100.2'", "UPDATE conn_list SET enabled = false");
    await settled();
    await taken({ ip: "198.51.100.2" });
  });

  await test("C07 reverse DNS: missing and wrong names, by the sender's domain; default off; approved addresses are exempt", async () => {
    const none = "192.0.2.30", good = "203.0.113.20", wrong = "192.0.2.31";
    await taken({ ip: none });
    set("INSERT INTO conn_rdns VALUES ($org, 'good.example', true, false), ($org, '*.example', false, true), ($org, '', true, true)");
    await settled();
    await refused({ ip: none }, "550 5.7.25", "ptr-missing", none);
    await refused({ ip: none, from: "" }, "550 5.7.25", "ptr-missing", none);
    set("DELETE FROM conn_country WHERE country = 'DE'");
    await settled();
    for (const ip of [good, "203.0.113.21"]) await taken({ ip });
    await taken({ ip: none, from: "a@address.example" });
    await refused({ ip: "203.0.113.21", from: "a@address.example" }, "550 5.7.25", "ptr-invalid", "203.0.113.21");
    await refused({ ip: "203.0.113.22", from: "a@address.example" }, "550 5.7.25", "ptr-invalid");
    await taken({ ip: good, from: "a@address.example" });
    set("INSERT INTO conn_address (org_id, address_id, list, network) VALUES ($org, uuid7(), 'approved', '203.0.113.21')");
    await settled();
    await taken({ ip: "203.0.113.21", from: "a@address.example" });
    set("DELETE FROM conn_rdns WHERE sender NOT IN ('', '*')", "UPDATE conn_rdns SET missing = false, invalid = false", "DELETE FROM conn_address WHERE network = '203.0.113.21'");
    check(wrong, "");
  });

  await test("C05 approved addresses can skip the rules about spam", async () => {
    const spam = { ip: "198.18.7.8", body: `From: a@good.example\r\nSubject: ${GTUBE}\r\n\r\n${GTUBE}\r\n` };
    const held = () => Number(sql("SELECT count(*) FROM message_recipient WHERE state = 'held'"));
    const before = held();
    await taken(spam);
    await until("held", () => held() === before + 1);
    set("UPDATE conn_setting SET approved_no_spam = true");
    await settled();
    await taken({ ...spam, to: "c05@conn.example" });
    await until("delivered", () => hop.mails.find((m) => m.data.includes("GTUBE")));
    check(held() === before + 1, "it was held");
  });

  await test("C02 the dynamic list: one spam is enough at level 4, 450, an approved address is taken, level 0 only logs", async () => {
    set("UPDATE conn_setting SET dynamic_level = 4, approved_no_spam = false");
    await settled();
    const ip = "192.0.2.66";
    await taken({ ip, body: `From: a@good.example\r\n\r\n${GTUBE}\r\n` });
    await refused({ ip }, "450 4.7.1", "ip-dynamic");
    await taken({ ip: "192.0.2.67" });
    set("UPDATE conn_setting SET dynamic_level = 2");
    await settled();
    await taken({ ip });
    set("UPDATE conn_setting SET dynamic_level = 0", "UPDATE source_seen SET bad = 100, good = 0, last_bad = now(), at = now() WHERE source = '192.0.2.66'");
    await new Promise((r) => setTimeout(r, 2000));
    await taken({ ip });
    set("UPDATE conn_setting SET dynamic_level = 2");
    await settled();
    await refused({ ip }, "450 4.7.1", "ip-dynamic");
    set("INSERT INTO conn_address (org_id, address_id, list, network) VALUES ($org, uuid7(), 'approved', '192.0.2.66')");
    await settled();
    await taken({ ip });
  });

  await test("C02 only mail that everybody gets is good mail: a sender in From whom the organisation blocks", async () => {
    set("INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES ($org, uuid7(), '', 'blocked', 'shop@blocked.example')");
    await settled();
    const seen = (ip) => sql(`SELECT good || ' ' || bad FROM source_seen WHERE source = '${ip}'`);
    await send({ ip: "192.0.2.68", body: "From: shop@blocked.example\r\n\r\nx\r\n" });
    await taken({ ip: "192.0.2.69" });
    check((await until("the good one", () => seen("192.0.2.69"))).endsWith(" 0"), seen("192.0.2.69"));
    check(seen("192.0.2.68") === "", `the blocked one: ${seen("192.0.2.68")}`);
    set("DELETE FROM sender_entry");
    await settled();
  });

  await test("B08 inbound rates by source and recipient: at the limit, one above it, over a restart, and after the window", async () => {
    set("UPDATE conn_setting SET rate_in_ip = 4, rate_in_recipient = 3");
    await settled();
    for (let i = 0; i < 4; i++) await taken({ ip: "192.0.2.40", to: `b08-${i}@conn.example` });
    await refused({ ip: "192.0.2.40" }, "450 4.7.1", "rate-limit");
    for (let i = 0; i < 3; i++) await taken({ ip: `192.0.2.${50 + i}`, to: "b08@conn.example" });
    await refused({ ip: "192.0.2.53", to: "b08@conn.example" }, "450 4.7.1", "rate-limit");
    const [many] = await session({ ip: "192.0.2.44" }), replies = await envelope(many, addresses("b08-many", 34));
    check(replies.every((r, i) => r.startsWith(i < 4 ? "250" : "450 4.7.1")), `30 over the limit do not lose the 4: ${replies.join(" ")}`);
    await content(many, "b08 many");
    many.end();
    await until("the count in the database", () => sql("SELECT n FROM rate_window WHERE key LIKE 'in-to % b08@conn.example'") === "3");
    execFileSync(STACK, ["hold", "engine"], { stdio: "pipe" });
    execFileSync(STACK, ["resume", "engine"], { stdio: "pipe" });
    await until("the engine", async () => (await send({ ip: "192.0.2.54", to: "other@conn.example", stop: "rcpt" })).startsWith("250"), 30);
    await new Promise((r) => setTimeout(r, 500));
    const again = await send({ ip: "192.0.2.55", to: "b08@conn.example", stop: "rcpt" });
    const left = Number(sql("SELECT extract(epoch FROM ends - now()) FROM rate_window WHERE key LIKE 'in-to % b08@conn.example'"));
    check(again.startsWith("450") || left < 0, `after a restart: ${again}`);
    set("UPDATE conn_setting SET rate_in_ip = 0, rate_in_recipient = 0");
    await settled();
    await taken({ ip: "192.0.2.40", to: "b08@conn.example" });
  });

  await test("B09 B10 outbound rates by source, sender and domain", async () => {
    set("UPDATE conn_setting SET rate_out_ip = 5, rate_out_sender = 2, rate_out_domain = 4");
    await settled();
    const out = (from, ip = "127.0.0.1") => ({ port: RELAY_PORT, from, ip });
    for (let i = 0; i < 2; i++) check((await send({ ...out("b09@conn.example"), to: `x${i}@good.example`, stop: "rcpt" })).startsWith("250"), "at the limit");
    await refused({ ...out("b09@conn.example"), to: "b09-over@good.example" }, "450 4.7.1", "rate-limit");
    for (let i = 0; i < 2; i++) check((await send({ ...out(`b10-${i}@conn.example`), to: `x${i}@good.example`, stop: "rcpt" })).startsWith("250"), "the domain's limit");
    const { row } = await refused({ ...out("b10-9@conn.example"), to: "b10-over@good.example" }, "450 4.7.1", "rate-limit");
    check(row.direction === "out", JSON.stringify(row));
    set("UPDATE conn_setting SET rate_out_domain = 0, rate_out_sender = 0");
    await settled();
    check((await send({ ...out("b09-last@conn.example"), to: "x@good.example", stop: "rcpt" })).startsWith("250"), "the fifth of the source");
    await refused({ ...out("b09-last@conn.example"), to: "b09-ip@good.example" }, "450 4.7.1", "rate-limit");
    set("UPDATE conn_setting SET rate_out_ip = 0");
    await settled();
  });

  await test("B05 size: declared and real, 552", async () => {
    await refused({ size: " SIZE=150000" }, "552 5.3.4", "message-too-large");
    await refused({ body: `From: a@good.example\r\n\r\n${"x".repeat(70).concat("\r\n").repeat(1500)}` }, "552 5.3.4", "message-too-large");
    await taken({ size: " SIZE=1000" });
  });

  await test("B06 recipients: those beyond 30 are put off and arrive with further messages of the connection; one row a message", async () => {
    const [s] = await session({ ip: "192.0.2.93" });
    for (let left = addresses("b06-many", 90); left.length; left = left.slice(30)) {
      const replies = await envelope(s, left, left.length === 90);
      check(replies.length === left.length && replies.every((r, i) => r.startsWith(i < 30 ? "250" : "452 4.5.3")), replies.join(" "));
      await content(s, "b06 many");
    }
    s.end();
    const got = await until("90 copies", () => { const a = hop.mails.filter((m) => m.data.includes("b06 many")).flatMap((m) => m.to); return a.length >= 90 && a; });
    check(got.sort().join() === addresses("b06-many", 90).sort().join(), got.join());
    // Rows are written in their order.
    await refused({ to: addresses("b06", 31), stop: "rcpt" }, "452 4.5.3", "too-many-recipients", "");
    const rows = refusals("ip:192.0.2.93").map((r) => `${r.reason} ${r.recipient}`).sort().join();
    check(rows === "too-many-recipients b06-many-30@conn.example,too-many-recipients b06-many-60@conn.example", rows);
    await taken({ to: addresses("b06", 30) });
  });

  await test("B06 outbound, also with null sender", async () => {
    for (const from of ["me@conn.example", ""]) {
      const { row } = await refused({ port: RELAY_PORT, ip: "127.0.0.1", from, to: addresses(`b06-out${from.length}`, 31), stop: "rcpt" }, "452 4.5.3", "too-many-recipients");
      check(row.direction === "out" && row.sender === from, JSON.stringify(row));
    }
  });

  await test("B07 hops: 26 are taken, 27 are a loop", async () => {
    const hops = (n) => ({ body: `${"Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0000\r\n".repeat(n)}From: a@good.example\r\n\r\nhops ${n}\r\n` });
    await taken(hops(26));
    await until("delivery of 26 hops", () => hop.mails.find((m) => m.data.includes("hops 26")));
    await refused(hops(27), "554 5.4.6", "too-many-hops");
  });

  await test("B02 no relay to other domains: refused by Postfix, nobody's row", async () => {
    const r = await send({ to: "x@elsewhere.example" });
    check(r.startsWith("554 5.7.1"), r);
    check(refusals("to:x@elsewhere.example").length === 0, "there is a row");
  });

  await test("B03 B11 outbound senders of other domains are refused, and it is said why: forwarded mail, null sender", async () => {
    const { reply } = await refused({ port: RELAY_PORT, ip: "127.0.0.1", from: "someone@good.example", to: "b11@good.example" }, "550 5.7.1", "sender-not-managed", "good.example");
    check(/SRS/.test(reply), reply);
    await refused({ port: RELAY_PORT, ip: "127.0.0.1", from: "", to: "b11-null@good.example", body: "From: x@good.example\r\n\r\nx\r\n" }, "550 5.7.1", "sender-not-managed");
    check((await send({ port: RELAY_PORT, ip: "127.0.0.1", from: "me@conn.example", to: "b03@good.example", stop: "rcpt" })).startsWith("250"), "our own");
  });

  await test("C11 a recipient that does not exist", async () => {
    set("UPDATE domain SET check_recipients = true", "INSERT INTO recipient (org_id, domain_id, address) SELECT org_id, domain_id, 'known@conn.example' FROM domain");
    await settled();
    await refused({ to: "unknown@conn.example", ip: "192.0.2.90" }, "550 5.1.1", "recipient-invalid");
    await refused({ to: ["known@conn.example", "unknown2@conn.example"], ip: "192.0.2.90" }, "550 5.1.1", "recipient-invalid");
    await until("the source is noted", () => Number(sql("SELECT bad FROM source_seen WHERE source = '192.0.2.90'")) > 0.9);
    check((await send({ to: Array.from({ length: 9 }, (_, i) => `typo${i}@conn.example`), ip: "192.0.2.91", all: true })).startsWith("550"), "nine wrong recipients");
    const bad = await until("one mail's wrong recipients", () => Number(sql("SELECT bad FROM source_seen WHERE source = '192.0.2.91'")));
    check(bad <= 0.5, `nine wrong recipients of one mail weigh ${bad}`);
    set("UPDATE domain SET check_recipients = false");
    await settled();
  });

  await test("B06 C11 guessing: the 21st refused recipient since the last message that was taken ends the connection, with its row", async () => {
    set("UPDATE domain SET check_recipients = true", "UPDATE conn_setting SET dynamic_level = 0");
    await settled();
    const [s] = await session({ ip: "192.0.2.94" }), wrong = (name) => addresses(name, 20);
    const first = await envelope(s, [...wrong("guess-a"), "known@conn.example"]);
    check(first.every((r, i) => r.startsWith(i < 20 ? "550 5.1.1" : "250")), first.join(" "));
    await content(s, "guess");
    const second = await envelope(s, wrong("guess-b"));
    check(second.every((r) => r.startsWith("550 5.1.1")), second.join(" "));
    check((await s.say("RSET\r\n"))[0] === "2", "RSET");
    const [last] = await envelope(s, ["guess-last@conn.example"]);
    check(last.startsWith("421 4.7.0"), last);
    check((await s.reply()) === "closed", "the connection is open");
    const row = await until("its row", () => refusals("to:guess-last@conn.example")[0]);
    check(row.reason === "recipient-invalid" && `${row.code} ${row.enhanced}` === "421 4.7.0", JSON.stringify(row));
    set("UPDATE domain SET check_recipients = false", "UPDATE conn_setting SET dynamic_level = 2");
    await settled();
  });

  await test("all checks and authentication together ask DNS at most 30 times for a mail, counted at the server", async () => {
    set("DELETE FROM conn_list", "INSERT INTO conn_list (org_id, list_id, zone) SELECT $org, uuid7(), 'l' || i || '.list.example' FROM generate_series(1, 10) i",
      "UPDATE conn_setting SET check_sender = true", "INSERT INTO conn_rdns VALUES ($org, 'spf.example', true, true)");
    await settled();
    const asked = () => readFileSync(`${DNS_DIR}/log`, "utf8").split("\n").filter((l) => / info: 127\.0\.0\.1 /.test(l) && !/ (\S+\.)?conn\.example\. /.test(l)); // our own domain: a job looks it up
    const sigs = Array.from({ length: 100 }, (_, i) => `DKIM-Signature: v=1; a=rsa-sha256; d=d${i}.spf.example; s=s; h=From; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n`).join("");
    const before = asked().length;
    await taken({ ip: "203.0.113.20", from: "a@spf.example", body: `${sigs}From: a@spf.example\r\n\r\nx\r\n` });
    const n = asked().length - before;
    check(n > 20 && n <= 30, `${n} questions: ${asked().slice(before).map((l) => l.replace(/.*127\.0\.0\.1 /, "")).join(" ")}`);
    set("UPDATE conn_setting SET check_sender = false", "DELETE FROM conn_list WHERE zone <> 'l1.list.example'", "UPDATE conn_list SET enabled = false");
    await settled();
  });

  await test("`sekisho refused` filters, and says what it does not understand", async () => {
    check(refusals("ip:192.0.2.90").length === 2, "by address");
    check(refusals("from:*@nowhere.example", "sender-domain-unknown").length === 1, "by sender and reason");
    let why = "";
    try { execFileSync(SEKISHO, ["refused", "subject:x"], { stdio: "pipe" }); } catch (e) { why = `${e.status} ${e.stderr}`; }
    check(why.startsWith("1 ") && why.includes("subject:"), why);
  });
}

async function dead() {
  await test("without a DNS server lists and reverse DNS refuse nobody, and senders' domains only as long as DNS worked just now", async () => {
    set("UPDATE conn_list SET enabled = true", "INSERT INTO conn_rdns VALUES ($org, 'late.example', true, true)");
    await settled();
    await taken({ ip: "198.51.100.77", from: "a@late.example" });
    set("UPDATE conn_setting SET check_sender = true");
    await settled();
    for (const end = Date.now() + 120000; ; await new Promise((r) => setTimeout(r, 2000))) {
      const r = await send({ ip: "198.51.100.78", from: "a@later.example" });
      if (String(r).startsWith("250")) break;
      check(String(r).startsWith("451 4.1.8"), r);
      check(Date.now() < end, "still refused after two minutes");
    }
  });
}

await { zones, mail, dead }[process.argv[2]]();
hop?.close?.();
process.exit(0);
