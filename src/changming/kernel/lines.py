"""Batches: one JSON object a line in, one JSON document a line out, in the same order; no line stops the others."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang

Json: TypeAlias = dict[str, Any]
_EXAMPLE: Final = '{"text": "护照丢了"}'


def each_line(lines: Iterable[str], act: Callable[[Json], Json], *, lang: Lang) -> Iterator[Json]:
    """The outcome of ``act`` for every line; ``{"error": {"code", "message", "next_step"}}`` for a bad one.

    Args:
        lines: JSON objects, one a line; blank lines are passed over.
        act: what is done with one object; its ``ChangmingError`` becomes the line's outcome.
        lang: the language of the errors.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            yield act(_object(line))
        except ChangmingError as refused:
            said = {"message": refused.message(lang), "next_step": refused.next_step(lang)}
            yield {"error": {"code": refused.code, **said}}


def get_text(one: Mapping[str, Any], field: str = "text") -> str:
    """The text in a field of a line.

    Raises:
        ChangmingError: ``line_invalid`` naming the field when it is missing or no text.
    """
    found = one.get(field)
    if not isinstance(found, str):
        raise ChangmingError("line_invalid", field=field)
    return found


def _object(line: str) -> Json:
    try:
        one = json.loads(line)
    except (ValueError, RecursionError):
        raise ChangmingError("line_not_json", example=_EXAMPLE) from None
    if not isinstance(one, dict):
        raise ChangmingError("line_not_json", example=_EXAMPLE)
    return one
