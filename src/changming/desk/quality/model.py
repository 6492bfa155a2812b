"""What people say about the service: four marks from 1 to 5, once per case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from changming.kernel.ids import CaseId, StaffId
from changming.kernel.personal import Personal

WORST: Final = 1
BEST: Final = 5


@dataclass(frozen=True, slots=True)
class Marks:
    """The four marks, each from ``WORST`` to ``BEST``."""

    accuracy: int
    privacy: int
    speed: int
    manner: int

    @property
    def all(self) -> tuple[int, int, int, int]:
        """In the order of the page."""
        return self.accuracy, self.privacy, self.speed, self.manner


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating of a resolved case; ``staff_id`` is its owner at that time. The comment is sealed in its case's row."""

    case_id: CaseId
    staff_id: StaffId | None
    marks: Marks
    comment_sealed: bytes | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A rating that a person sent by a confirmed POST: no link, no GET and no scanner makes one."""

    marks: Marks
    comment: Personal | None = None


@dataclass(frozen=True, slots=True)
class Averages:
    """The means of one member of staff's ratings in a period; ``overall`` is the mean of the four."""

    staff_id: UUID
    ratings: int
    accuracy: float
    privacy: float
    speed: float
    manner: float

    @property
    def overall(self) -> float:
        """The mean of the four means, 1 to 5."""
        return (self.accuracy + self.privacy + self.speed + self.manner) / 4
