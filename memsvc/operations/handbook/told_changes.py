"""From rows to changes: what happened to a handbook, told with the words that are left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memsvc.core.handbook.admission import LEAST_TRUST, LOW_TRUST, flagged
from memsvc.core.handbook.changes import (
    Approved,
    Change,
    Edited,
    Merged,
    Proposed,
    Retired,
    RolledBack,
)
from memsvc.core.handbook.line import Line, Words, words_of
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.store.handbook_changes import ChangeRow, What


def told(rows: Sequence[ChangeRow], lines: Mapping[int, Line]) -> list[Change]:
    """The changes that rows stand for, in order; `lines` are the wordings by number.

    All that the rows are about must be among the lines.
    """
    return _Telling(rows, lines).changes()


class _Telling:
    """The rows with what they say together: which wordings lost sources when, and were approved."""

    def __init__(self, rows: Sequence[ChangeRow], lines: Mapping[int, Line]) -> None:
        self._rows, self._lines = rows, lines
        self._lost: dict[int | None, int] = {}
        for row in rows:
            if row.lost is not None:
                self._lost[row.number] = max(row.lost, self._lost.get(row.number, row.lost))
        self._approved: dict[int | None, int] = {}
        """By number, the first approval since sources were lost."""
        for row in rows:
            if row.what is What.APPROVED and row.place > self._lost.get(row.number, -1):
                self._approved.setdefault(row.number, row.place)

    def changes(self) -> list[Change]:
        return [self._change(row) for row in self._rows]

    def _name(self, number: int | None) -> str:
        return "" if number is None else self._lines[number].name

    def _words(self, number: int | None) -> Words:
        assert number is not None, "the change is about a wording"
        return words_of(self._lines[number])

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
                is_void = row.place <= self._lost.get(row.number, -1)
                return Approved(
                    number=number,
                    at=at,
                    actor=actor,
                    name="" if is_void else name,
                    words=self._words(row.number),
                )
            case What.MERGED:
                return Merged(
                    number=number,
                    at=at,
                    actor=actor,
                    name=name,
                    gone=(self._name(row.other),),
                    words=self._words(row.number),
                    gone_words=(self._words(row.other),),
                )
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
        if line.trust.weight < LEAST_TRUST.weight:
            line = flagged(line, LOW_TRUST)
        approved = self._approved.get(row.number)
        if row.number not in self._lost or (approved is not None and approved < row.place):
            return line
        return flagged(line, LOST_SOURCES)
