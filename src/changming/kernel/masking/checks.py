"""Check digits and dates inside numbers. python-stdnum is wrapped: it raises more than its own errors."""

from datetime import date
from typing import Final

_LENGTH: Final = 18
_OLD_LENGTH: Final = 15
_FIRST_YEAR: Final = 1880
_LAST_YEAR: Final = 2100


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_resident_id_shape(number: str) -> bool:
    """18 characters with a possible area and birth date (GB 11643). The check digit is not asked for.

    A number with a typing error is still personal data.
    """
    if len(number) != _LENGTH or not _digits(number[:17]) or number[0] == "0":
        return False
    return _is_birth_date(number[6:10], number[10:12], number[12:14])


def is_old_resident_id_shape(number: str) -> bool:
    """15 digits with a possible area and birth date: the numbers before 1999."""
    return (
        len(number) == _OLD_LENGTH
        and _digits(number)
        and number[0] in "1234568"
        and _is_birth_date("19" + number[6:8], number[8:10], number[10:12])
    )


def _is_birth_date(year: str, month: str, day: str) -> bool:
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def has_resident_id_checksum(number: str) -> bool:
    """The check digit of an 18-character number fits (ISO 7064 Mod 11-2); anything unexpected counts as no."""
    from stdnum.cn import ric

    try:
        return bool(ric.calc_check_digit(number) == number[-1])
    except Exception:  # noqa: BLE001 - the library leaks KeyError and ValueError on unlisted input
        return False


def is_credit_code(number: str) -> bool:
    """A valid unified social credit code (GB 32100); anything unexpected counts as no."""
    from stdnum.cn import uscc

    try:
        return bool(uscc.is_valid(number))
    except Exception:  # noqa: BLE001 - as above
        return False


def is_luhn(number: str) -> bool:
    """The check digit of a bank card fits (ISO/IEC 7812-1); anything unexpected counts as no."""
    from stdnum import luhn

    try:
        return bool(luhn.is_valid(number))
    except Exception:  # noqa: BLE001 - as above
        return False
