"""Which service the words speak of: a table from document and action, then life events and rules of the desk."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from changming.guidance.triage.signals import Signals
from changming.kernel.catalogue import SERVICES, ServiceAction


class ServiceGuess(NamedTuple):
    """A service by rule. ``sure`` False: the document alone was named, so its usual service is only likely."""

    service: str
    rule: str
    sure: bool


# For each document the actions in order of precedence: the first one that was said decides. "" stands for none said.
_TABLE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "resident-id": (
        ("temporary", "temporary"), ("replace-lost", "replace-lost"), ("damaged", "damaged"), ("correct", "correct"),
        ("renew", "renew"), ("first", "first"),
    ),
    "passport": (
        ("urgent", "urgent"), ("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("renew", "renew"),
        ("first", "first"), ("apply", "first"),
    ),
    "hk-macao-permit": (
        ("endorsement", "endorsement"), ("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("renew",
        "renew"),
        ("first", "first"), ("apply", "first"),
    ),
    "taiwan-permit": (
        ("endorsement", "endorsement"), ("replace-lost", "first"), ("damaged", "first"), ("renew", "first"),
        ("first", "first"), ("apply", "first"),
    ),
    "driver-licence": (
        ("electronic", "electronic"), ("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("renew", "renew"),
    ),
    "vehicle-licence": (("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("renew", "replace-lost")),
    "birth-certificate": (
        ("replace-lost", "replace"), ("damaged", "replace"), ("correct", "replace"), ("renew", "replace"),
        ("first", "first"), ("apply", "first"), ("", "first"),
    ),
    "marriage-certificate": (("replace-lost", "replace"), ("damaged", "replace"), ("apply", "replace"), ("",
    "replace")),
    "social-security-card": (
        ("electronic", "electronic"), ("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("first", "first"),
        ("apply", "first"),
    ),
    "residence-permit": (
        ("replace-lost", "renew"), ("damaged", "renew"), ("renew", "renew"), ("endorsement", "renew"),
        ("first", "apply"), ("apply", "apply"),
    ),
    "legal-aid": (("", "apply"),),
    "business-licence": (
        ("cancel", "cancel"), ("annual-report", "annual-report"), ("electronic", "electronic"),
        ("replace-lost", "replace-lost"), ("damaged", "replace-lost"), ("change", "change"), ("correct", "change"),
        ("first", "register"), ("apply", "register"),
    ),
    "qualification": (("", "keep"),),
}  # fmt: skip
_PERMIT_ENDS: Final = re.compile("通行证(?:已经|也|都|快|马上|要|就要)?(?:过期|到期|失效)|permit (?:has |is )?expir")
_PERMIT_GONE: Final = re.compile(
    r"通行证(?!的?签注)[^,，。]{0,5}?(?:丢|不见|遗失|没了|找不|被偷|掉了)|(?:丢|遗失|lost)[^,，。]{0,4}(?:通行证|"
    r"permit)"
)
_HOUSEHOLD: Final = (
    (
        "household/birth-registration",
        re.compile(r"(?:孩子|宝宝|娃)[^。]{0,4}(?:刚|才)(?:出)?生[^。]{0,12}户口"),
    ),
    (
        "household/birth-registration",
        re.compile(r"(?:非婚|未婚|没领证|没领结婚证|新生儿|刚出生)[^。]{0,10}(?:报|上|落)户口?"),
    ),
    # Taken in without the registration of adoption is one of the kinds of persons without hukou; registered, it is a
    # registration like that of a birth.
    ("household/move", re.compile(r"(?:收养|领养)[^。]{0,12}迁")),
    ("household/no-hukou", re.compile(r"抱养|(?:捡|抱)(?:来|到|回)的?(?:孩子|娃|小孩)|私自收养|事实收养")),
    ("household/birth-registration", re.compile(r"(?:收养|领养)[^。]{0,14}(?:户|登记)|户[^。]{0,8}(?:收养|领养)|"
        r"adopt[^.]{0,24}(?:hukou|register)")),
    ("household/no-hukou", re.compile(r"(?:没有?|无|上不了|没上过|一直没上|办不了)[^,，。]{0,2}户口(?!本|簿|页|"
        r"的?城)|黑户|without "
        r"(?:a )?hukou|no hukou")),
    ("household/replace-book", re.compile(r"户口(?:本|簿|页)[^,，。]{0,10}(?:丢|遗失|补|坏|破|烂|不见|找不|没了|换)"
        r"|(?:补办?|补领|换)"
        r"[^,，。]{0,3}户口(?:本|簿)|household book|hukou book")),
    (
        "household/birth-registration",
        re.compile(r"(?:新生儿|宝宝|孩子|小孩|娃|婴儿|女儿|儿子|出生)[^。]{0,14}(?:上|落|报|入)[^,，。]{0,2}户|"
            r"(?:上|落|报|入)[^,，。]{0,2}户口?[^。]{0,8}(?:新生儿|宝宝|孩子|小孩|娃)|出生登记|register "
            r"(?:a|the|my) birth"),
    ),
    ("household/move", re.compile(r"迁|落户|入户|转[^,，。]{0,3}户口|户口[^,，。]{0,4}转|投靠|(?:transfer|"
        r"move)[^.]{0,12}hukou|"
        r"hukou[^.]{0,12}(?:transfer|move)")),
)  # fmt: skip
# Of the rules of the desk these give way when a document and an action are named: they are words that also stand aside.
_ACTIONS: Final = frozenset(action.value for action in ServiceAction)
_WEAK_RULES: Final = frozenset(
    {"service-rule/hours", "service-rule/online-review", "service-rule/complaint", "life-event/moving-city"}
)


def guess_service(signals: Signals, text: str) -> ServiceGuess | None:
    """The service that the words name, or None when they leave it open."""
    own = _by_document(signals, text)
    for rule in signals.rules:
        if rule == "choose-document" and own is not None and own.sure:
            continue
        if rule == "life-event/lost-wallet" and own is not None and len(signals.documents) == 1:
            continue
        if rule in _WEAK_RULES and own is not None and own.sure:
            continue
        return ServiceGuess(rule, f"service.{rule}", sure=True)
    return own


def _by_document(signals: Signals, text: str) -> ServiceGuess | None:
    for document in signals.documents:
        if document == "household":
            for service, pattern in _HOUSEHOLD:
                if pattern.search(text):
                    return ServiceGuess(service, f"service.{service}", sure=True)
            continue
        if document == "passport" and not signals.abroad and _is_pressing(signals):
            return ServiceGuess("passport/urgent", "service.passport/urgent", sure=True)
        if document == "hk-macao-permit" and (of_permit := _of_the_permit_itself(signals, text)):
            return ServiceGuess(of_permit, f"service.{of_permit}", sure=True)
        for action, suffix in _TABLE[document]:
            if action in signals.actions or not action:
                service = f"{document}/{suffix}"
                return ServiceGuess(service, f"service.{service}", sure=action not in ("", "apply"))
    return None


def _of_the_permit_itself(signals: Signals, text: str) -> str | None:
    """The permit itself has ended or is gone, though its endorsement is spoken of beside."""
    if "replace-lost" in signals.actions and _PERMIT_GONE.search(text):
        return "hk-macao-permit/replace-lost"
    return "hk-macao-permit/renew" if "renew" in signals.actions and _PERMIT_ENDS.search(text) else None


def _is_pressing(signals: Signals) -> bool:
    """A reason that cannot wait, or haste with a reason, and no other act named than to apply."""
    return set(signals.actions) <= {"apply"} and bool(signals.reasons) and signals.claimed is True


def action_of(service: str | None, signals: Signals) -> ServiceAction | None:
    """The action of a triage: the service's own where its id names one, else the first that was said."""
    suffix = service.partition("/")[2] if service is not None and service in SERVICES else ""
    named = {"replace": "replace-lost", "register": "apply", "keep": "", "complaint": "complain"}.get(suffix, suffix)
    for value in (*_said_for(service, named, signals), named, *signals.actions):
        if value in _ACTIONS:
            return ServiceAction(value)
    return ServiceAction.ASK if signals.rules else None


def _said_for(service: str | None, named: str, signals: Signals) -> Iterator[str]:
    """What was said, where the service it leads to has another name: a lost Taiwan permit is applied for anew."""
    document, _, suffix = (service or "").partition("/")
    if named not in signals.actions:
        for action, leads_to in _TABLE.get(document, ()):
            if leads_to == suffix and action in signals.actions:
                yield action
