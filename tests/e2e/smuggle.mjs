#!/usr/bin/env node
// T-S1: a second mail hidden behind twelve ways to end DATA. smuggle.mjs SINK_DIR RECIPIENT PORT|SOCKET...
// Whatever the server makes of the bytes, at most one mail may come out of one session, and never one
// whose sender or subject is the hidden one.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Smtp } from "./smtp.mjs";

const [dir, to, ...ports] = process.argv.slice(2);
const ends = ["\r\n.\r", "\r.\r", "\r\n\0.\r", "\r\n\0.\n", "\r\n\0.\r\n", "\r\n.\0\r\n", "\r\n.", "\n.\r\n",
  "\r.\r\n", "\n\n.\r\n", "\r\n.\r\n", "\n.\n"];
const show = (s) => JSON.stringify(s).slice(1, -1).replace(/\\u0000/g, "\\0");
const cases = [];

function hidden(id) {
  return `MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<${to}>\r\nDATA\r\n` +
    `From: smuggled@evil.example\r\nSubject: smuggled ${id}\r\n\r\nhidden\r\n`;
}
async function data(port, id, end) {
  const s = new Smtp(port);
  let r = await s.hello();
  for (const line of ["MAIL FROM:<sender@remote.example>", `RCPT TO:<${to}>`, "DATA"]) {
    if ("23".includes(r[0])) r = await s.say(line + "\r\n");
  }
  if (r[0] === "3") {
    s.write(`From: sender@remote.example\r\nSubject: case ${id}\r\n\r\nbody${end}${hidden(id)}\r\n.\r\n`);
    for (let i = 0; i < 6 && r !== "closed" && r !== "late"; i++) r = await s.reply(3);
  }
  s.end();
}
// CHUNKING is off: BDAT must not start anything.
async function bdat(port, id, end) {
  const s = new Smtp(port);
  let r = await s.hello();
  for (const line of ["MAIL FROM:<sender@remote.example>", `RCPT TO:<${to}>`]) {
    if (r[0] === "2") r = await s.say(line + "\r\n");
  }
  const body = `From: sender@remote.example\r\nSubject: case ${id}\r\n\r\nbody${end}${hidden(id)}`;
  s.write(`BDAT ${body.length} LAST\r\n${body}`);
  for (let i = 0; i < 6 && r !== "closed" && r !== "late"; i++) r = await s.reply(2);
  s.end();
}

for (const port of ports.map((p) => (p[0] === "/" ? p : Number(p)))) {
  await Promise.all(ends.flatMap((end, i) => [["DATA", data], ["BDAT", bdat]].map(([verb, run]) => {
    const id = `${typeof port === "string" ? "socket" : port}-${verb}-${i}`;
    cases.push({ id, name: `${typeof port === "string" ? "re-injection" : `port ${port}`}, ${verb}, "${show(end)}"` });
    return run(port, id, end);
  })));
}
await new Promise((r) => setTimeout(r, 4000));

const mails = existsSync(dir) ? readdirSync(dir).filter((f) => f.endsWith(".eml")) : [];
const heads = mails.map((f) => {
  const text = readFileSync(join(dir, f), "latin1");
  return { subject: /^Subject: (.*)$/m.exec(text.split("\r\n\r\n")[0])?.[1]?.trim() ?? "",
    from: JSON.parse(readFileSync(join(dir, f.replace(".eml", ".json")), "utf8")).from };
});
let arrived = 0;
for (const { id, name } of cases) {
  const first = heads.filter((h) => h.subject === `case ${id}`).length;
  const second = heads.filter((h) => h.subject === `smuggled ${id}`).length;
  arrived += first;
  console.log(first <= 1 && second === 0 ? `ok no second mail: ${name}` : `not ok no second mail: ${name}: ${first} mails, ${second} smuggled`);
}
const forged = heads.filter((h) => h.from === "smuggled@evil.example").length;
console.log(forged === 0 ? "ok no mail has the smuggled sender" : `not ok no mail has the smuggled sender: ${forged}`);
console.log(arrived > 0 ? "ok the control mails arrived" : "not ok the control mails arrived: none did");
