#!/usr/bin/env bash
# Where Chromium is, for the tests in a browser; says nothing on standard output, and why on the other, where there is
# none. Debian's package is installed where that is possible; its playwright-core needs no browser of its own.
set -euo pipefail
find_it() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome; }
find_it && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  # Several tests look for it at the same time, and apt-get takes one at a time.
  exec 9>"${TMPDIR:-/tmp}/kmslab-chromium.lock"
  flock 9
  find_it && exit
  echo "installing chromium" >&2
  apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 || true
  find_it && exit
fi
echo "no Chromium here: the tests in a browser are skipped. Install it (apt-get install chromium), or name it: CHROMIUM=…" >&2
