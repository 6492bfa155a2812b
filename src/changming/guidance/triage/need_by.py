"""Which of the dates in a text is the one by which something is needed."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from changming.guidance.triage.dates import FoundDate

_EXPIRY_AFTER: Final = re.compile(r"^[^,，。;；]{0,4}?(?:到期|过期|失效|期满|满期|就到日子)|^ ?(?:it )?expires?")
_EXPIRY_BEFORE: Final = re.compile(
    r"(?:有效期(?:到|至|限)?(?:是|为)?|到期(?:日期?|时间)?(?:是|为|在)?|过期(?:日期?)?(?:是|为)"
    r"?|期限到|有效至|还有(?:不到)?|expir(?:es?|ing)(?: in| on)?)[^,，。;；了]{0,3}$"
)
_VISA: Final = re.compile(r"签证|居留|入境许可|visa")
_VISIT_AFTER: Final = re.compile(
    r"^(?:早上|上午|中午|下午|晚上|早|晚)?[^,，。;；]{0,2}?(?:去|来|过去)?(?:能|可以|可不可以|能不能|还能)?(?:去|来|"
    r"过去)?"
    r"(?:办(?!好|下|完|成|出|得|妥)|补办(?!好|下)|换(?!好)|上班(?!报到|[^,，]{0,2}要)|开门|营业(?!执照)|受理|预约|"
    r"约|休息|有人|放假|不上班|派出所|窗口|大厅)"
)
_EVENT_AFTER: Final = re.compile(
    r"^(?! (?:and|but) |[^,，。;；]{0,4}(?:高铁|动车|火车|飞机)(?!上|里|站)"
    r"|[^,，。;；]{0,4}(?:航班|机票|车票|考试|开庭))"
    r"[^,，。;；]{0,5}?(?:丢|掉了|被偷|被盗|遗失|弄没|不见|办的|办了|领的|办过|领证了|领证的|领了证|提交[了的过]|"
    r"交的|交了|申请的|申请了|受理|补的|补过|寄的|生的|出生|去世|(?<![要该得])走[的了]|过世|lost|stolen)"
)
_DENIED_BEFORE: Final = re.compile(r"(?:不是|并非|不用|不要|not )$")
_BIRTH_BEFORE: Final = re.compile(r"(?:出生(?:日期|于|在)?|生日(?:是|在)?|生于|born)[^,，。;；]{0,3}$")
_ISSUED_BEFORE: Final = re.compile(r"(?:签发(?:日期)?|办(?:理|证)日期|发证日期|领证日期)(?:是|为)?[^,，。;；]{0,2}$")
_NEED_NEAR: Final = re.compile(
    r"出发|动身|启程|走|飞|出国|出境|出差|考试|开考|要考|开学|报到|入学|开庭|出庭|急用|要用|用到|使用|手术|住院|"
    r"入职|登机|航班|机票|飞机|高铁|火车|结婚|婚礼|签约|面试|"
    r"比赛|参赛|旅游|旅行|蜜月|回国|回家|回去|起飞|之?前|截止|最晚|最迟|必须|一定要|拿到|办好|办下来|办完|出证|到手|"
    r"去|到|赴|需要|要|"
    r"fly|flight|leave|travel|trip|exam|need|by|before|deadline|depart|start|meeting|hearing|wedding"
)
_NEED_BEFORE: Final = re.compile(
    r"(?:截止|最晚|最迟|赶在|务必|必须|要在|得在|需要?在|by|before|until)[^,，。;；]{0,3}$"
)


class NeedBy(NamedTuple):
    """The date that counts, and why it was chosen."""

    found: FoundDate
    rule: str


def pick_need_by(text: str, dates: Iterable[FoundDate]) -> NeedBy | None:
    """The date by which something is needed: not the past, not an expiry, not a visit; the soonest of the best.

    A visa's expiry counts as a need.
    """
    rated: list[tuple[int, FoundDate, str]] = []
    for found in dates:
        if found.past or _DENIED_BEFORE.search(text[max(0, found.start - 4) : found.start]):
            continue
        before, after = text[max(0, found.start - 12) : found.start], text[found.end : found.end + 16]
        if _says_expiry(before, after):
            if _VISA.search(before):
                rated.append((3, found, "need-by.visa"))
            continue
        if _BIRTH_BEFORE.search(before) or _ISSUED_BEFORE.search(before) or _EVENT_AFTER.match(after):
            continue
        if _VISIT_AFTER.match(after) and not _NEED_BEFORE.search(before):
            continue
        rated.append(_rate(found, before, after))
    if not rated:
        return None
    best = min(rated, key=lambda item: (-item[0], item[1].value))
    return NeedBy(best[1], best[2])


def is_expiry(text: str, found: FoundDate) -> bool:
    """Whether the date is the one on which the document (not a visa) expires."""
    before, after = text[max(0, found.start - 12) : found.start], text[found.end : found.end + 16]
    return _says_expiry(before, after) and not _VISA.search(before)


def _says_expiry(before: str, after: str) -> bool:
    return bool(_EXPIRY_AFTER.match(after) or _EXPIRY_BEFORE.search(before))


def _rate(found: FoundDate, before: str, after: str) -> tuple[int, FoundDate, str]:
    near = re.split(r"[。;；!！?？]", after)[0]
    if _NEED_BEFORE.search(before) or re.match(r"^(?:之?前|以前|就|必须)", near):
        return 3, found, "need-by.deadline"
    if _NEED_NEAR.search(near) or _NEED_NEAR.search(re.split(r"[,，。;；!！?？]", before)[-1]):
        return 2, found, "need-by.purpose"
    return 1, found, "need-by.date"
