"""Keeps the background work alive: what ends with an error is started again, and it shows."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import structlog

PAUSE_S = 1.0
_log = structlog.get_logger()


class Supervisor:
    """Runs named pieces of background work side by side until it is cancelled.

    Args:
        work: name to a function that starts the piece anew and, unless something breaks, never returns.
    """

    def __init__(self, work: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._work = dict(work)
        self.restarts: Counter[str] = Counter()

    async def run(self) -> None:
        """Run everything; cancel to stop all of it."""
        async with asyncio.TaskGroup() as group:
            for name, start in self._work.items():
                group.create_task(self._keep(name, start), name=name)

    async def _keep(self, name: str, start: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await start()
            except Exception:  # noqa: BLE001 - whatever broke it, it starts again and is counted
                _log.exception("work_restarts", work=name)
            self.restarts[name] += 1
            await asyncio.sleep(PAUSE_S)
