# Every target is a script in tools/ or a tool of the virtual environment; each sets up what it needs.
# PYTHON=/path/to/python3 chooses the interpreter.
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help demo test test-fast corpus lint format types lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## set up, and do the main job on examples/dinosaurs
	@tools/demo

test: ## set up the components too, and run ruff, mypy and all tests
	@tools/test

test-fast: environment ## run the tests that need no engine, registry or skopeo
	@$(BIN)/pytest -n 2 -m "not component"

corpus: ## fetch 2 640 real descriptions once, and run the tests that read all of them
	@tools/corpus

lint: environment ## check style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: environment ## bring the code into form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: environment ## check types
	@$(BIN)/mypy

lock: ## write the lock files anew (tools/lock --upgrade moves the pins)
	@tools/lock

clean: ## remove everything that was made here
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: environment
environment:
	@tools/environment dev
