#!/usr/bin/env bash
# Builds kmslab for JavaScript into bindings-wasm/pkg: `nodejs/` (CommonJS, loads at once) and `web/` (ES module, for
# pages and bundlers). Installs what it needs: scripts/wasm-toolchain.sh. Does nothing when nothing has changed.
#
#   wasm-build.sh [--profile PROFILE]     default: wasm, which is optimised; `dev` builds in seconds and runs slowly
#
# wasm-opt is used where it is found, and is not needed: it gains some 4 % of the gzipped size. Binaryen before 109
# (Debian 12 has 108) writes modules that die on load, so such a one is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
profile=wasm
[ "${1:-}" != --profile ] || profile=${2:?--profile needs a name}

# The crate and the command must be of one version, exactly: Cargo.toml pins it.
version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' bindings-wasm/Cargo.toml)
answer=$(scripts/wasm-toolchain.sh --quiet --bindgen "$version" wasm32-unknown-unknown)
read -ra cargo <<<"${answer##*cargo: }"
bindgen=$(sed -n 's/^bindgen: //p' <<<"$answer")
"${cargo[@]}" build --quiet --profile "$profile" --target wasm32-unknown-unknown -p kmslab-wasm

target=$("${cargo[@]}" metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
# The profile `dev` writes into a folder of another name.
module=$target/wasm32-unknown-unknown/${profile/#dev/debug}/kmslab_wasm.wasm
out=bindings-wasm/pkg
stamp=$out/.stamp
now="$version $profile $(cksum <"$module")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  echo "$out is up to date"
  exit 0
fi
rm -rf "$out"
mkdir -p "$out"
for kind in nodejs web; do
  "$bindgen" "$module" --target "$kind" --out-dir "$out/$kind" --out-name kmslab
done
# Beside package.json of "type": "module", Node must be told that this half is CommonJS.
echo '{ "type": "commonjs" }' >"$out/nodejs/package.json"

if [ "$profile" = wasm ] && command -v wasm-opt >/dev/null 2>&1; then
  binaryen=$(wasm-opt --version | sed -n 's/^wasm-opt version \([0-9]*\).*/\1/p')
  if [ "${binaryen:-0}" -ge 109 ]; then
    for kind in nodejs web; do
      # `strip` removes the section that names the used features, so they are named here.
      wasm-opt -O3 --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
        --enable-reference-types --enable-multivalue "$out/$kind/kmslab_bg.wasm" -o "$out/$kind/smaller.wasm"
      mv "$out/$kind/smaller.wasm" "$out/$kind/kmslab_bg.wasm"
    done
  fi
fi
echo "$now" >"$stamp"
wasm=$out/web/kmslab_bg.wasm
echo "$wasm: $(wc -c <"$wasm") bytes, $(gzip -9 -c "$wasm" | wc -c) gzipped"
