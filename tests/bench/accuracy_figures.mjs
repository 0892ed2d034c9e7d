// Figures of accuracy.mjs: unwanted mail caught at fixed shares of false positives, with 95 % intervals by bootstrap
// (legitimate and unwanted mail drawn again, 400 times: the threshold is as uncertain as what is caught by it), the area
// under the curve, and what the default threshold does.
const RATES = [0.001, 0.005, 0.01];
const ROUNDS = 400;
const HELD = 5; // the default threshold

// Numbers that are the same in every run.
function generator(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

const rising = (list) => Float64Array.from(list).sort();
function above(sorted, t) { // how many are higher than t
  let low = 0, high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    sorted[mid] > t ? (high = mid) : (low = mid + 1);
  }
  return sorted.length - low;
}
// At most this share of the legitimate mail is above the threshold, what has its score is not.
const threshold = (ham, rate) => ham[ham.length - 1 - Math.floor(rate * ham.length)];
const caught = (ham, spam, rate) => above(spam, threshold(ham, rate)) / spam.length;

function area(ham, spam) {
  let sum = 0;
  for (const s of spam) {
    const higher = above(ham, s);
    let low = 0, high = ham.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      ham[mid] < s ? (low = mid + 1) : (high = mid);
    }
    sum += low + (ham.length - higher - low) / 2;
  }
  return sum / ham.length / spam.length;
}

function draw(list, random) {
  const out = new Float64Array(list.length);
  for (let i = 0; i < out.length; i++) out[i] = list[Math.floor(random() * list.length)];
  return out.sort();
}

function interval(ham, spam, rate) {
  const random = generator(1), all = [];
  for (let i = 0; i < ROUNDS; i++) all.push(caught(draw(ham, random), draw(spam, random), rate));
  all.sort((a, b) => a - b);
  return [all[Math.floor(ROUNDS * 0.025)], all[Math.floor(ROUNDS * 0.975)]];
}

// Of the same drawn mails: how much more the first one catches than the other.
function difference(one, other, ham, spam, rate) {
  const random = generator(2), all = [];
  for (let i = 0; i < ROUNDS; i++) {
    const h = Array.from(ham, () => ham[Math.floor(random() * ham.length)]), s = Array.from(spam, () => spam[Math.floor(random() * spam.length)]);
    all.push(caught(rising(h.map(one)), rising(s.map(one)), rate) - caught(rising(h.map(other)), rising(s.map(other)), rate));
  }
  all.sort((a, b) => a - b);
  return [all[Math.floor(ROUNDS * 0.025)], all[Math.floor(ROUNDS * 0.975)]];
}

const percent = (x) => (100 * x).toFixed(1).padStart(5);

// results: filter -> function from mail to { score }. A pack's legitimate mail against a pack's unwanted mail.
export function table(results, test) {
  const packs = [...new Set(test.map((m) => m.pack))];
  for (const hp of packs) for (const sp of packs) {
    const ham = test.filter((m) => !m.spam && m.pack === hp), spam = test.filter((m) => m.spam && m.pack === sp);
    if (!ham.length || !spam.length) continue;
    console.log(`\n   ${ham.length} ham of ${hp}, ${spam.length} unwanted of ${sp}: caught in % [95 %] at false positives of`);
    console.log(`   ${"".padEnd(18)} ${RATES.map((r) => `${100 * r} % (${Math.floor(r * ham.length)} of ham)`.padEnd(24)).join(" ")} AUC`);
    for (const [name, of] of Object.entries(results)) {
      const show = (label, f) => {
        const h = rising(ham.map(f)), s = rising(spam.map(f));
        const cells = RATES.map((r) => {
          const [low, high] = interval(h, s, r);
          return `${percent(caught(h, s, r))} [${percent(low)},${percent(high)}]`.padEnd(24);
        });
        console.log(`   ${label.padEnd(18)} ${cells.join(" ")} ${area(h, s).toFixed(5)}`);
      };
      show(name, (m) => of(m).score);
      if (name !== "sekisho") continue;
      show("  statistics only", (m) => of(m).own);
      if ([...ham, ...spam].some((m) => m.dmarc)) show("  DMARC as recorded", (m) => m.dmarc === "fail" ? Math.max(of(m).score, HELD) : of(m).score);
    }
    for (const [name, of] of Object.entries(results)) if (name !== "sekisho" && results.sekisho) {
      const cells = RATES.map((r) => {
        const [low, high] = difference((m) => results.sekisho(m).score, (m) => of(m).score, ham, spam, r);
        return `      [${percent(low)},${percent(high)}]`.padEnd(24);
      });
      console.log(`   ${"sekisho more than"} ${name.padEnd(0)}\n   ${"".padEnd(18)} ${cells.join(" ")}`);
    }
  }
}

// What the default threshold (5.0) does: legitimate mail held, unwanted mail caught.
export function quotaOf(of, test) {
  if (!of) return;
  console.log("\n   at the default threshold 5.0:");
  for (const pack of new Set(test.map((m) => m.pack))) for (const spam of [false, true]) {
    const list = test.filter((m) => m.pack === pack && m.spam === spam), held = list.filter((m) => of(m).score >= HELD).length;
    if (list.length) console.log(`   ${pack} ${spam ? "unwanted" : "ham"}: ${held} of ${list.length} held (${percent(held / list.length)} %)`);
  }
}
