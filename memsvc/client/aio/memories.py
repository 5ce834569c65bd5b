"""An agent's memories: written, read, changed and forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

from memsvc.client import models, routes
from memsvc.client.aio.calls import AsyncCalls
from memsvc.client.aio.pages import AsyncPages
from memsvc.client.params import (
    Draft,
    DraftFields,
    FeedbackItem,
    MemoryChanges,
    MemoryFilter,
    Message,
    Selection,
)
from memsvc.client.words import FeedbackOutcome


class AsyncMemories:
    """What an agent does with its memories."""

    def __init__(self, calls: AsyncCalls, agent_id: str) -> None:
        self._calls = calls
        self.id = agent_id

    async def write(
        self,
        content: str,
        *,
        idempotency_key: str | None = None,
        **fields: Unpack[DraftFields],
    ) -> models.Written:
        """Remember one statement; what became of it.

        Once this returns, the memory survives a crash and is found by the next search. It is
        repeated safely by itself; give an `idempotency_key` to repeat it safely yourself, within a
        day.
        """
        draft: dict[str, Any] = {"content": content, **fields}
        [written] = await self._written({"memories": [draft]}, idempotency_key)
        return written

    async def write_many(
        self, drafts: Iterable[Draft | str], *, idempotency_key: str | None = None
    ) -> list[models.Written]:
        """Remember 1 to 1000 statements, all or none; what became of each, in order."""
        given = [{"content": one} if isinstance(one, str) else one for one in drafts]
        return await self._written({"memories": given}, idempotency_key)

    async def write_messages(
        self,
        messages: Sequence[Message],
        *,
        user_id: str | None = None,
        session_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> list[models.Written]:
        """Remember turns of a conversation, all or none; what became of each, in order."""
        body = {"messages": messages, "user_id": user_id, "session_id": session_id}
        return await self._written(body, idempotency_key)

    async def _written(
        self, body: Mapping[str, object], idempotency_key: str | None
    ) -> list[models.Written]:
        answer = await self._calls.ask(
            routes.WRITE, self.id, body=body, idempotency_key=idempotency_key
        )
        return answer.results

    def memories(
        self, **which: Unpack[MemoryFilter]
    ) -> AsyncPages[models.Memory, models.MemoryPage]:
        """All memories, newest first, whatever their status: iterate over them.

        `limit` is the size of a page. How many there are in all is the `total` of any page.
        """

        async def read(cursor: str | None) -> models.MemoryPage:
            params = {**which, "cursor": cursor}
            return await self._calls.ask(routes.LIST_MEMORIES, self.id, params=params)

        return AsyncPages(read, lambda page: page.memories, lambda page: page.next_cursor)

    async def read(self, memory_id: str) -> models.Memory:
        """One memory, whatever its status."""
        answer = await self._calls.answer(routes.READ_MEMORY, self.id, memory_id)
        return _versioned(answer.content, answer.headers.get("etag"))

    async def change(
        self, memory_id: str, *, if_match: str | None = None, **changes: Unpack[MemoryChanges]
    ) -> models.Memory:
        """Change a memory; new content keeps the old version in its history.

        With the memory's `etag` as `if_match` it is changed only while nobody else has, else
        PreconditionFailed. It is not repeated by itself where its fate is not known.
        """
        headers = None if if_match is None else {"If-Match": if_match}
        answer = await self._calls.answer(
            routes.CHANGE_MEMORY, self.id, memory_id, body=changes, headers=headers
        )
        return _versioned(answer.content, answer.headers.get("etag"))

    async def delete(self, memory_id: str, *, if_match: str | None = None) -> None:
        """Erase a memory and what was derived from it alone: their keys are destroyed."""
        headers = None if if_match is None else {"If-Match": if_match}
        await self._calls.answer(routes.DELETE_MEMORY, self.id, memory_id, headers=headers)

    async def forget(
        self, *, dry_run: bool = False, **selection: Unpack[Selection]
    ) -> models.Forgotten:
        """Erase what is selected of this agent; `dry_run`: only count it.

        Unless `memory_ids` select, it is not repeated by itself where its fate is not known.
        """
        body = {**selection, "dry_run": dry_run}
        # The service takes no ids beside another selection.
        is_the_same = dry_run or selection.get("memory_ids")
        route = routes.FORGET_THE_SAME if is_the_same else routes.FORGET
        return await self._calls.ask(route, self.id, body=body)

    async def feedback(
        self,
        items: Mapping[str, FeedbackOutcome] | Sequence[FeedbackItem],
        *,
        idempotency_key: str | None = None,
    ) -> int:
        """Tell what became of memories, as `{memory_id: outcome}`; how many were updated."""
        if isinstance(items, Mapping):
            items = [{"memory_id": id_, "outcome": outcome} for id_, outcome in items.items()]
        body = {"items": items}
        told = await self._calls.ask(
            routes.FEEDBACK, self.id, body=body, idempotency_key=idempotency_key
        )
        return told.updated

    def forecast(
        self, days: float = 30.0, *, limit: int | None = None
    ) -> AsyncPages[models.Fading, models.Forecast]:
        """The memories that fade within so many days unless they are used, soonest first."""

        async def read(cursor: str | None) -> models.Forecast:
            params = {"days": days, "limit": limit, "cursor": cursor}
            return await self._calls.ask(routes.FORECAST, self.id, params=params)

        return AsyncPages(read, lambda page: page.memories, lambda page: page.next_cursor)

    async def history(self, memory_id: str) -> models.History:
        """What a memory said before, what ended it, and what it ended."""
        return await self._calls.ask(routes.HISTORY, self.id, memory_id)

    async def lineage(self, memory_id: str) -> models.Lineage:
        """What a memory was derived from, and what from it."""
        return await self._calls.ask(routes.LINEAGE, self.id, memory_id)

    async def restore(self, memory_id: str) -> models.Memory:
        """Have a memory stand again that was superseded."""
        return await self._calls.ask(routes.RESTORE, self.id, memory_id)


def _versioned(body: bytes, etag: str | None) -> models.Memory:
    memory = routes.READ_MEMORY.read(body)
    return memory.model_copy(update={"etag": etag})
