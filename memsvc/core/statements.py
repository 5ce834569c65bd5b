"""Statements, as sides of a contradiction: what they say of which thing, and how two of them stand.

Which of them is later, and so the current truth, is told by `core.contradiction`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from memsvc.core.frames import Frame, Relation, between, frames_of, slots_of
from memsvc.core.frames.hints import Hint, hints_of
from memsvc.core.frames.replaced import former_values, value_of
from memsvc.core.frames.signs import MUTUAL
from memsvc.core.frames.slots import named, value_keys
from memsvc.core.handbook.told import told_in
from memsvc.core.memory import Cardinality, Draft, Kind, Memory
from memsvc.core.repetition import words

LONGEST = 400
"""Characters of a statement at most: of a longer text one fact is not all that it tells."""

# Words that a restatement may leave out and still say all that was said.
_FUNCTION = frozenset(
    """
    a an the of in at on to for from by with and or as is are was were be been being am 's it its
    this that these those has have had do does did now currently today
    """.split()  # noqa: SIM905
)


class Verdict(StrEnum):
    """What a person decided, or a model judged, of two memories; it overrides what words say."""

    BEATS = "beats"
    """The first holds and the second does not."""
    UNRELATED = "unrelated"
    """Both may hold."""
    CONTRADICTS = "contradicts"
    """They cannot both hold: the later one does, unless it is trusted less."""
    DISPUTES = "disputes"
    """They may not both hold, and which of them does is open."""
    DUPLICATE = "duplicate"


Verdicts = Mapping[tuple[int, int], Verdict]
"""By the numbers of the two memories, in the order they are spoken of."""


class Pair(StrEnum):
    """How a statement stands to another one, leaving aside which of them is later."""

    NOTHING = "nothing"
    OTHER = "other"
    """It says another value."""
    SAME = "same"
    """The other says it, too."""
    OPEN = "open"
    """As OTHER, and time does not tell which holds."""
    BEATEN = "beaten"
    """The other was decided to hold in its place."""


Slot = tuple[str | None, str, str]
"""Whose it is, subject and relation."""
Slots = Mapping[Slot, Frame]

MOST_HINTS = 12
"""How much a statement may say, beside what is read in it, that is looked up."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A memory with what it says.

    `slots`, of cardinality one: by whose they are, subject and relation. `said` are its words.
    `hints` tell what else it may say, `former` what it may name as a value that holds no more; of
    the slots those `hinted` became so beside others.
    """

    memory: Memory
    slots: Slots
    said: frozenset[str]
    hints: tuple[Hint, ...] = ()
    former: frozenset[str] = frozenset()
    hinted: frozenset[Slot] = frozenset()

    @property
    def number(self) -> int:
        return self.memory.number

    @property
    def since(self) -> datetime:
        """From when on it is true."""
        return since(self.memory)

    @property
    def rank(self) -> tuple[int, datetime, float, int]:
        """Orders by how far it is believed: by trust, then by time, then by confidence."""
        return self.memory.trust.weight, self.since, self.memory.confidence, self.number


def since(memory: Memory) -> datetime:
    """From when on a memory is true: as stated, else when it happened, else when recorded."""
    return memory.valid_from or memory.event_time or memory.created_at


def is_statement(memory: Draft | Memory) -> bool:
    """Whether a memory states something by itself: a fact, or words out of no conversation.

    What is said in a conversation is linked and shown, never hidden: there, hiding one side
    measurably hurts. What sums others up states nothing of its own.
    """
    if len(memory.content) > LONGEST:
        return False
    if memory.kind is Kind.SEMANTIC:
        return True
    spoken = memory.session_id is not None or memory.speaker is not None or memory.role is not None
    return memory.kind is Kind.EPISODIC and not spoken and not memory.source_ids


def slots_said(offered: Draft | Memory) -> tuple[int, ...]:
    """Keys of the slots that a memory fills, even ones for statements and odd ones for the rest.

    Signed 64-bit integers; memories of equal key are candidates for a contradiction. Of a statement
    those that it only may fill count as well, and the values that it gives or takes back
    (`core.frames.slots.sought`). An attempt at a task states nothing, however often it is made.
    """
    if told_in(offered) is not None:
        return ()
    frames = frames_of(offered)
    if not is_statement(offered):
        return tuple((key & ~1) | 1 for key in slots_of(offered, frames))
    may_be = [Frame(hint.subject, hint.relation, "") for hint in _hints(offered, frames)]
    given = [value_of(frame) for frame in frames if _gives(frame)]
    keys = [
        *slots_of(offered, [*frames, *may_be]),
        *value_keys(offered, given, holding=True),
        *value_keys(offered, sorted(_former(offered)), holding=False),
    ]
    return tuple(dict.fromkeys(key & ~1 for key in keys))


def _gives(frame: Frame) -> bool:
    return frame.cardinality is Cardinality.ONE and not frame.negated


def _former(offered: Draft | Memory) -> frozenset[str]:
    return former_values(offered.content) if offered.fact is None else frozenset()


def _hints(offered: Draft | Memory, frames: Iterable[Frame]) -> tuple[Hint, ...]:
    """What a statement may say beside its frames; of the relations that those have nothing."""
    if offered.fact is not None:
        return ()
    read = {frame.relation for frame in frames}.difference(MUTUAL)
    found = (hint for hint in hints_of(offered.content) if hint.relation not in read)
    return tuple(islice(found, MOST_HINTS))


def statement_of(memory: Memory) -> Statement:
    """A memory with what it says."""
    frames = frames_of(memory)
    slots = {
        (memory.user_id, *named(one)): one for one in frames if one.cardinality is Cardinality.ONE
    }
    said = frozenset(words(memory.content)) - _FUNCTION
    if not is_statement(memory):
        return Statement(memory, slots, said)
    return Statement(memory, slots, said, _hints(memory, frames), _former(memory))


def decided(one: int, other: int, verdicts: Verdicts) -> Pair | None:
    """How a memory stands to another by what was decided of the two; None where nothing was."""
    if not verdicts:
        return None
    back, forth = verdicts.get((other, one)), verdicts.get((one, other))
    if back is Verdict.BEATS:
        return Pair.BEATEN
    return None if (found := back or forth) is None else _BY_VERDICT[found]


_BY_VERDICT = {
    Verdict.BEATS: Pair.NOTHING,
    Verdict.UNRELATED: Pair.NOTHING,
    Verdict.CONTRADICTS: Pair.OTHER,
    Verdict.DISPUTES: Pair.OPEN,
    Verdict.DUPLICATE: Pair.SAME,
}


def said(one: Statement, other: Statement) -> Pair:
    """How a statement stands to another by what they say: all of its own is spoken of, or nothing.

    What it says beside stands, whatever becomes of the rest. What it was taken to hint at is all
    that it says.
    """
    shared = one.slots.keys() & other.slots.keys()
    hinted = shared & one.hinted
    if not hinted and (not shared or len(shared) < len(one.slots)):
        return Pair.NOTHING
    shared = hinted or shared
    found = {between(one.slots[slot], other.slots[slot]) for slot in shared}
    if Relation.CONTRADICTS in found:
        return Pair.OTHER
    return Pair.SAME if found == {Relation.DUPLICATE} else Pair.NOTHING


def says_the_same(one: Statement, other: Statement) -> bool:
    """Whether the other says all that the one says: it is restated, not contradicted."""
    return said(one, other) is Pair.SAME


def speaks_against(one: Statement, other: Statement, verdicts: Verdicts) -> bool:
    """Whether the other gives a slot of the one another value, and nobody decided otherwise.

    Said of the pair as shown to readers: one slot in common is enough, for nothing is hidden by it.
    """
    pair = decided(one.number, other.number, verdicts)
    if pair is not None:
        return pair in (Pair.OTHER, Pair.OPEN, Pair.BEATEN)
    shared = one.slots.keys() & other.slots.keys()
    return any(between(one.slots[at], other.slots[at]) is Relation.CONTRADICTS for at in shared)
