// Settings of one's own (U10), shortcuts (ux.md 4.13), help (U15) and what an administrator sets for the organisation, in a
// real browser: without script, with the keyboard, at 320 pixels, in the dark.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { axe } from "./axe.mjs";
import { GTUBE, start, tooWide, until } from "./kit.mjs";

const MISAKI = "misaki.sato@acme.example";
const TOM = "tom.berger@acme.example";
const KENJI = "kenji.ota@acme.example";
let kit, misaki, tom, kenji;

before(async () => {
  kit = await start("websettings", { users: [[MISAKI, "en"], [TOM, "en"]] });
  for (let i = 1; i <= 12; i++)
    await kit.send({ subject: `Newsletter ${i}`, name: "Travel Letter", from: "news@tabi-letter.example", to: MISAKI, body: `Kyoto in autumn\r\n\r\n${GTUBE}` });
  misaki = await kit.cookies(MISAKI);
  tom = await kit.cookies(TOM);
  kenji = await kit.cookies(KENJI, "admin");
});
after(() => kit?.stop());

const bar = (page) => page.locator(".bar");
const card = (page, name) => page.locator(".card", { has: page.getByRole("heading", { name, exact: true }) });
async function save(page, name) {
  await card(page, name).locator(".card-foot .btn").click();
  assert.match(await bar(page).innerText(), /Settings saved|保存/);
}

test("U10 without script: each card saves itself alone, and every page follows", async () => {
  const page = await kit.open({ js: false, as: tom });
  await page.goto("/settings");
  await page.locator("[name=city]").fill("new york");
  await card(page, "Time zone").getByRole("button", { name: "Search" }).click();
  assert.match(await card(page, "Time zone").innerText(), /New York.*there now \(UTC-0[45]:00\)/s);
  await page.locator("[name=tz][value='America/New_York']").check();
  await save(page, "Time zone");
  assert.match(await card(page, "Time zone").innerText(), /Times are shown for New York/);
  await page.locator("[name=date_style][value=iso]").check();
  await save(page, "Dates");
  await page.locator("[name=theme]").selectOption("dark");
  await page.locator("[name=row_height]").selectOption("compact");
  await page.locator("[name=page_size]").selectOption("10");
  await save(page, "Display");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await page.locator("html").getAttribute("data-rows"), "compact");
  await page.locator("select[name=lang]").selectOption("ja");
  await card(page, "Language").locator(".card-foot .btn").click();
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  assert.equal(kit.sql(`SELECT concat_ws(' ', lang, tz, theme, date_style, row_height, page_size, shortcuts) FROM account WHERE address = '${TOM}'`),
    "ja America/New_York dark iso compact 10 t");
  await page.locator("select[name=lang]").selectOption("en");
  await page.locator(".card-foot .btn").first().click();
  await page.locator("[name=tz][value=organisation]").check();
  await save(page, "Time zone");
  assert.equal(kit.sql(`SELECT tz IS NULL FROM account WHERE address = '${TOM}'`), "t");
  assert.equal(await page.locator("[name=tz]").count(), 0, "nothing to go back to any more");
  await page.context().close();
});

test("U10: a time zone is found by city or country in the reader's language, whatever the accents; what is none is said", async () => {
  const page = await kit.open({ js: false, as: tom });
  for (const [words, id] of [["tokyo", "Asia/Tokyo"], ["GERMANY", "Europe/Berlin"], ["sao paulo", "America/Sao_Paulo"], ["kolkata", "Asia/Calcutta"]]) {
    await page.goto(`/settings?city=${encodeURIComponent(words)}`);
    const values = await page.locator("[name=tz]").evaluateAll((all) => all.map((e) => e.value));
    assert.ok(values.includes(id), `${words}: ${values}`);
  }
  await page.goto("/settings?city=Atlantis");
  assert.match(await card(page, "Time zone").innerText(), /Nothing found for Atlantis/);
  await card(page, "Time zone").locator(".card-foot .btn").click();
  assert.match(await page.title(), /^Error/);
  assert.match(await page.locator("#e-tz").innerText(), /Choose a time zone/);
  await page.context().close();
  const own = await kit.open({ js: false, as: tom });
  await own.goto("/settings");
  await own.locator("select[name=lang]").selectOption("ja");
  await own.locator(".card-foot .btn").first().click();
  await own.goto(`/settings?city=${encodeURIComponent("ロンドン")}`);
  assert.equal(await own.locator("[name=tz][value='Europe/London']").count(), 1);
  await own.locator("select[name=lang]").selectOption("en");
  await own.locator(".card-foot .btn").first().click();
  await own.context().close();
});

test("U10: wrong values are refused and nothing is saved", async () => {
  const page = await kit.open({ js: false, as: tom });
  await page.goto("/settings");
  const csrf = await page.locator("main [name=csrf]").first().inputValue();
  const before = kit.sql(`SELECT concat_ws(' ', lang, tz, theme, date_style, row_height, page_size) FROM account WHERE address = '${TOM}'`);
  for (const form of [{ card: "language", lang: "xx" }, { card: "zone", tz: "Europe/Nowhere" }, { card: "dates", date_style: "roman" },
    { card: "display", theme: "pink" }, { card: "display", row_height: "tall" }, { card: "display", page_size: "5000" }, { card: "everything" }]) {
    const answer = await page.request.post("/settings", { form: { csrf, ...form }, headers: { origin: kit.urls.portal }, maxRedirects: 0 });
    assert.equal(answer.status(), 422, JSON.stringify(form));
  }
  assert.equal(kit.sql(`SELECT concat_ws(' ', lang, tz, theme, date_style, row_height, page_size) FROM account WHERE address = '${TOM}'`), before);
  await page.context().close();
});

test("U10: dates as the reader wants them, on pages and in mails' rows", async () => {
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/settings");
  await page.locator("[name=date_style][value=iso]").check();
  await save(page, "Dates");
  await page.goto("/");
  assert.match(await page.locator("tbody time").first().getAttribute("title"), /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  await page.goto("/settings");
  await page.locator("[name=date_style][value=language]").check();
  await save(page, "Dates");
  await page.goto("/");
  assert.match(await page.locator("tbody time").first().getAttribute("title"), /\d{1,2} \w{3}/);
  await page.context().close();
});

test("U10: row height and page size change the list", async () => {
  const page = await kit.open({ as: misaki });
  const height = async () => {
    await page.goto("/");
    return (await page.locator("tbody tr").nth(1).boundingBox()).height;
  };
  const set = async (rows, size) => {
    await page.goto("/settings");
    await page.locator("[name=row_height]").selectOption(rows);
    await page.locator("[name=page_size]").selectOption(size);
    await save(page, "Display");
  };
  await set("comfortable", "10");
  const comfortable = await height();
  assert.equal(await page.locator("tbody tr").count(), 10);
  await set("compact", "50");
  const compact = await height();
  assert.equal(await page.locator("tbody tr").count(), 12);
  await set("default", "50");
  const normal = await height();
  assert.ok(compact < normal && normal < comfortable, `${compact} ${normal} ${comfortable}`);
  await page.context().close();
});

test("4.13: ? shows the shortcuts as a dialog, and as a page without script; every key does what its control does", async () => {
  const page = await kit.open({ as: misaki });
  await page.goto("/?q=Newsletter");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  assert.match(await page.locator("dialog").innerText(), /Keyboard shortcuts/);
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("j");
  assert.equal(await page.locator("tr.current").count(), 0, "nothing behind the dialog moves");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await until(async () => (await page.locator("tbody tr").first().getAttribute("class")) === "current");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  assert.equal(await page.locator("tbody :checked").count(), 3);
  await page.keyboard.press("*");
  await page.keyboard.press("a");
  assert.equal(await page.locator("tbody :checked").count(), 12);
  await page.keyboard.press("*");
  await page.keyboard.press("n");
  assert.equal(await page.locator("tbody :checked").count(), 0);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL(/settings/);
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await page.waitForURL((u) => u.pathname === "/");
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.waitForURL(/\/m\//);
  const first = page.url();
  await page.keyboard.press("j");
  await page.waitForURL((u) => u.href !== first);
  await page.keyboard.press("u");
  await page.waitForURL((u) => u.pathname === "/");
  await page.keyboard.press("j");
  await page.keyboard.press("b");
  await page.waitForURL(/confirm/);
  assert.match(await page.locator("h1").innerText(), /block its sender/);
  assert.equal(kit.sql(`SELECT count(*) FROM message_recipient WHERE state <> 'held' AND address = '${MISAKI}'`), "0", "a key only opens the page that asks");
  await page.goto("/");
  await page.keyboard.press("j");
  await page.keyboard.press("#");
  await until(async () => (await bar(page).count()) === 1);
  await page.keyboard.press("z");
  await until(() => kit.sql(`SELECT count(*) FROM message_recipient WHERE state = 'held' AND address = '${MISAKI}'`) === "12");
  await page.context().close();
  const plain = await kit.open({ js: false, as: misaki, width: 320 });
  await plain.goto("/");
  await plain.getByRole("link", { name: "Keyboard shortcuts" }).click();
  assert.equal(await plain.locator("h1").innerText(), "Keyboard shortcuts");
  assert.equal(await tooWide(plain), false);
  await plain.context().close();
});

test("4.13: nothing while typing, with a modifier or while composing, nor on a touch screen; Ctrl+Enter saves", async () => {
  const slow = await kit.open({ as: misaki });
  await slow.route(/keys\./, (route) => setTimeout(() => route.continue(), 1000));
  await slow.goto("/?q=Newsletter");
  for (const key of ["/", "j", "#"]) await slow.keyboard.press(key);
  await slow.waitForTimeout(1500);
  assert.equal(await slow.locator("main [data-search]").inputValue(), "j#", "what is typed behind it is text, however long the module takes");
  assert.equal(await bar(slow).count() + await slow.locator("tr.current").count(), 0, "and no command");
  await slow.context().close();
  const page = await kit.open({ as: misaki });
  await page.goto("/?q=Newsletter");
  await page.keyboard.press("/");
  await page.keyboard.type("j#x?");
  assert.equal(await page.locator("main [data-search]").inputValue(), "j#x?");
  assert.equal(await page.locator("dialog[open], tr.current").count(), 0);
  await page.locator("h1").click();
  for (const modifier of ["Control", "Alt", "Meta"]) await page.keyboard.press(`${modifier}+j`);
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", isComposing: true, bubbles: true })));
  assert.equal(await page.locator("tr.current").count(), 0);
  await page.goto("/settings");
  await page.locator("[name=page_size]").focus();
  await page.keyboard.press("Control+Enter");
  await until(async () => (await bar(page).count()) === 1);
  await page.context().close();
  const touch = await kit.open({ as: misaki, width: 390, touch: true });
  const asked = [];
  touch.on("request", (r) => asked.push(r.url()));
  await touch.goto("/");
  await touch.keyboard.press("j");
  await touch.waitForTimeout(200);
  assert.equal(asked.filter((u) => /keys\./.test(u)).length, 0, "the module is not even loaded");
  await touch.context().close();
});

test("4.13, ux.md 12.11: single keys turned off in the dialog and in settings; all else goes on with Tab and Enter", async () => {
  const page = await kit.open({ as: misaki });
  await page.goto("/?q=Newsletter");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await page.getByRole("button", { name: "Turn single keys off" }).click();
  await until(async () => (await bar(page).count()) === 1);
  assert.equal(new URL(page.url()).search, "?q=Newsletter", "back where it was");
  await page.keyboard.press("j");
  await page.keyboard.press("?");
  await page.waitForTimeout(200);
  assert.equal(await page.locator("dialog[open], tr.current").count(), 0);
  await page.goto("/settings");
  assert.equal(await page.locator("[name=shortcuts]").isChecked(), false);
  await page.locator("[name=shortcuts]").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(async () => (await bar(page).count()) === 1);
  assert.equal(kit.sql(`SELECT shortcuts FROM account WHERE address = '${MISAKI}'`), "t");
  await page.context().close();
});

test("4.13: the console has them, too", async () => {
  const page = await kit.open({ surface: "admin", as: kenji });
  await page.goto("/");
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await page.waitForURL(/quarantine/);
  await page.locator(".row-link").first().waitFor();
  await page.keyboard.press("j");
  await until(async () => (await page.locator("tr.current").count()) === 1);
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  assert.match(await page.locator("dialog").innerText(), /dashboard/);
  await page.context().close();
});

test("4.11: every page names the zone; that of the browser is offered once, and nothing changes by looking", async () => {
  const own = () => kit.sql(`SELECT concat_ws(' ', coalesce(tz, '-'), tz_asked) FROM account WHERE address = '${MISAKI}'`);
  const offer = (page) => page.locator("[data-zone]");
  for (const how of [{ zone: "UTC" }, { zone: "Africa/Abidjan" }, { zone: "Asia/Tokyo", js: false }]) {
    const page = await kit.open({ as: misaki, ...how });
    await page.goto("/");
    assert.match(await page.locator("footer").innerText(), /Times: UTC/);
    assert.equal(await offer(page).isVisible(), false, JSON.stringify(how));
    await page.context().close();
  }
  const page = await kit.open({ as: misaki, zone: "Asia/Tokyo", width: 320 });
  await page.goto("/?q=Newsletter");
  assert.match(await offer(page).innerText(), /Your browser says Asia\/Tokyo\. Use it for times\?/);
  assert.deepEqual(await axe(page), []);
  assert.equal(await tooWide(page), false);
  await kit.shot(page, "zone.320.en");
  assert.equal(own(), "- f");
  await page.getByRole("button", { name: "Use it" }).click();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/?q=Newsletter");
  assert.equal(own(), "Asia/Tokyo t");
  assert.match(await page.locator("footer").innerText(), /Times: Japan.*UTC\+09:00/);
  assert.equal(await offer(page).count(), 0);
  kit.sql(`UPDATE account SET tz = NULL WHERE address = '${MISAKI}'`);
  await page.goto("/");
  assert.equal(await offer(page).count(), 0, "asked once");
  kit.sql(`UPDATE account SET tz_asked = false WHERE address = '${MISAKI}'`);
  await page.goto("/settings/mailboxes");
  assert.equal(await offer(page).isVisible(), true);
  await page.locator("[name=address]").fill("no address");
  await page.getByRole("button", { name: "Add the mailbox" }).click();
  assert.equal(await page.locator("#e-address").count(), 1);
  assert.equal(await offer(page).count(), 0, "what was typed is not lost by an answer to it");
  await page.goto("/");
  await page.getByRole("button", { name: "Keep UTC" }).click();
  assert.equal(own(), "- t");
  assert.equal(await offer(page).count(), 0);
  await page.context().close();
});

test("5: the head names the organisation, the menu of the account the person's other mailboxes and nobody else's", async () => {
  kit.sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, v FROM account, (VALUES ('${MISAKI}', 'team@acme.example'), ('${TOM}', 'toms@acme.example')) x(a, v) WHERE address = a`);
  const page = await kit.open({ js: false, as: misaki });
  await page.goto("/settings");
  assert.equal((await page.locator(".brand .org").innerText()).trim(), "Acme Group");
  const menu = page.locator("details", { has: page.locator(".account") });
  await menu.locator("summary").click();
  const text = await menu.innerText();
  assert.match(text, /Other mailboxes\s+team@acme\.example/);
  assert.ok(!text.includes("toms@") && !/All mailboxes/.test(text), text);
  await kit.shot(page, "menu.1280.en");
  await menu.getByRole("link", { name: "team@acme.example" }).click();
  assert.equal(new URL(page.url()).searchParams.get("mailbox"), "team@acme.example");
  kit.sql(`INSERT INTO account_mailbox (org_id, account_id, address) SELECT org_id, account_id, 'z' || n || '@acme.example' FROM account, generate_series(1, 9) n WHERE address = '${MISAKI}'`);
  await page.goto("/settings");
  await menu.locator("summary").click();
  assert.equal(await menu.locator("bdi.addr").count(), 8);
  assert.equal(await menu.getByRole("link", { name: "All mailboxes" }).count(), 1);
  kit.sql("DELETE FROM account_mailbox WHERE address ~ '^z'");
  await page.context().close();
});

test("U12: each mailbox says whether digests are sent for it, and leads to where that is changed", async () => {
  const page = await kit.open({ js: false, as: misaki });
  const digest = async (address) => {
    await page.goto("/settings/mailboxes");
    return page.locator("tbody tr", { hasText: address }).locator("a[href*='/settings/digest']");
  };
  assert.match(await (await digest(MISAKI)).innerText(), /^No/);
  kit.sql(`INSERT INTO digest_rule (org_id, rule_id, name, priority, targets, days, times, tz, next_at) SELECT org_id, uuid7(), 'Daily', 1, '{${MISAKI},team@acme.example}', 127, '{540}', 'UTC', now() FROM org WHERE name = 'Acme Group';
           INSERT INTO digest_pref (org_id, address, enabled) SELECT org_id, 'team@acme.example', false FROM org WHERE name = 'Acme Group'`);
  assert.match(await (await digest(MISAKI)).innerText(), /^Yes/);
  assert.match(await (await digest("team@acme.example")).innerText(), /^No/, "its people turned it off");
  await kit.shot(page, "mailboxes.1280.en");
  kit.sql("INSERT INTO digest_setting (org_id, users_may) SELECT org_id, false FROM org WHERE name = 'Acme Group'");
  assert.match(await (await digest("team@acme.example")).innerText(), /^Yes/, "where people do not choose, the rule counts");
  kit.sql("DELETE FROM digest_setting");
  await (await digest("team@acme.example")).click();
  assert.equal(await page.locator("[name=mailbox]").first().inputValue(), "team@acme.example");
  await page.context().close();
});

test("U4 empty: nothing is held, when the last digest was sent, the way to the history", async () => {
  const page = await kit.open({ js: false, as: tom });
  await page.goto("/");
  assert.match(await page.locator("main").innerText(), /Nothing is held for you/);
  assert.ok(!/last digest/.test(await page.locator("main").innerText()));
  kit.sql(`INSERT INTO digest (org_id, digest_id, address, kind, period_at, since_at, until_at, state, created_at)
           SELECT org_id, uuid7(), '${TOM}', 'digest', now(), now(), now(), 'queued', '2026-11-20 09:00Z' FROM org WHERE name = 'Acme Group'`);
  await page.goto("/");
  assert.match(await page.locator("main").innerText(), /The last digest was sent .*(20 Nov|2026-11-20)/);
  assert.equal(await page.locator(".empty a[href='/history']").count(), 1);
  await kit.shot(page, "empty.1280.en");
  await page.context().close();
});

test("4.10: lists in which nothing matches repeat their filters in words, with the way out of them", async () => {
  const admin = await kit.open({ surface: "admin", js: false, as: kenji });
  const portal = await kit.open({ js: false, as: misaki });
  for (const [page, path, words, clear] of [
    [admin, "/quarantine?q=no+such+words&kind=malware&period=7d&recipient=x@acme.example", [/Search\s+no such words/, /Recipient\s+x@acme\.example/, /Kind\s+Malware/, /Period\s+Last 7 days/], "/quarantine"],
    [admin, "/audit?actor=nobody@acme.example&period=7d", [/Who\s+nobody@acme\.example/, /Period\s+Last 7 days/], "/audit"],
    [admin, "/tracking?q=subject:nothing&period=24h", [/Search\s+subject:nothing/, /Period\s+24 h/], "/tracking?period=all"],
    [admin, "/users?q=nobody+there", [/nobody there/], "/users"],
    [portal, "/?q=no+such+words&kind=malware", [/Search\s+no such words/, /Period\s+Last 30 days/, /Reason\s+Malware/], "/"],
  ]) {
    await page.goto(path);
    const text = await page.locator(".card", { has: page.locator(".empty") }).innerText();
    for (const word of words) assert.match(text, word, path);
    assert.equal(await page.locator(`.empty a[href='${clear}']`).count(), 1, path);
    assert.equal(await page.locator("dl.pairs:not(.pop *) dt").count(), (await page.locator("dl.pairs:not(.pop *) dd").count()), path);
    await kit.shot(page, `nomatch${path.split("?")[0].replace(/\W/g, "_")}.1280.en`);
  }
  await admin.context().close();
  await portal.context().close();
});

const PAGES = ["/settings", "/settings?city=Berlin", "/keys"];
for (const [width, dark] of [[1280, false], [320, true]])
  test(`axe finds nothing, no sideways scrolling: ${width} px ${dark ? "dark" : "light"}`, async () => {
    const page = await kit.open({ as: misaki, width, dark });
    for (const path of PAGES) {
      await page.goto(path);
      assert.deepEqual(await axe(page), [], path);
      assert.equal(await tooWide(page), false, path);
      await kit.shot(page, `settings${path.replace(/\W/g, "_")}.${width}.en`);
    }
    await page.context().close();
  });

test("no page met its policy's limits", () => assert.deepEqual(kit.violations, []));
