"""Record: changes become one version of the handbook, and its memories stand accordingly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.restand import lose_sources, restand
from memsvc.runtime import Runtime
from memsvc.store import agents, handbook_changes
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import ChangeRow, What
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Noted:
    """A change to be recorded, about wordings by their numbers."""

    what: What
    number: int | None = None
    other: int | None = None
    back_to: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Changes that a key makes together; `tokens` is what finding them took.

    `unsound` are wordings whose sources are not believed.
    """

    actor: str
    changes: Sequence[Noted]
    tokens: int = 0
    unsound: Sequence[int] = ()


def _nothing(_book: Book) -> Sequence[Noted]:
    return ()


def note(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    recording: Recording,
    then: Callable[[Book], Sequence[Noted]] = _nothing,
) -> Book:
    """Record changes as one version; returns the handbook after them.

    `then` tells what follows from how it stands after the first ones, in the same version. The
    agent is locked.
    """
    handbook_changes.add(tx, agent.agent_key, _rows(runtime, tx, agent, recording, None))
    lose_sources(tx, agent, recording.unsound)
    book = load(runtime, tx, agent)
    handbook_changes.join(tx, agent.agent_key, book.unjoined)
    following = then(book)
    if following:
        _, version = handbook_changes.last(tx, agent.agent_key)
        further = Recording(recording.actor, following)
        handbook_changes.add(tx, agent.agent_key, _rows(runtime, tx, agent, further, version))
        book = load(runtime, tx, agent)
    changed = restand(runtime, tx, agent, book)
    if changed:
        agents.record(tx, agent.agent_key, changed)
    return book


def _rows(
    runtime: Runtime, tx: Tx, agent: Agent, recording: Recording, version: int | None
) -> list[ChangeRow]:
    """The rows of changes, of this version or, where that is None, of a new one."""
    place, standing = handbook_changes.last(tx, agent.agent_key)
    now = runtime.clock.now()
    return [
        ChangeRow(
            place=place + at,
            version=standing + 1 if version is None else version,
            what=one.what,
            at=now,
            actor=recording.actor,
            number=one.number,
            other=one.other,
            back_to=one.back_to,
            reason=one.reason,
            # Each bears its part: what is erased takes no other's along.
            tokens=_part(recording.tokens, at, len(recording.changes)),
        )
        for at, one in enumerate(recording.changes, start=1)
    ]


def _part(tokens: int, at: int, of: int) -> int:
    """What falls to the change at a place, from 1, of so many: all of them together bear it all."""
    return tokens * at // of - tokens * (at - 1) // of
