// Sender lists through Postfix. "zones" writes the configuration of the DNS server and the keys, "mail"
// sends. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync, sign as cryptoSign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, test, until } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, SMTP_PORT, SINK_PORT, SEKISHO, VAR } = process.env;
const KEY = `${DNS_DIR}/signer.pem`;
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
// Each mail comes from an address of its own: the dynamic list remembers where spam came from.
let addresses = 0;
const OWN = () => `192.0.2.${1 + (++addresses % 250)}`; // may send for friend.example
const ELSEWHERE = () => `198.51.100.${1 + (++addresses % 250)}`;

function zones() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(KEY, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const p = publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
  const txt = [
    ["friend.example", `v=spf1 ip4:192.0.2.0/24 -all`],
    ["_dmarc.friend.example", "v=DMARC1; p=none"],
    ["s._domainkey.friend.example", `v=DKIM1; k=ed25519; p=${p}`],
    ["s._domainkey.plain.example", `v=DKIM1; k=ed25519; p=${p}`],
  ];
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
  local-zone: "friend.example." static
  local-zone: "plain.example." static
${txt.map(([name, text]) => `  local-data: '${name}. 60 IN TXT "${text}"'`).join("\n")}
remote-control:
  control-enable: no
`);
}

// RFC 6376 with RFC 8463, relaxed/relaxed, of fields without folding.
function signed(mail, domain) {
  const at = mail.indexOf("\r\n\r\n"), fields = mail.slice(0, at).split("\r\n"), body = mail.slice(at + 4);
  const canonical = body.split("\r\n").map((l) => l.replace(/[ \t]+/g, " ").replace(/ $/, "")).join("\r\n").replace(/(\r\n)*$/, "\r\n");
  const bh = createHash("sha256").update(canonical === "\r\n" ? "" : canonical, "latin1").digest("base64");
  const header = (l) => `${l.slice(0, l.indexOf(":")).toLowerCase()}:${l.slice(l.indexOf(":") + 1).replace(/[ \t]+/g, " ").trim()}`;
  const own = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=${domain}; s=s; h=From:To:Subject; bh=${bh}; b=`;
  const text = ["From", "To", "Subject"].map((n) => header(fields.find((l) => l.startsWith(n + ":"))) + "\r\n").join("") + header(own);
  const b = cryptoSign(null, createHash("sha256").update(text, "latin1").digest(), createPrivateKey(readFileSync(KEY))).toString("base64");
  return `${own}${b}\r\n${mail}`;
}

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));
const cli = (...args) => execFileSync(SEKISHO, args, { encoding: "utf8" });
const json = (...args) => cli(...args, "--json").split("\n").filter(Boolean).map((l) => JSON.parse(l));
// A change works within half a second; waiting longer never fails.
const settle = () => new Promise((r) => setTimeout(r, 1000));
async function sender(...args) {
  cli("sender", ...args);
  await settle();
}
function query(text) {
  return execFileSync("psql", ["-X", "-q", "-h", `${process.env.SEKISHO_RUN ?? VAR + "/run"}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-AtF", "|", "-c", text], { encoding: "utf8" }).trim();
}

let count = 0;
function letter({ from = "pal@friend.example", body = "hello", sign = "" } = {}) {
  const id = `probe-${process.pid}-${++count}`;
  const mail = `From: ${from}\r\nTo: user@lists.example\r\nSubject: ${id}\r\n\r\n${body}\r\n`;
  return { id, mail: sign ? signed(mail, sign) : mail };
}
// Every reply of one message: MAIL, one for each RCPT, the end of DATA.
async function send({ mail }, { ip = ELSEWHERE(), from = "bounce@elsewhere.example", to = ["user@lists.example"] } = {}) {
  const s = new Smtp(Number(SMTP_PORT)), got = { rcpt: [], end: "" };
  try {
    await s.hello("client.example");
    await s.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=client.example\r\n`);
    await s.say("EHLO client.example\r\n");
    check((await s.say(`MAIL FROM:<${from}>\r\n`))[0] === "2", "MAIL");
    for (const r of to) got.rcpt.push(await s.say(`RCPT TO:<${r}>\r\n`));
    if (got.rcpt.some((r) => r[0] === "2") && (await s.say("DATA\r\n"))[0] === "3") got.end = await s.say(mail.replace(/(^|\r\n)\./g, "$1..") + ".\r\n", 60);
    return got;
  } finally {
    s.end();
  }
}
// "delivered" with its header fields, or the row: "held spam gtube,sender-unproven".
async function outcome(l, options) {
  const r = await send(l, options);
  check(r.end.startsWith("250"), `${r.rcpt} ${r.end}`);
  const rows = query(`SELECT r.address, r.state, r.kind, (SELECT string_agg(x->>'code', ',') FROM jsonb_array_elements(m.reasons) x) FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.subject = '${l.id}' ORDER BY 1`).split("\n").map((x) => x.split("|"));
  const state = Object.fromEntries(rows.map(([a, s, k, why]) => [a, s === "held" ? `held ${k} ${why}` : `passed ${why ?? ""}`.trim()]));
  let head = "";
  if (Object.values(state).some((s) => s.startsWith("passed"))) head = (await until("delivery", () => hop.mails.find((m) => m.data.includes(l.id)))).data.toString("latin1").split("\r\n\r\n")[0];
  return { state, of: state["user@lists.example"], head };
}

async function mail() {
  query("INSERT INTO conn_setting (org_id, check_sender) SELECT org_id, false FROM org");
  await settle();
  await until("authentication", async () => (await outcome(letter({ body: "x", sign: "friend.example" }), { ip: OWN(), from: "pal@friend.example" })).head.includes("dmarc=pass"));

  await test("N7 acceptance 5: a forged mail from an approved sender is held, the same mail signed by him is delivered", async () => {
    await sender("add", "pal@friend.example", "--approved", "--for", "user@lists.example");
    check((await outcome(letter({ body: GTUBE }))).of === "held spam gtube,sender-unproven", "forged From");
    check((await outcome(letter({ body: GTUBE }), { from: "pal@friend.example" })).of === "held spam gtube,sender-unproven", "forged envelope too");
    check((await outcome({ ...letter({ body: GTUBE, sign: "friend.example" }), }, {})).of === "passed sender-approved", "signed");
    const broken = letter({ body: GTUBE, sign: "friend.example" });
    broken.mail = broken.mail.replace(GTUBE, "changed " + GTUBE);
    check((await outcome(broken)).of === "held spam gtube,sender-unproven", "changed after signing");
    check((await outcome(letter({ body: GTUBE, sign: "plain.example" }))).of === "held spam gtube,sender-unproven", "signed by somebody else");
  });
  await test("N7 by the envelope: SPF of his own servers", async () => {
    check((await outcome(letter({ from: "list@other.example", body: GTUBE }), { ip: OWN(), from: "pal@friend.example" })).of === "passed sender-approved", "own server");
    check((await outcome(letter({ from: "list@other.example", body: GTUBE }), { from: "pal@friend.example" })).of === "held spam gtube,sender-unproven", "elsewhere");
  });
  await test("N7 a domain without DMARC: an aligned signature", async () => {
    await sender("add", "*@plain.example", "--approved", "--for", "lists.example");
    check((await outcome(letter({ from: "x@plain.example", body: GTUBE, sign: "plain.example" }))).of === "passed sender-approved", "signed");
    check((await outcome(letter({ from: "x@plain.example", body: GTUBE }))).of === "held spam gtube,sender-unproven", "not signed");
  });
  await test("D01 entries of address, domain and organisation work for whom they are", async () => {
    for (const [target, yes, no] of [["one@lists.example", ["one@lists.example"], ["two@lists.example"]], ["lists.example", ["one@lists.example", "two@lists.example"], []], ["org", ["one@lists.example", "two@lists.example"], []]]) {
      const who = `x@level-${target.replace(/\W/g, "-")}.example`;
      await sender("add", who, "--blocked", "--for", target);
      const r = await send(letter(), { from: who, to: ["one@lists.example", "two@lists.example"] });
      const refused = ["one@lists.example", "two@lists.example"].filter((_, i) => r.rcpt[i].startsWith("550 5.7.1"));
      check(JSON.stringify(refused) === JSON.stringify(yes), `${target}: ${r.rcpt}`);
      check(no.every((x) => !refused.includes(x)), target);
    }
  });
  await test("D06 blocked by the envelope: 550 5.7.1 at RCPT TO, before the content", async () => {
    await sender("add", "*@*.bad.example", "--blocked");
    const r = await send(letter(), { from: "a@very.bad.example" });
    check(/^550 5\.7\.1 .*Sender is blocked/.test(r.rcpt[0]), r.rcpt[0]);
    const row = await until("the row of blocked traffic", () => query("SELECT recipient, code, enhanced, reason, slot FROM refusal WHERE envelope_sender = 'a@very.bad.example'"));
    check(row === "user@lists.example|550|5.7.1|sender-blocked|*@*.bad.example", row);
    check(query("SELECT count(*) FROM message WHERE envelope_sender = 'a@very.bad.example'") === "0", "no message");
    check((await send(letter(), { from: "a@bad.example" })).rcpt[0].startsWith("250"), "the domain itself is not below it");
  });
  await test("D04 D06 blocked by the From field: 550 5.7.1 after DATA, and a row that says why", async () => {
    const l = letter({ from: "Boss <a@very.bad.example>" }), r = await send(l);
    check(/^550 5\.7\.1 .*Sender is blocked/.test(r.end), r.end);
    const row = query(`SELECT r.state, r.kind, m.reasons->0->>'code' FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.subject = '${l.id}'`);
    check(row === "rejected|blocked|sender-blocked", row);
  });
  await test("D06 blocked for one of two: his copy is held, the other one is delivered", async () => {
    await sender("add", "news@shop.example", "--blocked", "--for", "one@lists.example");
    const { state } = await outcome(letter({ from: "news@shop.example" }), { to: ["one@lists.example", "user@lists.example"] });
    check(state["one@lists.example"].startsWith("held blocked sender-blocked") && state["user@lists.example"].startsWith("passed"), JSON.stringify(state));
  });
  await test("D04 without header matching only the envelope counts", async () => {
    await sender("settings", "--header-match", "off");
    check((await outcome(letter({ from: "a@very.bad.example" }))).of === "passed", "blocked From");
    check((await outcome(letter({ body: GTUBE, sign: "friend.example" }))).of === "held spam gtube", "approved From");
    check((await send(letter(), { from: "a@very.bad.example" })).rcpt[0].startsWith("550"), "envelope");
    await sender("settings", "--header-match", "on");
  });
  await test("D03 an administrator's block beats a user's approval, a user's block an administrator's approval", async () => {
    await sender("add", "john@rival.example", "--approved", "--unverified", "--for", "user@lists.example");
    await sender("add", "*@rival.example", "--blocked");
    check((await send(letter(), { from: "john@rival.example" })).rcpt[0].startsWith("550"), "admin's block");
    await sender("add", "*@partner.example", "--approved", "--unverified");
    await sender("add", "ads@partner.example", "--blocked", "--for", "user@lists.example");
    const r = await send(letter(), { from: "ads@partner.example", to: ["user@lists.example", "two@lists.example"] });
    check(r.rcpt[0].startsWith("550") && r.rcpt[1].startsWith("250"), `${r.rcpt}`);
  });
  await test("D05 only what is ticked is skipped; malware never is", async () => {
    const own = { get ip() { return OWN(); }, from: "pal@friend.example" };
    check((await outcome(letter({ body: GTUBE }), own)).of === "passed sender-approved", "spam skipped");
    const virus = (await outcome(letter({ body: EICAR }), own)).of;
    check(virus.startsWith("held malware malware-found"), virus);
    await sender("settings", "--still-check", "spam");
    check((await outcome(letter({ body: GTUBE }), own)).of === "held spam gtube,sender-approved", "spam checked");
    await sender("settings", "--still-check", "none");
  });
  await test("D05 checks of the envelope: skipped for an approved sender, not when he would have to be verified first, nor without the tick", async () => {
    query("UPDATE conn_setting SET check_sender = true");
    await settle();
    const refused = async (from) => /^550 5\.1\.8/.test((await send(letter(), { from })).rcpt[0]);
    check(await refused("a@nowhere.example"), "an unknown domain is refused");
    await sender("add", "a@nowhere.example", "--approved", "--unverified");
    await sender("add", "b@nowhere.example", "--approved");
    check(!(await refused("a@nowhere.example")), "approved");
    check(await refused("b@nowhere.example"), "approved when verified: nothing is known yet");
    await sender("settings", "--still-check", "sender_domain");
    check(await refused("a@nowhere.example"), "not ticked");
    cli("sender", "settings", "--still-check", "none");
    query("UPDATE conn_setting SET check_sender = false");
    await settle();
  });
  await test("D05 X-Sekisho-Approved-Sender says which sender, only when wanted, and never for others' copies", async () => {
    const field = (head) => head.match(/^X-Sekisho-Approved-Sender: (.*)$/m)?.[1].trim();
    const own = { get ip() { return OWN(); }, from: "pal@friend.example" };
    check(field((await outcome(letter(), own)).head) === undefined, "off by default");
    await sender("settings", "--insert-header", "on");
    check(field((await outcome(letter(), own)).head) === "envelope-sender", "envelope");
    check(field((await outcome(letter({ sign: "friend.example" }))).head) === "header-sender", "header");
    const forged = letter({ from: "x@nobody.example" });
    forged.mail = `X-Sekisho-Approved-Sender: envelope-sender\r\n${forged.mail}`;
    check(field((await outcome(forged)).head) === undefined, "forged");
    check(field((await outcome(letter(), { ...own, to: ["user@lists.example", "two@lists.example"] })).head) === undefined, "a copy that is also somebody else's");
  });
  await test("D09 the lists of a disabled recipient are not applied", async () => {
    const own = { get ip() { return OWN(); }, from: "pal@friend.example" };
    await sender("disable", "user@lists.example");
    check((await outcome(letter({ body: GTUBE }), own)).of === "held spam gtube", "disabled");
    await sender("enable", "user@lists.example");
    check((await outcome(letter({ body: GTUBE }), own)).of === "passed sender-approved", "enabled");
  });
  await test("user+tag has the lists of user", async () => check((await send(letter(), { from: "ads@partner.example", to: ["User+shop@lists.example"] })).rcpt[0].startsWith("550"), "tag"));
  await test("D10 export and import: the same file comes out", async () => {
    const file = `${VAR}/list.csv`, lines = ["*@*.z.example", "*@a.example", "b@c.example,unverified", "name@*"].map((l) => l + "\n").join("");
    writeFileSync(file, lines + "*@*\nb@c.example\n");
    const dry = json("sender", "import", file, "--approved", "--for", "new@lists.example", "--dry-run");
    check(dry.map((l) => l.state).join(" ") === "new new new new invalid duplicate ", JSON.stringify(dry));
    cli("sender", "import", file, "--approved", "--for", "new@lists.example");
    check(cli("sender", "export", "--approved", "--for", "new@lists.example") === lines, "export");
    writeFileSync(file, lines);
    cli("sender", "import", file, "--approved", "--replace", "--for", "new@lists.example");
    check(cli("sender", "export", "--approved", "--for", "new@lists.example") === lines, "again");
  });
  await test("the command refuses what is no pattern, no target of ours, there already", async () => {
    const bad = (...args) => spawnSync(SEKISHO, ["sender", ...args], { encoding: "utf8" });
    for (const [why, ...args] of [["everybody", "add", "*@*", "--blocked"], ["not in a domain", "add", "a@b.example", "--blocked", "--for", "x@other.example"], ["already", "add", "*@rival.example", "--approved"], ["missing", "add", "a@b.example"], ["neither list", "delete", "a@b.example"]]) {
      const r = bad(...args);
      check(r.status === 1 && r.stderr.includes(why), `${args}: ${r.status} ${r.stderr}`);
    }
  });
}

await { zones, mail }[process.argv[2]]();
hop?.close?.();
process.exit(0);
