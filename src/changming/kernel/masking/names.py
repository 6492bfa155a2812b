"""Names of people, where the text says that one stands there: 我叫…, 联系人…, 我爸…, a name before its number.

A full search for names needs a trained model and would mask half of the place names; this finds what people give
about themselves and those they ask for. How sure the words before are decides what must follow: after 我叫 nearly
anything is a name, after 我爸 only what ends like one and is no common word.
"""

import re
from collections.abc import Iterator
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate
from changming.kernel.masking.naming import (
    HAN,
    bounded_name_end,
    has_common_surname,
    in_far_place,
    is_common_word,
    sure_name_end,
    usual_name_end,
    whole_names,
)

_ROLE: Final = (
    r"(?:紧急)?联系人|收[件货]人|寄件人|经办人|被?委托人|受托人|被?代理人|申[请領领]人|申請人|户主|戶主|"
    r"法人(?:代表)?|法定代表人|监护人|"
    r"经营者|负责人|持证人|当事人|被?继承人|投诉人|办证人|投靠人|曾用名|现用?名|新名字?|原名|签[名字]|署名|房东|"
    r"股东|客户|证人|新郎|新娘|学生|考生|"
    r"老师|乘客|旅客|患者|病人|学员|落款|我们?家|签收人|[领取送]件人|领取人|报案人|失主|车主|业主|机主|持卡人|"
    r"开户人|投保人|申报人|承租人|死者|逝者|"
    r"[父母夫妻](?=[:])|[男女甲乙]方"
)
_KIN: Final = (
    r"老公|老婆|爱人|丈夫|妻子|媳妇|对象|儿子|女儿|孩子|小孩|宝宝|闺女|娃|[父母]亲|爸爸?|妈妈?|爹|娘|爷爷|奶奶|外公|"
    r"外婆|姥姥|姥爷|"
    r"女婿|儿媳妇?|我(?:家)?(?:先生|太太|师傅|经理|领导|男友|女友|阿姨)|[男女]朋友|未婚[夫妻]|前[夫妻]|侄儿|"
    r"(?:伯|叔|姨|姑|舅|婶|嫂)(?:子|父|母|妈)|[大二三小我](?:伯|叔|姨|姑|舅|婶|嫂)|姐夫|妹夫|继[父母]|养[父母]|"
    r"干[妈爹]|子女|"
    r"[哥姐弟妹]{1,2}|孙[子女]|侄[子女]|外甥女?|岳[父母]|公公|婆婆|朋友|同事|同学|室友|邻居|老板|舅舅|叔叔|姑姑|"
    r"员工|职工|战友|徒弟|夫妻|夫妇|双方|兄弟|姐妹"
)
_SURE = re.compile(
    rf"我(?:的名字|名字)?(?:就?叫做?|名叫)|名字(?:就?是|叫做?|为)?[: ]|名字(?:是|叫做?|为)|(?:本人|真实|孩子|我的?|"
    rf"學生|学生)?姓名[ ]?(?:是|为|叫)?[: ]{{1,2}}"
    rf"|(?:本人|真实|孩子|我的?)?姓名(?:是|为|叫)|(?:{_KIN}|{_ROLE}|他|她)(?:的?名字)?(?:就?叫|名叫|叫做)"
    rf"|(?:{_ROLE})(?:的?(?:姓名|名字))?(?:是|为)?[: ]{{1,2}}|敝姓|免贵姓(?=..)|(?<=[,，])(?:叫|名叫)"
)
_BOUNDED = re.compile(
    rf"(?:{_ROLE}|{_KIN})(?:的?(?:姓名|名字|大名))?(?:是|为|由|从|[,，:])?|姓名|名字|大名|家属|"
    rf"[办领送签写收付款办托证]人[: ]|(?:^|(?<=[,，。;\n ]))[收寄致][: ]"
)
_ASKED = re.compile(
    r"请问|麻烦|请(?=...)|转交|名叫|收件|证件上的?|[代担保乘领办持申报受托介绍证借贷购买卖联系发收]人|查询?(?:一下|"
    r"下)?|帮我?|替|给|寄给|转给|发给|"
    r"交给|通知|联系|找到?|代|写(?:的是?|成了?)|改成了?|改名为?叫?|"
    r"更名为|变更[为成]|换成|改为|错成|打成了?|"
    r"登记成了?|印成了?|[取起]名|应该?是|应为|(?:[您你]好|喂)[,，]?|[0-9*]{4}[,， ]|(?<!共)和|跟"
)
_SELF = re.compile(r"本人[:, ]?|我(?:是|係|系)|(?:这里|这边|我这边?)是|(?:(?<=[,，。 ])|^)(?:我|俺)(?=...?[,，])")
# A name at the beginning of a clause, before a number of its own or beside another name.
_CLAUSE = re.compile(rf"(?:^|(?<=[,，。;；:：、\n( ]))(?=[{HAN}]{{2}})")
_OWN_NUMBER = re.compile(
    r"[,，:：; (]{0,2}(?:\(?\+?86\)?[\- ]?)?(?:1[3-9][0-9][0-9\- *]{5}|[1-9][0-9]{5}[ \-]?(?:19|20)[0-9]{2}|"
    r"[0-9]{3}\*{4})"
    r"|[,，:：; ]{1,2}(?:(?:的?身份证|手机|电话)号?码?[是为: ]{0,2}[0-9]|[男女](?:[,，。 ]|$)|(?:19|20)[0-9]{2}年)"
)
_OWN_PAPER = re.compile(
    r"的?(?:身份证|护照|驾照|驾驶证|社保卡|居住证|通行证|户口|电话|手机|快递|进度|材料|档案|申请|件)|(?:先生|"
    r"女士)(?:$|[,，。的])"
)
_BESIDE = re.compile(r"[和与跟、及]")
_DOTTED = re.compile(rf"(?<![{HAN}·.•・‧])[{HAN}]{{1,14}}(?:[·.•・‧][{HAN}]{{1,8}}){{1,3}}")
_DOTTED_AT = re.compile(rf"[{HAN}]{{1,8}}(?:[·.•・‧][{HAN}]{{1,8}}){{1,3}}")
_DOT = re.compile("[·.•・‧]")
# Characters that write the names of Uyghurs, Kazakhs and their neighbours; of what stands before the dot, they decide
# where the name begins.
_WESTERN: Final = (
    "买提不麦古丽尔阿孜热木扎汗克依吐斯合迪帕努拉娜玛力都萨肉则吾艾沙赛巴哈别尼"
    "塔逊达那加库衣孟亚夏米娅兰祖莱布曼卡穆罕默德伊玉素甫如仙再古海"
)
_WESTERN_HEAD = re.compile(f"[{_WESTERN}]{{2,8}}$")
_WESTERN_RUN = re.compile(f"[{_WESTERN}]{{4,8}}(?=$|[^{HAN}]|[的要想补办在今的和跟住护身是])")
_TIBETAN: Final = (
    "次仁|卓玛|扎西|达娃|平措|多吉|拉姆|央金|尼玛|旦增|丹增|格桑|白玛|洛桑|索朗|边巴|普布|巴桑|益西|强巴|桑吉|才让|"
    "德吉|曲珍|措姆|罗布|仁青|"
    "卓嘎|贡布|顿珠|加措|嘉措|拉珍|旺堆|旺姆|吉美|晋美|阿旺|土登"
)
_TIBETAN_NAME = re.compile(f"(?:{_TIBETAN}){{2}}")
_MONGOLIAN_NAME = re.compile(
    r"(?<=[我叫人是为名:：,， ])(?:阿|敖|斯|乌|那|图|苏|萨|娜|巴|格|哈|其|托|朝|呼|满|额|通|布|宝|金|银|"
    r"白)?[\u4e00-\u9fff]{0,2}"
    r"(?:巴特尔|其其格|高娃|图雅|格日勒|乌云|巴图|格日乐|斯琴|塔娜|萨仁|那仁)(?![\u4e00-\u9fff]?[旗县市])"
)
_NICKNAME = re.compile(
    rf"(?:小(?![孩时区学的型事心店票费卡])|阿(?!姨|里))[{HAN}](?=[,，。.;；!！?？ \n]|想|要|是|"
    rf"今|身份|电话|手机|$)|[A-Z][A-Z]{{1,15}}(?: [A-Z]{{2,15}}){{0,2}}(?![A-Z0-9])"
)
_NO_NAME = re.compile(r"单亲|党员|[农渔]民|巴|错|别|什么|啥|谁")
_FULL_NAME: Final = 3
_BAD_END: Final = "人生员的师工民者户籍证岁"


def find_names(text: str) -> Iterator[Candidate]:
    """Names that the text itself announces."""
    for lead in _SURE.finditer(text):
        yield from _announced(text, lead.end())
    for lead in _BOUNDED.finditer(text):
        at = lead.end()
        dotted = _DOTTED_AT.match(text, at)
        end = dotted.end() if dotted else max(bounded_name_end(text, at) or 0, usual_name_end(text, at) or 0) or None
        yield from _name(text, at, end)
    for lead in _ASKED.finditer(text):
        at = lead.end()
        end = usual_name_end(text, at)
        whole = None if end is not None else bounded_name_end(text, at, words=False)
        yield from _name(text, at, end if whole is None or whole - at < _FULL_NAME else whole)
    for lead in _SELF.finditer(text):
        end = bounded_name_end(text, lead.end(), words=False)
        if end is not None and text[end - 1] not in _BAD_END:
            yield from _name(text, lead.end(), end)
    for clause in _CLAUSE.finditer(text):
        yield from _at_clause(text, clause.end())
    for start, end in whole_names(text):
        yield from _name(text, start, end)
    yield from _of_other_peoples(text)


def _name(text: str, start: int, end: int | None) -> Iterator[Candidate]:
    """The name, and the one that is said beside it: 张三和李四."""
    if end is None:
        return
    yield Candidate(MaskKind.NAME, start, end)
    if _BESIDE.match(text, end):
        other = bounded_name_end(text, end + 1)
        if other is not None:
            yield Candidate(MaskKind.NAME, end + 1, other)


def _announced(text: str, start: int) -> Iterator[Candidate]:
    whole = _DOTTED_AT.match(text, start) or _WESTERN_RUN.match(text, start) or _NICKNAME.match(text, start)
    if whole:
        yield Candidate(MaskKind.NAME, start, whole.end())
    elif not is_common_word(text, start) and not _NO_NAME.match(text, start):
        yield from _name(text, start, sure_name_end(text, start))


def _at_clause(text: str, start: int) -> Iterator[Candidate]:
    """A name that begins a clause: before a number or a paper of its own, beside another, or whole and as usual."""
    western = _WESTERN_RUN.match(text, start)
    if western and len(set(western[0])) >= _FULL_NAME and not in_far_place(text, start):
        yield Candidate(MaskKind.NAME, start, western.end())
        return
    end = max(bounded_name_end(text, start) or 0, usual_name_end(text, start) or 0)
    if not end:
        return
    if _OWN_NUMBER.match(text, end) or (_OWN_PAPER.match(text, end) and _is_likely(text, start, end)):
        yield Candidate(MaskKind.NAME, start, end)
    elif end - start >= _FULL_NAME and usual_name_end(text, start) == end and bounded_name_end(text, start) == end:
        yield from _name(text, start, end)
    elif _BESIDE.match(text, end):
        other = bounded_name_end(text, end + 1)
        if other is not None:
            yield Candidate(MaskKind.NAME, start, end)
            yield Candidate(MaskKind.NAME, end + 1, other)


def _is_likely(text: str, start: int, end: int) -> bool:
    """A name by its characters, or by a common surname and its length."""
    return usual_name_end(text, start) == end or (end - start == _FULL_NAME and has_common_surname(text, start))


def _of_other_peoples(text: str) -> Iterator[Candidate]:
    """Names with a dot, and names of Tibetans and Mongols, who have no surname."""
    for hit in _DOTTED.finditer(text):
        dot = _DOT.search(text, hit.start())
        head = _WESTERN_HEAD.search(text, hit.start(), dot.start()) if dot else None
        if head:
            yield Candidate(MaskKind.NAME, head.start(), hit.end())
    for pattern in (_TIBETAN_NAME, _MONGOLIAN_NAME):
        for hit in pattern.finditer(text):
            yield Candidate(MaskKind.NAME, hit.start(), hit.end())
