"""Signed notes (c2sp.org/signed-note) with Ed25519: parsing that accepts one spelling only, keys, signing. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
"""A timestamped Ed25519 cosignature (c2sp.org/tlog-cosignature)."""

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
_DASH: Final = "\u2014 "
_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_PRIVATE: Final = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note, key or signature is malformed or not genuine; the message says which."""


def decode_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling: padded, no spaces, no stray bits at the end.

    Raises:
        NoteError: any other spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise NoteError("not base64") from broken
    if encode_base64(data) != text:
        raise NoteError("base64 in another than its canonical spelling")
    return data


def encode_base64(data: bytes) -> str:
    """Standard base64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_number(text: str) -> int:
    """A decimal number from 0 to 2**63 - 1 without sign or leading zero.

    Raises:
        NoteError: any other spelling.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**63)) or str(int(text)) != text:
        raise NoteError("not a decimal number in its canonical spelling")
    if int(text) >= 2**63:
        raise NoteError("a number of 2**63 or more")
    return int(text)


def check_name(name: str) -> str:
    """A key name: not empty, no Unicode space, no plus, no control character.

    Raises:
        NoteError: the name is none.
    """
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise NoteError("a key name is not empty and holds neither spaces nor plus nor control characters")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, newline, signature type and public key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID_BYTES]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, unverified."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.blob)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note. The text must be ignored unless a signature of a known key was verified."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The note in ``data``.

        Raises:
            NoteError: not UTF-8, control bytes, no last empty line, a malformed signature line, no signature.
        """
        if len(data) > MAX_NOTE_BYTES:
            raise NoteError("a note of more than 1,000,000 bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as broken:
            raise NoteError("a note that is not UTF-8") from broken
        if any(letter < " " and letter != "\n" for letter in whole):
            raise NoteError("a note with a control character")
        text, empty_line, lines = whole.rpartition("\n\n")
        if not empty_line or not lines.endswith("\n"):
            raise NoteError("a note without signatures after its last empty line")
        found = tuple(_parse_line(line) for line in lines[:-1].split("\n"))
        if len(found) > MAX_SIGNATURES:
            raise NoteError("a note with more than 100 signatures")
        return cls(text + "\n", found)

    def encode(self) -> bytes:
        """The bytes of the note."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def by(self, key: "Verifier") -> list[Signature]:
        """The signatures that name ``key``."""
        return [one for one in self.signatures if (one.name, one.key_id) == (key.name, key.key_id)]


def _parse_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise NoteError("a signature line that does not begin with a dash")
    raw = decode_base64(encoded)
    if len(raw) <= _ID_BYTES:
        raise NoteError("a signature line without a signature")
    return Signature(check_name(name), raw[:_ID_BYTES], raw[_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by name, as a verifier string (vkey) ``name+id+base64(type, key)`` tells it."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The key of a verifier string.

        Raises:
            NoteError: malformed, of a type other than Ed25519 or cosignature, or its id is not that of its key.
        """
        name, kind, material, stated = _parse_key(vkey)
        if kind not in (ED25519, COSIGNATURE):
            raise NoteError("a verifier key of a type that is not known here")
        key = cls(name, kind, material)
        if key.key_id.hex() != stated:
            raise NoteError("a verifier key whose id is not that of its key")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return key_id(self.name, self.kind, self.public)

    def vkey(self) -> str:
        """The verifier string."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.kind]) + self.public)}"

    def check(self, message: bytes, blob: bytes) -> bool:
        """Whether ``blob`` is this key's Ed25519 signature of ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
        except InvalidSignature:
            return False
        return True


def _parse_key(text: str) -> tuple[str, int, bytes, str]:
    parts = text.split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004 - name, id, key
        raise NoteError("a key that is not name+id+base64")
    material = decode_base64(parts[2])
    if len(material) != 1 + _KEY_BYTES:
        raise NoteError("a key that is not one type byte and 32 bytes")
    return check_name(parts[0]), material[0], material[1:], parts[1]


@dataclass(frozen=True, slots=True)
class Signer:
    """A named Ed25519 key that signs notes, or cosigns them where its type is 0x04."""

    name: str
    private: Ed25519PrivateKey
    kind: int = ED25519

    @classmethod
    def generate(cls, name: str, *, kind: int = ED25519) -> Self:
        """A new key."""
        return cls(check_name(name), Ed25519PrivateKey.generate(), kind)

    @classmethod
    def parse(cls, skey: str) -> Self:
        """The key of a signer string ``PRIVATE+KEY+name+id+base64(type, seed)``, as golang.org/x/mod writes it.

        Raises:
            NoteError: malformed, or its id is not that of its key. The message never shows the key.
        """
        if not skey.startswith(_PRIVATE):
            raise NoteError("a signer key that does not begin with PRIVATE+KEY+")
        name, kind, seed, stated = _parse_key(skey.removeprefix(_PRIVATE))
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed), kind)
        if kind not in (ED25519, COSIGNATURE) or signer.verifier.key_id.hex() != stated:
            raise NoteError("a signer key whose id is not that of its key")
        return signer

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def skey(self) -> str:
        """The signer string: the secret itself."""
        seed = self.private.private_bytes_raw()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encode_base64(bytes([self.kind]) + seed)}"

    def sign(self, text: str) -> Signature:
        """The signature line of ``text``; the text ends with a newline."""
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"


def sign_note(text: str, signers: Iterable[Signer]) -> bytes:
    """The text as a note signed by these keys, in this order.

    Raises:
        NoteError: the text does not end with a newline or holds control characters.
    """
    if not text.endswith("\n"):
        raise NoteError("a note's text ends with a newline")
    note = Note(text, tuple(signer.sign(text) for signer in signers)).encode()
    Note.parse(note)
    return note


def open_note(data: bytes, keys: Sequence[Verifier]) -> Note:
    """The note, after its signatures by known Ed25519 keys were verified; lines of unknown keys are ignored.

    Raises:
        NoteError: malformed, a known key's signature is wrong, or no known key signed.
    """
    note = Note.parse(data)
    verified = 0
    for key in keys:
        for one in note.by(key):
            if not key.check(note.text.encode(), one.blob):
                raise NoteError("a signature that is wrong")
            verified += 1
    if not verified:
        raise NoteError("no signature by a known key")
    return note
