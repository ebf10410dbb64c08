# Each target does all the set-up it needs, on a fresh Debian or Ubuntu with Python 3.11+ and make.

PYTHON ?= $(shell .ci/find-python)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete

.PHONY: setup demo test lint bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml .ci/setup
	@.ci/setup "$(PYTHON)" "$(VENV)"
	@touch $@

demo: setup
	@$(BIN)/passatk demo

test: setup lint
	@$(BIN)/python -m pytest -n auto

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup
	@$(BIN)/python -m pip install --quiet --group bench
	@$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
