"""An edition: all packs together, immutable, with one digest."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from changming.guidance.knowledge.canonical import read_document
from changming.guidance.knowledge.faults import Fault, PackFaults
from changming.guidance.knowledge.model import Pack
from changming.guidance.knowledge.phrasings import plain
from changming.guidance.knowledge.reading.pack import PackReading, read_pack
from changming.guidance.knowledge.tree import MAX_BYTES, read_tree
from changming.kernel.catalogue import SERVICES

_SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class Edition:
    """The packs by service id in the catalogue's order.

    ``digest`` is the SHA-256 (hex) over the digests of all packs' canonical JSON: equal wherever and in whatever order
    the same packs were read.
    """

    packs: Mapping[str, Pack]
    digest: str


def edition_of(packs: Iterable[Pack]) -> Edition:
    """The edition that these packs make. Of two packs for one service the later one counts."""
    by_service = {pack.service: pack for pack in packs}
    ordered = {service: by_service[service] for service in SERVICES if service in by_service}
    return Edition(MappingProxyType(ordered), digest_of({service: pack.digest for service, pack in ordered.items()}))


def digest_of(digests: Mapping[str, str]) -> str:
    """The digest of the edition that holds these versions: SHA-256 over ``service digest`` lines in order."""
    lines = "".join(f"{service} {digests[service]}\n" for service in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()


def load_edition(folder: Path) -> Edition:
    """All packs of a folder: ``<service id>.yaml``.

    Raises:
        PackFaults: with every fault of every file.
        FileNotFoundError: there is no such folder.
    """
    readings = read_folder(folder)
    faults = [fault for reading in readings for fault in reading.faults]
    packs = [reading.pack for reading in readings if reading.pack is not None]
    if not readings:
        faults.append(Fault(folder.name, 0, "", "no_packs"))
    if faults:
        raise PackFaults(faults)
    return edition_of(packs)


def read_folder(folder: Path) -> list[PackReading]:
    """Every pack file of a folder, read; faults are in the readings. File names start with the folder's own name."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder with packs")
    return [_read_file(folder, path) for path in sorted(folder.rglob("*")) if path.suffix in (_SUFFIX, ".yml")]


def _read_file(folder: Path, path: Path) -> PackReading:
    name = path.relative_to(folder.parent).as_posix()
    if path.suffix != _SUFFIX:
        return PackReading(None, (Fault(name, 0, "", "wrong_suffix"),), ())
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    service = path.relative_to(folder).as_posix().removesuffix(_SUFFIX)
    return read_text(name, data, service=service)


def read_text(file: str, data: bytes, *, service: str) -> PackReading:
    """One pack from the bytes of its YAML. ``service`` is what the file's place says."""
    tree, faults = read_tree(file, data)
    if faults:
        return PackReading(None, faults, ())
    reading = read_pack(file, tree)
    if reading.pack is not None and reading.pack.service != service:
        fault = Fault(file, 1, "service", "wrong_place", {"service": reading.pack.service, "place": service})
        return PackReading(None, (fault,), reading.warnings)
    return reading


def read_stored(service: str, document: str) -> PackReading:
    """One pack from its canonical document (``Pack.document``).

    Raises:
        ValueError: the document is not one that was written by publishing a pack.
    """
    return read_pack(f"{service}{_SUFFIX}", read_document(document))


def repeated_phrasings(packs: Iterable[Pack]) -> list[Fault]:
    """Phrasings that two packs claim: nobody could tell which service is meant."""
    owners: dict[str, str] = {}
    faults = []
    for pack in packs:
        for key, phrases in (("phrasings", pack.phrasings), ("phrasings_en", pack.phrasings_en)):
            for at, phrase in enumerate(phrases):
                owner = owners.setdefault(plain(phrase), pack.file)
                if owner != pack.file:
                    path = f"{key}[{at}]"
                    line = pack.lines.get(path, 0)
                    faults.append(Fault(pack.file, line, path, "phrasing_elsewhere", {"other": owner}))
    return faults
