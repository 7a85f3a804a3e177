// Forms of a season's set-up: fields that the chosen kind doesn't need step aside. Without a script all are shown.
const chooser = document.querySelector("[name=kind], [name=trim_scope]");

function follow() {
  for (const one of document.querySelectorAll("[data-kinds]")) {
    const box = one.closest("[data-rows], .ly-fields > *") ?? one;
    box.hidden = !one.dataset.kinds.split(" ").includes(chooser.value);
  }
}

if (chooser && document.querySelector("[data-kinds]")) {
  chooser.addEventListener("change", follow);
  follow();
}
