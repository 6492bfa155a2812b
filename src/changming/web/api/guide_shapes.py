"""What programs send and get about guides. The state is theirs: every request carries all answers."""

from datetime import date
from typing import Any

import msgspec


class GuideRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Answers to a guide.

    Attributes:
        answers: by ``input``, as ``question.values`` gives them; places also by name. ``unknown`` is "don't know".
        need_by: the day by which it is needed (ISO 8601).
        services: of a life event, the answers of the services behind it, by service and input.
    """

    answers: dict[str, str] = {}
    need_by: date | None = None
    services: dict[str, dict[str, str]] = {}


class GuideLine(msgspec.Struct):
    """A guide that there is."""

    service: str
    title: str
    path: str


class GuideQuestion(msgspec.Struct):
    """The next question: ``kind`` is int, bool, enum, region or date; ``low`` and ``high`` bound a number or date."""

    input: str
    text: str
    why: str
    kind: str
    options: list[str]
    values: list[str]
    low: str | None
    high: str | None


class GuideStep(msgspec.Struct):
    """One step of a way; ``amount`` says how long it takes, "" where nobody says."""

    kind: str
    title: str
    amount: str
    certain: bool


class GuideRoute(msgspec.Struct):
    """A way. ``fits`` False: it may fit; ``depends`` are the questions that decide. Steps have alternatives."""

    id: str
    title: str
    channel: str
    fits: bool
    depends: list[str]
    steps: list[list[GuideStep]]
    joint: list[str]


class GuideItem(msgspec.Struct):
    """Something to bring once. ``wordings``: how each service asks for it, and whether that is certain."""

    key: str
    form: str
    required: bool
    spec: str | None
    wordings: list[dict[str, Any]]


class GuideStop(msgspec.Struct):
    """A service of a life event: ``standing`` is needed, perhaps or out."""

    service: str
    title: str
    standing: str
    after: list[str]
    note: str
    questions_left: int | None


class GuideAnswer(msgspec.Struct):
    """Where the answers lead. ``dropped`` answers were not understood by the entry in force and did not count.

    ``answer`` has the fields of ``ask``: statements in ``text``, ``citations``, ``status``.
    """

    service: str
    title: str
    entry: str
    question: GuideQuestion | None
    questions_left: int
    counted: dict[str, str]
    dropped: list[str]
    status: str
    text: str
    next_step: str
    routes: list[GuideRoute]
    checklist: list[GuideItem]
    places: list[dict[str, Any]]
    citations: list[dict[str, Any]]
    confidence: str | None
    latest_start: date | None
    services: list[GuideStop]
