// The matrix of routes.def: every route, every role, and whose the object is: one's own, another person's, another organisation's
// (T-W7, A-59). Only the cells that routes.def names answer, nothing of others is shown, nothing of others changes. And the routes
// of links in mails, whose key is their token.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { ROLES, SURFACES, ask, routes, sql, token } from "./raw.mjs";
import { PASSWORD, differs, everythingOf, fields, forgetTenants, signIn, tenant } from "./tenants.mjs";

const all = routes(), declared = fields();
const made = [];
const make = () => { const t = tenant(); made.push(t); return t; };
let own, foreign;
before(() => { own = make(); foreign = make(); });
after(() => forgetTenants(made));

const at = (route, id) => route.path.replace("{id}", id);
const main = (surface) => (surface === "admin" ? "owner" : "user");
const inside = (r) => !r.anyone && r.path !== "/signout";
// 429: forms that ask for the password again, which a test sends more often than a person.
const NONE = [403, 404, 409, 410, 422];
const refused = (r, status) => NONE.includes(status) || TOLD.has(r.path) || (status === 429 && (declared[r.fields] ?? []).some((d) => d.kind === "FIELD_PASSWORD"));
// These lead on to a page all the same: the list, which says that somebody was faster, and the page of the job, which is a 404.
const TOLD = new Set(["/requests/{id}", "/bulk/{id}/undo"]);

// What a form sends: ids and addresses of whom it is about, and something that fits elsewhere.
const values = (r, t) => ({
  "/domains/{id}/servers": { host: "192.0.2.9:25", recipient: "" }, "/servers/{id}": { host: "192.0.2.9:26", recipient: "" }, "/domains/{id}/outbound/add": { network: "192.0.2.0/24" }, "/connection/addresses": { network: "192.0.2.9" },
  "/domains/{id}/keys": { selector: "sk9" }, "/tls/add": { peer: "peer.example", level: "may" }, "/tls/{id}": { level: "may" }, "/suspended": { source: `else@${t.domain}` }, "/users/add": { address: `new@${t.domain}`, role: "user" }, "/users/{id}/mailboxes": { address: `team@${t.domain}`, how: "shared" },
})[r.path];

// What the page of a form has filled in already, for one's own object.
const filled = {};
async function prefill(r, who, whose) {
  const key = `${r.surface} ${r.path}`;
  if (!(key in filled)) {
    const f = {}, page = all.some((o) => o.method === "GET" && o.surface === r.surface && o.path === r.path) ? (await ask(r.surface, "GET", at(r, whose.id), { cookie: who.cookie })).body : "";
    const names = new Set((declared[r.fields] ?? []).filter((d) => !/UUID|CHOICE|BOOL|FILE|PASSWORD/.test(d.kind) && !/^(id|address|mailbox|target|sender|source|network|confirm|back|here|next|password)$/.test(d.name)).map((d) => d.name));
    for (const [input] of page.matchAll(/<input\b[^>]*>/g)) {
      const name = / name="([^"]*)"/.exec(input)?.[1];
      if (names.has(name) && !/type="(checkbox|radio)"/.test(input)) f[name] = / value="([^"]*)"/.exec(input)?.[1] ?? "";
    }
    for (const [, head, text] of page.matchAll(/<textarea\b([^>]*)>([^<]*)</g)) { const name = / name="([^"]*)"/.exec(head)?.[1]; if (names.has(name)) f[name] = text; }
    for (const [, name, options] of page.matchAll(/<select\b[^>]* name="([^"]*)"[^>]*>([^]*?)<\/select>/g)) if (names.has(name)) f[name] = / value="([^"]*)"[^>]* selected/.exec(options)?.[1] ?? / value="([^"]*)"/.exec(options)?.[1] ?? "";
    filled[key] = f;
  }
  return filled[key];
}
async function form(r, t, id, who, whose = own) {
  const f = {}, name = id === t.other ? "other" : "box";
  for (const d of declared[r.fields] ?? []) {
    if (d.kind === "FIELD_UUID" || d.kind === "FIELD_UUIDS") f[d.name] = id;
    else if (d.kind === "FIELD_CHOICE") f[d.name] = d.choices[0] ?? "";
    else if (d.kind === "FIELD_BOOL") f[d.name] = "1";
    else if (d.name === "back" || d.name === "here" || d.name === "next") f[d.name] = "/";
    else if (d.name === "confirm") f[d.name] = t.domain;
    else if (d.name === "network") f[d.name] = "203.0.113.0/24";
    else if (d.name === "source") f[d.name] = `sender@${t.domain}`;
    else if (d.name === "sender" && r.path.startsWith("/connection")) f[d.name] = t.domain;
    else if (/^(address|mailbox|target|sender)$/.test(d.name)) f[d.name] = `${name}@${t.domain}`;
    else if (d.name === "id") f[d.name] = r.path.includes("outbound") ? "203.0.113.0/24" : `${name}@${t.domain}`;
    else if (d.name === "lang") f[d.name] = "en";
    else if (d.name === "tz") f[d.name] = "UTC";
    else if (/priority|days|hour|minute|preference|wait|expire/.test(d.name)) f[d.name] = "10";
    else if (d.kind === "FIELD_PASSWORD") f[d.name] = PASSWORD;
    else if (d.kind !== "FIELD_FILE") f[d.name] = "some-text";
  }
  return { ...f, ...(who ? await prefill(r, who, whose) : {}), ...values(r, t) };
}

// ------------------------------------------------------------------ reading

// Of one's own, and not there all the same: the operator has not permitted it; the link names none of the person's mailboxes.
const EMPTY = new Set(["/m/{id}/download", "/users/{id}/mailboxes/remove"]);

test("T-W7 A-59 every page of one's own object: 200 for each role that the route names, 403 for all others", async () => {
  for (const surface of SURFACES)
    for (const role of ROLES) {
      const who = signIn(own, surface, role);
      for (const r of all.filter((o) => o.surface === surface && o.method === "GET" && inside(o) && o.path.includes("{id}") && (surface === "admin" || role === "user"))) {
        const reply = await ask(surface, "GET", at(r, own.id), { cookie: who.cookie });
        assert.equal(reply.status, !r.roles.has(role) ? 403 : EMPTY.has(r.path) ? 404 : 200, `${role}: GET ${surface} ${r.path}`);
        if (!r.roles.has(role)) assert.ok(!reply.body.includes(`${own.tag} subject`), `${role}: GET ${surface} ${r.path}`);
      }
    }
});

test("T-W7 no page shows an object of another organisation, or of another person, to any role", async () => {
  for (const surface of SURFACES)
    for (const role of ROLES) {
      const who = signIn(own, surface, role);
      for (const r of all.filter((o) => o.surface === surface && o.method === "GET" && inside(o) && o.path.includes("{id}"))) {
        const reply = await ask(surface, "GET", at(r, foreign.id), { cookie: who.cookie });
        assert.equal(reply.status, r.roles.has(role) ? 404 : 403, `${role}: GET ${surface} ${r.path}`);
        assert.ok(!reply.body.includes(foreign.tag), `${role}: GET ${surface} ${r.path}`);
        if (surface === "portal" && role === "user") {
          const neighbour = await ask(surface, "GET", at(r, own.other), { cookie: who.cookie });
          assert.equal(neighbour.status, 404, `another person's: GET ${r.path}`);
          assert.ok(!neighbour.body.includes(`${own.tag} subject`), r.path);
        }
      }
    }
});

test("T-W7 lists, searches and exports hold what is one's own and nothing of another organisation", async () => {
  const seen = { admin: 0, portal: 0 };
  for (const surface of SURFACES) {
    const who = signIn(own, surface, main(surface));
    for (const r of all.filter((o) => o.surface === surface && o.method === "GET" && !o.path.includes("{id}"))) {
      const names = (declared[r.fields] ?? []).map((d) => d.name), lists = (declared[r.fields] ?? []).find((d) => d.name === "list")?.choices ?? [""];
      const queries = ["", ...lists.map((l) => `list=${l}`), ...(names.includes("q") ? [`q=${foreign.tag}`, "q=canary", `q=${foreign.domain}`, `q=${foreign.id}`] : []),
        ...["one", "id", "domain", "after", "before"].filter((n) => names.includes(n)).map((n) => `${n}=${foreign.id}`),
        ...["mailbox", "address", "target", "sender", "source", "recipient"].filter((n) => names.includes(n)).map((n) => `${n}=box@${foreign.domain}`)];
      for (const query of new Set(queries)) {
        const reply = await ask(surface, "GET", `${r.path}?${query}`, { cookie: who.cookie });
        assert.ok(reply.status < 500, `${r.path}?${query}: ${reply.status}`);
        // What one has typed oneself stands in the field again.
        const body = reply.body.replaceAll(`box@${foreign.domain}`, "").replaceAll(foreign.domain, "").replaceAll(foreign.id, "");
        const typed = query.includes(foreign.tag) ? body.replaceAll(foreign.tag, "") : body;
        assert.ok(!typed.includes(foreign.tag), `${surface} ${r.path}?${query}`);
        if (query.includes(foreign.tag)) assert.ok(!body.includes(`${foreign.tag} subject`) && !body.includes(`${foreign.tag} person`), `${surface} ${r.path}?${query}`);
        if (reply.status === 200 && reply.body.includes(own.tag)) seen[surface]++;
      }
    }
  }
  assert.ok(seen.admin > 30 && seen.portal > 8, `one's own is there: ${JSON.stringify(seen)}`);
});

// ------------------------------------------------------------------ changing

const acts = all.filter((r) => r.method === "POST" && inside(r));
const named = acts.filter((r) => r.path.includes("{id}") || (declared[r.fields] ?? []).some((d) => /^FIELD_UUIDS?$/.test(d.kind) || /^(address|mailbox|target|source|network)$/.test(d.name)));

test("T-W7 no action of any route changes anything of another organisation, or of another person", async () => {
  for (const surface of SURFACES) {
    for (const r of acts.filter((o) => o.surface === surface && o.roles.has(main(surface)))) {
      const who = signIn(own, surface, main(surface)), { csrf } = await token(surface, who); // some routes end the session
      const reply = await ask(surface, "POST", at(r, foreign.id), { cookie: who.cookie, form: { csrf, ...(await form(r, foreign, foreign.id, who)) } });
      if (r.path.includes("{id}")) assert.ok(refused(r, reply.status), `${r.path}: ${reply.status}`);
      assert.ok(reply.status < 500, `${r.path}: ${reply.status}`);
      assert.ok(!reply.body.includes(`${foreign.tag} subject`) && !reply.body.includes(`${foreign.tag} person`), r.path);
      assert.deepEqual(differs(foreign.before, everythingOf(foreign)), [], `${surface} ${r.path}`);
      if (r.path === "/settings/security/sessions") assert.notEqual(sql(`SELECT count(*) FROM session WHERE org_id = '${foreign.org}'`), "0");
    }
  }
  // In the portal: what belongs to a neighbour. His own things are told apart by his id and his address.
  const his = () => sql(`SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (SELECT r::text AS x FROM message_recipient r WHERE recipient_id = '${own.other}' UNION ALL SELECT p::text FROM passkey p WHERE account_id = '${own.other}'
    UNION ALL SELECT b::text FROM bulk_job b WHERE account_id = '${own.other}' UNION ALL SELECT q::text FROM release_request q WHERE account_id = '${own.other}' UNION ALL SELECT a::text FROM account_mailbox a WHERE account_id = '${own.other}'
    UNION ALL SELECT d::text FROM digest_pref d WHERE address = 'other@${own.domain}' UNION ALL SELECT s::text FROM sender_entry s WHERE target = 'other@${own.domain}' UNION ALL SELECT a::text FROM account a WHERE account_id = '${own.other}') y`);
  const before = his();
  for (const r of acts.filter((o) => o.surface === "portal")) {
    const who = signIn(own, "portal", "user"), { csrf } = await token("portal", who);
    const reply = await ask("portal", "POST", at(r, own.other), { cookie: who.cookie, form: { csrf, ...(await form(r, own, own.other, who)) } });
    if (r.path.includes("{id}")) assert.ok(refused(r, reply.status), `${r.path}: ${reply.status}`);
    assert.equal(his(), before, `another person's: ${r.path}`);
  }
});

// The same forms about one's own: without this, what the test above sends could be refused for its form.
// These need more than a form: what was deleted before, a file, a key or a server that answers, a permission of the operator.
const MORE = new Set(["/m/{id}/download", "/undelete", "/quarantine/undelete", "/senders/restore", "/senders/unmove", "/reputation/entries/restore", "/domains/{id}/recipients/import", "/domains/{id}/recipients/restore",
  "/domains/{id}/outbound/restore", "/suspended/restore", "/senders/import", "/senders/import/do", "/settings/mailboxes", "/settings/mailboxes/resend", "/settings/mailboxes/forget", "/settings/mailboxes/unlink", "/authentication/{id}/reset", "/users/{id}/mailboxes/remove",
  "/deliver", "/delete", "/confirm", "/done", "/undo", "/bulk"]);

test("T-W7 the same actions work on what is one's own", async () => {
  const idle = [];
  for (const r of named.filter((o) => !MORE.has(o.path))) {
    const t = make(), who = signIn(t, r.surface, main(r.surface)), { csrf } = await token(r.surface, who);
    delete filled[`${r.surface} ${r.path}`]; // versions are of this organisation
    const reply = await ask(r.surface, "POST", at(r, t.id), { cookie: who.cookie, form: { csrf, ...(await form(r, t, t.id, who, t)) } });
    if (reply.status !== 200 && reply.status !== 303 && !differs(t.before, everythingOf(t)).length) idle.push(`${r.surface} ${r.path}: ${reply.status}`);
  }
  assert.deepEqual(idle, []);
});

test("A-59 no action of any route does anything for a role that the route does not name", async () => {
  let before;
  for (const surface of SURFACES)
    for (const role of ROLES) {
      const who = signIn(own, surface, role), { csrf } = await token(surface, who);
      before ??= everythingOf(own);
      for (const r of acts.filter((o) => o.surface === surface && !o.roles.has(role)))
        assert.equal((await ask(surface, "POST", at(r, own.id), { cookie: who.cookie, form: { csrf, ...(await form(r, own, own.id)) } })).status, 403, `${role}: ${surface} ${r.path}`);
      assert.deepEqual(differs(before, everythingOf(own)), [], `${surface} ${role}`);
    }
});

// A handler that reads what its form does not declare, or takes for granted what may be missing, ends its worker: then ask() gets no answer.
test("T-W12 every form with nothing in it, with empty fields, with what does not fit: an answer, not a server error", async () => {
  for (const surface of SURFACES) {
    const t = make(), who = signIn(t, surface, main(surface)), { csrf } = await token(surface, who);
    for (const r of acts.filter((o) => o.surface === surface && o.roles.has(main(surface)))) {
      const names = (declared[r.fields] ?? []).map((d) => d.name);
      for (const value of [undefined, "", "x", "-1", "9".repeat(30), "\u{1f600}", t.id, "nobody@elsewhere.example", `box@${t.domain}`])
        for (const id of value === undefined ? [t.id, t.other, foreign.id] : [t.id]) {
          const reply = await ask(surface, "POST", at(r, id), { cookie: who.cookie, form: { csrf, ...(value === undefined ? {} : Object.fromEntries(names.map((n) => [n, value]))) } });
          assert.ok(reply.status < 500 || reply.status === 503, `${surface} ${r.path} with ${value}: ${reply.status}`);
        }
    }
  }
});

// ------------------------------------------------------------------ links in mails

test("T-L2 T-W7 the routes of links: no token that the engine did not make opens anything, whoever is signed in", async () => {
  const links = routes({ links: true }).filter((r) => r.roles.has("link"));
  assert.ok(links.length >= 4 && links.every((r) => r.surface === "portal"));
  const cookies = [undefined, ...ROLES.map((role) => signIn(own, "portal", role).cookie)], before = everythingOf(own);
  for (const r of links)
    for (const cookie of cookies)
      for (const bad of ["A", "A".repeat(140), own.id.replaceAll("-", "")]) {
        const reply = await ask("portal", r.method, r.path.replace("{token}", bad), { cookie, form: r.method === "POST" ? { form: "x".repeat(48), do: "deliver", "List-Unsubscribe": "One-Click" } : undefined });
        assert.ok([403, 404, 410, 414].includes(reply.status), `${r.method} ${r.path} ${bad.slice(0, 20)}: ${reply.status}`);
        assert.deepEqual(reply.cookies, [], r.path);
        assert.ok(!reply.body.includes(own.tag), r.path);
      }
  assert.deepEqual(differs(before, everythingOf(own)), []);
});
