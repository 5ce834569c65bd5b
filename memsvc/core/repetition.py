"""When two memories would tell a reader the same: shown together, the better one is enough."""

from __future__ import annotations

import string
from collections.abc import Sequence

from memsvc.core.fingerprint import normalised
from memsvc.core.memory import Memory

# Beyond ASCII: quotation marks, dashes, Spanish and CJK marks; NFKC makes ASCII of the wide ones.
_AROUND_WORDS = string.punctuation + (
    "\u2018\u2019\u201a\u201c\u201d\u201e\xab\xbb\u2039\u203a\u2013\u2014"
    "\xb7\xa1\xbf\u3001\u3002\u300c\u300d\u300e\u300f"
)

FEWEST_WORDS = 4
ONE_WORD_IN = 8
# One of these more or less, and the statement is another.
_TURNING = frozenset(
    """
    no not never none nobody nothing without don't doesn't didn't isn't aren't wasn't weren't can't
    won't cannot hardly except stopped quit
    """.split()  # noqa: SIM905
)


def words(text: str) -> list[str]:
    """The words in order: letter case and compatibility forms folded, no punctuation around."""
    bare = (word.strip(_AROUND_WORDS) for word in normalised(text).split())
    return [word for word in bare if word]


def without_repetitions(memories: Sequence[Memory]) -> list[Memory]:
    """The memories, less those that an earlier one repeats word for word about the same people.

    Punctuation, letter case and kind do not count. Nothing less will do: two long statements with
    nine words of ten in common may differ in the "not", the number or the name, and two with the
    same words in another order in who did what to whom.
    """
    told: dict[object, Memory] = {}
    for memory in memories:
        told.setdefault(_statement(memory), memory)
    return list(told.values())


def _statement(memory: Memory) -> object:
    said = tuple(words(memory.content)) or normalised(memory.content)
    people = tuple(sorted(set(memory.subject_ids)))
    return memory.user_id, people, normalised(memory.speaker or memory.role or ""), said


def apart(memories: Sequence[Memory]) -> tuple[list[int], list[int]]:
    """Places of the memories that add something, and of those that nearly repeat an earlier one.

    For a page, which loses nothing by them: what repeats may still fill it. Nearly: spoken by the
    same, at least four words, and at most one word in eight is another; none of those with a digit,
    for a number makes another statement.
    """
    distinct: list[int] = []
    repeated: list[int] = []
    seen: dict[object, list[frozenset[str]]] = {}
    for place, memory in enumerate(memories):
        said = frozenset(words(memory.content))
        told = seen.setdefault((memory.user_id, memory.speaker, memory.role), [])
        if any(_nearly(said, other) for other in told):
            repeated.append(place)
        else:
            distinct.append(place)
            told.append(said)
    return distinct, repeated


def _nearly(said: frozenset[str], other: frozenset[str]) -> bool:
    larger = max(len(said), len(other))
    if min(len(said), len(other)) < FEWEST_WORDS or abs(len(said) - len(other)) > larger // 4:
        return said == other
    between = said ^ other
    if len(between) > 2 * (larger // ONE_WORD_IN):
        return False
    return not any(any(map(str.isdigit, word)) or word in _TURNING for word in between)
