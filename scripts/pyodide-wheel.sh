#!/usr/bin/env bash
# Builds the Python package as a wheel for Pyodide: pyodide-wheel.sh PYTHON [PROFILE]. The Python is one that has maturin;
# the profile is pyodide, or pyodide-dev, which is built sooner and is larger. The same binding as natively, for
# wasm32-unknown-emscripten; without the Emscripten SDK, by scripts/pyodide-link.sh. The last line says in which folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${1:?which Python has maturin?}
profile=${2:-pyodide}
triple=wasm32-unknown-emscripten

scripts/npm_ci.sh
answer=$(scripts/wasm-toolchain.sh --quiet "$triple")
read -ra cargo <<<"${answer##*cargo: }"
# maturin takes cargo from PATH; what comes before cargo in these words are settings of its environment.
last=$((${#cargo[@]} - 1))
case ${cargo[last]} in /*) export PATH="${cargo[last]%/*}:$PATH" ;; esac
maturin=("${cargo[@]:0:last}" "$python" -m maturin)

export CARGO_TARGET_WASM32_UNKNOWN_EMSCRIPTEN_LINKER=$PWD/scripts/pyodide-link.sh
# A wheel fits one ABI of Pyodide: that of the npm package which the tests and the sites have.
MATURIN_PYEMSCRIPTEN_PLATFORM_VERSION=$(node -p 'require("./tests/js/node_modules/pyodide/pyodide-lock.json").info.abi_version')
export MATURIN_PYEMSCRIPTEN_PLATFORM_VERSION

target=$("${cargo[@]}" metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
out=$target/pyodide-wheel
rm -rf "$out"
"${maturin[@]}" build --quiet --profile "$profile" --target "$triple" --out "$out"
# What the tests let panic: made in the same way, and no part of the wheel.
"${maturin[@]}" build --quiet --profile "$profile" --target "$triple" --out "$out/panics" -m tests/pyodide/panics/Cargo.toml
echo "$out"
