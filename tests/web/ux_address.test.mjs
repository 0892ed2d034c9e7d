// A long address of a domain that imitates another (ux.md 12.5): on every page that shows it, readable in full at 320 px,
// nothing cut off, and the letter that imitates is marked.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { LONG, MISAKI, cut, world } from "./ux.mjs";

let w, where;
before(async () => {
  w = await world("uxaddress");
  w.held(1, { subject: "From afar", from: LONG, name: "Northwind Billing" });
  w.held(1, { subject: "Gone", from: LONG, name: "Northwind Billing" });
  w.held(1, { subject: "Asked", from: LONG, name: "Northwind Billing", kind: "phishing" });
  const id = (s) => w.message(s).slice(3), page = await w.open({ as: w.session(), js: false });
  await page.goto(`/m/${id("Gone")}`);
  await page.locator("main button[formaction='/delete']").first().click();
  await page.goto(`/confirm?do=ask&one=${id("Asked")}`);
  await page.locator("main button.primary").first().click();
  await page.goto("/senders?list=blocked");
  await page.locator("#f-sender").fill(LONG);
  await page.locator("main form[action='/senders/add'] button.primary").click();
  await page.context().close();
  const mail = await w.digest();
  where = { list: "/", deleted: "/deleted", message: `/m/${id("From afar")}`, "deleted message": `/m/${id("Gone")}`, history: "/history", requests: "/requests", "sender list": "/senders?list=blocked",
    ...Object.fromEntries(["allow", "block", "report"].map((d) => [`confirm ${d}`, `/confirm?do=${d}&one=${id("From afar")}`])), ask: `/confirm?do=ask&one=${id("Asked")}`, link: /\/d\/[\w-]+/.exec(mail.text)[0] };
}, { timeout: 180_000 });
after(() => w?.close());

test("ux 12.5 the whole address is readable on every page at 320 px, and its 1 is marked", { timeout: 120_000 }, async () => {
  const as = w.session(), wrong = [];
  for (const dark of [false, true]) {
    const page = await w.open({ as, width: 320, dark, js: !dark });
    for (const [name, path] of Object.entries(where)) {
      await page.goto(path);
      // Parts for people who do not see do not count: what stands there must be seen.
      const seen = await page.evaluate((address) => {
        const out = { whole: false, marked: false };
        for (const e of document.querySelectorAll("main *")) {
          if (e.closest(".vh") || e.innerText?.replace(/[\s\u200b]/g, "").includes(address) !== true) continue;
          if ([...e.children].some((c) => c.innerText?.replace(/[\s\u200b]/g, "").includes(address))) continue;
          const box = e.getBoundingClientRect(), s = getComputedStyle(e);
          if (!box.width || s.visibility === "hidden") continue;
          out.whole ||= box.left >= 0 && box.right <= innerWidth + 0.5 && s.textOverflow !== "ellipsis" && e.scrollWidth <= e.clientWidth + 1 || s.display === "inline" && box.right <= innerWidth + 0.5;
          out.marked ||= [...e.querySelectorAll("mark, .odd, [class*=mark]")].some((m) => m.innerText.includes("1"));
        }
        return out;
      }, LONG);
      if (!seen.whole) wrong.push(`${name}: not whole`);
      if (!seen.marked) wrong.push(`${name}: the 1 is not marked`);
      wrong.push(...(await cut(page)).map((c) => `${name}: ${c}`));
    }
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
});

test("ux 12.5 in sentences, too: the message bar, confirm pages, reasons and errors mark what imitates", async () => {
  const page = await w.open({ as: w.session(), js: false }), marks = (where) => page.locator(`${where} mark.odd`).allInnerTexts();
  await page.goto("/senders?list=allowed");
  await page.locator("#f-sender").fill("pay@g00d-n1ce.example");
  await page.locator("main form[action='/senders/add'] button.primary").click();
  assert.deepEqual(await marks(".bar p"), ["1"]); // 00 is no letter between letters
  assert.match(await page.locator(".bar p").innerText(), /^pay@g00d-n1ce\.example is allowed now\.$/);
  await page.goto(`/confirm?do=block&one=${w.message("From afar").slice(3)}`);
  assert.ok((await marks("dl dd")).length >= 1);
  w.held(1, { subject: "Told", kind: "phishing", reasons: [{ code: "link-listed", severity: "danger", slots: { what: "paypa1l.example/a" } }] });
  await page.goto("/?q=Told");
  assert.deepEqual(await marks(".c-subject .sub"), ["1"]);
  await page.goto(w.message("Told"));
  assert.deepEqual(await marks("aside .facts"), ["1"]);
  await page.context().close();
});

test("ux 12.5 in the digest mail, on a phone and as text", async () => {
  const mail = w.arrived().filter((m) => /^<digest\./.test(m.field("List-Id") ?? "")).at(-1), page = await w.open({ width: 320 });
  assert.ok(mail.text.replaceAll("\u200b", "").includes(LONG));
  await page.setContent(mail.html);
  const box = await page.evaluate((a) => [...document.querySelectorAll("*")].filter((e) => e.innerText?.replace(/[\s\u200b]/g, "").includes(a)).at(-1)?.getBoundingClientRect().right, LONG);
  assert.ok(box <= 320, `ends at ${box}`);
  await page.context().close();
});
