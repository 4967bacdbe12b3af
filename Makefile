# Two commands for everyone: `make demo` and `make test`. Each makes its own virtual environment in .venv
# and installs only when pyproject.toml has changed.

# The interpreter that makes .venv, 3.11 or newer; choose another with `make PYTHON=/path/to/python demo`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT ?= runs/demo
# What the default run leaves out: everything that needs more than Python and Linux.
NEEDS_MORE := not docker and not compilers and not gpu and not lean and not network
PYTEST_ARGS ?=

.PHONY: help demo test lint types layers unit bench pins clean

help:
	@echo "make demo     install, evaluate six scripted policies on fresh tasks, write $(OUT)"
	@echo "make test     install the tools, then lint, types, layers and unit below, all four whatever fails"
	@echo "make lint     ruff: rules and format"
	@echo "make types    mypy, strict"
	@echo "make layers   import-linter: who may import whom"
	@echo "make unit     pytest without network, GPU or Docker (PYTEST_ARGS=... adds arguments)"
	@echo "make bench    both benchmarks, quick: what a check costs, and a run of thousands with hostile ones"
	@echo "make pins     pin the bundled environments to what now runs inside the walls (after changing it)"
	@echo "make clean    remove .venv, caches and build folders"

demo: $(VENV)/.core
	$(BIN)/rlvr-gym demo --out $(OUT)

# Every step runs, so that a line too long does not hide a broken test; the end says which ones failed.
STEPS := lint types layers unit
test: $(VENV)/.dev
	@failed=; for step in $(STEPS); do \
		echo "== make $$step"; $(MAKE) --no-print-directory $$step || failed="$$failed $$step"; done; \
	if [ -n "$$failed" ]; then echo "make test: failed:$$failed" >&2; exit 1; fi

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports --no-cache

unit: $(VENV)/.dev
	$(BIN)/pytest -m "$(NEEDS_MORE)" $(PYTEST_ARGS)

bench: $(VENV)/.core
	$(BIN)/python benchmarks/sandbox.py --quick
	$(BIN)/python benchmarks/soak.py --quick

pins: $(VENV)/.core
	$(BIN)/rlvr-gym sandbox pins --write envs/*/env.toml

$(VENV)/.made:
	@$(if $(PYTHON),:,echo "rlvr-gym needs Python 3.11 or newer and found none: install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "rlvr-gym needs Python 3.11 or newer, but PYTHON=$(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "could not make $(VENV): on Debian and Ubuntu first run: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.core: pyproject.toml | $(VENV)/.made
	@echo 'installing rlvr-gym into $(VENV) (once)'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.made
	@echo 'installing rlvr-gym and its tools into $(VENV) (once)'
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
