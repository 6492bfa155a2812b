"""Knowledge on the console: what waits for editors, all entries, one entry with its history, taking one back."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from changming.editorial import (
    LONGEST_REASON,
    TOPIC,
    RetractionId,
    begin_draft,
    confirm_retraction,
    dismiss_release,
    find_bundled,
    find_drafts,
    find_editions,
    find_live_drafts,
    find_open_retractions,
    find_retractions,
    find_usages,
    find_version,
    list_work,
    next_review,
    restore_entry,
    retract,
)
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.messages import Audience, text
from changming.trust.identity import list_staff
from changming.web.answer_view import service_title
from changming.web.console.knowledge_view import (
    draft_line,
    edition_line,
    entry_lines,
    names_of,
    retraction_line,
    service_of,
    task_line,
    usage_line,
    who,
)
from changming.web.doorbell import live_answer
from changming.web.forms import Form
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.once import Once
from changming.web.pages import Pages

SEE: Final = 303
EDITOR: Final = {"may": "staff:editor", "degree": "session"}
ACT: Final = {**EDITOR, "limit": "staff"}
HOME: Final = "/desk/knowledge"
_SAID: Final = frozenset(
    {"retracted", "confirmed", "restored", "dismissed", "saved", "submitted", "published", "returned", "withdrawn"}
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TABS: Final = ("work", "all", "history")


def known_service(name: str) -> str:
    """The service of an address.

    Raises:
        ChangmingError: ``entry_missing`` (404).
    """
    service = service_of(name)
    if service is None:
        raise ChangmingError("entry_missing", status=404, service=name[:60])
    return service


def told_of(request: Request[Any, Any, Any]) -> str:
    """What the act before this page did, said once."""
    said = request.query_params.get("said", "")
    return text(f"knowledge.said.{said}", page_language(request)) if said in _SAID else ""


def show_knowledge(
    pages: Pages,
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    **context: Any,  # noqa: ANN401 - whatever the template shows
) -> Response[str]:
    """``console/<template>.html`` with ``context``, in the frame that all pages about knowledge have."""
    return pages.show(
        request,
        f"console/{template}.html",
        status=status,
        audience=Audience.STAFF,
        has_case=False,
        staff_name=staff_of(request).session.staff.name,
        told=told_of(request),
        **context,
    )


async def once_in_form(
    house: House, request: Request[Any, Any, Any], act: Callable[[Tx, Form], Awaitable[str | Refusal]]
) -> str:
    """Do what a form asks for, once, in one transaction; what ``act`` made, the same again for a repeat.

    Raises:
        ChangmingError: the refusal of the act.
    """
    form, now = form_of(request), house.clock()
    once = Once.of_form(house, request, form)
    async with house.database.act() as tx:
        done = await once.before(tx, now=now)
        if done is not None:
            return done.object_id
        made = await act(tx, form)
        if isinstance(made, Refusal):
            raise made.as_error()
        await once.after(tx, made, subject_id=None)
    return made


async def _home(house: House, pages: Pages, request: Request[Any, Any, Any]) -> Response[str]:
    me, lang, today = staff_of(request).session.staff, page_language(request), local_date(house.clock())
    edition = house.edition()
    async with house.database.read() as tx:
        drafts, retractions = await find_live_drafts(tx), await find_open_retractions(tx)
        bundled, editions = await find_bundled(tx), await find_editions(tx)
        names = names_of(await list_staff(tx))
    tab = request.query_params.get("show", "work")
    tab = tab if tab in _TABS else "work"
    work = list_work(edition, drafts, retractions, bundled, me=me.id, on=today)
    return show_knowledge(
        pages,
        request,
        "knowledge",
        tab=tab,
        tabs=[(name, {"work": len(work), "all": len(edition.packs), "history": len(editions)}[name]) for name in _TABS],
        work=[task_line(item, names, lang) for item in work],
        entries=entry_lines(edition, lang, on=today),
        editions=[edition_line(one, names, lang) for one in editions],
        number=house.edition.number,
        digest=edition.digest,
        fault=house.edition.fault,
    )


async def _entry(house: House, pages: Pages, request: Request[Any, Any, Any], name: str) -> Response[str]:
    me, lang, today = staff_of(request).session.staff, page_language(request), local_date(house.clock())
    service, pack = known_service(name), house.edition().packs.get(known_service(name))
    async with house.database.read() as tx:
        usages, drafts = await find_usages(tx, service), await find_drafts(tx, service)
        retractions, bundled = await find_retractions(tx, service), (await find_bundled(tx)).get(service)
        names = names_of(await list_staff(tx))
    open_one = next((one for one in retractions if one.outcome is None), None)
    return show_knowledge(
        pages,
        request,
        "knowledge_entry",
        name=name,
        service=service,
        title=service_title(service, lang),
        pack=pack,
        review=None if pack is None else next_review(pack),
        today=today,
        sources=[] if pack is None else list(pack.sources.values()),
        usages=[usage_line(one, names, lang) for one in usages],
        drafts=[draft_line(one, names, lang) for one in drafts],
        live_drafts=[draft_line(one, names, lang) for one in drafts if one.state.live],
        retractions=[retraction_line(one, names, lang) for one in retractions],
        retraction=open_one,
        retraction_mine=open_one is not None and open_one.staff_id == me.id,
        retracted_by="" if open_one is None else who(names, open_one.staff_id, lang),
        waiting=bundled.digest if bundled is not None and bundled.waiting else "",
        longest=LONGEST_REASON,
    )


async def _version(house: House, pages: Pages, request: Request[Any, Any, Any], digest: str) -> Response[str]:
    lang = page_language(request)
    async with house.database.read() as tx:
        version = await find_version(tx, digest) if _DIGEST.fullmatch(digest) else None
    if version is None:
        raise ChangmingError("page_not_found", status=404)
    return show_knowledge(
        pages,
        request,
        "knowledge_version",
        version=version,
        title=service_title(version.service, lang),
        name=version.service.replace("/", "."),
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/knowledge`` but for drafts."""

    @get(HOME, opt=EDITOR)
    async def home(request: Request[Any, Any, Any]) -> Response[str]:
        return await _home(house, pages, request)

    @get(f"{HOME}/live", opt=ACT)
    async def live(request: Request[Any, Any, Any]) -> ServerSentEvent:
        return live_answer(house, request, [TOPIC])

    @get(f"{HOME}/entry/{{name:str}}", opt=EDITOR)
    async def entry(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
        return await _entry(house, pages, request, name)

    @get(f"{HOME}/version/{{digest:str}}", opt=EDITOR)
    async def version(request: Request[Any, Any, Any], digest: FromPath[str]) -> Response[str]:
        return await _version(house, pages, request, digest)

    return [home, live, entry, version, *_acts(house), *_second_look(house)]


def _acts(house: House) -> list[HTTPRouteHandler]:
    @post(f"{HOME}/entry/{{name:str}}/draft", opt=ACT, status_code=SEE)
    async def begin(request: Request[Any, Any, Any], name: FromPath[str]) -> Redirect:
        service, me = known_service(name), staff_of(request).session.staff

        async def act(tx: Tx, form: Form) -> str | Refusal:
            authored = await _first_words(house, tx, service, form.get("from"))
            return str(await begin_draft(tx, service, authored, staff=me.id, now=house.clock()))

        return Redirect(f"{HOME}/draft/{await once_in_form(house, request, act)}", status_code=SEE)

    @post(f"{HOME}/entry/{{name:str}}/retract", opt=ACT, status_code=SEE)
    async def take_back(request: Request[Any, Any, Any], name: FromPath[str]) -> Redirect:
        service, me = known_service(name), staff_of(request).session.staff

        async def act(tx: Tx, form: Form) -> str | Refusal:
            seen, reason = form.get("seen"), form.get("reason")
            done = await retract(tx, service, seen=seen, reason=reason, staff=me.id, now=house.clock())
            return done if isinstance(done, Refusal) else str(done.id)

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}/entry/{name}?said=retracted", status_code=SEE)

    @post(f"{HOME}/entry/{{name:str}}/dismiss", opt=ACT, status_code=SEE)
    async def dismiss(request: Request[Any, Any, Any], name: FromPath[str]) -> Redirect:
        service, me = known_service(name), staff_of(request).session.staff

        async def act(tx: Tx, form: Form) -> str | Refusal:
            del form
            return await dismiss_release(tx, service, staff=me.id, now=house.clock()) or service

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}/entry/{name}?said=dismissed", status_code=SEE)

    return [begin, take_back, dismiss]


def _second_look(house: House) -> list[HTTPRouteHandler]:
    @post(f"{HOME}/retraction/{{place:uuid}}/{{what:str}}", opt=ACT, status_code=SEE)
    async def second_look(request: Request[Any, Any, Any], place: FromPath[UUID], what: FromPath[str]) -> Redirect:
        me, retraction = staff_of(request).session.staff, RetractionId(place)
        if what not in ("confirm", "restore"):
            raise ChangmingError("page_not_found", status=404)

        async def act(tx: Tx, form: Form) -> str | Refusal:
            del form
            if what == "confirm":
                return await confirm_retraction(tx, retraction, staff=me.id, now=house.clock()) or str(place)
            head = await restore_entry(tx, retraction, staff=me.id, now=house.clock())
            return head if isinstance(head, Refusal) else str(place)

        await once_in_form(house, request, act)
        said = "confirmed" if what == "confirm" else "restored"
        return Redirect(f"{HOME}?said={said}", status_code=SEE)

    return [second_look]


async def _first_words(house: House, tx: Tx, service: str, wanted: str) -> str:
    """What a draft begins with: the version that was asked for, the one in force, the newest one, or a skeleton."""
    pack = house.edition().packs.get(service)
    usages = [] if pack or wanted else await find_usages(tx, service)
    digest = wanted or (pack.digest if pack else next((one.digest for one in usages if one.digest), ""))
    version = await find_version(tx, digest) if digest else None
    if version is not None and version.service == service:
        return version.authored
    return f"service: {service}\nversion: {local_date(house.clock()):%Y.%m.%d}\ntransition: accepted_at\n"
