"""An agent, as the client sees it."""

from __future__ import annotations

from typing import Unpack

from memsvc.client import models, routes
from memsvc.client.params import ContextOptions, SearchOptions, SettingsFields
from memsvc.client.params.configuring import laid_over
from memsvc.client.sync.behaviors import Behaviors
from memsvc.client.sync.consolidations import Consolidations
from memsvc.client.sync.handbook import Handbook
from memsvc.client.sync.marked_sources import MarkedSources
from memsvc.client.sync.memories import Memories
from memsvc.client.sync.pages import Pages
from memsvc.client.sync.session import Session
from memsvc.client.sync.traces import Traces
from memsvc.client.words import ConflictKind


class Agent(Memories):
    """An agent's memory: `memsvc.agent("demo")`. To make one asks the service nothing."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    def search(self, query: str, **options: Unpack[SearchOptions]) -> models.Hits:
        """Find memories by meaning and by words, best first: iterate over the answer.

        Reading changes nothing; tell with `feedback` what was of use.
        """
        return self._calls.ask(routes.SEARCH, self.id, body={"query": query, **options})

    def context(self, query: str, **options: Unpack[ContextOptions]) -> models.Context:
        """Compose what is remembered into one `text` for a prompt, under a budget of tokens."""
        return self._calls.ask(routes.CONTEXT, self.id, body={"query": query, **options})

    def profile(self, user_id: str) -> models.Profile:
        """What is known about a person, each line with the memory that says so."""
        return self._calls.ask(routes.PROFILE, self.id, params={"user_id": user_id})

    def conflicts(
        self, kind: ConflictKind | None = None, *, limit: int | None = None
    ) -> Pages[models.Conflict, models.ConflictPage]:
        """Memories that cannot all hold, and none clearly wins."""

        def read(cursor: str | None) -> models.ConflictPage:
            params = {"kind": kind, "limit": limit, "cursor": cursor}
            return self._calls.ask(routes.CONFLICTS, self.id, params=params)

        return Pages(read, lambda page: page.conflicts, lambda page: page.next_cursor)

    def resolve(self, conflict_id: str, *, keep: str) -> list[models.Memory]:
        """Decide a conflict for the memory `keep`; the memories as they stand then."""
        body = {"keep": keep}
        return (self._calls.ask(routes.RESOLVE, self.id, conflict_id, body=body)).memories

    def hygiene(self) -> models.Hygiene:
        """Duplicates, secrets, what is never used, damage. Takes seconds for many memories."""
        return self._calls.ask(routes.HYGIENE, self.id)

    def statistics(self) -> models.AgentStatistics:
        """How much the agent remembers, and what its handbook is worth."""
        return self._calls.ask(routes.AGENT_STATISTICS, self.id)

    def card(self) -> models.AgentCard:
        """The agent and its settings."""
        return self._calls.ask(routes.READ_AGENT, self.id)

    def configure(
        self, settings: models.AgentSettings | None = None, **fields: Unpack[SettingsFields]
    ) -> models.AgentCard:
        """Replace all settings: by those of a card that was read, by fields, or by both.

        Fields win over the card, name by name however deep they lie: what is in neither is as
        without settings. It is not repeated by itself where its fate is not known. For operator and
        admin keys.
        """
        known = {} if settings is None else settings.model_dump(mode="json", exclude_none=True)
        body = {"settings": laid_over(known, fields)}
        return self._calls.ask(routes.CONFIGURE, self.id, body=body)

    def session(self, session_id: str) -> Session:
        """A conversation or task run of this agent."""
        return Session(self._calls, self.id, session_id)

    @property
    def traces(self) -> Traces:
        """Attempts at tasks."""
        return Traces(self._calls, self.id)

    @property
    def behaviors(self) -> Behaviors:
        """The lines of its handbook, one by one."""
        return Behaviors(self._calls, self.id)

    @property
    def handbook(self) -> Handbook:
        """Its handbook: offered for tasks, read, put in order."""
        return Handbook(self._calls, self.id)

    @property
    def consolidations(self) -> Consolidations:
        """Runs that sum up and derive facts."""
        return Consolidations(self._calls, self.id)

    @property
    def marked_sources(self) -> MarkedSources:
        """Sources that are not trusted."""
        return MarkedSources(self._calls, self.id)
