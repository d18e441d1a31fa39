// Keeps the files of the site, so that it works without a network. It answers nothing else. FILES stands above, written
// by the build; a file that changes has another name, but for the page itself.
const CACHE = "shapecalc-files";
const PAGE = "./";
const at = (path) => new URL(path, registration.scope).href;

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), forget()])));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(registration.scope)) return;
  url.hash = url.search = "";
  event.respondWith(fromCache(url.href === at("index.html") ? at(PAGE) : url.href, event.request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const file of FILES) if (!(await cache.match(at(file)))) missing.push(at(file));
  await cache.addAll(missing);
  await cache.add(new Request(at(PAGE), { cache: "reload" })); // last: it names the others
}

async function forget() {
  const cache = await caches.open(CACHE);
  const needed = new Set([PAGE, ...FILES].map(at));
  for (const request of await cache.keys()) if (!needed.has(request.url)) await cache.delete(request);
}

async function fromCache(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}
