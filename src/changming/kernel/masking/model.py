from dataclasses import dataclass
from typing import NamedTuple

from changming.kernel.catalogue import MaskKind


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at ``[start, end)`` of the text as it was given, counted in code points."""

    kind: MaskKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its personal data. ``found`` is in order of appearance and never overlaps."""

    text: str
    found: tuple[Found, ...] = ()


class Candidate(NamedTuple):
    """Possible personal data at ``[start, end)`` of the *folded* text; overlapping candidates are resolved later."""

    kind: MaskKind
    start: int
    end: int
