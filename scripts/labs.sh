#!/usr/bin/env bash
# Builds the playground into labs/dist, after its types were checked. Expects scripts/wasm-build.sh to have run. Installs
# what labs/package-lock.json names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/npm_ci.sh labs
cd labs
npm run --silent types
npm run --silent build -- --logLevel warn
