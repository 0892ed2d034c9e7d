// Pages with the holes that scanners look for, so that it is known that they would find them here:
//   broken.mjs PORT "psql arguments"      /sql?q= /text?q= /go?to= /file?name= on loopback
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [port, ...psql] = process.argv.slice(2);
createServer((request, response) => {
  const url = new URL(request.url, "http://x"), get = (name) => url.searchParams.get(name) ?? "";
  const html = (status, body) => response.writeHead(status, { "content-type": "text/html" }).end(`<html><body>${body}<a href="/sql?q=1">1</a> <a href="/text?q=1">2</a> <a href="/go?to=1">3</a> <a href="/file?name=hosts">4</a></body></html>`);
  try {
    if (url.pathname === "/sql") html(200, execFileSync("psql", [...psql, "-c", `SELECT relname FROM pg_class WHERE relname = 'pg_class' AND '${get("q")}' <> 'x'`], { encoding: "utf8", stdio: "pipe" }));
    else if (url.pathname === "/text") html(200, get("q"));
    else if (url.pathname === "/go") response.writeHead(302, { location: get("to") }).end();
    else if (url.pathname === "/file") html(200, readFileSync(`/etc/${get("name")}`, "utf8"));
    else html(200, "");
  } catch (e) {
    html(500, url.pathname === "/sql" ? `PostgreSQL query failed: ${e.stderr}` : "");
  }
}).listen(Number(port), "127.0.0.1");
