// Real mail through the real gateway: clean, held, released, and with parts of it down. Prints
// "ok NAME" and "not ok NAME: WHY" lines. Environment as in tests/env.sh.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, test, until } from "./lib.mjs";

const { VAR, SMTP_PORT, RELAY_PORT, SINK_PORT, SEKISHO, STACK } = process.env;
const run = promisify(execFile);
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
const hop = sink(Number(SINK_PORT));
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const sha = (b) => createHash("sha256").update(b).digest("hex");
const latin = (s) => Buffer.from(s, "latin1");

function same(got, want, what) {
  check(String(got) === String(want), `${what}: got ${got}, expected ${want}`);
}
function sql(text) {
  const out = execFileSync("psql", ["-X", "-q", "-h", `${process.env.SEKISHO_RUN ?? VAR + "/run"}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-AtF", "|", "-c", text], { encoding: "utf8" });
  return out.trim() === "" ? [] : out.trim().split("\n").map((l) => l.split("|"));
}

let count = 0;
function letter({ subject, body = "Hello.\r\n", head = "" }) {
  count += 1;
  return { id: `<${count}.${process.pid}@flow.example>`, data: latin(`From: Sender <s@sender.example>\r\nTo: user@flow.example\r\nSubject: ${subject}\r\nMessage-ID: <${count}.${process.pid}@flow.example>\r\n${head}\r\n${body}`) };
}
// The last reply: of the first refused step, or to the message.
async function send(data, { to = ["user@flow.example"], from = "s@sender.example", port = SMTP_PORT } = {}) {
  const s = new Smtp(Number(port));
  const start = Date.now();
  try {
    let r = await s.hello("sender.example");
    if (r[0] === "2") r = await s.say(`MAIL FROM:<${from}>\r\n`);
    for (const t of to) if (r[0] === "2") r = await s.say(`RCPT TO:<${t}>\r\n`);
    if (r[0] === "2") r = await s.say("DATA\r\n");
    if (r[0] === "3") {
      s.write(data.toString("latin1").replace(/(^|\r\n)\./g, "$1.."));
      r = await s.say((data.subarray(-2).toString() === "\r\n" ? "" : "\r\n") + ".\r\n", 150);
    }
    return { code: r.slice(0, 3), text: r, ms: Date.now() - start };
  } finally {
    s.end();
  }
}
const rows = (id) => sql(`SELECT r.recipient_id, r.address, r.state, r.kind, coalesce(r.queue_id, ''), m.verdict, r.possible_duplicate FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.header_id IN ('${id}', '${id.slice(1, -1)}') ORDER BY r.address`);
const arrived = (id) => hop.mails.filter((m) => m.data.includes(id));
const state = (id, want, i = 0) => until(`state ${want}`, () => rows(id)[i]?.[2] === want);
// Everything from the first field of the original on.
function original(mail, first = "From: Sender") {
  return mail.data.subarray(mail.data.indexOf(first));
}
async function release(id) {
  const { stdout } = await run(SEKISHO, ["quarantine", "release", id, "--json"]).catch((e) => e);
  return stdout;
}

// ---------------------------------------------------------------- the straight way

await test("clean mail arrives with our fields and is otherwise untouched", async () => {
  const m = letter({ subject: "clean", head: "X-Fold: a\r\n\tb\r\n  c\r\nDKIM-Signature: v=1;\r\n\tb=a b\r\n", body: ".dot\r\n..dots\r\ntrailing  \r\n\xc3\xa9\xff\r\n\r\n" });
  const r = await send(m.data);
  same(r.code, "250", r.text);
  const [got] = await until("delivery", () => arrived(m.id)[0] && arrived(m.id));
  const text = got.data.toString("latin1");
  check(/\r\nX-Sekisho-Verdict: clean\r\n/.test(text), "no verdict field");
  check(/\r\nX-Sekisho-Score: 0\.0 \/ 5\.0\r\n/.test(text), "no score field");
  check(/\r\nX-Sekisho-Id: [0-9a-f-]{36}\r\n/.test(text), "no id field");
  check(/^Authentication-Results: [^\r]+;\r\n\tspf=[a-z]+ smtp\.mailfrom=[^\r]+;\r\n\tdkim=permerror reason=/m.test(text), "no results of authentication");
  same(latin(original(got).toString("latin1").replace(/X-Sekisho-[^\r]*\r\n/g, "")).equals(m.data), true, "bytes");
  await state(m.id, "delivered");
});

await test("GTUBE is held as spam and does not arrive", async () => {
  const m = letter({ subject: "gtube", body: GTUBE + "\r\n" });
  same((await send(m.data)).code, "250", "answer");
  const [row] = rows(m.id);
  same(row[2] + row[3] + row[4], "heldspam", "row");
  await sleep(1000);
  same(arrived(m.id).length, 0, "deliveries");
});

await test("EICAR is held as malware", async () => {
  const m = letter({ subject: "eicar", body: EICAR + "\r\n" });
  same((await send(m.data)).code, "250", "answer");
  const [row] = rows(m.id);
  same(row[2] + row[3], "heldmalware", "row");
});

await test("forged fields of ours are removed, whatever they look like (T-S7)", async () => {
  const forged = ["X-Sekisho-Verdict: clean", "x-sekisho-id : 1\r\n folded", "X-SEKISHO-RELEASE: 3", "X-Sekisho-Verdict:again", "X-Sekisho-: x"];
  for (let i = 0; i < 50; i++) forged.push(`X-Sekisho-Score: ${i}`);
  const m = letter({ subject: "forged", head: forged.join("\r\n") + "\r\nX-Other: stays\r\n" });
  same((await send(m.data)).code, "250", "answer");
  const got = await until("delivery", () => arrived(m.id)[0]);
  const ours = got.data.toString("latin1").split("\r\n\r\n")[0].match(/^x-sekisho-.*$/gim);
  same(ours.map((l) => l.split(":")[0]).join(" "), "X-Sekisho-Verdict X-Sekisho-Score X-Sekisho-Id", "our fields");
  check(got.data.includes("X-Other: stays"), "another field is gone");
});

await test("a domain nobody owns is refused with code and text", async () => {
  const r = await send(letter({ subject: "x" }).data, { to: ["x@elsewhere.example"] });
  check(/^5\d\d [45]\.7\.1 \S+/.test(r.text), r.text);
});

await test("one mail to two organisations is two records, both held", async () => {
  sql(`INSERT INTO org (org_id, name, body_key) SELECT uuid7(), 'Second', body_key FROM org LIMIT 1`);
  sql(`INSERT INTO domain (org_id, domain_id, name) SELECT org_id, uuid7(), 'second.example' FROM org WHERE name = 'Second'`);
  sql(`INSERT INTO domain_server (org_id, domain_id, server_id, host, port) SELECT org_id, domain_id, uuid7(), '127.0.0.1', ${SINK_PORT} FROM domain WHERE name = 'second.example'`);
  const m = letter({ subject: "two", body: GTUBE + "\r\n" });
  same((await send(m.data, { to: ["user@flow.example", "x@second.example", "USER@flow.example"] })).code, "250", "answer");
  same(rows(m.id).map((r) => r[1] + " " + r[2]).join(", "), "user@flow.example held, x@second.example held", "rows");
  same(sql(`SELECT count(DISTINCT b.org_id) FROM body b JOIN message m USING (org_id, message_id) WHERE m.header_id LIKE '%${m.id.slice(1, -1)}%'`)[0][0], "2", "bodies");
});

await test("bounced and deferred recipients are known by their own states", async () => {
  const m = letter({ subject: "states" });
  same((await send(m.data, { to: ["bounce@flow.example", "defer@flow.example", "user@flow.example"] })).code, "250", "answer");
  await state(m.id, "bounced", 0);
  await state(m.id, "deferred", 1);
  await state(m.id, "delivered", 2);
});

await test("outbound mail belongs to its sender's organisation", async () => {
  const m = letter({ subject: "out" });
  same((await send(m.data, { port: RELAY_PORT, from: "user@flow.example", to: ["x@second.example"] })).code, "250", "answer");
  same(sql(`SELECT m.direction, o.name FROM message m JOIN org o USING (org_id) WHERE m.header_id LIKE '%${m.id.slice(1, -1)}%'`)[0].join(" "), "out Flow", "record");
  const r = await send(letter({ subject: "out" }).data, { port: RELAY_PORT, from: "x@elsewhere.example", to: ["x@second.example"] });
  check(/^550 5\.7\.1 \S+/.test(r.text), r.text);
});

await test("the same mail again within a day is kept and marked as a resend (F-25)", async () => {
  const m = letter({ subject: "resend" });
  await send(m.data);
  await send(m.data);
  same(rows(m.id).length, 2, "records");
  same(sql(`SELECT count(resend_of) FROM message WHERE header_id LIKE '%${m.id.slice(1, -1)}%'`)[0][0], "1", "resends");
});

await test("mail that Postfix never took after our yes is not counted as accepted", async () => {
  const m = letter({ subject: "unaccepted" });
  await send(m.data);
  const [row] = await until("delivery", () => rows(m.id)[0]?.[2] === "delivered" && rows(m.id));
  sql(`UPDATE message_recipient SET state = 'passed', state_at = now() - interval '2 minutes', queue_id = 'NEVERTAKEN${process.pid}' WHERE recipient_id = '${row[0]}'`);
  await state(m.id, "unaccepted").catch(() => { throw new Error("still " + rows(m.id)[0][2]); });
});

// ---------------------------------------------------------------- release

await test("a released mail is the original, byte for byte, with the original envelope", async () => {
  const m = letter({ subject: "release", head: "X-Sekisho-Verdict: forged\r\nX-Fold: a\r\n\t b\r\n", body: `.dot\r\n..\r\n\xe3\x81\x82 \xff \r\n${GTUBE}\r\n${"long ".repeat(180)}\r\n\r\n` });
  const want = latin(m.data.toString("latin1").replace("X-Sekisho-Verdict: forged\r\n", ""));
  same((await send(m.data, { to: ["User.Name+tag@flow.example"] })).code, "250", "answer");
  await release(rows(m.id)[0][0]);
  const got = await until("delivery", () => arrived(m.id)[0]);
  same(sha(original(got)), sha(want), "SHA-256 from the first original field on");
  check(/X-Sekisho-Release: [0-9a-f-]{36}\r\nFrom: Sender/.test(got.data.toString("latin1")), "no release id in front");
  same(got.to.join(), "User.Name+tag@flow.example", "recipient");
  check(got.from.startsWith("MAIL FROM:<s@sender.example>"), got.from);
  await state(m.id, "delivered");
});

await test("pressing Deliver many times at once delivers once", async () => {
  const m = letter({ subject: "many", body: GTUBE + "\r\n" });
  await send(m.data);
  const id = rows(m.id)[0][0];
  await Promise.all(Array.from({ length: 16 }, () => release(id)));
  await until("delivery", () => arrived(m.id)[0]);
  await sleep(2500);
  same(arrived(m.id).length, 1, "deliveries");
});

await test("a release that a dead process may have sent is proved by the log, not sent again", async () => {
  const m = letter({ subject: "proof", body: GTUBE + "\r\n" });
  await send(m.data);
  const id = rows(m.id)[0][0];
  sql(`INSERT INTO log_fact (node, queue_id, at, release_id, nrcpt) VALUES ('other', 'PROOF${process.pid}', now(), '0199f1c0-7a3b-7c11-8d2e-${String(process.pid).padStart(12, "0")}', 1)`);
  sql(`UPDATE message_recipient SET state = 'releasing', state_at = now(), release_id = '0199f1c0-7a3b-7c11-8d2e-${String(process.pid).padStart(12, "0")}', release_claimed_at = now() - interval '1 minute' WHERE recipient_id = '${id}'`);
  await state(m.id, "queued");
  same(rows(m.id)[0][4], `PROOF${process.pid}`, "queue id");
  same(arrived(m.id).length, 0, "deliveries");
});

await test("without proof it is sent and marked as a possible duplicate", async () => {
  const m = letter({ subject: "no proof", body: GTUBE + "\r\n" });
  await send(m.data);
  const id = rows(m.id)[0][0];
  sql(`UPDATE message_recipient SET state = 'releasing', state_at = now(), release_id = uuid7(), release_claimed_at = now() - interval '1 minute' WHERE recipient_id = '${id}'`);
  await until("delivery", () => arrived(m.id)[0], 20);
  await state(m.id, "delivered");
  same(rows(m.id)[0][6], "t", "possible_duplicate");
});

await test("damaged bytes are not released (F-32)", async () => {
  const m = letter({ subject: "damaged", body: GTUBE + "\r\n" });
  await send(m.data);
  const id = rows(m.id)[0][0];
  sql(`UPDATE body b SET data = set_byte(data, 40, get_byte(data, 40) # 1) FROM message_recipient r WHERE r.recipient_id = '${id}' AND b.message_id = r.message_id`);
  await release(id);
  await until("release_failed", () => sql(`SELECT 1 FROM event WHERE recipient_id = '${id}' AND kind = 'release_failed'`).length);
  same(rows(m.id)[0][2], "held", "state");
  same(arrived(m.id).length, 0, "deliveries");
});

// ---------------------------------------------------------------- faults

const children = (pid) => execFileSync("sh", ["-c", `pgrep -P ${pid} || true`], { encoding: "utf8" }).trim().split("\n").filter(Boolean);
const title = (pid) => { try { return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]; } catch { return ""; } };
const engine = () => Number(readFileSync(`${process.env.SEKISHO_RUN ?? VAR + "/run"}/engine.lock`, "utf8"));
const roles = (name) => children(engine()).filter((p) => title(p) === name).map(Number).sort((a, b) => a - b);
const works = (seconds = 90) => until("mail is taken again", async () => (await send(letter({ subject: "again" }).data)).code === "250", seconds);

const deaths = (id) => sql(`SELECT e.detail->>'times' FROM event e JOIN message m USING (org_id, message_id) WHERE e.kind = 'worker_died' AND m.header_id LIKE '%${id.slice(1, -1)}%'`).join();

await test("a message that kills its worker twice is held as unscannable", async () => {
  const m = letter({ subject: "poison", head: "X-Sekisho-Test-Crash: abort\r\n" });
  same((await send(m.data)).code, "250", "answer");
  const [row] = rows(m.id);
  same(row[2] + row[3], "heldunscannable", "row");
  same(deaths(m.id), "2", "deaths");
});

await test("a message that kills one worker is tried again in another and passes", async () => {
  // two of the gate, one for previews, one for what is released
  await until("both workers are there", () => roles("engine.scan").length === 4);
  const m = letter({ subject: "once", head: "X-Sekisho-Test-Crash: slot0\r\n" });
  same((await send(m.data)).code, "250", "answer");
  await state(m.id, "delivered");
  same(deaths(m.id), "1", "deaths");
});

// A gzip that takes a worker some tenths of a second: 40 MB, within all limits.
const slow = gzipSync(Buffer.from(Array.from({ length: 600000 }, (_, i) => `line ${i} ${(i * 2654435761) % 4294967296} of a long text that takes time\n`).join("")), { level: 1 });
const with_archive = (subject, head = "") => letter({ subject, head: `${head}MIME-Version: 1.0\r\nContent-Type: application/gzip; name=long.txt.gz\r\nContent-Disposition: attachment; filename=long.txt.gz\r\nContent-Transfer-Encoding: base64\r\n`, body: slow.toString("base64").replace(/.{76}/g, "$&\r\n") + "\r\n" });

await test("T-M3 T-M4 a message that kills its workers while they unpack it is held as unscannable, others pass", async () => {
  const m = with_archive("midway", "X-Sekisho-Test-Crash: midway\r\n"), beside = letter({ subject: "beside midway" });
  const [r, other] = await Promise.all([send(m.data), send(beside.data)]);
  same(r.code, "250", r.text);
  const [row] = rows(m.id);
  same(row[2] + row[3], "heldunscannable", "row");
  same(deaths(m.id), "2", "deaths");
  same(other.code, "250", other.text);
  await state(beside.id, "delivered");
});

await test("T-M3 kill -9 of a worker while it unpacks an archive: the message is tried again and delivered", async () => {
  await until("both workers are there", () => roles("engine.scan").length === 4);
  const ticks = (p) => { try { const f = readFileSync(`/proc/${p}/stat`, "utf8").split(") ")[1].split(" "); return Number(f[11]) + Number(f[12]); } catch { return 0; } };
  const before = new Map(roles("engine.scan").map((p) => [p, ticks(p)]));
  const m = with_archive("killed midway"), answer = send(m.data);
  const busy = await until("a worker is at it", () => [...before.keys()].find((p) => ticks(p) > before.get(p) + 3), 60);
  process.kill(busy, "SIGKILL");
  const r = await answer;
  same(r.code, "250", r.text);
  same(deaths(m.id), "1", "deaths");
  await state(m.id, "delivered");
});

await test("deaths are charged to the messages that caused them, not to those that wait beside them", async () => {
  const good = Array.from({ length: 30 }, () => letter({ subject: "beside" }));
  const bad = Array.from({ length: 4 }, () => letter({ subject: "poison", head: "X-Sekisho-Test-Crash: abort\r\n" }));
  await Promise.all([...bad, ...good].map((m) => send(m.data)));
  for (const m of bad) same(rows(m.id)[0]?.[3], "unscannable", "poison");
  for (const m of good) {
    same(rows(m.id)[0]?.[3], "", "kind of a message beside it");
    same(deaths(m.id), "", "deaths");
  }
});

await test("a worker killed while it waits, with a message in its socket, costs that message nothing", async () => {
  const m = letter({ subject: "innocent" });
  const workers = roles("engine.scan").slice(0, -1); // the last one is for previews
  for (const p of workers) process.kill(p, "SIGSTOP");
  const answer = send(m.data);
  await sleep(700);
  for (const p of workers) process.kill(p, "SIGKILL");
  same((await answer).code, "250", "answer");
  same(deaths(m.id), "", "deaths");
  await state(m.id, "delivered");
});

await test("kill -9 of the gate: temporary refusal, then mail is taken again (F-1)", async () => {
  const [gate] = roles("engine.gate");
  const m = letter({ subject: "gate dies" });
  process.kill(gate, "SIGKILL");
  const r = await send(m.data);
  check(r.code[0] === "4" || r.code === "250" || r.code === "clo", r.text);
  await works(5);
});

await test("kill -9 of the supervisor leaves nobody behind, and mail is taken again (F-1, F-35)", async () => {
  const old = engine();
  const all = children(old);
  process.kill(old, "SIGKILL");
  await until("children end", () => all.every((p) => !/^engine/.test(title(p))), 5);
  await works(120);
});

await test("without clamd nothing is called clean (F-8)", async () => {
  execFileSync(STACK, ["hold", "clamd"]);
  try {
    for (let i = 0; i < 5; i++) {
      const r = await send(letter({ subject: "no clamd" }).data);
      check(/^451 4\.3\.0 \S+/.test(r.text), r.text);
    }
  } finally {
    execFileSync(STACK, ["resume", "clamd"]);
  }
  await works(60);
});

await test("without PostgreSQL the answer is 4xx within two seconds (F-5)", async () => {
  execFileSync(STACK, ["hold", "postgres"]);
  try {
    for (let i = 0; i < 5; i++) {
      const r = await send(letter({ subject: "no database" }).data);
      check(r.code[0] === "4" && r.ms < 2000, `${r.text} after ${r.ms} ms`);
    }
  } finally {
    execFileSync(STACK, ["resume", "postgres"]);
  }
  await works(120);
});

await test("a locked table: 4xx soon, and no pile of threads (F-7)", async () => {
  const lock = run("psql", ["-X", "-q", "-h", `${process.env.SEKISHO_RUN ?? VAR + "/run"}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", "BEGIN; LOCK TABLE message IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(15)"]);
  await until("the lock", () => sql("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'message' AND l.mode = 'AccessExclusiveLock' AND l.granted").length);
  const all = await Promise.all(Array.from({ length: 20 }, () => send(letter({ subject: "locked" }).data)));
  await lock;
  check(all.every((r) => r.code[0] === "4"), all.map((r) => r.text).join("; "));
  check(all.every((r) => r.ms < 15000), `slowest after ${Math.max(...all.map((r) => r.ms))} ms`);
  await works();
});

await test("a second engine is refused (F-35)", async () => {
  const e = await run(SEKISHO + "-engine", []).then(() => null, (x) => x);
  same(e?.code, 1, "exit code");
  check(/runs already/.test(e.stderr) && e.stderr.trim().split("\n").length === 1, e.stderr);
  await works();
});

await test("stopping under load: whatever was answered 250 is somewhere (F-36)", async () => {
  const sent = [];
  let go = true;
  const load = Array.from({ length: 8 }, async () => {
    while (go) {
      const m = letter({ subject: "load", body: count % 4 ? "Hello.\r\n" : GTUBE + "\r\n" });
      const r = await send(m.data).catch(() => ({ code: "clo" }));
      sent.push({ ...m, code: r.code });
      if (r.code !== "250") await sleep(50);
    }
  });
  await sleep(1500);
  const pid = engine();
  const start = Date.now();
  process.kill(pid, "SIGTERM");
  await until("the engine ends", () => title(pid) === "", 11);
  const took = Date.now() - start;
  await works(120);
  go = false;
  await Promise.all(load);
  const yes = sent.filter((m) => m.code === "250");
  check(yes.length > 10, `only ${yes.length} mails were taken`);
  check(sent.every((m) => m.code === "250" || m.code[0] === "4" || m.code === "clo"), sent.map((m) => m.code).join(" "));
  const somewhere = (m) => arrived(m.id).length > 0 || rows(m.id).some((r) => ["held", "deferred"].includes(r[2]));
  await until("all of them have arrived, are held or are tried again", () => yes.every(somewhere), 30);
  check(took < 10500, `took ${took} ms`);
});

hop.close();
process.exit(0);
