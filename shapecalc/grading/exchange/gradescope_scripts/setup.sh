#!/usr/bin/env bash
# Installs what the autograder needs from the wheels that lie beside this file; nothing is downloaded but Python,
# where the image lacks it. What goes wrong is said here and with every submission.
set -u
source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python_version="@PYTHON@"
machine="@MACHINE@"

refuse() {
    echo "$1" | tee "$source/setup-failed" >&2
    exit 1
}

rm -f "$source/setup-failed"
python="python${python_version:-3}"
if [ -n "$machine" ] && [ "$(uname -m)" != "$machine" ]; then
    refuse "The wheels in this autograder are for $machine, but the image has $(uname -m). Export the quiz anew with wheels for it: --wheels FOLDER."
fi
if ! command -v "$python" > /dev/null; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes "$python") > /dev/null 2>&1
fi
if ! command -v "$python" > /dev/null; then
    refuse "The wheels in this autograder are for Python $python_version, but the image has $(python3 --version 2>&1), and apt offers no $python. Choose another base image, or export the quiz anew with wheels for its Python, which must be 3.11 or later: --wheels FOLDER."
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    refuse "The autograder needs Python 3.11 or later, but the image has $("$python" --version 2>&1). Choose another base image."
fi
rm -rf "$source/site"
for wheel in "$source"/wheels/*.whl; do
    "$python" -m zipfile -e "$wheel" "$source/site" || refuse "The wheel $(basename "$wheel") cannot be unpacked."
done
"$python" -I -c 'import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1] + "/site"); from shapecalc.grading.exchange.autograder import open_paper_set; open_paper_set(Path(sys.argv[1]))' "$source" || refuse "The wheels do not work with $("$python" --version 2>&1) of this image; the lines above say why. Export the quiz anew with wheels for it: --wheels FOLDER."
echo "The autograder is ready: $("$python" --version 2>&1)."
