"""How sure a text means a person by one part of the name alone: "Maria", "Mrs López", "Will"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memsvc.core.names.like_words import (
    ABBREVIATED,
    ALSO_WORDS,
    ARTICLES,
    BEFORE_TIMES,
    CALENDAR,
    DOES,
    HARDLY,
    SAINTS,
    TITLES,
)
from memsvc.core.names.written import Word, possessive
from memsvc.core.people import ORDINARY

TITLED, MEDIUM, UNCASED, LOW, DOUBTFUL, NONE = 0.75, 0.6, 0.55, 0.3, 0.1, 0.0
_PART = {"whole": MEDIUM, "first": MEDIUM, "last": MEDIUM, "middle": 0.4, "piece": LOW}
# What a sentence may begin with before its first word, and ends with before the next.
_BEGINS = re.compile(
    r"(?:\A|[.!?:;\u2026\n\r\u2022|*>])[\s\"'\u201c\u2018\u00ab\u00bf\u00a1(\[-]*\Z"
)
_NEAR = 12
_SPACE = frozenset(" \t\u00a0")
_HEADING, _HEADING_WORDS = 0.7, 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with its words, and whether capitals say something in it.

    `one_case`: all letters are small, all are capitals, or there are no such. `heading`: most words
    have a capital.
    """

    text: str
    words: Sequence[Word]
    one_case: bool
    heading: bool

    def begins(self, at: int) -> bool:
        """Whether a sentence begins with this word."""
        start = self.words[at].start
        return _BEGINS.search(self.text, max(0, start - _NEAR), start) is not None

    def beside(self, at: int, step: int) -> Word | None:
        """The word before (-1) or behind (1), nothing but spaces or a title's stop between."""
        other = at + step
        if not 0 <= other < len(self.words):
            return None
        one, two = sorted((self.words[at], self.words[other]))
        gap = self.text[one.end : two.start]
        if not gap or len(gap) > 3:
            return None
        if one.bare in ABBREVIATED:
            gap = gap.removeprefix(".")
        return self.words[other] if gap and set(gap) <= _SPACE else None


def sentence_of(text: str, words: Sequence[Word]) -> Sentence:
    """The text with what its capitals are worth."""
    capitals = sum(word.capital for word in words)
    return Sentence(
        text,
        words,
        one_case=text in {text.lower(), text.upper()},
        heading=len(words) >= _HEADING_WORDS and capitals >= _HEADING * len(words),
    )


def alone(sentence: Sentence, at: int, last: int, role: str, *, shared: bool) -> float:
    """How sure the words `at` to `last`, a part of the name in its `role`, mean the person.

    `shared`: somebody else known has that name, too.
    """
    word = sentence.words[at]
    if len(word.bare) < 2 and last == at:
        return NONE
    found = _by_letters(sentence, at, last, _PART[role])
    if found >= LOW and not sentence.one_case and not sentence.heading:
        found = min(found, _beside_others(sentence, at, last, role))
    if not shared:
        return found
    return LOW if found >= MEDIUM else found / 2


def _by_letters(sentence: Sentence, at: int, last: int, most: float) -> float:
    word, owns = sentence.words[at], possessive(sentence.text, sentence.words[last])
    before = sentence.beside(at, -1)
    titled = before is not None and before.bare in TITLES
    cased = word.capital and not sentence.one_case
    if titled and (cased or (sentence.one_case and word.bare not in HARDLY | ORDINARY)):
        return max(TITLED if most == MEDIUM else most, most)
    if last == at and word.bare in ORDINARY | HARDLY:
        if not cased or sentence.begins(at) or sentence.heading:
            return NONE
        return min(most, UNCASED if owns else LOW)
    if last == at and word.bare in ALSO_WORDS:
        return min(most, _of_a_word(sentence, at, owns=owns, cased=cased))
    if cased:
        acronym = word.written.isupper() and 1 < len(word.written) <= 3
        return min(most, LOW) if acronym else most
    # "maria: hello", a line of a conversation.
    speaks = sentence.text[word.end : word.end + 1] == ":" and sentence.begins(at)
    if word.caseless or sentence.one_case or speaks:
        return min(most, UNCASED)
    return min(most, LOW)


def _of_a_word(sentence: Sentence, at: int, *, owns: bool, cased: bool) -> float:
    """ "Will", "May", "Rose": more than a capital has to speak for a person."""
    word, before, behind = sentence.words[at], sentence.beside(at, -1), sentence.beside(at, 1)
    if not cased:
        return DOUBTFUL
    if before is not None and before.bare in ARTICLES:
        return DOUBTFUL if not owns else LOW
    if word.bare in CALENDAR:
        if (before is not None and before.bare in BEFORE_TIMES) or _is_number(before, behind):
            return DOUBTFUL
        if owns or (behind is not None and behind.bare in DOES):
            return MEDIUM
        return DOUBTFUL if sentence.begins(at) or sentence.heading else LOW
    if owns or (behind is not None and behind.bare in DOES):
        return MEDIUM
    return DOUBTFUL if sentence.begins(at) or sentence.heading else MEDIUM


def _beside_others(sentence: Sentence, at: int, last: int, role: str) -> float:
    """The most there can be for a name beside a word with a capital, which makes another of it.

    "Maria Callas" is not Maria López, "Carlos López" not either, "Santa Maria" nobody.
    """
    before, behind = sentence.beside(at, -1), sentence.beside(last, 1)
    if before is not None and before.bare in SAINTS and role != "last":
        return DOUBTFUL
    if before is not None and _may_be_a_name(before):
        if not sentence.begins(at - 1):
            return DOUBTFUL if role == "last" else LOW
        if role == "last":
            return 0.4
    if behind is not None and role != "last" and _may_be_a_name(behind):
        return LOW
    return 1.0


def _may_be_a_name(word: Word) -> bool:
    if not word.capital or len(word.bare) < 2:
        return False
    return word.bare not in ORDINARY | HARDLY | TITLES | CALENDAR | ARTICLES | BEFORE_TIMES | DOES


def _is_number(*words: Word | None) -> bool:
    return any(word is not None and word.written[0].isdigit() for word in words)
