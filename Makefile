# `make run` and `make test` need Python >= 3.11, pip and git, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: setup run test test-heavy coverage lint clean
.DEFAULT_GOAL := help

help:
	@echo "make run         set up, then compare techniques: gbench run suites/stability.yaml (20 minutes)"
	@echo "make test        set up, then run all tests (minutes)"
	@echo "make test-heavy  the checks that take longer: node failures, simulations, kill -9"
	@echo "make coverage    how much of some rooms their own tests run: make coverage ROOMS='suite record'"
	@echo "make lint        ruff, mypy and codespell"

setup: $(VENV)/.installed

# torch first, at the pinned version: asked for by name it is the build that fits the machine, where
# a plain `torch` that another package asks for may bring gigabytes of CUDA libraries.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("gbench needs Python >= 3.11, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^torch==' constraints.txt)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

run: setup
	$(BIN)/gbench run suites/stability.yaml

test: setup
	$(BIN)/python -m pytest

test-heavy: setup
	$(BIN)/python -m pytest -m heavy

# A room's tests and that room's files: what other rooms' tests happen to run does not count.
ROOMS ?= suite plugins record statistics

coverage: setup
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ROOMS:%=tests/%)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include "$$(echo $(ROOMS:%='gbench/%/*') | tr ' ' ',')"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
