// What the tests of our own mails share: a stack with a next hop, mails as they arrived there, how others read them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { HtmlValidate } from "html-validate";
import { sink } from "../e2e/sink.mjs";

const TOP = new URL("../..", import.meta.url).pathname;
export const LANGUAGES = ["en", "ja", "de", "fr", "es", "it", "pt-BR"];
export const PASSWORD = "violet-kettle-42-orbit";
export const ORG = 'Acme, "K" 株式会社アクメホールディングス'; // quoted, encoded, folded
export const address = (lang) => `${lang.toLowerCase()}@acme.example`;

// A stack of its own, with an organisation, a key that signs, a user in each language: { env, portal, hop, sql, sekisho, stop }.
export async function installation(name) {
  const out = execFileSync("bash", ["-c", `. tests/env.sh; test_environment ${name}; env -0`], { cwd: TOP });
  const env = Object.fromEntries(out.toString().split("\0").filter(Boolean).map((l) => [l.slice(0, l.indexOf("=")), l.slice(l.indexOf("=") + 1)]));
  const portal = `http://localhost:${env.PORTAL_PORT}`;
  Object.assign(env, { SEKISHO_HOSTNAME: "gw.example", PORTAL_URL: portal, ADMIN_URL: `http://localhost:${env.ADMIN_PORT}` });
  const stack = (verb) => execFileSync("src/tools/stack", [verb], { cwd: TOP, env, stdio: "pipe", timeout: 120_000 });
  const sekisho = (...args) => execFileSync(env.SEKISHO, args, { cwd: TOP, env, encoding: "utf8" });
  const sql = (text) => execFileSync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", `${env.SEKISHO_RUN ?? `${env.VAR}/run`}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-f", "-"],
    { input: text, encoding: "utf8", maxBuffer: 1e8 }).trim();
  try { stack("stop"); } catch {}
  rmSync(env.VAR, { recursive: true, force: true });
  stack("start");
  const hop = await sink(Number(env.SINK_PORT));
  mkdirSync(`${env.VAR}-work`, { recursive: true });
  const password = `${env.VAR}-work/password`;
  writeFileSync(password, PASSWORD + "\n");
  sekisho("setup", "--org", ORG, "--admin", "kenji.ota@acme.example", "--password-file", password);
  sekisho("domain", "add", "acme.example", "--next-hop", `127.0.0.1:${env.SINK_PORT}`);
  sekisho("dkim", "new", "acme.example");
  sql("UPDATE dkim_key SET state = 'signing', signing_since = now() - interval '1 day'");
  for (const lang of LANGUAGES) sekisho("user", "add", address(lang), "--lang", lang, "--tz", "Asia/Tokyo", "--password-file", password);
  return { env, portal, hop, sql, sekisho, stop: () => { hop.close(); try { stack("stop"); } catch {} } };
}

export async function until(what, condition, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let value;
  while (!(value = await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((r) => setTimeout(r, 100));
  }
  return value;
}

// The mails as mail_check.py reads them: { problems, dkim, covered, fields, parts, text, html, field(name) }.
export function read(mails, record) {
  const input = JSON.stringify({ record, mails: mails.map((m) => m.data.toString("base64")) });
  const list = JSON.parse(execFileSync("/usr/bin/python3", [new URL("mail_check.py", import.meta.url).pathname], { input, encoding: "utf8", maxBuffer: 1e8 }));
  return list.map((m, i) => ({
    ...m, to: mails[i].to, from: mails[i].from,
    text: m.parts.find((p) => p[0] === "text/plain")?.[1].replaceAll("\r\n", "\n"), html: m.parts.find((p) => p[0] === "text/html")?.[1],
    field: (name) => m.fields.find((f) => f[0].toLowerCase() === name.toLowerCase())?.[1],
  }));
}

// html-validate's standard rules. Mail programs know no style sheets and the attributes of 1999 best; none else is let through.
const OLD = new Map([["table", ["cellpadding", "cellspacing", "border", "width"]], ["td", ["align", "bgcolor"]]]);
const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "no-inline-style": "off", "long-title": "off" } });
export async function htmlFaults(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap((r) => r.messages)
    .filter((m) => !(m.ruleId === "no-deprecated-attr" && [...OLD].some(([tag, names]) => names.some((n) => m.message.includes(`"${n}"`) && m.message.includes(`<${tag}>`)))))
    .map((m) => `${m.line}: ${m.ruleId} ${m.message}`);
}

// What a reader gets to know from each part: lines of text and [label, address] of links, in their order.
const squeeze = (s) => s.replace(/[ \t\u00a0]+/g, " ").trim();
export function saidByText(text) {
  const lines = [], links = [];
  const all = text.replace(/:\n {2}(?=https?:)/g, ": ").split("\n");
  for (const line of all) {
    const link = line.match(/^ *(.*): (https?:\/\/[!-~]+)$/);
    if (link) links.push([link[1], link[2]]);
    else if (line !== "-- " && squeeze(line)) lines.push(squeeze(line.replace(/^(\* | {2})/, "")));
  }
  return { lines, links };
}
// page: a browser's page that shows the HTML part.
export async function saidByPage(page) {
  const { text, links } = await page.evaluate(() => {
    const copy = document.body.cloneNode(true), found = [...copy.querySelectorAll("a")].map((a) => [a.textContent, a.getAttribute("href")]);
    copy.querySelectorAll("a").forEach((a) => a.remove());
    document.body.replaceWith(copy);
    return { text: copy.innerText, links: found };
  });
  const lines = text.split("\n").map((l) => squeeze(l.replace(/\t(?=\S)/, ": "))).filter(Boolean);
  return { lines, links };
}
export function sameContent(byText, byPage) {
  assert.deepEqual(byPage.lines, byText.lines);
  assert.deepEqual(byPage.links, byText.links);
}
