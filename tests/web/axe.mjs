// axe-core in a page, without the helper page that its usual driver opens for every look: no page of
// ours has frames, and that page is most of the time it takes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe objects to, one line each. rules: only these; default all.
export async function axe(page, rules) {
  if (await page.locator("iframe, frame").count()) throw new Error("axe would not see the frames of this page");
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(source);
  const { violations } = await page.evaluate((r) => axe.run(document, r ? { runOnly: { type: "rule", values: r } } : {}), rules);
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`);
}
