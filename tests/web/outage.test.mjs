// PostgreSQL is stopped while people are at work (F-5, acceptance 6): every page answers within two
// seconds, in the reader's language, also those that were waiting for it; afterwards everything
// works again, with the same sessions and the same processes.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PORTS, SURFACES, TOP, VAR, account, ask, example, forget, routes, session, sql, token } from "./raw.mjs";

const stack = (...args) => execFileSync(process.env.STACK ?? `${TOP}src/tools/stack`, args, { cwd: TOP, stdio: "pipe", timeout: 60_000 });
const run = process.env.SEKISHO_RUN ?? `${VAR}/run`;
const workers = () => SURFACES.map((s) => {
  const pid = readFileSync(`${run}/${s}.pid`, "utf8").trim();
  return pid + ":" + execFileSync("ps", ["-o", "pid=", "--ppid", pid], { encoding: "utf8" }).trim().split(/\s+/).sort().join(",");
}).join(" ");
const WORDS = {
  en: ["Try again in a moment", "A part of the system does not answer. Mail is still accepted and nothing is lost."],
  ja: ["しばらくしてからもう一度お試しください", "システムの一部が応答していません。メールの受信は続いており、失われるものはありません。"],
};
function says503(reply, lang, what) {
  assert.equal(reply.status, 503, what);
  assert.match(reply.body, new RegExp(`<html lang="${lang}"`), what);
  for (const words of WORDS[lang]) assert.ok(reply.body.includes(words), `${what}: ${words}`);
  assert.match(reply.headers["retry-after"], /^\d+$/);
  assert.doesNotMatch(reply.body, /postgres|socket|libpq|SELECT/i, what);
  assert.ok(reply.ms < 2000, `${what}: ${reply.ms} ms`);
}

let who, anonymous, before_;
before(async () => {
  who = { admin: session("admin", "owner"), portal: session("portal", "user") };
  anonymous = { admin: await token("admin"), portal: await token("portal") };
  for (const s of SURFACES) who[s].csrf = (await token(s, who[s])).csrf;
  before_ = workers();
});
after(() => {
  try { stack("resume", "postgres"); } catch {}
  forget();
});
const here = (s) => (s === "admin" ? "/domains" : "/settings");

test("a request that waits when the database stops is answered within two seconds", { timeout: 60_000 }, async () => {
  // Whoever wants these tables waits now.
  const lock = spawn("psql", ["-X", "-q", "-h", `${run}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-c", "BEGIN; LOCK TABLE domain, message_recipient IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(30)"], { stdio: "ignore" });
  const locked = () => sql("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname IN ('domain', 'message_recipient') AND l.mode = 'AccessExclusiveLock' AND l.granted");
  for (let i = 0; i < 100 && Number(locked()) < 2; i++) await sleep(50);
  const answers = [];
  const wait = (s, path, lang) => ask(s, "GET", path, { cookie: who[s].cookie, headers: { "accept-language": lang } }).then((r) => answers.push(Object.assign(r, { at: Date.now(), lang, path })));
  const all = Promise.all([wait("admin", "/domains", "ja"), wait("admin", "/domains", "en"), wait("portal", "/", "ja"), wait("portal", "/", "en")]);
  await sleep(400);
  assert.equal(answers.length, 0, "they wait");
  const said = Date.now();
  stack("hold", "postgres");
  const down = Date.now();
  await all;
  lock.kill();
  for (const r of answers) says503({ ...r, ms: r.at - down }, "en", `${r.path} ${r.lang}, held ${down - said} ms`);
});

test("while it is stopped every page says so within two seconds, in the reader's language", { timeout: 120_000 }, async () => {
  for (const lang of ["en", "ja"]) {
    const headers = { "accept-language": lang };
    const one = async (r, i) => {
      const form = r.method === "POST" ? { csrf: who[r.surface].csrf, address: "a@protocol.example", password: "a tram leaves at nine", lang: "ja" } : undefined;
      says503(await ask(r.surface, r.method, example(r.path), { cookie: who[r.surface].cookie, form, headers }), lang, `${lang}: ${r.method} ${r.path} ${i}`);
    };
    for (const [i, r] of routes().entries()) await one(r, i);
    await Promise.all(Array.from({ length: 40 }, (_, i) => one({ surface: SURFACES[i % 2], method: "GET", path: here(SURFACES[i % 2]) }, i)));
  }
});

test("while it is stopped: sign-in can be looked at, trying it says 503, what needs no database works", async () => {
  for (const s of SURFACES) {
    const jar = anonymous[s];
    const page = await ask(s, "GET", "/signin", { headers: { "accept-language": "ja" } });
    assert.equal(page.status, 200);
    assert.match(page.body, /サインイン/);
    says503(await ask(s, "POST", "/signin", { cookie: jar.cookie, form: { csrf: jar.csrf, address: "a@protocol.example", password: "a tram leaves at nine" }, headers: { "accept-language": "ja" } }), "ja", `${s} sign-in`);
    assert.equal((await ask(s, "POST", "/language", { cookie: jar.cookie, form: { csrf: jar.csrf, lang: "ja", back: "/signin" } })).status, 303);
    for (const path of ["/health", /href="(\/a\/style[^"]+)/.exec(page.body)[1]]) assert.equal((await ask(s, "GET", path)).status, 200, path);
  }
});

test("when it is back everything works again: same sessions, no process was started again", { timeout: 60_000 }, async () => {
  stack("resume", "postgres");
  const until = Date.now() + 3000;
  for (const s of SURFACES) {
    let reply;
    do reply = await ask(s, "GET", here(s), { cookie: who[s].cookie });
    while (reply.status !== 200 && Date.now() < until);
    assert.equal(reply.status, 200, s);
  }
  for (let i = 0; i < 40; i++) assert.equal((await ask(SURFACES[i % 2], "GET", here(SURFACES[i % 2]), { cookie: who[SURFACES[i % 2]].cookie })).status, 200);
  const { id } = account("user");
  assert.equal((await ask("portal", "POST", "/language", { cookie: who.portal.cookie, form: { csrf: who.portal.csrf, lang: "ja", back: "/" } })).status, 303, "the token still fits");
  assert.equal(sql(`SELECT lang FROM account WHERE account_id = '${id}'`), "ja");
  assert.equal(workers(), before_);
});

test("a change that fails when it is committed is no success; connection and worker go on", async () => {
  sql("CREATE FUNCTION fails_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'late'; END $$; CREATE CONSTRAINT TRIGGER fails_late AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fails_late()");
  try {
    for (const s of SURFACES) {
      const r = await ask(s, "POST", "/language", { cookie: who[s].cookie, form: { csrf: who[s].csrf, lang: "ja", back: here(s) } });
      assert.ok(r.status >= 400, `${s}: ${r.status}`);
    }
  } finally {
    sql("DROP TRIGGER fails_late ON account; DROP FUNCTION fails_late()");
  }
  for (let i = 0; i < 20; i++) {
    for (const s of SURFACES) assert.equal((await ask(s, "GET", here(s), { cookie: who[s].cookie })).status, 200, s);
  }
  assert.equal(workers(), before_);
});
