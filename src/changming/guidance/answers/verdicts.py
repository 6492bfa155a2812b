"""Whether a document will be there in time, in words, from the limits that the answer itself cites."""

from datetime import date
from typing import NamedTuple

from changming.guidance.answers.given import first_working_day
from changming.guidance.knowledge import Consultation, Pack, Slot
from changming.guidance.triage import Limit, limits_of
from changming.kernel.instants import show_date
from changming.kernel.messages import Lang, text


class Verdict(NamedTuple):
    """The most important words of an answer to somebody with a date."""

    words: str
    too_late: bool


def decide_verdict(
    pack: Pack, said: Consultation, need_by: date | None, *, latest: date | None, on: date, lang: Lang
) -> Verdict | None:
    """The verdict for a need-by date, or None without a date or a limit.

    ``latest``: the last day that the words may mean, where they name a whole month; limits that end within it are in
    time for a part of it.

    "In time" counts with the longest limit of a route, from the first day on which offices work. Where several routes
    are open, one that is in time is named. An entry that asks for the date itself goes on to speak of it.
    """
    accepted = first_working_day(on)
    limits = [(limit, limit.finish(accepted)) for limit in limits_of(pack, on, [route.id for route in said.routes])]
    if need_by is None or not limits:
        return None
    in_time = [pair for pair in limits if pair[1] < need_by]
    speaks_itself = any(asked.slot is Slot.NEED_BY for asked in pack.inputs.values())
    day, start = show_date(need_by, lang), show_date(accepted, lang)
    quick = min(by for _, by in limits)
    if latest is not None and need_by <= quick < latest:
        words = text("answer.in_time.later", lang, day=day, accepted=start, finish=show_date(quick, lang))
        return Verdict(words, too_late=False)
    if not in_time:
        words = text("answer.too_late", lang, day=day, accepted=start, finish=show_date(quick, lang))
        return Verdict(text("answer.too_late.short", lang, day=day) if speaks_itself else words, too_late=True)
    if speaks_itself:
        return None
    if len(in_time) == len(limits):
        finish = show_date(max(by for _, by in in_time), lang)
        return Verdict(text("answer.in_time", lang, day=day, accepted=start, finish=finish), too_late=False)
    quickest, by = min(in_time, key=lambda pair: pair[1])
    route, finish = _route(pack, quickest, lang), show_date(by, lang)
    return Verdict(text("answer.in_time.some", lang, day=day, route=route, finish=finish), too_late=False)


def _route(pack: Pack, limit: Limit, lang: Lang) -> str:
    return pack.routes[limit.route].title.say(lang)
