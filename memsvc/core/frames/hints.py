"""Statements that no pattern reads, taken by their signs for values of what is known already.

A hint tells little by itself: which name in the sentence is the subject and which the value is
open. Only beside a statement that was read does it become a frame: that one says which subject has
which relation, and which value it had (`core.hinted`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memsvc.core.frames.aside import denies, is_about
from memsvc.core.frames.kinds_of_noun import BY_RELATION, of_kind
from memsvc.core.frames.known import Takes
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.frames.names_in import Span, key_at, names, runs
from memsvc.core.frames.sentences import AROUND, Sentence, sentences
from memsvc.core.frames.signs import ENOUGH, weighed

MOST_WORDS = 24
"""Words of a sentence that is about one thing."""

_NAMED = frozenset({Takes.NAME, Takes.PERSON, Takes.PLACE})
_IN = frozenset("in at on near outside inside around".split())  # noqa: SIM905


class Hint(NamedTuple):
    """A relation that a sentence may tell of a subject, and the keys of what may be its value."""

    relation: str
    subject: str
    values: tuple[str, ...]


class _Read(NamedTuple):
    """A sentence, its words in small letters, its names, and nouns of a kind by their place."""

    said: Sentence
    words: list[str]
    runs: list[Span]
    nouns: dict[Span, str]


def hints_of(content: str) -> tuple[Hint, ...]:
    """What a statement of one sentence may say, beside what patterns read in it."""
    told = list(sentences(content))
    if len(told) != 1 or len(told[0].bare) > MOST_WORDS or told[0].adding:
        return ()
    words = [word.strip(AROUND).lower().removesuffix("'s") for word in told[0].written]
    nouns = {Span(start, end): kind for start, end, kind in of_kind(words)}
    read = _Read(told[0], words, runs(told[0]), nouns)
    if denies(words, [*read.runs, *nouns]):
        return ()
    return tuple(dict.fromkeys(_hints(read)))


def _hints(read: _Read) -> Iterator[Hint]:
    named = [*read.runs, *read.nouns]
    for subject, key in names(read.said, read.runs, read.nouns):
        for relation in _told(read, subject):
            if is_about(read.said, read.words, subject, relation, named):
                values = tuple(_values(read, relation, subject))
                if values:
                    yield Hint(relation, key, values)


def _told(read: _Read, subject: Span) -> list[str]:
    """Relations of which the sentence without the subject has most signs, and enough."""
    start, end = subject
    told = weighed([*read.words[:start], "_", *read.words[end:]])
    kinds = {kind for span, kind in read.nouns.items() if not span.touches(subject)}
    for relation, kind in BY_RELATION.items():
        if kind in kinds:
            told[relation] = told.get(relation, 0) + 1
    most = max(told.values(), default=0)
    return [relation for relation, weight in told.items() if weight == most >= ENOUGH]


def _values(read: _Read, relation: str, subject: Span) -> Iterator[str]:
    """Keys of what may be the value."""
    takes, kind = KNOWN[relation].takes, BY_RELATION.get(relation)
    nouns = [one for one, its in read.nouns.items() if its == kind and not one.touches(subject)]
    if nouns:
        yield from (key_at(read.said, one) for one in nouns)
    elif takes in _NAMED:
        for span in _apart(read.runs, subject):
            person_in = takes is Takes.PERSON and span.start and read.words[span.start - 1] in _IN
            if not person_in:
                yield key_at(read.said, span)


def _apart(found: Sequence[Span], subject: Span) -> list[Span]:
    """Names other than the subject."""
    apart = [span for span in found if not span.touches(subject)]
    if len(apart) > 1 and apart[0] == (0, 1):
        del apart[0]  # most likely a word that begins the sentence
    if len(apart) == 2 and apart[0].end == apart[1].start:
        return [Span(apart[0].start, apart[1].end)]  # "Oban, New Zealand"
    return apart
