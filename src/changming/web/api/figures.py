"""The figures of the desk itself for ``/metrics``: what is due and late, what failed for good, what is not sealed."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import Gauge

from changming.infra.schedule import Lane, backlog
from changming.kernel.errors import ChangmingError
from changming.trust.ledger import unsealed
from changming.web.house import House

_DUE: Final = Gauge("changming_schedule_due", "Rows that are due.", ("lane",))
_DEAD: Final = Gauge("changming_schedule_dead", "Rows that failed for good; each one needs a person.", ("lane",))
_LAG: Final = Gauge("changming_schedule_lag_seconds", "How long the oldest due row has been due.", ("lane",))
_UNSEALED: Final = Gauge("changming_ledger_unsealed", "Ledger entries that wait for their place.")
_WINDOW: Final = Gauge("changming_ledger_unsealed_seconds", "Age of the oldest of them; promised to stay below 1.")
_STREAMS: Final = Gauge("changming_live_streams", "Open live streams of this process.")
_KNOWN: Final = Gauge("changming_database_read", "1 while the figures above come from the database, else 0.")
_FRESH_FOR: Final = timedelta(seconds=1)
_PATIENCE_S: Final = 2.0


class Figures:
    """Reads the database at most once a second, however often it is asked, and never waits long for it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._read_at: datetime | None = None
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Bring the gauges up to date; ``changming_database_read`` is 0 where that was not possible."""
        now = self._house.clock()
        _STREAMS.set(self._house.live.open_streams)
        fresh = self._read_at is not None and timedelta(0) <= now - self._read_at < _FRESH_FOR
        if self._reading is None or (self._reading.done() and not fresh):
            self._reading, self._read_at = asyncio.create_task(self._read(now), name="figures"), now
        done, _ = await asyncio.wait({self._reading}, timeout=_PATIENCE_S)
        if done:
            self._reading.result()
        else:
            _KNOWN.set(0)

    async def _read(self, now: datetime) -> None:
        try:
            async with self._house.database.read() as tx:
                lanes = {one.lane: one for one in await backlog(tx, now=now)}
                waiting = await unsealed(tx)
        except ChangmingError:
            _KNOWN.set(0)
            return
        for lane in Lane:
            found = lanes.get(lane)
            _DUE.labels(lane.value).set(found.due if found else 0)
            _DEAD.labels(lane.value).set(found.dead if found else 0)
            _LAG.labels(lane.value).set(found.lag.total_seconds() if found else 0)
        _UNSEALED.set(waiting.waiting)
        age = timedelta(0) if waiting.oldest_at is None else now - waiting.oldest_at
        _WINDOW.set(max(0.0, age.total_seconds()))
        _KNOWN.set(1)
