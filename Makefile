# What people do with this checkout. `make` alone prints the list.
#
# Everything lives in .venv, made from the locked packages by scripts/set-up.
# PYTHON=/path/to/python3.12 picks the interpreter.

.DEFAULT_GOAL := help
.PHONY: help set-up set-up-dev demo audit page-one test test-engines format lock clean \
        lint check-format check-style check-types check-imports
.DELETE_ON_ERROR:

export PYTHON

BIN     := .venv/bin
READY   := .venv/.ready
DEV     := .venv/.ready-dev
DEMO    := build/demo
PERIOD  ?= 2026-10
BEFORE  ?= 2026-07
UV      ?= uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
           --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

set-up: $(READY)  ## .venv with what the audit needs

set-up-dev: $(DEV)  ## The same, and the tools of the tests

# The stamps: nothing is installed again until the lock or the project file changes.
$(READY): requirements.lock pyproject.toml scripts/set-up
	scripts/set-up requirements.lock
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml scripts/set-up
	scripts/set-up requirements-dev.lock
	@touch $(READY) $@

demo: $(DEMO)/vendoreval.yaml  ## A made-up company with five vendors, in build/demo

# Written aside and moved, so that an interrupted run leaves no half of it.
$(DEMO)/vendoreval.yaml: | $(READY)
	rm -rf $(DEMO) $(DEMO).part
	@mkdir -p $(dir $(DEMO))
	@echo "writing $(DEMO)"; $(BIN)/vendoreval demo $(DEMO).part >/dev/null
	mv $(DEMO).part $(DEMO)

audit: $(READY) $(DEMO)/vendoreval.yaml  ## Audit the last month of the demo: PDF, HTML and JSON
	$(BIN)/vendoreval audit $(DEMO) --period $(PERIOD) --compare-with $(BEFORE)

page-one: audit  ## The picture in the README, drawn anew (needs poppler-utils)
	pdftoppm -r 100 -f 1 -l 1 -singlefile -png $(DEMO)/audits/$(PERIOD)/audit.pdf docs/page-one

test: $(DEV)  ## The whole suite
	$(BIN)/python -m pytest -n auto --dist worksteal

test-engines: $(DEV)  ## The engines of a size of their own: ClickHouse and Spark (needs Java 17)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'chdb>=4.4,<5' 'pyspark>=4.0.5,<4.4'
	VENDOREVAL_ENGINES=1 $(BIN)/python -m pytest -m engines tests/engines

lint: check-format check-style check-types check-imports  ## Format, style, types, imports

check-format: $(DEV)
	$(BIN)/ruff format --check .

check-style: $(DEV)
	$(BIN)/ruff check .

check-types: $(DEV)
	$(BIN)/mypy

check-imports: $(DEV)
	$(BIN)/lint-imports

format: $(DEV)  ## Write the files as the formatter wants them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:  ## Compile the two locks anew (needs uv)
	@command -v $(UV) >/dev/null || { echo "install uv first, or name it: make lock UV=/path/to/uv"; exit 1; }
	$(COMPILE) --upgrade --group build pyproject.toml --output-file requirements.lock
	$(COMPILE) --upgrade --group build --group dev --constraint requirements.lock pyproject.toml \
		--output-file requirements-dev.lock

clean:  ## Remove .venv and everything made by the commands above
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
