// The ten core tasks with Tab, Space, Enter and typing alone, single keys off (ux.md 12.11): after each Tab the box that has
// the focus is on the screen, has an outline, and nothing lies over it (2.4.7, 2.4.11).
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { KENJI, MISAKI, PASSWORD, world } from "./ux.mjs";

let w, as, admin, mail;
const covered = [];
before(async () => {
  w = await world("uxkeys");
  for (let i = 1; i <= 6; i++) w.held(1, { subject: `Letter ${i}`, from: `n${i}@tabi-letter.example`, minutes: 10 * i });
  w.sql(`UPDATE account SET shortcuts = false WHERE address IN ('${MISAKI}', '${KENJI}')`);
  as = w.session();
  admin = w.session(KENJI, "admin");
  mail = await w.digest();
}, { timeout: 180_000 });
after(() => w?.close());

// Tabs on until that element has the focus; judges each stop on the way.
async function tabTo(page, selector, most = 150) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate((s) => {
      const e = document.activeElement;
      if (!e || e === document.body) return {};
      const b = e.getBoundingClientRect(), x = b.left + Math.min(b.width / 2, 40), y = b.top + Math.min(b.height / 2, 20), over = document.elementFromPoint(x, y), style = getComputedStyle(e);
      // A box that is drawn by its label (check boxes, tiles) may be covered by that label, and a link by its own row.
      const own = !over || e.contains(over) || over.contains(e) || (e.labels && [...e.labels].some((l) => l.contains(over)));
      return { there: e.matches(s), name: `${e.tagName} ${(e.innerText || e.name || e.getAttribute("aria-label") || "").slice(0, 40)}`, seen: b.width > 0 && y >= 0 && y <= innerHeight && x >= 0 && x <= innerWidth, own,
        ring: e.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none" || getComputedStyle(e, "::after").outlineStyle !== "none") };
    }, selector);
    if (here.name && !(here.seen && here.own && here.ring)) covered.push(`${new URL(page.url()).pathname}: ${here.name}${here.seen ? "" : " off the screen"}${here.own ? "" : " covered"}${here.ring ? "" : " no ring"}`);
    if (here.there) return;
  }
  throw new Error(`the keyboard does not reach ${selector} on ${page.url()}`);
}
const go = async (page, selector, key = "Enter") => { await tabTo(page, selector); await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]); };
// Asked for is enough here: these mails have no bytes that could be sent.
const asked = (s) => w.sql(`SELECT count(*) FROM event e JOIN message_recipient r USING (recipient_id) WHERE e.kind = 'release_requested' AND '/m/' || r.recipient_id = '${w.message(s)}'`);
const state = (s) => w.sql(`SELECT state FROM message_recipient WHERE '/m/' || recipient_id = '${w.message(s)}'`);
const entries = () => w.sql("SELECT string_agg(list || ' ' || pattern, ', ' ORDER BY list, pattern) FROM sender_entry");

for (const width of [1280, 390]) {
  const page_ = () => w.open({ as, width, touch: false });
  const n = width === 1280 ? 0 : 3, letter = (i) => `Letter ${i + n}`;
  test(`ux 12.11 keyboard only at ${width} px: sign in, find, open, deliver, delete and undo`, { timeout: 120_000 }, async () => {
    const anyone = await w.open({ width, touch: false });
    await anyone.goto("/signin");
    await tabTo(anyone, "[name=address]").catch(() => {}); // it may have the focus already
    await anyone.locator("[name=address]").focus();
    await anyone.keyboard.type(MISAKI);
    await Promise.all([anyone.waitForEvent("load"), anyone.keyboard.press("Enter")]);
    await anyone.locator("[name=password]").focus();
    await anyone.keyboard.type(PASSWORD);
    await Promise.all([anyone.waitForEvent("load"), anyone.keyboard.press("Enter")]);
    assert.equal(new URL(anyone.url()).pathname, "/");
    await anyone.context().close();
    const page = await page_();
    await page.goto("/");
    await tabTo(page, "main [name=q]");
    await page.keyboard.type(letter(1));
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.equal(await page.locator("tbody tr").count(), 1);
    await go(page, ".row-link");
    assert.match(await page.locator("h1").innerText(), new RegExp(letter(1)));
    await go(page, "main button[formaction='/deliver'], main form[action='/deliver'] button.primary");
    assert.equal(asked(letter(1)), "1");
    await page.goto(w.message(letter(2)));
    await go(page, "main button[formaction='/delete']");
    assert.equal(state(letter(2)), "deleted");
    await go(page, ".bar button");
    assert.equal(state(letter(2)), "held");
    await page.context().close();
  });
  test(`ux 12.11 keyboard only at ${width} px: allow, block, take off, language, theme`, { timeout: 120_000 }, async () => {
    const page = await page_();
    w.sql("DELETE FROM sender_entry");
    for (const [list, who] of [["allowed", "anna@partner.example"], ["blocked", "*@pest.example"]]) {
      await page.goto(`/senders?list=${list}`);
      await tabTo(page, "#f-sender");
      await page.keyboard.type(who);
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    }
    assert.equal(entries(), "approved anna@partner.example, blocked *@pest.example");
    await page.goto("/settings");
    await tabTo(page, "select[name=lang]");
    await page.keyboard.type("Deu");
    await go(page, "form:has(select[name=lang]) .btn");
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    w.language("en");
    await page.context().close();
  });
}
for (const [width, letter] of [[1280, "Letter 3"], [390, "Letter 6"]]) {
  test(`ux 12.11 keyboard only at ${width} px: release from the digest`, { timeout: 120_000 }, async () => {
    const page = await w.open({ width, touch: false });
    await page.goto(new RegExp(`${letter}[^]*?(/d/[\\w-]+)`).exec(mail.text)[1]);
    assert.equal((await page.locator("h2").first().innerText()).trim(), letter);
    await go(page, "main button[value=deliver]");
    assert.equal(asked(letter), "1");
    await page.context().close();
  });
  test(`ux 12.11 keyboard only at ${width} px: import a list`, { timeout: 120_000 }, async () => {
    const page = await w.open({ as, width, touch: false });
    w.sql("DELETE FROM sender_entry");
    await page.goto("/senders?list=blocked");
    await go(page, "main a[href^='/senders/import']");
    await tabTo(page, "main [name=lines]");
    await page.keyboard.type("one@pest.example\n*@worse.example\n@@nothing");
    await go(page, "main .card-foot button.primary");
    assert.equal(entries(), "");
    await go(page, "main form[action='/senders/import/do'] button.primary");
    assert.equal(entries(), "blocked *@worse.example, blocked one@pest.example");
    await page.context().close();
  });
  test(`ux 12.11 keyboard only at ${width} px: turn on a rule`, { timeout: 120_000 }, async () => {
    const page = await w.open({ as: admin, width, touch: false, surface: "admin" });
    w.sql("DELETE FROM auth_rule");
    const ons = () => JSON.parse(w.sekisho("authentication", "show", "--json")), before = ons();
    await page.goto("/authentication");
    await go(page, "main a[href='/authentication/default']");
    for (let i = 0; ; i++) {
      assert.ok(i < 30, "no check that is off");
      await tabTo(page, "main details.check-item > summary");
      const open = await page.evaluate(() => document.activeElement.parentElement.open);
      if (!open) break;
    }
    await page.keyboard.press("Enter");
    await tabTo(page, "main details.check-item input[type=checkbox]");
    await page.keyboard.press("Space");
    await go(page, "main button.primary");
    assert.notDeepEqual(ons(), before);
    await page.context().close();
  });
}
test("ux 4.13 skip links lead to the content, the filters and the results, where a page has them", async () => {
  const stops = async (page, path) => {
    await page.goto(path);
    const seen = [];
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press("Tab");
      seen.push(await page.evaluate(() => document.activeElement.matches(".skip") ? document.activeElement.getAttribute("href") : ""));
    }
    return seen.filter((x) => x);
  };
  const page = await w.open({ as, width: 1280, touch: false }), console_ = await w.open({ as: admin, surface: "admin", width: 1280, touch: false });
  for (const [p, path] of [[page, "/"], [page, "/history"], [console_, "/quarantine"], [console_, "/audit"]])
    assert.deepEqual(await stops(p, path), ["#main", "#filters", "#results"], path);
  assert.deepEqual(await stops(page, "/?q=nothing-has-this-word"), ["#main", "#filters"]);
  assert.deepEqual(await stops(page, "/settings"), ["#main"]);
  await page.goto("/");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("#filters")), "the next stop is among the filters");
});

test("ux 4.14 paper says whose list it is, who printed it, when, in which zone, and what was asked", async () => {
  const page = await w.open({ as, width: 1280, touch: false });
  await page.goto("/?q=Letter");
  const head = page.locator(".print-head");
  assert.equal(await head.isVisible(), false);
  await page.emulateMedia({ media: "print" });
  assert.match(await head.innerText(), /^Acme Group\s+Printed by misaki.sato@acme.example on .* \d{4}, \d{2}:\d{2}, .*UTC.*\s+\/\?q=Letter$/);
  await page.goto("/help?back=1");
  assert.doesNotMatch(await head.innerText(), /back=1/);
  await page.goto("/?q=Letter");
  for (const s of [".top", ".filters", ".foot"]) assert.equal(await page.locator(s).first().isVisible(), false, s);
});

test("ux 12.11 every stop of Tab was on the screen, had a ring, and nothing lay over it", () => assert.deepEqual([...new Set(covered)], []));
