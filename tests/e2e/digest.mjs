// Digests: planned by rules, sent by the job, read at the next hop; their links are opened and used.
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { check, sql, test, until } from "./lib.mjs";
import { sink } from "./sink.mjs";

const env = process.env;
const hop = await sink(Number(env.SINK_PORT));
const portal = env.PORTAL_URL;
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { encoding: "utf8" });
const org = sql("SELECT org_id FROM org");
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const decoded = (m) => {
  const raw = m.data.toString("latin1"), end = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const field = (name) => head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1].trim();
  const words = (text) => (text ?? "").replace(/=\?UTF-8\?B\?([^?]*)\?=\s*/g, (_, b) => Buffer.from(b, "base64").toString("latin1")).replace(/[^]*/, (t) => Buffer.from(t, "latin1").toString("utf8"));
  const parts = [...raw.matchAll(/Content-Type: (text\/[a-z]+)[^]*?base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map((p) => [p[1], Buffer.from(p[2], "base64").toString("utf8")]);
  return { raw, head, field, subject: words(field("Subject")), text: parts.find((p) => p[0] === "text/plain")?.[1], html: parts.find((p) => p[0] === "text/html")?.[1] };
};
const digests = (address) => hop.mails.filter((m) => m.to.includes(address)).map(decoded).filter((m) => /^<digest\./.test(m.field("List-Id") ?? ""));

// Held mail without the way through SMTP: as the gate writes it, from ten minutes ago.
let serial = 0;
function held(address, n = 1, { kind = "spam", subject = "Held", name = "Travel Letter", from = "news@tabi-letter.example", minutes = 10 } = {}) {
  sql(`SELECT count(ingest(jsonb_build_object('org_id', '${org}', 'message_id', m, 'received_at', floor(extract(epoch FROM now() - interval '${minutes} minutes') * 1000)::bigint - i * 1000,
    'node', 'n1', 'direction', 'in', 'queue_id', 'Q' || m, 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '', 'envelope_sender', $x$${from}$x$, 'sender_domain', 'x.example',
    'header_from', $x$${from}$x$, 'header_from_name', $x$${name}$x$, 'header_id', '', 'subject', $x$${subject}$x$ || CASE WHEN ${n} > 1 THEN ' ' || i ELSE '' END, 'bytes', 10, 'verdict', 'spam', 'score', 9, 'threshold', 5,
    'reasons', jsonb_build_array(jsonb_build_object('code', 'spam-score', 'severity', 'warn')), 'scan', '{}'::jsonb, 'scan_us', 1, 'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(),
    'address', $x$${address}$x$, 'domain', 'acme.example', 'original', $x$${address}$x$, 'state', 'held', 'disposition', 'quarantine', 'kind', '${kind}', 'rule', '')))::text::jsonb, sha256(m::text::bytea), '\\x01'))
    FROM (SELECT i, uuid7() AS m FROM generate_series(1, ${n}) i) x`);
  return ++serial;
}
const rule = (name, { targets = "{}", priority = 100, format = "html", actions = "{deliver,allow,block,delete}" } = {}) =>
  sql(`INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, format, actions, next_at) VALUES ('${org}', uuid7(), '${name}', ${priority}, '${targets}', 127, '{540}', 'Asia/Tokyo', '${format}', '${actions}', now()) RETURNING rule_id`);
// The time of the rules has come; resolves when all is sent.
async function due(where = "true") {
  const n = Number(sql(`WITH x AS (UPDATE digest_rule SET next_at = date_trunc('second', now()) - interval '1 second' WHERE ${where} RETURNING 1) SELECT count(*) FROM x`));
  check(n > 0, "no rule");
  await settled();
}
const settled = () => until("all is sent", () => sql("SELECT (SELECT count(*) FROM digest_rule WHERE enabled AND next_at <= now()) + (SELECT count(*) FROM digest WHERE state = 'planned') + (SELECT count(*) FROM user_mail WHERE kind = 'digest' AND state = 'waiting')") === "0", 120);
const links = (m) => [...new Set(m.text.match(/http\S+/g))].filter((l) => !l.includes("\u200b"));
// A digest tells of mail that is older than two minutes: mail of the next one lies between.
const between = (minutes) => sql(`UPDATE digest_told SET until_at = least(until_at, now() - interval '${minutes} minutes')`);
const everything = () => sql(`SELECT md5(string_agg(x, ',')) FROM (
  (SELECT state || state_at || recipient_id AS x FROM message_recipient ORDER BY recipient_id) UNION ALL (SELECT count(*)::text FROM event) UNION ALL (SELECT count(*)::text FROM audit)
  UNION ALL (SELECT count(*)::text FROM link_used) UNION ALL (SELECT count(*)::text FROM session) UNION ALL (SELECT count(*)::text FROM sender_entry) UNION ALL (SELECT count(*)::text FROM digest_pref)) y`);

sekisho("dkim", "new", "acme.example");
sql("UPDATE dkim_key SET state = 'signing', signing_since = now() - interval '1 day'");
const all = rule("All");

await test("I09 M1 one digest: count, rows, kinds, language, zone, header fields; malware and outgoing mail are not in it", async () => {
  held("misaki@acme.example", 2);
  held("misaki@acme.example", 1, { kind: "phishing", subject: "Update at https://evil.example/now\\nBcc: x@evil.example", name: "Amaz0n \u202esupport", from: "a@evil.example" });
  held("misaki@acme.example", 1, { kind: "malware", subject: "A virus" });
  await due();
  await until("it arrives", () => digests("misaki@acme.example").length, 30);
  const [m] = digests("misaki@acme.example");
  check(m.subject === "3件のメールを隔離しています - Acme Group", m.subject);
  for (const [name, want] of [["From", /^Acme Group <postmaster@acme\.example>$/], ["To", /^<misaki@acme\.example>$/], ["Auto-Submitted", /^auto-generated$/], ["List-Id", /^<digest\.acme\.example>$/],
    ["List-Unsubscribe", new RegExp(`^<${portal}/u/[A-Za-z0-9_-]{140}>$`)], ["List-Unsubscribe-Post", /^List-Unsubscribe=One-Click$/], ["Content-Language", /^ja$/], ["Message-ID", /^<[0-9a-f-]{36}@gw\.example>$/]])
    check(want.test(m.field(name) ?? ""), `${name}: ${m.field(name)}`);
  check(!/^Bcc:/im.test(m.head), "a header field of the subject");
  for (const part of [m.text, m.html]) {
    check(!part.includes("A virus"), "malware");
    check(!part.includes("\u202e"), "a mark of direction");
    check(!/https:\/\/evil/.test(part), "a link of the subject");
    check(part.includes("パスワード"), "the foot");
    check(/2026|202\d/.test(part), "a date");
  }
  check(/<html lang="ja"/.test(m.html) && !/<img|<script|<style|<link/i.test(m.html), "html");
  const count = (t) => t.match(new RegExp(`${portal}/d/`, "g"))?.length;
  check(count(m.text) === 5 && count(m.html) === 5, `${count(m.text)} links: Deliver and Look for two, Look for phishing`);
  for (const l of links(m)) check(l.startsWith(portal + "/"), `another host: ${l}`);
  const jst = new Intl.DateTimeFormat("ja", { timeZone: "Asia/Tokyo", hour: "numeric", minute: "2-digit" }).format(Number(sql("SELECT floor(extract(epoch FROM max(received_at)) * 1000) FROM message_recipient WHERE kind = 'spam'")));
  check(m.text.includes(jst), `${jst} in ${m.text.slice(0, 400)}`);
  if (env.SEKISHO_SHOTS) writeFileSync(`${env.SEKISHO_SHOTS}/digest-ja.html`, m.html);
});

await test("I09 none when nothing is new, and handled mail is never told", async () => {
  await due();
  await sleep(1500);
  check(digests("misaki@acme.example").length === 1, "a second one");
  held("gone@acme.example", 1);
  sql("UPDATE message_recipient SET state = 'deleted' WHERE address = 'gone@acme.example'");
  await due();
  check(digests("gone@acme.example").length === 0, "handled mail");
  between(8);
  held("misaki@acme.example", 1, { subject: "Newer", minutes: 3 });
  await due();
  await until("the next", () => digests("misaki@acme.example").length === 2, 30);
  check(/1件/.test(digests("misaki@acme.example")[1].subject), "only what is new");
});

await test("I09 at most 100 rows, and how many more; English for who has no account", async () => {
  held("many@acme.example", 141);
  await due();
  await until("it arrives", () => digests("many@acme.example").length, 30);
  const [m] = digests("many@acme.example");
  check(m.subject === "141 messages are held for you - Acme Group", m.subject);
  check(m.text.includes("And 41 more."), "how many more");
  check(m.text.match(/Look: /g).length === 100, `${m.text.match(/Look: /g).length} rows`);
  if (env.SEKISHO_SHOTS) writeFileSync(`${env.SEKISHO_SHOTS}/digest-en.html`, m.html);
});

await test("I08 the rule with the smallest priority counts; text only; actions of the rule", async () => {
  rule("Texts", { targets: "{texter@acme.example,other.example}", priority: 5, format: "text", actions: "{}" });
  held("texter@acme.example", 1);
  await due();
  await until("it arrives", () => digests("texter@acme.example").length, 30);
  await sleep(500);
  const list = digests("texter@acme.example");
  check(list.length === 1, `${list.length} of them`);
  check(list[0].html === undefined && !/Deliver: /.test(list[0].text) && /Look: /.test(list[0].text), "the rule's template");
});

await test("N8 the digest of who decides says which requests wait, with links to the console that decide nothing; nobody else's does", async () => {
  held("many@acme.example", 1, { kind: "phishing", subject: "Asked <for>" });
  sql(`INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, note)
    SELECT r.org_id, uuid7(), r.recipient_id, r.message_id, r.received_at, a.account_id, a.address, r.address, r.domain, r.kind, '' FROM message_recipient r JOIN message m USING (org_id, message_id), account a
     WHERE m.subject = 'Asked <for>' AND a.address = 'misaki@acme.example'`);
  between(8);
  for (const who of ["admin", "misaki"]) held(`${who}@acme.example`, 1, { subject: "With requests", minutes: 3 });
  await due();
  const of = (who) => digests(`${who}@acme.example`).find((m) => m.text.includes("With requests"));
  await until("they arrive", () => of("admin") && of("misaki"), 30);
  const id = sql("SELECT request_id FROM release_request");
  const m = of("admin"), part = m.text.slice(m.text.indexOf("1 request waits for your decision."));
  check(/misaki@[^]*Asked <for>[^]*to many@acme\.example/.test(part.replace(/\u200b/g, "")), part.slice(0, 400));
  check(part.includes(`Look at the request: http://127.0.0.1:${env.ADMIN_PORT}/requests/${id}`) && m.html.includes(`:${env.ADMIN_PORT}/requests/${id}"`), part.slice(0, 400));
  check(m.html.includes("Asked &lt;for&gt;"), "html");
  check(!of("misaki").text.includes("/requests/") && !of("misaki").text.includes("Asked"), "told to somebody else");
  sql("UPDATE release_request SET state = 'withdrawn', decided_at = now()");
  between(2.5); // the next test's mail is a little older than what this digest told
});

await test("DKIM: the signature of a digest verifies, and covers List-Unsubscribe", async () => {
  const [m] = digests("misaki@acme.example");
  const record = sql("SELECT record FROM dkim_key").match(/p=([A-Za-z0-9+/=]+)/)[1];
  const sig = m.raw.match(/^DKIM-Signature: ([^]*?)\r\n(?![ \t])/m);
  const tags = Object.fromEntries(sig[1].replace(/\r\n[ \t]+/g, "").split(";").map((t) => t.trim().match(/^([a-z]+)=([^]*)$/)).filter(Boolean).map((t) => [t[1], t[2].replace(/\s+/g, t[1] === "h" ? "" : "")]));
  const at = m.raw.indexOf("\r\n\r\n");
  const relaxedBody = m.raw.slice(at + 4).split("\r\n").map((l) => l.replace(/[ \t]+/g, " ").replace(/ $/, "")).join("\r\n").replace(/(\r\n)*$/, "") + "\r\n";
  const body = tags.c.split("/")[1] === "relaxed" ? relaxedBody : m.raw.slice(at + 4).replace(/(\r\n)*$/, "") + "\r\n";
  check(createHash("sha256").update(body, "latin1").digest("base64") === tags.bh, "hash of the body");
  const fields = m.raw.slice(0, at + 2).match(/^[^ \t\r\n][^]*?\r\n(?![ \t])/gm);
  const relax = (f) => { const i = f.indexOf(":"); return f.slice(0, i).toLowerCase().trim() + ":" + f.slice(i + 1).replace(/\r\n/g, "").replace(/[ \t]+/g, " ").trim(); };
  const canon = tags.c.split("/")[0] === "relaxed" ? relax : (f) => f.replace(/\r\n$/, "");
  const left = fields.filter((f) => !/^DKIM-Signature:/i.test(f));
  let signed = "";
  for (const name of tags.h.split(":")) {
    const i = left.findLastIndex((f) => f.slice(0, f.indexOf(":")).trim().toLowerCase() === name.toLowerCase());
    if (i >= 0) signed += canon(left.splice(i, 1)[0]) + "\r\n";
  }
  signed += canon(sig[0].replace(/([;\s]b=)[^;]*/, "$1").replace(/\r\n$/, "")).replace(/\r\n$/, "");
  const key = createPublicKey({ key: Buffer.from(record, "base64"), format: "der", type: "spki" });
  check(verify("sha256", Buffer.from(signed, "latin1"), key, Buffer.from(tags.b, "base64")), "signature");
  check(/list-unsubscribe-post/i.test(tags.h) && /list-unsubscribe(:|$)/i.test(tags.h) && tags.d === "acme.example", `signed: ${tags.h}`);
});

await test("T-L1 every link of a digest, opened ten times with GET, HEAD and OPTIONS, changes nothing", async () => {
  const before = everything();
  for (let i = 0; i < 10; i++)
    for (const url of links(digests("misaki@acme.example")[0]))
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const reply = await fetch(url, { method, redirect: "manual" });
        check(reply.status < 500, `${method} ${url}: ${reply.status}`);
      }
  check(everything() === before, "something changed");
});

const formOf = (html) => html.match(/name="form" value="([^"]*)"/)?.[1];
await test("N3 T-L2 the Deliver link of a digest delivers that message to its recipient", async () => {
  const data = `From: <friend@partner.example>\r\nTo: <misaki@acme.example>\r\nSubject: Wanted\r\nMessage-ID: <wanted@partner.example>\r\nDate: Tue, 24 Nov 2026 09:15:00 +0000\r\n\r\n${GTUBE}\r\n`;
  await new Promise((resolve, reject) => {
    const lines = ["EHLO s.example", "MAIL FROM:<friend@partner.example>", "RCPT TO:<misaki@acme.example>", "DATA", data + ".", "QUIT"];
    const s = connect(Number(env.SMTP_PORT), "127.0.0.1");
    let text = "", i = -1;
    s.on("error", reject);
    s.on("data", (d) => {
      text += d;
      if (!/^\d\d\d .*\r\n$/m.test(text)) return;
      if (/^[45]/m.test(text)) return reject(new Error(text));
      text = "";
      if (++i < lines.length) s.write(lines[i] + "\r\n"); else { s.end(); resolve(); }
    });
  });
  // As if it had come some minutes ago.
  for (const t of ["message", "body", "message_recipient"]) sql(`UPDATE ${t} SET received_at = received_at - interval '2 minutes 10 seconds' WHERE message_id = (SELECT message_id FROM message WHERE header_id LIKE '%wanted@partner%' LIMIT 1)`);
  await due();
  await until("it arrives", () => digests("misaki@acme.example").some((m) => m.text.includes("Wanted")), 30);
  const m = digests("misaki@acme.example").find((x) => x.text.includes("Wanted"));
  const url = m.text.match(/配信: (http\S+)/)[1];
  const page = await (await fetch(url)).text();
  check(page.includes("Wanted") && /<html lang="ja"/.test(page), "the page");
  const done = await fetch(url, { method: "POST", headers: { origin: portal }, body: new URLSearchParams({ form: formOf(page), do: "deliver" }) });
  check(done.status === 200, `${done.status}`);
  await until("it is delivered", () => hop.mails.some((x) => x.data.includes("wanted@partner.example") && x.data.includes(GTUBE) && x.to.join() === "misaki@acme.example"), 30);
  // The time line is written from Postfix's log, later: the next test wants a database in which nothing moves.
  await until("its time line is whole", () => sql("SELECT r.state FROM message m JOIN message_recipient r USING (org_id, message_id) WHERE m.header_id LIKE '%wanted@partner%'") === "delivered", 30);
});

await test("RFC 8058 one click ends digests, a look does not; the next period has none", async () => {
  const m = digests("many@acme.example")[0], url = m.field("List-Unsubscribe").slice(1, -1);
  const before = everything();
  for (const method of ["GET", "HEAD", "OPTIONS"]) await fetch(url, { method });
  check(everything() === before, "a look did something");
  const reply = await fetch(url, { method: "POST", redirect: "manual", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" });
  check(reply.status === 200 && !reply.headers.get("set-cookie"), `${reply.status}`);
  check(sql("SELECT enabled FROM digest_pref WHERE address = 'many@acme.example'") === "f", "not written down");
  check(sql("SELECT count(*) FROM audit WHERE event = 'digest.off' AND object = 'many@acme.example'") === "1", "no audit row");
  between(8);
  held("many@acme.example", 1, { minutes: 3 });
  await due();
  await sleep(1000);
  check(digests("many@acme.example").length === 1, "one more");
  const bad = url.slice(0, -4) + "AAAA";
  check((await fetch(bad, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" })).status === 403, "a wrong link");
});

await test("I08 nothing is sent to who turned digests off; times of one's own", async () => {
  sql(`INSERT INTO digest_pref (org_id, address, days, times, tz) VALUES ('${org}', 'own@acme.example', 127, '{0,720}', 'Europe/Berlin')`);
  held("own@acme.example", 1);
  await due();
  await sleep(800);
  check(digests("own@acme.example").length === 0, "by the rule, too");
  sql("UPDATE digest_pref SET next_at = now() - interval '1 second' WHERE address = 'own@acme.example'");
  await until("at one's own time", () => digests("own@acme.example").length === 1, 30);
  check(sql("SELECT extract(hour FROM next_at AT TIME ZONE 'Europe/Berlin') IN (0, 12) FROM digest_pref WHERE address = 'own@acme.example'") === "t", "the next time");
});

await test("a notice soon after, many messages in one, not in quiet hours", async () => {
  sql(`INSERT INTO digest_pref (org_id, address, instant, instant_at) VALUES ('${org}', 'now@acme.example', true, now() - interval '1 minute'),
    ('${org}', 'quiet@acme.example', true, now() - interval '1 minute')`);
  sql("UPDATE digest_pref SET quiet_from = 0, quiet_to = 1439, tz = NULL WHERE address = 'quiet@acme.example'");
  for (const who of ["now", "quiet"]) { held(`${who}@acme.example`, 2, { minutes: 0.5 }); }
  await until("it arrives", () => digests("now@acme.example").length, 40);
  check(/^2 messages were held for you just now/.test(digests("now@acme.example")[0].subject), digests("now@acme.example")[0].subject);
  held("now@acme.example", 1, { minutes: 0 });
  await sleep(22000);
  check(digests("now@acme.example").length === 1, "merged with the next in 15 minutes");
  const minute = Number(sql("SELECT extract(hour FROM now()) * 60 + extract(minute FROM now())"));
  if (minute < 1438) check(digests("quiet@acme.example").length === 0, "in quiet hours");
});

await test("T-L4 no link of a mail stands in a log or in the database", async () => {
  const tokens = hop.mails.map((m) => decoded(m)).filter((m) => m.text).flatMap((m) => links(m)).filter((l) => /\/[du]\//.test(l)).map((l) => l.split("/").pop().slice(0, 60));
  check(tokens.length > 100, `${tokens.length}`);
  for (const f of execFileSync("find", [env.VAR, "-name", "*.log", "-size", "-100M"], { encoding: "utf8" }).trim().split("\n"))
    { const t = readFileSync(f, "latin1"); for (const k of tokens) check(!t.includes(k), f); }
  const dump = execFileSync("pg_dump", ["-h", `${env.SEKISHO_RUN ?? env.VAR + "/run"}/pg`, "-U", "sekisho_owner", "sekisho", "--data-only", "--enable-row-security", "-t", "user_mail", "-t", "digest", "-t", "link_used"], { encoding: "latin1", maxBuffer: 1e9 });
  for (const k of tokens) check(!dump.includes(k), "in the database");
});

// The jobs role: the child of the supervisor whose arguments say so.
const jobs = () => {
  const supervisor = readFileSync(`${env.VAR}/run/engine.pid`, "utf8").trim();
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", supervisor], { encoding: "utf8" });
  return children.split("\n").filter((l) => /\bjobs\b/.test(l)).map((l) => Number(l.trim().split(/\s+/)[0]))[0];
};
await test("I08 killed 50 times: one digest for each user and period, none twice, none missing", async () => {
  const users = 200, rounds = 2;
  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < users; k += 100)
      sql(`SELECT count(ingest(jsonb_build_object('org_id', '${org}', 'message_id', m, 'received_at', floor(extract(epoch FROM now() - interval '${9 - round * 2} minutes') * 1000)::bigint, 'node', 'n1', 'direction', 'in', 'queue_id', 'Q' || m, 'client_ip', '', 'client_name', '', 'helo', '', 'tls', '',
        'envelope_sender', 'a@x.example', 'sender_domain', 'x.example', 'header_from', 'a@x.example', 'header_from_name', '', 'header_id', '', 'subject', 'Round ${round}', 'bytes', 10, 'verdict', 'spam', 'score', 9, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
        'recipients', jsonb_build_array(jsonb_build_object('recipient_id', uuid7(), 'address', 'kill' || i || '@acme.example', 'domain', 'acme.example', 'original', 'kill' || i || '@acme.example', 'state', 'held', 'disposition', 'quarantine', 'kind', 'spam', 'rule', '')))::text::jsonb, sha256(m::text::bytea), '\\x01'))
        FROM (SELECT i, uuid7() AS m FROM generate_series(${k + 1}, ${k + 100}) i) x`);
    sql(`UPDATE digest_rule SET next_at = date_trunc('second', now()) - interval '1 second' WHERE rule_id = '${all}'`);
    const open = () => Number(sql(`SELECT (SELECT count(*) FROM digest_rule WHERE rule_id = '${all}' AND next_at <= now()) + (SELECT count(*) FROM digest WHERE state = 'planned') + (SELECT count(*) FROM user_mail WHERE state = 'waiting' AND recipient LIKE 'kill%')`));
    while (kills < Math.ceil((50 * (round + 1)) / rounds)) {
      await sleep(40 + ((kills * 37) % 400));
      const pid = jobs();
      if (pid) { process.kill(pid, "SIGKILL"); kills++; }
      await until("it is back", () => ![pid, undefined].includes(jobs()), 30); // asked once: it may die between two looks
    }
    await until("all are sent", () => open() === 0, 300);
    const got = () => hop.mails.filter((m) => /^kill/.test(m.to[0])).length;
    await until("all arrive", () => got() >= users * (round + 1), 120);
    await sleep(1000);
    between(8 - round * 2);
    const by = new Map();
    for (const m of hop.mails.filter((x) => /^kill/.test(x.to[0]))) by.set(m.to[0], (by.get(m.to[0]) ?? 0) + 1);
    check(by.size === users, `${users - by.size} are missing`);
    const odd = [...by].filter(([, n]) => n !== round + 1);
    check(odd.length === 0, `round ${round}: ${odd.length} of them have another number: ${odd.slice(0, 5)}`);
  }
  check(kills >= 50, `${kills}`);
});

hop.close?.();
process.exit(0);
