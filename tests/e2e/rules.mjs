// Mail flows during 20 reloads of the rules. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { SMTP_PORT, SINK_PORT, SEKISHO, RULES, VAR } = process.env;
const next = await sink(Number(SINK_PORT));
const reload = () => execFileSync(SEKISHO, ["rules", "reload"], { stdio: "pipe" });

async function send(id, text = "") {
  const s = new Smtp(Number(SMTP_PORT));
  try {
    let r = await s.hello();
    for (const step of ["MAIL FROM:<s@sender.example>", "RCPT TO:<user@rules.example>", "DATA"]) if (r[0] === "2") r = await s.say(step + "\r\n");
    const mail = `From: S <s@sender.example>\r\nTo: user@rules.example\r\nMessage-ID: <${id}@sender.example>\r\nDate: ${new Date().toUTCString()}\r\nSubject: ${id}\r\n\r\nreload-marker ${id}\r\n${text}\r\n`;
    if (r[0] === "3") r = await s.say(`${mail}.\r\n`, 60);
    return r;
  } finally {
    s.end();
  }
}
const findings = (id) => sql(`SELECT scan::text FROM message WHERE subject = '${id}'`);

await test("rules of the folder hit", async () => {
  const r = await send("before");
  check(/^250/.test(r), r);
  check(findings("before").includes("FIRST"), findings("before").slice(0, 300));
});

const replies = [];
let sent = 0;
await test("20 reloads while mail flows: every mail is answered with 250", async () => {
  let on = true;
  const flow = async (lane) => {
    while (on) replies.push(await send(`flow-${lane}-${sent++}`));
  };
  const lanes = [flow(1), flow(2), flow(3)];
  for (let i = 1; i <= 20; i++) {
    const before = replies.length;
    writeFileSync(`${RULES}/b.cf`, `body RELOAD_${i} /reload-marker/\nbody BROKEN /(/\n`);
    reload();
    await until("mail", () => replies.length >= before + 4, 60);
  }
  on = false;
  await Promise.all(lanes);
  const bad = replies.filter((r) => !/^250/.test(r));
  check(replies.length >= 80 && bad.length === 0, `${bad.length} of ${replies.length}: ${bad[0]}`);
});

await test("the last rules count, the broken one is left out", async () => {
  let n = 0;
  await until("new rules in both workers", async () => {
    const id = `after-${n++}`;
    check(/^250/.test(await send(id)), "not taken");
    return findings(id).includes("RELOAD_20") && !findings(id).includes("BROKEN");
  });
});

await test("no mail is lost: all are in one place", async () => {
  const rows = Number(sql("SELECT count(*) FROM message WHERE subject LIKE 'flow-%'"));
  check(rows === replies.length, `${rows} of ${replies.length}`);
});

await test("a folder that cannot be read: the rules of before go on", async () => {
  execFileSync("mv", [RULES, `${RULES}-away`]);
  writeFileSync(RULES, "not a folder");
  reload();
  await new Promise((r) => setTimeout(r, 1500));
  const r = await send("kept");
  execFileSync("rm", [RULES]);
  execFileSync("mv", [`${RULES}-away`, RULES]);
  check(/^250/.test(r) && findings("kept").includes("RELOAD_20"), `${r} ${findings("kept").slice(0, 200)}`);
});

// Rules that take long: each tries its limit of steps over and over.
// The scan workers: children of the supervisor, and theirs, by their title. Read from /proc: a look must cost far less than a scan.
const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it is gone
  }
};
const scanners = () => {
  const of = (pid) => read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  const supervisor = readFileSync(`${VAR}/run/engine.pid`, "utf8").trim().split("\n")[0];
  return of(supervisor).flatMap((p) => [p, ...of(p)]).filter((p) => read(`/proc/${p}/cmdline`).includes("engine.scan"));
};
// User and system time of a process, in ticks of 10 ms.
const used = (pid) => {
  const f = read(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return Number(f[11] ?? 0) + Number(f[12] ?? 0);
};
const usage = () => new Map(scanners().map((p) => [p, used(p)]));
// Kills the worker that has the mail in hand: the one that has worked longer than an ordinary mail takes since `before`, which
// was taken before the mail was sent. So nothing of the scan is missed, however slow the look.
async function killBusy(before) {
  let busy;
  const end = Date.now() + 60_000;
  while (!(busy = scanners().find((p) => used(p) - (before.get(p) ?? 0) > 20))) {
    check(Date.now() < end, "no worker scans");
    await new Promise((r) => setTimeout(r, 5));
  }
  process.kill(Number(busy), "SIGKILL");
  await until("it is gone", () => used(busy) === 0);
}
// A kill that comes too late would prove nothing.
const deaths = () => readFileSync(`${VAR}/log/engine.log`, "utf8").split("scan.worker-died").length - 1;
const long = Array.from({ length: 60 }, () => `${"a".repeat(60)} ${"ab".repeat(30)} c xyzc`).join("\r\n");
// Back references are told beforehand by no filter, so each of them tries its limit of steps.
const slow = Array.from({ length: 300 }, (_, i) => `rawbody SLOW_${i} /([ab]+)+([ab]+)+\\1{${(i % 60) + 2}}[^abc\\s]/\nscore SLOW_${i} 0.001\n`);
writeFileSync(`${RULES}/slow.cf`, `body SLOW_ONES /reload-marker/\n${slow.join("")}`);
reload();
await test("T-M3 kill -9 of a scan worker while the rules run: the mail is scanned again and in one place", async () => {
  let n = 0;
  await until("slow rules in both workers", async () => {
    const id = `slow-${sent++}`;
    check(/^250/.test(await send(id)), "not taken");
    n = findings(id).includes("SLOW_ONES") ? n + 1 : 0;
    return n === 6 && scanners().length >= 2;
  });
  const before = usage();
  const reply = send("killed-once", long);
  await killBusy(before);
  const r = await reply;
  check(/^250/.test(r), r);
  check(deaths() === 1, `${deaths()} deaths`);
  check(sql("SELECT count(*) FROM message WHERE subject = 'killed-once'") === "1", "not in one place");
  check(sql("SELECT r.state <> 'held' FROM message m JOIN message_recipient r USING (org_id, message_id) WHERE m.subject = 'killed-once'") === "t", "held");
});
await test("T-M3 T-M4 killed twice: held as unscannable, others go on", async () => {
  const before = usage();
  const reply = send("killed-twice", long);
  await killBusy(before);
  await killBusy(before);
  const r = await reply;
  check(/^250/.test(r), r);
  const where = sql("SELECT string_agg(r.state || ' ' || r.kind, ',') FROM message m JOIN message_recipient r USING (org_id, message_id) WHERE m.subject = 'killed-twice'");
  check(deaths() === 3 && where === "held unscannable", `${deaths()} deaths, ${where}`);
  check(/^250/.test(await send("after-kills")), "others are not taken");
});

next.close?.();
process.exit(0);
