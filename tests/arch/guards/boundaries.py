"""Nobody reaches into another feature; commits stand at the edge; boxed personal data is opened where it is listed."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from tests.arch.guards.source import Module, callee

_LAYERS_OF_FEATURES = ("infra", "guidance", "trust", "editorial", "desk", "wallet", "continuity")
_EDGE = "changming.infra.postgres."


def feature_of(name: str, packages: frozenset[str]) -> str | None:
    """The feature that a module belongs to: ``changming.<layer>.<feature>``, if that is a package."""
    parts = name.split(".")
    if len(parts) < 3 or parts[1] not in _LAYERS_OF_FEATURES:
        return None
    found = ".".join(parts[:3])
    return found if found in packages else None


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def reached_into(modules: Iterable[Module], excused: Mapping[str, str]) -> Iterator[str]:
    """Imports of a feature's inner module from outside that feature; its ``__init__`` names are for others.

    An exception is the imported module; its public subpackages (``knowledge.reading``) are inner modules, too.
    """
    all_modules = tuple(modules)
    packages = frozenset(m.name.removesuffix(".__init__") for m in all_modules if m.is_package)
    names = packages | {m.name for m in all_modules}
    used = set()
    for module in all_modules:
        for line, imported in _imports(module):
            feature = feature_of(imported, packages)
            inner = imported != feature and imported in names
            if feature is None or not inner or module.name.startswith(f"{feature}."):
                continue
            used.add(imported)
            if imported not in excused or imported.endswith(".store"):
                yield f"{module.name}:{line} reaches into {imported}"
    yield from (f"{name}: excused, but nobody imports it" for name in excused.keys() - used)


def commits(modules: Iterable[Module]) -> Iterator[str]:
    """Transactions ended anywhere but at the database's edge."""
    for module in modules:
        if module.name.startswith(_EDGE):
            continue
        for call in module.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}:
                yield f"{module.name}:{call.lineno} ends a transaction"


def revealed(modules: Iterable[Module], allowed: Mapping[str, str]) -> Iterator[str]:
    """Boxed personal data opened in a module that is not listed for it; a needless listing is found too."""
    used = set()
    for module in modules:
        for call in module.calls():
            if callee(call) == "reveal" and isinstance(call.func, ast.Attribute):
                used.add(module.name)
                if module.name not in allowed:
                    yield f"{module.name}:{call.lineno} opens personal data"
    yield from (f"{name}: listed, but opens nothing" for name in allowed.keys() - used)
