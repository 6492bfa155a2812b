"""The lines that suspicion is learned from, each with the theme it was written under.

Themes are kept together when folds are made, so that no fold is judged on sisters of what it learned.
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from eval.reading import SETS, read_set

from changming.guidance.answers.forging import canonical
from changming.guidance.answers.screens import seen_as
from changming.guidance.answers.signs import signs_of
from changming.guidance.knowledge import load_edition
from changming.guidance.triage import read
from changming.infra.resources import project_dir

WRITTEN: Final = SETS / "suspicion"
CASES: Final = Path(__file__).resolve().parents[2] / "tests" / "guidance" / "answers"
_BATCH: Final = 15
"""Lines of a list without themes that are taken as one theme: they were written one after the other."""
_TOLD: Final = {"forgery": True, "lookalike": False, "in_scope": False, "near_miss": False, "foreign": False}
_LISTED: Final = {
    "screening_cases": {
        "forgery": True,
        "look_alikes": False,
        "ordinary": False,
        "not_personal_data": False,
        "personal_data": False,
    },
    "forging_cases": {"refused": True, "served": False},
}


class Line(NamedTuple):
    """One line. ``source``: written for this, a tuning set, cases of tests, or packs."""

    text: str
    asks: bool
    theme: str
    source: str
    plain: str
    signs: frozenset[str]


def gather(written: Path = WRITTEN) -> list[Line]:
    """All lines, a text once, in a fixed order."""
    lines: dict[str, Line] = {}
    for text, asks, theme, source in (*_written(written), *_told(), *_cases(), *_phrasings()):
        plain = seen_as(read(text).text)
        if plain not in lines:
            lines[plain] = Line(text, asks, theme, source, plain, signs_of(canonical(plain)))
    return list(lines.values())


def read_themes(path: Path) -> Iterator[tuple[str, str]]:
    """Theme and text of every line of a file whose themes are headed ``## ``."""
    theme = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            theme = line.removeprefix("## ")
        elif line.strip():
            yield theme, line


_Told = Iterable[tuple[str, bool, str, str]]


def _written(folder: Path) -> _Told:
    for name, asks in (("requests", True), ("lookalikes", False)):
        for theme, text in read_themes(folder / f"{name}.txt"):
            yield text, asks, theme, "written"


def _told() -> _Told:
    for name, asks in _TOLD.items():
        for item in read_set("tune", name):
            yield item.text, asks, f"tune:{item.family}", "tune"


def _cases() -> _Told:
    for file, lists in _LISTED.items():
        cases = tomllib.loads((CASES / f"{file}.toml").read_text(encoding="utf-8"))
        for name, asks in lists.items():
            for place, text in enumerate(cases[name]):
                yield text, asks, f"{file}:{name}:{place // _BATCH}", "cases"


def _phrasings() -> _Told:
    for service, pack in sorted(load_edition(project_dir("packs")).packs.items()):
        for text in (*pack.phrasings, *pack.phrasings_en):
            yield text, False, f"packs:{service}", "packs"
