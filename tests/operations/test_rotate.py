"""An agent's key is replaced after an erasure, and nothing that lingers opens any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.errors import KeysDamaged, NotFound
from memsvc.operations import rotate as rotation
from memsvc.operations.forget import delete_memory
from memsvc.operations.read import get_memory
from memsvc.operations.rotate import rotate, rotate_due
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, key_rows, state
from memsvc.store.agents import Agent
from memsvc.wiring import build_runtime

HERE, THERE = Scope("default", "here"), Scope("default", "there")


@pytest.fixture
def settings(tmp_path: Path, postgres_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=postgres_url, embedding={"backend": "hashing"})


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
        rows = text("SELECT slot, wrapped FROM key_slots WHERE agent_key = :agent")
        slots = tx.execute(rows, {"agent": agent.agent_key})
        return agent, {row.slot: bytes(row.wrapped) for row in slots}


def contents(runtime: Runtime, scope: Scope) -> list[str]:
    return [get_memory(runtime, scope, f"m{n}").content for n in range(1, 5)]


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


class Interrupted(Exception):
    """As if the process had died."""


def interrupt_after(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap two keys at a time, and die after so many parts."""
    monkeypatch.setattr(rotation, "PART", 2)
    real, left = key_rows.replace, iter(range(parts))

    def replace(*given: Any) -> None:
        if next(left, None) is None:
            raise Interrupted
        real(*given)

    monkeypatch.setattr(key_rows, "replace", replace)


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
    real = key_rows.replace

    def replace(*given: Any) -> None:
        shredding.start()
        shredding.join(0.3)
        real(*given)

    monkeypatch.setattr(key_rows, "replace", replace)
    rotate(runtime, agent.agent_key)
    shredding.join(10)
    other.close()
    assert kept(runtime, HERE)[1].keys() == slots.keys() - {doomed}


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


def test_keys_of_a_failed_request_leave_no_row(runtime: Runtime) -> None:
    _, before = kept(runtime, HERE)
    with pytest.raises(Exception, match="taken"):
        write(
            runtime,
            HERE,
            [Draft(content="new", user_id="new"), Draft(content="other words", id="m1")],
        )
    assert kept(runtime, HERE)[1] == before


def test_keys_that_were_tampered_with_are_told(runtime: Runtime) -> None:
    runtime.database.write(
        lambda tx: tx.execute(
            text("UPDATE key_slots SET wrapped = decode(repeat('00', 60), 'hex')")
        )
    )
    with pytest.raises(KeysDamaged, match="restore both"):
        get_memory(runtime, HERE, "m1")
