"""Who is asked for, and whose memories these are, asked of every `MemoryIndex`."""

from __future__ import annotations

import pytest

from memsvc.core.memory import Fact, Status
from memsvc.core.people import Mention
from memsvc.index.protocol import MemoryIndex
from tests.index.found import by_number
from tests.index.made import ask, entry


@pytest.fixture(autouse=True)
def _held(index: MemoryIndex) -> None:
    fact = Fact("Ann", "home", "Lisbon")
    index.apply(
        1,
        [
            entry(1, speaker="Ann", user_id="u1"),
            entry(2, speaker="Bob", user_id="Ann"),
            entry(3, user_id="ann"),
            entry(4, user_id="u4"),
            entry(5, subject_ids=("bob", "ANN")),
            entry(6, speaker="Bob", fact=fact),
            entry(7, speaker="Ann Lee"),
            entry(8, user_id="Carla"),
        ],
        [],
    )


def test_said_by_or_about_one_asked_for(index: MemoryIndex) -> None:
    found = ask(index, people=frozenset({"ann"}))
    assert by_number(found, "named") == {
        1: 1.0, 2: -1.0, 3: 1.0, 4: 0.0, 5: 1.0, 6: 1.0, 7: -1.0, 8: 0.0,
    }  # fmt: skip


def test_what_others_said_speaks_only_against_one_who_speaks(index: MemoryIndex) -> None:
    named = by_number(ask(index, people=frozenset({"carla"})), "named")
    assert named == {**dict.fromkeys(range(1, 8), 0.0), 8: 1.0}
    both = by_number(ask(index, people=frozenset({"carla", "bob"})), "named")
    assert both == {1: -1.0, 2: 1.0, 3: 0.0, 4: 0.0, 5: 1.0, 6: 1.0, 7: -1.0, 8: 1.0}


def test_nobody_asked_for(index: MemoryIndex) -> None:
    assert not ask(index).named.any()
    unknown = ask(index, people=frozenset({"eve"}))
    assert not unknown.named.any()


def test_mentions(index: MemoryIndex) -> None:
    assert index.mentions("When did Ann's friend Carla meet Ann Lee?") == [
        Mention(9, 14, "ann", possessive=True, speaks=True),
        Mention(22, 27, "carla", possessive=False, speaks=False),
        Mention(33, 40, "ann lee", possessive=False, speaks=True),
    ]
    assert index.mentions("what does u4 like about lisbon?") == []


def test_a_name_goes_with_its_last_memory(index: MemoryIndex) -> None:
    index.apply(2, [entry(2, speaker="Ann")], [6])
    # Of those that said something none is left; one is still spoken about.
    assert index.mentions("Bob") == [Mention(0, 3, "bob", possessive=False, speaks=False)]
    index.apply(3, [], [5])
    assert index.mentions("Bob") == []
    assert by_number(ask(index, people=frozenset({"bob"})), "named")[1] == 0.0


def test_who_only_stands_in_memories_that_are_not_searched_is_not_known(
    index: MemoryIndex,
) -> None:
    index.apply(2, [entry(9, speaker="Lisbon", status=Status.QUARANTINED)], [])
    assert index.mentions("Where is Lisbon?") == []
    index.apply(3, [entry(9, speaker="Lisbon", status=Status.DISPUTED)], [])
    assert [one.name for one in index.mentions("Where is Lisbon?")] == ["lisbon"]
    index.apply(4, [entry(9, speaker="Lisbon", status=Status.ARCHIVED)], [])
    assert index.mentions("Where is Lisbon?") == []
    index.apply(5, [], [9])
    assert index.mentions("Where is Lisbon?") == []
