"""When two memories would tell a reader the same: shown together, the better one is enough."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.fingerprint import normalised
from memsvc.core.memory import Memory
from memsvc.core.utterance import NUMBER_WORDS

# Beyond ASCII: quotation marks, dashes, Spanish and CJK marks; NFKC makes ASCII of the wide ones.
_AROUND_WORDS = string.punctuation + (
    "\u2018\u2019\u201a\u201c\u201d\u201e\xab\xbb\u2039\u203a\u2013\u2014"
    "\xb7\xa1\xbf\u3001\u3002\u300c\u300d\u300e\u300f"
)

FEWEST_WORDS = 4
ONE_WORD_IN = 8
# One of these more or less, or a word in "n't", and the statement is another.
_TURNING = NUMBER_WORDS | frozenset(
    """
    no not never none neither nor nobody nothing without cannot hardly except stopped quit
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
    people = tuple(sorted(set(memory.subject_ids)))
    return memory.user_id, people, normalised(memory.speaker or memory.role or ""), _said(memory)


def _said(memory: Memory) -> tuple[str, ...]:
    return tuple(words(memory.content)) or (normalised(memory.content),)


def apart(memories: Sequence[Memory]) -> tuple[list[int], list[int]]:
    """Places of the memories that add something, and of those that nearly repeat an earlier one.

    For a page, which loses nothing by them: what repeats may still fill it. Nearly: spoken by the
    same about the same people, at least four words, and at most one word in eight is another; with
    the same numbers and negations, which make another statement. Shorter ones only word for word.
    """
    distinct: list[int] = []
    repeated: list[int] = []
    seen: dict[object, list[_Wording]] = {}
    for place, memory in enumerate(memories):
        wording = _worded(memory)
        about = frozenset(memory.subject_ids)
        told = seen.setdefault((memory.user_id, memory.speaker, memory.role, about), [])
        if any(_nearly(wording, other) for other in told):
            repeated.append(place)
        else:
            distinct.append(place)
            told.append(wording)
    return distinct, repeated


class _Wording(NamedTuple):
    said: tuple[str, ...]
    different: frozenset[str]
    turning: tuple[str, ...]


def _worded(memory: Memory) -> _Wording:
    said = _said(memory)
    return _Wording(said, frozenset(said), tuple(filter(_turns, said)))


def _nearly(one: _Wording, other: _Wording) -> bool:
    if one.said == other.said:
        return True
    counts = len(one.different), len(other.different)
    if min(counts) < FEWEST_WORDS or one.turning != other.turning:
        return False
    return len(one.different ^ other.different) <= 2 * (max(counts) // ONE_WORD_IN)


def _turns(word: str) -> bool:
    plain = word.replace("\u2019", "'")
    return any(map(str.isdigit, plain)) or plain in _TURNING or plain.endswith("n't")
