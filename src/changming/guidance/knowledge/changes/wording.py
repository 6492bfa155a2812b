"""A difference in answers as one sentence: whom it concerns, from when, what was said and what is said now."""

from collections.abc import Callable
from datetime import date

from changming.guidance.knowledge.changes.decisions import Band, CellChange
from changming.guidance.knowledge.conditions import Fact, as_number
from changming.guidance.knowledge.kinds import InputKind
from changming.guidance.knowledge.regions import RegionLevel, is_coarse
from changming.kernel.messages import Lang, text

_ELSEWHERE = "99"
_MANY = 8
"""More places than this are counted, not named."""


def show_change(change: CellChange, lang: Lang, *, place: Callable[[str], str] = str) -> str:
    """The sentence; what is told to people stands in it in Chinese, as they read it.

    Args:
        change: one difference of a decision diff.
        lang: the language of the words around it.
        place: the name of a division code.
    """
    start, end = change.on.start, change.on.end
    where = [f"{_label(band, lang)} {_members(band, lang, place)}" for band in change.where]
    where += [] if change.decided else [text("change.open", lang)]
    where.append(text("change.on", lang, start=start, end=end))
    key = "added" if not change.before else "removed" if not change.after else "changed"
    key = "asked" if change.before == change.after else key
    section, name = change.piece
    said = text(f"change.{key}", lang, before=change.before, after=change.after)
    what = text(f"change.section.{section}", lang, id=name)
    return text("change.sentence", lang, where=text("change.and", lang).join(where), what=what, said=said)


def _label(band: Band, lang: Lang) -> str:
    return band.variable.asked.ask.say(lang) if band.variable.asked else f"{band.variable.name}:"


def _members(band: Band, lang: Lang, place: Callable[[str], str]) -> str:
    asked = band.variable.asked
    known = [fact for facts in band.variable.classes.values() if facts[0] in band.members for fact in facts]
    if asked is None or asked.kind is InputKind.BOOL:
        words = [text(f"knowledge.bool.{str(fact).lower()}", lang) for fact in known]
    elif asked.kind is InputKind.ENUM:
        words = [asked.options[str(fact)].say(lang) if fact in asked.options else str(fact) for fact in known]
    elif asked.kind is InputKind.REGION:
        words = _places(band, lang, place)
    else:
        words = _intervals(band, lang)
    return text("change.or", lang).join([*words, *([text("change.unknown", lang)] if None in band.members else [])])


def _places(band: Band, lang: Lang, place: Callable[[str], str]) -> list[str]:
    chosen = [facts for facts in band.variable.classes.values() if facts[0] in band.members]
    codes = [str(fact) for facts in chosen for fact in facts]
    named = [
        code for code in codes if not code.endswith(_ELSEWHERE) and code[2:4] != _ELSEWHERE and code[:2] != _ELSEWHERE
    ]
    fine = [code for code in named if not is_coarse(code, RegionLevel.CITY)] or named
    words = [place(code) for code in fine[:_MANY]]
    words += [text("change.places", lang, n=len(fine))] if len(fine) > _MANY else []
    return [*words, text("change.elsewhere", lang)] if any(code[:2] == _ELSEWHERE for code in codes) else words


def _intervals(band: Band, lang: Lang) -> list[str]:
    """The classes of numbers or dates as ranges; neighbours join."""
    points = sorted(((fact, facts[0]) for facts in band.variable.classes.values() for fact in facts), key=_number)
    runs: list[tuple[Fact | None, Fact | None]] = []
    inside = False
    for at, (fact, member) in enumerate(points):
        if (member in band.members) is not inside:
            inside = not inside
            if inside:
                runs.append((fact if at else None, None))
            else:
                runs[-1] = (runs[-1][0], _before(fact))
    return [_range(low, high, lang) for low, high in runs]


def _number(point: tuple[Fact, Fact]) -> int:
    return as_number(point[0])


def _before(fact: Fact) -> Fact:
    number = as_number(fact) - 1
    return date.fromordinal(number) if isinstance(fact, date) else number


def _range(low: Fact | None, high: Fact | None, lang: Lang) -> str:
    if low is None:
        return text("change.up_to", lang, high=high)
    if high is None:
        return text("change.from", lang, low=low)
    return str(low) if low == high else text("change.between", lang, low=low, high=high)
