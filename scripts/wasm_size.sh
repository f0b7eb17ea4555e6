#!/usr/bin/env bash
# The budget of the wasm module on the wire: 400 kB, gzipped.
set -euo pipefail
module=bindings-wasm/pkg/web/kmslab_bg.wasm
size=$(gzip -9 -c "$module" | wc -c)
echo "$module: $((size)) bytes gzipped, budget 400000"
[ "$size" -le 400000 ]
