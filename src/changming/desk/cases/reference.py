"""Case references such as ``CM-7Q4K-29X3``: short, unguessable, and wrong letters are caught.

32 symbols (Crockford's, without I L O U), seven random (35 bits) and one check symbol over GF(32): the weighted sum of
all eight is zero, with the weights 1, α, α², … for a primitive α (x⁵ + x² + 1). All weights differ and none is zero,
so every single wrong symbol and every swap of two symbols, neighbours or not, changes the sum.
"""

import secrets
import unicodedata
from typing import Final

from changming.kernel.decisions import Refusal

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS: Final = 8
_PREFIX: Final = "CM"
_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DASHES: Final = frozenset("-‐‑‒–—―−_·.")
_BITS: Final = 5
_FIELD: Final = 1 << _BITS
_POLYNOMIAL: Final = 0b100101
_TIMES_ALPHA: Final = tuple(v << 1 if v << 1 < _FIELD else v << 1 ^ _POLYNOMIAL for v in range(_FIELD))


def new_reference() -> str:
    """A random reference."""
    drawn = secrets.randbits(_BITS * (SYMBOLS - 1))
    values = [drawn >> shift & (_FIELD - 1) for shift in range(0, _BITS * (SYMBOLS - 1), _BITS)]
    return _shown("".join([ALPHABET[value] for value in [*values, _check(values)]]))


def parse_reference(written: str) -> str | Refusal:
    """The reference that somebody typed, in its one form, or why it cannot be one.

    Case, spaces, dashes, full-width letters and a missing ``CM`` do not matter; O is read as 0, I and L as 1.

    Returns:
        The reference, or the refusal ``reference_incomplete`` (another length) or ``reference_wrong`` (one letter looks
        wrong).
    """
    plain = unicodedata.normalize("NFKC", written).upper()
    symbols = "".join(c for c in plain if c not in _DASHES and not c.isspace())
    if len(symbols) == SYMBOLS + len(_PREFIX) and symbols.startswith(_PREFIX):
        symbols = symbols.removeprefix(_PREFIX)
    symbols = symbols.translate(_READ_AS)
    if len(symbols) != SYMBOLS:
        return Refusal("reference_incomplete", 422, {"symbols": SYMBOLS})
    values = [_VALUES.get(symbol) for symbol in symbols]
    known = [value for value in values if value is not None]
    if len(known) != SYMBOLS or _check(known[:-1]) != known[-1]:
        return Refusal("reference_wrong", 422)
    return _shown(symbols)


def _shown(symbols: str) -> str:
    return f"{_PREFIX}-{symbols[:4]}-{symbols[4:]}"


def _check(values: list[int]) -> int:
    """The symbol that makes the weighted sum zero, its own weight being 1 (Horner's rule over GF(32))."""
    total = 0
    for value in values:
        total = _TIMES_ALPHA[total ^ value]
    return total
