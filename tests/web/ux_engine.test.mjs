// The engine does not run (ux.md 12.10): every page of portal and console still answers, and what needs the engine says what
// is wrong, in the reader's language. Nothing is shown as if it were not there.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { MISAKI, KENJI, world } from "./ux.mjs";
import { example, routes } from "./raw.mjs";

let w, id;
const BOUND = 2000; // ms, ux.md 12.10; asked one after the other, so that it is no matter of how busy the machine is
before(async () => {
  w = await world("uxengine");
  await w.send({ subject: "Held mail", body: "Kyoto in autumn" });
  id = w.message("Held mail").slice(3);
  w.stack("hold", "engine");
}, { timeout: 180_000 });
after(async () => {
  try { w?.stack("resume", "engine"); } catch {}
  await w?.close();
});

for (const surface of ["portal", "admin"])
  test(`ux 12.10 the engine is stopped: every page of the ${surface} answers within two seconds, whole`, { timeout: 300_000 }, async () => {
    const who = surface === "portal" ? MISAKI : KENJI, as = w.session(who, surface), cookie = `${as.cookies[0].name}=${as.cookies[0].value}`, wrong = [];
    for (const lang of ["en", "ja"]) {
      w.language(lang, who);
      for (const r of routes().filter((x) => x.surface === surface && x.method === "GET" && !/export/.test(x.path))) {
        const path = /^\/(m|quarantine)\/\{id\}/.test(r.path) ? r.path.replace("{id}", id) : example(r.path);
        // The quickest of three: whatever else the machine does, a page that waits for the engine waits each time.
        let ms = Infinity, reply, html;
        for (let i = 0; i < 3 && ms >= BOUND; i++) {
          const start = performance.now();
          reply = await fetch(w[surface] + path, { headers: { cookie, "accept-language": lang }, redirect: "manual" });
          html = await reply.text();
          ms = Math.min(ms, performance.now() - start);
        }
        if (ms >= BOUND) wrong.push(`${lang} ${path}: ${Math.round(ms)} ms`);
        if (![200, 303, 400, 403, 404, 410, 422, 503].includes(reply.status)) wrong.push(`${lang} ${path}: ${reply.status}`);
        if ([200, 503].includes(reply.status) && !html.includes("</html>")) wrong.push(`${lang} ${path}: not a whole page`);
        if (reply.status === 503 && !html.includes(lang === "ja" ? "システムの一部が応答していません" : "A part of the system does not answer. Mail is still accepted and nothing is lost.")) wrong.push(`${lang} ${path}: does not say what is wrong`);
      }
    }
    assert.deepEqual(wrong, []);
  });

test("ux 12.10 the engine is stopped: list and history are there; the message says that its text cannot be shown now, not that it is gone", async () => {
  const page = await w.open({ as: w.session(), js: false });
  w.language("en");
  await page.goto("/");
  assert.equal(await page.locator("tbody tr", { hasText: "Held mail" }).count(), 1, "the list does not need the engine");
  await page.goto(`/m/${id}`);
  const text = await page.locator("main").innerText();
  assert.doesNotMatch(text, /no longer stored/);
  assert.match(text, /does not answer|cannot be shown|Try again/i);
  // What does not need it still works.
  await page.goto("/");
  await page.locator("tbody tr", { hasText: "Held mail" }).locator(".row-link").click();
  await page.locator("main button[formaction='/delete']").first().click();
  assert.match(await page.locator(".bar").innerText(), /deleted/i);
  await page.locator(".bar button", { hasText: "Undo" }).click();
  await page.goto("/");
  assert.equal(await page.locator("tbody tr", { hasText: "Held mail" }).count(), 1);
  await page.context().close();
});
