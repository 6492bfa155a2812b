"""Hostile and damaged pack files: each is refused with file and line; nothing raises, nothing grows."""

import random
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from tests.counts import examples, no_runaway

from changming.guidance.knowledge import check_packs
from changming.guidance.knowledge.tree import MAX_BYTES, MAX_NODES
from changming.infra.resources import project_dir
from changming.kernel.messages import Lang

SERVICE = "driver-licence/electronic"
REAL = (project_dir("packs") / f"{SERVICE}.yaml").read_bytes()
ON = date(2026, 11, 22)
MIB = 1024 * 1024

LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (name, name, *[name - 1] * 9)
    for name in range(ord("b"), ord("k"))
)
HOSTILE: dict[str, tuple[bytes, str, int]] = {
    "bomb of aliases": (LAUGHS, "no_anchors", 1),
    "anchor": (REAL + b"\nnotes: &n [a]\n", "no_anchors", 0),
    "alias": (b"service: a\nnotes: *n\n", "no_aliases", 2),
    "merge key": (b"a: 1\n<<: {b: 1}\n", "not_one_of", 2),
    "alias of itself": (b"service: &s [*s]\n", "no_anchors", 1),
    "tag": (b"service: a\nversion: !!python/object/apply:os.system [true]\n", "no_tags", 2),
    "own tag": (b"service: !secret x\n", "no_tags", 1),
    "duplicate key": (REAL + b"\nservice: x\n", "duplicate_key", 0),
    "two documents": (REAL + b"\n---\nservice: x\n", "one_document", 0),
    "deep nesting": (b"a: " + b"[" * 100_000, "too_deep", 1),
    "deep mapping": (b"".join(b" " * at + b"a:\n" for at in range(40)), "too_deep", 0),
    "many nodes": (b"x: [" + b"1," * (MAX_NODES + 1) + b"]", "too_many_nodes", 1),
    "huge file": (b"a: b\n" * (MAX_BYTES // 5 + 1), "too_big", 0),
    "huge scalar": (b"service: " + b"x" * (MAX_BYTES - 10) + b"\n", "not_one_of", 1),
    "huge key": (b"x" * 100_000 + b": 1\n", "not_yaml", 1),
    "bad UTF-8": (REAL[:200] + b"\xff" + REAL[200:], "not_utf8", 0),
    "surrogate": (b"a: 1\nb: \xed\xa0\x80\n", "not_utf8", 2),
    "UTF-16": ("service: x".encode("utf-16"), "not_utf8", 1),
    "NUL": (b"service: a\nversion: \x00\n", "not_yaml", 2),
    "control": (b"service: a\nversion: \x07\n", "not_yaml", 2),
    "tab": (b"service: a\n\tversion: b\n", "not_yaml", 2),
    "open quote": (b"service: 'a\n", "not_yaml", 0),
    "list": (b"- service\n", "not_a_mapping", 1),
    "one word": (b"service\n", "not_a_mapping", 1),
    "empty": (b"", "not_a_mapping", 1),
    "comment": (b"# nothing\n", "not_a_mapping", 1),
    "complex key": (b"? [a, b]\n: c\n", "key_not_a_word", 1),
    "directive": (b"%YAML 9.9\n---\na: 1\n", "not_yaml", 0),
}


def faults_of(folder: Path, data: bytes) -> list[tuple[str, int, str]]:
    """Code, line and sentence of everything that the check reports; every sentence has its file."""
    file = folder / "packs" / f"{SERVICE}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    report = check_packs(folder / "packs", on=ON)
    for fault in (*report.faults, *report.warnings):
        for lang in Lang:
            assert fault.show(lang).startswith(f"packs/{SERVICE}.yaml:{fault.line}: ")
    return [(fault.code, fault.line, fault.sentence(Lang.EN)) for fault in report.faults]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    data, code, line = HOSTILE[name]
    tracemalloc.start()
    try:
        with no_runaway():
            found = faults_of(tmp_path, data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert code in {one for one, _, _ in found}
    assert not line or (code, line) in {(one, at) for one, at, _ in found}
    assert all(at >= 1 and len(words) < 5000 for _, at, words in found)
    assert peak < 48 * MIB


def test_the_real_pack_is_clean(tmp_path: Path) -> None:
    assert faults_of(tmp_path, REAL) == []


SNIPPETS = (
    *(b"&a ", b"*a", b"!!str ", b"? ", b"- ", b"---\n", b"...\n", b"\t", b"\x00", b"\xff", b"{", b"}", b"[", b"]"),
    *(b": ", b"#", b"'", b'"', b"|\n", b">\n", b"%", b"@", b"`", b"<<: ", b"\r\n", b"\xe2\x80\xa8", b"\xef\xbb\xbf"),
    *(b"{fee}", b"unknown", b"0000-00-00", b"99999999999999", b"-1", b"true", b"null", b"~", b"{{", b"a.b"),
    *(b"[" * 40, b"x" * 5000, "\u202e".encode(), "\U0001f600".encode()),
)


def mutated(source: bytes, chance: random.Random) -> bytes:
    """One to three injuries: lines lost, doubled, swapped, shifted, crossed; bytes and snippets put in or taken out."""
    lines = source.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        kind = chance.randrange(8)
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        place = chance.randrange(len(lines[at]) + 1)
        if kind == 0:
            lines[at] = b""
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3:
            lines[at] = b" " * chance.randint(1, 6) + lines[at] if chance.random() < 0.5 else lines[at].lstrip(b" ")
        elif kind == 4:
            head, colon, _ = lines[at].partition(b": ")
            lines[at] = head + colon + lines[other].partition(b": ")[2] if colon else lines[other]
        elif kind == 5:
            lines[at] = lines[at][:place] + chance.choice(SNIPPETS) + lines[at][place:]
        elif kind == 6:
            lines[at] = lines[at][:place] + lines[at][place + chance.randint(1, 5) :]
        else:
            lines[at] = lines[at][:place] + bytes([chance.randrange(256)]) + lines[at][place + 1 :]
    return b"".join(lines)


def test_no_injury_of_a_real_pack_raises_and_every_fault_has_its_line(tmp_path: Path) -> None:
    refused = 0
    for seed in range(examples(2000)):
        data = mutated(REAL, random.Random(seed))  # noqa: S311 - injuries, not secrets
        with no_runaway():
            found = faults_of(tmp_path, data)
        assert all(line >= 1 for _, line, _ in found), (seed, found)
        refused += bool(found)
    assert refused > examples(2000) / 2
