#!/usr/bin/env bash
# The tests under Node: types of the wasm package, the package itself, and the server over HTTP, each behind the AWS SDK;
# and the core's ciphers as WebAssembly, over published vectors.
# Expects scripts/wasm-build.sh to have run.
set -euo pipefail
scripts/npm_ci.sh
cargo build --quiet -p kmslab-server
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
export KMSLAB_SERVER=$target/debug/kmslab-server
export KMSLAB_VECTORS=$target/wasm-vectors/vectors.js
scripts/wasm-vectors.sh "${KMSLAB_VECTORS%/*}"

cd tests/js
npm run --silent types
node --test
