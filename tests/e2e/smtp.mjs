// Raw SMTP for the end-to-end tests: what goes over the wire is exactly what a test says.
import { connect } from "node:net";

export class Smtp {
  constructor(port, host = "127.0.0.1") {
    this.lines = [];
    this.closed = false;
    this.text = "";
    this.socket = typeof port === "string" ? connect(port) : connect(port, host); // a path: a Unix socket
    this.socket.on("data", (d) => {
      this.text += d.toString("latin1");
      for (let at; (at = this.text.indexOf("\r\n")) >= 0; this.text = this.text.slice(at + 2)) {
        this.lines.push(this.text.slice(0, at));
      }
      this.wake?.();
    });
    const end = () => ((this.closed = true), this.wake?.());
    this.socket.on("close", end);
    this.socket.on("error", end);
  }
  // The last line of the next reply; "closed" when the server hung up, "late" after the time-out.
  async reply(seconds = 20) {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const at = this.lines.findIndex((l) => l[3] !== "-");
      if (at >= 0) return this.lines.splice(0, at + 1)[at];
      if (this.closed) return "closed";
      if (Date.now() >= until) return "late";
      await new Promise((r) => {
        this.wake = r;
        setTimeout(r, Math.max(1, until - Date.now()));
      });
    }
  }
  write(text) {
    if (!this.closed) this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  }
  async say(text, seconds) {
    this.write(text);
    return this.reply(seconds);
  }
  async hello(name = "client.example") {
    const r = await this.reply();
    return r[0] === "2" ? this.say(`EHLO ${name}\r\n`) : r;
  }
  end() {
    this.socket.destroy();
  }
}
