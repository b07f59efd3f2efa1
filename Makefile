# One command each. `make run` needs Python 3.11 or 3.12, make, and the package index.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
FIND_LINKS := $(if $(PIP_FIND_LINKS),--find-links "$(PIP_FIND_LINKS)")

.PHONY: install run ui test check bench clean

install: $(VENV)/installed

# uv installs in seconds what takes pip minutes; constraints.txt pins every version;
# compiling once takes half a minute and makes every start after it faster.
$(VENV)/installed: pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 13) else "Leadline needs Python 3.11 or 3.12; choose one with make PYTHON=/path/to/python3.12")'
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $(FIND_LINKS) $(UV_FLAGS) -c constraints.txt -e '.[pipeline,dev]'
	@touch $@

run: install
	$(BIN)/leadline run

ui: install
	$(BIN)/leadline ui

test: install
	$(BIN)/python -m pytest

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/dg check defs
	$(BIN)/python -m pytest -m "not slow" -q

bench: install
	$(BIN)/leadline bench pipeline --json

clean:
	rm -rf $(VENV) .leadline
