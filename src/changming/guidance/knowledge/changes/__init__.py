"""Two versions of a pack: what differs in them, whose answer differs, and whether that was foreseen."""

from changming.guidance.knowledge.changes.decisions import Band, CellChange, DecisionDiff, decision_diff
from changming.guidance.knowledge.changes.outcomes import Outcome, outcome
from changming.guidance.knowledge.changes.replaying import Replay, replay
from changming.guidance.knowledge.changes.structure import Change, ChangeKind, structural_diff
from changming.guidance.knowledge.changes.wording import show_change

__all__ = [
    "Band",
    "CellChange",
    "Change",
    "ChangeKind",
    "DecisionDiff",
    "Outcome",
    "Replay",
    "decision_diff",
    "outcome",
    "replay",
    "show_change",
    "structural_diff",
]
