"""What is refused, kindly, and who needs care before anything else. The patterns are data: ``data/refusals.toml``."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from changming.kernel.catalogue import RefusalKind

_LOOKED_AT: Final = 4_000
_FALSE: Final = "(?<![请放休暑寒年病产婚事探节丧])假(?![期日条如若设使])"
"""False, not a day off (请假, 假期) and not an assumption (假如); written <假> in the data."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The desk does not do this; ``rule`` says why."""

    kind: RefusalKind
    rule: str


@dataclass(frozen=True, slots=True)
class Care:
    """Somebody may be in danger or despair: ``text`` is the catalogue's key of what is said first."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class AboutForgery:
    """A question about recognising, reporting or recovering from forgery: it is answered by ``service``."""

    service: str
    rule: str = "about.forgery"


Found = Refused | Care | AboutForgery


@dataclass(frozen=True, slots=True)
class _Rules:
    refusals: tuple[tuple[Refused, re.Pattern[str]], ...]
    lookalike: re.Pattern[str]
    insist: re.Pattern[str]
    care: tuple[tuple[Care, re.Pattern[str], re.Pattern[str] | None], ...]
    service: str


def _joined(blocks: Iterable[Mapping[str, Any]]) -> re.Pattern[str]:
    patterns = (pattern.replace("<假>", _FALSE) for block in blocks for pattern in block["any"])
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _rules() -> _Rules:
    data = tomllib.loads(resources.files(__package__).joinpath("data/refusals.toml").read_text(encoding="utf-8"))
    return _Rules(
        refusals=tuple((Refused(RefusalKind(one["kind"]), one["id"]), _joined([one])) for one in data["rule"]),
        lookalike=_joined(data["lookalike"]),
        insist=_joined(data["insist"]),
        care=tuple(
            (Care(one["text"], one["id"]), _joined([one]), re.compile(one["none"]) if "none" in one else None)
            for one in data["care"]
        ),
        service=data["lookalike"][0]["service"],
    )


def find_care(text: str) -> Care | None:
    """Whether the person's own safety comes first; ``text`` is plain (``tokens.unify`` of a reading)."""
    for care, pattern, unless in _rules().care:
        if pattern.search(text[:_LOOKED_AT]) and not (unless and unless.search(text[:_LOOKED_AT])):
            return care
    return None


def find_refusal(text: str) -> Refused | AboutForgery | None:
    """Whether the desk does not do what is asked; a question *about* forgery is no request for it."""
    rules, seen = _rules(), text[:_LOOKED_AT]
    for refused, pattern in rules.refusals:
        if pattern.search(seen):
            asks_about = rules.lookalike.search(seen) and not rules.insist.search(seen)
            if asks_about and refused.kind in (RefusalKind.FORGERY, RefusalKind.UNSAFE):
                return AboutForgery(rules.service)
            return refused
    return None
