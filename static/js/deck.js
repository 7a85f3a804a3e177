// The documents beside the sheet: turn pages in place, small pictures of all pages, zoom, full screen, size of the text.
const ZOOMS = [1, 1.5, 2, 3];
const deck = document.querySelector("[data-deck]");
const image = deck?.querySelector("[data-page-image]");

const remember = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Without storage the choice lasts for this page only.
    }
  },
};

function pageUrl(source, number) {
  return source.dataset.url.replace(/0\.jpg$/, `${number}.jpg`);
}

function setUpDeck() {
  const link = deck.querySelector("[data-page-link]");
  const count = deck.querySelector("[data-page-count]");
  const thumbs = deck.querySelector("[data-thumbs]");
  const figure = deck.querySelector("figure");
  let current = deck.querySelector("[data-doc][aria-current]");
  let page = Number(new URLSearchParams(location.search).get("page")) || 1;

  function show(number) {
    const pages = Number(current.dataset.pages);
    page = Math.min(Math.max(number, 1), pages);
    image.src = pageUrl(current, page);
    link.href = image.src;
    const words = deck.dataset.pageWord.replace("{page}", page).replace("{pages}", pages);
    image.alt = `${current.dataset.label} ${words}`;
    count.textContent = words;
    for (const turn of deck.querySelectorAll("[data-turn]")) {
      const target = page + Number(turn.dataset.turn);
      turn.setAttribute("aria-disabled", String(target < 1 || target > pages));
    }
    for (const thumb of thumbs.children) {
      const here = Number(thumb.dataset.page) === page;
      thumb.toggleAttribute("aria-current", here);
      if (here && thumbs.clientWidth) {
        thumbs.scrollTo({ left: thumb.offsetLeft - (thumbs.clientWidth - thumb.clientWidth) / 2, behavior: "smooth" });
      }
    }
    if (page < pages) new Image().src = pageUrl(current, page + 1);
    history.replaceState(null, "", `?doc=${current.dataset.doc}&page=${page}`);
  }

  function fillThumbs() {
    thumbs.replaceChildren(
      ...Array.from({ length: Number(current.dataset.pages) }, (_, index) => {
        const thumb = document.createElement("button");
        thumb.type = "button";
        thumb.dataset.page = index + 1;
        const picture = new Image();
        picture.loading = "lazy";
        picture.src = `${pageUrl(current, index + 1)}?small`;
        picture.alt = deck.dataset.pageWord.replace("{page}", index + 1).replace("{pages}", current.dataset.pages);
        thumb.append(picture);
        return thumb;
      }),
    );
  }

  deck.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-turn]");
    const thumb = event.target.closest("[data-thumbs] button");
    const document_ = event.target.closest("a[data-doc]");
    if (turn) show(page + Number(turn.dataset.turn));
    else if (thumb) show(Number(thumb.dataset.page));
    else if (document_) {
      current.removeAttribute("aria-current");
      current = document_;
      current.setAttribute("aria-current", "true");
      fillThumbs();
      show(1);
    } else if (event.target !== image) return;
    event.preventDefault();
  });

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else figure.requestFullscreen?.();
  }

  // The picture grows inside its frame, which then scrolls; with two fingers it follows their distance.
  const zooms = [...deck.querySelectorAll("[data-zoom]")];
  let zoom = 0;

  function setZoom(step, centre) {
    const before = ZOOMS[zoom];
    zoom = Math.min(Math.max(step, 0), ZOOMS.length - 1);
    figure.dataset.zoom = String(zoom);
    figure.tabIndex = zoom ? 0 : -1;
    for (const button of zooms) {
      button.setAttribute("aria-disabled", String(ZOOMS[zoom + Number(button.dataset.zoom)] === undefined));
    }
    const at = centre || { x: figure.clientWidth / 2, y: figure.clientHeight / 2 };
    const ratio = ZOOMS[zoom] / before;
    figure.scrollTo((figure.scrollLeft + at.x) * ratio - at.x, (figure.scrollTop + at.y) * ratio - at.y);
  }

  for (const button of zooms) {
    button.hidden = false;
    button.addEventListener("click", () => setZoom(zoom + Number(button.dataset.zoom)));
  }
  image.addEventListener("dblclick", (event) => {
    const box = figure.getBoundingClientRect();
    setZoom(zoom ? 0 : 2, { x: event.clientX - box.left, y: event.clientY - box.top });
  });

  const fullButton = deck.querySelector("[data-full]");
  fullButton.hidden = !figure.requestFullscreen;
  fullButton.addEventListener("click", full);
  const pin = deck.querySelector("[data-pin]");
  pin.hidden = false;
  pin.addEventListener("click", () => {
    const pinned = figure.classList.toggle("is-pinned");
    pin.setAttribute("aria-pressed", String(pinned));
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const writing = event.target.closest("textarea, input, select");
    const step = { PageDown: 1, PageUp: -1, ...(writing || zoom ? {} : { ArrowRight: 1, ArrowLeft: -1 }) }[event.key];
    if (step) show(page + step);
    else if (!writing && event.key.toLowerCase() === "f") full();
    else if (!writing && ["+", "=", "-"].includes(event.key)) setZoom(zoom + (event.key === "-" ? -1 : 1));
    else return;
    event.preventDefault();
  });

  let startX = null;
  let spread = null;
  const distance = ([one, two]) => Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  figure.addEventListener("touchstart", (event) => {
    startX = event.touches.length === 1 && !zoom ? event.touches[0].clientX : null;
    spread = event.touches.length === 2 ? distance(event.touches) : null;
  }, { passive: true });
  figure.addEventListener("touchmove", (event) => {
    if (spread === null || event.touches.length !== 2) return;
    event.preventDefault();
    const ratio = distance(event.touches) / spread;
    if (ratio < 1.35 && ratio > 0.74) return;
    setZoom(zoom + (ratio > 1 ? 1 : -1));
    spread = distance(event.touches);
  }, { passive: false });
  figure.addEventListener("touchend", (event) => {
    if (startX !== null) {
      const moved = event.changedTouches[0].clientX - startX;
      if (Math.abs(moved) > 48) show(page + (moved < 0 ? 1 : -1));
    }
    startX = spread = null;
  });

  fillThumbs();
  show(page);
}

function setUpTextSize() {
  const root = document.documentElement;
  const button = document.querySelector("[data-text-size]");
  root.dataset.textSize = remember.get("text-size") || "0";
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.textSize = String((Number(root.dataset.textSize) + 1) % 3);
    remember.set("text-size", root.dataset.textSize);
  });
}

setUpTextSize();
if (image) setUpDeck();
