#!/usr/bin/env bash
# Runs a notebook in the JupyterLite that scripts/jupyterlite.sh made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${OS:-} in Windows_NT) echo "not tested on Windows, where no shell script can be a linker"; exit ;; esac
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
KMSLAB_JUPYTERLITE=$target/jupyterlite
CHROMIUM=$(scripts/chromium.sh)
export KMSLAB_JUPYTERLITE CHROMIUM
node --test tests/jupyterlite
