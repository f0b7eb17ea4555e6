#!/usr/bin/env bash
# Installs what the package-lock.json of a folder names, if it is not there: npm_ci.sh [FOLDER], by default tests/js.
set -euo pipefail
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || {
  echo "the JavaScript tests and pyright need Node 20 or newer; this is $(node --version)" >&2
  exit 1
}
cd "${1:-tests/js}"
# npm leaves this file behind when it has installed what the lock names.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --loglevel error --no-fund --no-audit >/dev/null
fi
