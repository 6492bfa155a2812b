"""The public API, version 1: ask, and look where one's own case stands."""

import time
from typing import Any, Final

from litestar import Request, Router, get, post
from litestar.params import FromPath, JSONBody

from changming.desk.cases import Promise
from changming.guidance.answers import Query, answer
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import iso
from changming.kernel.messages import Lang
from changming.web.api import guides
from changming.web.api.shapes import AskAnswer, AskRequest, CaseShape, PromiseShape
from changming.web.asking import LONGEST_QUESTION, decide_question, note_basis
from changming.web.case_view import CaseFacts, load_facts
from changming.web.gate import visitor_of
from changming.web.house import House
from changming.web.language import api_language
from changming.web.own import own_case

_MOST: Final = 20


def answered(house: House, data: AskRequest, lang: Lang) -> AskAnswer:
    """The answer to a program's question.

    Raises:
        ChangmingError: ``question_empty``, ``question_without_words`` (422), ``question_too_long`` (413),
            ``field_invalid`` (422).
    """
    if refusal := decide_question(data.text):
        raise refusal.as_error()
    if len(data.turns) > _MOST or any(len(turn) > LONGEST_QUESTION for turn in data.turns):
        raise ChangmingError("field_invalid", status=422, field="turns")
    if len(data.answers) > _MOST:
        raise ChangmingError("field_invalid", status=422, field="answers")
    began = time.perf_counter()
    query = Query(
        text=data.text,
        at=house.clock(),
        city=data.city,
        need_by=data.need_by,
        answers=data.answers,
        turns=tuple(data.turns),
        lang=lang,
    )
    found = answer(house.edition(), query)
    note_basis(house, found.answer.basis)
    result = found.to_json()
    parts = {name: result[name] for name in ("masked", "triage", "answer", "plan")}
    return AskAnswer(**parts, ms=round((time.perf_counter() - began) * 1000, 1))


def case_shape(facts: CaseFacts, promise: Promise) -> CaseShape:
    """Where a case stands, without a word of what was said in it."""
    case = facts.case
    return CaseShape(
        reference=case.reference,
        service=case.service,
        level=case.level.value,
        state=case.state.value,
        holder=facts.owner,
        created_at=iso(case.created_at),
        next_due_at=None if promise.next is None else iso(promise.next.due_at),
        promises=[
            PromiseShape(
                kind=line.kind.value,
                due_at=iso(line.due_at),
                kept_at=None if line.kept_at is None else iso(line.kept_at),
                missed=line.missed,
                paused=line.paused,
            )
            for line in promise.lines
        ],
        why=list(promise.why),
    )


def router(house: House) -> Router:
    """``/api/v1/…``."""

    @post(
        "/ask",
        opt={"may": "anyone", "degree": "none", "limit": "ask", "body": "json"},
        status_code=200,
        summary="Answer a question from the knowledge in force, with citations. No word of it is kept.",
    )
    async def ask(request: Request[Any, Any, Any], data: JSONBody[AskRequest]) -> AskAnswer:
        # An Idempotency-Key is accepted and needs no memory: asking changes no more than a count.
        return answered(house, data, api_language(request))

    @get(
        "/cases/{reference:str}",
        opt={"may": "visitor", "degree": "session"},
        summary="Where a case of this session stands: its level, who has it, what is promised and why.",
    )
    async def case(request: Request[Any, Any, Any], reference: FromPath[str]) -> CaseShape:
        async with house.database.read() as tx:
            found = (await own_case(tx, visitor_of(request).session, reference)).the_case
            facts = await load_facts(tx, found)
        return case_shape(facts, facts.promise(now=house.clock(), lang=api_language(request)))

    return Router("/api/v1", route_handlers=[ask, case, *guides.handlers(house)], tags=["v1"])
