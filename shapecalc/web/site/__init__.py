"""The pages as a static folder: the engine runs in the browser, in WebAssembly."""
