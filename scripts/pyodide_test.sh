#!/usr/bin/env bash
# The tests of the Pyodide wheel: pyodide_test.sh PYTHON, which is one with the developers' tools and kmslab itself. Expects
# scripts/pyodide-site.sh to have run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PYTHON=${1:?which Python has the tools?}
case ${OS:-} in Windows_NT) echo "not tested on Windows, where no shell script can be a linker"; exit ;; esac

target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
KMSLAB_PYODIDE=$target/pyodide-site
KMSLAB_PANICS=$target/pyodide-wheel/panics
KMSLAB_PYTEST=$target/pyodide-pytest
scripts/pyodide-download.sh "$PYTHON" tests/pyodide/requirements.txt "$KMSLAB_PYTEST"
CHROMIUM=$(scripts/chromium.sh)
PYTHON=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON")
export KMSLAB_PYODIDE KMSLAB_PANICS KMSLAB_PYTEST CHROMIUM PYTHON
node --test tests/pyodide
