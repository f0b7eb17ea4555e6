#!/usr/bin/env bash
# Downloads wheels that Pyodide can take: pyodide-download.sh PYTHON REQUIREMENTS FOLDER. Exactly those that are named, for
# the Python that Pyodide is; does nothing when the requirements have not changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1 requirements=$2 folder=$3
version=$(node -p 'require("./tests/js/node_modules/pyodide/pyodide-lock.json").info.python.replace(/\.\d+$/, "")')
now=$(cksum "$requirements")
[ "$(cat "$folder/.requirements" 2>/dev/null)" != "$now" ] || exit 0
rm -rf "$folder"
"$python" -m pip download --quiet --no-deps --dest "$folder" --only-binary=:all: --python-version "$version" \
  --implementation py --abi none --platform any -r "$requirements"
echo "$now" >"$folder/.requirements"
