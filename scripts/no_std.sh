#!/usr/bin/env bash
# Compiles the core for a machine without an operating system, so that std, clocks and randomness stay out of it: there is
# no std for that target, so to check it is enough.
set -euo pipefail
target=thumbv7em-none-eabi
answer=$(scripts/wasm-toolchain.sh --quiet "$target")
read -ra cargo <<<"${answer##*cargo: }"
"${cargo[@]}" check --quiet -p kmslab --target "$target"
