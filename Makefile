# Every knob has a default; `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

NAME      ?= end-to-end
SEED      ?= 7
SIZE      ?= 24
MODE      ?= process
PRACTICES ?= 10
USERS     ?= $(PRACTICES)
TIME      ?= 300
PROCESSES ?= 1
SHAPE     ?= nightly
FAULTS    ?= none
SPAN      ?= 6
SEEDS     ?= 100
FROM      ?= 1
WORKERS   ?= auto
XPM_URL      ?= http://127.0.0.1:18001
IGNITION_URL ?= http://127.0.0.1:18002

.PHONY: help setup scenario scenarios up world explore load load-ui bench test mutants check format lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("this project needs Python 3.11 or newer, found " + sys.version.split()[0] + "; name one with PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@echo "setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@# The lock is whole, so nothing is resolved: an older pip would ask for a newer release than the lock has.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || { $(BIN)/python -m pip check; exit 1; }
	@touch $@

setup: $(READY) ## build the virtual environment that the other targets use

scenario: $(READY) ## run one scenario: NAME=end-to-end SEED=7 SIZE=24 MODE=process|sockets, or UP=1 against make up
	@$(BIN)/python -m scenarios run '$(subst ','\'',$(NAME))' --seed '$(SEED)' --size '$(SIZE)' --mode '$(MODE)' $(if $(UP),--xpm-url '$(XPM_URL)' --ignition-url '$(IGNITION_URL)')

scenarios: $(READY) ## run the whole catalogue, a line each
	@$(BIN)/python -m scenarios all --seed '$(SEED)' --size '$(SIZE)' --mode '$(MODE)'

up: $(READY) ## start both fakes and the syncer's service on ports, seeded: SEED=7 SIZE=24, or PROFILE=messy
	@$(BIN)/python -m scenarios up --seed '$(SEED)' $(if $(PROFILE),--profile '$(PROFILE)',--clients '$(SIZE)')

world: $(READY) ## write a world for both fakes: PROFILE=small SEED=7 WORLD_FLAGS="--clients 50 --duplicates 0.1"
	@$(BIN)/python -m scenarios world --seed '$(SEED)' --profile '$(or $(PROFILE),small)' $(WORLD_FLAGS)

explore: $(READY) ## simulate runs under faults, and make what fails small: SEEDS=100 FROM=1 EACH=1
	@$(BIN)/python -m scenarios explore --seeds '$(SEEDS)' --from '$(FROM)' $(if $(filter-out 0,$(EACH)),--each)

load: $(READY) ## load-test the daily sync with Locust: PRACTICES=10 USERS=10 TIME=300 PROCESSES=1 SHAPE=nightly FAULTS=none SPAN=6 LOAD_FLAGS="--days 3 --json"
	@$(BIN)/python -m scenarios load --seed '$(SEED)' --practices '$(PRACTICES)' --size '$(SIZE)' --users '$(USERS)' --time '$(TIME)' --processes '$(PROCESSES)' --shape '$(SHAPE)' --faults '$(FAULTS)' --span '$(SPAN)' $(LOAD_FLAGS)

load-ui: $(READY) ## the same with Locust's own page on http://127.0.0.1:8089
	@$(BIN)/python -m scenarios load --ui --seed '$(SEED)' --practices '$(PRACTICES)' --size '$(SIZE)' --users '$(USERS)' --time '$(TIME)' --processes '$(PROCESSES)' --shape '$(SHAPE)' --faults '$(FAULTS)' --span '$(SPAN)' $(LOAD_FLAGS)

bench: $(READY) ## measure the fakes' speed, as a table: ONLY=list BENCH_FLAGS=--json
	@$(BIN)/python -m tests.bench --only '$(ONLY)' $(BENCH_FLAGS)

test: $(READY) ## all tests: WORKERS=auto; COVERAGE=1 also holds them to the coverage floors, and takes longer
	@$(BIN)/python $(if $(COVERAGE),-m slipcover) -m pytest -n $(WORKERS) --dist worksteal
	$(if $(COVERAGE),@$(BIN)/python -m tests.floors .coverage.json)

mutants: $(READY) ## try every mutant of what plans a sync on its unit tests, as a table: WORKERS=auto
	@$(BIN)/python -m tests.mutants --workers '$(WORKERS)'

check: $(READY) ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(READY) ## rewrite the sources in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(READY) ## write requirements.lock anew from pyproject.toml, newest versions
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' -o requirements.lock pyproject.toml

clean: ## remove the virtual environment, caches and what runs left behind
	@rm -rf $(VENV) var .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache mutants
