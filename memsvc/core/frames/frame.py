"""What a statement says of something: subject, relation, value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from memsvc.core.memory import Cardinality

OPEN = "open:"
"""Begins a relation that the lexicon does not know, followed by the words that name it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing said of one subject.

    `subject` and `value` are small letters without article, title and punctuation; `subject` is
    "" for a speaker without name and id, and for what stands alone ("the deploy window").
    `relation` is a name of the lexicon or begins with OPEN. Frames of cardinality many never
    conflict. `negated`: the value does not hold, or no more. `first_person`: the subject is who
    speaks, or "the user".
    """

    subject: str
    relation: str
    value: str
    cardinality: Cardinality = Cardinality.ONE
    negated: bool = False
    first_person: bool = False


class Relation(StrEnum):
    """How two statements stand to each other, by their frames alone."""

    DUPLICATE = "duplicate"
    """They fill one slot with the same value."""
    CONTRADICTS = "contradicts"
    """They fill one slot with different values, or one denies what the other says."""
    UNRELATED = "unrelated"
