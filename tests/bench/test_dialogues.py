"""How the facts that are found in conversations are counted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from memsvc.bench.updates.dialogues import dialogue_turns, extracted, same
from memsvc.core.memory import Draft, Kind, Memory


class Repeats:
    """Takes each turn of a person for a fact."""

    def facts(self, turn: Memory) -> Sequence[Draft]:
        return [Draft(content=turn.content, kind=Kind.SEMANTIC)]


class Silent:
    """Finds nothing."""

    def facts(self, turn: Memory) -> Sequence[Draft]:
        return []


def test_every_gold_fact_belongs_to_a_turn() -> None:
    told = [gold for turn, gold in dialogue_turns("dev") if gold]

    assert sum(map(len, told)) == extracted("dev", Silent()).told == 100


def test_who_finds_nothing_is_precise_and_recalls_nothing() -> None:
    silent = extracted("dev", Silent())

    assert (silent.precision, silent.recall, silent.found) == (1.0, 0.0, 0)


def test_who_takes_everything_for_a_fact_is_not_precise() -> None:
    assert extracted("dev", Repeats()).precision < 0.7


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"play", "cello"}, {"play", "cello", "bach"}, True),
        ({"play", "cello"}, {"play", "viola", "bach"}, True),
        ({"play", "cello", "well"}, {"play", "viola", "bach"}, False),
        (set(), {"play"}, False),
    ],
)
def test_facts_are_one_by_half_of_the_words(one: set[str], other: set[str], is_same: bool) -> None:
    assert same(frozenset(one), frozenset(other)) is is_same


def test_the_extractor_is_as_good_as_it_was() -> None:
    found = extracted("dev")

    assert found.precision >= 0.85
    assert found.recall >= 0.6
