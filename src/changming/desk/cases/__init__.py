"""Cases: one matter of one subject, with promises, a named owner and a history that the person sees."""

from changming.desk.cases.acts import WAIT_OVER, Note, work_names
from changming.desk.cases.model import (
    Case,
    CaseEvent,
    CaseEventKind,
    CaseState,
    Circumstances,
    QueueCounts,
    QueueItem,
)
from changming.desk.cases.opening import Matter, Opened, intake, open_case, open_circumstances
from changming.desk.cases.promise import Promise, PromiseLine, promise_of
from changming.desk.cases.queue import COUNTED, QueueView, count_queue, find_queue
from changming.desk.cases.reference import new_reference, parse_reference
from changming.desk.cases.service import (
    acknowledge,
    agree_date,
    ask_person,
    change_level,
    end_cases,
    get_case,
    hand_over,
    receive_from_person,
    reopen,
    reply,
    resolve,
    take,
)
from changming.desk.cases.store import (
    find_by_reference,
    find_case,
    find_events,
    find_of_conversation,
    find_of_subject,
)
from changming.desk.cases.sweep import HANDLERS, RETIME, end_waits, mark_missed, prepare, retime_open
from changming.desk.cases.words import history_lines

__all__ = [
    "COUNTED",
    "HANDLERS",
    "RETIME",
    "WAIT_OVER",
    "Case",
    "CaseEvent",
    "CaseEventKind",
    "CaseState",
    "Circumstances",
    "Matter",
    "Note",
    "Opened",
    "Promise",
    "PromiseLine",
    "QueueCounts",
    "QueueItem",
    "QueueView",
    "acknowledge",
    "agree_date",
    "ask_person",
    "change_level",
    "count_queue",
    "end_cases",
    "end_waits",
    "find_by_reference",
    "find_case",
    "find_events",
    "find_of_conversation",
    "find_of_subject",
    "find_queue",
    "get_case",
    "hand_over",
    "history_lines",
    "intake",
    "mark_missed",
    "new_reference",
    "open_case",
    "open_circumstances",
    "parse_reference",
    "prepare",
    "promise_of",
    "receive_from_person",
    "reopen",
    "reply",
    "resolve",
    "retime_open",
    "take",
    "work_names",
]
