#!/usr/bin/env bash
# The Python tests on the oldest boto3 that is supported, 1.26.0 (November 2022), with the module that `make py` built:
#
#     tests/python/oldest.sh PYTHON [PYTEST ARGUMENTS]
#
# Without arguments, those of the roads into a lab: what is written against the insides of botocore. The old client is
# put into a folder beside the interpreter, which comes first for these tests alone. Python 3.11 is the oldest of those:
# `make test PYTHON=python3.11`. Not with tests of moto, the AWS CLI or the AWS Encryption SDK: they need newer clients.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${1:?which Python? for instance .venv/bin/python}
shift
folder=$(dirname "$python")/../oldest
wanted=(boto3==1.26.0 botocore==1.29.0)
if [ "$(cat "$folder/.wanted" 2>/dev/null)" != "${wanted[*]}" ]; then
  rm -rf "$folder"
  "$python" -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --target "$folder" "${wanted[@]}"
  echo "${wanted[*]}" >"$folder/.wanted"
fi
[ $# -gt 0 ] || set -- tests/python/test_roads.py tests/python/test_equal.py
PYTHONPATH=$folder exec "$python" -m pytest -q -W 'ignore::DeprecationWarning' -p no:cacheprovider "$@"
