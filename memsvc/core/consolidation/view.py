"""What a plan is made from: an agent's turns and what was derived from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memsvc.core.handbook.told import told_in
from memsvc.core.memory import SEARCHED, Draft, Kind, Memory, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """A derived memory, and the relation under which it stands in the lineage."""

    memory: Memory
    relation: str

    @property
    def is_current(self) -> bool:
        """Whether no newer one took its place."""
        return self.memory.status is not Status.SUPERSEDED


@dataclass(frozen=True, slots=True)
class View:
    """An agent's turns and what consolidation made of them, each in order of writing.

    `read` tells at which version turns were read by a language model, by number; `asks` whether
    there is one to ask about others.
    """

    turns: Sequence[Memory]
    standing: Sequence[Standing]
    read: Mapping[int, int] = field(default_factory=dict)
    asks: bool = False

    def was_read(self, turn: Memory) -> bool:
        """Whether a language model read the turn as it is now."""
        return self.read.get(turn.number) == turn.version


@dataclass(frozen=True, slots=True)
class Since:
    """Where the last run left off: facts of turns up to `number` are known.

    Unless they were changed after `moment`. With `force` all turns are looked at once more, and
    sessions are summed up though they may go on.
    """

    number: int = 0
    moment: datetime | None = None
    force: bool = False

    def has_seen(self, turn: Memory) -> bool:
        """Whether the facts of a turn are known."""
        changed = self.moment is None or turn.updated_at > self.moment
        return not self.force and turn.number <= self.number and not changed


def is_turn(memory: Memory) -> bool:
    """Whether it is something said in a conversation, as it came, and believed.

    An attempt at a task is none: what can be learnt of it goes into the handbook.
    """
    spoken = memory.session_id or memory.speaker or memory.role
    return (
        memory.kind is Kind.EPISODIC
        and not memory.source_ids
        and bool(spoken)
        and memory.status in SEARCHED
        and told_in(memory) is None
    )


def says_the_same(standing: Memory, draft: Draft) -> bool:
    """Whether a derived memory is what would be made of the same sources now.

    One whose words a person has changed stays as it is while its sources are the same.
    """
    if set(standing.source_ids) != set(draft.source_ids):
        return False
    return standing.version > 1 or (standing.content, standing.fact) == (draft.content, draft.fact)


def as_if_written(draft: Draft, number: int, now: datetime) -> Memory:
    """The memory that a draft with an id will be, so that others can be planned on it."""
    assert draft.id is not None
    return Memory(
        number=number,
        id=draft.id,
        agent_id="",
        version=1,
        kind=draft.kind,
        status=Status.ACTIVE,
        trust=draft.trust,
        channel=draft.channel,
        content=draft.content,
        created_at=now,
        updated_at=now,
        user_id=draft.user_id,
        subject_ids=draft.subject_ids,
        event_time=draft.event_time,
        metadata=draft.metadata,
        tags=draft.tags,
        source_ids=draft.source_ids,
    )
