#!/usr/bin/env bash
# Builds kmslab for JavaScript into bindings-wasm/pkg: `nodejs/` (CommonJS, loads at once) and `web/` (ES module, for
# pages and bundlers). Installs what it needs: scripts/wasm-toolchain.sh. Does nothing when nothing has changed.
#
#   wasm-build.sh [--profile PROFILE]     default: wasm, which is optimised; `dev` builds in seconds and runs slowly
#
# wasm-opt is not used: of a module that rustc has made for size, Binaryen 132 with -Oz makes one that is a tenth smaller
# and gzips to a tenth more.
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

echo "$now" >"$stamp"
wasm=$out/web/kmslab_bg.wasm
echo "$wasm: $(wc -c <"$wasm") bytes, $(gzip -9 -c "$wasm" | wc -c) gzipped"
