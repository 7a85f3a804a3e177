// The entry form: places and units chosen in two steps, counted texts, parts that depend on an answer, and what
// becomes of each autosave. Without this file the form is a plain one with a save button.
document.documentElement.classList.add("js");

// A grouped select becomes two: the group, then the choice. The real select stays in the form, out of sight.
function cascade(select) {
  if (select.dataset.ready) return;
  select.dataset.ready = "1";
  const groups = [...select.querySelectorAll("optgroup")];
  if (groups.length < 2 || select.disabled) return;
  const row = document.createElement("div");
  row.className = "ly-cascade";
  const first = document.createElement("select");
  const second = document.createElement("select");
  const label = document.querySelector(`label[for="${select.id}"]`);
  const name = label ? label.textContent.trim() : "";
  for (const [box, suffix] of [[first, "1"], [second, "2"]]) {
    box.className = "form-select";
    box.id = `${select.id}-${suffix}`;
    box.setAttribute("aria-label", `${name} ${suffix}`);
    row.append(box);
  }
  first.append(new Option("—", ""), ...groups.map((group, index) => new Option(group.label, index)));
  const fill = () => {
    const group = groups[first.value];
    const options = first.value !== "" && group ? [...group.querySelectorAll("option")] : [];
    second.replaceChildren(...options.map((option) => new Option(option.textContent, option.value)));
    if (options.length > 1) second.prepend(new Option("—", ""));
    second.disabled = options.length === 0;
  };
  const show = () => {
    const chosen = select.selectedOptions[0];
    const index = groups.indexOf(chosen?.parentElement);
    first.value = index < 0 ? "" : String(index);
    fill();
    second.value = select.value;
  };
  const choose = () => {
    if (select.value === second.value) return;
    select.value = second.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  first.addEventListener("change", (event) => {
    event.stopPropagation();
    fill();
    second.value = second.options.length === 1 ? second.options[0].value : "";
    choose();
    if (second.options.length > 1) second.focus();
  });
  second.addEventListener("change", (event) => {
    event.stopPropagation();
    choose();
  });
  select.hidden = true;
  if (label) label.setAttribute("for", first.id);
  select.after(row);
  show();
}

function count(field) {
  if (field.dataset.counted || field.type === "date" || field.type === "tel") return;
  field.dataset.counted = "1";
  const limit = Number(field.getAttribute("maxlength"));
  const note = document.createElement("p");
  note.className = "count";
  note.setAttribute("aria-hidden", "true");
  const show = () => {
    const length = field.value.length;
    note.textContent = `${length} / ${limit}`;
    note.classList.toggle("full", length >= limit);
  };
  field.addEventListener("input", show);
  field.after(note);
  show();
}

// `data-when="name=value"` (or `name!=value`): shown while that is the answer. Hidden fields keep their values and are still saved.
function follow() {
  for (const part of document.querySelectorAll("[data-when]")) {
    const [, name, not, value] = part.dataset.when.match(/^(\w+)(!?)=(.*)$/);
    const control = document.querySelector(`select[name="${name}"], [name="${name}"]:checked`);
    part.hidden = ((control ? control.value : "") === value) === Boolean(not);
  }
}

// `data-asked-by="code"` and `data-asked-is` (a value a line): a question that is asked only after certain answers. It
// stays away as well while the question that it depends on is not asked. `data-fact` says yes or no for one that depends on
// a fact of another step.
function ask() {
  const parts = new Map([...document.querySelectorAll("[data-question]")].map((part) => [part.dataset.question, part]));
  const answers = (part) =>
    [...part.querySelectorAll("select, textarea, input:not([type=hidden])")]
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .filter((control) => !control.name.startsWith("keep-"))
      .map((control) => control.value.trim());
  const isAsked = (part, above) => {
    if (!part || above.includes(part)) return false;
    if (part.dataset.fact) return part.dataset.fact === "yes";
    if (!part.dataset.askedBy) return true;
    const other = parts.get(part.dataset.askedBy);
    const wanted = part.dataset.askedIs.split("\n");
    return isAsked(other, [...above, part]) && answers(other).some((value) => wanted.includes(value));
  };
  for (const part of parts.values()) part.hidden = !isAsked(part, []);
}

function prepare(root) {
  root.querySelectorAll("select[data-cascade]").forEach(cascade);
  root.querySelectorAll("textarea[maxlength], input[name=one_line][maxlength], [data-count]").forEach(count);
  follow();
  ask();
}

function say(text, bad) {
  const place = document.getElementById("saved");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("bad", bad);
}

let failed = null;
document.addEventListener("change", follow);
document.addEventListener("change", ask);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-autosave]")) say(document.getElementById("saved")?.dataset.saving ?? "", false);
});
for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.matches("[data-autosave]")) return;
    failed = event.target;
    say(document.getElementById("saved")?.dataset.failed ?? "", true);
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === failed && event.detail.successful) failed = null;
});
window.addEventListener("online", () => failed && window.htmx?.trigger(failed, "change"));
setInterval(() => failed && navigator.onLine && window.htmx?.trigger(failed, "change"), 15000);
document.addEventListener("htmx:afterSettle", () => prepare(document));
document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  const wanted = window.location.hash.startsWith("#f-") && document.querySelector(window.location.hash);
  if (wanted) wanted.querySelector("input:not([type=hidden]), select:not([hidden]), textarea")?.focus();
});
