"""One draft on the console: written by sections or as a whole, checked while one types, seen as a citizen sees it."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.editorial import (
    SECTIONS,
    Checked,
    Draft,
    DraftId,
    DraftState,
    NotEditable,
    check_text,
    copy_entry,
    drop_entry,
    get_draft,
    read_section,
    save_draft,
    withdraw_draft,
    write_section,
)
from changming.infra.postgres import Tx
from changming.kernel.catalogue import SourceStatus
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.messages import Audience, Lang, text
from changming.trust.identity import list_staff
from changming.web.answer_view import service_title
from changming.web.console.knowledge import ACT, EDITOR, HOME, SEE, once_in_form, show_knowledge
from changming.web.console.knowledge_view import fault_lines, name_of, names_of, who
from changming.web.forms import LONG_FORM_BYTES, Form
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages

WHOLE: Final = "yaml"
_PLACES: Final = (*SECTIONS, WHOLE)
_MANY_FIELDS: Final = 2_000
WRITE: Final = {**ACT, "fields": _MANY_FIELDS}
_LONGEST_REVISION: Final = 9
_SHOWN_OPEN: Final = 4
"""Groups of a section that are shown open; more of them are folded, so that a phone shows what there is."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a form holds: the text with its words in it, and the part of the text that it shows."""

    authored: str
    section: str


def section_of(wanted: str) -> str:
    """A part of the text that has a page."""
    return wanted if wanted in _PLACES else _PLACES[0]


def written_in(draft: Draft, form: Form) -> Written:
    """The draft's text with the words of the form; a part that is no form any more is left as it was."""
    section = section_of(form.get("section"))
    if section == WHOLE:
        return Written(form.fields.get("authored", draft.authored), WHOLE)
    try:
        authored = write_section(draft.authored, section, form.fields)
        for act, change in (("copy", copy_entry), ("drop", drop_entry)):
            if form.get(act):
                authored = change(authored, tuple(form.get(act).split("/")))
    except NotEditable:
        return Written(draft.authored, section)
    return Written(authored, section)


def revision_of(form: Form) -> int:
    """Which revision of the draft the form was made from; 0 where it does not say."""
    given = form.get("revision")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _LONGEST_REVISION else 0


def checked_view(draft: Draft, written: Written, checked: Checked, lang: Lang) -> dict[str, Any]:
    """What the part of a page that shows a check needs."""
    return {
        "draft": draft,
        "faults": fault_lines(written.authored, checked.faults, lang),
        "warnings": fault_lines(written.authored, checked.warnings, lang),
        "clean": checked.pack is not None,
    }


def may_write(draft: Draft) -> bool:
    """Whether the draft is being written."""
    return draft.state is DraftState.OPEN


async def check(house: House, draft: Draft, authored: str) -> Checked:
    """What is wrong with a text of the draft today. In a thread: a long entry takes as long as fifty answers."""
    today = local_date(house.clock())
    return await asyncio.to_thread(check_text, draft.service, authored, house.edition(), on=today)


async def show_draft(
    house: House,
    pages: Pages,
    request: Request[Any, Any, Any],
    draft: Draft,
    written: Written,
    *,
    names: dict[UUID, str],
    refused: ChangmingError | None = None,
) -> Response[str]:
    """The page of a draft; where an act was ``refused``, it says why and keeps what was written."""
    me, lang, today = staff_of(request).session.staff, page_language(request), local_date(house.clock())
    checked = await check(house, draft, written.authored)
    groups = None if written.section == WHOLE else read_section(written.authored, written.section)
    in_force = house.edition().packs.get(draft.service)
    staff = Audience.STAFF
    return show_knowledge(
        pages,
        request,
        "knowledge_draft",
        status=200 if refused is None else refused.status,
        wrong="" if refused is None else f"{refused.message(lang, staff)} {refused.next_step(lang, staff)}",
        title=service_title(draft.service, lang),
        name=name_of(draft.service),
        authors=text("list.and", lang).join(who(names, author, lang) for author in draft.authors),
        state=text(f"knowledge.draft.{draft.state}", lang),
        section=written.section,
        sections=_PLACES,
        groups=groups,
        shown_open=_SHOWN_OPEN,
        authored=written.authored,
        statuses=[status.value for status in SourceStatus],
        may_write=may_write(draft),
        mine=me.id in draft.authors,
        stale=draft.base_digest != (None if in_force is None else in_force.digest),
        today=today,
        **checked_view(draft, written, checked, lang),
    )


async def load(house: House, place: UUID) -> tuple[Draft, dict[UUID, str]]:
    """A draft with the names of everybody.

    Raises:
        ChangmingError: ``draft_missing`` (404).
    """
    async with house.database.read() as tx:
        return await get_draft(tx, DraftId(place)), names_of(await list_staff(tx))


async def keep(house: House, request: Request[Any, Any, Any], draft: Draft, *, onto_newest: bool = False) -> None:
    """Save what the form holds, if it is another text than before.

    Raises:
        ChangmingError: the refusal.
    """
    me = staff_of(request).session.staff

    async def act(tx: Tx, form: Form) -> str | Refusal:
        authored, revision = written_in(draft, form).authored, revision_of(form)
        if authored == draft.authored and not onto_newest and draft.revision == revision:
            return str(draft.id)
        refused = await save_draft(
            tx, draft.id, authored, revision=revision, onto_newest=onto_newest, staff=me.id, now=house.clock()
        )
        return refused or str(draft.id)

    await once_in_form(house, request, act)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/knowledge/draft/{id}``: show, check, save, withdraw."""
    place_of = f"{HOME}/draft/{{place:uuid}}"

    @get(place_of, opt=EDITOR)
    async def show(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Response[str]:
        draft, names = await load(house, place)
        section = section_of(request.query_params.get("section", ""))
        return await show_draft(house, pages, request, draft, Written(draft.authored, section), names=names)

    @post(f"{place_of}/check", opt=WRITE, request_max_body_size=LONG_FORM_BYTES, status_code=200)
    async def look(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Response[str]:
        draft, names = await load(house, place)
        written, lang = written_in(draft, form_of(request)), page_language(request)
        if "hx-request" not in request.headers:
            return await show_draft(house, pages, request, draft, written, names=names)
        view = checked_view(draft, written, await check(house, draft, written.authored), lang)
        return pages.show(request, "console/knowledge_check.html", audience=Audience.STAFF, **view)

    @post(place_of, opt=WRITE, request_max_body_size=LONG_FORM_BYTES, status_code=SEE)
    async def save(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Response[Any]:
        draft, names = await load(house, place)
        form = form_of(request)
        try:
            await keep(house, request, draft, onto_newest=bool(form.get("onto")))
        except ChangmingError as refused:
            if "hx-request" in request.headers:
                raise
            return await show_draft(house, pages, request, draft, written_in(draft, form), names=names, refused=refused)
        then = form.get("then")
        if then in ("changes", "preview"):
            return Redirect(f"{HOME}/draft/{place}/{then}", status_code=SEE)
        section = section_of(form.get("section"))
        return Redirect(f"{HOME}/draft/{place}?section={section}&said=saved", status_code=SEE)

    @post(f"{place_of}/withdraw", opt=ACT, status_code=SEE)
    async def withdraw(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Redirect:
        me = staff_of(request).session.staff

        async def act(tx: Tx, form: Form) -> str | Refusal:
            del form
            return await withdraw_draft(tx, DraftId(place), staff=me.id, now=house.clock()) or str(place)

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}?said=withdrawn", status_code=SEE)

    return [show, look, save, withdraw]


def day_of(given: str, today: date) -> date:
    """A chosen date, else today."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return today
