.PHONY: demo test lint bench deep clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

demo: $(VENV)/.engine
	$(BIN)/shapecalc conv 130 --k 3 --pool 4
	$(BIN)/shapecalc net "Conv2d(3, 10, 3) MaxPool2d(4) Conv2d(10, 20, 5, padding=2) MaxPool2d(2)" --input 3x130x130
	$(BIN)/shapecalc grade docs/examples/flatten-quiz.yaml docs/examples/flatten-answers.csv

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

deep: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --deep

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.engine: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q shapecalc cli  # as an installed package is
	touch $@

# torch is pinned, and installed first, so that nothing below picks another build of it
$(VENV)/.dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable ".[torch,dev]"
	$(BIN)/python -m compileall -q shapecalc cli
	touch $@ $(VENV)/.engine
