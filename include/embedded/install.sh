#!/usr/bin/env bash
# Install exactly what a lock file says: install.sh VENV LOCK [PYTHON that has uv]
set -euo pipefail
venv=$1 lock=$2 with_uv=${3:-$1/bin/python}
began=$SECONDS
started=$venv/.installing

# Certificates that the machine trusts, where it keeps them: a company's proxy has one of its own.
if [ -z "${UV_SYSTEM_CERTS:-}" ] && [ -s /etc/ssl/certs/ca-certificates.crt ]; then
    export UV_SYSTEM_CERTS=true
fi
# An installation that was cut off leaves packages that look installed and are not whole.
again_uv=() again_pip=()
if [ -e "$started" ]; then
    echo "the last installation was interrupted: doing all of it again"
    again_uv=(--reinstall) again_pip=(--force-reinstall)
fi
touch "$started"
echo "installing $(grep -c '==' "$lock") packages of $lock (about a minute the first time)"
# uv has settings of its own for package indexes (UV_...); who has told them only to pip gets pip.
if ! uv_says=$("$with_uv" -m uv pip install --quiet --no-deps "${again_uv[@]}" \
    --python "$venv/bin/python" -r "$lock" 2>&1); then
    printf '%s\n' "$uv_says" "uv could not install $lock; trying with pip, which is slower" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        "${again_pip[@]}" -r "$lock"
fi
rm -f "$started"
echo "installed in $((SECONDS - began)) s"
