// A ranking by keyboard: j and k walk the rows, Enter opens the steps of a place; the open row stays marked.
const links = () => [...document.querySelectorAll("a.ly-open")];

function mark(link) {
  for (const row of document.querySelectorAll("tr.sel")) {
    row.classList.remove("sel");
    row.removeAttribute("aria-selected");
  }
  const row = link?.closest("tr");
  row?.classList.add("sel");
  row?.setAttribute("aria-selected", "true");
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "place") return;
  mark(event.detail.requestConfig.elt.closest("a.ly-open"));
  if (window.matchMedia("(max-width: 1100px)").matches) event.target.scrollIntoView();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const all = links();
  const here = all.indexOf(document.activeElement);
  const open = all.findIndex((link) => link.closest("tr").classList.contains("sel"));
  const next = (here < 0 ? open : here) + step;
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
  event.preventDefault();
});
