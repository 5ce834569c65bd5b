"""Which memories an agent no longer holds ready: those of too little retention, and the least
retained beyond its budget.

They are shown as `archived`, found only when asked for, and never erased for it. All of it is
evaluated when read: nothing is written, and a use brings a memory back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from memsvc.core.decay import MICROSECONDS_PER_DAY, Policy, limit, retention_of, staleness
from memsvc.core.in_force import standing_now
from memsvc.core.memory import SEARCHED, Kind, Memory, Status
from memsvc.errors import InvalidRequest

LOWEST, HIGHEST = 0.0001, 0.99
"""Thresholds that can be set, beside 0."""
MOST_MEMORIES = 10_000_000
"""The largest budget; whoever wants more wants none."""


@dataclass(frozen=True, slots=True)
class Decay:
    """How memories of one kind fade.

    `threshold`: the retention below which they are archived; None: the policy's own, 0: never.
    `max_memories`: how many are held ready at most; None: no bound.
    """

    policy: Policy = Policy.FSRS
    threshold: float | None = None
    max_memories: int | None = None

    @property
    def archived_below(self) -> float:
        """The threshold that counts."""
        return self.policy.threshold if self.threshold is None else self.threshold

    def as_json(self) -> dict[str, Any]:
        """What was set, as API, exports and the database say it."""
        said: dict[str, Any] = {"policy": self.policy.value}
        if self.threshold is not None:
            said["threshold"] = self.threshold
        if self.max_memories is not None:
            said["max_memories"] = self.max_memories
        return said


_STANDARD = Decay()


@dataclass(frozen=True, slots=True)
class DecayPolicies:
    """How an agent's memories fade, by kind."""

    episodic: Decay = _STANDARD
    semantic: Decay = _STANDARD
    procedural: Decay = _STANDARD

    def __post_init__(self) -> None:
        """Raise InvalidRequest, naming the field, for figures out of their bounds."""
        for kind in Kind:
            decay, place = self.of(kind), f"settings.decay.{kind}"
            least, most = decay.threshold, decay.max_memories
            if least is not None and least != 0 and not LOWEST <= least <= HIGHEST:
                reason = f"must be 0, or from {LOWEST} to {HIGHEST}"
                raise InvalidRequest.at(f"{place}.threshold", reason)
            if most is not None and not 1 <= most <= MOST_MEMORIES:
                reason = f"must be from 1 to {MOST_MEMORIES}"
                raise InvalidRequest.at(f"{place}.max_memories", reason)

    def of(self, kind: Kind) -> Decay:
        """That of a kind."""
        if kind is Kind.EPISODIC:
            return self.episodic
        return self.semantic if kind is Kind.SEMANTIC else self.procedural

    @property
    def budgets(self) -> Mapping[Kind, int]:
        """The kinds that have a budget, with it."""
        given = {kind: self.of(kind).max_memories for kind in Kind}
        return {kind: most for kind, most in given.items() if most is not None}

    def as_json(self) -> dict[str, dict[str, Any]]:
        """As API, exports and the database say it; kinds left at the standard are left out."""
        return {kind.value: self.of(kind).as_json() for kind in Kind if self.of(kind) != _STANDARD}


STANDARD_DECAY = DecayPolicies()
"""Of an agent that was given none: `fsrs` with its own thresholds, and no budget."""


def decay_in(held: Mapping[str, Mapping[str, Any]]) -> DecayPolicies:
    """The policies that are said so; what a later version says of other kinds is passed over.

    Raises InvalidRequest, naming the field, for an unknown policy or figures out of bounds.
    """
    return DecayPolicies(**{kind.value: _decay(kind, held[kind]) for kind in Kind if kind in held})


def _decay(kind: Kind, held: Mapping[str, Any]) -> Decay:
    place, name = f"settings.decay.{kind}", held.get("policy", Policy.FSRS)
    least, most = held.get("threshold"), held.get("max_memories")
    if name not in list(Policy):
        raise InvalidRequest.at(f"{place}.policy", f"must be one of {', '.join(Policy)}")
    # True is 1 for Python: types, not isinstance.
    if type(least) not in (float, int, type(None)):
        raise InvalidRequest.at(f"{place}.threshold", "must be a number")
    if type(most) not in (int, type(None)):
        raise InvalidRequest.at(f"{place}.max_memories", "must be a whole number")
    return Decay(Policy(name), None if least is None else float(least), most)


class Cutoff(NamedTuple):
    """The first memory beyond a budget: its `core.decay.staleness`, and its number.

    Of equally stale ones the newer is kept.
    """

    staleness: float
    number: int


class Bound(NamedTuple):
    """What memories of one kind may not go beyond: in `core.decay.staleness`, infinite for none."""

    staleness: float
    cutoff: Cutoff | None = None

    @property
    def has_limit(self) -> bool:
        """Whether time alone brings a memory beyond it."""
        return not math.isinf(self.staleness)


class Seen(NamedTuple):
    """A memory with the status that readers see, and its retention."""

    memory: Memory
    retention: float


@dataclass(frozen=True, slots=True)
class Fading:
    """Policies, with the bounds beyond which memories are faded; without bounds none is."""

    policies: DecayPolicies = STANDARD_DECAY
    bounds: Mapping[Kind, Bound] = field(default_factory=lambda: MappingProxyType({}))

    def faded(self, memory: Memory, now: datetime) -> bool:
        """Whether a memory is beyond its bound; pinned ones never are."""
        bound = self.bounds.get(memory.kind)
        if bound is None or memory.pinned:
            return False
        stale = staleness(memory, now)
        if stale > bound.staleness:
            return True
        cutoff = bound.cutoff
        if cutoff is None or stale < cutoff.staleness:
            return False
        return stale > cutoff.staleness or memory.number <= cutoff.number

    def shown_status(self, memory: Memory, now: datetime) -> Status:
        """The status that readers see: a faded memory that would be searched is archived.

        What is superseded by something that begins later is active until then.
        """
        status = standing_now(memory, now).status
        return Status.ARCHIVED if status in SEARCHED and self.faded(memory, now) else status

    def shown(self, memory: Memory, now: datetime) -> Memory:
        """The memory with the status that readers see."""
        status = self.shown_status(memory, now)
        return memory if status is memory.status else memory._replace(status=status)

    def seen(self, memory: Memory, now: datetime) -> Seen:
        """The memory as readers see it."""
        return Seen(self.shown(memory, now), self.retention(memory, now))

    def retention(self, memory: Memory, now: datetime) -> float:
        """R of a memory, by the policy of its kind."""
        return retention_of(memory, now, self.policies.of(memory.kind).policy)


def fades_at(last_used_at: datetime, stability_days: float, bound: Bound) -> datetime:
    """The first whole microsecond at which a memory that is not used is beyond a bound's limit.

    Raises OverflowError where that is beyond the calendar.
    """
    # From just before where the product, which is rounded, has it.
    elapsed = max(int(bound.staleness * stability_days) - 2, 0)
    while elapsed / stability_days <= bound.staleness:
        elapsed += 1
    return last_used_at + timedelta(microseconds=elapsed)


def bounded(policies: DecayPolicies, cutoffs: Mapping[Kind, Cutoff] | None = None) -> Fading:
    """Policies with their bounds; `cutoffs` are those of the budgets that are exceeded."""
    bounds = {}
    for kind in Kind:
        decay = policies.of(kind)
        stale = limit(decay.policy, decay.archived_below) * MICROSECONDS_PER_DAY
        bound = Bound(stale, (cutoffs or {}).get(kind))
        if bound.has_limit or bound.cutoff is not None:
            bounds[kind] = bound
    return Fading(policies, bounds)
