// Phishing, impersonation, graymail and catch levels through Postfix, the command and the pages. Prints "ok NAME" and
// "not ok NAME: WHY" lines.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Smtp } from "./smtp.mjs";
import { sink } from "./sink.mjs";
import { check, sql, test, until } from "./lib.mjs";

const { ADMIN_PORT, PASSWORD_FILE, RELAY_PORT, SEKISHO, SINK_PORT, SMTP_PORT } = process.env;
const hop = sink(Number(SINK_PORT));
const cli = (...args) => execFileSync(SEKISHO, args, { encoding: "utf8" });
// A change works within half a second; waiting longer never fails.
const settle = () => new Promise((r) => setTimeout(r, 1000));

let count = 0, addresses = 0;
// Each mail comes from an address of its own: the dynamic list remembers where spam came from.
async function send({ from, body = "hello", fields = "", ip = `198.51.100.${1 + (++addresses % 250)}` }) {
  const id = `probe-${process.pid}-${++count}`, s = new Smtp(Number(SMTP_PORT));
  const mail = `From: ${from}\r\nTo: user@phish.example\r\nSubject: ${id}\r\n${fields}Content-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;
  try {
    await s.hello("client.example");
    await s.say(`XCLIENT ADDR=${ip} NAME=[UNAVAILABLE] HELO=client.example\r\n`);
    await s.say("EHLO client.example\r\n");
    await s.say("MAIL FROM:<bounce@elsewhere.example>\r\n");
    await s.say("RCPT TO:<user@phish.example>\r\n");
    await s.say("DATA\r\n");
    const end = await s.say(mail.replace(/(^|\r\n)\./g, "$1..") + ".\r\n", 60);
    check(end.startsWith("250"), end);
  } finally {
    s.end();
  }
  const [message, state, kind, code, slot, score, threshold] = sql(`SELECT m.message_id, r.state, r.kind, m.reasons->0->>'code', m.reasons->0->'slots'->>'what', m.score, m.threshold
    FROM message m JOIN message_recipient r USING (org_id, received_at, message_id) WHERE m.subject = '${id}'`).split("|");
  let subject = "", head = "";
  if (state !== "held") {
    head = (await until("delivery", () => hop.mails.find((m) => m.data.includes(id)))).data.toString("latin1").split("\r\n\r\n")[0];
    subject = /^Subject: (.*)$/m.exec(head)[1].replace(id, "x");
  }
  return { id, mail, message, state, kind, code, slot, subject, head, score: Number(score), threshold: Number(threshold) };
}

let cookie = "";
async function page(path, language = "en") {
  const base = `http://127.0.0.1:${ADMIN_PORT}`;
  if (!cookie) {
    const form = await fetch(`${base}/signin`), first = form.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
    const token = /name="csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? "";
    const r = await fetch(`${base}/signin`, { method: "POST", redirect: "manual", headers: { cookie: first, origin: base, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ csrf: token, address: "admin@phish.example", password: readFileSync(PASSWORD_FILE, "utf8").trim() }) });
    cookie = r.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ");
    check(r.status === 303 && cookie, `sign-in: ${r.status}`);
  }
  sql(`UPDATE account SET lang = '${language}'`);
  const r = await fetch(base + path, { headers: { cookie }, redirect: "manual" });
  return (await r.text()).replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

await test("F27 N5 a mail with the name of a high-profile user is held as impersonation, and tracking says why in both languages", async () => {
  cli("people", "add", "Taro,,Yamada,taro@home.example");
  await settle();
  const m = await send({ from: '"YAMADA, Taro" <x@evil.example>', body: "Are you available?" });
  check(m.state === "held" && m.kind === "impersonation" && m.code === "person-foreign", JSON.stringify(m));
  const en = await page(`/tracking/${m.message}`), ja = await page(`/tracking/${m.message}`, "ja");
  check(en.includes("It says it is from YAMADA, Taro, but comes from x@evil.example"), "sentence");
  check(en.includes("The name of one of your people with a foreign address"), "evidence");
  check(ja.includes("差出人はYAMADA, Taroとありますが、実際の送信元はx@evil.exampleです"), "Japanese sentence");
  check((await send({ from: "Taro Yamada <taro@home.example>" })).state !== "held", "his own address");
  check((await send({ from: "Jiro Yamada <x@kitchen.example>" })).state !== "held", "another name");
  cli("people", "delete", "Taro,,Yamada,taro@home.example");
  await settle();
  check((await send({ from: "Taro Yamada <x@evil.example>" })).state !== "held", "no longer listed");
});

await test("F28 a domain that looks like the own one or a listed one is held, an exception is not; closeness", async () => {
  const own = await send({ from: "a@ph1sh.example" });
  check(own.kind === "impersonation" && own.slot === "ph1sh.example → phish.example", JSON.stringify(own));
  cli("lookalike", "add", "paypal.com");
  cli("lookalike", "add", "paypol.com", "--exception");
  await settle();
  check((await send({ from: "a@paypall.com" })).state === "held", "normal");
  check((await send({ from: "a@paypol.com" })).state !== "held", "exception");
  check((await send({ from: "a@mail.paypal.com" })).state !== "held", "itself");
  cli("spam", "set", "--closeness", "conservative");
  await settle();
  check((await send({ from: "a@paypall.com" })).state !== "held", "conservative");
  check((await send({ from: "a@paypa1.com" })).state === "held", "conservative, same to the eye");
  cli("spam", "set", "--lookalikes", "off");
  await settle();
  check((await send({ from: "a@paypa1.com" })).state !== "held", "off");
  cli("spam", "set", "--lookalikes", "on", "--closeness", "normal");
});

const known = (address, way = "came") => until(`${address} is known`, () => sql(`SELECT 1 FROM correspondent WHERE address = '${address}' AND ${way}_days > 0`));
const findings = (m) => sql(`SELECT string_agg(f->>'code', ' ') FROM message, jsonb_array_elements(scan->'findings') f WHERE message_id = '${m.message}' AND f->>'scanner' = 'contact'`);
async function write(to, fields = "", { from = "Goro Kato <user@phish.example>", body = "Hello" } = {}) {
  const s = new Smtp(Number(RELAY_PORT));
  try {
    await s.hello("client.example");
    await s.say("MAIL FROM:<user@phish.example>\r\n");
    await s.say(`RCPT TO:<${to}>\r\n`);
    await s.say("DATA\r\n");
    const end = await s.say(`From: ${from}\r\nTo: <${to}>\r\nSubject: out\r\nMessage-ID: <${Math.random()}@phish.example>\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\n${fields}\r\n${body}\r\n.\r\n`, 60);
    check(end.startsWith("250"), end);
  } finally {
    s.end();
  }
}

await test("F27 N5 the first mail of a sender says so in both languages, the second one does not; what is held makes nobody known", async () => {
  const mail = { from: "Jiro Mori <jiro@first.example>", body: "See you on Monday." };
  const first = await send(mail);
  check(first.state !== "held" && findings(first) === "first-contact", `${findings(first)} ${JSON.stringify(first)}`);
  check((await page(`/tracking/${first.message}`)).includes("First message from this sender"), "English");
  check((await page(`/tracking/${first.message}`, "ja")).includes("はじめての差出人です"), "Japanese");
  await known("jiro@first.example");
  check(findings(await send(mail)) === "", "the second one");
  const held = { from: "a@ph1sh.example" };
  check((await send(held)).state === "held" && findings(await send(held)) === "first-contact", "held twice");
});

await test("F27 a known name with a foreign address is a note, and impersonation when it asks for something; so is the name of our own people", async () => {
  const mail = { from: "Mori, Jiro <boss@evil.example>", body: "See you on Monday." }, fields = "Reply-To: <jiro.office@gmail.com>\r\n";
  check(findings(await send(mail)) === "first-contact", "nobody missed him yet");
  sql("DELETE FROM correspondent WHERE address = 'boss@evil.example'");
  await write("jiro@first.example");
  await known("jiro@first.example", "sent");
  sql("UPDATE correspondent SET name = (SELECT max(scan->'header'->>'from_key') FROM message WHERE header_from = 'jiro@first.example') WHERE address = 'jiro@first.example'"); // as if he had been authenticated
  check(findings(await send(mail)) === "first-contact contact-name", "a note");
  sql("DELETE FROM correspondent WHERE address = 'boss@evil.example'");
  const m = await send({ ...mail, fields });
  check(m.state === "held" && m.kind === "impersonation" && m.code === "contact-name-asks" && m.slot === "jiro@first.example → boss@evil.example", JSON.stringify(m));
  check((await page(`/tracking/${m.message}`, "ja")).includes("差出人名は受信者とやりとりのあるjiro@first.exampleと同じですが、実際の送信元はboss@evil.exampleです"), "Japanese");
  const own = await send({ from: "Goro KATO <goro@evil.example>", fields });
  check(own.code === "contact-name-asks" && own.slot === "user@phish.example → goro@evil.example", JSON.stringify(own));
});

// Sentences of two hands; a mail has some of them, so that no two are equal.
const loose = ["hi hanako, i looked at the numbers again... they seem fine to me", "lets talk tomorrow, ok?", "btw the printer is broken, can you call them? i dont have the number...",
  "maybe we should just buy a new one - its not that dear", "i saw one in the shop near the station, half of it", "im off at four today, so its now or monday..."];
const formal = ["Dear Ms. Sato,", "I am writing to inform you that the transfer of the second instalment must be executed today.", "Please ensure that this instruction is completed before 15:00, and kindly confirm its execution.",
  "Furthermore, the documentation (see the attachment) should be forwarded to the responsible department.", "We would appreciate your confirmation by return.", "Yours sincerely, the Management"];
const some = (sentences, k) => [...sentences.filter((_, i) => (i + k) % 4 > 0), ...sentences.slice(k % 3, k % 3 + 4)].join("\r\n");

await test("F26 a mail that is not written as that person writes is told, and acted on apart from impersonation", async () => {
  cli("people", "add", "Goro,,Kato,goro@home.example");
  await settle();
  for (let k = 0; k < 14; k++) await write(`w${k}@far.example`, "", { body: some(loose, k) });
  for (let k = 0; k < 30; k++) await write(`v${k}@far.example`, "", { from: `Office <office${k % 3}@phish.example>`, body: some(k % 2 ? formal : loose, k) });
  await until("styles", () => sql("SELECT string_agg(mails::text, ' ' ORDER BY person) FROM writing_style") === "44 14");
  const style = (m) => sql(`SELECT count(*) FROM message, jsonb_array_elements(scan->'findings') f WHERE message_id = '${m.message}' AND f->>'code' = 'style-differs'`);
  const mail = { from: "Goro Kato <goro@home.example>", body: formal.join("\r\n") };
  const told = await send(mail);
  check(told.state !== "held" && style(told) === "1", JSON.stringify(told));
  check((await page(`/tracking/${told.message}`)).includes("Not written as that person writes"), "English");
  check((await page(`/tracking/${told.message}`, "ja")).includes("本人の書き方と異なります"), "Japanese");
  check(style(await send({ from: mail.from, body: some(loose, 3) })) === "0", "his own hand");
  check(style(await send({ from: "Saburo Abe <goro@home.example>", body: mail.body })) === "0", "another name");
  cli("spam", "set", "--style", "hold");
  await settle();
  const held = await send(mail);
  check(held.state === "held" && held.kind === "impersonation" && held.code === "style-differs", JSON.stringify(held));
  cli("spam", "set", "--style", "tag");
  await settle();
  check((await send(mail)).subject === "[SPAM] x", "tagged");
  cli("spam", "set", "--style", "deliver");
  // Where it is known which address of ours is his, a colleague who writes under his name teaches nothing.
  cli("people", "add", "Hana,,Ito,hana@phish.example");
  await settle();
  await write("x1@far.example", "", { from: "Hana Ito <bob@phish.example>", body: some(loose, 1) });
  await write("x2@far.example", "", { from: "Hana Ito <hana@phish.example>", body: some(loose, 2) });
  await until("styles", () => sql("SELECT mails FROM writing_style WHERE person = ''") === "46");
  check(sql("SELECT string_agg(mails::text, ' ' ORDER BY mails) FROM writing_style WHERE person <> ''") === "1 14", "a colleague's mail is hers");
  cli("people", "delete", "Hana,,Ito,hana@phish.example");
  cli("people", "delete", "Goro,,Kato,goro@home.example");
  await settle();
});

await test("F27 answers of machines make nobody known", async () => {
  await write("robot@far.example", "Auto-Submitted: auto-replied\r\n");
  await write("person@far.example");
  await known("person@far.example", "sent");
  check(sql("SELECT count(*) FROM correspondent WHERE address = 'robot@far.example'") === "0", "robot");
});

// Scores are calibrated now and then: the first letter that is between the two ends of the scale.
const LINES = ["Are you available? I am in a meeting.", "Please note our new bank details.", "Keep this confidential.", "Change my direct deposit.", "I need gift cards, scratch the back and send me the codes."];
const DULL = "The minutes of the meeting on Tuesday are attached. We agreed on the plan for the next quarter, and on who writes which part of the report. ";
function lure() {
  for (let lines = 1; lines <= LINES.length; lines++)
    for (const dull of [0, 3, 10]) {
      const letter = { from: "Hanako <hanako@kitchen.example>", fields: "Reply-To: <boss.office@gmail.com>\r\n", body: DULL.repeat(dull) + LINES.slice(0, lines).join(" ") };
      const mail = `From: ${letter.from}\r\nTo: user@phish.example\r\nSubject: probe-1-1\r\n${letter.fields}Content-Type: text/plain; charset=utf-8\r\n\r\n${letter.body}\r\n`;
      const { score } = JSON.parse(spawnSync(SEKISHO, ["scan", "--json", "--no-network", "-"], { input: mail, encoding: "utf8" }).stdout);
      if (score > 4 && score < 8) return letter;
    }
  throw new Error("no letter has a score between 4 and 8");
}
await test("F25 the same mail passes at the lowest level and is held at the highest; score and threshold are recorded", async () => {
  const LURE = lure();
  cli("spam", "set", "--level", "lowest");
  await settle();
  const low = await send(LURE);
  check(low.score >= 3 && low.score < 9, `the score of the probe is ${low.score}: choose another one`);
  check(low.state !== "held" && low.kind === "" && low.threshold === 9, JSON.stringify(low));
  check(low.head.includes(`X-Sekisho-Score: ${low.score.toFixed(1)} / 9.0`), low.head);
  await known("hanako@kitchen.example");
  sql("DELETE FROM correspondent"); // to a stranger, as the first one was
  cli("spam", "set", "--level", "highest");
  await settle();
  const high = await send(LURE);
  check(high.state === "held" && high.kind === "spam" && high.threshold === 3 && high.score === low.score, JSON.stringify(high));
  check((await page(`/tracking/${high.message}`)).includes(`${high.score.toFixed(1)}, limit 3.0`), "tracking");
  const scanned = JSON.parse(spawnSync(SEKISHO, ["scan", "--json", "--no-network", "--org", "Phish", "-"], { input: high.mail, encoding: "utf8" }).stdout);
  check(scanned.threshold === 3 && scanned.spam === true, "scan --org");
  cli("spam", "set", "--spam", "tag", "--tag", "[junk]");
  await settle();
  const tagged = await send(LURE);
  check(tagged.state !== "held" && tagged.kind === "spam" && tagged.subject.startsWith("[junk] "), JSON.stringify(tagged));
  cli("spam", "set", "--spam", "hold", "--tag", "[SPAM]", "--level", "moderately_low");
  await settle();
});

const NEWS = { from: "Kitchen <news@kitchen.example>", fields: "List-Unsubscribe: <https://kitchen.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", body: "Pots and pans" };
await test("F29 a newsletter gets a tag, from an exempt address it gets none, when chosen it is held, other categories are left alone", async () => {
  const news = await send(NEWS);
  check(news.state !== "held" && news.kind === "graymail" && news.subject.startsWith("[SPAM] "), JSON.stringify(news));
  cli("graymail", "add", "203.0.113.0/24");
  await settle();
  const exempt = await send({ ...NEWS, ip: "203.0.113.7" });
  check(exempt.kind === "" && exempt.subject === "x", JSON.stringify(exempt));
  cli("spam", "set", "--graymail", "hold");
  await settle();
  const held = await send(NEWS);
  check(held.state === "held" && held.code === "newsletter", JSON.stringify(held));
  check((await page(`/tracking/${held.message}`, "ja")).includes("広告またはニュースレターです"), "sentence");
  const list = await send({ from: "a@b.example", fields: "List-Id: <dev.b.example>\r\nList-Post: <mailto:dev@b.example>\r\n" });
  check(list.state !== "held" && list.kind === "", JSON.stringify(list));
  cli("spam", "set", "--forum", "on");
  await settle();
  check((await send({ from: "a@b.example", fields: "List-Id: <dev.b.example>\r\nList-Post: <mailto:dev@b.example>\r\n" })).kind === "graymail", "forum");
});

await test("F27 F28 lists survive export and import; limits", async () => {
  spawnSync(SEKISHO, ["people", "import", "-"], { input: "Hanako,,Sato,h@home.example\n太郎,,山田\n" });
  const exported = cli("people", "export");
  check(exported === "Hanako,,Sato,h@home.example\n太郎,,山田,\n", exported);
  spawnSync(SEKISHO, ["people", "import", "--overwrite", "-"], { input: exported });
  check(cli("people", "export") === exported, "the same again");
  const many = Array.from({ length: 101 }, (_, i) => `d${i}.example\n`).join("");
  const r = spawnSync(SEKISHO, ["lookalike", "import", "--overwrite", "-"], { input: many, encoding: "utf8" });
  check(r.status === 1 && /no room/.test(r.stderr), r.stderr);
  const ok = spawnSync(SEKISHO, ["lookalike", "import", "--overwrite", "-"], { input: many.slice(many.indexOf("\n") + 1), encoding: "utf8" });
  check(ok.status === 0 && /100 added/.test(ok.stdout), ok.stdout + ok.stderr);
  check(/no room/.test(spawnSync(SEKISHO, ["lookalike", "add", "one-more.example"], { encoding: "utf8" }).stderr), "one more");
  check(sql("SELECT count(*) FROM audit WHERE event LIKE 'spam.%'") > 10, "audit log");
});
hop.server?.close();
process.exit(0);
