"""A budget of tokens for a process by itself, such as one that examines an installation."""

from __future__ import annotations

import threading

from memsvc.clock import Clock


class TokensInMemory:
    """At most `limit` tokens of each agent and UTC day, gone with the process."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock, self._limit = clock, limit
        self._used: dict[tuple[int, str], int] = {}
        self._counting = threading.Lock()

    def reserve(self, agent_key: int, tokens: int) -> str | None:
        """The day they are taken from, None where they do not fit."""
        day = self._clock.now().date().isoformat()
        with self._counting:
            used = self._used.get((agent_key, day), 0) + tokens
            if used > self._limit:
                return None
            self._used[agent_key, day] = used
        return day

    def settle(self, agent_key: int, day: str, reserved: int, used: int) -> None:
        """Replace what was reserved on the day by what was used."""
        with self._counting:
            standing = self._used.get((agent_key, day), 0)
            self._used[agent_key, day] = max(0, standing + used - reserved)

    def used(self, agent_key: int, day: str) -> int:
        """Tokens used and reserved on the day."""
        with self._counting:
            return self._used.get((agent_key, day), 0)
