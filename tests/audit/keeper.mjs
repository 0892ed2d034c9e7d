// Stands before a program of the test and keeps whoever comes through it signed in: wapiti cannot be told to leave "Sign out" alone.
//   keeper.mjs PORT TARGET-PORT COOKIE
import { createServer, request } from "node:http";

const [port, target, session] = process.argv.slice(2), name = session.split("=")[0], origin = `http://127.0.0.1:${target}`;
createServer((from, to) => {
  if (from.url.split("?")[0] === "/signout") return to.writeHead(404).end();
  const headers = { ...from.headers, host: `127.0.0.1:${target}`, cookie: [session, ...(from.headers.cookie ?? "").split("; ").filter((c) => c && c.split("=")[0] !== name)].join("; ") };
  if (from.method === "POST") Object.assign(headers, { origin, "sec-fetch-site": "same-origin" });
  delete headers.connection;
  const on = request({ host: "127.0.0.1", port: target, method: from.method, path: from.url, headers }, (reply) => {
    const kept = { ...reply.headers, "set-cookie": (reply.headers["set-cookie"] ?? []).filter((c) => !c.startsWith(`${name}=`)) };
    to.writeHead(reply.statusCode, kept);
    reply.pipe(to);
  });
  on.on("error", () => to.destroy());
  from.pipe(on);
}).listen(Number(port), "127.0.0.1");
