"""What only the index in RAM has to prove: scale, forgetting, size, threads."""

from __future__ import annotations

import ctypes
import gc
import io
import pickle
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest

from memsvc.core.bm25 import MOST_WORDS
from memsvc.core.evidence import REACH
from memsvc.core.filters import parse
from memsvc.core.fingerprint import likeness
from memsvc.core.memory import Fact
from memsvc.index import agent_index, holdings
from memsvc.index.agent_index import BESIDE, AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.holdings import SAMPLE
from memsvc.index.lock import ReadWriteLock
from memsvc.index.protocol import Entry
from tests.index.found import after, before, by_number, differences, numbers_of
from tests.index.made import DIMENSION, PALETTE, ask, entry, memory, pieces, probe, units

MANY = 2500


def test_a_person_with_few_memories_among_many_gets_all_asked_for() -> None:
    count, width = 100_000, 32
    vectors, query = units(count, width), units(1, width, seed=3)[0]
    # The person's memories are the farthest from the question: no top-k would hold them.
    own = set(np.argsort(vectors @ query)[:100].tolist())
    index = AgentIndex(width)
    index.apply(
        1,
        [
            Entry(memory(n, "tea", user_id="ann" if n in own else "bob"), vectors[n, None])
            for n in range(count)
        ],
        [],
    )
    found = index.search([probe(query, "", parse({"user_id": "ann"}), pool=10)])[0]
    assert len(found) == 10
    assert set(numbers_of(found)) < own
    assert found.count == count
    assert found.proposed.all()
    assert abs(found.mean - (vectors @ query).mean()) < 0.03
    assert abs(found.spread - (vectors @ query).std()) < 0.02


def test_of_many_the_best_of_both_arms_and_their_neighbours_are_proposed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agent_index, "ALL_UP_TO", MANY // 2)
    vectors = units(MANY, 32)
    index = AgentIndex(32)
    index.apply(
        1,
        [
            Entry(
                memory(n, "tea" if n % 800 else "zanzibar", session_id=f"s{n // 50}"),
                vectors[n, None],
            )
            for n in range(1, MANY)
        ],
        [],
    )
    wanted = probe(vectors[1234], "zanzibar", pool=2, near=(vectors[2021],), also=(1700, 2150))
    found = index.search([wanted])[0]
    best = [np.argsort(-(vectors @ vectors[n])).tolist()[:2] for n in (1234, 2021)]
    assert {1234, 2021} <= {*best[0], *best[1]}
    middles = [800, 1600, 1700, 2150, *best[0], *best[1]]

    def around(numbers: Iterable[int], reach: int) -> set[int]:
        near = {n for one in numbers for n in range(one - reach, one + reach + 1)
                if n // 50 == one // 50}  # fmt: skip
        return near & set(range(1, MANY))

    proposed = around(middles, BESIDE)
    assert set(numbers_of(found)) == proposed
    # Their own neighbours come along to speak for them.
    assert set(found.numbers.tolist()) == around(proposed, REACH)
    assert (before(found)[1234], after(found)[1234]) == (1233, 1235)
    assert by_number(found, "frequencies")[800] == [1.0]
    assert (found.count, found.holders.tolist()) == (MANY - 1, [3.0])


def test_of_many_too_what_a_filter_leaves_out_is_no_evidence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agent_index, "ALL_UP_TO", 20)
    index = AgentIndex(DIMENSION)
    index.apply(
        1,
        [entry(n, "tea", session_id="s", user_id="bob" if n % 7 else "ann") for n in range(1, 200)],
        [],
    )
    bob = parse({"user_id": "bob"})
    found = ask(index, "tea", bob, pool=1, also=(8, 14, 50))
    # 24 has the vector asked for, 1 is the first to say tea.
    assert {1, 8, 24, 50} <= set(numbers_of(found))
    assert all(number % 7 for number in found.numbers.tolist())
    assert after(found)[6] == 8
    assert before(found)[8] == 6


def test_a_few_memories_in_many_pieces_are_all_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many pieces that not all are compared: words alone still bring the rest in."""
    monkeypatch.setattr(holdings, "SAMPLE", 10_000)
    vectors, query = units(24_000, 32), units(1, 32, seed=3)
    index, oracle = AgentIndex(32), ExactIndex(32)
    entries = [
        Entry(memory(n, f"tea w{n}", user_id=f"u{n % 2}"), vectors[n * 20 : n * 20 + 20])
        for n in range(900)
    ]
    for one in (index, oracle):
        one.apply(1, entries[::-1], [])
        one.apply(2, entries[5:7], [12])
    for filter_ in (parse({}), parse({"user_id": "u1"})):
        asked = probe(query[0], "w77", filter_)
        found, expected = index.search([asked])[0], oracle.search([asked])[0]
        assert differences(found, expected) == []


@pytest.mark.parametrize("kept", [1, 0])
def test_mean_and_spread_of_many_are_those_of_a_fair_sample(kept: int) -> None:
    """Also where of every pair of messages one was removed."""
    count = 4 * SAMPLE
    vectors, query = units(count, 32), units(1, 32, seed=3)[0]
    # The assistant's messages lie elsewhere.
    vectors[1::2] = vectors[1::2] * 0.5 + query * 0.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = AgentIndex(32)
    index.apply(1, [Entry(memory(n), vectors[n, None]) for n in range(count)], [])
    found = index.search([probe(query)])[0]
    assert (found.mean, found.spread) == pytest.approx(
        ((vectors @ query).mean(), (vectors @ query).std()), abs=0.03
    )
    index.apply(2, [], list(range(1 - kept, count, 2)))
    found, left = index.search([probe(query)])[0], vectors[kept::2] @ query
    assert (found.mean, found.spread) == pytest.approx((left.mean(), left.std()), abs=0.03)


class _Everything(pickle.Pickler):
    """Writes an index with all that hangs on it; of FAISS the vectors."""

    def reducer_override(self, held: Any) -> Any:
        if isinstance(held, faiss.IndexFlatIP):
            return bytes, (faiss.rev_swig_ptr(held.get_xb(), held.ntotal * held.d).tobytes(),)
        if isinstance(held, ReadWriteLock):
            return bytes, ()
        return NotImplemented


def everything_in(index: AgentIndex) -> bytes:
    """All that hangs on the index as bytes."""
    written = io.BytesIO()
    _Everything(written).dump(index)
    return written.getvalue()


def names_in(index: AgentIndex) -> set[str]:
    names = index._held.people._names
    return {*names._speakers, *names._others, *(" ".join(*one) for one in names._by_first.values())}


def test_what_is_removed_leaves_nothing() -> None:
    index = AgentIndex(DIMENSION)
    index.apply(1, [entry(n, f"tea number{chr(n + 64)}") for n in range(1, 40)], [])
    secret = memory(
        777_777_777,
        "ann hides zanzibar and counts to xylophon twice?",
        id="id-of-secret",
        user_id="person-of-secret",
        subject_ids=("subject-of-secret",),
        tags=("tag-of-secret",),
        speaker="speaker-of-secret",
        session_id="session-of-secret",
        role="role-of-secret",
        fact=Fact("fact-of-secret", "likes", "object"),
        metadata={"key-of-secret": "value-of-secret"},
    )
    vectors = units(3, seed=9)
    # The highest number of all is remembered.
    index.apply(2, [Entry(secret, vectors), entry(777_777_778, "tea")], [])
    ask(index, "ann zanzibar", people=frozenset({"speaker-of-secret"}))
    kinds = ["id", "person", "subject", "tag", "speaker", "session", "role", "fact", "value"]
    words = [
        b"zanzibar",
        b"xylophon",
        *(f"{kind}-of-secret".encode() for kind in kinds),
        likeness(secret).to_bytes(8, "little", signed=True),
        (777_777_777).to_bytes(4, "little"),
    ]
    held = everything_in(index)
    assert all(word in held for word in words)
    assert all(vector.tobytes() in held for vector in vectors)
    assert b"hides zanzibar" not in held
    assert index._held.traits.any()
    # The name, not only the speaker's id.
    assert {"speaker-of-secret", "fact-of-secret"} <= names_in(index)

    index.apply(3, [], [secret.number])
    held = everything_in(index)
    assert not any(word in held for word in words)
    assert b"of-secret" not in held
    assert not any(vector.tobytes() in held for vector in vectors)
    assert names_in(index) == set()
    assert not index._held.traits.any()
    assert index._held.pieces._flat.ntotal == len(index._held.pieces) == 40
    assert b"numbera" in held


def test_no_vector_stays_in_the_spare_room_of_faiss() -> None:
    index = AgentIndex(DIMENSION)
    vectors = units(50, seed=4)
    index.apply(1, [Entry(memory(n), vectors[n, None]) for n in range(50)], [])
    address = int(index._held.pieces._flat.get_xb())
    index.apply(2, [], list(range(0, 50, 2)))
    assert int(index._held.pieces._flat.get_xb()) == address
    room = ctypes.string_at(address, vectors.nbytes)
    assert [vectors[n].tobytes() in room for n in range(50)] == [False, True] * 25


def test_memories_and_their_content_are_let_go() -> None:
    index, one = AgentIndex(DIMENSION), entry(1, "a sentence only this memory has", user_id="ann")
    index.apply(1, [one], [])
    gc.collect()
    assert [holder for holder in gc.get_referrers(one.memory) if holder is not one] == []
    assert b"a sentence" not in everything_in(index)


def test_empty_rows_are_closed_up() -> None:
    index = AgentIndex(DIMENSION)
    index.apply(
        1, [Entry(memory(n, f"tea w{n}", user_id=f"u{n}"), pieces(2, n)) for n in range(1, 501)], []
    )
    full = index.size_bytes
    index.apply(2, [], list(range(1, 451)))
    assert index._held.size == len(index) == 50
    assert index.size_bytes < full / 4
    found = ask(index, "w499 tea")
    assert numbers_of(found) == list(range(451, 501))
    assert [n for n, words in by_number(found, "frequencies").items() if words == [1, 1]] == [499]
    assert index.find(memory(0, "tea w460", user_id="u460")) == [460]


MEASURE = """
import ctypes, gc, pathlib
from memsvc.index.agent_index import AgentIndex
from memsvc.index.protocol import Entry
from tests.index.made import memory, units

def held():
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(status.split("RssAnon:")[1].split()[0])

def fill(count):
    index = AgentIndex(384)
    for start in range(0, count, 500):
        vectors = units(500, 384, seed=start)
        entries = [
            Entry(
                memory(
                    n,
                    " ".join(f"word{n * k % 3571}" for k in range(20)),
                    id=f"{n:036}",
                    user_id=f"person-{n % 100}",
                    session_id=f"session-{n // 20}",
                ),
                vectors[n - start, None],
            )
            for n in range(start, start + 500)
        ]
        index.apply(start, entries, [])
    return index

fill(500)
before = held()
index = fill(20_000)
print(index.size_bytes, held() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_the_estimate_is_fair_and_a_memory_small() -> None:
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=root, capture_output=True, text=True, check=True
    )
    estimate, truth = map(int, answer.stdout.split())
    assert 0.65 < estimate / truth < 1.35
    assert estimate / 20_000 < 2400


def test_searches_beside_writes() -> None:
    index = AgentIndex(DIMENSION)
    index.apply(1, [entry(n, "tea", user_id="ann", session_id="s") for n in range(1, 301)], [])
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        asked = probe(PALETTE[3], "tea", parse({"user_id": "ann"}), people=frozenset({"ann"}))
        try:
            while not done.is_set():
                found = index.search([asked])[0]
                # Numbers up to 300 are never touched; only bob's come and go.
                assert found.numbers.tolist() == list(range(1, 301))
                assert found.frequencies.all()
                assert found.named.all()
                assert found.after[:-1].tolist() == list(range(1, 300))
                assert 300 <= found.holders[0] == found.count <= 340
                index.find(memory(0, "another"))
                index.mentions("Ann and Bob")
        except BaseException as failure:  # noqa: BLE001 - reported by the main thread
            failures.append(failure)

    def write(first: int) -> None:
        try:
            for round_ in range(60):
                numbers = range(first, first + 20)
                fresh = [entry(n, f"tea {round_}", user_id="bob", session_id="s") for n in numbers]
                index.apply(round_, fresh, [])
                index.apply(round_, [], list(numbers))
        except BaseException as failure:  # noqa: BLE001 - reported by the main thread
            failures.append(failure)

    readers = [threading.Thread(target=search) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(first,)) for first in (1000, 2000)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert len(index) == 300


def test_a_page_pasted_as_a_question_takes_neither_long_nor_much_room() -> None:
    """8,192 signs give twice as many words; a matrix over all of them took 800 MB and 2 s."""
    index = AgentIndex(DIMENSION)
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 8192)))
    held = [entry(n, signs[(n * 7) % 8000 :][:40]) for n in range(1, 1500)]
    index.apply(1, held, [])
    tracemalloc.start()
    began = time.process_time()
    found = ask(index, signs)
    assert time.process_time() - began < 5.0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.frequencies.shape == (MOST_WORDS, 1499)
    assert peak < 100 * 2**20
