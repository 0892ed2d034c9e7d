// The next hop of the end-to-end tests: keeps what it gets byte for byte (dots taken away, CRLF kept).
// Recipients that begin with "bounce" or "defer" are refused for good or for now.
import { createServer } from "node:net";

export function sink(port, host = "127.0.0.1") {
  const mails = [];
  const server = createServer((s) => {
    let buf = Buffer.alloc(0), mail = null, from = "", to = [];
    s.on("error", () => {});
    s.write("220 sink ESMTP\r\n");
    s.on("data", (d) => {
      buf = Buffer.concat([buf, d]);
      for (;;) {
        if (mail !== null) {
          const at = buf.indexOf("\r\n.\r\n", 0, "latin1");
          const empty = buf.subarray(0, 3).equals(Buffer.from(".\r\n"));
          if (at < 0 && !empty) return;
          const raw = empty ? Buffer.alloc(0) : buf.subarray(0, at + 2);
          buf = buf.subarray(empty ? 3 : at + 5);
          mails.push({ from, to, data: Buffer.from(raw.toString("latin1").replace(/(^|\r\n)\./g, "$1"), "latin1") });
          mail = null;
          s.write("250 2.0.0 Ok\r\n");
          continue;
        }
        const at = buf.indexOf("\r\n");
        if (at < 0) return;
        const line = buf.subarray(0, at).toString("latin1");
        buf = buf.subarray(at + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "EHLO") s.write("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
        else if (verb === "MAIL") { from = line; to = []; s.write("250 2.1.0 Ok\r\n"); }
        else if (verb === "RCPT") {
          if (/<bounce/i.test(line)) s.write("550 5.1.1 nobody of that name\r\n");
          else if (/<defer/i.test(line)) s.write("450 4.2.0 not now\r\n");
          else { to.push(line.match(/<(.*)>/)[1]); s.write("250 2.1.5 Ok\r\n"); }
        } else if (verb === "DATA") { mail = ""; s.write("354 go\r\n"); }
        else if (verb === "QUIT") { s.end("221 bye\r\n"); return; }
        else s.write("250 2.0.0 Ok\r\n");
      }
    });
  });
  server.listen(port, host);
  return { mails, close: () => server.close() };
}
