#!/usr/bin/env bash
# The Rust tests: by nextest where it is installed, by cargo alone otherwise; the documentation's examples in both.
set -euo pipefail
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace --status-level fail --final-status-level slow --hide-progress-bar
  cargo test --quiet --workspace --doc
else
  cargo test --quiet --workspace
fi
