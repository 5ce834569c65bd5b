"""What happens to a handbook: changes, each recorded once and never altered.

    Proposed      a line is put forward, or an existing one is found again
    Edited        its words or topics become others
    Approved      a person vouches for it
    Merged        it takes in others that say the same
    Retired       it is offered no more
    RolledBack    the whole handbook is as it was at an earlier version

What they come to is told by `core.handbook.versions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from memsvc.core.handbook.line import Line, Words, instruction_of, topics_of
from memsvc.core.memory import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """`number` is the change's place among the agent's, ascending; `actor` is who made it."""

    number: int
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(_Noted):
    """A line is put forward; its status and approval are decided by what is known of it.

    A standing line of the same words and topics gains its sources; one of other words stands as it
    is. A retired one is replaced, and waits for a person.
    """

    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(_Noted):
    """A line's words and topics are replaced, with the trust of who wrote them.

    It keeps its sources and gains `source_ids`. `flagged` are reasons found in the words; where
    these are the old ones it keeps its own, too.
    ValueError for an instruction or topics that no line could have.
    """

    name: str
    instruction: str
    topics: tuple[str, ...] = ()
    trust: Trust = Trust.AGENT
    source_ids: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if instruction_of(self.instruction) != self.instruction:
            raise ValueError("instruction: is not clean")
        if topics_of(self.topics) != self.topics:
            raise ValueError("topics: are not normalised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(_Noted):
    """A person vouches for a line as it stands, flagged or not; a retired one is back.

    That it lost sources, or was retired before, is no reason to look at it any more. It holds for
    `words` alone, where they are told.
    """

    name: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(_Noted):
    """A line takes in the sources of others, which are retired.

    It holds for lines of these words alone, where they are told: `words` of the one that is kept,
    `gone_words` of the others.
    """

    name: str
    gone: tuple[str, ...]
    words: Words | None = None
    gone_words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired(_Noted):
    """A line is offered no more."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack(_Noted):
    """Every line is as it was at version `to`."""

    to: int


Change: TypeAlias = Proposed | Edited | Approved | Merged | Retired | RolledBack
