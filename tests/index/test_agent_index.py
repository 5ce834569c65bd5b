"""What only the index in RAM has to prove: scale, forgetting, size, threads."""

from __future__ import annotations

import ctypes
import gc
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from memsvc.core.filters import parse
from memsvc.core.fingerprint import likeness
from memsvc.index.agent_index import AgentIndex
from memsvc.index.protocol import Entry, Probe
from tests.index.made import DIMENSION, PALETTE, entry, memory, numbers_of, pieces, units


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
    found = index.search([Probe(query, "", parse({"user_id": "ann"}), pool=10)])[0]
    assert len(found) == 10
    assert set(numbers_of(found)) < own


def everything_in(index: AgentIndex) -> bytes:
    """All that hangs on the index, with FAISS's vectors, as bytes."""
    columns = [column.__dict__ for column in index._columns._fields.values()]
    lexical = index._lexical
    return pickle.dumps(
        (
            columns,
            dict(lexical._vocabulary),
            lexical._vocabulary._terms,
            lexical._postings._lanes,
            lexical._held._lanes,
            index._numbers._buffer,
            index._likenesses._buffer,
            index._pieces.vectors,
            index._pieces._owners._buffer,
        )
    )


def test_what_is_removed_leaves_nothing() -> None:
    index = AgentIndex(DIMENSION)
    index.apply(1, [entry(n, f"tea number{n}") for n in range(1, 40)], [])
    secret = memory(
        777_777_777,
        "ann hides zanzibar",
        id="id-of-secret",
        user_id="person-of-secret",
        subject_ids=("subject-of-secret",),
        tags=("tag-of-secret",),
        speaker="speaker-of-secret",
        metadata={"key-of-secret": "value-of-secret"},
    )
    vectors = units(3, seed=9)
    index.apply(2, [Entry(secret, vectors)], [])
    words = [
        b"zanzibar",
        b"of-secret",
        likeness(secret).to_bytes(8, "little", signed=True),
        (777_777_777).to_bytes(4, "little"),
    ]
    held = everything_in(index)
    assert all(word in held for word in words)
    assert all(vector.tobytes() in held for vector in vectors)
    assert b"hides zanzibar" not in held

    index.apply(3, [], [secret.number])
    held = everything_in(index)
    assert not any(word in held for word in words)
    assert not any(vector.tobytes() in held for vector in vectors)
    assert index._pieces._flat.ntotal == len(index._pieces) == 39
    assert b"number7" in held


def test_no_vector_stays_in_the_spare_room_of_faiss() -> None:
    index = AgentIndex(DIMENSION)
    vectors = units(50, seed=4)
    index.apply(1, [Entry(memory(n), vectors[n, None]) for n in range(50)], [])
    address = int(index._pieces._flat.get_xb())
    index.apply(2, [], list(range(0, 50, 2)))
    assert int(index._pieces._flat.get_xb()) == address
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
    assert len(index._numbers) == len(index) == 50
    assert index.size_bytes < full / 4
    found = index.search([Probe(PALETTE[0], "w499 tea", pool=100)])[0]
    assert numbers_of(found) == list(range(451, 501))
    assert [one.number for one in found if one.lexical_rank == 1] == [499]
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
    index.apply(1, [entry(n, "tea", user_id="ann") for n in range(1, 301)], [])
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        probe = Probe(PALETTE[3], "tea", parse({"user_id": "ann"}), pool=20)
        try:
            while not done.is_set():
                found = index.search([probe])[0]
                assert len({one.number for one in found}) == len(found) >= 20
                # Numbers up to 300 are never touched; only bob's come and go.
                assert all(one.number <= 300 and one.lexical > 0.0 for one in found)
                assert sorted(one.dense_rank for one in found if one.dense_rank) == [*range(1, 21)]
                index.find(memory(0, "another"))
        except BaseException as failure:  # noqa: BLE001 - reported by the main thread
            failures.append(failure)

    def write(first: int) -> None:
        try:
            for round_ in range(60):
                numbers = range(first, first + 20)
                fresh = [entry(n, f"tea {round_}", user_id="bob") for n in numbers]
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
