# Every way to run, test and check Kith. Needs make and Python 3.11 or newer; the rest is installed
# into .venv from the pins in constraints.txt, again only when those or pyproject.toml change.

VENV ?= .venv
# A Python of your own: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
# Further arguments: make test ARGS="-k deck", make run ARGS="--port 9000"
ARGS ?=

BIN = $(VENV)/bin
# Python compiles what it imports; the libraries of the model have thousands of modules beside that.
INSTALL = $(BIN)/pip install --disable-pip-version-check --no-compile -c constraints.txt
RUNTIME = $(VENV)/.installed
DEVELOPMENT = $(VENV)/.installed-dev
BENCHMARKS = $(VENV)/.installed-bench
GRAPHIQL = graphiql/dist/main.js

.DEFAULT_GOAL := help
.PHONY: help install run test coverage check check-style check-types check-layers check-made format \
	bench bench-peers bench-matching bench-streams chaos schema migrate env clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(DEVELOPMENT) $(GRAPHIQL) ## Install all that tests and checks need

run: $(RUNTIME) $(GRAPHIQL) ## Install what is missing and run everything on port 8000
	@$(BIN)/kith up $(ARGS)

test: $(DEVELOPMENT) $(GRAPHIQL) ## Run the tests on two cores
	@$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

coverage: ## Run the tests, a third slower, and tell which lines and branches they reach
	@$(MAKE) test ARGS="--cov --cov-report=term --cov-report=xml $(ARGS)"

# Each part for itself: `make -j2 check` looks at the types, which takes longest, beside the others.
check: check-style check-types check-layers check-made ## Check format, lint, types, layers, the printed schema and the migrations

check-style: $(DEVELOPMENT) ## Check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types: $(DEVELOPMENT) ## Check the types
	$(BIN)/mypy

check-layers: $(DEVELOPMENT) ## Check who may import whom
	$(BIN)/lint-imports

check-made: $(DEVELOPMENT) ## Check the printed schema and the migrations
	$(BIN)/kith schema --check
	$(BIN)/kith migrate --check

format: $(DEVELOPMENT) ## Format the code and repair what the linter can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(RUNTIME) ## Measure the cost of operations, and the start
	@$(BIN)/python -m benchmarks $(ARGS)
	@$(BIN)/python -m benchmarks.startup

bench-peers: $(BENCHMARKS) ## Measure beside other GraphQL servers; needs npm
	@$(BIN)/python -m benchmarks.peers $(ARGS)

bench-matching: $(RUNTIME) ## Measure the ranking of people in a synthetic world, against its targets
	@$(BIN)/python -m benchmarks.matching $(ARGS)

bench-streams: $(RUNTIME) ## Measure open sockets, and events for many, against their targets
	@$(BIN)/python -m benchmarks.streams $(ARGS)

chaos: $(RUNTIME) ## Kill, freeze and empty everything under senders and listeners, and compare
	@$(BIN)/python -m benchmarks.chaos $(ARGS)

schema: $(DEVELOPMENT) ## Write schema/schema.graphql from the code
	@$(BIN)/kith schema $(ARGS)

migrate: $(RUNTIME) ## Bring the database to the newest revision
	@$(BIN)/kith migrate $(ARGS)

env: $(RUNTIME) ## Write .env.example from settings.py
	@$(BIN)/python -m settings > .env.example

clean: ## Remove the environment and everything built; the data in .kith stays
	rm -rf $(VENV) build *.egg-info .coverage coverage.xml htmlcov
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf graphiql/node_modules graphiql/dist
	find . -name __pycache__ -not -path './.kith/*' -prune -exec rm -rf {} +

# pip is the last thing that venv makes: an interrupted environment is made again.
$(BIN)/pip:
	@[ -n "$(PYTHON)" ] || { echo "Kith needs Python 3.11 or newer and found none: install it," \
		"or name yours with PYTHON=/path/to/python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "$(PYTHON) is not Python 3.11 or newer: name another with PYTHON=."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no ensurepip:" \
		"install its venv package (on Debian and Ubuntu: sudo apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/pip
	$(INSTALL) -e .
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt | $(BIN)/pip
	$(INSTALL) -e '.[dev]'
	@touch $(RUNTIME) $@

$(BENCHMARKS): pyproject.toml constraints.txt | $(BIN)/pip
	$(INSTALL) -e '.[bench]'
	@touch $(RUNTIME) $@

$(GRAPHIQL): $(wildcard graphiql/package*.json graphiql/build.js graphiql/src/*)
	@if ! command -v npm >/dev/null; then echo "npm is missing: GraphiQL comes from the CDN."; \
	elif npm --prefix graphiql ci --no-audit --no-fund --loglevel=error \
		&& npm --prefix graphiql run build; then touch $@; \
	else echo "GraphiQL could not be built: it comes from the CDN."; fi
