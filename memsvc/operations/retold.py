"""Retold: what a draft says once more in nearly the same words, by the rules of admission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from memsvc.core.admission import NO_GIST, REPEATS, RESTATES, gist, repeats, restates
from memsvc.core.memory import SEARCHED, Draft, Memory
from memsvc.index.protocol import MemoryIndex
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

Opens = Callable[[Sequence[int]], list[Memory]]
"""The memories of these numbers that can be read and are not past their time."""


class Retold:
    """What stands, and what came before in the same request, by its gist."""

    def __init__(
        self,
        tx: Tx,
        agent: Agent,
        index: MemoryIndex | None,
        drafts: Sequence[Draft],
        opens: Opens,
        *,
        is_off: bool = False,
    ) -> None:
        self._is_off = is_off
        numbers: set[int] = set()
        for draft in drafts:
            wanted = gist(draft)
            if wanted == NO_GIST:
                continue
            if index is not None:
                numbers.update(index.alike(draft))
            numbers.update(tx.noted(_key(agent, wanted)) or ())
        self._told: dict[int, list[tuple[str, Draft | Memory]]] = {}
        for memory in opens(sorted(numbers)):
            if memory.status in SEARCHED:
                self._told.setdefault(gist(memory), []).append((memory.id, memory))

    def before(self, draft: Draft) -> tuple[str, str] | None:
        """Id of what the draft says once more, and by which rule; None when it is new."""
        for id_, told in () if self._is_off else self._told.get(gist(draft), ()):
            if repeats(draft, told):
                return id_, REPEATS
            if restates(draft, told):
                return id_, RESTATES
        return None

    def add(self, id_: str, draft: Draft) -> None:
        """Take in a draft that is new, under the id that it gets."""
        wanted = gist(draft)
        if wanted != NO_GIST:
            self._told.setdefault(wanted, []).append((id_, draft))


def note_gist(tx: Tx, agent: Agent, statement: Draft | Memory, number: int) -> None:
    """Tell later requests of the group, whose index cannot know of this memory yet."""
    wanted = gist(statement)
    if wanted != NO_GIST:
        key = _key(agent, wanted)
        tx.note(key, (*(tx.noted(key) or ()), number))


def _key(agent: Agent, wanted: int) -> tuple[Any, ...]:
    return agent.agent_key, "gist", wanted
