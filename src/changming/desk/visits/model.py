"""A visit: what one browser answered in guides and life events, sealed as one text, kept for thirty days."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NewType, Self
from uuid import UUID

import msgspec

from changming.kernel.ids import SubjectId
from changming.kernel.personal import Personal

VisitId = NewType("VisitId", UUID)
ShareId = NewType("ShareId", UUID)

VISIT: Final = timedelta(days=30)
"""How long a visit is kept after somebody last changed it."""
SHARE: Final = timedelta(days=30)
"""How long a link to a result opens it, unless its maker ends it before."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The link to a guide's result that its maker may still give away."""

    id: ShareId
    token: Personal
    until: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of one guide.

    Attributes:
        answers: by input, as the pack reads them; also those that do not count at present.
        ticks: keys of what is ready.
        done: services of a life event that are done.
        need_by: the day by which it is needed.
        entry: the edition of the pack that was answered last.
        shared: the link to its result.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    ticks: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    need_by: date | None = None
    entry: str = ""
    shared: Shared | None = None

    def shared_at(self, now: datetime) -> Shared | None:
        """The link, while it still opens the result."""
        return self.shared if self.shared is not None and self.shared.until > now else None

    @property
    def begun(self) -> bool:
        """Whether anything was answered or done."""
        return bool(self.answers or self.ticks or self.done or self.need_by)


@dataclass(frozen=True, slots=True)
class Body:
    """All guides of a visit by service, in the order in which they were begun."""

    guides: Mapping[str, Progress] = field(default_factory=dict)

    def of(self, service: str) -> Progress:
        """What is known of a guide; nothing for one that was not begun."""
        return self.guides.get(service) or Progress()

    def having(self, service: str, progress: Progress) -> "Body":
        """The body with this guide changed."""
        return replace(self, guides={**self.guides, service: progress})

    def answers(self) -> dict[str, Mapping[str, str]]:
        """The answers of every guide."""
        return {service: progress.answers for service, progress in self.guides.items()}


class _SharedJson(msgspec.Struct, omit_defaults=True):
    id: UUID
    token: str
    until: datetime


class _ProgressJson(msgspec.Struct, omit_defaults=True):
    answers: dict[str, str] = {}
    ticks: list[str] = []
    done: list[str] = []
    need_by: date | None = None
    entry: str = ""
    shared: _SharedJson | None = None


class _BodyJson(msgspec.Struct, omit_defaults=True):
    guides: dict[str, _ProgressJson] = {}


def write_body(body: Body) -> Personal:
    """The body as the text that is sealed."""
    guides = {service: _progress_json(progress) for service, progress in body.guides.items()}
    return Personal(msgspec.json.encode(_BodyJson(guides)).decode())


def read_body(opened: Personal) -> Body:
    """The body in an opened text."""
    found = msgspec.json.decode(opened.reveal(), type=_BodyJson)
    return Body({service: _progress(one) for service, one in found.guides.items()})


def _progress_json(progress: Progress) -> _ProgressJson:
    shared = progress.shared
    return _ProgressJson(
        dict(progress.answers),
        sorted(progress.ticks),
        sorted(progress.done),
        progress.need_by,
        progress.entry,
        None if shared is None else _SharedJson(shared.id, shared.token.reveal(), shared.until),
    )


def _progress(one: _ProgressJson) -> Progress:
    shared = one.shared
    return Progress(
        one.answers,
        frozenset(one.ticks),
        frozenset(one.done),
        one.need_by,
        one.entry,
        None if shared is None else Shared(ShareId(shared.id), Personal(shared.token), shared.until),
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is stored."""

    id: VisitId
    subject_id: SubjectId
    body_sealed: bytes
    expires_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``visit``."""
        return cls(VisitId(row["id"]), SubjectId(row["subject_id"]), bytes(row["body_sealed"]), row["expires_at"])


@dataclass(frozen=True, slots=True)
class Share:
    """A shared result as it is stored: what was known when it was shared, for whoever has the link."""

    id: ShareId
    visit_id: VisitId
    subject_id: SubjectId
    body_sealed: bytes
    expires_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of ``visit_share``."""
        return cls(
            ShareId(row["id"]),
            VisitId(row["visit_id"]),
            SubjectId(row["subject_id"]),
            bytes(row["body_sealed"]),
            row["expires_at"],
        )
