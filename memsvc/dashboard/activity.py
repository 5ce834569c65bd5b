"""Charts of what was done over time, of one agent or of all that the key sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from memsvc.core.access import Role
from memsvc.core.activity import WRITES, Measure
from memsvc.dashboard.asked import word
from memsvc.dashboard.visits import Visit
from memsvc.operations.statistics import Sees, activity_over_time
from memsvc.operations.statistics_activity import Point, Step, Timeline

Cell = float | str | None


class Span(StrEnum):
    """How far back the charts go."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def said(self) -> str:
        """In words."""
        return _SAID[self]

    @property
    def step(self) -> Step:
        """What one point stands for."""
        return Step.HOUR if self is Span.DAY else Step.DAY


_SAID = {
    Span.DAY: "last 24 hours",
    Span.WEEK: "last 7 days",
    Span.MONTH: "last 30 days",
    Span.QUARTER: "last 90 days",
}
_BEFORE = {
    Span.DAY: timedelta(hours=23),
    Span.WEEK: timedelta(days=6),
    Span.MONTH: timedelta(days=29),
    Span.QUARTER: timedelta(days=89),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What the macro `chart` draws; rows are a label and a number for each further column.

    `is_empty` where nothing was done in all that time.
    """

    kind: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(any(row[1:]) for row in self.rows)


def span_of(visit: Visit) -> Span:
    """The span that the address asks for."""
    return word(visit.request.query_params, "span", Span) or Span.WEEK


def sees_of(visit: Visit) -> Sees | None:
    """Which agents the figures are of; None: all of the tenant."""
    principal = visit.principal
    whole = principal.role in (Role.OPERATOR, Role.ADMIN) or principal.agent_pattern == "*"
    return None if whole else principal.sees


def charts(visit: Visit, span: Span, agent_id: str | None = None) -> list[Chart]:
    """Writes by what became of them, searches, how long they took, and what was told of hits."""
    now = visit.runtime.clock.now()

    def points(measure: Measure) -> Sequence[Point]:
        timeline = Timeline(measure, now - _BEFORE[span], now, span.step)
        sees = None if agent_id is not None else sees_of(visit)
        tenant = visit.principal.tenant
        return activity_over_time(visit.runtime, tenant, timeline, agent_id, sees).points

    return [
        _counts("stacked", "Writes", span, {_event(one): points(one) for one in WRITES}),
        _counts(
            "line",
            "Searches",
            span,
            {
                "Searches": points(Measure.SEARCHES),
                "Second pass, chosen by the service": points(Measure.SEARCHES_ESCALATED),
                "Contexts": points(Measure.CONTEXTS),
            },
        ),
        _times("Time of a search", span, points(Measure.SEARCH)),
        _times("Time of a write", span, points(Measure.WRITE)),
    ]


def _event(measure: Measure) -> str:
    return measure.removeprefix("writes.").capitalize()


def _counts(kind: str, title: str, span: Span, series: dict[str, Sequence[Point]]) -> Chart:
    """Series that never were anything but 0 are left out, beside the first."""
    first, *others = series
    kept = [first, *(name for name in others if any(one.count for one in series[name]))]
    rows: list[list[Cell]] = [
        [_label(span, at[0].at), *(one.count for one in at)]
        for at in zip(*(series[name] for name in kept), strict=True)
    ]
    return Chart(kind, title, [_axis(span), *kept], rows)


def _times(title: str, span: Span, points: Sequence[Point]) -> Chart:
    rows: list[list[Cell]] = [
        [
            _label(span, one.at),
            *(
                None if value is None else round(value, 1)
                for value in ((one.took.p50_ms, one.took.p95_ms) if one.took else (None, None))
            ),
        ]
        for one in points
    ]
    return Chart("line", title, [_axis(span), "Half within", "95% within"], rows, "ms")


def _axis(span: Span) -> str:
    return "Hour (UTC)" if span.step is Step.HOUR else "Day (UTC)"


def _label(span: Span, at: datetime) -> str:
    return f"{at:%H:%M}" if span.step is Step.HOUR else f"{at:%Y-%m-%d}"
