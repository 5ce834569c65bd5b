"""What one utterance is like, without its meaning: bits that an index can keep instead of text.

English first; a text of another language has the marks that all share, "?" and digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import IntFlag

_DIGIT = re.compile(r"\d")
_TIME_WORDS = frozenset(
    """
    yesterday today tonight tomorrow last next ago recently just week weeks weekend month months
    year years day days morning afternoon evening night monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november
    december spring summer fall autumn winter
    """.split()  # noqa: SIM905
)
NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten once twice few dozen".split()  # noqa: SIM905
)
_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
_FOREIGN = frozenset(_QUESTION_MARKS[1:])


class Trait(IntFlag):
    """It holds a question; it ends with one; it speaks of a time; it gives a number."""

    NONE = 0
    QUESTION = 1
    ASKS = 2
    TIMED = 4
    COUNTED = 8


# Plain integers: an index is loaded with 100,000 texts, and flags take a microsecond each.
_QUESTION, _ASKS, _TIMED, _COUNTED = map(
    int, (Trait.QUESTION, Trait.ASKS, Trait.TIMED, Trait.COUNTED)
)


def traits(content: str, words: Collection[str]) -> int:
    """The traits of a text, as bits of `Trait`; its words, in small letters, are given."""
    found = 0
    if "?" in content or not (content.isascii() or _FOREIGN.isdisjoint(content)):
        found |= _QUESTION
        if content.rstrip().endswith(_QUESTION_MARKS):
            found |= _ASKS
    if not _TIME_WORDS.isdisjoint(words):
        found |= _TIMED
    if _DIGIT.search(content) or not NUMBER_WORDS.isdisjoint(words):
        found |= _COUNTED
    return found
