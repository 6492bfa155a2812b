"""What staff do with a case: take, answer, ask, resolve, hand over. Each is one form and one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, post
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
from changming.web.console.case import staff_case
from changming.web.console.queue import STAFF
from changming.web.forms import LONG_FORM_BYTES, Form
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.once import Once
from changming.web.pages import Pages

_SEE: Final = 303
_ACT: Final = {**STAFF, "limit": "staff"}


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


def _handler(house: House, name: str, act: Act, said: str, *, back: bool) -> HTTPRouteHandler:
    """One act's handler: done once, then back to the queue or to the case."""

    @post(
        f"/desk/cases/{{reference:str}}/{name}",
        opt=_ACT,
        request_max_body_size=LONG_FORM_BYTES,
        status_code=_SEE,
        name=f"console.{name}",
    )
    async def run(request: Request[Any, Any, Any], reference: FromPath[str]) -> Redirect:
        staff, form, now = staff_of(request).session.staff, form_of(request), house.clock()
        async with house.database.read() as tx:
            case = await staff_case(tx, reference)
        once = Once.of_form(house, request, form)
        async with house.database.act() as tx:
            if await once.before(tx, now=now) is None:
                done = await act(Doing(house, tx, case.id, staff.id, form, now))
                if isinstance(done, Refusal):
                    raise done.as_error()
                await once.after(tx, case.reference, subject_id=case.subject_id)
        place = "/desk" if back else f"/desk/cases/{case.reference}"
        return Redirect(f"{place}?said={said}", status_code=_SEE)

    return run


def handlers(house: House, _: Pages) -> list[HTTPRouteHandler]:
    """The POSTs below ``/desk/cases/{reference}``."""
    return [
        _handler(house, "take", take_case, "taken", back=False),
        _handler(house, "reply", speak, "sent", back=False),
        _handler(house, "resolve", resolve_case, "resolved", back=True),
        _handler(house, "acknowledge", mark_read, "acknowledged", back=True),
        _handler(house, "handover", give_to_colleague, "handed_over", back=True),
    ]
