// Uploads with their progress: choosing a file sends it, the row shows how far it is, and the answer is the new row.
document.documentElement.classList.add("js");
const words = document.querySelector("[data-uploads]")?.dataset ?? {};
const MEGABYTE = 1024 * 1024;

function fault(form, text) {
  const row = form.closest(".ly-up");
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

function send(form, input) {
  const file = input.files[0];
  if (!file) return;
  if (file.size > Number(form.dataset.max) * MEGABYTE) {
    input.value = "";
    fault(form, form.dataset.tooLarge);
    return;
  }
  const row = form.closest(".ly-up");
  row.querySelector(".fault")?.remove();
  const box = row.querySelector(".sending");
  const [name, facts] = box.querySelectorAll("p");
  const bar = box.querySelector("progress");
  name.textContent = file.name;
  box.hidden = false;
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("file", file);
  const request = new XMLHttpRequest();
  const begun = performance.now();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const part = event.loaded / event.total;
    bar.value = Math.round(part * 100);
    const left = Math.ceil(((performance.now() - begun) / 1000 / part) * (1 - part));
    const sizes = `${(event.loaded / MEGABYTE).toFixed(1)} / ${(event.total / MEGABYTE).toFixed(1)} MB`;
    facts.textContent = part < 1 ? `${bar.value}% · ${sizes} · ${words.seconds.replace("%s", left)}` : words.checking;
  });
  const broke = () => {
    box.hidden = true;
    input.value = "";
    fault(form, words.failed);
  };
  request.addEventListener("load", () => {
    if (request.status === 200 || request.status === 422) replaceParts(request.responseText);
    else broke();
  });
  request.addEventListener("error", broke);
  request.addEventListener("timeout", broke);
  request.send(data);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-upload] input[type=file]")) send(event.target.form, event.target);
});
