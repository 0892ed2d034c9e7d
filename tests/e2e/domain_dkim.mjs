// Checks of a domain in DNS, and DKIM signatures. "zones" writes the configuration of the DNS server, "run"
// changes it while it goes. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, DNS_PID, SMTP_PORT, RELAY_PORT, SINK_PORT, SEKISHO, VAR } = process.env;
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
const strings = (s) => s.match(/.{1,200}/g).map((p) => `"${p}"`).join(" ");
let records = []; // [name, type, text]

function zones() {
  writeFileSync(`${DNS_DIR}/unbound.conf`, `server:
  interface: 127.0.0.1@${DNS_PORT}
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  logfile: "${DNS_DIR}/log"
  module-config: "iterator"
  local-zone: "." always_nxdomain
  local-zone: "acme.example." static
${records.map(([name, type, text]) => `  local-data: '${name}. 60 IN ${type} ${type === "TXT" ? strings(text) : text}'`).join("\n")}
remote-control:
  control-enable: no
`);
  if (DNS_PID) process.kill(Number(DNS_PID), "SIGHUP");
}
const sekisho = (...args) => execFileSync(SEKISHO, [...args, "--json"], { encoding: "utf8", timeout: 60000 }).split("\n").filter(Boolean).map((l) => JSON.parse(l));

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));

// ---------------------------------------------------------------- DNS

// A machine with much to do may need longer than the command waits: then the look is still to come.
const look = (domain = "acme.example", again = 3) => {
  try {
    return sekisho("domain", "check", domain)[0];
  } catch (e) {
    if (again === 0 || !/no result yet/.test(e.stderr ?? "")) throw e;
    return look(domain, again - 1);
  }
};
const item = (checks, name) => checks.checks.find((c) => c.item === name);
// Looks again until the server has the new zone: its reload takes a moment.
async function expect(name, state, code) {
  let seen;
  return until(`${name} ${state} ${code}, seen ${seen}`, () => {
    const c = item(look(), name);
    seen = `${c.state} ${c.code}`;
    return seen === `${state} ${code}` ? c : null;
  });
}
async function change(next) {
  records = next;
  zones();
}

async function checks() {
  let first;
  await test("A01 nothing in DNS: Configuration Required, and each check says what is missing", async () => {
    first = await until("the DNS server", () => { const c = look(); return item(c, "mx").state === "missing" ? c : null; });
    const got = first.checks.map((c) => `${c.item} ${c.state} ${c.code}`).sort().join(", ");
    check(got === "dkim missing dkim-none, dmarc missing dmarc-missing, mx missing mx-none, ownership missing ownership-missing, spf missing spf-missing", got);
    check(!first.completed, "completed");
  });
  const token = item(first, "ownership").detail.wanted;
  check(/^sekisho-verification=[0-9a-f]{32}$/.test(token), token);
  await test("A04 the record of another domain does not count", async () => {
    const other = item(look("other.example"), "ownership").detail.wanted;
    check(other !== token, "two domains with one token");
    await change([["acme.example", "TXT", other]]);
    await expect("ownership", "wrong", "ownership-other");
  });
  const own = ["acme.example", "TXT", token];
  await test("A04 the TXT record is found", async () => {
    await change([own]);
    await expect("ownership", "ok", "ownership-ok");
    check(sql("SELECT verified_at IS NOT NULL FROM domain WHERE name = 'acme.example'") === "t", "not verified");
    check(sql("SELECT count(*) FROM audit WHERE event = 'domain.verified'") === "1", "not in the audit log, once");
  });
  await test("A05 MX: another server has a lower number, then ours has the lowest", async () => {
    await change([own, ["acme.example", "MX", "10 mail.acme.example."], ["acme.example", "MX", "20 gw.example."]]);
    const c = await expect("mx", "wrong", "mx-not-first");
    check(JSON.stringify(c.detail.records.map((r) => [r.preference, r.host, r.rival])) === '[[10,"mail.acme.example",true],[20,"gw.example",false]]' && c.detail.first === 10, JSON.stringify(c.detail));
    await change([own, ["acme.example", "MX", "10 gw.example."], ["acme.example", "MX", "20 mail.acme.example."]]);
    await expect("mx", "ok", "mx-ok");
  });
  const mx = ["acme.example", "MX", "10 gw.example."];
  let spf;
  await test("A05 SPF: what to publish is one record that keeps what was there", async () => {
    await change([own, mx, ["acme.example", "TXT", "v=spf1 ip4:198.51.100.24 -all"]]);
    let c = await expect("spf", "wrong", "spf-without-us");
    check(c.detail.wanted === "v=spf1 a:gw.example ip4:198.51.100.24 -all" && c.detail.lookups === 1, JSON.stringify(c.detail));
    spf = ["acme.example", "TXT", c.detail.wanted];
    await change([own, mx, spf, ["acme.example", "TXT", "v=spf1 mx -all"]]);
    c = await expect("spf", "wrong", "spf-many");
    check(c.detail.found.length === 2, JSON.stringify(c.detail));
    await change([own, mx, spf]);
    await expect("spf", "ok", "spf-ok");
  });
  const dmarc = ["_dmarc.acme.example", "TXT", "v=DMARC1; p=quarantine"];
  await test("A05 DMARC", async () => {
    await change([own, mx, spf, dmarc]);
    check((await expect("dmarc", "ok", "dmarc-ok")).detail.policy === "quarantine", "policy");
  });
  const base = [own, mx, spf, dmarc];
  await test("E08 a key signs when it was in DNS for the wait time, and the domain is Completed", async () => {
    const [key] = sekisho("dkim", "new", "acme.example", "--selector", "first");
    check(key.state === "waiting-dns" && key.bits === 2048, JSON.stringify(key));
    await expect("dkim", "missing", "dkim-missing");
    await change([...base, [key.name, "TXT", key.record]]);
    await expect("dkim", "waiting", "dkim-waiting");
    check(!look().completed, "completed while the key waits");
    await relay(); // unsigned still
    sekisho("dkim", "set", "acme.example", "--wait-hours", "0");
    await expect("dkim", "ok", "dkim-ok");
    check(look().completed, "not completed");
  });
  await test("a domain is looked at every 6 hours when all is well, every 10 minutes while a key waits", async () => {
    const next = () => Number(sql("SELECT extract(epoch FROM next_at - now())::int FROM domain_watch w JOIN domain d USING (org_id, domain_id) WHERE d.name = 'acme.example'"));
    check(next() > 5 * 3600, `${next()} s`);
    sekisho("dkim", "new", "acme.example", "--selector", "next");
    check(look().completed, "the next key is not needed yet");
    check(next() > 500 && next() <= 600, `${next()} s`);
    sekisho("dkim", "delete", "acme.example", "next");
  });
  await test("A01 what disappears from DNS is named", async () => {
    await change(records.filter((r) => r[0] !== "_dmarc.acme.example"));
    await expect("dmarc", "missing", "dmarc-missing");
    check(!look().completed, "completed");
  });
  return base;
}

// ---------------------------------------------------------------- signatures

let count = 0;
// Sends and returns what the next hop got.
async function relay({ from = "boss@acme.example", author = "Boss <boss@acme.example>", body = "Hello,\r\n\r\n.dots and  blanks \t\r\n\r\n\r\n", to = "friend@acme.example", head = "" } = {}) {
  const id = `relay-${process.pid}-${++count}`, s = new Smtp(Number(RELAY_PORT));
  try {
    let r = await s.hello();
    for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) if (/^[23]/.test(r)) r = await s.say(step + "\r\n");
    const mail = `${head}From: ${author}\r\nTo: <${to}>\r\nSubject: =?utf-8?B?44GT?=\r\n folded  subject\r\nX-Probe: ${id}\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\nMessage-ID: <${id}@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`;
    if (r[0] === "3") r = await s.say(mail.replace(/(^|\r\n)\./g, "$1..") + ".\r\n", 60);
    if (r[0] !== "2") return { reply: r, signatures: [] };
  } finally {
    s.end();
  }
  const got = await until("delivery", () => hop.mails.find((m) => m.data.includes(id)));
  const fields = got.data.toString("latin1").split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return { mail: got.data, signatures: fields.filter((f) => /^DKIM-Signature:/i.test(f)), fields };
}
// The same from outside, to the inbound port.
async function fromOutside(mail, author = "a@sender.example") {
  const id = `outside-${process.pid}-${++count}`, s = new Smtp(Number(SMTP_PORT));
  try {
    let r = await s.hello();
    for (const step of ["MAIL FROM:<a@sender.example>", "RCPT TO:<u@acme.example>", "DATA"]) if (/^[23]/.test(r)) r = await s.say(step + "\r\n");
    const text = /^From:/m.test(mail) ? mail : `From: ${author}\r\n${mail}`;
    r = await s.say(`X-Probe: ${id}\r\n${text.replace(/(^|\r\n)\./g, "$1..")}.\r\n`, 60);
    check(r[0] === "2", r);
  } finally {
    s.end();
  }
  const got = await until("delivery", () => hop.mails.find((m) => m.data.includes(id)));
  return { mail: got.data, fields: got.data.toString("latin1").split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ").split("\r\n") };
}
// Held and released mail: sent to a port, where it is, what the next hop got.
async function submit(port, from, to, mail) {
  const s = new Smtp(Number(port));
  try {
    let r = await s.hello();
    for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA"]) if (/^[23]/.test(r)) r = await s.say(step + "\r\n");
    if (r[0] === "3") r = await s.say(mail.replace(/(^|\r\n)\./g, "$1..") + ".\r\n", 60);
    check(r[0] === "2", r);
  } finally {
    s.end();
  }
}
function place(id) {
  const [recipient, state] = sql(`SELECT r.recipient_id, r.state FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.header_id LIKE '%${id}@%'`).split("|");
  return { recipient, state };
}
async function hold() {
  const id = `held-${process.pid}-${++count}`;
  await submit(RELAY_PORT, "boss@acme.example", "friend@acme.example", `X-Sekisho-Verdict: forged\r\nFrom: Boss <boss@acme.example>\r\nTo: <friend@acme.example>\r\nSubject: =?utf-8?B?44GT?=\r\n folded  subject\r\nMessage-ID: <${id}@acme.example>\r\n\r\n.dots and  blanks \t\r\n${GTUBE}\r\n\r\n\r\n`);
  check(place(id).state === "held", place(id).state);
  return id;
}
async function arrived(id) {
  const { data } = await until("delivery", () => hop.mails.find((m) => m.data.includes(id)));
  const fields = data.toString("latin1").split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ").split("\r\n");
  // Our own Postfix and the next hop write theirs above.
  return { mail: data, fields: fields.slice(fields.findIndex((f) => f.startsWith("X-Sekisho-Release: "))), signatures: fields.filter((f) => /^DKIM-Signature:/i.test(f)) };
}
async function released(id) {
  sekisho("quarantine", "release", place(id).recipient);
  return arrived(id);
}
// What dkimpy and Mail::DKIM say about mails, with the keys in DNS: {"case-0": "pass", ...} of each.
function oracles(mails, name = "dkim_oracle") {
  const dir = `${VAR}-oracle`;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  writeFileSync(`${dir}/keys`, records.filter((r) => /_domainkey/.test(r[0])).map((r) => `${r[0]}\t${r[2]}`).join("\n") + "\n");
  mails.forEach((m, i) => writeFileSync(`${dir}/case-${i}`, m));
  const run = (...args) => execFileSync(args[0], [...args.slice(1), "verify", dir], { encoding: "utf8" }).split("\n").filter(Boolean).map((l) => l.split(" ")[1]);
  return { dkimpy: run("/usr/bin/python3", `tests/corpus/oracles.d/${name}.py`), perl: run("perl", `tests/corpus/oracles.d/${name}.pl`) };
}
// The keys of the domain become exactly these; all sign.
async function keys(base, list) {
  for (const k of sekisho("dkim", "list", "acme.example")) sekisho("dkim", "delete", "acme.example", k.selector);
  const made = list.map(([selector, ...options]) => sekisho("dkim", "new", "acme.example", "--selector", selector, ...options)[0]);
  await change([...base, ...made.map((k) => [k.name, "TXT", k.record])]);
  await until("all keys sign", () => { look(); return sekisho("dkim", "list", "acme.example").every((k) => k.state === "signing"); });
  await new Promise((r) => setTimeout(r, 700)); // the gate reads what changed at most every 500 ms
}

async function signatures(base) {
  const kinds = [["r2048", "--bits", "2048"], ["r1024", "--bits", "1024"], ["ed", "--algorithm", "ed25519-sha256"]];
  for (const [selector, ...options] of kinds) {
    await test(`E08 ${selector}: dkimpy and Mail::DKIM verify what arrived, for each canonicalisation`, async () => {
      await keys(base, [[selector, ...options]]);
      const mails = [];
      for (const how of ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"]) {
        sekisho("dkim", "set", "acme.example", "--canonicalization", how);
        await new Promise((r) => setTimeout(r, 700));
        const got = await relay();
        check(got.signatures.length === 1 && got.signatures[0].includes(` s=${selector};`) && got.signatures[0].includes(` c=${how};`) && got.signatures[0].includes(" d=acme.example;"), `${how}: ${got.signatures.join(" | ")}`);
        check(/ h=From:From:/.test(got.signatures[0].replace(/\s+/g, " ")), `From is not over-signed: ${got.signatures[0]}`);
        check(!/X-Sekisho/i.test(got.signatures[0]), "our own fields are signed");
        mails.push(got.mail);
      }
      const before = mails.length;
      mails.push(Buffer.from(mails[0].toString("latin1").replace("Hello", "Hullo"), "latin1"));
      mails.push(Buffer.from(mails[0].toString("latin1").replace("\r\nFrom: Boss", "\r\nFrom: evil@evil.example\r\nFrom: Boss"), "latin1"));
      const said = oracles(mails);
      // Mail::DKIM of Debian 12 does not know Ed25519.
      const perl = selector === "ed" ? said.dkimpy : said.perl;
      check(said.dkimpy.slice(0, before).every((r) => r === "pass"), `dkimpy: ${said.dkimpy}`);
      check(perl.slice(0, before).every((r) => r === "pass"), `Mail::DKIM: ${said.perl}`);
      check(said.dkimpy.slice(before).every((r) => r === "fail"), `dkimpy, changed mail: ${said.dkimpy}`);
    });
  }
  await test("E08 with a key of both kinds there are two signatures", async () => {
    await keys(base, [kinds[0], kinds[2]]);
    sekisho("dkim", "set", "acme.example", "--canonicalization", "relaxed/relaxed");
    const got = await relay(), said = oracles([got.mail]);
    check(got.signatures.length === 2, `${got.signatures.length} signatures`);
    check(said.dkimpy[0] === "pass" && said.perl[0] === "pass", JSON.stringify(said));
    check(got.fields[0].startsWith("DKIM-Signature:") || got.fields.findIndex((f) => /^DKIM-Signature/.test(f)) < got.fields.findIndex((f) => /^From:/.test(f)), "not above the message");
  });
  await test("E08 the null sender: signed for the domain of From, unless the domain says no", async () => {
    const yes = await relay({ from: "" });
    check(yes.signatures.length === 2, `${yes.reply} ${yes.signatures.length} signatures`);
    check(oracles([yes.mail]).dkimpy[0] === "pass", "does not verify");
    sekisho("dkim", "set", "acme.example", "--null-sender", "no");
    await new Promise((r) => setTimeout(r, 700));
    check((await relay({ from: "" })).signatures.length === 0, "signed");
    check((await relay()).signatures.length === 2, "with a sender it is not signed");
  });
  await test("E08 only when From and sender are of one organisational domain", async () => {
    const sub = await relay({ author: "News <news@mail.acme.example>" });
    check(sub.signatures.length === 2 && sub.signatures[0].includes(" d=acme.example;"), "a subdomain of the sender's domain");
    const from = await relay({ from: "boss@mail.acme.example" });
    check(from.signatures.length === 2 && oracles([from.mail]).dkimpy[0] === "pass", "the sender is in a subdomain");
    check((await relay({ author: "x@other.example" })).signatures.length === 0, "From of another domain");
    check((await relay({ from: "boss@other.example" })).signatures.length === 0, "a sender of another domain");
    check((await relay({ author: "a@acme.example, b@other.example" })).signatures.length === 0, "two authors");
    check((await relay({ head: "From: x@other.example\r\n" })).signatures.length === 0, "two From fields");
  });
  await test("E08 switched off, nothing is signed", async () => {
    sekisho("dkim", "set", "acme.example", "--enabled", "no");
    await new Promise((r) => setTimeout(r, 700));
    check((await relay()).signatures.length === 0, "signed");
    sekisho("dkim", "set", "acme.example", "--enabled", "yes");
  });
  await test("T-S7 forged fields of ours do not spoil the signature", async () => {
    await new Promise((r) => setTimeout(r, 700));
    const got = await relay({ head: "X-Sekisho-Verdict: clean\r\nAuthentication-Results: gw.example; dkim=pass\r\n" });
    check(got.signatures.length === 2 && oracles([got.mail]).dkimpy[0] === "pass", "does not verify");
    check(got.fields.filter((f) => /^X-Sekisho-Verdict/.test(f)).length === 1, "the forged one is there");
  });
  await test("E10 mail from outside gets our ARC set: dkimpy and Mail::DKIM believe the chain", async () => {
    const first = await fromOutside("Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello \r\n\r\n\r\n");
    const names = first.fields.map((f) => f.slice(0, f.indexOf(":"))), at = (n) => names.indexOf(n);
    check(at("ARC-Seal") >= 0 && at("ARC-Seal") < at("ARC-Message-Signature") && at("ARC-Message-Signature") < at("ARC-Authentication-Results"), names.join(" "));
    check(/^ARC-Seal: i=1; .*cv=none; d=acme\.example; s=r2048;/.test(first.fields[at("ARC-Seal")]), first.fields[at("ARC-Seal")]);
    // Once more through us: the second set is on top of the first.
    const again = await fromOutside(first.mail.toString("latin1"));
    check(/^ARC-Seal: i=2; .*cv=pass; d=acme\.example;/.test(again.fields.find((f) => f.startsWith("ARC-Seal"))), again.fields.filter((f) => f.startsWith("ARC")).join(" | "));
    const changed = Buffer.from(again.mail.toString("latin1").replace("Hello", "Hullo"), "latin1");
    const said = oracles([first.mail, again.mail, changed], "arc_oracle");
    check(JSON.stringify(said) === JSON.stringify({ dkimpy: ["pass", "pass", "fail"], perl: ["pass", "pass", "fail"] }), JSON.stringify(said));
    // The tag changes the subject: it is not signed then.
    writeFileSync(`${VAR}-rule.json`, JSON.stringify({ dmarc: { tag: "[fake?]" }, actions: { "dmarc-reject": "accept", "dmarc-quarantine": "accept", "dmarc-none": "accept" } }));
    sekisho("authentication", "set", "--file", `${VAR}-rule.json`);
    await new Promise((r) => setTimeout(r, 700));
    const tagged = await fromOutside("Subject: hello\r\n\r\nx\r\n", "x@acme.example");
    check(tagged.fields.includes("Subject: [fake?] hello"), tagged.fields.join("\n"));
    check(oracles([tagged.mail], "arc_oracle").dkimpy[0] === "pass", "the tag breaks the seal");
  });
  await test("E08 outbound mail that was held and is released arrives signed, by every key of that moment", async () => {
    sekisho("dkim", "set", "acme.example", "--canonicalization", "simple/simple");
    const id = await hold();
    const got = await released(id);
    const said = oracles([got.mail]);
    check(got.fields[0].startsWith("X-Sekisho-Release: "), got.fields[0]);
    check(got.signatures.length === 2 && got.signatures.every((s) => s.includes(" d=acme.example;") && s.includes(" c=simple/simple;")), got.signatures.join(" | "));
    check(!got.fields.some((f) => f.includes("forged")), "the forged field is there");
    check(said.dkimpy[0] === "pass" && said.perl[0] === "pass", JSON.stringify(said));
    const changed = oracles([Buffer.from(got.mail.toString("latin1").replace("GTUBE", "GTUBA"), "latin1")]);
    check(changed.dkimpy[0] === "fail" && changed.perl[0] === "fail", `changed: ${JSON.stringify(changed)}`);
    sekisho("dkim", "set", "acme.example", "--canonicalization", "relaxed/relaxed");
  });
  await test("E08 a released mail from outside is not signed, and the original byte for byte", async () => {
    const mark = `outside-held-${process.pid}`, mail = `From: boss@acme.example\r\nSubject: x\r\nX-Probe: ${mark}\r\nMessage-ID: <${mark}@x>\r\n\r\n${GTUBE}\r\n`;
    await submit(SMTP_PORT, "boss@acme.example", "u@acme.example", mail);
    const got = await released(mark);
    check(got.mail.toString("latin1").endsWith(`\r\n${mail}`), "not the original");
    check(got.signatures.length === 0 && !got.fields.some((f) => /^ARC-/.test(f)), got.fields.join(" | "));
  });
  await test("a key that cannot be opened defers the mail: it does not leave unsigned", async () => {
    sql("UPDATE dkim_key SET private_key = set_byte(private_key, 20, 255 - get_byte(private_key, 20)) WHERE selector = 'ed'");
    await new Promise((r) => setTimeout(r, 700));
    const got = await relay();
    check(/^451/.test(got.reply ?? "250 accepted"), got.reply);
  });
  await test("E08 with such a key a released mail waits; it leaves signed when the key is gone", async () => {
    const id = await hold(), state = () => place(id).state;
    sekisho("quarantine", "release", place(id).recipient);
    const step = await until("the first try", () => sql(`SELECT detail->>'reply' FROM event WHERE recipient_id = '${place(id).recipient}' AND kind = 'release_later'`));
    check(step === "the key ed._domainkey.acme.example cannot sign now", step);
    await until("more tries", () => Number(sql(`SELECT release_tries FROM message_recipient WHERE recipient_id = '${place(id).recipient}'`)) >= 3);
    check(state() === "releasing", state());
    check(!hop.mails.some((m) => m.data.includes(id)), "it was sent");
    sekisho("dkim", "delete", "acme.example", "ed");
    const got = await arrived(id);
    check(got.signatures.length === 1 && got.signatures[0].includes(" s=r2048;"), got.signatures.join(" | "));
    check(oracles([got.mail]).perl[0] === "pass", "does not verify");
    await until("delivered", () => state() === "delivered");
    check(hop.mails.filter((m) => m.data.includes(id)).length === 1, "twice");
    check((await relay()).signatures.length === 1, "what passes goes on without that key");
  });
}

// ---------------------------------------------------------------- ownership

async function inbound(to, text) {
  const id = `in-${process.pid}-${++count}`, s = new Smtp(Number(SMTP_PORT));
  try {
    let r = await s.hello();
    for (const step of ["MAIL FROM:<a@sender.example>", `RCPT TO:<${to}>`, "DATA"]) if (/^[23]/.test(r)) r = await s.say(step + "\r\n");
    r = await s.say(`From: a@sender.example\r\nSubject: x\r\nMessage-ID: <${id}@x>\r\n\r\n${text}\r\n.\r\n`, 60);
    check(r[0] === "2", r);
  } finally {
    s.end();
  }
  return until("its row", () => sql(`SELECT r.disposition || ' ' || r.kind || ' ' || r.rule FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.header_id LIKE '%${id}@x%'`));
}
async function ownership() {
  sql("UPDATE domain SET vouched = false, verified_at = NULL WHERE name IN ('other.example', 'acme.example')");
  await new Promise((r) => setTimeout(r, 700));
  await test("A12 an unverified domain gets only the rule about viruses, visible in tracking", async () => {
    let got = await inbound("u@other.example", GTUBE);
    check(got === "deliver  antivirus-unverified", got);
    got = await inbound("u@other.example", EICAR);
    check(got === "quarantine malware antivirus-unverified", got);
    got = await inbound("u@mail.acme.example", GTUBE);
    check(got === "quarantine spam spam", `a domain that somebody vouched for: ${got}`);
  });
  // The reply to RCPT on the outbound port.
  const rcpt = async (from, to) => {
    const c = new Smtp(Number(RELAY_PORT));
    try {
      let r = await c.hello();
      for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]) if (r[0] === "2") r = await c.say(step + "\r\n");
      return r;
    } finally {
      c.end();
    }
  };
  await test("A12 nobody sends as an unverified domain, neither in the envelope nor, with a null sender, in From", async () => {
    let r = await rcpt("boss@other.example", "x@far.example");
    check(r.startsWith("550 5.7.1") && r.includes("not proven"), r);
    r = (await relay({ from: "", author: "boss@other.example", to: "x@far.example" })).reply ?? "taken";
    check(r.startsWith("550 5.7.1"), r);
    r = await rcpt("boss@mail.acme.example", "x@far.example");
    check(r.startsWith("250"), `a domain that somebody vouched for: ${r}`);
  });
  await test("A12 the next hop of an unverified domain gets no mail of other organisations", async () => {
    sql(`WITH o AS (INSERT INTO org (org_id, name, body_key) SELECT uuid7(), 'Claims', body_key FROM org LIMIT 1 RETURNING org_id)
      INSERT INTO domain (org_id, domain_id, name, vouched) SELECT org_id, uuid7(), 'claimed.example', false FROM o`);
    await new Promise((r) => setTimeout(r, 700));
    let r = await rcpt("boss@mail.acme.example", "x@claimed.example");
    check(r.startsWith("451 4.7.1"), r);
    r = await rcpt("boss@mail.acme.example", "x@other.example");
    check(r.startsWith("250"), `one of its own: ${r}`);
    sql("UPDATE domain SET vouched = true WHERE name = 'claimed.example'");
    await new Promise((r) => setTimeout(r, 700));
    r = await rcpt("boss@mail.acme.example", "x@claimed.example");
    check(r.startsWith("250"), `it is proven: ${r}`);
    sql("DELETE FROM domain WHERE name = 'claimed.example'");
  });
  await test("A12 with the TXT record in DNS all rules apply", async () => {
    check((await inbound("u@acme.example", GTUBE)).endsWith("antivirus-unverified"), "before");
    await until("verified", () => { look(); return sql("SELECT verified_at IS NOT NULL FROM domain WHERE name = 'acme.example'") === "t"; });
    await new Promise((r) => setTimeout(r, 700));
    const got = await inbound("u@acme.example", GTUBE);
    check(got === "quarantine spam spam", got);
  });
}

if (process.argv[2] === "zones") zones();
else {
  const base = await checks();
  await signatures(base);
  await ownership();
}
hop?.close?.();
process.exit(0);
