from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from changming.guidance.triage import LevelFacts, decide_level
from changming.kernel.catalogue import Level, UrgentReason

TODAY = date(2026, 11, 22)
PLAIN = LevelFacts(
    today=TODAY,
    normal_finish=TODAY + timedelta(days=20),
    need_by=None,
    claimed=False,
    reason=None,
    leak=False,
    outage=False,
    dispute=False,
    cross_border=False,
    several_offices=False,
    contested_decision=False,
    blocked=False,
    alone=False,
    in_danger=False,
)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


@pytest.mark.parametrize(
    ("changes", "level", "why"),
    [
        ({}, Level.GENERAL, "level.general"),
        ({"leak": True, "reason": UrgentReason.EXAM, "need_by": day(1)}, Level.CRITICAL, "level.critical.leak"),
        ({"outage": True}, Level.CRITICAL, "level.critical.outage"),
        ({"dispute": True}, Level.DEDICATED, "level.dedicated.dispute"),
        (
            {"contested_decision": True, "reason": UrgentReason.EXAM, "need_by": day(1)},
            Level.DEDICATED,
            "level.dedicated.contested-decision",
        ),
        ({"cross_border": True}, Level.DEDICATED, "level.dedicated.cross-border"),
        ({"several_offices": True}, Level.DEDICATED, "level.dedicated.several-offices"),
        (
            {"cross_border": True, "reason": UrgentReason.MEDICAL, "need_by": day(3)},
            Level.URGENT,
            "level.urgent.need-by-inside-normal-time",
        ),
        (
            {"dispute": True, "reason": UrgentReason.COURT, "need_by": day(3)},
            Level.URGENT,
            "level.urgent.need-by-inside-normal-time",
        ),
        ({"dispute": True, "reason": UrgentReason.COURT}, Level.DEDICATED, "level.dedicated.dispute"),
        ({"reason": UrgentReason.STUDY, "need_by": day(19)}, Level.URGENT, "level.urgent.need-by-inside-normal-time"),
        ({"reason": UrgentReason.STUDY, "need_by": day(20)}, Level.GENERAL, "level.general"),
        ({"reason": UrgentReason.STUDY, "need_by": day(0)}, Level.URGENT, "level.urgent.need-by-inside-normal-time"),
        ({"reason": UrgentReason.STUDY, "need_by": day(-1)}, Level.PRIORITY, "level.priority.need-by-near"),
        ({"reason": UrgentReason.BEREAVEMENT, "claimed": True}, Level.URGENT, "level.urgent.reason-names-now"),
        ({"reason": UrgentReason.BEREAVEMENT}, Level.GENERAL, "level.general"),
        ({"reason": UrgentReason.BUSINESS, "claimed": True}, Level.PRIORITY, "level.priority.reason-without-date"),
        ({"need_by": day(10)}, Level.PRIORITY, "level.priority.need-by-near"),
        ({"need_by": day(11)}, Level.GENERAL, "level.general"),
        ({"need_by": day(15), "claimed": True}, Level.PRIORITY, "level.priority.need-by-inside-normal-time"),
        ({"blocked": True}, Level.PRIORITY, "level.priority.blocked-life-event"),
        ({"alone": True}, Level.PRIORITY, "level.priority.minor-or-elderly-alone"),
        ({"in_danger": True}, Level.PRIORITY, "level.priority.in-danger"),
    ],
)
def test_the_table(changes: dict[str, Any], level: Level, why: str) -> None:
    decision = decide_level(replace(PLAIN, **changes))
    assert (decision.level, decision.because[0]) == (level, why)
