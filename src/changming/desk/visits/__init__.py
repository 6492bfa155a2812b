"""Visits: what a browser answered in guides and life events, and the links with which results are shared."""

from changming.desk.visits.model import SHARE, VISIT, Body, Progress, Shared, ShareId, Visit, VisitId
from changming.desk.visits.rules import Change, answering, beginning_anew, needing, taking_over, ticking, to_share
from changming.desk.visits.service import (
    VISIT_FIELDS,
    begin_visit,
    change_visit,
    end_share,
    erase_visits,
    forget_visits,
    open_share,
    open_visit,
    record_hand_over,
    share_guide,
)
from changming.desk.visits.store import find_visit

__all__ = [
    "SHARE",
    "VISIT",
    "VISIT_FIELDS",
    "Body",
    "Change",
    "Progress",
    "ShareId",
    "Shared",
    "Visit",
    "VisitId",
    "answering",
    "begin_visit",
    "beginning_anew",
    "change_visit",
    "end_share",
    "erase_visits",
    "find_visit",
    "forget_visits",
    "needing",
    "open_share",
    "open_visit",
    "record_hand_over",
    "share_guide",
    "taking_over",
    "ticking",
    "to_share",
]
