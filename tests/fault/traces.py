"""Looks for words that must have left no trace: in a dump of the whole database, in data files, in logs.

``from tests.fault.traces import assert_no_trace``
"""

import base64
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg

from changming.infra.postgres.embedded import find_binaries

SHORTEST_WORD = 6
"""Bytes of UTF-8; anything shorter turns up in random bytes by chance."""
_BYTEA = re.compile(rb"\\+x((?:[0-9a-f]{2})+)")
_COPY = re.compile(rb"^COPY (\S+) ", re.MULTILINE)
_BLOCK = 8 << 20
_OPTIONS = {"host": "--host", "port": "--port", "user": "--username"}


@dataclass(frozen=True, slots=True)
class Found:
    """A trace: which word, in which form, where."""

    word: str
    form: str
    place: str

    def __str__(self) -> str:
        return f"{self.word!r} as {self.form} in {self.place}"


class Search:
    """All words in all forms as one pattern over bytes."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meaning: dict[bytes, tuple[str, str]] = {}
        for word in words:
            if len(word.encode()) < SHORTEST_WORD:
                raise ValueError(f"{word!r} is too short to be looked for among random bytes")
            for form, written in forms(word):
                self._meaning.setdefault(written, (word, form))
        if not self._meaning:
            raise ValueError("there is nothing to look for")
        self.overlap = max(map(len, self._meaning))
        self._pattern = re.compile(_one_of(sorted(self._meaning)))

    def within(self, content: bytes | memoryview, place: str, *, offset: int = 0) -> Iterator[Found]:
        """Every trace in ``content``, which begins at byte ``offset`` of its place."""
        for match in self._pattern.finditer(content):
            word, form = self._meaning[match[0]]
            yield Found(word, form, f"{place} at byte {offset + match.start()}")


def _one_of(written: list[bytes], depth: int = 4) -> bytes:
    """A pattern for any of these, branching by their first bytes: hundreds of alternatives side by side are slow."""
    if depth == 0 or len(written) == 1 or b"" in written:
        return b"(?:" + b"|".join(map(re.escape, written)) + b")"
    branches = [
        re.escape(bytes([first])) + _one_of([form[1:] for form in same], depth - 1)
        for first, same in groupby(written, key=itemgetter(0))
    ]
    return b"(?:" + b"|".join(branches) + b")"


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """The word as it may have been written down: encodings, and what programs make of bytes."""
    encoded = {name: word.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    for name, raw in encoded.items():
        yield name, raw.strip(b"\0")  # zeros are everywhere
    for name in ("utf-8", "utf-16-le"):
        raw = encoded[name]
        yield f"hex of {name}", raw.hex().encode()
        yield f"HEX of {name}", raw.hex().upper().encode()
        for shift in range(3):
            inner = _base64_inside(raw, shift)
            yield f"base64 of {name}", inner
            yield f"base64url of {name}", inner.translate(bytes.maketrans(b"+/", b"-_"))
    programs = {
        "JSON escapes": json.dumps(word)[1:-1],
        "JSON escapes in a dump": json.dumps(word)[1:-1].replace("\\", "\\\\"),
        "percent signs": quote(word, safe=""),
        "a form field": quote_plus(word),
    }
    for name, written in programs.items():
        if written != word:
            yield name, written.encode()
            yield f"{name} (lower case)", written.lower().encode()


def _base64_inside(raw: bytes, shift: int) -> bytes:
    """What every base64 text shows that holds ``raw`` after ``shift`` bytes (mod 3) of something else.

    The characters at both ends are left out where neighbours share them.
    """
    whole = base64.b64encode(bytes(shift) + raw)
    first = -(-shift * 4 // 3)
    last = (shift + len(raw)) * 4 // 3
    return whole[first:last]


def dump(dsn: str) -> bytes:
    """``pg_dump`` of the whole database as plain SQL, by programs as new as the server or newer."""
    with psycopg.connect(dsn) as connection:
        major = connection.info.server_version // 10000
    able = next(found for found in find_binaries({}) if found.major >= major)
    named = psycopg.conninfo.conninfo_to_dict(dsn)
    options = [f"{option}={named[key]}" for key, option in _OPTIONS.items() if named.get(key)]
    command = [able.tool("pg_dump"), "--format=plain", *options, str(named["dbname"])]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def traces_in_dump(search: Search, dumped: bytes) -> Iterator[Found]:
    """Traces in a plain dump, in its text and in the bytes behind each bytea value; the place names the table."""
    tables = [(match.start(), match[1].decode()) for match in _COPY.finditer(dumped)]

    def place(at: int) -> str:
        table = next((name for start, name in reversed(tables) if start <= at), "the schema")
        line = dumped.count(b"\n", 0, at) + 1
        return f"database dump, {table}, line {line}"

    for found in search.within(dumped, "database dump"):
        at = int(found.place.rpartition(" ")[2])
        yield Found(found.word, found.form, place(at))
    for value in _BYTEA.finditer(dumped):
        for found in search.within(bytes.fromhex(value[1].decode()), "a bytea"):
            yield Found(found.word, found.form, f"{place(value.start())}, bytea")


def traces_in_files(search: Search, folders: Iterable[Path]) -> Iterator[Found]:
    """Traces in every file at or below the folders, read as raw bytes; a running server's files may come and go."""
    for folder in folders:
        assert folder.exists(), f"{folder} is not there, so nothing was looked at"
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            yield from search.within(str(path).encode(), "the name of a file")
            if path.is_file():
                try:
                    yield from _traces_in_file(search, path)
                except FileNotFoundError:
                    continue


def _traces_in_file(search: Search, path: Path) -> Iterator[Found]:
    tail, offset = b"", 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            content = tail + block
            if content.count(0) != len(content):
                yield from search.within(content, str(path), offset=offset)
            kept = content[-(search.overlap - 1) :]
            offset += len(content) - len(kept)
            tail = kept


def find_traces(dsn: str | None, folders: Iterable[Path], words: Iterable[str]) -> list[Found]:
    """Every trace of the words, each place once."""
    search = Search(words)
    found = [] if dsn is None else list(traces_in_dump(search, dump(dsn)))
    found += traces_in_files(search, folders)
    return list(dict.fromkeys(found))


def assert_no_trace(dsn: str | None, folders: Iterable[Path], words: Iterable[str]) -> None:
    """Fail, naming the places, if a word is in the database, in a file or in a log.

    Args:
        dsn: the database, of which everything is dumped; None when its server is stopped and its files tell all.
        folders: data folders, log files: whatever may hold a trace. With the data folder of an embedded PostgreSQL
            its write-ahead log and table files are read as well, deleted rows included.
        words: names, numbers, messages; at least six bytes each. They are looked for in UTF-8, UTF-16, GB 18030, as
            hexadecimal, base64, JSON escapes and percent signs.
    """
    found = find_traces(dsn, folders, words)
    assert not found, f"{len(found)} traces:\n" + "\n".join(str(one) for one in found[:40])
