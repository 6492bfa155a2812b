# Changming: every command does its own set-up. ARGS="…" is passed on, e.g. make test ARGS="tests/desk -x".
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test deep bench eval check docs lock fmt
ARGS ?=
PYTHON_IN := .venv/bin/python -P -m

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 19

setup: ## make .venv/bin/changming ready, and nothing else
	@scripts/setup.sh run

setup-dev: ## make .venv ready for tests and checks as well
	@scripts/setup.sh dev

run: setup ## serve the desk on this machine; prints the portal's address and a one-time staff link
	@exec .venv/bin/changming serve --staff-link $(ARGS)

test: setup-dev ## run the whole suite (10 minutes at most), on PostgreSQL 18 and 15 and in a real browser
	@scripts/test.sh $(ARGS)

deep: setup-dev ## run the suite's full counts (long)
	@$(PYTHON_IN) pytest -m deep $(ARGS)
	@$(PYTHON_IN) pytest --hypothesis-profile=deep tests/kernel tests/guidance tests/trust tests/desk $(ARGS)

bench: setup-dev ## measure, print a table, write bench/results.json
	@.venv/bin/python bench/run.py $(ARGS)

eval: setup-dev ## judge the answers on the question sets, print the figures, write eval/results.json
	@.venv/bin/python -m eval.run $(ARGS)

check: setup-dev ## lint, format, types, contracts of the layers, guards
	@$(PYTHON_IN) ruff format --check --quiet .
	@$(PYTHON_IN) ruff check --quiet .
	@$(PYTHON_IN) mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON_IN) pytest -q tests/arch $(ARGS)

docs: setup-dev ## write docs/reference/errors.md and commands.md anew
	@.venv/bin/python scripts/reference.py

lock: ## bring requirements/*.lock up to requirements/*.in (needs uv)
	@for name in run dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" "requirements/$$name.in" --output-file "requirements/$$name.lock" || exit 1; \
	done

fmt: setup-dev ## format, and mend what the linter can mend
	@$(PYTHON_IN) ruff format .
	@$(PYTHON_IN) ruff check --fix .
