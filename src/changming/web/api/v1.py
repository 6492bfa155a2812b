"""The public API, version 1: ask, and look where one's own case stands."""

import time
from typing import Any, Final

from litestar import Request, Router, get, post
from litestar.params import FromPath, JSONBody

from changming.guidance.answers import Query, answer
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import iso
from changming.web.api.shapes import AskAnswer, AskRequest, CaseShape, PromiseShape
from changming.web.asking import LONGEST_QUESTION, decide_question
from changming.web.case_view import load_facts
from changming.web.gate import visitor_of
from changming.web.house import House
from changming.web.language import api_language
from changming.web.own import own_case

_MOST: Final = 20


def router(house: House) -> Router:
    """``/api/v1/…``."""

    @post(
        "/ask",
        opt={"may": "anyone", "degree": "none", "limit": "ask", "body": "json"},
        status_code=200,
        summary="Answer a question from the knowledge in force, with citations. Nothing of it is kept.",
    )
    async def ask(request: Request[Any, Any, Any], data: JSONBody[AskRequest]) -> AskAnswer:
        # An Idempotency-Key is accepted and needs no memory: asking changes nothing, so twice is as good as once.
        if refusal := decide_question(data.text):
            raise refusal.as_error()
        for name, too_long in (
            ("turns", len(data.turns) > _MOST or any(len(turn) > LONGEST_QUESTION for turn in data.turns)),
            ("answers", len(data.answers) > _MOST),
        ):
            if too_long:
                raise ChangmingError("field_invalid", status=422, field=name)
        began = time.perf_counter()
        query = Query(
            text=data.text,
            at=house.clock(),
            city=data.city,
            need_by=data.need_by,
            answers=data.answers,
            turns=tuple(data.turns),
            lang=api_language(request),
        )
        result = answer(house.edition(), query).to_json()
        return AskAnswer(
            masked=result["masked"],
            triage=result["triage"],
            answer=result["answer"],
            plan=result["plan"],
            ms=round((time.perf_counter() - began) * 1000, 1),
        )

    @get(
        "/cases/{reference:str}",
        opt={"may": "visitor", "degree": "session"},
        summary="Where a case of this session stands: its level, who has it, what is promised and why.",
    )
    async def case(request: Request[Any, Any, Any], reference: FromPath[str]) -> CaseShape:
        now, lang = house.clock(), api_language(request)
        async with house.database.read() as tx:
            found = (await own_case(tx, visitor_of(request).session, reference)).the_case
            facts = await load_facts(tx, found)
        promise = facts.promise(now=now, lang=lang)
        return CaseShape(
            reference=found.reference,
            service=found.service,
            level=found.level.value,
            state=found.state.value,
            holder=facts.owner,
            created_at=iso(found.created_at),
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

    return Router("/api/v1", route_handlers=[ask, case], tags=["v1"])
