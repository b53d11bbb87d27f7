#!/bin/sh
# Finds a Python that is new enough, lets install.py put in what is missing, and, for `run`, becomes the bot.
# sh run.sh [run | embedded | lint | test | guide] [arguments of the bot]; PYTHON=... chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    found=${PYTHON:-$(python3 --version 2>/dev/null || echo "no Python")}
    echo "Consilium needs Python 3.11 or newer and found only ${found}: install a newer one (Debian 12+ and" \
        "Ubuntu 24.04+ have it: apt install python3) or name it: make run PYTHON=/path/to/python3.12" >&2
    return 1
}

python=$(find_python)
what=${1:-run}
if [ "$what" != run ]; then
    exec "$python" scripts/install.py "$what"
fi
[ $# -eq 0 ] || shift
# $$ stays the process id when this shell becomes the bot: the build in the background lives as long as it does.
"$python" scripts/install.py run --bot-pid $$
exec .venv/bin/python -m bot "$@"
