# The scripts beside it source this file. It sets up the virtual environment of this checkout, and
# builds the pages if one of their sources has changed. It needs Python 3.11 or newer and nothing
# else. A second run finds everything in place.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
# Holds the version of the environment's Python and the checkout's folder, then the checksum of each
# installed lock. It is removed before pip runs: if it is missing, a set-up was interrupted.
state=$venv/.installed

# prepare LOCK - install the packages of LOCK and the project itself, unless that is already done.
prepare() {
    is_installed "$1" || install_alone "$1"
    "$venv/bin/python" "$root/scripts/web_build.py"
    PATH="$venv/bin:$PATH"
}

# npm ARGUMENTS - run npm for the pages with the Node of the lock.
npm() {
    python "$root/scripts/web_build.py" "$@"
}

# is_installed LOCK - whether a sound environment has the packages of LOCK and pyproject.toml.
is_installed() {
    is_sound && grep -qxF "$(wanted "$1")" "$state"
}

# is_sound - whether set-up was completed, with the present version of Python and folder.
is_sound() {
    [ -f "$state" ] && [ "$(head -n 1 "$state")" = "$(identity)" ]
}

# identity - print the version of the environment's Python (empty if Python or pip is missing), and
# the checkout's folder.
identity() {
    local version
    version=$("$venv/bin/python" -I -c 'import pip, sys; print("%d.%d" % sys.version_info[:2])' \
        2>/dev/null) || true
    echo "$version $root"
}

# wanted LOCK - print the line of the state that says that LOCK is installed.
wanted() {
    echo "$1 $(cat "$root/$1" "$root/pyproject.toml" | cksum)"
}

# install_alone LOCK - install under a lock, so that concurrent scripts wait.
install_alone() {
    (
        if command -v flock >/dev/null && ! flock --nonblock 9; then
            echo "Waiting for another script that sets up .venv ..." >&2
            flock 9
        fi
        is_installed "$1" || install "$1"
    ) 9<"$root"
}

install() {
    local others=""
    if is_sound; then
        others=$(tail -n +2 "$state" | grep -v "^$1 ") || true
    else
        make_venv
    fi
    rm -f "$state"
    timed "Installing the packages of $1" pip_install --require-hashes --requirement "$root/$1"
    save "$others"
    # Installing the project builds the pages too, but hides the reason of a failure. So build first.
    "$venv/bin/python" "$root/scripts/web_build.py"
    rm -f "$state"
    timed "Installing the project" pip_install --no-deps --no-build-isolation --editable "$root"
    save "$others" "$(wanted "$1")"
}

make_venv() {
    local python
    python=$(find_python)
    if [ -e "$venv" ] || [ -L "$venv" ]; then
        echo "Making .venv anew: it is unfinished, was moved, or its Python is gone." >&2
        rm -rf "$venv"
    fi
    timed "Making .venv with $python" "$python" -m venv "$venv" >&2
}

# find_python - print the path of $PYTHON, or else of the first Python on PATH that is new enough.
find_python() {
    local name found version old="" probe='import sys
print("%d.%d.%d" % sys.version_info[:3])
sys.exit(sys.version_info < (3, 11))'
    # The environment to be replaced may be active: take it off PATH.
    local PATH=":$PATH:"
    PATH=${PATH//:"$venv/bin":/:} PATH=${PATH#:} PATH=${PATH%:}
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.11 python3.12 python3.13
    fi
    for name in "$@"; do
        found=$(command -v "$name") || continue
        if version=$("$found" -c "$probe" 2>/dev/null); then
            echo "$found"
            return
        fi
        [ -z "$version" ] || old=${old:-"$version at $found"}
    done
    echo "$0 needs Python 3.11 or newer, found ${old:-none};" \
        "install python3.11 or set PYTHON=/path/to/python3.11" >&2
    return 1
}

# timed STEP COMMAND... - print the step, run the command, and print the seconds it took.
timed() {
    local step=$1 began=$SECONDS
    shift
    printf '%s ... ' "$step" >&2
    "$@"
    printf '%d s\n' $((SECONDS - began)) >&2
}

# pip_install ARGUMENTS - run pip install, show its progress in one line, and its errors if it fails.
pip_install() {
    local log=$venv/pip.log
    if ! "$venv/bin/python" -m pip install --progress-bar off "$@" 2>"$log" | follow; then
        echo >&2
        cat "$log" >&2
        return 1
    fi
}

# follow - in a terminal, show the package that pip works on; erase it at the end.
follow() {
    local verb package _
    while read -r verb package _; do
        [ -t 2 ] || continue
        case $verb in
            Collecting) printf '\0337%s\033[K\0338' "$package" >&2 ;;
            Installing) printf '\0337copying files\033[K\0338' >&2 ;;
        esac
    done
    [ ! -t 2 ] || printf '\033[K' >&2
}

# save LINES - write the state atomically.
save() {
    { identity && printf '%s\n' "$@"; } | grep . >"$state.new"
    mv "$state.new" "$state"
}
