#!/usr/bin/env bash
# Whether every public type of the Python package is known to pyright, as an editor sees it. $1: the interpreter that
# has the package installed.
set -euo pipefail
python=$(realpath -s "$1")
scripts/npm_ci.sh
# Editable installs are found by the path alone.
PYTHONPATH=$PWD/bindings-py/python node tests/js/node_modules/pyright/index.js \
  --pythonpath "$python" --verifytypes kmslab --ignoreexternal >"$(dirname "$python")/pyright.txt" || {
  grep -A2 "error" "$(dirname "$python")/pyright.txt" >&2
  exit 1
}
grep "completeness" "$(dirname "$python")/pyright.txt"
