#!/usr/bin/env bash
# The tests of JavaScript: types of the npm package, the package itself under Node, in workers, bundlers and Chromium, and
# the server over HTTP, each behind the AWS SDK; and the core's ciphers as WebAssembly, over published vectors. Expects
# scripts/wasm-build.sh to have run.
set -euo pipefail
scripts/npm_ci.sh
cargo build --quiet -p kmslab-server
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
export KMSLAB_SERVER=$target/debug/kmslab-server
export KMSLAB_VECTORS=$target/wasm-vectors/vectors.js
scripts/wasm-vectors.sh "${KMSLAB_VECTORS%/*}"
CHROMIUM=$(scripts/chromium.sh)
export CHROMIUM

cd tests/js
npm run --silent types
# By itself Node leaves one core idle: of two, half.
node --test --test-concurrency="$(node -p 'os.availableParallelism()')"
