# Set-up is automatic: every command below makes .venv first, and again when the locked requirements change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test setup run lint lock bench clean

demo: setup  ## replay the real record on a local Discord and print one address
	@$(BIN)/letterwatch demo $(ARGS)

test: setup  ## run the tests, four at a time: they mostly wait for one another's servers
	@$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

run: setup  ## run the bot on real Discord; DISCORD_TOKEN must be set
	@$(BIN)/letterwatch run $(ARGS)

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Letterwatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up in $(VENV) (once; under a minute on most connections)"
	@echo "  1/3 virtual environment"; $(PYTHON) -m venv $(VENV) \
	  || { echo "The venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "  2/3 pinned and hashed requirements"; $(BIN)/python -m pip install -qq --require-hashes -r requirements/dev.txt
	@echo "  3/3 letterwatch itself"; $(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@; echo "  ready"

lint: setup  ## what CI checks besides the tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: setup  ## measure start-up time, memory, delivery at scale
	@$(BIN)/python -m bench

lock:  ## renew the locked requirements (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  pyproject.toml --output-file requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  requirements/build.in --output-file requirements/build.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra dev pyproject.toml requirements/build.in --constraint requirements/run.txt --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) .demo build *.egg-info
