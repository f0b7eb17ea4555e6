#!/usr/bin/env bash
# The Python tests on the oldest that is supported: Python 3.10 and boto3 1.26.0 (November 2022).
#
#     tests/python/oldest.sh [PYTHON] [FOLDER]
#
# Makes a virtual environment in FOLDER (.venv-oldest), builds the module into it, and runs the tests that do not start
# other clients: the AWS CLI, moto and the AWS Encryption SDK bring a newer botocore along.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${1:-python3.10}
venv=${2:-.venv-oldest}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'maturin>=1.9,<2.0' 'pytest>=8.3' 'pytest-xdist>=3.6' \
  'boto3==1.26.0' 'botocore==1.29.0'
VIRTUAL_ENV=$(cd "$venv" && pwd) "$venv/bin/maturin" develop --quiet
exec "$venv/bin/python" -m pytest -q -W 'ignore::DeprecationWarning' -p no:cacheprovider tests/python "${@:3}"
