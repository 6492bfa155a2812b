"""What is wrong with an entry's text: everything at once, as publishing would find it."""

from dataclasses import dataclass
from datetime import date

from changming.guidance.knowledge import (
    Edition,
    Fault,
    Pack,
    overdue,
    read_text,
    repeated_phrasings,
    run_examples,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: the pack where it has no faults, else None."""

    pack: Pack | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    overdue: tuple[str, ...]


def check_text(service: str, authored: str, edition: Edition, *, on: date) -> Checked:
    """Read a text, run its worked examples, compare its phrasings with those of the other entries.

    Args:
        service: the service that it must be about.
        authored: the YAML.
        edition: the entries that it will stand beside.
        on: the day against which ``review_by`` is judged.
    """
    reading = read_text(f"{service}.yaml", authored.encode("utf-8", "replace"), service=service)
    pack = reading.pack
    if pack is None:
        return Checked(None, tuple(sorted(reading.faults)), tuple(sorted(reading.warnings)), ())
    others = [other for name, other in edition.packs.items() if name != service]
    faults = [*run_examples(pack), *repeated_phrasings([*others, pack])]
    late = overdue(pack, on=on)
    warnings = (*reading.warnings, *late)
    names = tuple(fault.path.removeprefix("sources.") for fault in late)
    return Checked(None if faults else pack, tuple(sorted(faults)), tuple(sorted(warnings)), names)
