"""Which texts the desk takes."""

import re
import unicodedata
from typing import Final

from changming.kernel.decisions import Refusal
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
