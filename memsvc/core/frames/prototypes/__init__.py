"""Prototypes: how relations are put into other words than those of the lexicon.

Of each table a line "= relation; of; takes" begins a relation, followed by sentences with bars
between. X stands for the subject and Y for the value. The relation is one of the lexicon, or
"open:" with the words that name it, as "the ring size of X is Y" is read; "-" is none. `of` tells
what may be the subject: "person" (or who speaks), "work", "thing" (anything), "none". `takes` tells
the kind of value (`core.frames.meaning.fits`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from memsvc.core.frames.prototypes import (
    everyday,
    nature,
    organisations,
    other,
    people,
    software,
    states,
    teams,
    works,
)

NOTHING = "-"
"""The relation of what fills no slot."""

FIRST, SECOND = "X", "Y"
"""Stand in a template for what is named first and second, whichever of them is the subject."""

_TABLES = (states, organisations, works, nature, people, everyday, software, teams, other)
_PLACE = re.compile(r"\b[XY]\b")


class Meant(NamedTuple):
    """A relation; `of` and `takes` as in the tables."""

    name: str
    of: str
    takes: str


class Prototype(NamedTuple):
    """One wording of a relation; `subject_first`: the subject is named before the value."""

    meant: Meant
    text: str
    subject_first: bool


def _prototypes() -> Iterator[Prototype]:
    for table in _TABLES:
        meant = Meant("", "", "")
        for line in table.TABLE.replace("/\n", "/").strip().split("\n"):
            if line[0] == "=":
                meant = Meant(*(part.strip() for part in line[1:].split(";")))
            else:
                for text in line.split("/"):
                    yield _prototype(meant, text.strip())


def _prototype(meant: Meant, text: str) -> Prototype:
    first = _PLACE.search(text)
    subject_first = first is not None and first[0] == "X"
    return Prototype(meant, in_order(text), subject_first)


def in_order(text: str) -> str:
    """The text with X for what is named first and Y for what is named second."""
    first = _PLACE.search(text)
    if first is None or first[0] == FIRST:
        return text
    return _PLACE.sub(lambda found: FIRST if found[0] == first[0] else SECOND, text)


PROTOTYPES: tuple[Prototype, ...] = tuple(
    sorted(dict.fromkeys(_prototypes()), key=lambda one: (one.meant, one.subject_first, one.text))
)
"""All of them, those of one relation and order together."""

FINGERPRINT: str = blake2b(
    "\n".join(one.text for one in PROTOTYPES).encode(), digest_size=8
).hexdigest()
"""Changes when a text does."""
