"""What is held about one person, as a copy for them shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.memory import Memory


class Relation(StrEnum):
    """Why a memory is a person's."""

    FROM = "from"
    """It came from them."""
    ABOUT = "about"
    """Somebody else, or nobody in particular, said it about them."""
    DERIVED = "derived"
    """It rests, maybe among others, on memories from or about them."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A memory as an earlier version worded it, and how long that stood."""

    memory: Memory
    recorded_at: datetime
    superseded_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """One memory of the copy.

    `derived_from` are ids of those of its sources that are in the copy, too; `restricted`: it is
    kept, and shown to nobody else.
    """

    memory: Memory
    relation: Relation
    happened: datetime
    derived_from: tuple[str, ...] = ()
    restricted: bool = False
    history: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """Whom a copy is about and when it was made; `counts` by agents, memories and relation."""

    identities: Sequence[str]
    names: Sequence[str]
    made_at: datetime
    agent_id: str | None
    counts: Mapping[str, int]


def counted(relations: Sequence[Mapping[int, Relation]]) -> dict[str, int]:
    """How much it is, given each agent's memories with their relations."""
    every = [one for of_agent in relations for one in of_agent.values()]
    return {
        "agents": len(relations),
        "memories": len(every),
        **{relation.value: every.count(relation) for relation in Relation},
    }
