#!/usr/bin/env bash
# The linker for wasm32-unknown-emscripten, without the Emscripten SDK: it turns a cdylib without C code into a side module
# that Pyodide loads. What the standard library needs of C (malloc, memcpy, clock_gettime, getentropy,
# _Unwind_RaiseException …) is imported from Pyodide's main module when the side module is loaded.
#
# rustc calls it as it would call emcc, through CARGO_TARGET_WASM32_UNKNOWN_EMSCRIPTEN_LINKER.
set -euo pipefail
ld="" out="" symbols=""
inputs=() exports=()
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -s) # before a setting it is emcc's, alone it asks to strip
      case ${2:-} in
        EXPORTED_FUNCTIONS=*) symbols=${2#*=}; shift ;;
        [A-Z]*) shift ;;
      esac ;;
    -sEXPORTED_FUNCTIONS=*) symbols=${1#*=} ;;
    -B*) if [ -x "${1#-B}/wasm-ld" ]; then ld=${1#-B}/wasm-ld; fi ;; # rustup's own
    -L | -l) shift ;; # Python is in the main module
    -*) ;; # emcc's own options: optimisation, exceptions, libraries
    *) inputs+=("$1") ;;
  esac
  shift
done
case $symbols in @*) symbols=$(cat "${symbols#@}") ;; esac
if [ -z "$ld" ]; then
  # Debian's names end in LLVM's version: the newest.
  for name in wasm-ld $(compgen -c wasm-ld- | sort -t- -k3 -nr || true); do
    if command -v "$name" >/dev/null 2>&1; then ld=$name; break; fi
  done
fi
[ -n "$ld" ] || { echo "no wasm-ld: neither in the Rust toolchain nor on PATH" >&2; exit 1; }
for symbol in $(printf '%s' "$symbols" | tr -d "[]\"'" | tr ',' ' '); do exports+=("--export=${symbol#_}"); done
exec "$ld" -shared --experimental-pic --no-entry --no-export-dynamic --unresolved-symbols=import-dynamic --strip-debug \
  ${exports[@]+"${exports[@]}"} "${inputs[@]}" -o "$out"
