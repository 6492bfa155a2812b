"""The outbox of changed topics."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from changming.infra.postgres import Queries, Tx
from changming.kernel.ids import new_id

_Q = Queries(__package__)


async def publish(tx: Tx, topic: str, kind: str, ref: Mapping[str, str] | None = None, *, now: datetime) -> None:
    """Say in the act's transaction that ``topic`` changed: ``case/<id>``, ``queue``, ``edition`` and the like.

    Subscribers re-read the truth of the topic; ``kind`` says what happened to whoever debugs, ``ref`` is not stored.
    """
    del ref
    await tx.execute(_Q("publish"), {"id": new_id(now), "topic": topic, "kind": kind, "at": now})


async def publish_all(tx: Tx, topics: Iterable[str], kind: str, *, now: datetime) -> None:
    """Say of many topics at once that they changed."""
    named = list(topics)
    row = {"ids": [new_id(now) for _ in named], "topics": named, "kind": kind, "at": now}
    await tx.execute(_Q("publish_all"), row)
