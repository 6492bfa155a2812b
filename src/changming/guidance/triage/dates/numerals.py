"""Chinese and ASCII numerals up to a few hundred, and years said digit by digit."""

from typing import Final

_DIGITS: Final = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "仨": 3, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9
}  # fmt: skip
NUMBER: Final = r"(?:[0-9]{1,3}|[零〇一二两俩三仨四五六七八九十廿卅百]{1,5})"
"""A pattern for what ``as_number`` reads."""


def as_number(text: str) -> int | None:
    """``12``, ``十二``, ``廿三``, ``一百二十`` as a number; None when it is none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    text = text.replace("廿", "二十").replace("卅", "三十")
    hundreds, has_hundred, rest = text.rpartition("百")
    total = 0
    if has_hundred:
        total = 100 * (_DIGITS.get(hundreds, 0) or 1)
    tens, has_ten, ones = rest.rpartition("十")
    if has_ten:
        total += 10 * (_DIGITS.get(tens, 0) if tens else 1)
    elif len(rest) > 1 and not has_hundred:
        return as_year(rest)
    if ones and ones not in _DIGITS:
        return _DIGITS.get(ones.strip("零〇"), None)
    return total + (_DIGITS[ones] if ones else 0)


def as_year(text: str) -> int | None:
    """Digits said one by one: ``二零二六`` is 2026."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return None
