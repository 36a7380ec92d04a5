# The commands of Lading; each makes .venv first when it is missing or older than its lock file.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON := $(VENV)/bin/python
UV_VERSION := 0.13.8
export UV_NO_PROGRESS := 1

.PHONY: help demo up down status test check evaluate bench read samples lock

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

demo: $(VENV)/.run ## start everything and send 24 sample papers from the inbox to the ERP
	@$(PYTHON) -m include.embedded demo

up: $(VENV)/.run ## start the embedded stack, or repair it
	@$(PYTHON) -m include.embedded up

down: ## stop the embedded stack
	@if [ -d "$${LADING_HOME:-.lading}/run" ]; then $(MAKE) $(VENV)/.run && $(PYTHON) -m include.embedded down; else echo "nothing was ever started here"; fi

status: ## what runs, where, and how far the documents are
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m include.embedded status; else echo "nothing is installed here, so nothing runs"; fi

test: $(VENV)/.dev ## all tests; nothing need be running
	@$(PYTHON) -m pytest $(ARGS)

check: $(VENV)/.dev ## ruff, mypy, import-linter
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

evaluate: $(VENV)/.run ## score the extraction: DATA=folder [ARGS=...]
	@test -n "$(DATA)" || { echo "usage: make evaluate DATA=folder [ARGS=...]"; exit 2; }
	@$(PYTHON) -m benchmarks.evaluate "$(DATA)" $(ARGS)

bench: $(VENV)/.run ## the benchmarks: [ONLY=name] [DATA=folder]
	@$(PYTHON) -m benchmarks $(if $(ONLY),--only "$(ONLY)") $(if $(DATA),--data "$(DATA)")

read: $(VENV)/.run ## how a file is read, as an HTML page: FILE=path [ARGS="--engine tesseract"]
	@test -n "$(FILE)" || { echo "usage: make read FILE=path [ARGS=\"--engine E --password P --escalate --all --open\"]"; exit 2; }
	@$(PYTHON) -m include.pages.show "$(FILE)" $(ARGS)

samples: $(VENV)/.run ## generated shipments with truth: OUT=folder [N=..] [SEED=..]
	@test -n "$(OUT)" || { echo "usage: make samples OUT=folder [N=24] [SEED=1]"; exit 2; }
	@$(PYTHON) -m include.samples "$(OUT)" "$(or $(N),24)" "$(or $(SEED),1)"

COMPILE = $(PYTHON) -m uv pip compile --universal --python-version 3.11 --no-annotate --no-header \
  --overrides requirements-overrides.txt --quiet
lock: $(VENV)/.uv ## pin everything below the direct requirements anew
	$(COMPILE) requirements.txt -o requirements.lock
	$(COMPILE) requirements-dev.txt -o requirements-dev.lock
	$(COMPILE) requirements-erp.txt -o requirements-erp.lock

# Each stamp is written last: an interrupted installation is simply done again.
$(VENV)/.uv:
	@bash include/embedded/make_venv.sh $(VENV) $(UV_VERSION)

$(VENV)/.run: requirements.lock | $(VENV)/.uv
	@bash include/embedded/install.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.uv
	@bash include/embedded/install.sh $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.run
