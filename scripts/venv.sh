#!/usr/bin/env bash
# Makes the virtual environment and puts the developers' tools into it: venv.sh PYTHON FOLDER. Safe to run again.
set -euo pipefail
python=$1 venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "kmslab needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1 || echo missing)." >&2
  echo "Name another one: make PYTHON=python3.12 …" >&2
  exit 1
}

bin=$venv/bin
case ${OS:-} in Windows_NT) bin=$venv/Scripts ;; esac

if ! "$bin/python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$venv"
  # Debian and Ubuntu ship Python without ensurepip; virtualenv and uv do without it.
  if "$python" -c 'import ensurepip' >/dev/null 2>&1; then
    "$python" -m venv "$venv"
  elif "$python" -m virtualenv --version >/dev/null 2>&1; then
    "$python" -m virtualenv --quiet "$venv"
  elif command -v uv >/dev/null 2>&1; then
    uv venv --quiet --seed --python "$python" "$venv"
  elif [ "$(id -u 2>/dev/null)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing python3-venv" >&2
    apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    "$python" -m venv "$venv"
  else
    echo "'$python' cannot make virtual environments: its module ensurepip is missing." >&2
    echo "On Debian and Ubuntu: sudo apt-get install python3-venv   (then run make again)" >&2
    exit 1
  fi
fi

# `pip install --group` came with pip 25.1.
"$bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
"$bin/python" -m pip install --quiet --group dev
