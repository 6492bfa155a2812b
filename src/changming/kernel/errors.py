"""An error says what happened, why, and what to do next.

``code`` names an entry of the catalogue: ``error.<code>.message`` and ``error.<code>.next_step`` exist in both
languages (a guard test walks them all). Expected refusals are values (``kernel.decisions.Refusal``) or
``ChangmingError``; both carry a code from ``codes()``. Anything else that is raised is a defect and is loud.
"""

import re

from changming.kernel.messages import Audience, Lang, catalogue, text

_KEY = re.compile(r"error\.([a-z_]+)\.message")


def codes() -> frozenset[str]:
    """Every error code the house knows, read from the catalogue."""
    return frozenset(match[1] for key in catalogue() if (match := _KEY.fullmatch(key)))


class ChangmingError(Exception):
    """An expected failure with a code, an HTTP status, a message and a next step.

    Args:
        code: an entry of the catalogue; an unknown code is a programming error (KeyError).
        status: the HTTP status that a page or API answers with.
        fields: what the texts name in braces. Never personal data.
    """

    def __init__(self, code: str, *, status: int = 400, **fields: object) -> None:
        self.code = code
        self.status = status
        self.fields = fields
        super().__init__(f"{code}: {self.message(Lang.EN)}")

    def message(self, lang: Lang, audience: Audience = Audience.CITIZEN) -> str:
        """What happened and why."""
        return text(f"error.{self.code}.message", lang, audience=audience, **self.fields)

    def next_step(self, lang: Lang, audience: Audience = Audience.CITIZEN) -> str:
        """What the reader can do now."""
        return text(f"error.{self.code}.next_step", lang, audience=audience, **self.fields)
