#!/usr/bin/env bash
# Builds the core for a machine without an operating system, so that std, clocks and randomness stay out of it.
set -euo pipefail
target=thumbv7em-none-eabi
answer=$(scripts/wasm-toolchain.sh --quiet "$target")
read -ra cargo <<<"${answer##*cargo: }"
"${cargo[@]}" build --quiet -p kmslab --target "$target"
