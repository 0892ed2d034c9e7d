// HTTP as attackers and broken proxies speak it: security headers on every reply, the traps K1-K6 of
// security.md 1.7, smuggling, Host, garbage before sign-in (T-W4, T-W12), slow clients.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { PORTS, SURFACES, VAR, ask, forget, raw, routes, example, session, token } from "./raw.mjs";

const port = PORTS.admin, host = `127.0.0.1:${port}`;
const HOST = `Host: ${host}\r\n`;

// Children of the two Kore parents: they must be the same at the end.
function workers() {
  const run = process.env.SEKISHO_RUN ?? `${VAR}/run`;
  return SURFACES.map((s) => {
    const pid = readFileSync(`${run}/${s}.pid`, "utf8").trim();
    return execFileSync("ps", ["-o", "pid=", "--ppid", pid], { encoding: "utf8" }).trim().split(/\s+/).sort().join(",");
  }).join(" ");
}
function rss() { // kB of all workers
  const pids = workers().replace(/ /g, ",");
  return execFileSync("ps", ["-o", "rss=", "-p", pids], { encoding: "utf8" }).trim().split("\n").reduce((n, l) => n + Number(l), 0);
}
let workersBefore;
before(() => { workersBefore = workers(); });
after(() => forget());

const always = {
  "content-security-policy": /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; connect-src 'self'; .*object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types frag$/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "permissions-policy": /camera=\(\)/,
  "referrer-policy": /^no-referrer$/,
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "cache-control": /^no-store$|^public, max-age=31536000, immutable$/,
  date: /GMT$/,
};
function checkHeaders(reply, what) {
  const download = /^attachment;/.test(reply.headers["content-disposition"] ?? ""); // A-41: nothing of it may run
  const wanted = download ? { ...always, "content-security-policy": /^default-src 'none'; frame-ancestors 'none'; sandbox$/ } : always;
  for (const [name, value] of Object.entries(wanted)) assert.match(reply.headers[name] ?? "", value, `${what}: ${name}`);
  for (const [name, value] of Object.entries(reply.headers)) assert.doesNotMatch(value, / TWICE /, `${what}: ${name} twice`);
  for (const name of Object.keys(reply.headers)) assert.doesNotMatch(name, /^(server|x-powered-by|access-control-.*)$/, what);
  if (reply.body) assert.match(reply.headers["content-type"] ?? "", /charset=utf-8|^image\//, `${what}: content-type`);
  assert.doesNotMatch(reply.body ?? "", /name="csrf" value=""/, `${what}: a form that cannot work`);
  for (const cookie of reply.cookies) assert.match(cookie, /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=(Strict|Lax)(; Secure)?$/, what);
  assert.doesNotMatch(reply.headers["strict-transport-security"] ?? "", /./, `${what}: HSTS on plain http`);
}

test("T-W19 A-18 to A-37: every route, every reply, every error has the headers", async () => {
  const who = { admin: session("admin", "owner"), portal: session("portal", "user") };
  for (const r of routes({ links: true }))
    for (const cookie of [undefined, who[r.surface].cookie])
      checkHeaders(await ask(r.surface, r.method, example(r.path), { cookie }), `${r.method} ${r.path}`);
  const statuses = new Set();
  const cases = [
    ["200", `GET /signin HTTP/1.1\r\n${HOST}\r\n`], ["200", `GET /health HTTP/1.1\r\n${HOST}\r\n`],
    ["303", null], ["400", `GET / HTTP/1.1\r\n\r\n`],
    ["400", `x\r\n\r\n`], ["403", `POST /signin HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`],
    ["404", `GET /nope HTTP/1.1\r\n${HOST}\r\n`], ["404", `GET /a/x.css HTTP/1.1\r\n${HOST}\r\n`],
    ["405", `DELETE /signin HTTP/1.1\r\n${HOST}\r\n`], ["405", `TRACE / HTTP/1.1\r\n${HOST}\r\n`],
    ["411", `POST /signin HTTP/1.1\r\n${HOST}\r\n`], ["413", `POST /signin HTTP/1.1\r\n${HOST}Content-Length: 99999999\r\n\r\n`],
    ["414", `GET /${"a".repeat(5000)} HTTP/1.1\r\n${HOST}\r\n`], 
    ["421", `GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`], ["431", `GET / HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(80)}\r\n`],
    ["431", `GET / HTTP/1.1\r\n${HOST}X: ${"y".repeat(20000)}\r\n\r\n`], ["505", `GET / HTTP/3.0\r\n${HOST}\r\n`],
  ];
  for (const [status, bytes] of cases) {
    const [reply] = bytes ? await raw(port, bytes) : [await ask("portal", "GET", "/settings")];
    assert.equal(String(reply?.status), status, JSON.stringify(bytes?.slice(0, 60)));
    statuses.add(status);
    checkHeaders(reply, status);
  }
  assert.ok(statuses.size >= 12);
});

test("A-37: nothing lies about", async () => {
  for (const path of ["/.git/config", "/.env", "/server-status", "/metrics", "/debug", "/a/", "/a", "/a/../signin", "/..%2f..%2fetc/passwd", "/index.php", "/admin", "/backup.sql", "/api/docs", "/%00", "/./signin", "/signin/.", "/SIGNIN"])
    for (const surface of SURFACES) {
      const reply = await ask(surface, "GET", path);
      assert.equal(reply.status, 404, path);
      assert.doesNotMatch(reply.body + JSON.stringify(reply.headers), /kore|openssl|postgres|\/work\/|\.c:\d/i, path);
    }
});

test("A-35: other methods are 405 with Allow, on every route", async () => {
  for (const r of routes({ links: true }))
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", r.method.toLowerCase()]) {
      const reply = await ask(r.surface, method, example(r.path));
      assert.equal(reply.status, 405, `${method} ${r.path}`);
      assert.match(reply.headers.allow ?? "", /GET|POST/);
    }
  const posts = routes().filter((r) => r.method === "POST" && !routes().some((o) => o.method === "GET" && o.path === r.path && o.surface === r.surface));
  for (const r of posts) {
    const reply = await ask(r.surface, "GET", example(r.path));
    assert.equal(reply.status, 405, `GET ${r.path}`);
    assert.equal(reply.headers.allow, "POST");
  }
});

test("HEAD is GET without the body", async () => {
  for (const path of ["/signin", "/nope", "/health"]) {
    const get = await ask("admin", "GET", path), head = await ask("admin", "HEAD", path);
    assert.equal(head.status, get.status);
    assert.equal(head.headers["content-type"], get.headers["content-type"]);
    assert.equal(head.body, "");
    assert.ok(Number(head.headers["content-length"]) > 0);
  }
});

test("K1: a body longer than declared ends the connection at once", async () => {
  for (const path of ["/signin", "/nope"]) {
    const replies = await raw(port, `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n${"A".repeat(3000)}`, { count: 99, timeout: 4000 });
    assert.equal(replies.length, 1);
    assert.equal(replies[0].status, 400);
    assert.equal(replies[0].headers.connection, "close");
  }
  // ... and however much follows, memory does not grow and others are served.
  const kb = rss(), chunk = Buffer.alloc(1 << 20, 65);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.on("data", () => {});
  socket.write(`POST /signin HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\n`);
  const started = Date.now();
  let sent = 0, gone = false, slowest = 0;
  socket.on("close", () => { gone = true; });
  while (!gone && sent < 200 && Date.now() - started < 5000) {
    if (!socket.write(chunk)) await Promise.race([new Promise((r) => socket.once("drain", r)), new Promise((r) => socket.once("close", r)), new Promise((r) => setTimeout(r, 500))]);
    sent++;
    if (sent % 5 === 0) {
      const t = Date.now();
      await ask("admin", "GET", "/health");
      slowest = Math.max(slowest, Date.now() - t);
    }
  }
  socket.destroy();
  assert.ok(gone || sent < 20, `the server took ${sent} MB`);
  assert.ok(slowest < 500, `/health took ${slowest} ms meanwhile`);
  assert.ok(rss() - kb < 4096, `memory grew by ${rss() - kb} kB`);
});

test("K2: ambiguous requests get one 400 and the connection ends", async () => {
  const second = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;
  const length = second.length;
  const cases = [];
  for (const te of ["Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "transfer-encoding: Chunked", "Transfer-Encoding:\tchunked", " Transfer-Encoding: chunked", "X: x\n Transfer-Encoding: chunked", "X: x\r\n\tTransfer-Encoding: chunked", "Transfer-Encoding: identity, chunked", "Transfer-Encoding:\x0bchunked", "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"])
    for (const cl of ["", "Content-Length: 4\r\n", `Content-Length: ${length + 5}\r\n`]) {
      if (!cl && te.includes("\n")) continue;
      cases.push(`POST /signin HTTP/1.1\r\n${HOST}${cl}${te}\r\n\r\n0\r\n\r\n${second}`);
    }
  for (const cl of ["Content-Length: 0\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 5", "Content-Length: +0", "Content-Length: 0,5", "Content-Length: 0x0", "Content-Length:", "Content-Length: -0", "Content-Length: 0 0", "Content-Length : 0", "Content-Length: ０"])
    cases.push(`POST /signin HTTP/1.1\r\n${HOST}${cl}\r\n\r\n${second}`);
  for (const method of ["GET", "HEAD"]) {
    cases.push(`${method} /signin HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n${second}`); // CL.0
    cases.push(`${method} /signin HTTP/1.1\r\n${HOST}\r\n${second}`); // pipelined: nobody does it honestly
  }
  cases.push(`GET /signin HTTP/1.1\n${HOST}\r\n${second}`, `GET /signin HTTP/1.1\r${HOST}\r\n${second}`, `GET /signin HTTP/1.1\r\n${HOST}\n\r\n\r\n${second}`);
  assert.ok(cases.length >= 40);
  for (const bytes of cases) {
    const replies = await raw(port, Buffer.from(bytes, "utf8"), { count: 99, timeout: 4000, head: bytes.startsWith("HEAD") });
    assert.equal(replies.length, 1, JSON.stringify(bytes));
    assert.ok([400, 405, 411].includes(replies[0].status), `${replies[0].status}: ${JSON.stringify(bytes)}`);
    assert.ok(replies.closed, `open after ${JSON.stringify(bytes)}`);
    assert.doesNotMatch(replies.text, /smuggled/);
  }
});

test("keep-alive: requests one after the other, also behind a POST", async () => {
  const socket = connect(port, "127.0.0.1");
  let text = "", gone = false;
  socket.on("data", (c) => { text += c; });
  socket.on("close", () => { gone = true; });
  const next = async (bytes, n) => {
    socket.write(bytes);
    for (let i = 0; i < 100; i++) {
      if ((text.match(/^HTTP\/1\.1 /gm) ?? []).length === n) return;
      await new Promise((r) => setTimeout(r, 20));
    }
    assert.fail(`${n}th answer is missing: ${text}`);
  };
  await next(`GET /health HTTP/1.1\r\n${HOST}\r\n`, 1);
  await next(`POST /signin HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\na=b`, 2);
  await next(`\r\nGET /health HTTP/1.1\r\n${HOST}\r\n`, 3);
  await next(`GET /health HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 4);
  for (let i = 0; i < 100 && !gone; i++) await new Promise((r) => setTimeout(r, 20));
  assert.ok(gone);
  const [ten] = await raw(port, `GET /health HTTP/1.0\r\n${HOST}\r\n`);
  assert.equal(ten.headers.connection, "close");
});

test("a request in small pieces is one request", async () => {
  const text = `POST /signin HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\naddress=x`;
  const [reply] = await raw(port, [...text].map((c) => c), { pause: 1 });
  assert.equal(reply.status, 403);
});

test("K3, T-W4: Host decides nothing; unknown names are refused", async () => {
  for (const h of ["evil.example", `evil.example:${port}`, "127.0.0.1.evil.example", "127.0.0.1@evil.example", "localhost.evil.example", "[::2]", "127.0.0.1:99999999", "127.0.0.1, evil.example", "127.0.0.1/evil", ""]) {
    const replies = await raw(port, `GET /signin HTTP/1.1\r\nHost: ${h}\r\n\r\n`);
    assert.ok([400, 421].includes(replies[0].status), `${h}: ${replies[0].status}`);
    assert.doesNotMatch(replies.text, /evil/);
  }
  for (const extra of ["X-Forwarded-Host: evil.example", "X-Host: evil.example", "Forwarded: host=evil.example", "X-Forwarded-Proto: https", "X-Original-URL: /evil", "X-Rewrite-URL: /evil"]) {
    const replies = await raw(PORTS.portal, `GET /settings HTTP/1.1\r\nHost: 127.0.0.1:${PORTS.portal}\r\n${extra}\r\n\r\n`);
    assert.equal(replies[0].status, 303);
    assert.equal(replies[0].headers.location, "/signin?next=/settings");
    assert.doesNotMatch(replies.text, /evil|https/);
  }
  const [first] = await raw(port, `GET /signin HTTP/1.1\r\nHostile: evil.example\r\n${HOST}\r\n`);
  assert.equal(first.status, 200, "a header that begins with host is not Host");
  const [two] = await raw(port, `GET /signin HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`);
  assert.equal(two.status, 400);
});

test("K4: behind 30 junk headers every check still works", async () => {
  const junk = Array.from({ length: 30 }, (_, i) => `X-Junk-${i}: y\r\n`).join("");
  const [get] = await raw(port, `GET /signin HTTP/1.1\r\n${junk}${HOST}\r\n`);
  assert.equal(get.status, 200);
  const csrf = /name="csrf" value="([^"]+)"/.exec(get.body)[1], cookie = get.cookies[0].split(";")[0];
  const body = `lang=ja&back=/signin&csrf=${csrf}`;
  const post = (headers) => raw(port, `POST /language HTTP/1.1\r\n${junk}${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nCookie: ${cookie}\r\n${headers}\r\n${body}`).then((r) => r[0].status);
  assert.equal(await post(`Origin: http://${host}\r\n`), 303);
  assert.equal(await post(""), 403);
  assert.equal(await post("Origin: http://evil.example\r\n"), 403);
  assert.equal(await post("Sec-Fetch-Site: cross-site\r\n"), 403);
});

test("T-W12: garbage in cookies, queries and bodies before sign-in", async () => {
  const long = "A".repeat(14000);
  const cookies = [`sekisho-admin=${long}`, "sekisho-admin=", "sekisho-admin", "=;=;=", `${"a=b; ".repeat(2000)}`, `sekisho-admin=${"%00".repeat(100)}`, "sekisho-admin=\xff\xfe\x80", `sekisho-admin=${"A".repeat(43)}; sekisho-admin=${"B".repeat(43)}`, `sekisho-admin-form=${long}`, `sekisho-lang=${"x".repeat(100)}`, "sekisho-lang=../../etc", "sekisho-admin=\"" + "A".repeat(41)];
  for (const cookie of cookies) {
    const [reply] = await raw(port, Buffer.from(`GET /signin HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n\r\n`, "latin1"));
    assert.equal(reply.status, 200, cookie.slice(0, 40));
  }
  for (const query of ["%", "%zz", "%00", "a=%ff", "a=%C0%80", "a".repeat(65) + "=1", "&".repeat(3000), "next=" + "%2f".repeat(900), "=".repeat(3000), "next[]=1", "next=%0d%0aSet-Cookie:x", "a=1&".repeat(600)]) {
    const [reply] = await raw(port, `GET /signin?${query} HTTP/1.1\r\n${HOST}\r\n`);
    assert.ok([200, 400, 413].includes(reply.status), `${reply.status}: ${query.slice(0, 40)}`);
    assert.ok(!reply.cookies.some((c) => c.startsWith("x")));
  }
  const types = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data", "application/json", "text/xml", "x".repeat(5000), ""];
  const bodies = ["%", "a=%00", "--b\r\n", "--b--", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"" + "x".repeat(6000) + "\"\r\n\r\n\r\n--b--", "{".repeat(5000), "[".repeat(5000), '{"csrf":{"a":1}}', "\x00".repeat(1000), "--b\r\n".repeat(2000), "a=1&".repeat(3000)];
  for (const type of types)
    for (const body of bodies) {
      const reply = await ask("admin", "POST", "/signin", { body, headers: { "content-type": type || null } });
      assert.ok([400, 403, 413, 415].includes(reply.status), `${reply.status}: ${type.slice(0, 30)} ${JSON.stringify(body.slice(0, 30))}`);
    }
  assert.equal(workers(), workersBefore);
});

test("assets: immutable, hashed, compressed, 304", async () => {
  const page = await ask("portal", "GET", "/signin");
  const paths = [...new Set([...page.body.matchAll(/(?:href|src)="(\/a\/[^"#]+)/g)].map((m) => m[1]))];
  assert.ok(paths.length >= 3, "style sheet, script, icons");
  for (const path of paths) {
    assert.match(path, /\.[0-9a-f]{12}\.(css|js|svg|png)$/);
    const plain = await ask("portal", "GET", path);
    assert.equal(plain.status, 200);
    assert.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
    const same = await ask("portal", "GET", path, { headers: { "if-none-match": plain.headers.etag } });
    assert.equal(same.status, 304);
    assert.equal(same.body, "");
    checkHeaders(plain, path);
    checkHeaders(same, path);
    assert.equal((await ask("portal", "GET", path.replace(/\.[0-9a-f]{12}\./, ".000000000000."))).status, 404);
    assert.equal((await ask("portal", "POST", path)).status, 405);
  }
  const css = paths.find((p) => p.endsWith(".css"));
  const bytes = await new Promise((resolve, reject) => fetch(`http://127.0.0.1:${PORTS.portal}${css}`, { headers: { "accept-encoding": "gzip" } }).then(async (r) => resolve([r.headers.get("content-encoding"), await r.text()]), reject));
  assert.equal(bytes[0], "gzip");
  assert.match(bytes[1], /^[^\0]+$/);
});

test("pages are compressed when asked, the form token differs each time", async () => {
  const replies = await Promise.all([1, 2].map(() => fetch(`http://${host}/signin`, { headers: { "accept-encoding": "gzip" } })));
  const pages = await Promise.all(replies.map((r) => r.text()));
  assert.equal(replies[0].headers.get("content-encoding"), "gzip");
  assert.notEqual(/csrf" value="([^"]+)/.exec(pages[0])[1], /csrf" value="([^"]+)/.exec(pages[1])[1]);
  // Only when gzip is really accepted.
  for (const [accept, expected] of [["gzip;q=0", undefined], ["gzip;q=0.000", undefined], ["br, gzip;q=0, *", undefined], ["xgzip", undefined], ["", undefined], ["gzip;q=0.5", "gzip"], ["br, gzip", "gzip"], ["deflate,gzip;q=1.0", "gzip"]]) {
    const reply = await raw(port, `GET /signin HTTP/1.1\r\n${HOST}Accept-Encoding: ${accept}\r\n\r\n`);
    assert.equal(reply[0].headers["content-encoding"], expected, accept);
  }
});

// Connections from an address of their own, so that they are counted by themselves.
function many(n, from, bytes, each = () => {}) {
  const started = Date.now();
  return Array.from({ length: n }, () => {
    const c = { text: "", ms: 0 };
    c.socket = connect({ port, host: "127.0.0.1", localAddress: from });
    c.socket.on("error", () => {}).on("data", (d) => { c.text += d; });
    c.closed = new Promise((r) => c.socket.on("close", () => { c.ms = Date.now() - started; r(c); }));
    c.socket.unref(); // a test that fails does not wait for them
    if (bytes) c.socket.write(bytes);
    each(c);
    return c;
  });
}
const open = (list) => list.filter((c) => !c.ms).length;
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const allWithin = (ms, list) => Promise.race([Promise.all(list.map((c) => c.closed)), pause(ms)]);

test("slow clients: 408 with our headers after 10 s, all of them at once, and a late body, too", { timeout: 60_000 }, async () => {
  // Fewer than one worker tells why in one go (LATE_PAGES of web_conn.c): it may have got all of them.
  const late = many(90, "127.0.0.3", "GET /signin HTTP/1.1\r\nHo"), silent = many(150, "127.0.0.3");
  // Each byte begins Kore's own idle time anew; empty lines are no request (RFC 9112 2.2).
  const drip = many(20, "127.0.0.3", "\r\n", (c) => { const t = setInterval(() => c.socket.write("\r\n"), 1500).unref(); c.closed.then(() => clearInterval(t)); });
  const again = many(20, "127.0.0.3", `GET /health HTTP/1.1\r\n${HOST}\r\n`);
  const [head, body] = await Promise.all([
    raw(port, `GET /signin HTTP/1.1\r\nHo`, { timeout: 20_000 }),
    raw(port, [`POST /signin HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\n`, "a"], { timeout: 45_000, pause: 500 }),
    allWithin(16_000, [...late, ...silent, ...drip]),
  ]);
  assert.equal(head[0]?.status, 408);
  checkHeaders(head[0], "408");
  assert.ok(head.ms > 9000 && head.ms < 15_000, `${head.ms} ms`);
  assert.equal(body[0]?.status, 408);
  assert.ok(body.ms < 40_000);
  for (const [what, list] of Object.entries({ late, silent, drip })) {
    assert.equal(list.filter((c) => !c.ms || c.ms > 16_000).length, 0, `${what}: open after 16 s`);
    assert.ok(list.every((c) => c.ms > 8000), `${what}: closed too soon`);
  }
  assert.equal(late.filter((c) => /^HTTP\/1.1 408 /.test(c.text)).length, late.length, "each of them is told why");
  assert.ok([...silent, ...drip].every((c) => c.text === ""));
  assert.ok(again.every((c) => /^HTTP\/1.1 200 /.test(c.text) && c.ms > 18_000 && c.ms < 26_000), "20 s from one request to the next");
});

test("one address cannot hold all connections", async () => {
  const list = many(1000, "127.0.0.4");
  for (let i = 0; i < 50 && open(list) > 800; i++) await pause(100);
  assert.ok(open(list) <= 800 && open(list) >= 400, `${open(list)} of 1000 are open`);
  assert.equal((await ask("admin", "GET", "/health")).status, 200, "others are served");
  for (const c of list) c.socket.destroy();
  await pause(300);
  const next = many(100, "127.0.0.4", `GET /health HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
  await allWithin(5000, next);
  assert.ok(next.every((c) => /^HTTP\/1.1 200 /.test(c.text)), "those that are closed are not counted");
});

test("a body is not read for somebody who may not send it, and costs what came of it", async () => {
  const owner = session("admin", "owner"), auditor = session("admin", "auditor");
  const post = (path, length, cookie, more = "") => `POST ${path} HTTP/1.1\r\n${HOST}${more}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n${cookie ? `Cookie: ${cookie}\r\n` : ""}\r\n`;
  const forged = `sekisho-admin=${"A".repeat(43)}`, expect = "Expect: 100-continue\r\n";
  for (const [status, bytes] of [
    [401, post("/users/add", 5000)], [401, post("/users/add", 900_000)], [401, post("/users/add", 5000, forged)], [401, post("/users/add", 5000, forged, expect)],
    [403, post("/users/add", 5000, auditor.cookie)], [413, post("/users/add", 900_000, owner.cookie)], [413, post("/signin", 900_000)],
    [404, post("/nope", 5000)], [405, post("/users", 5000)], [404, post("/a/x.css", 5000)], [421, post("/signin", 5000).replace(HOST, "Host: evil.example\r\n")],
  ]) {
    for (const part of ["", "a=1&"]) {
      const replies = await raw(port, bytes + part, { timeout: 3000 });
      assert.equal(replies[0]?.status, status, bytes + part);
      assert.equal(replies[0].headers.connection, "close");
      checkHeaders(replies[0], bytes);
      assert.doesNotMatch(replies.text, /^HTTP\/1.1 100/, "nobody is asked to go on");
      if (status === 405) assert.equal(replies[0].headers.allow, "GET, HEAD");
    }
  }
  // Whoever may is read, in pieces, too.
  const body = `csrf=x&address=${"a".repeat(3000)}`;
  for (const more of ["", expect]) {
    const replies = await raw(port, [post("/users/add", body.length, owner.cookie, more), body.slice(0, 900), body.slice(900)], { pause: 100 });
    assert.equal(replies[0]?.status, 403, "no form token");
    assert.match(replies[0].body, /too old/);
    assert.equal(replies[0].headers.connection, "keep-alive");
    assert.equal(/^HTTP\/1.1 100 Continue\r\n\r\n/.test(replies.text), more === expect);
  }
  // Announced bytes are no bytes: 300 who announce and send nothing leave room for others.
  const list = many(300, "127.0.0.5", post("/users/add", 900_000));
  const { csrf, cookie } = await token("admin");
  for (let i = 0; i < 8; i++) {
    const form = new URLSearchParams({ csrf, lang: "en", back: "/signin" }).toString();
    const [reply] = await raw(port, [post("/language", form.length, cookie, `Origin: http://${host}\r\n`), form], { pause: 20 });
    assert.equal(reply?.status, 303);
  }
  await allWithin(4000, list);
  assert.ok(list.every((c) => /^HTTP\/1.1 401 /.test(c.text)));
});

test("500 connections that say nothing do not keep others out", async () => {
  const sockets = many(500, "127.0.0.6").map((c) => c.socket);
  await pause(300);
  const started = Date.now();
  assert.equal((await ask("admin", "GET", "/health")).status, 200);
  assert.ok(Date.now() - started < 1000);
  for (const s of sockets) s.destroy();
});

test("K6: 50 sign-ins at once do not hold up anybody else", { timeout: 120_000 }, async (t) => {
  const { csrf, cookie } = await token("admin");
  const signIns = Array.from({ length: 50 }, (_, i) => ask("admin", "POST", "/signin", { cookie, form: { csrf, address: `nobody${i}@protocol.example`, password: "wrong horse battery" }, options: { timeout: 60_000 } }));
  const times = [];
  let done = false;
  const all = Promise.all(signIns).then((r) => { done = true; return r; });
  while (!done && times.length < 400) {
    const started = performance.now();
    assert.equal((await ask("admin", "GET", "/health")).status, 200);
    times.push(performance.now() - started);
    await new Promise((r) => setTimeout(r, 20));
  }
  for (const reply of await all) assert.ok([401, 429, 503].includes(reply.status), String(reply.status));
  times.sort((a, b) => a - b);
  // The target is 100 ms at rest; this machine may be busy.
  const p99 = times[Math.floor(times.length * 0.99)];
  t.diagnostic(`/health during 50 sign-ins: p99 ${p99.toFixed(1)} ms of ${times.length}`);
  assert.ok(p99 < 500, `p99 ${p99} ms`);
});

test("no worker died of any of this", () => {
  assert.equal(workers(), workersBefore);
});
