"""When two memories would tell a reader the same: shown together, the better one is enough."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from memsvc.core.fingerprint import normalised
from memsvc.core.memory import Memory
from memsvc.core.temporal_english import MONTHS, WEEKDAYS
from memsvc.core.text import stream_safe
from memsvc.core.utterance import NUMBER_WORDS

# Beyond ASCII: quotation marks, dashes, Spanish and CJK marks; NFKC makes ASCII of the wide ones.
_AROUND_WORDS = string.punctuation + (
    "\u2018\u2019\u201a\u201c\u201d\u201e\xab\xbb\u2039\u203a\u2013\u2014"
    "\xb7\xa1\xbf\u3001\u3002\u300c\u300d\u300e\u300f"
)

ONE_WORD_IN = 8
FEWEST_WORDS = ONE_WORD_IN - 1
"""So long is a text of eight words less the one that may be missing."""

MOST_WORDS = 64
"""Longer texts are compared as a whole only: few are alike, and it would take too long."""

# With so few words changed, in one place, four or more stand unchanged at one of the ends.
_END_WORDS = 4
_COMPARED = 8

# One of these more or less, or a word in "n't", and the statement is another.
_NUMBERS = NUMBER_WORDS | frozenset(
    """
    zero eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
    forty fifty sixty seventy eighty ninety hundred thousand million billion half quarter double
    couple pair both all each every any some most many much several more less least fewer first
    second third fourth fifth
    """.split()  # noqa: SIM905
)
_NEGATIONS = frozenset(
    """
    no not never none neither nor nobody nothing nowhere without cannot hardly barely rarely seldom
    except unless stopped quit
    """.split()  # noqa: SIM905
)
# "Winter" is told from the other seasons by these.
_TIMES = frozenset(
    """
    yesterday today tonight tomorrow now then soon later earlier already still yet just recently ago
    last next since before after until till past coming early late always usually often sometimes
    once again second minute hour day week weekend month year decade century daily weekly monthly
    yearly morning noon afternoon evening night midnight spring summer autumn fall
    """.split()  # noqa: SIM905
)
_PEOPLE = frozenset(
    """
    i me my mine we us our ours you your yours he him his she her hers they them their theirs
    """.split()  # noqa: SIM905
)
_TURNING = _NUMBERS | _NEGATIONS | _TIMES | _PEOPLE | frozenset({*MONTHS, *WEEKDAYS})
_NOT = ("n't", "n\u2019t")
_JOINTS = re.compile("['\u2019-]")


def words(text: str) -> list[str]:
    """The words in order: letter case and compatibility forms folded, no punctuation around."""
    return _bare(normalised(text))


def _bare(text: str) -> list[str]:
    return [word for part in text.split() if (word := part.strip(_AROUND_WORDS))]


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
    same about the same people, in the same words and order but for one place, where at most one
    word in eight is another; and there stands no number, negation, time, pronoun or name (capital
    letter), which make another statement. Texts of fewer than seven words or more than 64 only
    word for word. Only the first eight that begin alike and the first eight that end alike count.
    """
    suspects = _suspects(memories)
    repeated = _repeated([memories[place] for place in suspects])
    again = {suspects[place] for place in repeated}
    return [at for at in range(len(memories)) if at not in again], sorted(again)


def _suspects(memories: Sequence[Memory]) -> list[int]:
    """Places of those that begin or end with the signs of another: the only ones to look into."""
    ends = [_first_and_last(memory.content) for memory in memories]
    if None in ends:
        return list(range(len(memories)))
    often = [Counter(one) for one in zip(*filter(None, ends), strict=True)]
    return [
        place
        for place, keys in enumerate(ends)
        if any(count[key] > 1 for key, count in zip(keys or (), often, strict=True))
    ]


def _first_and_last(content: str) -> tuple[str, str] | None:
    """The first and last four letters or digits, which four words have; None beyond ASCII."""
    if not content.isascii():
        return None
    first, last = (
        "".join(islice(filter(str.isalnum, signs), _END_WORDS)).lower()
        for signs in (content, reversed(content))
    )
    return first, last


def _repeated(memories: Sequence[Memory]) -> list[int]:
    """Places of those that nearly repeat an earlier one."""
    repeated: list[int] = []
    told: set[object] = set()
    ending: dict[object, list[int]] = {}
    wordings = list(map(_worded, memories))
    for place, (memory, wording) in enumerate(zip(memories, wordings, strict=True)):
        source = memory.user_id, memory.speaker, memory.role, frozenset(memory.subject_ids)
        statement = source, wording.said
        alike = [ending.setdefault((source, end), []) for end in _ends(wording.said)]
        earlier = set().union(*alike)
        if statement in told or any(_nearly(wording, wordings[other]) for other in earlier):
            repeated.append(place)
            continue
        told.add(statement)
        for others in alike:
            if len(others) < _COMPARED:
                others.append(place)
    return repeated


class _Wording(NamedTuple):
    """The words, and the same as they are spelt: with capital letters."""

    said: tuple[str, ...]
    spelt: tuple[str, ...]


def _worded(memory: Memory) -> _Wording:
    spelt = tuple(_bare(unicodedata.normalize("NFKC", stream_safe(memory.content))))
    return _Wording(tuple(map(str.casefold, spelt)) or _said(memory), spelt)


def _ends(said: tuple[str, ...]) -> list[object]:
    """What a text shares with every one that it may nearly repeat: one or the other."""
    if not FEWEST_WORDS <= len(said) <= MOST_WORDS:
        return []
    return [("begins", said[:_END_WORDS]), ("ends", said[-_END_WORDS:])]


def _nearly(one: _Wording, other: _Wording) -> bool:
    """Whether the two differ in one place only, by few words, and none of these matters."""
    short, long = sorted((one, other), key=lambda wording: len(wording.said))
    changed = len(long.said) // ONE_WORD_IN
    if len(long.said) - len(short.said) > changed:
        return False
    begin = _alike(short.said, long.said)
    end = _alike(short.said[begin:][::-1], long.said[::-1])
    if len(long.said) - begin - end > changed:
        return False
    less, more = (slice(begin, len(wording.said) - end) for wording in (short, long))
    # A word that stands in both has moved: "Ana lent Ben", "Ben lent Ana".
    if not set(short.said[less]).isdisjoint(long.said[more]):
        return False
    return not any(map(_turns, short.spelt[less] + long.spelt[more]))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """With how many same words the two begin."""
    for at, (word, another) in enumerate(zip(one, other, strict=False)):
        if word != another:
            return at
    return min(len(one), len(other))


def _turns(word: str) -> bool:
    if word != word.lower() or any(map(str.isnumeric, word)) or word.endswith(_NOT):
        return True
    parts = _JOINTS.split(word)
    plain = {*parts, *(part.removesuffix("s") for part in parts)}
    return not plain.isdisjoint(_TURNING)
