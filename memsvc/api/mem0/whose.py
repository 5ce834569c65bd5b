"""Whose memories a call of the client of mem0 is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import Path, Request

from memsvc.api import state
from memsvc.api.auth import Call, call_of
from memsvc.api.mem0.filters import asked, asked_of_each, names_an_agent
from memsvc.api.mem0.ids import OUTER_PATTERN, inner
from memsvc.core.access import Scope
from memsvc.core.filters import Filter
from memsvc.errors import NotFound
from memsvc.operations.roll_call import visible_agents

TAGS: list[str] = ["mem0"]

OuterPath = Annotated[
    str,
    Path(
        description="The memory, by an id that was answered.",
        pattern=OUTER_PATTERN,
        examples=["support~turn-17"],
    ),
]


class Asking(NamedTuple):
    """A call, and the agent that memories belong to where none is named."""

    call: Call
    default: str

    def scope(self, agent_id: str | None) -> Scope:
        """The agent; raises NotFound for one beyond the key."""
        agent_id = self.default if agent_id is None else agent_id
        if not self.call.principal.sees(agent_id):
            raise NotFound("No such agent, or not one this key may use.")
        return Scope(self.call.principal.tenant, agent_id)

    def place(self, id_: str) -> tuple[Scope, str]:
        """The agent and the memory's own id; raises NotFound."""
        agent_id, memory_id = inner(id_, self.default)
        return self.scope(agent_id), memory_id

    def visible(self) -> Sequence[str]:
        """Agents that there are, as far as the key sees."""
        principal = self.call.principal
        return visible_agents(self.call.runtime, principal.tenant, principal.sees)

    def scopes(self) -> Sequence[Scope]:
        """Those agents."""
        return [Scope(self.call.principal.tenant, one) for one in self.visible()]

    def filters(self, source: Mapping[str, Any]) -> dict[Scope, Filter]:
        """What a filter asks of which agent; raises NotFound for one named beyond the key."""
        found = asked(source, self.default, partial(Asking.visible, self))
        return {self.scope(one): filter_ for one, filter_ in found.items()}

    def filters_everywhere(self, source: Mapping[str, Any]) -> dict[Scope, Filter]:
        """The same, of all agents that the key sees where the filter names none."""
        if names_an_agent(source):
            return self.filters(source)
        found = asked_of_each(source, self.default, self.visible())
        return {self.scope(one): filter_ for one, filter_ in found.items()}


def asking(request: Request) -> Asking:
    """The call behind a request."""
    return Asking(call_of(request), state.of(request).mem0_agent)
