"""A place that somebody typed into a field of its own: everything that the name may mean, to choose from."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from changming.guidance.triage.places.gazetteer import Division, gazetteer, short_names
from changming.guidance.triage.places.mentions import find_mentions
from changming.guidance.triage.reading import read

MOST_CHOICES: Final = 12
_LONGEST: Final = 40
_SHORTEST_START: Final = 2


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place with the names above it: ``浙江省杭州市西湖区``."""

    code: str
    name: str


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Every full and short name with all the codes it stands for, the larger places first."""
    found: dict[str, list[str]] = {}
    for code, division in gazetteer().divisions.items():
        for name in (division.name, *short_names(code)):
            codes = found.setdefault(name, [])
            if code not in codes:
                codes.append(code)
    return {
        name: tuple(sorted(codes, key=lambda code: (not code.endswith("00"), code))) for name, codes in found.items()
    }


def place_name(code: str) -> str:
    """The place's name with those above it; the code itself for one that the list does not have."""
    divisions = gazetteer().divisions
    above = [code[:2] + "0000", code[:4] + "00", code]
    names = [divisions[one].name for one in dict.fromkeys(above) if one in divisions]
    return "".join(names) or code


def look_up_places(typed: str) -> tuple[NamedPlace, ...]:
    """Every place that the typed name may mean, at most ``MOST_CHOICES``; none for a name that nothing goes by.

    A name with those above it (浙江杭州, 北京朝阳区) is narrowed; the beginning of a name finds what begins with it.
    """
    plain = "".join(read(typed[:_LONGEST]).text.split())
    codes = _by_name().get(plain) or _alias(plain) or _mentioned(plain) or _beginning(plain)
    return tuple(NamedPlace(code, place_name(code)) for code in codes[:MOST_CHOICES])


def cities() -> tuple[NamedPlace, ...]:
    """Every province-level city and every city, by code: what a field may suggest."""
    divisions = gazetteer().divisions.values()
    return tuple(NamedPlace(one.code, one.name) for one in divisions if _is_city(one))


def _is_city(one: Division) -> bool:
    return one.code.endswith("00") and one.city_code == one.code


def _alias(plain: str) -> tuple[str, ...]:
    spelling = gazetteer().spellings.get(plain)
    return () if spelling is None else spelling.codes


def _mentioned(plain: str) -> tuple[str, ...]:
    mentions = find_mentions(plain)
    return tuple(division.code for division in mentions[-1].divisions) if mentions else ()


def _beginning(plain: str) -> tuple[str, ...]:
    if len(plain) < _SHORTEST_START:
        return ()
    found = {code: None for name, codes in _by_name().items() if name.startswith(plain) for code in codes}
    return tuple(sorted(found, key=lambda code: (not code.endswith("00"), code)))
