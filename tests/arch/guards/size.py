"""Small files, small functions; suppressions and left-open work with their reasons."""

import ast
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping

from tests.arch.guards.source import Module

FILE_LINES = 400
FUNCTION_LINES = 50
MEDIAN_LINES = 120
_NOQA = re.compile(r"#\s*noqa(?P<rest>.*)")
_REASONED = re.compile(r": [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S")
_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[[a-z-]+(, ?[a-z-]+)*\] {1,2}# \S)")
# Written apart, so that this file does not find itself.
_WORDS = ("TO" + "DO", "FIX" + "ME", "X" + "XX", r"pytest\.sk" + "ip", r"mark\.sk" + "ip", r"mark\.xfa" + "il")
_OPEN_WORK = re.compile("|".join(_WORDS))


def over_budget(modules: Iterable[Module], excused: Mapping[str, str]) -> Iterator[str]:
    """Files over 400 lines, functions over 50, a median of 120 or more; a needless excuse is found too."""
    used = set()
    sizes = []
    for module in modules:
        lines = module.text.count("\n")
        sizes.append(lines)
        found = [(module.name, lines)] if lines > FILE_LINES else []
        found += [
            (f"{module.name}.{node.name}", length)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
        ]
        used |= {name for name, _ in found}
        yield from (f"{name}: {length} lines" for name, length in found if name not in excused)
    yield from (f"{name}: excused, but within the budget or gone" for name in excused.keys() - used)
    if sizes and statistics.median(sizes) >= MEDIAN_LINES:
        yield f"the median file has {statistics.median(sizes)} lines"


def unreasoned(modules: Iterable[Module]) -> Iterator[str]:
    """``noqa`` and ``type: ignore`` without a rule and a reason."""
    for module in modules:
        for number, line in enumerate(module.text.splitlines(), 1):
            noqa = _NOQA.search(line)
            if (noqa and not _REASONED.match(noqa["rest"])) or _IGNORE.search(line):
                yield f"{module.name}:{number}: {line.strip()}"


def left_open(modules: Iterable[Module]) -> Iterator[str]:
    """Work left open, and tests that do not run."""
    for module in modules:
        for number, line in enumerate(module.text.splitlines(), 1):
            if _OPEN_WORK.search(line):
                yield f"{module.name}:{number}: {line.strip()}"
