"""What offers go by, in RAM: for each agent, what its outcomes come to. Numbers alone.

Derived from SQL like an index; it may be thrown away at any time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from memsvc.core.handbook.following import NO_BOUNDS, Bounds, Followed
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.handbook.worth import HandbookWorth

MOST_AGENTS = 1024
_LOOKS = 3
"""Looks held of each agent: the one gone by, the next, and one for whoever is behind."""


@dataclass(frozen=True, slots=True)
class Fold:
    """What the outcomes up to a place come to.

    As of the erasure epoch `epoch`; none of them was lost since the epoch `since`. `lines` counts
    what they offered in all, `offer` is the id of the last one.
    """

    epoch: int
    since: int
    place: int = 0
    lines: int = 0
    offer: str = ""
    followed: Followed = field(default_factory=Followed)


@dataclass(frozen=True, slots=True)
class Wordings:
    """Memories that are known to be wordings of behaviors, as of an erasure epoch, by number."""

    epoch: int
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class BookFigures:
    """A handbook in figures, as of an agent's sequence and epoch and its last change."""

    as_of: tuple[int, int, int]
    version: int
    behaviors: Mapping[BehaviorStatus, int]
    tokens: int


@dataclass(frozen=True, slots=True)
class Summed:
    """What outcomes come to, for pages about many agents.

    `of` is all that it rests on: how many outcomes there are, as of which erasure epoch, what
    finding the behaviors took, and by which settings it is reckoned.
    """

    of: tuple[int, int, int, HandbookSettings]
    worth: HandbookWorth


class Worth:
    """Of one agent. Who changes the fold holds `following`; who reckons bounds, `looking`.

    Neither is ever awaited while the other is held, but `following` while `looking` is.
    """

    def __init__(self) -> None:
        self.following = Lock()
        self.looking = Lock()
        self.fold: Fold | None = None
        self.wordings = Wordings(0, frozenset())
        self.book: BookFigures | None = None
        self.summed: Summed | None = None
        self._bounds: dict[tuple[int, int], Bounds] = {}

    def bounds(self, since: int, look: int) -> Bounds | None:
        """Those of a look; None where they are to be reckoned."""
        return self._bounds.get((since, look)) if look else NO_BOUNDS

    def put(self, since: int, look: int, bounds: Bounds) -> None:
        """Keep those of a look beside the last ones, for whoever holds `looking`."""
        held = {**self._bounds, (since, look): bounds}
        self._bounds = {one: held[one] for one in sorted(held)[-_LOOKS:]}


class WorthCache:
    """The agents that were asked for last."""

    def __init__(self, most: int = MOST_AGENTS) -> None:
        self._most = most
        self._lock = Lock()
        self._held: OrderedDict[int, Worth] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def of(self, agent_key: int) -> Worth:
        """That of an agent, empty at first; one that was let go stays good for who holds it."""
        with self._lock:
            worth = self._held.setdefault(agent_key, Worth())
            self._held.move_to_end(agent_key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
            return worth
