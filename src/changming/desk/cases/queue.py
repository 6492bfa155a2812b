"""The queue by the nearest deadline: clear attributes, two statements and an index, whatever its length."""

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from changming.desk.cases import store
from changming.desk.cases.acts import work_names
from changming.desk.cases.model import QueueCounts, QueueItem
from changming.infra.postgres import Tx
from changming.kernel.ids import StaffId

PAGE: Final = 50
COUNTED: Final = 1_000
"""Where counting a view of the queue stops."""
_FIRST: Final = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


class QueueView(StrEnum):
    """Which part of the queue: every open case, one owner's, those without an owner, or words after a resolution."""

    ALL = "queue"
    MINE = "queue_of_owner"
    UNOWNED = "queue_unowned"
    WROTE_AGAIN = "queue_wrote_again"


async def find_queue(
    tx: Tx,
    view: QueueView = QueueView.ALL,
    *,
    staff: StaffId | None = None,
    after: QueueItem | None = None,
    limit: int = PAGE,
) -> list[QueueItem]:
    """One page of the queue, the nearest deadline first; in ``WROTE_AGAIN`` the longest wait first.

    Args:
        tx: a connection for reading.
        view: which part.
        staff: whose cases, for ``MINE``.
        after: the last line of the page before.
        limit: lines of a page.
    """
    page = await store.find_page(tx, view.value, owner_id=staff, after=_place(view, after), limit=limit)
    if not any(item.owner_id for item in page):
        return page
    names = await work_names(tx)
    return [replace(item, owner=names.get(item.owner_id) if item.owner_id else None) for item in page]


async def count_queue(tx: Tx, staff: StaffId) -> QueueCounts:
    """How many lines each view has for ``staff``, counted up to ``COUNTED``, by one statement."""
    return await store.count_queue(tx, staff, limit=COUNTED)


def _place(view: QueueView, item: QueueItem | None) -> tuple[datetime, UUID]:
    if item is None:
        return _FIRST
    at = item.wrote_again_at if view is QueueView.WROTE_AGAIN else item.next_due_at
    return (at or _FIRST[0], item.id)
