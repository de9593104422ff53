# Needs Python 3.11 or later and make; everything else is set up by the targets themselves.

PYTHON ?= python3
WORKERS ?= 3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
DEV_STAMP := $(VENV)/.installed-dev
RUN_STAMP := $(VENV)/.installed
# Without --no-compile most of the time goes into modules that are never imported.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
INSTALL := $(PIP) install --no-compile --require-hashes

# The parts whose behaviour rests on the database are run on PostgreSQL as well.
ON_POSTGRES := $(wildcard tests/members tests/domain)

# Where it is set, each of the hundreds of processes of a test run compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test test-sqlite test-postgres test-faults check faults reach bench screenshots guides measure-room \
	lock vendor messages format clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; \
		do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: $(RUN_STAMP) ## Open the hall with its demo data (HOST, PORT, HALL_DATA to change)
	@exec env HALL_DEMO=1 $(BIN)/python manage.py open_hall

setup: $(RUN_STAMP) ## Install what running needs
setup-dev: $(DEV_STAMP) ## Install what working on the hall needs

test: test-sqlite test-postgres test-faults ## Run every test, with real servers and a real browser

test-sqlite: $(DEV_STAMP)
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not faults and not reach" --ignore=tests/faults $(ARGS)

test-postgres: $(DEV_STAMP)
	@echo "once more on PostgreSQL: $(ON_POSTGRES)"
	@$(BIN)/python -m tests.support.on_postgres \
		$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not faults" $(ON_POSTGRES) $(ARGS)

# Two at a time and beside nothing else: they wait more than they work, and their figures are seconds.
# `faults` runs the whole of tests/faults but the reduced rounds, which are among all of them.
test-faults: $(DEV_STAMP)
	@echo "one round of each fault"
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not faults" tests/faults $(ARGS)

reach: $(DEV_STAMP) ## Walk every page by keyboard, and look at each with axe (slow)
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m pytest -q -m reach tests/browser $(ARGS)

faults: $(DEV_STAMP) ## Run every fault in all its rounds, hostile clients, the oracle (slow)
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not reduced" tests/faults $(ARGS)

check: $(DEV_STAMP) ## Run every check that needs no running hall
	@$(BIN)/python scripts/check.py

format: $(DEV_STAMP) ## Bring Python files and templates into the one style
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2 || true

bench: $(DEV_STAMP) ## Measure the hall: make bench ARGS="..."
	@$(BIN)/python -m bench $(ARGS)

screenshots: $(DEV_STAMP) ## Take a picture of every page of the demo hall into build/screenshots
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m scripts.screenshots $(ARGS)

guides: $(DEV_STAMP) ## Take the pictures of the guides anew
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m scripts.guide_pictures

messages: $(DEV_STAMP) ## Collect and compile the translations
	@$(BIN)/python -m scripts.messages

measure-room: $(DEV_STAMP) ## Measure a large room on a slow phone: make measure-room ARGS="..."
	@$(BIN)/python scripts/ensure_test_tools.py
	@$(BIN)/python -m scripts.measure_room $(ARGS)

lock: $(DEV_STAMP) ## Write the lock files anew from pyproject.toml (ARGS=--upgrade)
	@$(BIN)/uv pip compile -q pyproject.toml --universal --generate-hashes \
		--no-emit-index-url --no-header --python-version 3.11 -o requirements.lock $(ARGS)
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --generate-hashes \
		--no-emit-index-url --no-header --python-version 3.11 -c requirements.lock \
		-o requirements-dev.lock $(ARGS)

vendor: ## Copy the browser modules anew from the npm packages (needs Node.js)
	@npm ci --silent
	@node scripts/vendor.mjs

clean: ## Remove what the targets made; data/ stays
	@rm -rf $(VENV) node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The hall needs Python 3.11 or later; name one with: make PYTHON=python3.11 ..." >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): requirements.lock | $(BIN)/python
	@echo "installing what the hall needs"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock requirements.lock | $(BIN)/python
	@echo "installing what the hall and its tests need"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@ $(RUN_STAMP)
