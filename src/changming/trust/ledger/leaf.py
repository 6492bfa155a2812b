"""The leaf: an event as canonical JSON (sorted keys, no spaces, ASCII), the bytes that the tree hashes.

No field can hold free text. Identifiers are uuids, SHA-256 digests, small numbers or slugs with at most four digits,
so that neither a sentence nor a document number nor a phone number fits.
"""

import hashlib
import json
import re
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from changming.kernel.actors import ActorKind
from changming.kernel.ids import EventId, Pseudonym
from changming.kernel.instants import iso
from changming.trust.ledger.model import Event, Leaf

VERSION: Final = 1
MAX_BYTES: Final = 60_000
"""Below the 65,535 bytes that an entry bundle's length prefix can tell (c2sp.org/tlog-tiles)."""
MAX_APPROVALS: Final = 64

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_AT_MOST_64 = r"(?=[^/@]{1,64}(?:[/@]|\Z))"
_NO_FIVE_DIGITS = r"(?![^/@]*(?:[0-9][^0-9/@]*){5})"
_SLUG = rf"{_AT_MOST_64}{_NO_FIVE_DIGITS}[a-z][a-z0-9]*(?:[-._][a-z0-9]+)*"
_EDITION = r"@[0-9]{4}\.[0-9]{2}\.[0-9]{2}"
_SEGMENT = rf"(?:{_UUID}|[0-9a-f]{{64}}|0|[1-9][0-9]{{0,5}}|{_SLUG})"
_PATH = rf"{_SLUG}(?:/{_SEGMENT}){{1,3}}(?:{_EDITION})?"

_PATTERNS: Final = {
    "id": re.compile(_UUID),
    "time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"),
    "actor": re.compile(rf"(?:visitor|staff|desk|operator)(?:/{_UUID})?"),
    "action": re.compile(r"[a-z]+(?::[a-z]+(?:-[a-z]+)*){2}"),
    "subject": re.compile(_UUID),
    "object": re.compile(rf"(?:{_PATH})?"),
    "purpose": re.compile(rf"(?:{_SLUG})?"),
    "approval": re.compile(rf"{_UUID}|{_PATH}"),
    "result": re.compile(_SLUG),
    "detail_sha256": re.compile(r"[0-9a-f]{64}"),
}
_MAY_BE_NULL: Final = frozenset({"subject", "detail_sha256"})
_GIVEN: Final = ("object", "purpose", "result")
"""What callers write themselves; the other fields are made from values that have a type."""
_KEYS: Final = frozenset(_PATTERNS) - {"approval"} | {"approvals", "version"}
_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")


class LeafError(ValueError):
    """A leaf breaks its form. The message names the field, never the value: the value may be personal."""


def encode_leaf(event: Event, event_id: EventId, *, now: datetime) -> bytes:
    """The canonical bytes of an event at ``now``.

    Raises:
        LeafError: a field has another form than its own, e.g. a name or a phone number where an id belongs.
    """
    if not isinstance(event.subject, UUID | None) or not isinstance(event.actor.id, UUID | None):
        raise LeafError("the leaf's subject and actor are uuids")
    digest = None if event.detail is None else hashlib.sha256(event.detail).hexdigest()
    fields: dict[str, object] = {
        "version": VERSION,
        "id": str(event_id),
        "time": iso(now),
        "actor": actor_in_leaf(event),
        "action": event.action.value,
        "subject": None if event.subject is None else str(event.subject),
        "object": event.object,
        "purpose": event.purpose,
        "approvals": list(event.approvals),
        "result": event.result,
        "detail_sha256": digest,
    }
    for name in _GIVEN:
        _check_text(name, fields[name])
    _check_approvals(fields["approvals"])
    return _canonical(fields)


def actor_in_leaf(event: Event) -> str:
    """Who acted, as everybody may read it.

    A visitor's session stands for one browser, and a reader of the public log must not be able to link what it did
    for different subjects. So a visitor is named anew for every subject: the first 16 bytes of the SHA-256 of session
    and pseudonym. The session's id is random (122 bits) and never public, so nobody can search for it; whoever holds
    the session's row can still show that it was this one.
    """
    actor = event.actor
    if actor.kind is not ActorKind.VISITOR or actor.id is None:
        return str(actor)
    subject = b"" if event.subject is None else event.subject.bytes
    digest = hashlib.sha256(b"changming|leaf-actor|v1|" + actor.id.bytes + subject).digest()
    return f"{actor.kind.value}/{UUID(bytes=digest[:16])}"


def decode_leaf(data: bytes) -> Leaf:
    """The leaf that stands in ``data``.

    Raises:
        LeafError: the bytes are not the one canonical form: another order, a space, an unknown key, a float,
            a repeated key, more than 60,000 bytes.
    """
    if len(data) > MAX_BYTES:
        raise LeafError(f"a leaf holds at most {MAX_BYTES} bytes")
    try:
        fields = json.loads(data.decode("ascii"))
    except (UnicodeDecodeError, ValueError, RecursionError) as broken:
        raise LeafError("a leaf is ASCII JSON") from broken
    if not isinstance(fields, dict):
        raise LeafError("a leaf is a JSON object")
    _check(fields)
    if _canonical(fields) != data:
        raise LeafError("a leaf is canonical JSON")
    try:
        time = datetime.fromisoformat(fields["time"])
    except ValueError as broken:
        raise LeafError("the leaf's time is no instant") from broken
    subject = fields["subject"]
    return Leaf(
        id=EventId(UUID(fields["id"])),
        time=time,
        actor=fields["actor"],
        action=fields["action"],
        subject=None if subject is None else Pseudonym(UUID(subject)),
        object=fields["object"],
        purpose=fields["purpose"],
        approvals=tuple(fields["approvals"]),
        result=fields["result"],
        detail_sha256=fields["detail_sha256"],
    )


def _canonical(fields: dict[str, object]) -> bytes:
    data = _CANONICAL.encode(fields)
    if len(data) > MAX_BYTES:
        raise LeafError(f"a leaf holds at most {MAX_BYTES} bytes")
    return data


def _check(fields: dict[str, object]) -> None:
    if fields.keys() != _KEYS:
        raise LeafError("a leaf has exactly its own keys")
    if type(fields["version"]) is not int or fields["version"] != VERSION:
        raise LeafError("the leaf's version is unknown")
    for name in _PATTERNS:
        if name != "approval" and not (fields[name] is None and name in _MAY_BE_NULL):
            _check_text(name, fields[name])
    _check_approvals(fields["approvals"])


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or _PATTERNS[name].fullmatch(value) is None:
        raise LeafError(f"the leaf's {name} is not of its form")


def _check_approvals(values: object) -> None:
    if not isinstance(values, list) or len(values) > MAX_APPROVALS:
        raise LeafError("the leaf's approvals are not a list of at most 64")
    for value in values:
        _check_text("approval", value)
