"""What a guide's pages say: small pieces made before the template sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from changming.guidance.guides import Answered, Place
from changming.guidance.knowledge import DONT_KNOW, Citation, Input, InputKind, Statement, tagged
from changming.guidance.triage import place_name
from changming.kernel.instants import show_date
from changming.kernel.messages import Lang, text
from changming.web.answer_view import CitationView, Part, citation_view, web_address

LIFE = "life-event/"
ALONE = "all"
"""The second part of the address of a service whose id has one part only."""


def path_of(service: str) -> str:
    """The address of a service's guide."""
    if service.startswith(LIFE):
        return f"/life/{service.removeprefix(LIFE)}"
    return f"/guide/{service}" if "/" in service else f"/guide/{service}/{ALONE}"


def service_of(document: str, action: str) -> str:
    """The service of an address."""
    return document if action == ALONE else f"{document}/{action}"


def full_date(day: date, lang: Lang) -> str:
    """A date with its year: ``2026年12月1日（周二）``."""
    return text("guide.date", lang, year=day.year, day=show_date(day, lang))


def answer_words(asked: Input, value: str, lang: Lang) -> str:
    """An answer as a person reads it."""
    if value == DONT_KNOW:
        return text("guide.unknown", lang)
    if asked.kind is InputKind.ENUM:
        words = asked.options.get(value)
        return value if words is None else words.say(lang)
    if asked.kind is InputKind.BOOL:
        return text(f"knowledge.bool.{value}", lang) if value in ("true", "false") else value
    if asked.kind is InputKind.REGION:
        return place_name(value)
    return full_date(date.fromisoformat(value), lang) if asked.kind is InputKind.DATE else value


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A question that was answered, and how; ``coarse``: the place is too large to tell."""

    input: str
    question: str
    answer: str
    coarse: bool


def answer_lines(answered: Iterable[Answered], lang: Lang) -> list[AnswerLine]:
    """Everything that was answered and counts."""
    return [
        AnswerLine(one.asked.name, one.asked.ask.say(lang), answer_words(one.asked, one.value, lang), one.coarse)
        for one in answered
    ]


def statement_parts(statement: Statement, lang: Lang) -> list[Part]:
    """A statement with its citations, and the quiet tag where it needs confirming."""
    return [Part(tagged(statement, lang)), *(Part("", number) for number in statement.citation_numbers)]


def citations(cited: Sequence[Citation], lang: Lang) -> list[CitationView]:
    """The sources as a reader opens them."""
    return [
        citation_view(
            {
                "title": one.title,
                "status": one.status.value,
                "source": one.source,
                "url": one.url,
                "entry": one.entry,
                "from": None if one.valid_from is None else one.valid_from.isoformat(),
                "to": None if one.valid_to is None else one.valid_to.isoformat(),
            },
            lang,
        )
        for one in cited
    ]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """An official place with what can be tapped."""

    name: str
    url: str
    phone: str
    certain: bool


def place_line(place: Place) -> PlaceLine:
    """A place as a page shows it; an address that no page may link to is left out."""
    return PlaceLine(place.name, web_address(place.url), place.phone, place.certain)
