// What the helpers of the end-to-end tests share: "ok NAME" and "not ok NAME: WHY" lines (lib.sh makes
// TAP of them), waiting, and the database.
import { execFileSync } from "node:child_process";

export async function test(name, body) {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (e) {
    console.log(`not ok ${name}: ${String(e.stderr || e.message || e).replace(/\s+/g, " ").slice(0, 600)}`);
  }
}
export function check(condition, why) {
  if (!condition) throw new Error(why);
}
// The first value of condition() that counts as true.
export async function until(what, condition, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let value;
  while (!(value = await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((r) => setTimeout(r, 100));
  }
  return value;
}
// Rows as lines, columns between "|".
export const sql = (text) =>
  execFileSync("psql", ["-X", "-q", "-h", `${process.env.SEKISHO_RUN ?? process.env.VAR + "/run"}/pg`, "-U", "sekisho_owner", "-d", "sekisho", "-AtF", "|", "-c", text], { encoding: "utf8" }).trim();
