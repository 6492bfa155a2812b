"""A deadline in words: the lines of "why this time", made from the reckoning that set it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from changming.desk.clocks.model import Cause, Clock, Retimed
from changming.desk.clocks.policy import Versions
from changming.kernel.calendars import DayKind, DayLine, Explanation, explain
from changming.kernel.instants import show_date, show_instant, show_span
from changming.kernel.messages import Lang, text

_HOUR_S = 3_600


def explain_clock(clock: Clock, versions: Versions) -> Explanation | None:
    """The reckoning behind the deadline, day by day; None for a date that was agreed with the person."""
    if clock.target is None:
        return None
    return explain(clock.counted_from, clock.target, versions.calendars[clock.calendar_id], clock.intervals)


def explain_lines(clock: Clock, versions: Versions, lang: Lang) -> tuple[str, ...]:
    """The lines of "why this time", one thought each, for the person and for staff alike."""
    found = explain_clock(clock, versions)
    if found is None:
        return (text("clock.why.agreed", lang, due=show_instant(clock.due_at, lang)),)
    lines = [
        text("clock.why.start", lang, start=show_instant(found.start, lang), why=_why_start(clock, lang)),
        text(
            "clock.why.target",
            lang,
            promise=text(f"clock.kind.{clock.kind}", lang),
            level=text(f"clock.level.{clock.level}", lang),
            span=show_target(found.target_s, lang),
        ),
    ]
    if found.always:
        lines.append(text("clock.why.always", lang))
    else:
        lines += [_day(line, found, lang) for line in found.days]
    for record in clock.pauses:
        interval = record.interval
        if interval.start < interval.end:
            key = "clock.why.pausing" if clock.pause is record else "clock.why.paused"
            lines.append(
                text(
                    key,
                    lang,
                    start=show_instant(interval.start, lang),
                    end=show_instant(interval.end, lang),
                    span=show_span(interval.end - interval.start, lang),
                )
            )
    key = "provisional" if found.provisional else "latest" if clock.pause is not None else "due"
    lines.append(text(f"clock.why.{key}", lang, due=show_instant(found.due, lang)))
    return tuple(lines)


def show_target(target_s: int, lang: Lang) -> str:
    """A promised length of time as the catalogue of levels says it: 24 hours, not one day."""
    if target_s and target_s % _HOUR_S == 0:
        return text("span.hours", lang, n=target_s // _HOUR_S)
    return show_span(timedelta(seconds=target_s), lang)


def _why_start(clock: Clock, lang: Lang) -> str:
    if clock.counted_from == clock.started_at:
        return text("clock.why.from.start", lang)
    causes = [e.cause for e in clock.history if isinstance(e, Retimed) and e.counted_from == clock.counted_from]
    cause = causes[0] if causes else Cause.LEVEL_CHANGED
    return text(f"clock.why.from.{cause}", lang)


def _day(line: DayLine, found: Explanation, lang: Lang) -> str:
    day = show_date(line.day, lang)
    if line.special is not None:
        name = line.special.zh if lang is Lang.ZH else line.special.en
        day = text("clock.why.named_day", lang, day=day, name=name)
    if not line.stretches:
        key = "clock.why.day_holiday" if line.kind is DayKind.HOLIDAY else "clock.why.day_closed"
        return text(key, lang, day=day)
    zone = ZoneInfo(found.zone)
    spans = text("clock.why.and", lang).join(
        f"{stretch.start.astimezone(zone):%H:%M}–{stretch.end.astimezone(zone):%H:%M}"
        for stretch in line.stretches
        if not stretch.paused
    )
    if not spans:
        return text("clock.why.day_paused", lang, day=day)
    return text(
        "clock.why.day",
        lang,
        day=day,
        spans=spans,
        counted=show_span(timedelta(seconds=line.counted_s), lang),
        total=show_span(timedelta(seconds=line.total_s), lang),
    )
