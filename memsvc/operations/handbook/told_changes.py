"""From rows to changes: what happened to a handbook, told with the words that are left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from memsvc.core.handbook.changes import (
    Approved,
    Change,
    Edited,
    Merged,
    Proposed,
    Retired,
    RolledBack,
)
from memsvc.core.handbook.line import Line
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.store.handbook_changes import ChangeRow, What


def told(rows: Sequence[ChangeRow], lines: Mapping[int, Line]) -> list[Change]:
    """The changes that rows stand for, in order; `lines` are the wordings by number.

    All that the rows are about must be among the lines.
    """
    return _Telling(rows, lines).changes()


class _Telling:
    """The rows with what they say together: which lines lost sources when, and were approved."""

    def __init__(self, rows: Sequence[ChangeRow], lines: Mapping[int, Line]) -> None:
        self._rows, self._lines = rows, lines
        self._lost: dict[str, int] = {}
        self._unsound: set[int | None] = set()
        for row in rows:
            if row.lost is not None:
                name = self._name(row.number)
                self._lost[name] = max(row.lost, self._lost.get(name, row.lost))
                self._unsound.add(row.number)
        self._approved: dict[str, int] = {}
        """By name, the first approval since sources were lost."""
        for row in rows:
            name = self._name(row.number)
            if row.what is What.APPROVED and row.place > self._lost.get(name, -1):
                self._approved.setdefault(name, row.place)

    def changes(self) -> list[Change]:
        return [self._change(row) for row in self._rows]

    def _name(self, number: int | None) -> str:
        return "" if number is None else self._lines[number].name

    def _change(self, row: ChangeRow) -> Change:
        at, number, actor = row.at, row.place, row.actor
        name = self._name(row.number)
        match row.what:
            case What.PROPOSED:
                return Proposed(number=number, at=at, actor=actor, line=self._line(row))
            case What.EDITED:
                line = self._line(row)
                return Edited(
                    number=number,
                    at=at,
                    actor=actor,
                    name=name,
                    instruction=line.instruction,
                    topics=line.topics,
                    trust=line.trust,
                    source_ids=line.source_ids,
                    flagged=line.flagged,
                )
            case What.APPROVED:
                # What was approved rested on more: a change to no line changes none.
                is_void = row.place <= self._lost.get(name, -1)
                name = "" if is_void else name
                return Approved(number=number, at=at, actor=actor, name=name)
            case What.MERGED:
                gone = (self._name(row.other),)
                return Merged(number=number, at=at, actor=actor, name=name, gone=gone)
            case What.RETIRED:
                reason = row.reason or ""
                return Retired(number=number, at=at, actor=actor, name=name, reason=reason)
            case What.ROLLED_BACK:
                return RolledBack(number=number, at=at, actor=actor, to=row.back_to or 0)

    def _line(self, row: ChangeRow) -> Line:
        """The line, flagged where it lost sources and nobody had approved it since.

        Whoever approves it later approves it as of then: what it was before does not change.
        """
        assert row.number is not None, "a wording is put forward"
        line = self._lines[row.number]
        approved = self._approved.get(line.name)
        if row.number not in self._unsound or (approved is not None and approved < row.place):
            return line
        return replace(line, flagged=tuple(dict.fromkeys((*line.flagged, LOST_SOURCES))))
