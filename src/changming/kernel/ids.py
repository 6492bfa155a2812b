"""Ids are made in the application, never by the database, so that a row's id is known before it is stored."""

import secrets
import uuid
from datetime import datetime
from typing import NewType
from uuid import UUID

SubjectId = NewType("SubjectId", UUID)
"""The unit of key and erasure: a person, an organisation, or a visitor's conversation."""
Pseudonym = NewType("Pseudonym", UUID)
"""A subject's random name in the ledger; never derived from anything personal."""
ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
CaseId = NewType("CaseId", UUID)
StaffId = NewType("StaffId", UUID)
EventId = NewType("EventId", UUID)
SessionId = NewType("SessionId", UUID)

_RANDOM_BITS_A = 12
_RANDOM_BITS_B = 62


def new_id(now: datetime) -> UUID:
    """A UUID version 7 (RFC 9562 section 5.7): ordered by ``now`` to the millisecond, then random."""
    millis = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    value = millis << 80
    value |= 0x7 << 76
    value |= secrets.randbits(_RANDOM_BITS_A) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(_RANDOM_BITS_B)
    return UUID(int=value)


def random_id() -> UUID:
    """A UUID version 4 (RFC 9562 section 5.4): tells nothing, not even when it was made."""
    return uuid.uuid4()
