// The parts, the filters and the figures of `make bench-accuracy`. usage: accuracy.mjs BUILD [NAME OF A SPLIT...]
//
// Splits (each learns "train" and is asked about "test"; no pack is mixed with another in a figure):
//   time         train: the earlier half of spamassassin-corpus and of modern-mixed-a, by date, each class for itself;
//                test: the later halves, and phishing-pot-a, of which nothing is ever learned
//   time-back    the other way round
//   collections  train: easy-ham-1, spam-1; test: easy-ham-2, hard-ham-1, spam-2 (other collections, other kinds of ham)
//   collections-back  the other way round
// A test mail that has a near-duplicate in the training part is left out, and it is checked that none is left: the same
// text (SHA-256 of its letters), or half of its runs of five words in common (estimated by 64 smallest hashes).
// DMARC as it was recorded: the DNS of that day is gone, so that the scan has no result. The line of that name is of the
// same scores with what a "fail" does by default where the domain asks for quarantine or reject: the mail is held. What
// the domain asked for was not recorded; the line is the most that there can have been.
// Fields X-Spam-* of the old corpus are cut from every copy, so that no filter reads another one's opinion.
import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { quotaOf, table } from "./accuracy_figures.mjs";

const [build, ...only] = process.argv.slice(2);
const work = path.join(build, "bench/accuracy");
const PROCESSES = 2;
const sha = (b) => crypto.createHash("sha256").update(b).digest("hex");

// ------------------------------------------------------------------ mails

function dateOf(head) {
  const unfolded = head.replace(/\r?\n[ \t]+/g, " ");
  // The newest Received is the clock of who got it; the Date of spam is anything.
  const received = /^received:.*;(.*)$/im.exec(unfolded);
  const date = /^date:(.*)$/im.exec(unfolded);
  for (const m of [received, date]) {
    const t = m && Date.parse(m[1].replace(/\(.*?\)/g, "").trim());
    if (t && !Number.isNaN(t)) return t;
  }
  return 0;
}

// Roughly what a reader sees, whatever the encoding: line by line, since regular expressions over whole mails can take
// minutes.
function textOf(body) {
  const out = [];
  for (const line of body.split(/\r?\n/)) {
    if (line.length >= 60 && line.length <= 80 && /^[A-Za-z0-9+/=]+$/.test(line)) {
      const t = Buffer.from(line, "base64").toString("latin1");
      if (!/[\x00-\x08]/.test(t)) out.push(t); // pictures and files are no text
    } else {
      const t = line.slice(0, 2000).replace(/=([0-9A-Fa-f]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16)));
      out.push(t.endsWith("=") ? t.slice(0, -1) : `${t} `);
    }
  }
  return out.join("").replace(/<[^<>]{0,1000}>/g, " ").replace(/\S{0,50}(:\/\/|@)\S{0,200}/g, " ").toLowerCase().replace(/[^a-z\x80-\xff]+/g, " ").trim();
}

// The smallest hash in each of 64 classes of runs of five words.
const CLASSES = 64, NONE = 0xffffffff;
function hash32(s) {
  let h = 0x811c9dc5;
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
function signature(text) {
  const words = text.split(" ").slice(0, 3000), min = new Uint32Array(CLASSES).fill(NONE);
  for (let i = 0; i + 5 <= Math.max(words.length, 5); i++) {
    const h = hash32(words.slice(i, i + 5).join(" ")), k = h >>> 26;
    if (h < min[k]) min[k] = h;
  }
  return min;
}
function alike(a, b) {
  let same = 0, all = 0;
  for (let k = 0; k < CLASSES; k++) {
    all += a[k] !== NONE || b[k] !== NONE;
    same += a[k] !== NONE && a[k] === b[k];
  }
  return same / all;
}

function readPack(pack) {
  const dir = path.join(build, "td", pack), out = [];
  for (const line of fs.readFileSync(path.join(dir, "labels.tsv"), "utf8").trim().split("\n").slice(1)) {
    const [file, label, date, , , , , , dmarc] = line.split("\t");
    const raw = fs.readFileSync(path.join(dir, file), "latin1");
    const end = raw.search(/\r?\n\r?\n/), head = end < 0 ? raw : raw.slice(0, end);
    const clean = head.replace(/^x-spam-[^\n]*(\n[ \t][^\n]*)*\n?/gim, "") + (end < 0 ? "" : raw.slice(end));
    const copy = path.join(work, "mails", pack, file.replaceAll("/", "-"));
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    if (!fs.existsSync(copy)) fs.writeFileSync(copy, clean, "latin1");
    const text = textOf(end < 0 ? "" : raw.slice(end, end + 100000));
    out.push({ pack, part: file.includes("/") ? file.split("/")[0] : pack, spam: label !== "ham", path: copy, dmarc,
      time: date ? Date.parse(date) || 0 : dateOf(head), hash: sha(Buffer.from(clean, "latin1")), content: sha(text), text: text.length, min: signature(text) });
  }
  return out;
}

// ------------------------------------------------------------------ splits

function halves(mails, pack, firstTrains) {
  const train = [], test = [];
  for (const spam of [false, true]) {
    const list = mails.filter((m) => m.pack === pack && m.spam === spam).sort((a, b) => a.time - b.time || (a.path < b.path ? -1 : 1));
    const half = list.length >> 1;
    (firstTrains ? train : test).push(...list.slice(0, half));
    (firstTrains ? test : train).push(...list.slice(half));
  }
  return { train, test };
}

function byTime(mails, forward) {
  const a = halves(mails, "spamassassin-corpus", forward), b = halves(mails, "modern-mixed-a", forward);
  return { train: [...a.train, ...b.train], test: [...a.test, ...b.test, ...mails.filter((m) => m.pack === "phishing-pot-a")] };
}

function byCollection(mails, parts) {
  const sa = mails.filter((m) => m.pack === "spamassassin-corpus");
  return { train: sa.filter((m) => parts.includes(m.part)), test: sa.filter((m) => !parts.includes(m.part)) };
}

const splits = {
  time: (m) => byTime(m, true),
  "time-back": (m) => byTime(m, false),
  collections: (m) => byCollection(m, ["easy-ham-1", "spam-1"]),
  "collections-back": (m) => byCollection(m, ["easy-ham-2", "hard-ham-1", "spam-2"]),
};

const keys = (m) => Array.from(m.min, (h, k) => `${k}:${h}`).filter((k) => !k.endsWith(`:${NONE}`));

// Those of test that something of train is nearly the same as. A text of a few letters says nothing.
function duplicates(train, test) {
  const known = new Map(), content = new Set(train.filter((m) => m.text > 40).map((m) => m.content)), out = new Set();
  for (const m of train) for (const k of keys(m)) known.has(k) ? known.get(k).push(m) : known.set(k, [m]);
  for (const m of test) {
    if (m.text <= 40) continue;
    if (content.has(m.content) || keys(m).some((k) => (known.get(k) ?? []).some((o) => o.text > 40 && alike(o.min, m.min) >= 0.5))) out.add(m);
  }
  return out;
}

// ------------------------------------------------------------------ filters

const lines = (list) => list.map((m) => m.path).join("\n") + "\n";

// One process for each share of the list; `out` gets every line.
async function inShares(list, command, out, asArguments) {
  const shares = Array.from({ length: PROCESSES }, (_, k) => list.filter((_, i) => i % PROCESSES === k));
  await Promise.all(shares.map(async (share) => {
    const step = asArguments ? 400 : share.length || 1;
    for (let i = 0; i < share.length; i += step) await new Promise((done, fail) => {
      const some = share.slice(i, i + step), [cmd, args, env] = command;
      const child = spawn(cmd, asArguments ? [...args, ...some.map((m) => m.path)] : args, { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
      let rest = "";
      child.stdout.setEncoding("utf8").on("data", (d) => {
        const got = (rest + d).split("\n");
        rest = got.pop();
        got.forEach(out);
      });
      child.on("error", fail).on("close", done);
      child.stdin.on("error", () => {});
      child.stdin.end(asArguments ? "" : lines(some));
    });
  }));
}

async function sekisho(train, test, id) {
  const model = path.join(work, `${id}.model`), list = path.join(work, `${id}.list`), scores = new Map();
  fs.writeFileSync(list, train.map((m) => `${m.spam ? "spam" : "ham"}\t${m.path}\t${m.pack}\n`).join(""));
  execFileSync(`${build}/bin/sekisho`, ["learn", "model", model, "--list", list], { env: { ...process.env, STATISTICS_MODEL: "none" }, stdio: ["ignore", "ignore", "inherit"] });
  await inShares(test, [`${build}/bin/sekisho`, ["scan", "--json", "--no-network"], { STATISTICS_MODEL: model }], (line) => {
    const j = JSON.parse(line);
    const own = j.findings.filter((f) => f.scanner === "statistics").reduce((s, f) => s + f.score, 0);
    // What a scanner says by itself (phishing, malware, unscannable) is held whatever the points are. Newsletters
    // are named, and delivered.
    scores.set(j.file, { score: j.disposition !== "deliver" && j.score < j.threshold ? j.threshold : j.score, own });
  }, true);
  return scores;
}

async function spamassassin(train, test, id) {
  const dir = path.join(work, `sa-${id}`), kept = path.join(work, `sa-${id}.tsv`), scores = new Map(), byHash = new Map();
  if (fs.existsSync(kept)) for (const l of fs.readFileSync(kept, "utf8").trim().split("\n")) {
    const [h, s, rules] = l.split("\t");
    byHash.set(h, { score: +s, rules: +rules });
  }
  const rest = test.filter((m) => !byHash.has(m.hash));
  if (rest.length) {
    if (!fs.existsSync(path.join(dir, "done"))) {
      fs.rmSync(dir, { recursive: true, force: true });
      fs.mkdirSync(dir, { recursive: true });
      for (const spam of [false, true]) {
        const list = path.join(dir, "list");
        fs.writeFileSync(list, lines(train.filter((m) => m.spam === spam)));
        execFileSync("sa-learn", ["--local", "--no-sync", "--dbpath", path.join(dir, "bayes"), spam ? "--spam" : "--ham", "-f", list], { stdio: "ignore" });
      }
      execFileSync("sa-learn", ["--local", "--sync", "--dbpath", path.join(dir, "bayes")], { stdio: "ignore" });
      fs.writeFileSync(path.join(dir, "done"), "");
    }
    const hashOf = new Map(rest.map((m) => [m.path, m.hash])), file = fs.openSync(kept, "a");
    await inShares(rest, ["perl", [path.join(import.meta.dirname, "accuracy_spamassassin.pl"), path.join(dir, "bayes")]], (line) => {
      const [p, s, rules] = line.split("\t");
      fs.writeSync(file, `${hashOf.get(p)}\t${s}\t${rules}\n`);
      byHash.set(hashOf.get(p), { score: +s, rules: +rules });
    });
    fs.closeSync(file);
  }
  for (const m of test) if (byHash.has(m.hash)) scores.set(m.path, byHash.get(m.hash));
  return scores;
}

async function bogofilter(train, test, id) {
  const dir = path.join(work, `bogofilter-${id}`), scores = new Map();
  fs.rmSync(dir, { recursive: true, force: true });
  fs.mkdirSync(dir, { recursive: true });
  for (const spam of [false, true]) execFileSync("bogofilter", ["-d", dir, spam ? "-s" : "-n", "-b"], { input: lines(train.filter((m) => m.spam === spam)) });
  await inShares(test, ["bogofilter", ["-d", dir, "-T", "-T", "-b"]], (line) => {
    const w = line.trim().split(/\s+/);
    if (w.length > 1) scores.set(w[0], { score: +w.at(-1) });
  });
  return scores;
}

const filters = { sekisho, spamassassin, bogofilter };

// ------------------------------------------------------------------ all

const mails = ["spamassassin-corpus", "modern-mixed-a", "phishing-pot-a"].flatMap(readPack);
for (const [name, make] of Object.entries(splits)) {
  if (only.length && !only.includes(name)) continue;
  const { train, test: all } = make(mails);
  const copies = duplicates(train, all), test = all.filter((m) => !copies.has(m));
  if (duplicates(train, test).size) throw new Error("near-duplicates on both sides");
  const id = sha(train.map((m) => m.hash).sort().join()).slice(0, 16);
  const kind = (m) => `${m.part} ${m.spam ? "unwanted" : "ham"}`;
  const count = (list) => [...new Set(list.map(kind))].map((k) => `${k} ${list.filter((m) => kind(m) === k).length}`).join(", ");
  console.log(`\n== ${name}\n   train (${id}): ${count(train)}\n   test: ${count(test)}\n   left out of the test part as near-duplicates of the training part: ${copies.size}`);
  const results = {};
  for (const [filter, run] of Object.entries(filters)) {
    if (process.env.FILTERS && !process.env.FILTERS.includes(filter)) continue;
    const scores = await run(train, test, id);
    const missing = test.filter((m) => !scores.has(m.path)).length;
    if (missing) console.log(`   ${filter}: no score for ${missing} mails; they count as 0`);
    results[filter] = (m) => scores.get(m.path) ?? { score: 0, own: 0 };
  }
  table(results, test);
  quotaOf(results.sekisho, test);
}
