# Needs python3 (3.11 or newer, with venv), make and git; everything else is set up here.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint soak bench bench-large clean

help:
	@echo "make demo   audit a small broadband catalog and write out/report.html"
	@echo "make test   everything the build checks: style, types, layers, tests"
	@echo "make soak   the property tests with 2,000 examples each"
	@echo "make bench  speed and memory against their bars (make bench-large: on 100 million customers)"
	@echo "make clean  remove what the other targets made"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The stamps are newer than pyproject.toml when what it asks for is installed.
$(VENV)/.stamp-run: pyproject.toml | $(BIN)/python
	$(PIP) install -e .
	@touch $@

$(VENV)/.stamp-dev: pyproject.toml $(VENV)/.stamp-run
	$(PIP) install -e '.[dev]'
	@touch $@

setup: $(VENV)/.stamp-dev

# The demo catalog has findings: exit 1 is what the audit should say, and anything else is a failure.
demo: $(VENV)/.stamp-run
	@mkdir -p out
	@$(BIN)/fairoffer audit fixtures/broadband -o out/report.html -o out/result.json; code=$$?; \
	if [ $$code -ne 1 ]; then echo "demo: expected exit 1 (failed), got $$code" >&2; exit 1; fi; \
	test -s out/report.html && test -s out/result.json || { echo "demo: no report was written" >&2; exit 1; }
	@echo
	@echo "The report is in $(CURDIR)/out/report.html (open it in a browser); the data in $(CURDIR)/out/result.json."

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest

soak: setup
	FAIROFFER_PROFILE=soak $(BIN)/python -m pytest $(wildcard tests/test_oracle*.py tests/test_properties*.py)

bench: setup
	$(BIN)/python tests/bench/run.py

bench-large: setup
	$(BIN)/python tests/bench/run.py large

clean:
	rm -rf $(VENV) out build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
