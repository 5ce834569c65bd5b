"""Restand: the memories of wordings have the status that the handbook gives them.

Active is what is offered, quarantined what waits for traces or a person, archived all else. It is
told anew after every change and every erasure, so that nothing is left of what is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.memory import Status
from memsvc.operations.handbook.book import Book, load
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

_STATUS = {
    BehaviorStatus.ACTIVE: Status.ACTIVE,
    BehaviorStatus.CANDIDATE: Status.QUARANTINED,
    BehaviorStatus.RETIRED: Status.ARCHIVED,
}


def restand(runtime: Runtime, tx: Tx, agent: Agent, book: Book | None = None) -> list[int]:
    """Give every wording its status; numbers of those that changed, ascending.

    The agent is locked. The caller records the changes in the journal.
    """
    book = load(runtime, tx, agent) if book is None else book
    changed = []
    for number, (memory, line) in sorted(book.wordings.items()):
        standing = book.lines.get(line.name)
        is_current = standing is not None and book.current[line.name] == number
        status = _STATUS[standing.status] if standing and is_current else Status.ARCHIVED
        if memory.status is not status:
            memories.change(tx, agent.agent_key, number, {"status": status})
            changed.append(number)
    return changed


def concerned(tx: Tx, agent: Agent, numbers: Collection[int]) -> list[int]:
    """Those of these memories that are wordings, ascending."""
    return sorted(handbook_changes.wordings_among(tx, agent.agent_key, sorted(numbers)))


def lose_sources(tx: Tx, agent: Agent, wordings: Sequence[int]) -> None:
    """Note that wordings lost sources, or that these are not believed any more.

    Until somebody approves them again they are candidates.
    """
    if wordings:
        place, _ = handbook_changes.last(tx, agent.agent_key)
        handbook_changes.lose(tx, agent.agent_key, wordings, place)
