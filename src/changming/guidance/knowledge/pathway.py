"""The path of a life event: which services concern a case, in which order, and what settles several at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from changming.guidance.knowledge.case import Case
from changming.guidance.knowledge.judge import Judgement, judge
from changming.guidance.knowledge.kinds import Standing
from changming.guidance.knowledge.model import Bilingual, Pack, ServiceStep
from changming.kernel.messages import Lang


@dataclass(frozen=True, slots=True)
class PathStep:
    """One service of a life event, for one case.

    ``after`` names the services before it that are not out of the question: what came before an unneeded step comes
    before its followers. ``note`` is the wording for this standing (None when there is none). ``joint_routes`` are the
    pack's own routes that settle this service together with others and fit, or may still fit.
    """

    service: str
    standing: Standing
    after: tuple[str, ...]
    note: Bilingual | None
    joint_routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathView:
    """The same in one language, without the services that are out. ``fits`` False: it may still concern the case."""

    service: str
    fits: bool
    after: tuple[str, ...]
    note: str
    joint_routes: tuple[str, ...]


def path_of(pack: Pack, case: Case) -> tuple[PathStep, ...]:
    """Every service the pack leads to, in an order in which they can be done, with its standing."""
    return path_judged(pack, judge(pack, case))


def path_judged(pack: Pack, judged: Judgement) -> tuple[PathStep, ...]:
    """The same from a judgement that is already there."""
    steps = {step.service: step for step in pack.path}
    live = [way for way in pack.routes.values() if judged.routes[way.id] is not Standing.OUT]
    return tuple(
        PathStep(
            service=name,
            standing=judged.services[name],
            after=_after(steps, judged.services, name),
            note=_note(step, judged.services[name]),
            joint_routes=tuple(way.id for way in live if name in way.joint),
        )
        for name, step in steps.items()
    )


def view_path(steps: tuple[PathStep, ...], lang: Lang) -> tuple[PathView, ...]:
    """What a reader sees of a path."""
    return tuple(
        PathView(
            step.service,
            step.standing is Standing.FITS,
            step.after,
            step.note.say(lang) if step.note is not None else "",
            step.joint_routes,
        )
        for step in steps
        if step.standing is not Standing.OUT
    )


def _note(step: ServiceStep, standing: Standing) -> Bilingual | None:
    if standing is Standing.OPEN and step.maybe is not None:
        return step.maybe
    return step.note


def _after(steps: Mapping[str, ServiceStep], standings: Mapping[str, Standing], name: str) -> tuple[str, ...]:
    """The nearest services before this one that are not out, in the order of doing."""
    found: set[str] = set()
    waiting = list(steps[name].after)
    while waiting:
        before = waiting.pop()
        if standings[before] is Standing.OUT:
            waiting.extend(steps[before].after)
        else:
            found.add(before)
    return tuple(other for other in steps if other in found)
