// Files with passwords, through Postfix. "zones" writes the configuration of the DNS server, "mail" sends. Prints "ok NAME"
// and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { createCipheriv, createHash, pbkdf2Sync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, SMTP_PORT, SINK_PORT, SEKISHO, VAR } = process.env;
const EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
const WORD = "Tr0ub4dor&3";

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
  do-not-query-localhost: no
  local-zone: "." always_nxdomain
  local-zone: "good.example." static
  local-data: 'good.example. 60 IN MX 10 good.example.'
  local-data: 'good.example. 60 IN A 203.0.113.1'
  local-data: 'good.example. 60 IN TXT "v=spf1 ip4:203.0.113.0/24 -all"'
remote-control:
  control-enable: no
`);
}

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));
const cli = (...args) => execFileSync(SEKISHO, args, { encoding: "utf8" });
// Changes work within half a second; waiting longer never fails.
const set = async (...args) => { cli("password", ...args, "--org", "One"); await new Promise((r) => setTimeout(r, 1500)); };
let number = 0;

// Gives kind and findings of the only recipient. Each mail comes from an address of its own (the dynamic list remembers).
async function send(text, file, { from = `s${++number}@good.example`, to = "u@one.example" } = {}) {
  const s = new Smtp(Number(SMTP_PORT)), id = `m${process.pid}-${++number}@good.example`;
  const ip = `203.0.113.${1 + (number % 250)}`;
  try {
    await s.hello("client.example");
    await s.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=client.example\r\n`);
    await s.say("EHLO client.example\r\n");
    for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]) {
      const r = await s.say(line + "\r\n");
      check(r[0] === "2", r);
    }
    check((await s.say("DATA\r\n"))[0] === "3", "DATA");
    const part = file ? `\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString("base64").replace(/.{76}/g, "$&\r\n")}` : "";
    const r = await s.say(`From: ${from}\r\nTo: ${to}\r\nSubject: m${number}\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <${id}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n${part}\r\n--b--\r\n.\r\n`, 60);
    check(r.startsWith("250"), r);
  } finally {
    s.end();
  }
  const rows = JSON.parse(sql(`SELECT coalesce(json_agg(json_build_object('kind', r.kind, 'findings', m.scan->'findings', 'scan', m.scan)), '[]')
    FROM message m JOIN message_recipient r ON r.org_id = m.org_id AND r.message_id = m.message_id WHERE m.subject = 'm${number}'`));
  check(rows.length === 1, `${rows.length} rows`);
  return rows[0];
}
const codes = (row) => row.findings.map((f) => f.code);
const shown = (row) => JSON.stringify({ kind: row.kind, findings: row.findings.filter((f) => ["content", "clamd"].includes(f.scanner)) });
function caught(row, code) {
  check(row.kind === "malware" && codes(row).some((c) => /eicar/i.test(c)), `not found: ${shown(row)}`);
  check(codes(row).includes(code), `${code}: ${shown(row)}`);
  check(!JSON.stringify(row.findings.filter((f) => f.code.startsWith("password"))).includes(WORD), "the password is shown");
}
function locked(row) {
  check(row.kind === "unscannable" && codes(row).includes("encrypted"), `not locked: ${shown(row)}`);
}

// ---- files with EICAR inside
function made(run, name) {
  const dir = mkdtempSync(join(tmpdir(), "sekisho-passwords-"));
  try {
    writeFileSync(join(dir, "e.com"), EICAR);
    run(dir);
    return readFileSync(join(dir, name));
  } finally {
    rmSync(dir, { recursive: true });
  }
}
const quiet = { stdio: "ignore" };
const vint = (n) => { const out = []; for (; n > 127; n >>= 7) out.push((n & 127) | 128); out.push(n); return Buffer.from(out); };
const le32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };
function block(...body) {
  const b = Buffer.concat(body), whole = Buffer.concat([vint(b.length), b]);
  return Buffer.concat([le32(crc32(whole)), whole]);
}
function rar() {
  const salt = Buffer.from("salt of the file"), iv = Buffer.from("value of the fil"), text = Buffer.from(EICAR);
  const check8 = Buffer.alloc(8), v = pbkdf2Sync(WORD, salt, 32768 + 32, 32, "sha256");
  for (let i = 0; i < 32; i++) check8[i % 8] ^= v[i];
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(WORD, salt, 32768, 32, "sha256"), iv).setAutoPadding(false);
  const data = Buffer.concat([cipher.update(Buffer.concat([text, Buffer.alloc((16 - (text.length % 16)) % 16)])), cipher.final()]);
  const record = Buffer.concat([vint(1), vint(0), vint(1), Buffer.from([15]), salt, iv, check8, createHash("sha256").update(check8).digest().subarray(0, 4)]);
  const extra = Buffer.concat([vint(record.length), record]);
  return Buffer.concat([Buffer.from("Rar!\x1a\x07\x01\x00", "latin1"), block(vint(1), vint(0), vint(0)),
    block(vint(2), vint(3), vint(extra.length), vint(data.length), vint(4), vint(text.length), vint(0), le32(crc32(text)), vint(0), vint(1), vint(5), Buffer.from("e.com"), extra),
    data, block(vint(5), vint(0), vint(0))]);
}
const files = {
  "zip of the old cipher": () => made((d) => execFileSync("zip", ["-q", "-P", WORD, "a.zip", "e.com"], { cwd: d, ...quiet }), "a.zip"),
  "zip with AES": () => made((d) => execFileSync("7z", ["a", "-tzip", "-mem=AES256", `-p${WORD}`, "a.zip", "e.com"], { cwd: d, ...quiet }), "a.zip"),
  "7z with readable names": () => made((d) => execFileSync("7z", ["a", `-p${WORD}`, "a.7z", "e.com"], { cwd: d, ...quiet }), "a.7z"),
  "7z with hidden names": () => made((d) => execFileSync("7z", ["a", "-mhe=on", `-p${WORD}`, "a.7z", "e.com"], { cwd: d, ...quiet }), "a.7z"),
  rar,
};

async function mail() {
  for (const [name, make] of Object.entries(files)) {
    const file = make();
    await test(`T-A6 F20 ${name}: password in the body, EICAR is found`, async () => {
      caught(await send(`The password is ${WORD}`, file), "password-mail");
    });
    await test(`T-A6 F20 ${name}: no password, held and never clean`, async () => {
      locked(await send("Please look at this.", file));
    });
    await test(`T-A6 F20 ${name}: password in the mail before`, async () => {
      const from = `p${++number}@good.example`;
      await send(`Password: ${WORD}`, null, { from });
      caught(await send("Here is the file.", file, { from }), "password-earlier");
    });
  }
  const file = files.rar();

  await test("F20 a mail before from another sender, to another recipient, or forged does not count", async () => {
    const from = `p${++number}@good.example`;
    await send(`Password: ${WORD}`, null, { from });
    locked(await send("Here it is.", file));
    locked(await send("Here it is.", file, { from, to: "other@one.example" }));
    const forged = `p${++number}@nobody.example`;
    await send(`Password: ${WORD}`, null, { from: forged });
    locked(await send("Here it is.", file, { from: forged }));
  });

  await test("F20 password on the list of the organisation, for all formats", async () => {
    await set("add", WORD);
    for (const make of Object.values(files)) caught(await send("As agreed.", make()), "password-list");
  });

  await test("F20 switched off, nothing is tried", async () => {
    await set("set", "--inbound", "off");
    locked(await send(`The password is ${WORD}`, file));
    await set("set", "--inbound", "on");
    caught(await send("As agreed.", file), "password-list");
    await set("delete", WORD);
  });

  await test("F20 earlier mails switched off", async () => {
    await set("set", "--earlier", "0");
    const from = `p${++number}@good.example`;
    await send(`Password: ${WORD}`, null, { from });
    locked(await send("Here it is.", file, { from }));
    await set("set", "--earlier", "60");
  });

  await test("F20 no password is in the audit log or in a log file", async () => {
    check(sql(`SELECT count(*) FROM audit WHERE event LIKE 'file_password.%'`) > 5, "no rows");
    check(sql(`SELECT count(*) FROM audit WHERE concat(object, detail) LIKE '%Tr0ub4dor%'`) === "0", "in the audit log");
    check(sql(`SELECT count(*) FROM message WHERE (scan->'findings')::text LIKE '%password%Tr0ub4dor%'`) === "0", "in a finding");
    const log = join(VAR, "log");
    for (const f of existsSync(log) ? readdirSync(log, { recursive: true, withFileTypes: true }) : [])
      if (f.isFile()) check(!readFileSync(join(f.parentPath ?? f.path, f.name)).includes("Tr0ub4dor"), f.name);
  });
}

await { zones, mail }[process.argv[2]]();
hop?.close?.();
process.exit(0);
