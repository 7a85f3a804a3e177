// The desk's keys: J and K for the next and the previous entry, R to return it. Typing in a field comes first.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog[open]")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (wanted) {
    event.preventDefault();
    wanted.click();
  }
});

// A field's mark opens its sentence at once.
document.addEventListener("toggle", (event) => {
  const flag = event.target;
  if (flag.matches?.(".ly-flag") && flag.open) flag.parentElement.querySelector(".why input[name=reason]")?.focus();
}, true);

document.addEventListener("DOMContentLoaded", () => {
  const refused = document.querySelector("dialog[open]");
  if (refused) {
    refused.close();
    refused.showModal();
  }
});
