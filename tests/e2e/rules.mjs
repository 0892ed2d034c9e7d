// Mail flows during 20 reloads of the rules. Prints "ok NAME" and "not ok NAME: WHY" lines.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { SMTP_PORT, SINK_PORT, SEKISHO, RULES } = process.env;
const next = await sink(Number(SINK_PORT));
const reload = () => execFileSync(SEKISHO, ["rules", "reload"], { stdio: "pipe" });

async function send(id) {
  const s = new Smtp(Number(SMTP_PORT));
  try {
    let r = await s.hello();
    for (const step of ["MAIL FROM:<s@sender.example>", "RCPT TO:<user@rules.example>", "DATA"]) if (r[0] === "2") r = await s.say(step + "\r\n");
    const mail = `From: S <s@sender.example>\r\nTo: user@rules.example\r\nMessage-ID: <${id}@sender.example>\r\nDate: ${new Date().toUTCString()}\r\nSubject: ${id}\r\n\r\nreload-marker ${id}\r\n`;
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

next.close?.();
process.exit(0);
