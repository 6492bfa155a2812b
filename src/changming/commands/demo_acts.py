"""Plays the invented day through the same services that real people and staff use, at instants in the past."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from changming.desk.cases import ask_person, receive_from_person, reply, resolve, take
from changming.desk.conversations import Content
from changming.desk.quality import Confirmed, Marks, rate
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.ids import StaffId
from changming.kernel.masking import mask
from changming.kernel.messages import Lang
from changming.kernel.personal import Personal
from changming.trust.identity import Role, Session, add_staff, list_staff
from changming.trust.people import get_subject
from changming.trust.vault import sealer
from changming.web.asking import Known, ask
from changming.web.house import House
from changming.web.own import Thread, own_thread
from changming.web.talking import begin, to_a_person

Story = Mapping[str, Any]


class Player:
    """Plays stories with invented staff.

    Args:
        house: the desk.
        staff: who serves, by the number that a story's steps use.
    """

    def __init__(self, house: House, staff: Sequence[StaffId]) -> None:
        self._house = house
        self._staff = staff

    @classmethod
    async def with_staff(cls, house: House, names: Sequence[str], *, now: datetime) -> Self:
        """A player whose staff exist; those who are there already are used again."""
        async with house.database.act() as tx:
            known = {member.name: member.id for member in await list_staff(tx)}
            for name in names:
                if name not in known:
                    known[name], _ = await add_staff(tx, name, Role.AGENT, now=now)
        return cls(house, [known[name] for name in names])

    async def play(self, story: Story, *, now: datetime) -> None:
        """One person's story: the question, and what came of it until ``now``."""
        began = now - timedelta(minutes=story["ago"])
        lang = Lang(story.get("lang", Lang.ZH))
        answered = ask(self._house, story["text"], Known(), lang=lang, now=began)
        async with self._house.database.act() as tx:
            session, conversation = await begin(self._house, tx, answered, session=None, lang=lang, now=began)
        at = began
        for step in story.get("steps", ()):
            at = began + timedelta(minutes=step["after"])
            async with self._house.database.act() as tx:
                thread = await own_thread(tx, session, str(conversation.id))
                if step["act"] == "person":
                    await to_a_person(self._house, tx, thread, answered.json["triage"], session=session, now=at)
                else:
                    await self._step(tx, thread, step, session, now=at)
        if "rating" in story:
            async with self._house.database.act() as tx:
                thread = await own_thread(tx, session, str(conversation.id))
                marks = Marks(*story["rating"])
                rated = await rate(
                    tx, self._house.keyring, thread.the_case.id, Confirmed(marks), actor=session.actor, now=at
                )
                _must(rated)

    async def _step(self, tx: Tx, thread: Thread, step: Story, session: Session, *, now: datetime) -> None:
        case, keyring = thread.the_case, self._house.keyring
        content = _content(step["text"]) if "text" in step else None
        if step["act"] == "message":
            subject = await get_subject(tx, case.subject_id)
            seal = await sealer(tx, keyring, subject.id)
            said = _content(step["text"])
            _must(
                await receive_from_person(
                    tx, case.conversation_id, said, subject=subject, sealer=seal, actor=session.actor, now=now
                )
            )
            return
        staff = self._staff[step["by"]]
        if step["act"] == "take":
            _must(await take(tx, case.id, staff=staff, now=now))
        elif step["act"] == "resolve":
            _must(await resolve(tx, keyring, case.id, content, staff=staff, now=now))
        else:
            say = {"reply": reply, "ask": ask_person}[step["act"]]
            _must(await say(tx, keyring, case.id, _content(step["text"]), staff=staff, now=now))


def _content(words: str) -> Content:
    return Content(Personal(words), Personal(mask(words).text))


def _must(result: object) -> None:
    if isinstance(result, Refusal):
        raise result.as_error()
