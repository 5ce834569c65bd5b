"""Prompts made of traces: what a model, the calling agent's or ours, is asked about attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.reflection import SCHEMA, curate_prompt, reflect_prompt
from memsvc.core.handbook.told import as_trace
from memsvc.core.memory import Json, Memory, Status
from memsvc.errors import NotFound, WrongState
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.traces import traces_by_id
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

CHANGED = (
    "A trace was erased or changed while the model was asked; nothing was stored. Ask again, "
    "without those that are gone."
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question for a model, and ids of the traces in it, in order of writing.

    `schema` is what its answer has to keep to, None where that is prose. `versions` are those of
    the traces as they were put into it, by id.
    """

    text: str
    trace_ids: tuple[str, ...]
    schema: Mapping[str, Json] | None = None
    versions: Mapping[str, int] = field(default_factory=dict)


def reflection_prompt(
    runtime: Runtime, scope: Scope, trace_id: str, also: Sequence[str] = ()
) -> Prompt:
    """The question to think one trace over, and those of `also` with it.

    Raises NotFound for one that is not there to see, WrongState for one in quarantine.
    """
    with runtime.database.snapshot() as tx:
        asked = _believed(runtime, tx, known_agent(tx, scope), [trace_id, *also])
    return _prompt(reflect_prompt(map(as_trace, asked)), asked)


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
    return _prompt(curate_prompt(map(as_trace, asked), reflection, known), asked, SCHEMA)


def still_stands(runtime: Runtime, tx: Tx, agent: Agent, prompt: Prompt) -> None:
    """Raise WrongState unless all traces of a prompt can be seen, and are as they were put into it.

    What a model makes of some of them may hold words of any other.
    """
    try:
        found = _believed(runtime, tx, agent, prompt.trace_ids)
    except NotFound:
        raise WrongState(CHANGED) from None
    if _versions(found) != prompt.versions:
        raise WrongState(CHANGED)


def _believed(runtime: Runtime, tx: Tx, agent: Agent, ids: Sequence[str]) -> list[Memory]:
    """These traces; WrongState where one comes from what an operator marked."""
    found = traces_by_id(runtime, tx, agent, ids)
    if any(one.status is Status.QUARANTINED for one in found):
        raise WrongState(
            "A trace in quarantine is put into no prompt: have an operator release it, or leave it "
            "out."
        )
    return found


def _prompt(text: str, asked: Sequence[Memory], schema: Mapping[str, Json] | None = None) -> Prompt:
    return Prompt(text, tuple(one.id for one in asked), schema, _versions(asked))


def _versions(asked: Sequence[Memory]) -> dict[str, int]:
    return {one.id: one.version for one in asked}
