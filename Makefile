.PHONY: demo test services peers deep lint bench docs site constraints clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# Exact versions, so that two days give the same run; `make constraints` renews them.
PIP_INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt
# torch is installed by this spelling and before everything else, so that nothing picks another build of it
TORCH := torch==2.13.0
# The wheel of torchvision asks for a build of torch for CUDA.
TORCHVISION := torchvision==0.28.0
# what lets a page of the documentation that is opened as a file search the others; with it comes a reader of GIFT
SEARCH := build/npm/node_modules/iframe-worker/shim/index.js
PEERS := fvcore thop ptflops keras onnx onnxruntime pyrefly torchview

demo: $(VENV)/.engine
	$(BIN)/shapecalc conv 130 --k 3 --pool 4
	$(BIN)/shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)" --input 3x130x130
	$(BIN)/shapecalc grade docs/examples/flatten-quiz.yaml docs/examples/flatten-answers.csv

# The three tiers of tests: what every change runs, what needs a service, and what takes many minutes.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

services: $(VENV)/.services $(SEARCH)
	$(BIN)/python -m pytest -n auto --service

deep: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --deep

# What other tools print and give now, where `make test` compares with what was recorded of them.
peers: $(VENV)/.peers
	$(BIN)/python -m pytest -n auto --peer

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

# The documentation as a folder of pages: build/docs/index.html opens in a browser, without a server.
docs: $(VENV)/.docs $(SEARCH)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open build/docs/index.html"

# The pages as a folder of files, which computes in the browser: npm and pip fetch what it takes, once.
site: $(VENV)/.engine
	$(BIN)/shapecalc site -o build/site

# Installs the newest versions of everything that is allowed in an environment of its own, and writes them down.
constraints:
	$(PYTHON) -m venv --clear build/newest
	build/newest/bin/python -m pip install --quiet $(TORCH)
	build/newest/bin/python -m pip install --quiet --editable ".[torch,dev]" $(PEERS) axe-playwright-python mkdocs-material playwright ray tensorboard
	build/newest/bin/python -m pip install --quiet --no-deps $(TORCHVISION) timm==1.0.31
	build/newest/bin/python -m pip list --format freeze --exclude-editable --exclude pip > build/newest/versions
	(echo "# Exact versions of what development installs; written by make constraints."; \
		sed "s/+.*//" build/newest/versions) > constraints.txt

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.engine: $(BIN)/python pyproject.toml constraints.txt
	$(PIP_INSTALL) --editable .
	$(BIN)/python -m compileall -q shapecalc cli  # as an installed package is
	touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(PIP_INSTALL) --editable ".[torch,dev]"
	$(BIN)/python -m compileall -q shapecalc cli
	touch $@ $(VENV)/.engine

$(VENV)/.services: $(VENV)/.dev $(VENV)/.docs
	$(PIP_INSTALL) --no-deps $(TORCHVISION) timm==1.0.31
	$(PIP_INSTALL) axe-playwright-python pillow huggingface_hub playwright pytest-lsp ray tensorboard
	touch $@

$(VENV)/.docs: $(BIN)/python pyproject.toml constraints.txt
	$(PIP_INSTALL) mkdocs-material
	touch $@

$(SEARCH):
	npm install --silent --no-save --prefix build/npm iframe-worker@1.0.3 gift-pegjs@1.0.2

$(VENV)/.peers: $(VENV)/.dev
	$(PIP_INSTALL) $(PEERS)
	touch $@
