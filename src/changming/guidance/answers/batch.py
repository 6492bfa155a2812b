"""A batch of questions: one JSON object a line in, one result a line out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from changming.guidance.answers.model import Query
from changming.guidance.answers.pipeline import answer, answer_turns
from changming.guidance.knowledge import Edition
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import parse_date, parse_instant
from changming.kernel.lines import Json, each_line, get_text
from changming.kernel.messages import Lang

_KNOWN: Final = frozenset({"text", "at", "city", "need_by", "answers", "turns", "lang"})


def ask_batch(
    lines: Iterable[str], edition: Edition, *, now: datetime, timer: Callable[[], float], lang: Lang = Lang.ZH
) -> Iterator[Json]:
    """The answers to lines of ``{"text": …, "at": …, "city": …, "need_by": …, "answers": {…}}``.

    A line with ``"turns": ["…", "…"]`` instead of a text is a conversation and gives ``{"turns": [result, …]}``.
    A line that cannot be used gives ``{"error": {…}}``.

    Args:
        lines: JSON objects, one a line; blank lines are passed over.
        edition: what answers.
        now: the instant of lines that name none.
        timer: seconds from any origin, for ``ms``.
        lang: the language of lines that name none, and of errors.
    """
    yield from each_line(lines, partial(_ask, edition=edition, now=now, timer=timer, lang=lang), lang=lang)


def query_of(one: Mapping[str, Any], *, now: datetime, lang: Lang = Lang.ZH) -> Query:
    """A query from a line's object.

    Raises:
        ChangmingError: ``line_invalid`` naming the field.
    """
    if unknown := one.keys() - _KNOWN:
        raise ChangmingError("line_invalid", field=min(unknown))
    answers = one.get("answers") or {}
    if not isinstance(answers, dict):
        raise ChangmingError("line_invalid", field="answers")
    answers = {name: value for name, value in answers.items() if value is not None}
    if not all(isinstance(value, str | int | bool) for value in answers.values()):
        raise ChangmingError("line_invalid", field="answers")
    return Query(
        text=get_text(one),
        at=_instant(one, now),
        city=get_text(one, "city") if one.get("city") else None,
        need_by=_date(one),
        answers={name: _word(value) for name, value in answers.items()},
        lang=_lang(one, lang),
    )


def _ask(one: Json, *, edition: Edition, now: datetime, timer: Callable[[], float], lang: Lang) -> Json:
    turns = one.pop("turns", None)
    if turns is None:
        return _timed(edition, query_of(one, now=now, lang=lang), timer)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise ChangmingError("line_invalid", field="turns")
    query = query_of({**one, "text": ""}, now=now, lang=lang)
    began = timer()
    results = answer_turns(edition, query, tuple(turns))
    each = round((timer() - began) * 1000 / len(results), 2)
    return {"turns": [result.to_json(ms=each) for result in results]}


def _timed(edition: Edition, query: Query, timer: Callable[[], float]) -> Json:
    began = timer()
    result = answer(edition, query)
    return result.to_json(ms=round((timer() - began) * 1000, 2))


def _word(value: str | int | bool) -> str:  # noqa: FBT001 - a value of JSON, not a flag
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _instant(one: Mapping[str, Any], now: datetime) -> datetime:
    if one.get("at") is None:
        return now
    try:
        return parse_instant(get_text(one, "at"))
    except ValueError:
        raise ChangmingError("line_invalid", field="at") from None


def _date(one: Mapping[str, Any]) -> date | None:
    if one.get("need_by") is None:
        return None
    try:
        return parse_date(get_text(one, "need_by"))
    except ValueError:
        raise ChangmingError("line_invalid", field="need_by") from None


def _lang(one: Mapping[str, Any], default: Lang) -> Lang:
    if one.get("lang") is None:
        return default
    try:
        return Lang(get_text(one, "lang"))
    except ValueError:
        raise ChangmingError("line_invalid", field="lang") from None
