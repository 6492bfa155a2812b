"""Postal addresses down to a house: 建国路88号, 幸福小区3栋2单元501, 李家村三组15号.

Found by their tail (a road, estate or village with a number), then extended to the left. The region in front stays
readable when shown, because the desk needs the city; the house does not.
"""

import re
from collections.abc import Iterator
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate

_NUM = r"(?:[甲乙丙丁]?[0-9]{1,5}(?:-[0-9]{1,5}){0,3}|[一二三四五六七八九十百零〇]{1,5}|[A-Z])"
_PLACE = (
    r"(?:大道|大街|公路|路|街|道|巷|弄|胡同|村|屯|庄|寨|小区|花园|家园|嘉园|苑|城|大厦|广场|公寓|新村|社区|里|坊|院|"
    r"湾|府|庭|园|邨|"
    r"宿舍|大学|镇|乡|名邸|豪庭|华府|公馆|一期|二期|三期|[东西南北中]区|[A-Z]区|条|组|"
    r"[一二三四五六七八九十][区期村]|中心|国际|天地|名城|轩|阁|郡|"
    r"墅|半岛)"
)
_UNIT = r"(?:号院|号楼|号|弄|栋|幢|座|单元|室|组|队|支弄|#)"
_NOT_HOUSE = r"(?!线|口|窗|令|文件|公告|机|馆|厅|门|柜|会议)"
_MORE = rf"(?:[ ,\-]?(?:附)?{_NUM}(?:{_UNIT}|楼|层|户|房))*(?:[ ,\-]?[0-9]{{3,4}}(?![0-9]))?"
_ESTATE: Final = (
    rf"(?:[\u4e00-\u9fff]{{2,10}}?(?:园|大厦|广场|中心|公寓|小区|苑|大楼)(?:[A-Z]?{_NUM}(?:{_UNIT}|楼|层)?){{1,4}})?"
)
_TAIL = re.compile(
    rf"{_PLACE}(?:[东西南北中]?段|[东西南北])?[ ,]?(?:附)?{_NUM}{_UNIT}{_NOT_HOUSE}{_MORE}{_ESTATE}"
    rf"|(?:村|屯|庄)[\u4e00-\u9fff]{{1,4}}(?<!小)组(?!织|成|长|合|员)"
    rf"|{_PLACE}[ ]?[0-9]{{1,3}}-[0-9]{{1,3}}-[0-9]{{2,4}}(?![0-9\-])"
)
_BARE = re.compile(
    r"(?:(?:住在?|家在|地址[是为:]?|寄到|送到)[ :]?)"
    rf"(?P<place>{_NUM}(?:号楼|栋|幢|座){_NOT_HOUSE}(?:[ ,]?{_NUM}(?:{_UNIT}|楼|层|户|房))+(?:[0-9]{{3,4}})?)"
)
_NAMED = re.compile(
    r"(?:地址|住址|住在|家住|现住|家在|寄到|寄往|邮寄至|送到)(?:是|为|在)?[: ]{0,2}"
    r"(?P<place>[\u4e00-\u9fff0-9]{2,24}(?:市|区|县|旗|州)"
    r"[\u4e00-\u9fff0-9]{2,20}(?:路|街|道|巷|村|小区|花园|苑|社区|镇|乡|组|大厦|"
    r"公寓)(?:[东西南北中一二三四五六七八九]段)?)"
    r"(?![\u4e00-\u9fff]{0,2}(?:派出所|政务|办事处|服务中心))"
)
# In English the small comes first: Room 502, Building 3, 88 Jianguo Road, Chaoyang District, Beijing.
_WORD: Final = r"[A-Z][A-Z'\-]{0,20}"
_HOUSE: Final = (
    r"(?:(?:ROOM|RM|FLAT|UNIT|APT|APARTMENT|SUITE|FLOOR|BUILDING|BLDG|BLOCK|TOWER|HOUSE|NO|"
    r"LANE)\.? ?[0-9][0-9A-Z\-]{0,6}|#?[0-9][0-9\-]{0,6}[A-Z]?(?:/F)?)"
)
_NOT_STREET: Final = r"(?!(?:AND|I|MY|PLEASE|CAN|HOW|WHERE|WHAT|IT|TO|CALL|PHONE|TEL|IS|WANT|NEED|LOST|ID|PASSPORT)\b)"
_ENGLISH = re.compile(
    rf"(?<![A-Z0-9*]){_HOUSE}(?:,? {_HOUSE}){{0,4}},? (?:{_NOT_STREET}{_WORD} ){{1,5}}(?:ROAD|STREET|AVENUE|LANE|RD|"
    rf"ST|AVE|BOULEVARD|ALLEY|HUTONG|HIGHWAY|LU|JIE)\b"
    rf"\.?(?: ?(?:NORTH|SOUTH|EAST|WEST)\b)?(?:, ?{_NOT_STREET}{_WORD}(?: {_NOT_STREET}{_WORD}){{0,2}}(?=[,.;\n]|$))*"
)
_LEFT = re.compile(r"(?<![*@.])[\u4e00-\u9fff0-9A-Z·]{1,40}$")
_LEAD = re.compile(
    r"(?:.*(?:地址|住址|住处|住所)(?:是|为|在)?"
    r"|.*(?:寄到|寄给|寄往|送到|送给|搬到|搬去|迁到|迁往|迁至|位于|家住|家在|居住|现住)(?:在|于)?|.*(?:[在到是]|"
    r"住(?!宅|院)))"
)
_PROVINCE = re.compile(
    r"北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|"
    r"贵州|云南|陕西|"
    r"甘肃|青海|内蒙古|广西|西藏|宁夏|新疆"
)
_OFFICE = re.compile(
    r"派出所|大厅|政务|服务中心|办证|出入境|分局|公安局|支队|车管所|法院|检察院|政府|使馆|领事馆|窗口|行政|民政局|"
    r"人社局|登记处|"
    r"医院|学校地址"
)
REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟))?"
    r"(?:[\u4e00-\u9fff]{1,7}?(?:(?<![小社园厂校院东西南北中])区|县|旗|市))?"
)
"""The readable beginning of an address: province, city, district."""


def find_addresses(text: str) -> Iterator[Candidate]:
    """Addresses with a house number, or announced ones that reach at least a road or village; never an office's."""
    taken = 0
    for tail in _TAIL.finditer(text):
        start = _left_edge(text, max(taken, tail.start() - 40), tail.start())
        if start is None or _OFFICE.search(text, max(0, start - 8), min(len(text), tail.end() + 4)):
            continue
        taken = tail.end()
        yield Candidate(MaskKind.ADDRESS, start, tail.end())
    for hit in _ENGLISH.finditer(text):
        yield Candidate(MaskKind.ADDRESS, hit.start(), hit.end())
    for pattern in (_BARE, _NAMED):
        for hit in pattern.finditer(text):
            if not _OFFICE.search(text, hit.start(), min(len(text), hit.end() + 4)):
                yield Candidate(MaskKind.ADDRESS, hit.start("place"), hit.end("place"))


def _left_edge(text: str, floor: int, end: int) -> int | None:
    """Where the address whose road word begins at ``end`` starts; None when the road has no name."""
    run = _LEFT.search(text, floor, end)
    if run is None:
        return None
    start = run.start()
    lead = _LEAD.match(text, start, end)
    if lead:
        start = lead.end()
    province = _PROVINCE.search(text, start, end)
    if province:
        start = province.start()
    return start if start < end else None
