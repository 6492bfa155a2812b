"""What ``changming packs check`` and ``packs list`` show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from changming.guidance.knowledge.edition import Edition, read_folder, repeated_phrasings
from changming.guidance.knowledge.examples import run_examples
from changming.guidance.knowledge.faults import Fault
from changming.guidance.knowledge.model import Pack
from changming.kernel.catalogue import SERVICES, SourceStatus
from changming.kernel.messages import Lang


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check: faults stop a publication, warnings are work for editors."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    packs: int
    examples: int

    @property
    def clean(self) -> bool:
        """Whether the packs can be used."""
        return not self.faults


def check_packs(folder: Path, *, on: date, complete: bool = False) -> Report:
    """Reads every pack of a folder, runs every worked example, compares the packs with one another.

    Args:
        folder: the packs' folder.
        on: the date against which ``review_by`` is judged.
        complete: whether a service of the catalogue without a pack is a fault.
    """
    readings = read_folder(folder)
    faults = [fault for reading in readings for fault in reading.faults]
    warnings = [fault for reading in readings for fault in reading.warnings]
    packs = [reading.pack for reading in readings if reading.pack is not None]
    if not readings:
        faults.append(Fault(folder.name, 0, "", "no_packs"))
    for pack in packs:
        faults += run_examples(pack)
        warnings += overdue(pack, on=on)
    faults += repeated_phrasings(packs)
    if complete:
        there = {pack.file for pack in packs} | {fault.file for fault in faults}
        files = {f"{folder.name}/{service}.yaml": service for service in SERVICES}
        faults += [Fault(file, 0, "", "no_pack", {"service": files[file]}) for file in files if file not in there]
    examples = sum(len(pack.tests) for pack in packs)
    return Report(tuple(sorted(faults)), tuple(sorted(warnings)), len(packs), examples)


def overdue(pack: Pack, *, on: date) -> list[Fault]:
    """A warning for every source that should have been looked at again."""
    late = (source for source in pack.sources.values() if source.review_by < on)
    return [
        Fault(pack.file, source.line, f"sources.{source.id}", "review_due", {"day": source.review_by})
        for source in late
    ]


@dataclass(frozen=True, slots=True)
class PackLine:
    """One line of ``packs list``. ``weakest`` is the worst status of a source that answers rest on."""

    service: str
    title: str
    version: str
    hands_over: bool
    phrasings: int
    weakest: SourceStatus
    next_review: date
    overdue: bool
    digest: str


def list_packs(edition: Edition, *, on: date, lang: Lang) -> tuple[PackLine, ...]:
    """Every pack of an edition with what an editor looks for."""
    return tuple(_line(pack, on, lang) for pack in edition.packs.values())


def _line(pack: Pack, on: date, lang: Lang) -> PackLine:
    next_review = min(source.review_by for source in pack.sources.values())
    return PackLine(
        service=pack.service,
        title=pack.title.say(lang),
        version=pack.version,
        hands_over=not pack.answer,
        phrasings=len(pack.phrasings) + len(pack.phrasings_en),
        weakest=weakest(source.status for source in pack.sources.values() if source.status.showable),
        next_review=next_review,
        overdue=next_review < on,
        digest=pack.digest,
    )


def weakest(statuses: Iterable[SourceStatus]) -> SourceStatus:
    """The worst of several statuses, which is what a text that rests on all of them is worth."""
    order = list(SourceStatus)
    return max(statuses, key=order.index)
