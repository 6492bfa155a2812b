"""A life event: every service it touches, in the order of doing, and one list of what to bring for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from changming.guidance.guides.walking import Walk, usable, walk
from changming.guidance.knowledge import (
    DONT_KNOW,
    ChecklistItem,
    Edition,
    Form,
    Pack,
    Slot,
    Standing,
    consult,
    path_judged,
)
from changming.kernel.catalogue import SERVICES
from changming.kernel.messages import Lang

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stop:
    """One service of the event.

    ``after`` are titles of what comes first, ``together`` titles of the event's ways that settle it with others.
    ``walked`` is how far its own questions are answered; None where nothing is known about the service yet.
    """

    service: str
    title: str
    standing: Standing
    after: tuple[str, ...]
    note: str
    together: tuple[str, ...]
    walked: Walk | None


@dataclass(frozen=True, slots=True)
class Wording:
    """How one or several services name a material; ``certain`` False: to be confirmed with the office."""

    text: str
    services: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """Something to bring once. ``key`` is its material and form; ``required`` as soon as one service requires it."""

    key: str
    form: Form
    required: bool
    spec: str | None
    wordings: tuple[Wording, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The titles of all services that ask for it, each once."""
        return tuple(dict.fromkeys(title for wording in self.wordings for title in wording.services))


def key_of(item: ChecklistItem) -> str:
    """What makes two items the same thing: the material and the form in which it is handed in."""
    return f"{item.material}/{item.form.value}"


def merge(lists: Iterable[tuple[str, Iterable[ChecklistItem]]]) -> tuple[Merged, ...]:
    """One list from those of several services (title, items): nothing twice, nothing lost, the order of first need."""
    found: dict[str, list[tuple[str, ChecklistItem]]] = {}
    for title, items in lists:
        for item in items:
            found.setdefault(key_of(item), []).append((title, item))
    return tuple(_merged(key, needed) for key, needed in found.items())


def _merged(key: str, needed: list[tuple[str, ChecklistItem]]) -> Merged:
    wordings: dict[tuple[str, bool], dict[str, None]] = {}
    for title, item in needed:
        wordings.setdefault((item.text, item.certain), {})[title] = None
    items = [item for _, item in needed]
    return Merged(
        key=key,
        form=items[0].form,
        required=any(item.required for item in items),
        spec=next((item.spec for item in items if item.spec), None),
        wordings=tuple(Wording(words, tuple(titles), certain) for (words, certain), titles in wordings.items()),
    )


def stops_of(
    edition: Edition, pack: Pack, walked: Walk, answers: Mapping[str, Answers], *, on: date, lang: Lang
) -> tuple[Stop, ...]:
    """Every service that the event leads to, in the order of doing, also those that are not for this case."""
    if walked.judged is None:
        return ()
    steps = path_judged(pack, walked.judged)
    return tuple(
        Stop(
            service=step.service,
            title=title_of(edition, step.service, lang),
            standing=step.standing,
            after=tuple(title_of(edition, name, lang) for name in step.after),
            note="" if step.note is None else step.note.say(lang),
            together=tuple(pack.routes[name].title.say(lang) for name in step.joint_routes),
            walked=_walked(edition.packs.get(step.service), pack, walked.given, answers.get(step.service, {}), on=on),
        )
        for step in steps
    )


def title_of(edition: Edition, service: str, lang: Lang) -> str:
    """A service's name: its pack's, else the catalogue's."""
    pack = edition.packs.get(service)
    if pack is not None:
        return pack.title.say(lang)
    return SERVICES[service].zh if lang is Lang.ZH else SERVICES[service].en


def _walked(pack: Pack | None, event: Pack, given: Answers, own: Answers, *, on: date) -> Walk | None:
    return None if pack is None else walk(pack, {**shared(event, given, pack), **usable(pack, own)}, on=on)


def shared(event: Pack, given: Answers, pack: Pack) -> dict[str, str]:
    """What an answer of the event tells a service: the city where it is done, which both ask for by the same slot."""
    cities = [given[name] for name, asked in event.inputs.items() if asked.slot is Slot.CITY and name in given]
    known = next((city for city in cities if city != DONT_KNOW), None)
    if known is None:
        return {}
    return {name: known for name, asked in pack.inputs.items() if asked.slot is Slot.CITY}


def materials_of(
    edition: Edition, pack: Pack, walked: Walk, stops: Iterable[Stop], *, on: date, lang: Lang
) -> tuple[Merged, ...]:
    """What to bring for all services that are needed, or may be; the event's own first."""
    own = consult(pack, on=on, given=walked.given, lang=lang).checklist
    lists: list[tuple[str, Iterable[ChecklistItem]]] = [(pack.title.say(lang), own)]
    for stop in stops:
        if stop.walked is None or stop.standing is Standing.OUT:
            continue
        items = consult(edition.packs[stop.service], on=on, given=stop.walked.given, lang=lang).checklist
        needed = items if stop.standing is Standing.FITS else tuple(map(_perhaps, items))
        lists.append((stop.title, needed))
    return merge(lists)


def _perhaps(item: ChecklistItem) -> ChecklistItem:
    """The item of a service that may not be needed at all."""
    return replace(item, required=False)
