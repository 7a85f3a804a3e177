// The score sheet: live total, bands, keyboard, and saving every change. A mark stays on this device until the server
// has confirmed it; two windows never overwrite each other, the judge chooses.
//
// A page holds one sheet, or a table with a sheet in each row: there Enter and the arrows move along the column.
const PAUSE = 500;
const WAITS = [2000, 4000, 8000, 15000, 30000];
const LONGEST = { mark: 500, sheet: 2000 };
const page = document.querySelector("[data-say-saved]").dataset;

// A second press while the answer is on its way would only repeat the first.
const sent = new Set();
addEventListener("pageshow", () => sent.clear());

function sendOnce(form) {
  if (sent.has(form)) return;
  sent.add(form);
  form.submit();
}

function open(form) {
  const row = form.closest("tr");
  const box = row || form;
  const words = { ...page, ...form.dataset };
  const key = `sheet:${words.judge}:${words.sheet}`;
  const versionField = form.elements.version;
  const lines = [...box.querySelectorAll("[data-crit]")].map((cell) => new Line(cell));
  const state = box.querySelector("[data-state]");
  const notices = (row ? document : form).querySelector("[data-notices]");

  // What was changed here and is not confirmed yet: mark-… and comment-… by field name, "comment" for the whole.
  let pending = {};
  let base = {};
  let sending = false;
  let failures = 0;
  let stopped = false;
  let timer = null;

  function Line(box) {
    Object.assign(this, {
      box,
      name: box.dataset.name,
      key: box.dataset.crit,
      max: Number(box.dataset.max),
      step: Number(box.dataset.step),
      weight: Number(box.dataset.weight),
      input: box.querySelector("input"),
      error: box.querySelector("[data-error]"),
      both: box.querySelector("[data-both-for]"),
      bands: [...box.querySelectorAll(".ly-anchors button")],
      text: box.querySelector("[data-anchor-text]"),
      asking: false,
    });
  }

  function fill(sentence, facts) {
    return Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
  }

  function neat(text) {
    return text.normalize("NFKC").trim().replace(/[,。]/g, ".");
  }

  function plain(number) {
    return String(Math.round(number * 1e4) / 1e4);
  }

  function problemOf(line) {
    const text = neat(line.input.value);
    if (!text) return "";
    if (!/^-?\d*\.?\d+$|^\d+\.$/.test(text)) return fill(words.sayNumber, { text });
    const value = Number(text);
    const steps = value / line.step;
    if (value < 0 || value > line.max || Math.abs(steps - Math.round(steps)) > 1e-6) {
      return fill(words.sayRange, { name: line.name, range: line.box.dataset.range, text });
    }
    return "";
  }

  function valueOf(line) {
    return problemOf(line) || !line.input.value.trim() ? null : Number(neat(line.input.value));
  }

  function draw() {
    let total = 0;
    const missing = [];
    for (const line of lines) {
      const value = valueOf(line);
      if (value === null) missing.push(line);
      else total += value * line.weight;
      line.box.classList.toggle("todo", !line.input.value.trim());
      if (line.text) line.text.textContent = "";
      for (const band of line.bands) {
        const inside = value !== null && value >= Number(band.dataset.low) && value <= Number(band.dataset.high);
        band.setAttribute("aria-pressed", String(inside));
        if (inside) line.text.textContent = band.dataset.text;
      }
    }
    box.querySelector("[data-total]").textContent = missing.length === lines.length ? "—" : plain(total);
    const why = box.querySelector("[data-why]");
    why.className = missing.length ? "t-due" : "t-done";
    why.textContent = sentenceFor(missing);
    box.querySelector("[data-submit]").setAttribute("aria-disabled", String(missing.length > 0));
  }

  function sentenceFor(missing) {
    if (!missing.length) return words.sayComplete;
    if (missing.length > 2) return fill(words.sayMissingMany, { count: missing.length });
    return fill(words.sayMissing, { names: missing.map((line) => `“${line.name}”`).join("") });
  }

  function showProblem(line, text) {
    line.error.textContent = text;
    line.box.classList.toggle("bad", Boolean(text));
    if (text) line.input.setAttribute("aria-invalid", "true");
    else line.input.removeAttribute("aria-invalid");
  }

  function tell(kind, text) {
    state.classList.toggle("is-busy", kind === "busy");
    state.classList.toggle("is-kept", kind === "kept");
    state.classList.toggle("is-wrong", kind === "wrong");
    state.querySelector("[data-state-text]").textContent = text;
    const icon = { kept: "cloud-off", wrong: "alert-circle", busy: "cloud-upload" }[kind] || "cloud-check";
    const use = state.querySelector("[data-state-icon]");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  }

  function notice(tone, text, link) {
    const box = document.createElement("p");
    box.className = `ly-note ${tone}`;
    box.setAttribute("role", "alert");
    const span = document.createElement("span");
    span.textContent = text;
    box.append(span);
    if (link) {
      box.dataset.signInNote = "";
      const anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.textContent = link.text;
      span.append(" ", anchor);
    }
    notices.replaceChildren(box);
    notices.scrollIntoView({ block: "nearest" });
  }

  function keep() {
    try {
      if (Object.keys(pending).length) localStorage.setItem(key, JSON.stringify({ base, pending }));
      else localStorage.removeItem(key);
    } catch {
      // Without storage the marks live in this page until they are sent.
    }
  }

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }

  function changed(field) {
    if (stopped === "settled") return;
    pending[field.name] = field.value;
    keep();
    failures = 0;
    schedule(PAUSE);
  }

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  // Marks that break their range stay here, at their criterion, until they are mended.
  function sendable() {
    return Object.entries(pending).filter(([name]) => {
      const line = lines.find((one) => one.input.name === name);
      return !line || (!problemOf(line) && !line.asking);
    });
  }

  function bodyOf(fields) {
    const body = { version: Number(versionField.value), marks: {}, comments: {} };
    for (const [name, value] of fields) {
      if (name.startsWith("mark-")) body.marks[name.slice(5)] = neat(value);
      else if (name.startsWith("comment-")) body.comments[name.slice(8)] = value;
      else body[name] = value;
    }
    return body;
  }

  function token() {
    return document.cookie.match(/(?:^|; )(?:__Secure-|__Host-)?csrftoken=([^;]+)/)?.[1] || form.elements.csrfmiddlewaretoken.value;
  }

  async function send() {
    const fields = sendable();
    if (sending || stopped || !fields.length) return !Object.keys(pending).length;
    sending = true;
    tell("busy", words.saySaving);
    try {
      const answer = await fetch(words.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(bodyOf(fields)),
        redirect: "manual",
      });
      await receive(answer, fields);
    } catch {
      retry();
    } finally {
      sending = false;
    }
    if (!failures && !stopped && sendable().length) schedule(0);
    return !Object.keys(pending).length;
  }

  function retry() {
    tell("kept", words.sayKept);
    schedule(WAITS[Math.min(failures, WAITS.length - 1)]);
    failures += 1;
  }

  async function receive(answer, fields) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      stopped = "signed-out";
      tell("kept", words.sayHeld);
      notice("no", words.saySignedOut, { url: words.signIn, text: words.saySignIn });
      return;
    }
    if (answer.status >= 500 || answer.status === 429) {
      retry();
      return;
    }
    if (!answer.headers.get("Content-Type")?.includes("json")) {
      stopped = "gone";
      tell("wrong", words.sayGone);
      notice("no", words.sayGone);
      return;
    }
    const data = await answer.json();
    failures = 0;
    if (answer.ok) confirm(data, fields);
    else if (answer.status === 409) choose(data.stored);
    else refuse(data);
  }

  function confirm(data, fields) {
    versionField.value = data.version;
    for (const [name, value] of fields) {
      if (pending[name] === value) delete pending[name];
      base[name] = value;
    }
    keep();
    tell("", data.at ? fill(words.saySaved, { at: data.at }) : "");
    notices.querySelector("[data-sign-in-note]")?.remove();
  }

  function refuse(data) {
    if (data.code === "locked" || data.code === "settled" || data.code === "closed") {
      stopped = data.code;
      notice("no", data.message);
      tell("wrong", data.message);
      return;
    }
    let shown = false;
    for (const line of lines) {
      if (data.errors?.[line.key]) {
        showProblem(line, data.errors[line.key]);
        shown = true;
      }
    }
    tell("wrong", data.message);
    if (!shown) {
      stopped = "refused";
      notice("no", data.message);
    }
  }

  // Another window saved meanwhile. What only that window changed is taken over and said; where both differ, one chooses.
  function choose(server) {
    versionField.value = server.version;
    let open = 0;
    for (const line of lines) {
      const theirs = server.marks[line.key] ?? "";
      const mine = pending[line.input.name];
      if (mine === undefined) takeOver(line, theirs);
      else if (neat(mine) === theirs) delete pending[line.input.name];
      else if (theirs !== (base[line.input.name] ?? "")) {
        ask(line, theirs, neat(mine));
        open += 1;
      }
      base[line.input.name] = theirs;
      reconcileText(`comment-${line.key}`, server.comments[line.key] ?? "");
    }
    reconcileText("comment", server.comment);
    reconcileText("note", server.note);
    keep();
    draw();
    if (open) {
      notice("due", words.sayStale);
      tell("kept", words.sayChoose);
    }
    schedule(0);
  }

  function takeOver(line, theirs) {
    if (neat(line.input.value) === theirs) return;
    line.input.value = theirs;
    line.both.textContent = fill(words.sayChanged, { value: theirs || words.sayNone });
    line.both.hidden = false;
    setTimeout(() => (line.both.hidden = !line.asking), 8000);
  }

  function ask(line, theirs, mine) {
    const question = document.createElement("span");
    question.textContent = fill(words.sayBoth, { stored: theirs || words.sayNone, mine: mine || words.sayNone });
    const buttons = [theirs, mine].map((value) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      button.textContent = fill(words.sayUse, { value: value || words.sayNone });
      button.addEventListener("click", () => settle(line, value, theirs));
      return button;
    });
    line.both.replaceChildren(question, ...buttons);
    line.both.hidden = false;
    line.asking = true;
    line.box.scrollIntoView({ block: "nearest" });
  }

  function settle(line, value, theirs) {
    line.both.hidden = true;
    line.asking = false;
    line.input.value = value;
    if (value === theirs) delete pending[line.input.name];
    else pending[line.input.name] = value;
    if (!lines.some((one) => one.asking)) notices.replaceChildren();
    keep();
    draw();
    if (Object.keys(pending).length) schedule(0);
    else tell("", fill(words.saySaved, { at: new Date().toTimeString().slice(0, 5) }));
    line.input.focus();
  }

  // Comments are texts: where two windows wrote, both stay, the other one below, for the judge to shorten. The table
  // shows none, and still sends those that were typed on the sheet.
  function reconcileText(name, theirs) {
    const field = form.elements[name];
    const mine = pending[name];
    if (mine === undefined) {
      if (field) field.value = theirs;
    } else if (mine === theirs) delete pending[name];
    else if (theirs && theirs !== base[name] && !mine.includes(theirs)) {
      pending[name] = `${mine}\n${theirs}`.slice(0, name.startsWith("comment-") ? LONGEST.mark : LONGEST.sheet);
      if (field) field.value = pending[name];
    }
    base[name] = theirs;
  }

  function nudge(line, by) {
    const now = valueOf(line);
    const start = Number(line.bands[1]?.dataset.middle ?? Math.round(line.max / 2 / line.step) * line.step);
    const next = now === null ? start : Math.round(now / line.step + by) * line.step;
    set(line, Math.min(Math.max(next, 0), line.max));
  }

  function set(line, value) {
    line.input.value = plain(value);
    showProblem(line, "");
    draw();
    changed(line.input);
  }

  function next(line) {
    const following = lines[lines.indexOf(line) + 1];
    if (following) {
      following.input.focus();
      following.box.scrollIntoView({ block: "nearest" });
    } else form.querySelector("[data-submit]").focus();
  }

  // In the table: the same criterion of the next or previous sheet that is still open.
  function along(line, by) {
    const column = [...row.parentElement.querySelectorAll(`[data-crit="${line.key}"] input`)];
    const target = column[column.indexOf(line.input) + by];
    target?.focus();
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function lineOf(element) {
    return lines.find((line) => line.box.contains(element));
  }

  box.addEventListener("click", (event) => {
    const line = lineOf(event.target);
    const by = event.target.closest("[data-by]");
    const band = event.target.closest("[data-middle]");
    if (event.target.matches("[data-anchor-text]")) event.target.classList.toggle("is-open");
    else if (by) nudge(line, Number(by.dataset.by));
    else if (band && band.getAttribute("aria-pressed") !== "true") set(line, Number(band.dataset.middle));
  });

  box.addEventListener("input", (event) => {
    const line = lineOf(event.target);
    if (line && event.target === line.input) {
      const problem = problemOf(line);
      if (!problem || line.box.classList.contains("bad")) showProblem(line, problem);
      draw();
      if (!problem) changed(line.input);
      else {
        pending[line.input.name] = line.input.value;
        keep();
      }
    } else if (event.target.matches("textarea[name^=comment], textarea[name=note]")) changed(event.target);
  });

  box.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-crit] input")) event.target.select();
  });

  box.addEventListener("focusout", (event) => {
    const line = lineOf(event.target);
    if (line && event.target === line.input) showProblem(line, problemOf(line));
  });

  box.addEventListener("keydown", (event) => {
    const line = lineOf(event.target);
    if (!line || event.target !== line.input || event.isComposing) return;
    if (row && (event.key === "Enter" || event.key === "ArrowDown")) along(line, event.shiftKey ? -1 : 1);
    else if (row && event.key === "ArrowUp") along(line, -1);
    else if (event.key === "Enter") next(line);
    else if (event.key === "ArrowUp") nudge(line, 1);
    else if (event.key === "ArrowDown") nudge(line, -1);
    else return;
    event.preventDefault();
  });

  // A digit typed anywhere goes to the first criterion without a mark.
  document.addEventListener("keydown", (event) => {
    if (row || !/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const line = lineOf(event.target) || lines.find((one) => !one.input.value.trim());
    line?.input.focus();
  });

  box.addEventListener("submit", async (event) => {
    if (event.submitter?.getAttribute("formaction")) return;
    event.preventDefault();
    const wrong = firstWrong() || lines.find((line) => valueOf(line) === null);
    if (wrong) show(wrong);
    else if (await settled()) sendOnce(form);
    else if (!stopped) notice("due", words.sayWait);
  });

  function firstWrong() {
    return lines.find((line) => problemOf(line) || line.asking);
  }

  function show(line) {
    showProblem(line, problemOf(line));
    line.input.focus();
    line.box.scrollIntoView({ block: "center" });
  }

  // Whether the server holds all that stands here; what was not sent yet is sent first.
  async function settled() {
    clearTimeout(timer);
    while (sending) await new Promise((done) => setTimeout(done, 50));
    return send();
  }

  addEventListener("online", () => schedule(0));
  addEventListener("pageshow", () => schedule(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && stopped === "signed-out") stopped = false;
    schedule(0);
  });
  addEventListener("beforeunload", () => keep());

  // After a reload: what was not confirmed comes back; against a newer sheet it is asked about like any second window.
  function restore() {
    for (const field of form.elements) if (/^(mark-|comment|note)/.test(field.name)) base[field.name] = field.defaultValue;
    if (versionField.hasAttribute("data-both")) return;
    const kept = stored();
    const before = kept.base || {};
    const asked = [];
    let unsent = 0;
    for (const [name, value] of Object.entries(kept.pending || {})) {
      const line = lines.find((one) => one.input.name === name);
      if ((name.startsWith("mark-") && !line) || base[name] === value) continue;
      unsent += 1;
      pending[name] = value;
      const now = base[name] ?? before[name] ?? "";
      if (line && now !== (before[name] ?? "")) asked.push([line, now, value]);
      else if (form.elements[name]) form.elements[name].value = value;
      if (!line) {
        base[name] = before[name] ?? "";
        reconcileText(name, now);
      }
    }
    for (const [line, theirs, mine] of asked) ask(line, theirs, mine);
    if (unsent) notice(asked.length ? "due" : "go", asked.length ? words.sayStale : words.sayRestored);
    for (const line of lines) showProblem(line, problemOf(line) || line.error.textContent);
    keep();
    if (unsent) schedule(0);
  }

  box.querySelector("[data-plain]").hidden = true;
  restore();
  draw();
  if (!row) {
    const first = document.querySelector("[data-problems]") ? null : lines.find((line) => !line.input.value.trim());
    if (first && matchMedia("(hover: hover)").matches) first.input.focus({ preventScroll: true });
  }
  return {
    isComplete: () => lines.every((line) => valueOf(line) !== null && !line.asking),
    wrong: () => {
      const line = firstWrong();
      if (line) show(line);
      return Boolean(line);
    },
    settled,
    wait: () => stopped || notice("due", words.sayWait),
  };
}

const sheets = [...document.querySelectorAll("[data-sheet]")].map(open);

// The table hands all complete sheets in at once, when the server holds everything that stands in it.
const all = document.querySelector("[data-submit-all]");

function count() {
  const ready = sheets.filter((sheet) => sheet.isComplete()).length;
  all.querySelector("[data-ready]").textContent = ready;
  all.querySelector("button").setAttribute("aria-disabled", String(!ready));
}

if (all) {
  count();
  document.addEventListener("input", count);
  all.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sheets.some((sheet) => sheet.wrong())) return;
    for (const sheet of sheets) {
      if (!(await sheet.settled())) {
        sheet.wait();
        return;
      }
    }
    sendOnce(all);
  });
}
