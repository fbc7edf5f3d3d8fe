# The developer's commands. `make` alone lists them.

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check
RUNTIME := .venv/.runtime-installed
TOOLS := .venv/.tools-installed
PAGE_CHECKED := .venv/.page-checked
CLIENTS := .venv/.clients-installed
RELEASE := .venv/.release-installed
SHIPPED := .venv-shipped/.installed
PAGE := $(wildcard hatch_build.py graphiql/*.* graphiql/src/*)

# What is started again and again is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo-proxy test soak check docs schema lock dist audit sbom bench bench-passthrough bench-commits bench-overhead clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' Makefile

run: $(RUNTIME) ## Serve a demo on http://127.0.0.1:8000 (GATEWAY_HOST and GATEWAY_PORT change that)
	@exec $(BIN)/autospot-gateway serve --demo

demo-proxy: $(RUNTIME) ## Serve a demo on two ports: one gateway plays AutoSpot, one stands in front of it
	@exec tools/demo_proxy.sh $(BIN)

test: $(TOOLS) $(CLIENTS) ## Run all tests and measure their coverage; ARGS="tests/cli -x" runs pytest with these instead
	@$(call install_programs)
	$(BIN)/python -m pytest $(or $(ARGS),--cov --numprocesses=auto --maxprocesses=4)

soak: $(TOOLS) ## Kill gateways, databases, disks and networks under load for minutes; ARGS="--faults 500 --seed 7"
	@$(BIN)/python -m tests.durability.soak $(ARGS)

check: $(TOOLS) $(PAGE_CHECKED) ## Check format, lint, types, imports, schema.graphql and the documents
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/autospot-gateway schema | diff -u schema.graphql - \
		|| { echo "schema.graphql is not the schema of the code: run make schema." >&2; exit 1; }
	$(BIN)/python tools/check_docs.py

docs: $(TOOLS) ## Build the documents as a site in the folder site
	$(BIN)/zensical build --clean --strict

schema: $(RUNTIME) ## Rewrite schema.graphql from the code
	@$(BIN)/autospot-gateway schema > .schema.graphql
	@mv .schema.graphql schema.graphql

lock: ## Rewrite constraints.txt with the newest versions that pyproject.toml allows
	@$(call require_python)
	@$(PYTHON) -m venv --clear .venv-lock
	@.venv-lock/bin/python -m pip install -qq --no-input --disable-pip-version-check -e '.[dev,release]' $(OR_SAY)
	@{ echo "# Exact versions of everything the gateway runs and is developed with; made by make lock."; \
		.venv-lock/bin/python -m pip freeze --exclude-editable \
		| grep -v '^#'; } > .constraints.txt
	@mv .constraints.txt constraints.txt
	@rm -rf .venv-lock

dist: $(TOOLS) ## Build the wheel and the source distribution in the folder dist
	@test -f gateway/graphql/graphiql/built-from.txt \
		|| { cat gateway/graphql/graphiql/not-built.txt >&2; echo " Nothing is released without it." >&2; exit 1; }
	@rm -rf dist
	$(BIN)/python -m hatchling build --directory dist

audit: $(RELEASE) $(SHIPPED) ## Look for risky code, and for known weaknesses of the packages that are shipped
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive gateway
	@echo "bandit finds no risky code."
	@$(BIN)/python tools/audit.py .venv-shipped

sbom: $(RELEASE) $(SHIPPED) ## Write dist/sbom.json, which lists the packages that are shipped (CycloneDX)
	@$(BIN)/python tools/sbom.py .venv-shipped dist/sbom.json

bench: $(RUNTIME) ## Compare what batches cost here, with the usual way and with a floor (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.batches $(ARGS)

bench-passthrough: $(RUNTIME) ## Compare nginx and the gateway as pass-through proxies (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.passthrough $(ARGS)

bench-commits: $(TOOLS) ## Measure what shared commits gain, and what waiting for the disk costs (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.commits $(ARGS)

bench-overhead: $(RUNTIME) ## Measure what metrics and the log's line cost each request (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.overhead $(ARGS)

clean: ## Remove what these commands made, but for databases
	@rm -rf .venv .venv-lock .venv-shipped .cache .pytest_cache .ruff_cache .hypothesis build dist htmlcov site
	@rm -rf gateway/graphql/graphiql graphiql/node_modules
	@rm -rf tests/clients/typescript/node_modules tests/clients/python/.venv
	@rm -f .coverage .coverage.* .schema.graphql .constraints.txt
	@find benchmarks gateway tests tools -name __pycache__ -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml constraints.txt $(PAGE)
	@$(call require_python)
	@echo "Installing the gateway in .venv; this is done once." >&2
	@$(PYTHON) -m venv .venv
	@$(PIP_INSTALL) -c constraints.txt -e . $(OR_SAY)
	@touch $@

$(TOOLS): $(RUNTIME)
	@echo "Installing the tools for tests and checks in .venv; this is done once." >&2
	@$(PIP_INSTALL) -c constraints.txt -e '.[dev]' $(OR_SAY)
	@touch $@

$(RELEASE): $(TOOLS)
	@echo "Installing the tools for releases in .venv; this is done once." >&2
	@$(PIP_INSTALL) -c constraints.txt -e '.[release]' $(OR_SAY)
	@touch $@

# What the image has, and nothing else.
$(SHIPPED): $(RUNTIME)
	@echo "Installing the gateway alone in .venv-shipped; this is done once." >&2
	@$(PYTHON) -m venv --clear --without-pip .venv-shipped
	@$(BIN)/python -m pip --python .venv-shipped/bin/python install -qq --no-input \
		--disable-pip-version-check --constraint constraints.txt '.[otel]' $(OR_SAY)
	@touch $@

$(PAGE_CHECKED): $(TOOLS) tools/check_page.py
	$(BIN)/python tools/check_page.py
	@touch $@

# Where the clients cannot be installed, their tests are skipped, and say so.
$(CLIENTS): $(wildcard tools/install_clients.py tests/clients/*/package-lock.json tests/clients/*/requirements.txt) | $(TOOLS)
	@echo "Installing GraphQL clients for the tests; this is done once." >&2
	@if $(BIN)/python tools/install_clients.py; then touch $@; fi

OR_SAY := || { echo "The packages could not be installed; pip says why above." >&2; exit 1; }

# Tests that need one of these are skipped where it is missing, and say how to install it. As a server
# of the machine none is started.
define install_programs
missing=; for name in chromium redis-server pgbouncer; do \
	command -v $$name > /dev/null || missing="$$missing $$name"; \
done; \
if [ "$$missing" ] && command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; then \
	echo "Installing programs for the tests; this is done once:$$missing." >&2; \
	export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive; \
	apt-get -qq update > /dev/null || true; \
	for name in $$missing; do apt-get -qq install $$name > /dev/null || true; done; \
fi
endef

define require_python
command -v $(PYTHON) > /dev/null \
	|| { echo "$(PYTHON) was not found: install Python 3.11 or newer, or name it: make PYTHON=python3.13." >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "$$($(PYTHON) --version 2>&1) is too old: install Python 3.11 or newer, or name it: make PYTHON=python3.13." >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
	|| { echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu the package python3-venv)." >&2; exit 1; }
endef
