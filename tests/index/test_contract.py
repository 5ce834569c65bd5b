"""What `MemoryIndex` promises, asked of every implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from memsvc.core.decay import retention
from memsvc.core.filters import parse
from memsvc.core.memory import Kind, Trust
from memsvc.core.temporal import LATEST, Interval
from memsvc.core.utterance import Trait
from memsvc.index.protocol import Entry, MemoryIndex
from tests.index.found import by_number, differences, numbers_of
from tests.index.made import DIMENSION, NOW, PALETTE, ask, entry, later, memory, pieces, probe

BOB = parse({"user_id": "bob"})


def test_empty(index: MemoryIndex) -> None:
    assert (len(index), index.sequence) == (0, 0)
    for found in (ask(index, "tea"), ask(index, "tea", BOB)):
        assert len(found) == 0
        assert (found.frequencies.shape, found.holders.tolist()) == ((0, 0), [0.0])
        assert (found.count, found.mean, found.spread, found.average) == (0, 0.0, 0.0, 0.0)
    assert index.find(memory(0, "nobody said this")) == []
    assert (index.mentions("Ann?"), index.latest(LATEST), index.search([])) == ([], None, [])
    assert not index.remembers([Interval(later(-1), later(1), "")], NOW)
    assert index.size_bytes >= 0


def test_sequence_and_length(index: MemoryIndex) -> None:
    index.apply(7, [entry(1), entry(2)], [99])
    assert (len(index), index.sequence) == (2, 7)
    index.apply(9, [], [1])
    assert (len(index), index.sequence) == (1, 9)


def test_cosines_and_words(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea"), entry(2, "coffee"), entry(3, "tea and more tea")], [])
    found = index.search([probe(PALETTE[2], "tea")])[0]
    assert numbers_of(found) == [1, 2, 3]
    assert by_number(found, "frequencies") == {1: [1.0], 2: [0.0], 3: [2.0]}
    assert by_number(found, "lengths") == {1: 1.0, 2: 1.0, 3: 4.0}
    assert (found.holders.tolist(), found.count, found.average) == ([2.0], 3, 2.0)
    cosines = PALETTE[1:4] @ PALETTE[2]
    assert found.dense == pytest.approx(cosines, abs=1e-6)
    assert (found.mean, found.spread) == pytest.approx((cosines.mean(), cosines.std()), abs=1e-6)


def test_words_are_rows_in_order_of_their_stems(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "ann paints"), entry(2, "painted tea")], [])
    found = ask(index, "zebras painting, paint ann zebra")
    assert found.frequencies.tolist() == [[1.0, 0.0], [1.0, 1.0]]
    assert found.holders.tolist() == [1.0, 2.0, 0.0]


def test_an_unknown_word_has_no_holders(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea"), entry(2, "milk")], [])
    assert ask(index, "zanzibar").holders.tolist() == [0.0]
    index.apply(2, [], [2])
    assert ask(index, "milk").holders.tolist() == [0.0]
    assert ask(index, "").frequencies.shape == (0, 1)


def test_speaker_is_read_with_the_text(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "likes tea", speaker="Ann"), entry(2, "likes tea")], [])
    found = ask(index, "ann")
    assert by_number(found, "frequencies") == {1: [1.0], 2: [0.0]}
    assert by_number(found, "lengths") == {1: 3.0, 2: 2.0}


def test_best_piece_counts(index: MemoryIndex) -> None:
    index.apply(1, [Entry(memory(1), pieces(3, 0)), Entry(memory(2), pieces(3, 3))], [])
    found = by_number(index.search([probe(PALETTE[4])])[0], "dense")
    assert found[2] == pytest.approx(1.0)
    assert found[1] == pytest.approx((PALETTE[:3] @ PALETTE[4]).max(), abs=1e-6)


@pytest.mark.parametrize("order", [1, -1])
def test_places_go_by_number(index: MemoryIndex, order: int) -> None:
    """Equal ones stay in order of writing, and order is not what the index keeps them in."""
    same = [Entry(memory(n, "tea"), PALETTE[n % 2, None]) for n in range(1, 200)]
    index.apply(1, same[::order], [])
    index.apply(2, same[40:50], [])
    found = ask(index, "tea")
    assert numbers_of(found) == list(range(1, 200))
    assert len(set(found.dense[1::2].tolist())) == 1
    assert found.dense[1::2] == pytest.approx(np.ones(99))


def test_fields(index: MemoryIndex) -> None:
    index.apply(
        1,
        [
            entry(1, "is it tea?", kind=Kind.SEMANTIC, trust=Trust.OPERATOR, role="user"),
            entry(2, "two days ago", kind=Kind.PROCEDURAL, trust=Trust.WEB, role="assistant"),
            entry(3, "tea", importance=0.25, role="tool", created_at=later(-1440)),
        ],
        [],
    )
    found = ask(index)
    assert by_number(found, "kind") == {1: 1, 2: 2, 3: 0}
    assert by_number(found, "trust") == {1: 1.0, 2: 0.2, 3: 0.8}
    assert by_number(found, "importance") == {1: 0.5, 2: 0.5, 3: 0.25}
    assert by_number(found, "user") == {1: True, 2: False, 3: False}
    assert by_number(found, "assistant") == {1: False, 2: True, 3: False}
    assert by_number(found, "traits") == {
        1: Trait.QUESTION | Trait.ASKS,
        2: Trait.TIMED | Trait.COUNTED,
        3: Trait.NONE,
    }
    days = NOW.timestamp() / 86_400
    assert by_number(found, "days") == pytest.approx({1: days, 2: days, 3: days - 1})


def test_the_speaker_s_name_is_none_of_the_words_that_tell_a_time(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea", speaker="April"), entry(2, "tea in april", speaker="May")], [])
    assert by_number(ask(index), "traits") == {1: Trait.NONE, 2: Trait.TIMED}


def test_retention_is_of_the_moment_asked_in(index: MemoryIndex) -> None:
    used, week = later(-1440), 7 * 24 * 60
    index.apply(
        1,
        [
            entry(1, stability_days=7.0),
            entry(2, stability_days=7.0, last_used_at=used),
            entry(3, created_at=later(-week), pinned=True),
            entry(4, created_at=later(60)),
        ],
        [],
    )
    found = by_number(index.search([probe(PALETTE[0])])[0], "retention")
    assert found == pytest.approx({1: 1.0, 2: retention(1.0, 7.0), 3: 1.0, 4: 1.0})


def test_when_it_happened_goes_before_when_it_was_written(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, event_time=later(-2880)), entry(2)], [])
    days = by_number(ask(index), "days")
    assert days[2] - days[1] == pytest.approx(2.0)


class TestFilter:
    def test_what_it_leaves_out_is_no_evidence(self, index: MemoryIndex) -> None:
        own = range(5, 101, 5)
        index.apply(
            1, [entry(n, "tea", user_id="bob" if n in own else "ann") for n in range(1, 101)], []
        )
        found = ask(index, "tea", BOB)
        assert found.numbers.tolist() == numbers_of(found) == list(own)
        assert (found.holders.tolist(), found.count) == ([100.0], 100)
        assert len(ask(index, "tea", parse({"user_id": "eve"}))) == 0

    def test_probes_together_and_alone(self, index: MemoryIndex) -> None:
        index.apply(
            1, [entry(n, f"tea w{n}", user_id="ann" if n % 3 else "bob") for n in range(30)], []
        )
        ann = parse({"user_id": "ann"})
        probes = [
            probe(PALETTE[at], f"tea w{at}", filter_, pool=at + 1)
            for at, filter_ in enumerate([BOB, ann, BOB, ann, BOB])
        ]
        for found, one in zip(index.search(probes), probes, strict=True):
            assert differences(found, index.search([one])[0], to_the_bit=True) == []

    def test_true_is_not_one(self, index: MemoryIndex) -> None:
        index.apply(1, [entry(1, metadata={"a": True}), entry(2, metadata={"a": 1})], [])
        both = [probe(PALETTE[0], "", parse({"metadata.a": wanted})) for wanted in (True, 1, True)]
        assert [numbers_of(one) for one in index.search(both)] == [[1], [2], [1]]


class TestChanges:
    def test_removal_leaves_nothing(self, index: MemoryIndex) -> None:
        kept = [entry(n, f"tea w{n}", session_id=f"s{n % 3}") for n in range(1, 20)]
        index.apply(1, kept, [])
        undisturbed = ask(index, "tea zanzibar milk", people=frozenset({"eve"}))
        secret = entry(20, "zanzibar milk", speaker="Eve", session_id="s1", event_time=later(9))
        index.apply(2, [secret], [])
        assert ask(index, "zanzibar").holders.tolist() == [1.0]
        assert (index.latest(LATEST), bool(index.mentions("Eve?"))) == (later(9), True)
        index.apply(3, [], [20])
        found = ask(index, "tea zanzibar milk", people=frozenset({"eve"}))
        assert differences(found, undisturbed, to_the_bit=True) == []
        assert (index.latest(LATEST), index.mentions("Eve?")) == (NOW, [])
        assert index.find(secret.memory) == []

    def test_replacing(self, index: MemoryIndex) -> None:
        index.apply(1, [entry(1, "tea", user_id="ann"), entry(2, "coffee")], [])
        old = memory(1, "tea", user_id="ann")
        index.apply(2, [Entry(memory(1, "milk", user_id="bob"), PALETTE[5:6])], [])
        assert len(index) == 2
        assert ask(index, "tea").holders.tolist() == [0.0]
        assert numbers_of(ask(index, "", BOB)) == [1]
        assert by_number(index.search([probe(PALETTE[5])])[0], "dense")[1] == pytest.approx(1.0)
        assert len(ask(index, "", parse({"user_id": "ann"}))) == 0
        assert index.find(old) == []
        assert index.find(memory(1, "milk", user_id="bob")) == [1]

    def test_last_of_one_number_counts_and_removal_wins(self, index: MemoryIndex) -> None:
        index.apply(1, [entry(1, "tea"), entry(1, "milk"), entry(2, "tea")], [2])
        assert len(index) == 1
        assert by_number(ask(index, "tea milk"), "frequencies") == {1: [1.0]}

    def test_find_gives_all_numbers_ascending(self, index: MemoryIndex) -> None:
        index.apply(1, [entry(3, "Tea"), entry(5, "tea"), entry(4, "milk")], [])
        tea = memory(0, "tea ")
        assert index.find(tea) == [3, 5]
        index.apply(2, [], [3])
        assert index.find(tea) == [5]
        index.apply(3, [], [5])
        assert index.find(tea) == []

    def test_old_numbers_may_come_late(self, index: MemoryIndex) -> None:
        index.apply(1, [entry(10, "tea")], [])
        index.apply(2, [entry(4, "tea")], [])
        assert numbers_of(ask(index, "tea")) == [4, 10]
        index.apply(3, [], [4])
        assert numbers_of(ask(index, "tea")) == [10]

    @pytest.mark.parametrize("shape", [(0, DIMENSION), (1, DIMENSION + 1), (DIMENSION,)])
    def test_vectors_of_another_shape_change_nothing(
        self, index: MemoryIndex, shape: tuple[int, ...]
    ) -> None:
        index.apply(1, [entry(1)], [])
        with pytest.raises(ValueError, match=r"shape|vector"):
            index.apply(2, [entry(2), Entry(memory(3), np.zeros(shape, np.float32))], [1])
        assert (len(index), index.sequence) == (1, 1)

    def test_a_step_is_taken_only_from_where_the_index_stands(self, index: MemoryIndex) -> None:
        assert index.apply(5, [entry(1, "tea")], []) is True
        assert index.apply(7, [entry(2, "tea")], [1], after=6) is False
        assert (numbers_of(ask(index)), index.sequence) == ([1], 5)
        assert index.apply(7, [entry(2, "tea")], [1], after=5) is True
        assert (numbers_of(ask(index)), index.sequence) == ([2], 7)


def test_voices(index: MemoryIndex) -> None:
    fields = [
        {"speaker": "Ann", "role": "user"},
        {"speaker": "Ann"},
        {"role": "user"},
        {"role": "user", "user_id": "Ann"},
        {"speaker": "user"},
        {"user_id": "Ann"},
        {"role": ""},
        {"speaker": ""},
    ]
    index.apply(1, [entry(n, **of) for n, of in enumerate(fields)], [])
    voice = by_number(ask(index), "voice")
    assert voice[0] == voice[1]
    assert voice[2] == voice[3]
    assert voice[5] == -1
    assert len({voice[n] for n in (0, 2, 4, 5, 6, 7)}) == 6


def test_latest_and_remembered(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, event_time=later(-60)), entry(2, event_time=later(30)), entry(3)], [])
    assert index.latest(LATEST) == later(30)
    # What is still to come is not when the agent stands.
    assert index.latest(NOW) == NOW

    def remembers(*spans: tuple[float, float]) -> bool:
        return index.remembers([Interval(later(a), later(b), "") for a, b in spans], NOW)

    assert remembers((-60, -59))
    assert not remembers((-61, -60), (0.001, 30))
    assert remembers((5, 6), (30, 31))
    index.apply(2, [], [2])
    assert index.latest(LATEST) == NOW
    assert not remembers((30, 31))
    assert not remembers()


def test_mean_and_spread_are_of_all_the_agent_has(index: MemoryIndex) -> None:
    entries = [
        Entry(memory(n, user_id="bob" if n % 2 else "ann"), pieces(1 + n % 3, n)) for n in range(20)
    ]
    index.apply(1, entries, [])
    index.apply(2, [], [3, 4])
    best = [(one.vectors @ PALETTE[0]).max() for one in entries if one.memory.number not in (3, 4)]
    for found in (ask(index), ask(index, "", BOB), ask(index, "", parse({"user_id": "eve"}))):
        assert found.mean == pytest.approx(math.fsum(best) / len(best), abs=1e-6)
        assert found.spread == pytest.approx(np.std(best), abs=1e-6)
