from dataclasses import dataclass
from datetime import date
from typing import Any

from changming.kernel.catalogue import Applicant, Level, Materials, Route, ServiceAction, UrgentReason


@dataclass(frozen=True, slots=True)
class Slot:
    """What was understood, where the words for it stand in the text that was given (masked), and by which rule."""

    name: str
    value: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Place:
    """The city (or, when no more was said, the province) as a six-digit division code with its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """Whether urgency is claimed, the genuine reason if one is named, and the proof that is asked for."""

    claimed: bool = False
    reason: UrgentReason | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """What the desk understood. None is "not said"; ``because`` holds the ids of the rules that decided."""

    service: str | None
    documents: tuple[str, ...]
    action: ServiceAction | None
    level: Level
    urgent: Urgent
    need_by: date | None
    need_by_text: str | None
    place: Place | None
    materials: Materials
    applicant: Applicant | None
    route: Route | None
    because: tuple[str, ...]
    slots: tuple[Slot, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The ``triage`` object of ``ask --json``, with the applicant beside the contract's fields."""
        return {
            "service": self.service,
            "documents": list(self.documents),
            "action": self.action.value if self.action else None,
            "level": self.level.value,
            "urgent": {
                "claimed": self.urgent.claimed,
                "reason": self.urgent.reason.value if self.urgent.reason else None,
                "evidence": list(self.urgent.evidence),
            },
            "need_by": self.need_by.isoformat() if self.need_by else None,
            "need_by_text": self.need_by_text,
            "place": {"code": self.place.code, "name": self.place.name} if self.place else None,
            "materials": self.materials.value,
            "route": self.route.value if self.route else None,
            "applicant": self.applicant.value if self.applicant else None,
            "because": list(self.because),
        }
