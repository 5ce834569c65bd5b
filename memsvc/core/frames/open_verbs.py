"""Verbs that tell of a thing one value at a time, though of no known relation.

"Logs are kept for 14 days", "the shop opens at 9:00", "the policy requires 10 characters". Lists of
such verbs alone: most verbs ("uses", "visits", "likes") say many things of one subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

PASSIVE = frozenset(
    """
    kept stored hosted managed represented set retained maintained handled scheduled deployed
    configured limited capped routed published registered insured assigned tracked monitored
    stationed powered housed exhibited executed cached encrypted billed rotated backed saved
    restarted refreshed archived charged priced rated ranked sent run paid written compiled built
    tested displayed anchored moored parked enrolled staffed audited supplied delivered heated
    guarded operated administered financed funded sponsored insured moderated hosted catered
    """.split()  # noqa: SIM905
)
_LINKS = frozenset("by in with at on for from under to as via".split())  # noqa: SIM905
_OFTEN = frozenset(
    "hourly daily nightly weekly biweekly fortnightly monthly quarterly yearly annually".split()  # noqa: SIM905
)
# What is said of an event by these is said by "is" as well.
_HAPPENS = frozenset("starts begins happens occurs start begin takes take kicks".split())  # noqa: SIM905
_WITH_MORE, _MORE = frozenset({"takes", "take", "kicks"}), frozenset({"place", "off"})
_TIMED = frozenset(
    """
    ends closes opens expires leaves departs arrives comes meets finishes lands boards resumes
    end close open expire leave depart arrive come meet finish
    """.split()  # noqa: SIM905
)
_COUNTING = frozenset(
    """
    has requires allows accepts supports costs lasts takes holds seats needs covers employs
    contains have require allow accept cost last
    """.split()  # noqa: SIM905
)
_BOUNDS = (("at", "least"), ("at", "most"), ("up", "to"), ("no", "more", "than"), ("exactly",),
           ("around",), ("about",), ("a", "maximum", "of"), ("a", "minimum", "of"),
           ("roughly",))  # fmt: skip
_TIMES = frozenset({"time", "day", "weekday"})

VERBS = _HAPPENS | _TIMED | _COUNTING


class Told(NamedTuple):
    """Words of the relation, where its value begins, and which kinds of value are taken."""

    words: tuple[str, ...]
    start: int
    kinds: frozenset[str] | None = None


def passive(bare: Sequence[str], at: int) -> Told | None:
    """ "Kept in ...", "run nightly", behind "is" or "are"."""
    if at + 1 >= len(bare) or bare[at] not in PASSIVE:
        return None
    if bare[at + 1] in _OFTEN:
        return Told((bare[at], "often"), at + 1)
    if bare[at + 1] in _LINKS and at + 2 < len(bare):
        return Told((bare[at], bare[at + 1]), at + 2)
    return None


def active(bare: Sequence[str], at: int) -> Told | None:
    """ "Starts on ...", "has 120 ...", "requires at least 10 ..."."""
    if at + 1 >= len(bare):
        return None
    if bare[at] in _HAPPENS and (bare[at] not in _WITH_MORE or bare[at + 1] in _MORE):
        return Told((), at + 2 if bare[at + 1] in _MORE else at + 1, _TIMES)
    if bare[at] in _TIMED and bare[at + 1] == "from" and at + 2 < len(bare):
        return Told((bare[at].removesuffix("s"), "from"), at + 2)
    if bare[at] in _TIMED:
        return Told((bare[at].removesuffix("s"),), at + 1, _TIMES)
    if bare[at] in _COUNTING:
        return _counted(bare, at)
    return None


def often(bare: Sequence[str], told: Told) -> str:
    """How often something is done, where that is what is told."""
    return bare[told.start] if told.words[-1:] == ("often",) else ""


def counts(bare: Sequence[str], at: int) -> bool:
    """Whether a number follows "has"."""
    return _counted(bare, at) is not None


def _counted(bare: Sequence[str], at: int) -> Told | None:
    start = at + 1
    for bound in _BOUNDS:
        if tuple(bare[start : start + len(bound)]) == bound:
            start += len(bound)
    if start >= len(bare) or not bare[start][:1].isdigit():
        return None
    noun = bare[start + 1 : start + 2]
    return Told((bare[at].removesuffix("s"), *noun), start, None)
