# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11+, make and a C library are enough;
# neither needs root. PostgreSQL comes in a wheel.

VENV ?= .venv
BIN := $(VENV)/bin
# The newest Python that is new enough, unless PYTHON says otherwise.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)
ARGS ?=
WORKERS ?= auto
# Tests start programs by the hundred, each of which would compile the sources anew where an image says never to keep that.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test wide slow check format bench clean browser

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## real books on http://127.0.0.1:8000 (ARGS=--exit: print the results and stop)
	@$(BIN)/subledger demo $(ARGS)

test: $(VENV)/.installed-dev browser ## everything the tests need, then those of every day (ARGS=… goes to pytest)
	@$(BIN)/python -m pytest -n $(WORKERS) --maxschedchunk 8 $(ARGS)

wide: $(VENV)/.installed-dev browser ## the other tests of a change: sweeps over everything, browsers, whole processes
	@$(BIN)/python -m pytest -n $(WORKERS) --maxschedchunk 8 -m 'wide and not slow' $(ARGS)

slow: $(VENV)/.installed-dev browser ## the slow doses: 2,000 simulated worlds each of payments and of collecting, every case of the API
	@$(BIN)/python -m pytest -n $(WORKERS) --maxschedchunk 8 -m slow $(ARGS)

check: $(VENV)/.installed-dev ## linters: ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## put imports and layout in order
	@$(BIN)/ruff check --fix --select I .
	@$(BIN)/ruff format .

bench: $(VENV)/.installed-dev ## measure beside the yardsticks (ARGS=… names benchmarks)
	@$(BIN)/python -m bench $(ARGS)

clean: ## remove the virtual environment and caches (never data)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer was not found. Install it (Debian, Ubuntu: apt-get install python3 python3-venv)," >&2; \
		echo "or name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. Install that part (Debian, Ubuntu:" >&2; \
		echo "apt-get install python3-venv), then run make again." >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The stamps hold off pip until pyproject.toml changes.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing Subledger and what it needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing Subledger with what its tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# The pages are tested in a real browser. Without one those tests skip and say so; nothing else depends on it.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null \
			&& ! command -v google-chrome >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing chromium for the browser tests"; \
			{ apt-get install -y -qq chromium >/dev/null 2>&1 \
				|| { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }; } \
				|| echo "chromium could not be installed: the browser tests will be skipped." >&2; \
		else \
			echo "No chromium here: the browser tests will be skipped. To run them too:" >&2; \
			echo "    sudo apt-get install -y chromium" >&2; \
		fi; \
	fi
