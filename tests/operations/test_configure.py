"""Settings of an agent: replaced as a whole, seen at once by every process, not a change."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import Draft, Event
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import NotFound
from memsvc.operations.configure import configure
from memsvc.operations.forget import delete_memory
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, get_agent, list_memories
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime

SCOPE = Scope("default", "a1")
HEAVY = Weights(0.5, 0.25, 0.25)


def test_an_agent_without_settings_has_the_standard_ones(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        get_agent(runtime, SCOPE)
    write(runtime, SCOPE, [Draft(content="It rains.")])
    assert get_agent(runtime, SCOPE).settings.weights == STANDARD


def test_settings_are_replaced_as_a_whole(runtime: Runtime) -> None:
    write(runtime, SCOPE, [Draft(content="It rains.")])
    before = get_agent(runtime, SCOPE)
    assert configure(runtime, SCOPE, AgentSettings(HEAVY)).settings.weights == HEAVY
    assert get_agent(runtime, SCOPE).settings.weights == HEAVY
    assert configure(runtime, SCOPE, AgentSettings(STANDARD)) == before
    assert get_agent(runtime, SCOPE) == before


def test_an_agent_made_by_its_settings_is_like_any_other(runtime: Runtime) -> None:
    made = configure(runtime, SCOPE, AgentSettings(HEAVY))
    assert get_agent(runtime, SCOPE) == made
    assert list_memories(runtime, SCOPE, Listing()).total == 0
    assert search(runtime, SCOPE, Question("rain")).found == []
    [first] = write(runtime, SCOPE, [Draft(content="It rains.")])
    [again] = write(runtime, SCOPE, [Draft(content="it RAINS.")])
    assert (first.event, again.event) == (Event.ADDED, Event.DUPLICATE)
    assert [hit.memory.id for hit in search(runtime, SCOPE, Question("rains")).found] == [first.id]
    assert first.id is not None
    delete_memory(runtime, SCOPE, first.id)
    assert get_agent(runtime, SCOPE).settings.weights == HEAVY


def test_settings_of_other_agents_and_tenants_stay(runtime: Runtime) -> None:
    others = [Scope("default", "a2"), Scope("acme", "a1")]
    for scope in others:
        write(runtime, scope, [Draft(content="It rains.")])
    configure(runtime, SCOPE, AgentSettings(HEAVY))
    assert [get_agent(runtime, scope).settings.weights for scope in others] == [STANDARD, STANDARD]


def test_settings_are_no_change_that_an_index_follows(runtime: Runtime) -> None:
    write(runtime, SCOPE, [Draft(content="It rains.")])
    before = get_agent(runtime, SCOPE)
    after = configure(runtime, SCOPE, AgentSettings(HEAVY))
    assert (after.sequence, after.erasure_epoch) == (before.sequence, before.erasure_epoch)


def test_another_process_sees_them_at_once(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    for weights in (HEAVY, STANDARD, Weights(0.0, 0.0, 0.0)):
        configure(ours, SCOPE, AgentSettings(weights))
        assert get_agent(theirs, SCOPE).settings.weights == weights


def test_writes_and_settings_that_make_one_agent_at_once(pair: tuple[Runtime, Runtime]) -> None:
    """By two processes: there is one agent, with the settings and all of the memories."""
    start = threading.Barrier(4)

    def configured(runtime: Runtime) -> None:
        start.wait()
        configure(runtime, SCOPE, AgentSettings(HEAVY))

    def written(runtime: Runtime, content: str) -> None:
        start.wait()
        write(runtime, SCOPE, [Draft(content=content)])

    with ThreadPoolExecutor(4) as pool:
        done = [
            *(pool.submit(configured, runtime) for runtime in pair),
            *(pool.submit(written, runtime, f"by {at}") for at, runtime in enumerate(pair)),
        ]
        for one in done:
            one.result()
    for runtime in pair:
        assert get_agent(runtime, SCOPE).settings.weights == HEAVY
        held = list_memories(runtime, SCOPE, Listing()).memories
        assert {memory.content for memory in held} == {"by 0", "by 1"}
