"""What an index tells of slots: who says something of the same thing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import SEARCHED, Status
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import MemoryIndex
from tests.index.made import DIMENSION, NOW, entry

SLOTS = [2, 3, 4, 5, -2, -1, 2**62]

held = st.dictionaries(
    st.integers(1, 30),
    st.tuples(
        st.lists(st.sampled_from(SLOTS), max_size=3, unique=True).map(tuple),
        st.sampled_from(Status),
    ),
    max_size=30,
)


def test_of_one_slot_those_that_stand_are_told(index: MemoryIndex) -> None:
    entries = [
        entry(1, slots=(2, 4)),
        entry(2, slots=(2,), status=Status.SUPERSEDED),
        entry(3, slots=(2,), status=Status.DISPUTED),
        entry(4),
    ]
    index.apply(4, entries, [])

    assert index.filling([2]) == [1, 2, 3]
    assert index.standing_at([2, 4, 6], NOW) == {2: [1, 3], 4: [1]}
    assert index.standing_at([], NOW) == {}


def test_what_conversations_say_of_one_thing_crosses(index: MemoryIndex) -> None:
    entries = [entry(n, slots=s) for n, s in enumerate([(3,), (2,), (3, 5), (2,), (5,), (7,)], 1)]
    index.apply(6, entries, [])

    assert index.crossing() == [[1, 3], [3, 5]]
    index.apply(7, [], [3])
    assert index.crossing() == []


@given(held, st.sets(st.integers(1, 30)), st.sets(st.sampled_from(SLOTS)))
def test_both_indexes_tell_the_same(
    fields: dict[int, tuple[tuple[int, ...], Status]], gone: set[int], asked: set[int]
) -> None:
    indexes: list[MemoryIndex] = [AgentIndex(DIMENSION), ExactIndex(DIMENSION)]
    for index in indexes:
        entries = [entry(n, slots=slots, status=is_) for n, (slots, is_) in fields.items()]
        index.apply(1, entries, [])
        index.apply(2, [], sorted(gone))

    fast, plain = indexes
    assert fast.filling(asked) == plain.filling(asked)
    assert fast.standing_at(asked, NOW) == plain.standing_at(asked, NOW)
    assert fast.crossing() == plain.crossing()
    left = {n: held for n, held in fields.items() if n not in gone}
    for slot, numbers in plain.standing_at(asked, NOW).items():
        wanted = sorted(n for n, (s, is_) in left.items() if slot in s and is_ in SEARCHED)
        assert numbers == wanted
