// Who gets in: every line of routes.def without session, with each wrong role, without form token,
// from a foreign origin (T-W3, T-W7, A-28, A-59); redirects (T-W5); sessions (A-55 to A-57, A-61,
// T-W11); language; TLS.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect as connectTls } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { PORTS, ROLES, SURFACES, TOP, VAR, account, ask, ended, example, forget, raw, routes, session, sql, token } from "./raw.mjs";

const all = routes();
const gets = all.filter((r) => r.method === "GET"), posts = all.filter((r) => r.method === "POST");
const home = (surface) => gets.find((r) => r.surface === surface && !r.anyone && !r.path.includes("{id}") && r.roles.has(surface === "admin" ? "owner" : "user")).path;
after(() => forget());

test("the route table is read", () => {
  for (const surface of SURFACES) {
    assert.ok(gets.some((r) => r.surface === surface && !r.anyone), `${surface} has pages`);
    assert.ok(posts.some((r) => r.surface === surface && !r.anyone), `${surface} has actions`);
  }
});

test("no session: pages lead to sign-in, actions and fragments are 401", async () => {
  for (const r of all.filter((o) => !o.anyone)) {
    const path = example(r.path), reply = await ask(r.surface, r.method, path);
    if (r.method === "GET") {
      assert.equal(reply.status, 303, `GET ${path}`);
      assert.match(reply.headers.location, /^\/signin(\?next=\/[\w/.%-]*)?$/);
      assert.equal((await ask(r.surface, "GET", path, { headers: { "x-fragment": "1" } })).status, 401);
    } else {
      assert.equal(reply.status, 401, `POST ${path}`);
    }
    for (const cookie of [`sekisho-${r.surface}=${"A".repeat(43)}`, `sekisho-${r.surface}=x`, "sekisho-x=1"])
      assert.equal((await ask(r.surface, r.method, path, { cookie })).status, reply.status, `${path} with ${cookie}`);
  }
});

test("A-59: every route refuses every role that it does not name", async () => {
  let refused = 0;
  for (const surface of SURFACES)
    for (const role of ROLES) {
      const who = session(surface, role), { csrf } = await token(surface, who);
      for (const r of all.filter((o) => o.surface === surface && !o.anyone && !o.roles.has(role))) {
        const reply = await ask(surface, r.method, example(r.path), { cookie: who.cookie, form: r.method === "POST" ? { csrf } : undefined });
        assert.equal(reply.status, 403, `${role}: ${r.method} ${surface} ${r.path}`);
        if (surface === "admin") assert.match(reply.body, /<p>This is for: [A-Z][^<]*\. Your role: [A-Z][^<]*\.<\/p>/, `${role}: ${r.path}`);
        else assert.ok(!/Your role/.test(reply.body), r.path);
        refused++;
      }
    }
  assert.ok(refused > 0);
});

test("a session of one program is none in the other", async () => {
  for (const surface of SURFACES) {
    const other = surface === "admin" ? "portal" : "admin", who = session(other, "owner");
    const cookie = who.cookie.replace(`sekisho-${other}`, `sekisho-${surface}`);
    assert.equal((await ask(surface, "GET", home(surface), { cookie })).status, 303);
  }
});

test("T-W3: every POST is refused without a fitting form token", async () => {
  for (const surface of SURFACES) {
    const role = surface === "admin" ? "owner" : "user";
    const who = session(surface, role), other = session(surface, role), anonymous = await token(surface);
    const mine = await token(surface, who), theirs = await token(surface, other);
    for (const r of posts.filter((o) => o.surface === surface && (o.anyone || o.roles.has(role)))) {
      const path = example(r.path);
      for (const csrf of [undefined, "", "x", "A".repeat(86), theirs.csrf, anonymous.csrf, mine.csrf.slice(0, 85), mine.csrf + "A", mine.csrf.slice(1) + "A"]) {
        const reply = await ask(surface, "POST", path, { cookie: who.cookie, form: csrf === undefined ? { x: "1" } : { csrf } });
        assert.equal(reply.status, 403, `${path} with token ${csrf}`);
      }
      // In the wrong place it does not count: query, cookie, header.
      assert.equal((await ask(surface, "POST", `${path}?csrf=${mine.csrf}`, { cookie: `${who.cookie}; csrf=${mine.csrf}`, form: { x: "1" }, headers: { "x-csrf-token": mine.csrf } })).status, 403, path);
    }
    assert.ok(!ended(who), "no sign-out happened");
  }
});

test("T-W3: every POST is refused from a foreign or unknown origin", async () => {
  for (const surface of SURFACES) {
    const role = surface === "admin" ? "owner" : "user", who = session(surface, role), { csrf } = await token(surface, who);
    const own = `http://127.0.0.1:${PORTS[surface]}`, otherPort = `http://127.0.0.1:${PORTS[surface === "admin" ? "portal" : "admin"]}`;
    const headers = [
      { origin: null, "sec-fetch-site": null }, { origin: "null", "sec-fetch-site": null }, { origin: "http://evil.example", "sec-fetch-site": null },
      { origin: "http://evil.example" }, { origin: otherPort }, { origin: otherPort, "sec-fetch-site": "same-site" }, { origin: own.replace("http", "https"), "sec-fetch-site": null },
      { origin: "http://127.0.0.1", "sec-fetch-site": null }, { origin: `${own}.evil.example`, "sec-fetch-site": null }, { origin: own, "sec-fetch-site": "cross-site" },
      { origin: own, "sec-fetch-site": "none" }, { origin: null, "sec-fetch-site": "same-site" }, { origin: "", "sec-fetch-site": "" },
    ];
    for (const r of posts.filter((o) => o.surface === surface && (o.anyone || o.roles.has(role))))
      for (const h of headers) {
        const reply = await ask(surface, "POST", example(r.path), { cookie: who.cookie, form: { csrf }, headers: h });
        assert.equal(reply.status, 403, `${r.path} with ${JSON.stringify(h)}`);
      }
    assert.ok(!ended(who), "no sign-out happened");
    // The same request from our own page is let through.
    assert.equal((await ask(surface, "POST", "/signout", { cookie: who.cookie, form: { csrf } })).status, 303);
    assert.ok(ended(who));
  }
});

test("T-W3: before sign-in the token belongs to the browser's cookie", async () => {
  const one = await token("admin"), two = await token("admin");
  const post = (cookie, csrf) => ask("admin", "POST", "/language", { cookie, form: { csrf, lang: "ja", back: "/signin" } });
  assert.equal((await post(one.cookie, one.csrf)).status, 303);
  assert.equal((await post(two.cookie, one.csrf)).status, 403);
  assert.equal((await post(undefined, one.csrf)).status, 403);
  assert.equal((await post(`${one.cookie}; ${two.cookie}`, one.csrf)).status, 403);
  assert.equal((await post(one.cookie.replace(/=.*/, "="), one.csrf)).status, 403);
});

test("forms on error pages work, or are not there", async () => {
  const form = (reply) => [.../<form class="langs"[^]*?<\/form>/.exec(reply.body)?.[0].matchAll(/name="(csrf|back)" value="([^"]*)"/g) ?? []].map((m) => m[2]);
  const jar = (reply, cookie) => cookie ?? reply.cookies.map((c) => c.split(";")[0]).find((c) => /-form=/.test(c));
  const admin = session("admin", "owner"), auditor = session("admin", "auditor"), { csrf } = await token("admin", admin);
  for (const [status, path, what] of [
    [401, "/users/add", { form: { x: "1" } }], [403, "/users/add", { form: { x: "1" }, cookie: auditor.cookie }], [403, "/quarantine/deliver", { form: { csrf: "x" }, cookie: admin.cookie }],
    [404, `/users/${example("{id}")}/state`, { form: { csrf, state: "active" }, cookie: admin.cookie }], [403, "/signin", { form: { x: "1" } }], [404, "/nope", { form: { x: "1" } }],
  ]) {
    const page = await ask("admin", "POST", path, what), [token_, back] = form(page);
    assert.equal(page.status, status, path);
    const click = await ask("admin", "POST", "/language", { cookie: jar(page, what.cookie), form: { csrf: token_, lang: "en", back } });
    assert.equal(click.status, 303, `${path}: language`);
    const next = await ask("admin", "GET", click.headers.location, { cookie: what.cookie });
    assert.ok([200, 303, 403].includes(next.status), `${path}: ${click.headers.location} is ${next.status}`);
  }
  const [refused] = await raw(PORTS.admin, `POST /signin HTTP/1.1\r\nHost: 127.0.0.1:${PORTS.admin}\r\nContent-Length: x\r\n\r\n`);
  assert.equal(refused.status, 400);
  assert.doesNotMatch(refused.body, /<form/, "nobody has a token yet");
});

test("A-28: GET, HEAD and OPTIONS change nothing", async () => {
  const before = () => sql("SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM domain), (SELECT coalesce(max(seq), 0) FROM audit), (SELECT count(*) FROM message_recipient WHERE state = 'releasing')");
  const who = { admin: session("admin", "owner"), portal: session("portal", "user") };
  const state = before();
  for (const r of routes({ links: true }))
    for (const method of ["GET", "HEAD", "OPTIONS"])
      await ask(r.surface, method, example(r.path) + "?id=0193a5c2-7d5e-7c1a-8b7e-00000000dead&lang=ja&name=x", { cookie: who[r.surface].cookie });
  assert.equal(before(), state);
  for (const surface of SURFACES) assert.ok(!ended(who[surface]));
});

test("T-W5: next and back lead to our own pages only", async () => {
  const payloads = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x", "/\tevil.example", "/ /evil.example", "//evil.example/%2f..", "///evil.example", "/\r\nLocation: http://evil.example", "\r\nSet-Cookie: x=y", "%2f%2fevil.example", "%5c%5cevil", "evil.example", ".evil.example", "@evil.example", "?next=//evil", "#//evil", "/%0d%0aSet-Cookie:x", "\u2215\u2215evil", "／／evil.example", " //evil.example", "mailto:a@b", "ftp://evil", "//", "/\\/evil", "\\/evil", "/\\\\evil", "//google.com\\@evil", "vbscript:x", "blob:x", "\x00//evil", "/\x7f", "file:///etc/passwd", "//[::1]", "//0x7f.1", "////evil"];
  assert.ok(payloads.length >= 40);
  for (const surface of SURFACES) {
    const who = session(surface, surface === "admin" ? "owner" : "user"), { csrf } = await token(surface, who);
    for (const payload of payloads) {
      const get = await ask(surface, "GET", `/signin?next=${encodeURIComponent(payload)}`, { cookie: who.cookie });
      const post = await ask(surface, "POST", "/language", { cookie: who.cookie, form: { csrf, lang: "en", back: payload } });
      for (const reply of [get, post]) {
        assert.ok([303, 400, 422].includes(reply.status), `${reply.status} for ${payload}`);
        const to = reply.headers.location ?? "/";
        assert.match(to, /^\/([^/\\]|$)/, payload);
        assert.equal(new URL(to, "http://self.example").host, "self.example", payload);
        assert.ok(!reply.cookies.some((c) => /^x=/.test(c)));
      }
    }
    const good = await ask(surface, "POST", "/language", { cookie: who.cookie, form: { csrf, lang: "en", back: "/deleted?q=a%20b" } });
    assert.equal(good.headers.location, "/deleted?q=a%20b");
  }
});

test("long filters: 2 kB of them lead back whole, longer ones to the plain list, and nothing dies", async () => {
  const admin = session("admin", "owner"), user = session("portal", "user"), emptied = "after=1700000000000-0193a5c2-7d5e-7c1a-8b7e-00000000dead";
  const q = "%E8%AB%8B".repeat(66), recipient = "%E3%81%82".repeat(106), domain = "%E3%81%84".repeat(84); // 198, 318, 252 bytes
  const filter = `?q=${q}&domain=${domain}&recipient=${recipient}`, long = `/quarantine${filter}`;
  assert.ok(long.length > 2048 + 200);
  const list = await ask("admin", "GET", `${long}&${emptied}`, { cookie: admin.cookie });
  assert.equal(list.status, 303);
  assert.equal(list.headers.location, long);
  assert.equal((await ask("admin", "GET", long, { cookie: admin.cookie })).status, 200);
  const mine = await ask("portal", "GET", `/?q=${q}&kind=spam&${emptied}`, { cookie: user.cookie });
  assert.equal(mine.headers.location, `/?q=${q}&kind=spam`);

  const csrf = { admin: (await token("admin", admin)).csrf, portal: (await token("portal", user)).csrf };
  const to = async (surface, path, field, value) => (await ask(surface, "POST", path, { cookie: (surface === "admin" ? admin : user).cookie, form: { csrf: csrf[surface], lang: "en", [field]: value } })).headers.location;
  for (const path of ["/quarantine/deliver", "/quarantine/delete", "/quarantine/undelete", "/language"]) {
    assert.equal(await to("admin", path, "back", long), long, path);
    assert.equal(await to("admin", path, "back", `/quarantine?q=${"a".repeat(5000)}`), path === "/language" ? "/" : "/quarantine", path);
  }
  for (const path of ["/deliver", "/delete", "/undelete", "/language"]) {
    assert.equal(await to("portal", path, "back", `/?x=${"y".repeat(2040)}`), `/?x=${"y".repeat(2040)}`, path);
    assert.equal(await to("portal", path, "back", `/?x=${"y".repeat(5000)}`), "/", path);
  }
  // Signed in already: where one wanted to go.
  assert.equal((await ask("admin", "GET", `/signin?next=${encodeURIComponent(`/tracking?q=${"a".repeat(2100)}`)}`, { cookie: admin.cookie })).headers.location, `/tracking?q=${"a".repeat(2100)}`);
});

test("a path with a slash at its end leads to the page, never abroad", async () => {
  const reply = await ask("portal", "GET", "/signin/?next=%2Fsettings");
  assert.equal(reply.status, 308);
  assert.equal(reply.headers.location, "/signin?next=%2Fsettings");
  for (const path of ["//evil.example/", "/\\evil.example/", "//evil.example//signin/"])
    assert.equal((await ask("portal", "GET", path)).status, 404);
});

test("A-55: session cookies", async () => {
  const who = session("portal", "user");
  assert.equal((await ask("portal", "GET", home("portal"), { cookie: who.cookie })).status, 200);
  // Fixation: a value that the browser brings is never taken over.
  const planted = `sekisho-portal=${"B".repeat(43)}`;
  const page = await ask("portal", "GET", "/signin", { cookie: planted });
  assert.ok(!page.cookies.some((c) => c.startsWith("sekisho-portal=")));
  // Only the hash is stored.
  assert.equal(sql(`SELECT count(*) FROM session s WHERE s::text LIKE '%${who.cookie.split("=")[1]}%'`), "0");
  // Each character counts.
  const value = who.cookie.split("=")[1];
  for (const other of [value.slice(0, 42), `${value}A`, value.toLowerCase(), value.slice(1) + value[0], `${value}=`, ` ${value}x`])
    if (other !== value) assert.equal((await ask("portal", "GET", home("portal"), { cookie: `sekisho-portal=${other}` })).status, 303, other);
});

test("A-56: a session ends after idleness and after its longest time", async () => {
  const idle = session("portal", "user"), old = session("portal", "user"), good = session("portal", "user");
  sql(`UPDATE session SET seen_at = now() - interval '1 day' WHERE session_hash = '\\x${idle.hash}'; UPDATE session SET created_at = now() - interval '100 days' WHERE session_hash = '\\x${old.hash}'`);
  assert.equal((await ask("portal", "GET", home("portal"), { cookie: idle.cookie })).status, 303);
  assert.equal((await ask("portal", "GET", home("portal"), { cookie: old.cookie })).status, 303);
  assert.equal((await ask("portal", "GET", home("portal"), { cookie: good.cookie })).status, 200);
});

test("A-57: sign-out, suspension and a change of role count at once, on every worker", async () => {
  const who = session("portal", "user"), { csrf } = await token("portal", who);
  const out = await ask("portal", "POST", "/signout", { cookie: who.cookie, form: { csrf } });
  assert.equal(out.status, 303);
  assert.ok(out.cookies.some((c) => /^sekisho-portal=; .*Max-Age=0/.test(c)));
  assert.match(out.headers["clear-site-data"], /"cache"/);
  for (let i = 0; i < 12; i++) assert.equal((await ask("portal", "GET", home("portal"), { cookie: who.cookie })).status, 303);

  const held = session("portal", "user"), { id } = account("user");
  sql(`UPDATE account SET state = 'suspended' WHERE account_id = '${id}'`);
  for (let i = 0; i < 6; i++) assert.equal((await ask("portal", "GET", home("portal"), { cookie: held.cookie })).status, 303);
  sql(`UPDATE account SET state = 'active' WHERE account_id = '${id}'`);

  const admin = session("admin", "help_desk"), helper = account("help_desk").id;
  const path = gets.find((r) => r.surface === "admin" && !r.anyone && r.roles.has("help_desk") && !r.path.includes("{id}")).path;
  assert.notEqual((await ask("admin", "GET", path, { cookie: admin.cookie })).status, 403);
  sql(`UPDATE account SET role = 'user' WHERE account_id = '${helper}'`);
  for (let i = 0; i < 6; i++) assert.equal((await ask("admin", "GET", path, { cookie: admin.cookie })).status, 403);
  sql(`UPDATE account SET role = 'help_desk' WHERE account_id = '${helper}'`);
});

const langOf = (reply) => /<html lang="([^"]+)"/.exec(reply.body)?.[1];
test("language: account, then organisation, then Accept-Language, then English; one click, remembered", async () => {
  const at = (cookie, accept) => ask("portal", "GET", "/no-such-page", { cookie, headers: accept ? { "accept-language": accept } : {} }).then(langOf);
  assert.equal(await at(undefined, undefined), "en");
  assert.equal(await at(undefined, "ja,en;q=0.8"), "ja");
  assert.equal(await at(undefined, "xx, ja;q=0.5, en;q=0.4"), "ja");
  assert.equal(await at(undefined, "en-GB,en;q=0.9,ja;q=0.8"), "en");
  assert.equal(await at(undefined, "\xff;q=9,,,;"), "en");
  assert.equal(await at("sekisho-lang=ja", "en"), "ja");
  assert.equal(await at("sekisho-lang=../x", "en"), "en");

  const before = await token("portal");
  const click = await ask("portal", "POST", "/language", { cookie: before.cookie, form: { csrf: before.csrf, lang: "ja", back: "/signin" } });
  assert.equal(click.headers.location, "/signin");
  assert.ok(click.cookies.some((c) => /^sekisho-lang=ja; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/.test(c)));
  assert.equal((await ask("portal", "POST", "/language", { cookie: before.cookie, form: { csrf: before.csrf, lang: "xx" } })).status, 422);
  assert.equal((await ask("portal", "POST", "/language", { cookie: before.cookie, form: { csrf: before.csrf } })).status, 422);

  const who = session("portal", "user"), { org, id } = account("user");
  sql(`UPDATE org SET lang = 'ja' WHERE org_id = '${org}'; UPDATE account SET lang = NULL WHERE account_id = '${id}'`);
  assert.equal(await at(who.cookie, "en"), "ja");
  const { csrf } = await token("portal", who);
  assert.equal((await ask("portal", "POST", "/language", { cookie: who.cookie, form: { csrf, lang: "en", back: "/" } })).status, 303);
  assert.equal(sql(`SELECT lang FROM account WHERE account_id = '${id}'`), "en");
  assert.equal(await at(who.cookie, "ja"), "en");
  assert.equal(await at(session("portal", "user").cookie, "ja"), "en", "remembered in another session");
  sql(`UPDATE org SET lang = 'en' WHERE org_id = '${org}'; UPDATE account SET lang = NULL WHERE account_id = '${id}'`);
});

test("undeclared fields are ignored (T-W21)", async () => {
  const who = session("portal", "user"), { csrf } = await token("portal", who), { id } = account("user");
  await ask("portal", "POST", "/language", { cookie: who.cookie, form: { csrf, lang: "en", role: "owner", org_id: "0193a5c2-7d5e-7c1a-8b7e-00000000dead", account_id: "0193a5c2-7d5e-7c1a-8b7e-00000000dead" } });
  assert.equal(sql(`SELECT role FROM account WHERE account_id = '${id}'`), "user");
  sql(`UPDATE account SET lang = NULL WHERE account_id = '${id}'`);
});

test("a choice that no form offers changes nothing and is said", async () => {
  const who = session("admin", "owner"), { csrf } = await token("admin", who), { id } = account("user");
  for (const form of [{ state: "deleted" }, { state: "" }, { state: "active|suspended" }, {}])
    for (const whose of [id, account("owner").id]) {
      const reply = await ask("admin", "POST", `/users/${whose}/state`, { cookie: who.cookie, form: { csrf, ...form } });
      assert.equal(reply.status, 422, JSON.stringify(form));
      assert.equal(sql(`SELECT state FROM account WHERE account_id = '${whose}'`), "active");
    }
});

// ------------------------------------------------------------------ an instance of its own

function instance(work, settings, surface = "admin") {
  const conf = readFileSync(`${VAR}/etc/${surface}.conf`, "utf8").replace(/^pidfile .*$/m, `pidfile ${work}/kore.pid`).replace(/^workers .*$/m, "workers 1");
  writeFileSync(`${work}/kore.conf`, conf);
  writeFileSync(`${work}/sekisho.conf`, Object.entries(settings).map(([k, v]) => `${k} = ${v}\n`).join(""));
  const env = { ...process.env, VAR, SEKISHO_SURFACE: surface, SEKISHO_CONF: `${work}/sekisho.conf` };
  for (const name of ["BIND", "ADMIN_URL", "TLS_CERTIFICATE", "TLS_KEY"]) delete env[name];
  if (settings.admin_port) env.ADMIN_PORT = String(settings.admin_port);
  const kore = spawn("setsid", ["--wait", "kore", "-f", "-n", "-c", `${work}/kore.conf`], { cwd: TOP, env });
  let log = "";
  kore.stdout.on("data", (c) => { log += c; });
  kore.stderr.on("data", (c) => { log += c; });
  const exit = new Promise((r) => kore.on("exit", (code) => r(code)));
  const stop = async () => {
    try { process.kill(Number(readFileSync(`${work}/kore.pid`, "utf8"))); } catch {}
    await Promise.race([exit, sleep(3000)]);
  };
  return { exit, stop, log: () => log };
}
const freePort = async () => {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => { const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => resolve(port)); }); });
};

test("TLS: 1.2 and 1.3 with EC and RSA keys, HSTS, __Host- cookies, Secure", async (t) => {
  const work = mkdtempSync("/tmp/sekisho-tls-");
  t.after(() => rmSync(work, { recursive: true, force: true }));
  for (const key of ["ec -pkeyopt ec_paramgen_curve:P-256", "rsa:2048"]) {
    execFileSync("openssl", ["req", "-x509", "-newkey", ...key.split(" "), "-nodes", "-keyout", `${work}/key.pem`, "-out", `${work}/cert.pem`, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "pipe" });
    execFileSync("chmod", ["600", `${work}/key.pem`]); // root's only: the workers never read it
    const port = await freePort();
    const kore = instance(work, { admin_port: port, tls_certificate: `${work}/cert.pem`, tls_key: `${work}/key.pem`, admin_url: `https://localhost:${port}` });
    try {
      const get = (path, options = {}) => new Promise((resolve, reject) => {
        const r = request({ host: "127.0.0.1", port, path, servername: "localhost", ca: readFileSync(`${work}/cert.pem`), headers: { host: `localhost:${port}`, ...options.headers }, ...options }, (reply) => {
          let body = "";
          const protocol = reply.socket.getProtocol();
          reply.on("data", (c) => { body += c; });
          reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body, protocol }));
        });
        r.on("error", reject);
        r.end(options.body);
      });
      for (let i = 0; ; i++) {
        try { await get("/health"); break; } catch (e) { if (i > 50) throw new Error(`${e}\n${kore.log()}`); await sleep(100); }
      }
      for (const version of ["TLSv1.2", "TLSv1.3"]) {
        const page = await get("/signin", { minVersion: version, maxVersion: version });
        assert.equal(page.status, 200);
        assert.equal(page.protocol, version);
        assert.equal(page.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
        assert.match(page.headers["set-cookie"][0], /^__Host-sekisho-admin-form=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
        const csrf = /name="csrf" value="([^"]+)/.exec(page.body)[1], cookie = page.headers["set-cookie"][0].split(";")[0];
        const body = `csrf=${csrf}&lang=ja&back=/signin`;
        const post = await get("/language", { method: "POST", body, headers: { host: `localhost:${port}`, cookie, origin: `https://localhost:${port}`, "content-type": "application/x-www-form-urlencoded", "content-length": body.length } });
        assert.equal(post.status, 303);
        assert.match(post.headers["set-cookie"].join(), /__Host-sekisho-lang=ja;.*Secure/);
        for (const path of ["/nope", "/a/x.css"]) assert.ok((await get(path, { minVersion: version })).headers["strict-transport-security"], path);
      }
      const asset = /href="(\/a\/style[^"]+)"/.exec((await get("/signin")).body)[1];
      assert.ok((await get(asset)).body.length > 16384, "more than one TLS record");
      for (const version of ["TLSv1", "TLSv1.1"])
        await assert.rejects(get("/health", { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" }));
      const plain = await raw(port, `GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`, { timeout: 3000 });
      assert.equal(plain.length, 0, "no plain http on the TLS port");
      // Ten connections that never finish their handshake.
      const silent = Array.from({ length: 10 }, () => connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, lookup: undefined }).on("error", () => {}));
      assert.equal((await get("/health")).status, 200);
      for (const s of silent) s.destroy();
    } finally {
      await kore.stop();
    }
  }
});

test("plain http on the network, a wrong key, a port in use: one sentence and exit code 1", async (t) => {
  const work = mkdtempSync("/tmp/sekisho-web-");
  t.after(() => rmSync(work, { recursive: true, force: true }));
  const port = await freePort();
  writeFileSync(`${work}/x.pem`, "no key");
  const cases = [
    [{ admin_port: port, bind: "0.0.0.0" }, /sekisho: bind = 0\.0\.0\.0 without tls_certificate .*set tls_certificate/],
    [{ admin_port: port, tls_certificate: `${work}/x.pem`, tls_key: `${work}/x.pem` }, /sekisho: tls_certificate: cannot read/],
    [{ admin_port: port, tls_certificate: `${work}/x.pem` }, /sekisho: tls_certificate and tls_key belong together/],
    [{ admin_port: port, admin_url: "console" }, /sekisho: admin_url: "console" must begin/],
    [{ admin_port: PORTS.admin }, /sekisho: cannot listen on 127\.0\.0\.1 port \d+: another program has it/],
    [{ admin_port: port, trusted_proxies: "proxy" }, /sekisho: trusted_proxies: "proxy" is no IP address/],
    [{ admin_port: port, no_such_key: "1" }, /no_such_key/],
  ];
  for (const [settings, message] of cases) {
    const kore = instance(work, settings);
    const code = await Promise.race([kore.exit, sleep(5000).then(() => "still running")]);
    await kore.stop();
    assert.equal(code, 1, `${JSON.stringify(settings)}: ${kore.log()}`);
    assert.match(kore.log(), message);
  }
});
