"""How many days an agent's memories are kept: a policy by kind, after which they are erased.

Not to be mixed up with the retention R of `core.decay`, which falls and erases nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from memsvc.core.memory import Kind
from memsvc.errors import InvalidRequest

LONGEST_DAYS = 36_500
"""A hundred years; whoever wants more wants no policy."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Days from its writing on that a memory of each kind is kept; None: without end."""

    episodic: int | None = None
    semantic: int | None = None
    procedural: int | None = None

    def __post_init__(self) -> None:
        """Raise InvalidRequest, naming the field, for days out of 1 to 36,500."""
        for kind, days in self.days.items():
            if not 1 <= days <= LONGEST_DAYS:
                place = f"settings.retention.{kind}.days"
                raise InvalidRequest.at(place, f"must be from 1 to {LONGEST_DAYS}")

    @property
    def days(self) -> Mapping[Kind, int]:
        """The kinds that are not kept without end, with their days."""
        given = {kind: getattr(self, kind) for kind in Kind}
        return {kind: days for kind, days in given.items() if days is not None}

    def as_json(self) -> dict[str, dict[str, int]]:
        """As API, exports and the database say it: `{"episodic": {"days": 90}}`."""
        return {kind.value: {"days": days} for kind, days in self.days.items()}

    def due_at(self, kind: Kind, created_at: datetime) -> datetime | None:
        """From when on a memory of that kind, written then, is to be erased; None: never."""
        days = self.days.get(kind)
        if days is None:
            return None
        return created_at + timedelta(days=days)


def policy_in(held: Mapping[str, Mapping[str, int]]) -> RetentionPolicy:
    """The policy that is said so; what a later version says of other kinds is passed over.

    Raises TypeError for days that are no whole number.
    """
    days = {kind.value: held[kind]["days"] for kind in Kind if kind in held}
    if any(type(one) is not int for one in days.values()):
        raise TypeError
    return RetentionPolicy(**days)


WITHOUT_END = RetentionPolicy()
"""The policy of an agent that was given none."""
