// Uploads in pieces (tus): choosing a file sends it, a broken line, a reload or a restart costs nothing that has arrived.
// Every row sends by itself; the server's answer at the end is the new row. Without this script the form sends the file.
document.documentElement.classList.add("js");
const words = document.querySelector("[data-uploads]")?.dataset ?? {};
const MEGABYTE = 1024 * 1024;
const PIECE = 8 * MEGABYTE;
const PATIENCE = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];
const ENDS = new Set([400, 403, 404, 410, 412, 413, 415, 507]);
const waiting = new Set();
const sending = new Set();

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);
const percent = (part, whole) => Math.floor((part / Math.max(whole, 1)) * 100);

function fault(row, text) {
  row.querySelector(".fault")?.remove();
  const note = document.createElement("p");
  note.className = "ly-note no mt-2 fault";
  note.setAttribute("role", "alert");
  note.textContent = text;
  row.querySelector(".sending").before(note);
}

function replaceParts(html) {
  const parts = new DOMParser().parseFromString(html, "text/html").body.children;
  let row = null;
  for (const part of [...parts]) {
    const old = part.id && document.getElementById(part.id);
    if (old) old.replaceWith(part);
    if (part.matches(".ly-up")) row = part;
  }
  row?.querySelector("[data-problems]")?.focus();
  window.htmx?.process(document.body);
}

// One row while its file is on the way.
class Sending {
  constructor(form, input) {
    this.form = form;
    this.input = input;
    this.file = input.files[0];
    this.row = input.closest(".ly-up");
    this.box = this.row.querySelector(".sending");
    this.bar = this.box.querySelector("progress");
    [this.name, this.facts] = this.box.querySelectorAll("[data-name], [data-facts]");
    this.pauseButton = this.box.querySelector("[data-pause]");
    this.signedOut = false;
    this.upload = new window.tus.Upload(this.file, this.options());
  }

  options() {
    const { entry, requirement, endpoint } = this.form.dataset;
    return {
      endpoint: new URL(endpoint, location.href).href,
      chunkSize: PIECE,
      retryDelays: PATIENCE,
      removeFingerprintOnSuccess: true,
      metadata: { entry, requirement, filename: this.file.name },
      fingerprint: async (file) => ["luyan", entry, requirement, file.name, file.size, file.lastModified].join("-"),
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value),
      onAfterResponse: (request) => {
        this.signedOut = request.getUnderlyingObject().responseURL?.includes("/account/") ?? false;
      },
      onShouldRetry: (error) => !this.signedOut && !(error.originalResponse && this.isEnd(error)),
      onProgress: (sent, all) => this.show(sent, all),
      onSuccess: () => this.finish(),
      onError: (error) => this.fail(error),
    };
  }

  isEnd(error) {
    const status = error.originalResponse.getStatus();
    return status === 422 || ENDS.has(status);
  }

  async begin() {
    this.row.querySelector(".fault")?.remove();
    this.row.querySelector("[data-begun]")?.toggleAttribute("hidden", true);
    this.name.textContent = this.file.name;
    this.box.hidden = false;
    this.bar.value = 0;
    this.pauseButton.onclick = () => this.pause();
    this.box.querySelector("[data-cancel]").onclick = () => this.cancel();
    const [before] = await this.upload.findPreviousUploads();
    if (before) this.upload.resumeFromPreviousUpload(before);
    else this.forgetOther();
    this.go();
    this.pauseButton.focus();
  }

  // Another file than the one that was begun here: the beginning is of no use any more.
  forgetOther() {
    const begun = this.row.querySelector("[data-begun]")?.dataset.begun;
    if (begun) end(begun, this.form);
  }

  go() {
    this.paused = false;
    waiting.delete(this);
    sending.add(this);
    this.since = performance.now();
    this.from = null;
    this.label(this.pauseButton, words.pause);
    this.upload.start();
  }

  label(button, text) {
    button.querySelector("span").textContent = text;
  }

  pause() {
    if (this.paused || waiting.has(this)) return this.go();
    this.paused = true;
    sending.delete(this);
    this.upload.abort();
    this.facts.textContent = `${this.bar.value}% · ${words.paused}`;
    return this.label(this.pauseButton, words.resume);
  }

  async cancel() {
    waiting.delete(this);
    const known = this.upload.url;
    await this.upload.abort();
    if (known) await end(known, this.form);
    this.stop();
  }

  stop() {
    waiting.delete(this);
    sending.delete(this);
    this.box.hidden = true;
    this.input.value = "";
  }

  show(sent, all) {
    if (this.paused) return;
    this.from ??= sent;
    this.bar.value = percent(sent, all);
    const speed = (sent - this.from) / (performance.now() - this.since);
    const left = speed > 0 ? ` · ${words.seconds.replace("%s", Math.ceil((all - sent) / speed / 1000))}` : "";
    const sizes = `${megabytes(sent)} / ${megabytes(all)} MB`;
    this.facts.textContent = sent < all ? `${this.bar.value}% · ${sizes}${left}` : words.checking;
  }

  async finish() {
    sending.delete(this);
    try {
      const answer = await fetch(this.upload.url, { headers: { "HX-Request": "true" } });
      if (answer.status !== 200 && answer.status !== 422) throw new TypeError(answer.statusText);
      replaceParts(await answer.text());
      this.stop();
    } catch {
      location.reload();
    }
  }

  fail(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (this.signedOut) {
      this.stop();
      return fault(this.row, words.signedOut);
    }
    if (status === 422) return this.upload.url ? this.finish() : this.refuse(error);
    if (ENDS.has(status)) return this.refuse(error);
    // The line is gone. What has arrived stays; it goes on when the network is back, or by the button.
    waiting.add(this);
    this.facts.textContent = `${this.bar.value}% · ${words.waiting}`;
    return this.label(this.pauseButton, words.resume);
  }

  refuse(error) {
    this.stop();
    const text = error.originalResponse.getBody();
    return fault(this.row, text && text.length < 400 && !text.includes("<") ? text : words.failed);
  }
}

function end(url, form) {
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  return fetch(url, { method: "DELETE", headers }).catch(() => {});
}

// What is on its way stops with the page: the browser asks first. Paused uploads lose nothing.
addEventListener("beforeunload", (event) => sending.size && event.preventDefault());
addEventListener("online", () => [...waiting].forEach((one) => one.go()));
setInterval(() => navigator.onLine && [...waiting].forEach((one) => one.go()), 30000);

function chosen(input) {
  const form = input.form;
  if (!input.files[0]) return;
  if (input.files[0].size > Number(form.dataset.max) * MEGABYTE) {
    input.value = "";
    fault(input.closest(".ly-up"), form.dataset.tooLarge);
  } else if (window.tus?.isSupported) new Sending(form, input).begin();
  else form.requestSubmit();
}

document.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-upload]")) chosen(event.target);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-forget]");
  if (!button) return;
  const row = button.closest(".ly-up");
  await end(button.dataset.forget, row.querySelector("input[type=file]").form);
  button.closest("[data-begun]").remove();
});
