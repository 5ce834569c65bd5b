"""An agent's key is replaced, and nothing that lingers opens any more.

After an erasure where keys are rows; when somebody asks for it where they are in a file.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Event
from memsvc.errors import KeysDamaged, NotFound
from memsvc.operations import rotate as rotation
from memsvc.operations.forget import delete_memory
from memsvc.operations.once import Once
from memsvc.operations.read import Listing, get_memory, list_memories
from memsvc.operations.rotate import rotate, rotate_all, rotate_due
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import being_replaced
from memsvc.sealing.sealed import SealedKeyring
from memsvc.sealing.slots import SlotFile
from memsvc.store import agents, key_rows, memories, rotations, slots_in_use, state
from memsvc.store.agents import Agent
from memsvc.store.tables import metadata
from memsvc.wiring import build_runtime

HERE, THERE = Scope("default", "here"), Scope("default", "there")


@pytest.fixture
def settings(tmp_path: Path, any_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})


@pytest.fixture
def in_rows(settings: Settings) -> None:
    """For what is so where keys are rows alone."""
    if "sqlite" in settings.url:
        pytest.skip("keys are in a file")


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = build_runtime(settings, lambda _line: None)
    for scope in (HERE, THERE):
        write(runtime, scope, [Draft(content=f"thing {n}", id=f"m{n}") for n in range(5)])
    yield runtime
    runtime.close()


def kept(runtime: Runtime, scope: Scope) -> tuple[Agent, dict[int, bytes]]:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        assert agent is not None
        slots = slots_in_use.of_agent(tx, agent.agent_key)
    assert isinstance(runtime.keyring, SealedKeyring)
    return agent, runtime.keyring._slots.read(slots)


def contents(runtime: Runtime, scope: Scope) -> list[str]:
    return [get_memory(runtime, scope, f"m{n}").content for n in range(1, 5)]


@pytest.mark.usefixtures("in_rows")
def test_nothing_that_lingers_opens_under_the_new_key(runtime: Runtime) -> None:
    old_agent, old_slots = kept(runtime, HERE)
    untouched = kept(runtime, THERE)
    delete_memory(runtime, HERE, "m0")
    assert rotate_due(runtime, timedelta(hours=1)) == 0, "not due yet"

    assert rotate_due(runtime, timedelta(0)) == 1
    assert rotate_due(runtime, timedelta(0)) == 0

    new_agent, new_slots = kept(runtime, HERE)
    assert new_agent.wrapped_key != old_agent.wrapped_key
    assert new_slots.keys() < old_slots.keys()
    assert not set(new_slots.values()) & set(old_slots.values())
    for slot, payload in old_slots.items():
        with pytest.raises(KeysDamaged):
            runtime.keyring.rewrap(new_agent.agent_key, new_agent.wrapped_key, {slot: payload})
    assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]
    with pytest.raises(NotFound):
        get_memory(runtime, HERE, "m0")
    assert kept(runtime, THERE) == untouched


def test_others_go_on_while_keys_are_replaced(runtime: Runtime, settings: Settings) -> None:
    other = build_runtime(settings, lambda _line: None)
    try:
        assert contents(other, HERE)
        rotate(runtime, kept(runtime, HERE)[0].agent_key)
        assert contents(other, HERE) == contents(runtime, HERE)
        write(other, HERE, [Draft(content="one more", id="m9")])
        assert get_memory(runtime, HERE, "m9").content == "one more"
    finally:
        other.close()


def test_a_rotation_between_reading_agent_and_slots_is_noticed(runtime: Runtime) -> None:
    stale, slots = kept(runtime, HERE)
    rotate(runtime, stale.agent_key)
    with runtime.database.snapshot() as tx:
        assert state.get(tx, state.PURGE_DUE), "what was replaced is to be vacuumed"
    keys = runtime.keyring.keys(stale.agent_key, stale.wrapped_key, list(slots))
    assert keys.keys() == slots.keys()


def test_a_key_that_was_asked_for_opens_nothing_of_before(runtime: Runtime) -> None:
    old_agent, old_slots = kept(runtime, HERE)
    untouched = kept(runtime, THERE)
    [doomed] = [slot for slot in old_slots if slot == slot_of(runtime, "m0")]
    delete_memory(runtime, HERE, "m0")

    assert rotate_all(runtime, "default", "here") == 1

    new_agent, new_slots = kept(runtime, HERE)
    assert len(new_agent.wrapped_key) == len(old_agent.wrapped_key)
    assert new_agent.wrapped_key != old_agent.wrapped_key
    assert new_slots.keys() == old_slots.keys() - {doomed}
    assert not set(new_slots.values()) & set(old_slots.values())
    for slot, payload in old_slots.items():
        with pytest.raises(KeysDamaged):
            runtime.keyring.rewrap(new_agent.agent_key, new_agent.wrapped_key, {slot: payload})
    assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]
    assert kept(runtime, THERE) == untouched
    with runtime.database.snapshot() as tx:
        assert state.get(tx, state.PURGE_DUE), "the old key is to be vacuumed"


def slot_of(runtime: Runtime, memory_id: str) -> int:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, HERE.tenant, HERE.agent_id)
        assert agent is not None
        row = memories.by_id(tx, agent.agent_key, memory_id)
        assert row is not None
        return int(row.key_slot)


def test_keys_of_people_sessions_and_days_are_wrapped_anew_too(
    runtime: Runtime, settings: Settings
) -> None:
    draft = Draft(content="thing", id="n0", user_id="ana", subject_ids=("bob",), session_id="s1")
    write(runtime, HERE, [draft], Once("key", "once", b"body"))
    with runtime.database.snapshot() as tx:
        before = rotations.named(tx, None, None)
    # Both agents, and the service's own row, which has the day's key.
    assert rotate_all(runtime, None, None) == len(before) == 3
    assert rotate_all(runtime, "default", None) == 2

    other = build_runtime(settings, lambda _line: None)
    try:
        for one in (runtime, other):
            assert get_memory(one, HERE, "n0").user_id == "ana"
            assert list_memories(one, HERE, Listing(user_id="ana", session_id="s1")).total == 1
            [again] = write(one, HERE, [draft], Once("key", "once", b"body"))
            assert again.event is Event.ADDED, "the answer of before"
            with one.database.snapshot() as tx:
                for agent_key in before:
                    agent = agents.by_key(tx, agent_key)
                    slots = slots_in_use.of_agent(tx, agent_key)
                    assert slots
                    assert one.keyring.keys(agent_key, agent.wrapped_key, slots).keys() == {*slots}
    finally:
        other.close()


def test_whose_slots_are_known_for_every_table() -> None:
    with_slots = {name for name, table in metadata.tables.items() if "key_slot" in table.c}
    assert {*state.SLOTTED} == with_slots - {"shreddings"}, "and those go anyway"


def test_an_unknown_agent_is_told(runtime: Runtime) -> None:
    for tenant, agent_id in (("default", "nobody"), ("other", "here")):
        with pytest.raises(NotFound):
            rotate_all(runtime, tenant, agent_id)
    assert rotate_all(runtime, "other", None) == 0


def test_in_tier_store_there_is_nothing_to_replace(tmp_path: Path, any_url: str) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=any_url, tier="store", embedding={"backend": "hashing"}
    )
    runtime = build_runtime(settings, lambda _line: None)
    try:
        write(runtime, HERE, [Draft(content="thing", id="m1")])
        assert rotate_all(runtime, None, None) == 0
        assert get_memory(runtime, HERE, "m1").content == "thing"
    finally:
        runtime.close()


class Interrupted(Exception):
    """As if the process had died."""


def interrupt_after(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap two keys at a time, and die after so many parts."""
    monkeypatch.setattr(rotation, "PART", 2)
    left = iter(range(parts))

    def dying(real: Callable[..., None]) -> Callable[..., None]:
        def replace(*given: Any) -> None:
            if next(left, None) is None:
                raise Interrupted
            real(*given)

        return replace

    monkeypatch.setattr(key_rows, "replace", dying(key_rows.replace))
    monkeypatch.setattr(SlotFile, "replace", dying(SlotFile.replace))


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_an_interrupted_rotation_leaves_both_keys_open(
    runtime: Runtime, settings: Settings, parts: int
) -> None:
    old_agent, old_slots = kept(runtime, HERE)
    other = build_runtime(settings, lambda _line: None)
    try:
        with pytest.MonkeyPatch.context() as patch:
            interrupt_after(parts, patch)
            with pytest.raises(Interrupted):
                rotate_all(runtime, "default", "here")
        half_way, _ = kept(runtime, HERE)
        assert len(half_way.wrapped_key) == 2 * len(old_agent.wrapped_key)
        for one in (runtime, other):
            assert contents(one, HERE) == [f"thing {n}" for n in range(1, 5)]
        write(other, HERE, [Draft(content="half-way", id="h0")])

        assert rotate_all(other, "default", "here") == 1

        finished, slots = kept(runtime, HERE)
        assert finished.wrapped_key == half_way.wrapped_key[: len(old_agent.wrapped_key)]
        assert not set(slots.values()) & set(old_slots.values())
        for one in (runtime, other):
            assert contents(one, HERE) == [f"thing {n}" for n in range(1, 5)]
            assert get_memory(one, HERE, "h0").content == "half-way"
    finally:
        other.close()


def test_a_start_finishes_what_was_left_in_a_file(runtime: Runtime, settings: Settings) -> None:
    if runtime.keyring.rotates:
        pytest.skip("a job does it")
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(1, patch)
        with pytest.raises(Interrupted):
            rotate_all(runtime, None, None)
    before, _ = kept(runtime, HERE)
    build_runtime(settings, lambda _line: None).close()
    after, _ = kept(runtime, HERE)
    assert before.wrapped_key.startswith(after.wrapped_key)
    assert len(after.wrapped_key) < len(before.wrapped_key)
    assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]


def test_who_comes_late_to_a_rotation_does_not_end_the_next(runtime: Runtime) -> None:
    """It passed by what was written between the two, and would take that one's key away."""
    agent_key = kept(runtime, HERE)[0].agent_key
    begin = partial(rotation._begin, runtime, agent_key)
    stale = runtime.database.write(begin)
    rotate(runtime, agent_key)
    begun = runtime.database.write(begin)

    runtime.database.write(partial(rotation._end, runtime, agent_key, stale))

    assert kept(runtime, HERE)[0].wrapped_key == begun
    assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]


def test_a_rotation_killed_at_any_part_loses_nothing(settings: Settings, tmp_path: Path) -> None:
    """By a signal that no code sees: in between, and with slots half-way through."""
    if "sqlite" not in settings.url:
        pytest.skip("rows go with their transaction")
    first = build_runtime(settings, lambda _line: None)
    write(first, HERE, [Draft(content=f"thing {n}", id=f"m{n}") for n in range(200)])
    first.close()
    for flushes in range(0, 20, 3):
        _killed_after(settings, flushes)
        runtime = build_runtime(settings, lambda _line: None)
        try:
            agent, slots = kept(runtime, HERE)
            assert not being_replaced(agent.wrapped_key), "the start has finished it"
            assert len(slots) == 200
            assert [get_memory(runtime, HERE, f"m{n}").content for n in range(200)] == [
                f"thing {n}" for n in range(200)
            ]
        finally:
            runtime.close()


def _killed_after(settings: Settings, writes: int) -> None:
    """Rotate in a process that dies at its so-many-th write to the key file."""
    script = (
        "import os, signal, sys\n"
        "from memsvc.clock import SystemClock\n"
        "from memsvc.config import Settings\n"
        "from memsvc.operations import rotate\n"
        "from memsvc.sealing import slots\n"
        "from memsvc.wiring import open_safe\n"
        "folder, left = sys.argv[1], int(sys.argv[2])\n"
        "safe = open_safe(Settings(data_dir=folder), print, SystemClock())\n"
        "real = slots.durable.write_at\n"
        "def write_at(*given):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if left < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(*given)\n"
        "slots.durable.write_at = write_at\n"
        "rotate.PART = 20\n"
        "rotate.rotate_all(safe, 'default', 'here')\n"
    )
    given = [sys.executable, "-c", script, str(settings.data_dir), str(writes)]
    done = subprocess.run(given, check=False, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    assert (done.returncode == 0) == (writes >= 10), "ten parts are written"


def test_searches_and_writes_go_on_while_another_process_rotates(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every agent's row read before a part and its slots after it."""
    monkeypatch.setattr(rotation, "PART", 1)
    other = build_runtime(settings, lambda _line: None)
    over = threading.Event()

    def go_on() -> int:
        number = 0
        while not over.is_set():
            assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]
            write(runtime, HERE, [Draft(content=f"meanwhile {number}", id=f"w{number}")])
            delete_memory(runtime, HERE, f"w{number}")
            number += 1
        return number

    with ThreadPoolExecutor(1) as pool, closing(other):
        busy = pool.submit(go_on)
        try:
            for _ in range(5):
                rotate_all(other, "default", "here")
        finally:
            over.set()
        assert busy.result() > 0
    assert contents(runtime, HERE) == [f"thing {n}" for n in range(1, 5)]


@pytest.mark.usefixtures("in_rows")
@pytest.mark.parametrize("parts", [0, 1, 2])
def test_an_interrupted_rotation_is_taken_up_again(
    runtime: Runtime, settings: Settings, parts: int
) -> None:
    old_agent, old_slots = kept(runtime, HERE)
    delete_memory(runtime, HERE, "m0")
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(parts, patch)
        with pytest.raises(Interrupted):
            rotate_due(runtime, timedelta(0))

    half_way, _ = kept(runtime, HERE)
    assert len(half_way.wrapped_key) == 2 * len(old_agent.wrapped_key)
    other = build_runtime(settings, lambda _line: None)
    try:
        for one in (runtime, other):
            assert contents(one, HERE) == [f"thing {n}" for n in range(1, 5)]
        # What is written and erased half-way is of the new key, and orders the next rotation.
        write(other, HERE, [Draft(content=f"half-way {n}", id=f"h{n}") for n in range(2)])
        delete_memory(other, HERE, "h0")

        assert rotate_due(other, timedelta(hours=1)) == 1, "what was begun is not put off"
        finished, slots = kept(runtime, HERE)
        assert len(finished.wrapped_key) == len(old_agent.wrapped_key)
        assert not set(slots.values()) & set(old_slots.values())
        assert rotate_due(other, timedelta(0)) == 1, "for what was erased half-way"
        for one in (runtime, other):
            assert contents(one, HERE) == [f"thing {n}" for n in range(1, 5)]
            assert get_memory(one, HERE, "h1").content == "half-way 1"
    finally:
        other.close()


def test_a_key_destroyed_meanwhile_is_not_brought_back(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, slots = kept(runtime, HERE)
    [doomed, *_] = slots
    other = build_runtime(settings, lambda _line: None)
    shredding = threading.Thread(target=other.keyring.shred, args=([doomed],))
    assert isinstance(runtime.keyring, SealedKeyring)
    real = runtime.keyring.rewrap

    def rewrap(*given: Any) -> dict[int, bytes]:
        # The payloads were read, and are not yet written.
        shredding.start()
        shredding.join(0.3)
        return real(*given)

    monkeypatch.setattr(runtime.keyring, "rewrap", rewrap)
    rotate(runtime, agent.agent_key)
    shredding.join(10)
    other.close()
    assert kept(runtime, HERE)[1].keys() == slots.keys() - {doomed}


@pytest.mark.usefixtures("in_rows")
def test_a_clock_set_back_puts_no_rotation_off(settings: Settings) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    runtime = build_runtime(settings, lambda _line: None, clock=clock)
    try:
        write(runtime, HERE, [Draft(content="thing", id="m0")])
        delete_memory(runtime, HERE, "m0")
        clock.advance(timedelta(days=-30))
        assert rotate_due(runtime, timedelta(hours=1)) == 1
    finally:
        runtime.close()


@pytest.mark.usefixtures("in_rows")
def test_keys_of_a_failed_request_leave_no_row(runtime: Runtime) -> None:
    _, before = kept(runtime, HERE)
    with pytest.raises(Exception, match="taken"):
        write(
            runtime,
            HERE,
            [Draft(content="new", user_id="new"), Draft(content="other words", id="m1")],
        )
    assert kept(runtime, HERE)[1] == before


@pytest.mark.usefixtures("in_rows")
def test_keys_that_were_tampered_with_are_told(runtime: Runtime) -> None:
    runtime.database.write(
        lambda tx: tx.execute(
            text("UPDATE key_slots SET wrapped = decode(repeat('00', 60), 'hex')")
        )
    )
    with pytest.raises(KeysDamaged, match="restore both"):
        get_memory(runtime, HERE, "m1")
