#!/usr/bin/env bash
# Makes the folder from which a page runs Python with boto3 and kmslab: pyodide-site.sh PYTHON, which is one that has the
# developers' tools. Pyodide, the wheels and their list stand in it; any static host serves it, and nothing is fetched from
# anywhere else. The last line says where it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${1:?which Python has the tools?}
case ${OS:-} in Windows_NT) echo "not on Windows, where no shell script can be a linker"; exit ;; esac

wheel=$(scripts/pyodide-wheel.sh "$python" | tail -n 1)
target=${wheel%/*}
site=$target/pyodide-site
wheels=$target/pyodide-wheels

# Which Python pip resolves for is that of Pyodide.
version=$(node -p 'require("./tests/js/node_modules/pyodide/pyodide-lock.json").info.python.replace(/\.\d+$/, "")')
stamp=$wheels/.stamp
now=$(cat bindings-py/pyodide/requirements.txt scripts/pyodide_botocore.py | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
  rm -rf "$wheels"
  "$python" -m pip download --quiet --no-deps --dest "$wheels" --only-binary=:all: --python-version "$version" \
    --implementation py --abi none --platform any -r bindings-py/pyodide/requirements.txt
  # AWS's models are nearly all of botocore: those that kmslab serves stay.
  "$python" scripts/pyodide_botocore.py "$wheels"/botocore-*.whl "$wheels/lean" kms iam sts
  mv "$wheels"/lean/*.whl "$wheels"
  rmdir "$wheels/lean"
  echo "$now" >"$stamp"
fi

rm -rf "$site"
"$python" scripts/pyodide_lock.py tests/js/node_modules/pyodide "$site" "$wheels" "$wheel"
cp LICENSE-* "$site"
echo "$site"
