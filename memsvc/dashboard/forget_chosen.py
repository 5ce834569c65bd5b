"""Memories that an order does something with one by one, as its preview shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memsvc.core.access import Scope
from memsvc.core.order import Chosen
from memsvc.core.quoting import shortened
from memsvc.dashboard.visits import Visit
from memsvc.errors import NotFound
from memsvc.operations.read import get_memory

ROWS = 200
"""Memories that can be decided about one by one on a page at most, beside those that it lists."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A memory that was chosen; `excerpt` is None where it is not there, or hidden."""

    chosen: Chosen
    excerpt: str | None
    user_id: str | None


def picked(visit: Visit, chosen: Sequence[Chosen]) -> list[Picked]:
    """What the memories say, and whom they came from."""
    return [_picked(visit, one) for one in chosen]


def _picked(visit: Visit, one: Chosen) -> Picked:
    scope = Scope(visit.principal.tenant, one.agent_id)
    try:
        memory = get_memory(visit.runtime, scope, one.memory_id)
    except NotFound:
        return Picked(one, None, None)
    return Picked(one, shortened(memory.content), memory.user_id)
