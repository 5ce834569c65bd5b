"""Which lines are offered, which two are one, and which two cannot both be followed.

Thresholds of cosine are of the instructions' embeddings, which are given. A line is admitted for
what it rests on now: where traces are erased it is a candidate again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from memsvc.core.handbook.line import BehaviorStatus, Line, sources_of
from memsvc.core.handbook.polarity import are_opposite, negations_in, numbers_in
from memsvc.core.memory import Trust, least_trust

FEWEST_TRACES = 2
"""Distinct traces that a line must rest on, where no person vouches for it."""
MERGED_FROM = 0.85
"""Cosine from which two lines of the same topics are one (dedupe of the behavior handbook)."""
CONTRADICTING_FROM = 0.6
"""Cosine from which two lines speak of the same: below it opposite words mean nothing."""
LEAST_TRUST = Trust.AGENT
"""What is trusted less bears nothing out: two pages of the web are no two attempts."""
LOW_TRUST = "low_trust"
"""Why a line is flagged that is trusted less than that."""
CONTRADICTS = "contradicts"
"""Why a line is flagged that says the opposite of an older one."""


class Joined(NamedTuple):
    """Of two lines that are one: the one kept, with the sources of both, and the one that goes."""

    kept: Line
    gone: Line


def status_of(line: Line) -> BehaviorStatus:
    """What a line's status is for what is known of it: a retired one stays so.

    Active is what a person approved, and what two distinct traces bear out and nothing flags.
    """
    if line.status is BehaviorStatus.RETIRED:
        return BehaviorStatus.RETIRED
    borne_out = len(set(line.source_ids)) >= FEWEST_TRACES and not line.flagged
    return BehaviorStatus.ACTIVE if line.approved or borne_out else BehaviorStatus.CANDIDATE


def merged(older: Line, newer: Line, cosine: float) -> Joined | None:
    """The two as one, None where they are not one.

    They are one when they apply to the same, nearly say the same, and neither with another number
    or negation nor the opposite. Kept is what a person approved, then what nothing flags, then what
    has more traces, then the older.
    """
    if cosine < MERGED_FROM or not _meet(older, newer) or are_opposed(older, newer, cosine):
        return None
    if any(of(older.instruction) != of(newer.instruction) for of in (numbers_in, negations_in)):
        return None
    kept, gone = (newer, older) if standing_of(newer) > standing_of(older) else (older, newer)
    trust = least_trust([kept.trust, gone.trust])
    sources = sources_of(kept.source_ids, gone.source_ids)
    one = replace(kept, source_ids=sources, trust=trust)
    return Joined(replace(one, status=status_of(one)), gone)


def are_opposed(one: Line, other: Line, cosine: float) -> bool:
    """Whether two lines that apply to the same say opposite things of the same."""
    return (
        cosine >= CONTRADICTING_FROM
        and _meet(one, other)
        and are_opposite(one.instruction, other.instruction)
    )


def contested(lines: Sequence[Line], cosine: Callable[[Line, Line], float]) -> tuple[Line, ...]:
    """The lines, given oldest first, each flagged that says the opposite of one that is offered.

    Of two that would both be offered that is the newer, unless a person approved it alone; only
    approved ones are offered all the same. To be asked when the handbook is read, of the lines that
    there are: a flag that was stored would outlive the line that it came from.
    """
    found = list(lines)
    offered: list[Line] = []
    places = range(len(found))
    for place in sorted(places, key=lambda place: _before_others(lines[place])):
        line = found[place]
        if any(_meet(one, line) and are_opposed(one, line, cosine(one, line)) for one in offered):
            line = found[place] = flagged(line, CONTRADICTS)
        if line.status is BehaviorStatus.ACTIVE:
            offered.append(line)
    return tuple(found)


def _before_others(line: Line) -> tuple[bool, bool]:
    return not line.approved, line.status is not BehaviorStatus.ACTIVE


def flagged(line: Line, *reasons: str) -> Line:
    """The line with further reasons why a person should look at it first."""
    told = replace(line, flagged=tuple(dict.fromkeys((*line.flagged, *reasons))))
    return replace(told, status=status_of(told))


def _meet(one: Line, other: Line) -> bool:
    """Whether both stand, and apply to the same."""
    standing = BehaviorStatus.RETIRED not in (one.status, other.status)
    return standing and one.name != other.name and one.topics == other.topics


def standing_of(line: Line) -> tuple[bool, bool, int]:
    """What makes of two lines that are one the better: approval, no flag, traces."""
    return line.approved, not line.flagged, len(set(line.source_ids))
