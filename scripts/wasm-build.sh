#!/usr/bin/env bash
# Builds the npm package into bindings-wasm/pkg: the module and its glue in `wasm/`, and what tsc makes of bindings-wasm/js.
# Installs what it needs: scripts/wasm-toolchain.sh, scripts/npm_ci.sh. Does nothing when nothing has changed.
#
#   wasm-build.sh [--profile PROFILE]     default: wasm, which is optimised; `dev` builds in seconds and runs slowly
#
# Of what wasm-opt can do only this pays: functions are put into another order, so that those that are alike stand together,
# which gzip finds: scripts/wasm_order.py chooses it (a tenth less; by the functions' names it would be a twelfth). Of a
# module that rustc has made for size, -Oz makes one that is a tenth smaller and gzips to a tenth more; opt-level "s" in rustc
# gzips to a sixth more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
profile=wasm
[ "${1:-}" != --profile ] || profile=${2:?--profile needs a name}

# The crate and the command must be of one version, exactly: Cargo.toml pins it.
version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' bindings-wasm/Cargo.toml)
answer=$(scripts/wasm-toolchain.sh --quiet --bindgen "$version" wasm32-unknown-unknown)
read -ra cargo <<<"${answer##*cargo: }"
bindgen=$(sed -n 's/^bindgen: //p' <<<"$answer")
target=$("${cargo[@]}" metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

# Of each module a copy, for all are built into one file. The profile `dev` writes into a folder of another name.
modules=$target/wasm32-unknown-unknown/${profile/#dev/debug}
for module in lab report policy; do
  features=()
  [ "$module" = policy ] || features=(--features "$module")
  "${cargo[@]}" build --quiet --profile "$profile" --target wasm32-unknown-unknown -p kmslab-wasm \
    --no-default-features "${features[@]}"
  cp "$modules/kmslab_wasm.wasm" "$modules/$module.wasm"
done

out=bindings-wasm/pkg
stamp=$out/.stamp
now="$version $profile $(cat "$modules"/{lab,report,policy}.wasm bindings-wasm/js/* | cksum)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  echo "$out is up to date"
  exit 0
fi
rm -rf "$out"
scripts/npm_ci.sh
# One module and one glue serve every host: `js/node.ts` and `js/browser.ts` differ in how they load it.
"$bindgen" "$modules/lab.wasm" --target web --out-dir "$out/wasm" --out-name kmslab
tests/js/node_modules/.bin/tsc --project bindings-wasm/js
cp LICENSE-* "$out"

# Labs are most of the module, so what works without them has modules of its own: other index, the same loaders. The types
# are those above.
for part in report policy; do
  "$bindgen" "$modules/$part.wasm" --target web --out-dir "$out/$part/wasm" --out-name kmslab --no-typescript
  for file in asking bare browser documents errors explanation loading node policy policy-index shown; do
    cp "$out/$file.js" "$out/$part/"
  done
done
cp "$out"/{access,checking}.js "$out/report/"
mv "$out/report-index.js" "$out/report/index.js"
mv "$out/policy/policy-index.js" "$out/policy/index.js"
rm "$out"/{policy-bare,policy-index,report-bare}.js

for wasm in "$out"/{.,report,policy}/wasm/kmslab_bg.wasm; do
  if [ "$profile" != dev ]; then
    "${PYTHON:-python3}" scripts/wasm_order.py "$wasm" "$wasm"
    tests/js/node_modules/.bin/wasm-opt --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
      --enable-mutable-globals --enable-reference-types --enable-multivalue \
      --duplicate-function-elimination --reorder-functions-by-name --strip-debug "$wasm" -o "$wasm"
  fi
  echo "$wasm: $(wc -c <"$wasm") bytes, $(gzip -9 -c "$wasm" | wc -c) gzipped"
done
echo "$now" >"$stamp"
