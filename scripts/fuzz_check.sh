#!/usr/bin/env bash
# Compiles the fuzz targets with the compiler at hand, so that they follow the product. Running them needs a nightly:
# scripts/fuzz.sh.
set -euo pipefail
# What the workspace has compiled already is not compiled again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}
cargo clippy --quiet --locked --manifest-path core/fuzz/Cargo.toml --bins -- -D warnings
