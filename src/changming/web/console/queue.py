"""The queue: who waits, for how long, and by when they were promised somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import ServerSentEvent

from changming.desk.cases import (
    COUNTED,
    CaseState,
    QueueCounts,
    QueueItem,
    QueueView,
    count_queue,
    find_by_reference,
    find_queue,
    parse_reference,
)
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId
from changming.kernel.instants import iso, show_span
from changming.kernel.messages import Audience, Lang, text
from changming.web.answer_view import service_title
from changming.web.doorbell import live_answer
from changming.web.gate import staff_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages

STAFF: Final = {"may": "staff:agent", "degree": "session"}
_NEW: Final = timedelta(minutes=1)
_AT_RISK: Final = timedelta(hours=1)
_SOON: Final = timedelta(hours=2)
_DAYS_FROM: Final = timedelta(hours=48)
_TABS: Final = {
    "open": QueueView.ALL,
    "free": QueueView.UNOWNED,
    "mine": QueueView.MINE,
    "again": QueueView.WROTE_AGAIN,
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the queue with its length."""

    name: str
    current: bool
    count: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue as the page shows it."""

    reference: str
    title: str
    risk: str
    level: str
    waiting: str
    age: str
    left: str
    late: bool
    due_iso: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The list and its tabs, for both views of the console."""

    tabs: list[Tab]
    items: list[Line]
    counts: QueueCounts


async def load_queue(tx: Tx, request: Request[Any, Any, Any], staff: StaffId, *, now: datetime, lang: Lang) -> Queue:
    """The part of the queue that the request asks for (``?show=``), soonest deadline first."""
    shown = request.query_params.get("show", "open")
    view = _TABS.get(shown, QueueView.ALL)
    items = await find_queue(tx, view, staff=staff)
    counts = await count_queue(tx, staff)
    numbers = {"open": counts.all, "free": counts.unowned, "mine": counts.mine, "again": counts.wrote_again}
    tabs = [Tab(name, _TABS[name] is view, _counted(number)) for name, number in numbers.items()]
    return Queue(tabs, [line_of(item, now=now, lang=lang) for item in items], counts)


def line_of(item: QueueItem, *, now: datetime, lang: Lang) -> Line:
    """A line of the queue."""
    old = now - item.created_at
    age = text("console.age.new" if old < _NEW else "console.age", lang, span=show_span(old, lang))
    waiting = text("console.waiting.them" if item.state is CaseState.WAITING_FOR_PERSON else "console.waiting.us", lang)
    if item.owner is not None:
        waiting = f"{waiting} · {item.owner}"
    risk, left = _left(item, now=now, lang=lang)
    return Line(
        reference=item.reference,
        title=service_title(item.service, lang),
        risk=risk,
        level=text(f"level.{item.level}", lang),
        waiting=waiting,
        age=age,
        left=left,
        late=risk == "risk" and item.next_due_at is not None and item.next_due_at < now,
        due_iso=iso(item.next_due_at) if item.next_due_at else "",
    )


def _left(item: QueueItem, *, now: datetime, lang: Lang) -> tuple[str, str]:
    if item.next_due_at is None:
        return "", text("console.no_deadline", lang)
    if item.state is CaseState.WAITING_FOR_PERSON and item.waiting_until is not None and now < item.waiting_until:
        return "", text("console.paused", lang)
    left = item.next_due_at - now
    if left < timedelta(0):
        return "risk", text("console.over", lang, span=_short(-left, lang))
    risk = "risk" if left < _AT_RISK else "soon" if left <= _SOON else ""
    return risk, _short(left, lang)


def _short(span: timedelta, lang: Lang) -> str:
    """Hours and minutes as on a clock, ``1:59``; from two days on, days."""
    if span >= _DAYS_FROM:
        return text("span.days", lang, n=span.days)
    hours, rest = divmod(int(span.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02d}"


def _counted(number: int) -> str:
    return f"{COUNTED}+" if number >= COUNTED else str(number)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk`` and its live updates."""

    @get("/desk", opt=STAFF)
    async def show(request: Request[Any, Any, Any]) -> Response[str]:
        me, now, lang = staff_of(request).session.staff, house.clock(), page_language(request)
        async with house.database.read() as tx:
            queue = await load_queue(tx, request, me.id, now=now, lang=lang)
        late = sum(line.late for line in queue.items)
        counts = queue.counts
        return pages.show(
            request,
            "console/queue.html",
            audience=Audience.STAFF,
            has_case=False,
            staff_name=me.name,
            told=told_of(request, lang),
            here=here_of(request, "/desk"),
            tabs=queue.tabs,
            items=queue.items,
            figures=[("open", counts.all), ("free", counts.unowned), ("mine", counts.mine), ("late", late)],
        )

    @get("/desk/live", opt={**STAFF, "limit": "staff"})
    async def live(request: Request[Any, Any, Any]) -> ServerSentEvent:
        topics = ["queue"]
        reference = parse_reference(request.query_params.get("case", ""))
        if not isinstance(reference, Refusal):
            async with house.database.read() as tx:
                case = await find_by_reference(tx, reference)
            if case is not None:
                topics += [f"case/{case.id}", f"conversation/{case.conversation_id}"]
        return live_answer(house, request, topics)

    return [show, live]


def here_of(request: Request[Any, Any, Any], path: str) -> str:
    """The address of this page for reading it anew, with the part of the queue that it shows."""
    shown = request.query_params.get("show", "open")
    return f"{path}?show={shown}" if shown in _TABS and shown != "open" else path


def told_of(request: Request[Any, Any, Any], lang: Lang) -> str:
    """What the act before this page did, said once."""
    said = request.query_params.get("said", "")
    return text(f"console.said.{said}", lang) if said in _SAID else ""


_SAID: Final = frozenset({"taken", "taken_over", "sent", "asked", "resolved", "handed_over", "viewed", "acknowledged"})
