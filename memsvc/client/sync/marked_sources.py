"""Sources that an operator does not trust."""

from __future__ import annotations

from memsvc.client import models, routes
from memsvc.client.sync.calls import Calls
from memsvc.client.words import Channel


class MarkedSources:
    """What comes from a marked source is kept in quarantine. For operator and admin keys."""

    def __init__(self, calls: Calls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    def mark(
        self,
        *,
        channel: Channel | None = None,
        user_id: str | None = None,
        session_id: str | None = None,
    ) -> models.Marked:
        """Mark what has all that is given; give one at least."""
        body = {"channel": channel, "user_id": user_id, "session_id": session_id}
        return self._calls.ask(routes.MARK, self._agent_id, body=body)

    def list(self) -> list[models.Mark]:
        """All marks, oldest first."""
        return (self._calls.ask(routes.LIST_MARKS, self._agent_id)).marked_sources

    def unmark(self, mark_id: str, *, release: bool = False) -> int:
        """Take a mark away; how many memories left quarantine, with `release`."""
        params = {"release": release}
        return (self._calls.ask(routes.UNMARK, self._agent_id, mark_id, params=params)).released

    def roll_back(self, mark_id: str) -> int:
        """Erase what came from the source, and what was derived from it; how much that was."""
        return (self._calls.ask(routes.ROLL_SOURCE_BACK, self._agent_id, mark_id)).erased
