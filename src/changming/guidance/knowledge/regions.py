"""Places as six-digit division codes (GB/T 2260): ``110000`` Beijing, ``220100`` Changchun, ``220102`` a district."""

import re
from enum import StrEnum
from typing import Final

_CODE = re.compile(r"[1-9]\d{5}", re.ASCII)

_CITY_IS_PROVINCE: Final = frozenset({"11", "12", "31", "50", "81", "82"})
"""Municipalities and the two special administrative regions: the whole province is one city."""

_CITY_IS_COUNTY: Final = frozenset({"4190", "4290", "4690", "6590"})
"""Prefixes under which counties stand directly below the province: each six-digit code is a city of its own."""


class RegionLevel(StrEnum):
    """How closely two places are compared."""

    PROVINCE = "province"
    CITY = "city"


def is_code(text: str) -> bool:
    """Whether the text has the form of a division code."""
    return _CODE.fullmatch(text) is not None


def _prefix(code: str) -> str:
    """The digits that every place inside ``code`` begins with."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def within(place: str, region: str) -> bool | None:
    """Whether ``place`` is or lies in ``region``; None when ``place`` is too coarse to tell."""
    inner, outer = _prefix(place), _prefix(region)
    if inner.startswith(outer):
        return True
    return None if outer.startswith(inner) else False


def within_any(place: str, regions: tuple[str, ...]) -> bool | None:
    """Whether ``place`` lies in one of ``regions``; None when it is too coarse to tell."""
    verdict: bool | None = False
    for region in regions:
        inside = within(place, region)
        if inside:
            return True
        if inside is None:
            verdict = None
    return verdict


def _city(code: str) -> str | None:
    """What identifies the city of a place; None when the code names a province only."""
    if code[:2] in _CITY_IS_PROVINCE:
        return code[:2]
    if code[:4] in _CITY_IS_COUNTY:
        return None if code.endswith("00") else code
    return None if code.endswith("0000") else code[:4]


def is_coarse(code: str, level: RegionLevel) -> bool:
    """Whether the code is too coarse to compare at ``level``."""
    return level is RegionLevel.CITY and _city(code) is None


def same(first: str, second: str, level: RegionLevel) -> bool | None:
    """Whether two places lie in the same province or city; None when one is too coarse to tell."""
    if first[:2] != second[:2]:
        return False
    if level is RegionLevel.PROVINCE:
        return True
    here, there = _city(first), _city(second)
    return None if here is None or there is None else here == there
