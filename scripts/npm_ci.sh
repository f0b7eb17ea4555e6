#!/usr/bin/env bash
# Installs what the package-lock.json of a folder names, if it is not there: npm_ci.sh [FOLDER], by default tests/js.
set -euo pipefail
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || {
  echo "the JavaScript tests and pyright need Node 20 or newer; this is $(node --version)" >&2
  exit 1
}
cd "${1:-tests/js}"
# Two steps of `make --jobs` may come here at once: the second waits until the first is done.
for _ in $(seq 300); do
  mkdir node_modules.lock 2>/dev/null && break
  sleep 1
done
trap 'rmdir node_modules.lock' EXIT
# npm leaves this file behind when it has installed what the lock names.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --loglevel error --no-fund --no-audit >/dev/null
fi
