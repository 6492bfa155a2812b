"""Rate limits kept in the database: every process counts into the same windows, and a restart forgives nothing."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from changming.infra.postgres import Database, Queries, Tx
from changming.kernel.errors import ChangmingError

_Q = Queries(__package__)
LONGEST_WINDOW: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``uses`` in each fixed window of ``seconds`` (at most one hour), for each bucket."""

    name: str
    uses: int
    seconds: int


def window_start(limit: Limit, now: datetime) -> datetime:
    """The beginning of the window that ``now`` lies in."""
    return datetime.fromtimestamp(int(now.timestamp()) // limit.seconds * limit.seconds, UTC)


def bucket(limit: Limit, who: str, key: bytes) -> str:
    """The name under which ``who`` (an address, a session) is counted: an HMAC-SHA-256, never the address itself."""
    return f"{limit.name}:{hmac.new(key, who.encode(), hashlib.sha256).hexdigest()[:32]}"


async def spend(database: Database, *uses: tuple[Limit, str], key: bytes, now: datetime) -> None:
    """Count one use of each limit, in a transaction of its own, so that a refused or failing act counts as well.

    The count is not waited for on the disk (``synchronous_commit = off``): losing one to a power cut is harmless.

    Args:
        database: where the windows are kept.
        uses: limits with who is counted under each (an address, a session); no limit twice.
        key: makes names of them that tell nothing.
        now: the present instant.

    Raises:
        ChangmingError: ``too_many`` (429) with ``retry_after`` in seconds once a window's uses are spent.
    """
    starts = {bucket(limit, who, key): (limit, window_start(limit, now)) for limit, who in uses}
    spent = {"buckets": list(starts), "starts": [start for _, start in starts.values()]}
    async with database.read() as tx, tx.transaction():
        await tx.execute("set local synchronous_commit = off")
        rows = await (await tx.execute(_Q("spend"), spent)).fetchall()
    for row in rows:
        limit, start = starts[row["bucket"]]
        if row["used"] > limit.uses:
            left = start + timedelta(seconds=limit.seconds) - now
            raise ChangmingError("too_many", status=429, retry_after=max(1, round(left.total_seconds())))


async def forget_old_windows(tx: Tx, *, now: datetime) -> None:
    """Delete windows that ended more than an hour ago."""
    await tx.execute(_Q("forget_windows_before"), {"before": now - 2 * LONGEST_WINDOW})
