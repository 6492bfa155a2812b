"""SQL is constant text: named statements, bound parameters, nothing put together at run time."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.arch.guards.source import Module, callee, constant

_RUN = frozenset({"execute", "executemany", "stream", "copy"})
_VERB = re.compile(  # in lower case, as SQL is written here: prose begins with a capital
    r"\s*(select|insert into|update|delete from|with|create|alter|drop|truncate|merge|copy|lock|set)\s"
)
_COMPOSER = "changming.infra.postgres."  # psycopg.sql composes identifiers there, for the embedded server's own needs


def _bindings(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """Everything that ``name`` is given in ``scope``."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=targets, value=value) if any(_is_named(t, name) for t in targets):
                yield value
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is_named(target, name):
                yield value
            case ast.For(target=target, iter=ast.Tuple(elts=items) | ast.List(elts=items)) if _is_named(target, name):
                yield from items


def _is_literal_argument(scope: ast.AST, name: str) -> bool:
    """Whether ``name`` is an argument that mypy holds to be constant at every caller."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    arguments = (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)
    return any(one.arg == name and getattr(one.annotation, "id", "") == "LiteralString" for one in arguments)


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_constant(node: ast.expr, scope: ast.AST, queries: frozenset[str]) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.IfExp(body=body, orelse=other):
            return _is_constant(body, scope, queries) and _is_constant(other, scope, queries)
        case ast.Call(func=ast.Name(id=name)) if name in queries:  # a text of queries.sql, whichever name is asked for
            return True
        case ast.Name(id=name):
            found = list(_bindings(scope, name))
            if not found:
                return _is_literal_argument(scope, name)
            return all(_is_constant(value, scope, queries) for value in found)
        case _:
            return False


def queries_names(module: Module) -> frozenset[str]:
    """The names that stand for ``Queries(__package__)`` in this module."""
    return frozenset(
        target.id
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Call)
        and callee(node.value) == "Queries"
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ) | frozenset(
        alias.asname or alias.name
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in {"QUERIES", "_Q"}
    )


def _scoped_calls(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        if isinstance(child, ast.Call):
            yield child, scope
        yield from _scoped_calls(child, inner)


def put_together(modules: Iterable[Module], excused: Mapping[str, str]) -> Iterator[str]:
    """Statements that are not constant, and strings with braces that begin like SQL; an excuse is for the latter."""
    used = set()
    for module in modules:
        queries = queries_names(module)
        for call, scope in _scoped_calls(module.tree, module.tree):
            if callee(call) not in _RUN or not isinstance(call.func, ast.Attribute) or not call.args:
                continue
            if not _is_constant(call.args[0], scope, queries) and not module.name.startswith(_COMPOSER):
                yield f"{module.name}:{call.lineno} runs a statement that is not constant"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr) and node.values and _VERB.match(constant(node.values[0]) or ""):
                used.add(module.name)
                if module.name not in excused:
                    yield f"{module.name}:{node.lineno} puts SQL together"
    yield from (f"{name}: excused, but puts nothing together" for name in excused.keys() - used)


_HEAD = re.compile(r"^-- (?P<name>[a-z_0-9]+): \S", re.MULTILINE)


def statements(text: str) -> frozenset[str]:
    """The names in one ``queries.sql``."""
    return frozenset(match["name"] for match in _HEAD.finditer(text))


def dead_or_missing(package: str, text: str, modules: Iterable[Module]) -> Iterator[str]:
    """Statements of a package's ``queries.sql`` that nothing names, and named ones that it lacks."""
    within = [m for m in modules if m.name.startswith(f"{package}.")]
    known = statements(text)
    named = {said for module in within for said in module.strings()}
    yield from (f"{package}/queries.sql: {name} is never used" for name in sorted(known - named))
    for module in within:
        queries = queries_names(module)
        for call in module.calls():
            asked = constant(call.args[0]) if isinstance(call.func, ast.Name) and call.args else None
            if asked and isinstance(call.func, ast.Name) and call.func.id in queries and asked not in known:
                yield f"{module.name}:{call.lineno} asks for {asked}, which queries.sql lacks"
