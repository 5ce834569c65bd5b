"""Prompts made of traces: what the calling agent's own model is asked about its attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.reflection import SCHEMA, curate_prompt, reflect_prompt
from memsvc.core.handbook.told import as_trace
from memsvc.core.handbook.trace import Trace
from memsvc.core.memory import Json, Status
from memsvc.errors import WrongState
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.traces import traces_by_id
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question for a model, and ids of the traces in it, in order of writing.

    `schema` is what its answer has to keep to, None where that is prose.
    """

    text: str
    trace_ids: tuple[str, ...]
    schema: Mapping[str, Json] | None = None


def reflection_prompt(
    runtime: Runtime, scope: Scope, trace_id: str, also: Sequence[str] = ()
) -> Prompt:
    """The question to think one trace over, and those of `also` with it.

    Raises NotFound for one that is not there to see, WrongState for one in quarantine.
    """
    with runtime.database.snapshot() as tx:
        asked = _believed(runtime, tx, known_agent(tx, scope), [trace_id, *also])
    return Prompt(reflect_prompt(asked), _ids(asked))


def curation_prompt(
    runtime: Runtime,
    scope: Scope,
    trace_id: str,
    also: Sequence[str] = (),
    reflection: str = "",
) -> Prompt:
    """The question to put behaviors forward that traces bear out, beside those that are active.

    `reflection` is what was thought of the traces, empty where nothing was.
    Raises NotFound and WrongState as `reflection_prompt` does.
    """
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        asked = _believed(runtime, tx, agent, [trace_id, *also])
        known = load(runtime, tx, agent).having(BehaviorStatus.ACTIVE)
    return Prompt(curate_prompt(asked, reflection, known), _ids(asked), SCHEMA)


def _believed(runtime: Runtime, tx: Tx, agent: Agent, ids: Sequence[str]) -> list[Trace]:
    """These traces; WrongState where one comes from what an operator marked."""
    found = traces_by_id(runtime, tx, agent, ids)
    if any(one.status is Status.QUARANTINED for one in found):
        raise WrongState(
            "A trace in quarantine is put into no prompt: have an operator release it, or leave it "
            "out."
        )
    return [as_trace(one) for one in found]


def _ids(asked: Sequence[Trace]) -> tuple[str, ...]:
    return tuple(one.id for one in asked)
