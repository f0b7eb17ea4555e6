#!/usr/bin/env bash
# Builds the playground into labs/dist, after its types were checked. Expects scripts/wasm-build.sh to have run; the bench
# comes with it when scripts/pyodide-site.sh has run too. Installs what labs/package-lock.json names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/npm_ci.sh labs
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
export KMSLAB_PYODIDE=$target/pyodide-site
cd labs
npm run --silent types
npm run --silent build -- --logLevel warn
