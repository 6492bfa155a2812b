"""What is wrong with a pack: every fault at once, each with file, line, path and a sentence."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from changming.kernel.errors import ChangmingError
from changming.kernel.messages import Audience, Lang, text

_SHOWN_IN_ERROR = 200
"""More faults than this are counted, not listed, in the error's own text; ``PackFaults.faults`` holds them all."""

_SHOWN_LENGTH = 2000
"""Characters of a file that one message repeats at most."""

_LONGEST_WORD = 100
"""Longer words are no misspelt names."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault (or warning) in a pack file.

    ``code`` names the catalogue's sentence ``fault.<code>``; ``fields`` fill it. ``line`` counts from 1; 0 means the
    file as a whole. ``path`` is where in the pack, as in ``values.fee.rows[1].from``.
    """

    file: str
    line: int
    path: str
    code: str
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def sentence(self, lang: Lang) -> str:
        """What is wrong, in one sentence."""
        shown: dict[str, Any] = {
            name: shorten(field) if isinstance(field, str) else field for name, field in self.fields.items()
        }
        return text(f"fault.{self.code}", lang, **shown)

    def show(self, lang: Lang) -> str:
        """``file:line: path: sentence``, the form that editors and terminals make clickable."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return f"{place}{self.path}: {self.sentence(lang)}" if self.path else f"{place}{self.sentence(lang)}"


class PackFaults(ChangmingError):  # noqa: N818 - it holds faults, plural; the word is the field's
    """Packs that cannot be used. ``faults`` holds every fault found, ordered by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("packs_faulty", status=500, count=len(self.faults))

    def message(self, lang: Lang, audience: Audience = Audience.CITIZEN) -> str:
        """How many faults there are, and the first of them."""
        shown = "\n".join(fault.show(lang) for fault in self.faults[:_SHOWN_IN_ERROR])
        return text("error.packs_faulty.message", lang, audience=audience, list=shown, **self.fields)


def shorten(words: str) -> str:
    """A long text cut for a message; lists of services still fit."""
    return words if len(words) <= _SHOWN_LENGTH else words[:_SHOWN_LENGTH] + "…"


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or "" when none is near."""
    if len(word) > _LONGEST_WORD:
        return ""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""
