"""What a search asks, and the one filter that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.access import Scope
from memsvc.core.filters import And, Condition, Filter, Not, Or
from memsvc.core.memory import SEARCHED, Kind, Status
from memsvc.core.temporal import Interval


class Mode(StrEnum):
    """How hard to look: one pass; a second one; a second one where the first leaves doubt."""

    FAST = "fast"
    DEEP = "deep"
    AUTO = "auto"


class Timing(StrEnum):
    """What a time in the question does: memories of then rise; only they are searched; nothing."""

    BOOST = "boost"
    FILTER = "filter"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: None and empty leave a field free.

    Times in the query are meant relative to `reference_time`.
    """

    query: str
    kinds: tuple[Kind, ...] = ()
    limit: int = 10
    user_id: str | None = None
    session_id: str | None = None
    filters: tuple[Filter, ...] = ()
    as_of: datetime | None = None
    include: tuple[Status, ...] = ()
    min_score: float = 0.0
    mode: Mode = Mode.FAST
    reference_time: datetime | None = None
    timing: Timing = Timing.BOOST


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to one agent's memories."""

    scope: Scope
    question: Question


class Filters:
    """The filters of questions asked at one moment; questions alike share one object.

    Whoever searches with the same object computes once which memories it lets through.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._shared: dict[tuple[object, ...], Filter] = {}

    def of(self, question: Question, times: tuple[Interval, ...] = ()) -> Filter:
        """Everything the question and the rules ask of a memory; of `times` it must be of one."""
        if times:
            return And((self.of(question), Or(tuple(map(_within, times)))))
        if question.filters:
            # Not shared: filters that compare equal can differ, for True == 1.
            return self._made(question)
        alike = (
            question.kinds,
            question.user_id,
            question.session_id,
            question.as_of,
            question.include,
        )
        found = self._shared.get(alike)
        if found is None:
            found = self._shared[alike] = self._made(question)
        return found

    def _made(self, question: Question) -> Filter:
        statuses = [*SEARCHED, *question.include]
        if question.as_of is not None:
            # What is superseded by now may have been the truth, or what was known of it.
            statuses.append(Status.SUPERSEDED)
        parts: list[Filter] = [
            Condition("status", "in", tuple(statuses)),
            Not(Condition("expires_at", "lte", self._now)),
            *question.filters,
        ]
        if question.kinds:
            parts.append(Condition("kind", "in", question.kinds))
        if question.user_id is not None:
            parts.append(Condition("user_id", "eq", question.user_id))
        if question.session_id is not None:
            parts.append(Condition("session_id", "eq", question.session_id))
        if question.as_of is not None:
            parts += _as_of(question.as_of)
        return And(tuple(parts))


def _within(time: Interval) -> Filter:
    """Happened then; what has no time of its own, was written then."""
    told = And(
        (Condition("event_time", "gte", time.start), Condition("event_time", "lt", time.end))
    )
    written = And(
        (
            Condition("event_time", "eq", None),
            Condition("created_at", "gte", time.start),
            Condition("created_at", "lt", time.end),
        )
    )
    return Or((told, written))


def _as_of(moment: datetime) -> list[Filter]:
    """Known by then, and valid then by what was known.

    Until when something was valid was not known before it was superseded: what was stated of it,
    the gate looks at.
    """
    lasting = Condition("valid_to", "gt", moment)
    standing = And((Condition("superseded_at", "eq", None), Condition("valid_to", "eq", None)))
    return [
        Condition("created_at", "lte", moment),
        Not(Condition("valid_from", "gt", moment)),
        Or((lasting, standing, Condition("superseded_at", "gt", moment))),
    ]
