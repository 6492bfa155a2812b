"""Sessions, what they may see, secret links, staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NewType, Self
from uuid import UUID

from changming.kernel.actors import Actor, ActorKind
from changming.kernel.ids import CaseId, SessionId, StaffId, SubjectId
from changming.kernel.messages import Lang, text

SecretLinkId = NewType("SecretLinkId", UUID)

VISITOR_SESSION: Final = timedelta(days=180)
STAFF_SESSION: Final = timedelta(hours=12)
SECRET_LINK: Final = timedelta(days=30)
SIGN_IN_LINK: Final = timedelta(minutes=15)
MAX_ATTEMPTS: Final = 5
"""Wrong references after which a secret link is dead."""
KEEP_ENDED: Final = timedelta(days=30)
"""How long sessions and links are kept after their end, for questions about them; the ledger keeps the acts."""


class SessionKind(StrEnum):
    """A cookie of one kind is never accepted as the other."""

    VISITOR = "visitor"
    STAFF = "staff"


class Role(StrEnum):
    """What a member of staff is there for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    SECURITY = "security"
    OPERATOR = "operator"

    @property
    def handles_cases(self) -> bool:
        """Whether people's cases are their work. Editors, operators and who looks after security read none."""
        return self in {Role.AGENT, Role.SUPERVISOR}

    @property
    def edits_knowledge(self) -> bool:
        """Whether entries are their work: to write them, to put a colleague's into force, to retract."""
        return self in {Role.EDITOR, Role.SUPERVISOR}

    def in_words(self, lang: Lang) -> str:
        """The role in words."""
        return text(f"role.{self.value}", lang)


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's browser. It says nothing about who that is; what it may see are its grants."""

    id: SessionId
    created_at: datetime
    expires_at: datetime

    @property
    def kind(self) -> SessionKind:
        """Visitor."""
        return SessionKind.VISITOR

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(ActorKind.VISITOR, self.id)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``session``."""
        return cls(SessionId(row["id"]), row["created_at"], row["expires_at"])


@dataclass(frozen=True, slots=True)
class Grant:
    """A session may see a subject's data: of one case, or all of it where ``case_id`` is None."""

    subject_id: SubjectId
    case_id: CaseId | None


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who works here, under a work name such as 值班员 7 号, never their own."""

    id: StaffId
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(ActorKind.STAFF, self.id)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``staff``, its id as ``staff_id``."""
        disabled_at = row["disabled_at"]
        return cls(StaffId(row["staff_id"]), row["name"], Role(row["role"]), row["staff_created_at"], disabled_at)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A member of staff at a browser."""

    id: SessionId
    staff: Staff
    created_at: datetime
    expires_at: datetime

    @property
    def kind(self) -> SessionKind:
        """Staff."""
        return SessionKind.STAFF

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.staff.actor


AnySession = Session | StaffSession


@dataclass(frozen=True, slots=True)
class SecretLink:
    """A way back to a case for whoever holds the token and knows the case's reference; once."""

    id: SecretLinkId
    subject_id: SubjectId
    case_id: CaseId
    token_sealed: bytes | None
    attempts: int
    expires_at: datetime
    used_at: datetime | None
    dead_at: datetime | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row that has the columns of ``secret_link``."""
        return cls(
            id=SecretLinkId(row["id"]),
            subject_id=SubjectId(row["subject_id"]),
            case_id=CaseId(row["case_id"]),
            token_sealed=None if row["token_sealed"] is None else bytes(row["token_sealed"]),
            attempts=row["attempts"],
            expires_at=row["expires_at"],
            used_at=row["used_at"],
            dead_at=row["dead_at"],
        )


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A secret link was exchanged: the new session, whose cookie replaces the browser's old one."""

    session: Session
    subject_id: SubjectId
    case_id: CaseId


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A one-time way in for a member of staff."""

    id: UUID
    staff: Staff
    expires_at: datetime
    used_at: datetime | None
    dead_at: datetime | None
