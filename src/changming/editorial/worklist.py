"""What editors have to do, the most pressing first. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from changming.editorial.model import Bundled, Draft, DraftId, DraftState, Retraction
from changming.guidance.knowledge import Edition, Pack
from changming.kernel.catalogue import SourceStatus
from changming.kernel.ids import StaffId

_OFFICIAL = frozenset({SourceStatus.LAW_TEXT, SourceStatus.OFFICIAL})


class Task(StrEnum):
    """Why an entry is on the list; the order is the order of the list."""

    CHECK = "check"
    RETRACTED = "retracted"
    RETURNED = "returned"
    RELEASE = "release"
    REVIEW = "review"
    WRITING = "writing"
    WAITING = "waiting"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to do. ``day`` is the review date that has passed, ``draft`` the draft that it is about."""

    task: Task
    service: str
    day: date | None = None
    draft: DraftId | None = None
    staff: StaffId | None = None


def list_work(
    edition: Edition,
    drafts: Iterable[Draft],
    retractions: Iterable[Retraction],
    bundled: Mapping[str, Bundled],
    *,
    me: StaffId,
    on: date,
) -> tuple[WorkItem, ...]:
    """Everything that waits for an editor.

    Args:
        edition: the entries in force.
        drafts: those that are written or wait.
        retractions: those that nobody else has looked at.
        bundled: what the release brought.
        me: whose list it is; own drafts wait for somebody else.
        on: the day against which review dates are judged.
    """
    found = [_of_draft(draft, me) for draft in drafts]
    found += [WorkItem(Task.RETRACTED, one.service, staff=one.staff_id) for one in retractions]
    found += [WorkItem(Task.RELEASE, service) for service, one in bundled.items() if one.waiting]
    for service, pack in edition.packs.items():
        day = next_review(pack)
        if day < on:
            found.append(WorkItem(Task.REVIEW, service, day=day))
        if pack.answer and not has_official_source(pack):
            found.append(WorkItem(Task.OFFICIAL, service))
    order = list(Task)
    return tuple(sorted(found, key=lambda item: (order.index(item.task), item.day or date.max, item.service)))


def next_review(pack: Pack) -> date:
    """The first day on which one of the entry's sources wants to be looked at again."""
    return min(source.review_by for source in pack.sources.values())


def has_official_source(pack: Pack) -> bool:
    """Whether anything of the entry rests on a law's text or an office's own word."""
    return any(source.status in _OFFICIAL for source in pack.sources.values())


def _of_draft(draft: Draft, me: StaffId) -> WorkItem:
    mine = me in draft.authors
    if draft.state is DraftState.SUBMITTED:
        task = Task.WAITING if mine else Task.CHECK
    else:
        task = Task.RETURNED if draft.remark and mine else Task.WRITING
    return WorkItem(task, draft.service, draft=draft.id, staff=draft.authors[0])
