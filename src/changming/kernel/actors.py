"""Who acts: a visitor's session, a member of staff, the desk itself, or an operator at the command line."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The closed list of who can act."""

    VISITOR = "visitor"
    STAFF = "staff"
    DESK = "desk"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. ``id`` is a session for visitors, a staff id for staff, None for the desk and the operator."""

    kind: ActorKind
    id: UUID | None = None

    def __str__(self) -> str:
        return self.kind.value if self.id is None else f"{self.kind.value}/{self.id}"


DESK = Actor(ActorKind.DESK)
OPERATOR = Actor(ActorKind.OPERATOR)
