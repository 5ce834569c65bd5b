# One command each; `make` alone lists them.

VENV := .venv
WORKERS ?= 2
BIN := $(VENV)/bin
# An interpreter counts only when it starts: a name on the PATH may be an empty shim.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$name; break; fi; done)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install serve test lint clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

install: $(VENV)/.tools-installed ## make .venv with the service, the linters and the test tools

serve: $(VENV)/.service-installed ## start the service; ARGS="--port 9000" is handed on
	$(BIN)/memsvc serve $(ARGS)

test: lint ## lint, then run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: install ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean: ## remove .venv, caches and build output, never data
	rm -rf $(VENV) build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "memsvc needs Python 3.11 or newer, and found none:" \
		"install one, or name it with 'make $(MAKECMDGOALS) PYTHON=/path/to/python'." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@# Some distributions ship venv without ensurepip; the pip outside then puts one in.
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
		else $(PYTHON) -m venv --without-pip $(VENV) \
		&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; fi

# torch goes first and alone: the others would otherwise settle on some other build of it.
$(VENV)/.service-installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the service (PyTorch first; minutes on a slow line)"
	@$(PIP_INSTALL) torch==2.13.0
	@$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.tools-installed: $(VENV)/.service-installed
	@echo "Installing the test tools"
	@$(PIP_INSTALL) -e '.[test]'
	@touch $@
