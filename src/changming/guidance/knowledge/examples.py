"""Running the worked examples of a pack."""

from collections.abc import Iterator

from changming.guidance.knowledge.case import Known, Settled, Undecided, read_case
from changming.guidance.knowledge.consulting import consult
from changming.guidance.knowledge.faults import Fault
from changming.guidance.knowledge.judge import judge
from changming.guidance.knowledge.kinds import Standing
from changming.guidance.knowledge.model import Bilingual, Example, Pack
from changming.guidance.knowledge.reading.examples import NO_QUESTION, NO_VALUE, OPEN
from changming.kernel.messages import Lang


def run_examples(pack: Pack) -> tuple[Fault, ...]:
    """Every expectation of every worked example that the pack does not meet."""
    return tuple(fault for at, example in enumerate(pack.tests) for fault in _run(pack, at, example))


def _run(pack: Pack, at: int, example: Example) -> Iterator[Fault]:
    for key, expected, found in _compare(pack, example):
        if expected != found:
            fields = {"name": example.name, "expected": expected, "found": found}
            yield Fault(pack.file, example.line, f"tests[{at}].expect.{key}", "example", fields)


def _compare(pack: Pack, example: Example) -> Iterator[tuple[str, str, str]]:
    """(key, expected, found) of every expectation, in words."""
    answer = consult(pack, on=example.at, given=example.given, lang=Lang.ZH)
    if example.status is not None:
        yield "status", example.status, answer.status.value
    if example.question is not None:
        yield "question", example.question, NO_QUESTION if answer.question is None else answer.question.input
    yield from _compare_judged(pack, example)


def _compare_judged(pack: Pack, example: Example) -> Iterator[tuple[str, str, str]]:
    spoken = example.at >= pack.since and pack.answer
    judged = judge(pack, read_case(pack, on=example.at, given=example.given)) if spoken else None
    said = frozenset(row.id for row in judged.statements) if judged else frozenset()
    listed = frozenset(row.id for row in judged.materials) if judged else frozenset()
    standings = judged.routes if judged else {}
    values = judged.values if judged else {}
    services = judged.services if judged else {}
    sets: tuple[tuple[str, frozenset[str] | None, frozenset[str]], ...] = (
        ("routes", example.routes, frozenset(name for name, s in standings.items() if s is Standing.FITS)),
        ("maybe", example.maybe, frozenset(name for name, s in standings.items() if s is Standing.OPEN)),
        ("materials", example.materials, listed),
        ("says", example.says, said & example.says),
        ("silent", frozenset(), said & example.silent),
        ("services", example.services, frozenset(name for name, s in services.items() if s is Standing.FITS)),
        ("services_maybe", example.services_maybe, frozenset(n for n, s in services.items() if s is Standing.OPEN)),
    )
    for key, expected, found in sets:
        if expected is not None:
            yield key, _words(expected), _words(found)
    for name, word in example.values.items():
        yield f"values.{name}", word, _figure(values.get(name))


def _words(names: frozenset[str]) -> str:
    return "[" + ", ".join(sorted(names)) + "]"


def _figure(settled: Settled | None) -> str:
    if isinstance(settled, Undecided):
        return OPEN
    if not isinstance(settled, Known):
        return NO_VALUE
    figure = settled.row.figure
    if isinstance(figure, Bilingual):
        return figure.zh
    return ", ".join(figure) if isinstance(figure, tuple) else str(figure)
