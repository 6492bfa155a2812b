"""What was consulted: typed inputs, made coarse, counted in memory, written now and then, linked to nobody.

They are written apart from the acts of people, in batches of their own and in the order of their values: neither a
transaction nor a position in the table tells to which conversation one belongs.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from changming.editorial import store
from changming.editorial.model import KEEP_CONSULTED_DAYS, Consulted
from changming.guidance.knowledge import DONT_KNOW, Input, InputKind, Pack
from changming.infra.postgres import Database, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date

FLUSH_S: Final = 30.0
LAST_WRITE_S: Final = 5.0
"""How long a process that ends waits for its last write."""
MOST_WAITING: Final = 5_000
"""Different inputs that wait in memory; more of them are not kept: replay needs examples, not everything."""
_OLDEST: Final = 90
_CITY_DIGITS: Final = 4
_Key = tuple[str, str, date, tuple[tuple[str, str], ...]]
_log: Final = structlog.get_logger("changming.editorial")


def coarse_inputs(pack: Pack, given: Mapping[str, str]) -> dict[str, str]:
    """The answers to the pack's own questions as typed values, no finer than rules need.

    Options and yes or no by id, ages above 90 as 90, places as their city, dates as the first of their month, dates of
    birth as the first of January. What is no answer to its question is left out, and so is everything else.
    """
    known = ((name, _coarse(asked, given[name].strip())) for name, asked in pack.inputs.items() if name in given)
    return {name: value for name, value in known if value is not None}


def _coarse(asked: Input, value: str) -> str | None:
    if value == DONT_KNOW:
        return value
    if asked.kind is InputKind.ENUM:
        return value if value in asked.options else None
    if asked.kind is InputKind.BOOL:
        return value if value in ("true", "false") else None
    if asked.kind is InputKind.REGION:
        return f"{value[:_CITY_DIGITS]}00" if value.isascii() and value.isdigit() else None
    if asked.kind is InputKind.INT:
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= _CITY_DIGITS else None
        return None if number is None else str(min(number, _OLDEST) if "age" in asked.name else number)
    return _coarse_day(asked, value)


def _coarse_day(asked: Input, value: str) -> str | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    born = "birth" in asked.name or "born" in asked.name
    return (day.replace(month=1, day=1) if born else day.replace(day=1)).isoformat()


class Consultations:
    """Counts what is consulted until it is written."""

    def __init__(self) -> None:
        self._waiting: Counter[_Key] = Counter()

    def note(self, pack: Pack, given: Mapping[str, str], *, day: date) -> None:
        """One consultation."""
        key = (pack.service, pack.digest, day, tuple(sorted(coarse_inputs(pack, given).items())))
        if key in self._waiting or len(self._waiting) < MOST_WAITING:
            self._waiting[key] += 1

    async def write(self, database: Database) -> int:
        """Write what waits; how many different inputs. What cannot be written waits on."""
        taken, self._waiting = self._waiting, Counter()
        try:
            async with database.quiet_act() as tx:
                for (service, digest, day, given), times in sorted(taken.items()):
                    await store.add_consulted(tx, Consulted(service, digest, day, dict(given), times))
        except BaseException:
            self._waiting.update(taken)
            raise
        return len(taken)

    def keep_writing(self, database: Database) -> Callable[[], Awaitable[None]]:
        """Writes every half a minute, for ever; whoever stops it writes the rest (``write_rest``)."""

        async def run() -> None:
            while True:
                await asyncio.sleep(FLUSH_S)
                await self._try(database)

        return run

    async def write_rest(self, database: Database) -> None:
        """Write what waits before the process ends; what a database that is gone does not take is lost, and told."""
        try:
            async with asyncio.timeout(LAST_WRITE_S):
                await self._try(database)
        except TimeoutError:
            _log.warning("consultations_lost", count=self._waiting.total())

    async def _try(self, database: Database) -> None:
        if not self._waiting:
            return
        try:
            await self.write(database)
        except ChangmingError as later:
            _log.warning("consultations_wait", code=later.code)


async def forget_consultations(tx: Tx, *, now: datetime) -> None:
    """Delete what is older than 400 days. For the hourly sweep."""
    await store.forget_consulted(tx, before=local_date(now) - timedelta(days=KEEP_CONSULTED_DAYS))
