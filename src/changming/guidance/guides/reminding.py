"""Which days of a matter belong into somebody's calendar: to get ready, the last day to begin, the day it is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from changming.guidance.guides.ics import Entry
from changming.guidance.guides.walking import Walk
from changming.guidance.knowledge import InputKind, Pack, Standing
from changming.guidance.triage import is_working_day, limits_of
from changming.kernel.messages import Lang, text

_A_DAY: Final = timedelta(days=1)
_READY_BEFORE: Final = timedelta(days=3)
_LOOK_BACK: Final = 400
_NINE: Final = 9
_EXPIRY: Final = ("expires", "expiry", "valid_until")
"""How the inputs begin that hold the day on which a document ends."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a calendar file is about.

    Attributes:
        uid: names the matter for good and tells nothing about it.
        title: the service or the life event.
        items: what to bring, one a line.
        ask: where one asks, with its number or address.
        url: the page that answers it, which opens nobody's answers.
        need_by: the day by which it is needed, if there is one.
    """

    uid: str
    title: str
    items: Sequence[str]
    ask: str
    url: str
    need_by: date | None


def latest_start(pack: Pack, walked: Walk, need_by: date, *, on: date) -> date | None:
    """The last working day on which an application is still ready before the day it is needed, by the longest limit.

    None where no day is left, or where no way names a limit.
    """
    routes = _live_routes(walked)
    for back in range(1, _LOOK_BACK):
        day = need_by - back * _A_DAY
        if day < on:
            return None
        limits = list(limits_of(pack, day, routes))
        if not limits:
            return None
        if is_working_day(day) and all(limit.finish(day) < need_by for limit in limits):
            return day
    return None


def has_limit(pack: Pack, walked: Walk, *, on: date) -> bool:
    """Whether a way that fits, or may fit, names how long it takes."""
    return any(True for _ in limits_of(pack, on, _live_routes(walked)))


def reminders(matter: Matter, guides: Sequence[tuple[Pack, Walk]], *, on: date, lang: Lang) -> tuple[Entry, ...]:
    """The days, soonest first. ``guides`` are the services behind the matter with what is known about them."""
    starts = [_start(pack, walked, matter.need_by, on) for pack, walked in guides if matter.need_by is not None]
    known = [start for start in starts if start is not None]
    first = min(known, default=None)
    ready = _ready_day(first, on)
    listed = "\n".join(f"· {item}" for item in matter.items)
    found = [_entry(matter, "ready", ready, listed, lang)]
    if first is not None:
        found.append(_entry(matter, "start", first, text("guide.ics.start.text", lang, ask=matter.ask), lang, -24))
    if matter.need_by is not None and matter.need_by >= on:
        found.append(_entry(matter, "need", matter.need_by, listed, lang, -48))
    found += _expiries(matter, guides, on, lang)
    return tuple(sorted(found, key=lambda entry: entry.day))


def _start(pack: Pack, walked: Walk, need_by: date | None, on: date) -> date | None:
    return None if need_by is None else latest_start(pack, walked, need_by, on=on)


def _ready_day(start: date | None, on: date) -> date:
    """Three days before the last day to begin; tomorrow where that is past or nobody says."""
    soonest = on + _A_DAY
    if start is None:
        return soonest
    return min(max(soonest, start - _READY_BEFORE), max(start, on))


def _entry(matter: Matter, kind: str, day: date, words: str, lang: Lang, *early: int) -> Entry:
    title = text(f"guide.ics.{kind}", lang, title=matter.title)
    remind = tuple(sorted(_NINE + hours for hours in (0, *early)))
    return Entry(f"{kind}.{matter.uid}", day, title, words, remind, matter.url)


def _expiries(matter: Matter, guides: Sequence[tuple[Pack, Walk]], on: date, lang: Lang) -> Iterator[Entry]:
    for pack, walked in guides:
        for one in walked.answered:
            if one.asked.kind is InputKind.DATE and one.asked.name.startswith(_EXPIRY) and not one.unknown:
                day = date.fromisoformat(one.value)
                if day >= on:
                    own = Matter(f"{one.asked.name}.{matter.uid}", pack.title.say(lang), (), "", matter.url, None)
                    yield _entry(own, "expiry", day, one.asked.ask.say(lang), lang, -24 * 30, -24 * 90)


def _live_routes(walked: Walk) -> list[str]:
    """The ways that fit; where none does, those that may."""
    routes = walked.judged.routes if walked.judged is not None else {}
    fitting = [name for name, standing in routes.items() if standing is Standing.FITS]
    return fitting or [name for name, standing in routes.items() if standing is Standing.OPEN]
