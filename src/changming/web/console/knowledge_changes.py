"""What a draft would change, and its way into force: preview, comparison, replay, a second person's word."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from changming.editorial import (
    LONGEST_REASON,
    Assessment,
    Draft,
    DraftId,
    DraftState,
    approve_draft,
    assess,
    return_draft,
    submit_draft,
)
from changming.guidance.answers import consulted_answer
from changming.guidance.knowledge import Input, InputKind, Pack, show_change
from changming.guidance.triage import find_division, place_name
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.messages import Audience, Lang, text
from changming.trust.identity import Staff
from changming.web.answer_view import answer_view, service_title
from changming.web.console.knowledge import ACT, EDITOR, HOME, SEE, once_in_form, show_knowledge
from changming.web.console.knowledge_draft import check, day_of, load, revision_of
from changming.web.console.knowledge_view import name_of, who
from changming.web.forms import Form
from changming.web.gate import form_of, staff_of
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages

_MOST: Final = 300
"""Differences that are shown; more of them are counted."""


async def _changes(house: House, pages: Pages, request: Request[Any, Any, Any], place: UUID) -> Response[str]:
    me, lang = staff_of(request).session.staff, page_language(request)
    draft, names = await load(house, place)
    found = await assess(
        house.database, draft.service, draft.authored, house.edition(), today=local_date(house.clock())
    )
    in_force = house.edition().packs.get(draft.service)
    impact = found.impact
    return show_knowledge(
        pages,
        request,
        "knowledge_changes",
        draft=draft,
        title=service_title(draft.service, lang),
        name=name_of(draft.service),
        authors=text("list.and", lang).join(who(names, author, lang) for author in draft.authors),
        state=text(f"knowledge.draft.{draft.state}", lang),
        faults=len(found.checked.faults),
        overdue=found.checked.overdue,
        structure=[] if impact is None else impact.structure[:_MOST],
        decisions=[] if impact is None else _sentences(impact.decisions.changed, lang),
        more=0 if impact is None else max(0, len(impact.decisions.changed) - _MOST),
        compared=None if impact is None else impact.decisions,
        replayed=None if impact is None else impact.replayed,
        records=0 if impact is None else sum(one.times for one in impact.records),
        changed_records=[] if impact is None else _records(found),
        stale=draft.base_digest != (None if in_force is None else in_force.digest),
        may=_may(draft, me, found),
        longest=LONGEST_REASON,
    )


def _sentences(changed: Any, lang: Lang) -> list[str]:  # noqa: ANN401 - the diff's own tuple
    return [show_change(one, lang, place=lambda code: place_name(code) or code) for one in changed[:_MOST]]


def _records(found: Assessment) -> list[tuple[str, int, bool]]:
    """Replayed inputs whose answer changes: the inputs in words, how often they were given, whether it was foreseen."""
    if found.impact is None:
        return []
    unforeseen = set(found.impact.replayed.unpredicted)
    rows = [(at, found.impact.records[at]) for at in found.impact.replayed.changed[:_MOST]]
    return [
        (" · ".join(f"{name}={value}" for name, value in one.given.items()) or "–", one.times, at not in unforeseen)
        for at, one in rows
    ]


def _may(draft: Draft, me: Staff, found: Assessment) -> dict[str, bool]:
    mine, submitted = me.id in draft.authors, draft.state is DraftState.SUBMITTED
    return {
        "mine": mine,
        "submit": draft.state is DraftState.OPEN and found.checked.pack is not None,
        "approve": submitted and not mine,
        "return": submitted,
        "published": draft.state is DraftState.PUBLISHED,
    }


async def _preview(house: House, pages: Pages, request: Request[Any, Any, Any], place: UUID) -> Response[str]:
    lang, today = page_language(request), local_date(house.clock())
    draft, _ = await load(house, place)
    query = request.query_params
    on, shown = day_of(query.get("on", ""), today), Lang.EN if query.get("in") == "en" else Lang.ZH
    checked = await check(house, draft, draft.authored)
    pack, view, wrong = checked.pack, None, ""
    given = {} if pack is None else _given(pack, query)
    if pack is not None:
        try:
            view = answer_view(consulted_answer(house.edition(), pack, given, on=on, lang=shown).to_json(), shown)
        except ChangmingError as refused:
            wrong = f"{refused.message(lang)} {refused.next_step(lang)}"

    def said(key: str, **fields: object) -> str:
        return text(key, shown, audience=Audience.CITIZEN, **fields)

    return show_knowledge(
        pages,
        request,
        "knowledge_preview",
        draft=draft,
        title=service_title(draft.service, lang),
        shown_title="" if pack is None else pack.title.say(shown),
        name=name_of(draft.service),
        faults=len(checked.faults),
        answer=view,
        wrong=wrong,
        on=on,
        shown=shown.value,
        said=said,
        inputs=[] if pack is None else [_asked(one, given, lang) for one in pack.inputs.values()],
    )


def _given(pack: Pack, query: Mapping[str, str]) -> dict[str, str]:
    """The chosen answers; a place may be called by its name."""
    found = {name: value for name in pack.inputs if (value := query.get(f"i.{name}", "").strip())}
    for name, value in found.items():
        if pack.inputs[name].kind is InputKind.REGION and (place := find_division(value)) is not None:
            found[name] = place.code
    return found


def _asked(one: Input, given: dict[str, str], lang: Lang) -> dict[str, Any]:
    options = {name: words.say(lang) for name, words in one.options.items()}
    if one.kind is InputKind.BOOL:
        options = {name: text(f"knowledge.bool.{name}", lang) for name in ("true", "false")}
    return {
        "name": one.name,
        "text": one.ask.say(lang),
        "kind": one.kind.value,
        "options": options,
        "value": given.get(one.name, ""),
    }


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/desk/knowledge/draft/{id}/…``: preview, changes, submit, approve, return."""
    place_of = f"{HOME}/draft/{{place:uuid}}"

    @get(f"{place_of}/changes", opt=EDITOR)
    async def changes(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Response[str]:
        return await _changes(house, pages, request, place)

    @get(f"{place_of}/preview", opt=EDITOR)
    async def preview(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Response[str]:
        return await _preview(house, pages, request, place)

    return [changes, preview, *_acts(house, place_of)]


def _acts(house: House, place_of: str) -> list[HTTPRouteHandler]:
    @post(f"{place_of}/submit", opt=ACT, status_code=SEE)
    async def submit(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Redirect:
        me, found = staff_of(request).session.staff, await _assessed(house, request, place)

        async def act(tx: Tx, form: Form) -> str | Refusal:
            refused = await submit_draft(
                tx, DraftId(place), found.findings, revision=revision_of(form), staff=me.id, now=house.clock()
            )
            return refused or str(place)

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}/draft/{place}/changes?said=submitted", status_code=SEE)

    @post(f"{place_of}/approve", opt=ACT, status_code=SEE)
    async def approve(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Redirect:
        me, found = staff_of(request).session.staff, await _assessed(house, request, place)

        async def act(tx: Tx, form: Form) -> str | Refusal:
            pack, revision = found.checked.pack, revision_of(form)
            done = await approve_draft(
                tx, DraftId(place), pack, found.findings, revision=revision, staff=me.id, now=house.clock()
            )
            return done if isinstance(done, Refusal) else str(place)

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}?said=published", status_code=SEE)

    @post(f"{place_of}/return", opt=ACT, status_code=SEE)
    async def give_back(request: Request[Any, Any, Any], place: FromPath[UUID]) -> Redirect:
        me, remark = staff_of(request).session.staff, form_of(request).get("remark")

        async def act(tx: Tx, form: Form) -> str | Refusal:
            refused = await return_draft(
                tx, DraftId(place), remark, revision=revision_of(form), staff=me.id, now=house.clock()
            )
            return refused or str(place)

        await once_in_form(house, request, act)
        return Redirect(f"{HOME}/draft/{place}?said=returned", status_code=SEE)

    return [submit, approve, give_back]


async def _assessed(house: House, request: Request[Any, Any, Any], place: UUID) -> Assessment:
    """What is known of the draft's words, which are those that the form was made from.

    Raises:
        ChangmingError: ``draft_missing`` (404), ``draft_changed`` (409).
    """
    draft, _ = await load(house, place)
    if draft.revision != revision_of(form_of(request)):
        raise Refusal("draft_changed", 409).as_error()
    today = local_date(house.clock())
    return await assess(house.database, draft.service, draft.authored, house.edition(), today=today)
