// Single-key shortcuts (ux.md 4.13), loaded by app.js with the first key; "/" is there. Each presses a control that the
// page shows, so a key never does what that would not do.
const one = (selector, root = document) => root.querySelector(selector);
const rows = [...document.querySelectorAll("table.list tbody tr")].filter((row) => one(".row-link", row));
let at = rows.findIndex((row) => row.classList.contains("current"));
let prefix = ""; // "*" or "g" was pressed just before

const press = (control) => {
  control?.click();
  return Boolean(control);
};
function go(step) {
  if (press(one(step > 0 ? "a[data-key=j]" : "a[data-key=k]")) || !rows.length) return;
  rows[at]?.classList.remove("current");
  at = Math.max(0, Math.min(rows.length - 1, at + step));
  rows[at].classList.add("current");
  one(".row-link", rows[at]).focus();
}
const ticked = () => Boolean(one("form[data-select] tbody :checked"));
// With what is selected; else with the row or the message that is at hand.
function act(own, bulk) {
  if (!ticked() && press(one(own, rows[at] ?? (rows.length ? document.createElement("i") : document)))) return;
  const button = one(bulk);
  if (!button || (rows.length && !ticked() && !press(one(".c-box input", rows[at])))) return;
  press(button);
}
const admin = document.body.classList.contains("admin");
const places = admin ? { q: "/quarantine", d: "/", t: "/tracking", p: "/spam", s: "/account" } : { q: "/", s: "/settings" };
const after = {
  "*": {
    a: () => one("[data-select-all]:not(:checked)")?.click(),
    n: () => press(one("[data-select-none]")),
  },
  g: Object.fromEntries(Object.entries(places).map(([key, path]) => [key, () => press(one(`nav a[href="${path}"], .pop a[href="${path}"]`))])),
};
const actions = {
  "?": () => press(one("[data-key='?']")),
  j: () => go(1),
  k: () => go(-1),
  o: () => press(rows[at] && one(".row-link", rows[at])),
  u: () => press(one("[data-key=u]") ?? one(".crumbs a")),
  x: () => press(rows[at] && one(".c-box input", rows[at])),
  X: () => rows[at] && one(".c-box input", rows[at])?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })),
  e: () => act("[data-key=e]", ".bulk [formaction$='/deliver'], form[action$='/quarantine/deliver'] .bulk .primary:not([formaction])"),
  "#": () => act("[data-key='#']", ".bulk [formaction$='/delete']"),
  b: () => act(".acts [data-key=b]", "[data-key=b]"),
  "!": () => act(".acts [data-key='!']", "[data-key='!']"),
  z: () => press(one("[data-key=z]")),
};

const typing = (element) => element?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

export default function key(event) {
  if (event.isComposing || event.altKey || one("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey) {
    const form = event.key === "Enter" && event.target.closest("form[method=post]");
    const button = form && one(".primary, .card-foot button, button:not([type=button])", form);
    if (button) form.requestSubmit(button);
    return;
  }
  // activeElement: a key that waited for this module, when the reader is in a field by now.
  if (typing(event.target) || typing(document.activeElement)) return;
  const second = after[prefix]?.[event.key];
  prefix = prefix || !after[event.key] ? "" : event.key;
  const action = second ?? (prefix ? null : actions[event.key]);
  if (!action && !prefix) return;
  event.preventDefault();
  action?.();
}
