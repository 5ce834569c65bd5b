"""An agent, as the client sees it."""

from __future__ import annotations

from typing import Unpack

from memsvc.client import models, routes
from memsvc.client.aio.behaviors import AsyncBehaviors
from memsvc.client.aio.consolidations import AsyncConsolidations
from memsvc.client.aio.handbook import AsyncHandbook
from memsvc.client.aio.marked_sources import AsyncMarkedSources
from memsvc.client.aio.memories import AsyncMemories
from memsvc.client.aio.pages import AsyncPages
from memsvc.client.aio.session import AsyncSession
from memsvc.client.aio.traces import AsyncTraces
from memsvc.client.params import ContextOptions, SearchOptions, SettingsFields
from memsvc.client.params.configuring import laid_over
from memsvc.client.words import ConflictKind


class AsyncAgent(AsyncMemories):
    """An agent's memory: `memsvc.agent("demo")`. To make one asks the service nothing."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    async def search(self, query: str, **options: Unpack[SearchOptions]) -> models.Hits:
        """Find memories by meaning and by words, best first: iterate over the answer.

        Reading changes nothing; tell with `feedback` what was of use.
        """
        return await self._calls.ask(routes.SEARCH, self.id, body={"query": query, **options})

    async def context(self, query: str, **options: Unpack[ContextOptions]) -> models.Context:
        """Compose what is remembered into one `text` for a prompt, under a budget of tokens."""
        return await self._calls.ask(routes.CONTEXT, self.id, body={"query": query, **options})

    async def profile(self, user_id: str) -> models.Profile:
        """What is known about a person, each line with the memory that says so."""
        return await self._calls.ask(routes.PROFILE, self.id, params={"user_id": user_id})

    def conflicts(
        self, kind: ConflictKind | None = None, *, limit: int | None = None
    ) -> AsyncPages[models.Conflict, models.ConflictPage]:
        """Memories that cannot all hold, and none clearly wins."""

        async def read(cursor: str | None) -> models.ConflictPage:
            params = {"kind": kind, "limit": limit, "cursor": cursor}
            return await self._calls.ask(routes.CONFLICTS, self.id, params=params)

        return AsyncPages(read, lambda page: page.conflicts, lambda page: page.next_cursor)

    async def resolve(self, conflict_id: str, *, keep: str) -> list[models.Memory]:
        """Decide a conflict for the memory `keep`; the memories as they stand then."""
        body = {"keep": keep}
        return (await self._calls.ask(routes.RESOLVE, self.id, conflict_id, body=body)).memories

    async def hygiene(self) -> models.Hygiene:
        """Duplicates, secrets, what is never used, damage. Takes seconds for many memories."""
        return await self._calls.ask(routes.HYGIENE, self.id)

    async def statistics(self) -> models.AgentStatistics:
        """How much the agent remembers, and what its handbook is worth."""
        return await self._calls.ask(routes.AGENT_STATISTICS, self.id)

    async def card(self) -> models.AgentCard:
        """The agent and its settings."""
        return await self._calls.ask(routes.READ_AGENT, self.id)

    async def configure(
        self, settings: models.AgentSettings | None = None, **fields: Unpack[SettingsFields]
    ) -> models.AgentCard:
        """Replace all settings: by those of a card that was read, by fields, or by both.

        Fields win over the card, name by name however deep they lie: what is in neither is as
        without settings. It is not repeated by itself where its fate is not known. For operator and
        admin keys.
        """
        known = {} if settings is None else settings.model_dump(mode="json", exclude_none=True)
        body = {"settings": laid_over(known, fields)}
        return await self._calls.ask(routes.CONFIGURE, self.id, body=body)

    def session(self, session_id: str) -> AsyncSession:
        """A conversation or task run of this agent."""
        return AsyncSession(self._calls, self.id, session_id)

    @property
    def traces(self) -> AsyncTraces:
        """Attempts at tasks."""
        return AsyncTraces(self._calls, self.id)

    @property
    def behaviors(self) -> AsyncBehaviors:
        """The lines of its handbook, one by one."""
        return AsyncBehaviors(self._calls, self.id)

    @property
    def handbook(self) -> AsyncHandbook:
        """Its handbook: offered for tasks, read, put in order."""
        return AsyncHandbook(self._calls, self.id)

    @property
    def consolidations(self) -> AsyncConsolidations:
        """Runs that sum up and derive facts."""
        return AsyncConsolidations(self._calls, self.id)

    @property
    def marked_sources(self) -> AsyncMarkedSources:
        """Sources that are not trusted."""
        return AsyncMarkedSources(self._calls, self.id)
