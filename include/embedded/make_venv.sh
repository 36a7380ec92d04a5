#!/usr/bin/env bash
# Make the virtual environment with a Python >= 3.11 and put uv into it: make_venv.sh VENV UV_VERSION
set -euo pipefail
venv=$1 uv_version=$2

fail() { echo "make: $*" >&2; exit 1; }

new_enough='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
python=
for candidate in ${PYTHON_FOR_VENV:-} python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c "$new_enough" 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 is needed and none was found" \
    "(found: $(python3 --version 2>&1 || true)). On Debian: apt-get install python3 python3-venv"
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python has no venv module." \
    "On Debian: apt-get install python3-venv"

free_mb=$(df -Pm . | awk 'NR == 2 {print $4}')
[ "$free_mb" -ge 3500 ] || [ -d "$venv" ] || fail "$free_mb MB are free here, 3500 MB are needed:" \
    "2500 MB for the environment, the rest for the databases."

# An interrupted earlier try may have left half an environment.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "making the virtual environment $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
touch "$venv/.uv"
