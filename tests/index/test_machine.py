"""Whatever is added, replaced and removed, `AgentIndex` answers as the oracle does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsvc.core.bm25 import coverage, idf
from memsvc.core.evidence import REACH, Evidence, Floats
from memsvc.core.fading import DecayPolicies, bounded
from memsvc.core.filters import EVERYTHING, And, parse
from memsvc.core.memory import Memory
from memsvc.core.temporal import Interval
from memsvc.index import agent_index, holdings
from memsvc.index import evidence as evidence_room
from memsvc.index.agent_index import BESIDE, AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import Entry, MemoryIndex, Probe
from tests.index.found import (
    after,
    before,
    differences,
    differences_within,
    numbers_of,
)
from tests.index.made import (
    DECAYS,
    DIMENSION,
    FILTER,
    NAME_KEYS,
    NOW,
    PALETTE,
    WORDS,
    memories,
    memory,
    pieces,
    units,
)

NUMBERS = st.integers(1, 12)
MEMORIES = memories(NUMBERS)
ENTRY = st.builds(
    Entry, MEMORIES, st.builds(pieces, st.integers(1, 3), st.integers(0, len(PALETTE) - 1))
)
# Such as let about half of the memories through.
HALVES: list[dict[str, Any]] = [{"pinned": True}, {"pinned": False}, {"use_count": {"lt": 2}}]
PARTLY = st.sampled_from([parse(one) for one in HALVES])
QUERIES = units(6, seed=1)
QUERY = st.integers(0, len(QUERIES) - 1).map(lambda place: QUERIES[place])
LATER = NOW + timedelta(days=40)
PROBE = st.builds(
    Probe,
    QUERY,
    st.lists(st.sampled_from([*WORDS, "zanzibar"]), max_size=4).map(" ".join),
    st.sampled_from([*(NOW + timedelta(microseconds=step) for step in range(-3, 3)), LATER]),
    st.one_of(st.just(EVERYTHING), PARTLY, FILTER),
    st.frozensets(NAME_KEYS, max_size=2),
    st.integers(1, 4),
    st.one_of(st.just(()), st.tuples(QUERY), st.tuples(QUERY, QUERY)),
    st.lists(NUMBERS, max_size=2).map(tuple),
)
LIVELY = parse({"status": {"in": ["active", "disputed"]}})
SOON = st.integers(-3, 3).map(lambda step: NOW + timedelta(microseconds=step))
FEW = 5


@pytest.fixture(autouse=True, scope="module")
def _close_up_often() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holdings, "FEWEST_EMPTY_ROWS", 2)
        yield


class IndexMachine(RuleBasedStateMachine):
    """Few memories: all are proposed, and every field is the oracle's."""

    all_up_to = 100
    table_up_to = 100

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(agent_index, "ALL_UP_TO", self.all_up_to)
        self.patch.setattr(evidence_room, "TABLE_UP_TO", self.table_up_to)
        self.index: MemoryIndex = AgentIndex(DIMENSION)
        self.oracle = ExactIndex(DIMENSION)
        self.sequence = 0

    def teardown(self) -> None:
        self.patch.undo()

    @rule(entries=st.lists(ENTRY, max_size=8), removed=st.lists(NUMBERS, max_size=2))
    def apply(self, entries: list[Entry], removed: list[int]) -> None:
        self.sequence += 1
        self.index.apply(self.sequence, entries, removed)
        self.oracle.apply(self.sequence, entries, removed)

    @rule(probe=PROBE, decays=DECAYS, lively=st.booleans())
    def search(self, probe: Probe, decays: DecayPolicies, lively: bool) -> None:
        cutoffs = self.index.cutoffs(decays.budgets, probe.now)
        assert cutoffs == self.oracle.cutoffs(decays.budgets, probe.now)
        filter_ = And((probe.filter, LIVELY)) if lively else probe.filter
        probe = replace(probe, filter=filter_, fading=bounded(decays, cutoffs))
        found, expected = self.index.search([probe])[0], self.oracle.search([probe])[0]
        if len(self.oracle) <= self.all_up_to:
            assert differences(found, expected) == []
        else:
            check_proposals(found, expected, self.leaders(probe, expected))

    def leaders(self, probe: Probe, expected: Evidence) -> set[int]:
        """Numbers of those that each arm, or the question itself, proposes."""
        leaders = leading(expected, words(expected), probe.pool)
        for vector in (probe.vector, *probe.near):
            [near] = self.oracle.search([replace(probe, vector=vector)])
            leaders |= leading(near, near.dense, probe.pool)
        return leaders | ({*probe.also} & {*expected.numbers.tolist()})

    @rule(one=MEMORIES)
    def find(self, one: Memory) -> None:
        assert self.index.find(one) == self.oracle.find(one)

    @rule(
        query=st.sampled_from(
            ["Ann Lee's Bob", "what does ann lee say to bob", "Ss, A.b or Ana-Lu?", "Ann", "eve x"]
        )
    )
    def mentions(self, query: str) -> None:
        assert self.index.mentions(query) == self.oracle.mentions(query)

    @rule(spans=st.lists(st.tuples(SOON, SOON), max_size=2), now=SOON)
    def remembers(self, spans: list[tuple[datetime, datetime]], now: datetime) -> None:
        intervals = [Interval(min(span), max(span), "") for span in spans]
        assert self.index.remembers(intervals, now) == self.oracle.remembers(intervals, now)

    @rule(now=SOON)
    def latest(self, now: datetime) -> None:
        assert self.index.latest(now) == self.oracle.latest(now)

    @invariant()
    def stands_where_it_should(self) -> None:
        assert (len(self.index), self.index.sequence) == (len(self.oracle), self.sequence)
        assert self.index.latest(NOW) == self.oracle.latest(NOW)


class ProposingMachine(IndexMachine):
    """Many memories, for so low a bound: the best are proposed, with the oracle's evidence."""

    all_up_to = FEW


class SearchingMachine(ProposingMachine):
    """As if there were too many rows to make a table of them."""

    table_up_to = -1


TestIndexMachine = IndexMachine.TestCase
TestProposingMachine = ProposingMachine.TestCase
TestSearchingMachine = SearchingMachine.TestCase
for _case in (TestIndexMachine, TestProposingMachine, TestSearchingMachine):
    _case.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
del _case  # or pytest would take it for one more


def check_proposals(found: Evidence, expected: Evidence, leaders: set[int]) -> None:
    """What is found out of many, held against all that passed the filter."""
    assert differences_within(found, expected) == []
    proposed, visible = set(numbers_of(found)), set(expected.numbers.tolist())
    assert leaders <= proposed <= around(leaders, expected, BESIDE)
    assert around(proposed, expected, REACH) <= set(found.numbers.tolist()) <= visible
    for linked in (before, after):
        # Who is a neighbour is found as such, unless nobody asked for it.
        links = linked(expected)
        there = {one: other if other in links and other in found.numbers else None
                 for one, other in links.items() if one in found.numbers}  # fmt: skip
        assert linked(found) == there


def leading(expected: Evidence, scores: Floats, pool: int) -> set[int]:
    """Numbers of the best; what differs by rounding alone is equal, and the lower number first."""
    order = np.lexsort((expected.numbers, -np.round(scores, 10)))
    order = order[scores[order] > -np.inf][:pool]
    return set(expected.numbers[order].tolist())


def words(expected: Evidence) -> Floats:
    """BM25 of each; those without a word of the question are nobody's proposal."""
    weights = np.array([idf(expected.count, float(one)) for one in expected.holders])
    scores = coverage(expected.frequencies, weights, expected.lengths, expected.average)
    return np.where(expected.frequencies.any(axis=0), scores, -np.inf)


def around(numbers: set[int], expected: Evidence, reach: int) -> set[int]:
    """These and their neighbours up to `reach` places away."""
    found = set(numbers)
    for links in (before(expected), after(expected)):
        at: Sequence[int | None] = list(numbers)
        for _ in range(reach):
            at = [links[one] for one in at if one is not None]
            found |= {one for one in at if one is not None}
    return found


@given(
    st.lists(ENTRY, min_size=1, max_size=10, unique_by=lambda one: one.memory.number),
    st.lists(st.tuples(st.lists(ENTRY, max_size=4), st.lists(NUMBERS, max_size=3)), max_size=4),
    st.randoms(use_true_random=False),
    PROBE,
    st.sampled_from([FEW, 100]),
)
def test_evidence_does_not_remember(
    held: list[Entry],
    history: list[tuple[list[Entry], list[int]]],
    random: Any,
    probe: Probe,
    all_up_to: int,
) -> None:
    """The same memories give the same bits, whatever came and went and in whatever order."""
    straight, winding = AgentIndex(DIMENSION), AgentIndex(DIMENSION)
    straight.apply(1, held, [])
    for entries, removed in history:
        winding.apply(1, entries, removed)
    winding.apply(2, [], list(range(1, 13)))
    shuffled = list(held)
    random.shuffle(shuffled)
    cut = random.randint(0, len(shuffled))
    winding.apply(3, shuffled[:cut], [])
    for one in shuffled[cut:]:
        winding.apply(4, [one], [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agent_index, "ALL_UP_TO", all_up_to)
        found, expected = winding.search([probe])[0], straight.search([probe])[0]
    assert differences(found, expected, to_the_bit=True) == []


def test_bits_do_not_depend_on_place_at_real_width() -> None:
    vectors = units(3000, 384)
    forwards, backwards = AgentIndex(384), AgentIndex(384)
    entries = [Entry(_plain(n), vectors[n, None]) for n in range(3000)]
    forwards.apply(1, entries, [])
    for start in range(0, 3000, 7):
        backwards.apply(1, entries[start : start + 7][::-1], [])
    query = units(1, 384, seed=5)[0]
    for filter_ in (EVERYTHING, parse({"user_id": "u1"})):
        probe = Probe(query, "tea 5", NOW, filter_, pool=100)
        found, expected = forwards.search([probe])[0], backwards.search([probe])[0]
        assert 100 <= len(numbers_of(found)) < 1000
        assert differences(found, expected, to_the_bit=True) == []


def _plain(number: int) -> Memory:
    return memory(
        number, f"tea {number % 17}", user_id=f"u{number % 2}", session_id=f"s{number // 30}"
    )
