// The worker that the engine lives in, as long as the tab does. It answers one request after the other.
import { startEngine } from "./engine.js";
import { DOCUMENTS, ENGINE, MEMORY, PYODIDE } from "./files.js";

const PATHS = { "engine.zip": ENGINE, "documents.zip": DOCUMENTS };
const IDLE = 1500; // milliseconds without a request, after which the worker gets ready for what needs documents
const PREPARATIONS = ["yaml", "pydantic", "shapecalc.formats.document.loading", "shapecalc.grading.practice"];

const at = (path) => new URL(path, import.meta.url).href;
const step = (text) => postMessage({ step: text });

async function bytes(path) {
  const response = await fetch(at(path));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

// The engine's memory after its start is kept in the browser, for the next visit. Where that cannot be, it starts anew.
async function keptMemory() {
  try {
    const response = await (await caches.open("shapecalc-memory")).match(at(MEMORY));
    return response ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

async function keepMemory(memory) {
  try {
    const cache = await caches.open("shapecalc-memory");
    for (const older of await cache.keys()) await cache.delete(older);
    await cache.put(at(MEMORY), new Response(memory));
    postMessage({ kept: true });
  } catch {
    // no storage, or none left: the next visit starts as this one did
  }
}

async function start() {
  const [{ loadPyodide }, snapshot] = await Promise.all([import(at(`${PYODIDE}pyodide.mjs`)), keptMemory()]);
  const warm = "from shapecalc.web.site.answering import rehearse; rehearse()";
  const source = { loadPyodide, indexURL: at(PYODIDE), read: (name) => bytes(PATHS[name]), warm, step };
  let engine;
  try {
    engine = await startEngine({ ...source, snapshot });
  } catch (error) {
    if (!snapshot) throw error;
    engine = await startEngine({ ...source, snapshot: null }); // the memory is of no use, whatever it is
  }
  const answer = engine.python.pyimport("shapecalc.web.site.answering").answer_message;
  postMessage({ ready: true, fromMemory: engine.snapshot === null });
  if (engine.snapshot) keepMemory(engine.snapshot);
  return { ...engine, answer };
}

async function answered({ answer, addDocuments, python }, { files, ...request }) {
  const ask = () => {
    const content = python.toPy(files);
    try {
      return answer(JSON.stringify(request), content);
    } finally {
      content.destroy();
    }
  };
  let tuple = ask();
  if (tuple === undefined) {
    await addDocuments();
    tuple = ask();
  }
  const [status, type, body] = tuple.toJs();
  tuple.destroy();
  return { status, type, body };
}

// What reads documents takes seconds to import; while nobody asks, it is imported, a module at a time.
let idle = null;
const ahead = [...PREPARATIONS];
async function prepare(engine) {
  await engine.addDocuments();
  const module = ahead.shift();
  if (module) engine.python.runPython(`import ${module}`);
  if (ahead.length) idle = setTimeout(prepare, 50, engine);
}

const engine = start();
engine.catch((error) => postMessage({ failed: String(error) }));
let turn = engine.catch(() => {});
onmessage = ({ data: { id, request } }) => {
  turn = turn.then(async () => {
    const running = await engine.catch(() => null);
    if (!running) return; // the page has been told
    clearTimeout(idle);
    try {
      postMessage({ id, answer: await answered(running, request) });
    } catch (error) {
      postMessage({ id, error: String(error) });
    }
    if (ahead.length) idle = setTimeout(prepare, IDLE, running);
  });
};
