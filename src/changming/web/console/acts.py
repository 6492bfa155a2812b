"""What staff do with a case: take, answer, ask, resolve, hand over. Each is one form and one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.cases import (
    Case,
    Note,
    acknowledge,
    ask_person,
    get_case,
    hand_over,
    reply,
    resolve,
    take,
)
from changming.desk.conversations import Content
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, StaffId
from changming.kernel.masking import mask
from changming.kernel.personal import Personal
from changming.trust.identity import list_staff
from changming.web.console.case import newest_of, show_case, staff_case
from changming.web.console.queue import STAFF
from changming.web.console.view import may_take_over
from changming.web.forms import LONG_FORM_BYTES, Form
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.once import Once
from changming.web.pages import Pages

_SEE: Final = 303
_ACT: Final = {**STAFF, "limit": "staff"}
_LONGEST_NUMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Doing:
    """What an act works with: its transaction, the case, who acts, the form, the present instant."""

    house: House
    tx: Tx
    case_id: CaseId
    staff: StaffId
    form: Form
    now: datetime


Act = Callable[[Doing], Awaitable[Case | Refusal]]


async def take_case(doing: Doing) -> Case | Refusal:
    """The case is mine."""
    return await take(doing.tx, doing.case_id, staff=doing.staff, now=doing.now)


async def take_over(doing: Doing) -> Case | Refusal:
    """Go on in the place of the colleague whom the page named, where ``may_take_over`` lets one."""
    # Trying to take it holds the case, so that what is read of it afterwards stands.
    taken = await take_case(doing)
    if not isinstance(taken, Refusal) or taken.code != "case_taken":
        return taken
    case = await get_case(doing.tx, doing.case_id)
    everybody = await list_staff(doing.tx)
    me = next(one for one in everybody if one.id == doing.staff)
    if doing.form.get("from") != str(case.owner_id) or not may_take_over(case, me, everybody):
        return taken
    return await take(doing.tx, doing.case_id, staff=doing.staff, over=True, now=doing.now)


async def speak(doing: Doing) -> Case | Refusal:
    """Answer, or ask for something. Whoever answers a case that nobody has, has taken it: one act, one key less."""
    if (await get_case(doing.tx, doing.case_id)).owner_id is None:
        taken = await take_case(doing)
        if isinstance(taken, Refusal):
            return taken
    written = doing.form.get("text")
    content = Content(Personal(written), Personal(mask(written).text))
    say = ask_person if doing.form.get("ask") else reply
    return await say(doing.tx, doing.house.keyring, doing.case_id, content, staff=doing.staff, now=doing.now)


async def resolve_case(doing: Doing) -> Case | Refusal:
    """The desk's answer has been given."""
    return await resolve(doing.tx, doing.house.keyring, doing.case_id, staff=doing.staff, now=doing.now)


async def mark_read(doing: Doing) -> Case | Refusal:
    """What came after the resolution needs nothing more."""
    return await acknowledge(doing.tx, doing.case_id, staff=doing.staff, now=doing.now)


async def give_to_colleague(doing: Doing) -> Case | Refusal:
    """Somebody else goes on, with a note for them."""
    try:
        to = StaffId(UUID(doing.form.get("to")))
    except ValueError:
        raise ChangmingError("field_invalid", status=422, field="to") from None
    note = doing.form.personal("note")
    kept = Note(note, doing.house.keyring) if note else None
    return await hand_over(doing.tx, doing.case_id, staff=doing.staff, to=to, note=kept, now=doing.now)


async def _require_all_seen(doing: Doing, case: Case) -> None:
    """Refuse to pass over a message that came after the page was shown.

    Called after the act, in its transaction: the act holds the case, so that nobody writes in between.

    Raises:
        ChangmingError: ``message_unseen`` (409).
    """
    seen = doing.form.get("seen")
    shown = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= _LONGEST_NUMBER else 0
    if await newest_of(doing.tx, case) > shown:
        raise ChangmingError("message_unseen", status=409)


@dataclass(frozen=True, slots=True)
class Door:
    """An act's place: below which name, what is said after it, whether it leads back to the queue.

    ``over`` is whether the act would pass over a message that the page has not shown.
    """

    name: str
    act: Act
    said: str
    back: bool = False
    over: bool = False


_DOORS: Final = (
    Door("take", take_case, "taken"),
    Door("take-over", take_over, "taken_over"),
    Door("reply", speak, "sent", over=True),
    Door("resolve", resolve_case, "resolved", back=True, over=True),
    Door("acknowledge", mark_read, "acknowledged", back=True, over=True),
    Door("handover", give_to_colleague, "handed_over", back=True),
)


async def _do(house: House, request: Request[Any, Any, Any], door: Door, case: Case) -> None:
    """The act, once, in one transaction."""
    staff, form, now = staff_of(request).session.staff, form_of(request), house.clock()
    once = Once.of_form(house, request, form)
    async with house.database.act() as tx:
        if await once.before(tx, now=now) is not None:
            return
        doing = Doing(house, tx, case.id, staff.id, form, now)
        done = await door.act(doing)
        if isinstance(done, Refusal):
            raise done.as_error()
        if door.over:
            await _require_all_seen(doing, case)
        await once.after(tx, case.reference, subject_id=case.subject_id)


def _handler(house: House, pages: Pages, door: Door) -> HTTPRouteHandler:
    """One act's handler: done once, then back to the queue or to the case."""

    @post(
        f"/desk/cases/{{reference:str}}/{door.name}",
        opt=_ACT,
        request_max_body_size=LONG_FORM_BYTES,
        status_code=_SEE,
        name=f"console.{door.name}",
    )
    async def run(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
        async with house.database.read() as tx:
            case = await staff_case(tx, reference)
        try:
            await _do(house, request, door, case)
        except ChangmingError as unseen:
            if unseen.code != "message_unseen" or "hx-request" in request.headers:
                raise
            # The case's page says it best: it shows the new message, and the words that were written below it.
            return await show_case(house, pages, request, reference, refused=unseen)
        place = "/desk" if door.back else f"/desk/cases/{case.reference}"
        return Redirect(f"{place}?said={door.said}", status_code=_SEE)

    return run


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """The POSTs below ``/desk/cases/{reference}``."""
    return [_handler(house, pages, door) for door in _DOORS]
