"""The sentences of what was said, and which of them are central.

Extractive and lexical: a sentence is central when its words are those that the sources share
(centroid of tf-idf, Radev et al. 2004), it tells something (names, numbers, times, the speaker's
own life) and none chosen before it says the same (the words of what is chosen count less, Nenkova
and Vanderwende 2005). Sums are exact (`math.fsum`), so the order of sets changes nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from memsvc.core.content_words import content_words, telling_count
from memsvc.core.memory import Memory
from memsvc.core.quoting import CUT, sentences_of

LONGEST = 300
"""Characters of a sentence that are shown."""
FEWEST_WORDS = 3
"""Sentences of fewer telling words tell too little to stand alone."""
CANDIDATES = 1_000
"""Of a very long conversation so many sentences, the most telling ones, are compared."""

REPEATED = 0.25
"""What is left of a word's weight once a chosen sentence holds it."""
FIRST_PERSON, NAMED, COUNTED, TIMED = 0.25, 0.2, 0.15, 0.15
OPENING = 0.1
QUESTION, ADDRESSED = 0.5, 0.5
"""Share of its score that a question keeps, and what is said of the other person alone."""

_FIRST = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
_OTHER = re.compile(r"\b(?:[Yy]ou|[Yy]our|[Yy]ou're)\b")
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][a-z]+")
_NUMBER = re.compile(r"\d")
_TIME = re.compile(
    r"\b(?:yesterday|today|tomorrow|tonight|ago|(?:last|next|this) (?:week|weekend|month|year|"
    r"summer|winter|spring|fall|autumn)|January|February|March|April|May|June|July|August|"
    r"September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_PREFIX = re.compile(r"\A\d{4}-\d\d-\d\d (?:.{1,80}?: )?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it is shown, where it comes from, and its content words.

    `source` is the place of its source among those given, `place` its own within that.
    """

    line: str
    text: str
    source: int
    place: int
    words: frozenset[str]


def spoken_sentences(turns: Sequence[Memory]) -> list[Sentence]:
    """The sentences of turns that may stand in a summary, each with its day and who said it."""
    return [
        sentence
        for source, turn in enumerate(turns)
        for place, text in enumerate(_split(turn.content))
        if (sentence := _sentence(_prefix(turn) + text, text, source, place)) is not None
    ]


def summarised_sentences(summaries: Sequence[Memory]) -> list[Sentence]:
    """The sentences of summaries, which are their lines."""
    return [
        sentence
        for source, summary in enumerate(summaries)
        for place, line in enumerate(summary.content.splitlines())
        if (sentence := _sentence(line, _PREFIX.sub("", line), source, place)) is not None
    ]


def central(sentences: Sequence[Sentence], budget: int) -> list[Sentence]:
    """The most central sentences in at most `budget` characters of lines, in their order."""
    weights = _weights(sentences)
    telling = {one: _telling(one) for one in sentences}
    candidates = sorted(
        sentences, key=lambda one: (-_score(one, weights, telling[one]), one.source, one.place)
    )[:CANDIDATES]
    chosen: list[Sentence] = []
    told: Counter[str] = Counter()
    while candidates:
        # The first of equals: they are in order of their first scores.
        best = max(candidates, key=lambda one: _score(one, weights, telling[one], told))
        candidates.remove(best)
        if len(best.line) + 1 > budget:
            continue
        if best.words <= told.keys():
            continue
        budget -= len(best.line) + 1
        chosen.append(best)
        told.update(best.words)
        candidates = [one for one in candidates if len(one.line) < budget]
    return sorted(chosen, key=lambda one: (one.source, one.place))


def _split(content: str) -> list[str]:
    lines = (line for line in content.splitlines() if line.strip())
    return [text for line in lines for one in sentences_of(line) if (text := _cut(one))]


def _cut(sentence: str) -> str:
    text = " ".join(sentence.split())
    if len(text) <= LONGEST:
        return text
    return f"{text[: text.rfind(' ', 0, LONGEST - 1)] or text[: LONGEST - 1]}{CUT}"


def _sentence(line: str, text: str, source: int, place: int) -> Sentence | None:
    if telling_count(text) < FEWEST_WORDS:
        return None
    return Sentence(line, text, source, place, content_words(text))


def _prefix(turn: Memory) -> str:
    speaker = turn.speaker or turn.role
    return f"{day_of(turn)} {speaker}: " if speaker else f"{day_of(turn)} "


def day_of(memory: Memory) -> date:
    """The day of an event (UTC); of one without a time the day on which it was written."""
    return (memory.event_time or memory.created_at).date()


def _weights(sentences: Iterable[Sentence]) -> dict[str, float]:
    """What each word says of all the sources: how often it stands, and how special it is.

    idf is taken over the sentences given, so it depends on nothing that is not a source.
    """
    counts = Counter(word for one in sentences for word in one.words)
    total = sum(counts.values())
    return {word: math.log1p(count) * math.log1p(total / count) for word, count in counts.items()}


def _score(
    one: Sentence, weights: dict[str, float], telling: float, told: Counter[str] | None = None
) -> float:
    held = told or Counter[str]()
    total = math.fsum(
        weights[word] * (REPEATED if held[word] else 1.0) for word in sorted(one.words)
    )
    # By the root of the length: neither the longest nor the shortest are the best by that alone.
    return telling * total / math.sqrt(len(one.words) + 2)


def _telling(one: Sentence) -> float:
    """1 and more for what tells of somebody's life, less for a question."""
    share = 1.0 + (OPENING if one.place == 0 else 0.0)
    for pattern, weight in (
        (_FIRST, FIRST_PERSON),
        (_NAME, NAMED),
        (_NUMBER, COUNTED),
        (_TIME, TIMED),
    ):
        if pattern.search(one.text):
            share += weight
    if one.text.rstrip("\"'\u201d\u2019) ").endswith("?"):
        share *= QUESTION
    if _OTHER.search(one.text) and not _FIRST.search(one.text):
        share *= ADDRESSED
    return share
