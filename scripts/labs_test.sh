#!/usr/bin/env bash
# The tests of the playground: its parts under Node, and the built site in Chromium. Expects scripts/labs.sh to have run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
CHROMIUM=$(scripts/chromium.sh)
export CHROMIUM
cd labs
# By itself Node leaves one core idle: of two, half.
node --test --test-concurrency="$(node -p 'os.availableParallelism()')"
