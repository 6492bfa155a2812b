"""Whether a message goes on with what was spoken of: 那要多少钱, 孩子呢, 在上海能办吗."""

import re
from typing import Final

from changming.guidance.answers.screens import is_about
from changming.guidance.triage import Signals

_CUE: Final = re.compile(
    r"^(?:那|哪|还|然后|另外|再|如果|要是|假如|可是|但是|不过|所以|and |what about|how about|then|"
    r"but |if )|呢[?？]?$|这个|那个|它|这种|上面|刚才|"
    r"多少钱|多久|几天|费用|材料|带什么|要带|哪里|去哪|怎么办|怎么弄|网上|窗口|邮寄|预约|本人|代|照片|加急|急|能不能|可以吗|行吗|需要|孩子|老人|外地|异地|"
    r"how (?:much|long|many)|where|online|fee|it\b|that\b|need"
)
_SHORT: Final = 40


def is_follow_up(text: str, own: Signals, service: str) -> bool:
    """Whether the text (plain form) speaks of ``service`` without naming anything else."""
    if own.rules or is_about("greeting", text) or is_about("thanks", text):
        return False
    document = service.partition("/")[0]
    if own.documents:
        return set(own.documents) == {document}
    if is_about("other_documents", text) or len(text) > _SHORT:
        return False
    says_more = own.need_by or own.place or own.applicant or own.materials or own.route or own.reasons or own.actions
    return bool(says_more or own.claimed is not None or own.age is not None or _CUE.search(text))
