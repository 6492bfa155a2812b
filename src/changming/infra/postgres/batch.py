"""Statements of one act that need no answer travel as one statement: one exchange, one plan, one set of costs."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, LiteralString, cast
from uuid import UUID

import psycopg

from changming.infra.postgres.connection import Row
from changming.infra.postgres.database import Tx

_NAMED: Final = re.compile(r"%\((?P<name>\w+)\)s|%%")
_SHARED: Final = frozenset({UUID, datetime})
"""Values of these types have one type in SQL too, so that one parameter can serve every statement that names it."""


class Batch:
    """Collects statements and sends them together, as ``with … as (statement), …`` around the last one.

    Functions that only write can be given ``batch.tx`` in the place of the transaction; one that reads an answer fails
    loudly. All statements see the rows as they were before the batch, foreign keys are checked after it, and no two of
    them may touch the same row. A statement that itself begins with a writing ``with`` cannot be part of a batch.

    Args:
        tx: the act's transaction.
    """

    __slots__ = ("_known", "_numbers", "_statements", "_tx", "_values")

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._statements: list[LiteralString] = []
        self._values: list[Any] = []
        self._numbers: list[int] = []
        self._known: dict[int, int] = {}

    @property
    def tx(self) -> Tx:
        """The batch in the shape of a transaction, for functions that only write."""
        return cast("Tx", self)

    async def execute(self, query: LiteralString, params: Mapping[str, Any]) -> None:
        """Collect one statement; an id or an instant that is there already becomes no new parameter."""
        values, known = self._values, self._known
        self._statements.append(query)
        for name in _names(query):
            value = params[name]
            number = known.get(id(value)) if type(value) in _SHARED else None
            if number is None:
                values.append(value)
                number = len(values)
                known[id(value)] = number
            self._numbers.append(number)

    async def send(self) -> psycopg.AsyncCursor[Row]:
        """Send what was collected; the cursor of the last statement, whose answer may be read."""
        query, values = _composed(tuple(self._statements), tuple(self._numbers)), self._values
        self._statements, self._values, self._numbers, self._known = [], [], [], {}
        cursor = psycopg.AsyncRawCursor(self._tx, row_factory=self._tx.row_factory)
        return await cursor.execute(query, values)


@lru_cache(maxsize=1024)
def _names(statement: LiteralString) -> tuple[str, ...]:
    """The parameters of a statement, each once, in the order of their first mention."""
    return tuple(dict.fromkeys(found["name"] for found in _NAMED.finditer(statement) if found["name"]))


@lru_cache(maxsize=256)
def _composed(statements: tuple[LiteralString, ...], numbers: tuple[int, ...]) -> bytes:
    """The one statement; ``numbers`` are the parameters of the statements one after the other."""
    parts, used = [], 0
    for statement in statements:
        names = _names(statement)
        parts.append(_numbered(statement, dict(zip(names, numbers[used : used + len(names)], strict=True))))
        used += len(names)
    before = ", ".join(f"part_{number} as ({part})" for number, part in enumerate(parts[:-1]))
    return (f"with {before} {parts[-1]}" if before else parts[-1]).encode()


def _numbered(statement: LiteralString, here: Mapping[str, int]) -> str:
    return _NAMED.sub(lambda found: f"${here[found['name']]}" if found["name"] else "%", statement)
