# Needs only make and a Python >= 3.11 with venv. `make` alone lists what there is.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
# More than the cores of a small machine, because a test mostly waits.
WORKERS ?= 3
READY := .venv/.ready
DEV := .venv/.dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo run fast test check lint format bench pictures prove wheel lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## a whole incident, from declaration to postmortem, in under a minute
	$(BIN)/muster demo

run: $(READY) ## the bot with all it needs; without Slack tokens, with a local Slack
	$(BIN)/muster run

fast: $(DEV) ## the tests that start no process and use no network, in under a minute
	$(BIN)/pytest -q -rs -n $(WORKERS) -m fast

test: $(DEV) ## all tests; a file stays with one worker, the longest begin first
	$(BIN)/pytest -q -rs -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: lint ## everything CI runs: format, lint, types, import rules, tests
	@$(MAKE) --no-print-directory test

lint: $(DEV) ## format, lint, types and import rules, without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) ## measure; writes docs/performance.md
	$(BIN)/python -m tests.bench

pictures: $(DEV) ## the local Slack's page as people see it; writes docs/pictures/
	$(BIN)/python -m tests.browser.pictures

prove: $(DEV) ## every attack with all its cases, about an hour; writes docs/reliability.md
	$(BIN)/python -m tests.faults

wheel: $(DEV) ## keep the wheel of this commit in tests/old/wheels: once per release
	$(BIN)/python -m tests.old.kept_wheels

lock: ## the two lock files again from pyproject.toml (needs uv)
	$(call pinned,requirements.lock,--group build)
	$(call pinned,requirements-dev.lock,--group dev --constraint requirements.lock)

# Each line pinned by hash; the first line, which says what the file is, stays.
define pinned
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		--generate-hashes --no-emit-index-url $(2) pyproject.toml -o $(1).new
	{ head -n 1 $(1); cat $(1).new; } > $(1).all
	mv $(1).all $(1)
	rm $(1).new
endef

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Muster needs Python >= 3.11 with venv (Debian: apt install python3-venv); or: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "setting up .venv from requirements.lock ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(READY)
	@echo "adding what the tests need from requirements-dev.lock ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
