"""What is due, and who does it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self
from uuid import UUID

from changming.infra.postgres import Tx

MAX_ATTEMPTS = 8
"""After so many failures a row is dead: visible, alarmed, never tried again by itself."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)


class Lane(StrEnum):
    """Lanes are worked side by side, so that a one-time code never waits behind a million reminders."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Work:
    """A wake-up: at ``due_at`` the handler of ``kind`` re-reads the truth and decides again.

    ``key`` is unique within ``kind``; adding the same again moves it. ``ref`` holds ids only, never personal data.
    """

    kind: str
    key: str
    due_at: datetime
    ref: Mapping[str, str] = field(default_factory=dict)
    lane: Lane = Lane.NORMAL
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row."""

    id: UUID
    kind: str
    key: str
    ref: Mapping[str, str]
    due_at: datetime
    attempts: int

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of the claim statement as a job."""
        return cls(row["id"], row["kind"], row["key"], row["ref"], row["due_at"], row["attempts"])


class InsideHandler(Protocol):
    """Changes state in the claim's own transaction, for all claimed jobs of its kind at once."""

    def __call__(self, tx: Tx, jobs: Sequence[Job], *, now: datetime) -> Awaitable[None]:
        """Do the work; an exception undoes it and counts an attempt."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A handler that needs nothing but the database: the row goes and the state changes in one commit."""

    run: InsideHandler


@dataclass(frozen=True, slots=True)
class Outside:
    """A handler that does IO between two transactions, under a lease. It may run twice and must be idempotent."""

    run: Callable[[Job], Awaitable[None]]
    lease: timedelta = timedelta(seconds=60)


def decide_retry(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after the ``attempts``-th failure (1 is the first), or None when the row is dead."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + min(LONGEST_RETRY, FIRST_RETRY * int(2 ** (attempts - 1)))
