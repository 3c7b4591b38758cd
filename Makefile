# Everything happens inside .venv; nothing but Python 3.11+ and make is needed.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv --quiet
JUDGE := build/judge
DATA ?= ../shared/data

.PHONY: help setup setup-dev run test check lock judge clean

help: ## Say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/run.done ## Set up what the program needs
setup-dev: $(VENV)/dev.done ## Set up what its tests need, too

run: setup ## Set up, then open the interview in the browser
	@$(BIN)/greenroom serve

test: setup-dev ## Set up, then run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup-dev ## Lint, types, tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

lock: $(BIN)/uv ## Write the two requirements files anew from pyproject.toml
	@$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt >/dev/null
	@$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements-dev.txt >/dev/null

judge: setup-dev $(JUDGE)/venv.done ## Train the embedded judge anew, in the background; goes on where it was stopped (DATA=../shared/data)
	@mkdir $(JUDGE)/running 2>/dev/null || { echo "A training is running, or was killed: if so, rmdir $(JUDGE)/running"; exit 1; }
	@nohup sh -c 'trap "rmdir $(JUDGE)/running" EXIT; set -e; $(BIN)/python -m scripts.judge.data --data $(DATA); \
		MALLOC_MMAP_MAX_=0 $(JUDGE)/venv/bin/python -m scripts.judge.train; \
		$(JUDGE)/venv/bin/python -m scripts.judge.export; \
		$(BIN)/python -m scripts.judge.calibrate' >>$(JUDGE)/log 2>&1 &
	@echo "Training in the background, for an hour or several. Its log: $(JUDGE)/log"

clean: ## Take away what setup made
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Greenroom needs Python 3.11 or newer, and found none. Install one, or say: make run PYTHON=/path/to/python3"; exit 1; }
	@echo "Making a virtual environment with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(BIN)/uv: $(BIN)/python
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install "uv>=0.9,<1"

$(VENV)/run.done: requirements.txt pyproject.toml $(BIN)/uv
	@echo "Installing what Greenroom needs (once; about 800 MB) ..."
	@$(UV) pip install --require-hashes -r requirements.txt
	@$(UV) pip install --no-deps -e .
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/run.done
	@echo "Installing what the tests need ..."
	@$(UV) pip install --require-hashes -r requirements-dev.txt
	@touch $@

$(JUDGE)/venv.done: requirements-judge.txt | $(BIN)/python
	@$(BIN)/python -m venv $(JUDGE)/venv
	@$(JUDGE)/venv/bin/python -m pip --quiet --disable-pip-version-check install -r requirements-judge.txt
	@touch $@
