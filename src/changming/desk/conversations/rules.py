"""Which texts the desk takes, and what of a thread stays hidden."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from changming.desk.conversations.model import Author, Message
from changming.kernel.decisions import Refusal
from changming.kernel.masking import mask_adjacent
from changming.kernel.personal import Personal

LONGEST: Final = 20_000
"""Characters of one message."""
_BROKEN: Final = re.compile("[\0\ud800-\udfff]")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def decide_body(body: Personal) -> Refusal | None:
    """Why a text is not taken, or None: it is broken, has nothing visible in it, or is too long."""
    written = body.reveal()
    if len(written) > LONGEST:
        return Refusal("message_too_long", 413, {"limit": LONGEST, "length": len(written)})
    if _BROKEN.search(written):
        return Refusal("message_broken_text", 400)
    if all(unicodedata.category(character) in _INVISIBLE for character in written):
        return Refusal("message_empty", 422)
    return None


def mask_thread(messages: Sequence[Message]) -> list[Message]:
    """The messages, with what the person wrote masked across its borders too: half a number in each of two messages.

    Masked words are masked once more; that leaves them as they are but for what only both messages show.
    """
    theirs = [one for one in messages if one.author is Author.VISITOR and one.masked is not None]
    hidden = mask_adjacent([one.masked.reveal() for one in theirs if one.masked is not None])
    by_id = {one.id: Personal(found.text) for one, found in zip(theirs, hidden, strict=True)}
    return [replace(one, masked=by_id[one.id]) if one.id in by_id else one for one in messages]
