"""Where an agent's statements are to stand side by side, none ends another."""

from __future__ import annotations

from dataclasses import replace

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings, Contradiction
from memsvc.core.memory import Draft, Event, Kind, Status
from memsvc.operations.configure import configure
from memsvc.operations.forget import delete_memory
from memsvc.operations.read import get_memory
from memsvc.operations.write import write
from memsvc.runtime import Runtime

SCOPE = Scope("default", "a1")
SIDE_BY_SIDE = AgentSettings(contradiction=Contradiction.OFF)


def said(runtime: Runtime, content: str, id_: str) -> Event:
    [written] = write(runtime, SCOPE, [Draft(content=content, kind=Kind.SEMANTIC, id=id_)])
    return written.event


def test_statements_stand_side_by_side(runtime: Runtime) -> None:
    configure(runtime, SCOPE, SIDE_BY_SIDE)
    assert said(runtime, "The capital of Jamaica is Kingston.", "m1") is Event.ADDED
    assert said(runtime, "The capital of Jamaica is Negril.", "m2") is Event.ADDED
    assert get_memory(runtime, SCOPE, "m1").status is Status.ACTIVE


def test_what_was_ended_before_stays_ended_until_its_superseder_goes(runtime: Runtime) -> None:
    said(runtime, "The capital of Jamaica is Kingston.", "m1")
    assert said(runtime, "The capital of Jamaica is Negril.", "m2") is Event.SUPERSEDED
    configure(runtime, SCOPE, replace(SIDE_BY_SIDE))
    assert get_memory(runtime, SCOPE, "m1").status is Status.SUPERSEDED
    delete_memory(runtime, SCOPE, "m2")
    assert get_memory(runtime, SCOPE, "m1").status is Status.ACTIVE
