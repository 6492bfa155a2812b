"""All guides by document, in plain words, with a filter that needs no script; and the life events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from changming.guidance.guides import title_of
from changming.guidance.knowledge import Edition
from changming.kernel.catalogue import SERVICES
from changming.kernel.messages import Lang, text
from changming.web.house import House
from changming.web.language import page_language
from changming.web.pages import Pages
from changming.web.portal.guide_words import LIFE, path_of
from changming.web.visiting import read_visit

OPEN: Final = {"may": "guest", "degree": "none"}
_LONGEST_FILTER: Final = 60
_RULES: Final = ("service-rule", "safety", "choose-document")


@dataclass(frozen=True, slots=True)
class Line:
    """A service in the list; without a ``link`` nothing is known about it yet, and a person is asked."""

    service: str
    title: str
    link: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A document with its services."""

    document: str
    title: str
    lines: Sequence[Line]


def groups(edition: Edition, begun: Mapping[str, object], lang: Lang, *, wanted: str = "") -> list[Group]:
    """The services whose names, documents or phrasings hold every wanted word, by document."""
    words = wanted.casefold().split()
    found: dict[str, list[Line]] = {}
    for service in SERVICES:
        document = service.partition("/")[0]
        if service.startswith(LIFE) or not _matches(edition, service, words):
            continue
        found.setdefault("rules" if document in _RULES else document, []).append(_line(edition, service, begun, lang))
    return [Group(name, text(f"guide.document.{name}", lang), lines) for name, lines in found.items()]


def life_lines(edition: Edition, begun: Mapping[str, object], lang: Lang, *, wanted: str = "") -> list[Line]:
    """The life events."""
    words = wanted.casefold().split()
    events = [service for service in SERVICES if service.startswith(LIFE)]
    return [_line(edition, one, begun, lang) for one in events if _matches(edition, one, words)]


def _line(edition: Edition, service: str, begun: Mapping[str, object], lang: Lang) -> Line:
    link = path_of(service) if service in edition.packs else ""
    return Line(service, title_of(edition, service, lang), link, service in begun)


def _matches(edition: Edition, service: str, words: Sequence[str]) -> bool:
    if not words:
        return True
    heard = "\n".join(_heard(edition, service)).casefold()
    return all(word in heard for word in words)


def _heard(edition: Edition, service: str) -> Iterator[str]:
    named, document = SERVICES[service], service.partition("/")[0]
    yield from (named.zh, named.en)
    key = f"guide.document.{'rules' if document in _RULES or service.startswith(LIFE) else document}"
    yield from (text(key, lang) for lang in Lang)
    pack = edition.packs.get(service)
    if pack is not None:
        yield from (pack.title.zh, pack.title.en, *pack.phrasings, *pack.phrasings_en)


async def show_list(
    house: House, pages: Pages, request: Request[Any, Any, Any], *, wanted: str = "", unknown: str = ""
) -> Response[str]:
    """The list; with ``unknown`` it says that there is no such guide and keeps everything to choose from."""
    own = await read_visit(house, request, now=house.clock())
    lang, edition = page_language(request), house.edition()
    begun = {service: one for service, one in own.body.guides.items() if one.begun}
    found = groups(edition, begun, lang, wanted=wanted)
    if unknown and not found:
        wanted, found = "", groups(edition, begun, lang)
    return pages.show(
        request,
        "portal/guides.html",
        status=404 if unknown else 200,
        groups=found,
        events=life_lines(edition, begun, lang, wanted=wanted),
        wanted=wanted,
        unknown=unknown,
        begun=bool(begun),
    )


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """``/guide`` and ``/life``."""

    @get("/guide", opt=OPEN)
    async def listed(request: Request[Any, Any, Any]) -> Response[str]:
        wanted = str(request.query_params.get("q", ""))[:_LONGEST_FILTER].strip()
        return await show_list(house, pages, request, wanted=wanted)

    @get("/life", opt=OPEN)
    async def events(request: Request[Any, Any, Any]) -> Response[str]:
        own = await read_visit(house, request, now=house.clock())
        begun = {service: one for service, one in own.body.guides.items() if one.begun}
        lines = life_lines(house.edition(), begun, page_language(request))
        return pages.show(request, "portal/lives.html", events=lines)

    return [listed, events]
