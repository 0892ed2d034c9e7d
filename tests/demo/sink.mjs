#!/usr/bin/env node
// A next hop for the demo and the end-to-end tests: takes every mail and keeps its exact bytes.
//   node sink.mjs PORT DIR
// DIR/<n>.eml holds what came after DATA (dots un-stuffed, CRLF kept), DIR/<n>.json the envelope. A
// file is complete when it has that name. Recipients that begin with "tempfail" or "reject" get
// 451 or 550, so that queues and bounces can be tried. Loopback only.
import { createServer } from "node:net";
import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [port, dir] = [Number(process.argv[2]), process.argv[3]];
if (!port || !dir) {
  console.error("usage: sink.mjs PORT DIR");
  process.exit(1);
}
mkdirSync(dir, { recursive: true });
let count = readdirSync(dir).filter((f) => f.endsWith(".eml")).length;

const END = Buffer.from("\r\n.\r\n");

// Removes the dot that the sender put before lines that begin with one.
function unstuff(data) {
  const out = [];
  let from = 0;
  if (data[0] === 0x2e) from = 1;
  for (;;) {
    const at = data.indexOf("\r\n.", from);
    if (at < 0) break;
    out.push(data.subarray(from, at + 2));
    from = at + 3;
  }
  out.push(data.subarray(from));
  return Buffer.concat(out);
}

function keep(data, envelope) {
  const base = join(dir, String(++count).padStart(6, "0"));
  writeFileSync(base + ".part", data);
  writeFileSync(base + ".json", JSON.stringify(envelope));
  renameSync(base + ".part", base + ".eml");
}

function command(line, session) {
  const verb = line.slice(0, 4).toUpperCase();
  const address = /<(.*)>/.exec(line)?.[1] ?? "";
  switch (verb) {
    case "EHLO":
      return "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 200000000";
    case "HELO":
    case "RSET":
    case "NOOP":
      session.from = null;
      session.to = [];
      return "250 2.0.0 ok";
    case "MAIL":
      session.from = address;
      session.to = [];
      return "250 2.1.0 ok";
    case "RCPT":
      if (address.startsWith("tempfail")) return "451 4.3.0 try again later";
      if (address.startsWith("reject")) return "550 5.1.1 no such mailbox";
      session.to.push(address);
      return "250 2.1.5 ok";
    case "DATA":
      if (session.from === null || !session.to.length) return "503 5.5.1 need MAIL and RCPT";
      session.data = true;
      return "354 go ahead";
    case "QUIT":
      session.quit = true;
      return "221 2.0.0 bye";
    default:
      return "500 5.5.2 what?";
  }
}

createServer((socket) => {
  let pending = Buffer.alloc(0);
  const session = { from: null, to: [], data: false, quit: false };
  socket.write("220 sink.example ESMTP\r\n");
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      if (session.data) {
        const empty = pending.subarray(0, 3).toString() === ".\r\n";
        const at = empty ? -2 : pending.indexOf(END);
        if (at === -1) return;
        const body = empty ? Buffer.alloc(0) : unstuff(pending.subarray(0, at + 2));
        pending = pending.subarray(at + 5);
        keep(body, { from: session.from, to: session.to });
        session.data = false;
        session.from = null;
        session.to = [];
        socket.write("250 2.0.0 kept\r\n");
        continue;
      }
      const at = pending.indexOf("\r\n");
      if (at < 0) return;
      const line = pending.subarray(0, at).toString("latin1");
      pending = pending.subarray(at + 2);
      socket.write(command(line, session) + "\r\n");
      if (session.quit) return void socket.end();
    }
  });
}).listen(port, "127.0.0.1", () => console.log(`sink on 127.0.0.1:${port}`));
