"""The pages, one a module: each has a function ``answer`` from a request to a page."""
