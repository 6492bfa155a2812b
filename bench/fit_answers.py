"""Fits the weights of ``answers/ranking.py`` on the packs' own phrasings, one left out at a time, and judges the gate.

Every phrasing is asked with its own row taken out. The weights are found on one half of the services and judged on the
other, beside those in code. The gate is asked once so, and once with the whole entry taken out: a near miss, which
nothing should answer. Run: ``python bench/fit_answers.py``; the figures are in ADR 0005.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np

from changming.guidance.answers.gating import Asked, Gate, Verdict, decide_gate
from changming.guidance.answers.index import Index, Scored, index_of, rows_of
from changming.guidance.answers.likeness import likeness
from changming.guidance.answers.ranking import FEATURES, WEIGHTS, Ranked, features
from changming.guidance.answers.screens import is_about
from changming.guidance.answers.tokens import tokens_of
from changming.guidance.knowledge import Edition, load_edition
from changming.guidance.triage import (
    Reading,
    ServiceGuess,
    Signals,
    decide_triage,
    guess_service,
    has_words,
    read,
    read_signals,
)
from changming.infra.resources import project_dir
from changming.kernel.catalogue import SERVICES
from changming.kernel.messages import Lang

TODAY = date(2026, 11, 22)
NAMES = tuple(SERVICES)
STEPS = 1_500
Array = Any


def looked_at(
    edition: Edition, index: Index, row: int, text: str
) -> tuple[Reading, Signals, ServiceGuess | None, dict[str, Scored], Mapping[str, float]]:
    """What the desk sees of a phrasing with its own row out: words, slots, the rules' guess, near rows, likeness."""
    plain = read(text)
    signals = read_signals(plain, TODAY)
    guess = guess_service(signals, plain.text)
    if guess is not None:
        named = decide_triage(edition, signals, plain.text, today=TODAY, lang=Lang.ZH).service
        guess = guess._replace(service=named or guess.service)
    tokens = frozenset(tokens_of(plain.text))
    found = {scored.service: scored for scored in index.search_tokens(tokens, on=TODAY, without=row)}
    like = likeness(index, tokens, without=row)
    return plain, signals, guess, found, like


def asked_once(edition: Edition, index: Index, row: int, service: str, text: str) -> tuple[Array, int]:
    """The candidates' features for a phrasing with its own row out, and which candidate is right."""
    _, signals, guess, found, like = looked_at(edition, index, row, text)
    table = [features(name, found.get(name), like.get(name, 0.0), signals, guess) for name in NAMES]
    return np.array(table), NAMES.index(service)


def fit(cases: Sequence[tuple[Array, int]]) -> Array:
    """Weights of a softmax over the candidates, by gradient descent with momentum; a little ridge keeps them small."""
    data = np.stack([case for case, _ in cases])
    right = np.array([gold for _, gold in cases])
    scale = np.abs(data).reshape(-1, data.shape[2]).max(0) + 1e-9
    data = data / scale
    weights, speed = np.zeros(data.shape[2]), np.zeros(data.shape[2])
    for _ in range(STEPS):
        score = data @ weights
        score -= score.max(1, keepdims=True)
        part = np.exp(score)
        part /= part.sum(1, keepdims=True)
        wanted = data[np.arange(len(right)), right].mean(0)
        slope = wanted - (part[..., None] * data).sum(1).mean(0) - 1e-4 * weights
        speed = 0.9 * speed + slope
        weights += speed
    return weights / scale


def judge(cases: Sequence[tuple[Array, int]], weights: Array) -> tuple[float, float]:
    order = [np.argsort(-(case @ weights), kind="stable") for case, _ in cases]
    first = np.mean([ranked[0] == gold for ranked, (_, gold) in zip(order, cases, strict=True)])
    third = np.mean([gold in ranked[:3] for ranked, (_, gold) in zip(order, cases, strict=True)])
    return float(first), float(third)


def decided(edition: Edition, index: Index, row: int, service: str, text: str, *, withdrawn: bool) -> Verdict:
    """The gate's verdict on a phrasing with its own row out, or with its whole entry out."""
    plain, signals, guess, found, like = looked_at(edition, index, row, text)
    names = [name for name in NAMES if not (withdrawn and name == service)]
    if withdrawn and guess is not None and guess.service == service:
        guess = None
    table = np.array([features(name, found.get(name), like.get(name, 0.0), signals, guess) for name in names])
    scores = table @ np.array(WEIGHTS)
    parts = np.exp(scores - scores.max())
    parts /= parts.sum()
    ranked = tuple(
        Ranked(names[n], float(parts[n]), found[names[n]].share if names[n] in found else 0.0, float(scores[n]))
        for n in np.argsort(-parts, kind="stable")
    )
    asked = Asked(
        guess,
        ours=guess is not None or bool(signals.documents) or is_about("ours", plain.text),
        other_document=is_about("other_documents", plain.text),
        signals=signals,
        offered=False,
        beyond=frozenset(one for one in signals.documents if has_words("beyond", one, plain.text)),
    )
    return decide_gate(ranked, asked, edition.packs.keys() - ({service} if withdrawn else set()))


def gate_share(edition: Edition, index: Index, lines: Sequence[tuple[int, str, str]], *, withdrawn: bool) -> str:
    """How many phrasings the gate answers, how many of those from their own entry, and how well it knew."""
    bins: dict[int, list[bool]] = {}
    for row, service, text in lines:
        verdict = decided(edition, index, row, service, text, withdrawn=withdrawn)
        if verdict.gate is Gate.ANSWER:
            bins.setdefault(int(verdict.confidence * 10), []).append(verdict.services == (service,))
    answered = sum(map(len, bins.values()))
    right = sum(map(sum, bins.values()))
    said = ", ".join(f"from .{tenth}: {sum(ones)} of {len(ones)}" for tenth, ones in sorted(bins.items()))
    return f"answered {answered / len(lines):.3f}, of those rightly {right / max(answered, 1):.3f} ({said})"


def half_of(service: str) -> int:
    return sha256(service.encode()).digest()[0] % 2


def main() -> None:
    edition = load_edition(project_dir("packs"))
    index = index_of(edition)
    cases: list[list[tuple[Array, int]]] = [[], []]
    lines: list[tuple[int, str, str]] = []
    titles = {text for pack in edition.packs.values() for text in (pack.title.zh, pack.title.en)}
    for row, (service, text) in enumerate(rows_of(edition)):
        if service in edition.packs and text not in titles and not is_about("greeting", text):
            cases[half_of(service)].append(asked_once(edition, index, row, service, text))
            lines.append((row, service, text))
    print(len(edition.packs), "packs,", [len(half) for half in cases], "phrasings in the two halves")
    for half in (0, 1):
        weights = fit(cases[half])
        print("fitted on", half, dict(zip(FEATURES, weights.round(3).tolist(), strict=True)))
        print("  own half", judge(cases[half], weights), "other half", judge(cases[1 - half], weights))
        print("  weights in code on the other half", judge(cases[1 - half], np.array(WEIGHTS)))
    print("fitted on all", dict(zip(FEATURES, fit([*cases[0], *cases[1]]).round(3).tolist(), strict=True)))
    print("gate, own row out:", gate_share(edition, index, lines, withdrawn=False))
    print("gate, whole entry out:", gate_share(edition, index, lines, withdrawn=True))


if __name__ == "__main__":
    main()
