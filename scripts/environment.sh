# Sourced by the scripts beside it: brings up the virtual environment of this checkout.
# Needs Python 3.11 or newer and nothing else; a second run finds everything in place.
# The pages are built again whenever one of their sources changed.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# prepare LOCK - install what LOCK names, and the project itself, unless that is already done.
prepare() {
    local lock="$root/$1" stamp="$root/.venv/.installed-$1" wanted
    wanted=$(cat "$lock" "$root/pyproject.toml" | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        "$root/.venv/bin/python" "$root/scripts/web_build.py"
        return
    fi
    echo "Setting up $root/.venv ..." >&2
    [ -x "$root/.venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$root/.venv"
    "$root/.venv/bin/python" -m pip install --quiet --require-hashes --requirement "$lock" 2> >(grep -v 'is ignored: it is neither' >&2)
    "$root/.venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable "$root" 2> >(grep -v 'is ignored: it is neither' >&2)
    echo "$wanted" >"$stamp"
}

# npm ARGUMENTS - npm for the pages, by the Node that the lock names.
npm() {
    python "$root/scripts/web_build.py" "$@"
}

PATH="$root/.venv/bin:$PATH"
