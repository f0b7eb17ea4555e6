#!/usr/bin/env bash
# The tests under Node: types of the wasm package, the package itself, and the server over HTTP, each behind the AWS SDK.
# Expects scripts/wasm-build.sh to have run.
set -euo pipefail
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || {
  echo "the JavaScript tests need Node 20 or newer; this is $(node --version)" >&2
  exit 1
}
cargo build --quiet -p kmslab-server
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
export KMSLAB_SERVER=$target/debug/kmslab-server

cd tests/js
# npm leaves this file behind when it has installed what the lock names.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --silent --no-fund --no-audit
fi
npm run --silent types
node --test
