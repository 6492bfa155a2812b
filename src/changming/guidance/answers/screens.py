"""What the desk does not do, recognised before anything is looked up: false documents, other people's data, harm.

A request is refused; a question about such things (how to recognise, report, recover, what the law says) is answered
from the entry about fraud. The patterns are data: ``data/screens.toml``. Where the patterns see nothing, and where they
see too much, the learned ``suspicion`` decides.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from changming.guidance.answers.forging import is_built_like_forgery
from changming.guidance.answers.suspicion import Bounds, bounds, suspicion
from changming.kernel.catalogue import RefusalKind

_NOISE: Final = re.compile(r"[^a-z0-9\u3400-\u9fff]+")
_FALSE: Final = "(?<![请放休暑寒年病产婚事探节丧])假(?![期日条如若设使])"
"""False, not a day off (请假, 假期) and not an assumption (假如); written <假> in the data."""
_LOOKED_AT: Final = 4_000
_PICTURES: Final = str.maketrans({"🪪": "证", "🆔": "证", "📄": "证", "🛂": "护照"})
_NAMES: Final = re.compile(r"(?<=无)(?:违法)?犯罪|(?<=人脸)识别|(?<=面部)识别")
"""Parts of names: the proof 无犯罪证明 asks about no law, 人脸识别 not how to recognise."""
_ALSO_I: Final = re.compile(r"我(?:也|就|还)(?:想|要)|(?:给|帮)我也|i (?:also|too) want|i want one")


class Screened(NamedTuple):
    """Why a request is refused; ``about``: it is no request, but a question about forgery or fraud."""

    refusal: RefusalKind | None = None
    about: bool = False


@cache
def _screens() -> dict[str, dict[str, re.Pattern[str]]]:
    raw = resources.files(__package__).joinpath("data/screens.toml").read_text(encoding="utf-8")
    return {
        group: {name: re.compile("|".join(patterns).replace("<假>", _FALSE)) for name, patterns in lists.items()}
        for group, lists in tomllib.loads(raw).items()
    }


def is_about(topic: str, text: str) -> bool:
    """Whether the text (plain form) matches a list of the ``topic`` group."""
    return bool(_screens()["topic"][topic].search(text[:_LOOKED_AT]))


def screen(text: str) -> Screened:
    """Whether the desk does not do what a text in plain form (see ``triage.read``) asks for."""
    seen = seen_as(text)
    ruled = screen_by_rules(seen)
    if _asks_for(RefusalKind.UNSAFE, seen) and not (ruled.refusal is not None and is_built_like_forgery(seen)):
        return Screened(RefusalKind.UNSAFE)
    if ruled.refusal is None and _asks_for(RefusalKind.PERSONAL_DATA, seen):
        return Screened(RefusalKind.PERSONAL_DATA)
    if is_never_forgery(seen):
        return Screened()
    return decide_forgery(ruled, suspicion(seen), bounds())


def seen_as(text: str) -> str:
    """What is looked at of a text in plain form: its beginning, pictures of papers as words."""
    return text[:_LOOKED_AT].translate(_PICTURES)


def decide_forgery(ruled: Screened, suspected: int, bounds: Bounds) -> Screened:
    """The rules and the learned ``suspicion`` together: each has its own bound, by what the rules saw."""
    if ruled.refusal is not None:
        refused = suspected >= bounds.backed
    else:
        refused = suspected >= (bounds.against if ruled.about else bounds.alone)
    return Screened(RefusalKind.FORGERY) if refused else Screened(about=ruled.about)


def is_never_forgery(text: str) -> bool:
    """Words that look like a request and never are one."""
    return bool(_screens()["forgery"]["never"].search(_NAMES.sub("", text)))


def _asks_for(kind: RefusalKind, text: str) -> bool:
    lists = _screens()[kind.value]
    return bool(lists["request"].search(text)) and not lists["about"].search(text)


def screen_by_rules(text: str) -> Screened:
    """What the listed patterns alone say of a text as it is ``seen_as``: a request, a question about it, or nothing."""
    lists = _screens()["forgery"]
    text = _NAMES.sub("", text)
    asked = lists["request"].search(text) or lists["squeezed"].search(_NOISE.sub("", text))
    if is_never_forgery(text) or not (asked or is_built_like_forgery(text)):
        return Screened()
    if lists["reported"].search(text) and lists["doubt"].search(text):
        wished = _ALSO_I.search(text) is not None
    else:
        wished = lists["own_wish"].search(text) is not None or not lists["about"].search(text)
    return Screened(RefusalKind.FORGERY) if wished else Screened(about=True)
