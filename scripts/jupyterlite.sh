#!/usr/bin/env bash
# Makes a JupyterLite in which notebooks/*.ipynb run against kmslab, in the page: jupyterlite.sh PYTHON, which is one with
# the developers' tools. Expects scripts/pyodide-site.sh to have run. Any static host serves the folder, and nothing is
# fetched from anywhere else. The last line says where it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${1:?which Python has the tools?}

target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
"$python" -m pip install --quiet --group lite
kernel=$("$python" -c 'import sys; print(sys.prefix)')/share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi

wheels=$target/jupyterlite-wheels
scripts/pyodide-download.sh "$python" notebooks/lite/requirements.txt "$wheels"

build=$target/jupyterlite-build
rm -rf "$build"
mkdir -p "$build/files" "$build/static"
cp notebooks/lite/jupyter-lite.json "$build"
cp notebooks/*.ipynb "$build/files"
"$python" scripts/pyodide_lock.py tests/js/node_modules/pyodide "$build/static/pyodide" \
  "$target/pyodide-lean" "$target"/pyodide-wheel/kmslab-*.whl "$wheels" "$kernel"/{ipykernel,piplite,pyodide_kernel}-*.whl >/dev/null

out=$target/jupyterlite
rm -rf "$out"
# It keeps a record of what it has done in the current folder.
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
(cd "$build" && "$python" -m jupyterlite_core build --lite-dir "$build" --output-dir "$out" --apps notebooks --apps lab \
  --no-sourcemaps --no-unused-shared-packages) >"$build/log" 2>&1 || { tail -n 30 "$build/log" >&2; exit 1; }
echo "$(find "$out" -type f | wc -l) files, $(du -sh "$out" | cut -f 1)"
echo "$out"
