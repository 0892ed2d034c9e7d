// Shortens the way; nothing needs it. Parts: menu, flash, reveal, length, zone, select, copy, confirm, keys. One file,
// so that a first view stays at five requests. No innerHTML: the policy header has trusted types.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// menu: Escape and a click elsewhere close what <details class="menu"> opened
function closeMenus(except) {
  for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest("details.menu[open]");
  closeMenus();
  open?.querySelector("summary").focus();
});

// flash: close the bar; errors take the focus, also those of a form
for (const button of all("[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest(".bar").remove();
    document.getElementById("main").focus();
  });
}
document.querySelector("[data-focus]")?.focus();

// reveal: shows what is typed into a field of a password
for (const button of all("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
  field.form?.addEventListener("submit", () => { field.type = "password"; }); // browsers remember text fields
}

// length: what is still missing from a new password, said when the typing rests, so that it can be heard
for (const hint of all("[data-length]")) {
  const field = document.getElementById(hint.dataset.length);
  const lang = document.documentElement.lang;
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const typed = [...field.value].length;
      const n = Number(hint.dataset.least) - typed;
      const text = n <= 0 ? hint.dataset.done : hint.dataset[new Intl.PluralRules(lang).select(n) === "one" ? "one" : "many"];
      hint.textContent = typed ? text.replace("{n}", n.toLocaleString(lang)) : "";
    }, 300);
  });
}

// zone: offers the time zone of the browser when its clocks show something else, now or in half a year
for (const form of all("[data-zone]")) {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clocks = (timeZone) => [0, 182].map((days) => new Date(Date.now() + days * 864e5).toLocaleString("en", { timeZone })).join();
  if (!here || clocks(here) === clocks(form.dataset.zone)) continue;
  const place = form.querySelector("[data-text]");
  place.textContent = place.dataset.text.replace("{zone}", here);
  form.querySelector("[data-yes]").value = here;
  form.hidden = false;
}

// select: head box, shift for a range, count
for (const form of all("form[data-select]")) {
  const boxes = all("tbody input[type=checkbox]", form);
  const head = form.querySelector("[data-select-all]");
  const count = form.querySelector("[data-count]");
  const mixed = form.querySelector("[data-mixed]");
  let last = null;
  const show = () => {
    const n = boxes.filter((box) => box.checked).length;
    if (head) {
      head.checked = n > 0 && n === boxes.length;
      head.indeterminate = n > 0 && n < boxes.length;
    }
    const lang = document.documentElement.lang;
    const say = (place, of, all) => {
      if (!place) return;
      const text = place.dataset[new Intl.PluralRules(lang).select(of) === "one" ? "one" : "many"] ?? "";
      place.textContent = of ? text.replace("{n}", of.toLocaleString(lang)).replace("{all}", all.toLocaleString(lang)) : "";
    };
    say(count, n, n);
    say(mixed, boxes.filter((box) => box.checked && "ask" in box.dataset).length, n);
  };
  if (head) {
    head.closest("[hidden]")?.removeAttribute("hidden");
    head.addEventListener("change", () => {
      for (const box of boxes) box.checked = head.checked;
      show();
    });
  }
  for (const button of all("[data-select-none]", form)) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = false;
      show();
    });
  }
  form.addEventListener("click", (event) => {
    const label = event.target.closest(".c-box label, .c-box input");
    if (!label) return;
    const box = label.matches("input") ? label : label.querySelector("input");
    if (event.target !== box || box === head) return; // the head box is handled by its change
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
    }
    last = box;
    show();
  });
  form.addEventListener("change", show);
  show();
}

// copy
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.querySelector("span").textContent = button.dataset.done;
  });
}

// confirm: the page of a question, shown as a dialog; XHR parses it into a document of its own
for (const link of all("a[data-confirm]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("GET", link.href);
    request.responseType = "document";
    request.onload = () => {
      const body = request.response?.querySelector("main [data-question]");
      if (request.status !== 200 || !body) return location.assign(link.href);
      const dialog = document.createElement("dialog");
      dialog.append(document.adoptNode(body));
      document.body.append(dialog);
      for (const cancel of all("[data-cancel]", dialog))
        cancel.addEventListener("click", (e) => { e.preventDefault(); dialog.close(); });
      dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
      dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
      dialog.setAttribute("aria-labelledby", body.querySelector("h1, h2")?.id ?? "");
      dialog.showModal();
      dialog.querySelector("[data-cancel]")?.focus();
    };
    request.onerror = () => location.assign(link.href);
    request.send();
  });
}

// keys: a module of its own, which comes with the first key; only where the reader has them on, not on touch screens
const keys = document.body.dataset.keys;
if (keys && matchMedia("(pointer: fine)").matches) {
  let press;
  const waiting = [];
  for (const help of all("[data-keys-help]")) help.hidden = !document.querySelector(".row-link, [data-key]");
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    const field = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !document.querySelector("dialog[open]");
    // Here and not in the module: what is typed next must find the field focused, and is text.
    if (event.key === "/" && search && plain && !field) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (press) press(event);
    else if (waiting.push(event) === 1)
      import(keys).then((module) => {
        press = module.default;
        waiting.forEach(press);
      });
  });
}
