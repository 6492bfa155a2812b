"""An answer in another voice, where the operator chose a language model and it kept to the words."""

from dataclasses import replace
from typing import Final

import structlog
from prometheus_client import Counter

from changming.guidance.answers import language_of
from changming.guidance.rephrasing import Fault, decide_rephrasing, messages_for, rephrased
from changming.kernel.catalogue import AnswerStatus
from changming.kernel.messages import Lang
from changming.web.asking import Answered, reply_of
from changming.web.house import House

_MAY_BE_SAID_ANEW: Final = frozenset({AnswerStatus.ANSWERED, AnswerStatus.ASK})
_log: Final = structlog.get_logger()
_JUDGED: Final = Counter("changming_model_rephrasings", "What became of the model's words.", ("outcome",))


async def in_another_voice(house: House, answered: Answered, lang: Lang) -> Answered:
    """``answered`` rephrased, or as it is: with no model, no statements, a slow model, or one that says anything else.

    Called outside of any transaction. The model sees the masked question and the statements of the entry, nothing more.
    The stored words stay beside its own, under ``stored_text``.
    """
    answer, statements = answered.json["answer"], answered.statements
    if house.voice is None or not statements or answer["status"] not in _MAY_BE_SAID_ANEW:
        return answered
    masked = answered.json["masked"]
    reply = await house.voice.find_completion(messages_for(statements, masked, language_of(masked, lang)))
    if reply is None:
        return answered
    pieces = decide_rephrasing(statements, reply)
    if isinstance(pieces, Fault):
        _JUDGED.labels(pieces.value).inc()
        _log.info("rephrasing_refused", fault=pieces.value)
        return answered
    _JUDGED.labels("used").inc()
    stored = answer["text"]
    said = {**answer, "text": rephrased(stored, statements, pieces), "stored_text": stored}
    return replace(answered, reply=reply_of(said), json={**answered.json, "answer": said})
