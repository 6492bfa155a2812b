"""Rephrasing: another voice for words that are already decided, and the gate that lets nothing else through."""

from changming.guidance.rephrasing.prompt import messages_for
from changming.guidance.rephrasing.rules import LONGEST_REPLY, Fault, decide_rephrasing
from changming.guidance.rephrasing.wording import rephrased

__all__ = ["LONGEST_REPLY", "Fault", "decide_rephrasing", "messages_for", "rephrased"]
