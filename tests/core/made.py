"""Memories for the tests of pure rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from memsvc.core.memory import Channel, Kind, Memory, Status, Trust

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

PLAIN = Memory(
    number=1,
    id="m1",
    agent_id="a1",
    version=1,
    kind=Kind.EPISODIC,
    status=Status.ACTIVE,
    trust=Trust.USER,
    channel=Channel.USER,
    content="Ann moved to Lisbon",
    created_at=NOW,
    updated_at=NOW,
)


def memory(**fields: Any) -> Memory:
    """A plain memory with some fields of its own."""
    return PLAIN._replace(**fields)
