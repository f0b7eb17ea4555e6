#!/usr/bin/env bash
# The size of the wasm module on the wire, gzipped. The budget of the finished package is 400 kB; until the module is
# split and shrunk for it, this keeps it from growing past where it stands: lower the ceiling with what shrinks it. Key
# pairs of every spec (RSA, five curves, SM2, ML-DSA, ML-KEM) are 420 kB of it.
set -euo pipefail
module=bindings-wasm/pkg/wasm/kmslab_bg.wasm
budget=400000 ceiling=976000
size=$(gzip -9 -c "$module" | wc -c)
echo "$module: $((size)) bytes gzipped; budget of the package $budget, ceiling of today $ceiling"
[ "$size" -le "$ceiling" ]
