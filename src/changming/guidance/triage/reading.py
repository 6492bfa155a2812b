"""A text as the rules read it: plain, simplified, slips put right, with the way back to what was written."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from changming.guidance.triage.slips import put_right
from changming.kernel.masking import Folded, fold


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` is what rules and retrieval see; ``original`` is what the person wrote (already masked)."""

    text: str
    original: str
    folded: Folded

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """A span of ``text`` as a span of ``original``."""
        return self.folded.original_span(start, end)

    def quote(self, start: int, end: int) -> str:
        """The person's own words for a span of ``text``."""
        begin, stop = self.original_span(start, end)
        return self.original[begin:stop]


@cache
def _variants() -> dict[int, str]:
    pairs = resources.files(__package__).joinpath("data/variants.txt").read_text(encoding="utf-8").replace("\n", "")
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


def simplify(text: str) -> str:
    """Traditional, variant and common Cantonese characters in simplified form, one for one."""
    return text.translate(_variants())


def _lower(text: str) -> str:
    """Lower case, one character for one: "İ" alone would become two, and every place after it would shift."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one.lower()[0] for one in text)


def read(text: str) -> Reading:
    """The text in the form that rules read."""
    folded = fold(text)
    plain = put_right(Folded(simplify(_lower(folded.text)), folded.origin))
    return Reading(plain.text, text, plain)
