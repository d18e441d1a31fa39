// Pages work as plain forms. This makes them live: what is typed is answered at once, and only the answer changes.

import { asked, send, shown } from "./transport.js";

/** How long nobody types before a form is sent, in milliseconds. */
const DELAY = 200;
const FOLDER = new URL("..", import.meta.url);
let latest = 0;
let timer = 0;

/** Whether an address is that of a page of ours, which this module opens itself; folders below are others'. */
function isOurs(address) {
  const rest = address.href.slice(FOLDER.href.length).split(/[?#]/)[0];
  return address.href.startsWith(FOLDER.href) && !rest.includes("/");
}

function say(words) {
  document.getElementById("status").textContent = words;
}

/** The page at an address as a document; null where a later question was asked meanwhile, or it was a file. */
async function ask(address, form) {
  const ticket = ++latest;
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await send(address.href, form);
  } catch {
    answer = null;
  }
  if (ticket !== latest) return null;
  main.removeAttribute("aria-busy");
  if (answer === null) {
    say("No answer: the calculator cannot be reached.");
    return null;
  }
  if (!answer.type.startsWith("text/html")) {
    if (answer.status === 200) keep(answer.body, address);
    else say(await answer.body.text());
    return null;
  }
  return new DOMParser().parseFromString(await answer.body.text(), "text/html");
}

/** Let the browser save a file. */
function keep(body, address) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(body);
  link.download = address.searchParams.get("file") ?? "shapecalc";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Exchange the parts that are answers, and leave the fields and the place of the cursor as they are. */
function refresh(page) {
  const open = [...document.querySelectorAll("details[id]")].map((part) => [part.id, part.open]);
  const focus = mark(document.activeElement);
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const fresh = page.getElementById(part.id);
    if (fresh !== null && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
  for (const field of page.querySelectorAll("form [id][name]")) {
    const present = document.getElementById(field.id);
    if (field.hasAttribute("aria-invalid")) present?.setAttribute("aria-invalid", "true");
    else present?.removeAttribute("aria-invalid");
  }
  for (const [id, state] of open) document.getElementById(id)?.toggleAttribute("open", state);
  restore(focus);
  remember(history.replaceState);
  say(document.querySelector("[data-said]")?.dataset.said ?? "");
}

/** Exchange the whole main part. */
function show(page, focus) {
  document.getElementById("main").replaceChildren(...page.getElementById("main").childNodes);
  document.querySelector("header").replaceChildren(...page.querySelector("header").childNodes);
  document.title = page.title;
  say(document.querySelector("[data-said]")?.dataset.said ?? "");
  if (!restore(focus)) document.querySelector("h1")?.focus();
}

/** What tells an element from others, to find it again. */
function mark(part) {
  if (part === null || part === document.body) return null;
  return part.id ? `#${CSS.escape(part.id)}` : part.name ? `[name="${CSS.escape(part.name)}"][value="${CSS.escape(part.value)}"]` : null;
}

function restore(focus) {
  const part = focus === null ? null : document.querySelector(focus);
  if (part !== null && part !== document.activeElement) part.focus({ preventScroll: true });
  return part !== null;
}

/** The address that holds the question becomes that of the window. */
function remember(change) {
  const link = document.getElementById("permalink");
  if (link !== null) change.call(history, null, "", shown(asked(new URL(link.href))));
  document.dispatchEvent(new Event("page"));
}

/** Where a form goes. */
function target(form, submitter) {
  return new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
}

async function submit(form, submitter) {
  const action = target(form, submitter);
  const page = await ask(action, new FormData(form, submitter));
  if (page === null) return;
  show(page, mark(submitter));
  remember(history.pushState);
}

/** Open the page at an address, which becomes that of the window where it is new. */
export async function open(address, isNew) {
  const page = await ask(address, null);
  if (page === null) return;
  if (isNew) history.pushState(null, "", shown(address));
  show(page, null);
  document.dispatchEvent(new Event("page"));
  const part = address.hash ? document.getElementById(address.hash.slice(1)) : null;
  if (part !== null) part.scrollIntoView();
  else if (isNew) scrollTo(0, 0);
}

document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (!form?.hasAttribute("data-answers") || event.target.type === "file" || event.target.dataset.submits) return;
  for (const output of form.querySelectorAll(`output[for="${CSS.escape(event.target.id)}"]`)) {
    output.textContent = event.target.value;
  }
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const page = await ask(new URL(form.action), new FormData(form));
    if (page !== null) refresh(page);
  }, DELAY);
});

document.addEventListener("change", (event) => {
  const button = document.getElementById(event.target.dataset?.submits ?? "");
  if (button !== null) event.target.form.requestSubmit(button);
});

document.addEventListener("submit", (event) => {
  if (!isOurs(target(event.target, event.submitter))) return;
  event.preventDefault();
  clearTimeout(timer);
  submit(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const copied = event.target.closest?.("button[data-copies]");
  if (copied) {
    navigator.clipboard.writeText(document.getElementById(copied.dataset.copies).value).then(() => say("Copied."));
    return;
  }
  const link = event.target.closest?.("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target) return;
  const address = asked(new URL(link.href));
  const here = asked(new URL(location.href));
  if (address === null || !isOurs(address)) return;
  if (address.hash && address.pathname === here?.pathname && address.search === here?.search) return;
  event.preventDefault();
  open(address, true);
});

addEventListener("popstate", () => {
  const address = asked(new URL(location.href));
  if (address !== null && isOurs(address)) open(address, false);
});
document.documentElement.classList.add("live");
