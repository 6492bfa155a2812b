"""The whole way from a question to an answer. Pure: an edition and a query in, a value out.

Order: mask, read, the person's safety, refusals, slots, entry, words. Personal data is masked before anything looks at
the text, and nothing is said that no entry in force says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from changming.guidance.answers import compose
from changming.guidance.answers.aspects import aspects_of
from changming.guidance.answers.care import find_need
from changming.guidance.answers.follow import is_follow_up, of_topic, other_region
from changming.guidance.answers.gating import Asked, Gate, Verdict, decide_gate
from changming.guidance.answers.index import index_of
from changming.guidance.answers.model import SERVICE, Answer, Candidate, Handover, Query, Result
from changming.guidance.answers.plain import find_plain
from changming.guidance.answers.ranking import rank
from changming.guidance.answers.replies import read_reply
from changming.guidance.answers.screens import is_about, screen
from changming.guidance.knowledge import DONT_KNOW, Edition, Pack, Question, read_case
from changming.guidance.triage import (
    Reading,
    ServiceGuess,
    Signals,
    Triage,
    decide_triage,
    guess_service,
    has_words,
    read,
    read_signals,
    with_given,
)
from changming.kernel.catalogue import SERVICES, AnswerStatus, RefusalKind, Route
from changming.kernel.errors import ChangmingError
from changming.kernel.instants import local_date
from changming.kernel.masking import mask, mask_adjacent
from changming.kernel.messages import Lang

_HAN: Final = re.compile(r"[㐀-鿿]")
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")
_ENGLISH_WORDS: Final = 2
_REMEMBERED_TURNS: Final = 6
_REPLIED: Final = 0.9
_FOLLOWED: Final = 0.8
_SAFETY: Final = "safety"
_BARE: Final = 6
"""A message of so many characters that names a paper names nothing else, unless an act or an aspect is recognised."""
_REASONS: Final = {
    "gate.no-entry": "no-entry",
    "gate.unknown-document": "unknown-document",
    "gate.unclear": "unclear",
    "declined": "declined",
}
"""Why a person is needed, by the rule that decided; an entry that says nothing for sure is none of these."""
_DECLINES: Final = re.compile(
    r"都不是|都不对|不是(?:这|那)(?:个|些|几)|没有一个|不是我(?:想|要)问|没我要的|不对$|none of (?:these|those|them)|"
    r"neither|not (?:these|those|what i)"
)
_DOCUMENTS: Final = frozenset(service.partition("/")[0] for service in SERVICES if service.count("/")) - {
    "service-rule", "life-event",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """What a conversation has come to.

    ``offered``: candidates were shown and nothing was tapped yet; ``shown`` are they. ``asked``: the masked messages.
    """

    signals: Signals = field(default_factory=Signals)
    service: str | None = None
    question: Question | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    offered: bool = False
    shown: tuple[Candidate, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question in its conversation."""

    edition: Edition
    query: Query
    reading: Reading
    today: date
    lang: Lang
    own: Signals
    state: _State
    given: Mapping[str, str]


def answer(edition: Edition, query: Query) -> Result:
    """What the desk understood and what it says.

    Raises:
        ChangmingError: ``answer_not_valid`` (422) for an answer that its input does not know.
    """
    state = _State()
    *turns, last = (one.text for one in mask_adjacent((*query.turns[-_REMEMBERED_TURNS:], query.text)))
    for earlier in turns:
        _, state = _take(edition, replace(query, text=earlier, answers={}, city=None, need_by=None), state)
    return _take(edition, replace(query, text=last), state)[0]


def answer_turns(edition: Edition, query: Query, turns: tuple[str, ...]) -> tuple[Result, ...]:
    """The answers to all turns of a conversation, each in the light of the earlier ones.

    Raises:
        ChangmingError: as ``answer``.
    """
    state = _State()
    results: list[Result] = []
    for turn in mask_adjacent(turns):
        result, state = _take(edition, replace(query, text=turn.text), state)
        results.append(result)
    return tuple(results)


def consulted_answer(edition: Edition, pack: Pack, given: Mapping[str, str], *, on: date, lang: Lang) -> Answer:
    """What an entry says to somebody who wrote nothing and gave these answers to its questions.

    Raises:
        ChangmingError: ``answer_not_valid`` (422) for an answer that its input does not know.
    """
    signals = Signals()
    understood = decide_triage(edition, signals, "", today=on, lang=lang, service=pack.service)
    return compose.from_pack(edition, pack, understood, signals, given, on=on, asked="", confidence=1.0, lang=lang)


def language_of(text: str, wanted: Lang) -> Lang:
    """English for a question in English, else what the page speaks."""
    if not _HAN.search(text) and len(_LATIN.findall(text)) >= _ENGLISH_WORDS:
        return Lang.EN
    return wanted


def _take(edition: Edition, query: Query, state: _State) -> tuple[Result, _State]:
    masked = mask(query.text).text
    reading = read(masked)
    today = local_date(query.at)
    own = with_given(read_signals(reading, today), city=query.city, need_by=query.need_by, answers=query.answers)
    given = {**_still_true(state, own), **query.answers}
    turn = _Turn(edition, query, reading, today, language_of(masked, query.lang), own, state, given)
    result, after = _decide(turn, masked)
    asked = (*state.asked, masked)[-_REMEMBERED_TURNS - 1 :]
    shown = result.answer.candidates if after.offered else state.shown
    return _with_handover(result, asked, state.shown), replace(after, asked=asked, shown=shown)


def _with_handover(result: Result, asked: tuple[str, ...], offered: tuple[Candidate, ...]) -> Result:
    """The result with all that a person needs who takes over."""
    if result.answer.status is not AnswerStatus.HANDOVER:
        return result
    rule = result.triage.because[-1]
    reason = "care" if rule.startswith("care.") else _REASONS.get(rule, "not-certain")
    return replace(result, answer=replace(result.answer, handover=Handover(reason, asked, offered)))


def _still_true(state: _State, own: Signals) -> Mapping[str, str]:
    """Earlier replies; an age belongs to whom it was said of."""
    changed = own.applicant is not None and own.applicant != state.signals.applicant
    return {name: value for name, value in state.given.items() if not (changed and name == "age")}


def _decide(turn: _Turn, masked: str) -> tuple[Result, _State]:
    own = turn.own
    if need := find_need(turn.reading.text, own.facts):
        return _plain(turn, masked, compose.care(need, turn.lang), f"care.{need}")
    screened = screen(turn.reading.text)
    if screened.refusal is not None:
        return _plain(turn, masked, compose.refused(screened.refusal, turn.lang), f"refuse.{screened.refusal.value}")
    reply = _reply(turn)
    if reply is not None and turn.state.question is not None:
        if _fits(turn, turn.state.question.input, reply):
            turn = replace(turn, given={**turn.given, turn.state.question.input: reply})
        signals = own.after(turn.state.signals)
        service = turn.state.service
        return _consulted(turn, masked, service=service, confidence=_REPLIED, signals=signals, rule="reply")
    if turn.state.offered and _DECLINES.search(turn.reading.text):
        return _plain(turn, masked, compose.handed_over(None, turn.edition, turn.lang), "declined")
    if plain := find_plain(turn.reading.text, own if own.documents else own.after(turn.state.signals)):
        return _plain(turn, masked, compose.plain(plain, turn.edition, turn.lang), f"plain.{plain}")
    return _decide_by_words(turn, masked, about_forgery=screened.about)


def _decide_by_words(turn: _Turn, masked: str, *, about_forgery: bool) -> tuple[Result, _State]:
    topic = _topic(turn.state)
    own = of_topic(turn.reading.text, turn.own, topic)
    if topic is not None and (other := other_region(turn.reading.text, topic)):
        signals = replace(own.after(turn.state.signals), documents=(other,))
        service = f"{other}/{(turn.state.service or '').partition('/')[2]}"
        service = service if service in turn.edition.packs else f"{other}/first"
        return _consulted(turn, masked, service=service, confidence=_FOLLOWED, signals=signals, rule="other-region")
    follows = topic is not None and is_follow_up(turn.reading.text, own, topic)
    signals = _followed(own, turn.state, topic) if follows and topic is not None else own
    understood = decide_triage(turn.edition, signals, turn.reading.text, today=turn.today, lang=turn.lang)
    guess = _guess(turn, signals, understood, about_forgery=about_forgery, follows=follows)
    verdict = _verdict(turn, signals, guess, follows=follows)
    if verdict.gate in (Gate.ANSWER, Gate.NO_ENTRY):
        service, confidence = verdict.services[0], verdict.confidence
        rule = f"gate.{verdict.gate.value}"
        return _consulted(turn, masked, service=service, confidence=confidence, signals=signals, rule=rule)
    return _without_entry(turn, masked, verdict, understood, signals)


def _topic(state: _State) -> str | None:
    """The document (or matter of the desk) that was spoken of last."""
    if state.service is not None:
        return state.service.partition("/")[0]
    if state.signals.documents:
        return state.signals.documents[0]
    offered = [one.service.partition("/")[0] for one in state.shown] if state.offered else []
    return offered[0] if len(offered) > 1 and offered[0] == offered[1] else None


def _followed(own: Signals, state: _State, topic: str) -> Signals:
    """The signals of a follow-up: papers it only brings along are not its subject."""
    if own.documents and set(own.documents) != {topic}:
        own = replace(own, documents=())
    signals = own.after(state.signals)
    return replace(signals, documents=(topic,)) if topic in _DOCUMENTS and not signals.documents else signals


def _reply(turn: _Turn) -> str | None:
    """The answer to the desk's last question, if that is what was written."""
    question = turn.state.question
    if question is None or turn.own.documents or turn.own.rules or question.input in turn.query.answers:
        return None
    return read_reply(question, turn.reading, turn.own, turn.today)


def _fits(turn: _Turn, name: str, reply: str) -> bool:
    """Whether the input takes what was typed: nobody is 589 years old, so that is asked once more."""
    pack = turn.edition.packs.get(turn.state.service or "")
    if pack is None:
        return False
    try:
        read_case(pack, on=turn.today, given={name: reply})
    except ChangmingError:
        return False
    return True


def _guess(
    turn: _Turn, signals: Signals, understood: Triage, *, about_forgery: bool, follows: bool
) -> ServiceGuess | None:
    """The service by rule: questions about forgery are about fraud, follow-ups stay with what was spoken of."""
    words = guess_service(signals, turn.reading.text)
    if about_forgery and not (words is not None and words.service.startswith("service-rule")):
        return ServiceGuess(_SAFETY, "about.forgery", sure=True)
    sure = words is not None and (words.sure or understood.service != words.service)
    if follows and not sure and turn.state.service is not None:
        return ServiceGuess(turn.state.service, "follow-up", sure=True)
    return (
        None if words is None or understood.service is None else words._replace(service=understood.service, sure=sure)
    )


def _verdict(turn: _Turn, signals: Signals, guess: ServiceGuess | None, *, follows: bool) -> Verdict:
    text = turn.reading.text
    if guess is not None and guess.rule == "follow-up":
        gate = Gate.ANSWER if guess.service in turn.edition.packs else Gate.NO_ENTRY
        return _tapped(turn, Verdict(gate, (guess.service,), _FOLLOWED))
    ranking = rank(index_of(turn.edition), text, signals, guess, on=turn.today)
    asked = Asked(
        guess=guess,
        ours=follows or guess is not None or _is_ours(signals) or is_about("ours", text),
        other_document=is_about("other_documents", text),
        signals=signals,
        offered=turn.state.offered,
        bare=bool(signals.documents) and not follows and len(text) <= _BARE and not _says_more(signals, text),
        elsewhere=is_about("elsewhere", text),
        beyond=frozenset(
            one for one in {*signals.documents, ranking[0].service.partition("/")[0]} if has_words("beyond", one, text)
        ),
    )
    return _tapped(turn, decide_gate(ranking, asked, turn.edition.packs.keys()))


def _is_ours(signals: Signals) -> bool:
    """Whether a paper or a matter of this desk was named."""
    return bool(signals.documents or signals.rules)


def _says_more(signals: Signals, text: str) -> bool:
    """Whether anything but a paper's name was said."""
    return bool(signals.actions or signals.rules or signals.states or signals.reasons or aspects_of(text))


def _tapped(turn: _Turn, verdict: Verdict) -> Verdict:
    """A tapped candidate wins, unless the words by now clearly speak of something else."""
    tapped = turn.query.answers.get(SERVICE)
    if tapped is None or tapped not in SERVICES:
        return verdict
    if verdict.gate in (Gate.ANSWER, Gate.NO_ENTRY) and _names_another(turn, verdict, tapped):
        return verdict
    return Verdict(Gate.ANSWER if tapped in turn.edition.packs else Gate.NO_ENTRY, (tapped,), 1.0)


def _names_another(turn: _Turn, verdict: Verdict, tapped: str) -> bool:
    guess = guess_service(turn.own, turn.reading.text)
    return guess is not None and guess.sure and verdict.services[0] != tapped


def _consulted(
    turn: _Turn, masked: str, *, service: str | None, confidence: float, signals: Signals, rule: str
) -> tuple[Result, _State]:
    understood = decide_triage(
        turn.edition, signals, turn.reading.text, today=turn.today, lang=turn.lang, service=service
    )
    pack = turn.edition.packs.get(understood.service or "")
    turn = replace(turn, given=_fitting(turn, pack))
    if pack is None:
        said = compose.handed_over(understood.service, turn.edition, turn.lang)
    else:
        said = compose.from_pack(
            turn.edition,
            pack, understood, signals, turn.given, on=turn.today, asked=turn.reading.text, confidence=confidence,
            lang=turn.lang,
        )  # fmt: skip
        understood = _with_route(understood, said)
    state = _State(signals, understood.service, said.question, turn.given)
    return _result(masked, understood, said, rule), state


def _fitting(turn: _Turn, pack: Pack | None) -> Mapping[str, str]:
    """What is known, without a reply to another entry's question of the same name that this one does not offer."""
    asks = pack.inputs if pack is not None else {}
    return {
        name: value
        for name, value in turn.given.items()
        if name in turn.query.answers
        or value == DONT_KNOW
        or name not in asks
        or not asks[name].options
        or value in asks[name].options
    }


def _with_route(understood: Triage, said: Answer) -> Triage:
    """Online or the counter: what was said, else what the entry's open routes leave."""
    channels = {route.channel for route in said.routes if route.fits} or {route.channel for route in said.routes}
    if understood.route is not None or not channels:
        return understood
    if channels <= {Route.ONLINE, Route.COUNTER, Route.ONLINE_COUNTER}:
        route = channels.pop() if len(channels) == 1 else Route.ONLINE_COUNTER
        return replace(understood, route=route, because=(*understood.because, "route.from-entry"))
    return understood


def _without_entry(
    turn: _Turn, masked: str, verdict: Verdict, understood: Triage, signals: Signals
) -> tuple[Result, _State]:
    text, lang = turn.reading.text, turn.lang
    rule = f"gate.{verdict.gate.value}"
    if is_about("greeting", text) or is_about("thanks", text) or is_about("vague", text) or not text.strip():
        said, rule = compose.greeting(turn.edition, lang, again=is_about("thanks", text)), "greeting"
    elif verdict.gate is Gate.CHOOSE:
        said = compose.choice(verdict.services, turn.edition, lang, verdict.confidence)
    elif verdict.gate is Gate.UNKNOWN_DOCUMENT:
        said = compose.unknown_document(lang)
    elif verdict.gate is Gate.FOREIGN:
        said = compose.refused(RefusalKind.OUT_OF_SCOPE, lang)
    else:
        said = compose.handed_over(None, turn.edition, lang)
    offered = said.status is AnswerStatus.CHOOSE and rule != "greeting"
    state = _State(signals, turn.state.service, None, turn.given, offered)
    return _result(masked, replace(understood, service=None) if said.refusal else understood, said, rule), state


def _plain(turn: _Turn, masked: str, said: Answer, rule: str) -> tuple[Result, _State]:
    """An answer that needs no entry: care, or a refusal."""
    understood = decide_triage(turn.edition, turn.own, turn.reading.text, today=turn.today, lang=turn.lang)
    return _result(masked, understood, said, rule), replace(turn.state, question=None)


def _result(masked: str, understood: Triage, said: Answer, rule: str) -> Result:
    return Result(masked, replace(understood, because=(*understood.because, rule)), said)
