// Console requests a second with real pages, signed in (performance.md P9). Rounds are interleaved,
// medians are printed beside the same server's answer without a database.
//   VAR=... ADMIN_PORT=... PORTAL_PORT=... node tests/bench/console.mjs      (make bench runs it)
import { execFileSync } from "node:child_process";
import { PORTS, account, ask, forget, session, sql } from "../web/raw.mjs";

const rounds = Number(process.env.ROUNDS ?? 3), seconds = Number(process.env.SECONDS_EACH ?? 8);
const clients = Number(process.env.CLIENTS ?? 64);

const owner = session("admin", "owner"), user = session("portal", "user");
const pages = [
  { name: "no query", what: "sign-in form", surface: "admin", path: "/signin" },
  { name: "one query", what: "session; form to add a user", surface: "admin", path: "/users/add", who: owner },
  { name: "two queries", what: "session, list of domains", surface: "admin", path: "/domains", who: owner },
  { name: "own quarantine", what: "session, list of 25, counts", surface: "portal", path: "/", who: user },
];

// 1000 held mails of the user.
function fill() {
  const { org, id } = account("user");
  sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, address FROM account WHERE account_id = '${id}' ON CONFLICT DO NOTHING;
    CREATE TEMP TABLE bench AS SELECT gen_random_uuid() AS id, now() - n * interval '1 second' AS at, n FROM generate_series(1, 1000) n;
    INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, header_from, header_from_name, subject, bytes, sha256, verdict, reasons)
      SELECT '${org}', id, at, 'bench', 'in', 'sender@offers.example', 'sender@offers.example', 'Sender ' || n, 'Offer ' || n || ' of today', 4000, '\\x00', 'spam', '[{"code": "gtube", "severity": "high", "slots": {}}]' FROM bench;
    INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, original, state, disposition, kind, expires_at)
      SELECT '${org}', b.id, gen_random_uuid(), at, a.address, a.address, 'held', 'quarantine', 'spam', at + interval '30 days' FROM bench b, account a WHERE a.account_id = '${id}';
    ANALYZE message, message_recipient`);
}

function wrk(page) {
  const url = `http://127.0.0.1:${PORTS[page.surface]}${page.path}`;
  const out = execFileSync("wrk", ["-t1", `-c${clients}`, `-d${seconds}s`, "--latency", ...(page.who ? ["-H", `Cookie: ${page.who.cookie}`] : []), url], { encoding: "utf8" });
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]);
  const ms = (text) => { const [, n, unit] = /([\d.]+)(us|ms|s)/.exec(text); return n * { us: 0.001, ms: 1, s: 1000 }[unit]; };
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0;
  return { rate, p50: ms(/^\s+50%\s+(\S+)/m.exec(out)[1]), p99: ms(/^\s+99%\s+(\S+)/m.exec(out)[1]), bad: Number(bad) };
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

fill();
for (const page of pages) {
  const { status } = await ask(page.surface, "GET", page.path, { cookie: page.who?.cookie });
  if (status !== 200) throw new Error(`${page.path} answers ${status}`);
  page.results = [];
}
for (let i = 0; i < rounds; i++) for (const page of pages) page.results.push(wrk(page));

console.log(`Console: ${clients} clients, ${rounds} rounds of ${seconds} s, interleaved; load, PostgreSQL and console on the same processors`);
console.log(`${"page".padEnd(52)} ${"req/s".padStart(8)} ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)}  not 2xx`);
for (const { name, what, results } of pages)
  console.log(`${`${name}: ${what}`.padEnd(52)} ${median(results.map((r) => r.rate)).toFixed(0).padStart(8)} ${median(results.map((r) => r.p50)).toFixed(1).padStart(8)} ${median(results.map((r) => r.p99)).toFixed(1).padStart(8)}  ${results.reduce((n, r) => n + r.bad, 0)}`);
const of = (name, key) => median(pages.find((p) => p.name === name).results.map((r) => r[key]));
console.log(`P9 one query: ${of("one query", "rate").toFixed(0)} req/s, p99 ${of("one query", "p99").toFixed(1)} ms   (targets 5000, 50)`);
console.log(`   one query / no query: ${(of("one query", "rate") / of("no query", "rate")).toFixed(2)}`);
sql(`DELETE FROM message_recipient WHERE org_id = '${account("user").org}'; DELETE FROM message WHERE org_id = '${account("user").org}'`);
forget();
