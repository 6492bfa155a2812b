"""SQL is written as SQL, in each feature's ``queries.sql``, named and described."""

import re
from importlib import resources
from typing import LiteralString

_HEAD = re.compile(r"^-- (?P<name>[a-z_0-9]+): (?P<why>\S.*)$", re.MULTILINE)


class Queries:
    """The statements of one feature's ``queries.sql``.

    A statement begins with a line ``-- name: what it is for`` and ends before the next such line.

    Args:
        package: the feature's package, as ``__package__`` gives it.
    """

    def __init__(self, package: str | None) -> None:
        if package is None:
            raise ValueError("queries belong to a package")
        body = resources.files(package).joinpath("queries.sql").read_text(encoding="utf-8")
        heads = list(_HEAD.finditer(body))
        ends = [head.start() for head in heads[1:]] + [len(body)]
        self._statements: dict[str, str] = {}
        for head, end in zip(heads, ends, strict=True):
            if head["name"] in self._statements:
                raise ValueError(f"{package}/queries.sql names {head['name']!r} twice")
            self._statements[head["name"]] = body[head.end() : end].strip().removesuffix(";")

    def __call__(self, name: str) -> LiteralString:
        """The statement ``name``; KeyError for one that the file does not have."""
        return self._statements[name]

    def names(self) -> frozenset[str]:
        """All names, for the guard that refuses dead statements."""
        return frozenset(self._statements)
