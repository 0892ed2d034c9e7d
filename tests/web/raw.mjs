// Byte-level access to console and portal for the protocol tests: requests that no browser and no
// HTTP library would send. Works on the installation that $VAR and the ports name.
import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

export const TOP = new URL("../..", import.meta.url).pathname;
export const VAR = process.env.VAR?.startsWith("/") ? process.env.VAR : TOP + (process.env.VAR ?? "var");
export const PORTS = { admin: Number(process.env.ADMIN_PORT ?? 8080), portal: Number(process.env.PORTAL_PORT ?? 8081) };
export const SURFACES = ["admin", "portal"];

// ------------------------------------------------------------------ requests

// Sends bytes and reads until `count` complete responses came or the connection ended. The answer:
// [{status, headers, body}], .closed: the server ended it, .ms.
export function raw(port, bytes, { count = 1, timeout = 15_000, pause = 0, head = false, settle = 60 } = {}) {
  const started = Date.now();
  const parts = Array.isArray(bytes) ? bytes : [bytes];
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = Buffer.alloc(0), closed = false, timer;
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const replies = parse(text, head);
      resolve(Object.assign(replies, { closed, ms: Date.now() - started, text: text.toString("latin1") }));
    };
    timer = setTimeout(finish, timeout);
    socket.on("error", (e) => (e.code === "ECONNREFUSED" ? reject(e) : ((closed = true), finish())));
    socket.on("end", () => { closed = true; finish(); });
    socket.on("data", (chunk) => {
      text = Buffer.concat([text, chunk]);
      if (parse(text, head).length >= count && count < 99) {
        // A second, unwanted answer or the end of the connection comes at once or never.
        clearTimeout(timer);
        timer = setTimeout(finish, settle);
      }
    });
    (async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        socket.write(part);
        if (pause) await new Promise((r) => setTimeout(r, pause));
      }
    })();
  });
}
function parse(text, head) {
  const replies = [];
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return replies;
    const lines = text.subarray(0, end).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d\d\d) /.exec(lines[0])?.[1]);
    if (status === 100) { text = text.subarray(end + 4); continue; }
    const headers = {}, cookies = [];
    for (const line of lines.slice(1)) {
      const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? [null, "?", line];
      if (name.toLowerCase() === "set-cookie") cookies.push(value);
      else headers[name.toLowerCase()] = name.toLowerCase() in headers ? headers[name.toLowerCase()] + " TWICE " + value : value;
    }
    const length = head || status === 304 ? 0 : Number(headers["content-length"] ?? 0);
    if (text.length < end + 4 + length) return replies;
    replies.push({ status, headers, cookies, body: text.subarray(end + 4, end + 4 + length).toString(), line: lines[0] });
    text = text.subarray(end + 4 + length);
  }
}

// One request as a browser on our own page would send it; what: {cookie, form, headers, body, type}.
export async function ask(surface, method, path, what = {}) {
  const port = PORTS[surface];
  const headers = { host: `127.0.0.1:${port}`, ...(method === "POST" ? { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" } : {}) };
  let body = what.body ?? "";
  if (what.form) {
    body = new URLSearchParams(what.form).toString();
    headers["content-type"] = "application/x-www-form-urlencoded";
  }
  if (method === "POST") headers["content-length"] = Buffer.byteLength(body);
  if (what.cookie) headers.cookie = what.cookie;
  Object.assign(headers, what.headers);
  const head = [`${method} ${path} HTTP/1.1`, ...Object.entries(headers).filter(([, v]) => v !== null).map(([n, v]) => `${n}: ${v}`), "", ""].join("\r\n");
  const replies = await raw(port, head + body, { head: method === "HEAD", settle: 0, ...what.options });
  if (!replies.length) throw new Error(`no answer to ${method} ${path} (${replies.ms} ms, closed ${replies.closed})`);
  return Object.assign(replies[0], { closed: replies.closed, ms: replies.ms });
}

// ------------------------------------------------------------------ route table

// routes.def as data: [{surface, method, path, roles: Set, anyone, fields}]. Those of links in mails only when asked for: they
// know no session.
export function routes({ links = false } = {}) {
  const text = readFileSync(TOP + "src/console/routes.def", "utf8").replace(/\/\*[^]*?\*\//g, "");
  const all = ["operator", "owner", "domain_admin", "help_desk", "auditor"];
  const groups = {
    ROLE_OPERATOR: ["operator"], ROLE_OWNER: ["owner"], ROLE_DOMAIN_ADMIN: ["domain_admin"], ROLE_HELP_DESK: ["help_desk"],
    ROLE_AUDITOR: ["auditor"], ROLE_USER: ["user"], ROLE_ANYONE: ["anyone"], ROLES_ADMIN: all, ROLES_CHANGE: ["operator", "owner"],
    ROLES_MAIL: ["operator", "owner", "domain_admin", "help_desk"], ROLES_ALL: [...all, "user"],
    ROLE_LINK: ["link"], ROLE_ONE_CLICK: ["link"], // who has the token, whoever he is: links.test.mjs
  };
  return [...text.matchAll(/ROUTE\(\s*(\w+),\s*(\w+),\s*"([^"]+)",\s*([\w |]+),\s*(\w+)/g)].map(([, surface, method, path, roles, fields]) => {
    const set = new Set(roles.split("|").flatMap((r) => groups[r.trim()] ?? (() => { throw new Error(`role ${r}`); })()));
    return { surface: surface.toLowerCase(), method, path, roles: set, anyone: set.has("anyone"), fields };
  }).filter((r) => links || !r.roles.has("link"));
}
export const ROLES = ["operator", "owner", "domain_admin", "help_desk", "auditor", "user"];
export const example = (path) => path.replace("{id}", "0193a5c2-7d5e-7c1a-8b7e-00000000dead").replace("{token}", "AbC-_9");

// ------------------------------------------------------------------ database

export function sql(text) {
  const url = process.env.DATABASE_URL;
  const args = ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", text];
  return execFileSync("psql", url ? [url, ...args] : ["-h", socketDir(), "-U", "sekisho_owner", "-d", "sekisho", ...args], { encoding: "utf8" }).trim();
}
function socketDir() {
  return `${process.env.SEKISHO_RUN ?? `${VAR}/run`}/pg`;
}

// An organisation of these tests, one account per role. Sessions are made in the database: the
// engine need not hash passwords for them.
let org;
const accounts = {};
export function account(role) {
  if (!org) {
    org = randomUUID();
    sql(`INSERT INTO org (org_id, name, body_key) VALUES ('${org}', 'Protocol tests', '\\x00')`);
  }
  if (!accounts[role]) {
    accounts[role] = randomUUID();
    sql(`INSERT INTO account (org_id, account_id, address, name, role) VALUES ('${org}', '${accounts[role]}', '${role}-${org}@protocol.example', 'Test ${role}', '${role}')`);
  }
  return { org, id: accounts[role] };
}
export function session(surface, role) {
  const { org: o, id } = account(role);
  const value = randomBytes(32).toString("base64url"), hash = sha256(value);
  sql(`INSERT INTO session (session_hash, org_id, account_id, surface, csrf) VALUES ('\\x${hash}', '${o}', '${id}', '${surface}', '\\x${randomBytes(32).toString("hex")}')`);
  return { surface, role, hash, cookie: `sekisho-${surface}=${value}` };
}
export const sha256 = (text) => createHash("sha256").update(text).digest("hex");
export const ended = (s) => sql(`SELECT count(*) FROM session WHERE session_hash = '\\x${s.hash}'`) === "0";
export function forget() {
  if (!org) return;
  sql(`DELETE FROM session WHERE org_id = '${org}'; DELETE FROM account_mailbox WHERE org_id = '${org}'; DELETE FROM account WHERE org_id = '${org}'`);
}

// The form token of a page, and with no session the cookie that belongs to it.
export async function token(surface, who) {
  const reply = await ask(surface, "GET", "/no-such-page", { cookie: who?.cookie });
  const csrf = /name="csrf" value="([^"]+)"/.exec(reply.body)?.[1];
  const cookie = who?.cookie ?? reply.cookies.map((c) => c.split(";")[0]).find((c) => /-form=/.test(c));
  return { csrf, cookie };
}
