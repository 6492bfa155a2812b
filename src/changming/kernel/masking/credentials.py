"""E-mail addresses, passwords and one-time codes."""

import re
from collections.abc import Iterator

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate

_EMAIL = re.compile(
    r"(?<![A-Z0-9._%+\-*@])[A-Z0-9._%+\-]{1,64} ?(?:@|[(\[]AT[)\]]) ?"
    r"[A-Z0-9\-]{1,63}(?:\.[A-Z0-9\-]{1,63}){0,5}\.[A-Z]{2,24}(?![A-Z])"
)
_VALUE = r"(?P<value>[!-~]{4,40})"
_IS = r"[ \t]{0,3}(?:是|为|叫|:|=|就是|设的是|改成|设成|->)?[ \t:\"'“「『(\[]{0,3}"
_ENGLISH_VALUE = _VALUE.replace("value", "english")
_PASSWORD = re.compile(
    rf"(?:密码|口令|密碼|PIN码){_IS}{_VALUE}"
    rf"|(?:PASSWORD|PASSWD|PWD|PASSCODE)[ \t]{{0,3}}(?:IS|:|=)[ \t:\"']{{0,3}}{_ENGLISH_VALUE}"
)
_CODE_WORD = r"(?:验证码|校验码|动态码|短信码|确认码|驗證碼|动态密码|动态口令)"
_CODE = re.compile(
    rf"{_CODE_WORD}{_IS}(?P<after>(?=[A-Z0-9]*[0-9])[A-Z0-9]{{4,8}}|[0-9](?:[ \-][0-9]){{3,7}})(?![A-Z0-9*])"
    r"|(?<![A-Z0-9*.\-])(?P<before>[0-9]{4,8})[ \t]{0,2}(?:是|为|\(|,|\[)?(?:你|您|我)?的?(?:登录|手机|短信|支付|注册)?"
    rf"{_CODE_WORD}"
    r"|(?:VERIFICATION|SECURITY|ONE-TIME|OTP|SMS|AUTH(?:ENTICATION)?)[ \t]{0,2}(?:CODE|PIN)?[ \t]{0,3}(?:IS|:|=)"
    r"[ \t]{0,3}(?P<english>[0-9]{4,8})(?![A-Z0-9*])"
)
_SHORTEST_PASSWORD = 4
_SEPARATORS = re.compile(r"[,;,。；]")
_HAS_DIGIT_OR_SIGN = re.compile(r"[0-9!@#$%^&+_=]")


def find_emails(text: str) -> Iterator[Candidate]:
    """Addresses of the form name@host (RFC 5321 without quoted names)."""
    for hit in _EMAIL.finditer(text):
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
        group = next(name for name in ("after", "before", "english") if hit[name])
        yield Candidate(MaskKind.CODE, hit.start(group), hit.end(group))
