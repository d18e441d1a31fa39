// The engine: Python in WebAssembly with the package in it, in a browser's worker or in node.

// Runs before the memory is kept: whatever was imported then need not be compiled at the next start.
const PREPARE = `
import importlib, sys, zipfile

def unpack(archive):
    folder = archive.removesuffix(".zip")
    zipfile.ZipFile(archive).extractall(folder)
    if folder not in sys.path:
        sys.path.append(folder)
    importlib.invalidate_caches()
`;

/**
 * Starts Python with the package.
 * @param {object} source where its files are:
 *   loadPyodide and indexURL, of Pyodide;
 *   read, a function that gives the bytes of an archive by name: "engine.zip", "documents.zip";
 *   snapshot, the memory of an earlier start, or null;
 *   warm, Python code that imports what most requests use;
 *   step, a function that is called with what is being done.
 * @returns {Promise<object>} python, the interpreter; snapshot, the memory for later starts, or null where it came
 *   from one; addDocuments, a function that adds what reads documents, which takes seconds and few requests need.
 */
export async function startEngine({ loadPyodide, indexURL, read, snapshot, warm, step }) {
  step("Loading Python");
  const memory = snapshot ? await restored(snapshot, indexURL) : { _makeSnapshot: true };
  const [archive, python] = await Promise.all([read("engine.zip"), loadPyodide({ indexURL, ...memory })]);
  step("Loading the engine");
  if (!snapshot) python.runPython(PREPARE);
  unpack(python, "engine.zip", archive);
  let made = null;
  if (!snapshot) {
    python.runPython(warm);
    made = python.makeMemorySnapshot();
  }
  let documents = null;
  const addDocuments = () => (documents ??= read("documents.zip").then((bytes) => unpack(python, "documents.zip", bytes)));
  return { python, snapshot: made, addDocuments };
}

// Pyodide puts a memory back as it was, but does not make room for one that has grown; what is allocated here makes it,
// and is gone when the memory is written over it.
async function restored(snapshot, indexURL) {
  const { default: createModule } = await import(`${indexURL}pyodide.asm.mjs`);
  const createPyodideModule = async (settings) => {
    const module = await createModule(settings);
    if (module.HEAP8.length < snapshot.length) module._malloc(snapshot.length);
    return module;
  };
  return { _loadSnapshot: snapshot, createPyodideModule };
}

function unpack(python, name, bytes) {
  python.FS.writeFile(`/${name}`, bytes);
  python.runPython(`unpack("/${name}")`);
  python.FS.unlink(`/${name}`);
}
