// Runs Python code in the engine as the site has it: node engine_in_node.mjs SITE_FILES PYODIDE ARCHIVES < code
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [files, pyodide, archives] = process.argv.slice(2);
const { startEngine } = await import(pathToFileURL(`${files}/engine.js`));
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const bytes = (path) => new Uint8Array(readFileSync(path));
const memory = `${archives}/snapshot`;
const engine = await startEngine({
  loadPyodide,
  indexURL: `${pyodide}/`,
  read: async (name) => bytes(`${archives}/${name}`),
  snapshot: existsSync(memory) ? bytes(memory) : null,
  warm: "from shapecalc.web.site.answering import rehearse; rehearse()",
  step: () => {},
});
if (engine.snapshot) writeFileSync(memory, engine.snapshot);
const code = readFileSync(0, "utf8");
try {
  process.stdout.write(engine.python.runPython(code));
} catch (error) {
  if (!/No module named '(pydantic|yaml)'/.test(error)) throw error;
  await engine.addDocuments();
  process.stdout.write(engine.python.runPython(code));
}
