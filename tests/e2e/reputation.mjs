// Links, files and senders on lists, through Postfix. "zones" writes the configuration of the DNS server, "mail" and "phish"
// send. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { DNS_DIR, DNS_PORT, SMTP_PORT, SINK_PORT, SEKISHO } = process.env;
const records = [
  ["listed.test.multi.example", "127.0.0.2"], ["bits.test.multi.example", "127.0.0.8"], ["refused.test.multi.example", "127.0.0.1"],
  ["7.100.51.198.multi.example", "127.0.0.2"], ["a.hosts.test.dbl.example", "127.0.1.4"],
];

function zones() {
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
  local-zone: "multi.example." static
  local-zone: "dbl.example." static
  local-zone: "broken.example." always_refuse
${records.map(([name, text]) => `  local-data: '${name}. 60 IN A ${text}'`).join("\n")}
remote-control:
  control-enable: no
`);
}

const hop = process.argv[2] === "zones" ? null : sink(Number(SINK_PORT));
const cli = (...args) => execFileSync(SEKISHO, args, { encoding: "utf8" });
const set = async (...args) => { cli(...args); await settle(); };
// Changes work within half a second, those of feeds within one; waiting longer never fails.
const settle = () => new Promise((r) => setTimeout(r, 1500));
let number = 0;

// A mail from an address of its own (the dynamic list remembers where bad mail came from). Gives its row of tracking.
async function send(body, { from = `s${++number}@out.test`, to = "u@one.example", ip = `203.0.113.${1 + (++number % 250)}`, head = "" } = {}) {
  const s = new Smtp(Number(SMTP_PORT)), id = `r${process.pid}-${++number}@out.test`;
  try {
    await s.hello("client.example");
    await s.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=client.example\r\n`);
    await s.say("EHLO client.example\r\n");
    for (const line of [`MAIL FROM:<${from}>`, ...[to].flat().map((t) => `RCPT TO:<${t}>`)]) {
      const r = await s.say(line + "\r\n");
      check(r[0] === "2", r);
    }
    check((await s.say("DATA\r\n"))[0] === "3", "DATA");
    const r = await s.say(`From: ${from}\r\nTo: ${[to].flat().join(", ")}\r\nSubject: ${id}\r\nMessage-ID: <${id}>\r\n${head || "Content-Type: text/plain; charset=utf-8\r\n"}\r\n${body}\r\n.\r\n`, 60);
    check(r.startsWith("250"), r);
  } finally {
    s.end();
  }
  return id;
}
// What became of it: a line for each recipient with address, kind, and the reasons and findings of his copy.
const fate = (id) => JSON.parse(sql(`SELECT coalesce(json_agg(json_build_object('to', r.address, 'kind', r.kind, 'reasons', m.reasons, 'findings', m.scan->'findings')), '[]')
  FROM message m JOIN message_recipient r ON r.org_id = m.org_id AND r.message_id = m.message_id WHERE m.subject = '${id}'`));
async function held(id, code, what) {
  const [row] = fate(id);
  check(row && row.kind, `not held: ${JSON.stringify(row)}`);
  const reason = row.reasons.find((x) => x.code === code);
  check(reason && (what === undefined || reason.slots.what === what), `${JSON.stringify(row.reasons)}`);
  return row;
}
// Not held for what it leads to or brings; what else is thought of these little mails is not the matter here.
async function passed(id) {
  const [row] = fate(id);
  check(row && !["phishing", "malware"].includes(row.kind), `held: ${JSON.stringify(row)}`);
  return row;
}
const link = (url) => `Look at ${url} today.`;
const finding = (row, code) => row.findings.find((f) => f.code === code);

async function mail() {
  await test("F30 a link that a feed names is held as phishing, with host and feed; the default is moderately high", async () => {
    const row = await held(await send(link("http://www.evil.example/login")), "link-listed", "www.evil.example (evil)");
    check(row.kind === "phishing", row.kind);
    await held(await send(link("http://high.example/x")), "link-listed", "high.example (high)");
    check(finding(await passed(await send(link("http://sus.example/"))), "link-named").score > 0, "no note");
    await passed(await send(link("http://good.example/")));
    await held(await send(link("https://shop.example/kit/a/b.html")), "link-listed", "shop.example (evil)");
    await passed(await send(link("https://shop.example/other")));
  });

  await test("F30 the same link in HTML, behind user names, in capitals, with an escaped host", async () => {
    for (const url of ["http://bank.com@WWW.EVIL.EXAMPLE/", "HTTP://%65vil.example/", "http://evil.example:8080/", "https://evil.example./x"]) {
      const [row] = fate(await send(`<a href="${url}">your bank</a>`, { head: "Content-Type: text/html; charset=utf-8\r\n" }));
      check(row.kind === "phishing" && finding(row, "link-listed"), `${url}: ${JSON.stringify(row)}`);
    }
  });

  await test("F30 levels: the same mails cross as the level rises", async () => {
    const urls = ["http://evil.example/", "http://high.example/", "http://sus.example/", "http://198.51.100.99/login"];
    const want = { lowest: 0, low: 1, "moderately-low": 1, "moderately-high": 2, high: 3, highest: 4 };
    for (const [level, n] of Object.entries(want)) {
      await set("reputation", "set", "--level", level);
      for (let i = 0; i < urls.length; i++) {
        const [row] = fate(await send(link(urls[i])));
        check((row.kind === "phishing") === i < n, `${urls[i]} at ${level}: "${row.kind}"`);
      }
    }
    await set("reputation", "set", "--level", "moderately-high");
  });

  await test("F30 links that no list knows are held only when that is wanted; F32 approved ones never", async () => {
    await passed(await send(link("http://nobody-knows.example/")));
    await set("reputation", "set", "--untested", "hold");
    await held(await send(link("http://nobody-knows.example/")), "link-untested", "nobody-knows.example");
    await passed(await send("no link at all"));
    await set("object", "add", "nobody-knows.example", "--approved");
    await passed(await send(link("http://www.nobody-knows.example/")));
    await set("object", "add", "evil.example", "--approved");
    await passed(await send(link("http://www.evil.example/login")));
    await set("object", "delete", "evil.example", "--approved");
    await set("reputation", "set", "--untested", "deliver");
    await held(await send(link("http://www.evil.example/login")), "link-listed");
  });

  await test("F30 DNS lists: registered domain, bit mask, refusal by the list, IP address, whole host", async () => {
    cli("reputation", "list-add", "multi.example", "--codes", "127.0.0.2 &8=suspicious", "--addresses");
    await set("reputation", "list-add", "dbl.example", "--hosts", "--level", "highly-suspicious");
    await held(await send(link("http://a.b.listed.test/x")), "link-listed", "a.b.listed.test (multi.example)");
    check(finding(await passed(await send(link("http://bits.test/"))), "link-named"), "no note");
    await passed(await send(link("http://refused.test/")));
    await passed(await send(link("http://clean.test/")));
    await held(await send(link("http://198.51.100.7/")), "link-listed", "198.51.100.7 (multi.example)");
    await held(await send(link("http://a.hosts.test/")), "link-listed", "a.hosts.test (dbl.example)");
    await passed(await send(link("http://hosts.test/")));
    const log = readFileSync(`${DNS_DIR}/log`, "utf8");
    check(!log.includes("evil.example.multi.example"), "a known domain was asked for");
    check(!log.includes("a.b.listed.test.multi.example"), "the host was asked for, not the domain");
  });

  await test("F30 DNS lists: at most ten questions a message; what was not asked is noted", async () => {
    const before = readFileSync(`${DNS_DIR}/log`, "utf8").length;
    const row = await passed(await send(Array.from({ length: 60 }, (_, i) => link(`http://many${i}.test/`)).join("\r\n")));
    const asked = readFileSync(`${DNS_DIR}/log`, "utf8").slice(before).split("\n").filter((l) => / many\d+\.test\.(multi|dbl)\.example\. A IN/.test(l));
    check(new Set(asked.map((l) => / (many\S+) /.exec(l)[1])).size <= 10, `${asked.length} questions`);
    check(finding(row, "link-not-asked"), "not noted");
  });

  await test("F30 a list that does not answer is not a list that says no: noted, and the mail goes on", async () => {
    await set("reputation", "list-add", "gone.broken.example");
    const row = await passed(await send(link("http://clean2.test/")));
    check(finding(row, "link-list-silent").evidence === "clean2.test (gone.broken.example)", JSON.stringify(row.findings));
    await set("reputation", "list-delete", "gone.broken.example");
  });

  await test("M16 suspicious objects: page, domain, file, sender, client; log only; until when", async () => {
    const file = Buffer.from("an attached file, not a virus\n"), sha = createHash("sha256").update(file).digest("hex");
    const attached = { head: `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n` };
    const body = `--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\nContent-Type: application/octet-stream; name=tool.bin\r\nContent-Disposition: attachment; filename=tool.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${file.toString("base64")}\r\n--b--`;
    await passed(await send(body, attached));
    for (const x of ["hxxp://page[.]test/a", "domain.test", sha, "sender@bad.test", "203.0.113.251"]) cli("object", "add", x);
    await set("object", "add", "watched.test", "--log", "--note", "only looking");
    await held(await send(link("http://page.test/a?b")), "object-link", "page.test/a");
    await passed(await send(link("http://page.test/b")));
    await held(await send(link("http://x.domain.test/")), "object-link", "domain.test");
    check((await held(await send(body, attached), "object-file", "tool.bin")).kind === "malware", "not malware");
    await held(await send("x", { from: "Sender@bad.test" }), "object-sender", "sender@bad.test");
    await held(await send("x", { from: "any@sub.domain.test" }), "object-sender", "domain.test");
    await held(await send("x", { ip: "203.0.113.251" }), "object-client", "203.0.113.251");
    check(finding(await passed(await send(link("http://watched.test/"))), "object-link-seen").evidence === "watched.test", "not noted");
    sql("ALTER TABLE reputation_entry DISABLE ROW LEVEL SECURITY; UPDATE reputation_entry SET expires_at = now() - interval '1 second' WHERE value = 'domain.test'; ALTER TABLE reputation_entry ENABLE ROW LEVEL SECURITY");
    await settle();
    await passed(await send(link("http://x.domain.test/")));
    check(cli("object", "list", "--search", "domain.test").includes("expired"), "not shown as expired");
  });

  await test("F30 M16 organisations: each by its own level and lists, in one message", async () => {
    const org = sql("INSERT INTO org (org_id, name, body_key) VALUES (uuid7(), 'Two', '\\x00') RETURNING org_id");
    execFileSync(SEKISHO, ["domain", "add", "two.example", "--next-hop", `127.0.0.1:${SINK_PORT}`, "--org", org]);
    await set("object", "add", "evil.example", "--approved", "--org", org);
    const rows = fate(await send(link("http://evil.example/"), { to: ["a@one.example", "b@two.example"] }));
    check(rows.length === 2, JSON.stringify(rows));
    const of = (to) => rows.find((r) => r.to === to).kind;
    check(of("a@one.example") === "phishing" && of("b@two.example") !== "phishing", JSON.stringify(rows.map((r) => [r.to, r.kind])));
  });

  await test("M16 what whoever runs the gateway lists holds for all organisations, and each sees it", async () => {
    const two = { to: ["a@one.example", "b@two.example"] }; // nothing is held for Two here: it has no key
    const codes = async () => fate(await send(link("http://every.test/"), two)).sort((a, b) => a.to.localeCompare(b.to)).map((r) => r.findings.map((f) => f.code).find((c) => /operator/.test(c)) ?? "").join(" ");
    check((await codes()) === " ", "before");
    await set("object", "add", "every.test", "--all", "--log");
    check((await codes()) === "operator-link-seen operator-link-seen", "both");
    const [org] = sql("SELECT org_id FROM org WHERE name = 'Two'").split("\n");
    await set("object", "add", "every.test", "--approved", "--org", org);
    check((await codes()) === "operator-link-seen ", "not where it is approved");
    check(cli("object", "list", "--all").startsWith("domain\tevery.test\tlog"), "list");
    check(sql("SELECT count(*) FROM audit WHERE event = 'reputation.suspicious' AND object = 'every.test' AND org_id = '00000000-0000-0000-0000-000000000000'") === "1", "audit");
    await set("object", "delete", "every.test", "--all");
    check((await codes()) === " ", "after");
    await set("object", "add", "every.test", "--all");
    await held(await send(link("http://every.test/")), "operator-link", "every.test");
  });

  await test("F30 the gate takes a changed feed by itself", async () => {
    await passed(await send(link("http://fresh.example/")));
    writeFileSync(`${DNS_DIR}/fresh`, "fresh.example\n");
    await set("feed", "add", "fresh", "--file", `${DNS_DIR}/fresh`);
    await held(await send(link("http://fresh.example/")), "link-listed", "fresh.example (fresh)");
    await set("feed", "delete", "fresh");
    await passed(await send(link("http://fresh.example/")));
  });
}

// clamd gets descriptors here (CLAMD_DESCRIPTOR), and reads its signatures again all the time.
async function clamd() {
  const EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
  const socket = `${process.env.SEKISHO_RUN ?? process.env.VAR + "/run"}/clamd.sock`;
  const reload = () => new Promise((done, fail) => connect(socket).on("error", fail).on("close", done).on("connect", function () { this.resume(); this.write("zRELOAD\0"); }));
  // While it reads them, a temporary refusal is right; never an answer without a look.
  const scanned = (body) => until("a scan", () => send(body).catch((e) => { if (!/^451 4\.3\.0/.test(e.message)) throw e; }));
  await test("F-10 T-A9 while clamd reads its signatures again, what is clean passes and what is not is held", async () => {
    for (let i = 0; i < 12; i++) {
      await reload();
      await passed(await scanned(`clean ${i}`));
      const [row] = fate(await scanned(`${EICAR}\r\n`));
      check(row.kind === "malware" && row.reasons[0].slots.what === "Eicar-Test-Signature", JSON.stringify(row));
    }
  });
  await test("T-A9 F-10 a message near the size limit is looked at to its end by descriptor", async () => {
    const line = "x".repeat(76) + "\r\n", big = line.repeat(150000);
    const [row] = fate(await send(`--b\r\nContent-Type: text/plain\r\n\r\n${big}\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=e.com\r\n\r\n${EICAR}\r\n--b--`, { head: "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" }));
    check(row.kind === "malware", JSON.stringify(row));
  });
}

// Real lists: pages that are on one, and sites that everybody uses.
async function phish() {
  await settle();
  const lines = readFileSync(`${DNS_DIR}/jpcert-phish/2024.csv`, "utf8").split("\n").slice(1);
  const urls = lines.map((l) => l.split(",")[1]).filter((u) => /^https?:\/\/[\x21-\x7e]+$/.test(u ?? ""));
  const some = Array.from({ length: 50 }, (_, i) => urls[Math.floor((i * urls.length) / 50)]);
  await test("F30 50 pages of a real list are held as phishing, with the list's name", async () => {
    for (const url of some) {
      const row = await held(await send(`<a href="${url.replaceAll("&", "&amp;")}">here</a>`, { head: "Content-Type: text/html\r\n" }), "link-listed").catch((e) => { throw new Error(`${url}: ${e.message}`); });
      check(row.kind === "phishing" && row.reasons[0].slots.what.endsWith(" (phish)"), `${url}: ${JSON.stringify(row)}`);
    }
  });
  await test("F30 the top sites are not", async () => {
    const sites = readFileSync(`${DNS_DIR}/misp-warninglists/${existsSync(`${DNS_DIR}/misp-warninglists/tranco10k.txt`) ? "tranco10k" : "moz-top500"}.txt`, "utf8").split("\n").filter((l) => /^[a-z0-9.-]+$/.test(l)).slice(0, 2000);
    for (let i = 0; i < sites.length; i += 400) await passed(await send(sites.slice(i, i + 400).map((s) => `https://${s}/`).join("\r\n")));
  });
}

await { zones, mail, clamd, phish }[process.argv[2]]();
hop?.close?.();
process.exit(0);
