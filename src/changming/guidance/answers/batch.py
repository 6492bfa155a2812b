"""One JSON object a line in, one JSON document a line out, in the same order; a bad line is answered, never fatal."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from changming.guidance.answers.model import Query
from changming.guidance.answers.pipeline import answer
from changming.guidance.knowledge import Edition
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import parse_instant
from changming.kernel.masking import mask
from changming.kernel.messages import Lang

Json = dict[str, Any]
_KNOWN: Final = frozenset({"text", "at", "city", "need_by", "answers", "turns", "lang"})


def ask_batch(lines: Iterable[str], edition: Edition, *, now: datetime, timer: Callable[[], float]) -> Iterator[Json]:
    """The answers to lines of ``{"text": …, "at": …, "city": …, "need_by": …, "answers": {…}}``.

    A line with ``"turns": ["…", "…"]`` instead of a text is a conversation and gives ``{"turns": [result, …]}``.

    Args:
        lines: JSON objects, one a line; blank lines are passed over.
        edition: what answers.
        now: the instant of lines that name none.
        timer: seconds from any origin, for ``ms``.
    """
    for line in lines:
        if line.strip():
            yield _guarded(line, lambda one: _ask(one, edition, now, timer))


def mask_batch(lines: Iterable[str]) -> Iterator[Json]:
    """The masked texts of lines of ``{"text": …}``, as ``masked_json``."""
    for line in lines:
        if line.strip():
            yield _guarded(line, lambda one: masked_json(_text(one, "text")))


def masked_json(text: str) -> Json:
    """``{"masked": …, "found": [{"kind", "start", "end"}]}``; offsets count the characters of ``text``."""
    masked = mask(text)
    return {
        "masked": masked.text,
        "found": [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in masked.found],
    }


def query_of(one: Mapping[str, Any], *, now: datetime) -> Query:
    """A query from a line's object.

    Raises:
        ChangmingError: ``line_invalid`` naming the field.
    """
    if unknown := one.keys() - _KNOWN:
        raise ChangmingError("line_invalid", field=min(unknown))
    answers = one.get("answers") or {}
    if not isinstance(answers, dict) or not all(isinstance(value, str | int | bool) for value in answers.values()):
        raise ChangmingError("line_invalid", field="answers")
    return Query(
        text=_text(one, "text"),
        at=_instant(one, now),
        city=_text(one, "city") if one.get("city") else None,
        need_by=_date(one),
        answers={name: _word(value) for name, value in answers.items()},
        lang=Lang.EN if one.get("lang") == "en" else Lang.ZH,
    )


def _ask(one: Json, edition: Edition, now: datetime, timer: Callable[[], float]) -> Json:
    turns = one.pop("turns", None)
    if turns is None:
        return _timed(edition, query_of(one, now=now), timer)
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        raise ChangmingError("line_invalid", field="turns")
    results = []
    for number, turn in enumerate(turns):
        query = query_of({**one, "text": turn}, now=now)
        results.append(_timed(edition, _after(query, turns[:number]), timer))
    return {"turns": results}


def _after(query: Query, turns: list[str]) -> Query:
    return Query(query.text, query.at, query.city, query.need_by, query.answers, tuple(turns), query.lang)


def _timed(edition: Edition, query: Query, timer: Callable[[], float]) -> Json:
    began = timer()
    result = answer(edition, query)
    return result.to_json(ms=round((timer() - began) * 1000, 2))


def _guarded(line: str, act: Callable[[Json], Json]) -> Json:
    try:
        return act(_object(line))
    except (ValueError, RecursionError):
        error = ChangmingError("line_not_json")
    except ChangmingError as refused:
        error = refused
    lang = Lang.ZH
    return {"error": {"code": error.code, "message": error.message(lang), "next_step": error.next_step(lang)}}


def _object(line: str) -> Json:
    one = json.loads(line)
    if not isinstance(one, dict):
        raise ChangmingError("line_invalid", field="{}")
    return one


def _text(one: Mapping[str, Any], field: str) -> str:
    if not isinstance(one.get(field), str):
        raise ChangmingError("line_invalid", field=field)
    found: str = one[field]
    return found


def _word(value: str | int | bool) -> str:  # noqa: FBT001 - a value of JSON, not a flag
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _instant(one: Mapping[str, Any], now: datetime) -> datetime:
    if one.get("at") is None:
        return now
    try:
        return parse_instant(_text(one, "at"))
    except ValueError:
        raise ChangmingError("line_invalid", field="at") from None


def _date(one: Mapping[str, Any]) -> date | None:
    if one.get("need_by") is None:
        return None
    try:
        return date.fromisoformat(_text(one, "need_by"))
    except ValueError:
        raise ChangmingError("line_invalid", field="need_by") from None
