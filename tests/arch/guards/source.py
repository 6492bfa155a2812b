"""The project's own source, parsed once, and the listed exceptions."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SRC = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, its text, its syntax tree."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def is_package(self) -> bool:
        return self.name.endswith("__init__")

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def strings(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def modules(root: Path = SRC) -> tuple[Module, ...]:
    """Every module below ``root``; a package is named ``a.b.__init__``."""
    return tuple(
        Module(".".join(path.relative_to(root).with_suffix("").parts), path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    )


def exceptions(kind: str) -> Mapping[str, str]:
    """The listed exceptions of one guard, each with its reason."""
    return dict(tomllib.loads((ROOT / "tests/arch/exceptions.toml").read_text(encoding="utf-8")).get(kind, {}))


def callee(call: ast.Call) -> str:
    """The last name of what is called: ``c`` of ``a.b.c(…)``."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def constant(node: ast.expr | None) -> str | None:
    """The string that stands there literally, if one does."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
