#!/usr/bin/env bash
# Builds the runners of published vectors for Node into the folder that is named, from what `make wasm` has compiled: the
# same code at the same optimisation, in a module of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:?the folder}

version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' bindings-wasm/Cargo.toml)
answer=$(scripts/wasm-toolchain.sh --quiet --bindgen "$version" wasm32-unknown-unknown)
read -ra cargo <<<"${answer##*cargo: }"
bindgen=$(sed -n 's/^bindgen: //p' <<<"$answer")
"${cargo[@]}" build --quiet --profile wasm --target wasm32-unknown-unknown -p kmslab-wasm --example vectors
target=$("${cargo[@]}" metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
"$bindgen" "$target/wasm32-unknown-unknown/wasm/examples/vectors.wasm" --target nodejs --out-dir "$out" --out-name vectors
echo '{ "type": "commonjs" }' >"$out/package.json"
