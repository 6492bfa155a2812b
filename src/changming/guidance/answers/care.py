"""Whether somebody needs a person before any document: in despair, hurt, or threatened. Said sideways as well.

The patterns are data: ``data/care.toml``. A way of speaking (想死你了) is taken out before they are
looked for; what triage's lexicon found counts where no such way of speaking stands. What no pattern knows is weighed as
requests for false papers are (``suspicion``), with weights of its own: ``data/care_weights.txt``.
"""

import re
import tomllib
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources
from typing import Final

from changming.guidance.answers.forging import canonical
from changming.guidance.answers.signs import signs_of
from changming.guidance.answers.suspicion import Weights, read_weights, weigh

KINDS: Final = ("medical", "despair", "danger")
"""By what cannot wait a minute."""
_LOOKED_AT: Final = 4_000
_WEIGHED: Final = 600


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = resources.files(__package__).joinpath("data/care.toml").read_text(encoding="utf-8")
    return {kind: re.compile("|".join(patterns), re.MULTILINE) for kind, patterns in tomllib.loads(raw).items()}


def find_need(text: str, facts: AbstractSet[str]) -> str | None:
    """What a text in plain form (see ``triage.read``) whose ``facts`` triage found says: one of ``KINDS``, or None.

    ``need`` where only the learned weights speak, which do not tell the kinds apart.
    """
    patterns = _patterns()
    said = patterns["ordinary"].sub("。", text[:_LOOKED_AT])
    for kind in KINDS:
        if patterns[kind].search(said):
            return kind
    if said != text[:_LOOKED_AT]:
        return None
    known = next((kind for kind in KINDS if kind in facts), None)
    return known or ("need" if _sounds_in_need(said) else None)


def _sounds_in_need(text: str) -> bool:
    weights = _weights()
    return weigh(signs_of(canonical(text[:_WEIGHED])), weights) >= weights.bounds.alone


@cache
def _weights() -> Weights:
    return read_weights(resources.files(__package__).joinpath("data/care_weights.txt").read_text(encoding="utf-8"))
