"""The one catalogue of texts: Chinese first, English complete beside it.

Every file in ``kernel/texts/*.toml`` is a table ``["key"]`` with ``zh`` and ``en``; ``staff_zh`` and ``staff_en``
stand beside them where staff read something else. A key stands once in the whole catalogue, and both languages name
the same fields; both are checked when the catalogue is read.
"""

import string
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType


class Lang(StrEnum):
    """The languages the desk speaks."""

    ZH = "zh"
    EN = "en"


class Audience(StrEnum):
    """Who reads a text: the same event is told to a citizen and to staff in different words."""

    CITIZEN = "citizen"
    STAFF = "staff"


def _fields(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All texts by key. A duplicate key, a missing language or differing fields raise ValueError with the file."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files("changming.kernel").joinpath("texts").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{file.name}: the text {key!r} stands twice in the catalogue")
            if not {"zh", "en"} <= entry.keys() <= {"zh", "en", "staff_zh", "staff_en"}:
                raise ValueError(f"{file.name}: the text {key!r} needs zh and en, and knows staff_zh and staff_en")
            if _fields(entry["zh"]) != _fields(entry["en"]):
                raise ValueError(f"{file.name}: zh and en of {key!r} name different fields")
            found[key] = MappingProxyType(entry)
    return MappingProxyType(found)


def text(key: str, lang: Lang, /, *, audience: Audience = Audience.CITIZEN, **fields: object) -> str:
    """The text of ``key`` with its fields filled in; KeyError for a key that is not in the catalogue."""
    entry = catalogue()[key]
    template = entry[lang.value]
    if audience is Audience.STAFF:
        template = entry.get(f"staff_{lang.value}", template)
    return template.format(**fields) if fields else template
