"""Whose memories an agent has: names to look for in questions, and the rows that are a person's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from memsvc.core.evidence import Floats
from memsvc.core.memory import SEARCHED, Memory
from memsvc.core.people import Mention, Names, looks_like_a_name, name_key
from memsvc.index.column import Coded
from memsvc.index.columns import Columns
from memsvc.index.comparison import Mask, Rows

BYTES_PER_NAME = 600


class People:
    """Speakers, people written from or about, and the subjects of facts, by row.

    Names are those of memories that are searched by default: what is archived or quarantined does
    not change how a question is read.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._subjects = Coded()
        self._names = Names()

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        return self._subjects.nbytes + BYTES_PER_NAME * len(self._names)

    def append(self, memories: Sequence[Memory]) -> None:
        """Give each memory the next row."""
        self._subjects.append([one.fact and one.fact.subject for one in memories])
        speakers, others = [], []
        for one in memories:
            if one.status not in SEARCHED:
                continue
            subject = one.fact.subject if one.fact else None
            speaking, spoken_of = _called(one.speaker, one.user_id, subject, one.subject_ids)
            speakers += speaking
            others += spoken_of
        self._names.add(speakers, others)

    def remove(self, rows: Rows) -> None:
        """Let go of the names of these rows; their columns still hold them."""
        for status, *fields in zip(*(self._values(rows)), strict=True):
            if status in SEARCHED:
                self._names.discard(*_called(*fields))
        self._subjects.clear(rows)

    def keep(self, kept: Mask) -> None:
        """Keep the rows marked, in order."""
        self._subjects.keep(kept)

    def mentions(self, query: str) -> list[Mention]:
        """The known people that a question mentions."""
        return self._names.mentions(query)

    def named(self, rows: Rows, people: frozenset[str]) -> Floats:
        """1 where a row is of or about one of these people, -1 where somebody else said it."""
        result = np.zeros(len(rows))
        if not people:
            return result
        speaker, user, about = (
            self._columns.coded(field) for field in ("speaker", "user_id", "subject_ids")
        )
        spoken = speaker.codes[rows] >= 0
        if any(self._names.speaks(one) for one in people):
            result[spoken] = -1.0
        said = _of(speaker, rows, people) | (~spoken & _of(user, rows, people))
        result[said | _of(self._subjects, rows, people) | _of(about, rows, people)] = 1.0
        return result

    def _values(self, rows: Rows) -> Iterator[list[object]]:
        for column in (
            self._columns.coded("status"),
            self._columns.coded("speaker"),
            self._columns.coded("user_id"),
            self._subjects,
            self._columns.coded("subject_ids"),
        ):
            yield column.values(rows)


def _called(
    speaker: str | None, user: str | None, subject: str | None, about: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Names of one who speaks, and of the others."""
    others = [one for one in (user, subject, *about) if one and looks_like_a_name(one)]
    return ([speaker] if speaker else []), others


def _of(column: Coded, rows: Rows, people: frozenset[str]) -> Mask:
    """Where one of these people stands in the column."""
    codes = column.codes[rows]
    # As many as there are rows at most, and mostly a handful.
    meant = [code for code in np.unique(codes).tolist() if _is_one(column.value(code), people)]
    return np.isin(codes, meant)


def _is_one(value: object, people: frozenset[str]) -> bool:
    names = value if isinstance(value, tuple) else (value,)
    return any(isinstance(one, str) and name_key(one) in people for one in names)
