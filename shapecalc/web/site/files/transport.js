// How a request reaches the pages where there is no server: a worker of the browser answers it.

const ROOT = new URL("../", import.meta.url);
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let failure = null;

worker.onmessage = ({ data }) => {
  if ("id" in data) {
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.answer) resolve(data.answer);
    else reject(new Error(data.error));
    return;
  }
  if (data.failed) fail(data.failed);
  document.dispatchEvent(new CustomEvent("engine", { detail: data }));
};
worker.onerror = (event) => {
  fail(event.message || "the worker did not start");
  document.dispatchEvent(new CustomEvent("engine", { detail: { failed: failure } }));
};

function fail(reason) {
  failure = reason;
  for (const { reject } of waiting.values()) reject(new Error(reason));
  waiting.clear();
}

/** The address that the window shows for the address of a page: it stands behind the #, as the host has no such file. */
export function shown(address) {
  return new URL(`#/${address.href.slice(ROOT.href.length)}`, ROOT);
}

/** The address of the page that an address of the window stands for; null where it is a place in the page. */
export function asked(address) {
  if (!address.hash) return address;
  return address.hash.startsWith("#/") ? new URL(`./${address.hash.slice(2)}`, ROOT) : null;
}

export async function send(address, form) {
  const url = new URL(address, ROOT);
  const [texts, files, repeats] = [{}, {}, {}];
  for (const [name, value] of form ?? []) {
    if (typeof value === "string") {
      if (Object.hasOwn(texts, name)) (repeats[name] ??= [texts[name]]).push(value);
      texts[name] = value;
    } else files[name] = new Uint8Array(await value.arrayBuffer());
  }
  const path = url.pathname.startsWith(ROOT.pathname) ? url.pathname.slice(ROOT.pathname.length) : url.pathname;
  const query = Object.fromEntries(url.searchParams);
  const request = { method: form ? "POST" : "GET", path, query, form: texts, files, repeats };
  const { status, type, body } = await ask(request);
  return { address: url.href, status, type, body: new Blob([body], { type }) };
}

function ask(request) {
  if (failure) return Promise.reject(new Error(failure));
  const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, request });
  });
}
