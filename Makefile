# Set-up is automatic: every target that needs .venv makes it first, and again when the locked requirements change.
# PYTHON=python3.13 chooses a Python; a .venv of another version is then made anew. Without it, a .venv stays as it is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
VERSION := import sys; print("%d.%d" % sys.version_info[:2])
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test unit coverage lint fmt run setup bench torture lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "  ARGS=... is passed on: make demo ARGS='--port 9000', make test ARGS='tests/store -x'"

demo: setup  ## replay the real record on a local Discord and print one address
	@$(BIN)/letterwatch demo $(ARGS)

test: setup  ## run all tests, three at a time: many wait for one another's servers
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

unit: setup  ## run the fast tests: no files, no database, no network
	@$(BIN)/python -m pytest tests/unit $(ARGS)

coverage: setup  ## run all tests, and report which lines of bot/ they reach
	@$(BIN)/python -m pytest -n 3 --dist worksteal --cov=bot --cov-report=term-missing:skip-covered $(ARGS)

lint: setup  ## what CI checks besides the tests: style, types, imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fmt: setup  ## format the code and sort the imports
	@$(BIN)/ruff check --quiet --select I --fix . && $(BIN)/ruff format .

run: setup  ## run the bot on real Discord; DISCORD_TOKEN must be set
	@$(BIN)/letterwatch run $(ARGS)

bench: setup  ## measure start-up, memory, delivery, answers, autocomplete, ticks; ARGS=targets for all that has a target
	@$(BIN)/python -m bench $(ARGS)

torture: setup  ## kill the bot 1,000 times, and count what was lost or doubled; ARGS='--seed 7 --kills 100'
	@$(BIN)/python -m tests.torture $(ARGS)

setup: $(READY)  ## make .venv with everything in it

# With PYTHON given, and of another version than .venv, .ready is out of date.
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) -c '$(VERSION)' 2>/dev/null),$(shell $(BIN)/python -c '$(VERSION)' 2>/dev/null))
.PHONY: $(READY)
CLEAR := --clear
endif
endif

$(READY): requirements/dev.txt pyproject.toml
	@if [ -n "$(CLEAR)" ] || [ ! -x $(BIN)/python ]; then \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    || { echo "Letterwatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
	  echo "Setting up in $(VENV), once: half a minute on a fast machine and connection, several minutes on a slow one."; \
	  echo "  1/3 virtual environment, $$($(PYTHON) --version)"; $(PYTHON) -m venv $(CLEAR) $(VENV) \
	    || { echo "The venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }; \
	else echo "Bringing $(VENV) up to date"; fi
	@echo "  2/3 pinned and hashed requirements"; $(BIN)/python requirements/install.py requirements/dev.txt
	@echo "  3/3 letterwatch itself"; $(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@; echo "  ready"

lock:  ## renew the locked requirements (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  pyproject.toml --output-file requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  requirements/build.in --output-file requirements/build.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra dev pyproject.toml requirements/build.in --constraint requirements/run.txt --output-file requirements/dev.txt

clean:  ## remove .venv and everything else that was built
	rm -rf $(VENV) .coverage* .demo build *.egg-info
