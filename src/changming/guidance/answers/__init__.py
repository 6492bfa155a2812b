"""Answers: grounded words with sources, or a question back, a choice, a person, a kind refusal."""

from changming.guidance.answers.batch import ask_batch
from changming.guidance.answers.compiled import read_compiled, write_compiled
from changming.guidance.answers.index import Index, compile_index, index_of
from changming.guidance.answers.model import SERVICE, Answer, Basis, Candidate, Handover, Query, Result
from changming.guidance.answers.pipeline import answer, answer_turns, consulted_answer, language_of

__all__ = [
    "SERVICE",
    "Answer",
    "Basis",
    "Candidate",
    "Handover",
    "Index",
    "Query",
    "Result",
    "answer",
    "answer_turns",
    "ask_batch",
    "compile_index",
    "consulted_answer",
    "index_of",
    "language_of",
    "read_compiled",
    "write_compiled",
]
