"""Numbers: resident identity, bank card, phone, unified credit code, passport, permit.

Each finder reads a folded text (see ``folding``) and yields candidates. Separators between digits are allowed, so the
patterns carry an optional separator instead of joining digits beforehand: joining would glue neighbours together.
"""

import re
from collections.abc import Iterator
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking import context
from changming.kernel.masking.checks import (
    has_resident_id_checksum,
    is_credit_code,
    is_luhn,
    is_old_resident_id_shape,
    is_resident_id_shape,
)
from changming.kernel.masking.model import Candidate

_SEP: Final = r"[ \t\-.·_\x1f]{0,3}"
_START: Final = r"(?<![0-9*])"
_END: Final = r"(?![0-9*])"
_WORD_START: Final = r"(?<![0-9A-Z*])"
_WORD_END: Final = r"(?![0-9A-Z*])"

_LONG = re.compile(rf"{_START}[0-9](?:{_SEP}[0-9]){{14,18}}{_END}")
_RESIDENT_ID = re.compile(rf"{_START}[1-9](?:{_SEP}[0-9]){{16}}{_SEP}[0-9X]{_END}")
_COUNTRY = rf"(?<![0-9*])\(?(?:\+{_SEP}|00)?86\)?{_SEP}"
_COUNTRY_FIRST: Final = re.compile(r"\(?(?:\+|00)86")
_MOBILE = re.compile(rf"(?:{_COUNTRY}|{_START})1{_SEP}[3-9](?:{_SEP}[0-9]){{9}}{_END}")
# Words and commas between the parts of a number that somebody reads out: 138 然后 1234 再 5678.
_AND_THEN: Final = r"[ ,、:.\-的然后再面边接着跟最末中间前四三位几念是开头尾打就杠横空格点]{0,8}"
_BETWEEN: Final = r"[^0-9X\n。;]{0,9}"
_SPOKEN = re.compile(
    rf"{_START}1[3-9][0-9]{_AND_THEN}(?:[0-9]{{4}}{_AND_THEN}[0-9]{{4}}|[0-9]{{3}}{_AND_THEN}[0-9]{{5}}"
    rf"|[0-9]{{2}}{_AND_THEN}[0-9]{{2}}{_AND_THEN}[0-9]{{2}}{_AND_THEN}[0-9]{{2}}){_END}"
)
_SPOKEN_ID = re.compile(
    rf"{_START}(?P<area>[1-9][0-9]{{5}}){_BETWEEN}(?P<year>(?:19|"
    rf"20)[0-9]{{2}}){_BETWEEN}(?P<day>[01][0-9]{_BETWEEN}[0-3][0-9])"
    rf"{_BETWEEN}(?P<tail>[0-9]{{3}}(?:{_SEP}|{_BETWEEN}|[ ,、]?(?:最后一?位?|末位|"
    rf"尾号?)是?个?[ ]?)[0-9X叉])(?![0-9A-Z*])"
)
_ABROAD = re.compile(rf"(?<![0-9*])\+(?!86)[1-9](?:{_SEP}\(?[0-9]\)?){{7,13}}{_END}")
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_EXTENSION: Final = r"(?:[ ]?(?:转|分机|-|EXT\.?)[ ]?[0-9]{1,5})?"
_LANDLINE = re.compile(rf"{_START}(?:\({_AREA}\) ?|{_AREA}[\- ]?)[2-8][0-9]{{2,3}}[\- ]?[0-9]{{4}}{_EXTENSION}{_END}")
_LOCAL = re.compile(
    rf"(?:座机|固话|固定电话|家里电话|家电话)(?:号码?)?(?:是|"
    rf"为)?[: ]{{0,2}}(?P<number>[2-8][0-9]{{2,3}}[\- ]?[0-9]{{4}}{_EXTENSION}){_END}"
)
_CODE_SIGN = "[0-9A-HJ-NPQRTUWXY]"
_CREDIT_CODE = re.compile(
    rf"{_WORD_START}{_CODE_SIGN}{_SEP}{_CODE_SIGN}(?:{_SEP}[0-9]){{6}}(?:{_SEP}{_CODE_SIGN}){{10}}{_WORD_END}"
)
_CREDIT_NAMED = re.compile(rf"{_WORD_START}9[1-9](?:[ \-]?[0-9A-Z]){{16}}{_WORD_END}")
_PASSPORT = re.compile(
    rf"{_WORD_START}(?:[EG][ \-]?[0-9]{{4}}[ \-]?[0-9]{{4}}|E[A-HJ-NP-Z][ \-]?[0-9]{{3}}[ \-]?[0-9]{{4}}"
    rf"|(?:SE|PE|DE|MA|KJ)[0-9]{{7}}){_WORD_END}"
)
_PASSPORT_NAMED = re.compile(
    rf"{_WORD_START}(?:[A-Z]{{1,2}}{_SEP}[0-9](?:{_SEP}[0-9]){{5,8}}|1[45][0-9]{{7}}){_WORD_END}"
)
_PERMIT = re.compile(
    rf"{_WORD_START}C(?:[ \-]?[0-9]{{4}}[ \-]?[0-9]{{4}}|[A-HJ-NP-Z][ \-]?[0-9]{{3}}[ \-]?[0-9]{{4}}){_WORD_END}"
)
_PERMIT_NAMED = re.compile(rf"{_WORD_START}[A-Z]{{1,3}}{_SEP}[0-9](?:{_SEP}[0-9]){{6,11}}{_WORD_END}")
_PERMIT_DIGITS = re.compile(rf"{_WORD_START}[0-9]{{8}}(?:[0-9]{{2}})?{_WORD_END}")
# The permanent residence card of eighteen digits begins with 9; a driving licence's file number has twelve.
_PERMIT_LONG = re.compile(rf"{_WORD_START}(?:9[0-9]{{16}}[0-9X]|(?<=[号是为: ])[0-9]{{12}}){_WORD_END}")
_TAX_NUMBER = re.compile(rf"{_WORD_START}[0-9A-Z]{{15,20}}{_WORD_END}")
_TAX_DIGITS: Final = 8
_CARD_LENGTHS: Final = (19, 18, 17, 16, 15)
_DIGIT = re.compile(r"[0-9X]")


def _squeeze(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _groups(text: str) -> tuple[int, ...]:
    """The lengths of the runs of digits between separators."""
    return tuple(len(run) for run in re.findall(r"[0-9]+", text))


def find_resident_ids(text: str) -> Iterator[Candidate]:
    """18-character numbers with a valid shape, even when the check digit fails; 15 digits beside a word for them."""
    for hit in _RESIDENT_ID.finditer(text):
        number = _squeeze(hit[0])
        if number[0] == "9" and context.speaks_of_permit(text, hit.start()):
            continue
        plausible = is_resident_id_shape(number)
        if plausible and context.is_order_number(text, hit.start()):
            plausible = has_resident_id_checksum(number)
        if plausible or (
            context.speaks_of_identity(text, hit.start()) and not context.speaks_of_card(text, hit.start())
        ):
            yield Candidate(MaskKind.RESIDENT_ID, hit.start(), hit.end())
    for hit in _SPOKEN_ID.finditer(text):
        number = "".join(char for char in hit[0].replace("叉", "X") if char in "0123456789X")
        if number[0] == "9" and context.speaks_of_permit(text, hit.start()):
            continue
        if is_resident_id_shape(number) and not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.RESIDENT_ID, hit.start(), hit.end())
    for hit in _LONG.finditer(text):
        if is_old_resident_id_shape(_squeeze(hit[0])) and context.speaks_of_identity(text, hit.start()):
            yield Candidate(MaskKind.RESIDENT_ID, hit.start(), hit.end())


def find_bank_cards(text: str) -> Iterator[Candidate]:
    """15 to 19 digits: beside a word for a card always; alone with a card's prefix and a valid check digit (Luhn)."""
    for hit in _LONG.finditer(text):
        named = context.speaks_of_card(text, hit.start())
        if not named and context.is_order_number(text, hit.start()):
            continue
        ends = [mark.end() for mark in _DIGIT.finditer(text, hit.start(), hit.end())]
        number = _squeeze(hit[0])
        for length in _CARD_LENGTHS:
            if length > len(ends) or (length < len(ends) and text[ends[length - 1]].isdigit()):
                continue
            card = number[:length]
            if (is_luhn(card) and (named or _has_card_prefix(card))) or _is_unionpay(text, hit.start(), card):
                yield Candidate(MaskKind.BANK_CARD, hit.start(), ends[length - 1])
                break
        else:
            if named:
                yield Candidate(MaskKind.BANK_CARD, hit.start(), hit.end())


# Prefixes that with a fitting check digit make a number a card: UnionPay, Visa and Mastercard, American Express.
_CARD_PREFIXES = re.compile(r"62[0-9]{14,17}|[45][0-9]{15}|3[47][0-9]{13}")
_CARD_GROUPS = re.compile(r"[456][0-9]{3}([ \-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?!\1?[0-9])")
_UNIONPAY = re.compile(r"62(?:[0-9]{14}|[0-9]{17})")


def _has_card_prefix(card: str) -> bool:
    return bool(_CARD_PREFIXES.fullmatch(card))


def _is_unionpay(text: str, start: int, card: str) -> bool:
    """UnionPay's prefix and lengths, or a card's four groups: as a card even with a slip, unless it is an identity."""
    grouped = _CARD_GROUPS.match(text, start)
    return bool(_UNIONPAY.fullmatch(card) or grouped) and not context.speaks_of_identity(text, start)


def find_phones(text: str) -> Iterator[Candidate]:
    """Mainland mobile numbers with or without +86, numbers abroad that start with +, landlines that are no office's."""
    for hit in _MOBILE.finditer(text):
        if _is_mobile(text, hit):
            yield Candidate(MaskKind.PHONE, hit.start(), hit.end())
    for hit in _SPOKEN.finditer(text):
        if not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.PHONE, hit.start(), hit.end())
    for hit in _ABROAD.finditer(text):
        yield Candidate(MaskKind.PHONE, hit.start(), hit.end())
    for hit in _LOCAL.finditer(text):
        yield Candidate(MaskKind.PHONE, hit.start("number"), hit.end("number"))
    for hit in _LANDLINE.finditer(text):
        if not context.is_office_phone(text, hit.start()) and not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.PHONE, hit.start(), hit.end())


_PLAIN_GROUPS = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (3, 2, 2, 2, 2), (3, 3, 3, 2), (1,) * 11})


def _is_mobile(text: str, hit: re.Match[str]) -> bool:
    if context.is_order_number(text, hit.start()):
        return False
    number = hit[0]
    if _COUNTRY_FIRST.match(number):
        return True
    groups = _groups(number)
    prefix = sum(groups) - 11
    while prefix > 0:
        prefix -= groups[0]
        groups = groups[1:] if prefix >= 0 else (-prefix, *groups[1:])
    if groups in _PLAIN_GROUPS:
        return True
    return context.speaks_of_phone(text, hit.start()) and (min(groups) > 1 or groups[0] == 1)


def find_credit_codes(text: str) -> Iterator[Candidate]:
    """Unified social credit codes: valid ones, and any of the shape beside a word for them; older tax numbers too."""
    for hit in _CREDIT_CODE.finditer(text):
        number = _squeeze(hit[0])
        named = context.speaks_of_credit_code(text, hit.start())
        if named or (is_credit_code(number) and not context.is_order_number(text, hit.start())):
            yield Candidate(MaskKind.CREDIT_CODE, hit.start(), hit.end())
    for hit in _CREDIT_NAMED.finditer(text):
        if context.speaks_of_credit_code(text, hit.start()):
            yield Candidate(MaskKind.CREDIT_CODE, hit.start(), hit.end())
    for hit in _TAX_NUMBER.finditer(text):
        if sum(char.isdigit() for char in hit[0]) >= _TAX_DIGITS and context.speaks_of_credit_code(text, hit.start()):
            yield Candidate(MaskKind.CREDIT_CODE, hit.start(), hit.end())


def find_passports(text: str) -> Iterator[Candidate]:
    """Chinese passport numbers by their letters; any number of a passport's length beside the word."""
    for hit in _PASSPORT.finditer(text):
        if not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.PASSPORT, hit.start(), hit.end())
    for hit in _PASSPORT_NAMED.finditer(text):
        if context.speaks_of_passport(text, hit.start()):
            yield Candidate(MaskKind.PASSPORT, hit.start(), hit.end())


def find_permits(text: str) -> Iterator[Candidate]:
    """Travel and residence permits: C-numbers by their shape, all others beside a word for them."""
    for hit in _PERMIT.finditer(text):
        if not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.PERMIT, hit.start(), hit.end())
    for hit in _PERMIT_NAMED.finditer(text):
        if context.speaks_of_permit(text, hit.start()) and not context.is_order_number(text, hit.start()):
            yield Candidate(MaskKind.PERMIT, hit.start(), hit.end())
    for hit in _PERMIT_LONG.finditer(text):
        if context.speaks_of_permit(text, hit.start()) or context.names_file_number(text, hit.start()):
            yield Candidate(MaskKind.PERMIT, hit.start(), hit.end())
    for hit in _PERMIT_DIGITS.finditer(text):
        if context.names_permit_number(text, hit.start()):
            yield Candidate(MaskKind.PERMIT, hit.start(), hit.end())
