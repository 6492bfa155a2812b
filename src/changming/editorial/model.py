"""Editions, versions of entries, drafts, retractions: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from changming.kernel.ids import StaffId

DraftId = NewType("DraftId", UUID)
RetractionId = NewType("RetractionId", UUID)

TOPIC: Final = "edition"
"""The live topic that rings at every change of the edition; ``topic_of`` rings for one entry's readers alone."""
KEEP_CONSULTED_DAYS: Final = 400
"""How long typed inputs are kept for replay: a year and a month, so that yearly peaks are in them."""


def topic_of(service: str) -> str:
    """The live topic of one service's entry."""
    return f"{TOPIC}/{service}"


class Cause(StrEnum):
    """Why an edition came to be."""

    BUNDLED = "bundled"
    PUBLISH = "publish"
    RETRACT = "retract"
    RESTORE = "restore"


class DraftState(StrEnum):
    """Where a draft stands: being written, waiting for a second person, in force, given up."""

    OPEN = "open"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def live(self) -> bool:
        """Whether somebody can still do something with it."""
        return self in {DraftState.OPEN, DraftState.SUBMITTED}


class Outcome(StrEnum):
    """What became of a retraction: a second person agreed, put the entry back, or a new version took its place."""

    CONFIRMED = "confirmed"
    RESTORED = "restored"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Head:
    """The edition in force."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition as it was published. ``services`` are those that differ from the edition before."""

    number: int
    digest: str
    cause: Cause
    services: tuple[str, ...]
    staff_id: StaffId | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PackVersion:
    """One version of one entry: canonical document, authored text, and whether a release brought it."""

    digest: str
    service: str
    version: str
    document: str
    authored: str
    bundled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Bundled:
    """What the newest release brought for a service; ``waiting``: editors' own work stood in its way."""

    digest: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's work on one entry.

    ``base_digest`` is the version that it began from, None for an entry that was not there. Everybody who ever saved
    a word of it is among its ``authors``, none of whom may approve it. ``remark`` says why it was sent back.
    """

    id: DraftId
    service: str
    base_digest: str | None
    authored: str
    revision: int
    state: DraftState
    authors: tuple[StaffId, ...]
    remark: str
    created_at: datetime
    changed_at: datetime
    decided_by: StaffId | None
    decided_at: datetime | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Retraction:
    """An entry that was taken out of force. ``outcome`` None: nobody else has looked at it yet."""

    id: RetractionId
    service: str
    digest: str
    number: int
    reason: str
    staff_id: StaffId | None
    retracted_at: datetime
    outcome: Outcome | None
    decided_by: StaffId | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Usage:
    """One time that a version was in force: the edition that brought it, and who published it when."""

    number: int
    digest: str
    version: str
    cause: Cause
    staff_id: StaffId | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Consulted:
    """Typed inputs of consultations of one day: canonical values by input name, never a text."""

    service: str
    digest: str
    day: date
    given: Mapping[str, str]
    times: int = 1
