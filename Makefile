# Each target does all the set-up it needs, on a fresh Debian or Ubuntu with Python 3.11+ and make.

PYTHON ?= $(shell .ci/find-python)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup setup-dev demo test lint bench clean

setup: $(VENV)/.core
setup-dev: $(VENV)/.dev

$(VENV)/.core: pyproject.toml .ci/setup
	@.ci/setup "$(PYTHON)" $(VENV) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@.ci/setup "$(PYTHON)" $(VENV) --group dev
	@touch $@

demo: setup
	@$(BIN)/passatk demo

test: lint
	@$(BIN)/python -m pytest -n auto

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup-dev
	@$(BIN)/python -m pip install --quiet --group bench
	@$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
