"""Where rows stand among those chosen: by a table over all rows, or searched for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.filters import parse
from memsvc.index import agent_index
from memsvc.index import evidence as evidence_room
from memsvc.index.agent_index import AgentIndex
from memsvc.index.evidence import Places
from memsvc.index.lexical import Term
from memsvc.index.protocol import Entry
from tests.index.found import differences
from tests.index.made import PALETTE, ask, memory, pieces

TOTAL = 12
ROWS = st.permutations(range(TOTAL)).flatmap(
    lambda rows: st.integers(0, TOTAL).map(lambda count: np.array(rows[:count], np.int64))
)


@pytest.mark.parametrize("bound", [TOTAL, TOTAL - 1], ids=["table", "searched"])
@given(ROWS, st.lists(st.integers(-1, TOTAL - 1), max_size=15))
def test_places(bound: int, chosen: np.ndarray, wanted: list[int]) -> None:
    expected = [
        chosen.tolist().index(row) if row in chosen.tolist() else len(chosen) for row in wanted
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence_room, "TABLE_UP_TO", bound)
        found = Places(chosen, TOTAL).of(np.array(wanted, np.int64))
    assert found.tolist() == expected
    assert found.dtype == np.int64


@pytest.mark.parametrize("bound", [TOTAL, TOTAL - 1], ids=["table", "searched"])
@given(ROWS, st.dictionaries(st.integers(0, TOTAL - 1), st.integers(1, 9)))
def test_frequencies(bound: int, chosen: np.ndarray, holders: dict[int, int]) -> None:
    having = sorted(holders)
    term = Term(
        np.array(having, np.int32), np.array([holders[row] for row in having], np.uint16), 1.0
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence_room, "TABLE_UP_TO", bound)
        places, frequencies = Places(chosen, TOTAL).frequencies(term)
    assert dict(zip(places.tolist(), frequencies.tolist(), strict=True)) == {
        place: holders[row] for place, row in enumerate(chosen.tolist()) if row in holders
    }


@pytest.mark.parametrize("all_up_to", [1000, 50])
def test_without_a_table_the_same_is_found(all_up_to: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_index, "ALL_UP_TO", all_up_to)
    index = AgentIndex(PALETTE.shape[1])
    entries = [
        Entry(memory(n, f"tea w{n % 9}", session_id=f"s{n % 7}", user_id=f"u{n % 2}"), pieces(2, n))
        for n in range(300)
    ]
    index.apply(1, entries[::-1], [])
    index.apply(2, entries[100:120], list(range(200, 230)))
    for filter_ in (parse({}), parse({"user_id": "u1"}), parse({"user_id": "nobody"})):
        found = []
        for bound in (1000, 0):
            monkeypatch.setattr(evidence_room, "TABLE_UP_TO", bound)
            found.append(ask(index, "tea w3 zanzibar", filter_, pool=5))
        assert differences(*found, to_the_bit=True) == []
