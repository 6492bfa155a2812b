"""Answers: grounded words with sources, or a question back, a choice, a person, a kind refusal."""

from changming.guidance.answers.batch import ask_batch, mask_batch, masked_json
from changming.guidance.answers.index import Index, compile_index, index_of
from changming.guidance.answers.model import SERVICE, Answer, Candidate, Query, Result
from changming.guidance.answers.pipeline import answer, language_of

__all__ = [
    "SERVICE",
    "Answer",
    "Candidate",
    "Index",
    "Query",
    "Result",
    "answer",
    "ask_batch",
    "compile_index",
    "index_of",
    "language_of",
    "mask_batch",
    "masked_json",
]
