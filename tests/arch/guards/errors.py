"""Every error says what happened and what to do next, in both languages; every text that is asked for exists."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.arch.guards.source import Module, callee, constant

_CODE = re.compile(r"error\.(?P<code>[a-z_0-9]+)\.(?P<part>message|next_step)")
_CODES = re.compile(r"[a-z_0-9]*\.\+[a-z_0-9]*(\.\+[a-z_0-9]*)*")
_TEMPLATE_KEY = re.compile(r"""\bt\(\s*["'](?P<key>[a-z][a-z0-9_.\-]*)["']\s*(?P<after>[,)~])""")


def incomplete(catalogue: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Codes with a message or a next step missing or empty in one of the languages."""
    parts: dict[str, set[str]] = {}
    for key, entry in catalogue.items():
        if key.startswith("error."):
            match = _CODE.fullmatch(key)
            if match is None:
                yield f"{key}: not a code with .message or .next_step"
                continue
            parts.setdefault(match["code"], set()).add(match["part"])
            yield from (f"{key}: {lang} is missing" for lang in ("zh", "en") if not entry.get(lang, "").strip())
    for code, found in sorted(parts.items()):
        yield from (f"{code}: {part} is missing" for part in ("message", "next_step") if part not in found)


def error_classes(modules: Iterable[Module]) -> frozenset[str]:
    """``ChangmingError``, ``Refusal`` and every class derived from them."""
    found = {"ChangmingError", "Refusal"}
    classes = [node for module in modules for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {c.name for c in classes if any(getattr(base, "id", None) in found for base in c.bases)} - found
        if not more:
            return frozenset(found)
        found |= more


def _said_codes(module: Module, classes: frozenset[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and node.name in classes - {"ChangmingError", "Refusal"}:
            for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
                if callee(call) == "__init__" and call.args and (code := constant(call.args[0])):
                    yield call.lineno, code
        if isinstance(node, ast.Call) and callee(node) in {"ChangmingError", "Refusal"} and node.args:
            first = node.args[0]
            for option in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if code := constant(option):
                    yield node.lineno, code


def unknown_codes(modules: Iterable[Module], known: frozenset[str]) -> Iterator[str]:
    """Codes that are raised or refused with and do not stand in the catalogue."""
    all_modules = tuple(modules)
    classes = error_classes(all_modules)
    for module in all_modules:
        for line, code in _said_codes(module, classes):
            if code not in known:
                yield f"{module.name}:{line} uses the unknown code {code}"


def dead_codes(modules: Iterable[Module], known: frozenset[str]) -> Iterator[str]:
    """Codes that nothing in the source names; a name put together (``contact_{kind}_bad``) counts for all it fits."""
    said: set[str] = set()
    patterns = []
    for module in modules:
        said.update(module.strings())
        patterns += [_pattern(node) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr)]
    live = [re.compile(pattern) for pattern in patterns if _CODES.fullmatch(pattern) and pattern != ".+"]
    for code in sorted(known - said):
        if not any(pattern.fullmatch(code) for pattern in live):
            yield f"{code}: nothing uses it"


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(constant(part) or "") if isinstance(part, ast.Constant) else ".+" for part in node.values)


def missing_texts(modules: Iterable[Module], templates: Mapping[str, str], keys: frozenset[str]) -> Iterator[str]:
    """Texts asked for by a literal key, in code or a page, that the catalogue lacks; put-together keys need a match."""
    for module in modules:
        for call in module.calls():
            if callee(call) != "text" or not call.args:
                continue
            key = constant(call.args[0])
            if key is not None and key not in keys:
                yield f"{module.name}:{call.lineno} asks for the text {key}"
            if isinstance(call.args[0], ast.JoinedStr):
                pattern = re.compile(_pattern(call.args[0]))
                if not any(pattern.fullmatch(known) for known in keys):
                    yield f"{module.name}:{call.lineno} asks for texts like {pattern.pattern}"
    for name, page in templates.items():
        for match in _TEMPLATE_KEY.finditer(page):
            key = match["key"]
            found = any(known.startswith(key) for known in keys) if match["after"] == "~" else key in keys
            if not found:
                yield f"{name} asks for the text {key}"
