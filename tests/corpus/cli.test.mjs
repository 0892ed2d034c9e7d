// `sekisho scan`: its lines are an interface. One line a file, in order, with all keys, whatever the file.
import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TOP = new URL("../..", import.meta.url).pathname;
const BIN = join(process.env.BUILD?.startsWith("/") ? "" : TOP, process.env.BUILD ?? "build", "bin/sekisho");
const dir = mkdtempSync(join(tmpdir(), "sekisho-scan-"));
test.after(() => rmSync(dir, { recursive: true }));

function file(name, text) {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}
function scan(args, { input = "", env = {} } = {}) {
  const r = spawnSync(BIN, ["scan", ...args], { cwd: TOP, input, encoding: "utf8", maxBuffer: 1 << 26,
    env: { STATISTICS_MODEL: "none", RULES_FOLDERS: "/nonexistent", ...process.env, ...env }, timeout: 60000 });
  const lines = args.includes("--json") ? r.stdout.split("\n").filter(Boolean).map((l) => JSON.parse(l)) : [];
  return { ...r, lines };
}
const cases = readdirSync(join(TOP, "tests/corpus"), { withFileTypes: true }).filter((d) => d.isDirectory())
  .flatMap((d) => readdirSync(join(TOP, "tests/corpus", d.name)).map((n) => `tests/corpus/${d.name}/${n}/in.eml`))
  .filter((name) => existsSync(join(TOP, name))); // folders of other tests have none

const types = { file: "string", bytes: "number", sha256: "string", microseconds: "number", auth: "object", score: "number",
  threshold: "number", spam: "boolean", verdict: "string", findings: "object", exceptions: "object", anomalies: "object",
  parts: "object", urls: "object", disposition: "string", reason: "string" };

test("every case gives one line, in order, with every key", () => {
  const r = scan(["--json", ...cases]);
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual(r.lines.map((l) => l.file), cases);
  for (const l of r.lines) {
    for (const [key, type] of Object.entries(types))
      assert.equal(typeof l[key], type, `${l.file}: ${key}`);
    const raw = readFileSync(join(TOP, l.file));
    assert.equal(l.bytes, raw.length);
    assert.equal(l.sha256, createHash("sha256").update(raw).digest("hex"));
    for (const p of l.parts)
      assert.deepEqual(Object.keys(p), ["id", "type", "true_type", "name", "bytes", "sha256", "encrypted",
        "opened_with_password", "children"]);
    for (const u of l.urls)
      assert.deepEqual(Object.keys(u), ["url", "host", "source", "part"]);
    for (const f of l.findings)
      for (const key of ["scanner", "code", "score", "evidence", "part"])
        assert.ok(key in f, key);
    for (const x of l.exceptions)
      assert.deepEqual(Object.keys(x), ["code", "part", "limit", "seen"]);
    assert.equal(l.spam, l.verdict === "spam");
  }
});

test("mail authentication: what is not checked has no result, and no network means not known", () => {
  const some = (l) => [l.spf.result, l.dkim.map((d) => d.result).join(), l.arc.result, l.dmarc.result, l.dmarc.policy].join(" ");
  const m = file("auth.eml", "From: a@b.example\nTo: c@d.example\n\nhi\n");
  const [out] = scan(["--json", "--direction", "out", m]).lines, [off] = scan(["--json", "--no-network", "--ip", "192.0.2.1", "--from", "a@b.example", m]).lines;
  assert.equal(some(out.auth), "none none none none none");
  assert.equal(some(off.auth), "temperror none none temperror none");
  for (const l of [out, off]) {
    assert.deepEqual([l.auth.spf.explanation, l.auth.dkim.length, l.auth.dkim[0].selector, l.auth.arc.sets, l.auth.dmarc.aligned], ["", 1, "", 0, []]);
    assert.equal(l.threshold, 5);
  }
});

test("standard input, and every option at once", () => {
  const r = scan(["--json", "--ip", "192.0.2.1", "--helo", "h.example", "--from", "a@b.example", "--rcpt", "c@d.example",
    "--rcpt", "e@f.example", "--direction", "out", "--resolver", "127.0.0.1:53", "--no-network",
    "--now", "2026-11-24T09:15:00Z", "--org", "x", "-"], { input: "From: a@b\n\nhi\n" });
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.lines.length, 1);
  assert.equal(r.lines[0].file, "-");
  assert.equal(r.lines[0].verdict, "clean");
});

test("a file that cannot be read: the other lines are there, exit code 1", () => {
  const good = file("good.eml", "From: a@b\n\nhi\n");
  const r = scan(["--json", good, join(dir, "missing"), dir, good]);
  assert.equal(r.status, 1);
  assert.equal(r.lines.length, 2);
  assert.match(r.stderr, /missing: No such file/);
});

test("names of files are repeated as given, bytes that are no text are replaced", () => {
  const odd = file('a "b"\n\u65e5.eml', "From: a@b\n\nhi\n");
  assert.equal(scan(["--json", odd]).lines[0].file, odd);
});

test("without --json one readable line a file", () => {
  const r = scan([cases.find((c) => c.includes("gtube/plain"))]);
  assert.equal(r.status, 0);
  assert.match(r.stdout, /^tests\/corpus\/gtube\/plain\/in\.eml: spam: gtube, \d+\.\d of 5\.0/);
  assert.equal(r.stdout.trim().split("\n").length, 1);
});

test("wrong options: one line and exit code 1", () => {
  for (const args of [[], ["--direction", "up", cases[0]], ["--now", "today", cases[0]], ["--nonsense", cases[0]]]) {
    const r = scan(args);
    assert.equal(r.status, 1, args.join(" "));
    assert.notEqual(r.stderr, "");
  }
});

test("a message that kills its worker is unscannable, the next one is scanned", () => {
  const poison = file("poison.eml", "From: a@b\nX-Sekisho-Test-Crash: abort\n\nhi\n");
  const good = file("after.eml", "From: a@b\n\nhi\n");
  const r = scan(["--json", poison, good], { env: { SEKISHO_PROFILE: "test" } });
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual(r.lines.map((l) => l.verdict), ["unscannable", "clean"]);
  assert.equal(r.lines[0].reason, "worker-died");
  assert.equal(r.lines[0].sha256, createHash("sha256").update(readFileSync(poison)).digest("hex"));
  assert.equal(scan(["--json", poison], { env: { SEKISHO_PROFILE: "normal" } }).lines[0].verdict, "clean"); // only in the test profile
});

test("T-M3 a message that kills its worker while it is unpacked is unscannable, the next one is scanned", () => {
  const text = Array.from({ length: 600000 }, (_, i) => `line ${i} ${(i * 2654435761) % 4294967296} of a long text that takes time\n`).join("");
  const body = gzipSync(text, { level: 1 }).toString("base64").replace(/.{76}/g, "$&\n");
  const mail = (head) => `From: a@b\n${head}MIME-Version: 1.0\nContent-Type: application/gzip; name=long.txt.gz\nContent-Transfer-Encoding: base64\n\n${body}\n`;
  const files = [file("midway.eml", mail("X-Sekisho-Test-Crash: midway\n")), file("whole.eml", mail("")), file("after.eml", "From: a@b\n\nhi\n")];
  const r = scan(["--json", ...files], { env: { SEKISHO_PROFILE: "test" } });
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual(r.lines.map((l) => l.verdict), ["unscannable", "clean", "clean"]);
  assert.equal(r.lines[0].reason, "worker-died");
});

test("a clamd that does not answer: not clean", () => {
  const r = scan(["--json", "--clamd", join(dir, "no.sock"), cases.find((c) => c.includes("ordinary/alternative"))]);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.lines[0].verdict, "unscannable");
});

test("doctor names a model and lists of pages that cannot be read", () => {
  const doctor = (part, env) => spawnSync(BIN, ["doctor", "--part", part], { cwd: TOP, encoding: "utf8", env: { ...process.env, ...env } });
  assert.equal(doctor("model", { STATISTICS_MODEL: join(TOP, "conf/model/statistics.model") }).status, 0);
  assert.match(doctor("model", { STATISTICS_MODEL: file("no.model", "x") }).stdout, /^model +BAD /);
  assert.match(doctor("feeds", { VAR: join(dir, "var") }).stdout, /^feeds +ok +0 lists/);
  mkdirSync(join(dir, "var/feeds"), { recursive: true });
  writeFileSync(join(dir, "var/feeds/x.feed"), "no list");
  assert.match(doctor("feeds", { VAR: join(dir, "var") }).stdout, /^feeds +BAD +1 of 1 lists cannot be read/);
});

test("a number with something behind it is none", () => {
  for (const [args, said] of [[["password", "add", "x", "--priority", "5x"], "--priority is 1 to 100"],
    [["password", "add", "x", "--priority", "99999999999"], "--priority is 1 to 100"],
    [["track", "--limit", "10k"], "--limit is 1 to 1000000"], [["refused", "--limit="], "--limit is 1 to 1000000"]]) {
    const r = spawnSync(BIN, args, { cwd: TOP, encoding: "utf8", env: { ...process.env, DATABASE_URL: "" }, timeout: 60000 });
    assert.notEqual(r.status, 0);
    assert.ok(r.stderr.includes(said), r.stderr);
  }
});
