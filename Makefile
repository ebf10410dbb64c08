# Each target does all the set-up it needs, on a fresh Debian or Ubuntu with Python 3.11+ and make.

PYTHON ?= $(shell .ci/find-python)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup setup-dev browser demo test lint bench coverage-study size-study order-study \
	detector-study clean

setup: $(VENV)/.core
setup-dev: $(VENV)/.dev

$(VENV)/.core: pyproject.toml .ci/setup
	@.ci/setup "$(PYTHON)" $(VENV) --editable '.[analysis]'
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@.ci/setup "$(PYTHON)" $(VENV) --group dev
	@touch $@

# What the tests of the view in a browser need; they skip without it.
browser:
	@.ci/browser

demo: setup
	@$(BIN)/passatk demo

test: lint browser
	@$(BIN)/python -m pytest -n auto

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# An environment of its own, as users have it: what is installed beside passatk changes what samples
# can import, and an installed package comes compiled.
bench:
	@.ci/setup "$(PYTHON)" $(VENV)-bench . --group bench
	@$(VENV)-bench/bin/python benchmarks/run.py

# Long simulations, outside the test suite; the first two continue where they were left.
coverage-study: setup
	@$(BIN)/python benchmarks/coverage_study.py --jobs 2

size-study: setup
	@$(BIN)/python benchmarks/comparison_study.py --jobs 2

order-study: setup
	@$(BIN)/python benchmarks/order_study.py

detector-study: setup
	@$(BIN)/python benchmarks/detector_study.py --jobs 2

clean:
	rm -rf $(VENV) $(VENV)-bench build .pytest_cache .mypy_cache .ruff_cache .hypothesis
