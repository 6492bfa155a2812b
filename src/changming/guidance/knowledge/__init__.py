"""Knowledge: packs, editions, consultations. Pure but for reading the folder that is handed over."""

from changming.guidance.knowledge.case import Case, Known, in_range, read_answer, read_case, waits_for
from changming.guidance.knowledge.consultation import (
    ChecklistItem,
    Citation,
    Consultation,
    EntryPoint,
    Question,
    RouteView,
    Statement,
)
from changming.guidance.knowledge.consulting import consult, show_amount, tagged
from changming.guidance.knowledge.edition import (
    Edition,
    digest_of,
    edition_of,
    load_edition,
    read_stored,
    read_text,
    repeated_phrasings,
)
from changming.guidance.knowledge.examples import run_examples
from changming.guidance.knowledge.faults import Fault, PackFaults
from changming.guidance.knowledge.judge import Judgement, judge
from changming.guidance.knowledge.kinds import (
    Bound,
    CheckSpec,
    EntryKind,
    Form,
    InputKind,
    Slot,
    Standing,
    StepKind,
    Transition,
    Unit,
)
from changming.guidance.knowledge.model import DONT_KNOW, Input, Pack, ServiceStep
from changming.guidance.knowledge.pathway import PathStep, PathView, path_judged, path_of
from changming.guidance.knowledge.reading.pack import PackReading
from changming.guidance.knowledge.report import PackLine, Report, check_packs, list_packs, overdue, weakest

__all__ = [
    "DONT_KNOW",
    "Bound",
    "Case",
    "CheckSpec",
    "ChecklistItem",
    "Citation",
    "Consultation",
    "Edition",
    "EntryKind",
    "EntryPoint",
    "Fault",
    "Form",
    "Input",
    "InputKind",
    "Judgement",
    "Known",
    "Pack",
    "PackFaults",
    "PackLine",
    "PackReading",
    "PathStep",
    "PathView",
    "Question",
    "Report",
    "RouteView",
    "ServiceStep",
    "Slot",
    "Standing",
    "Statement",
    "StepKind",
    "Transition",
    "Unit",
    "check_packs",
    "consult",
    "digest_of",
    "edition_of",
    "in_range",
    "judge",
    "list_packs",
    "load_edition",
    "overdue",
    "path_judged",
    "path_of",
    "read_answer",
    "read_case",
    "read_stored",
    "read_text",
    "repeated_phrasings",
    "run_examples",
    "show_amount",
    "tagged",
    "waits_for",
    "weakest",
]
