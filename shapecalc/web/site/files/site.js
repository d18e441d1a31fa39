// The pages without a server: the address of a page stands behind the #, and the worker answers it.
import { open } from "./shapecalc.js";
import { asked } from "./transport.js";

const LAST = "shapecalc-last"; // the page that was shown last, for the next visit
const MOST = 1 << 20; // characters of a page that is kept
const started = performance.now();
const note = document.getElementById("engine");

// --- the engine's start: counted while it lasts, said aloud once when it is over

const seconds = () => (performance.now() - started) / 1000;
let phase = "Loading Python";
const show = (text) => (note.textContent = text);
const clock = setInterval(() => show(`Engine: ${phase}, ${seconds().toFixed(1)} s`), 100);

function settle(state, text) {
  clearInterval(clock);
  note.setAttribute("aria-live", "polite");
  note.dataset.state = state;
  note.dataset.seconds = seconds().toFixed(3);
  show(text);
}

document.addEventListener("engine", ({ detail }) => {
  if (detail.step) phase = detail.step;
  if (detail.failed) settle("failed", `The engine did not start: ${detail.failed}. Reload the page to try again.`);
  if (detail.kept) note.dataset.kept = "memory";
  if (!detail.ready) return;
  settle("ready", `Engine ready after ${seconds().toFixed(1)} s`);
  note.dataset.memory = detail.fromMemory;
  keepFiles();
});

async function keepFiles() {
  try {
    await navigator.serviceWorker.register(new URL("../sw.js", import.meta.url));
    await navigator.serviceWorker.ready;
  } catch {
    return; // a host without TLS, or a browser that keeps nothing: the site works all the same, with a network
  }
  note.dataset.offline = "ready";
  show(`${note.textContent} · works without a network`);
}

// --- pages: what was shown last is there at once, and is computed anew when the engine is ready

function remember() {
  const page = { address: location.hash, title: document.title, html: document.getElementById("main").innerHTML };
  try {
    if (page.address.startsWith("#/") && page.html.length <= MOST) localStorage.setItem(LAST, JSON.stringify(page));
  } catch {
    // no storage, or none left
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(LAST));
  } catch {
    return null;
  }
}

const last = remembered();
if (last && !location.hash) history.replaceState(null, "", last.address);
if (last && last.address === location.hash) {
  document.title = last.title;
  document.getElementById("main").innerHTML = last.html;
}
const address = asked(new URL(location.href));
if (address !== null && location.hash.length > "#/".length) open(address, false);

document.addEventListener("page", remember);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]:not([href^="#/"])');
  if (!link) return;
  event.preventDefault(); // the address stays that of the page
  const part = document.getElementById(link.hash.slice(1));
  part.scrollIntoView();
  part.focus();
});
