#!/bin/sh
# Makes .venv ready: `scripts/setup.sh run` for serving, `scripts/setup.sh dev` for tests and checks as well.
# Everything is installed from the hashes in requirements/; a second call finds the stamp and is done at once.
set -eu
what=$1
cd "$(dirname "$0")/.."

digest() { # of all that decides what is in .venv: the lock, this script, and where the checkout lies
    { cat "requirements/$1.lock" scripts/setup.sh; pwd; } | cksum
}
stamp=.venv/.stamp
if [ -f "$stamp" ] && [ -x .venv/bin/python ]; then
    have=$(cat "$stamp")
    [ "$have" = "dev $(digest dev) $(digest run)" ] && exit 0 # what tests need includes what serving needs
    [ "$what" = run ] && [ "$have" = "run $(digest run)" ] && exit 0
fi

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed. Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python" >&2
    echo "需要 Python 3.11 或更新的版本。Debian、Ubuntu：apt-get install python3 python3-venv；macOS：brew install python" >&2
    exit 1
fi

echo "Setting up .venv, once; this takes a minute. 正在准备运行环境，只需一次，约一分钟。" >&2
rm -f "$stamp"
fits .venv/bin/python || rm -rf .venv
if uv --version >/dev/null 2>&1; then
    [ -d .venv ] || uv venv --quiet --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    uv pip sync --quiet --python .venv/bin/python --require-hashes "requirements/$what.lock"
else
    if [ ! -d .venv ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then # Debian keeps them in a package of their own
            if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
                apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
            else
                echo "The module venv is missing: apt-get install python3-venv, as root, then run this again." >&2
                echo "缺少 venv 模块：请以 root 运行 apt-get install python3-venv，然后重来一次。" >&2
                exit 1
            fi
        fi
        "$python" -m venv --clear .venv
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$what.lock"
fi

# The project itself runs from its checkout: a path file and a launcher, so that nothing needs to be built.
packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd | sed 's|$|/src|' >"$packages/changming.pth"
cat >.venv/bin/changming <<LAUNCHER
#!/bin/sh
exec '$(pwd | sed "s/'/'\\\\''/g")/.venv/bin/python' -P -c 'import sys; from changming.cli import main; sys.exit(main())' "\$@"
LAUNCHER
chmod +x .venv/bin/changming
# The packs compiled, so that the first question is answered as fast as the next; without them it takes longer, no more.
.venv/bin/python -P -c 'from changming.commands.bundled import bundled_edition; bundled_edition()' 2>/dev/null || true
if [ "$what" = dev ]; then
    echo "dev $(digest dev) $(digest run)" >"$stamp"
else
    echo "run $(digest run)" >"$stamp"
fi
