# The commands of this project. On a new machine with git, make and Python 3.11: `make demo`, `make test`.

ifndef PYTHON
PYTHON := $(shell for name in python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$name; break; fi; done)
endif

BIN := .venv/bin
SET_UP := requirements/set_up.py pyproject.toml requirements/build.lock

# SERVE=no: the demo sets everything up and exits, without showing pages.
SERVE ?= yes
PORT ?= 8000

EXAMPLE := examples/cianjur-beras.xlsx
DEMO := build/demo/cianjur-beras
DEMO_HOME := $(CURDIR)/build/demo/installation

.DEFAULT_GOAL := help
.PHONY: help demo test slow bench docs lock clean

help:
	@echo "make demo    plan the example network, draft its agreements, and show the pages with it"
	@echo "make test    every gate: lint, layout, types, import rule, documentation, tests"
	@echo "make slow    the second tier of tests, the wheel among them"
	@echo "make bench   measure, and compare with other ways to solve the same problem"
	@echo "make docs    the documentation as pages, in build/docs"
	@echo "make lock    choose new versions of all dependencies"
	@echo "make clean   remove everything that these commands made"

demo: .venv/.runtime
	@mkdir -p $(DEMO)
	$(BIN)/jejaring plan $(EXAMPLE) --out $(DEMO) --editions --pictures
	$(BIN)/jejaring draft-mou $(DEMO)
	@echo
	@echo "The results are in $(CURDIR)/$(DEMO):"
	@cd $(DEMO) && find . -maxdepth 1 -type f | sed 's|^\./|  |' | sort
	@cd $(DEMO) && for folder in */; do echo "  $$folder ($$(ls "$$folder" | wc -l | tr -d ' ') files)"; done
	@echo "Open report.html in a browser; it needs no network."
	@echo
	@JEJARING_HOME=$(DEMO_HOME) $(BIN)/jejaring set-up
	@test -f $(DEMO_HOME)/accounts.txt || { \
		JEJARING_HOME=$(DEMO_HOME) $(BIN)/jejaring load $(EXAMPLE) --region 32.03 --accounts \
			> $(DEMO_HOME)/accounts.new && mv $(DEMO_HOME)/accounts.new $(DEMO_HOME)/accounts.txt; }
	@cat $(DEMO_HOME)/accounts.txt
ifneq ($(SERVE),no)
	@JEJARING_HOME=$(DEMO_HOME) $(BIN)/jejaring serve --port $(PORT) --with-worker
endif

# Every gate runs, whatever an earlier one found; the names of those that failed come last.
test: .venv/.dev
	@failed=""; \
	gate() { \
		printf '\n== %s\n' "$$1"; name="$$1"; shift; \
		"$$@" || failed="$$failed\n  $$name"; \
	}; \
	gate "lint (ruff check)" $(BIN)/ruff check .; \
	gate "layout (ruff format)" $(BIN)/ruff format --check .; \
	gate "types (mypy)" $(BIN)/mypy; \
	gate "who imports whom (import-linter)" $(BIN)/lint-imports --no-logo; \
	gate "documentation (mkdocs)" $(BIN)/mkdocs build --strict --site-dir build/docs; \
	gate "tests (pytest)" $(BIN)/python -m pytest -n auto; \
	gate "what the database keeps, on PostgreSQL" $(BIN)/python -m tests.private_postgresql \
		$(BIN)/python -m pytest -n auto tests/domain; \
	if [ -n "$$failed" ]; then printf "\nFailed:$$failed\n"; exit 1; fi

slow: .venv/.dev
	@printf '\n== second tier: pages, API and a mapping day, on PostgreSQL\n'
	@$(BIN)/python -m tests.private_postgresql $(BIN)/python -m pytest -n auto tests/interfaces/web tests/interfaces/api
	@$(BIN)/python -m tests.private_postgresql $(BIN)/python -m pytest -m slow tests/scenarios/test_mapping_day.py
	@printf '\n== second tier (pytest -m slow)\n'
	@$(BIN)/python -m pytest -m slow -n auto

bench: .venv-bench/.bench
	.venv-bench/bin/python -m benchmarks

docs: .venv/.dev
	$(BIN)/mkdocs build --strict --site-dir build/docs
	@echo "Open build/docs/index.html"

# Newest versions within the ranges of pyproject.toml, for every platform, with hashes. No lock
# file names an index. One set of versions: dev.lock decides, the others follow it.
UV := 0.13.9
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/uv pip compile --quiet --upgrade \
	--no-config --universal --python-version 3.11 --generate-hashes
lock: python
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.lock
	$(COMPILE) pyproject.toml --constraint requirements/dev.lock --output-file requirements/runtime.lock
	$(COMPILE) --group build --constraint requirements/dev.lock --output-file requirements/build.lock
	$(COMPILE) pyproject.toml --group bench --constraint requirements/dev.lock \
		--output-file requirements/bench.lock

clean:
	rm -rf build dist site .venv .venv-bench .venv-lock .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .import_linter_cache
	find src tests benchmarks requirements -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Environments. The stamp is newer than what it was made from, so a second call installs nothing.

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Jejaring needs Python 3.11 or newer, and none was found as" \
		"python3.11, python3 or python. Install it, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }

.venv/.runtime: requirements/runtime.lock $(SET_UP) | python
	@$(PYTHON) requirements/set_up.py .venv requirements/runtime.lock
	@touch $@

.venv/.dev: requirements/dev.lock requirements/runtime.lock $(SET_UP) | python
	@$(PYTHON) requirements/set_up.py .venv requirements/dev.lock
	@touch $@ .venv/.runtime

.venv-bench/.bench: requirements/bench.lock $(SET_UP) | python
	@$(PYTHON) requirements/set_up.py .venv-bench requirements/bench.lock
	@touch $@
