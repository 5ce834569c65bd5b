"""From evidence to one score in [0, 1], every factor of it named.

Each signal is put on one scale, what a cosine one standard deviation above the agent's mean says,
and signals are added up; the sum is the log odds of relevance up to a constant. Weights were fitted
on LoCoMo conversations and rounded (docs/decisions/0008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from memsvc.core.bm25 import coverage, idf
from memsvc.core.evidence import REACH, Evidence, Floats, Marks
from memsvc.core.neighbours import Around, SessionBest
from memsvc.core.reading import Reading
from memsvc.core.utterance import Trait
from memsvc.core.weights import Weights

# A few memories tell little about the cosines of all: so many of this mean and spread are added.
PRIOR_COUNT, PRIOR_MEAN, PRIOR_SPREAD = 16, 0.1, 0.1
# BM25 as a share of what is possible, on the scale of a standard deviation.
LEXICAL_SCALE = 5.0
BEST_OF_SESSION = 3
FADING_DAYS = 4.0
# Words in the average message around a memory: below the first a chat, above the second letters
# and answers at length, whose neighbours say little about them.
SHORT, LONG = 45.0, 90.0


Weight = TypeVar("Weight", float, Floats)


class Mixture(NamedTuple, Generic[Weight]):
    """What each signal weighs: one number each, or one for each memory."""

    dense: Weight
    lexical: Weight
    window: Weight
    before: Weight
    session_dense: Weight
    session_window: Weight
    named: Weight


ONE_PLACE = Mixture(0.56, 1.2, 1.6, -0.15, 0.65, 0.85, 0.6)
SEVERAL_PLACES = Mixture(0.82, 0.8, 0.8, -0.2, 0.3, 0.3, 1.0)
LONG_TEXTS = Mixture(1.0, 0.8, 0.0, 0.0, 0.0, 0.0, 0.6)
# Of no session: facts, behaviors, notes.
ALONE = Mixture(1.1, 1.8, 0.0, 0.0, 0.0, 0.0, 0.8)

IN_TIME = 2.3
QUESTION, ASKING, ANSWERING = -0.4, -0.6, 0.45
TIMED, TIMED_IF_ASKED = 0.28, 1.3
COUNTED = 0.45
ASSISTANT, OWN = -1.0, 0.5
IN_CONTEXT, BY_LINEAGE = 0.4, 1.5
OF_KIND = np.array([0.0, 0.25, 0.0])
# Which of the bits of `Trait`, in their order, each of the 16 kinds of utterance has.
_BITS = (np.arange(16)[:, None] >> np.arange(4)) & 1
# Log odds at which a memory is as likely relevant as not, and their scale.
EVEN, SCALE = 6.0, 1.5
LARGEST_EXPONENT = 700.0
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second pass found, by number: nothing is said of those that are not named.

    context     cosine of the question and the memory together with its neighbours
    lineage     relevance of what it was derived from, or of what was derived from it
    reranked    what a re-ranker makes of it, in [0, 1], with the share it has in relevance; one it
                did not read counts as the least of those it did
    """

    context: Mapping[int, float]
    lineage: Mapping[int, float]
    reranked: Mapping[int, float]
    share: float = 0.0


FIRST_LOOK = SecondLook({}, {}, {})


class Ranked(NamedTuple):
    """A memory by number, its score in [0, 1] and its place in the evidence."""

    score: float
    number: int
    place: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How relevant each memory of the evidence is, and why.

    relevance = 1 / (1 + exp((EVEN - sum of the signals) / SCALE)), of which `reranked` makes up
    its `share` where that is a number; `final` is what `Weights` make of it.
    """

    evidence: Evidence
    weights: Weights
    signals: Mapping[str, Floats]
    lexical: Floats
    reranked: Floats
    share: float
    relevance: Floats
    final: Floats

    def best(self, limit: int, least: float = 0.0) -> list[Ranked]:
        """The `limit` best that are proposed, best first; equal ones in order of writing."""
        score = np.round(self.final, DECIMALS)
        places = np.flatnonzero(self.evidence.proposed & (score >= least))
        # Stable, and places go by number.
        order = places[np.argsort(-score[places], kind="stable")[:limit]]
        numbers = self.evidence.numbers[order].tolist()
        return list(map(Ranked, score[order].tolist(), numbers, order.tolist()))


def judge(
    evidence: Evidence, reading: Reading, weights: Weights, again: SecondLook = FIRST_LOOK
) -> Judgement:
    """Weigh the evidence for a question that was read."""
    signals, lexical = _signals(evidence, reading)
    signals |= _looked_again(evidence, again)
    odds = sum(signals.values(), np.zeros(len(evidence)))
    # What lies far below all else is beyond what floats can raise.
    relevance = 1.0 / (1.0 + np.exp(np.minimum((EVEN - odds) / SCALE, LARGEST_EXPONENT)))
    reranked = _named(evidence, again.reranked)
    if again.reranked:
        # Else the worst unread one would pass most that were read, for few pairs are called good.
        reranked = np.where(np.isnan(reranked), min(again.reranked.values()), reranked)
        relevance = (1.0 - again.share) * relevance + again.share * reranked
    taken = (
        weights.retention * (1.0 - evidence.retention)
        + weights.importance * (1.0 - evidence.importance)
        + weights.trust * (1.0 - evidence.trust)
    )
    final = relevance * np.maximum(0.0, 1.0 - taken)
    return Judgement(evidence, weights, signals, lexical, reranked, again.share, relevance, final)


def _looked_again(one: Evidence, again: SecondLook) -> dict[str, Floats]:
    context = lineage = np.zeros(len(one))
    if again.context:
        context = np.nan_to_num(_standard(one, _named(one, again.context)))
    if again.lineage:
        lineage = np.nan_to_num(_named(one, again.lineage))
    return {"context": IN_CONTEXT * context, "lineage": BY_LINEAGE * lineage}


def _named(one: Evidence, values: Mapping[int, float]) -> Floats:
    """The values by number as an array by place; NaN where there is none."""
    if not values:
        return np.full(len(one), np.nan)
    return np.array([values.get(number, np.nan) for number in one.numbers.tolist()])


def _signals(one: Evidence, reading: Reading) -> tuple[dict[str, Floats], Floats]:
    """What each signal adds, of shape (n,) each, and BM25 as a share of what is possible."""
    around, sessions = Around(one), SessionBest(one.session)
    dense = _standard(one, one.dense)
    share = coverage(one.frequencies, _weights(one, 1), one.lengths, one.average)
    lexical = LEXICAL_SCALE * share
    stretches = around.total(one.lengths)
    window = LEXICAL_SCALE * _window(one, around, stretches)
    long = np.clip((stretches / around.sizes - SHORT) / (LONG - SHORT), 0.0, 1.0)
    mix = _mixed(SEVERAL_PLACES if reading.several else ONE_PLACE, long, one.session < 0)
    return {
        "dense": mix.dense * dense,
        "lexical": mix.lexical * lexical,
        "neighbours": mix.window * window + mix.before * around.before(dense),
        "session": mix.session_dense * sessions.mean_of_best(dense, BEST_OF_SESSION)
        + mix.session_window * sessions.highest(window),
        "person": mix.named * one.named,
        "temporal": IN_TIME * _in_time(one, reading),
        "utterance": (1.0 - long) * _manner(one, reading, around, dense, lexical),
        "role": long * _role(one, reading),
        "kind": OF_KIND[one.kind],
    }, share


def _standard(one: Evidence, cosines: Floats) -> Floats:
    """Cosines in standard deviations above the mean of the agent's memories."""
    together = one.count + PRIOR_COUNT
    mean = (one.count * one.mean + PRIOR_COUNT * PRIOR_MEAN) / together
    variance = (
        one.count * (one.spread**2 + (one.mean - mean) ** 2)
        + PRIOR_COUNT * (PRIOR_SPREAD**2 + (PRIOR_MEAN - mean) ** 2)
    ) / together
    standard: Floats = (cosines - mean) / np.sqrt(variance)
    return standard


def _weights(one: Evidence, reach: int) -> Floats:
    """The idf of each word among stretches of `reach` memories, taken as independent.

    1 - (1 - df / N)^reach of the stretches hold a word that df of N memories hold; counting them
    gave the same ranking.
    """
    shares = one.holders / max(one.count, 1)
    frequencies = one.count * (1.0 - (1.0 - shares) ** reach)
    return np.array([idf(one.count, float(held)) for held in frequencies])


def _mixed(short: Mixture[float], long: Floats, alone: Marks) -> Mixture[Floats]:
    """The mixture for each memory, by how long texts are around it and whether it stands alone."""
    chat, at_length, lone = (np.array(mix)[:, None] for mix in (short, LONG_TEXTS, ALONE))
    return Mixture(*np.where(alone, lone, chat + (at_length - chat) * long))


def _window(one: Evidence, around: Around, lengths: Floats) -> Floats:
    """BM25 of each memory together with its neighbours, as a share of what is possible."""
    reach = 2 * REACH + 1
    # Of whole windows, whatever was proposed: a score must not depend on how many were.
    average = reach * one.average
    return coverage(around.total(one.frequencies), _weights(one, reach), lengths, average)


def _in_time(one: Evidence, reading: Reading) -> Floats:
    """1 in a time that the question speaks of, fading with the days outside."""
    closeness = np.zeros(len(one))
    for interval in reading.intervals:
        start, end = interval.start.timestamp() / 86_400, interval.end.timestamp() / 86_400
        gap = np.maximum(np.maximum(start - one.days, one.days - end), 0.0)
        np.maximum(closeness, np.exp(-gap / FADING_DAYS), out=closeness)
    return closeness


def _manner(
    one: Evidence, reading: Reading, around: Around, dense: Floats, lexical: Floats
) -> Floats:
    """What its form says: a question seldom is evidence, the answer to a near question often."""
    found = np.maximum(dense, 0.0) + np.maximum(lexical, 0.0)
    asked = np.where(one.traits & Trait.QUESTION, found, 0.0)
    voice = np.append(one.voice, -1)
    answers = around.before(asked) * (voice[around.places[0]] != one.voice)
    timed = TIMED + (TIMED_IF_ASKED if reading.when else 0.0)
    by_traits = _BITS @ np.array([QUESTION, ASKING, timed, COUNTED])
    manner: Floats = by_traits[one.traits] + ANSWERING * answers
    return manner


def _role(one: Evidence, reading: Reading) -> Floats:
    """Of messages at length: what an assistant said counts less, unless it is asked for."""
    role = np.where(one.assistant, 0.0 if reading.reply else ASSISTANT, 0.0)
    if reading.own:
        role += np.where(one.user, OWN, 0.0)
    return role
