// How long is left until a deadline, by the server's clock: the page brings its time, this device only counts on.
const part = (number) => String(number).padStart(2, "0");

function count(place) {
  if (place.dataset.ready) return;
  place.dataset.ready = "1";
  const left = Date.parse(place.dataset.closes) - Date.parse(place.dataset.now);
  const begun = performance.now();
  const show = () => {
    const seconds = Math.max(0, Math.floor((left - (performance.now() - begun)) / 1000));
    const days = Math.floor(seconds / 86400);
    const time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map((one) => part(Math.floor(one))).join(":");
    const pattern = seconds === 0 ? place.dataset.over : days ? place.dataset.days : place.dataset.hours;
    place.textContent = pattern.replace("{days}", days).replace("{time}", time);
    place.classList.toggle("t-due", days < 3);
    return seconds > 0;
  };
  if (!show()) return;
  const timer = setInterval(() => (place.isConnected && show()) || clearInterval(timer), 1000);
}

const start = () => document.querySelectorAll("[data-closes]").forEach(count);
document.addEventListener("DOMContentLoaded", start);
document.addEventListener("htmx:afterSettle", start);
