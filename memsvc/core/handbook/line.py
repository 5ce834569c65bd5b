"""A line of the handbook: a behavior as it stands, with where it applies and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from memsvc.core.handbook.names import is_name
from memsvc.core.memory import Trust
from memsvc.core.quoting import quoted

LONGEST = 300
"""Characters of an instruction at most."""
LONGEST_TOPIC = 64
MOST_TOPICS = 16


class BehaviorStatus(StrEnum):
    """Where a behavior stands: only active ones are offered."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


class ProposedBy(StrEnum):
    """Who found the behavior: a caller, the counting of steps, or a model."""

    CALLER = "caller"
    STEPS = "steps"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A behavior as it stands.

    `topics` are where it applies, sorted; none means everywhere. `source_ids` are the traces that
    it rests on, `flagged` the reasons why a person should look at it first, and `approved` tells
    that one did. ValueError for a name, an instruction or topics that are not as `normalised_name`,
    `instruction_of` and `topics_of` make them.
    """

    name: str
    instruction: str
    topics: tuple[str, ...] = ()
    status: BehaviorStatus = BehaviorStatus.CANDIDATE
    trust: Trust = Trust.AGENT
    source_ids: tuple[str, ...] = ()
    proposed_by: ProposedBy = ProposedBy.CALLER
    approved: bool = False
    flagged: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise ValueError("name: is not normalised")
        if instruction_of(self.instruction) != self.instruction:
            raise ValueError("instruction: is not clean")
        if topics_of(self.topics) != self.topics:
            raise ValueError("topics: are not normalised")


class Words(NamedTuple):
    """A line's name, instruction and topics: what makes memories be of one line."""

    name: str
    instruction: str
    topics: tuple[str, ...]


def words_of(line: Line) -> Words:
    """The words of a line."""
    return Words(line.name, line.instruction, line.topics)


def instruction_of(text: str) -> str:
    """A text as an instruction: single spaces, nothing invisible.

    ValueError where it has more than one line, shows nothing, or is of more than 300 characters.
    """
    if len(text.strip().splitlines()) > 1:
        raise ValueError("must be one line")
    shown = visible(text)
    if not shown:
        raise ValueError("must not be empty")
    if len(shown) > LONGEST:
        raise ValueError(f"must be of at most {LONGEST} characters")
    return shown


def topics_of(topics: Iterable[str]) -> tuple[str, ...]:
    """Topics sorted, each once, in small letters; commas, which separate them, are spaces.

    ValueError for one that shows nothing or is of more than 64 characters, and for more than 16.
    """
    found = sorted({visible(topic.replace(",", " ")).lower() for topic in topics})
    if len(found) > MOST_TOPICS:
        raise ValueError(f"must be at most {MOST_TOPICS}")
    if any(not 0 < len(topic) <= LONGEST_TOPIC for topic in found):
        raise ValueError(f"each must be of 1 to {LONGEST_TOPIC} characters")
    return tuple(found)


def sources_of(*of: Iterable[str]) -> tuple[str, ...]:
    """The sources of several lines, each once, in order."""
    return tuple(dict.fromkeys(source for ids in of for source in ids))


def visible(text: str) -> str:
    """What of a text shows, with single spaces."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in text if char.isspace() or shows(char))
    return " ".join(text.split())


def shows(char: str) -> bool:
    """Whether a character that is no white space can be seen."""
    return bool(quoted(char))
