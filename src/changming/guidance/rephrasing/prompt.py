"""What a model is asked: the statements to say, and the masked question for its tone. Nothing else leaves the desk."""

from collections.abc import Sequence
from typing import Final

from changming.kernel.masking import mask
from changming.kernel.messages import Lang, text

_LONGEST_QUESTION: Final = 1_000


def messages_for(statements: Sequence[str], masked: str, lang: Lang) -> list[dict[str, str]]:
    """The messages of a chat completion. What still looks personal is masked once more, whoever calls."""
    question = mask(masked[:_LONGEST_QUESTION]).text
    sentences = "\n".join(f"{one} [[{number}]]" for number, one in enumerate(statements, start=1))
    asked = text("rephrasing.asked", lang, question=question, sentences=sentences)
    return [{"role": "system", "content": text("rephrasing.task", lang)}, {"role": "user", "content": asked}]
