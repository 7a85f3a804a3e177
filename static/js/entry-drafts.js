// What is typed into the entry form stays on this device until the server has confirmed it: it is there again after a
// reload, a closed window or a lost connection, and only then gone. Numbers of documents and phones are never kept.
const form = document.querySelector("form[data-drafts]");
const key = form ? `entry:${form.dataset.drafts}` : "";
const OLDEST = 14 * 24 * 3600 * 1000;
let pending = {};
let sent = {};

function read() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write() {
  try {
    if (Object.keys(pending).length) localStorage.setItem(key, JSON.stringify(pending));
    else localStorage.removeItem(key);
  } catch {
    // Without storage (a private window) the form works as before.
  }
}

const current = () => document.getElementById(form.id);
const controls = (name) => [...current().querySelectorAll(`[name="${CSS.escape(name)}"]`)];
const subject = (control) => control.closest("[data-question]")?.dataset.question ?? control.name;

function base() {
  try {
    return JSON.parse(document.getElementById("base").value);
  } catch {
    return {};
  }
}

function values(name) {
  return controls(name)
    .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
    .map((one) => one.value);
}

function isKept(control) {
  if (!control.name || control.type === "hidden" || control.type === "file" || control.matches("button")) return false;
  return !("private" in control.dataset) && subject(control) in base();
}

function alike(one, other) {
  if (one.length !== other.length) return false;
  return one.every((text, place) => {
    const [a, b] = [text.trim(), other[place].trim()];
    return a === b || (a !== "" && b !== "" && Number(a) === Number(b));
  });
}

// A field that is refused or waits for a choice is not confirmed, though the request went well.
function isOpen(name) {
  const control = controls(name)[0];
  const slot = control && document.getElementById(`slot-${subject(control)}`);
  return Boolean(slot?.querySelector(".err, .ly-choice2"));
}

function note(event) {
  const control = event.target;
  if (!control.closest || control.closest("form") !== current() || !isKept(control)) return;
  const was = pending[control.name]?.base;
  pending[control.name] = {
    values: values(control.name),
    base: was === undefined ? base()[subject(control)] ?? null : was,
    subject: subject(control),
    at: Date.now(),
  };
  write();
}

function confirmed() {
  for (const [name, item] of Object.entries(sent)) {
    if (pending[name] && alike(pending[name].values, item) && !isOpen(name)) delete pending[name];
  }
  for (const item of Object.values(pending)) if (item.subject in base()) item.base = base()[item.subject];
  write();
}

// A row of a table that had been added when the connection broke is made again from the one above.
function grow(name) {
  const parts = name.match(/^(.+)-(\d+)-([^-].*)$/);
  const count = parts && current().querySelector(`[name="${CSS.escape(`${parts[1]}-rows`)}"]`);
  const list = count?.closest("fieldset").querySelector(".ly-rows");
  while (list && Number(count.value) <= Number(parts[2]) && Number(count.value) < 100) {
    const row = list.lastElementChild.cloneNode(true);
    const place = Number(count.value);
    for (const input of row.querySelectorAll("input")) {
      input.name = input.name.replace(`${parts[1]}-${place - 1}-`, `${parts[1]}-${place}-`);
      input.value = "";
    }
    row.querySelector("button")?.remove();
    row.querySelector(".n").textContent = String(place + 1);
    list.append(row);
    count.value = String(place + 1);
  }
}

function show(name, wanted) {
  for (const control of controls(name)) {
    if (["radio", "checkbox"].includes(control.type)) control.checked = wanted.includes(control.value);
    else control.value = wanted[0] ?? "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function restore() {
  pending = read();
  const facts = base();
  let latest = 0;
  for (const [name, item] of Object.entries(pending)) {
    if (Date.now() - item.at > OLDEST || !(item.subject in facts)) {
      delete pending[name];
      continue;
    }
    if (!controls(name).length) grow(name);
    if (!controls(name).length) continue;
    if (alike(values(name), item.values)) {
      if (!isOpen(name)) delete pending[name];
      continue;
    }
    // Changed elsewhere meanwhile: the server answers with both values when it learns what this page had started from.
    if (JSON.stringify(facts[item.subject]) !== JSON.stringify(item.base)) facts[item.subject] = item.base;
    latest = Math.max(latest, item.at);
    const kept = item.base;
    show(name, item.values);
    if (pending[name]) pending[name].base = kept;
  }
  write();
  if (!latest) return;
  document.getElementById("base").value = JSON.stringify(facts);
  const time = new Date(latest).toTimeString().slice(0, 5);
  const word = document.createElement("p");
  word.className = "ly-note go";
  word.setAttribute("role", "status");
  word.textContent = form.dataset.back.replace("{time}", time);
  form.before(word);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

if (form) {
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest?.("form") !== current()) return;
    sent = Object.fromEntries(Object.entries(pending).map(([name, item]) => [name, item.values]));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.("form") === current() && event.detail.successful) setTimeout(confirmed, 60);
  });
  window.addEventListener("load", restore);
}
