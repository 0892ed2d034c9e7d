#!/usr/bin/env node
// T-S6: what an open relay would take. relay.mjs PORT OUR_DOMAIN: one line per address.
import { Smtp } from "./smtp.mjs";

const [port, ours] = [Number(process.argv[2]), process.argv[3]];
const other = "elsewhere.example";
const addresses = [
  `<victim@${other}>`, `victim@${other}`, `<VICTIM@${other.toUpperCase()}>`, `<victim@${other}.>`,
  `<victim%${other}@${ours}>`, `<victim%${other}>`, `<victim%${other}@[127.0.0.1]>`,
  `<"victim@${other}"@${ours}>`, `<"victim@${other}">`, `<"victim%${other}"@${ours}>`,
  `<victim@${other}@${ours}>`, `<@${ours}:victim@${other}>`, `<@${ours},@x.example:victim@${other}>`,
  `<${other}!victim@${ours}>`, `<${other}!victim>`, `<${ours}!${other}!victim>`,
  `<victim@[127.0.0.1]>`, `<victim@[IPv6:::1]>`, `<victim@127.0.0.1>`, `<victim@localhost>`,
  `<victim@sub.${ours}>`, `<victim@${ours}.${other}>`, `<victim@x${ours}>`, `<victim@.${ours}>`,
  `<victim@${other} @${ours}>`, `<victim@${other}\0@${ours}>`, `<victim@${other},user@${ours}>`,
  `<victim@${other}> ORCPT=rfc822;user@${ours}`, `<victim>`,
  `<"\\"victim@${other}"@[127.0.0.1]>`, `<victim@xn--${other}>`,
];
for (const to of addresses) {
  const s = new Smtp(port);
  let r = await s.hello();
  if (r[0] === "2") r = await s.say(`MAIL FROM:<sender@remote.example>\r\n`);
  if (r[0] === "2") r = await s.say(`RCPT TO:${to}\r\n`);
  const name = `port ${port} does not relay RCPT TO:${to.replace(/\0/g, "\\0")}`;
  // Refused for good, or the connection was dropped; a temporary answer proves nothing.
  if (r[0] === "5" || r === "closed") console.log(`ok ${name}`);
  else console.log(`not ok ${name}: ${r}`);
  s.end();
}
for (const command of ["XCLIENT ADDR=127.0.0.1 LOGIN=admin", "XFORWARD ADDR=127.0.0.1"]) {
  const s = new Smtp(port);
  await s.hello();
  const r = await s.say(command + "\r\n");
  console.log(r[0] === "5" ? `ok port ${port} refuses ${command}` : `not ok port ${port} refuses ${command}: ${r}`);
  s.end();
}
