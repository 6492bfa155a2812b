"""Names of people, only where the text says that a name follows: 我叫…, 姓名：…, 本人…, my name is ….

A full search for names needs a trained model and would mask half of the place names; this finds what people give
about themselves. Surnames decide where a name begins, small words where it ends.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate

_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "皇甫",
    "夏侯",
    "慕容",
    "令狐",
    "尉迟",
    "长孙",
    "宇文",
    "东方",
    "南宫",
    "西门",
    "公孙",
    "歐陽",
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# What may follow a name of two characters, so that the third belongs to the next word.
_AFTER_NAME = (
    "想要办是今的在有和跟与及身电手护已年住来去了吗呢吧啊也都又还把被给让请问能可需丢补换证男女户籍生于出我他她你您这那就到从因为现刚本联"
    ",.;:!?()[]\"' \n\t、，。；：！？（）*0123456789"
)
_LEAD = re.compile(
    r"(?P<sure>我(?:的名字|名字)?(?:就?叫|叫做|名叫)|名字(?:就?是|叫做?|为)?[: ]|名字(?:是|叫做?|为)"
    r"|(?:本人|真实)?姓名(?:是|为|叫)?[: ]{1,2}|(?:本人|真实)?姓名(?:是|为)"
    r"|(?:孩子|儿子|女儿|宝宝|小孩|父亲|母亲|爸爸|妈妈|老公|老婆|爱人|丈夫|妻子|他|她|户主|法人|法定代表人)(?:就?叫|名叫|叫做)"
    r"|(?:申请人|联系人|收件人|收货人|寄件人|经办人|当事人|户主|法定代表人|法人|监护人|持证人|客户)(?:姓名)?[: ]{1,2}"
    r"|敝姓|免贵姓(?=..))|(?P<bounded>本人[:, ]?|我是)"
)
_ENGLISH = re.compile(
    r"(?:MY NAME IS|MY NAME'S|I AM CALLED|FULL NAME:|^NAME:|[,;\n] ?NAME:) ?"
    r"(?P<name>[A-Z][A-Z'\-]{1,20}(?: [A-Z][A-Z'\-]{1,20}){0,3})"
)
_ENGLISH_STOP = re.compile(r" (?:AND|I|MY|FROM|WITH|IN|BUT|PLEASE|HOW|WANT|LOST|ID|PHONE|PASSPORT|BORN|LIVING)\b.*")
_MINORITY = re.compile(rf"[{_HAN}]{{1,8}}(?:[·.•][{_HAN}]{{1,8}}){{1,3}}")
_NICKNAME = re.compile(
    rf"(?:小(?![孩时区学的型事心店票费卡])|阿(?!姨|里))[{_HAN}](?=[,，。.;；!！?？ \n]|想|要|是|"
    rf"今|身份|电话|手机|$)|[A-Z][A-Z]{{1,15}}(?![A-Z0-9])"
)
# Common words that begin with a surname: no names.
_NO_NAME = re.compile(
    r"高龄|高中|高考|高三|白天|方便|马上|任何|金额|常[住年驻]|时间|安徽|江苏|江西|云南|海南|河南|成都|成年|单身|单亲|应届|党员|"
    r"农[民村]|于是|向[您你]|明[天年]|万一|连续|查询|祝|计划|温州|宁[波夏]|武[汉警]|黄石|石家|常州|徐州|郑州|杭州|苏州|沈阳|"
    r"国[家内外籍]|司机|师傅|平时|相[关片]|初[中次]|门[口诊]|容易|来[自办]|都[是有]|普通|和[他她我你]|全[部家]|花[了钱]|海外|楼|"
    r"权[益利]|强烈|都不|不|没|什么|啥|谁|别|在|为空|错|车主|房主|商[人户]|官[方网]|马来|盘|原来|原因|国人|巴"
)
_BOUND_AFTER = re.compile(r"[ ]?[,，。.;；:：(（\n]|[ ]?(?:身份证|电话|手机|联系|号码|证件)|$")
_GIVEN_LONGEST: Final = 2
_BAD_END: Final = "人生员的师工民者户籍证岁"


@cache
def _surnames() -> frozenset[str]:
    file = resources.files(__package__).joinpath("surnames.txt")
    return frozenset(file.read_text(encoding="utf-8").replace("\n", ""))


def _name_end(text: str, start: int) -> int | None:
    """Where the Chinese name that begins at ``start`` ends, or None when none begins there."""
    surname = 2 if text[start : start + 2] in _COMPOUND else 1
    if surname == 1 and text[start : start + 1] not in _surnames():
        return None
    given = 0
    while given < _GIVEN_LONGEST and _is_given(text, start + surname + given, first=given == 0):
        given += 1
    return start + surname + given if given else None


def _is_given(text: str, at: int, *, first: bool) -> bool:
    char = text[at : at + 1]
    if not char or not ("\u3400" <= char <= "\u9fff"):
        return False
    if char not in _AFTER_NAME:
        return True
    # 想, 年, 生, 平 … can be part of a name; take them only as the first given character before a clear end.
    return first and char not in "是的在了吗呢吧啊也都又" and bool(_BOUND_AFTER.match(text, at + 1))


def find_names(text: str) -> Iterator[Candidate]:
    """Names that the text itself announces."""
    for lead in _LEAD.finditer(text):
        start = lead.end()
        minority = _MINORITY.match(text, start) if lead["sure"] else None
        if minority:
            yield Candidate(MaskKind.NAME, start, minority.end())
            continue
        nickname = _NICKNAME.match(text, start) if lead["sure"] else None
        if nickname:
            yield Candidate(MaskKind.NAME, start, nickname.end())
            continue
        if _NO_NAME.match(text, start):
            continue
        end = _name_end(text, start)
        if end is None or (lead["bounded"] and not _is_bounded(text, start, end)):
            continue
        yield Candidate(MaskKind.NAME, start, end)
    for hit in _ENGLISH.finditer(text):
        name = _ENGLISH_STOP.sub("", hit["name"])
        yield Candidate(MaskKind.NAME, hit.start("name"), hit.start("name") + len(name))


def _is_bounded(text: str, start: int, end: int) -> bool:
    """After 本人 and 我是 much else may follow: a name is believed only before a clear end."""
    return end - start > 1 and text[end - 1] not in _BAD_END and bool(_BOUND_AFTER.match(text, end))
