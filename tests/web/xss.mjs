// The hostile texts of xss_payloads.txt, and what tells that one of them ran or reached out.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const FILE = new URL("xss_payloads.txt", import.meta.url);

// Somebody who listens and must never hear anything: { url: "//host:port/", heard: [...], close() }.
export function listener() {
  const heard = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (d) => { heard.push(d.toString().split("\r\n")[0]); socket.destroy(); });
    heard.push("connected");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () =>
    resolve({ url: `//127.0.0.1:${server.address().port}/`, port: server.address().port, heard, close: () => server.close() })));
}

const one = { n: "\n", t: "\t", f: "\f" };
export function payloads(listenerUrl) {
  return readFileSync(FILE, "utf8").split("\n").filter((l) => l && !l.startsWith("#"))
    .map((l) => l.replace(/\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\}|(.))/gi, (_, x, u, c) =>
      x ? String.fromCharCode(parseInt(x, 16)) : u ? String.fromCodePoint(parseInt(u, 16)) : one[c] ?? c))
    .map((l) => l.replaceAll("LISTENER", listenerUrl));
}

// Everything that a page of this browser context does that it must not: dialogs, blocked things, requests to others, pages that
// open, downloads. origins: those that it may ask. Returns a list that fills.
export async function watch(context, origins) {
  const seen = [];
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) => console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI}`));
  });
  context.on("request", (r) => {
    if (!origins.some((o) => r.url().startsWith(`${o}/`)) && r.url() !== "about:blank") seen.push(`request ${r.url().slice(0, 200)}`);
  });
  context.on("page", (page) => {
    page.on("dialog", (d) => { seen.push(`dialog on ${page.url()}: ${d.message()}`); d.dismiss().catch(() => {}); });
    page.on("pageerror", (e) => seen.push(`error on ${page.url()}: ${e}`));
    page.on("download", (d) => seen.push(`download ${d.url()}`));
    page.on("popup", (p) => seen.push(`popup ${p.url()}`));
    page.on("console", (m) => { // also "Blocked script execution in ... sandboxed": somebody tried
      if (m.type() === "error" || /polic|sandbox|Refused|Blocked|violat/i.test(m.text())) seen.push(`console of ${page.url()}: ${m.text().slice(0, 300)}`);
    });
  });
  return seen;
}
// The marker that payloads set; in frames, too.
export async function marked(page) {
  for (const frame of page.frames()) {
    const value = await Promise.race([frame.evaluate("window.xss").catch(() => undefined), new Promise((r) => setTimeout(r, 2000))]);
    if (value !== undefined) return frame.url();
  }
  return null;
}
// How many elements of a mail's making a page has: our pages have none of these inside <main>.
export const foreign = "main :is(script, object, embed, form form, math, video, audio, base, link, meta, style, [onerror], [onload], [onclick], [onfocus], [style])";
