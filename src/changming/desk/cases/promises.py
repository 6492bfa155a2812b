"""The clocks of one case taken together: what each thing that happens to the case means for all of them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from changming.desk.clocks import (
    CURRENT,
    Cause,
    Clock,
    ClockKind,
    MetBy,
    Versions,
    decide_agree,
    decide_pause,
    decide_resume,
    decide_retime,
    decide_start,
    decide_stop,
    nearest,
)
from changming.kernel.actors import Actor
from changming.kernel.catalogue import Level
from changming.kernel.decisions import Refusal
from changming.kernel.ids import CaseId

KINDS: Final = tuple(ClockKind)


@dataclass(frozen=True, slots=True)
class Promises:
    """All clocks of a case, old rounds too, in the hands of ``actor`` at ``now``; every method gives new promises."""

    case_id: CaseId
    clocks: tuple[Clock, ...]
    versions: Versions
    actor: Actor
    now: datetime

    def started(self, level: Level, kinds: Sequence[ClockKind] = KINDS) -> Self:
        """With a new running clock of each of ``kinds``, as far as the level promises them."""
        new = [
            decide_start(
                self.case_id,
                kind,
                number=self._next_round(kind),
                level=level,
                policy=CURRENT,
                versions=self.versions,
                now=self.now,
            )
            for kind in kinds
        ]
        return replace(self, clocks=(*self.clocks, *(clock for clock in new if clock is not None)))

    def stopped(self, cause: Cause) -> Self:
        """Every clock judged now."""
        return self._each(lambda clock: self._stop(clock, cause))

    def resumed(self, cause: Cause) -> Self:
        """Nothing waits for the person any more."""
        return self._each(
            lambda clock: decide_resume(clock, cause=cause, actor=str(self.actor), versions=self.versions, now=self.now)
        )

    def waiting(self) -> Self:
        """The resolution waits for the person, where the level lets it."""

        def paused(clock: Clock) -> Clock:
            found = decide_pause(
                clock, cause=Cause.ASKED_PERSON, actor=str(self.actor), versions=self.versions, now=self.now
            )
            return clock if isinstance(found, Refusal) else found

        return self._each(paused)

    def owner_named(self) -> Self:
        """The case has a named owner: that is the first contact which some levels promise."""
        return self._each(
            lambda clock: self._stop(clock, Cause.OWNER_NAMED) if self._met_by(clock) is MetBy.OWNER else clock
        )

    def contacted(self, level: Level) -> Self:
        """A person of the desk has spoken: first contact and a running update are kept, the next update begins."""
        kept = (ClockKind.FIRST_CONTACT, ClockKind.UPDATE)
        updated = any(clock.running and clock.kind is ClockKind.UPDATE for clock in self.clocks)
        after = self._each(lambda clock: self._stop(clock, Cause.STAFF_REPLIED) if clock.kind in kept else clock)
        return after.started(level, (ClockKind.UPDATE,)) if updated else after

    def retimed(self, level: Level, cause: Cause) -> Self:
        """Running clocks under another level or the present policy; what the level adds begins, stopped ones stay."""

        def changed(clock: Clock) -> Clock:
            if clock.kind is ClockKind.UPDATE and CURRENT.levels[level].update_s is None:
                return self._stop(clock, cause)
            return decide_retime(
                clock,
                level=level,
                policy=CURRENT,
                cause=cause,
                actor=str(self.actor),
                versions=self.versions,
                now=self.now,
            )

        after = self._each(changed)
        running = {clock.kind for clock in after.clocks if clock.running}
        return after.started(level, [k for k in (ClockKind.RESOLUTION, ClockKind.UPDATE) if k not in running])

    def agreed(self, until: datetime, level: Level) -> Self | Refusal:
        """The resolution promised for a date that the person agreed to, instead of the running deadline, if any."""
        running = [clock for clock in self.clocks if clock.running and clock.kind is ClockKind.RESOLUTION]
        before = running[0] if running else None
        found = decide_agree(
            before,
            self.case_id,
            number=self._next_round(ClockKind.RESOLUTION),
            until=until,
            level=level,
            policy=CURRENT,
            actor=str(self.actor),
            versions=self.versions,
            now=self.now,
        )
        if isinstance(found, Refusal):
            return found
        if before is None:
            return replace(self, clocks=(*self.clocks, found))
        return self._each(lambda clock: found if clock is before else clock)

    @property
    def nearest(self) -> Clock | None:
        """The running clock with the nearest deadline."""
        return nearest(self.clocks)

    @property
    def waiting_until(self) -> datetime | None:
        """Until when at most the resolution waits for the person; None while it does not."""
        return next((clock.pause.until for clock in self.clocks if clock.pause is not None), None)

    def _each(self, change: Callable[[Clock], Clock]) -> Self:
        return replace(self, clocks=tuple(change(clock) for clock in self.clocks))

    def _stop(self, clock: Clock, cause: Cause) -> Clock:
        return decide_stop(clock, cause=cause, actor=str(self.actor), versions=self.versions, now=self.now)

    def _met_by(self, clock: Clock) -> MetBy | None:
        if clock.kind is not ClockKind.FIRST_CONTACT:
            return None
        return self.versions.promise(clock.policy_id, clock.level).first_contact_by

    def _next_round(self, kind: ClockKind) -> int:
        return max((clock.round for clock in self.clocks if clock.kind is kind), default=0) + 1
