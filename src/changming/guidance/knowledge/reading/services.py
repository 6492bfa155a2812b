"""Reading ``services``: the services a life event leads to, and which of them comes after which."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from changming.guidance.knowledge.model import ServiceStep
from changming.guidance.knowledge.reading.conditions import read_when
from changming.guidance.knowledge.reading.cursor import Reading, Record
from changming.guidance.knowledge.reading.scope import Scope
from changming.guidance.knowledge.tree import Node, Scalar
from changming.kernel.catalogue import SERVICES


def read_services(scope: Scope, pack: Record) -> tuple[ServiceStep, ...]:
    """The services in an order in which they can be done; where nothing decides, in the author's."""
    reading = scope.reading
    steps: dict[str, ServiceStep] = {}
    for path, node in reading.items(pack.node("services"), "services"):
        step = _read_step(scope, node, path)
        if step.service in steps:
            reading.fault(node.line, path, "twice")
        steps.setdefault(step.service, step)
    at = {step.service: place for place, step in enumerate(steps.values())}
    for step in steps.values():
        for name in step.after:
            if name not in steps:
                reading.unknown(step.line, f"services[{at[step.service]}].after", name, steps)
    return tuple(_in_order(reading, steps))


def _read_step(scope: Scope, node: Node, path: str) -> ServiceStep:
    reading = scope.reading
    if isinstance(node, Scalar):
        if not node.value:
            reading.fault(node.line, path, "empty")
        return ServiceStep(_known(reading, node.value, node.line, path), (), None, None, None, node.line)
    record = reading.record(node, path, ("service",), ("after", "when", "maybe", "note"))
    service = _known(reading, record.word("service"), record.line_of("service"), record.at("service"))
    after = [word for _, _, word in reading.scalars(record.node("after"), record.at("after"))]
    if len(set(after)) != len(after):
        reading.fault(record.line_of("after"), record.at("after"), "twice")
    if record.has("maybe") and not record.has("when"):
        reading.fault(record.line_of("maybe"), record.at("maybe"), "maybe_never")
    maybe = record.words("maybe") if record.has("maybe") else None
    note = record.words("note") if record.has("note") else None
    line = record.line_of("after") if after else record.line
    return ServiceStep(service, tuple(after), read_when(scope, record), maybe, note, line)


def _known(reading: Reading, service: str, line: int, path: str) -> str:
    if service and service not in SERVICES:
        reading.unknown(line, path, service, SERVICES)
    return service


def _in_order(reading: Reading, steps: dict[str, ServiceStep]) -> Iterator[ServiceStep]:
    """Each after those it comes after. A circle is a fault at the line of one of its members."""
    before = {name: frozenset(step.after) & steps.keys() for name, step in steps.items()}
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        line = min(steps[name].line for name in circle)
        reading.fault(line, "services", "services_circle", circle=" → ".join(reversed(circle)))
        return
    waiting = list(steps)
    done: set[str] = set()
    while waiting:
        name = next(name for name in waiting if before[name] <= done)
        waiting.remove(name)
        done.add(name)
        yield steps[name]
