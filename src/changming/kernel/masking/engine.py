"""Puts the finders together: fold, look, let the longest candidate win, show the rest of the text unchanged."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking import addresses, credentials, english_names, names, numbers
from changming.kernel.masking.folding import Folded, fold, fold_digits
from changming.kernel.masking.model import Candidate, Found, Masked
from changming.kernel.masking.showing import STARS, show_masked

Finder = Callable[[str], Iterator[Candidate]]

# Each finder with a cheap sign that it may have something to do.
_FINDERS: Final[tuple[tuple[re.Pattern[str], tuple[Finder, ...]], ...]] = (
    (re.compile(r"@|[(\[]AT[)\]]| AT |[艾爱]特|圈A|小老鼠"), (credentials.find_emails,)),
    (
        re.compile(r"[0-9](?:[ \t\-.·_\x1f(),、]{0,3}[0-9]){6}|[0-9]{3}(?:.{1,9}?[0-9]{2,8}){2}"),
        (
            numbers.find_credit_codes,
            numbers.find_resident_ids,
            numbers.find_bank_cards,
            numbers.find_phones,
            numbers.find_passports,
            numbers.find_permits,
        ),
    ),
    (re.compile("[号弄栋幢座组室#-]|址|住|寄|ROAD|STREET|AVENUE|LANE|RD|ST|AVE"), (addresses.find_addresses,)),
    (re.compile("[\u3400-\u9fff]{2}"), (names.find_names,)),
    (re.compile("NAME|CALLED"), (english_names.find_english_names,)),
    (re.compile("密码|密碼|口令|PIN|PASS|PWD"), (credentials.find_passwords,)),
    (re.compile("[码碼]|验证号|动态|口令|短信|CODE|OTP|CVV"), (credentials.find_codes,)),
)
# Between two readings of equal length the earlier kind wins.
_PRECEDENCE: Final = {
    kind: rank
    for rank, kind in enumerate(
        (
            MaskKind.PASSWORD,
            MaskKind.CODE,
            MaskKind.EMAIL,
            MaskKind.RESIDENT_ID,
            MaskKind.CREDIT_CODE,
            MaskKind.BANK_CARD,
            MaskKind.PHONE,
            MaskKind.PASSPORT,
            MaskKind.PERMIT,
            MaskKind.ADDRESS,
            MaskKind.NAME,
        )
    )
}
# What was masked no longer explains its neighbours ("order number" inside a masked address), so the result is looked at
# again until nothing is left. Two rounds are usual where anything was found; more only in made-up texts.
_ROUNDS: Final = 6
_JOINT: Final = "\x1f"
_CAPITALS: Final = re.compile(r"[A-Z][a-z]")


def mask(text: str) -> Masked:
    """``text`` with its personal data masked, and where each piece stood in the original.

    Never raises, linear in the length of the text, idempotent, and leaves every other character as it was.
    """
    found = _find(text)
    for _ in range(_ROUNDS):
        if not found:
            break
        shown = _show(text, found)
        rendered = _render(text, found, shown)
        more = _find(rendered)
        if not more:
            return Masked(rendered, found)
        found = _merge(found, shown, more)
    return Masked(_render(text, found, _show(text, found)), found)


def mask_adjacent(messages: Sequence[str]) -> tuple[Masked, ...]:
    """Masks messages that followed each other, so that a number split over two of them is found as well.

    A number that crosses a border is reported in each message that holds a part of it; of that part nothing is shown.
    """
    joined = _find(_JOINT.join(messages)) if len(messages) > 1 else ()
    results: list[Masked] = []
    at = 0
    for message in messages:
        end = at + len(message)
        parts = [
            Found(item.kind, max(item.start, at) - at, min(item.end, end) - at)
            for item in joined
            if item.start < end and item.end > at and not at <= item.start < item.end <= end
        ]
        results.append(_with_parts(message, parts) if parts else mask(message))
        at = end + len(_JOINT)
    return tuple(results)


def _with_parts(message: str, parts: Sequence[Found]) -> Masked:
    """A message masked, with the parts of what crosses its borders, which win over what touches them."""
    own = [one for one in mask(message).found if all(one.end <= part.start or part.end <= one.start for part in parts)]
    found = tuple(sorted((*own, *parts), key=lambda item: item.start))
    shown = [STARS if item in parts else show_masked(item.kind, message[item.start : item.end]) for item in found]
    return Masked(_render(message, found, shown), found)


def _find(text: str) -> tuple[Found, ...]:
    folded = fold(text)
    plain = fold_digits(folded.text)
    candidates = [
        candidate
        for sign, finders in _FINDERS
        if sign.search(plain)
        for finder in finders
        for candidate in finder(plain)
    ]
    if _CAPITALS.search(text):
        candidates += _as_folded(folded, english_names.find_capitalised_names(text))
    return _resolve(folded, candidates) if candidates else ()


def _as_folded(folded: Folded, written: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates of the original text as such of the folded one."""
    for item in written:
        start, end = folded.folded_span(item.start, item.end)
        if start < end:
            yield Candidate(item.kind, start, end)


def _resolve(folded: Folded, candidates: Iterable[Candidate]) -> tuple[Found, ...]:
    """The longest candidates that do not overlap, as spans of the original text."""
    taken = bytearray(len(folded.text))
    found: list[Found] = []
    for kind, begin, end in sorted(candidates, key=lambda c: (c.start - c.end, _PRECEDENCE[c.kind], c.start)):
        start = _past_taken(taken, begin, end) if kind is MaskKind.ADDRESS else begin
        if start == end or any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        found.append(Found(kind, *folded.original_span(start, end)))
    return _joined(sorted(found, key=lambda item: item.start))


def _joined(found: list[Found]) -> tuple[Found, ...]:
    """Parts of one address that follow each other without a gap, as one."""
    joined: list[Found] = []
    for item in found:
        last = joined[-1] if joined else None
        if last and last.kind is item.kind is MaskKind.ADDRESS and last.end == item.start:
            joined[-1] = Found(item.kind, last.start, item.end)
        else:
            joined.append(item)
    return tuple(joined)


def _past_taken(taken: bytearray, start: int, end: int) -> int:
    """An address keeps what follows the part that something longer took."""
    last = taken.rfind(b"\x01", start, end)
    return start if last < 0 else last + 1


def _show(text: str, found: tuple[Found, ...]) -> list[str]:
    return [show_masked(item.kind, text[item.start : item.end]) for item in found]


def _render(text: str, found: tuple[Found, ...], shown: list[str]) -> str:
    parts: list[str] = []
    at = 0
    for item, mark in zip(found, shown, strict=True):
        parts += (text[at : item.start], mark)
        at = item.end
    parts.append(text[at:])
    return "".join(parts)


def _merge(found: tuple[Found, ...], shown: list[str], more: tuple[Found, ...]) -> tuple[Found, ...]:
    """``more``, found in the masked text, as spans of the original; what it touches of ``found`` is replaced."""
    merged = list(found)
    for item in more:
        start = _to_original(found, shown, item.start)
        end = _to_original(found, shown, item.end, closing=True)
        merged = [old for old in merged if old.end <= start or old.start >= end]
        merged.append(Found(item.kind, start, end))
    return tuple(sorted(merged, key=lambda old: old.start))


def _to_original(found: tuple[Found, ...], shown: list[str], at: int, *, closing: bool = False) -> int:
    """An offset of the masked text as one of the original; inside a mask it is the edge of what was masked."""
    shift = 0
    for old, mark in zip(found, shown, strict=True):
        begin = old.start + shift
        end = begin + len(mark)
        if at < begin + closing:
            break
        if at < end + closing:
            return old.end if closing else old.start
        shift = end - old.end
    return at - shift
