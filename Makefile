# kmslab. `make` alone lists the words below; begin with `make demo` and `make test`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The interpreter that makes the virtual environment, and where that environment stands.
PYTHON ?= python3
VENV ?= .venv
# The profile of the Python module: `dev` shares its artifacts with the Rust tests, `release` is what wheels have.
PROFILE ?= dev
# How many cases `make differential` compares, and which.
COUNT ?= 1000000
SEED ?= 7
# How long `make fuzz` runs each target.
FUZZ_SECONDS ?= 60

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
export VIRTUAL_ENV := $(abspath $(VENV))
export PATH := $(abspath $(BIN)):$(PATH)
unexport PYTHONHOME
STEP := scripts/step.sh

.PHONY: help
help: ## List these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# ---- for people ----

.PHONY: demo
demo: py ## Build into .venv and run examples/first_key.py, each denial explained
	@$(BIN)/kmslab run --explain examples/first_key.py

.PHONY: serve
serve: py ## Answer AWS clients over HTTP on 127.0.0.1:4566 until Ctrl-C
	@$(BIN)/kmslab serve --print-env

.PHONY: test
test: test-rust test-wasm test-labs test-python test-notebooks test-readme test-pyodide ## Install what the tests need and pass every test

.PHONY: check
check: check-rust check-docs check-python check-model check-core check-deny ## Lint, types, docs, generated tables, no_std build, licences

.PHONY: bench
bench: ## Measure against the rivals; one table: ours, rival, ratio, budget (SPEED=docs/speed.md keeps it)
	@$(MAKE) py PROFILE=release
	@$(PY) scripts/bench_table.py $(if $(SPEED),--markdown $(SPEED))

.PHONY: wasm
wasm: ## Build the JavaScript package into bindings-wasm/pkg
	@$(STEP) "wasm package" scripts/wasm-build.sh

.PHONY: pyodide
pyodide: $(VENV)/.ready ## Build boto3 with kmslab for pages: a folder for any static host (PROFILE=release: smaller)
	@$(STEP) "pyodide ($(PROFILE))" scripts/pyodide-site.sh $(PY) pyodide$(if $(filter release,$(PROFILE)),,-dev)

.PHONY: jupyterlite
jupyterlite: pyodide ## Build a JupyterLite in which the notebooks run: a folder for any static host
	@$(STEP) "jupyterlite" scripts/jupyterlite.sh $(PY)

.PHONY: labs
labs: wasm ## Build the playground, a site without a server, into labs/dist (with its bench after `make pyodide`)
	@$(STEP) "playground" scripts/labs.sh

.PHONY: notebooks
notebooks: py ## Execute notebooks/*.ipynb and write their outputs back
	@$(PY) scripts/run_notebooks.py --write

.PHONY: cases
cases: ## Run authorization cases: make cases FILE=path/to/cases.json
	@test -n "$(FILE)" || { echo 'which cases? make cases FILE=path/to/cases.json' >&2; exit 2; }
	@cargo run -q --release -p kmslab --example cases -- "$(FILE)"

.PHONY: differential
differential: ## Compare the evaluator with the Python oracle on 1,000,000 generated cases (COUNT=…, SEED=…)
	@$(or $(wildcard $(PY)),$(PYTHON)) tests/oracle/differential.py --count $(COUNT) --seed $(SEED)

.PHONY: fuzz
fuzz: ## Fuzz each target for 60 s (nightly Rust; FUZZ_SECONDS=…)
	@scripts/fuzz.sh $(FUZZ_SECONDS)

.PHONY: clean
clean: ## Remove everything that was built or installed here
	rm -rf target $(VENV) node_modules core/fuzz/target labs/dist
	find . -name node_modules -prune -exec rm -rf {} +
	find . -name __pycache__ -prune -exec rm -rf {} +

# ---- the Python module ----

$(VENV)/.ready: pyproject.toml scripts/venv.sh
	@scripts/venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

.PHONY: py
py: $(VENV)/.ready ## Build the Python module into .venv (PROFILE=release: as in the wheels)
	@PIP_QUIET=1 $(STEP) "python module ($(PROFILE))" $(BIN)/maturin develop --quiet --profile $(PROFILE)

.PHONY: stubs
stubs: py ## Compare the type stubs with the built module
	@$(STEP) "stubtest" $(PY) -m mypy.stubtest kmslab._kmslab

# ---- tests ----

.PHONY: test-rust
test-rust: ## The Rust tests, and the examples in its documentation
	@$(STEP) "rust tests" scripts/cargo_test.sh

.PHONY: test-python
test-python: py stubs ## The Python tests
	@$(STEP) "python tests" $(PY) -m pytest -q tests/python tests/model tests/oracle
	@$(STEP) "python tests, oldest boto3" tests/python/oldest.sh $(PY)

.PHONY: test-notebooks
test-notebooks: py ## Execute the notebooks; their outputs must be the committed ones
	@$(STEP) "notebooks" $(PY) scripts/run_notebooks.py

.PHONY: test-readme
test-readme: py ## Run every example of README.md and compare what it prints
	@$(STEP) "readme examples" $(PY) -m pytest -q tests/readme

.PHONY: test-wasm
test-wasm: wasm ## The tests under Node: the wasm package, and the server over HTTP
	@$(STEP) "wasm size" scripts/wasm_size.sh
	@$(STEP) "javascript tests" scripts/js_test.sh

.PHONY: test-pyodide
test-pyodide: pyodide py ## The Python tests in Pyodide under Node, and the example in headless Chromium
	@$(STEP) "pyodide" scripts/pyodide_test.sh $(PY)

.PHONY: test-jupyterlite
test-jupyterlite: jupyterlite ## Run the notebook in JupyterLite, in headless Chromium
	@$(STEP) "jupyterlite tests" scripts/jupyterlite_test.sh

.PHONY: test-labs
test-labs: wasm pyodide ## The tests of the playground, under Node and in Chromium
	@$(STEP) "playground" scripts/labs.sh
	@$(STEP) "playground tests" scripts/labs_test.sh

# ---- lint ----

.PHONY: check-rust
check-rust:
	@$(STEP) "rustfmt" cargo fmt --all --check
	@$(STEP) "clippy" cargo clippy --quiet --workspace --all-targets -- -D warnings
	@$(STEP) "fuzz targets compile" scripts/fuzz_check.sh

.PHONY: check-docs
check-docs:
	@RUSTDOCFLAGS="-D warnings" $(STEP) "rust documentation" cargo doc --quiet --workspace --no-deps

.PHONY: check-python
check-python: py
	@$(STEP) "ruff format" $(BIN)/ruff format --check .
	@$(STEP) "ruff check" $(BIN)/ruff check .
	@$(STEP) "mypy" $(BIN)/mypy
	@$(STEP) "pyright" scripts/pyright.sh $(PY)

.PHONY: check-model
check-model: $(VENV)/.ready
	@$(STEP) "generated tables" $(PY) core/model.py --check

.PHONY: check-core
check-core:
	@$(STEP) "core without std" scripts/no_std.sh

.PHONY: check-deny
check-deny:
	@$(STEP) "dependencies" scripts/deny.sh
