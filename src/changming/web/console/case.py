"""One case on the console, read with a recorded proof."""

from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.desk.cases import Case, find_by_reference, parse_reference
from changming.desk.conversations import (
    ALL_FIELDS,
    MASKED_FIELDS,
    Author,
    Message,
    find_messages,
    get_conversation,
    mask_thread,
)
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
_STAFF: Final = Audience.STAFF


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
        messages = [message.open(opened, fields) for message in sealed]
        return messages if reveal else mask_thread(messages), notes


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


async def newest_of(tx: Tx, case: Case) -> int:
    """The number of the person's newest message; 0 where they wrote none."""
    messages = await find_messages(tx, case.conversation_id)
    return max((one.sequence for one in messages if one.author is Author.VISITOR), default=0)


async def show_case(
    house: House,
    pages: Pages,
    request: Request[Any, Any, Any],
    reference: str,
    *,
    refused: ChangmingError | None = None,
) -> Response[str]:
    """The case's page; where an act was ``refused``, it says why and gives back what was written."""
    session, now, lang = staff_of(request).session, house.clock(), page_language(request)
    async with house.database.read() as tx:
        case = await staff_case(tx, reference)
        facts = await load_facts(tx, case)
        queue = await load_queue(tx, request, session.staff.id, now=now, lang=lang)
        colleagues = await list_staff(tx)
        theirs = (await get_conversation(tx, case.conversation_id)).lang
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
        theirs=theirs,
    )
    wrong = "" if refused is None else f"{refused.message(lang, _STAFF)} {refused.next_step(lang, _STAFF)}"
    return pages.show(
        request,
        "console/case.html",
        status=200 if refused is None else refused.status,
        audience=_STAFF,
        has_case=True,
        staff_name=session.staff.name,
        told=wrong or told_of(request, lang),
        here=here_of(request, f"/desk/cases/{case.reference}"),
        tabs=queue.tabs,
        items=queue.items,
        view=shown,
        wrong=wrong,
        draft=shown.suggestion.text if refused is None else form_of(request).get("text") or shown.suggestion.text,
        purposes=PURPOSES,
        longest=LONGEST_QUESTION,
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/cases/{reference}`` and its revealing."""

    @get("/desk/cases/{reference:str}", opt=STAFF)
    async def show(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[str]:
        return await show_case(house, pages, request, reference)

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
