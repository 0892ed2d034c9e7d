// An organisation with one of everything, its user signed in, and every route of the portal as a request with all its parameters:
//   seed.mjs FOLDER    writes FOLDER/cookie, FOLDER/starts (addresses for wapiti) and FOLDER/requests/*.txt (for sqlmap -r)
// A * behind an id or a token makes sqlmap try the path, too.
import { mkdirSync, writeFileSync } from "node:fs";
import { PORTS, ask, routes, token } from "../web/raw.mjs";
import { fields, linkPath, signIn, tenant } from "../web/tenants.mjs";

const [folder, surface = "portal"] = process.argv.slice(2), origin = `http://127.0.0.1:${PORTS[surface]}`;
mkdirSync(`${folder}/requests`, { recursive: true });
const t = tenant(), who = signIn(t, surface, surface === "admin" ? "owner" : "user"), anonymous = await token(surface), { csrf } = await token(surface, who), declared = fields();
const link = linkPath(t), unsubscribe = linkPath(t, 2);
const formOf = (html) => /name="form" value="([^"]*)"/.exec(html)?.[1] ?? "x";
const forms = { "/d/{token}": formOf((await ask("portal", "GET", link)).body) };
const real = (r) => r.path.replace("{id}", t.id).replace("/d/{token}", link).replace("/u/{token}", unsubscribe);

function value(d, r) {
  if (/UUID/.test(d.kind)) return t.id;
  if (d.kind === "FIELD_CHOICE") return d.choices[0] ?? "x";
  if (d.kind === "FIELD_BOOL") return "1";
  if (d.kind === "FIELD_INT") return "7";
  if (/^(back|here|next)$/.test(d.name)) return "/";
  if (d.name === "lang") return "en";
  if (d.name === "tz") return "UTC";
  if (d.name === "form") return forms[r.path] ?? "x";
  if (/^(address|mailbox|target|sender|id)$/.test(d.name)) return `box@${t.domain}`;
  if (d.name === "after" || d.name === "before") return `1700000000000-${t.id}`;
  return "canary";
}

writeFileSync(`${folder}/cookie`, who.cookie);
const starts = [];
let n = 0;
// Signing out ends what the others need; it has no parameters.
for (const r of routes({ links: true }).filter((o) => o.surface === surface && o.path !== "/signout")) {
  const list = (declared[r.fields] ?? []).filter((d) => d.kind !== "FIELD_FILE").map((d) => [d.name, value(d, r)]), text = new URLSearchParams(list).toString();
  if (r.method === "GET") starts.push(`${origin}${real(r)}${text ? `?${text}` : ""}`);
  const starred = real(r).replace(t.id, `${t.id}*`).replace(/(\/[du]\/[\w-]+)$/, "$1*");
  const inside = !r.anyone && !r.roles.has("link"), type = "Content-Type: application/x-www-form-urlencoded";
  // With a * in the path nothing else is tried.
  for (const path of new Set([...(list.length ? [real(r)] : []), ...(starred !== real(r) ? [starred] : [])])) {
    const head = [`${r.method} ${path}${r.method === "GET" && text ? `?${text}` : ""} HTTP/1.1`, `Host: 127.0.0.1:${PORTS[surface]}`, `Cookie: ${inside ? who.cookie : anonymous.cookie}`];
    if (r.method === "POST") head.push(`Origin: ${origin}`, "Sec-Fetch-Site: same-origin", type);
    const body = r.method === "POST" ? [text, r.roles.has("link") ? "" : `csrf=${inside ? csrf : anonymous.csrf}`].filter(Boolean).join("&") : "";
    const name = `${String(++n).padStart(3, "0")}-${r.method}${r.path.replace(/[^a-z0-9]+/gi, "-")}${path === real(r) ? "" : "path"}`;
    writeFileSync(`${folder}/requests/${name}.txt`, `${head.join("\r\n")}\r\n\r\n${body}`);
  }
}
writeFileSync(`${folder}/starts`, `${starts.join("\n")}\n`);
console.log(`${n} requests, ${starts.length} pages`);
