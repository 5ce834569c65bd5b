"""The handbook as what its changes come to: every version of it, and every line's history.

A fold over the changes that survive, in order of their numbers: it never fails over one that is
gone. A change to a line that is not there changes nothing; a version whose change is gone is the
last one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from memsvc.core.handbook.admission import LOW_TRUST, status_of
from memsvc.core.handbook.changes import (
    Approved,
    Change,
    Edited,
    Merged,
    Proposed,
    Retired,
    RolledBack,
)
from memsvc.core.handbook.line import BehaviorStatus, Line, Words, sources_of, words_of
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.core.memory import least_trust

WAS_RETIRED = "was_retired"
"""Why a line that is proposed again is flagged: somebody had reasons to retire it."""

NO_VERSION = 0
"""Version of a handbook without a change."""

_Lines = dict[str, Line]


class Altered(NamedTuple):
    """A change, and the line as it stood after it; None where there was none any more."""

    change: Change
    line: Line | None


class LineDiff(NamedTuple):
    """A line in one version and in another; None where it is not there."""

    name: str
    before: Line | None
    after: Line | None

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that differ; none for a line that came or went."""
        one, other = self.before, self.after
        if one is None or other is None:
            return ()
        names = (field.name for field in fields(Line))
        return tuple(name for name in names if getattr(one, name) != getattr(other, name))


class _Step(NamedTuple):
    change: Change
    altered: Mapping[str, Line | None]


@dataclass(frozen=True, slots=True)
class Handbook:
    """The lines by name, retired ones among them, at a version: the number of the last change."""

    version: int
    lines: Mapping[str, Line]
    _steps: tuple[_Step, ...]

    def having(self, status: BehaviorStatus) -> tuple[Line, ...]:
        """The lines of a status, by name."""
        return tuple(line for line in self.lines.values() if line.status is status)

    def as_of(self, version: int) -> Handbook:
        """The handbook as it was at a version."""
        return _handbook(_until(self._steps, version))

    def history(self, name: str) -> tuple[Altered, ...]:
        """Every change that altered the line, in order, with the line after it."""
        return tuple(
            Altered(step.change, step.altered[name]) for step in self._steps if name in step.altered
        )


def handbook(changes: Iterable[Change]) -> Handbook:
    """What the changes come to, in whatever order they are given.

    ValueError where two have the same number.
    """
    lines: _Lines = {}
    steps: list[_Step] = []
    for change in sorted(changes, key=attrgetter("number")):
        if steps and steps[-1].change.number == change.number:
            raise ValueError(f"two changes have the number {change.number}")
        if isinstance(change, RolledBack):
            after = _lines(_until(steps, change.to))
            altered = _between(lines, after)
            lines = after
        else:
            touched = {line.name: _standing(line) for line in _touched(lines, change)}
            altered = {name: line for name, line in touched.items() if lines.get(name) != line}
            lines.update(touched)
        steps.append(_Step(change, MappingProxyType(altered)))
    return _handbook(tuple(steps))


def diff(one: Mapping[str, Line], other: Mapping[str, Line]) -> tuple[LineDiff, ...]:
    """The lines by name that differ between two versions, by name in order."""
    pairs = (LineDiff(name, one.get(name), other.get(name)) for name in sorted({*one, *other}))
    return tuple(pair for pair in pairs if pair.before != pair.after)


def _handbook(steps: tuple[_Step, ...]) -> Handbook:
    lines = _lines(steps)
    ordered = {name: lines[name] for name in sorted(lines)}
    version = steps[-1].change.number if steps else NO_VERSION
    return Handbook(version, MappingProxyType(ordered), steps)


def _until(steps: Iterable[_Step], version: int) -> tuple[_Step, ...]:
    return tuple(step for step in steps if step.change.number <= version)


def _lines(steps: Iterable[_Step]) -> _Lines:
    standing: dict[str, Line | None] = {}
    for step in steps:
        standing.update(step.altered)
    return {name: line for name, line in standing.items() if line is not None}


def _between(before: _Lines, after: _Lines) -> dict[str, Line | None]:
    altered: dict[str, Line | None] = {
        name: line for name, line in after.items() if before.get(name) != line
    }
    return altered | {name: None for name in before if name not in after}


def _standing(line: Line) -> Line:
    return replace(line, status=status_of(line))


def _touched(lines: _Lines, change: Change) -> tuple[Line, ...]:
    """The lines that a change makes other, as they are then but for their status."""
    match change:
        case Proposed():
            return _proposed(lines.get(change.line.name), change.line)
        case Merged():
            return _merged(lines, change)
        case Edited() if change.name not in lines:
            # What it was an edit of is gone; it has words and sources of its own.
            return (_as_proposed(change),)
        case Approved() if change.words not in (None, _words_at(lines, change.name)):
            # Vouched for were words that do not stand.
            return ()
        case Edited() | Approved() | Retired() if change.name in lines:
            return (_changed(lines[change.name], change),)
        case _:
            return ()


def _changed(line: Line, change: Edited | Approved | Retired) -> Line:
    match change:
        case Approved():
            # As it stands: on the sources that it has left.
            flagged = tuple(one for one in line.flagged if one not in (LOST_SOURCES, WAS_RETIRED))
            return replace(line, status=BehaviorStatus.CANDIDATE, approved=True, flagged=flagged)
        case Retired():
            return replace(line, status=BehaviorStatus.RETIRED, approved=False)
        case Edited():
            return replace(
                line,
                instruction=change.instruction,
                topics=change.topics,
                trust=change.trust,
                source_ids=sources_of(line.source_ids, change.source_ids),
                flagged=_flags(line, change),
                # What was approved were other words.
                approved=line.approved and _is_worded(line, change),
            )


def _as_proposed(change: Edited) -> Line:
    return Line(
        name=change.name,
        instruction=change.instruction,
        topics=change.topics,
        trust=change.trust,
        source_ids=change.source_ids,
        flagged=change.flagged,
    )


def _words_at(lines: _Lines, name: str) -> Words | None:
    line = lines.get(name)
    return None if line is None else words_of(line)


def _is_worded(line: Line, change: Edited) -> bool:
    return (line.instruction, line.topics) == (change.instruction, change.topics)


def _flags(line: Line, change: Edited) -> tuple[str, ...]:
    """The same words have all that was found in them, and what the line is flagged for beside."""
    if change.instruction != line.instruction:
        # Other words are no way around whoever had reasons to retire it.
        kept = [reason for reason in line.flagged if reason == WAS_RETIRED]
        return tuple(dict.fromkeys((*kept, *change.flagged)))
    return tuple(dict.fromkeys((*line.flagged, *change.flagged)))


def _proposed(standing: Line | None, line: Line) -> tuple[Line, ...]:
    fresh = replace(line, status=BehaviorStatus.CANDIDATE, approved=False)
    if standing is None:
        return (fresh,)
    if standing.status is BehaviorStatus.RETIRED:
        return (replace(fresh, flagged=tuple(dict.fromkeys((*line.flagged, WAS_RETIRED)))),)
    if (standing.instruction, standing.topics) != (line.instruction, line.topics):
        # To change words takes an edit: nobody takes over a name by proposing it.
        return ()
    return (_with_sources_of(standing, line),) if LOW_TRUST not in line.flagged else ()


def _merged(lines: _Lines, change: Merged) -> tuple[Line, ...]:
    kept = lines.get(change.name)
    if kept is None or kept.status is BehaviorStatus.RETIRED:
        return ()
    if change.words not in (None, words_of(kept)):
        return ()
    gone = [lines[name] for name in dict.fromkeys(change.gone) if name in lines]
    if change.gone_words:
        gone = [line for line in gone if words_of(line) in change.gone_words]
    gone = [line for line in gone if line.name != kept.name]
    retired = [replace(line, status=BehaviorStatus.RETIRED, approved=False) for line in gone]
    # One that was retired before has nothing to give, and one that is hardly trusted is to cost
    # the other nothing.
    for line in gone:
        if line.status is not BehaviorStatus.RETIRED and LOW_TRUST not in line.flagged:
            kept = _with_sources_of(kept, line)
    return (kept, *retired)


def _with_sources_of(line: Line, other: Line) -> Line:
    """Trust is the least of those that it rests on, as with everything that is derived."""
    trust = least_trust([line.trust, other.trust])
    return replace(line, source_ids=sources_of(line.source_ids, other.source_ids), trust=trust)
