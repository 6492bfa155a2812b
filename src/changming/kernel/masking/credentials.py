"""E-mail addresses, passwords and one-time codes."""

import re
from collections.abc import Iterator
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate

_USER: Final = r"(?<![A-Z0-9._%+\-*@])[A-Z0-9._%+\-]{1,64}"
_LABEL: Final = r"[A-Z0-9\-]{1,63}"
_EMAIL = re.compile(
    rf"{_USER} ?(?:@|[(\[ ]{{1,2}}AT[)\]]|[(\[]圈?A[)\]]) ?{_LABEL}(?:\.{_LABEL}){{0,5}}(?:\.|"
    rf" ?[(\[]DOT[)\]] ?)[A-Z]{{2,24}}(?![A-Z])"
)
# Written so that machines do not read it; only beside a house of mail that everybody knows.
_SPELT = re.compile(
    rf"{_USER} ?(?: AT |艾特|爱特|小老鼠|圈A) ?(?:GMAIL|QQ|163|126|139|189|OUTLOOK|HOTMAIL|YAHOO|FOXMAIL|SINA|"
    rf"ICLOUD|ALIYUN|"
    rf"SOHU|LIVE|YEAH)"
    r" ?(?:\.|点|[(\[]DOT[)\]]| DOT ) ?(?:COM|CN|NET)(?:\.CN)?(?![A-Z])"
)
_VALUE: Final = r"(?P<value>[!-~]{4,40})"
_IS: Final = r"[ \t]{0,3}(?:是|为|叫|:|=|就是|设的是|改成|设成|->)?[ \t:\"'“「『(\[]{0,3}"
_ENGLISH_VALUE: Final = _VALUE.replace("value", "english")
_PASSWORD = re.compile(
    rf"(?:(?<!动态)(?<!动态的)密码|(?<!动态)口令|密碼|PIN码)(?:我?[设用改]的?(?:是|为|成)?|还是|一直是|就是|"
    rf"应该是)?{_IS}{_VALUE}"
    rf"|(?:PASSWORD|PASSWD|PWD|PASSCODE|(?<![A-Z])PIN(?: CODE| NUMBER)?)[ \t]{{0,3}}(?:IS|:|=|是|"
    rf"为)[ \t:\"']{{0,3}}{_ENGLISH_VALUE}"
)
_CODE_WORD: Final = (
    r"(?:验证[码号]|校验码|动态[密]?[码碼]|动态密码|动态口令|短信码|确认码|驗證[碼号]|授权码|登录码|登陆码|安全码|"
    r"取[件货]码|提货码|核验码|激活码)"
)
# Between the word and the code: 收到了，…; 是他发我的…. No digit, no end of a sentence.
_FILLED: Final = r"(?:[^0-9A-Z\n。!！零一二两三四五六七八九幺*]{0,8}?[:,是为了 ]?[ \"'“(\[]{0,2})"
_NOT_COUNTED: Final = r"(?![A-Z0-9*.]|[ ]?(?:次|分|秒|位|条|元|块|天|小时|个|年|月|号|遍|%|点))"
_DIGITS: Final = r"[0-9]{4,8}|[0-9]{1,4}(?:[ \-][0-9]{1,4}){1,7}|[零〇一幺二两三四五六七八九]{4,8}"
_CODE = re.compile(
    rf"{_CODE_WORD}{_IS}(?P<after>(?=[A-Z0-9]*[0-9])[A-Z0-9]{{4,8}}|{_DIGITS}){_NOT_COUNTED}"
    rf"|{_CODE_WORD}{_FILLED}(?P<later>{_DIGITS}){_NOT_COUNTED}"
    rf"|(?<![A-Z0-9*.\-])(?!(?:1[0-2][0-9]{{3}}|9[0-9]{{4}})的)(?P<before>[0-9]{{4,8}})[ \t]{{0,2}}(?:这?(?:个|"
    rf"就?是)|为|\(|,|\[)?(?:你|您|我)?(?:刚[才刚]?|今天)?(?:收到|拿到|发来)?的?(?:登录|"
    rf"手机|短信|支付|注册)?"
    rf"{_CODE_WORD}"
    rf"|短信[^0-9\n。]{{0,6}}(?:码|碼|数字)(?:是|为|:)?[ ]?(?P<text>{_DIGITS}){_NOT_COUNTED}"
    r"|(?<!ERROR )(?<!ZIP )(?<!AREA )(?<!POSTAL )(?<!COUNTRY )(?<!DRESS )(?<!STATUS )(?<![A-Z])(?:CODE|OTP|CVV)"
    rf"(?: (?:I|WE) (?:GOT|RECEIVED))?[ \t]{{0,2}}(?:PIN|CODE)?[ \t]{{0,3}}(?:IS|WAS|:|"
    rf"=)?[ \t]{{0,3}}(?P<english>[0-9]{{4,8}}|[0-9]{{3}}[ \-][0-9]{{3}}){_NOT_COUNTED}"
)
_SHORTEST_PASSWORD: Final = 4
_SHORTEST_CODE: Final = 4
_SEPARATORS = re.compile(r"[,;,。；]")
_HAS_DIGIT_OR_SIGN = re.compile(r"[0-9!@#$%^&+_=]")


def find_emails(text: str) -> Iterator[Candidate]:
    """Addresses of the form name@host (RFC 5321 without quoted names), also spelt out: name 艾特 qq.com."""
    for pattern in (_EMAIL, _SPELT):
        for hit in pattern.finditer(text):
            yield Candidate(MaskKind.EMAIL, hit.start(), hit.end())


def find_passwords(text: str) -> Iterator[Candidate]:
    """What is given as a password: 密码是…, password: …. A sentence about a password gives nothing away."""
    for hit in _PASSWORD.finditer(text):
        group = "value" if hit["value"] else "english"
        value = _SEPARATORS.split(hit[group], maxsplit=1)[0].rstrip("\"')]}>.")
        if len(value) >= _SHORTEST_PASSWORD and "*" not in value and _HAS_DIGIT_OR_SIGN.search(value):
            yield Candidate(MaskKind.PASSWORD, hit.start(group), hit.start(group) + len(value))


def find_codes(text: str) -> Iterator[Candidate]:
    """One-time codes of four to eight characters beside a word for them."""
    for hit in _CODE.finditer(text):
        group = next(name for name in ("after", "later", "before", "text", "english") if hit[name])
        if sum(char.isalnum() for char in hit[group]) >= _SHORTEST_CODE:
            yield Candidate(MaskKind.CODE, hit.start(group), hit.end(group))
