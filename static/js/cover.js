// Covering names on the picture of a page: drawn with mouse, pen or finger, or added and moved by keyboard. Measures
// are ten-thousandths of the page, so that they hold for a picture of any size.
const WHOLE = 10000;
const STEP = 50;
const LEAST = 60;
const frame = document.querySelector("[data-cover]");
const form = document.querySelector("[data-covers]");
const field = form.elements.boxes;
const count = form.querySelector("[data-count]");
const remove = form.querySelector("[data-remove]");
const first = field.value;
const SVG = "http://www.w3.org/2000/svg";
let boxes = JSON.parse(field.value || "[]");
let chosen = -1;

const layer = document.createElementNS(SVG, "svg");
layer.setAttribute("viewBox", `0 0 ${WHOLE} ${WHOLE}`);
layer.setAttribute("preserveAspectRatio", "none");
frame.append(layer);

function within([left, top, width, height]) {
  width = Math.min(Math.max(Math.round(width), LEAST), WHOLE);
  height = Math.min(Math.max(Math.round(height), LEAST), WHOLE);
  return [Math.min(Math.max(Math.round(left), 0), WHOLE - width), Math.min(Math.max(Math.round(top), 0), WHOLE - height), width, height];
}

function measure(rect, [left, top, width, height]) {
  for (const [name, value] of Object.entries({ x: left, y: top, width, height })) rect.setAttribute(name, value);
}

function keep() {
  field.value = JSON.stringify(boxes);
  remove.disabled = chosen < 0;
  count.textContent = boxes.length ? count.dataset.some.replace("{n}", boxes.length) : count.dataset.none;
}

function draw(focus) {
  layer.replaceChildren(
    ...boxes.map((box, index) => {
      const rect = document.createElementNS(SVG, "rect");
      measure(rect, box);
      rect.setAttribute("tabindex", "0");
      rect.setAttribute("role", "button");
      rect.setAttribute("aria-pressed", String(index === chosen));
      rect.setAttribute("aria-label", frame.dataset.word.replace("{n}", index + 1));
      rect.dataset.index = index;
      return rect;
    }),
  );
  keep();
  if (focus && layer.children[chosen]) layer.children[chosen].focus();
}

function choose(index) {
  chosen = index;
  for (const rect of layer.children) rect.setAttribute("aria-pressed", String(Number(rect.dataset.index) === chosen));
  keep();
}

function place(event) {
  const area = layer.getBoundingClientRect();
  return { x: ((event.clientX - area.left) / area.width) * WHOLE, y: ((event.clientY - area.top) / area.height) * WHOLE };
}

let drag = null;
layer.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  const at = place(event);
  const index = event.target.dataset.index === undefined ? -1 : Number(event.target.dataset.index);
  drag = { at, index, box: index < 0 ? null : [...boxes[index]] };
  choose(index);
  layer.setPointerCapture(event.pointerId);
  event.preventDefault();
});

layer.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const at = place(event);
  if (drag.index < 0 && Math.hypot(at.x - drag.at.x, at.y - drag.at.y) < LEAST) return;
  if (drag.index < 0) {
    drag.index = chosen = boxes.length;
    boxes.push([0, 0, LEAST, LEAST]);
    draw();
  }
  boxes[drag.index] = drag.box
    ? within([drag.box[0] + at.x - drag.at.x, drag.box[1] + at.y - drag.at.y, drag.box[2], drag.box[3]])
    : within([Math.max(0, Math.min(at.x, drag.at.x)), Math.max(0, Math.min(at.y, drag.at.y)), Math.abs(Math.min(Math.max(at.x, 0), WHOLE) - drag.at.x), Math.abs(Math.min(Math.max(at.y, 0), WHOLE) - drag.at.y)]);
  measure(layer.children[drag.index], boxes[drag.index]);
  keep();
});

for (const end of ["pointerup", "pointercancel"]) {
  layer.addEventListener(end, () => {
    if (drag && drag.index >= 0) draw(true);
    drag = null;
  });
}

layer.addEventListener("focusin", (event) => choose(Number(event.target.dataset.index)));
layer.addEventListener("keydown", (event) => {
  const index = Number(event.target.dataset.index);
  if (Number.isNaN(index)) return;
  const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] || [0, 0];
  if (event.key === "Delete" || event.key === "Backspace") drop(index);
  else if (!x && !y) return;
  else {
    const [left, top, width, height] = boxes[index];
    boxes[index] = within(event.shiftKey ? [left, top, width + x, height + y] : [left + x, top + y, width, height]);
    measure(event.target, boxes[index]);
    keep();
  }
  event.preventDefault();
});

function drop(index) {
  boxes.splice(index, 1);
  chosen = Math.min(index, boxes.length - 1);
  draw(true);
}

form.querySelector("[data-add]").addEventListener("click", () => {
  chosen = boxes.length;
  boxes.push(within([3500, 4600, 3000, 800]));
  draw(true);
});
remove.addEventListener("click", () => chosen >= 0 && drop(chosen));
form.addEventListener("submit", () => removeEventListener("beforeunload", warn));

function warn(event) {
  if (field.value !== JSON.stringify(JSON.parse(first || "[]"))) event.preventDefault();
}
addEventListener("beforeunload", warn);
draw();
