"""Sources: the traces that behaviors are said to rest on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.handbook.line import Line
from memsvc.core.memory import Memory
from memsvc.errors import InvalidRequest
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import memories, traces
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def sources_among(
    runtime: Runtime, tx: Tx, agent: Agent, lines: Sequence[Line], path: str
) -> dict[str, Memory]:
    """The traces that lines rest on, by id.

    Raises InvalidRequest for one that is none of the agent's; `path` tells where it was named, with
    `{place}` for the line's and `{at}` for its own place there.
    """
    wanted = sorted({id_ for line in lines for id_ in line.source_ids})
    known = traces.numbers_of(tx, agent.agent_key, wanted)
    rows = memories.by_numbers(tx, agent.agent_key, sorted(known.values())) if known else []
    now = runtime.clock.now()
    living = [row for row in rows if not memories.expired_by(row, now)]
    held = sparing(runtime.keyring, agent, living, partial(opened, runtime.keyring, tx, agent))
    found = {one.id: one for one in held}
    for place, line in enumerate(lines):
        for at, id_ in enumerate(line.source_ids):
            if id_ not in found:
                where = path.format(place=place, at=at)
                raise InvalidRequest.at(where, "is no trace of this agent")
    return found


def still_there(runtime: Runtime, tx: Tx, agent: Agent, ids: Sequence[str]) -> dict[str, Memory]:
    """Those of the memories that a behavior rests on that can be read, by id, in order.

    Whatever they have become: that they were traces once is enough.
    """
    numbers = memories.numbers_of(tx, agent.agent_key, list(ids)) if ids else {}
    rows = memories.by_numbers(tx, agent.agent_key, sorted(numbers.values())) if numbers else []
    held = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    found = {one.id: one for one in held}
    return {id_: found[id_] for id_ in ids if id_ in found}
