"""Where a Chinese name stands: a surname, one or two given characters, and an end that fits no other reading."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_GIVEN_LONGEST: Final = 2
# What is hardly ever part of a given name, so that the name ends before it.
_FUNCTION_WORDS: Final = frozenset(
    "想要办是今的在有和跟与及电手护已住来去了吗呢吧啊也都又还把被给让请问能可需丢补换证籍于出我他她你您这那就到从因为现本联过没不得"
    "两个几什么谁哪啥些次岁元块号码费钱票卡照件页址区县市镇乡省州局所厅站店厂馆人係唔嘅咗"
)
# As the first given character before a clear end these can be part of a name after all: 李想, 张今, 高现.
_NEVER_GIVEN: Final = frozenset(
    "人县区市州镇乡省办补换丢领被把给让还又是的在了吗呢吧啊也都又和跟与及什么谁哪啥个号码费钱不没"
)
_END = re.compile(
    r"[ ]?(?:$|[,，。.;；:：(（)）、!！?？\n\t/|*]|[0-9])|的|[ ]?(?:先生|女士|小姐|同志|老师|身份|电话|手机|联系|"
    r"号码|证件|护照|"
    r"驾|户口|社保|港澳|居住|出生|通行|行驶|营业|执照|签名|签字|住址|住在|地址|现[申需因委办]|邮箱|微信|性别|汉族|"
    r"[男女](?:[,，。 ]|$|方|士))"
)
_WORDS_AFTER = re.compile(
    r"要|想|和|跟|与|及|今年|不[在肯能会想给配来是同]|没[有来带到办]|是|在|去(?!世)|来|带|把|已|办|补|换|丢|掉|"
    r"到[了期场]|有|说|托|"
    r"让|给|也|都|因|由|这|那|[昨今明][天年日早晚]|委托|帮|约|陪|现|刚|一[起同直个家]|两|写|等|申请|需|能|可以|生于|满|"
    r"从|叫|"
    r"寄|收|签|本人|"
    r"之前|以前|"
    r"可|改|被|还|就|快|过期|证|考|坐|上|年满|离|结|去世|死|走了|双方|两人|夫妇|夫妻|共同|问|查|打|看|拿|取|领|咨询|"
    r"今|[一二三四五六七八九十]{1,3}岁|下|过来|现|唔|嘅|係"
)


_WORDS_TOO: Final = frozenset("和都来应相计位时从连查要由")
"""Surnames that are mostly small words."""


_COMMON: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "廖贾夏韦邹熊孟秦邱侯尹薛闫段雷黎龙陶贺顾毛郝龚邵覃戴莫孔汤劉陳楊黃趙吳孫鄭謝許韓馮鄧蔣葉蘇魏呂盧譚陸範廖賈"
)
_ALSO_WORDS: Final = _WORDS_TOO | frozenset(
    "母国海花钱管满扶车谈成文南全单班房路时经项解区关党费水席商农权代年元边卡支池段付家修银公但都常史游连车左右冷台豆包"
    "景章练皮粟麦米布毕季童双植信衣印战越展卫宗宣官闻封储索养由随尚多户口"
)
"""Surnames that stand too often for themselves to begin a name in the middle of a sentence."""
_FAR_PLACES = re.compile(
    "锡林浩特|锡林郭勒|堆龙德庆|克拉玛依|沙依巴克|和林格尔|巴音郭楞|乌鲁木齐|呼伦贝尔|塔什库尔干|库尔勒|阿克苏|伊宁|"
    "哈密|哈萨克"
)
_PLACE_KINDS: Final = frozenset("人市区县州镇乡省旗盟新那这本当")
_NOT_GIVEN_AMID: Final = frozenset("双一多方东西养新克久生飞密子人民国中大小学业华贝如意正水山海林石区")


@cache
def _whole_name() -> re.Pattern[str]:
    first = "".join(sorted(surnames() - _ALSO_WORDS))
    given = "".join(sorted(_given() - _NOT_GIVEN_AMID))
    second = "".join(sorted(_given() - frozenset("双一多方养新克久飞密")))
    before = r"(?<![三甲乙浙黑镇湛阳丽九漓珠长沿黔])(?<![0-9])"
    return re.compile(
        rf"{before}(?:{'|'.join(sorted(compound_surnames()))}|[{first}])(?:[{given}][{second}]|[{second}][{given}])"
    )


def whole_names(text: str) -> Iterator[tuple[int, int]]:
    """Names of a surname and two given characters anywhere, all of them usual in names, before an end that fits."""
    for hit in _whole_name().finditer(text):
        if not _is_no_name(text, hit.start()) and _is_end(text, hit.end()) and not in_far_place(text, hit.start()):
            yield hit.span()


@cache
def surnames() -> frozenset[str]:
    """The surnames of one character, traditional forms among them."""
    return frozenset(_read("surnames.txt").replace("\n", ""))


@cache
def compound_surnames() -> frozenset[str]:
    """The surnames of two characters."""
    return frozenset(_read("compound_surnames.txt").split())


@cache
def _common_words() -> dict[str, tuple[str, ...]]:
    """What may follow a surname so that both together are a common word."""
    lines = (line.split() for line in _read("common_words.txt").splitlines() if not line.startswith("#"))
    return {head: (*singles, *longer) for head, singles, *longer in lines}


@cache
def _given() -> frozenset[str]:
    return frozenset("".join(line for line in _read("given_names.txt").splitlines() if not line.startswith("#")))


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def is_common_word(text: str, start: int) -> bool:
    """Whether a common word that only begins like a name stands at ``start``: 高考, 马上, 温州."""
    return text.startswith(_common_words().get(text[start : start + 1], ()), start + 1)


@cache
def _places() -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in _read("place_names.txt").splitlines() if not line.startswith("#"))
    return {head: tuple(rest) for head, *rest in lines}


def is_place(text: str, start: int) -> bool:
    """Whether a place that only begins like a name stands at ``start``, with an end or its kind behind it."""
    for rest in _places().get(text[start : start + 1], ()):
        end = start + 1 + len(rest)
        if text.startswith(rest, start + 1) and (text[end : end + 1] in _PLACE_KINDS or _is_end(text, end)):
            return True
    return False


def in_far_place(text: str, start: int) -> bool:
    """Whether ``start`` stands in a place whose name is made of such characters, from its first one or from inside."""
    return any(start < hit.end() for hit in _FAR_PLACES.finditer(text, max(0, start - 3), start + 4))


def _is_no_name(text: str, start: int) -> bool:
    return text[start : start + 1] in _WORDS_TOO or is_common_word(text, start) or is_place(text, start)


def sure_name_end(text: str, start: int) -> int | None:
    """Where the name at ``start`` ends, where the text says plainly that one follows; None when none does."""
    ends = _ends(text, start)
    if not ends:
        return None
    bounded = [end for end in ends if _is_end(text, end)]
    return bounded[-1] if bounded else ends[-1]


def has_common_surname(text: str, start: int) -> bool:
    """Whether one of the surnames stands at ``start`` that nine in ten people bear."""
    return text[start : start + 1] in _COMMON


def bounded_name_end(text: str, start: int, *, words: bool = True) -> int | None:
    """Where the name at ``start`` ends, if a clear end follows, or, with ``words``, a word that often follows one."""
    if _is_no_name(text, start):
        return None
    ends = (end for end in reversed(_ends(text, start)) if _is_end(text, end, words=words))
    return next(ends, None)


def usual_name_end(text: str, start: int) -> int | None:
    """Where the name at ``start`` ends, if its characters are such as names are made of, whatever follows it.

    With one given character, or a surname that is a word as well, a clear end has to follow.
    """
    if _is_no_name(text, start):
        return None
    surname = 2 if text[start : start + 2] in compound_surnames() else 1
    ends = [end for end in _ends(text, start) if all(char in _given() for char in text[start + surname : end])]
    if len(ends) == _GIVEN_LONGEST and not _is_end(text, ends[0], words=False):
        return ends[-1]
    return next((end for end in reversed(ends) if _is_end(text, end)), None)


def _is_end(text: str, at: int, *, words: bool = True) -> bool:
    return bool(_END.match(text, at)) or (words and bool(_WORDS_AFTER.match(text, at)))


def _ends(text: str, start: int) -> list[int]:
    """The places where a name that begins at ``start`` may end, the shortest first."""
    surname = 2 if text[start : start + 2] in compound_surnames() else 1
    if surname == 1 and text[start : start + 1] not in surnames():
        return []
    at = start + surname
    ends: list[int] = []
    while len(ends) < _GIVEN_LONGEST and _is_given(text, at, first=not ends):
        at += 1
        ends.append(at)
    return ends


def _is_given(text: str, at: int, *, first: bool) -> bool:
    char = text[at : at + 1]
    if not "\u3400" <= char <= "\u9fff":
        return False
    if char not in _FUNCTION_WORDS:
        return True
    if not first or char in _NEVER_GIVEN:
        return False
    return bool(_END.match(text, at + 1)) or (_is_given(text, at + 1, first=False) and bool(_END.match(text, at + 2)))
