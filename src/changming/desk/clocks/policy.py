"""The promises of each level. A version never changes; another content is another version with another id.

Figures: the desk's catalogue of levels. ``longest_pause_s`` is how long a clock may wait for the person; a level
without it never waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Self
from uuid import UUID

import msgspec

from changming.desk.clocks.model import CalendarId, ClockKind, MetBy, PolicyId
from changming.kernel.calendars import ALWAYS_OPEN, Calendar, calendar_to_json, digest
from changming.kernel.catalogue import Level

_HOUR: Final = 3_600


class LevelPromise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one level promises, in seconds of open time; None is not promised.

    Defaults are left out of the JSON, so that a field added later leaves the ids of old versions as they are.
    """

    first_contact_s: int
    first_contact_by: MetBy = MetBy.REPLY
    resolution_s: int | None = None
    update_s: int | None = None
    longest_pause_s: int | None = None
    affected_told_s: int | None = None
    """After a leak of personal data: within which time the affected people are told."""

    def target_s(self, kind: ClockKind) -> int | None:
        """The target of a clock of ``kind``."""
        match kind:
            case ClockKind.FIRST_CONTACT:
                return self.first_contact_s
            case ClockKind.RESOLUTION:
                return self.resolution_s
            case ClockKind.UPDATE:
                return self.update_s

    @property
    def longest_pause(self) -> timedelta | None:
        """How long the resolution clock may wait for the person."""
        return None if self.longest_pause_s is None else timedelta(seconds=self.longest_pause_s)


@dataclass(frozen=True, slots=True)
class Policy:
    """One immutable version of all promises, and the calendar in which they are counted. ``id`` is its content."""

    name: str
    version: int
    calendar: CalendarId
    levels: Mapping[Level, LevelPromise]
    id: PolicyId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", PolicyId(_address(self.body)))

    @property
    def body(self) -> dict[str, Any]:
        """The policy as JSON values."""
        levels = {level.value: msgspec.to_builtins(promise) for level, promise in self.levels.items()}
        return {"name": self.name, "version": self.version, "calendar": str(self.calendar), "levels": levels}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """The policy that ``body`` gave."""
        levels = msgspec.convert(body["levels"], dict[Level, LevelPromise])
        return cls(body["name"], body["version"], CalendarId(UUID(body["calendar"])), MappingProxyType(levels))


def calendar_id(calendar: Calendar) -> CalendarId:
    """The content address of a calendar."""
    return CalendarId(_address(calendar_to_json(calendar)))


def _address(body: dict[str, Any]) -> UUID:
    return UUID(bytes=digest(body)[:16])


POLICY_1: Final = Policy(
    name="desk-promises",
    version=1,
    calendar=calendar_id(ALWAYS_OPEN),
    levels=MappingProxyType(
        {
            Level.CRITICAL: LevelPromise(first_contact_s=_HOUR, resolution_s=24 * _HOUR, affected_told_s=2 * _HOUR),
            Level.URGENT: LevelPromise(first_contact_s=2 * _HOUR, resolution_s=24 * _HOUR),
            Level.PRIORITY: LevelPromise(
                first_contact_s=8 * _HOUR, resolution_s=48 * _HOUR, longest_pause_s=72 * _HOUR
            ),
            Level.GENERAL: LevelPromise(
                first_contact_s=24 * _HOUR, resolution_s=72 * _HOUR, longest_pause_s=7 * 24 * _HOUR
            ),
            Level.DEDICATED: LevelPromise(first_contact_s=2 * _HOUR, first_contact_by=MetBy.OWNER, update_s=72 * _HOUR),
        }
    ),
)

CURRENT: Final = POLICY_1
"""The version that a new case gets."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Policies and calendars by id: what a decision about clocks may look up."""

    policies: Mapping[PolicyId, Policy]
    calendars: Mapping[CalendarId, Calendar]

    def promise(self, policy: PolicyId, level: Level) -> LevelPromise:
        """What ``level`` promises under ``policy``."""
        return self.policies[policy].levels[level]


KNOWN: Final = Versions(
    MappingProxyType({policy.id: policy for policy in (POLICY_1,)}),
    MappingProxyType({calendar_id(calendar): calendar for calendar in (ALWAYS_OPEN,)}),
)
"""Every version this release knows, old ones too: open cases may still rest on them."""
