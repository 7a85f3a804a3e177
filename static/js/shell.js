// What the frame needs: the theme button, menus that close themselves, texts to copy, focus on the first refused field.
const root = document.documentElement;

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const dark = root.dataset.bsTheme === "dark";
    button.querySelector("use")?.setAttribute("href", button.dataset[dark ? "iconDark" : "iconLight"]);
    const word = button.querySelector("[data-word]");
    if (word) word.textContent = button.dataset[dark ? "wordDark" : "wordLight"];
  }
}

// The clipboard is shut on pages without HTTPS; there the selected text is copied the old way, or stays selected.
async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const copied = await (navigator.clipboard?.writeText(field.value).then(() => true, () => false));
  if (copied || document.execCommand("copy")) button.querySelector("[data-word]").textContent = button.dataset.done;
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-theme-toggle]");
  if (toggle) {
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.bsTheme);
    } catch {
      // The choice then lasts for this page only.
    }
    showTheme();
  }
  for (const menu of document.querySelectorAll("details.ly-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.ly-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// A form that asks to be sent at a change of its select (season, page size) does so without a button.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});

// A second press on the same button must not send the same form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent === "1") {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("data-resend") && !form.matches("[hx-post]")) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});

document.addEventListener("DOMContentLoaded", () => {
  showTheme();
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.querySelector("[data-problems], .ly-input.bad :is(input, select, textarea)")?.focus();
});
