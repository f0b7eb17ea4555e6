#!/usr/bin/env bash
# Makes the folder from which a page runs Python with boto3 and kmslab: pyodide-site.sh PYTHON [PROFILE]. The Python is one
# that has the developers' tools; scripts/pyodide-wheel.sh says what the profiles are. Pyodide, the wheels and their list stand in it; any static host serves it, and nothing is fetched from
# anywhere else. The last line says where it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${1:?which Python has the tools?}
case ${OS:-} in Windows_NT) echo "not on Windows, where no shell script can be a linker"; exit ;; esac

wheel=$(scripts/pyodide-wheel.sh "$python" "${2:-pyodide}" | tail -n 1)
target=${wheel%/*}
site=$target/pyodide-site

scripts/pyodide-download.sh "$python" bindings-py/pyodide/requirements.txt "$target/pyodide-wheels"
# AWS's models are nearly all of botocore: those that kmslab serves stay.
wheels=$target/pyodide-lean
rm -rf "$wheels"
mkdir "$wheels"
find "$target/pyodide-wheels" -name '*.whl' ! -name 'botocore-*' -exec cp {} "$wheels" \;
"$python" scripts/pyodide_botocore.py "$target"/pyodide-wheels/botocore-*.whl "$wheels" kms iam sts

rm -rf "$site"
"$python" scripts/pyodide_lock.py tests/js/node_modules/pyodide "$site" "$wheels" "$wheel"
cp LICENSE-* "$site"
echo "$site"
