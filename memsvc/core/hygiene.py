"""The state of an agent's memories: what stands twice, is never used, says secrets, is damaged.

Every figure is taken of the memories that there are, and of nothing that ever was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memsvc.core.admission import NO_GIST, gist, is_by_agent
from memsvc.core.figures import gini
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import SEARCHED, Kind, Memory
from memsvc.core.secrets_in import SecretKind, secrets_in

MOST_IDS = 50
"""Ids of one finding that are named."""
UNUSED_FOR = timedelta(days=30)
SOON = timedelta(days=7)
LOOP = 3
"""Times an agent says the same."""


@dataclass(frozen=True, slots=True)
class Listed:
    """How many memories, and the ids of the first of them, in order of writing."""

    count: int = 0
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouped:
    """How many groups, of how many memories together, and ids of the first, group by group."""

    groups: int = 0
    memories: int = 0
    ids: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was found among `memories`.

    `concentration` is the Gini coefficient of how often each was used: 0 all alike, near 1 a few
    have it all; `used` counts those that ever were.
    """

    memories: int
    exact: Grouped
    near: Grouped
    unused: Mapping[Kind, Listed]
    concentration: float
    used: int
    loops: Grouped
    secrets: Listed
    secrets_by_kind: Mapping[SecretKind, int]
    expiring: Listed
    damaged: Listed


@dataclass(slots=True)
class _Listing:
    """A list as it grows."""

    count: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, id_: str) -> None:
        self.count += 1
        if self.count <= MOST_IDS:
            self.ids.append(id_)

    def done(self) -> Listed:
        return Listed(self.count, tuple(self.ids))


class Inspection:
    """Memories are looked at one after the other, in order of writing; then there is a report."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._count = 0
        self._same: dict[Hashable, list[str]] = defaultdict(list)
        self._alike: dict[int, list[tuple[str, bytes, bool]]] = defaultdict(list)
        self._unused = {kind: _Listing() for kind in Kind}
        self._uses: Counter[int] = Counter()
        self._secrets = _Listing()
        self._kinds: Counter[SecretKind] = Counter()
        self._expiring = _Listing()
        self._damaged = _Listing()

    def look(self, memory: Memory) -> None:
        """Look at a memory that is there for readers, as it stands now."""
        self._count += 1
        kinds = secrets_in(memory.content)
        if kinds:
            self._secrets.add(memory.id)
            self._kinds.update(kinds)
        if memory.expires_at is not None and memory.expires_at <= self._now + SOON:
            self._expiring.add(memory.id)
        if memory.status not in SEARCHED:
            return
        self._uses[memory.use_count] += 1
        if memory.use_count == 0 and memory.created_at < self._now - UNUSED_FOR:
            self._unused[memory.kind].add(memory.id)
        said = fingerprint(memory)
        self._same[said, memory.source_ids].append(memory.id)
        about = gist(memory)
        if about != NO_GIST:
            self._alike[about].append((memory.id, said, is_by_agent(memory)))

    def damaged(self, id_: str) -> None:
        """Note a memory that does not open."""
        self._damaged.add(id_)

    def report(self) -> Report:
        """What was found."""
        alike = [group for group in self._alike.values() if len(group) > 1]
        near = [group for group in alike if len({said for _, said, _ in group}) > 1]
        loops = [group for group in alike if sum(by_agent for *_, by_agent in group) >= LOOP]
        return Report(
            self._count,
            _grouped(ids for ids in self._same.values() if len(ids) > 1),
            _grouped([id_ for id_, *_ in group] for group in near),
            {kind: listing.done() for kind, listing in self._unused.items()},
            gini(self._uses) or 0.0,
            sum(self._uses.values()) - self._uses[0],
            _grouped([id_ for id_, _, by_agent in group if by_agent] for group in loops),
            self._secrets.done(),
            {kind: self._kinds[kind] for kind in SecretKind},
            self._expiring.done(),
            self._damaged.done(),
        )


def _grouped(groups: Iterable[Sequence[str]]) -> Grouped:
    count = memories = 0
    shown: list[tuple[str, ...]] = []
    left = MOST_IDS
    for group in groups:
        count += 1
        memories += len(group)
        if left > 1:
            shown.append(tuple(group[:left]))
            left -= len(shown[-1])
    return Grouped(count, memories, tuple(shown))
