"""Recording an act, and waiting until it is sealed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from changming.infra.postgres import Database, Tx
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import EventId, Pseudonym, new_id
from changming.trust.ledger import store
from changming.trust.ledger.leaf import decode_leaf, encode_leaf
from changming.trust.ledger.model import Event, Leaf

_POLLS_S: Final = (0.02, 0.04, 0.08)
_POLL_CEILING_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Unsealed:
    """How many events wait for their place in the tree, and since when (database clock) the oldest."""

    waiting: int
    oldest_at: datetime | None


class Seals:
    """Who waits in this process for which event; the sequencer of this process wakes exactly those."""

    def __init__(self) -> None:
        self._waiting: defaultdict[EventId, set[asyncio.Event]] = defaultdict(set)

    @property
    def waiting(self) -> int:
        """How many events are waited for."""
        return len(self._waiting)

    def expect(self, event_id: EventId) -> asyncio.Event:
        """A flag that is set when ``event_id`` is sealed in this process."""
        flag = asyncio.Event()
        self._waiting[event_id].add(flag)
        return flag

    def forget(self, event_id: EventId, flag: asyncio.Event) -> None:
        """The waiter gave up or is done."""
        self._waiting[event_id].discard(flag)
        if not self._waiting[event_id]:
            del self._waiting[event_id]

    def announce(self, event_ids: Iterable[EventId]) -> None:
        """These events now stand under a signed checkpoint."""
        if not self._waiting:
            return
        for event_id in event_ids:
            for flag in self._waiting.get(event_id, ()):
                flag.set()


_seals: WeakKeyDictionary[Database, Seals] = WeakKeyDictionary()


def seals(database: Database) -> Seals:
    """The waiters on ``database`` in this process."""
    return _seals.setdefault(database, Seals())


async def record(tx: Tx, event: Event, *, now: datetime) -> EventId:
    """Record an act in its own transaction: it is committed with the act or not at all.

    One insert into an outbox, no lock shared with other acts. The sequencer gives it its place in the tree afterwards;
    ``wait_sealed`` waits for that.

    Raises:
        LeafError: a field of the event is not of its form (a defect of the caller, never a user's fault).
    """
    event_id = EventId(new_id(now))
    leaf = encode_leaf(event, event_id, now=now)
    if event.detail is None:
        await store.add_to_outbox(tx, event_id, event.subject, leaf)
    else:
        await store.add_to_outbox_with_detail(tx, event_id, event.subject, leaf, event.detail)
    return event_id


async def record_many(tx: Tx, events: Iterable[Event], *, now: datetime) -> tuple[EventId, ...]:
    """Record several acts of one transaction in one statement; none of them carries a detail.

    Raises:
        LeafError: as ``record``; nothing is written then.
        ValueError: an event carries a detail.
    """
    rows = []
    for event in events:
        if event.detail is not None:
            raise ValueError("an event with a detail is recorded by record()")
        event_id = EventId(new_id(now))
        rows.append((event_id, event.subject, encode_leaf(event, event_id, now=now)))
    await store.add_all_to_outbox(tx, rows)
    return tuple(event_id for event_id, _, _ in rows)


async def wait_sealed(database: Database, event_id: EventId, *, timeout_s: float) -> None:
    """Return once the event stands under a signed checkpoint, at most ``timeout_s`` seconds from now.

    The sequencer of this process wakes the waiter; one in another process is found by looking, every 0.1 s at most.
    Call it after the act's commit: an uncommitted event is never sealed.

    Raises:
        ChangmingError: ``ledger_not_sealed`` (503) when the time is over. Whoever needed the seal must not go on.
    """
    flag = seals(database).expect(event_id)
    try:
        async with asyncio.timeout(timeout_s):
            await _sealed(database, event_id, flag)
    except TimeoutError as late:
        raise ChangmingError("ledger_not_sealed", status=503) from late
    finally:
        seals(database).forget(event_id, flag)


async def unsealed(tx: Tx) -> Unsealed:
    """What waits for its place: the window in which an act is committed but not yet sealed. Normally under 1 s."""
    waiting, oldest_at = await store.outbox_state(tx)
    return Unsealed(waiting, oldest_at)


async def find_waiting(tx: Tx, *, limit: int = 1000) -> tuple[Leaf, ...]:
    """What waits for its place, the oldest first: recorded, but not signed yet."""
    return tuple(decode_leaf(leaf) for _, leaf in await store.take_from_outbox(tx, limit))


async def find_trace(tx: Tx, pseudonym: Pseudonym, *, limit: int = 1000) -> tuple[Leaf, ...]:
    """The newest entries about one pseudonym, the newest first: what a person may see about themselves."""
    return tuple(decode_leaf(leaf) for _, leaf in await store.get_trace(tx, pseudonym, limit))


async def find_detail(tx: Tx, event_id: EventId) -> bytes | None:
    """The sealed detail of an event; None when it has none or it was deleted."""
    return await store.find_detail(tx, event_id)


async def forget_details(tx: Tx, pseudonym: Pseudonym) -> int:
    """Delete the sealed details about an erased subject; how many. The leaves stay: they hold nothing personal."""
    return await store.forget_details(tx, pseudonym)


async def _sealed(database: Database, event_id: EventId, flag: asyncio.Event) -> None:
    pauses = iter(_POLLS_S)
    while True:
        async with database.read() as tx:
            if await store.is_sealed(tx, event_id):
                return
        try:
            async with asyncio.timeout(next(pauses, _POLL_CEILING_S)):
                await flag.wait()
        except TimeoutError:
            continue
        return
