"""What an act makes of a visit: pure, so that two tabs and a double tap end in the same place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeAlias

from changming.desk.visits.model import Body, Progress

Change: TypeAlias = Callable[[Body], Body]
"""An act on the newest state of a visit; it may be asked twice and then does the same."""

MOST_GUIDES: Final = 60
MOST_TICKS: Final = 200


def answering(
    service: str, name: str, value: str, *, kept: Callable[[Mapping[str, str]], dict[str, str]], entry: str
) -> Change:
    """One answer, the others as they are.

    Args:
        service: the guide.
        name: the input that is answered.
        value: its answer, as the pack reads it.
        kept: those of the earlier answers that the pack of today understands.
        entry: the edition of the pack that asked.
    """

    def change(body: Body) -> Body:
        progress = body.of(service)
        answers = {**kept(progress.answers), name: value}
        return _within(body.having(service, replace(progress, answers=answers, entry=entry)))

    return change


def ticking(service: str, *, shown: Iterable[str], ticked: Iterable[str], done: Iterable[str] | None = None) -> Change:
    """What is ready of what the page showed; ticks of what it did not show stay."""
    seen = frozenset(shown)
    marked = seen & frozenset(ticked)

    def change(body: Body) -> Body:
        progress = body.of(service)
        ticks = frozenset(sorted((progress.ticks - seen) | marked)[:MOST_TICKS])
        finished = progress.done if done is None else frozenset(done)
        return _within(body.having(service, replace(progress, ticks=ticks, done=finished)))

    return change


def needing(service: str, day: date | None) -> Change:
    """The day by which it is needed; None takes it back."""

    def change(body: Body) -> Body:
        return _within(body.having(service, replace(body.of(service), need_by=day)))

    return change


def beginning_anew(service: str) -> Change:
    """Forget all of one guide. Its link, if it has one, is for the caller to end."""

    def change(body: Body) -> Body:
        return replace(body, guides={name: one for name, one in body.guides.items() if name != service})

    return change


def taking_over(guides: Mapping[str, Progress]) -> Change:
    """What was shared becomes one's own: over one's own answers, without its maker's ticks and link."""

    def change(body: Body) -> Body:
        for service, progress in guides.items():
            own = body.of(service)
            answers = {**own.answers, **progress.answers}
            taken = replace(own, answers=answers, entry=progress.entry, need_by=progress.need_by or own.need_by)
            body = body.having(service, taken)
        return _within(body)

    return change


def to_share(body: Body, services: Sequence[str]) -> Body:
    """What a link shows of a visit: answers and need-by of these guides, the first always; no ticks, no other links."""
    known = [(one, body.of(one)) for at, one in enumerate(services) if at == 0 or one in body.guides]
    return Body({one: replace(own, ticks=frozenset(), done=frozenset(), shared=None) for one, own in known})


def _within(body: Body) -> Body:
    """At most so many guides; the oldest go first."""
    if len(body.guides) <= MOST_GUIDES:
        return body
    return Body(dict(list(body.guides.items())[-MOST_GUIDES:]))
