// The style sheet by itself: contrast of the tokens, habits that keep it translatable and mirrored,
// budgets. No browser.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const TOP = new URL("../..", import.meta.url).pathname;
const dir = `${TOP}/assets/scss`;
const files = readdirSync(dir).filter((f) => f.endsWith(".scss"));
const source = Object.fromEntries(files.map((f) => [f, readFileSync(`${dir}/${f}`, "utf8")]));

function tokens(name) {
  const body = new RegExp(`\\$${name}: \\(([^;]*)\\);`).exec(source["_tokens.scss"])[1];
  return Object.fromEntries([...body.matchAll(/([a-z0-9-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
}
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(a, b) {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

const pairs = { // text on background, at least 4.5 (WCAG 1.4.3)
  text: ["surface", "canvas", "subtle", "hover", "selected"], "text-2": ["surface", "canvas", "selected", "neutral-soft"],
  "text-3": ["surface", "canvas", "subtle", "hover", "selected"], accent: ["surface", "canvas", "accent-soft", "selected"],
  "on-accent": ["accent", "accent-hover"], danger: ["surface", "danger-soft"], warn: ["surface", "warn-soft", "selected"],
  ok: ["surface", "ok-soft"], info: ["surface", "info-soft"], violet: ["surface", "violet-soft"],
  "on-bar": ["bar"], "bar-link": ["bar"],
};
const edges = { control: ["surface", "canvas"], "chart-1": ["surface"], "chart-2": ["surface"], "chart-3": ["surface"], "chart-4": ["surface"] };

for (const theme of ["light", "dark"]) {
  test(`contrast of every pair, ${theme}`, () => {
    const t = tokens(theme);
    assert.ok(Object.keys(t).length > 30);
    for (const [list, least] of [[pairs, 4.5], [edges, 3]])
      for (const [fore, backs] of Object.entries(list))
        for (const back of backs) {
          const r = ratio(t[fore], t[back]);
          assert.ok(r >= least, `${fore} ${t[fore]} on ${back} ${t[back]}: ${r.toFixed(2)} < ${least}`);
        }
  });
}

test("both themes have the same tokens", () => {
  assert.deepEqual(Object.keys(tokens("light")), Object.keys(tokens("dark")));
});

test("logical properties only; colours only as tokens", () => {
  for (const [name, text] of Object.entries(source)) {
    const code = text.replace(/\/\/.*$/gm, "");
    assert.doesNotMatch(code, /(?:margin|padding|border|inset)-(?:left|right)\b|(?:^|[\s;{])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)/, name);
    if (name !== "_tokens.scss") assert.doesNotMatch(code, /:[^;{]*#[0-9a-fA-F]{3,8}\b(?=[\s;,)])/, `${name}: hex colour`);
  }
});

test("the script stays small", () => { // the style sheet: portal.test.mjs, as it is served
  assert.ok(gzipSync(readFileSync(`${TOP}/assets/js/app.js`)).length < 12 * 1024);
});

test("script: no HTML from text, no eval, nothing from elsewhere", () => {
  const js = readFileSync(`${TOP}/assets/js/app.js`, "utf8").replace(/^\/\/.*$/gm, "");
  assert.doesNotMatch(js, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?:/);
});
