"""Whether the desk is alive, and whether it can accept a request and keep it."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from changming.infra.http import Limit, spend
from changming.kernel.errors import ChangmingError
from changming.web.api.figures import Figures
from changming.web.house import House

_log: Final = structlog.get_logger("changming.health")
_PROBE: Final = Limit("readyz", 1_000_000_000, 3600)
_ANSWER_FOR: Final = timedelta(seconds=1)
_PATIENCE_S: Final = 2.0
_OPEN: Final = {"may": "anyone", "degree": "none"}


class Readiness:
    """Writes one row to find out; asks again at most once a second, however often it is asked."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._asked_at: datetime | None = None
        self._probe: asyncio.Task[ChangmingError | None] | None = None

    async def refusal(self) -> ChangmingError | None:
        """None when a request would be kept, else why not; after two seconds without an answer, no."""
        now = self._house.clock()
        fresh = self._asked_at is not None and timedelta(0) <= now - self._asked_at < _ANSWER_FOR
        if self._probe is None or (self._probe.done() and not fresh):
            self._probe, self._asked_at = asyncio.create_task(self._ask(now), name="readyz"), now
        # A probe that hangs is left to end by its own limits: calling it back would take longer than answering.
        done, _ = await asyncio.wait({self._probe}, timeout=_PATIENCE_S)
        return self._probe.result() if done else ChangmingError("database_unavailable", status=503)

    async def _ask(self, now: datetime) -> ChangmingError | None:
        key = self._house.keyring.derive("web.rate-limit")
        try:
            await spend(self._house.database, (_PROBE, "readyz"), key=key, now=now)
        except ChangmingError as refused:
            return refused
        return None


def handlers(house: House) -> list[HTTPRouteHandler]:
    """``/healthz``, ``/readyz``, ``/metrics``."""
    readiness, figures = Readiness(house), Figures(house)

    @get("/healthz", opt=_OPEN, media_type=MediaType.TEXT, include_in_schema=False)
    async def alive() -> str:
        return "ok\n"

    @get("/readyz", opt=_OPEN, media_type=MediaType.TEXT, include_in_schema=False)
    async def ready() -> Response[str]:
        refusal = await readiness.refusal()
        if refusal is None:
            fault = house.edition.fault
            return Response(f"ready\n{fault}\n" if fault else "ready\n", media_type=MediaType.TEXT)
        _log.warning("not_ready", code=refusal.code)
        return Response(f"{refusal.code}\n", status_code=503, media_type=MediaType.TEXT, headers={"Retry-After": "1"})

    @get("/metrics", opt=_OPEN, include_in_schema=False)
    async def metrics() -> Response[bytes]:
        await figures.refresh()
        # The framework adds the charset to every text.
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST.partition("; charset")[0])

    return [alive, ready, metrics]
