"""What the pages for people say of routes, codes, settings and other pages is so."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)|!\[[^\]]*\]\((?P<picture>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<words>.*)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_CELL = r"([^|]*\S) \| "
_ROUTE = re.compile(rf"^\| ([A-Z]+) \| `(/[^`]*)` \| {_CELL * 3}[^|]*\S[^|]* \|$", re.MULTILINE)
_CODES = re.compile(r"^\| (?P<status>\d{3}) \| (?P<codes>`.*`) \|$", re.MULTILINE)
_SETTING = re.compile(r"^\| `(?P<name>[a-z_]+)` \| (?P<default>[^|]*) \| [^|]*\S[^|]* \|$", re.MULTILINE)

Route = tuple[str, str, str, str, str]
"""Method, path, who may, degree, limit."""


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for match in _HEADING.finditer(_CODE.sub("", page) + page):
        words = re.sub(r"[^\w\- ]", "", match["words"].lower())
        found.add(words.replace(" ", "-"))
    return found


def broken_links(name: str, page: str, exists: Callable[[str], bool], read: Callable[[str], str]) -> Iterator[str]:
    """Links to files that are not there, and to headings that are not in them; addresses of the web are not asked.

    Args:
        name: the page's path, for the finding.
        page: its text.
        exists: whether a path beside the page is there.
        read: the text of such a path.
    """
    for match in _LINK.finditer(_CODE.sub("", page)):
        target = match["to"] or match["picture"]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        if path and not exists(path):
            yield f"{name}: {target} is not there"
        elif anchor and anchor not in anchors(read(path) if path else page):
            yield f"{name}: {target} has no such heading"


def misdescribed_routes(routes: Iterable[Route], page: str) -> Iterator[str]:
    """Routes that the page lacks, describes otherwise, or has though they are gone."""
    shown = {match.groups() for match in _ROUTE.finditer(page)}
    real = set(routes)
    yield from (f"missing: {' | '.join(route)}" for route in sorted(real - shown))
    yield from (f"not so: {' | '.join(route)}" for route in sorted(shown - real))


def misstated_codes(page: str, known: Collection[str], statuses: Mapping[str, Collection[int]]) -> Iterator[str]:
    """Codes on the page that do not exist, or that the source answers with another status."""
    for row in _CODES.finditer(page):
        for code in re.findall(r"`([a-z_]+)`", row["codes"]):
            if code not in known:
                yield f"{code}: no such code"
            elif code in statuses and int(row["status"]) not in statuses[code]:
                yield f"{code}: answered with {', '.join(map(str, sorted(statuses[code])))}, not {row['status']}"


def misstated_defaults(page: str, defaults: Mapping[str, str | None]) -> Iterator[str]:
    """Settings whose default is not the one that the page states; None for those that are described in words."""
    shown = {match["name"]: match["default"].strip() for match in _SETTING.finditer(page)}
    for name, default in defaults.items():
        if name not in shown:
            yield f"{name}: has no row"
        elif default is not None and shown[name] != f"`{default}`":
            yield f"{name}: the default is `{default}`, not {shown[name]}"
    yield from (f"{name}: no such setting" for name in sorted(shown.keys() - defaults.keys()))
