"""Walking a tree of strings by declared type, noting every fault on the way.

A getter that finds something wrong notes the fault and returns a stand-in of the right type, so that reading goes on
and all faults of a pack are told at once. A pack with faults is never built.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from changming.guidance.knowledge.faults import Fault, suggestion
from changming.guidance.knowledge.model import Bilingual, Period
from changming.guidance.knowledge.tree import Fields, Items, Node, Scalar

_E = TypeVar("_E", bound=StrEnum)
_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ID: Final = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,8})", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_MAX_TEXT: Final = 1000
_DAY: Final = date(2000, 1, 1)
NOWHERE: Final = Scalar("")
"""Stands in for what is absent or of another shape; its reader has already noted the fault."""


class Reading:
    """One file being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, line: int, path: str, code: str, **fields: object) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, path, code, fields))

    def unknown(self, line: int, path: str, word: str, known: Iterable[str]) -> None:
        """Note a word that is not among the known ones, with the nearest of them."""
        known = sorted(known)
        near = suggestion(word, known)
        if near:
            self.fault(line, path, "did_you_mean", word=word, near=near)
        else:
            self.fault(line, path, "not_one_of", word=word, known=", ".join(known))

    def scalar(self, node: Node, path: str) -> str:
        """A string, stripped."""
        if isinstance(node, Scalar):
            return node.value
        self.fault(node.line, path, "not_a_text")
        return ""

    def items(self, node: Node, path: str) -> Iterator[tuple[str, Node]]:
        """The members of a list with their paths."""
        if isinstance(node, Items):
            for at, item in enumerate(node.items):
                yield f"{path}[{at}]", item
        elif node is not NOWHERE:
            self.fault(node.line, path, "not_a_list")

    def scalars(self, node: Node, path: str) -> Iterator[tuple[str, int, str]]:
        """The strings of a list as (path, line, string); empty ones are faults."""
        for at, item in self.items(node, path):
            word = self.scalar(item, at)
            if word:
                yield at, item.line, word
            elif isinstance(item, Scalar):
                self.fault(item.line, at, "empty")

    def entries(self, node: Node, path: str, *, snake: bool = False) -> Iterator[tuple[str, str, int, Node]]:
        """The entries of a mapping of ids as (id, path, line, node)."""
        if not isinstance(node, Fields):
            if node is not NOWHERE:
                self.fault(node.line, path, "not_a_mapping")
            return
        for key, value in node.fields.items():
            if not (_SNAKE if snake else _ID).fullmatch(key):
                self.fault(node.line_of(key), f"{path}.{key}", "bad_snake" if snake else "bad_id", word=key)
            yield key, f"{path}.{key}", node.line_of(key), value

    def record(self, node: Node, path: str, required: Iterable[str], optional: Iterable[str] = ()) -> "Record":
        """A mapping with fixed keys; unknown and missing keys are faults."""
        if not isinstance(node, Fields):
            if node is not NOWHERE:
                self.fault(node.line, path, "not_a_mapping")
            return Record(self, Fields({}, node.line), path)
        required = tuple(required)
        known = {*required, *optional}
        for key in node.fields:
            if key not in known:
                self.unknown(node.line_of(key), f"{path}.{key}" if path else key, key, known)
        found = Record(self, node, path)
        for key in required:
            if not found.has(key):
                self.fault(node.line_of(key), path, "missing_key", key=key)
        return found

    def whole(self, line: int, path: str, word: str) -> int:
        """A whole number of at most nine digits."""
        if _WHOLE.fullmatch(word):
            return int(word)
        self.fault(line, path, "not_whole", word=word)
        return 0

    def day(self, line: int, path: str, word: str) -> date:
        """A date as ``2026-11-22``."""
        try:
            return date.fromisoformat(word if _DATE.fullmatch(word) else "")
        except ValueError:
            self.fault(line, path, "not_a_date", word=word)
            return _DAY

    def words(self, node: Node, path: str) -> Bilingual:
        """A text in both languages without values."""
        words = self.template(node, path)
        for name in sorted(words.names):
            self.fault(node.line, path, "no_values_here", name=name)
        return words

    def template(self, node: Node, path: str) -> Bilingual:
        """A text in both languages that may name values in braces; both must name the same."""
        record = self.record(node, path, ("zh", "en"))
        zh, en = record.word("zh"), record.word("en")
        for lang, words in (("zh", zh), ("en", en)):
            problem = _text_problem(words)
            if problem:
                self.fault(record.line_of(lang), record.at(lang), problem)
        names = frozenset(_PLACEHOLDER.findall(zh))
        if names != frozenset(_PLACEHOLDER.findall(en)) and zh and en:
            self.fault(record.line, record.path, "languages_differ")
        return Bilingual(zh, en, names)


class Record:
    """A mapping with fixed keys. An empty scalar counts as absent."""

    def __init__(self, reading: Reading, node: Fields, path: str) -> None:
        self.reading = reading
        self.fields = node.fields
        self.present = {key: value for key, value in node.fields.items() if getattr(value, "value", True) != ""}
        self.mapping = node
        self.line = node.line
        self.path = path

    def has(self, key: str) -> bool:
        """Whether the key is there and not empty."""
        return key in self.present

    def node(self, key: str) -> Node:
        """What stands at the key; ``NOWHERE`` when it is absent."""
        return self.present.get(key, NOWHERE)

    def at(self, key: str) -> str:
        """The path of the key."""
        return f"{self.path}.{key}" if self.path else key

    def line_of(self, key: str) -> int:
        """The line of the key."""
        return self.mapping.line_of(key)

    def word(self, key: str) -> str:
        """A plain string; "" when absent."""
        node = self.present.get(key)
        return "" if node is None else self.reading.scalar(node, self.at(key))

    def choice(self, key: str, choices: type[_E], default: _E | None = None) -> _E:
        """A member of a closed list."""
        word = self.word(key)
        for choice in choices:
            if choice.value == word:
                return choice
        if word:
            self.reading.unknown(self.line_of(key), self.at(key), word, [c.value for c in choices])
        return default if default is not None else next(iter(choices))

    def maybe_choice(self, key: str, choices: type[_E]) -> _E | None:
        """A member of a closed list, or None when absent."""
        return self.choice(key, choices) if self.has(key) else None

    def flag(self, key: str, *, default: bool) -> bool:
        """``true`` or ``false``."""
        word = self.word(key)
        if word not in ("", "true", "false"):
            self.reading.fault(self.line_of(key), self.at(key), "not_bool", word=word)
        return word == "true" if word else default

    def day(self, key: str) -> date | None:
        """A date, or None when absent."""
        return self.reading.day(self.line_of(key), self.at(key), self.word(key)) if self.has(key) else None

    def needed_day(self, key: str) -> date:
        """A date that must be there (its absence is noted as a missing key)."""
        return self.day(key) or _DAY

    def period(self) -> Period:
        """``from`` and ``to``; an empty period is a fault."""
        start, end = self.day("from"), self.day("to")
        if start is not None and end is not None and start >= end:
            self.reading.fault(self.line_of("to"), self.path, "empty_period", start=start, end=end)
        return Period(start, end)

    def words(self, key: str) -> Bilingual:
        """A text in both languages without values."""
        return self.reading.words(self.fields[key], self.at(key)) if self.has(key) else Bilingual("", "")

    def template(self, key: str) -> Bilingual:
        """A text in both languages that may name values in braces."""
        return self.reading.template(self.fields[key], self.at(key)) if self.has(key) else Bilingual("", "")

    def maybe_template(self, key: str) -> Bilingual | None:
        """The same, or None when absent."""
        return self.template(key) if self.has(key) else None


def _text_problem(words: str) -> str:
    """What is wrong with a text of one language; "" when nothing is."""
    if len(words) > _MAX_TEXT:
        return "text_too_long"
    if "\n" in words:
        return "more_than_one_line"
    rest = _PLACEHOLDER.sub("", words)
    return "bad_braces" if "{" in rest or "}" in rest else ""
