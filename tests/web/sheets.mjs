// Contact sheets of the pictures that languages.test.mjs keeps: node tests/web/sheets.mjs FOLDER. One sheet a page and width,
// all languages beside each other, as FOLDER/sheet-PAGE.WIDTH.png.
import { readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { chromium } from "playwright-core";

const folder = resolve(process.argv[2]);
const sheets = new Map();
for (const f of readdirSync(folder).sort()) {
  const m = /^(?!sheet-)(.*)\.(\d+)\.([\w-]+)\.png$/.exec(f);
  if (m) sheets.set(`${m[1]}.${m[2]}`, [...(sheets.get(`${m[1]}.${m[2]}`) ?? []), [m[3], f]]);
}
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"] });
const page = await (await browser.newContext({ viewport: { width: 1800, height: 800 } })).newPage();
for (const [name, shots] of sheets) {
  const width = name.endsWith(".390") ? 250 : 590;
  writeFileSync(`${folder}/sheet.html`, `<body style="margin:4px;display:flex;flex-wrap:wrap;gap:4px">${shots.map(([l, f]) => `<figure style="margin:0">${l}<br><img src="${f}" width="${width}"></figure>`).join("")}`);
  await page.goto(`file://${folder}/sheet.html`);
  await page.screenshot({ path: `${folder}/sheet-${name}.png`, fullPage: true });
}
await browser.close();
