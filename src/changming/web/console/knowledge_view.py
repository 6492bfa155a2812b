"""What the pages about knowledge show, made into words before the template sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from changming.editorial import (
    Cause,
    Draft,
    EditionRow,
    Retraction,
    Usage,
    WorkItem,
    has_official_source,
    next_review,
)
from changming.guidance.knowledge import Edition, Fault, Pack, weakest
from changming.kernel.catalogue import SERVICES
from changming.kernel.messages import Lang, text
from changming.trust.identity import Staff
from changming.web.answer_view import service_title

_DOT = "."


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of the work list; ``hot`` when people may be answered wrongly until it is done."""

    title: str
    what: str
    detail: str
    href: str
    hot: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the list of all."""

    name: str
    title: str
    service: str
    version: str
    status: str
    review: date | None
    late: bool
    official: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a history: when, what, who, and where to look."""

    at: datetime
    what: str
    detail: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault or warning: its line in the text (0: the whole), the words there, and what is wrong."""

    line: int
    excerpt: str
    sentence: str


def name_of(service: str) -> str:
    """How an address calls a service: ``passport.renew``."""
    return service.replace("/", _DOT)


def service_of(name: str) -> str | None:
    """The service that an address calls so; None for no service of the catalogue."""
    service = name.replace(_DOT, "/")
    return service if service in SERVICES else None


def who(names: Mapping[UUID, str], staff: UUID | None, lang: Lang) -> str:
    """The work name of a member of staff; the desk itself where there is none."""
    return text("knowledge.by_desk", lang) if staff is None else names.get(staff, text("knowledge.by_gone", lang))


def names_of(everybody: Sequence[Staff]) -> dict[UUID, str]:
    """Work names by id."""
    return {staff.id: staff.name for staff in everybody}


def task_line(item: WorkItem, names: Mapping[UUID, str], lang: Lang) -> TaskLine:
    """A line of the work list."""
    href = f"/desk/knowledge/entry/{name_of(item.service)}"
    if item.draft is not None:
        href = f"/desk/knowledge/draft/{item.draft}"
        href += "/changes" if item.task in _READ else ""
    detail = "" if item.day is None else text("knowledge.task.since", lang, day=item.day.isoformat())
    if item.draft is not None or item.task == "retracted":
        detail = text("knowledge.by", lang, name=who(names, item.staff, lang))
    return TaskLine(
        service_title(item.service, lang), text(f"knowledge.task.{item.task}", lang), detail, href, item.task in _HOT
    )


_READ = frozenset({"check", "waiting"})
_HOT = frozenset({"check", "retracted", "review"})


def entry_lines(edition: Edition, lang: Lang, *, on: date) -> list[EntryLine]:
    """Every service of the catalogue with its entry, if it has one."""
    found = []
    for service in SERVICES:
        pack = edition.packs.get(service)
        review = None if pack is None else next_review(pack)
        found.append(
            EntryLine(
                name=name_of(service),
                title=service_title(service, lang),
                service=service,
                version="" if pack is None else pack.version,
                status=_status(pack, lang),
                review=review,
                late=review is not None and review < on,
                official=pack is None or not pack.answer or has_official_source(pack),
            )
        )
    return found


def _status(pack: Pack | None, lang: Lang) -> str:
    if pack is None:
        return text("knowledge.status.none", lang)
    if not pack.answer:
        return text("knowledge.status.handover", lang)
    status = weakest(source.status for source in pack.sources.values() if source.status.showable)
    return text(f"source.{status.value}", lang)


def usage_line(usage: Usage, names: Mapping[UUID, str], lang: Lang) -> Happening:
    """When a version came into force, or went out of it."""
    what = text(f"knowledge.cause.{usage.cause}", lang)
    detail = text("knowledge.in_edition", lang, number=usage.number, name=who(names, usage.staff_id, lang))
    href = f"/desk/knowledge/version/{usage.digest}" if usage.digest else ""
    version = f" {usage.version}" if usage.version else ""
    return Happening(usage.published_at, f"{what}{version}", detail, href)


def edition_line(edition: EditionRow, names: Mapping[UUID, str], lang: Lang) -> Happening:
    """One edition of the desk."""
    titles = [service_title(service, lang) for service in edition.services]
    several = edition.cause is Cause.BUNDLED and len(titles) > 1
    what = text("knowledge.cause.several", lang, n=len(titles)) if several else text("list.and", lang).join(titles)
    cause = text(f"knowledge.cause.{edition.cause}", lang)
    detail = text("knowledge.in_edition", lang, number=edition.number, name=who(names, edition.staff_id, lang))
    href = "" if several or not titles else f"/desk/knowledge/entry/{name_of(edition.services[0])}"
    return Happening(edition.published_at, f"{cause}：{what}" if lang is Lang.ZH else f"{cause}: {what}", detail, href)


def draft_line(draft: Draft, names: Mapping[UUID, str], lang: Lang) -> Happening:
    """One draft of an entry."""
    what = text(f"knowledge.draft.{draft.state}", lang)
    authors = text("list.and", lang).join(who(names, author, lang) for author in draft.authors)
    return Happening(
        draft.changed_at, what, text("knowledge.by", lang, name=authors), f"/desk/knowledge/draft/{draft.id}"
    )


def retraction_line(one: Retraction, names: Mapping[UUID, str], lang: Lang) -> Happening:
    """One retraction with its reason."""
    outcome = text(f"knowledge.outcome.{one.outcome or 'open'}", lang)
    by = text("knowledge.by", lang, name=who(names, one.staff_id, lang))
    return Happening(one.retracted_at, one.reason, f"{by} · {outcome}")


def fault_lines(authored: str, faults: Sequence[Fault], lang: Lang) -> list[FaultLine]:
    """Faults with the words of their lines."""
    lines = authored.split("\n")
    found = []
    for fault in faults:
        excerpt = lines[fault.line - 1].strip() if 0 < fault.line <= len(lines) else ""
        place = f"{fault.path}：" if fault.path and lang is Lang.ZH else f"{fault.path}: " if fault.path else ""
        found.append(FaultLine(fault.line, excerpt[:90], f"{place}{fault.sentence(lang)}"))
    return found
