"""Conversations begin, go on, and become cases. For the portal and the API alike."""

from datetime import datetime

from changming.desk.cases import find_of_conversation, open_case, receive_from_person
from changming.desk.conversations import Author, Channel, Conversation, add_reply, open_with_message
from changming.infra.postgres import Tx
from changming.kernel.actors import DESK
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Lang
from changming.trust.identity import Session, grant, start_session
from changming.trust.people import SubjectKind, create_subject_sealing, get_subject, hold_subject
from changming.trust.vault import sealer
from changming.web.asking import Answered, Json, matter_of
from changming.web.house import House
from changming.web.own import Thread


async def begin(
    house: House, tx: Tx, answered: Answered, *, session: Session | None, lang: Lang, now: datetime
) -> tuple[Session, Conversation]:
    """A new conversation of a new subject with its first question and answer, seen by ``session`` (or a new one).

    Raises:
        ChangmingError: the refusal of the message.
    """
    subject, seal = await create_subject_sealing(tx, SubjectKind.VISITOR, house.keyring, now=now)
    if session is None:
        session = await start_session(tx, now=now)
    await grant(tx, session, subject.id, now=now)
    said = await open_with_message(
        tx, answered.said, subject=subject, sealer=seal, channel=Channel.WEB, lang=lang, actor=session.actor, now=now
    )
    if isinstance(said, Refusal):
        raise said.as_error()
    conversation, _ = said
    replied = await add_reply(
        tx, conversation.id, answered.reply, author=Author.DESK, subject=subject, sealer=seal, actor=DESK, now=now
    )
    if isinstance(replied, Refusal):
        raise replied.as_error()
    return session, conversation


async def go_on(house: House, tx: Tx, thread: Thread, answered: Answered, *, session: Session, now: datetime) -> None:
    """A further question or tap in a conversation, and the desk's answer to it.

    Raises:
        ChangmingError: the refusal of the message.
    """
    conversation = thread.conversation
    subject = await get_subject(tx, conversation.subject_id)
    seal = await sealer(tx, house.keyring, subject.id)
    said = await receive_from_person(
        tx, conversation.id, answered.said, subject=subject, sealer=seal, actor=session.actor, now=now
    )
    if isinstance(said, Refusal):
        raise said.as_error()
    replied = await add_reply(
        tx, conversation.id, answered.reply, author=Author.DESK, subject=subject, sealer=seal, actor=DESK, now=now
    )
    if isinstance(replied, Refusal):
        raise replied.as_error()


async def to_a_person(house: House, tx: Tx, thread: Thread, triage: Json, *, session: Session, now: datetime) -> str:
    """The reference of the conversation's open case; where there is none a new one, which the session may see.

    Raises:
        ChangmingError: ``subject_erased`` (410).
    """
    subject = await hold_subject(tx, thread.conversation.subject_id)
    if subject.erased_at is not None:
        raise ChangmingError("subject_erased", status=410)
    # Looked up under the lock: two taps at once open one case.
    for known in await find_of_conversation(tx, thread.conversation.id):
        if not known.resolved:
            return known.reference
    case = await open_case(
        tx,
        thread.conversation.id,
        matter_of(triage),
        subject=subject,
        sealer=await sealer(tx, house.keyring, subject.id),
        actor=session.actor,
        now=now,
    )
    await grant(tx, session, subject.id, case.id, now=now)
    return case.reference
