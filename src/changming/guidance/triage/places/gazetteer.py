"""The list of divisions with all names they go by, in a trie that a text is matched against."""

import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

_MUNICIPALITIES: Final = ("11", "12", "31", "50")
_COUNTIES_UNDER_PROVINCE: Final = ("4190", "4290", "4690", "6590")
_PLACEHOLDERS: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_PROVINCE: Final = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
_CITY: Final = re.compile(r"(?:市|地区|盟)$")
_COUNTY: Final = re.compile(r"(?:市|区|县|旗)$")
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or district. ``code`` has six digits (GB/T 2260)."""

    code: str
    name: str

    @property
    def city_code(self) -> str:
        """The code of its city: municipalities and the regions beyond are one city, some counties are their own."""
        if self.code[:2] in (*_MUNICIPALITIES, "71", "81", "82"):
            return self.code[:2] + "0000"
        if self.code[:4] in _COUNTIES_UNDER_PROVINCE:
            return self.code
        return self.code[:4] + "00"

    def lies_in(self, other: "Division") -> bool:
        """Whether it is, or lies in, the other one."""
        return self.code.startswith(_stem(other.code))


def _stem(code: str) -> str:
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


class Spelling(NamedTuple):
    """What a name may stand for. ``full``: with its suffix or an alias; a short name needs words of place around it."""

    codes: tuple[str, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All divisions and spellings; ``starts`` holds the names by their first two characters, longest first."""

    divisions: dict[str, Division]
    spellings: dict[str, Spelling]
    starts: dict[str, tuple[str, ...]]
    risky: frozenset[str]
    traps: re.Pattern[str]

    def longest_at(self, text: str, at: int) -> str | None:
        """The longest name that begins at ``at``."""
        for name in self.starts.get(text[at : at + 2], ()):
            if text.startswith(name, at):
                return name
        single = text[at : at + 1]
        return single if single in self.spellings else None


def _read(name: str) -> bytes:
    return resources.files("changming.guidance.triage").joinpath("data", name).read_bytes()


def _divisions() -> Iterator[tuple[Division, str]]:
    """Every division with its short name."""
    for province in json.loads(gzip.decompress(_read("cn_divisions_pca.json.gz"))):
        yield Division(province["code"] + "0000", province["name"]), _PROVINCE.sub("", province["name"])
        for city in province["children"]:
            if city["name"] not in _PLACEHOLDERS:
                yield Division(city["code"] + "00", city["name"]), _CITY.sub("", city["name"])
            for area in city["children"]:
                yield Division(area["code"], area["name"]), _COUNTY.sub("", area["name"])


@cache
def _stems() -> dict[str, str]:
    return {division.code: stem for division, stem in _divisions()}


def short_names(code: str) -> tuple[str, ...]:
    """The place's name without its suffix (朝阳 for 朝阳区), where that is long enough to stand alone."""
    stem = _stems().get(code, "")
    return (stem,) if len(stem) >= _SHORTEST else ()


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer; read and indexed on first use (some 15 ms)."""
    own = tomllib.loads(_read("places.toml").decode())
    divisions: dict[str, Division] = {code: Division(code, name) for code, name in own["names"].items()}
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for division, stem in _divisions():
        divisions[division.code] = division
        full.setdefault(division.name, []).append(division.code)
        if len(stem) >= _SHORTEST and stem != division.name:
            large = division.code.endswith("00")
            (full if large else short).setdefault(stem, []).append(division.code)
    # A province and a city of the same short name (吉林): the province, whose city is then asked for.
    spellings = {name: Spelling(tuple(codes), full=False) for name, codes in short.items()}
    spellings |= {name: Spelling(_widest(codes), full=True) for name, codes in full.items()}
    spellings |= {name: Spelling((code,), full=True) for name, code in own["aliases"].items()}
    for name in own["words"]["ambiguous"]:
        spellings[name] = Spelling(tuple(full.get(name, []) + short.get(name, [])), full=True)
    starts: dict[str, list[str]] = {}
    for name in spellings:
        starts.setdefault(name[:2], []).append(name)
    return Gazetteer(
        divisions=divisions,
        spellings=spellings,
        starts={start: tuple(sorted(names, key=len, reverse=True)) for start, names in starts.items()},
        risky=frozenset(own["words"]["risky"]),
        traps=re.compile("|".join(map(re.escape, own["words"]["traps"]))),
    )


def _widest(codes: list[str]) -> tuple[str, ...]:
    provinces = [code for code in codes if code.endswith("0000")]
    return tuple(provinces or codes)


def find_division(name: str) -> Division | None:
    """The division of that name (with or without its suffix, or an alias); None when unknown or ambiguous."""
    spelling = gazetteer().spellings.get(name.strip().lower())
    if spelling is None or len(spelling.codes) != 1:
        return None
    return gazetteer().divisions.get(spelling.codes[0])
