# Gouache: `make run` sets everything up and starts the main job, `make test` runs the quick tests.
#
#   make run ARGS="--help"     arguments of main.py
#   make run EXTRAS=cuda       optional parts of pyproject.toml: cuda (kept once installed)
#   make run PYTHON=python3.12 the interpreter for a new .venv (3.11 or 3.12)
#   make test ARGS="-k masks" PARALLEL=   arguments of pytest; one process
#   make translations ARGS="--unfinished todo.json"   see docs/translating.md
#   make bench BENCH=sd15_size   one of benchmarks/*.py

ARGS =
EXTRAS =
PYTHON =
BENCH = $(notdir $(basename $(shell grep -l "^def main" benchmarks/*.py)))

# onnxruntime would otherwise send where it runs when a benchmark imports it by itself.
export ORT_DISABLE_TELEMETRY = 1

PY = .venv/bin/python
SETUP = PYTHON='$(PYTHON)' sh packaging/bootstrap.sh $(EXTRAS)
# Test files are shared out to two processes, each with one thread of arithmetic; PARALLEL= runs them in one.
PARALLEL = -n 2 --dist loadfile
# Tests draw without a screen, unless QT_QPA_PLATFORM says otherwise.
OFFSCREEN = QT_QPA_PLATFORM="$${QT_QPA_PLATFORM:-offscreen}"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: screenshots help setup setup-dev run test test-all check format translations bench package package-test clean distclean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile | expand -t 18

setup: ## install what is missing
	@$(SETUP)

setup-dev: ## the same, with the tools of `make test` and `make check`
	@$(SETUP) dev

run: setup ## set up and run the main job
	@$(PY) main.py $(ARGS)

test: setup-dev ## the quick tests
	@$(OFFSCREEN) OMP_NUM_THREADS=1 $(PY) -m pytest -m "not slow" $(PARALLEL) $(ARGS)

test-all: setup-dev ## every test
	@$(OFFSCREEN) OMP_NUM_THREADS=1 $(PY) -m pytest $(PARALLEL) $(ARGS)

check: setup-dev ## format, lint, types and the layers
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m basedpyright
	.venv/bin/lint-imports

format: setup-dev ## format the sources and mend what ruff can
	$(PY) -m ruff check --fix-only
	$(PY) -m ruff format

translations: setup-dev ## bring resources/translations up to date and say what is left to translate
	@$(PY) packaging/translations.py $(ARGS)

screenshots: setup-dev ## a session in a real window, and the pictures of the README
	@if [ -n "$$DISPLAY" ]; then $(PY) packaging/screenshots.py $(ARGS); \
	else xvfb-run -a -s "-screen 0 1600x1000x24" $(PY) packaging/screenshots.py $(ARGS); fi

bench: setup-dev ## the benchmarks
	@for name in $(BENCH); do echo "== $$name"; $(PY) -m "benchmarks.$$name" $(ARGS) || exit 1; done

package: ## the program in one folder, and on Linux a .deb and a .tar.zst of it, in dist/ (see docs/packaging.md)
	@$(SETUP) package
	@nice -n 10 $(PY) packaging/package.py $(ARGS)

package-test: setup-dev ## what `make package` has made: self-test, training, export, odd places
	@$(OFFSCREEN) OMP_NUM_THREADS=1 $(PY) -m pytest -m package tests/test_package.py -v $(ARGS)

clean: ## remove caches and what was built (pictures, models and .venv stay)
	@rm -rf build dist *.egg-info .pytest_cache .hypothesis .ruff_cache .import_linter_cache .coverage
	@find $(wildcard inference training desktop_app tests benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	@rm -rf .venv
