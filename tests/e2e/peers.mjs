// TLS peers, recipient filter, outbound servers, suspension. Prints "ok NAME" and "not ok NAME: WHY" lines.
// "wall PATH": what Postfix does alone, without milter and without database.
import { execFileSync } from "node:child_process";
import { connect as tlsConnect } from "node:tls";
import { writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { sql, test, until } from "./lib.mjs";

const { VAR, SMTP_PORT, RELAY_PORT, SINK_PORT, SEKISHO } = process.env;
const sekisho = (...args) => execFileSync(SEKISHO, args, { encoding: "utf8" });
const OUTSIDE = "127.0.0.50"; // a mail server somewhere else: other domains cannot be found here, an address can

const matches = (got, want, what = "answer") => {
  if (!want.test(got)) throw new Error(`${what}: ${got}`);
};

// The session with TLS from here on; Smtp's reading goes on with the new socket.
async function startTls(s, version) {
  const r = await s.say("STARTTLS\r\n");
  if (r[0] !== "2") return r;
  s.socket.removeAllListeners("data");
  const socket = tlsConnect({ socket: s.socket, rejectUnauthorized: false, minVersion: version, maxVersion: version });
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  socket.on("data", (d) => {
    s.text += d.toString("latin1");
    for (let at; (at = s.text.indexOf("\r\n")) >= 0; s.text = s.text.slice(at + 2)) s.lines.push(s.text.slice(0, at));
    s.wake?.();
  });
  s.socket = socket;
  return s.say("EHLO client.example\r\n");
}
// The reply to RCPT TO, or with a mail to the end of DATA; the first step that is refused ends it.
async function send({ port = SMTP_PORT, ip = "", tls = "", from = "s@sender.example", to = "user@peers.example", mail = "" }) {
  const s = new Smtp(Number(port));
  try {
    let r = await s.hello();
    if (ip) {
      r = await s.say(`XCLIENT ADDR=${ip.includes(":") ? "IPV6:" : ""}${ip} NAME=[UNAVAILABLE]\r\n`);
      if (r[0] === "2") r = await s.say("EHLO client.example\r\n");
    }
    if (tls && r[0] === "2") r = await startTls(s, tls);
    for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, ...(mail ? ["DATA"] : [])]) if (r[0] === "2") r = await s.say(step + "\r\n");
    if (r[0] === "3") r = await s.say(`${mail}\r\n.\r\n`, 60);
    return r;
  } finally {
    s.end();
  }
}
const out = (ip, from = "user@peers.example", more = {}) => send({ port: RELAY_PORT, ip, from, to: "friend@elsewhere.example", ...more });

// ---------------------------------------------------------------- Postfix alone

if (process.argv[2] === "wall") {
  const pf = process.argv[3], main = `${pf}/main.cf`;
  const postfix = (...args) => execFileSync("postfix", ["-c", pf, ...args], { stdio: "pipe" });
  const set = (text) => execFileSync("postconf", ["-c", pf, "-e", text], { stdio: "pipe" });
  const db = `${VAR}/postfix/etc/outbound_clients.cf`;
  let failed = 0;
  const expect = async (what, ip, want) => {
    const r = await out(ip, "user@peers.example", { mail: "Subject: x\r\n\r\nx" });
    console.log(`${what}: ${r}`);
    if (!want.test(r)) failed = 1;
  };
  sekisho("outbound", "add", "peers.example", "203.0.113.80");
  set("smtpd_milters = ");
  postfix("reload");
  await until("without a milter", async () => /^5/.test(await out("203.0.113.99", "any@where.example", { mail: "x" })));
  await expect("not listed, no milter", "203.0.113.99", /^554 5\.7\.1 /);
  await expect("listed, no milter", "203.0.113.80", /^250 /);
  writeFileSync(db, "hosts = postgresql://nobody@/nothing?host=/nonexistent\ndbname = nothing\nquery = SELECT '%s'\n");
  postfix("reload");
  await until("without a database", async () => /^4/.test(await out("203.0.113.80", "any@where.example", { mail: "x" })));
  await expect("listed, no database", "203.0.113.80", /^451 4\.3\.0 /);
  await expect("not listed, no database", "203.0.113.99", /^451 4\.3\.0 /);
  process.exit(failed);
}

// ---------------------------------------------------------------- recipient filter

const hop = sink(Number(SINK_PORT));
const list = `${VAR}/recipients.csv`;
writeFileSync(list, "﻿E-mail,Name\r\nuser@peers.example,User\r\n\"Boss@Peers.example\",\"Boss, the\"\r\nuser@peers.example,again\r\nx@branch.example,other\r\nnonsense@,bad\r\n;Tanaka;tanaka@peers.example\r\nno address here\r\n\r\n");

await test("C11 off: every address is accepted", async () => {
  matches(await send({ to: "nobody@peers.example" }), /^250 /);
});
await test("C11 import says what it took and what not", async () => {
  const r = JSON.parse(sekisho("recipient", "import", "peers.example", list, "--json"));
  matches(JSON.stringify(r), /^{"added":3,"valid":3,"invalid":2,"other_domain":1,"twice":1}$/);
  matches(sekisho("recipient", "import", "peers.example", list), /^0 added, 3 were there already, 4 left out\.\nline 4: there twice: user@peers\.example\nline 5: another domain: /);
  matches(sekisho("recipient", "export", "peers.example"), /^address\nboss@peers\.example\ntanaka@peers\.example\nuser@peers\.example\n$/);
  matches(sekisho("recipient", "list", "peers.example", "--begins", "ta"), /^tanaka@peers\.example\n$/);
});
await test("C11 on: an unknown recipient is refused, a listed one is not, nor are its tags", async () => {
  sekisho("recipient", "check", "peers.example", "on");
  await until("the switch", async () => /^550 5\.1\.1 /.test(await send({ to: "nobody@peers.example" })), 5);
  for (const to of ["user@peers.example", "USER@Peers.Example", "user+tag@peers.example", "boss@peers.example"]) matches(await send({ to }), /^250 /, to);
  for (const to of ["use@peers.example", "user@peers.example.org", "x@peers.example", "+user@peers.example"]) matches(await send({ to }), /^5\d\d /, to);
  matches(await send({ to: "anybody@branch.example" }), /^250 /, "the other domain");
});
await test("C11 what is added or taken away counts at once", async () => {
  sekisho("recipient", "delete", "tanaka@peers.example");
  matches(await send({ to: "tanaka@peers.example" }), /^550 5\.1\.1 No such recipient here/);
  writeFileSync(list, "tanaka@peers.example\n");
  sekisho("recipient", "import", "peers.example", list);
  matches(await send({ to: "tanaka@peers.example" }), /^250 /);
});
await test("C11 off again", async () => {
  sekisho("recipient", "check", "peers.example", "off");
  await until("the switch", async () => /^250 /.test(await send({ to: "nobody@peers.example" })), 5);
});

// ---------------------------------------------------------------- outbound servers

await test("B04 an unlisted address is refused, a listed one sends at once", async () => {
  matches(await out("203.0.113.9"), /^550 5\.7\.1 Sender IP not allowed/);
  sekisho("outbound", "add", "peers.example", "203.0.113.9");
  matches(await out("203.0.113.9"), /^250 /);
  sekisho("outbound", "add", "peers.example", "2001:db8:7::/48");
  matches(await out("2001:db8:7::25"), /^250 /, "IPv6");
  matches(await out("2001:db8:8::25"), /^550 5\.7\.1 /, "another IPv6 network");
  matches(await out("203.0.113.10"), /^550 5\.7\.1 /, "a neighbour");
});
await test("B04 a listed address sends for its own domain only", async () => {
  matches(await out("203.0.113.9", "user@branch.example"), /^550 5\.7\.1 Sender IP not allowed/);
  matches(await out("203.0.113.9", "user@elsewhere.example"), /^550 5\.7\.1 This gateway does not send/);
});
await test("B04 the null sender: the From field says whose mail it is", async () => {
  const mail = (from) => `From: <${from}>\r\nSubject: bounce\r\n\r\nx`;
  matches(await out("203.0.113.9", "", { mail: mail("postmaster@peers.example") }), /^250 /);
  matches(await out("203.0.113.9", "", { mail: mail("postmaster@branch.example") }), /^550 5\.7\.1 Sender IP not allowed/, "another domain's");
  matches(await out("203.0.113.10", "", { mail: mail("postmaster@peers.example") }), /^550 5\.7\.1 Sender IP not allowed/, "unlisted");
});
await test("A09 outbound mail switched off and on", async () => {
  sekisho("outbound", "switch", "peers.example", "off");
  await until("off", async () => /^550 5\.7\.1 Outbound mail of .* is switched off/.test(await out("203.0.113.9")), 5);
  matches(await out("127.0.0.1"), /^550 5\.7\.1 /, "the operator's networks, too");
  sekisho("outbound", "switch", "peers.example", "on");
  matches(await out("203.0.113.9"), /^250 /);
});
await test("B04 one that is taken away is refused", async () => {
  sekisho("outbound", "delete", "peers.example", "203.0.113.9/32");
  await until("deleted", async () => /^550 5\.7\.1 /.test(await out("203.0.113.9")), 5);
  matches(await out("127.0.0.1"), /^250 /, "the operator's networks are as before");
});
await test("A09 30 outbound servers and not one more", async () => {
  for (let i = 0; i < 30; i++) sekisho("outbound", "add", "branch.example", `198.51.100.${i}`);
  let text = "";
  try { sekisho("outbound", "add", "branch.example", "198.51.100.30"); } catch (e) { text = String(e.stderr); }
  matches(text, /at most 30/);
});

// ---------------------------------------------------------------- suspension

await test("B13 a suspended sender and a suspended address are refused, and told whom to ask", async () => {
  sekisho("outbound", "suspend", "Spammer@peers.example", "--note", "newsletter");
  await until("suspended", async () => /^550 5\.7\.1 Mail from this source is stopped because it may be spam; ask the mail administrator of peers\.example/.test(await out("127.0.0.1", "spammer@peers.example")), 5);
  matches(await out("127.0.0.1", "user@peers.example"), /^250 /, "another sender");
  sekisho("outbound", "suspend", "198.51.100.7");
  await until("suspended", async () => /^550 5\.7\.1 Mail from this source is stopped/.test(await out("198.51.100.7", "user@branch.example")), 5);
  // A tag is no way round.
  matches(await out("127.0.0.1", "spammer+1@peers.example"), /^550 5\.7\.1 Mail from this source/, "with a tag");
  matches(await out("198.51.100.8", "user@branch.example"), /^250 /, "another address");
  matches(await out("198.51.100.7", "", { mail: "From: <x@branch.example>\r\n\r\nx" }), /^550 5\.7\.1 Mail from this source/, "with a null sender");
});
await test("B13 resumed", async () => {
  sekisho("outbound", "resume", "spammer@peers.example");
  await until("resumed", async () => /^250 /.test(await out("127.0.0.1", "spammer@peers.example")), 5);
  matches(sql("SELECT string_agg(event || ' ' || object, ', ' ORDER BY seq) FROM audit WHERE event LIKE 'outbound.%ed' AND object LIKE 'spammer%'"), /^outbound\.suspended spammer@peers\.example, outbound\.resumed spammer@peers\.example$/, "audit log");
});

// ---------------------------------------------------------------- TLS, inbound

await test("C08 a mandatory peer without TLS, or with an old version, is refused", async () => {
  const from = "s@partner.example";
  matches(await send({ from }), /^250 /, "before");
  sekisho("tls", "set", "in", "partner.example", "encrypt", "--min", "1.3");
  await until("mandatory", async () => /^550 5\.7\.10 Encryption needed: send this mail over TLS 1\.3/.test(await send({ from })), 5);
  matches(await send({ from, tls: "TLSv1.2" }), /^550 5\.7\.10 /, "TLS 1.2");
  matches(await send({ from, tls: "TLSv1.3" }), /^250 /, "TLS 1.3");
  matches(await send({}), /^250 /, "others");
  sekisho("tls", "set", "in", "partner.example", "encrypt");
  await until("TLS 1.2 is enough", async () => /^250 /.test(await send({ from, tls: "TLSv1.2" })), 5);
});
await test("C08 a disabled peer uses the default entry; a domain's entry comes before those for others", async () => {
  const from = "s@partner.example";
  sekisho("tls", "set", "in", "partner.example", "encrypt", "--off");
  await until("off", async () => /^250 /.test(await send({ from })), 5);
  sekisho("tls", "set", "in", "*", "encrypt");
  await until("the default", async () => /^550 5\.7\.10 /.test(await send({ from })), 5);
  matches(await send({ from: "" }), /^550 5\.7\.10 /, "the null sender");
  sekisho("tls", "set", "in", "*", "may", "--domain", "peers.example");
  await until("the domain's own", async () => /^250 /.test(await send({ from })), 5);
  matches(await send({ from, to: "x@branch.example" }), /^550 5\.7\.10 /, "the other domain");
  sekisho("tls", "delete", "in", "*", "--domain", "peers.example");
  sekisho("tls", "delete", "in", "*");
  sekisho("tls", "delete", "in", "partner.example");
  await until("nothing set", async () => /^250 /.test(await send({ from })), 5);
});

// ---------------------------------------------------------------- TLS, outbound

// A next hop without STARTTLS on port 25 of OUTSIDE.
const outside = sink(25, OUTSIDE);
let sent = 0;
async function outward(from) {
  const id = `<${++sent}.${process.pid}@peers.example>`;
  const r = await send({ port: RELAY_PORT, from, to: `friend@[${OUTSIDE}]`, mail: `From: <${from || "x@peers.example"}>\r\nMessage-ID: ${id}\r\nSubject: out\r\n\r\nx` });
  matches(r, /^250 /);
  return id.slice(1, -1);
}
const state = (id) => sql(`SELECT r.state FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.header_id LIKE '%${id}%'`);
const arrived = (id) => outside.mails.some((m) => m.data.includes(id));

await test("C08 outbound opportunistic falls back to clear text", async () => {
  sekisho("tls", "set", "out", "*", "may", "--domain", "peers.example");
  const id = await outward("user@peers.example");
  await until("delivered", () => state(id) === "delivered" && arrived(id));
});
await test("C08 outbound mandatory waits in the queue, for the domain that wants it and for no other", async () => {
  sekisho("tls", "set", "out", "*", "encrypt", "--domain", "peers.example");
  const id = await outward("user@peers.example"), other = await outward("user@branch.example");
  await until("delivered", () => state(other) === "delivered" && arrived(other));
  await until("deferred", () => state(id) === "deferred");
  if (arrived(id)) throw new Error("sent in the clear");
  matches(sql(`SELECT string_agg(e.detail::text, ' ') FROM event e JOIN message m USING (org_id, message_id) WHERE m.header_id LIKE '%${id}%'`), /TLS is required/i, "the reason");
  sekisho("tls", "set", "out", "*", "encrypt", "--domain", "peers.example", "--off");
  await until("delivered when the entry is off", () => state(id) === "delivered" && arrived(id), 60);
});
await test("C08 a deleted entry is no longer asked", async () => {
  sekisho("tls", "delete", "out", "*", "--domain", "peers.example");
  const id = await outward("user@peers.example");
  await until("delivered", () => state(id) === "delivered" && arrived(id));
  matches(sekisho("tls", "list"), /^$/);
});
await test("B04 B13 C08 C11 every refusal is a row in blocked traffic, with its reason", async () => {
  const want = ["ip-not-allowed", "recipient-invalid", "source-suspended", "tls-required"];
  const reasons = () => sql("SELECT string_agg(DISTINCT reason, ' ' ORDER BY reason) FROM refusal").split(" ");
  await until(`reasons ${want}`, () => want.every((w) => reasons().includes(w)), 10).catch(() => { throw new Error(`only ${reasons()}`); });
  matches(sql("SELECT DISTINCT client_ip FROM refusal WHERE reason = 'source-suspended' AND envelope_sender = '' "), /^198\.51\.100\.7$/, "the null sender's");
});
hop.close();
outside.close();
process.exit(0);
