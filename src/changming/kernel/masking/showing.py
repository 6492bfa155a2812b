"""What stands in place of personal data: enough for the person to recognise it, too little for anybody else."""

import re
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.addresses import REGION
from changming.kernel.masking.folding import fold

STARS: Final = "****"
_HOST: Final = re.compile(r"[^@＠()\[\]（）\s]+$")
_MOBILE_DIGITS: Final = 11

# How many characters of a number stay at its head and tail.
_KEEP: Final = {
    MaskKind.RESIDENT_ID: (3, 4),
    MaskKind.PHONE: (3, 4),
    MaskKind.BANK_CARD: (0, 4),
    MaskKind.PASSPORT: (1, 2),
    MaskKind.PERMIT: (1, 2),
    MaskKind.CREDIT_CODE: (2, 4),
}


def show_masked(kind: MaskKind, original: str) -> str:
    """The masked form of ``original``, for example ``138****5678``; always shorter in meaning, never empty."""
    if kind in _KEEP:
        return _show_number(_mainland(original) if kind is MaskKind.PHONE else original, *_KEEP[kind])
    if kind is MaskKind.EMAIL:
        host = _HOST.search(original)
        return f"{original[0]}***@{host[0] if host else STARS}"
    if kind is MaskKind.NAME:
        return original[0] + "*" * max(1, len(original) - 1)
    if kind is MaskKind.ADDRESS:
        return _show_address(original)
    return "******"


def _mainland(phone: str) -> str:
    """The last eleven digits: without +86, 0086 or brackets."""
    return "".join(char for char in phone if char.isalnum())[-_MOBILE_DIGITS:]


def _show_number(original: str, head: int, tail: int) -> str:
    signs = [char for char in original if char.isalnum()]
    return "".join(signs[:head]) + STARS + "".join(signs[len(signs) - tail :])


def _show_address(original: str) -> str:
    folded = fold(original)
    region = REGION.match(folded.text)
    if region is None or not region[0] or len(region[0]) >= len(folded.text):
        return STARS
    return original[: folded.original_span(region.start(), region.end())[1]] + STARS
