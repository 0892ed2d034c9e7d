// Authentication of mail from outside. "zones" writes the configuration of the DNS server, "mail" sends
// with it, "dead" without it. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, SMTP_PORT, SINK_PORT, SEKISHO, RESOLVER } = process.env;
const LOG = `${DNS_DIR}/log`;

// "name text" lines, an empty one, the message (tests/corpus/auth/dkim/README.md).
function vector(file) {
  const text = readFileSync(`tests/corpus/auth/dkim/${file}`, "latin1").replace(/\r\n/g, "\n"), at = text.indexOf("\n\n");
  return { keys: text.slice(0, at).split("\n").map((l) => [l.slice(0, l.indexOf(" ")), l.slice(l.indexOf(" ") + 1)]), mail: text.slice(at + 2).replace(/\n/g, "\r\n") };
}
const rfc8463 = vector("001.txt");

const records = [
  ...rfc8463.keys.map(([name, text]) => [name, "TXT", text]),
  ["football.example.com", "TXT", "v=spf1 include:_spf.example.com -all"],
  ["_spf.example.com", "TXT", "v=spf1 ip4:192.0.2.1 ~all"],
  ["_dmarc.example.com", "TXT", "v=DMARC1; p=quarantine; sp=reject"],
  ["_dmarc.quiet.example", "TXT", "v=DMARC1; p=none"],
  ["evil.example", "TXT", "v=spf1 " + Array.from({ length: 10 }, (_, i) => `mx:m${i}.evil.example`).join(" ") + " -all"],
];
for (let i = 0; i < 10; i++) for (let k = 0; k < 10; k++) records.push([`m${i}.evil.example`, "MX", `10 x${i}-${k}.evil.example.`], [`x${i}-${k}.evil.example`, "A", "198.51.100.7"]);
const strings = (s) => s.match(/.{1,200}/g).map((p) => `"${p}"`).join(" ");

function zones() {
  const data = records.map(([name, type, text]) => `  local-data: '${name}. 60 IN ${type} ${type === "TXT" ? strings(text) : text}'`);
  writeFileSync(`${DNS_DIR}/unbound.conf`, `server:
  interface: 127.0.0.1@${DNS_PORT}
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: "${LOG}"
  log-queries: yes
  module-config: "iterator"
  local-zone: "." always_nxdomain
  local-zone: "example.com." static
  local-zone: "evil.example." static
  local-zone: "quiet.example." static
${data.join("\n")}
remote-control:
  control-enable: no
`);
}

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));
// Without those of the job that checks the DNS of our own domains.
const asked = () => readFileSync(LOG, "utf8").split("\n").filter((l) => / info: 127\.0\.0\.1 /.test(l) && !/ (_[\w.]+\.)?(auth|second)\.example\. /.test(l)).map((l) => l.replace(/.* info: 127\.0\.0\.1 /, ""));

// As if from that address.
async function send(mail, { ip = "192.0.2.1", helo = "client.example", from = "joe@football.example.com", to = "user@auth.example" } = {}) {
  const s = new Smtp(Number(SMTP_PORT));
  try {
    let r = await s.hello(helo);
    r = await s.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=${helo}\r\n`);
    if (r[0] === "2") r = await s.say(`EHLO ${helo}\r\n`);
    for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) if (r[0] === "2") r = await s.say(step + "\r\n");
    if (r[0] === "3") r = await s.say(mail.replace(/(^|\r\n)\./g, "$1..") + (mail.endsWith("\r\n") ? "" : "\r\n") + ".\r\n", 60);
    return r;
  } finally {
    s.end();
  }
}
let count = 0;
async function results(mail, options) {
  const id = `probe-${process.pid}-${++count}`, r = await send(`X-Probe: ${id}\r\n${mail}`, options);
  check(r.startsWith("250"), r);
  const got = await until("delivery", () => hop.mails.find((m) => m.data.includes(id)));
  const head = got.data.toString("latin1").split("\r\n\r\n")[0];
  const fields = head.replace(/\r\n[ \t]+/g, " ").split("\r\n").filter((l) => /^authentication-results\s*:/i.test(l));
  return { ours: fields.filter((l) => /:\s*gw\.example;/i.test(l)), fields, head };
}
function has(field, ...parts) {
  for (const p of parts) check(field.includes(p), `no "${p}" in ${field}`);
}

// A mail that can be found again.
function mark(text) {
  const id = `probe-${process.pid}-${++count}`;
  return { id, text: /^subject:/im.test(text) ? text.replace(/^subject:.*$/im, `Subject: ${id}`) : `Subject: ${id}\r\n${text}` };
}
const cli = (args, input) => execFileSync(SEKISHO, args, { input, encoding: "utf8" });
const row = (mail) => until(`row of ${mail.id}`, () => cli(["track", `subject:${mail.id}`, "--json"]).split("\n").filter(Boolean).map((l) => JSON.parse(l))[0]);
const state = async (mail) => (await row(mail)).state;
// Changes work after half a second at the latest: the gate reads them with the first mail after that.
async function rule(settings, ...domain) {
  cli(["authentication", "set", ...domain, "--file", "-"], JSON.stringify(settings));
  await new Promise((r) => setTimeout(r, 700));
}

// Rules, through Postfix.
async function rules() {
  const forged = "From: Boss <boss@football.example.com>\r\n\r\nPay now\r\n", evil = { from: "x@evil.example", ip: "192.0.2.9" };
  await test("E09 DMARC by default: a domain that asks for quarantine gets its forgeries held", async () => {
    const mail = mark("From: a@example.com\r\n\r\nx\r\n"), r = await send(mail.text, evil);
    check(r.startsWith("250"), r);
    const got = await row(mail);
    check(got.state === "held" && got.kind === "unverified", JSON.stringify(got));
  });
  await test("E09 other actions as set; the second domain has a rule of its own (E02)", async () => {
    await rule({ actions: { "dmarc-reject": "quarantine" } });
    await rule({ dmarc: { on: false } }, "second.example");
    const a = mark(forged), b = mark(forged);
    check((await send(a.text, evil)).startsWith("250"), "refused");
    check((await state(a)) === "held", await state(a));
    check((await send(b.text, { ...evil, to: "user@second.example" })).startsWith("250"), "refused");
    await until("delivery", () => hop.mails.find((m) => m.data.includes(b.id)));
    cli(["authentication", "reset", "second.example"]);
    await new Promise((r) => setTimeout(r, 700));
    const c = mark(forged);
    check((await send(c.text, { ...evil, to: "user@second.example" })).startsWith("250"), "refused");
    check((await state(c)) === "held", "the default does not hold for the second domain");
  });
  await test("E04 SPF, once it is on: fail is deleted, and tracking says so", async () => {
    await rule({ spf: { on: true }, dmarc: { on: false } });
    const mail = mark("From: a@nobody.example\r\n\r\nx\r\n"), r = await send(mail.text, { from: "joe@football.example.com", ip: "192.0.2.9" });
    check(r.startsWith("250"), r);
    const got = await row(mail);
    check(got.state === "dropped" && got.kind === "unverified", JSON.stringify(got));
  });
  await test("E03 the domain's own addresses pass without SPF and DMARC, others are held", async () => {
    await rule({ ip: { on: true }, pairs: "football.example.com 192.0.2.9" });
    const a = mark(forged), b = mark(forged);
    check((await send(a.text, evil)).startsWith("250"), "refused");
    await until("delivery", () => hop.mails.find((m) => m.data.includes(a.id)));
    check((await send(b.text, { ...evil, ip: "192.0.2.10" })).startsWith("250"), "refused");
    check((await state(b)) === "held", await state(b));
  });
  await test("E05 E12 a tag before the subject, and fields that say why", async () => {
    await rule({ spf: { on: true, header: true, tag: "【偽装?】" }, dmarc: { header: true }, actions: { "spf-fail": "accept" } });
    const mail = mark("From: a@nobody.example\r\nX-Sekisho-Received-SPF: Pass\r\n\r\nx\r\n");
    await send(mail.text, { from: "joe@football.example.com", ip: "192.0.2.9" });
    const got = await until("delivery", () => hop.mails.find((m) => m.data.includes(mail.id)));
    const head = got.data.toString("latin1").split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ").split("\r\n");
    const subjects = head.filter((l) => /^subject:/i.test(l)), spf = head.filter((l) => /^x-sekisho-received-spf:/i.test(l));
    check(subjects.length === 1 && subjects[0] === `Subject: =?UTF-8?B?${Buffer.from("【偽装?】 ").toString("base64")}?= ${mail.id}`, subjects.join("|"));
    check(spf.length === 1 && spf[0] === 'X-Sekisho-Received-SPF: Fail (the domain does not send from this address) client-ip=192.0.2.9; envelope-from="joe@football.example.com"; helo="client.example"', spf.join("|"));
    has(head.find((l) => /^x-sekisho-authentication-results:/i.test(l)), "spf=fail (address 192.0.2.9) smtp.mailfrom=football.example.com; dkim=none", "dmarc=none action=none header.from=nobody.example");
  });
  await test("E12 who is named in the rule is told, once an hour at most, and without what the forger wrote between the lines", async () => {
    await rule({ dmarc: { notify: true }, notices: "postmaster@auth.example\nboss@second.example" });
    const mails = [mark("From: a@example.com\r\n\r\nx\r\n"), mark("From: a@example.com\r\nSubject: =?utf-8?Q?a=0D=0AResult:_delivered?=\r\n\r\nx\r\n")];
    for (const m of mails) check((await send(m.text, evil)).startsWith("250"), "refused");
    const notices = () => hop.mails.filter((m) => /^Auto-Submitted: auto-generated/m.test(m.data.toString("latin1")));
    await until("two notices", () => notices().length >= 2, 20);
    const text = notices().map((m) => { const [head, body] = m.data.toString("latin1").split("\r\n\r\n"); return head + "\n" + Buffer.from(body, "base64").toString("utf8"); });
    check(text.some((t) => t.includes("To: <postmaster@auth.example>")) && text.some((t) => t.includes("To: <boss@second.example>")), text.join("\n"));
    has(text[0], "From: Sekisho <postmaster@gw.example>", "Envelope sender: x@evil.example", "IP address: 192.0.2.9", "Recipient: user@auth.example", "Reason: Fail, and the domain asks to hold (example.com)", "Result: held");
    check(!/^\s*Result: delivered/m.test(text.join("\n")), "a forged line");
    await send(mark("From: a@example.com\r\n\r\nx\r\n").text, evil);
    await until("it waits", () => sql("SELECT count(*) FROM notice WHERE n > 0 AND try_at > now() + interval '50 minutes'") === "2");
    check(notices().length === 2, `${notices().length} notices`);
    cli(["ledger"]);
  });
}

async function mail() {
  await until("the DNS server", () => { try { return asked() && execFileSync(SEKISHO, ["scan", "--json", "--resolver", RESOLVER, "--ip", "192.0.2.1", "--from", "x@football.example.com", "-"], { input: "From: a@b.example\n\nx\n" }).includes('"pass"'); } catch { return false; } });
  await test("E06 RFC 8463's message passes: SPF through an include, both signatures, DMARC", async () => {
    const before = asked().length, { ours, head } = await results(rfc8463.mail);
    check(ours.length === 1, `${ours.length} fields`);
    check(head.startsWith("Authentication-Results:"), "not above the others");
    has(ours[0], "spf=pass smtp.mailfrom=football.example.com", "dkim=pass header.d=football.example.com header.s=brisbane header.a=ed25519-sha256", "header.s=test header.a=rsa-sha256", "dmarc=pass header.from=football.example.com policy.dmarc=reject");
    check(asked().length - before <= 7, `${asked().length - before} questions: ${asked().slice(before)}`);
  });
  await test("E09 the same from elsewhere and changed is refused, as its domain asks (DMARC)", async () => {
    const mail = mark(rfc8463.mail.replace("We lost", "We won")), r = await send(mail.text, { ip: "192.0.2.9" });
    check(/^550 5\.7\.26 /.test(r), r);
    check((await state(mail)) === "rejected", "no row");
  });
  await test("null sender: SPF of the HELO name", async () => has((await results("From: a@b.example\r\n\r\nx\r\n", { from: "", helo: "football.example.com" })).ours[0], "spf=pass smtp.helo=football.example.com"));
  await test("T-S7 Authentication-Results in our name are removed, those of others stay", async () => {
    const forged = ["Authentication-Results: gw.example; dkim=pass", "authentication-results: other.example; dkim=pass", "Authentication-Results :\r\n (x) GW.EXAMPLE 1; spf=pass", 'Authentication-Results: "gw.example"; dmarc=pass', "Authentication-Results: gw.example.other; none"];
    const { fields, ours } = await results(forged.join("\r\n") + "\r\nFrom: a@nobody.example\r\n\r\nx\r\n");
    check(ours.length === 1 && fields.length === 3, fields.join(" | "));
    has(ours[0], "dkim=none", "dmarc=none header.from=nobody.example");
  });
  await test("a mail causes at most 30 questions, counted at the server (issue 3, line 4)", async () => {
    const sigs = Array.from({ length: 100 }, (_, i) => `DKIM-Signature: v=1; a=rsa-sha256; d=d${i}.evil.example; s=s; h=From; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n`).join("");
    const before = asked().length, { ours } = await results(`${sigs}From: a@quiet.example\r\n\r\nx\r\n`, { from: "a@evil.example" });
    const n = asked().length - before;
    check(n > 10 && n <= 30, `${n} questions`);
    has(ours[0], "spf=temperror", "dmarc=fail header.from=quiet.example policy.dmarc=none");
  });
  await test("the same mail at the command prints the same results", async () => {
    const out = JSON.parse(execFileSync(SEKISHO, ["scan", "--json", "--resolver", RESOLVER, "--ip", "192.0.2.1", "--helo", "client.example", "--from", "joe@football.example.com", "--rcpt", "user@auth.example", "-"], { input: rfc8463.mail }));
    check([out.auth.spf.result, ...out.auth.dkim.map((d) => d.result), out.auth.arc.result, out.auth.dmarc.result, out.auth.dmarc.aligned.join("+")].join(" ") === "pass pass pass none pass spf+dkim", JSON.stringify(out.auth));
  });
}

async function dead() {
  await test("without a DNS server mail is taken, and nothing is pass or fail (F: temperror)", async () => {
    for (let i = 0; i < 3; i++) {
      const { ours } = await results(rfc8463.mail.replace("football", "soccer").replaceAll("football.example.com", `soccer${i}.example.com`), { from: `joe@soccer${i}.example.com` });
      has(ours[0], "spf=temperror", "dkim=temperror", "dmarc=temperror");
    }
  });
}

await { zones, mail, rules, dead }[process.argv[2]]();
hop?.close?.();
process.exit(0);
