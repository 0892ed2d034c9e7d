// Mails to people: queued in SQL, sent by the job, read at the next hop.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check, sql, test, until } from "./lib.mjs";
import { sink } from "./sink.mjs";

const env = process.env;
const hop = await sink(Number(env.SINK_PORT));
const org = () => sql("SELECT org_id FROM org");
const sekisho = (...args) => execFileSync(env.SEKISHO, args, { encoding: "utf8" });
const add = (to, { once = "NULL", hourly = "NULL", after = "NULL", expires = "1 hour", kind = "known", lang = "en" } = {}) =>
  sql(`SELECT user_mail_add('${org()}', '${to}', '${lang}', '${kind}', '{}', ${after}, now() + interval '${expires}', ${once}, ${hourly})`) === "t";
const to = (address) => hop.mails.filter((m) => m.to.includes(address)).map((m) => m.data.toString("latin1"));
const state = (address) => sql(`SELECT state FROM user_mail WHERE recipient = '${address}'`);

await test("a mail to a user arrives: both parts, our header fields, null sender", async () => {
  check(add("aya@acme.example", { lang: "ja" }), "not queued");
  await until("it arrives", () => to("aya@acme.example").length, 20);
  const [mail] = to("aya@acme.example");
  const head = mail.slice(0, mail.indexOf("\r\n\r\n"));
  for (const want of [/^From: Acme <postmaster@acme\.example>$/m, /^To: <aya@acme\.example>$/m, /^Auto-Submitted: auto-generated$/m, /^Subject: =\?UTF-8\?B\?/m,
    /^Content-Language: ja$/m, /^Message-ID: <[0-9a-f-]{36}@gw\.example>$/m, /^Content-Type: multipart\/alternative/m])
    check(want.test(head.replaceAll("\r", "")), `${want} in ${head}`);
  const parts = [...mail.matchAll(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map((p) => Buffer.from(p[1], "base64").toString());
  check(parts.length === 2, `${parts.length} parts`);
  for (const p of parts) check(p.includes(`http://localhost:${env.PORTAL_PORT}/signin`), `no link of ours in ${p}`);
  check(hop.mails.find((m) => m.to.includes("aya@acme.example")).from.includes("<>"), "the sender is not empty");
  await until("the row says so", () => state("aya@acme.example") === "sent");
  check(sql("SELECT params FROM user_mail WHERE recipient = 'aya@acme.example'") === "{}", "params are kept");
});

await test("T-L7 a kind at most once an hour to one recipient, whatever runs at once", async () => {
  await Promise.all(Array.from({ length: 30 }, () => new Promise((r) => setImmediate(() => r(add("flood@acme.example", { hourly: 1 }))))));
  check(sql("SELECT count(*) FROM user_mail WHERE recipient = 'flood@acme.example'") === "1", "more than one");
  check(add("flood@acme.example", { hourly: 2 }), "another limit");
  check(!add("flood@acme.example", { hourly: 2 }), "three in an hour");
});

await test("once is once, later is later, too late is never", async () => {
  check(add("once@acme.example", { once: "'2026-48'" }) && !add("once@acme.example", { once: "'2026-48'" }), "twice");
  check(add("later@acme.example", { after: "now() + interval '1 hour'" }), "not queued");
  check(add("late@acme.example", { expires: "-1 second" }), "not queued");
  check(add("odd@acme.example", { kind: "nonsense" }), "not queued");
  await until("all are looked at", () => state("once@acme.example") === "sent" && state("late@acme.example") === "expired" && state("odd@acme.example") === "failed", 20);
  check(state("later@acme.example") === "waiting" && to("later@acme.example").length === 0, "sent before its time");
});

await test("signed with the organisation's key", async () => {
  sekisho("dkim", "new", "acme.example");
  sql("UPDATE dkim_key SET state = 'signing', signing_since = now() - interval '1 day'");
  check(add("signed@acme.example"), "not queued");
  await until("it arrives", () => to("signed@acme.example").length, 20);
  check(/^DKIM-Signature: [^]*?d=acme\.example/m.test(to("signed@acme.example")[0]), "no signature");
});

// The jobs role: the child of the supervisor whose arguments say so.
const jobs = () => {
  const supervisor = readFileSync(`${env.VAR}/run/engine.pid`, "utf8").trim();
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", supervisor], { encoding: "utf8" });
  return children.split("\n").filter((l) => /\bjobs\b/.test(l)).map((l) => Number(l.trim().split(/\s+/)[0]))[0];
};
await test("killed 8 times while 200 mails go: each arrives, none twice", async () => {
  sql(`SELECT user_mail_add('${org()}', 'many' || i || '@acme.example', '', 'known', '{}', NULL, now() + interval '1 hour', NULL, NULL) FROM generate_series(1, 200) i`);
  const open = () => Number(sql("SELECT count(*) FROM user_mail WHERE state = 'waiting' AND recipient LIKE 'many%'"));
  for (let i = 0; i < 8 && open() > 0; i++) {
    await new Promise((r) => setTimeout(r, 150 + 90 * i));
    const pid = jobs();
    check(pid, "no jobs process");
    process.kill(pid, "SIGKILL");
    await until("it is back", () => ![pid, undefined].includes(jobs()), 20); // asked once: it may die between two looks
  }
  await until("all are sent", () => open() === 0, 240);
  const got = new Map();
  await until("all arrive", () => hop.mails.filter((m) => /^many/.test(m.to[0])).length >= 200, 60);
  for (const m of hop.mails.filter((x) => /^many/.test(x.to[0]))) got.set(m.to[0], (got.get(m.to[0]) ?? 0) + 1);
  const twice = [...got].filter(([, n]) => n > 1).map(([who]) => who);
  check(got.size === 200, `${200 - got.size} are missing`);
  check(twice.length === 0, `twice: ${twice}`);
});

await hop.close?.();
process.exit(0);
