#!/usr/bin/env bash
# Runs one step and says what it was and how long it took: step.sh NAME COMMAND...
# With STEPS set to a file, a line `ok|FAILED <seconds> <name>` is added to it.
set -u
# Make's jobs are none of cargo's: each step is one of them.
unset MAKEFLAGS MFLAGS
name=$1
shift
printf '\n== %s\n' "$name"
start=$SECONDS
"$@"
code=$?
took=$((SECONDS - start))
if [ $code -eq 0 ]; then word=ok; else word=FAILED; fi
printf -- '-- %s: %s, %d s\n' "$name" "$word" "$took"
[ -z "${STEPS:-}" ] || printf '%s %d %s\n' "$word" "$took" "$name" >>"$STEPS"
exit $code
