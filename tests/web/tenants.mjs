// Organisations that hold one of everything that a page can show or change, all under one id: so each {id} of each route means
// something of theirs. Everything in them says "canary-" and their tag.
import { createHmac, hkdfSync, randomBytes, randomUUID, scryptSync } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { ROLES, TOP, VAR, sha256, sql } from "./raw.mjs";

const q = (text) => `'${text.replaceAll("'", "''")}'`;
let serial = 0;

// Everybody's password, as the engine stores it, with less work.
export const PASSWORD = "violet-kettle-42-orbit";
const salt = randomBytes(16), HASH = `$s1$0a0801$${salt.toString("base64")}$${scryptSync(PASSWORD, salt, 64, { N: 1024, r: 8, p: 1 }).toString("base64")}`;

// id: of all objects of the organisation, and of the person that box@ belongs to; other: of another person there and his mail;
// before: everythingOf() it.
export function tenant() {
  const tag = `t${++serial}${randomBytes(4).toString("hex")}`, name = `canary-${tag}`, domain = `${name}.example`;
  const t = { org: randomUUID(), id: randomUUID(), other: randomUUID(), tag: name, domain, people: {} };
  const box = { [t.id]: `box@${domain}`, [t.other]: `other@${domain}` };
  const o = q(t.org), x = q(t.id), bytes = (n) => `'\\x${randomBytes(n).toString("hex")}'::bytea`;
  const mine = [
    `INSERT INTO org (org_id, name, body_key) VALUES (${o}, '${name} org', '\\x00')`,
    `SELECT set_config('sekisho.org', ${o}, true)`,
    `INSERT INTO domain (org_id, domain_id, name, outbound) VALUES (${o}, ${x}, '${domain}', true)`,
    `INSERT INTO domain_server (org_id, domain_id, server_id, host) VALUES (${o}, ${x}, ${x}, '${name}.host.example')`,
    `INSERT INTO recipient (org_id, domain_id, address) VALUES (${o}, ${x}, 'box@${domain}')`,
    `INSERT INTO outbound_network (org_id, domain_id, network) VALUES (${o}, ${x}, '203.0.113.0/24')`,
    `INSERT INTO outbound_suspension (org_id, source, note) VALUES (${o}, 'sender@${domain}', '${name}')`,
    `INSERT INTO dkim_key (org_id, domain_id, key_id, selector, algorithm, bits, private_key, record) VALUES (${o}, ${x}, ${x}, '${name}', 'ed25519-sha256', 256, '\\x00', 'v=DKIM1; k=ed25519; p=${name}')`,
    `INSERT INTO conn_list (org_id, list_id, zone) VALUES (${o}, ${x}, '${name}.list.example')`,
    `INSERT INTO conn_address (org_id, address_id, list, network, note, import_id) VALUES (${o}, ${x}, 'blocked', '198.51.100.7/32', '${name}', ${x})`,
    `INSERT INTO conn_rdns (org_id, sender, missing) VALUES (${o}, '${domain}', true)`,
    `INSERT INTO tls_peer (org_id, peer_id, direction, peer, level) VALUES (${o}, ${x}, 'in', '${name}.peer.example', 'encrypt')`,
    `INSERT INTO digest_rule (org_id, rule_id, name, enabled, priority, days, times, tz, next_at) VALUES (${o}, ${x}, '${name} rule', false, 5, 127, '{540}', 'UTC', now() + interval '10 years')`,
    `INSERT INTO digest_text (org_id, lang, subject, intro) VALUES (${o}, 'en', '${name} subject', '${name} intro')`,
    `INSERT INTO file_password (org_id, entry_id, value) VALUES (${o}, ${x}, '${name}')`,
    `INSERT INTO spam_entry (org_id, entry_id, list, value) VALUES (${o}, ${x}, 'domain', '${name}.lookalike.example')`,
    `INSERT INTO reputation_list (org_id, list_id, zone) VALUES (${o}, ${x}, '${name}.rep.example')`,
    `INSERT INTO reputation_entry (org_id, entry_id, list, type, value, note, import_id) VALUES (${o}, ${x}, 'suspicious', 'domain', '${name}.threat.example', '${name}', ${x})`,
    `INSERT INTO sender_entry (org_id, entry_id, target, list, pattern, import_id) VALUES (${o}, ${x}, 'box@${domain}', 'blocked', 'blocked@${domain}', ${x})`,
    `INSERT INTO sender_entry (org_id, entry_id, target, list, pattern) VALUES (${o}, uuid7(), '', 'blocked', '*@${name}.bad.example')`,
    ...Object.entries(box).map(([who, address]) => [
      `INSERT INTO account (org_id, account_id, address, name, role, password) VALUES (${o}, '${who}', '${address}', '${name} person', 'user', '${HASH}')`,
      `INSERT INTO account_mailbox (org_id, account_id, address) VALUES (${o}, '${who}', '${address}')`,
      `INSERT INTO digest_pref (org_id, address, enabled) VALUES (${o}, '${address}', false)`,
      `INSERT INTO bulk_job (org_id, account_id, job_id, by_name, client_ip, action, state, total, done, changed) VALUES (${o}, '${who}', '${who}', '${name}', '', 'delete', 'done', 1, 1, 1)`,
      `SELECT ingest(jsonb_build_object('org_id', ${o}, 'message_id', '${who}', 'received_at', floor(extract(epoch FROM now()) * 1000), 'node', 'n1', 'direction', 'in', 'queue_id', 'Q${who}',
         'client_ip', '192.0.2.1', 'client_name', '${name}.mx.example', 'helo', '', 'tls', '', 'envelope_sender', 'sender@${domain}', 'sender_domain', '${domain}', 'header_from', 'sender@${domain}',
         'header_from_name', '${name}', 'header_id', '<${name}@x>', 'subject', '${name} subject', 'bytes', 10, 'verdict', 'spam', 'score', 7.5, 'threshold', 5, 'reasons', '[]'::jsonb, 'scan', '{}'::jsonb, 'scan_us', 1,
         'recipients', jsonb_build_array(jsonb_build_object('recipient_id', '${who}', 'address', '${address}', 'domain', '${domain}', 'original', '${address}', 'state', 'held', 'disposition', 'quarantine', 'kind', 'phishing', 'rule', ''))),
         sha256('${who}'), '\\x00')`,
      `INSERT INTO bulk_item (org_id, account_id, job_id, recipient_id, received_at, changed) SELECT org_id, '${who}', '${who}', recipient_id, received_at, true FROM message_recipient WHERE recipient_id = '${who}'`,
      `INSERT INTO release_request (org_id, request_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, domain, kind, sender, subject, note)
         SELECT org_id, '${who}', recipient_id, message_id, received_at, '${who}', '${name}', '${address}', '${domain}', kind, 'sender@${domain}', '${name} subject', '${name}' FROM message_recipient WHERE recipient_id = '${who}'`,
      `INSERT INTO mail_report (org_id, report_id, recipient_id, message_id, received_at, account_id, by_name, mailbox, what, kind, sender, subject)
         SELECT org_id, '${who}', recipient_id, message_id, received_at, '${who}', '${name}', '${address}', 'phishing', kind, 'sender@${domain}', '${name} subject' FROM message_recipient WHERE recipient_id = '${who}'`,
    ]).flat(),
    ...ROLES.map((role) => {
      t.people[role] = role === "user" ? t.id : randomUUID();
      return role === "user" ? "" : `INSERT INTO account (org_id, account_id, address, name, role, password) VALUES (${o}, '${t.people[role]}', '${role}@${domain}', '${name} ${role}', '${role}', '${HASH}')`;
    }),
    `DO $do$ BEGIN IF to_regclass('public.approver_group') IS NOT NULL THEN INSERT INTO approver_group (org_id, group_id, name, members, domains) VALUES (${o}, ${x}, '${name} group', '{${t.people.help_desk}}', '{${domain}}'); END IF; END $do$`,
    ...Object.values(t.people).map((who) => `INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) VALUES (${o}, '${who}', ${x}, '127.0.0.1', ${bytes(16)}, -7, '\\x00', 0, '${name} key')`),
    `INSERT INTO passkey (org_id, account_id, passkey_id, rp, credential, algorithm, public_key, sign_count, name) VALUES (${o}, '${t.other}', '${t.other}', '127.0.0.1', ${bytes(16)}, -7, '\\x00', 0, '${name} key')`,
    `INSERT INTO session (session_hash, org_id, account_id, surface, csrf, session_id, agent) VALUES (${bytes(32)}, ${o}, '${t.other}', 'portal', ${bytes(32)}, ${x}, '${name}')`,
    `SELECT audit_add(${o}, NULL, '${name}', 'engine', '', 'test', '${name}', '{}')`,
  ].filter(Boolean);
  t.before = sql(`BEGIN; ${mine.join(";\n")}; COMMIT; ${everything(t)}`).split("\n").at(-1);
  return t;
}

export function signIn(t, surface, role) {
  const value = randomBytes(32).toString("base64url"), hash = sha256(value);
  sql(`INSERT INTO session (session_hash, org_id, account_id, surface, csrf) VALUES ('\\x${hash}', '${t.org}', '${t.people[role]}', '${surface}', '\\x${randomBytes(32).toString("hex")}')`);
  return { surface, role, hash, cookie: `sekisho-${surface}=${value}` };
}

// All that an organisation has, as one hash: of each table but those that time and jobs change by themselves.
const everything = (t) => `SELECT string_agg(name || ' ' || h, ',' ORDER BY name) FROM (
  SELECT c.relname AS name, (xpath('/row/h/text()', query_to_xml(format('SELECT md5(coalesce(string_agg(t::text, '','' ORDER BY t::text), '''')) AS h FROM %I t WHERE org_id = %L', c.relname, '${t.org}'), false, true, '')))[1]::text AS h
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND c.relname NOT IN ('session', 'audit', 'audit_head', 'domain_check', 'domain_watch', 'user_mail', 'config_count', 'notice')) x`;
export const everythingOf = (t) => sql(everything(t));
export const differs = (a, b) => { const y = b.split(","); return a.split(",").filter((l, i) => l !== y[i]).map((l) => l.split(" ")[0]); };

// Leaves nothing behind but the organisation's name and its part of the audit log.
export function forgetTenants(list) {
  sql("DELETE FROM rate_bucket");
  for (const t of list) sql(`DELETE FROM session WHERE org_id = '${t.org}'; DELETE FROM domain WHERE org_id = '${t.org}'; DELETE FROM account_mailbox WHERE org_id = '${t.org}';
    UPDATE account SET state = 'suspended' WHERE org_id = '${t.org}'; UPDATE message_recipient SET state = 'deleted' WHERE org_id = '${t.org}' AND state <> 'deleted'`);
}

// ------------------------------------------------------------------ what a form of a route holds

// The declared fields of every POST and GET: {array name: [{name, kind, required, choices}]}
export function fields() {
  const all = {}, folder = `${TOP}src/console/pages/`, header = readdirSync(folder).filter((f) => f.endsWith(".h")).map((f) => readFileSync(folder + f, "utf8")).join("\n");
  for (const file of readdirSync(folder).filter((f) => f.endsWith(".c"))) {
    const text = readFileSync(folder + file, "utf8"), both = text + header;
    const defined = (name) => new RegExp(`#define ${name}\\s+((?:.*\\\\\\n)*.*)`).exec(both)?.[1].replace(/\\\n/g, " ") ?? "";
    for (const [, name, body] of text.matchAll(/^const struct field (\w+)\[\] = \{?([^]*?)\};?$/gm)) {
      const whole = body.replace(/\b[A-Z]\w*FIELDS?(_VERSION)?\b|\bFIELD_VERSION\b/g, (m) => (/^FIELDS_END$/.test(m) ? m : defined(m) || m));
      all[name] = [...whole.matchAll(/\{\s*(?:\.name = )?"([^"]+)",\s*(?:\.kind = )?(FIELD_\w+)([^{}]*)\}/g)].map(([, field, kind, rest]) => {
        const last = rest.split(",").pop().trim(), choices = /^"/.test(last) ? last : /^[A-Z_]+$/.test(last) && last !== "NULL" ? defined(last) : "";
        return { name: field, kind, required: /true/.test(rest), choices: [...choices.matchAll(/"([^"]*)"/g)].map((m) => m[1]).join("").split("|").filter(Boolean) };
      });
    }
  }
  return all;
}

// ------------------------------------------------------------------ links in mails

// A link as digests have them (link_token.h), for a message of that organisation; purpose 1: its page, 2: "no digests any more".
export function linkPath(t, purpose = 1) {
  const kid = Number(sql("SELECT max(kid) FROM link_key")), head = Buffer.alloc(9), id = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
  head.set([1, purpose, purpose === 1 ? 63 : 0]);
  head.writeUInt16BE(kid, 3);
  head.writeUInt32BE(Math.floor(Date.now() / 1000) + 86400, 5);
  const payload = Buffer.concat([head, id(t.org), id(t.id), id(t.id), id(t.id)]);
  const key = Buffer.from(hkdfSync("sha256", readFileSync(`${VAR}/key/master.key`), "", `sekisho link ${purpose === 1 ? "message" : "unsubscribe"} ${kid}`, 32));
  return `/${purpose === 1 ? "d" : "u"}/${Buffer.concat([payload, createHmac("sha256", key).update(payload).digest()]).toString("base64url")}`;
}
