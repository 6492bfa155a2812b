"""Settings, codes, commands and dependencies stand in the reference; no file tells of the machine it was made on."""

import argparse
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

_NAME = re.compile(r"^[A-Za-z0-9_.\-]+")
_ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<why>[^|]*\S)[^|]* \|", re.MULTILINE)
_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/\w+|work|Users/\w+)/\w")
MOST_DEPENDENCIES = 20


def unmentioned(kind: str, names: Iterable[str], reference: str) -> Iterator[str]:
    """Names that do not stand in the reference in ``backticks`` of their own, or after ``changming``."""
    for name in sorted(names):
        if not re.search(rf"`(?:changming )?{re.escape(name)}(?![\w.-])", reference):
            yield f"the {kind} {name} is not in docs/reference"


def required(text: str) -> list[str]:
    """The names in a requirements file."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [match[0].lower() for line in lines if line and not line.startswith("-") and (match := _NAME.match(line))]


def unexplained_dependencies(run_in: str, page: str) -> Iterator[str]:
    """More than 20 direct dependencies, one without a why-line, a why-line without its dependency."""
    names = required(run_in)
    if len(names) > MOST_DEPENDENCIES:
        yield f"{len(names)} run-time dependencies; {MOST_DEPENDENCIES} is the most"
    run_time = page.split("\n## ", maxsplit=1)[0]
    explained = {match["name"].lower() for match in _ROW.finditer(run_time)}
    yield from (f"{name}: no why-line in docs/dependencies.md" for name in sorted(set(names) - explained))
    yield from (f"{name}: explained, but not in requirements/run.in" for name in sorted(explained - set(names)))


def machine_paths(files: Mapping[str, str]) -> Iterator[str]:
    """Paths of somebody's machine in the project's files."""
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if _MACHINE_PATH.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def unknown_commands(page: str, commands: Collection[str], targets: Collection[str]) -> Iterator[str]:
    """Commands shown in code on a page that do not exist."""
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    shown = "\n".join(blocks + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", page))
    for name in re.findall(r"(?:^|[/ ])changming ([a-z]+)", shown, re.MULTILINE):
        if name not in commands:
            yield f"changming {name}"
    for name in re.findall(r"\bmake ([a-z]+[a-z-]*)", shown):
        if name not in targets:
            yield f"make {name}"


def options(parser: argparse.ArgumentParser) -> set[str]:
    """Every option of a parser and of its acts."""
    found: set[str] = set()
    for action in parser._actions:
        found.update(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for act in action.choices.values():
                found |= options(act)
    return found


def make_targets(makefile: str) -> set[str]:
    """What ``make help`` offers."""
    return set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
