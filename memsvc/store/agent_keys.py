"""Which surrogate an agent's name means, remembered: so that its row is asked for by its key."""

from __future__ import annotations

REMEMBERED = 16_384


class Keys:
    """Surrogates of agents by (tenant, agent id), as far as they were asked for. Thread-safe.

    A number is one agent's for ever, so what is remembered either is that agent still, as its own
    row says, or is nobody: whoever asks looks at the row. Of several databases, too.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[tuple[str, str], int] = {}

    def get(self, name: tuple[str, str]) -> int | None:
        """The one that was remembered last."""
        return self._held.get(name)

    def put(self, name: tuple[str, str], agent_key: int) -> None:
        """Remember one; all others are forgotten when there are too many."""
        if len(self._held) >= self._most:
            self._held.clear()
        self._held[name] = agent_key


KEYS = Keys(REMEMBERED)
