# The commands of this project; `make` lists them.

PYTHON ?= python3
BIN := .venv/bin
IN_SANDBOX := $(BIN)/azure-sandbox run --
UV := $(or $(shell command -v uv),$(BIN)/uv)
# With the pip of the other Python, because the installation of pip in .venv takes as long as everything else.
GET_UV := --disable-pip-version-check install --no-compile --require-hashes -r requirements-uv.txt
INSTALL := $(UV) pip install --python $(BIN)/python
SETUP := .venv/setup.stamp
POLICIES := .venv-policies
TOOLS := .venv/tools.stamp
COMPILED := .venv/compiled.stamp
CLIENTS := /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network/virtualNetworks/analytics-vnet

# Compiled modules are kept, those that pytest rewrites too.
export PYTHONDONTWRITEBYTECODE :=

LOCATION ?= westeurope

# Pages have one sentence a line. No word of pages and sources is in docs/banned-words.txt.
PAGES := README.md CONTRIBUTING.md CHANGELOG.md docs examples/README.md tests/README.md engine/README.md
SOURCES := __main__.py adx_private_link azure_sandbox benchmarks engine examples tests

define NEXT_STEPS

Next steps:
  $(BIN)/azure-sandbox list
  $(BIN)/azure-sandbox resolve --network $(CLIENTS) newadx.westus.kusto.windows.net
  $(IN_SANDBOX) pulumi preview --stack dev --diff
  make down
endef
export NEXT_STEPS

.PHONY: help setup tools up down test torture fuzz docs sdks bench live lint style types pytest clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(SETUP) ## Install the program, the commands and the Pulumi engine into .venv (PYTHON=... selects the Python)

tools: $(TOOLS) $(POLICIES)/setup.stamp ## Install the tools that check the project, too

up: setup ## Deploy the example stack into the sandbox, and show who has access
	$(IN_SANDBOX) pulumi stack select --create dev
	$(IN_SANDBOX) pulumi up --yes --skip-preview --stack dev
	$(IN_SANDBOX) adx-private-link access
	@echo "$$NEXT_STEPS"

down: setup ## Destroy the example stack in the sandbox
	$(IN_SANDBOX) pulumi stack select --create dev
	$(IN_SANDBOX) pulumi destroy --yes --stack dev

test: style ## Check style and types, and run all tests
	@$(MAKE) --no-print-directory --jobs 2 types pytest

torture: tools ## Make every request to Azure fail in every way (about two hours on an idle machine)
	$(BIN)/python -m tests.torture $(if $(ONLY),--only '$(ONLY)')

fuzz: tools ## Feed mutated input from outside to commands and functions (MINUTES=5, SEED=..., ONLY=...)
	$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

docs: tools ## Generate the reference pages of the documentation
	$(BIN)/python -m docs.generate

sdks: tools ## Generate the SDKs of other languages in sdks/, and pack the one for Node.js
	$(BIN)/generate-sdks sdks/schema.json sdks
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix sdks --no-audit --no-fund
	PATH="$(CURDIR)/$(BIN):$$PATH" sdks/node_modules/.bin/tsc --project sdks/nodejs
	cp sdks/nodejs/package.json sdks/nodejs/README.md sdks/nodejs/bin
	PATH="$(CURDIR)/$(BIN):$$PATH" npm pack --silent --pack-destination sdks ./sdks/nodejs/bin

bench: tools ## Measure the library against the same resources by hand (half an hour on an idle machine; FULL=1: all)
	PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks $(if $(FULL),--full) --write docs/benchmarks.json

live: setup ## Create and destroy a stack in your own subscription (SUBSCRIPTION=..., LOCATION=...); it names the costs first
	@test -n "$(SUBSCRIPTION)" || { echo "Error: SUBSCRIPTION is not set. Run: make live SUBSCRIPTION=..." >&2; exit 2; }
	$(BIN)/azure-sandbox --home .live/rehearsal run -- python examples/live --stack rehearsal --yes \
		--subscription 11111111-1111-1111-1111-111111111111 --location $(LOCATION) --write .live/sandbox.json
	PATH="$(CURDIR)/$(BIN):$$PATH" python examples/live --subscription $(SUBSCRIPTION) --location $(LOCATION) \
		--write .live/azure.json --compare .live/sandbox.json

lint: style types ## Check style and types

style: tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/rumdl check --quiet $(PAGES)
	$(BIN)/codespell --dictionary - $(PAGES) $(SOURCES)

types: tools
	$(BIN)/pyright

pytest: $(COMPILED)
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder -r s --durations 10

clean: ## Remove everything that was created here; the engine stays in its cache
	rm -rf .venv $(POLICIES) .sandbox build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -r {} +

$(BIN)/python: | requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or \
		sys.exit("Error: $(PYTHON) is older than Python 3.11. Select another one: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv --without-pip .venv
	[ -x "$(UV)" ] || $(PYTHON) -m pip --python $@ $(GET_UV) || { $@ -m ensurepip && $@ -m pip $(GET_UV); }

$(SETUP): requirements-cli.txt pyproject.toml $(wildcard engine/*/go.* engine/cli/edits.toml) | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements-cli.txt
	$(INSTALL) --no-build-isolation --no-deps --config-settings editable_mode=compat -e .
	$(BIN)/python engine/install.py --bin $(BIN)
	@touch $@

# The tools that check the project, besides the program itself.
$(TOOLS): $(SETUP) requirements-dev.txt $(wildcard engine/*-host*/go.*)
	$(INSTALL) --require-hashes -r requirements-dev.txt
	(cd engine/yaml-host && go list -m) > /dev/null 2>&1 || $(INSTALL) --require-hashes -r engine/requirements-go.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" python engine/install_hosts.py --bin $(BIN)
	@touch $@

# The policy pack has an environment of its own, because its SDK needs another protobuf.
$(POLICIES)/setup.stamp: $(SETUP) requirements-policies.txt
	$(UV) venv --clear --quiet --python $(BIN)/python $(POLICIES)
	$(UV) pip install --python $(POLICIES)/bin/python --require-hashes -r requirements-policies.txt
	$(UV) pip install --python $(POLICIES)/bin/python --no-deps --config-settings editable_mode=compat -e .
	@touch $@

# The imports of tests are compiled once, while types are checked, and not by each of pytest's processes.
$(COMPILED): $(TOOLS)
	$(BIN)/pytest --collect-only -qq > /dev/null
	@touch $@
