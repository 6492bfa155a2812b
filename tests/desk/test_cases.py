import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from changming.desk import cases
from changming.desk.cases import Case, CaseEventKind, CaseState, Circumstances, Matter, Note, Opened, QueueView
from changming.desk.clocks import ClockKind, find_clocks, find_drift
from changming.desk.conversations import Channel, find_messages, open_conversation
from changming.infra.postgres import Batch, Database, Queries, Tx
from changming.kernel.catalogue import Level, UrgentReason
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, StaffId, random_id
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.identity import disable_staff
from changming.trust.people import SubjectKind, create_subject_sealing, erase
from changming.trust.vault import FieldId, opener, view

if TYPE_CHECKING:
    from tests.desk.conftest import Place

Later = Callable[..., datetime]


def done(found: Case | Refusal) -> Case:
    assert isinstance(found, Case), found
    return found


def refused(found: object) -> Refusal:
    assert isinstance(found, Refusal)
    return found


async def actions(tx: Tx) -> list[str]:
    rows = await (
        await tx.execute("select convert_from(leaf, 'UTF8')::jsonb ->> 'action' as a from ledger_outbox")
    ).fetchall()
    return [row["a"] for row in rows]


async def history(tx: Tx, case_id: CaseId) -> list[str]:
    return [event.kind.value for event in await cases.find_events(tx, case_id)]


async def wakes(tx: Tx) -> dict[str, datetime]:
    rows = await (await tx.execute("select kind, due_at from schedule where kind <> 'case.retime'")).fetchall()
    return {row["kind"]: row["due_at"] for row in rows}


async def test_an_intake_makes_everything_in_one_statement(
    tx: Tx, place: "Place", now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    send = Batch.send

    async def counted(self: Batch) -> object:
        sent.append(self)
        return await send(self)

    monkeypatch.setattr(Batch, "send", counted)
    opened = await place.intake(tx, now=now, level=Level.URGENT)
    assert len(sent) == 1
    case = opened.case
    assert cases.parse_reference(case.reference) == case.reference
    assert await cases.get_case(tx, case.id) == case
    assert await cases.find_by_reference(tx, case.reference) == case
    assert await find_messages(tx, opened.conversation.id) == [opened.message]
    clocks = await find_clocks(tx, case.id)
    assert [(c.kind, c.due_at) for c in clocks] == [
        (ClockKind.FIRST_CONTACT, now + timedelta(hours=2)),
        (ClockKind.RESOLUTION, now + timedelta(hours=24)),
    ]
    assert await wakes(tx) == {"clock.breach": now + timedelta(hours=2, seconds=1)}
    assert (await actions(tx)).count("citizen:case:open") == 1
    assert await history(tx, case.id) == ["opened"]
    assert (
        await cases.find_of_subject(tx, place.subject.id),
        await cases.find_of_conversation(tx, opened.conversation.id),
    ) == ([case], [case])


async def test_a_new_person_travels_in_the_same_statement(tx: Tx, place: "Place", now: datetime) -> None:
    batch = Batch(tx)
    subject, sealer = await create_subject_sealing(batch.tx, SubjectKind.VISITOR, place.keyring, now=now)
    matter = Matter(Level.GENERAL, "passport/first")
    opened = await cases.intake(
        batch, place.says("x"), matter, subject=subject, sealer=sealer, lang=Lang.EN, actor=place.visitor, now=now
    )
    assert isinstance(opened, Opened)
    assert opened.case.subject_id == subject.id


async def test_a_refused_intake_leaves_nothing(tx: Tx, place: "Place", now: datetime) -> None:
    before = await actions(tx)
    found = await cases.intake(
        tx,
        place.says(" "),
        Matter(Level.GENERAL, "passport/first"),
        subject=place.subject,
        sealer=place.sealer,
        lang=Lang.ZH,
        actor=place.visitor,
        now=now,
    )
    assert refused(found).code == "message_empty"
    assert await cases.find_of_subject(tx, place.subject.id) == []
    assert await actions(tx) == before


async def test_an_unknown_service_is_a_defect(tx: Tx, place: "Place", now: datetime) -> None:
    with pytest.raises(ValueError, match="no service"):
        await cases.intake(
            tx,
            place.says("x"),
            Matter(Level.GENERAL, "passport/forge"),
            subject=place.subject,
            sealer=place.sealer,
            lang=Lang.ZH,
            actor=place.visitor,
            now=now,
        )


async def test_a_reference_that_is_taken_gives_way(
    tx: Tx, place: "Place", now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await place.intake(tx, now=now)
    drawn = iter([first.case.reference, "CM-0000-0000", "CM-1111-1111"])
    monkeypatch.setattr("changming.desk.cases.opening.new_reference", lambda: next(drawn))
    assert (await place.intake(tx, now=now)).case.reference == "CM-0000-0000"
    drawn = iter([first.case.reference, "CM-0000-0000", "CM-1111-1111"])
    assert (await place.intake(tx, now=now)).case.reference == "CM-1111-1111"


async def test_a_case_in_a_thread_that_is_there_already(tx: Tx, place: "Place", now: datetime) -> None:
    thread = await open_conversation(
        tx, subject=place.subject, channel=Channel.WEB, lang=Lang.ZH, actor=place.visitor, now=now
    )
    case = await cases.open_case(
        tx,
        thread.id,
        Matter(Level.DEDICATED, "legal-aid/apply"),
        subject=place.subject,
        sealer=place.sealer,
        actor=place.staff_actor,
        now=now,
    )
    assert case.conversation_id == thread.id
    assert "staff:case:open" in await actions(tx)
    assert {c.kind for c in await find_clocks(tx, case.id)} == {ClockKind.FIRST_CONTACT, ClockKind.UPDATE}
    topics = await (await tx.execute("select topic from live_event where kind = 'case.opened'")).fetchall()
    assert {row["topic"] for row in topics} == {"queue", f"conversation/{thread.id}"}


async def test_a_life_from_question_to_thanks(tx: Tx, place: "Place", later: Later, now: datetime) -> None:
    case = await place.taken(tx, now=now)
    case = done(
        await cases.ask_person(tx, place.keyring, case.id, place.says("请补照片"), staff=place.ann, now=later(hours=1))
    )
    assert case.state is CaseState.WAITING_FOR_PERSON
    assert (await wakes(tx))["case.wait_over"] == later(hours=169)
    await place.write(tx, case, "传了", now=later(hours=5))
    case = await cases.get_case(tx, case.id)
    assert (case.state, case.next_due_at) == (CaseState.WAITING_FOR_US, later(hours=76))
    assert await wakes(tx) == {"clock.breach": later(hours=76, seconds=1)}
    case = done(await cases.reply(tx, place.keyring, case.id, place.says("收到"), staff=place.ann, now=later(hours=6)))
    case = done(
        await cases.resolve(tx, place.keyring, case.id, place.says("可以办了"), staff=place.ann, now=later(hours=7))
    )
    assert case.resolved
    assert await wakes(tx) == {}
    await place.write(tx, case, "谢谢", now=later(hours=8))
    await place.write(tx, case, "再次谢谢", now=later(hours=9))
    case = await cases.get_case(tx, case.id)
    assert (case.state, case.wrote_again_at) == (CaseState.RESOLVED, later(hours=8))
    assert await wakes(tx) == {}
    [line] = await cases.find_queue(tx, QueueView.WROTE_AGAIN)
    assert line.id == case.id
    done(await cases.acknowledge(tx, case.id, staff=place.ann, now=later(hours=10)))
    assert await cases.find_queue(tx, QueueView.WROTE_AGAIN) == []
    reopened = done(await cases.reopen(tx, case.id, actor=place.visitor, now=later(hours=11)))
    assert reopened.next_due_at == later(hours=35)
    assert await history(tx, case.id) == [
        "opened",
        "taken",
        "asked",
        "person_wrote",
        "replied",
        "resolved",
        "wrote_again",
        "acknowledged",
        "reopened",
    ]
    assert reopened.events == len(await history(tx, case.id))
    assert (await find_drift(tx))[0] == []
    said = await find_messages(tx, case.conversation_id)
    assert [m.author.value for m in said] == ["visitor", "staff", "visitor", "staff", "staff", "visitor", "visitor"]
    found = await actions(tx)
    for action in (
        "staff:case:take",
        "staff:case:ask",
        "staff:case:reply",
        "staff:case:resolve",
        "citizen:case:reopen",
    ):
        assert found.count(action) == 1
    assert found.count("staff:message:send") == 3


async def test_the_history_reads_in_both_languages(tx: Tx, place: "Place", later: Later, now: datetime) -> None:
    case = await place.taken(tx, now=now)
    keyring = place.keyring
    done(await cases.ask_person(tx, keyring, case.id, place.says("?"), staff=place.ann, now=later(hours=1)))
    done(await cases.change_level(tx, case.id, Level.URGENT, staff=place.ann, now=later(hours=2)))
    done(await cases.ask_person(tx, keyring, case.id, place.says("?"), staff=place.ann, now=later(hours=2)))
    await place.write(tx, case, "好", now=later(hours=3))
    done(await cases.hand_over(tx, case.id, staff=place.ann, to=place.bob, now=later(hours=3)))
    done(await cases.take(tx, case.id, staff=place.ann, over=True, now=later(hours=3)))
    done(await cases.reply(tx, keyring, case.id, place.says("!"), staff=place.ann, now=later(hours=3)))
    done(await cases.change_level(tx, case.id, Level.DEDICATED, staff=place.ann, now=later(hours=4)))
    done(await cases.agree_date(tx, case.id, later(hours=200), staff=place.ann, now=later(hours=4)))
    done(await cases.resolve(tx, keyring, case.id, staff=place.ann, now=later(hours=5)))
    await place.write(tx, case, "谢谢", now=later(hours=6))
    done(await cases.acknowledge(tx, case.id, staff=place.ann, now=later(hours=6)))
    done(await cases.reopen(tx, case.id, actor=place.staff_actor, now=later(hours=7)))
    await cases.end_cases(tx, place.subject.id, actor=place.visitor, now=later(hours=8))
    names = await cases.work_names(tx)
    events = await cases.find_events(tx, case.id)
    chinese = [cases.history_lines(event, names, Lang.ZH) for event in events]
    english = [cases.history_lines(event, names, Lang.EN) for event in events]
    assert [len(lines) for lines in chinese] == [len(lines) for lines in english]
    assert chinese[0] == ("收到，级别是「一般」。",)
    assert chinese[1] == ("值班员 7 号 接手。",)
    assert chinese[3] == (
        "值班员 7 号 把级别从「一般」改为「加急」。",
        "给出结果：从 12月2日（周三）02:10 改到 11月23日（周一）04:10。",
    )
    assert chinese[4] == ("值班员 7 号 请您补充；这个级别的期限不停。",)
    assert english[6] == ("值班员 7 号 handed it over to 值班员 8 号.",)
    assert english[9][0] == '值班员 7 号 changed the level from "Urgent" to "Dedicated".'
    assert english[9][1].startswith("You hear how it goes: by ")
    assert {event.kind for event in events} == set(CaseEventKind) - {
        CaseEventKind.WAIT_OVER,
        CaseEventKind.POLICY_CHANGED,
        CaseEventKind.PROMISE_MISSED,
    }
    assert (await find_drift(tx))[0] == []


async def test_refusals_name_colleagues_and_change_nothing(tx: Tx, place: "Place", now: datetime) -> None:
    case = await place.taken(tx, now=now)
    before = await cases.get_case(tx, case.id), await actions(tx), await history(tx, case.id)
    found = refused(await cases.take(tx, case.id, staff=place.bob, now=now))
    assert (found.code, found.fields) == ("case_taken", {"owner": "值班员 7 号"})
    assert found.as_error().message(Lang.ZH) == "这件事已经由 值班员 7 号 接手。"
    words = place.says("x")
    for refusal in (
        await cases.reply(tx, place.keyring, case.id, words, staff=place.bob, now=now),
        await cases.resolve(tx, place.keyring, case.id, words, staff=place.bob, now=now),
        await cases.change_level(tx, case.id, Level.URGENT, staff=place.bob, now=now),
    ):
        assert (refused(refusal).code, refused(refusal).fields) == ("case_not_yours", {"owner": "值班员 7 号"})
    assert (
        refused(await cases.reply(tx, place.keyring, case.id, place.says(""), staff=place.ann, now=now)).code
        == "message_empty"
    )
    gone = StaffId(random_id())
    assert refused(await cases.hand_over(tx, case.id, staff=place.ann, to=gone, now=now)).code == "colleague_gone"
    await disable_staff(tx, place.bob, now=now)
    assert refused(await cases.hand_over(tx, case.id, staff=place.ann, to=place.bob, now=now)).code == "colleague_gone"
    assert (await cases.get_case(tx, case.id), await history(tx, case.id)) == (before[0], before[2])
    assert done(await cases.take(tx, case.id, staff=place.ann, now=now)) == case


async def test_a_case_that_is_not_there(tx: Tx, place: "Place", now: datetime) -> None:
    nothing = CaseId(random_id())
    assert await cases.find_case(tx, nothing) is None
    assert await cases.find_by_reference(tx, "CM-0000-0000") is None
    for call in (
        cases.get_case(tx, nothing),
        cases.take(tx, nothing, staff=place.ann, now=now),
        cases.reply(tx, place.keyring, nothing, place.says("x"), staff=place.ann, now=now),
    ):
        with pytest.raises(ChangmingError) as missing:
            await call
        assert missing.value.code == "case_not_found"


async def test_a_thread_without_a_case_takes_words_as_well(tx: Tx, place: "Place", now: datetime) -> None:
    thread = await open_conversation(
        tx, subject=place.subject, channel=Channel.WEB, lang=Lang.ZH, actor=place.visitor, now=now
    )
    for text, expected in (("hi", None), ("", "message_empty")):
        said = await cases.receive_from_person(
            tx, thread.id, place.says(text), subject=place.subject, sealer=place.sealer, actor=place.visitor, now=now
        )
        assert (said.code if isinstance(said, Refusal) else None) == expected


async def test_notes_and_circumstances_are_sealed(sealing: "tuple[Database, Place]", now: datetime) -> None:
    database, place = sealing
    why = Circumstances(UrgentReason.MEDICAL, date(2026, 11, 23))
    async with database.act() as tx:
        matter = Matter(Level.URGENT, "passport/urgent", why)
        opened = await cases.intake(
            tx,
            place.says("急"),
            matter,
            subject=place.subject,
            sealer=place.sealer,
            lang=Lang.ZH,
            actor=place.visitor,
            now=now,
        )
        assert isinstance(opened, Opened)
        plain = await place.intake(tx, now=now)
        note = Note(Personal("家属住院，明早再打电话"), place.keyring)
        done(await cases.take(tx, opened.case.id, staff=place.ann, now=now))
        done(await cases.hand_over(tx, opened.case.id, staff=place.ann, to=place.bob, note=note, now=now))
        empty = Note(Personal(" "), place.keyring)
        assert (
            refused(await cases.hand_over(tx, opened.case.id, staff=place.bob, to=place.ann, note=empty, now=now)).code
            == "message_empty"
        )
        assert (
            refused(
                await cases.change_level(tx, opened.case.id, Level.GENERAL, staff=place.bob, note=empty, now=now)
            ).code
            == "message_empty"
        )
    proof = await view(
        database,
        actor=place.staff_actor,
        subject_id=place.subject.id,
        case_id=opened.case.id,
        fields=frozenset({FieldId.CASE_CIRCUMSTANCES, FieldId.CASE_NOTE}),
        purpose="case-work",
        now=now,
    )
    async with database.read() as tx:
        opens = await opener(tx, place.keyring, proof, now=now)
        event = (await cases.find_events(tx, opened.case.id))[-1]
        assert cases.open_circumstances(await cases.get_case(tx, opened.case.id), opens) == why
        assert cases.open_circumstances(plain.case, opens) == Circumstances()
        assert isinstance(event.note_id, UUID)
        assert isinstance(event.note_sealed, bytes)
        assert opens.open(FieldId.CASE_NOTE, event.note_id, event.note_sealed).reveal() == "家属住院，明早再打电话"
        row = await (
            await tx.execute("select count(*) as n from case_file where circumstances_sealed is null")
        ).fetchone()
        assert row == {"n": 1}


async def test_erasing_a_person_ends_their_open_cases(tx: Tx, place: "Place", now: datetime) -> None:
    case = await place.taken(tx, now=now)
    resolved = await place.taken(tx, now=now)
    done(await cases.resolve(tx, place.keyring, resolved.id, place.says("好"), staff=place.ann, now=now))
    assert await cases.end_cases(tx, place.subject.id, actor=place.visitor, now=now) == 1
    await erase(tx, place.subject.id, actor=place.visitor, now=now)
    assert (await cases.get_case(tx, case.id)).resolved
    assert await cases.find_queue(tx) == []
    assert await wakes(tx) == {}
    for actor in (place.staff_actor, place.visitor):
        refused = await cases.reopen(tx, resolved.id, actor=actor, now=now)
        assert isinstance(refused, Refusal)
        assert refused.code == "subject_erased"
    late = await cases.receive_from_person(
        tx,
        case.conversation_id,
        place.says("还在吗"),
        subject=place.subject,
        sealer=place.sealer,
        actor=place.visitor,
        now=now,
    )
    assert isinstance(late, Refusal)
    assert (late.code, late.status) == ("subject_erased", 410)
    assert (await cases.get_case(tx, case.id)).wrote_again_at is None


async def test_an_erasure_waits_for_a_case_that_is_being_taken_up_again(
    busy: "tuple[Database, Place]", now: datetime
) -> None:
    database, place = busy
    async with database.act() as tx:
        case = await place.taken(tx, now=now)
        done(await cases.resolve(tx, place.keyring, case.id, place.says("好"), staff=place.ann, now=now))

    async def erase_all() -> None:
        async with database.act() as tx:
            await cases.end_cases(tx, place.subject.id, actor=place.visitor, now=now)
            await erase(tx, place.subject.id, actor=place.visitor, now=now)

    async with database.act() as tx:
        done(await cases.reopen(tx, case.id, actor=place.visitor, now=now))
        erasing = asyncio.create_task(erase_all())
        await asyncio.sleep(0.2)
        assert not erasing.done()
    await erasing
    async with database.read() as tx:
        assert (await cases.get_case(tx, case.id)).resolved


async def test_of_two_who_take_a_case_at_once_one_wins(busy: "tuple[Database, Place]", now: datetime) -> None:
    database, place = busy

    async def take(case: Case, staff: StaffId) -> Case | Refusal:
        async with database.act() as tx:
            return await cases.take(tx, case.id, staff=staff, now=now)

    for _ in range(10):
        async with database.act() as tx:
            case = (await place.intake(tx, now=now)).case
        found = await asyncio.gather(take(case, place.ann), take(case, place.bob))
        [winner] = [one for one in found if isinstance(one, Case)]
        [loser] = [one for one in found if isinstance(one, Refusal)]
        name = "值班员 7 号" if winner.owner_id == place.ann else "值班员 8 号"
        assert (loser.code, loser.fields) == ("case_taken", {"owner": name})
        async with database.read() as tx:
            assert await history(tx, case.id) == ["opened", "taken"]


async def test_words_and_acts_at_once_never_lock_each_other_out(busy: "tuple[Database, Place]", now: datetime) -> None:
    database, place = busy
    async with database.act() as tx:
        case = await place.taken(tx, now=now)

    async def person() -> None:
        async with database.act() as tx:
            await place.write(tx, case, "在吗", now=now)

    async def staff() -> None:
        async with database.act() as tx:
            done(await cases.ask_person(tx, place.keyring, case.id, place.says("?"), staff=place.ann, now=now))

    await asyncio.gather(*(act() for _ in range(8) for act in (person, staff)))
    async with database.read() as tx:
        assert [m.sequence for m in await find_messages(tx, case.conversation_id)] == list(range(1, 18))
        assert (await find_drift(tx))[0] == []
        kept = await cases.get_case(tx, case.id)
        assert kept.events == len(await history(tx, case.id))


async def test_the_queue_is_sorted_and_paged_by_deadline(tx: Tx, place: "Place", later: Later, now: datetime) -> None:
    levels = [Level.GENERAL, Level.CRITICAL, Level.PRIORITY, Level.URGENT]
    made = [(await place.intake(tx, now=later(minutes=n), level=level)).case for n, level in enumerate(levels * 3)]
    for case in made[:5]:
        done(await cases.take(tx, case.id, staff=place.ann, now=later(minutes=20)))
    expected = sorted(made, key=lambda case: (case.next_due_at or now, case.id))
    whole = await cases.find_queue(tx)
    assert [line.id for line in whole] == [case.id for case in expected]
    assert {line.owner for line in whole} == {None, "值班员 7 号"}
    paged, last = [], None
    while page := await cases.find_queue(tx, after=last, limit=5):
        paged += page
        last = page[-1]
    assert paged == whole
    mine = await cases.find_queue(tx, QueueView.MINE, staff=place.ann)
    unowned = await cases.find_queue(tx, QueueView.UNOWNED)
    assert sorted((*mine, *unowned), key=lambda line: (line.next_due_at or now, line.id)) == whole
    assert {line.owner_id for line in mine} == {place.ann}
    counts = await cases.count_queue(tx, place.ann)
    assert (counts.all, counts.mine, counts.unowned, counts.wrote_again) == (12, 5, 7, 0)


async def test_the_queue_costs_two_statements_and_uses_its_index(
    tx: Tx, place: "Place", now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await place.taken(tx, now=now)
    await tx.execute(
        """
        insert into case_file (id, reference, subject_id, pseudonym, conversation_id, state, level, service,
                               opened_level, opened_by, created_at, next_due_at, events)
        select gen_random_uuid(), n::text, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'waiting_for_us',
               'general', 'safety', 'general', 'visitor', now(), now() + n * interval '1 minute', 1
        from generate_series(1, 3000) as n
        """
    )
    await tx.execute("analyze case_file")
    statements: list[str] = []
    execute = type(tx).execute

    async def counted(self: Tx, query: Any, *args: Any, **kwargs: Any) -> object:
        statements.append(query)
        return await execute(self, query, *args, **kwargs)

    monkeypatch.setattr(type(tx), "execute", counted)
    assert len(await cases.find_queue(tx)) == 50
    assert len(statements) == 2
    monkeypatch.undo()
    queries = Queries("changming.desk.cases")
    names = {"after_due": now - timedelta(days=9), "after_id": UUID(int=0), "limit": 50, "owner_id": place.ann}
    for view_ in QueueView:
        plan = await (await tx.execute("explain " + queries(view_.value), names)).fetchall()
        text = "\n".join(row["QUERY PLAN"] for row in plan)
        assert "Seq Scan" not in text, text
        assert "case_" in text
