"""Every route, command and job says who may: closed by default."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, Protocol

from tests.arch.guards.source import Module, callee

COMMANDS_MAY = frozenset({"anyone", "operator"})


class Handler(Protocol):
    """What the guard needs of a route's handler."""

    opt: dict[str, Any]


def undeclared_routes(
    handlers: Iterable[tuple[str, Handler]], may: frozenset[str], degrees: frozenset[str]
) -> Iterator[str]:
    """Handlers that do not say who may use them, or which degree of identity they need."""
    for path, handler in handlers:
        if handler.opt.get("may") not in may:
            yield f"{path}: may={handler.opt.get('may')!r}"
        if handler.opt.get("degree") not in degrees:
            yield f"{path}: degree={handler.opt.get('degree')!r}"


def undeclared_commands(commands: Iterable[Any]) -> Iterator[str]:
    """Commands that do not say who may use them, or that nothing carries out."""
    for command in commands:
        if command.may not in COMMANDS_MAY:
            yield f"{command.name}: may={command.may!r}"
        try:
            module = import_module(command.module)
        except ModuleNotFoundError as missing:
            if missing.name != command.module:
                raise
            yield f"{command.name}: {command.module} is missing"
            continue
        yield from (
            f"{command.name}: {part}() is missing" for part in ("configure", "run") if not hasattr(module, part)
        )


def unhandled_jobs(modules: Iterable[Module], jobs: Mapping[str, object]) -> Iterator[str]:
    """Kinds of work that are scheduled and have no handler, and handlers of kinds that nothing schedules."""
    scheduled: set[str | None] = set()
    for module in modules:
        for call in module.calls():
            handed = {_value(module, argument) for argument in call.args if _is_constant_name(argument)}
            scheduled |= handed & jobs.keys()  # to a function that schedules it
            if callee(call) != "Work" or not (call.args or call.keywords):
                continue
            kind = _value(module, call.args[0] if call.args else _keyword(call, "kind"))
            if kind is None:  # put in again by its own handler, or handed through
                continue
            scheduled.add(kind)
            if kind not in jobs:
                yield f"{module.name}:{call.lineno} schedules {kind}, which has no handler"
    yield from (f"{kind}: handled, but nothing schedules it" for kind in jobs.keys() - scheduled)


def _is_constant_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.isupper()


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _value(module: Module, node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            found = getattr(import_module(module.name.removesuffix(".__init__")), name, None)
            return found if isinstance(found, str) else None
        case _:
            return None
