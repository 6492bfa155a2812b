"""The visible history in words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from changming.desk.cases.model import CaseEvent, CaseEventKind
from changming.desk.clocks import ClockKind
from changming.kernel.ids import StaffId
from changming.kernel.instants import parse_instant, show_instant
from changming.kernel.messages import Lang, text

_LEVELS = frozenset({CaseEventKind.OPENED, CaseEventKind.LEVEL_CHANGED})


def history_lines(event: CaseEvent, names: Mapping[StaffId, str], lang: Lang) -> tuple[str, ...]:
    """An entry of the history as people read it: what happened, then each deadline that it moved.

    Args:
        event: the entry.
        names: work names by id (``work_names``).
        lang: the language.
    """
    facts = event.facts
    fields: dict[str, Any] = {"who": _name(event.actor.id, names, lang)}
    if event.kind in _LEVELS:
        fields |= {key: text(f"clock.level.{facts[key]}", lang) for key in ("level", "from", "to") if key in facts}
    elif "to" in facts:
        fields["to"] = _name(StaffId(UUID(facts["to"])), names, lang)
    if "clock" in facts:
        fields["promise"] = text(f"clock.kind.{facts['clock']}", lang)
    for key in ("due", "until"):
        if key in facts:
            fields[key] = show_instant(parse_instant(facts[key]), lang)
    key = f"history.{event.kind}"
    if event.kind is CaseEventKind.ASKED and "until" not in facts:
        key += ".running"
    return (text(key, lang, **fields), *_moved(facts, lang))


def _moved(facts: Mapping[str, str], lang: Lang) -> list[str]:
    lines = []
    for kind in ClockKind:
        after, before = facts.get(f"{kind}_after"), facts.get(f"{kind}_before")
        if after is None:
            continue
        fields: dict[str, Any] = {
            "promise": text(f"clock.kind.{kind}", lang),
            "after": show_instant(parse_instant(after), lang),
        }
        if before is None:
            lines.append(text("history.promised", lang, **fields))
        else:
            lines.append(text("history.moved", lang, before=show_instant(parse_instant(before), lang), **fields))
    return lines


def _name(staff: UUID | None, names: Mapping[StaffId, str], lang: Lang) -> str:
    return names.get(StaffId(staff), text("history.someone", lang)) if staff else text("history.desk", lang)
