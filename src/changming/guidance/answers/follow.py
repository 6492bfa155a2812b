"""Whether a message goes on with what was spoken of: 那要多少钱, 孩子呢, 要出生证吗, 晚了会怎样."""

import re
from dataclasses import replace
from typing import Final

from changming.guidance.answers.aspects import aspects_of
from changming.guidance.answers.screens import is_about
from changming.guidance.triage import Signals

_LEAD: Final = re.compile(
    r"^(?:那|哪|还|然后|另外|再|如果|要是|假如|可是|但是|不过|所以|and |what about|how about|then|but |if )"
)
"""A beginning that goes on; alone it counts in a few words only."""
_CUE: Final = re.compile(
    r"呢[?？]?$|这个|那个|它|这种|上面|刚才|"
    r"多少钱|多久|几天|费用|材料|带什么|要带|哪里|去哪|怎么办|怎么弄|网上|窗口|邮寄|预约|本人|代|照片|加急|急|能不能|可以吗|行吗|需要|孩子|老人|外地|异地|"
    r"如果没|没有的话|会怎样|晚了|行不行|可不可以|来得及|对吗|为什么|为啥|什么意思|正本|副本|"
    r"how (?:much|long|many)|where|online|fee|it\b|that\b|need|what if|why"
)
_SHORT: Final = 40
_BRIEF: Final = 14
"""So many characters say one thing only."""


_AS_A_PAPER_TO_BRING: Final = re.compile(
    r"^(?:那|还|也|要不要|是不是|还要|那要)*(?:要|需要|用|带|得带|必须有|没有|没|光有|只有|拿)[^,，。]{0,4}"
    r"|^(?:what about |do i need |and )?(?:the |my |a )?"
)


_ASKS_IF_NEEDED: Final = re.compile(
    r"^(?:那|还|也|是不是|必须|一定)*(?:要不要|要|需要|用|得|必须)(?:先|去)?(?:做|带|开|交|提供|拿|有)[^,，。]{2,8}(?:吗|么|嘛|不|[?？])[?？]*$"
)
"""要做亲子鉴定吗: a thing that the matter spoken of may ask for, whatever else it is."""
_REGIONS: Final = {"taiwan-permit": "台湾|taiwan", "hk-macao-permit": "香港|澳门|港澳|hong kong|macao"}
_AND_THERE: Final = re.compile(
    r"^(?:那|那么|去|要是|如果|换成|and |what about |how about |for )*"
    rf"(?:(?P<taiwan_permit>{_REGIONS['taiwan-permit']})|(?P<hk_macao_permit>{_REGIONS['hk-macao-permit']}))"
    r"(?:的|通行证|签注|证| one)*(?:呢|怎么办|怎么弄|也一样吗|行吗)?[?？]*$"
)
"""那台湾的呢: the same act for the other region's permit."""


_OF_TOPIC: Final = frozenset({"taiwan-permit", "residence-permit"})


def of_topic(text: str, own: Signals, topic: str | None) -> Signals:
    """The signals, an endorsement or a permit without its region read as that of ``topic``: 签注一起办吗."""
    unnamed = own.documents == ("hk-macao-permit",) and not re.search(_REGIONS["hk-macao-permit"], text)
    return replace(own, documents=(topic,)) if topic in _OF_TOPIC and unnamed else own


def other_region(text: str, topic: str) -> str | None:
    """The permit for the other region, asked for in a few words after ``topic``, a permit too."""
    hit = _AND_THERE.match(text)
    if hit is None or topic not in _REGIONS:
        return None
    named = next(name for name, found in hit.groupdict().items() if found).replace("_", "-")
    return named if named != topic else None


def is_follow_up(text: str, own: Signals, document: str) -> bool:
    """Whether the text (plain form) goes on about ``document``, the paper or matter spoken of, and names nothing else.

    A paper that is only to be brought (要出生证吗) names no new matter.
    """
    if own.rules or is_about("greeting", text) or is_about("thanks", text):
        return False
    if own.documents and set(own.documents) != {document}:
        return is_to_bring(text, own)
    if own.documents or (_ASKS_IF_NEEDED.match(text) and len(text) <= _BRIEF):
        return True
    if is_about("other_documents", text) or is_about("elsewhere", text) or len(text) > _SHORT:
        return False
    if _LEAD.search(text) and len(text) <= _BRIEF:
        return True
    says_more = own.need_by or own.place or own.applicant or own.materials or own.route or own.reasons or own.actions
    return bool(
        says_more
        or own.abroad
        or own.claimed is not None
        or own.age is not None
        or aspects_of(text)
        or _CUE.search(text)
    )


def is_to_bring(text: str, own: Signals) -> bool:
    """Another paper is named in a short question, only as something to bring, and nothing is to be done with it."""
    named = _AS_A_PAPER_TO_BRING.match(text)
    return not own.actions and len(text) <= _BRIEF and named is not None and bool(named[0])
