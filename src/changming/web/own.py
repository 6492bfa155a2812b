"""What a visitor may open: their own conversations and cases, and nothing that is not theirs shows that it exists."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from changming.desk.cases import Case, find_by_reference, find_of_conversation, parse_reference
from changming.desk.conversations import ALL_FIELDS, Conversation, Message, find_conversation, find_messages
from changming.infra.postgres import Tx
from changming.kernel.decisions import Refusal
from changming.kernel.errors import ChangmingError
from changming.kernel.ids import CaseId, ConversationId, SubjectId
from changming.trust.identity import Session, covers, granted_subjects, view_own
from changming.trust.people import get_subject
from changming.trust.vault import FieldId, Viewing, opener
from changming.web.house import House

OWN_FIELDS = ALL_FIELDS | {FieldId.SECRET_LINK_TOKEN}


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation of the visitor's own, with its newest case if it has one."""

    conversation: Conversation
    case: Case | None

    @property
    def the_case(self) -> Case:
        """The case of a thread that was found by its reference."""
        if self.case is None:
            raise not_found()
        return self.case

    @property
    def case_id(self) -> CaseId | None:
        """The case through which it may be seen."""
        return None if self.case is None else self.case.id


def not_found() -> ChangmingError:
    """The one answer for what is not there and for what belongs to somebody else."""
    return ChangmingError("page_not_found", status=404)


async def own_thread(tx: Tx, session: Session, written_id: str, *, erased_too: bool = False) -> Thread:
    """The conversation with this id, if it is the visitor's.

    Raises:
        ChangmingError: ``page_not_found`` (404) for any other, ``subject_erased`` (410) once it is erased.
    """
    try:
        conversation_id = ConversationId(UUID(written_id))
    except ValueError:
        raise not_found() from None
    conversation = await find_conversation(tx, conversation_id)
    if conversation is None:
        raise not_found()
    cases = await find_of_conversation(tx, conversation_id)
    case = cases[0] if cases else None
    await _require(tx, session, conversation.subject_id, None if case is None else case.id, erased_too=erased_too)
    return Thread(conversation, case)


async def own_case(tx: Tx, session: Session, written: str) -> Thread:
    """The case with this reference, if it is the visitor's; errors as ``own_thread``."""
    reference = parse_reference(written)
    if isinstance(reference, Refusal):
        raise reference.as_error()
    case = await find_by_reference(tx, reference)
    if case is None:
        raise not_found()
    await _require(tx, session, case.subject_id, case.id)
    conversation = await find_conversation(tx, case.conversation_id)
    if conversation is None:
        raise not_found()
    return Thread(conversation, case)


async def read_own(house: House, session: Session, thread: Thread, *, now: datetime) -> list[Message]:
    """All messages of a thread, opened for the person; recorded once a session."""
    proof = await own_proof(house, session, thread, now=now)
    async with house.database.read() as tx:
        opened = await opener(tx, house.keyring, proof, now=now)
        return [sealed.open(opened, ALL_FIELDS) for sealed in await find_messages(tx, thread.conversation.id)]


async def own_proof(house: House, session: Session, thread: Thread, *, now: datetime) -> Viewing:
    """The visitor's proof for their own data."""
    return await view_own(
        house.database,
        session,
        subject_id=thread.conversation.subject_id,
        case_id=thread.case_id,
        fields=OWN_FIELDS,
        now=now,
    )


async def _require(
    tx: Tx, session: Session, subject_id: SubjectId, case_id: CaseId | None, *, erased_too: bool = False
) -> None:
    if not covers(await granted_subjects(tx, session), subject_id, case_id):
        raise not_found()
    if not erased_too and (await get_subject(tx, subject_id)).erased_at is not None:
        raise ChangmingError("subject_erased", status=410)
