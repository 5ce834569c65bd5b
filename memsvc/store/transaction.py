"""A transaction as the operations see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable


@dataclass(slots=True)
class Tx:
    """One request's part of a transaction.

    Several requests share one durable transaction (group commit), each under its own savepoint.
    `note` and `noted` carry what an earlier request of the same group wrote and no index can know
    yet; the notes of a request that fails are dropped with its savepoint. `at_end` is done after
    the last request of the group, by name: what locks something that all groups share waits there,
    so that none holds it while it still waits for the lock of an agent.
    """

    connection: Connection
    group_notes: Mapping[Hashable, Any] = field(default_factory=dict)
    own_notes: dict[Hashable, Any] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    at_end: list[tuple[str, Callable[[Tx], None]]] = field(default_factory=list)
    sums: Counter[Hashable] = field(default_factory=Counter)

    def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement, or the same one for each set of parameters.

        What every request runs is written once, as a constant with bound parameters: making and
        hashing a statement costs more than running it.
        """
        return self.connection.execute(statement, parameters)

    def note(self, key: Hashable, value: Any) -> None:
        """Tell later requests of this group."""
        self.own_notes[key] = value

    def noted(self, key: Hashable) -> Any | None:
        """What this request or an earlier one of its group noted under the key."""
        return self.own_notes.get(key, self.group_notes.get(key))
