"""One case on the console, read with a recorded proof."""

from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.cases import Case, find_by_reference, parse_reference
from changming.desk.conversations import ALL_FIELDS, MASKED_FIELDS, Message, find_messages
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Audience, Lang
from changming.trust.identity import StaffSession, list_staff
from changming.trust.vault import FieldId, Viewing, opener, view
from changming.web.asking import LONGEST_QUESTION
from changming.web.case_view import CaseFacts, load_facts
from changming.web.console.queue import STAFF, here_of, load_queue, told_of
from changming.web.console.reveal import CASE_WORK, PURPOSES, Reveal, read_reveal, write_reveal
from changming.web.console.view import note_of, staff_case_view
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages
from changming.web.views import Said

_SEE: Final = 303


async def staff_case(tx: Tx, written: str) -> Case:
    """The case with this reference.

    Raises:
        ChangmingError: what ``parse_reference`` refuses, ``case_not_found`` (404).
    """
    reference = parse_reference(written)
    if isinstance(reference, Refusal):
        raise reference.as_error()
    case = await find_by_reference(tx, reference)
    if case is None:
        raise ChangmingError("case_not_found", status=404)
    return case


async def _read(
    house: House, session: StaffSession, facts: CaseFacts, reveal: Reveal | None, *, now: datetime, lang: Lang
) -> tuple[list[Message], list[Said]]:
    """The messages as far as the proof opens them, and colleagues' notes."""
    case = facts.case
    proof = await _proof(house, session, case, reveal.purpose if reveal else CASE_WORK, now=now)
    async with house.database.read() as tx:
        opened = await opener(tx, house.keyring, proof, now=now)
        sealed = await find_messages(tx, case.conversation_id)
        fields = ALL_FIELDS if reveal else MASKED_FIELDS
        notes = [
            note_of(
                event,
                opened.open(FieldId.CASE_NOTE, event.note_id, event.note_sealed),
                facts,
                lang,
                masked=reveal is None,
            )
            for event in facts.events
            if event.note_id is not None and event.note_sealed is not None
        ]
        return [message.open(opened, fields) for message in sealed], notes


async def _proof(house: House, session: StaffSession, case: Case, purpose: str, *, now: datetime) -> Viewing:
    return await view(
        house.database,
        actor=session.actor,
        subject_id=case.subject_id,
        case_id=case.id,
        fields=(MASKED_FIELDS if purpose == CASE_WORK else ALL_FIELDS) | {FieldId.CASE_NOTE},
        purpose=purpose,
        now=now,
    )


async def _show(house: House, pages: Pages, request: Request[Any, Any, Any], reference: str) -> Response[str]:
    session, now, lang = staff_of(request).session, house.clock(), page_language(request)
    async with house.database.read() as tx:
        case = await staff_case(tx, reference)
        facts = await load_facts(tx, case)
        queue = await load_queue(tx, request, session.staff.id, now=now, lang=lang)
        colleagues = await list_staff(tx)
    reveal = read_reveal(house, session, case, request.query_params.get("reveal", ""), now=now)
    messages, notes = await _read(house, session, facts, reveal, now=now, lang=lang)
    shown = staff_case_view(
        house,
        facts,
        messages,
        notes=notes,
        me=session.staff,
        colleagues=colleagues,
        reveal=reveal,
        now=now,
        lang=lang,
    )
    return pages.show(
        request,
        "console/case.html",
        audience=Audience.STAFF,
        has_case=True,
        staff_name=session.staff.name,
        told=told_of(request, lang),
        here=here_of(request),
        tabs=queue.tabs,
        items=queue.items,
        view=shown,
        purposes=PURPOSES,
        longest=LONGEST_QUESTION,
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/cases/{reference}`` and its revealing."""

    @get("/desk/cases/{reference:str}", opt=STAFF)
    async def show(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[str]:
        return await _show(house, pages, request, reference)

    @post("/desk/cases/{reference:str}/view", opt={**STAFF, "limit": "staff"}, status_code=_SEE)
    async def reveal(request: Request[Any, Any, Any], reference: FromPath[str]) -> Redirect:
        session, now, purpose = staff_of(request).session, house.clock(), form_of(request).get("purpose")
        if purpose not in PURPOSES:
            raise ChangmingError("field_invalid", status=422, field="purpose")
        async with house.database.read() as tx:
            case = await staff_case(tx, reference)
        proof = await _proof(house, session, case, purpose, now=now)
        written = write_reveal(house, session, case, Reveal(purpose, proof.expires_at))
        return Redirect(f"/desk/cases/{case.reference}?said=viewed&reveal={written}", status_code=_SEE)

    return [show, reveal]
