"""Sources: the traces that behaviors are said to rest on."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.handbook.line import Line
from memsvc.core.memory import Memory
from memsvc.errors import InvalidRequest
from memsvc.operations.sealed import opened
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
    numbers = memories.numbers_of(tx, agent.agent_key, wanted) if wanted else {}
    known = traces.among(tx, agent.agent_key, sorted(numbers.values()))
    rows = memories.by_numbers(tx, agent.agent_key, sorted(known)) if known else []
    now = runtime.clock.now()
    living = [row for row in rows if not memories.expired_by(row, now)]
    found = {one.id: one for one in opened(runtime.keyring, tx, agent, living)}
    for place, line in enumerate(lines):
        for at, id_ in enumerate(line.source_ids):
            if id_ not in found:
                where = path.format(place=place, at=at)
                raise InvalidRequest.at(where, "is no trace of this agent")
    return found
