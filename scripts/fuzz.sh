#!/usr/bin/env bash
# Fuzzes each target of core/fuzz: fuzz.sh [SECONDS]. Needs a nightly Rust; cargo-fuzz is installed under target/ when
# it is missing. FUZZ_OPTIONAL=1 makes a missing nightly a message, not a failure.
set -euo pipefail
seconds=${1:-60}

missing() {
  echo "fuzzing was NOT run: $1" >&2
  [ "${FUZZ_OPTIONAL:-0}" = 1 ] && exit 0
  echo "(FUZZ_OPTIONAL=1 makes this a message instead of a failure)" >&2
  exit 3
}
command -v rustup >/dev/null 2>&1 || missing "cargo-fuzz needs rustup, which chooses the nightly toolchain"
rustup run nightly rustc --version >/dev/null 2>&1 \
  || missing "no nightly toolchain here; install it with: rustup toolchain install nightly --profile minimal"

export PATH="$PWD/target/tools/bin:$PATH"
if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "installing cargo-fuzz into target/tools"
  cargo install --quiet --locked cargo-fuzz --root target/tools || missing "cargo-fuzz could not be installed"
fi

cd core
host=$(rustc -vV | sed -n 's/^host: //p')
passed=0 failed=0
for target in $(cargo +nightly fuzz list); do
  printf '\n== fuzz %s, %s s\n' "$target" "$seconds"
  # What was found before, and the seeds of the repository.
  mkdir -p "fuzz/corpus/$target"
  # cargo-fuzz builds for musl by default where it was itself built for musl; name the host's own target.
  if cargo +nightly fuzz run --target "$host" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="$seconds" -max_len=65536 -timeout=10 -print_final_stats=1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "-- $target FAILED; its input is kept in core/fuzz/artifacts/$target"
  fi
done
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
