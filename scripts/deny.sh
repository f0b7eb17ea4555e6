#!/usr/bin/env bash
# Licences, sources and bans of the dependencies (deny.toml). Advisories need a database from the network, so they are
# asked for in the project's workflows (DENY="check" there); without cargo-deny this says so and passes.
set -euo pipefail
if ! cargo deny --version >/dev/null 2>&1; then
  echo "cargo-deny is not installed, so this is left to the workflows (cargo install --locked cargo-deny)"
  exit 0
fi
read -ra words <<<"${DENY:-check licenses bans sources}"
cargo deny --locked "${words[@]}"
