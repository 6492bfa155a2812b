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


def decide_verdict(pack: Pack, said: Consultation, need_by: date | None, *, on: date, lang: Lang) -> Verdict | None:
    """The verdict for a need-by date, or None without a date or a limit.

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
    if not in_time:
        if speaks_itself:
            return Verdict(text("answer.too_late.short", lang, day=day), too_late=True)
        finish = show_date(min(by for _, by in limits), lang)
        return Verdict(text("answer.too_late", lang, day=day, accepted=start, finish=finish), too_late=True)
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
