"""Reach: of which agents of a tenant figures are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, select

from memsvc.store.tables import agents

CHUNK = 500


class Reach(NamedTuple):
    """Of whom figures are: agents of a tenant, by key; None: all of them."""

    tenant: str
    agent_keys: tuple[int, ...] | None = None

    def parts(self, of: Column[int]) -> Iterator[ColumnElement[bool]]:
        """Conditions on a column of agent keys; each is for a part of the agents."""
        if self.agent_keys is None:
            yield of.in_(select(agents.c.agent_key).where(agents.c.tenant == self.tenant))
            return
        for start in range(0, len(self.agent_keys), CHUNK):
            yield of.in_(self.agent_keys[start : start + CHUNK])
