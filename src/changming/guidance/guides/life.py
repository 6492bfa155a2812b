"""A life event: every service it touches, in the order of doing, and one list of what to bring for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

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

Answers: TypeAlias = Mapping[str, str]
Need: TypeAlias = "tuple[Asker, ChecklistItem]"


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
    """How services name a material; of none: the life event itself. ``certain`` False: confirm it with the office."""

    text: str
    services: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """Something to bring once. ``key`` names it (``key_of``); ``required`` as soon as one service requires it."""

    key: str
    form: Form
    required: bool
    spec: str | None
    wordings: tuple[Wording, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The titles of all services that ask for it, each once."""
        return tuple(dict.fromkeys(title for wording in self.wordings for title in wording.services))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for something: a service, or the life event itself."""

    service: str
    title: str


FOR_ONE_ONLY: Final = frozenset(
    {"form", "check-form", "agent", "consent", "decision", "damage-statement", "loss-statement", "reason-proof"}
)
"""Materials that every office wants a copy of its own of: forms, statements, letters of authority."""


def key_of(item: ChecklistItem, service: str) -> str:
    """What makes two items the same thing: material, form, a photo's rules, and whose paper it is if not one's own."""
    thing = f"{item.material}/{item.form.value}"
    if item.spec is not None:
        return f"{thing}/{item.spec}"
    return f"{thing}/{service}" if item.material in FOR_ONE_ONLY else thing


def merge(lists: Iterable[tuple[Asker, Iterable[ChecklistItem]]], *, event: str = "") -> tuple[Merged, ...]:
    """One list from those of several services: nothing twice, nothing lost, in the order of first need.

    What the ``event`` itself lists joins the first service that asks for the same material in the same form: it is said
    once more, in words that fit the whole event, which therefore come first.
    """
    found: dict[str, list[Need]] = {}
    own: list[Need] = []
    for asker, items in lists:
        for item in items:
            need = (asker, item)
            if asker.service == event:
                own.append(need)
            else:
                found.setdefault(key_of(item, asker.service), []).append(need)
    for asker, item in reversed(own):
        same = (key for key, needs in found.items() if _same_thing(needs[-1][1], item))
        found.setdefault(next(same, key_of(item, asker.service)), []).insert(0, (asker, item))
    return tuple(_merged(key, needs, event) for key, needs in found.items())


def _same_thing(one: ChecklistItem, other: ChecklistItem) -> bool:
    return (one.material, one.form) == (other.material, other.form)


def _merged(key: str, needs: list[Need], event: str) -> Merged:
    wordings: dict[tuple[str, bool], dict[str, None]] = {}
    for asker, item in needs:
        titles = wordings.setdefault((item.text, item.certain), {})
        if asker.service != event:
            titles[asker.title] = None
    items = [item for _, item in needs]
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
    """What to bring for all services that are needed, or may be, in the order of doing."""
    own = consult(pack, on=on, given=walked.given, lang=lang).checklist
    lists: list[tuple[Asker, Iterable[ChecklistItem]]] = [(Asker(pack.service, pack.title.say(lang)), own)]
    for stop in stops:
        if stop.walked is None or stop.standing is Standing.OUT:
            continue
        items = consult(edition.packs[stop.service], on=on, given=stop.walked.given, lang=lang).checklist
        needed = items if stop.standing is Standing.FITS else tuple(map(_perhaps, items))
        lists.append((Asker(stop.service, stop.title), needed))
    return merge(lists, event=pack.service)


def _perhaps(item: ChecklistItem) -> ChecklistItem:
    """The item of a service that may not be needed at all."""
    return replace(item, required=False)
